"""Sizes, scale and p as a person types them: what was printed of two arms."""

from __future__ import annotations

import re

from msc_evidence.analysis.feasible import MOST_CATEGORIES
from msc_evidence.analysis.significance import p_interval
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.feasible.question import Printed

#: Larger arms are no trial's.
LARGEST_ARM = 100_000
DIRECTIONS = {"treatment": 1, "control": -1, "any": 0}
_SIZES = re.compile(r"(\d+)\s*(?:,|v|vs)\s*(\d+)")
_SCALE = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(-?\d+(?:\.\d+)?)(?:\s*(?:/|step)\s*(\d*\.?\d+))?")


def typed_arms(sizes: str, scale: str, p: str, favours: str | None = None) -> Printed:
    """What was printed, from `5,25`, `0-6` or `0-100/5`, `.076` or `<.05`, and whom the test favours.

    Raises ValueError, which says what is expected, for what is none of these.

    >>> printed = typed_arms("5,25", "0-6", ".076", "treatment")
    >>> printed.n1, printed.n2, printed.categories, printed.p.lo, printed.direction
    (5, 25, 7, 0.0755, 1)
    """
    found = _SIZES.fullmatch(sizes.strip())
    if not found or not all(0 < int(size) <= LARGEST_ARM for size in found.groups()):
        raise ValueError(f"--sizes: {sizes!r} is no pair of group sizes; expected 5,25")
    categories, step = _typed_scale(scale)
    try:
        reported = Reported.read(p)
    except ValueError:
        reported = None
    if reported is None or not 0 <= reported.value <= 1 or (not reported.value and reported.decimals < 2):
        raise ValueError(f"--p: {p!r} is no p-value; expected .076, <.05 or 0.000")
    if favours is not None and favours.casefold() not in DIRECTIONS:
        raise ValueError(f"--favours: {favours!r} is none of treatment, control and any")
    direction = DIRECTIONS[(favours or "any").casefold()]
    return Printed(int(found[1]), int(found[2]), categories, p_interval(reported), direction, step)


def _typed_scale(scale: str) -> tuple[int, float]:
    found = _SCALE.fullmatch(scale.strip())
    expected = "expected its ends, 0-6, and its step where that is not 1, 0-100/5"
    expected += f"; of {MOST_CATEGORIES:,} values at most"
    if not found:
        raise ValueError(f"--scale: {scale!r} is no scale; {expected}")
    low, high, step = float(found[1]), float(found[2]), float(found[3] or 1)
    points = (high - low) / step if step else 0.0
    if points < 1 or points >= MOST_CATEGORIES or abs(points - round(points)) > 1e-9:
        raise ValueError(f"--scale: {scale!r} has no two points or more at that step; {expected}")
    return round(points) + 1, step
