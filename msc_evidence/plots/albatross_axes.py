"""The axes of an albatross plot: p on a logarithm to either side of 1, participants on a logarithm upwards."""

from __future__ import annotations

import math
from dataclasses import dataclass

from msc_evidence.plots.axis import Axis, Tick
from msc_evidence.statistics.pooling.combining import contour_p, contour_size
from msc_evidence.tables.albatross_picture import AlbatrossPanel, Point

KEYS = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: p-values with a tick of their own, as far as the axis goes.
TICKS = (0.05, 0.01, 0.001, 1e-4, 1e-6, 1e-8, 1e-12)
#: Steps in which a contour is drawn on one side.
STEPS = 120


@dataclass(frozen=True, slots=True)
class Mark:
    """One result's key and place; a result without a direction has two."""

    key: str
    point: Point
    x: float
    y: float


def p_axis(panel: AlbatrossPanel) -> Axis:
    """Signed −log₁₀ p: 0 where p is 1, favouring treatment to the right."""
    end = max(2.3, *(-math.log10(point.p) for point in panel.points)) + 0.35
    shown = [p for p in TICKS if -math.log10(p) <= end]
    right = [Tick(-math.log10(p), f"{p:g}") for p in shown]
    left = [Tick(-tick.at, tick.label) for tick in reversed(right)]
    return Axis(-end, end, (*left, Tick(0.0, "1"), *right))


def size_axis(panel: AlbatrossPanel) -> Axis:
    """log₁₀ of the participants."""
    sizes = [point.n for point in panel.points]
    low, high = math.log10(min(sizes) / 1.8), math.log10(max(sizes) * 1.8)
    round_sizes = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
    ticks = (Tick(math.log10(n), f"{n:,}") for n in round_sizes if low <= math.log10(n) <= high)
    return Axis(low, high, tuple(ticks))


def marks(panel: AlbatrossPanel) -> list[Mark]:
    """Every place of every result, keyed in the panel's order."""
    found = []
    for key, point in zip(KEYS, panel.points, strict=False):
        x, y = -math.log10(point.p), math.log10(point.n)
        found += [Mark(key, point, sign * x, y) for sign in ((point.sign,) if point.sign else (1, -1))]
    return found


def contour(effect: float, across: Axis, up: Axis) -> list[tuple[float, float]]:
    """Where a standardised mean difference lies on the right side, from the bottom upwards."""
    heights = [up.low + (up.high - up.low) * step / STEPS for step in range(STEPS + 1)]
    found = [(contour_p(effect, 10**y), y) for y in heights]
    places = [(-math.log10(p), y) for p, y in found if p > 10**-across.high]
    leaves = math.log10(contour_size(effect, 10**-across.high))
    return [*places, (across.high, leaves)] if up.holds(leaves) else places


def key_words(panel: AlbatrossPanel) -> list[str]:
    """What each key stands for."""
    silent = " (direction not reported: on both sides)"
    return [
        f"{key} {each.label}: p {each.printed}, {each.arms}, g {each.effect}{silent if each.sign is None else ''}"
        for key, each in zip(KEYS, panel.points, strict=False)
    ]
