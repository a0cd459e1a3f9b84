"""What the checks of recomputed p-values share: which failed, how they read, how much weight they carry."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from msc_evidence.analysis.recompute import tests_named
from msc_evidence.analysis.recompute.recomputation import OF_THE_ANALYSIS, Recomputation
from msc_evidence.analysis.recompute.verdict import RecomputedValue, Verdict, rounds_to
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import p_interval, short_p
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.rule import Hit, Subject
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.interval import Interval

FAILED = (Verdict.INCONSISTENT, Verdict.DECISION_ERROR)
FITTING = (Verdict.REPRODUCED, Verdict.CONSISTENT)

#: A p-value and its recomputation that are farther apart than this, as a ratio of their nearest ends, are not two
#: tests of the same data: a Wald p and a log-rank, exact or corrected one, …
FAR = 3.0
#: … and a t test's p and a rank test's, which answer different questions.
FAR_OF_RANKS = 10.0
#: From here on two such p-values are worth a warning where they fall on different sides of α.
NEAR, NEAR_OF_RANKS = 1.25, 5.0
#: Effects on a scale, where the p beside them may be a rank test's.
_OF_SCALES = ("MD", "SMD", "ROM", "PS")


def failed_recomputations(subject: Subject, basis: str) -> Iterator[tuple[AnalysedResult, Recomputation]]:
    """The p-values, at baseline and of results, that do not follow from this basis, each with its recomputation."""
    for result in subject.with_p:
        for recomputation in result.recomputations:
            if (
                recomputation.statistic == "p"
                and recomputation.basis == basis
                and recomputation.verdict in FAILED
            ):
                yield result, recomputation


def follows_from_arms(result: AnalysedResult) -> bool:
    """Whether the p-value follows from the arms' own values."""
    others = (
        recomputation for recomputation in result.recomputations if recomputation.basis not in OF_THE_ANALYSIS
    )
    return any(
        recomputation.statistic == "p" and recomputation.verdict in FITTING for recomputation in others
    )


def printed_effect_words(result: AnalysedResult) -> str:
    """`; it follows from OR 0.58 (0.35–0.96)`, of a p whose test is not named and whose effect stands beside it."""
    effect = result.result.effect
    fits = any(
        recomputation.statistic == "p"
        and recomputation.basis in OF_THE_ANALYSIS
        and recomputation.verdict in FITTING
        for recomputation in result.recomputations
    )
    return f"; it follows from {effect.printed}" if effect and fits and result.result.test is None else ""


def has_asymmetric_interval(result: AnalysedResult) -> bool:
    """Whether the source names a method whose intervals are not symmetric, or Fisher's test beside an odds ratio."""
    record, effect = result.result, result.result.effect
    conditional = effect is not None and effect.measure == "OR" and tests_named.names_fisher(record.test)
    return conditional or any(map(tests_named.asymmetric_interval, (record.test, record.adjusted)))


def times_apart(p: Reported, given: Interval | None) -> float:
    """Ratio of the nearest ends of the reported p and of all that was recomputed; 1 where they overlap."""
    reported = p_interval(p)
    if given is None or given.meets(reported):
        return 1.0
    low, high = (reported.hi, given.lo) if reported.hi < given.lo else (given.hi, reported.lo)
    return high / low if low > 0 else math.inf


def is_gross(recomputation: Recomputation) -> bool:
    """Whether p and recomputation differ more than any two tests of the same data do."""
    limit = NEAR_OF_RANKS if recomputation.verdict is Verdict.DECISION_ERROR else FAR_OF_RANKS
    return times_apart(recomputation.reported, recomputation.interval) > limit


def severity_beside_interval(result: AnalysedResult, times: float, decided: bool) -> Severity:
    """Severity of a p that is `times` apart from what its interval gives; `decided`: on different sides of α.

    With the test of the interval named (Wald; a t test beside a mean difference) an error where decided, else a
    warning. Otherwise another test may have made the p, as far as the two are apart.
    """
    measure = result.result.effect.measure if result.result.effect else ""
    if tests_named.gives_interval(result.result.test, measure):
        return "error" if decided else "warning"
    near, far = (NEAR_OF_RANKS, FAR_OF_RANKS) if measure in _OF_SCALES else (NEAR, FAR)
    if times > far:
        return "error" if decided and measure != "SMD" else "warning"
    return "warning" if decided and times > near else "note"


def severity_without_test(
    result: AnalysedResult, recomputation: Recomputation, decided: bool, far: float
) -> Severity | None:
    """Severity of a p that no test of the arms' values gives; `decided`: all are on the other side of α.

    With a test named an error where decided, else the rule's own. Without one another test of the same data may have
    made it, as long as it lies between those that were tried or near one of them.
    """
    if result.result.test is not None:
        return "error" if decided else None
    times = times_apart(recomputation.reported, recomputation.interval)
    if times <= NEAR:
        return "note"
    return "error" if decided and times > far else None


def names_unknown_test(result: AnalysedResult) -> bool:
    """Whether the source names a test that none of the recomputed ones is."""
    return tests_named.is_unknown_test(result.result.test)


def names_other_test(result: AnalysedResult) -> bool:
    """Whether the source names a test for the p that is another than the one its interval rests on."""
    effect = result.result.effect
    return effect is not None and tests_named.beside_interval(result.result.test, effect.measure)


def sizes_stated(result: AnalysedResult) -> bool:
    """Whether the sizes are those of the comparison: at baseline not every participant of an arm need be measured."""
    return result.place == "results" or all(
        values.n is not None for values in (result.result.arms or {}).values()
    )


def fits_one_sided(recomputation: Recomputation) -> bool:
    """Whether half of the recomputed p, a one-sided p, is what was reported."""
    reported = p_interval(recomputation.reported)
    halves = (Interval(method.interval.lo / 2, method.interval.hi / 2) for method in recomputation.methods)
    return any(half.meets(reported) for half in halves)


def methods_in_words(methods: Iterable[RecomputedValue]) -> str:
    """Each method with its p and what rounding allows: `Welch 0.0204 [0.0191 to 0.0218]`."""
    return ", ".join(f"{method.method} {_p_with_rounding(method)}" for method in methods)


def _p_with_rounding(method: RecomputedValue) -> str:
    low, high = method.interval.lo, method.interval.hi
    return (
        short_p(method.value)
        if low == high
        else f"{short_p(method.value)} [{short_p(low)} to {short_p(high)}]"
    )


def not_following_hit(
    result: AnalysedResult, recomputation: Recomputation, severity: Severity | None, remarks: str
) -> Hit:
    """The hit of a p that does not follow from its basis, with every method's own p."""
    numbers = methods_in_words(recomputation.methods)
    # The reason begins with the methods' names, which stand here with their numbers.
    why = recomputation.reason.partition("; ")[2]
    reasons = f"{numbers}{why and '; ' + why}{remarks}"
    printed = f"p {recomputation.reported}"
    message = f"{printed} does not follow from {recomputation.inputs}: {reasons}"
    path = (result.place, result.index, "p")
    return Hit(path, message, printed, numbers, severity, result.result.outcome)


def half_fits_words(recomputation: Recomputation) -> str:
    """A remark where half of the recomputed p is the reported one, at print or within the rounding of its inputs."""
    if "one-sided" in recomputation.methods[0].method or not fits_one_sided(recomputation):
        return ""
    reported = p_interval(recomputation.reported)
    exact = any(
        rounds_to(method.value / 2, recomputation.reported, reported) for method in recomputation.methods
    )
    return "; half of it, a one-sided p, fits" + ("" if exact else " within rounding")
