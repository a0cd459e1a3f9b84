"""What the rows of a table say of its arms as values of a record: for each group of arms that one p compares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.reading.tables.cells import cell_reading
from msc_evidence.reading.tables.columns import TableArm
from msc_evidence.reading.tables.grid import Cell
from msc_evidence.reading.tables.rows import FRACTIONS, ReadTable, TableRow, ValueCell
from msc_evidence.reading.tables.sets import categories, p_of_each_row
from msc_evidence.registry.reported import Reported, Span
from msc_evidence.registry.values import Values

_INTERVAL = re.compile(r"\bCI\b|confidence", re.IGNORECASE)
_RANGE = re.compile(r"\brange|\bmin(?:imum)?\b", re.IGNORECASE)
#: Kind of a row → the fields that its numbers fill, an interval taking two, and how many numbers there are.
_MEASURED: dict[str, tuple[tuple[str, ...], int]] = {
    "mean": (("mean",), 1),
    "mean_sd": (("mean", "sd"), 2),
    "mean_sd_unstated": (("mean", "sd"), 2),
    "mean_se": (("mean", "se"), 2),
    "mean_sd_range": (("mean", "sd", "range"), 4),
    "mean_range": (("mean", "range"), 3),
    "median_iqr": (("median", "iqr"), 3),
    "median_range": (("median", "range"), 3),
    "mean_ci": (("mean", "ci"), 3),
    "median_ci": (("median", "ci"), 3),
}


@dataclass(frozen=True, slots=True)
class ArmValues:
    """The values of one arm, or of all participants, and the cells that print them."""

    cells: tuple[ValueCell, ...]
    values: Values


@dataclass(frozen=True, slots=True)
class ContrastRow:
    """A row of a contrast: the values of its arms by their position, of all participants, and the p of the row."""

    row: TableRow
    arms: Mapping[int, ArmValues]
    whole: ArmValues | None
    p: Cell | None
    #: The variable that the row is a category of.
    part_of: str | None


@dataclass(frozen=True, slots=True)
class Contrast:
    """The arms that one p compares, at one of the times that they have columns of."""

    arms: tuple[TableArm, ...]
    time: int
    rows: tuple[ContrastRow, ...]


@dataclass(frozen=True, slots=True)
class PrintedEffect:
    """An estimate with its interval in a column that is a contrast."""

    row: TableRow
    cell: Cell
    column: int
    numbers: tuple[Reported, Reported, Reported]


def contrasts(table: ReadTable) -> Iterator[Contrast]:
    """A contrast for each group of arms that one p compares, and for each time that the arms have columns of."""
    for arms, p_column in _compared(table):
        times = _times(table, arms)
        p_cells = p_of_each_row(table.rows, p_column) if times == 1 else {}
        parts = categories(table.rows, p_column)
        for time in range(times):
            yield Contrast(arms, time, tuple(_contrast_rows(table, arms, time, p_cells, parts)))


def _compared(table: ReadTable) -> list[tuple[tuple[TableArm, ...], int | None]]:
    """The arms with their p column: where pairs of arms stand side by side each has its own."""
    columns = table.columns
    if columns is None:
        return []
    p_columns = columns.of_role("p")
    if len(p_columns) < 2:
        return [(table.arms, next(iter(p_columns), None))]
    blocks: list[tuple[tuple[TableArm, ...], int | None]] = []
    before = -1
    for column in p_columns:
        block = tuple(arm for arm in table.arms if before < arm.columns[0] < column)
        blocks.append((block, column))
        before = column
    # Several p after all arms are of comparisons that no head names.
    if any(len(arms) < 2 for arms, _ in blocks):
        return [(table.arms, None)]
    return blocks


def _times(table: ReadTable, arms: Sequence[TableArm]) -> int:
    counts = {len(arm.columns) for arm in arms}
    return counts.pop() if len(counts) == 1 else 1


def _contrast_rows(
    table: ReadTable,
    arms: Sequence[TableArm],
    time: int,
    p_cells: Mapping[int, Cell],
    parts: Mapping[int, str],
) -> Iterator[ContrastRow]:
    every = len(arms) == len(table.arms)
    for row in table.rows:
        found = _values_of_row(row, arms, time)
        if not found:
            continue
        if row.kind == "mean_sd_range" and not _says_range(table, row):
            found = {at: _without_range(value) for at, value in found.items()}
        whole = _values_of_all(table, row) if every else None
        yield ContrastRow(row, found, whole, p_cells.get(row.number), parts.get(row.number))


def _values_of_row(row: TableRow, arms: Sequence[TableArm], time: int) -> dict[int, ArmValues]:
    """The values of a row by the position of their arm; empty where its kind is not known or says too little."""
    found: dict[int, ArmValues] = {}
    if row.kind == "n_rowpct" and any(
        float(cell.reading.numbers[0]) > cell.n for cell in row.cells if cell.reading.numbers
    ):
        return found  # parts of a sum of events
    for at, arm in enumerate(arms):
        cells = tuple(cell for cell in row.cells if cell.arm.columns == arm.columns)
        if row.kind in ("n_and_pct_in_two_columns", "mean_sd_cols"):
            value = _of_two_columns(row.kind, cells, arm.n) if time == 0 else None
        else:
            cells = cells[time : time + 1]
            value = _values(row.kind, cells[0], arm.n) if cells else None
        if value is not None:
            found[at] = ArmValues(cells, value)
    return found


def _of_two_columns(kind: str, cells: Sequence[ValueCell], size: int) -> Values | None:
    if len(cells) != 2 or not all(cell.reading.numbers for cell in cells):
        return None
    first, second = (cell.reading.numbers[0] for cell in cells)
    if kind == "mean_sd_cols":
        fields = {"n": _own_size(cells[0], size), "mean": Reported.read(first), "sd": Reported.read(second)}
        return _VALUES.model_copy(update=fields)
    return _counted(cells[0], first, second, size)


def _values(kind: str, cell: ValueCell, size: int) -> Values | None:
    """The values of one cell as its row's kind says; None for kinds that no record holds."""
    shape, numbers = cell.reading.shape, cell.reading.numbers
    if kind in ("n_pct", "n_pct_slash"):
        if shape == "whole" and float(numbers[0]) == 0:
            return _counted(cell, numbers[0], None, size)
        return (
            _counted(cell, numbers[0], numbers[1], size) if len(numbers) == 2 and shape != "decimal" else None
        )
    if kind in FRACTIONS and shape in ("a/b", "a/b(y)"):
        return _counted(cell, numbers[0], numbers[2] if kind == "frac_pct" else None, size)
    if kind in ("n_rowpct", "n_pct_of_total"):
        return _counted(cell, numbers[0], None, size) if len(numbers) == 2 else None
    if kind == "pct_n":
        return _counted(cell, numbers[1], numbers[0], size) if len(numbers) == 2 else None
    build = _MEASURED.get(kind)
    return _measured(cell, *build, size) if build else None


