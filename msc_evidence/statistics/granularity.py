"""Which means, SDs and percentages whole numbers can give: GRIM, GRIMMER, DEBIT; how far a mean and an SD can go.

A printed number comes as its box of possible values, edges included. A box without an end (`<5`, `>2`)
excludes nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import islice

from msc_evidence.statistics.interval import RELATIVE_SLACK, Interval
from msc_evidence.statistics.sums_of_squares import greatest_squares, reachable

#: Up to so many scores an SD is decided by the sums of squares that scores can have, beyond by their parity.
EXACT_UP_TO = 100


def totals(mean: Interval, n: int, items: int = 1, step: float = 1, minimum: float = 0) -> range:
    """Every sum of `n` scores, counted in steps above the lowest score, whose mean lies in the box.

    Scores are averages over `items` answers, each `minimum` plus a multiple of `step`, so that the mean is
    `minimum` + S·step/(n·items). Raises ValueError for n or items below 1, a step not above 0 or a box
    without end.

    >>> totals(Interval(5.175, 5.185), 14, items=2)
    range(145, 146)
    """
    _require_testable(n, 1, items, step)
    if math.isinf(mean.width):
        raise ValueError("a mean without bound has no list of totals")
    per_unit = n * items / step
    return _integers_within((mean.lo - minimum) * per_unit, (mean.hi - minimum) * per_unit)


def grim(mean: Interval, n: int, items: int = 1, step: float = 1, minimum: float = 0) -> bool:
    """Whether `n` scores in whole steps can have a mean in the box (Brown & Heathers 2017).

    Raises ValueError for n or items below 1 or a step not above 0.

    >>> grim(Interval(5.185, 5.195), 28), grim(Interval(5.185, 5.195), 32)
    (False, True)
    """
    _require_testable(n, 1, items, step)
    return math.isinf(mean.width) or bool(totals(mean, n, items, step, minimum))


def grim_can_fail(decimals: int, n: int, items: int = 1, step: float = 1) -> bool:
    """Whether GRIM can reject any mean printed with `decimals` decimals: 10ᵈ > n·items/step.

    Brown & Heathers 2017. Raises as `grim`.

    >>> grim_can_fail(2, 28), grim_can_fail(2, 150)
    (True, False)
    """
    _require_testable(n, 1, items, step)
    return 10.0**decimals > n * items / step


def grimmer(
    mean: Interval,
    sd: Interval,
    n: int,
    items: int = 1,
    step: float = 1,
    minimum: float | None = None,
    maximum: float | None = None,
    *,
    divisor: int | None = None,
) -> bool:
    """Whether `n` scores in whole steps, between limits where there are any, can have both a mean and an SD.

    Tries every total S that the mean allows. In steps, divisor·SD² = Q − S²/n for the sum of squares Q, and
    Q ≡ S (mod 2) (Anaya 2016; Allard 2018). Up to `EXACT_UP_TO` scores Q must be one that `n` whole numbers within
    the limits have with this total; beyond, it need only have the parity of S and lie between the least and the
    greatest such sum. `divisor` is n − 1, or n for the SD of a population. Without a `minimum` steps count from 0,
    and scores may lie below it. Raises ValueError for n below 2, items below 1, a step not above 0 or limits that
    are not whole steps apart.

    >>> mean, sd = Interval(5.225, 5.235), Interval(2.545, 2.555)
    >>> grimmer(mean, sd, 35), grimmer(mean, sd, 31)
    (False, True)
    """
    lowest, top = _limits_in_steps(n, items, step, minimum, maximum)
    if math.isinf(mean.width) or math.isinf(sd.width):
        return grim(mean, n, items, step, minimum or 0)
    if sd.hi < 0:
        return False
    divided, unit = n - 1 if divisor is None else divisor, step / items
    squares = Interval(divided * (max(sd.lo, 0.0) / unit) ** 2, divided * (sd.hi / unit) ** 2)
    possible_totals = totals(mean, n, items, step, minimum or 0)
    return any(_sum_of_squares_reachable(total, squares, n, lowest, top) for total in possible_totals)


def nearest_sds(
    mean: Interval,
    sd: float,
    n: int,
    items: int = 1,
    step: float = 1,
    minimum: float | None = None,
    maximum: float | None = None,
) -> list[float]:
    """The nearest SDs, below and above, that scores as in `grimmer` can have with a mean in the box.

    Raises as `grimmer`.

    >>> [round(value, 4) for value in nearest_sds(Interval(5.225, 5.235), 2.55, 35)]
    [2.5447, 2.5563]
    """
    lowest, top = _limits_in_steps(n, items, step, minimum, maximum)
    unit = step / items
    target = (n - 1) * (sd / unit) ** 2
    below: list[float] = []
    above: list[float] = []
    for total in totals(mean, n, items, step, minimum or 0):
        # About their mean, sums of squares are two apart from the least one on.
        least = (total % n) * (n - total % n) / n
        under = math.floor((target - least) / 2)
        for excesses, nearest_squares in (
            (range(under, -1, -1), below),
            (range(max(under + 1, 0), under + 100), above),
        ):
            squares = (least + 2 * excess for excess in excesses)
            nearest_squares += islice(
                (q for q in squares if _sum_of_squares_reachable(total, Interval.point(q), n, lowest, top)), 1
            )
    nearest = [*([max(below)] if below else []), *([min(above)] if above else [])]
    return [unit * math.sqrt(q / (n - 1)) for q in nearest]


def debit(mean: Interval, sd: Interval, n: int, *, divisor: int | None = None) -> bool:
    """Whether `n` values of 0 and 1 can have a mean and an SD in their boxes.

    Some whole number k of ones has k/n in the mean's box and divisor·SD² = k(n − k)/n (Heathers & Brown 2019).
    `divisor` is n − 1, or n for the SD of a population. Raises ValueError for n below 2.

    >>> debit(Interval(0.525, 0.535), Interval(0.495, 0.505), 1683)
    True
    """
    _require_testable(n, 2, 1, 1)
    box = Interval(max(mean.lo, -1.0), min(mean.hi, 2.0)) if mean.meets(Interval(-1.0, 2.0)) else None
    if box is None or sd.hi < 0:
        return False
    scale, half = n * (n - 1 if divisor is None else divisor), range(n // 2 + 1)
    products = scale * max(sd.lo, 0.0) ** 2, scale * min(sd.hi, 1.0) ** 2
    slack = RELATIVE_SLACK * max(1.0, products[1])
    # k(n − k) grows up to n/2, and is the same for k zeros as for k ones.
    fewest = bisect_left(half, products[0] - slack, key=lambda k: k * (n - k))
    most = bisect_right(half, products[1] + slack, key=lambda k: k * (n - k)) - 1
    ones = totals(box, n)
    low, high = max(ones.start, 0), min(ones.stop - 1, n)
    return any(max(low, a) <= min(high, b) for a, b in ((fewest, most), (n - most, n - fewest)) if a <= b)


def counts_for(percent: Interval, n: int) -> range:
    """Every count out of `n` that the printed percentage can stand for; empty where none can.

    Raises ValueError for n below 1.

    >>> list(counts_for(Interval(39.95, 40.05), 30)), list(counts_for(Interval(70.5, 71.5), 43))
    ([12], [])
    """
    _require_testable(n, 1, 1, 1)
    counts = _integers_within(max(percent.lo, -1.0) * n / 100, min(percent.hi, 101.0) * n / 100)
    return range(max(counts.start, 0), min(counts.stop, n + 1))


def _integers_within(lo: float, hi: float) -> range:
    """The integers of [lo, hi], with slack at the edges: 5.185·200 falls short of 1037 in floating point."""
    slack = RELATIVE_SLACK * max(1.0, abs(lo), abs(hi))
    return range(math.ceil(lo - slack), math.floor(hi + slack) + 1)


def _sum_of_squares_reachable(
    total: int, squares: Interval, n: int, lowest: int | None, top: int | None
) -> bool:
    """Whether scores with this total have a sum of squares about their mean in the box."""
    slack = RELATIVE_SLACK * max(1.0, squares.hi)
    # Around the mean nothing is lost by limits that no score can reach: (x − m)² ≤ (n − 1)/n · squares.
    reach = math.sqrt((n - 1) / n * (squares.hi + slack))
    least = math.ceil(total / n - reach) if lowest is None else max(lowest, math.ceil(total / n - reach))
    most = math.floor(total / n + reach) if top is None else min(top, math.floor(total / n + reach))
    # Scores and their total counted from the lowest that is left.
    rest, width = total - n * least, most - least
    if not 0 <= rest <= n * width:
        return False
    from_zero = rest * rest / n
    squares_from_zero = range(
        math.ceil(squares.lo - slack + from_zero), math.floor(squares.hi + slack + from_zero) + 1
    )
    return reachable(n, rest, squares_from_zero, width, exact=n <= EXACT_UP_TO)


def _limits_in_steps(
    n: int, items: int, step: float, minimum: float | None, maximum: float | None
) -> tuple[int | None, int | None]:
    """The lowest and the highest score in steps from the lowest, None where there is no limit."""
    _require_testable(n, 2, items, step)
    if minimum is None:
        return None, None
    if maximum is None:
        return 0, None
    steps = round((maximum - minimum) * items / step)
    if steps < 1 or not math.isclose(steps * step / items, maximum - minimum):
        raise ValueError(f"{minimum:g} to {maximum:g} is not a scale in steps of {step:g}")
    return 0, steps


def _require_testable(n: int, at_least: int, items: int, step: float) -> None:
    if n < at_least or items < 1 or step <= 0:
        raise ValueError(f"{n} scores of {items} items in steps of {step:g} cannot be tested")


def mean_bounds(minimum: float, maximum: float, n: int) -> Interval:
    """The means that `n` values with these observed extremes can have.

    From (min(n − 1) + max)/n to (min + max(n − 1))/n. Raises ValueError for n below 2 or extremes in the
    wrong order.

    >>> bounds = mean_bounds(28, 83, 54)
    >>> round(bounds.lo, 2), round(bounds.hi, 2)
    (29.02, 81.98)
    """
    _require_sizes(minimum, maximum, n)
    lowest, highest = (minimum * (n - 1) + maximum) / n, (minimum + maximum * (n - 1)) / n
    return Interval(min(lowest, highest), max(lowest, highest))  # the same number for n = 2, but for rounding


def sd_bounds(minimum: float, maximum: float, n: int, mean: Interval | None = None) -> Interval:
    """The SDs that `n` values with these observed extremes, and a mean in the box if one is given, can have.

    Largest √(n/(n − 1)·(m − min)(max − m)) (Bhatia & Davis 2000); smallest where both extremes occur once and
    the rest are equal. Both are reached at the mean nearest to the middle of the range. Raises ValueError for
    n below 2, extremes in the wrong order, or a mean outside `mean_bounds`.

    >>> bounds = sd_bounds(28, 83, 54, Interval.point(68))
    >>> round(bounds.lo, 2), round(bounds.hi, 2)
    (5.89, 24.72)
    """
    middle = (minimum + maximum) / 2
    possible = mean_bounds(minimum, maximum, n)
    allowed = possible if mean is None else mean
    if not allowed.meets(possible):
        raise ValueError(
            f"no mean from {allowed.lo:g} to {allowed.hi:g} fits a range of {minimum:g} to {maximum:g}"
        )
    m = _nearest_within(_nearest_within(middle, allowed), possible)
    rest = (2 * m - minimum - maximum) ** 2 / (n - 2) if n > 2 else 0.0
    least = ((minimum - m) ** 2 + (maximum - m) ** 2 + rest) / (n - 1)
    # Equal extremes leave a mean that rounding may put outside of them.
    most = max(0.0, n / (n - 1) * (m - minimum) * (maximum - m))
    # For two or three values the two formulas meet, and rounding may put them in the wrong order.
    return Interval(math.sqrt(min(least, most)), math.sqrt(max(least, most)))


def sd_bounds_on_scale(lowest: float, highest: float, n: int, mean: Interval, step: float = 1) -> Interval:
    """The SDs that `n` scores with a mean in the box can have on a stepped scale, its limits attained or not.

    In steps from the lowest score, over every total S: least (n − 1)SD² = r(n − r)/n with r = S mod n, all
    scores being neighbours; greatest with all scores but one at a limit (sums of squares are convex). Raises
    ValueError for n below 2, limits that are not whole steps apart, or a mean that no total gives.

    >>> bounds = sd_bounds_on_scale(1, 7, 5, Interval.point(4.2))
    >>> round(bounds.lo, 2), round(bounds.hi, 2)
    (0.45, 3.03)
    """
    _require_sizes(lowest, highest, n)
    top = round((highest - lowest) / step)
    if top < 1 or not math.isclose(top * step, highest - lowest):
        raise ValueError(f"{lowest:g} to {highest:g} is not a scale in steps of {step:g}")
    within = mean.clipped(lowest, highest)
    attainable = totals(within, n, step=step, minimum=lowest)
    if not attainable:
        raise ValueError(f"no {n} scores have a mean from {mean.lo:g} to {mean.hi:g}")
    least = min((total % n) * (n - total % n) / n for total in attainable)
    # One division of whole numbers: equal bounds must come out equal.
    most = max((n * greatest_squares(total, top) - total * total) / n for total in attainable)
    return Interval(step * math.sqrt(least / (n - 1)), step * math.sqrt(most / (n - 1)))


def sd_from_se(se: float, n: float) -> float:
    """SD of `n` values whose mean has this standard error: SE·√n (Cochrane Handbook, section 6.5.2.2).

    >>> sd_from_se(2, 25)
    10.0
    """
    return se * math.sqrt(n)


def skewed(mean: float, sd: float) -> bool:
    """Whether a variable that cannot be negative is skewed: its mean is below 2 SD (Altman & Bland 1996).

    >>> skewed(2.6, 13.0), skewed(68.0, 12.0)
    (True, False)
    """
    return mean < 2 * sd


def _nearest_within(value: float, box: Interval) -> float:
    return min(max(value, box.lo), box.hi)


def _require_sizes(minimum: float, maximum: float, n: int) -> None:
    if n < 2 or minimum > maximum:
        raise ValueError(f"{n} values from {minimum:g} to {maximum:g} have no spread")
