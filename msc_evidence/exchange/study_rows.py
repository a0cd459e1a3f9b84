"""One line of a table of study data, and the reading of its cells: counts, numbers, spreads, p-values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from msc_evidence.registry.problems import Problem, RegistryError, quoted_value
from msc_evidence.registry.studies import StudyFile
from msc_evidence.registry.study_numbers import TwoReadings, is_missing

_Row = TypeVar("_Row")

#: The type of outcome that an effect measure is of, where it is not continuous.
_TYPES = {"HR": "time-to-event", "OR": "binary", "RR": "binary", "RD": "binary"}
#: What was reported of one arm, in the keys of the registry.
Group = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StudyRow:
    """What one line reports: counts, means, a p-value, an effect, or one on a scale that it does not name."""

    line: int
    study: str
    year: str
    #: Which of the file's outcomes it is of, and its name; "" in a file of one outcome.
    outcome: str = ""
    #: The participants in whom, where not all.
    subset: str = ""
    sizes: tuple[str, str] | None = None
    groups: tuple[Group, Group] | None = None
    p: str = ""
    #: Measure, estimate, interval and level, in the keys of the registry.
    effect: Mapping[str, str] | None = None
    #: +1 treatment did better, −1 control did.
    direction: int | None = None
    #: What has no place in a record without more words.
    note: str = ""

    @property
    def type(self) -> str:
        """The type of outcome that such data are of."""
        if self.groups:
            return "binary" if "events" in self.groups[0] else "continuous"
        measure = self.effect["measure"] if self.effect else ""
        return _TYPES.get(measure, "continuous")


@dataclass(frozen=True, slots=True)
class RowCells:
    """The cells of one line; a value that cannot be raises RegistryError at its place."""

    studies: StudyFile
    row: int

    def text(self, column: str) -> str:
        """A cell, "" where it is missing or the file has no such column."""
        value = self.studies.rows[self.row].get(column, "")
        return "" if is_missing(value) else value

    def has(self, *columns: str) -> bool:
        """Whether all of these cells have a value."""
        return all(self.text(column) for column in columns)

    def year(self, column: str, label: str) -> str:
        """The year in a cell, else in the study's label."""
        match = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", f"{self.text(column)} {label}")
        return match[0] if match else ""

    def number(self, column: str) -> str:
        """A number as written."""
        return self._read(column, "a number", lambda value: True)

    def count(self, column: str) -> str:
        """A whole number, 0 or more; `4.0` as 4."""
        text = self._read(column, "a count", lambda value: value >= 0 and value == value.to_integral_value())
        return f"{Decimal(text):.0f}"

    def events(self, column: str, size: str) -> str:
        """A count of some of the participants that another cell counts."""
        text = self.count(column)
        if int(text) > int(size):
            raise self.error(column, f"{column}: more events than participants, {text} of {size}")
        return text

    def spread(self, column: str) -> str:
        """A number of 0 or more."""
        return self._read(column, "a standard deviation", lambda value: value >= 0)

    def p(self, column: str) -> str:
        """A p-value: above 0, at most 1."""
        return self._read(column, "a p-value", lambda value: 0 < value <= 1)

    def sign(self, column: str) -> int | None:
        """1 or −1; None where it is missing."""
        if not self.has(column):
            return None
        return int(Decimal(self._read(column, "1 or -1", lambda value: abs(value) == 1)))

    def error(self, column: str, message: str) -> RegistryError:
        """What is wrong with a cell."""
        return RegistryError([Problem(self.studies.place(self.row, column), message)])

    def _read(self, column: str, kind: str, possible: Callable[[Decimal], bool]) -> str:
        try:
            text = self.studies.number(self.row, column)
        except TwoReadings as error:
            raise self.error(column, f"{column}: {error}") from None
        except ValueError:
            text = ""
        value = Decimal(text or "nan")
        if not value.is_finite() or abs(value.adjusted()) > 60 or not possible(value):
            raise self.error(column, f"{column}: {quoted_value(self.text(column))} is not {kind}")
        return text


def each_row(studies: StudyFile, read: Callable[[RowCells], _Row]) -> list[_Row]:
    """Every line as `read` reads it; raises RegistryError with the problem of every line that has one."""
    rows, problems = [], []
    for at in range(len(studies.rows)):
        try:
            rows.append(read(RowCells(studies, at)))
        except RegistryError as error:
            problems += error.problems
    if problems:
        raise RegistryError(problems)
    return rows
