"""How many participants share each category: patterns of ties in order of Σt³, and what a split of one can reach."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence

Pattern = tuple[int, ...]


def untied(pattern: Sequence[int]) -> int:
    """Q = N³ − Σt³, which the variance of the rank sum is proportional to.

    >>> untied((1, 1, 1)), untied((3,))
    (24, 0)
    """
    return sum(pattern) ** 3 - sum(t**3 for t in pattern)


def midrank_scores(pattern: Sequence[int]) -> list[int]:
    """Twice the midrank of each category less N + 1: wins less losses of arm 1 are Σ a·score.

    >>> midrank_scores((2, 1, 1))
    [-2, 1, 3]
    """
    total, below, scores = sum(pattern), 0, []
    for t in pattern:
        scores.append(2 * below + t - total)
        below += t
    return scores


def partitions(total: int, parts: int, *, finest: bool) -> Iterator[Pattern]:
    """Every partition of the participants into at most so many categories, by increasing Σt³ (`finest`) or decreasing.

    Each comes from another by moving one participant from a category to one at least as large (or back), which
    changes Σt³ strictly, so a heap yields them in order.

    >>> list(partitions(4, 3, finest=True)), list(partitions(4, 2, finest=False))
    ([(2, 1, 1), (2, 2), (3, 1), (4,)], [(4,), (3, 1), (2, 2)])
    """
    used = min(parts, total)
    even = tuple(total // used + (place < total % used) for place in range(used))
    start = even if finest else (total,)
    sign = 1 if finest else -1
    heap, seen = [(sign * sum(t**3 for t in start), start)], {start}
    while heap:
        key, pattern = heapq.heappop(heap)
        yield pattern
        for giver, taker in _moves(pattern, parts, coarser=finest):
            change = (giver - 1) ** 3 + (taker + 1) ** 3 - giver**3 - taker**3
            following = _moved(pattern, giver, taker)
            if following not in seen:
                seen.add(following)
                heapq.heappush(heap, (key + sign * change, following))


def _moves(pattern: Pattern, parts: int, *, coarser: bool) -> Iterator[tuple[int, int]]:
    """From a category of which size to one of which size a participant may move."""
    sizes = sorted(set(pattern))
    for giver in sizes:
        if coarser:
            takers = [size for size in sizes if size > giver or (size == giver and pattern.count(size) > 1)]
        else:
            room = [0] if len(pattern) < parts else []
            takers = [size for size in room + sizes if giver > size + 1]
        for taker in takers:
            yield giver, taker


def _moved(pattern: Pattern, giver: int, taker: int) -> Pattern:
    sizes = list(pattern)
    sizes.remove(giver)
    if taker:
        sizes.remove(taker)
    sizes += [giver - 1, taker + 1] if giver > 1 else [taker + 1]
    return tuple(sorted(sizes, reverse=True))


def orders(pattern: Pattern) -> Iterator[Pattern]:
    """Every different order of the categories' sizes.

    >>> list(orders((2, 1, 1)))
    [(2, 1, 1), (1, 2, 1), (1, 1, 2)]
    """
    sizes = sorted(pattern, reverse=True)
    while True:
        yield tuple(sizes)
        at = len(sizes) - 2
        while at >= 0 and sizes[at] <= sizes[at + 1]:
            at -= 1
        if at < 0:
            return
        smaller = max(place for place in range(at + 1, len(sizes)) if sizes[place] < sizes[at])
        sizes[at], sizes[smaller] = sizes[smaller], sizes[at]
        sizes[at + 1 :] = reversed(sizes[at + 1 :])


def split_reaching(pattern: Pattern, drawn: int, targets: range) -> tuple[int, Pattern] | None:
    """The first target that wins less losses of an arm of `drawn` can be in these ties, and the arm's counts.

    For every number of participants taken so far, the sums that they can have are the bits of one integer, and the
    best target is its highest bit among them, or its lowest.

    >>> split_reaching((2, 2), 2, range(4, -1, -1))
    (4, (0, 2))
    """
    scores = midrank_scores(pattern)
    base = drawn * scores[0]
    unit = math.gcd(*(score - scores[0] for score in scores))
    least, most = sorted((targets[0] - base, targets[-1] - base))
    if not unit or most < 0 or most // unit * unit < least:  # every sum is a multiple of the unit
        return None
    # The largest category comes last: it takes whoever is left, so that nothing is counted through it.
    places = sorted(range(len(pattern)), key=lambda place: pattern[place])
    steps = [(pattern[place], scores[place] - scores[0]) for place in places]
    layers = _reachable_sums(steps, drawn, most)
    low = max(0, least)
    reached = layers[-1].get(drawn, 0) >> low
    if not reached:
        return None
    value = low + (reached.bit_length() if targets.step < 0 else (reached & -reached).bit_length()) - 1
    taken = dict(zip(reversed(places), _traced_split(steps, drawn, layers, value), strict=True))
    return value + base, tuple(taken[place] for place in range(len(pattern)))


def _reachable_sums(steps: list[tuple[int, int]], drawn: int, largest: int) -> list[dict[int, int]]:
    """After each category: participants taken → the sums up to `largest` that they can have."""
    within, still = (1 << (largest + 1)) - 1, sum(t for t, _ in steps)
    layers: list[dict[int, int]] = [{0: 1}]
    for t, weight in steps:
        still -= t
        following: dict[int, int] = {}
        for used, sums in layers[-1].items():
            for taken in range(max(0, drawn - used - still), min(t, drawn - used) + 1):
                shifted = sums << (taken * weight) & within
                if shifted:
                    following[used + taken] = following.get(used + taken, 0) | shifted
        layers.append(following)
    return layers


def _traced_split(
    steps: list[tuple[int, int]], drawn: int, layers: list[dict[int, int]], value: int
) -> Iterator[int]:
    """How many of each category are taken, the last category first."""
    for at in range(len(steps) - 1, -1, -1):
        t, weight = steps[at]
        for taken in range(min(t, drawn) + 1):
            before = value - taken * weight
            if before >= 0 and layers[at].get(drawn - taken, 0) >> before & 1:
                yield taken
                drawn, value = drawn - taken, before
                break
