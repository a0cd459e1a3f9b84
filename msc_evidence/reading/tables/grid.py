"""The grid of a table: every place with the cell that covers it, spans laid out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

#: Spans and rows beyond these belong to no table of an article.
MOST_COLUMNS, MOST_ROWS = 200, 5_000


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as a format gives it: its text without the marks of footnotes, these marks, and its spans."""

    text: str
    marks: tuple[str, ...] = ()
    rows: int = 1
    columns: int = 1
    indent: int = 0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the place of its first row and column."""

    text: str
    row: int
    column: int
    rows: int
    columns: int
    marks: tuple[str, ...] = ()
    indent: int = 0
    bold: bool = False

    @property
    def address(self) -> str:
        """`r5c3`: row and column from 0, in the grid with head rows."""
        return f"r{self.row}c{self.column}"

    def starts_at(self, row: int, column: int) -> bool:
        """Whether this place is where the cell stands, not one that it spans."""
        return (self.row, self.column) == (row, column)


@dataclass(frozen=True, slots=True)
class Grid:
    """All places of a table; the first `head` rows are its head as the format marks it."""

    places: tuple[tuple[Cell, ...], ...]
    head: int

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.places[0]) if self.places else 0

    def row(self, number: int) -> Sequence[Cell]:
        """The cells that cover a row, one a column."""
        return self.places[number]

    def own_cells(self, number: int) -> Iterator[Cell]:
        """The cells of a row, each once, also those that began above."""
        seen: set[int] = set()
        for cell in self.places[number]:
            if id(cell) not in seen:
                seen.add(id(cell))
                yield cell


def laid_out(head: Sequence[Sequence[RawCell]], body: Sequence[Sequence[RawCell]]) -> Grid:
    """The grid of a table: head and body each with their spans, of which none leaves its section."""
    rows = [*_section(head[:MOST_ROWS], 0)]
    rows += _section(body[: MOST_ROWS - len(rows)], len(rows))
    width = max((len(row) for row in rows), default=0)
    if not width:
        return Grid((), 0)
    filled = [
        (*row, *(Cell("", at, column, 1, 1) for column in range(len(row), width)))
        for at, row in enumerate(rows)
    ]
    return Grid(tuple(filled), min(len(head), len(filled)))


def _section(rows: Sequence[Sequence[RawCell]], first: int) -> Iterator[list[Cell]]:
    """The rows of one section, cells that span rows carried down to its end."""
    carried: dict[int, Cell] = {}
    for at, raw in enumerate(rows):
        row = first + at
        places: dict[int, Cell] = {
            column: cell for column, cell in carried.items() if cell.row + cell.rows > row
        }
        column = 0
        for one in raw:
            while column in places:
                column += 1
            if column >= MOST_COLUMNS:
                break
            high, wide = min(one.rows, len(rows) - at), min(one.columns, MOST_COLUMNS - column)
            cell = Cell(one.text, row, column, high, wide, one.marks, one.indent, one.bold)
            for place in range(column, column + wide):
                places.setdefault(place, cell)
            column += wide
        carried = places
        width = max(places, default=-1) + 1
        yield [places.get(column) or Cell("", row, column, 1, 1) for column in range(width)]


def joined_text(cells: Iterable[Cell]) -> str:
    """The texts of cells, each once, with bars between them."""
    texts = [cell.text for cell in cells if cell.text]
    return " | ".join(dict.fromkeys(texts))
