"""Lays cells out in columns that fit a width: text gives way first, numbers stay whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.render.wrapping import FIXED_SPACE, columns, joined_figures, wrap
from msc_evidence.tables.table import Column

GAP = "  "

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table laid out: the lines of its head and of its rows, and how wide it is."""

    head: tuple[str, ...]
    body: tuple[str, ...]
    width: int


def grid(
    about: Sequence[Column], titles: Sequence[str], cells: Rows, shown: Rows, limit: int | None
) -> Grid | None:
    """The rows shown in columns that hold the cells within the limit; None where words would break.

    Cells that are read at one glance stay whole as long as anything else can give way, figures that belong
    together always.
    """
    right = [column.kind != "text" for column in about]
    widths = [max(map(columns, texts)) for texts in zip(titles, *cells, strict=True)]
    room = sum(widths) if limit is None else limit - len(GAP) * (len(widths) - 1)
    if sum(widths) <= room:
        return _laid_out(titles, shown, widths, right)
    for glance in (True, False):
        least = _least(titles, [_kept(row, about, glance=glance) for row in cells])
        if sum(least) <= room:
            kept = [_kept(row, about, glance=glance) for row in shown]
            return _laid_out(titles, kept, _narrowed(widths, least, room), right)
    return None


def _laid_out(titles: Sequence[str], rows: Rows, widths: Sequence[int], right: Sequence[bool]) -> Grid:
    body = tuple(line for row in rows for line in _row_lines(row, widths, right))
    return Grid(tuple(_row_lines(titles, widths, right)), body, sum(widths) + len(GAP) * (len(widths) - 1))


def _kept(row: Sequence[str], about: Sequence[Column], *, glance: bool) -> list[str]:
    """The cells with what must not be broken joined: whole ones at one glance, else only their figures."""
    return [
        text.replace(" ", FIXED_SPACE)
        if glance and (column.whole or column.kind != "text")
        else joined_figures(text)
        for text, column in zip(row, about, strict=True)
    ]


def _least(titles: Sequence[str], cells: Rows) -> list[int]:
    return [max(map(_longest_word, texts)) for texts in zip(titles, *cells, strict=True)]


def _narrowed(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The widths narrowed, always the widest that can still give way, until they fit."""
    narrowed = list(widths)
    while sum(narrowed) > room:
        giving = [at for at, width in enumerate(narrowed) if width > least[at]]
        narrowed[max(giving, key=narrowed.__getitem__)] -= 1
    return narrowed


def _longest_word(text: str) -> int:
    return max(map(columns, text.split(" ")))


def _row_lines(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    wrapped = [wrap(text, width) for text, width in zip(row, widths, strict=True)]
    for at in range(max(map(len, wrapped))):
        parts = []
        for lines, width, flush_right in zip(wrapped, widths, right, strict=True):
            text = lines[at] if at < len(lines) else ""
            pad = " " * (width - columns(text))
            parts.append(pad + text if flush_right else text + pad)
        yield GAP.join(parts).rstrip()
