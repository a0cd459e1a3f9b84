"""A table or a screen as a person reads it in a terminal of a given width, or unlimited in a pipe.

Cells fit the width: text gives way first, numbers stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.render.ascii import to_ascii
from msc_evidence.render.text import FIXED_SPACE, columns, hanging, inert, joined_figures, shown, wrap
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Sentences, Table, Value

GAP = "  "

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class LaidTable:
    """A table laid out: the lines of its head and of its rows, and how wide it is."""

    head: tuple[str, ...]
    body: tuple[str, ...]
    width: int


def grid(
    about: Sequence[Column], titles: Sequence[str], cells: Rows, shown: Rows, limit: int | None
) -> LaidTable | None:
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


def _laid_out(titles: Sequence[str], rows: Rows, widths: Sequence[int], right: Sequence[bool]) -> LaidTable:
    body = tuple(line for row in rows for line in _row_lines(row, widths, right))
    return LaidTable(
        tuple(_row_lines(titles, widths, right)), body, sum(widths) + len(GAP) * (len(widths) - 1)
    )


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


BOLD, DIM, OFF = "\033[1m", "\033[2m", "\033[0m"
#: `  label   ` at the beginning of a line: what is too long continues after it.
_LABEL = re.compile(r" +(?:[^ ]+ {2,})?")


def display(screen: Screen, *, width: int | None, colour: bool, ascii: bool) -> str:
    """The whole screen as text; the same for the same screen and width."""
    parts: list[str] = []
    for block in screen.blocks:
        if parts and not (isinstance(block, Line) or parts[-1] == ""):
            parts.append("")
        parts.extend(_lines(block, width, colour, ascii))
        if isinstance(block, Table):
            parts.append("")
    return "\n".join(line.rstrip() for line in parts).rstrip("\n") + "\n"


def _lines(block: Block, width: int | None, colour: bool, ascii: bool) -> Iterator[str]:
    if isinstance(block, Table):
        yield from table_lines(block, width=width, colour=colour, ascii=ascii)
    elif isinstance(block, Heading):
        for line in wrap(_text(block.text, ascii), width):
            yield _styled(line, BOLD, colour)
    elif isinstance(block, Line):
        text = _text(block.text, ascii)
        label = _LABEL.match(text)
        at = label.end() if label else 0
        yield from hanging(text[:at], joined_figures(text[at:]), width)
    elif isinstance(block, Sentences):
        for item in block.items:
            yield from hanging(_text("· ", ascii), joined_figures(_text(item, ascii)), width)


def _text(text: str, ascii: bool) -> str:
    return inert(to_ascii(text) if ascii else text)


def _styled(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{OFF}" if colour and text else text


def table_lines(table: Table, *, width: int | None, colour: bool, ascii: bool) -> Iterator[str]:
    """The table's lines: its title, a head, a rule, the rows, the notes; row by row where too narrow."""
    for line in wrap(_text(table.title, ascii), width) if table.title else ():
        yield _styled(line, BOLD, colour)
    cells = [[_cell(row.get(column.key), column, ascii) for column in table.columns] for row in table.rows]
    titles = [_text(column.title, ascii) for column in table.columns]
    laid_out = grid(table.columns, titles, cells, list(_ungrouped(cells, table.columns)), width)
    if laid_out:
        yield from _grid_lines(laid_out, colour, ascii)
    else:
        yield from _row_by_row(titles, cells, width)
    for note in table.notes:
        for line in hanging("", joined_figures(_text(note, ascii)), width):
            yield _styled(line, DIM, colour)


def _grid_lines(laid_out: LaidTable, colour: bool, ascii: bool) -> Iterator[str]:
    for line in laid_out.head:
        yield _styled(line, BOLD, colour)
    yield _styled(_text("─", ascii) * laid_out.width, DIM, colour)
    yield from laid_out.body


def _row_by_row(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Every row as lines of `title: value`, a blank line between rows."""
    for at, row in enumerate(rows):
        if at:
            yield ""
        for title, text in zip(titles, row, strict=True):
            limit = None if width is None else max(1, width - 2)
            first, *others = wrap(joined_figures(f"{title}: {text}" if title else text), limit)
            yield from (first, *(f"  {line}" for line in others))


def _ungrouped(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> Iterator[list[str]]:
    """The rows without the values that their grouped columns share with the row above."""
    above: Sequence[str] = [""] * len(columns)
    for row in rows:
        kept, same = [], True
        for text, text_above, column in zip(row, above, columns, strict=True):
            same = same and column.grouped and text == text_above
            kept.append("" if same else text)
        yield kept
        above = row


def _cell(value: Value, column: Column, ascii: bool) -> str:
    return _text(" ".join(shown(value, column.kind).split()) or "–", ascii)


SUFFIXES = (".txt",)


def render(table: Table) -> str:
    """The table at full width, without colour."""
    return display(Screen((table,)), width=None, colour=False, ascii=False)
