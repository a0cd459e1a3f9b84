"""MSC409: an effect estimate that does not follow from the values of the arms."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from msc_evidence.analysis.recompute.recomputation import Recomputation
from msc_evidence.analysis.recompute.verdict import reported_interval
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import confidence_limits, printed_estimate
from msc_evidence.checks.msc4_shared import FAILED
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES


@check("MSC409", "warning", fields=("effect",))
def effect_from_arms(subject: Subject) -> Iterator[Hit]:
    """effect estimate that does not follow from the arms' values.

    Risk ratio, odds ratio or risk difference of the recorded counts (every pair that printed percentages
    can stand for), mean difference, Hedges' g or Cohen's d of the recorded means, against the printed
    estimate. A risk difference beyond ±1 is read in percentage points, one without interval either way;
    ratios of a table with an empty cell with and without ½ added. Silent for the odds ratio beside
    Fisher's test, which is conditional on the margins, for times to an event, and where the design ties
    participants together. Only a note where the contrast turned round fits, and where no test is named and
    the arms' estimate is less than half way from the printed one to its limit: an adjustment that the
    record does not mention moves it so.

    It matters because the estimate is what enters a meta-analysis.
    Example: 79/106 v 82/99 gives RR .8998: 0.90 is silent, 0.80 flagged.
    It cannot see adjusted estimates that the record does not call adjusted.
    Source: Cochrane Handbook, chapter 6.

    Flagged:
        results:
          - outcome: responders
            at: 3 mo
            effect: {measure: RR, estimate: 0.80}
            arms: {msc: {events: 79, n: 106}, control: {events: 82, n: 99}}
    Silent:
        results:
          - outcome: responders
            at: 3 mo
            effect: {measure: RR, estimate: 0.90}
            arms: {msc: {events: 79, n: 106}, control: {events: 82, n: 99}}
    """
    if not any(record.effect for record in subject.trial.results):
        return
    for result in subject.results:
        for recomputation in result.recomputations:
            if recomputation.statistic != "p" and recomputation.verdict in FAILED:
                yield from _effect_hit(result, recomputation)


def _effect_hit(result: AnalysedResult, recomputation: Recomputation) -> Iterator[Hit]:
    reported = reported_interval(recomputation.reported)
    intervals = [method.interval for method in recomputation.methods]
    exchanged = [_with_arms_exchanged(interval, recomputation.statistic) for interval in intervals]
    fits = any(interval is not None and interval.meets(reported) for interval in exchanged)
    end = "; the other way round it fits: the arms of the contrast may be exchanged" if fits else ""
    text = " or ".join(dict.fromkeys(map(_interval_words, intervals)))
    printed = f"{recomputation.statistic} {recomputation.reported}"
    message = f"{printed} beside {recomputation.inputs}: the {recomputation.basis} give {text}{end}"
    path = ("results", result.index, "effect", "estimate")
    note = fits or (result.result.test is None and _may_be_adjusted(result, intervals))
    yield Hit(path, message, printed, text, "note" if note else None, result.result.outcome)


def _may_be_adjusted(result: AnalysedResult, given: Sequence[Interval]) -> bool:
    """Whether an estimate of the arms is nearer to the printed one than half the way to its confidence limit."""
    effect = result.result.effect
    limits = confidence_limits(effect) if effect else None
    estimate = printed_estimate(effect) if effect else None
    if effect is None or limits is None or estimate is None:
        return False
    scale = _logarithm if effect.measure in RATIO_MEASURES else float
    at, low, high = (scale(box.middle) for box in (estimate, *limits))
    moved = [scale(box.middle) - at for box in given]
    return any((low - at) / 2 <= shift <= (high - at) / 2 for shift in moved)


def _logarithm(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


def _interval_words(given: Interval) -> str:
    return f"{given.lo:.4g}" if given.lo == given.hi else f"{given.lo:.4g} to {given.hi:.4g}"


def _with_arms_exchanged(given: Interval, measure: str) -> Interval | None:
    """The effect with the arms exchanged."""
    if measure not in RATIO_MEASURES:
        return Interval(-given.hi, -given.lo)
    return Interval(1 / given.hi, 1 / given.lo) if given.lo > 0 else None
