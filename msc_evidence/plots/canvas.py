"""A terminal as a grid of signs to draw on, each of one column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msc_evidence.plots.axis import Axis
from msc_evidence.plots.scope import Unplaced, unplaced_reasons
from msc_evidence.render.inert import inert
from msc_evidence.render.text import hanging_lines, text_width, wrapped_lines

#: One ASCII sign for each sign that pictures are drawn with, so that nothing moves.
PLAIN = str.maketrans(
    {
        **dict(zip("■□◆●○▲△┄·▒", "#=@*o^A..%", strict=True)),
        **dict(zip("─│├┤┼┴┬└┘┌┐", "-|||++++-++", strict=True)),
        **dict(zip("◄►╱╲┊▏…", "<>/\\:|.", strict=True)),
    }
)


class Canvas:
    """Lines of equal width to which signs are put; what does not fit is cut."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._rows = [[" "] * width for _ in range(height)]

    def put(self, column: int, row: int, text: str) -> None:
        """Writes a text from a place onwards."""
        for at, sign in enumerate(text, column):
            if 0 <= at < self.width and 0 <= row < self.height:
                self._rows[row][at] = sign

    def is_empty(self, column: int, row: int, length: int = 1) -> bool:
        """Whether nothing but background is there."""
        inside = 0 <= row < self.height and column >= 0 and column + length <= self.width
        return inside and all(sign in " ·│┊" for sign in self._rows[row][column : column + length])

    def put_upright(self, column: int, row: int) -> None:
        """An upright line through a place, behind whatever mark is there."""
        sign = self._rows[row][column]
        self._rows[row][column] = {" ": "│", "·": "│", "─": "┼", "┄": "┼"}.get(sign, sign)

    def lines(self) -> list[str]:
        """The lines without spaces at their ends."""
        return ["".join(row).rstrip() for row in self._rows]


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """The text cut or filled to exactly so many columns.

    >>> fitted("Bang 2005", 6), fitted("5", 3, right=True)
    ('Bang …', '  5')
    """
    text = inert(text)
    while text_width(text) > width:
        text = text[:-2] + "…" if len(text) > 1 else ""
    gap = " " * (width - text_width(text))
    return gap + text if right else text + gap


def column_width(texts: Iterable[str], most: int) -> int:
    """The columns that the widest text takes, at most so many."""
    return min(most, max((text_width(inert(text)) for text in texts), default=0))


def paragraph(text: str, width: int, first: str = "") -> list[str]:
    """A text in lines of at most so many columns."""
    return hanging_lines(first, inert(text), width) if first else wrapped_lines(inert(text), width)


def tick_lines(axis: Axis, cells: int) -> tuple[str, str]:
    """An axis as a line of marks and a line of labels, those that would touch another left out."""
    marks, labels, free = ["─"] * cells, [" "] * cells, -1
    for tick in axis.ticks:
        at = axis.cell(tick.at, cells)
        marks[at] = "┴"
        start = max(0, min(cells - len(tick.label), at - len(tick.label) // 2))
        if start > free:
            labels[start : start + len(tick.label)] = tick.label
            free = start + len(tick.label)
    return "".join(marks), "".join(labels)


def unplaced_lines(unplaced: Sequence[Unplaced], width: int) -> list[str]:
    """The trials that are not in the picture, with the reasons."""
    paragraphs = [paragraph(reason, width, "  ") for reason in unplaced_reasons(unplaced)]
    return ["Not placed:", *(line for lines in paragraphs for line in lines)] if paragraphs else []
