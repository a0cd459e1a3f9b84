"""Whether the numbers of a group agree at first sight, as most do: no record of it need then be made and checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from math import erfc, inf, log, log1p, sqrt

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits, last_digit
from msc_evidence.reading.groups.shapes import (
    EffectGroup,
    Group,
    Proportion,
    Sizes,
    StatisticGroup,
    Wording,
)
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES
from msc_evidence.statistics.two_arms.p_values import KINDS

#: What the checks know by its name; of anything else named a measure only the order of its numbers.
KNOWN = ("OR", "RR", "HR", "RD", "MD", "SMD", "ROM", "beta")


def surely_fits(group: Group) -> bool:
    """Whether the numbers of a group agree at first sight, as most do: no record need be made of them."""
    if isinstance(group, Proportion):
        return _share_fits(group)
    if isinstance(group, Sizes):
        return group.total is None or _sizes_fit(group.arms, group.total)
    if isinstance(group, Wording):
        return _wording_fits(group)
    if isinstance(group, StatisticGroup):
        return _statistic_fits(group)
    return isinstance(group, EffectGroup) and _effect_fits(group)


def _sizes_fit(arms: Sequence[Figure], total: Figure) -> bool:
    """Whether the arms sum to the total, or some of them do, and the others are parts of these."""
    sizes, whole = [int(as_digits(arm.text)) for arm in arms], int(as_digits(total.text))
    some = (part for many in range(len(sizes), 1, -1) for part in combinations(sizes[:_MOST_ARMS], many))
    return any(sum(part) == whole for part in some)


_MOST_ARMS = 8


#: Whatever was rounded, a p-value printed so is below 0.05, or is not.
_SURELY_BELOW, _SURELY_ABOVE, _LEVEL = 0.04, 0.06, 0.05


def _share_fits(group: Proportion) -> bool:
    if group.percent is None:
        return False
    x, n, printed = as_digits(group.x.text), as_digits(group.n.text), group.percent.text.rstrip("%")
    half = 0.49 * last_digit(printed)
    return int(x) <= int(n) and abs(100 * int(x) / int(n) - float(printed)) < half


def _wording_fits(group: Wording) -> bool:
    sign, value = group.p.text.removeprefix("p ")[0], group.p.text.lstrip("p <>≤≥=")
    if value == "NS":
        return not group.significant
    if sign in "≤≥":
        return False
    if group.significant:
        return sign != ">" and 0 < float(value) <= (_LEVEL if sign == "<" else _SURELY_BELOW)
    return sign == ">" or float(value) > _SURELY_ABOVE


def _effect_fits(group: EffectGroup) -> bool:
    estimate, low, high = (float(text) for text in (group.value, group.low, group.high))
    ratio = group.measure in RATIO_MEASURES
    if not low < estimate < high or (ratio and low <= 0):
        return False
    if group.measure not in KNOWN and (group.p is None or not group.change):
        return True  # only their order can be asked of them
    if group.measure not in KNOWN or group.level not in (None, "95"):
        return False
    halves = [_half_digit(text, ratio=ratio) for text in (group.value, group.low, group.high)]
    if ratio:
        estimate, low, high = log(estimate), log(low), log(high)
    if abs((low + high) / 2 - estimate) >= halves[0] + (halves[1] + halves[2]) / 2:
        return False
    if group.p is None:
        return True
    width, rounded = high - low, halves[1] + halves[2]
    least = max(0.0, abs(estimate) - halves[0]) / (width + rounded) * _SE_IN_WIDTH
    most = (abs(estimate) + halves[0]) / (width - rounded) * _SE_IN_WIDTH if width > rounded else inf
    return _p_fits(group.p, erfc(most / sqrt(2)), erfc(least / sqrt(2)), low > 0 or high < 0)


def _statistic_fits(group: StatisticGroup) -> bool:
    """Whether the statistic as printed gives p as printed; what rounding allows beside it need not be asked then."""
    printed = _PLAIN_P.fullmatch(group.p.text)
    if printed is None or float(printed[2]) == 0:
        return False
    kind, value = KINDS[group.kind], float(group.value.text)
    dfs = [float(figure.text) for figure in group.df]
    if not kind.lo <= value <= kind.hi or not all(df > 0 for df in dfs):
        return False
    given, p = kind.p(value, *dfs), float(printed[2])
    return given < p if printed[1] else abs(given - p) < _half_digit(printed[2], ratio=False)


_PLAIN_P = re.compile(r"p (<?)(0\.[0-9]+)")


#: Standard errors in the width of a 95 % interval.
_SE_IN_WIDTH = 3.92


def _half_digit(text: str, *, ratio: bool) -> float:
    """By how much, at the least, rounding may have moved a printed number; its logarithm where it is a ratio's."""
    half = 0.49 * last_digit(text)
    return log1p(half / float(text)) if ratio else half


def _p_fits(p: Figure, least: float, most: float, excludes: bool) -> bool:
    """Whether p as printed is one of those that its interval allows, and on the same side of 0.05."""
    printed = p.text.removeprefix("p ").lstrip("<")
    if not printed[0].isdigit() or "e" in printed:
        return False
    value = float(printed)
    if "<" in p.text:
        return excludes and least < value <= _LEVEL
    half = _half_digit(printed, ratio=False)
    inside = value > 0 and least - half < value < most + half
    return inside and (value < _SURELY_BELOW if excludes else value > _SURELY_ABOVE)
