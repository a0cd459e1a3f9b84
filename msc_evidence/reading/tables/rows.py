"""The rows of a table: what kind of values each holds, of how many, and its p."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msc_evidence.reading.tables.cells import Reading, cell_reading
from msc_evidence.reading.tables.columns import Columns, KnownSize, TableArm, size_in, table_columns
from msc_evidence.reading.tables.grid import Cell, Grid
from msc_evidence.reading.tables.source import SourceTable

_SIZES_OF_BOTH = re.compile(r"\bn\s*=\s*(\d+)\s*(?:\+|/|v|vs\.?|and|,)\s*(\d+)", re.IGNORECASE)
_ALL = re.compile(r"\ball\b", re.IGNORECASE)
_CORRELATIONS = re.compile(r"\bcorrelation (?:matrix|coefficients?)", re.IGNORECASE)
#: Nothing but a size.
_ONLY_SIZE = re.compile(r"\W*(?:n\s*[=:]?\s*)?[\d,\s\u00a0]+\W*", re.IGNORECASE)


def sizes_of_both(text: str) -> list[tuple[str, str]]:
    """The sizes of two arms that the head of a row prints together.

    >>> sizes_of_both("Overall (n = 190 + 199)")
    [('190', '199')]
    """
    return _SIZES_OF_BOTH.findall(text)


@dataclass(frozen=True, slots=True)
class ValueCell:
    """A cell of an arm: its place, its text as printed, what it can be, and of how many it is."""

    cell: Cell
    arm: TableArm
    reading: Reading
    n: int
    #: The place that is meant: a cell over several columns or rows stands at each.
    row: int
    column: int

    @property
    def address(self) -> str:
        """`r5c3`."""
        return f"r{self.row}c{self.column}"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its label under its group, the kind of its values, and the p-values that stand in it."""

    number: int
    label: str
    group: str
    kind: str
    cells: tuple[ValueCell, ...] = ()
    p: tuple[Cell, ...] = ()
    #: Where the notation was read: row, column, group, caption, foot, shape or arithmetic.
    read_from: str = ""


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table as understood; without arms where it has none that can be read, with the reason."""

    source: SourceTable
    columns: Columns | None
    rows: tuple[TableRow, ...] = ()
    reason: str = ""

    @property
    def arms(self) -> tuple[TableArm, ...]:
        """The arms in the head."""
        return self.columns.arms if self.columns else ()


def read_table(source: SourceTable, known: Mapping[str, KnownSize] | None = None) -> ReadTable:
    """A table with its arms and rows; `known` are the sizes of arms that other tables of the article print."""
    if source.grid is None:
        return ReadTable(source, None, reason="a picture; its numbers cannot be read")
    if _CORRELATIONS.search(source.caption):
        return ReadTable(source, None, reason="correlations, which are of no arm")
    columns = table_columns(source.grid, known)
    if not columns.arms:
        return ReadTable(source, columns, reason="no arms with their sizes in the head or in a row")
    return ReadTable(source, columns, tuple(_as_neighbours(list(_rows(source, source.grid, columns)))))


def _as_neighbours(rows: Sequence[TableRow]) -> Iterator[TableRow]:
    """The rows; one that counts nobody is of the kind of its neighbours in its group, as a zero has no percentage."""
    for at, row in enumerate(rows):
        near = [
            other.kind
            for other in rows[max(0, at - 1) : at + 2]
            if other is not row and other.group == row.group
        ]
        nobody = row.kind == "n" and row.cells and all(cell.cell.text.strip() == "0" for cell in row.cells)
        yield replace(row, kind="n_pct", read_from="neighbours") if nobody and "n_pct" in near else row


@dataclass(slots=True)
class _Group:
    """What a group's head says of the rows below it."""

    label: str = ""
    indent: int = 0
    sizes: Mapping[int, int] | None = None


def _rows(source: SourceTable, grid: Grid, columns: Columns) -> Iterator[TableRow]:
    comma = _has_decimal_commas(grid, columns)
    group, arms = _Group(), columns.arms
    subheads: dict[int, str] = {}
    for number in range(columns.head, len(grid.places)):
        places = grid.places[number]
        label = _label(places, columns)
        if not label and (again := _arms_again(places, columns)):
            arms = again
            cells = _value_cells(places, arms, number, comma)
            yield TableRow(number, label, "", "head_again", cells, _p_cells(places, columns, number))
            group = _Group()
            continue
        cells = _value_cells(places, arms, number, comma)
        printed = [cell for cell in cells if cell.cell.text]
        sizes = _row_sizes(places, arms)
        if not label and printed and all(cell.reading.shape == "words" for cell in printed):
            subheads = {cell.column: cell.cell.text for cell in printed}
        if sizes and all(_ONLY_SIZE.fullmatch(cell.cell.text) for cell in printed):
            group = _Group(label, 0, sizes)
            yield TableRow(number, label, "", "n_row", cells)
            continue
        if not printed:
            group = _Group(label, places[0].indent)
            yield TableRow(number, label, "", "group", p=_p_cells(places, columns, number))
            continue
        heads = [f"{columns.paths[cell.column]} {subheads.get(cell.column, '')}" for cell in cells]
        yield _typed(source, grid, columns, number, label, group, cells, heads)


