"""The effect estimate that the arms' own values give, to set beside the reported one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from msc_evidence.analysis.bases import Basis, Case, counts_words, mean_words, possible_events, spread_of
from msc_evidence.analysis.verdict import Recomputed, reported_interval
from msc_evidence.registry.model import Effect
from msc_evidence.statistics import effects
from msc_evidence.statistics.interval import Interval, image


def effect_from_arms(case: Case) -> Basis | None:
    """The reported measure computed from counts or means; None where the record lacks them."""
    effect = case.result.effect
    if effect is None:
        return None
    if effect.measure in effects.FROM_COUNTS:
        return _from_counts(case, effect)
    return _from_means(case, effect) if effect.measure in effects.FROM_MEANS else None


def _from_counts(case: Case, effect: Effect) -> Basis | None:
    pair, sizes = case.values(), case.contrast.sizes
    if not pair or not sizes:
        return None
    n1, n2 = sizes
    pairs = list(product(possible_events(pair[0], n1), possible_events(pair[1], n2)))
    if not pairs:
        return None
    measure, unit = effects.FROM_COUNTS[effect.measure], 100 if in_percentage_points(effect) else 1
    estimates = [unit * measure(a, n1, c, n2).estimate for a, c in pairs]
    middle = len(pairs) // 2
    found = Recomputed(effect.measure, estimates[middle], Interval(min(estimates), max(estimates)))
    return Basis("counts", counts_words(pair, pairs[middle], sizes), (found,))


def in_percentage_points(effect: Effect) -> bool:
    """Whether a risk difference is printed in percentage points: a number beyond ±1 is no difference of shares."""
    ends = [effect.ci.low, effect.ci.high] if effect.ci else []
    return effect.measure == "RD" and any(abs(number.value) > 1 for number in (effect.estimate, *ends))


def _from_means(case: Case, effect: Effect) -> Basis | None:
    pair, sizes = case.values(), case.contrast.sizes
    if not pair or not sizes or pair[0].mean is None or pair[1].mean is None or min(sizes) < 2:
        return None
    spreads = [spread_of(values, n) for values, n in zip(pair, sizes, strict=True)]
    if spreads[0] is None or spreads[1] is None or min(spread.lo for spread in spreads if spread) <= 0:
        return None
    boxes = (reported_interval(pair[0].mean), spreads[0], reported_interval(pair[1].mean), spreads[1])
    estimate = _estimator(effects.FROM_MEANS[effect.measure], *sizes)
    found = Recomputed(effect.measure, estimate(*(box.middle for box in boxes)), image(estimate, *boxes))
    printed = map(mean_words, pair, sizes)
    return Basis("means", " v ".join(printed), (found,))


def _estimator(measure: Callable[..., effects.Effect], n1: int, n2: int) -> Callable[..., float]:
    return lambda m1, sd1, m2, sd2: measure(m1, sd1, n1, m2, sd2, n2).estimate


def usual_effect(case: Case) -> effects.Effect | None:
    """What the arms' values give at the printed inputs: a mean difference, or a risk ratio from counts."""
    pair, sizes = case.values(), case.contrast.sizes
    if not pair or not sizes:
        return None
    if pair[0].mean is not None and pair[1].mean is not None and min(sizes) >= 2:
        spreads = [spread_of(values, n) for values, n in zip(pair, sizes, strict=True)]
        if spreads[0] is None or spreads[1] is None:
            return None
        first, second = (float(values.mean or 0) for values in pair)
        return effects.mean_difference(
            first, spreads[0].middle, sizes[0], second, spreads[1].middle, sizes[1]
        )
    events = [possible_events(values, n) for values, n in zip(pair, sizes, strict=True)]
    if any(len(possible) != 1 for possible in events):
        return None
    return effects.risk_ratio(events[0][0], sizes[0], events[1][0], sizes[1])
