"""Which part of a record a table and its rows are of, and at what time their values were measured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from msc_evidence.reading.ctgov.times import all_times
from msc_evidence.reading.tables.contrasts import Contrast
from msc_evidence.reading.tables.rows import ReadTable, TableRow
from msc_evidence.registry.reported import Time

Part = Literal["baseline", "results", "harms"]
_ENTRY = re.compile(
    r"baseline|characteristic|demograph|at entry|at inclusion|pre-?treatment|before (?:treatment|random)",
    re.IGNORECASE,
)
_AT_START = re.compile(
    r"\b(?:baseline|before|pre(?:-?(?:test|treatment|intervention))?|day 0|week 0)\b", re.IGNORECASE
)
_RESULTS = re.compile(
    r"outcome|follow-?up|change|after|effect|efficacy|result|response|end ?points?|improve|compar"
    r"|post-?(?:op|treat|test)|\b(?:at|day|week|month|year)s? \d|\d[ -](?:day|week|month|year)",
    re.IGNORECASE,
)
_HARMS = re.compile(r"adverse|side.effect|complication|toxicit|safety", re.IGNORECASE)
CHANGE = re.compile(r"\bchanges?\b|\bΔ", re.IGNORECASE)
_OF_ENTRY = re.compile(
    r"Δ\s*%|%\s*(?:Δ|changes?\b)|\bper ?cent(?:age)? changes?\b|\bchanges?\s*[(\[,]?\s*(?:%|in per ?cent)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a row of a contrast: the head of its column at this time, its group, the caption."""

    table: ReadTable
    contrast: Contrast
    row: TableRow

    @property
    def heads(self) -> str:
        """What the heads of the columns at this time have in common beside the names of their arms."""
        columns = self.table.columns
        if columns is None:
            return ""
        paths = [
            {*columns.paths[arm.columns[self.contrast.time]].split(" | ")}
            for arm in self.contrast.arms
            if self.contrast.time < len(arm.columns)
        ]
        return " ".join(sorted(set.intersection(*paths))) if paths else ""

    @property
    def is_at_start(self) -> bool:
        """Whether column, row or group say that these are values at entry."""
        return any(
            _AT_START.search(text) and not CHANGE.search(text) and not all_times(text)
            for text in (self.heads, self.row.label, self.row.group)
        )

    @property
    def time(self) -> Time | None:
        """The one time that the nearest of them names; None where it names several, or none does."""
        for text in (self.row.label, self.heads, self.row.group, self.table.source.caption):
            times = all_times(text)
            if times:
                return times[0] if len(times) == 1 else None
        return None

    @property
    def says_change(self) -> bool:
        """Whether column, row or group call the values changes."""
        return any(CHANGE.search(text) for text in (self.heads, self.row.label, self.row.group))

    @property
    def in_per_cent(self) -> bool:
        """Whether the changes are in per cent of the values at entry."""
        return any(_OF_ENTRY.search(text) for text in (self.heads, self.row.label, self.row.group))


def part_of(table: ReadTable) -> Part | None:
    """The part of the record that a table is of, by its caption, else by its heads."""
    paths = " ".join(table.columns.paths) if table.columns else ""
    groups = " ".join(row.group for row in table.rows)
    for said in (table.source.caption, f"{paths} {groups}"):
        if _HARMS.search(said):
            return "harms"
        if _ENTRY.search(said) and not CHANGE.search(said):
            return "baseline"
        if _RESULTS.search(said):
            return "results"
    return None


def part_of_row(part: Part, where: Surroundings, *, events: bool) -> Part:
    """The part of the record that a row is of: values at entry stand in tables of results too."""
    if part == "results" and where.is_at_start:
        return "baseline"
    return "results" if part == "harms" and not events else part
