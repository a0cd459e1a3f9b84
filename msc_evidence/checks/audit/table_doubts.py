"""How much a finding in a table counts: what was measured to be true of tables accuses, what may be otherwise notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from msc_evidence.analysis.recompute.tests_named import methods_named, names_t_test
from msc_evidence.checks.finding import Severity, weaker
from msc_evidence.reading.tables.rows import ReadTable, TableRow, ValueCell
from msc_evidence.reading.tables.sets import COUNTS, sums_of_arms
from msc_evidence.reading.tables.shares import SHARES, ShareAgreement, ShareCell, share_agreement

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

    @property
    def carried(self) -> bool:
        """Whether the sizes were carried from another table, where fewer may have been measured here."""
        return self.table.has_carried_sizes

    @cached_property
    def shares(self) -> ShareAgreement:
        """How the percentages of the table agree with its sizes."""
        return share_agreement(self.table.rows)

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
        if not sums:
            return False
        arms = list(dict.fromkeys(cell.arm.columns for row in rows for cell in row.cells))
        return all(
            total + (lacking if columns == share.cell.arm.columns else 0) == n
            for columns, (total, n) in zip(arms, sums, strict=True)
        )


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
