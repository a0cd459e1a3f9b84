"""The table `robins`: risk of bias of each result of a trial that is not randomised, by ROBINS-I."""

from __future__ import annotations

from msc_evidence.analysis.filters import Query
from msc_evidence.registry.risk_of_bias import ROBINS_I
from msc_evidence.tables.review.rob import KEY, OPTIONS, judgement_page, judgement_table
from msc_evidence.tables.table import Table

__all__ = ["KEY", "OPTIONS", "page_table", "table"]


def table(query: Query) -> Table:
    """Risk of bias of each result of a trial that is not randomised, by ROBINS-I: seven domains, overall, who judged.

    The first columns are those that robvis reads for ROBINS-I; the weight is the number of participants.
    """
    return judgement_table(query, ROBINS_I)


def page_table(query: Query) -> Table:
    """A sign and a word per domain, what supports them below; a trial's results that nobody judged in one row."""
    return judgement_page(query, ROBINS_I)
