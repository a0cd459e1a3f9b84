"""Which means, SDs and percentages whole numbers can give: GRIM, GRIMMER, DEBIT, percentage and count.

A printed number comes as its box of possible values, edges included. A box without an end (`<5`, `>2`)
excludes nothing.
"""

from __future__ import annotations

import math

from msc_evidence.statistics.interval import RELATIVE_SLACK, Interval, image


def totals(mean: Interval, n: int, items: int = 1, step: float = 1, minimum: float = 0) -> range:
    """Every sum of `n` scores, counted in steps above the lowest score, whose mean lies in the box.

    Scores are averages over `items` answers, each `minimum` plus a multiple of `step`, so that the mean is
    `minimum` + S·step/(n·items). Raises ValueError for n or items below 1, a step not above 0 or a box
    without end.

    >>> totals(Interval(5.175, 5.185), 14, items=2)
    range(145, 146)
    """
    _require(n, 1, items, step)
    if math.isinf(mean.width):
        raise ValueError("a mean without bound has no list of totals")
    per_unit = n * items / step
    return _integers((mean.lo - minimum) * per_unit, (mean.hi - minimum) * per_unit)


def grim(mean: Interval, n: int, items: int = 1, step: float = 1, minimum: float = 0) -> bool:
    """Whether `n` scores in whole steps can have a mean in the box (Brown & Heathers 2017).

    Raises ValueError for n or items below 1 or a step not above 0.

    >>> grim(Interval(5.185, 5.195), 28), grim(Interval(5.185, 5.195), 32)
    (False, True)
    """
    _require(n, 1, items, step)
    return math.isinf(mean.width) or bool(totals(mean, n, items, step, minimum))


def grim_can_fail(decimals: int, n: int, items: int = 1, step: float = 1) -> bool:
    """Whether GRIM can reject any mean printed with `decimals` decimals: 10ᵈ > n·items/step.

    Brown & Heathers 2017. Raises as `grim`.

    >>> grim_can_fail(2, 28), grim_can_fail(2, 150)
    (True, False)
    """
    _require(n, 1, items, step)
    return 10.0**decimals > n * items / step


def grimmer(
    mean: Interval, sd: Interval, n: int, items: int = 1, step: float = 1, minimum: float = 0
) -> bool:
    """Whether `n` scores in whole steps can have a mean and an SD in their boxes, for some total S.

    Tries every S that the mean allows. In steps, with r = S mod n and sum of squares Q: the least Q exceeds
    S²/n by r(n − r)/n; Q exceeds the least one by an even number D, since Q ≡ S (mod 2);
    (n − 1)SD² = D + r(n − r)/n (Anaya 2016; Allard 2018). Raises ValueError for n below 2, items
    below 1 or a step not above 0.

    >>> mean, sd = Interval(5.225, 5.235), Interval(2.545, 2.555)
    >>> grimmer(mean, sd, 35), grimmer(mean, sd, 31)
    (False, True)
    """
    _require(n, 2, items, step)
    if math.isinf(mean.width) or math.isinf(sd.width):
        return grim(mean, n, items, step, minimum)
    if sd.hi < 0:
        return False
    unit = step / items
    squares = Interval((n - 1) * (max(sd.lo, 0.0) / unit) ** 2, (n - 1) * (sd.hi / unit) ** 2)
    return any(_has_even_excess(squares, total % n, n) for total in totals(mean, n, items, step, minimum))


def debit(mean: Interval, sd: Interval, n: int) -> bool:
    """Whether `n` values of 0 and 1 can have a mean and an SD in their boxes.

    SD = √(n/(n − 1)·m(1 − m)) (Heathers & Brown 2019). Raises ValueError for n below 2.

    >>> debit(Interval(0.525, 0.535), Interval(0.495, 0.505), 1683)
    True
    """
    _require(n, 2, 1, 1)
    unit = Interval(0.0, 1.0)
    if not mean.meets(unit):
        return False
    box = Interval(min(max(mean.lo, 0.0), 1.0), max(min(mean.hi, 1.0), 0.0))
    widest = [(0.5,)] if 0.5 in box else []
    return image(lambda m: math.sqrt(n / (n - 1) * m * (1 - m)), box, interior=widest).meets(sd)


def counts_for(percent: Interval, n: int) -> range:
    """Every count out of `n` that the printed percentage can stand for; empty where none can.

    Raises ValueError for n below 1.

    >>> list(counts_for(Interval(39.95, 40.05), 30)), list(counts_for(Interval(70.5, 71.5), 43))
    ([12], [])
    """
    _require(n, 1, 1, 1)
    found = _integers(max(percent.lo, -1.0) * n / 100, min(percent.hi, 101.0) * n / 100)
    return range(max(found.start, 0), min(found.stop, n + 1))


def _integers(lo: float, hi: float) -> range:
    """The integers of [lo, hi], with slack at the edges: 5.185·200 falls short of 1037 in floating point."""
    slack = RELATIVE_SLACK * max(1.0, abs(lo), abs(hi))
    return range(math.ceil(lo - slack), math.floor(hi + slack) + 1)


def _has_even_excess(squares: Interval, remainder: int, n: int) -> bool:
    """Whether (n − 1)SD² in `squares` leaves room for an even excess over the least sum of squares."""
    least = remainder * (n - remainder) / n
    slack = RELATIVE_SLACK * max(1.0, squares.hi)
    largest_even = 2 * math.floor((squares.hi - least + slack) / 2)
    return largest_even >= max(0.0, squares.lo - least - slack)


def _require(n: int, at_least: int, items: int, step: float) -> None:
    if n < at_least or items < 1 or step <= 0:
        raise ValueError(f"{n} scores of {items} items in steps of {step:g} cannot be tested")
