"""The percentages of a table beside their counts: whether they are of the participants that the table gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from msc_evidence.reading.figures.numerals import last_digit
from msc_evidence.reading.tables.columns import LEAST_MEASURED
from msc_evidence.reading.tables.rows import TableRow, ValueCell

#: Kinds of rows that print a count with its percentage of the arm.
SHARES = ("n_pct", "n_pct_slash", "pct_n", "n_and_pct_in_two_columns", "frac_pct")
#: Where more of a table's percentages than this disagree with the head's n, it is not what they are of.
_OTHER_DENOMINATOR = 0.4


@dataclass(frozen=True)
class ShareCell:
    """A count with its percentage in a cell."""

    cell: ValueCell
    events: int
    percent: str

    @property
    def apart(self) -> float:
        """How far the percentage is from that of the count, in units of its last digit."""
        if not self.cell.n:
            return 0.0
        return abs(100 * self.events / self.cell.n - float(self.percent)) / last_digit(self.percent)

    @property
    def agrees(self) -> bool:
        """Whether the percentage is that of the count, rounded."""
        return self.apart <= 0.5 + 1e-9

    @property
    def denominators(self) -> set[int]:
        """The other numbers of participants, up to twice as many, of whom the count is the percentage."""
        return {n for n in range(max(self.events, 1), 2 * self.cell.n + 1) if self.is_of(n)}

    def is_of(self, n: int) -> bool:
        """Whether the percentage is that of the count among so many, rounded."""
        half = 0.5 * last_digit(self.percent) + 1e-9
        return n > 0 and abs(100 * self.events / n - float(self.percent)) <= half


@dataclass(frozen=True)
class ShareAgreement:
    """The percentages of a table beside their counts."""

    cells: tuple[ShareCell, ...]
    #: The group of each row by its number.
    groups: Mapping[int, str]

    def of(self, cell: ValueCell) -> ShareCell | None:
        """The count and percentage of a cell."""
        return next((share for share in self.cells if share.cell == cell), None)

    @cached_property
    def is_of_others(self) -> bool:
        """Whether so many disagree that the sizes of the head are not what they are of."""
        wrong = sum(share.apart > 1.01 for share in self.cells)
        return wrong > _OTHER_DENOMINATOR * len(self.cells) and len(self.cells) > 2

    @cached_property
    def _denominators(self) -> Counter[tuple[tuple[int, ...], int]]:
        wrong = [share for share in self.cells if not share.agrees]
        return Counter((share.cell.arm.columns, n) for share in wrong for n in share.denominators)

    def excused(self, share: ShareCell) -> bool:
        """Whether other participants explain a percentage.

        Nearly all of the arm, as many as a neighbour has, those of another arm or of all, or those that the row counts.
        """
        row = [other for other in self.cells if other.cell.row == share.cell.row]
        others = {other.cell.n for other in row}
        others |= {sum(other.cell.n for other in row), sum(other.events for other in row)}
        least = self._most_counted_beside(share)
        return any(share.is_of(n) for n in others if n >= least) or any(
            LEAST_MEASURED * share.cell.n <= n < share.cell.n
            or self._denominators[share.cell.arm.columns, n] > 1
            for n in share.denominators
            if n >= least
        )

    def _most_counted_beside(self, share: ShareCell) -> int:
        """The most that a row of its group counts in its arm: no fewer were asked."""
        group = self.groups.get(share.cell.row)
        beside = (
            other.events
            for other in self.cells
            if group and self.groups.get(other.cell.row) == group and other.cell.arm == share.cell.arm
        )
        return max((events for events in beside if events <= share.cell.n), default=0)

    def row_agrees(self, row: TableRow) -> bool:
        """Whether every arm of a row prints a percentage of its size."""
        own = [share for share in self.cells if share.cell.row == row.number]
        return len(own) > 1 and all(share.agrees for share in own)

    def all_disagree(self, row: TableRow) -> bool:
        """Whether no percentage of a row is near that of its count: then it counts something else.

        A single cell does not tell where its own row states the kind.
        """
        apart = [share.apart > 1.01 for share in self.cells if share.cell.row == row.number]
        near = row.read_from == "row"
        return all(apart) and len(apart) > near

    def fits_a_subset(self, share: ShareCell) -> bool:
        """Whether the percentage is that of the count among any smaller number of participants."""
        return any(n < share.cell.n for n in share.denominators)

    def column_agrees(self, share: ShareCell) -> bool:
        """Whether all other percentages of the column, at least three, agree with its size."""
        others = [
            other
            for other in self.cells
            if other.cell.arm.columns == share.cell.arm.columns and other.cell is not share.cell
        ]
        return len(others) >= 3 and all(other.apart <= 1.01 for other in others)


def share_agreement(rows: Sequence[TableRow]) -> ShareAgreement:
    """The percentages of the rows of a table beside their counts."""
    return ShareAgreement(tuple(share_cells(rows)), {row.number: row.group for row in rows})


def share_cells(rows: Iterable[TableRow]) -> Iterable[ShareCell]:
    """The cells that print a count with its percentage of the arm."""
    for row in rows:
        for cell, pair in _pairs_of(row):
            if "." not in pair[0] and float(pair[0]) >= 0:
                yield ShareCell(cell, int(float(pair[0])), pair[1])


def _pairs_of(row: TableRow) -> Iterable[tuple[ValueCell, tuple[str, str]]]:
    if row.kind == "n_and_pct_in_two_columns":
        for first, second in zip(row.cells[::2], row.cells[1::2], strict=False):
            if first.reading.numbers and second.reading.numbers:
                yield first, (first.reading.numbers[0], second.reading.numbers[0])
        return
    order = {"n_pct": (0, 1), "n_pct_slash": (0, 1), "pct_n": (1, 0), "frac_pct": (0, 2)}.get(row.kind)
    for cell in row.cells if order else ():
        if order and len(cell.reading.numbers) == max(order) + 1 and cell.reading.shape != "decimal":
            yield cell, (cell.reading.numbers[order[0]], cell.reading.numbers[order[1]])
