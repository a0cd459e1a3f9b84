"""A user's own study data: a CSV file, every cell with its place."""

from __future__ import annotations

import codecs
import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from msc_evidence.registry.files import file_bytes, standard_input_bytes
from msc_evidence.registry.problems import Place, Problem, RegistryError, counted, nearest_hint, quoted_value
from msc_evidence.registry.study_numbers import decimal_marks, is_missing, plain_number

#: Columns of whole numbers of people: a point or comma before three digits there is no decimal mark.
COUNTS = ("ai", "bi", "ci", "di", "n1i", "n2i")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class StudyFile:
    """The rows of a file, as text, with the line each began on."""

    file: str
    header: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    lines: tuple[int, ...]
    #: The decimal marks that the numbers show, and whether a point is one where they show none.
    marks: frozenset[str] = frozenset()
    pointed: bool = True
    #: What the file itself calls the columns that have another name here.
    called: Mapping[str, str] = field(default_factory=dict)
    #: Columns that were read from the cells of another, with that column.
    inside: Mapping[str, str] = field(default_factory=dict)
    #: Whether it is a table, whose columns can be counted.
    table: bool = True

    def place(self, row: int, column: str) -> Place:
        """Line and column (counted in cells) of a value."""
        return Place(
            self.file,
            self.lines[row],
            self.header.index(self.inside.get(column, column)) + 1 if self.table else 1,
        )

    @property
    def top(self) -> Place:
        """The place of the header."""
        return Place(self.file, 1, 1)

    def name(self, column: str) -> str:
        """A column as the file calls it."""
        return self.called.get(column, column)

    def text_column(self, column: str) -> list[str]:
        """A column as text."""
        return [row[column] for row in self.rows]

    def number(self, row: int, column: str) -> str:
        """A number as a computer writes it, "" where it is missing; raises ValueError where it is none."""
        text = self.rows[row][column]
        if is_missing(text):
            return ""
        return plain_number(text, self.marks, whole=column in COUNTS, pointed=self.pointed)

    def number_column(self, column: str) -> list[float]:
        """A column as numbers, NaN where missing; raises RegistryError with every cell that is none."""
        values, problems = [], []
        for at in range(len(self.rows)):
            try:
                text = self.number(at, column)
                values.append(float(text) if text else math.nan)
            except ValueError as error:
                problems.append(Problem(self.place(at, column), f"{self.name(column)}: {error}"))
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

    def subset(self, rows: Sequence[int]) -> StudyFile:
        """Some of the rows."""
        kept = tuple(self.rows[at] for at in rows), tuple(self.lines[at] for at in rows)
        return replace(self, rows=kept[0], lines=kept[1])

    def with_rows(self, rows: Sequence[Mapping[str, str]]) -> StudyFile:
        """The same with other cells in its rows."""
        return replace(self, rows=tuple(rows))

    def renamed(self, names: Mapping[str, str]) -> StudyFile:
        """The same with other names for some columns."""
        header = tuple(names.get(name, name) for name in self.header)
        rows = tuple({names.get(name, name): cell for name, cell in row.items()} for row in self.rows)
        called = {new: old for old, new in names.items() if new != old}
        inside = {names.get(new, new): names.get(old, old) for new, old in self.inside.items()}
        return replace(self, header=header, rows=rows, called=called, inside=inside)

    def apart(self, column: str, names: Sequence[str], parts: Sequence[Sequence[str]]) -> StudyFile:
        """The same with the parts of a column's cells as columns, the first in its place and the others at the end."""
        at, (first, *others) = self.header.index(column), names
        header = (*self.header[:at], first, *self.header[at + 1 :], *others)
        pairs = zip(self.rows, parts, strict=True)
        rows = tuple(
            {
                **{key: cell for key, cell in row.items() if key != column},
                **dict(zip(names, cells, strict=True)),
            }
            for row, cells in pairs
        )
        return replace(self, header=header, rows=rows, inside={**self.inside, **dict.fromkeys(others, first)})


