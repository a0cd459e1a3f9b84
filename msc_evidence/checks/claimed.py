"""Which results a claim is about, and how they read in a finding."""

from __future__ import annotations

from collections.abc import Iterable

from msc_evidence.analysis.result import AnalysedResult
from msc_evidence.checks.rule import Subject
from msc_evidence.registry.fields import NotReported
from msc_evidence.registry.model import Claim


def about(subject: Subject, claim: Claim, *, sure: bool = False) -> list[AnalysedResult]:
    """The results that a claim is about; those without a timepoint may be, unless it must be `sure`."""
    return [
        found
        for found in subject.results
        if found.result.outcome == claim.outcome
        and (
            not claim.at
            or found.result.at in claim.at
            or (not sure and isinstance(found.result.at, NotReported))
        )
        and (claim.arm is None or found.contrast is None or found.contrast.arm == claim.arm)
    ]


def judged(found: AnalysedResult) -> bool:
    """Whether the result reports anything by which its significance could be judged."""
    effect = found.result.effect
    return (
        found.p is not None
        or found.result.wording is not None
        or (effect is not None and effect.ci is not None)
    )


def name(subject: Subject, claim: Claim) -> str:
    """The name of the outcome that a claim is about."""
    found = subject.outcomes[claim.outcome].name if claim.outcome else ""
    return f"'{found}'" if "," in found else found


def listed(results: Iterable[AnalysedResult]) -> str:
    """`p 0.076 at 3 mo, 0.171 at 6 mo and 0.286 at 12 mo`; a result printed by several sources once."""
    texts: dict[object, str] = {}
    for found in results:
        value = f"p {found.p}" if found.p is not None else str(found.result.wording or "confidence interval")
        when = "" if isinstance(found.result.at, NotReported) else f" at {found.timepoint}"
        texts.setdefault(
            (found.p, found.result.wording if found.p is None else None, found.result.at), value + when
        )
    return joined(texts.values())


def joined(texts: Iterable[str]) -> str:
    """`a, b and c`."""
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last
