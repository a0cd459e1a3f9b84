"""A user's own study data: a CSV file in metafor's columns, every cell with its place."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.registry.problems import Place, Problem, RegistryError, nearest_hint, quoted_value

#: What a missing value may look like.
MISSING = ("", "NA", "NaN", "na", "nan", ".")


@dataclass(frozen=True, slots=True)
class StudyFile:
    """The rows of a file, as text, with the line each began on."""

    file: str
    header: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    lines: tuple[int, ...]

    def place(self, row: int, column: str) -> Place:
        """Line and column (counted in cells) of a value."""
        return Place(self.file, self.lines[row], self.header.index(column) + 1)

    def text_column(self, column: str) -> list[str]:
        """A column as text."""
        return [row[column] for row in self.rows]

    def number_column(self, column: str) -> list[float]:
        """A column as numbers, NaN where missing; raises RegistryError with every cell that is none."""
        values, problems = [], []
        for at, row in enumerate(self.rows):
            try:
                values.append(_number_or_nan(row[column]))
            except ValueError:
                message = (
                    f"{column}: {quoted_value(row[column])} is not a number (a missing one is empty or NA)"
                )
                problems.append(Problem(self.place(at, column), message))
        if problems:
            raise RegistryError(problems)
        return values

    def require_columns(self, columns: Iterable[str]) -> None:
        """Raises RegistryError where a column is missing."""
        missing = [column for column in columns if column not in self.header]
        if missing:
            hint = nearest_hint(missing[0], self.header)
            message = f"missing column{'s' * (len(missing) > 1)} {', '.join(missing)}{hint}"
            raise RegistryError([Problem(Place(self.file, 1, 1), message)])


def read_studies(text: str, file: str) -> StudyFile:
    """The studies of a CSV text (comma, semicolon or tab); raises RegistryError with every malformed row."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    if not "".join(lines).strip():
        raise RegistryError([Problem(Place(file), "empty; expected a header and a row per study")])
    reader = csv.reader(lines, delimiter=max(",;\t", key=lines[0].count))
    header = tuple(name.strip() for name in next(reader))
    _check_header(header, file)
    rows, starts, problems = [], [], []
    start = reader.line_num + 1
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells):
            if len(cells) != len(header):
                message = f"{len(cells)} cells where the header has {len(header)}"
                problems.append(Problem(Place(file, start, 1), message))
            rows.append(dict(zip(header, cells, strict=False)))
            starts.append(start)
        start = reader.line_num + 1
    if not rows:
        problems.append(Problem(Place(file), "no study below the header"))
    if problems:
        raise RegistryError(problems)
    return StudyFile(file, header, tuple(rows), tuple(starts))


def refuse_repeated_labels(
    studies: StudyFile, labels: Sequence[str], groups: Sequence[str] | None = None
) -> None:
    """Raises RegistryError where a study is named twice, within its group where there are groups."""
    seen: dict[tuple[str, str], int] = {}
    problems = []
    for at, label in enumerate(labels):
        key = (groups[at] if groups else "", label)
        if key in seen:
            message = f"study {quoted_value(label)} is already on line {studies.lines[seen[key]]}"
            problems.append(Problem(studies.place(at, "study"), message))
        seen.setdefault(key, at)
    if problems:
        raise RegistryError(problems)


def _number_or_nan(text: str) -> float:
    if text in MISSING:
        return math.nan
    value = float(text.replace("−", "-"))
    if math.isinf(value):
        raise ValueError(text)
    return value


def _check_header(header: Sequence[str], file: str) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice or not all(header):
        message = f"column {quoted_value(twice[0])} occurs twice" if twice else "a column has no name"
        raise RegistryError([Problem(Place(file, 1, 1), message)])
