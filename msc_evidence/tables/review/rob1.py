"""The table `rob1`: risk of bias of each result that was judged by RoB 1, the tool before RoB 2."""

from __future__ import annotations

from msc_evidence.analysis.filters import Query
from msc_evidence.registry.risk_of_bias import ROB_1
from msc_evidence.tables.review.rob import KEY, OPTIONS, judgement_page, judgement_table
from msc_evidence.tables.table import Table

__all__ = ["KEY", "OPTIONS", "page_table", "table"]


def table(query: Query) -> Table:
    """Risk of bias of each result judged by RoB 1, the tool before RoB 2: seven domains, overall, who judged.

    The weight is the number of participants. Results that nobody judged stand in `rob`.
    """
    return judgement_table(query, ROB_1)


def page_table(query: Query) -> Table:
    """A sign and a word per domain, what supports them below."""
    return judgement_page(query, ROB_1)
