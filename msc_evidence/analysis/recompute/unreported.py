"""What the arms' values give, reported or not: every effect measure, and the tests of a p that was not printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.analysis.design import has_person_time
from msc_evidence.analysis.recompute import shift
from msc_evidence.analysis.recompute.bases import (
    BASES,
    Case,
    category_counts,
    counts_words,
    mean_and_spread_words,
    possible_events,
    printed_sd,
    sd_interval,
)
from msc_evidence.analysis.recompute.ordinal import ordinal_effects
from msc_evidence.analysis.recompute.recomputation import OF_THE_ANALYSIS, admissible_methods
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms import effects


@dataclass(frozen=True, slots=True)
class ArmStatistic:
    """One statistic that the source did not print, or one effect measure of the arms with its 95% interval."""

    #: `p`, or the effect measure.
    statistic: str
    basis: str
    inputs: str
    method: str
    value: float
    ci: tuple[float, float] | None = None
    #: What the rounding of the inputs allows, of a p.
    rounding: Interval | None = None


def unreported_tests(case: Case) -> Iterator[ArmStatistic]:
    """Two-sided p by every admissible test, where the source gives none; none of an adjusted analysis from its arms."""
    result = case.result
    if result.p is not None or result.sides == "one" or case.dependence:
        return
    for basis in (built for build in BASES if (built := build(case)) is not None):
        if result.adjusted and basis.name not in OF_THE_ANALYSIS:
            continue
        for way in admissible_methods(result.test, basis):
            yield ArmStatistic("p", basis.name, basis.inputs, way.method, way.value, rounding=way.interval)


def unadjusted_tests(case: Case) -> Iterator[ArmStatistic]:
    """What the distributions give under further tests, where the p that the source gives is adjusted.

    The model of proportional odds fitted, and the association of arm and scale without the scale's order. Nothing here
    can reproduce an adjusted p: it shows how far the choice of the test moves the unadjusted one.
    """
    pair = category_counts(case)
    if pair is None or case.result.p is None or not case.result.adjusted or case.dependence:
        return
    inputs = f"{pair[0]} v {pair[1]}"
    for way in shift.model_tests(*pair):
        yield ArmStatistic("p", "distributions", inputs, way.method, way.value, rounding=way.interval)
    association = shift.any_difference(*pair)
    if association:
        yield ArmStatistic(
            "p",
            "distributions",
            inputs,
            association.method,
            association.p,
            rounding=Interval.point(association.p),
        )


def arm_effects(case: Case) -> Iterator[ArmStatistic]:
    """Every effect measure of the arms at the printed inputs, from counts, means and distributions.

    None where participants are not independent: the intervals would be others.
    """
    if case.dependence:
        return
    yield from _effects_of_counts(case)
    yield from _effects_of_means(case)
    pair = category_counts(case)
    if pair is not None:
        for row in ordinal_effects(case):
            limits = (row.ci_lb, row.ci_ub)
            inputs = f"{pair[0]} v {pair[1]}"
            yield ArmStatistic(row.measure, "distributions", inputs, row.method, row.estimate, limits)


def _effects_of_counts(case: Case) -> Iterator[ArmStatistic]:
    pair, sizes = case.values(), case.contrast.sizes
    # Events of a time-to-event analysis lack the times: its ratios are of rates.
    if not pair or not sizes or case.outcome.type == "time-to-event" or has_person_time(*pair):
        return
    events = [possible_events(values, n) for values, n in zip(pair, sizes, strict=True)]
    if any(len(possible) != 1 for possible in events):
        return
    (first,), (second,) = events
    inputs = counts_words(pair, (first, second), sizes)
    silent = first + second in (0, sum(sizes))
    for measure, estimator in effects.FROM_COUNTS.items():
        if silent and measure != "RD":  # without events in either arm a ratio is anything
            continue
        yield _arm_statistic(estimator(first, sizes[0], second, sizes[1]), measure, "counts", inputs)


def _effects_of_means(case: Case) -> Iterator[ArmStatistic]:
    pair, sizes = case.values(), case.contrast.sizes
    if not pair or not sizes or min(sizes) < 2 or pair[0].mean is None or pair[1].mean is None:
        return
    if any(sd_interval(values, n) is None for values, n in zip(pair, sizes, strict=True)):
        return
    sd1, sd2 = (printed_sd(values, n) for values, n in zip(pair, sizes, strict=True))
    inputs = " v ".join(map(mean_and_spread_words, pair, sizes))
    m1, m2 = float(pair[0].mean), float(pair[1].mean)
    for measure, estimator in effects.FROM_MEANS.items():
        # As in a pool, a standardised difference above 0 is the better treatment arm's.
        sign = -1 if measure == "SMD" and case.outcome.better == "lower" else 1
        try:
            found = estimator(sign * m1, sd1, sizes[0], sign * m2, sd2, sizes[1])
            yield _arm_statistic(found, measure, "means", inputs, oriented=case.outcome.better is not None)
        except ValueError:  # no spread at all, and nothing to standardise by
            continue


def _arm_statistic(
    estimate: effects.EffectEstimate, measure: str, basis: str, inputs: str, *, oriented: bool = False
) -> ArmStatistic:
    how = f"Hedges' g{', above 0: treatment better' * oriented}" if measure == "SMD" else "Wald"
    return ArmStatistic(measure, basis, inputs, how, estimate.estimate, (estimate.ci_lb, estimate.ci_ub))
