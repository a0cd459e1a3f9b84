"""Every reported statistic of a result beside its recomputation: verdict, methods, interval and reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.arm_effects import effect_from_arms
from msc_evidence.analysis.bases import BASES, Basis, Case
from msc_evidence.analysis.verdict import Recomputed, Verdict, judge
from msc_evidence.registry.model import Values
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.interval import Interval, hull

ALPHA = 0.05

#: Words by which sources name a test → what the names of its methods contain.
NAMED_TESTS = {
    "fisher": ("Fisher", "mid-p"),
    "chi": ("Pearson", "Yates", "N−1"),
    "χ": ("Pearson", "Yates", "N−1"),
    "welch": ("Welch",),
    "student": ("Student",),
    "t test": ("Student", "Welch"),
    "t-test": ("Student", "Welch"),
    "mann": ("rank-sum",),
    "wilcoxon": ("rank-sum",),
    "rank": ("rank-sum",),
}
#: Tests of pairs or of times, whose names hold the words above and whose data are not the arms' values.
OTHER_DATA = ("paired", "signed", "log-rank", "log rank", "logrank")


@dataclass(frozen=True, slots=True)
class Recomputation:
    """One reported statistic, and what follows for it from the other numbers of the same result."""

    #: What was recomputed: `p`, or the effect measure.
    statistic: str
    reported: Reported
    verdict: Verdict
    #: From what: "counts", "means", …; empty where nothing could be recomputed.
    basis: str = ""
    inputs: str = ""
    methods: tuple[Recomputed, ...] = ()
    #: The methods that the verdict rests on.
    names: tuple[str, ...] = ()
    reason: str = ""

    @property
    def interval(self) -> Interval | None:
        """Everything that the methods allow together."""
        return hull(found.interval for found in self.methods) if self.methods else None


def recomputations(case: Case) -> tuple[Recomputation, ...]:
    """The recomputations of a result's p-value, from each basis that the record offers, and of its effect."""
    found: list[Recomputation] = []
    if case.result.p is not None:
        found.extend(_of_p(case, case.result.p))
    estimate = _of_effect(case)
    return (*found, estimate) if estimate else tuple(found)


def _of_p(case: Case, p: Reported) -> Iterator[Recomputation]:
    bases = [basis for build in BASES if (basis := build(case)) is not None]
    if not bases:
        yield Recomputation("p", p, Verdict.NOT_RECOMPUTABLE, reason=f"needs {missing(case)}")
    for basis in bases:
        yield _from_basis(case, p, basis)


def _from_basis(case: Case, p: Reported, basis: Basis) -> Recomputation:
    methods = _admissible(case.result.test, basis)
    if case.result.sides == "one":
        reason = "the reported p is one-sided and the side is not recorded"
        return Recomputation("p", p, Verdict.NOT_RECOMPUTABLE, basis.name, basis.inputs, (), (), reason)
    if not methods:
        reason = f"needs the data of the test the source names ({case.result.test})"
        return Recomputation("p", p, Verdict.NOT_RECOMPUTABLE, basis.name, basis.inputs, (), (), reason)
    verdict, names = judge(p, methods, alpha=ALPHA)
    own = basis.name in ("test statistic", "confidence interval")
    if case.result.adjusted and not own and verdict in (Verdict.INCONSISTENT, Verdict.DECISION_ERROR):
        reason = "the reported p is adjusted; the arms' values alone cannot reproduce it"
        return Recomputation(
            "p", p, Verdict.NOT_RECOMPUTABLE, basis.name, basis.inputs, tuple(methods), (), reason
        )
    reason = _reason(verdict, methods, names, basis)
    return Recomputation("p", p, verdict, basis.name, basis.inputs, tuple(methods), names, reason)


def _admissible(test: str | None, basis: Basis) -> list[Recomputed]:
    """The methods that fit the test which the source names; all of them where it names none."""
    if basis.name in ("test statistic", "confidence interval"):
        return list(basis.methods)
    named = (test or "").casefold()
    if any(word in named for word in OTHER_DATA) and "unpaired" not in named:
        return []
    words = [word for word in NAMED_TESTS if word in named]
    if {"welch", "student"} & set(words):
        words = [word for word in words if word not in ("t test", "t-test")]
    wanted = [part for word in words for part in NAMED_TESTS[word]]
    if not wanted:
        return list(basis.methods)
    return [found for found in basis.methods if any(part in found.method for part in wanted)]


def _reason(verdict: Verdict, methods: Sequence[Recomputed], names: tuple[str, ...], basis: Basis) -> str:
    if verdict is Verdict.REPRODUCED:
        return f"{' and '.join(names)} give it"
    if verdict is Verdict.CONSISTENT:
        return f"{' and '.join(names)} give it within rounding"
    if verdict is Verdict.UNINFORMATIVE:
        possible = hull(found.interval for found in methods)
        return f"the inputs allow any p from {possible.lo:.2g} to {possible.hi:.2g}"
    return _against(verdict, methods, basis)


def _against(verdict: Verdict, methods: Sequence[Recomputed], basis: Basis) -> str:
    names = [found.method for found in methods]
    tried = (
        f"not reproduced by {', '.join(names[:-1])} or {names[-1]}"
        if names[1:]
        else f"not what {names[0]} gives"
    )
    below = [found.method for found in methods if found.interval.hi < ALPHA]
    if verdict is Verdict.DECISION_ERROR:
        tried += f"; every one of them falls on the other side of {ALPHA}"
    elif below and len(below) < len(methods):
        tried += f"; p < {ALPHA} holds under {' and '.join(below)} only"
    if basis.name == "means":
        tried += "; a rank test cannot be recomputed from means"
    return tried


def missing(case: Case) -> str:
    """What it would take to recompute the p-value, by name."""
    if case.contrast.sizes is None:
        return "both group sizes"
    if case.result.adjusted:
        return "the data of the adjusted analysis"
    pair = case.values()
    partly = _missing_of(pair) if pair else None
    return partly or _NEEDED[case.outcome.type]


_NEEDED = {
    "ordinal": "each arm's distribution over the categories or mean and SD of both arms",
    "continuous": "mean and SD of both arms",
    "binary": "events in both arms",
    "time-to-event": "a hazard ratio with CI or events and log-rank statistic",
}


def _missing_of(pair: tuple[Values, Values]) -> str | None:
    if all(values.mean is not None for values in pair):
        return "SDs of both arms"
    if all(values.median is not None for values in pair):
        return "the values behind the medians (a p-value does not follow from medians)"
    if any(values.percent is not None for values in pair):
        return "percentages that some whole number of participants gives"
    return None


def _of_effect(case: Case) -> Recomputation | None:
    """The reported effect estimate beside the one that the arms' values give."""
    effect, basis = case.result.effect, effect_from_arms(case)
    if effect is None or basis is None:
        return None
    found = basis.methods[0]
    verdict, names = judge(effect.estimate, basis.methods)
    reason = f"the arms give {found.value:.4g}"
    if case.result.adjusted and verdict is Verdict.INCONSISTENT:
        verdict, reason = Verdict.NOT_RECOMPUTABLE, "the reported effect is adjusted"
    return Recomputation(
        effect.measure, effect.estimate, verdict, basis.name, basis.inputs, basis.methods, names, reason
    )
