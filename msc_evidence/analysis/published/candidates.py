"""What a trial reports that a row of a review may have been made of, as intervals that rounding allows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from msc_evidence.analysis.published.rows import SIDES, Cell
from msc_evidence.registry.fields import NotReported
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.reported import Reported, Time
from msc_evidence.registry.values import Values

#: A derived spread is printed to three digits, which half a per cent covers.
DERIVED_SLACK = 0.005
#: The width of the quartiles of a normal distribution in standard deviations (Cochrane Handbook, 6.5.2.5).
QUARTILES = 1.35


class Box(NamedTuple):
    """What a value may be, from and to, and how a row would print it."""

    low: float
    high: float
    text: str

    def meets(self, other: tuple[float, float]) -> bool:
        """Whether another interval has more in common with it than an end; of an exact value, that value."""
        if self.low == self.high or other[0] == other[1]:
            return self.low <= other[1] and other[0] <= self.high
        return self.low < other[1] and other[0] < self.high

    def times(self, factor: float) -> Box:
        """The box on a scale that is so many times as fine."""
        ends = sorted((self.low * factor, self.high * factor))
        return Box(ends[0], ends[1], self.text)


def printed_box(number: Reported) -> Box:
    """The box of a printed number."""
    return Box(*number.bounds, number.text)


def _derived(low: float, high: float, value: float, digits: int = 3) -> Box:
    slack = DERIVED_SLACK * abs(value)
    return Box(low - slack, high + slack, significant(value, digits))


def significant(value: float, digits: int) -> str:
    """A number to so many significant digits, without an exponent.

    >>> significant(38.8342, 3)
    '38.8'
    """
    return format(Decimal(f"{value:.{digits - 1}e}"), "f")


@dataclass(frozen=True, slots=True)
class Side:
    """What a trial reports of one arm: cells as a row would have them, and what they may be confused with."""

    arm: str
    cells: Mapping[str, Box]
    #: Standard error, median, widths: what stands in the place of another by mistake.
    beside: Mapping[str, Box] = field(default_factory=dict)
    #: How mean and SD were derived; "" where they are printed.
    derived: str = ""
    #: Numbers of participants that are not those of these values.
    other_sizes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One comparison that a trial reports."""

    result: Result
    sides: tuple[Side, Side]
    combined: bool = False

    @property
    def cells(self) -> dict[Cell, Box]:
        """The cells of both sides."""
        return {
            (name, key): box
            for name, side in zip(SIDES, self.sides, strict=True)
            for key, box in side.cells.items()
        }

    @property
    def what(self) -> str:
        """`mrs at 180 d, change`."""
        at = f" at {self.result.at}" if isinstance(self.result.at, Time) else ""
        defined = f" ({self.result.definition})" if self.result.definition else ""
        return f"{self.result.outcome}{defined}{at}" + ", change from baseline" * self.result.change


def candidates(trial: Trial) -> list[Candidate]:
    """Every comparison of two arms that a trial reports."""
    return [found for result in trial.results for found in _of_result(trial, result)]


def _of_result(trial: Trial, result: Result) -> Iterator[Candidate]:
    arms = result.arms or {}
    treated = [
        name
        for name in arms
        if name == result.arm or (not result.arm and trial.arms[name].role == "treatment")
    ]
    controls = [
        name
        for name in arms
        if name == result.against or (not result.against and trial.arms[name].role == "control")
    ]
    for one in treated:
        for other in controls:
            if one != other:
                yield Candidate(result, (_side(trial, one, arms[one]), _side(trial, other, arms[other])))


def _side(trial: Trial, name: str, values: Values) -> Side:
    arm = trial.arms[name]
    size = values.n if values.n is not None else (None if isinstance(arm.n, NotReported) else arm.n)
    n = size.count if size is not None else None
    cells: dict[str, Box] = {} if n is None else {"n": Box(n, n, str(n))}
    beside: dict[str, Box] = {}
    derived = _spread_cells(values, n, cells, beside)
    if values.events is not None:
        count = float(values.events)
        cells["events"] = Box(count, count, f"{count:.0f}")
    elif values.percent is not None and n:
        share = [end * n / 100 for end in values.percent.bounds]
        cells["events"] = Box(share[0], share[1], str(round(float(values.percent) * n / 100)))
    return Side(name, cells, beside, derived, frozenset(arm_sizes(trial, name)) - {n})


