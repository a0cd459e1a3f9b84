"""What a p-value can be recomputed from: counts, means, distributions, an interval, a test statistic.

Each basis is one function: it gives every admissible method's p, or None where the record lacks its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from msc_evidence.analysis.contrast import Contrast
from msc_evidence.analysis.verdict import Recomputed, reported_interval
from msc_evidence.registry.model import Outcome, Result, Values
from msc_evidence.statistics import confidence, counts, granularity, means, ranks, statistic_p
from msc_evidence.statistics.interval import Interval, hull

RATIO_MEASURES = ("RR", "OR", "HR", "ROM")
#: More candidate pairs of counts than this, and a pair of percentages says too little to be worth testing.
MOST_COUNT_PAIRS = 400


@dataclass(frozen=True, slots=True)
class Basis:
    """The inputs a p-value is recomputed from, in words, and what each method makes of them."""

    name: str
    inputs: str
    methods: tuple[Recomputed, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One result with its contrast and outcome, as the bases see it."""

    result: Result
    contrast: Contrast
    outcome: Outcome

    def values(self) -> tuple[Values, Values] | None:
        """What was reported of the two arms, treatment first."""
        arms = self.result.arms or {}
        first, second = arms.get(self.contrast.arm), arms.get(self.contrast.against)
        return (first, second) if first and second else None


def possible_events(values: Values, n: int) -> list[int]:
    """The numbers of events that a count or a percentage of `n` can stand for."""
    if values.events is not None:
        events = values.events.count
        return [events] if events is not None and events <= n else []
    if values.percent is None:
        return []
    return [k for k in granularity.counts_for(Interval(*values.percent.bounds), n) if 0 <= k <= n]


