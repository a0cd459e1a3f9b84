"""The table `results`: one row per reported result."""

from __future__ import annotations

from dataclasses import replace

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import AnalysedResult, chosen_results
from msc_evidence.registry.problems import counted
from msc_evidence.tables.result_rows import results_table
from msc_evidence.tables.summarize import summary_screen
from msc_evidence.tables.table import Table

OPTIONS = ("--outcome", "--at", "--all")
TITLE = "Reported results"


def table(query: Query) -> Table:
    """Every reported result: what was printed, what it implies, and the verdict on it.

    Results that only a secondary source reports are among them with `--all`.
    """
    analysed, left_out = _query_results(query)
    return _with_note(results_table(analysed), left_out)


def page_table(query: Query) -> Table:
    """The columns of `summarize`."""
    analysed, left_out = _query_results(query)
    blocks = summary_screen(query, analysed).blocks
    results_block = next(block for block in blocks if isinstance(block, Table) and block.name == "results")
    return _with_note(replace(results_block, title=TITLE), left_out)


def _query_results(query: Query) -> tuple[list[AnalysedResult], int]:
    return chosen_results(query.analysis, query.trials, query.outcomes, all_sources=query.every, at=query.at)


def _with_note(table: Table, left_out: int) -> Table:
    """The table, and how many results are not in it."""
    if not left_out:
        return table
    note = f"{counted(left_out, 'further result')} that only a secondary source reports, not shown; --all shows all"
    return replace(table, notes=(*table.notes, note))
