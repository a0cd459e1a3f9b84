"""A table or a screen as a person reads it in a terminal of a given width, or unlimited in a pipe.

Cells fit the width: text gives way first, numbers stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.render.ascii import to_ascii
from msc_evidence.render.inert import inert
from msc_evidence.render.text import (
    FIXED_SPACE,
    NO_ROWS,
    hanging_lines,
    joined_figures,
    text_width,
    value_words,
    wrapped_lines,
)
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Sentences, Table, Value

GAP = "  "

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table laid out: the lines of its head and of its rows, and how wide it is."""

    head: tuple[str, ...]
    body: tuple[str, ...]
    width: int


def laid_out_table(
    about: Sequence[Column], titles: Sequence[str], cells: Rows, shown_rows: Rows, limit: int | None
) -> TableLayout | None:
    """The rows shown in columns that hold the cells within the limit; None where words would break.

    Cells that are read at one glance stay whole as long as anything else can give way, figures that belong
    together always.
    """
    right = [column.kind != "text" for column in about]
    widths = [max(map(text_width, texts)) for texts in zip(titles, *cells, strict=True)]
    room = sum(widths) if limit is None else limit - len(GAP) * (len(widths) - 1)
    if sum(widths) <= room:
        return _table_of_widths(titles, shown_rows, widths, right)
    for glance in (True, False):
        unbroken = [_unbroken_cells(row, about, glance=glance) for row in cells]
        least = [max(map(_longest_word, texts)) for texts in zip(titles, *unbroken, strict=True)]
        if sum(least) <= room:
            kept = [_unbroken_cells(row, about, glance=glance) for row in shown_rows]
            return _table_of_widths(titles, kept, _narrowed_widths(widths, least, room), right)
    return None


def _table_of_widths(
    titles: Sequence[str], rows: Rows, widths: Sequence[int], right: Sequence[bool]
) -> TableLayout:
    body = tuple(line for row in rows for line in _row_lines(row, widths, right))
    return TableLayout(
        tuple(_row_lines(titles, widths, right)), body, sum(widths) + len(GAP) * (len(widths) - 1)
    )


def _unbroken_cells(row: Sequence[str], about: Sequence[Column], *, glance: bool) -> list[str]:
    """The cells with what must not be broken joined: whole ones at one glance, else only their figures."""
    return [
        text.replace(" ", FIXED_SPACE)
        if glance and (column.whole or column.kind != "text")
        else joined_figures(text)
        for text, column in zip(row, about, strict=True)
    ]


