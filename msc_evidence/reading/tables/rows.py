"""The rows of a table: what kind of values each holds, of how many, and its p."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msc_evidence.reading.tables.cells import Reading, cell_reading
from msc_evidence.reading.tables.columns import (
    LEAST_MEASURED,
    Columns,
    KnownSize,
    TableArm,
    arm_name,
    size_in,
    size_of_each,
    table_columns,
)
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

    @property
    def has_carried_sizes(self) -> bool:
        """Whether the arms' sizes stand neither in its head nor in a row: another table or words give them."""
        told = [arm.read_from for arm in self.arms]
        return any(place not in ("head", "second head") for place in told) and not any(
            place.startswith("row") for place in told
        )


def read_table(source: SourceTable, known: Mapping[str, KnownSize] | None = None) -> ReadTable:
    """A table with its arms and rows; `known` are the sizes of arms that other tables of the article print."""
    if source.grid is None:
        return ReadTable(source, None, reason="a picture; its numbers cannot be read")
    if _CORRELATIONS.search(source.caption):
        return ReadTable(source, None, reason="correlations, which are of no arm")
    columns = table_columns(source.grid, known, size_of_each(source.caption) or size_of_each(source.foot))
    if not columns.arms:
        return ReadTable(source, columns, reason="no arms with their sizes in the head or in a row")
    return ReadTable(source, columns, tuple(_as_neighbours(list(_rows(source, source.grid, columns)))))


def _as_neighbours(rows: Sequence[TableRow]) -> list[TableRow]:
    """The rows; those that count nobody are of their neighbours' kind in their group: a zero has no percentage."""
    found: list[TableRow] = []
    for at, row in enumerate(rows):
        near = [other.kind for other in (*found[-1:], *rows[at + 1 : at + 2]) if other.group == row.group]
        nobody = row.kind == "n" and row.cells and all(cell.cell.text.strip() == "0" for cell in row.cells)
        found.append(
            replace(row, kind="n_pct", read_from="neighbours") if nobody and "n_pct" in near else row
        )
    return found


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
    noted = _noted_sizes(
        source, [mark for column in columns.of_role("label") for mark in places[column].marks], arms
    )
    cells = tuple(
        _with_size(cell, label, group, source, noted.get(cell.arm.columns), arms.index(cell.arm))
        for cell in cells
    )
    kind, read_from = row_kind(label, group.label, heads, source, cells, columns, places)
    if kind in FRACTIONS:
        cells = tuple(
            replace(cell, n=int(float(cell.reading.numbers[1]))) if _is_fraction(cell) else cell
            for cell in cells
        )
    return TableRow(number, label, group.label, kind, cells, _p_cells(places, columns, number), read_from)


#: Kinds of rows whose cells print of how many they are.
FRACTIONS = ("frac", "frac_pct")


def _is_fraction(cell: ValueCell) -> bool:
    return cell.reading.shape in ("a/b", "a/b(y)")


def _noted_sizes(
    source: SourceTable, marks: Sequence[str], arms: Sequence[TableArm]
) -> dict[tuple[int, ...], int]:
    """The sizes of the arms that a footnote to the head of a row gives: one for each, several by their names."""
    for mark in marks:
        note = source.notes.get(mark, "")
        named = {_run_together(name): int(digits) for name, digits in _NAMED_SIZE.findall(note)}
        found = {arm.columns: named.get(_run_together(arm.label)) for arm in arms}
        if all(found.values()):
            return {columns: n for columns, n in found.items() if n}
        each = size_in(note)
        # Fewer than most of an arm would be those of both.
        if each is not None and all(LEAST_MEASURED * arm.n <= each < arm.n for arm in arms):
            return {arm.columns: each for arm in arms}
    return {}


def _run_together(label: str) -> str:
    return arm_name(label).replace(" ", "")


#: `N control = 8`.
_NAMED_SIZE = re.compile(r"\bN\s+([^\W\d][\w -]{0,30}?)\s*=\s*(\d+)", re.IGNORECASE)


def _with_size(
    cell: ValueCell, label: str, group: _Group, source: SourceTable, noted: int | None, position: int
) -> ValueCell:
    """The cell with its own size: from a footnote, the head of the row, or the row of sizes of its group."""
    both = _SIZES_OF_BOTH.search(label)
    column = cell.arm.columns[0]
    for mark in cell.cell.marks:
        n = size_in(source.notes.get(mark, ""))
        if n is not None:
            return replace(cell, n=n)
    if noted is not None:
        return replace(cell, n=noted)
    if both and position < 2:
        return replace(cell, n=int(both[position + 1]))
    each = size_in(label)
    if each is not None and cell.arm.n / 2 <= each < cell.arm.n:
        return replace(cell, n=each)
    if group.sizes and column in group.sizes:
        return replace(cell, n=group.sizes[column])
    return cell