def _has_decimal_commas(grid: Grid, columns: Columns) -> bool:
    """Whether a table writes its decimals behind commas: several such figures and none with a point."""
    texts = [cell.text for row in grid.places[columns.head :] for cell in row[1:]]
    commas = sum(bool(re.search(r"\d,\d{1,2}(?!\d)", text)) for text in texts)
    points = sum(bool(re.search(r"\d\.\d", text)) for text in texts)
    return commas >= 2 and points == 0


def _label(places: Sequence[Cell], columns: Columns) -> str:
    texts = [places[column].text for column in columns.of_role("label")]
    return " | ".join(dict.fromkeys(filter(None, texts)))


def _p_cells(places: Sequence[Cell], columns: Columns, number: int) -> tuple[Cell, ...]:
    """The cells of the p columns that begin in this row; one that covers several rows is of their set, or of all."""
    cells = (places[column] for column in columns.of_role("p"))
    return tuple(
        cell
        for cell in cells
        if cell.text and cell.columns == 1 and (cell.row == number or _ALL.search(cell.text))
    )


def _arms_again(places: Sequence[Cell], columns: Columns) -> tuple[TableArm, ...]:
    """The arms of a second head within the body."""
    found: list[TableArm] = []
    for arm in columns.arms:
        cell = places[arm.columns[0]]
        n = size_in(cell.text)
        words = re.sub(r"[\W\d]|\bn\b", "", re.sub(r"n\s*=", "", cell.text, flags=re.IGNORECASE))
        if n is not None and words:
            found.append(TableArm(cell.text, n, arm.columns, "second head"))
    return tuple(found) if len(found) >= 2 else ()


def _value_cells(
    places: Sequence[Cell], arms: Sequence[TableArm], number: int, comma: bool
) -> tuple[ValueCell, ...]:
    cells = []
    for arm in arms:
        for column in arm.columns:
            cell = places[column]
            if cell.row == number and set(range(cell.column, cell.column + cell.columns)) <= set(arm.columns):
                cells.append(
                    ValueCell(cell, arm, cell_reading(cell.text, comma=comma), arm.n, number, column)
                )
    return tuple(cells)


def _row_sizes(places: Sequence[Cell], arms: Sequence[TableArm]) -> dict[int, int]:
    found = {arm.columns[0]: size_in(places[arm.columns[0]].text) for arm in arms}
    return {column: n for column, n in found.items() if n is not None}


def _typed(
    source: SourceTable,
    grid: Grid,
    columns: Columns,
    number: int,
    label: str,
    group: _Group,
    cells: tuple[ValueCell, ...],
    heads: Sequence[str],
) -> TableRow:
    from msc_evidence.reading.tables.kinds import row_kind

    places = grid.places[number]
    arms = list(dict.fromkeys(cell.arm for cell in cells))
    cells = tuple(_with_size(cell, label, group, source, arms.index(cell.arm)) for cell in cells)
    kind, read_from = row_kind(label, group.label, heads, source, cells, columns, places)
    return TableRow(number, label, group.label, kind, cells, _p_cells(places, columns, number), read_from)


def _with_size(cell: ValueCell, label: str, group: _Group, source: SourceTable, position: int) -> ValueCell:
    """The cell with its own size: from a footnote, the head of the row, or the row of sizes of its group."""
    both = _SIZES_OF_BOTH.search(label)
    column = cell.arm.columns[0]
    for mark in cell.cell.marks:
        n = size_in(source.notes.get(mark, ""))
        if n is not None:
            return replace(cell, n=n)
    if both and position < 2:
        return replace(cell, n=int(both[position + 1]))
    each = size_in(label)
    if each is not None and cell.arm.n / 2 <= each < cell.arm.n:
        return replace(cell, n=each)
    if group.sizes and column in group.sizes:
        return replace(cell, n=group.sizes[column])
    return cell
