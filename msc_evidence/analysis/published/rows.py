"""One row of a published meta-analysis: what it prints of both arms, and the effect that it makes of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.agreement import Z95

#: A side of the comparison, and what of it.
Cell = tuple[str, str]
SIDES = ("treated", "control")
#: Effect measures that a row's own cells give without a choice of method.
_MEASURES = {"counts": ("RR", "OR", "RD"), "means": ("MD",)}
#: Those that rows of a kind can be pooled by.
POOLED_MEASURES = {"counts": ("RR", "OR", "RD"), "means": ("MD", "SMD", "ROM")}
#: Programs that print all digits of an effect agree to about this share of it.
EXACT = 1e-6
_DIGITS = 6
#: The model of an analysis that names none.
UNNAMED = "REML"


@dataclass(frozen=True, slots=True)
class PrintedEffect:
    """An effect with its 95 % limits as a review prints them."""

    estimate: Reported
    low: Reported
    high: Reported

    @property
    def words(self) -> str:
        """`0.41 (0.13 to 1.26)`; of numbers with all their digits the first six."""
        estimate, low, high = (
            number.text if number.decimals <= _DIGITS else f"{float(number):.{_DIGITS}g}"
            for number in (self.estimate, self.low, self.high)
        )
        return f"{estimate} ({low} to {high})"


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row: its line in the file, the study's label and year, and its cells."""

    line: int
    study: str
    year: str
    kind: str
    cells: Mapping[Cell, Reported]
    effect: PrintedEffect | None
    #: The trial that somebody named for it.
    trial: str | None = None

    def value(self, side: str, name: str) -> float:
        """A cell as a number."""
        return float(self.cells[side, name])

    def bounds(self, cell: Cell) -> tuple[float, float]:
        """What a cell may stand for; a count stands for itself."""
        number = self.cells[cell]
        exact = cell[1] in ("n", "events")
        return (float(number), float(number)) if exact else number.bounds

    def corrected(self, cells: Mapping[Cell, str]) -> ReviewRow:
        """The row with other values in some cells."""
        return replace(
            self, cells={**self.cells, **{cell: Reported.read(text) for cell, text in cells.items()}}
        )

    @property
    def words(self) -> str:
        """`17.1 ± 2.0 (20) v 12 ± 3 (21)`, `4/123 v 11/139`."""
        return " v ".join(
            cells_words({name: self.cells[side, name].text for name in _names(self.kind)}) for side in SIDES
        )


@dataclass(frozen=True, slots=True)
class PrintedAnalysis:
    """The rows of one analysis, and how the review says that it pooled them."""

    rows: Sequence[ReviewRow]
    #: None where the review names none that its rows can be pooled by.
    measure: str | None = None
    model: str = UNNAMED
    #: The pooled effect as it is printed.
    pooled: PrintedEffect | None = None


def _names(kind: str) -> tuple[str, ...]:
    return ("n", "events") if kind == "counts" else ("n", "mean", "sd")


def cells_words(cells: Mapping[str, str]) -> str:
    """The cells of one side in words."""
    if "events" in cells:
        return f"{cells['events']}/{cells['n']}"
    return f"{cells['mean']} ± {cells['sd']} ({cells['n']})"


def row_effect(row: ReviewRow, measure: str) -> tuple[float, float, float] | None:
    """The effect of a row's own cells with its 95 % limits, ½ added to every cell where one is empty.

    None where the cells give none: no spread, or events in neither or all of both arms.
    """
    n1, n2 = (row.value(side, "n") for side in SIDES)
    if not n1 or not n2:
        return None
    if row.kind == "means":
        first, second = ((row.value(side, "mean"), row.value(side, "sd")) for side in SIDES)
        return _limits(first[0] - second[0], first[1] ** 2 / n1 + second[1] ** 2 / n2, ratio=False)
    a, c = (row.value(side, "events") for side in SIDES)
    if measure == "RD":
        p, q = a / n1, c / n2
        return _limits(p - q, p * (1 - p) / n1 + q * (1 - q) / n2, ratio=False)
    if 0 in (a, n1 - a, c, n2 - c):
        a, n1, c, n2 = a + 0.5, n1 + 1, c + 0.5, n2 + 1
    if min(a, c, n1 - a, n2 - c) <= 0:
        return None
    if measure == "RR":
        return _limits(math.log(a / n1) - math.log(c / n2), 1 / a - 1 / n1 + 1 / c - 1 / n2, ratio=True)
    b, d = n1 - a, n2 - c
    return _limits(math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d, ratio=True)


def _limits(y: float, v: float, *, ratio: bool) -> tuple[float, float, float]:
    half = Z95 * math.sqrt(max(v, 0.0))
    ends = (y, y - half, y + half)
    return (math.exp(ends[0]), math.exp(ends[1]), math.exp(ends[2])) if ratio else ends


def prints_effect(row: ReviewRow, measure: str) -> bool | None:
    """Whether the printed effect is that of the row's cells; None where either is missing."""
    own = row_effect(row, measure) if measure in _MEASURES[row.kind] else None
    if own is None or row.effect is None:
        return None
    return is_printed(own, row.effect)


def is_printed(values: tuple[float, float, float], effect: PrintedEffect) -> bool:
    """Whether an estimate and its limits round to what is printed, give or take a unit of the last digit."""
    printed = (effect.estimate, effect.low, effect.high)
    return all(_near(value, number) for value, number in zip(values, printed, strict=True))


def _near(value: float, printed: Reported) -> bool:
    """Whether a value rounds to a printed one, give or take a unit of its last digit, or of its seventh."""
    low, high = printed.bounds
    slack = max((high - low) / 2, EXACT * abs(value))
    return low - slack <= value <= high + slack


def review_measure(rows: Sequence[ReviewRow]) -> str | None:
    """The measure whose effects most rows print; None where no measure explains half of them."""
    kind = rows[0].kind if rows else "means"
    with_effect = [row for row in rows if row.effect is not None]
    counts = Counter(
        measure for measure in _MEASURES[kind] for row in with_effect if prints_effect(row, measure)
    )
    best = counts.most_common(1)
    return best[0][0] if best and 2 * best[0][1] >= len(with_effect) else None


def usual_measure(kind: str) -> str:
    """The measure of rows that print no effect."""
    return _MEASURES[kind][0]
