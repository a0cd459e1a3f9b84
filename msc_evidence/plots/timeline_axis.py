"""The axis of a timeline: months from treatment, on a square root so that days and years are both seen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msc_evidence.plots.axis import Axis, Tick
from msc_evidence.tables.timeline_picture import Course

LEGEND = (
    "▒ window from onset to entry; ▲ treatment; ● assessment of a result; ┤ end of follow-up; ? not reported."
)
#: Months with a tick, and how they read.
TICKS = ((0, "0"), (1, "1"), (3, "3"), (6, "6"), (12, "12"), (24, "24"), (36, "36"), (60, "60"), (84, "84"))


def place(months: float) -> float:
    """A time on the axis: the square root, with the sign of the time."""
    return math.copysign(math.sqrt(abs(months)), months)


def time_axis(picture: Sequence[Course]) -> Axis:
    """The axis that holds every window and every follow-up."""
    low = max((course.window or 0.0 for course in picture), default=0.0)
    high = max((course.end for course in picture), default=0.0)
    ends = -place(low) - 0.45, place(max(high, 1.0)) + 0.25
    ticks = [Tick(place(at), label) for at, label in TICKS if place(at) <= ends[1]]
    ticks += [Tick(-place(at), f"−{label}") for at, label in TICKS if at and -place(at) >= ends[0]]
    return Axis(*ends, tuple(sorted(ticks, key=lambda tick: tick.at)))
