"""The exact range of the probability of superiority under a rank-sum test, by patterns of ties in order."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.statistics.feasible.question import Bound, DataSet, End, Printed, Status
from msc_evidence.statistics.feasible.rank_sum_bands import Band
from msc_evidence.statistics.feasible.tie_patterns import (
    Pattern,
    orders,
    partitions,
    split_reaching,
    untied,
)

#: Patterns and their orders that a search looks at before it says only what it has found.
LARGEST_SEARCH = 40_000
#: Of one order of ties: a bit for each sum of each number drawn before each category, half a gigabyte of them.
MOST_BITS = 4_000_000_000
#: n₁n₂N from which an order counts double, as its splits have that many more sums; and participants beyond which the
#: sums of a single one take too long, so that only the end of the first band that holds a whole D is proved.
EFFORT, MOST_PARTICIPANTS = 500_000, 1_000


def superiority_bound(printed: Printed, test: str) -> Bound | None:
    """Bounds of PS = ½ + D/(2n₁n₂) over all data sets whose p is as printed; None where no data set has this p.

    p depends on |D| and Q = N³ − Σt³ alone. The greatest D is looked for among patterns of ties by increasing Σt³,
    until the end of the band is not above the best; the least by decreasing Σt³ likewise, so both stops are proofs.
    A search that grows too long gives the end of the band it has reached as an outer bound. Both directions are joined
    where none is printed. Raises KeyError for a test that is no approximation of the rank sum.

    >>> from msc_evidence.statistics.interval import Interval
    >>> bound = superiority_bound(Printed(5, 25, 7, Interval(0.0755, 0.0765), 1), "rank-sum normal")
    >>> bound.low.value, bound.high.value, bound.low.status
    (0.704, 0.752, 'exact')
    >>> chung = superiority_bound(Printed(39, 15, 7, Interval(0.7315, 0.7325), 1), "rank-sum normal")
    >>> round(chung.low.value, 4), round(chung.high.value, 4)
    (0.5197, 0.5299)
    """
    band = Band(test, printed.n1, printed.n2, printed.p)
    greatest = _extreme(printed, band, largest=True)
    if greatest is None:
        return None
    high = _end(printed, greatest)
    if printed.direction == 0:
        return Bound("PS", _mirrored(high), high)
    least = _extreme(printed, band, largest=False)
    assert least is not None
    bound = Bound("PS", _end(printed, least), high)
    return bound if printed.direction > 0 else Bound("PS", _mirrored(bound.high), _mirrored(bound.low))


_Extreme = tuple[int, Status, DataSet | None]


def _extreme(printed: Printed, band: Band, *, largest: bool) -> _Extreme | None:
    """The largest or the smallest |D| in the band, with arm 1 above arm 2, and a data set that has it."""
    best: tuple[int, DataSet] | None = None
    examined, effort = 0, 1 + printed.n1 * printed.n2 * printed.total // EFFORT
    bits = printed.n1**2 * printed.n2
    if printed.total > MOST_PARTICIPANTS:
        effort = LARGEST_SEARCH
    for passed, pattern, low, high in _possible_patterns(printed, band, largest=largest):
        if best and (high <= best[0] if largest else low >= best[0]):
            break
        examined = max(examined + 1, passed)
        for order in orders(pattern):
            if examined + effort > LARGEST_SEARCH or bits * len(order) > MOST_BITS:
                return (high if largest else low), "outer", None
            targets = _targets(low, high, best, largest=largest)
            if not targets:
                break
            examined += effort
            split = split_reaching(order, printed.n1, targets)
            if split:
                best = split[0], _data(order, split[1], printed.categories)
    return (best[0], "exact", best[1]) if best else None


def _possible_patterns(
    printed: Printed, band: Band, *, largest: bool
) -> Iterator[tuple[int, Pattern, int, int]]:
    """Patterns at which a whole |D| has the p, with the least and the greatest, and how many were passed by.

    Of those after the most that a search looks at, all.
    """
    lowest = 1 if printed.direction else 0
    for passed, pattern in enumerate(partitions(printed.total, printed.categories, finest=largest)):
        low, high = band.allowed(untied(pattern))
        if max(low, lowest) <= high or passed >= LARGEST_SEARCH:
            yield passed, pattern, max(low, lowest), high


def _targets(low: int, high: int, best: tuple[int, DataSet] | None, *, largest: bool) -> range:
    """The D of the band that would be better than the best, the best of them first."""
    if largest:
        return range(high, max(low, best[0] + 1 if best else low) - 1, -1)
    return range(low, min(high, best[0] - 1 if best else high) + 1)


def _data(order: Pattern, counts: Pattern, categories: int) -> DataSet:
    empty = (0,) * (categories - len(order))
    return (*counts, *empty), (*(t - a for t, a in zip(order, counts, strict=True)), *empty)


def _end(printed: Printed, extreme: _Extreme) -> End:
    difference, status, data = extreme
    return End(0.5 + difference / (2 * printed.n1 * printed.n2), status, data)


def _mirrored(end: End) -> End:
    data = (end.data[0][::-1], end.data[1][::-1]) if end.data else None
    return End(1 - end.value, end.status, data)
