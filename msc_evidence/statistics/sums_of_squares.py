"""Which sums of squares whole numbers between 0 and a limit have, given how many they are and their total."""

from __future__ import annotations

import math

#: A search that has looked at so many partial samples gives up, and takes the sum of squares for possible.
MOST_SEARCHED = 5_000


def least_squares(n: int, total: int) -> int:
    """Least sum of squares of `n` whole numbers with this total: all of them neighbours.

    >>> least_squares(5, 21)
    89
    """
    lower, more = divmod(total, n)
    return n * lower * lower + more * (2 * lower + 1)


def greatest_squares(total: int, top: int) -> int:
    """Greatest sum of squares of whole numbers from 0 to `top` with this total: all but one of them at an end.

    >>> greatest_squares(21, 6)
    117
    """
    if top == 0:
        return 0
    at_top, between = divmod(total, top)
    return at_top * top * top + between * between


def reachable(n: int, total: int, squares: range, top: int, *, exact: bool = True) -> bool:
    """Whether `n` whole numbers from 0 to `top` with this total have a sum of squares in a range.

    Sums of squares have the parity of the total, and lie between the least and the greatest. Not `exact`, that is
    all that is asked. Otherwise the largest number is tried from above, and the others below it, until a sample is
    found or none is left; a search without end (`MOST_SEARCHED`) counts as found.

    >>> reachable(3, 6, range(22, 23), 10), reachable(3, 6, range(26, 27), 10)
    (False, True)
    """
    low = squares.start + (squares.start - total) % 2
    high = squares.stop - 1 - (squares.stop - 1 - total) % 2
    if not exact:
        return max(low, least_squares(n, total)) <= min(high, greatest_squares(total, top))
    return low <= high and _reachable_by_search(n, total, low, high, top, {})


def _reachable_by_search(
    n: int, total: int, low: int, high: int, top: int, tried: dict[tuple[int, ...], bool]
) -> bool:
    """The search, with every number at most `top`; `tried` holds the answers so far."""
    if total > n * top:
        return False
    least, most = least_squares(n, total), greatest_squares(total, top)
    if high < least or most < low:
        return False
    if low <= least or most <= high or len(tried) > MOST_SEARCHED:
        return True
    if n == 2:
        return _has_difference(total, low, high)
    key = (n, total, low, top)
    if key not in tried:
        tried[key] = True  # counts while its search runs, which cannot come back to it
        tried[key] = _largest_found(n, total, low, high, top, tried)
    return tried[key]


def _largest_found(
    n: int, total: int, low: int, high: int, top: int, tried: dict[tuple[int, ...], bool]
) -> bool:
    """Whether some largest number leaves a sample of the others."""
    # n(largest − mean)² ≤ (n − 1)(sum of squares about the mean)
    farthest = (total + math.isqrt((n - 1) * (n * high - total * total))) // n
    for largest in range(min(top, farthest), -(-total // n) - 1, -1):
        if greatest_squares(total, largest) < low:
            return False
        square = largest * largest
        if _reachable_by_search(n - 1, total - largest, low - square, high - square, largest, tried):
            return True
    return False


def _has_difference(total: int, low: int, high: int) -> bool:
    """Two numbers: their difference d has d² = 2·squares − total² and the parity of the total."""
    difference = math.isqrt(2 * high - total * total)
    difference -= (difference - total) % 2
    return difference >= 0 and difference * difference >= 2 * low - total * total
