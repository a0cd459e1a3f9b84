"""The table `contrasts`: one row per comparison of two arms."""

from __future__ import annotations

from collections.abc import Mapping

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import AnalysedResult, chosen_results
from msc_evidence.registry.lookup import shown_names
from msc_evidence.tables.compare import comparison_screen, comparison_table
from msc_evidence.tables.table import Column, Screen, Table, Value
from msc_evidence.tables.words import estimate_words, sign_note

OPTIONS = ("--outcome", "--at")
TITLE = "Comparisons of two arms"
#: What a page has room for; `arm_effect` is four columns in one.
SHOWN = (
    "study", "outcome_name", "timepoint", "treatment_n", "control_n", "treatment_values", "control_values", "effect",
    "arm_effect", "reported_p", "recomputed_p", "verdict",
)  # fmt: skip
_STUDY = Column("study", "Trial", grouped=True, whole=True)
_ARM_EFFECT = Column("arm_effect", "Effect from the arms (95% CI)")


def table(query: Query) -> Table:
    """Every comparison of two arms: their values, effects and p-values, and what the sizes could have shown."""
    return comparison_table(_query_results(query))


def page_table(query: Query) -> Table:
    """Sizes, values, effects and p-values, as far as any trial has them; not what they imply."""
    full, trials = table(query), query.records
    columns = {column.key: column for column in full.columns} | {
        extra.key: extra for extra in (_STUDY, _ARM_EFFECT)
    }
    names = shown_names(trials)
    rows = tuple(
        {**row, "study": names[str(row["trial"])], "arm_effect": _arm_effect_words(row)} for row in full.rows
    )
    filled = [key for key in SHOWN if any(row.get(key) is not None for row in rows)]
    return Table(full.name, tuple(columns[key] for key in filled or SHOWN), rows, TITLE, sign_note(rows))


def _arm_effect_words(row: Mapping[str, Value]) -> str | None:
    """`RR 1.25 (0.48 to 3.23)`; None where the arms' values give no effect."""
    values = [row.get(key) for key in ("arm_estimate", "arm_ci_lb", "arm_ci_ub")]
    known = [float(value) for value in values if isinstance(value, int | float)]
    if not known:
        return None
    limits = (known[1], known[2]) if len(known) == 3 else None
    return f"{row['arm_measure']} {estimate_words(str(row['arm_measure']), known[0], limits)}"


def screen(query: Query) -> Screen:
    """The screen of `compare`."""
    return comparison_screen(query, _query_results(query))


def _query_results(query: Query) -> list[AnalysedResult]:
    return chosen_results(query.analysis, query.trials, query.outcomes, at=query.at)[0]
