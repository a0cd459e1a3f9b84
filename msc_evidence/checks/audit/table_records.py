"""The record that a table of an article stands for: its rows as characteristics of its arms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msc_evidence.reading.tables.cells import cell_reading
from msc_evidence.reading.tables.columns import TableArm
from msc_evidence.reading.tables.grid import Cell
from msc_evidence.reading.tables.rows import ReadTable, TableRow, ValueCell
from msc_evidence.reading.tables.sets import categories, p_of_each_row
from msc_evidence.registry.design import Arm, Design, Participants
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Effect, Result, Trial
from msc_evidence.registry.publication import Citation, Source
from msc_evidence.registry.reported import Reported, Span
from msc_evidence.registry.values import Baseline, Values

ALL = "all"
#: What stands for a measure that no word names: of it only the order of its three numbers is known.
UNNAMED = "beta"
_INTERVAL = re.compile(r"\bCI\b|confidence", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableRecord:
    """A record of one contrast of a table, with the cells that its numbers are of."""

    trial: Trial
    #: The row of each characteristic, in the order of the record.
    rows: tuple[TableRow, ...]
    #: The cell of a characteristic in an arm, or of all participants.
    cells: Mapping[tuple[int, str], ValueCell]
    p: Mapping[int, Cell]
    #: The row and the cell of each effect.
    effects: tuple[tuple[TableRow, Cell], ...] = ()


@dataclass(slots=True)
class _Gathered:
    baseline: list[Baseline] = field(default_factory=list)
    rows: list[TableRow] = field(default_factory=list)
    cells: dict[tuple[int, str], ValueCell] = field(default_factory=dict)
    p: dict[int, Cell] = field(default_factory=dict)


def table_records(table: ReadTable, tests: Mapping[str, str | None]) -> Iterator[TableRecord]:
    """A record for each group of arms that one p compares, and for each time that the arms have columns of.

    `tests` are the tests that the table names, for `means` and for `counts`.
    """
    for arms, p_column in _contrasts(table):
        for time in range(_times(table, arms)):
            yield _record(table, arms, time, p_column, tests)
    effects = tuple(_effects(table))
    if effects:
        trial = _TRIAL.model_copy(update={"results": [effect for _, _, effect in effects]})
        yield TableRecord(trial, (), {}, {}, tuple((row, cell) for row, cell, _ in effects))


def _contrasts(table: ReadTable) -> list[tuple[tuple[TableArm, ...], int | None]]:
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


def _record(
    table: ReadTable,
    arms: Sequence[TableArm],
    time: int,
    p_column: int | None,
    tests: Mapping[str, str | None],
) -> TableRecord:
    found = _Gathered()
    p_cells = p_of_each_row(table.rows, p_column) if _times(table, arms) == 1 else {}
    parts = categories(table.rows, p_column)
    every = len(arms) == len(table.arms)
    for row in table.rows:
        values = _values_of_row(row, arms, time)
        if not values:
            continue
        if row.kind == "mean_sd_range" and not _says_range(table, row):
            values = {at: (cell, _without_range(value)) for at, (cell, value) in values.items()}
        whole = _value_of_all(table, row) if every else None
        _add_row(found, row, values, whole, p_cells.get(row.number), tests, parts.get(row.number))
    trial = _TRIAL.model_copy(
        update={
            "arms": {f"arm {at + 1}": _arm(arm, at) for at, arm in enumerate(arms)},
            "baseline": found.baseline,
        }
    )
    return TableRecord(trial, tuple(found.rows), found.cells, found.p)


def _add_row(
    found: _Gathered,
    row: TableRow,
    values: Mapping[int, tuple[ValueCell, Values]],
    whole: tuple[ValueCell, Values] | None,
    p: Cell | None,
    tests: Mapping[str, str | None],
    part_of: str | None,
) -> None:
    index = len(found.baseline)
    printed_p = printed_p_of(p.text) if p is not None else None
    counted = any(value.events is not None for _, value in values.values())
    for at, (cell, _) in values.items():
        found.cells[index, f"arm {at + 1}"] = cell
    if whole is not None:
        found.cells[index, ALL] = whole[0]
    if p is not None and printed_p is not None:
        found.p[index] = p
    found.rows.append(row)
    found.baseline.append(
        Baseline.model_construct(
            variable=part_of or row.label or row.group or "row",
            category=row.label if part_of else None,
            all=whole[1] if whole else None,
            arms={f"arm {at + 1}": value for at, (_, value) in values.items()},
            p=printed_p,
            test=tests["counts" if counted else "means"],
        )
    )


def _values_of_row(row: TableRow, arms: Sequence[TableArm], time: int) -> dict[int, tuple[ValueCell, Values]]:
    """The values of a row by the position of their arm; empty where its kind is not known or says too little."""
    found = {}
    for at, arm in enumerate(arms):
        cells = [cell for cell in row.cells if cell.arm.columns == arm.columns]
        if row.kind == "n_and_pct_in_two_columns":
            value = _of_two_columns(cells, arm.n) if time == 0 else None
        else:
            cells = cells[time : time + 1]
            value = _values(row.kind, cells[0], arm.n) if cells else None
        if value is not None:
            found[at] = (cells[0], value)
    return found


def _of_two_columns(cells: Sequence[ValueCell], size: int) -> Values | None:
    if len(cells) != 2 or not all(cell.reading.numbers for cell in cells):
        return None
    events, percent = (cell.reading.numbers[0] for cell in cells)
    return _counted(cells[0], events, percent, size)


def _values(kind: str, cell: ValueCell, size: int) -> Values | None:
    """The values of one cell as its row's kind says; None for kinds that no check looks at."""
    shape, numbers = cell.reading.shape, cell.reading.numbers
    if kind in ("n_pct", "n_pct_slash"):
        if shape == "whole" and float(numbers[0]) == 0:
            return _counted(cell, numbers[0], None, size)
        return (
            _counted(cell, numbers[0], numbers[1], size) if len(numbers) == 2 and shape != "decimal" else None
        )
    if kind in ("n_rowpct", "n_pct_of_total"):
        return _counted(cell, numbers[0], None, size) if len(numbers) == 2 else None
    if kind == "pct_n":
        return _counted(cell, numbers[1], numbers[0], size) if len(numbers) == 2 else None
    build = _MEASURED.get(kind)
    return _measured(cell, *build, size) if build else None


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
}