def open_studies(file: Path, name: str) -> StudyFile:
    """The studies of a file or, for `-`, of standard input; raises RegistryError where it holds none."""
    try:
        raw = standard_input_bytes() if str(file) == "-" else file_bytes(file)
    except OSError as error:
        raise RegistryError([Problem(Place(name), f"cannot be read: {error.strerror}")]) from None
    return read_studies(decoded(raw, name, "CSV"), name)


def decoded(raw: bytes, file: str, expected: str) -> str:
    """A file's text, in UTF-8 or, as its first bytes say, in UTF-16; raises RegistryError where it is neither."""
    try:
        if raw.startswith(_UTF_16):
            return raw.decode("utf-16")
        if b"\0" not in raw:
            return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        place = Place(file, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        message = f"not {'UTF-16' if raw.startswith(_UTF_16) else 'UTF-8'}; save the file as UTF-8"
        raise RegistryError([Problem(place, message)]) from None
    raise RegistryError([Problem(Place(file), f"not a text file; expected {expected} in UTF-8")])


def read_studies(text: str, file: str) -> StudyFile:
    """The studies of a CSV text (comma, semicolon or tab); raises RegistryError with every malformed row."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    if not "".join(lines).strip():
        raise RegistryError([Problem(Place(file), "empty; expected a header and a row per study")])
    delimiter, above = _delimiter(lines)
    try:
        header, found = _cells(csv.reader(lines[above:], delimiter=delimiter), above, file)
    except csv.Error as error:
        raise RegistryError([Problem(Place(file), f"not CSV: {error}")]) from None
    rows = tuple(dict(zip(header, cells, strict=False)) for _, cells in found)
    marks = decimal_marks([cells[at] for _, cells in found] for at in range(len(header)))
    return StudyFile(file, header, rows, tuple(line for line, _ in found), marks, delimiter != ";")


_Numbered = tuple[int, list[str]]


def _cells(reader: Iterable[list[str]], above: int, file: str) -> tuple[tuple[str, ...], list[_Numbered]]:
    """The header and every row that is not empty, with its line; cells without a name must be empty."""
    numbered = list(_numbered(reader, above))
    if not numbered:
        raise RegistryError([Problem(Place(file), "empty; expected a header and a row per study")])
    (top, first), *found = numbered
    named = max((at for at, name in enumerate(first, 1) if name), default=0)
    header = tuple(first[:named])
    problems = _header_problems(header, file, top)
    if not found:
        problems.append(Problem(Place(file), "no study below the header"))
    for line, cells in found:
        if any(cells[named:]):
            at = next(at for at, cell in enumerate(cells[named:], named + 1) if cell)
            found_cell = quoted_value(cells[at - 1])
            message = f"{found_cell} stands below no name of a column; a comma within a cell needs quotes"
            problems.append(Problem(Place(file, line, at), message))
        elif len(cells) < named:
            message = f"{counted(len(cells), 'cell')} where the header has {named}"
            problems.append(Problem(Place(file, line, 1), message))
    if problems:
        raise RegistryError(problems)
    return header, found


def _numbered(reader: Iterable[list[str]], above: int) -> Iterable[_Numbered]:
    """The rows with a value, each with the line it began on."""
    start = above + 1
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield start, cells
        start = above + getattr(reader, "line_num", start) + 1


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


def _delimiter(lines: Sequence[str]) -> tuple[str, int]:
    """What parts the cells, and how many lines stand above the header: `sep=;` is Excel's word for it."""
    first = lines[0].strip().strip('"')
    if first.casefold().startswith("sep=") and len(first) == 5 and len(lines) > 1:
        return first[-1], 1
    if first.casefold() == "sep=" and len(lines) > 1:
        return "\t", 1
    header = next(line for line in lines if line.strip())
    return max(",;\t", key=header.count), 0


def _header_problems(header: Sequence[str], file: str, line: int) -> list[Problem]:
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        return [Problem(Place(file, line, 1), f"column {quoted_value(twice[0])} occurs twice")]
    if not all(header):
        message = "the column has no name"
        return [Problem(Place(file, line, header.index("") + 1), message)]
    return []
