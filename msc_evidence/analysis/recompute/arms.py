"""The effect estimate that the arms' own values give, to set beside the reported one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product

from msc_evidence.analysis.design import has_person_time
from msc_evidence.analysis.recompute.bases import (
    Basis,
    Case,
    counts_words,
    mean_and_spread_words,
    possible_events,
    sd_interval,
)
from msc_evidence.analysis.recompute.verdict import RecomputedValue, reported_interval
from msc_evidence.registry.effect import Effect
from msc_evidence.registry.values import Values
from msc_evidence.statistics.distributions import normal_quantile, t_from_p
from msc_evidence.statistics.interval import Interval, image
from msc_evidence.statistics.two_arms import effects
from msc_evidence.statistics.two_arms.implied import hedges_correction


def effect_from_arms(case: Case) -> Basis | None:
    """The reported measure computed from counts or means; None where the record lacks them."""
    effect = case.result.effect
    if effect is None:
        return None
    if effect.measure in effects.FROM_COUNTS:
        return _effect_from_counts(case, effect)
    if effect.measure == "IRR":
        return _effect_from_rates(case)
    return _effect_from_means(case, effect) if effect.measure in effects.FROM_MEANS else None


def _effect_from_counts(case: Case, effect: Effect) -> Basis | None:
    pair, sizes = case.as_compared()
    # Events of a time-to-event analysis lack the times: its ratios are of rates, its percentages estimates.
    if not pair or not sizes or case.outcome.type == "time-to-event" or has_person_time(*pair):
        return None
    n1, n2 = sizes
    pairs = list(product(possible_events(pair[0], n1), possible_events(pair[1], n2)))
    if not pairs:
        return None
    middle, recomputed = pairs[len(pairs) // 2], []
    for name, estimator in _count_estimators(effect):
        estimates = {events: estimator(events[0], n1, events[1], n2) for events in pairs}
        finite = [value for value in estimates.values() if math.isfinite(value)]
        if finite:
            at = estimates[middle] if math.isfinite(estimates[middle]) else finite[0]
            recomputed.append(RecomputedValue(name, at, Interval(min(finite), max(finite))))
    return Basis("counts", counts_words(pair, middle, sizes), tuple(recomputed)) if recomputed else None


def _count_estimators(effect: Effect) -> Iterator[tuple[str, Callable[[int, int, int, int], float]]]:
    """Every way in which the measure may have been computed, by name; ∞ or NaN where one cannot be."""
    if effect.measure == "RD":
        share, points = _share_difference, lambda *table: 100 * _share_difference(*table)
        if in_percentage_points(effect):
            yield "RD", points
            return
        yield "RD", share
        if effect.ci is None:  # 0.7 may be a difference of shares or 0.7 percentage points
            yield "RD in percentage points", points
        return
    plain = _plain_risk_ratio if effect.measure == "RR" else _plain_odds_ratio
    measure = effects.FROM_COUNTS[effect.measure]
    yield effect.measure, plain
    yield (
        f"{effect.measure} with ½ added",
        lambda a, n1, c, n2: math.nan if 0 < a < n1 and 0 < c < n2 else measure(a, n1, c, n2).estimate,
    )


def _share_difference(a: int, n1: int, c: int, n2: int) -> float:
    return a / n1 - c / n2


def _plain_risk_ratio(a: int, n1: int, c: int, n2: int) -> float:
    """a/n₁ over c/n₂ with nothing added: defined wherever the second arm has events."""
    return a * n2 / (n1 * c) if c else math.inf


def _plain_odds_ratio(a: int, n1: int, c: int, n2: int) -> float:
    below = (n1 - a) * c
    return a * (n2 - c) / below if below else math.inf


def in_percentage_points(effect: Effect) -> bool:
    """Whether a risk difference is printed in percentage points: with their sign, or beyond ±1, as no share is."""
    ends = [effect.ci.low, effect.ci.high] if effect.ci else []
    printed = [number for number in (effect.estimate, *ends) if number]
    return effect.measure == "RD" and any(
        abs(number.value) > 1 or number.text.rstrip().endswith("%") for number in printed
    )


def _effect_from_rates(case: Case) -> Basis | None:
    """The rate ratio of events over time at risk, or of the printed rates."""
    pair = case.values()
    if not pair:
        return None
    boxes = [_rate_interval(values) for values in pair]
    if boxes[0] is None or boxes[1] is None or boxes[1].lo <= 0:
        return None
    value = Interval(boxes[0].lo / boxes[1].hi, boxes[0].hi / boxes[1].lo)
    words = " v ".join(_rate_words(values) for values in pair)
    return Basis("rates", words, (RecomputedValue("IRR", boxes[0].middle / boxes[1].middle, value),))


def _rate_interval(values: Values) -> Interval | None:
    if values.events is not None and values.person_time is not None and values.person_time.bounds[0] > 0:
        low, high = values.person_time.bounds
        return Interval(float(values.events) / high, float(values.events) / low)
    return Interval(*values.rate.bounds).clipped(0.0, math.inf) if values.rate is not None else None


def _rate_words(values: Values) -> str:
    if values.events is not None and values.person_time is not None:
        return f"{values.events} in {values.person_time}"
    return f"{values.rate} per {values.per}" if values.per else str(values.rate)


def _effect_from_means(case: Case, effect: Effect) -> Basis | None:
    pair, sizes = case.as_compared()
    if not pair or not sizes or pair[0].mean is None or pair[1].mean is None or min(sizes) < 2:
        return None
    spreads = [sd_interval(values, n) for values, n in zip(pair, sizes, strict=True)]
    if spreads[0] is None or spreads[1] is None or min(spread.lo for spread in spreads if spread) <= 0:
        return None
    boxes = (reported_interval(pair[0].mean), spreads[0], reported_interval(pair[1].mean), spreads[1])
    (n1, n2), estimator = sizes, effects.FROM_MEANS[effect.measure]

    def estimate(m1: float, sd1: float, m2: float, sd2: float) -> float:
        return estimator(m1, sd1, n1, m2, sd2, n2).estimate

    middles = [box.middle for box in boxes]
    recomputed = RecomputedValue(effect.measure, estimate(*middles), image(estimate, *boxes))
    methods = _hedges_and_cohen(recomputed, sum(sizes) - 2) if effect.measure == "SMD" else (recomputed,)
    return Basis("means", " v ".join(map(mean_and_spread_words, pair, sizes)), methods)


def _hedges_and_cohen(g: RecomputedValue, df: int) -> tuple[RecomputedValue, RecomputedValue]:
    """Hedges' g and, without its correction for small samples, Cohen's d: sources print either as the SMD."""
    j = hedges_correction(df)
    d = RecomputedValue("Cohen's d", g.value / j, Interval(g.interval.lo / j, g.interval.hi / j))
    return RecomputedValue("Hedges' g", g.value, g.interval), d


def possible_widths(case: Case, level: float) -> Interval | None:
    """From Wald's to the widest t interval of the reported measure that the arms' values give, on the log for ratios.

    None where a cell holds fewer than five: there exact and other intervals are far from Wald's.
    """
    effect, pair, sizes = case.result.effect, case.values(), case.contrast.sizes
    if effect is None or not pair or not sizes or case.outcome.type == "time-to-event" or case.dependence:
        return None
    if effect.measure in effects.FROM_COUNTS:
        events = [possible_events(values, n) for values, n in zip(pair, sizes, strict=True)]
        cells = [
            cell for possible, n in zip(events, sizes, strict=True) for k in possible for cell in (k, n - k)
        ]
        if any(len(possible) != 1 for possible in events) or min(cells) < 5:
            return None
        estimate = effects.FROM_COUNTS[effect.measure](
            events[0][0], sizes[0], events[1][0], sizes[1], level=level
        )
        unit = 100 if in_percentage_points(effect) else 1
        low, high = unit * estimate.ci_lb, unit * estimate.ci_ub
        return Interval.point(high - low if effect.measure == "RD" else math.log(high / low))
    return _width_of_difference(pair, sizes, level) if effect.measure == "MD" else None


def _width_of_difference(
    pair: tuple[Values, Values], sizes: tuple[int, int], level: float
) -> Interval | None:
    first, second = (sd_interval(values, n) for values, n in zip(pair, sizes, strict=True))
    if first is None or second is None or min(sizes) < 3:
        return None
    narrow = _standard_errors(first.lo, second.lo, *sizes)
    wide = _standard_errors(first.hi, second.hi, *sizes)
    # Student's or Welch's degrees of freedom: never fewer than those of the smaller arm.
    widest = 2 * t_from_p(1 - level, min(sizes) - 1)
    return Interval(2 * normal_quantile((1 + level) / 2) * min(narrow), widest * max(wide))


def _standard_errors(sd1: float, sd2: float, n1: int, n2: int) -> tuple[float, float]:
    """Of a difference of means: from each arm's own SD (Welch), and from the pooled one (Student)."""
    pooled = math.hypot(math.sqrt(n1 - 1) * sd1, math.sqrt(n2 - 1) * sd2) / math.sqrt(n1 + n2 - 2)
    return math.hypot(sd1 / math.sqrt(n1), sd2 / math.sqrt(n2)), pooled * math.sqrt(1 / n1 + 1 / n2)


def usual_effect(case: Case) -> effects.EffectEstimate | None:
    """What the arms' values give at the printed inputs: a mean difference, or a risk ratio from counts.

    None where participants are not independent: its interval would be another one.
    """
    pair, sizes = case.values(), case.contrast.sizes
    if not pair or not sizes or case.dependence or has_person_time(*pair):
        return None
    if pair[0].mean is not None and pair[1].mean is not None and min(sizes) >= 2:
        spreads = [sd_interval(values, n) for values, n in zip(pair, sizes, strict=True)]
        if spreads[0] is None or spreads[1] is None:
            return None
        first, second = (float(values.mean or 0) for values in pair)
        return effects.mean_difference(
            first, spreads[0].middle, sizes[0], second, spreads[1].middle, sizes[1]
        )
    events = [possible_events(values, n) for values, n in zip(pair, sizes, strict=True)]
    if any(len(possible) != 1 for possible in events):
        return None
    (first,), (second,) = events
    if first + second in (0, sum(sizes)):  # nobody or everybody: nothing to compare
        return None
    return effects.risk_ratio(first, sizes[0], second, sizes[1])
