"""Which SDs are standard errors, or the reverse, by the p-value that they stand beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msc_evidence.analysis.recompute.bases import case_of
from msc_evidence.analysis.recompute.recomputation import recomputations
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.msc4_shared import FITTING, failed_recomputations, methods_in_words
from msc_evidence.checks.rule import Hit, Subject
from msc_evidence.registry.values import Values

_NAMES = {"sd": "SD", "se": "SE"}


def spreads_exchanged_by_p(subject: Subject) -> Iterator[Hit]:
    """Means whose p no t test gives, and every t test does once their SDs are read as SEs, or the reverse."""
    for result, recomputation in failed_recomputations(subject, "means"):
        arms = result.result.arms or {}
        printed = _one_spread(arms)
        if printed is None or result.contrast is None or not _would_fit(result, arms, printed):
            continue
        other = _NAMES["se" if printed == "sd" else "sd"]
        turned = recomputation.verdict is Verdict.DECISION_ERROR
        severity: Severity = "warning" if turned else "note"
        spreads = " and ".join(str(getattr(values, printed)) for values in arms.values())
        message = (
            f"{_NAMES[printed]} {spreads}: only as {other} do they give p {result.p};"
            f" as {_NAMES[printed]} they give {methods_in_words(recomputation.methods)}"
        )
        path = (result.place, result.index, "p")
        yield Hit(path, message, f"{_NAMES[printed]} {spreads}", other, severity, _outcome_of(result))


def _one_spread(arms: Mapping[str, Values]) -> str | None:
    """The one kind of spread that all arms have beside their means."""
    kinds = {name for values in arms.values() for name in _NAMES if getattr(values, name) is not None}
    whole = all(values.mean is not None for values in arms.values())
    return kinds.pop() if whole and len(kinds) == 1 and len(arms) == 2 else None


def _would_fit(result: AnalysedResult, arms: Mapping[str, Values], printed: str) -> bool:
    """Whether the p follows once every spread is the other kind."""
    other = "se" if printed == "sd" else "sd"
    exchanged = {
        name: values.model_copy(update={printed: None, other: getattr(values, printed)})
        for name, values in arms.items()
    }
    record, contrast = result.result.model_copy(update={"arms": exchanged}), result.contrast
    if contrast is None:
        return False
    case = case_of(result.trial, record, contrast, result.outcome, at_entry=result.place == "baseline")
    return any(
        item.statistic == "p" and item.basis == "means" and item.verdict in FITTING
        for item in recomputations(case)
    )


def _outcome_of(result: AnalysedResult) -> str | None:
    return result.result.outcome if result.place == "results" else None
