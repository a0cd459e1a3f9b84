"""How much a finding in a table counts: what was measured to be true of tables accuses, what may be otherwise notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from msc_evidence.analysis.recompute.tests_named import methods_named, names_t_test
from msc_evidence.checks.finding import Severity, weaker
from msc_evidence.reading.tables.rows import ReadTable, TableRow, ValueCell
from msc_evidence.reading.tables.sets import COUNTS, sums_of_arms

#: Kinds of rows that print a count with its percentage of the arm.
SHARES = ("n_pct", "n_pct_slash", "pct_n", "n_and_pct_in_two_columns", "frac_pct")
#: A smaller denominator explains a percentage where it leaves out no more than this.
_MOST_MISSING = 0.6
#: Where more of a table's percentages than this disagree with the head's n, it is not what they are of.
_OTHER_DENOMINATOR = 0.4
#: A variable seldom has more categories.
_MOST_CATEGORIES = 12
#: Rows that count more than participants, or whose categories need not part them.
_SEVERAL = re.compile(
    r"(?<!pr)event|episode|complication|advers|side.effect|comorbid|medicat|drugs?|diseases|symptom|reason|number of"
    r"|history|sample|procedure|visit|total",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"(?<!ex)(?<!un)change|differ|Δ|delta|improve|reduc|increase", re.IGNORECASE)
_ADJUSTED = re.compile(
    r"(?<!un)adjusted|ancova|least[- ]square|mixed|imput|covari|regression|log[- ]?transform|GEE\b|repeated"
    r"|one[- ](?:sided|tailed)|bonferr?on|(?<!un)corrected|(?<!\w)paired t|paired-sample|mcnemar|signed[- ]rank",
    re.IGNORECASE,
)
_CLUSTERS = re.compile(
    r"cluster|practices were random|group[- ]randomi[sz]ed|generali[sz]ed estimating", re.IGNORECASE
)
_SAME_PERSONS = re.compile(
    r"cross-?over|split[- ](?:mouth|body|face)|contralateral|own controls?|matched[- ]pair|pair[- ]matched|manikin"
    r"|within[- ](?:subject|person|patient)|left and right|both (?:eyes|sides|knees|arms|legs)|repeated measures",
    re.IGNORECASE,
)
#: What a table of the arms before any treatment is called.
_AT_ENTRY = re.compile(r"baseline|characteristic|demograph|at entry|before (?:treat|random)", re.IGNORECASE)
_RANKS = "rank-sum"


@dataclass(frozen=True)
class TableDoubts:
    """What an article and a table say once for all rows."""

    table: ReadTable

    @cached_property
    def said(self) -> str:
        """What caption and footnotes say."""
        return f"{self.table.source.caption} {self.table.source.foot}"

    @cached_property
    def dependent(self) -> bool:
        """Whether the arms may be the same persons or clusters: at entry only clusters tie those of different arms."""
        about = f"{self.table.source.about} {self.said}"
        return bool(_CLUSTERS.search(about)) or (
            not _AT_ENTRY.search(self.said) and bool(_SAME_PERSONS.search(about))
        )

    @cached_property
    def tests(self) -> dict[str, str | None]:
        """The test that the table names for means; several tests of counts name none."""
        t_alone = names_t_test(self.said) and not self.ranked
        return {"means": "t test" if t_alone else None, "counts": None}

    @cached_property
    def no_p(self) -> bool:
        """Whether the p-values of the table may be of other than the printed values."""
        return self.dependent or bool(_ADJUSTED.search(self.said))

    @cached_property
    def ranked(self) -> bool:
        """Whether the table names a rank test, which any of its means may have had."""
        said = self.said.casefold()
        return _RANKS in methods_named(said) or "kruskal" in said

    def models(self, row: TableRow) -> bool:
        """Whether an estimate stands beside the values of a row, whose p the p of the row may be."""
        columns, grid = self.table.columns, self.table.source.grid
        if columns is None or grid is None:
            return False
        return any(grid.places[row.number][column].text for column in columns.of_role("contrast"))

    @cached_property
    def carried(self) -> bool:
        """Whether the sizes were carried from another table, where fewer may have been measured here."""
        return any(arm.read_from not in ("head", "second head") for arm in self.table.arms) and not any(
            arm.read_from.startswith("row") for arm in self.table.arms
        )

    @cached_property
    def shares(self) -> ShareAgreement:
        """How the percentages of the table agree with its sizes."""
        groups = {row.number: row.group for row in self.table.rows}
        return ShareAgreement(tuple(share_cells(self.table.rows)), groups)

    def completes_a_set(self, share: ShareCell) -> bool:
        """Whether the count that the percentage is of makes categories whole, as those of the other arms are.

        Categories are rows of counts that follow each other: in the other arms they add up to everybody, and so they
        do here with that count in place of the printed one.
        """
        meant = round(float(share.percent) * share.cell.n / 100)
        if share.apart <= 1.01 or not replace(share, events=meant).agrees:
            return False
        rows, at = self.table.rows, [row.number for row in self.table.rows].index(share.cell.row)
        for first in range(at, max(-1, at - _MOST_CATEGORIES), -1):
            for end in range(max(first + 3, at + 1), min(len(rows), first + _MOST_CATEGORIES) + 1):
                if self._whole_but_for(rows[first:end], share, meant - share.events):
                    return True
        return False

    def _whole_but_for(self, rows: Sequence[TableRow], share: ShareCell, lacking: int) -> bool:
        sums = sums_of_arms(rows) if all(row.kind in COUNTS for row in rows) else None
        arms = list(dict.fromkeys(cell.arm.columns for row in rows for cell in row.cells))
        return bool(sums) and all(
            total + (lacking if columns == share.cell.arm.columns else 0) == n
            for columns, (total, n) in zip(arms, sums or (), strict=True)
        )


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
        unit = 10.0 ** -len(self.percent.partition(".")[2])
        return abs(100 * self.events / self.cell.n - float(self.percent)) / unit

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
        unit = 0.5 * 10.0 ** -len(self.percent.partition(".")[2]) + 1e-9
        return n > 0 and abs(100 * self.events / n - float(self.percent)) <= unit


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
            _MOST_MISSING * share.cell.n <= n < share.cell.n
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


def severity_in_table(
    code: str, severity: Severity, row: TableRow, cell: ValueCell | None, doubts: TableDoubts
) -> Severity | None:
    """How much a finding counts in a table, None where another reading is as likely."""
    if code in _OF_P:
        return _of_p(code, severity, row, doubts)
    if code == "MSC205":
        return _of_share(severity, row, cell, doubts)
    several = bool(_SEVERAL.search(f"{row.group} {row.label}")) or doubts.carried
    if code in ("MSC202", "MSC206"):
        return None if several or severity == "note" else severity
    if code == "MSC313" and severity == "warning":
        return None
    if row.kind.endswith("_unstated") and code != "MSC411":
        return None
    return _softened(severity, doubts)


_OF_P = ("MSC309", "MSC406", "MSC407")


def _softened(severity: Severity, doubts: TableDoubts) -> Severity:
    """Of arms whose sizes were carried no more than a warning."""
    return weaker(severity, "warning") if doubts.carried else severity


def _of_p(code: str, severity: Severity, row: TableRow, doubts: TableDoubts) -> Severity | None:
    """A p counts where nothing says that it may be of a model, of pairs, of ranks or of a change."""
    said = f"{row.group} {row.label}"
    if doubts.no_p or doubts.carried or _CHANGE.search(said) or _ADJUSTED.search(said):
        return None
    if code == "MSC406":
        if row.kind == "n_pct_of_total" or (row.kind in SHARES and doubts.shares.all_disagree(row)):
            return None
        if doubts.models(row):
            return "note"
        return "warning" if _equal_shares(row, doubts) else weaker(severity, "warning")
    if doubts.ranked or row.kind in ("mean_se_adjusted", "gmean_gsd"):
        return None
    if code == "MSC309":
        return "note" if row.kind.endswith("_unstated") else weaker(severity, "warning")
    return "note" if row.kind.endswith("_unstated") else severity


def _equal_shares(row: TableRow, doubts: TableDoubts) -> bool:
    """Whether all arms have the same share, of which every test gives p = 1."""
    own = [share for share in doubts.shares.cells if share.cell.row == row.number and share.cell.n]
    return len(own) > 1 and len({share.events / share.cell.n for share in own}) == 1


def _of_share(
    severity: Severity, row: TableRow, cell: ValueCell | None, doubts: TableDoubts
) -> Severity | None:
    """A percentage is wrong where nearly all neighbours are right and no smaller number of participants explains it."""
    if row.kind == "pair_pct":
        return severity
    share = doubts.shares.of(cell) if cell is not None else None
    if share is None or share.agrees or severity == "note":
        return None
    if doubts.carried or doubts.shares.is_of_others:
        return None
    if doubts.completes_a_set(share):
        return "error"
    if doubts.shares.all_disagree(row):
        return None
    if doubts.shares.excused(share):
        return None
    if share.apart <= 1.01 or doubts.shares.fits_a_subset(share):
        return "note"
    return "error" if doubts.shares.column_agrees(share) else "warning"
