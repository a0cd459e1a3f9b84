"""Which rows of a table are the categories of one variable, and whose p stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msc_evidence.reading.tables.grid import Cell
from msc_evidence.reading.tables.rows import TableRow

#: Kinds of rows that count participants.
COUNTS = (
    "n_pct",
    "n_pct_slash",
    "n_pct_of_total",
    "n_rowpct",
    "pct_n",
    "n_and_pct_in_two_columns",
    "n",
    "frac",
    "frac_pct",
)


def p_of_each_row(rows: Sequence[TableRow], column: int | None) -> dict[int, Cell]:
    """The p of a column by the row that it can be held against.

    A p that stands alone in its row is of that row. One among rows of counts of which others have none is of the set
    of them: it goes to the first, where the counts make up every arm, and else to nobody.
    """
    if column is None:
        return {}
    found: dict[int, Cell] = {}
    last: TableRow | None = None
    for members in sets_of_rows(rows, column):
        before, last = last, members[-1]
        held = [(row, cell) for row in members if (cell := _p_in(row, column))]
        holder, p = held[0] if held else (None, None)
        counts = [row for row in members if row.kind in COUNTS]
        if holder is None or p is None or (before is not None and _may_go_on(before, holder, column)):
            continue
        if holder.kind in (*COUNTS, "group") and len(counts) > (holder.kind != "group"):
            if is_whole(counts):
                found[counts[0].number] = p
        else:
            found[holder.number] = p
    return found


def sets_of_rows(rows: Sequence[TableRow], column: int) -> Iterator[list[TableRow]]:
    """The rows that one p may be of: those around it in its group that have none; each p begins the next."""
    for group, members in groupby(rows, key=lambda row: row.label if row.kind == "group" else row.group):
        run: list[TableRow] = []
        for row in members:
            holds = _p_in(row, column) is not None
            begun = any(_p_in(other, column) for other in run) or not group
            if run and holds and begun:
                yield run
                run = []
            run.append(row)
        yield run


def categories(rows: Sequence[TableRow], column: int | None) -> dict[int, str]:
    """The rows that are categories of one variable, by the name of their group: in some arm they count everybody."""
    if column is None:
        return {}
    found: dict[int, str] = {}
    for members in sets_of_rows(rows, column):
        counts = [row for row in members if row.kind in COUNTS]
        sums = sums_of_arms(counts) if len(counts) > 1 else None
        if sums is not None and counts[0].group and any(total == n for total, n in sums):
            found |= {row.number: row.group for row in counts}
    return found


def _p_in(row: TableRow, column: int) -> Cell | None:
    return next((cell for cell in row.p if cell.column == column), None)


def _may_go_on(before: TableRow, row: TableRow, column: int) -> bool:
    """Whether the p of a row may be of a set that began above it: outside groups nothing says."""
    counted = before.kind in COUNTS and row.kind in COUNTS and not (before.group or row.group)
    return counted and _p_in(before, column) is None


def is_whole(counts: Sequence[TableRow]) -> bool:
    """Whether the rows count everybody of every arm, each once."""
    sums = sums_of_arms(counts)
    return bool(sums) and all(total == n for total, n in sums or ())


def sums_of_arms(counts: Sequence[TableRow]) -> list[tuple[int, int]] | None:
    """Of each arm what the rows count together, and its size; None where a cell prints no count."""
    sums: dict[tuple[int, ...], int] = {}
    for row in counts:
        for cell in row.cells:
            number = count_in(row, cell.reading.numbers)
            if number is None:
                return None
            sums[cell.arm.columns] = sums.get(cell.arm.columns, 0) + number
    sizes = {cell.arm.columns: cell.n for row in counts for cell in row.cells}
    return [(sums[columns], n) for columns, n in sizes.items()]


def count_in(row: TableRow, numbers: Sequence[str]) -> int | None:
    """The count that a cell of this row prints."""
    at = 1 if row.kind == "pct_n" else 0
    if len(numbers) <= at or "." in numbers[at]:
        return None
    return int(float(numbers[at]))
