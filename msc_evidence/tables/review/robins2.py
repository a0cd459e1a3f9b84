"""The table `robins2`: risk of bias of each result that was judged by ROBINS-I V2."""

from __future__ import annotations

from msc_evidence.analysis.filters import Query
from msc_evidence.registry.risk_of_bias import ROBINS_I_V2
from msc_evidence.tables.review.rob import KEY, OPTIONS, judgement_page, judgement_table
from msc_evidence.tables.table import Table

__all__ = ["KEY", "OPTIONS", "page_table", "table"]


def table(query: Query) -> Table:
    """Risk of bias of each result judged by ROBINS-I V2: six domains, overall, who judged.

    The weight is the number of participants. Results that nobody judged stand in `robins`.
    """
    return judgement_table(query, ROBINS_I_V2)


def page_table(query: Query) -> Table:
    """A sign and a word per domain, what supports them below."""
    return judgement_page(query, ROBINS_I_V2)
