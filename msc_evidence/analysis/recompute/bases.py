"""What a p-value can be recomputed from: counts, means, distributions, an interval, a test statistic.

Each basis is one function: it gives every admissible method's p, or None where the record lacks its inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import product

from msc_evidence.analysis.contrast import Contrast
from msc_evidence.analysis.design import (
    cluster_counts,
    dependence,
    design_effect,
    has_person_time,
    is_clustered,
)
from msc_evidence.analysis.recompute import shift
from msc_evidence.analysis.recompute.tests_named import methods_named
from msc_evidence.analysis.recompute.verdict import RecomputedValue, reported_interval
from msc_evidence.analysis.significance import printed_estimate
from msc_evidence.registry.model import Outcome, Result, Statistic, Trial
from msc_evidence.registry.paired import PairedDifference
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Values
from msc_evidence.statistics import granularity
from msc_evidence.statistics.distributions import t_from_p
from msc_evidence.statistics.interval import Interval, hull
from msc_evidence.statistics.two_arms import categories, counts, means, p_values, paired_tests, rates
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES

#: More discordant pairs than any crossover has; the exact test counts one by one.
LARGEST_PAIRS = 2_000
#: More candidate pairs of counts than this, and a pair of percentages says too little to be worth testing.
MOST_COUNT_PAIRS = 400


# Without slots, so that methods that take long are gone through once, where they are asked for.
@dataclass(frozen=True)
class Basis:
    """The inputs a p-value is recomputed from, in words, and what each method makes of them."""

    name: str
    inputs: str
    #: The methods, or what goes through them.
    made: tuple[RecomputedValue, ...] | Callable[[], tuple[RecomputedValue, ...]]

    @cached_property
    def methods(self) -> tuple[RecomputedValue, ...]:
        """What each method gives."""
        return self.made if isinstance(self.made, tuple) else self.made()


@dataclass(frozen=True, slots=True)
class Case:
    """One result with its contrast and outcome, as the bases see it."""

    result: Result
    contrast: Contrast
    outcome: Outcome
    #: Whether categories need have no order, as those of characteristics at entry.
    unordered: bool = False
    #: Why the arms' values are not those of independent participants, as the design says; None where they are.
    dependence: str | None = None
    #: The variance of the arms' values over that of independent participants, in a trial of clusters.
    design_effect: float | None = None
    #: Degrees of freedom between clusters, the least and the most they can be; None where none were allocated.
    between_clusters: tuple[int, int | None] | None = None

    def values(self) -> tuple[Values, Values] | None:
        """What was reported of the two arms, treatment first."""
        arms = self.result.arms or {}
        first, second = arms.get(self.contrast.arm), arms.get(self.contrast.against)
        return (first, second) if first and second else None

    def as_compared(self) -> tuple[tuple[Values, Values] | None, tuple[int, int] | None]:
        """The values and sizes of the two arms in the order that a printed effect compares them."""
        pair, sizes = self.values(), self.contrast.sizes
        if not self.contrast.turned:
            return pair, sizes
        return pair and (pair[1], pair[0]), sizes and (sizes[1], sizes[0])


#: Fewer degrees of freedom between clusters than this no trial that reports an interval has.
_FEWEST_BETWEEN = 4


def case_of(trial: Trial, result: Result, contrast: Contrast, outcome: Outcome, *, at_entry: bool) -> Case:
    """The case of a trial's result under the design that its record states."""
    between: tuple[int, int | None] | None = None
    if is_clustered(trial):
        clusters = cluster_counts(trial, contrast.arm, contrast.against)
        known = max(1, sum(clusters) - 2) if clusters else None
        between = (known or _FEWEST_BETWEEN, known)
    return Case(
        result,
        contrast,
        outcome,
        unordered=at_entry,
        dependence=dependence(trial, result, at_entry=at_entry),
        design_effect=design_effect(trial, result),
        between_clusters=between,
    )


def possible_events(values: Values, n: int) -> list[int]:
    """The numbers of events that a count or a percentage of `n` can stand for."""
    if values.events is not None:
        events = values.events.count
        return [events] if events is not None and events <= n else []
    if values.percent is None:
        return []
    return [k for k in granularity.counts_for(Interval(*values.percent.bounds), n) if 0 <= k <= n]