def _narrowed_widths(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The widths narrowed, always the widest that can still give way, until they fit."""
    narrowed = list(widths)
    while sum(narrowed) > room:
        giving = [at for at, width in enumerate(narrowed) if width > least[at]]
        narrowed[max(giving, key=narrowed.__getitem__)] -= 1
    return narrowed


def _longest_word(text: str) -> int:
    return max(map(text_width, text.split(" ")))


def _row_lines(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    wrapped = [wrapped_lines(text, width) for text, width in zip(row, widths, strict=True)]
    for at in range(max(map(len, wrapped))):
        parts = []
        for lines, width, flush_right in zip(wrapped, widths, right, strict=True):
            text = lines[at] if at < len(lines) else ""
            pad = " " * (width - text_width(text))
            parts.append(pad + text if flush_right else text + pad)
        yield GAP.join(parts).rstrip()


BOLD, DIM, OFF = "\033[1m", "\033[2m", "\033[0m"
#: `  label   ` at the beginning of a line: what is too long continues after it.
_LABEL = re.compile(r" +(?:[^ ]+ {2,})?")


def screen_text(screen: Screen, *, width: int | None, colour: bool, ascii: bool) -> str:
    """The whole screen as text; the same for the same screen and width."""
    parts: list[str] = []
    for block in screen.blocks:
        if parts and not (isinstance(block, Line) or parts[-1] == ""):
            parts.append("")
        parts.extend(_block_lines(block, width, colour, ascii))
        if isinstance(block, Table):
            parts.append("")
    return "\n".join(line.rstrip() for line in parts).rstrip("\n") + "\n"


def _block_lines(block: Block, width: int | None, colour: bool, ascii: bool) -> Iterator[str]:
    if isinstance(block, Table):
        yield from table_lines(block, width=width, colour=colour, ascii=ascii)
    elif isinstance(block, Heading):
        for line in wrapped_lines(_safe_text(block.text, ascii), width):
            yield _styled_text(line, BOLD, colour)
    elif isinstance(block, Line):
        text = _safe_text(block.text, ascii)
        label = _LABEL.match(text)
        at = label.end() if label else 0
        yield from hanging_lines(text[:at], joined_figures(text[at:]), width)
    elif isinstance(block, Sentences):
        for item in block.items:
            yield from hanging_lines(_safe_text("· ", ascii), joined_figures(_safe_text(item, ascii)), width)


def _safe_text(text: str, ascii: bool) -> str:
    return inert(to_ascii(text) if ascii else text)


def _styled_text(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{OFF}" if colour and text else text


def table_lines(table: Table, *, width: int | None, colour: bool, ascii: bool) -> Iterator[str]:
    """The table's lines: its title, a head, a rule, the rows, the notes; row by row where too narrow.

    Without rows there is no head: the notes say why, or that there is nothing.
    """
    for line in wrapped_lines(_safe_text(table.title, ascii), width) if table.title else ():
        yield _styled_text(line, BOLD, colour)
    if table.rows:
        yield from _terminal_lines_of_rows(table, width, colour, ascii)
    for note in table.notes or (() if table.rows else (NO_ROWS,)):
        for line in hanging_lines("", joined_figures(_safe_text(note, ascii)), width):
            yield _styled_text(line, DIM, colour)


def _terminal_lines_of_rows(table: Table, width: int | None, colour: bool, ascii: bool) -> Iterator[str]:
    cells = [
        [_cell_text(row.get(column.key), column, ascii) for column in table.columns] for row in table.rows
    ]
    titles = [_safe_text(column.title, ascii) for column in table.columns]
    laid_out = laid_out_table(
        table.columns, titles, cells, list(_without_repeats(cells, table.columns)), width
    )
    if laid_out:
        yield from _terminal_lines_of_table(laid_out, colour, ascii)
    else:
        yield from _terminal_lines_row_by_row(titles, cells, width)


def _terminal_lines_of_table(laid_out: TableLayout, colour: bool, ascii: bool) -> Iterator[str]:
    for line in laid_out.head:
        yield _styled_text(line, BOLD, colour)
    yield _styled_text(_safe_text("─", ascii) * laid_out.width, DIM, colour)
    yield from laid_out.body


def _terminal_lines_row_by_row(
    titles: Sequence[str], rows: Sequence[Sequence[str]], width: int | None
) -> Iterator[str]:
    """Every row as lines of `title: value`, a blank line between rows."""
    for at, row in enumerate(rows):
        if at:
            yield ""
        for title, text in zip(titles, row, strict=True):
            limit = None if width is None else max(1, width - 2)
            first, *others = wrapped_lines(joined_figures(f"{title}: {text}" if title else text), limit)
            yield from (first, *(f"  {line}" for line in others))


def _without_repeats(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> Iterator[list[str]]:
    """The rows without the values that their grouped columns share with the row above."""
    above: Sequence[str] = [""] * len(columns)
    for row in rows:
        kept, same = [], True
        for text, text_above, column in zip(row, above, columns, strict=True):
            same = same and column.grouped and text == text_above
            kept.append("" if same else text)
        yield kept
        above = row


def _cell_text(value: Value, column: Column, ascii: bool) -> str:
    return _safe_text(" ".join(value_words(value, column.kind).split()) or "–", ascii)


SUFFIXES = (".txt",)


def render(table: Table) -> str:
    """The table at full width, without colour."""
    return screen_text(Screen((table,)), width=None, colour=False, ascii=False)