def _spread_cells(values: Values, n: int | None, cells: dict[str, Box], beside: dict[str, Box]) -> str:
    """Fills in mean and SD, printed or derived, and what may be taken for them; how they were derived."""
    if values.mean is not None:
        cells["mean"] = printed_box(values.mean)
    if values.se is not None:
        beside["se"] = printed_box(values.se)
    if values.sd is not None:
        cells["sd"] = printed_box(values.sd)
        if n and "se" not in beside:
            beside["se"] = cells["sd"].times(1 / math.sqrt(n))
        return ""
    if values.se is not None and n:
        low, high = (end * math.sqrt(n) for end in values.se.bounds)
        cells["sd"] = _derived(low, high, float(values.se) * math.sqrt(n))
        return "SD = SE × √n"
    if values.median is not None and values.iqr is not None:
        _of_quartiles(values.median, values.iqr.low, values.iqr.high, cells, beside)
        return "(q1 + m + q3)/3, (q3 − q1)/1.35"
    return ""


def _of_quartiles(
    median: Reported, low: Reported, high: Reported, cells: dict[str, Box], beside: dict[str, Box]
) -> None:
    thirds = [(median.bounds[at] + low.bounds[at] + high.bounds[at]) / 3 for at in (0, 1)]
    mean = (float(median) + float(low) + float(high)) / 3
    width = high.bounds[0] - low.bounds[1], high.bounds[1] - low.bounds[0]
    middle = float(high) - float(low)
    cells["mean"] = Box(thirds[0], thirds[1], f"{mean:.{max(median.decimals, 0) + 1}f}")
    cells["sd"] = _derived(width[0] / QUARTILES, width[1] / QUARTILES, middle / QUARTILES)
    beside["median"] = printed_box(median)
    beside["width"] = Box(width[0], width[1], f"{middle:g}")
    beside["half"] = beside["width"].times(0.5)


def arm_sizes(trial: Trial, name: str) -> Iterator[int]:
    """The numbers of participants of an arm that a trial prints anywhere."""
    arm = trial.arms[name]
    numbers = [arm.n, arm.randomised, arm.planned]
    numbers += [also.arms[name].n for also in trial.also if name in also.arms]
    numbers += [result.arms[name].n for result in trial.results if result.arms and name in result.arms]
    for number in numbers:
        if isinstance(number, Reported) and number.count is not None:
            yield number.count


def combined(parts: Sequence[Candidate]) -> Candidate | None:
    """The treatment arms of one comparison as one (Cochrane Handbook, table 6.5.a); None without one control."""
    first = parts[0]
    if len(parts) < 2 or any(part.sides[1].cells != first.sides[1].cells for part in parts):
        return None
    groups = [part.sides[0].cells for part in parts]
    if not all("n" in group for group in groups):
        return None
    n = sum(int(group["n"].low) for group in groups)
    cells = {"n": Box(n, n, str(n))}
    if all("events" in group for group in groups):
        low, high = (sum(ends) for ends in zip(*(group["events"][:2] for group in groups), strict=True))
        cells["events"] = Box(low, high, str(sum(int(group["events"].text) for group in groups)))
    elif all({"mean", "sd"} <= group.keys() for group in groups):
        cells |= _combined_means(groups)
    return Candidate(
        first.result, (Side("+".join(part.sides[0].arm for part in parts), cells), first.sides[1]), True
    )


def _combined_means(groups: Sequence[Mapping[str, Box]]) -> dict[str, Box]:
    _, mean, sd = _two_as_one(
        *((group["n"].low, float(group["mean"].text), float(group["sd"].text)) for group in groups)
    )
    decimals = max(len(group["mean"].text.partition(".")[2]) for group in groups)
    slack = 10.0**-decimals
    return {
        "mean": Box(mean - slack, mean + slack, f"{mean:.3f}"),
        "sd": Box(sd * 0.99, sd * 1.01, significant(sd, 4)),
    }


def _two_as_one(
    first: tuple[float, float, float], *others: tuple[float, float, float]
) -> tuple[float, float, float]:
    n, mean, sd = first
    for size, other_mean, other_sd in others:
        total = n + size
        squares = (n - 1) * sd**2 + (size - 1) * other_sd**2 + n * size / total * (mean - other_mean) ** 2
        mean, sd, n = (n * mean + size * other_mean) / total, math.sqrt(squares / (total - 1)), total
    return n, mean, sd
