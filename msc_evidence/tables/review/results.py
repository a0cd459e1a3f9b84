"""The table `results`: one row per reported result."""

from __future__ import annotations

from dataclasses import replace

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import AnalysedResult, chosen_results
from msc_evidence.registry.problems import counted
from msc_evidence.tables.result_rows import results
from msc_evidence.tables.summarize import summary
from msc_evidence.tables.table import Table

OPTIONS = ("--outcome", "--at", "--all")
TITLE = "Reported results"


def table(chosen: Query) -> Table:
    """Every reported result: what was printed, what it implies, and the verdict on it.

    Results that only a secondary source reports are among them with `--all`.
    """
    found, left_out = _results(chosen)
    return _with_note(results(found), left_out)


def shown(chosen: Query) -> Table:
    """The columns of `summarize`."""
    found, left_out = _results(chosen)
    blocks = summary(chosen, found).blocks
    made = next(block for block in blocks if isinstance(block, Table) and block.name == "results")
    return _with_note(replace(made, title=TITLE), left_out)


def _results(chosen: Query) -> tuple[list[AnalysedResult], int]:
    return chosen_results(
        chosen.analysis, chosen.trials, chosen.outcomes, all_sources=chosen.every, at=chosen.at
    )


def _with_note(table: Table, left_out: int) -> Table:
    """The table, and how many results are not in it."""
    if not left_out:
        return table
    said = f"{counted(left_out, 'further result')} that only a secondary source reports, not shown; --all shows all"
    return replace(table, notes=(*table.notes, said))