def _measured(cell: ValueCell, names: Sequence[str], count: int, size: int) -> Values | None:
    numbers = cell.reading.numbers
    if len(numbers) != count:
        return None
    fields: dict[str, object] = {"n": _own_size(cell, size)}
    rest = list(numbers)
    for name in names:
        first = Reported.read(rest.pop(0))
        fields[name] = Span(first, Reported.read(rest.pop(0))) if name in ("iqr", "range", "ci") else first
    return _VALUES.model_copy(update=fields)


def _says_range(table: ReadTable, row: TableRow) -> bool:
    """Whether the ends behind a mean and its SD are called a range, near the row or below the table."""
    heads = " ".join(table.columns.paths) if table.columns else ""
    return bool(_RANGE.search(f"{row.label} {row.group} {heads} {table.source.caption} {table.source.foot}"))


def _without_range(value: ArmValues) -> ArmValues:
    return ArmValues(value.cells, value.values.model_copy(update={"range": None}))


def _counted(cell: ValueCell, events: str, percent: str | None, size: int) -> Values | None:
    if "." in events or events.startswith("-"):
        return None
    fields = {"n": _own_size(cell, size), "events": Reported.read(events)}
    fields["percent"] = Reported.read(percent) if percent is not None else None
    return _VALUES.model_copy(update=fields)


def _own_size(cell: ValueCell, size: int) -> Reported | None:
    """The size of a cell where it is another than its arm's: a second head, its row or a footnote gives it."""
    return Reported.read(str(cell.n)) if cell.n != size else None


def _values_of_all(table: ReadTable, row: TableRow) -> ArmValues | None:
    """What the column of all participants prints in a row."""
    columns, grid = table.columns, table.source.grid
    if columns is None or columns.total is None or grid is None or not row.cells:
        return None
    if columns.total.n != sum(arm.n for arm in table.arms):
        return None  # all of some arms, or arms that share participants
    column = columns.total.columns[0]
    cell = grid.places[row.number][column]
    if not cell.starts_at(row.number, column):
        return None
    value_cell = ValueCell(cell, columns.total, cell_reading(cell.text), columns.total.n, row.number, column)
    kind = row.kind if row.kind not in ("n_pct_of_total", "n_pct_total_only") else "n_pct"
    if len(value_cell.reading.numbers) == 1 and kind == "n_pct":
        return None
    value = _values(kind, value_cell, columns.total.n)
    return ArmValues((value_cell,), value) if value is not None else None


def printed_effects(table: ReadTable) -> Iterator[PrintedEffect]:
    """The estimates with their intervals in columns that are contrasts."""
    columns, grid = table.columns, table.source.grid
    if columns is None or grid is None:
        return
    for row in table.rows:
        for column in columns.of_role("contrast"):
            cell = grid.places[row.number][column]
            said = f"{columns.paths[column]} {row.label} {row.group} {table.source.caption}"
            if cell.starts_at(row.number, column) and _INTERVAL.search(said):
                reading = cell_reading(cell.text)
                if reading.shape == "x(a-b)":
                    estimate, low, high = map(Reported.read, reading.numbers)
                    yield PrintedEffect(row, cell, column, (estimate, low, high))


def printed_p(text: str) -> str | None:
    """The p-value of a cell as printed, `<0.001`; None where the cell prints none or more than one."""
    found = _P.fullmatch(text.replace("·", ".").replace(",", "."))
    return f"{found[1] or ''}{found[2].replace(' ', '')}" if found else None


def printed_p_of(text: str) -> Reported | None:
    """The p-value that a cell prints, as a check reads it: 0.001 is printed for whatever is below it."""
    printed = printed_p(text)
    if printed is None:
        return None
    return Reported.read(f"≤{printed}" if _FLOOR.fullmatch(printed) else printed)


_FLOOR = re.compile(r"0?\.0{2,}1")
_P = re.compile(r"\s*[*†‡§]*\s*p?\s*=?\s*([<>≤≥])?\s*((?:0|1)?\.\s?\d+|0|1)\s*[*†‡§a-z#]*\s*", re.IGNORECASE)
_VALUES = Values.model_construct()
