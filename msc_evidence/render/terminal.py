"""A screen laid out for a terminal of a given width, or unlimited for a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from ..tables.screen import Block, Heading, Line, Screen, Sentences
from ..tables.table import Column, Table, Value
from .ascii import to_ascii

BOLD, DIM, OFF = "\033[1m", "\033[2m", "\033[0m"
GAP = 2
#: No column is squeezed below this; a narrower terminal breaks the lines itself.
NARROWEST = 6


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
        for line in _wrapped(_text(block.text, ascii), width, ""):
            yield _styled(line, BOLD, colour)
    elif isinstance(block, Line):
        text = _text(block.text, ascii)
        yield from _wrapped(text, width, " " * (len(text) - len(text.lstrip()) + 2))
    elif isinstance(block, Sentences):
        for item in block.items:
            yield from _wrapped(_text(f"· {item}", ascii), width, "  ")


def _text(text: str, ascii: bool) -> str:
    return to_ascii(text) if ascii else text


def _wrapped(text: str, width: int | None, indent: str) -> list[str]:
    if width is None or cell_len(text) <= width:
        return [text]
    return textwrap.wrap(
        text, max(width, NARROWEST), subsequent_indent=indent, break_long_words=True, break_on_hyphens=False,
        drop_whitespace=True, replace_whitespace=False,
    )  # fmt: skip


def _styled(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{OFF}" if colour and text else text


def table_lines(table: Table, *, width: int | None, colour: bool, ascii: bool) -> Iterator[str]:
    """The table's lines: its title, a head, a rule, the rows, the notes."""
    if table.title:
        yield _styled(_text(table.title, ascii), BOLD, colour)
    cells = [[_cell(row.get(column.key), column, ascii) for column in table.columns] for row in table.rows]
    titles = [_text(column.title, ascii) for column in table.columns]
    widths = _widths(table.columns, titles, cells, width)
    for line in _row_lines(titles, widths, table.columns):
        yield _styled(line.rstrip(), BOLD, colour)
    yield _styled(_text("─", ascii) * (sum(widths) + GAP * (len(widths) - 1)), DIM, colour)
    previous: list[str] = [""] * len(titles)
    for row in cells:
        yield from _row_lines(_ungrouped(row, previous, table.columns), widths, table.columns)
        previous = row
    for note in table.notes:
        for line in _wrapped(_text(note, ascii), width, "  "):
            yield _styled(line, DIM, colour)


def _ungrouped(row: list[str], previous: list[str], columns: Sequence[Column]) -> list[str]:
    """The row without the values that its grouped columns share with the row above."""
    shown, same = [], True
    for text, above, column in zip(row, previous, columns, strict=True):
        same = same and column.grouped and text == above
        shown.append("" if same else text)
    return shown


def _cell(value: Value, column: Column, ascii: bool) -> str:
    if value is None:
        return "-" if ascii else "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.{3 if column.kind == 'p' else 4}g}"
    return _text(" ".join(str(value).split()), ascii)


def _widths(
    columns: Sequence[Column], titles: Sequence[str], cells: Sequence[Sequence[str]], width: int | None
) -> list[int]:
    """The width of each column: its widest cell; where they do not fit, the widest columns give way first.

    Cells that are read at one glance stay whole as long as anything else can give, and words longer still.
    """
    by_column = [[title, *(row[at] for row in cells)] for at, title in enumerate(titles)]
    widths = [max(cell_len(text) for text in texts) for texts in by_column]
    if width is None:
        return widths
    room = width - GAP * (len(columns) - 1)
    words = [_longest_word(texts) for texts in by_column]
    glances = [
        max([word, *(cell_len(text) for text in texts[1:])]) if column.whole else word
        for word, texts, column in zip(words, by_column, columns, strict=True)
    ]
    for least in (glances, words, [NARROWEST] * len(widths)):
        widths = _squeezed(widths, least, room)
    return widths


def _squeezed(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The widths narrowed towards `least`, always the widest that can still give, until they fit."""
    narrowed = list(widths)
    while sum(narrowed) > room:
        giving = [at for at, width in enumerate(narrowed) if width > least[at]]
        if not giving:
            break
        narrowed[max(giving, key=lambda at: narrowed[at])] -= 1
    return narrowed


def _longest_word(texts: Sequence[str]) -> int:
    return max((cell_len(word) for text in texts for word in text.split()), default=0)


def _row_lines(row: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> Iterator[str]:
    wrapped = [_wrapped(text, width, "") or [""] for text, width in zip(row, widths, strict=True)]
    for at in range(max(len(lines) for lines in wrapped)):
        parts = []
        for lines, width, column in zip(wrapped, widths, columns, strict=True):
            text = lines[at] if at < len(lines) else ""
            pad = " " * max(0, width - cell_len(text))
            parts.append(text + pad if column.kind == "text" else pad + text)
        yield (" " * GAP).join(parts).rstrip()
