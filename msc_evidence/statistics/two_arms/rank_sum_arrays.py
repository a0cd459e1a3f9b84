"""The exact rank-sum distribution of many participants, on arrays: both tails, to 1e-13 of their size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

TOO_LARGE = "too many participants and categories for the exact rank-sum distribution"
#: Sums that are looked up, at most, before a table is refused: some seconds of work.
MOST_SUMS = 3e9
#: Participants, at most: their binomials are folded into each other.
MOST_PARTICIPANTS = 10_000
#: States of one part, at most, so that they fit into memory.
MOST_STATES = 3e7
#: What may be left out, as a share of p.
LEFT_OUT = 1e-15
#: What a round of the loop costs beside its sums, in sums.
_ROUND = 1_000


@dataclass(frozen=True, slots=True)
class States:
    """Of some categories: how many were drawn, the sum of their positions, and its weight."""

    drawn: Whole
    position: Whole
    weight: Floats


@dataclass(frozen=True, slots=True)
class Split:
    """Categories below, from `below` up to `above` one by one (none or one of them), and above."""

    below: int
    above: int


@dataclass(frozen=True, slots=True)
class Draw:
    """Everyone of one arm drawn from the categories of both, each category a binomial given the sum of all."""

    #: Participants in each category, and how far it stands from the first.
    sizes: tuple[int, ...]
    positions: tuple[int, ...]
    drawn: int
    #: The binomial of each category, of those before each, and of each and those behind it.
    weights: tuple[Floats, ...]
    before: tuple[Floats, ...]
    behind: tuple[Floats, ...]

    @property
    def all(self) -> float:
        """The weight of all draws of this size."""
        return float(self.behind[0][self.drawn])


def tails(categories: Sequence[tuple[int, int]], drawn: int, distance: int, roughly: float) -> float:
    """P(|W| ≥ distance), W the sum of the scores of `drawn` participants of these (participants, score) categories.

    Streitberg & Röhmel (1986): the sums of the lower and the upper categories are listed, and for each of the lower
    ones the tails of the upper ones looked up; with a category between them taken number by number. Draws that
    together hold less than 1e-14 of p are left out, `roughly` being about p. Raises ValueError for a table that is too
    large.

    >>> round(tails([(3, -3), (3, 3)], 3, 9, 0.1), 12)
    0.1
    """
    if sum(size for size, _ in categories) > MOST_PARTICIPANTS:
        raise ValueError(TOO_LARGE)
    draw, step, first = _draw(categories, drawn)
    at_least, at_most = -((drawn * first - distance) // step), (-distance - drawn * first) // step
    least = LEFT_OUT * roughly
    while True:
        split, sums = _cheapest_split(draw, least / MOST_SUMS)
        share = _sum_of_tails(draw, split, at_least, at_most, least / sums) / draw.all
        if least <= 2 * LEFT_OUT * share or least == 0:
            return min(1.0, share)
        least = LEFT_OUT * share


def _draw(categories: Sequence[tuple[int, int]], drawn: int) -> tuple[Draw, int, int]:
    """The draw, the step of its positions in scores, and the score of the first category."""
    sizes, scores = zip(*categories, strict=True)
    step = math.gcd(*(score - scores[0] for score in scores)) or 1
    rate = drawn / sum(sizes)
    weights = tuple(_binomial(size, rate) for size in sizes)
    before = tuple(accumulate(weights, np.convolve, initial=np.ones(1)))
    behind = tuple(accumulate(weights[::-1], np.convolve, initial=np.ones(1)))[::-1]
    positions = tuple((score - scores[0]) // step for score in scores)
    return Draw(sizes, positions, drawn, weights, before, behind), step, scores[0]


def _binomial(size: int, rate: float) -> Floats:
    """The binomial probabilities, each from its neighbour nearer to the mode, so that none loses digits."""
    mode, odds = min(size, int((size + 1) * rate)), rate / (1 - rate)
    counts = np.arange(size + 1, dtype=float)
    up = np.cumprod((size - counts[mode:size]) / (counts[mode:size] + 1) * odds)
    down = np.cumprod(counts[mode:0:-1] / (size - counts[mode:0:-1] + 1) / odds)
    weights = np.concatenate([down[::-1], np.ones(1), up])
    return np.asarray(weights / weights.sum())


def _cheapest_split(draw: Draw, least: float) -> tuple[Split, float]:
    """Where to part the categories, and how many sums that takes at most; raises ValueError for too many."""
    count, widths = len(draw.sizes), [_width(draw, at, least) for at in range(len(draw.sizes))]
    below = [_most_states(draw, range(at), widths) for at in range(count + 1)]
    above = [_most_states(draw, range(at, count), widths) for at in range(count + 1)]
    costs: list[tuple[float, float, Split]] = []
    for start, end in [(at, at + between) for between in (0, 1) for at in range(1, count - between)]:
        rounds = (draw.drawn + 1) * (widths[start] if end > start else 1)
        sums = below[start] * (widths[start] if end > start else 1)
        if max(below[start], above[end]) <= MOST_STATES and sums <= MOST_SUMS:
            costs.append((sums + 2 * (below[start] + above[end]) + _ROUND * rounds, sums, Split(start, end)))
    if not costs:
        raise ValueError(TOO_LARGE)
    _, sums, split = min(costs, key=lambda cost: cost[0])
    return split, sums


def _width(draw: Draw, at: int, least: float) -> int:
    """How many numbers drawn of one category have at least this probability."""
    rest = np.convolve(draw.before[at], draw.behind[at + 1])
    taken = np.arange(min(draw.sizes[at], draw.drawn) + 1)
    left = draw.drawn - taken
    possible = left < len(rest)
    shares = draw.weights[at][taken[possible]] * rest[left[possible]] / draw.all
    return int(np.count_nonzero(shares >= least))


def _most_states(draw: Draw, categories: range, widths: Sequence[int]) -> float:
    """At most so many different pairs of participants and positions these categories have."""
    if not categories:
        return 1
    held = min(draw.drawn, sum(draw.sizes[at] for at in categories))
    span = held * (draw.positions[categories[-1]] - draw.positions[categories[0]])
    return min(math.prod(float(widths[at]) for at in categories), float(held + 1) * (span + 1))


def _states(draw: Draw, categories: range, least: float) -> States:
    """What is drawn of these categories, without what has less than the least probability whatever the others add."""
    states = States(np.zeros(1, np.intp), np.zeros(1, np.intp), np.ones(1))
    for at in categories:
        rest = draw.behind[at + 1] if categories.step > 0 else draw.before[at]
        states = _with_category(draw, states, at, least * draw.all, rest)
    return states


def _with_category(draw: Draw, states: States, at: int, least: float, rest: Floats) -> States:
    """The states with another category; those of one number and position are one where that is less to hold."""
    most = int(states.drawn.max(initial=0)) + draw.sizes[at]
    width = int(states.position.max(initial=0)) + draw.sizes[at] * draw.positions[at] + 1
    others = np.zeros(
        most + 1
    )  # by number drawn so far, the probability of what the other categories must add
    missing = draw.drawn - np.arange(most + 1)
    possible = (missing >= 0) & (missing < len(rest))
    others[possible] = rest[missing[possible]]
    with np.errstate(divide="ignore"):
        lightest = np.where(others > 0, max(least, 5e-324) / others, np.inf)
    together = (most + 1) * width <= 2 * len(states.weight) * (draw.sizes[at] + 1)
    table, parts = np.zeros((most + 1) * width if together else 0), []
    for taken in range(min(draw.sizes[at], draw.drawn) + 1):
        weight = states.weight * draw.weights[at][taken]
        number = states.drawn + taken
        kept = np.flatnonzero(weight >= lightest.take(number, mode="clip"))
        number, weight = number[kept], weight[kept]
        position = states.position[kept] + taken * draw.positions[at]
        if together:
            np.add.at(table, number * width + position, weight)
        else:
            parts.append((number, position, weight))
    if not together:
        return States(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    held = np.flatnonzero(table)
    return States(held // width, held % width, table[held])


def _sum_of_tails(draw: Draw, split: Split, at_least: int, at_most: int, least: float) -> float:
    """The weight of the draws whose positions sum to at least the one or at most the other."""
    lower = {
        number: (positions[order], -weights[order])
        for number, (positions, weights) in _by_number(_states(draw, range(split.below), least)).items()
        for order in [np.argsort(-weights)]
    }
    upper = _by_number(_states(draw, range(len(draw.sizes) - 1, split.above - 1, -1), least))
    between = [(0, 0, 1.0)]
    if split.above > split.below:
        at = split.below
        between = [
            (taken, taken * draw.positions[at], w) for taken, w in enumerate(draw.weights[at].tolist())
        ]
    sums = []
    for number, (positions, weights) in upper.items():
        tail = _Tails(positions, weights)
        for taken, position, weight in between:
            if (below := lower.get(draw.drawn - number - taken)) is None:
                continue
            share = weight * tail.all / draw.all
            count = int(below[1].searchsorted(-least / share, side="right"))
            if count:
                away = tail.beyond(at_least - position, at_most - position, below[0][:count])
                # A product by BLAS would start threads that wait for each other longer than they work.
                sums.append(-weight * float(np.add.reduce(below[1][:count] * away)))
    return math.fsum(sums)


class _Tails:
    """Of one number drawn: the weight of the positions from each on, and up to each."""

    def __init__(self, positions: Whole, weights: Floats):
        self.first = int(positions.min())
        at = np.bincount(positions - self.first, weights)
        self.up_to = np.concatenate([np.zeros(1), np.cumsum(at)])
        self.from_on = np.concatenate([np.cumsum(at[::-1])[::-1], np.zeros(1)])
        self.all = float(self.from_on[0])

    def beyond(self, at_least: int, at_most: int, added: Whole) -> Floats:
        """The weight that makes the sum with each position added at least the one or at most the other."""
        above = self.from_on.take(at_least - self.first - added, mode="clip")
        below = self.up_to.take(at_most - self.first + 1 - added, mode="clip")
        return np.asarray(above + below)


def _by_number(states: States) -> dict[int, tuple[Whole, Floats]]:
    """By number drawn, the positions with their weights."""
    numbers = states.drawn.astype(
        np.min_scalar_type(int(states.drawn.max(initial=0)))
    )  # small ones sort faster
    order = np.argsort(numbers, kind="stable")
    position, weight = states.position[order], states.weight[order]
    ends = np.concatenate([np.zeros(1, np.intp), np.cumsum(np.bincount(states.drawn))]).tolist()
    return {
        number: (position[start:end], weight[start:end])
        for number, (start, end) in enumerate(pairwise(ends))
        if end > start
    }