def from_counts(case: Case) -> Basis | None:
    """p from events of both arms, under every test of a 2×2 table."""
    pair, sizes = case.values(), case.contrast.sizes
    if not pair or not sizes:
        return None
    candidates = [possible_events(values, n) for values, n in zip(pair, sizes, strict=True)]
    pairs = list(product(*candidates))
    if not pairs or len(pairs) > MOST_COUNT_PAIRS:
        return None
    (n1, n2), best = sizes, pairs[len(pairs) // 2]
    recomputed = tuple(
        Recomputed(name, test(best[0], n1, best[1], n2), hull(_points(test, pairs, n1, n2)))
        for name, test in counts.METHODS.items()
    )
    return Basis("counts", counts_words(pair, best, sizes), recomputed)


def counts_words(pair: tuple[Values, Values], events: tuple[int, ...], sizes: tuple[int, int]) -> str:
    """`12/30 v 21/31`; with what was printed where that was percentages: `33.3% v 26.7% (13/39 v 4/15)`."""
    counted = " v ".join(f"{k}/{n}" for k, n in zip(events, sizes, strict=True))
    if all(values.events is not None for values in pair):
        return counted
    said = (f"{values.percent}%" if values.events is None else str(values.events) for values in pair)
    return f"{' v '.join(said)} ({counted})"


def _points(test: Callable[..., float], pairs: list[tuple[int, ...]], n1: int, n2: int) -> Iterator[Interval]:
    for first, second in pairs:
        yield Interval.point(test(first, n1, second, n2))


def from_means(case: Case) -> Basis | None:
    """p from mean, SD and size of both arms, under Student's and Welch's t."""
    pair, sizes = case.values(), case.contrast.sizes
    if not pair or not sizes or min(sizes) < 2:
        return None
    mean1, mean2 = pair[0].mean, pair[1].mean
    sd1, sd2 = (spread_of(values, n) for values, n in zip(pair, sizes, strict=True))
    if mean1 is None or mean2 is None or sd1 is None or sd2 is None:
        return None
    n1, n2 = sizes
    edges = (reported_interval(mean1), sd1, n1, reported_interval(mean2), sd2, n2)
    point = (float(mean1), _point(pair[0], n1), n1, float(mean2), _point(pair[1], n2), n2)
    recomputed = tuple(
        Recomputed(name, test(*point).p, means.p_interval(name, *edges))
        for name, test in means.METHODS.items()
    )
    return Basis("means", " v ".join(map(mean_words, pair, sizes)), recomputed)


def mean_words(values: Values, n: int) -> str:
    """`14.8 ± 23.8 (39)`."""
    spread = f"± {values.sd}" if values.sd is not None else f"(SE {values.se})"
    return f"{values.mean} {spread} ({n})"


def _point(values: Values, n: int) -> float:
    """The SD as printed, or the printed SE times √n."""
    return float(values.sd) if values.sd is not None else float(values.se or 0) * n**0.5


def spread_of(values: Values, n: int) -> Interval | None:
    """Every SD that the printed one, or the printed SE, can stand for."""
    printed = values.sd if values.sd is not None else values.se
    if printed is None:
        return None
    factor = 1.0 if values.sd is not None else n**0.5
    low, high = printed.bounds
    return Interval(max(0.0, low) * factor, high * factor)


def from_distribution(case: Case) -> Basis | None:
    """p from the full ordinal distributions of both arms, under the rank-sum tests."""
    pair = case.values()
    if not pair or not pair[0].distribution or not pair[1].distribution:
        return None
    first, second = ([share.count or 0 for share in values.distribution or ()] for values in pair)
    if len(first) != len(second) or not sum(first) or not sum(second):
        return None
    recomputed = []
    for name, test in ranks.METHODS.items():
        try:
            p = test(first, second)
        except ValueError:  # the exact test counts arrangements, and there can be too many of them
            continue
        recomputed.append(Recomputed(name, p, Interval.point(p)))
    return Basis("distributions", f"{first} v {second}", tuple(recomputed))


def from_interval(case: Case) -> Basis | None:
    """p from an estimate and its confidence interval, by the normal approximation (and t where n is small)."""
    effect = case.result.effect
    if effect is None or effect.ci is None:
        return None
    ratio = effect.measure in RATIO_MEASURES
    boxes = [reported_interval(number) for number in (effect.estimate, effect.ci.low, effect.ci.high)]
    level = float(effect.level) / 100 if effect.level else 0.95
    point = [float(number) for number in (effect.estimate, effect.ci.low, effect.ci.high)]
    if point[1] >= point[2] or not 0 < level < 1 or (ratio and min(box.lo for box in boxes) <= 0):
        return None
    recomputed = tuple(
        Recomputed(
            name,
            confidence.p_from_ci(*point, level=level, ratio=ratio, df=df),
            confidence.p_interval_from_ci(*boxes, level=level, ratio=ratio, df=df),
        )
        for name, df in _reference_distributions(case, ratio)
    )
    label = f"{effect.measure} {effect.estimate} ({100 * level:g} % CI {effect.ci})"
    return Basis("confidence interval", label, recomputed)


def _reference_distributions(case: Case, ratio: bool) -> Iterator[tuple[str, float | None]]:
    yield "normal from CI", None
    sizes = case.contrast.sizes
    if sizes and not ratio and sum(sizes) > 2:
        yield "t from CI", sum(sizes) - 2


def from_statistic(case: Case) -> Basis | None:
    """p from a reported test statistic and its degrees of freedom."""
    statistic = case.result.statistic
    if statistic is None:
        return None
    kind, dfs = statistic.kind, [float(df) for df in (statistic.df, statistic.df2) if df is not None]
    box, printed_value = reported_interval(statistic.value), float(statistic.value)
    try:
        at, around = (
            statistic_p.p_interval(kind, value, *dfs) for value in (Interval.point(printed_value), box)
        )
    except ValueError:  # a statistic out of its range, or degrees of freedom that are not its own
        return None
    recomputed = Recomputed(kind, at.lo, around)
    printed = ", ".join(str(df) for df in (statistic.df, statistic.df2) if df is not None)
    return Basis("test statistic", f"{kind}({printed}) = {statistic.value}", (recomputed,))


BASES: tuple[Callable[[Case], Basis | None], ...] = (
    from_statistic,
    from_interval,
    from_counts,
    from_means,
    from_distribution,
)
