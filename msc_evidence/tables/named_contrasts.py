"""The table `contrasts`: one row per comparison of two arms."""

from __future__ import annotations

from msc_evidence.analysis.chosen import Analysed, analysed
from msc_evidence.tables.comparison import comparison, comparison_screen
from msc_evidence.tables.named import Chosen
from msc_evidence.tables.screen import Screen
from msc_evidence.tables.table import Table

OPTIONS = ("--outcome",)
#: What a page has room for.
SHOWN = (
    "trial", "outcome_name", "timepoint", "treatment_n", "control_n", "treatment_values", "control_values", "effect",
    "arm_measure", "arm_estimate", "arm_ci_lb", "arm_ci_ub", "reported_p", "recomputed_p", "verdict",
)  # fmt: skip


def table(chosen: Chosen) -> Table:
    """Every comparison of two arms: their values, effects and p-values, and what the sizes could have shown."""
    return comparison(_results(chosen))


def shown(chosen: Chosen) -> Table:
    """Sizes, values, effects and p-values; not what they imply."""
    full = table(chosen)
    columns = {column.key: column for column in full.columns}
    return Table(full.name, tuple(columns[key] for key in SHOWN), full.rows)


def screen(chosen: Chosen) -> Screen:
    """The screen of `compare`."""
    return comparison_screen(dict(chosen.records), _results(chosen))


def _results(chosen: Chosen) -> Analysed:
    return analysed(chosen.registry, chosen.trials, chosen.outcomes)[0]
