"""An axis: where it begins and ends, its ticks, and where a value lies on so many columns or rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.plots.panels import PoolPanel, StudyMark
from msc_evidence.statistics.scale import Scale, exponential
from msc_evidence.tables.words import POWER_BELOW, fixed, power_of_ten

#: A ratio from here on is written as a power of ten.
MOST_WRITTEN = 1e5
#: More ticks than this crowd a narrow axis.
MOST_TICKS = 7
#: An interval that reaches this many times the axis's necessary length beyond its end is cut off with an arrow.
BEYOND = 1.5


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on the axis and how it reads."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The ends of an axis and its ticks."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    def cell(self, value: float, cells: int) -> int:
        """The cell of so many in which a value lies, the first or last for one beyond."""
        share = (value - self.low) / (self.high - self.low)
        return min(cells - 1, max(0, math.floor(share * cells)))

    def holds(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return self.low <= value <= self.high


def effect_axis(
    studies: Sequence[StudyMark], needed: Iterable[float], ends: Iterable[float], *, scale: Scale
) -> Axis:
    """The axis of every estimate, of the most precise study's whole interval and of what is `needed`.

    Of the other `ends` it shows those that are not far from all this. Values are on the analysis scale, and the ticks
    read as what people read: ratios, probabilities.
    """
    inner = [value for value in (*needed, *_core_values(studies)) if math.isfinite(value)]
    low, high = min(inner), max(inner)
    room = BEYOND * (high - low)
    outer = [value for value in ends if math.isfinite(value)]
    low = max(min([low, *outer]), low - room)
    high = min(max([high, *outer]), high + room)
    margin = 0.04 * (high - low) or 0.1 * (abs(low) or 1.0)
    low, high = low - margin, high + margin
    return Axis(low, high, tuple(_ticks(low, high, scale)))


def _core_values(studies: Sequence[StudyMark]) -> Iterator[float]:
    """Every estimate, and both ends of the most precise study."""
    yield from (study.estimate for study in studies)
    weighed = [study for study in studies if math.isfinite(study.se)]
    if weighed:
        best = min(weighed, key=lambda study: study.se)
        yield from (best.lower, best.upper)


def panel_axis(panel: PoolPanel) -> Axis:
    """The axis of a forest: no difference and every estimate; intervals whole where they are not far from these."""
    pooled = panel.pooled
    ends = [end for study in panel.studies for end in (study.lower, study.upper)]
    needed = [panel.no_difference]
    if pooled:
        needed.append(pooled.estimate)
        ends += [pooled.lower, pooled.upper, *(pooled.prediction or ())]
    return effect_axis(panel.studies, needed, ends, scale=panel.scale)


def cut_off(panel: PoolPanel) -> bool:
    """Whether an interval of the panel goes on beyond its axis."""
    axis, pooled = panel_axis(panel), panel.pooled if len(panel.studies) > 1 else None
    ends = [end for study in panel.studies for end in (study.lower, study.upper)]
    ends += [pooled.lower, pooled.upper, *(pooled.prediction or ())] if pooled else []
    return any(not math.isnan(end) and not axis.holds(end) for end in ends)


def linear_ticks(low: float, high: float) -> list[Tick]:
    """Round values between two ends, at most MOST_TICKS.

    >>> [tick.label for tick in linear_ticks(-0.7, 1.9)]
    ['−0.5', '0.0', '0.5', '1.0', '1.5']
    """
    raw = (high - low) / (MOST_TICKS - 1)
    power = math.floor(math.log10(raw))
    step = next(unit * 10.0**power for unit in (1, 2, 5, 10) if unit * 10.0**power >= raw * (1 - 1e-9))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [Tick(at * step, fixed(at * step, decimals)) for at in range(first, last + 1)]


def _ticks(low: float, high: float, scale: Scale) -> list[Tick]:
    """The ticks between two ends on the scale of the analysis."""
    if scale.back is exponential:
        return _ratio_ticks(low, high)
    if scale.back is float:
        return linear_ticks(low, high)
    shown = linear_ticks(scale.back(low), scale.back(high))
    return [Tick(scale.onto(tick.at), tick.label) for tick in shown if 1e-9 < tick.at < 1 - 1e-9]


def _ratio_ticks(low: float, high: float) -> list[Tick]:
    """1, 2, 5 and their tens as far as there is room, else powers of ten, on the logarithm."""
    ticks: list[Tick] = []
    for digits in ((1, 2, 5), (1, 3), (1,)):
        powers = range(
            max(-300, math.floor(low / math.log(10)) - 1), min(300, math.ceil(high / math.log(10)) + 1)
        )
        values = [digit * 10.0**power for power in powers for digit in digits]
        ticks = [
            Tick(math.log(value), _ratio_label(value)) for value in values if low <= math.log(value) <= high
        ]
        if len(ticks) <= MOST_TICKS:
            break
    if len(ticks) < 2:  # a narrow interval: round values of the ratio itself
        linear = linear_ticks(math.exp(low), math.exp(high))
        return [Tick(math.log(tick.at), tick.label) for tick in linear if tick.at > 0]
    every = math.ceil(len(ticks) / MOST_TICKS)
    return ticks[::every]


def _ratio_label(value: float) -> str:
    return f"{value:.12g}" if POWER_BELOW <= value < MOST_WRITTEN else power_of_ten(value).removeprefix("1×")