def _measured(cell: ValueCell, names: Sequence[str], count: int, size: int) -> Values | None:
    numbers = cell.reading.numbers
    if len(numbers) != count:
        return None
    fields: dict[str, object] = {"n": _own_size(cell, size)}
    rest = list(numbers)
    for name in names:
        first = Reported.read(rest.pop(0))
        fields[name] = Span(first, Reported.read(rest.pop(0))) if name in ("iqr", "range") else first
    return _VALUES.model_copy(update=fields)


def _says_range(table: ReadTable, row: TableRow) -> bool:
    """Whether the ends behind a mean and its SD are called a range, near the row or below the table."""
    heads = " ".join(table.columns.paths) if table.columns else ""
    return bool(_RANGE.search(f"{row.label} {row.group} {heads} {table.source.caption} {table.source.foot}"))


_RANGE = re.compile(r"\brange|min", re.IGNORECASE)


def _without_range(values: Values) -> Values:
    return values.model_copy(update={"range": None})


def _counted(cell: ValueCell, events: str, percent: str | None, size: int) -> Values | None:
    if "." in events or events.startswith("-"):
        return None
    fields = {"n": _own_size(cell, size), "events": Reported.read(events)}
    fields["percent"] = Reported.read(percent) if percent is not None else None
    return _VALUES.model_copy(update=fields)


def _own_size(cell: ValueCell, size: int) -> Reported | None:
    """The size of a cell where it is another than its arm's: a second head, its row or a footnote gives it."""
    return Reported.read(str(cell.n)) if cell.n != size else None


def _value_of_all(table: ReadTable, row: TableRow) -> tuple[ValueCell, Values] | None:
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
    return (value_cell, value) if value is not None else None


def _effects(table: ReadTable) -> Iterator[tuple[TableRow, Cell, Result]]:
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
                    yield row, cell, _effect_result(*reading.numbers)


def _effect_result(estimate: str, low: str, high: str) -> Result:
    effect = Effect.model_construct(
        measure=UNNAMED, estimate=Reported.read(estimate), ci=Span(Reported.read(low), Reported.read(high))
    )
    return _RESULT.model_copy(update={"effect": effect})


def printed_p_of(text: str) -> Reported | None:
    """The p-value that a cell prints, None where it prints none or more than one."""
    found = _P.fullmatch(text.replace("·", "."))
    if not found:
        return None
    number = found[2].replace(" ", "")
    # Programs and authors print 0.001 for whatever is below it.
    sign = found[1] or ("≤" if _FLOOR.fullmatch(number) else "")
    return Reported.read(f"{sign}{number}")


_FLOOR = re.compile(r"0?\.0{2,}1")


_P = re.compile(r"\s*[*†‡§]*\s*p?\s*=?\s*([<>≤≥])?\s*((?:0|1)?\.\s?\d+|0|1)\s*[*†‡§a-z#]*\s*", re.IGNORECASE)


def _arm(arm: TableArm, at: int) -> Arm:
    return Arm.model_construct(
        role="control" if at else "treatment", label=arm.label, n=Reported.read(str(arm.n))
    )


_VALUES = Values.model_construct()
_RESULT = Result.model_construct(outcome="continuous", at=NOT_REPORTED)
_TRIAL = Trial.model_construct(
    citation=Citation.model_construct(year=None),
    design=Design.model_construct(),
    participants=Participants.model_construct(),
    arms={},
    results=[],
    baseline=[],
    sources={"text": Source.model_construct(kind="full text")},
)