def from_counts(case: Case) -> Basis | None:
    """p from events of both arms, under every test of a 2×2 table.

    Times to an event have their own tests: their percentages are estimates and their counts lack the times.
    """
    pair, sizes = case.values(), case.contrast.sizes
    if not pair or not sizes or case.outcome.type == "time-to-event" or has_person_time(*pair):
        return None
    candidates = [possible_events(values, n) for values, n in zip(pair, sizes, strict=True)]
    pairs = list(product(*candidates))
    if not pairs or len(pairs) > MOST_COUNT_PAIRS:
        return None
    best = pairs[len(pairs) // 2]
    recomputed = (
        _recomputed_from_tables(name, test, best, pairs, sizes) for name, test in counts.METHODS.items()
    )
    return Basis("counts", counts_words(pair, best, sizes), tuple(recomputed))


def _recomputed_from_tables(
    name: str,
    test: Callable[[int, int, int, int], float],
    best: tuple[int, ...],
    pairs: Sequence[tuple[int, ...]],
    sizes: tuple[int, int],
) -> RecomputedValue:
    """p of the likeliest events, and of all that percentages can stand for."""
    value = test(best[0], sizes[0], best[1], sizes[1])
    if len(pairs) == 1:
        return RecomputedValue(name, value, Interval.point(value))
    return RecomputedValue(
        name,
        value,
        lambda: hull(Interval.point(test(first, sizes[0], second, sizes[1])) for first, second in pairs),
    )


def counts_words(pair: tuple[Values, Values], events: tuple[int, ...], sizes: tuple[int, int]) -> str:
    """`12/30 v 21/31`; with what was printed where that was percentages: `33.3% v 26.7% (13/39 v 4/15)`."""
    counted = " v ".join(f"{k}/{n}" for k, n in zip(events, sizes, strict=True))
    if all(values.events is not None for values in pair):
        return counted
    printed = (f"{values.percent}%" if values.events is None else str(values.events) for values in pair)
    return f"{' v '.join(printed)} ({counted})"


def from_means(case: Case) -> Basis | None:
    """p from mean, SD and size of both arms, under Student's and Welch's t."""
    pair, sizes = case.values(), case.contrast.sizes
    if not pair or not sizes or min(sizes) < 2:
        return None
    mean1, mean2 = pair[0].mean, pair[1].mean
    sd1, sd2 = (sd_interval(values, n) for values, n in zip(pair, sizes, strict=True))
    if mean1 is None or mean2 is None or sd1 is None or sd2 is None:
        return None
    n1, n2 = sizes
    edges = (reported_interval(mean1), sd1, n1, reported_interval(mean2), sd2, n2)
    point = (float(mean1), printed_sd(pair[0], n1), n1, float(mean2), printed_sd(pair[1], n2), n2)
    recomputed = tuple(
        RecomputedValue(name, test(*point).p, partial(means.p_interval, name, *edges))
        for name, test in means.METHODS.items()
    )
    return Basis("means", " v ".join(map(mean_and_spread_words, pair, sizes)), recomputed)


def mean_and_spread_words(values: Values, n: int) -> str:
    """`14.8 ± 23.8 (39)`."""
    spread = f"± {values.sd}" if values.sd is not None else f"(SE {values.se})"
    return f"{values.mean} {spread} ({n})"


def printed_sd(values: Values, n: int) -> float:
    """The SD as printed, or the printed SE times √n."""
    return float(values.sd) if values.sd is not None else float(values.se or 0) * n**0.5


def sd_interval(values: Values, n: int) -> Interval | None:
    """Every SD that the printed one, or the printed SE, can stand for."""
    printed = values.sd if values.sd is not None else values.se
    if printed is None:
        return None
    factor = 1.0 if values.sd is not None else n**0.5
    low, high = printed.bounds
    return Interval(max(0.0, low) * factor, high * factor)


def category_counts(case: Case) -> tuple[list[int], list[int]] | None:
    """Participants in each category of both arms, treatment first; None unless both are on one scale."""
    pair = case.values()
    if not pair or not pair[0].distribution or not pair[1].distribution:
        return None
    first, second = ([share.count or 0 for share in values.distribution or ()] for values in pair)
    if len(first) != len(second) or not sum(first) or not sum(second):
        return None
    return first, second


def from_distribution(case: Case) -> Basis | None:
    """p from the full ordinal distributions of both arms, under the tests of a shift.

    The model of proportional odds is fitted where the source names it; its score test needs no fitting. Tests that
    know no order of the categories stand beside where the source names one, or where there may be no order.
    """
    pair = category_counts(case)
    if pair is None:
        return None
    return Basis("distributions", f"{pair[0]} v {pair[1]}", partial(_tests_of_distributions, case, *pair))


def _tests_of_distributions(
    case: Case, first: Sequence[int], second: Sequence[int]
) -> tuple[RecomputedValue, ...]:
    """What the tests of a shift give, and where they may stand for the source's those without an order."""
    pair = first, second
    named = methods_named(case.result.test)
    fitted = shift.model_tests(*pair) if any(shift.PROPORTIONAL_ODDS in method for method in named) else ()
    unordered = case.unordered or {"Pearson", "likelihood ratio"} & set(named)
    tables = category_tests(*pair) if unordered else ()
    return (*shift.shift_tests(*pair), *fitted, *tables)


def category_tests(first: Sequence[int], second: Sequence[int]) -> Iterator[RecomputedValue]:
    """p of every test of two groups over categories without order."""
    for name, test in categories.METHODS.items():
        yield RecomputedValue(name, test(first, second), Interval.point(test(first, second)))


def from_interval(case: Case) -> Basis | None:
    """p from an estimate and its confidence interval, by the normal approximation and by Student's or Welch's t."""
    effect = case.result.effect
    if effect is None or effect.ci is None:
        return None
    ratio = effect.measure in RATIO_MEASURES
    limits = [reported_interval(number) for number in (effect.ci.low, effect.ci.high)]
    level = float(effect.level) / 100 if effect.level else 0.95
    ends = [float(number) for number in (effect.ci.low, effect.ci.high)]
    if ends[0] >= ends[1] or not 0 < level < 1 or (ratio and min(box.lo for box in limits) <= 0):
        return None
    estimate = printed_estimate(effect) or p_values.implied_estimate(*limits, ratio=ratio)
    if ratio and estimate.lo <= 0:
        return None
    boxes = (estimate, *limits)
    point = (float(effect.estimate) if effect.estimate is not None else estimate.middle, *ends)

    def allowed(dfs: Sequence[float | None]) -> Interval:
        return hull(p_values.p_interval_from_ci(*boxes, level=level, ratio=ratio, df=end) for end in dfs)

    recomputed = tuple(
        RecomputedValue(
            name, p_values.p_from_ci(*point, level=level, ratio=ratio, df=df), partial(allowed, dfs)
        )
        for name, df, dfs in _reference_distributions(case, effect.measure)
    )
    printed = f"{effect.measure} {effect.estimate}" if effect.estimate is not None else effect.measure
    label = f"{printed} ({100 * level:g}% CI {effect.ci})"
    return Basis("confidence interval", label, recomputed)


def _reference_distributions(
    case: Case, measure: str
) -> Iterator[tuple[str, float | None, tuple[float | None, ...]]]:
    """Names of the distributions, with their degrees of freedom and the least and the most of them."""
    yield "normal from CI", None, (None,)
    if case.between_clusters:
        least, most = case.between_clusters
        yield "t between clusters from CI", most or least, (least, most)
        return
    sizes = case.contrast.sizes
    if not sizes or measure in RATIO_MEASURES or sum(sizes) <= 2:
        return
    most = sum(sizes) - 2
    yield "t from CI", most, (most,)
    if measure == "MD" and min(sizes) >= 2:
        yield "Welch's t from CI", _welch_df(case, *sizes), (min(sizes) - 1, most)


def _welch_df(case: Case, n1: int, n2: int) -> float:
    """Welch's degrees of freedom by the printed spreads, or with equal ones where none are printed."""
    pair = case.values()
    first, second = (
        (printed_sd(values, n) for values, n in zip(pair, (n1, n2), strict=True)) if pair else (0, 0)
    )
    if not first or not second:
        first = second = 1.0
    return means.welch(0.0, first, n1, 0.0, second, n2).df


def from_statistic(case: Case) -> Basis | None:
    """p from a reported test statistic and its degrees of freedom; of a one-sided test, half of it or the rest."""
    statistic = case.result.statistic
    if statistic is None:
        return None
    kind, dfs = statistic.kind, [df for df in (statistic.df, statistic.df2) if df is not None]
    try:
        at = p_values.p_interval(kind, Interval.point(float(statistic.value)), *map(float, dfs))
        corners = product(*(_df_bounds(kind, place, df) for place, df in enumerate(dfs)))
        box = reported_interval(statistic.value)
        around = hull(p_values.p_interval(kind, box, *corner) for corner in corners)
    except ValueError:  # a statistic out of its range, or degrees of freedom that are not its own
        return None
    recomputed: tuple[RecomputedValue, ...] = (RecomputedValue(kind, at.lo, around),)
    if case.result.sides == "one":
        recomputed = tuple(_one_sided_pair(recomputed[0])) if _has_two_sides(statistic) else ()
    return Basis("test statistic", printed_statistic(statistic), recomputed)


def printed_statistic(statistic: Statistic) -> str:
    """`F(1, 48) = 4.2`."""
    printed = ", ".join(str(df) for df in (statistic.df, statistic.df2) if df is not None)
    return f"{statistic.kind}{printed and f'({printed})'} = {statistic.value}"


def _df_bounds(kind: str, place: int, df: Reported) -> tuple[float, ...]:
    """Degrees of freedom printed with decimals are rounded, and so may whole ones of t and of F's denominator be.

    Those of Welch's test and of mixed models are fractions that many sources print as whole numbers.
    """
    if df.decimals > 0 or (kind, place) in (("t", 0), ("F", 1)):
        return df.bounds
    return (float(df),)


def _has_two_sides(statistic: Statistic) -> bool:
    """Whether the test has two sides: t, z, r, and those on one degree of freedom that are the square of one."""
    return statistic.kind in ("t", "z", "r") or (statistic.df is not None and statistic.df.count == 1)


def _one_sided_pair(both: RecomputedValue) -> Iterator[RecomputedValue]:
    half = Interval(both.interval.lo / 2, both.interval.hi / 2)
    yield RecomputedValue(f"{both.method}, one-sided", both.value / 2, half)
    yield RecomputedValue(
        f"{both.method}, other side", 1 - both.value / 2, Interval(1 - half.hi, 1 - half.lo)
    )


def impossible_statistic(statistic: Statistic) -> str | None:
    """Why a test statistic cannot be as printed: F, χ² and Q are never below 0, r never beyond ±1."""
    kind, box = p_values.KINDS[statistic.kind], reported_interval(statistic.value)
    if kind.lo <= box.hi and box.lo <= kind.hi:
        return None
    limit = "is never below 0" if math.isinf(kind.hi) else f"lies between {kind.lo} and {kind.hi}"
    return f"{printed_statistic(statistic)} cannot be: {statistic.kind} {limit}"


def from_pairs(case: Case) -> Basis | None:
    """p from the discordant pairs of a paired 2×2 table, under every test of McNemar's kind."""
    pairs = case.result.pairs
    first = pairs.arm_only.count if pairs else None
    second = pairs.against_only.count if pairs else None
    if first is None or second is None or first + second > LARGEST_PAIRS:
        return None
    recomputed = tuple(
        RecomputedValue(name, test(first, second), Interval.point(test(first, second)))
        for name, test in paired_tests.METHODS.items()
    )
    return Basis("pairs", f"{first} v {second} discordant pairs", recomputed)


def from_differences(case: Case) -> Basis | None:
    """p from the mean difference within participants and its SD, SE or interval, under the paired t test."""
    difference = case.result.difference
    n = difference.n.count if difference and difference.n else None
    if difference is None or n is None or n < 2:
        return None
    spread = _standard_error_of_differences(difference, n)
    if spread is None or spread.hi <= 0:
        return None
    mean = reported_interval(difference.mean)
    value = paired_tests.paired_t(float(difference.mean), spread.middle, n)
    method = RecomputedValue("paired t", value, paired_tests.paired_t_interval(mean, spread, n))
    return Basis("differences", f"{difference.mean} on average within {n} participants", (method,))


def _standard_error_of_differences(difference: PairedDifference, n: int) -> Interval | None:
    if difference.se is not None:
        return reported_interval(difference.se).clipped(0.0, math.inf)
    if difference.sd is not None:
        sd = reported_interval(difference.sd).clipped(0.0, math.inf)
        return Interval(sd.lo / math.sqrt(n), sd.hi / math.sqrt(n))
    if difference.ci is None:
        return None
    level = float(difference.level) / 100 if difference.level else 0.95
    low, high = reported_interval(difference.ci.low), reported_interval(difference.ci.high)
    if not 0 < level < 1 or high.lo <= low.hi:
        return None
    width = 2 * t_from_p(1 - level, n - 1)
    return Interval((high.lo - low.hi) / width, (high.hi - low.lo) / width)


def from_rates(case: Case) -> Basis | None:
    """p from the events of both arms over their time at risk."""
    pair = case.values()
    if not pair:
        return None
    events = [values.events.count if values.events is not None else None for values in pair]
    times = [values.person_time for values in pair]
    if events[0] is None or events[1] is None or times[0] is None or times[1] is None:
        return None
    if min(float(time) for time in times if time) <= 0:
        return None
    boxes = [reported_interval(time) for time in times if time]
    corners = list(product((boxes[0].lo, boxes[0].hi), (boxes[1].lo, boxes[1].hi)))
    recomputed = tuple(
        RecomputedValue(
            name,
            test(events[0], float(times[0]), events[1], float(times[1])),
            hull(Interval.point(test(events[0], first, events[1], second)) for first, second in corners),
        )
        for name, test in rates.METHODS.items()
    )
    inputs = f"{events[0]} in {times[0]} v {events[1]} in {times[1]}"
    return Basis("rates", inputs, recomputed)


BASES: tuple[Callable[[Case], Basis | None], ...] = (
    from_statistic,
    from_interval,
    from_counts,
    from_rates,
    from_means,
    from_distribution,
    from_pairs,
    from_differences,
)
