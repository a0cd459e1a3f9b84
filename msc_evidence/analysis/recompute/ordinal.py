"""What two full ordinal distributions say: superiority, odds, net benefit, utilities and the common odds ratio."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.recompute.bases import Basis, Case, category_counts
from msc_evidence.analysis.recompute.verdict import RecomputedValue
from msc_evidence.registry.model import Outcome
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms import ordinal, ranks

Counts = Sequence[int]


@dataclass(frozen=True, slots=True)
class OrdinalRow:
    """One measure with its interval, oriented so that the better outcome of treatment is above no difference.

    The limits of NNT are the reciprocals of those of the net benefit: where that holds 0, they have different signs
    and the interval runs from one through infinity to the other (Altman 1998).
    """

    measure: str
    method: str
    estimate: float
    ci_lb: float
    ci_ub: float
    p: float | None = None


def ordinal_effects(case: Case) -> tuple[OrdinalRow, ...]:
    """Every ordinal measure that exists; none without both distributions or without the better end of the scale."""
    pair, better = category_counts(case), case.outcome.better
    if pair is None or better is None:
        return ()
    treatment, control = (counts[::-1] for counts in pair) if better == "lower" else pair
    # No rank sum depends on which end is better; in the order of the scale the exact one is counted already.
    rows = [
        *_superiority_rows(treatment, control, _rank_sum_test(*pair)),
        *_needed_to_treat_row(treatment, control),
    ]
    if is_mrs(case.outcome, case.result.outcome) and len(treatment) == len(ordinal.MRS_UTILITIES):
        rows += _utility_row(treatment, control)
    return (*rows, *_common_odds_ratio_row(treatment, control))


def _superiority_rows(
    treatment: Counts, control: Counts, rank_sum: tuple[str, float]
) -> Iterator[OrdinalRow]:
    """Superiority with the rank-sum test, and what follows from it; no win odds where the arms do not overlap."""
    name, p = rank_sum
    effects = (ordinal.superiority, ordinal.generalised_odds, ordinal.win_odds, ordinal.net_benefit)
    for effect in effects:
        estimate = _ordinal_effect_or_none(effect, treatment, control)
        if estimate and effect is ordinal.superiority:
            yield OrdinalRow(*_ordinal_row_values(estimate, f"{estimate.method}; p by {name}"), p)
        elif estimate:
            yield OrdinalRow(*_ordinal_row_values(estimate, estimate.method))


def _rank_sum_test(first: Counts, second: Counts) -> tuple[str, float]:
    """The first rank-sum test that can be carried out: the exact one unless there are too many arrangements."""
    for name, test in ranks.METHODS.items():
        try:
            return name, test(first, second)
        except ValueError:
            continue
    return "rank-sum", math.nan


def _needed_to_treat_row(treatment: Counts, control: Counts) -> Iterator[OrdinalRow]:
    net = ordinal.net_benefit(treatment, control)
    limits = (ordinal.number_needed_to_treat(limit) for limit in (net.estimate, net.ci_ub, net.ci_lb))
    yield OrdinalRow("NNT", f"one more net win; {net.method}", *limits)


def _utility_row(treatment: Counts, control: Counts) -> Iterator[OrdinalRow]:
    # Utilities fall from grade 0 upwards, and the counts here run towards the better end.
    def difference(first: Counts, second: Counts) -> ordinal.OrdinalEffect:
        return ordinal.utility_difference(first, second, utilities=ordinal.MRS_UTILITIES[::-1])

    estimate = _ordinal_effect_or_none(difference, treatment, control)
    if estimate:
        limits = (estimate.estimate, estimate.ci_lb, estimate.ci_ub)
        yield OrdinalRow("utility-weighted mRS", "difference of means; Chaisinanunkul 2015", *limits)


def _ordinal_effect_or_none(
    effect: Callable[[Counts, Counts], ordinal.OrdinalEffect], treatment: Counts, control: Counts
) -> ordinal.OrdinalEffect | None:
    try:
        return effect(treatment, control)
    except ValueError:  # an arm of one, or arms that do not overlap
        return None


def _ordinal_row_values(effect: ordinal.OrdinalEffect, method: str) -> tuple[str, str, float, float, float]:
    return effect.measure, method, effect.estimate, effect.ci_lb, effect.ci_ub


def _common_odds_ratio_row(treatment: Counts, control: Counts) -> Iterator[OrdinalRow]:
    """The common odds ratio by maximum likelihood; nothing where the arms do not overlap and it has no maximum."""
    from msc_evidence.statistics.two_arms import proportional_odds

    try:
        fitted = proportional_odds.fit(treatment, control)
        lower, upper = proportional_odds.profile_interval(treatment, control)
        test = proportional_odds.likelihood_ratio_test(treatment, control)
        proportional = proportional_odds.proportional_odds_test(treatment, control)
    except ValueError:
        return
    method = f"maximum likelihood; p of proportional odds {proportional.p:.2g}"
    yield OrdinalRow("common OR", method, math.exp(fitted.log_or), math.exp(lower), math.exp(upper), test.p)


def effect_from_distributions(case: Case) -> Basis | None:
    """The reported measure computed from both distributions: OR as the common one, PS, or MD of the scale.

    An OR or a PS may be printed for the better or for the worse outcome, and nothing says which: both are tried.
    """
    effect, pair = case.result.effect, category_counts(case)
    if effect is None or pair is None or case.result.definition:
        return None
    ways = {"OR": _recomputed_odds, "PS": _recomputed_superiority, "MD": _difference_of_means}
    recomputed = tuple(ways[effect.measure](case.outcome, *pair)) if effect.measure in ways else ()
    return Basis("distributions", f"{pair[0]} v {pair[1]}", recomputed) if recomputed else None


def _recomputed_odds(outcome: Outcome, treatment: Counts, control: Counts) -> Iterator[RecomputedValue]:
    """The common odds ratio by maximum likelihood and, because sources print it as an OR too, the generalised odds."""
    fitted = next(_common_odds_ratio_row(treatment, control), None)
    generalised = ordinal.generalised_odds(treatment, control).estimate
    for name, odds in (
        ("common OR", fitted.estimate if fitted else math.nan),
        ("generalised odds", generalised),
    ):
        if math.isfinite(odds) and odds > 0:
            yield from _for_either_end(name, odds, 1 / odds, outcome)


def _recomputed_superiority(
    outcome: Outcome, treatment: Counts, control: Counts
) -> Iterator[RecomputedValue]:
    ps = ranks.probability_of_superiority(treatment, control)
    yield from _for_either_end("PS", ps, 1 - ps, outcome)


def _for_either_end(name: str, higher: float, lower: float, outcome: Outcome) -> Iterator[RecomputedValue]:
    """The measure for either end of the scale, the better one first."""
    ends = [("higher", higher), ("lower", lower)]
    if outcome.better is None:
        yield from (_recomputed_exactly(f"{name}, {end} on the scale", value) for end, value in ends)
        return
    for end, value in sorted(ends, key=lambda pair: pair[0] != outcome.better):
        yield _recomputed_exactly(
            f"{name} of a {'better' if end == outcome.better else 'worse'} outcome", value
        )


def _difference_of_means(outcome: Outcome, treatment: Counts, control: Counts) -> Iterator[RecomputedValue]:
    """Mean of arm 1 less that of arm 2 on a scale whose range and step give a score for each category."""
    if outcome.range is None or outcome.step is None:
        return
    low, high, step = (float(number) for number in (outcome.range.low, outcome.range.high, outcome.step))
    if round((high - low) / step) + 1 != len(treatment):
        return
    means = [
        low + step * sum(count * at for at, count in enumerate(counts)) / sum(counts)
        for counts in (treatment, control)
    ]
    yield _recomputed_exactly("MD of the scale", means[0] - means[1])


def _recomputed_exactly(name: str, value: float) -> RecomputedValue:
    return RecomputedValue(name, value, Interval.point(value))


def is_mrs(outcome: Outcome, name: str) -> bool:
    """Whether the outcome of this id is the modified Rankin Scale, whose grades have utilities."""
    span = outcome.range
    return name == "mrs" and span is not None and (float(span.low), float(span.high)) == (0.0, 6.0)
