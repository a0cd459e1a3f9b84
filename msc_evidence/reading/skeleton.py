"""A text with each figure folded into one character: what stands between figures is what groups them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.reading.figures import Figure
from msc_evidence.reading.found import Kind

#: One private character per kind of figure, so that a pattern can say "a number, then a range".
MARKS: dict[Kind, str] = {
    "number": "\ue000",
    "count": "\ue001",
    "dose": "\ue002",
    "percent": "\ue003",
    "range": "\ue004",
    "p": "\ue005",
    "time": "\ue006",
    "ratio": "\ue007",
    "class": "\ue008",
}
NUMBER = "[\ue000\ue001]"
#: A count, or a number whose next word does not say what it counts.
COUNT = NUMBER
PERCENT = "\ue003"
RANGE = "\ue004"
P = "\ue005"
TIME = "\ue006"
FIGURE = "\ue000-\ue008"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The folded text, and the figure behind each of its marks by the mark's place."""

    text: str
    figures: dict[int, Figure]

    def figure(self, place: int) -> Figure:
        """The figure whose mark stands at this place of the folded text."""
        return self.figures[place]

    def between(self, start: int, end: int) -> list[Figure]:
        """The figures of a stretch of the folded text."""
        return [self.figures[at] for at in range(start, end) if at in self.figures]


def skeleton(text: str, figures: Sequence[Figure]) -> Skeleton:
    """The text with every figure as one mark; `figures` have their places in this very text.

    >>> from msc_evidence.reading.figures import read_figures
    >>> text = "OR 1.9 (95% CI 1.2-3.0)"
    >>> skeleton(text, read_figures(text)).text.translate({ord(mark): f"<{kind}>" for kind, mark in MARKS.items()})
    'OR <number> (<percent> CI <range>)'
    """
    pieces: list[str] = []
    marks: dict[int, Figure] = {}
    length = last = 0
    for figure in figures:
        gap = text[last : figure.start]
        length += len(gap)
        marks[length] = figure
        pieces += (gap, MARKS[figure.kind])
        length += 1
        last = figure.end
    return Skeleton("".join((*pieces, text[last:])), marks)
