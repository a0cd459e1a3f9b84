"""An extraction form read back: the record that its cells say, and the cell that each value stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msc_evidence.exchange.form_document import FormDocument, Steps, complete_form
from msc_evidence.exchange.form_headings import column_called, column_named, columns_about
from msc_evidence.exchange.form_layout import (
    ALL,
    IDENTITY,
    RESULTS,
    FormColumn,
    FormSheet,
    form_sheets,
)
from msc_evidence.exchange.workbook import Cell, ReadSheet, cell_name, read_workbook
from msc_evidence.registry.loader import Registry, registry_of_documents
from msc_evidence.registry.model import RegistryFile, Trial
from msc_evidence.registry.ordering import canonical_keys
from msc_evidence.registry.problems import (
    Place,
    Problem,
    RegistryError,
    counted,
    listed,
    nearest_hint,
    quoted_value,
)
from msc_evidence.registry.validation import annotation_below

#: Rows of a list by their numbers, or by what they are of, until all are known.
Token = tuple[str, ...]
_FIRST_LINE = 3
#: Sheets that are no section of a record.
_ASIDE = ("read me", "lists")
_DECIMAL_COMMA = re.compile(r"[-−<>≤≥ ]*\d+,(\d{1,2}|\d{4,})")
#: Lists of sentences, in which a semicolon parts nothing.
_SENTENCES = ("notes", "not-seen")
#: Columns of free words, in which a comma between digits is no decimal one.
_WORDS = frozenset(
    {
        "title",
        "citation",
        "note",
        "because",
        "definition",
        "support",
        "pages",
        "objective",
        "eligibility",
        "volume",
    }
)


class _Rows(dict[Token, Any]):
    """The rows of a list by their tokens."""


def registry_of_form(path: Path, raw: bytes) -> Registry:
    """The registry that a form is; raises RegistryError with every problem, each at its sheet and cell."""
    document = read_form(raw, str(path))
    return registry_of_documents(path, [document])


def read_form(raw: bytes, name: str) -> FormDocument:
    """The record of a form; its problems are with it, each at its sheet and cell.

    Raises RegistryError for what is no workbook, and for one without any section of a record.
    """
    sheets = read_workbook(raw, name)
    document = FormDocument(name, {"registry": "1"})
    reading = _Reading(document)
    sections = _sections(sheets, document)
    for section, sheet in sections:
        reading.read_sheet(section, sheet)
    reading.settle()
    complete_form(document, {section.title for section, _ in sections})
    for key, trial in document.data.get("trials", {}).items():
        document.data["trials"][key] = {part: trial[part] for part in _in_order(trial, Trial)}
    if "trials" not in document.data and not document.problems:
        message = "no trial; the first has its line below the two of headings on the sheet Trial"
        raise RegistryError([Problem(Place(name), message)])
    return document


def _sections(sheets: Sequence[ReadSheet], document: FormDocument) -> list[tuple[FormSheet, ReadSheet]]:
    """The sheets that are sections of a record, in the order of a record."""
    known = {section.title.casefold(): section for section in form_sheets()}
    found: dict[str, ReadSheet] = {}
    for sheet in sheets:
        title = sheet.title.strip().casefold()
        if title in known:
            found[title] = sheet
        elif title not in _ASIDE and sheet.rows:
            hint = nearest_hint(sheet.title, [section.title for section in known.values()])
            place = Place(f"{document.name}: {sheet.title}")
            document.problems.append(Problem(place, f"no section of a record is called so{hint}"))
    if not found and not document.problems:
        message = "no sheet is a section of a record; `msc-evidence export form.xlsx` writes a form"
        raise RegistryError([Problem(Place(document.name), message)])
    return [(section, found[title]) for title, section in known.items() if title in found]


class _Reading:
    """The record while sheet after sheet is read."""

    def __init__(self, document: FormDocument):
        self.document = document
        self.tree: dict[str, Any] = {}
        self.cells: dict[tuple[Any, ...], str] = {}
        self.where: dict[tuple[Any, ...], list[str]] = {}
        self.new = 0

    def read_sheet(self, section: FormSheet, sheet: ReadSheet) -> None:
        """Takes over what the lines of a sheet say."""
        for reference in sheet.merged:
            self._complain(sheet, reference, "merged cells; a value stands in each of its own")
        if sheet.hidden or sheet.hidden_rows:
            what = "the sheet is" if sheet.hidden else f"{counted(len(sheet.hidden_rows), 'row')} hidden"
            words = f"{what} hidden" if sheet.hidden else what
            self.document.remarks.append(f"{sheet.title}: {words}, and read all the same")
        header = self._header(section, sheet)
        if header is None:
            return
        for number in sorted(sheet.rows):
            if number >= _FIRST_LINE:
                _Line(self, section, sheet, number, header).take_over()

    def _header(self, section: FormSheet, sheet: ReadSheet) -> dict[int, FormColumn | str] | None:
        """What each column is: a key, a column of the section or of another one about the same entries."""
        header: dict[int, FormColumn | str] = {}
        words = {at: _folded(cell.text) for at, cell in sheet.rows.get(1, {}).items()}
        columns = columns_about(section)
        named = [column_named(text, section, columns) for text in words.values()]
        prefixes = {each.words.rpartition(" ")[0] for each in named if each}
        for at, text in words.items():
            if text in section.keys or text == "where":
                header[at] = text
            elif column := column_called(text, section, columns, prefixes):
                header[at] = column
            else:
                hint = nearest_hint(text, [*section.keys, *(each.heading for each in columns)])
                self._complain(sheet, cell_name(1, at), f"unknown column {quoted_value(text)}{hint}")
        lacking = [key for key in section.entry_keys if key not in header.values() and key != "row"]
        if lacking and any(number >= _FIRST_LINE for number in sheet.rows):
            self._complain(sheet, cell_name(1, 1), f"no column {listed([repr(key) for key in lacking])}")
            return None
        return header

    def _complain(self, sheet: ReadSheet, cell: str, message: str) -> None:
        self.document.problems.append(Problem(Place(f"{self.document.name}: {sheet.title}!{cell}"), message))

    def put(self, path: tuple[Any, ...], value: Any, cell: str) -> str | None:
        """Sets a value, or makes a node where that is None; what another cell says there, where it says otherwise."""
        node: Any = self.tree
        for at, step in enumerate(path[:-1]):
            kind = _Rows if isinstance(path[at + 1], tuple) else dict
            node = node.setdefault(step, kind())
            self.cells.setdefault(path[: at + 1], cell)
            if not isinstance(node, dict):
                return f"{'.'.join(map(str, path[: at + 1]))} is '{node}' at {self.cells[path[: at + 1]]}"
        if value is None:
            node.setdefault(path[-1], {})
        elif node.setdefault(path[-1], value) != value:
            return f"{self.cells[path]} has {quoted_value(node[path[-1]])}"
        if value is not None or path not in self.cells:
            self.cells[path] = cell
        return None

    def rows_at(self, path: tuple[Any, ...]) -> Mapping[Token, Any]:
        """The rows of a list that are known so far."""
        node: Any = self.tree
        for step in path:
            node = node.get(step, {})
        return node if isinstance(node, _Rows) else {}

    def settle(self) -> None:
        """Makes lists of rows, puts keys in their order, and lets the cells follow."""
        moved: dict[tuple[Any, ...], Steps] = {(): ()}
        data = _settled(self.tree, (), (), moved, RegistryFile)
        self.document.data |= data
        self.document.cells.update({moved[path]: cell for path, cell in self.cells.items() if path in moved})
        for path, words in self.where.items():
            if path in moved:
                self.document.notes[moved[path]] = words


def _settled(
    node: Any, path: tuple[Any, ...], settled: Steps, moved: dict[tuple[Any, ...], Steps], annotation: Any
) -> Any:
    moved[path] = settled
    if isinstance(node, _Rows):
        ordered = sorted(
            node, key=lambda token: (token[0] != "row", int(token[1]) if token[0] == "row" else 0)
        )
        return [
            _settled(node[token], (*path, token), (*settled, at), moved, annotation_below(annotation, at))
            for at, token in enumerate(ordered)
        ]
    if isinstance(node, dict):
        keys = _in_order(node, annotation)
        return {
            key: _settled(node[key], (*path, key), (*settled, key), moved, annotation_below(annotation, key))
            for key in keys
        }
    return node


def _in_order(node: Mapping[str, Any], annotation: Any) -> list[str]:
    """The keys of a part as the schema has them; ids as they were met."""
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        rank = {key: at for at, key in enumerate(canonical_keys(annotation))}
        return sorted(node, key=lambda key: rank.get(key, len(rank)))
    return list(node)


@dataclass(slots=True)
class _Line:
    """One line of a sheet."""

    reading: _Reading
    section: FormSheet
    sheet: ReadSheet
    number: int
    header: Mapping[int, FormColumn | str]
    #: Keys whose cells were complained of already.
    refused: set[str] = field(default_factory=set)

    def take_over(self) -> None:
        """Puts the values of the line where they belong in the record."""
        keys, values = self._keys_and_values()
        if not keys and not values:
            return
        lacking = [key for key in self.section.entry_keys if key not in keys and key != "row"]
        if lacking:
            if not self.refused & {*lacking}:
                self._complain(1, f"the line has no {listed(lacking)}")
            return
        base = self._base(keys, values)
        if base is None:
            return
        if base:
            self.reading.put(base, None, self._cell_of(next(iter(self.header))))
        self._take_line_keys(base, keys)
        for at, (column, value) in values.items():
            path = self._path(base, column, keys, at)
            other = self.reading.put(path, value, self._cell_of(at)) if path else None
            if other:
                self._complain(at, f"{quoted_value(value)} here; {other}")
        self._take_where(base, keys)

    def _take_line_keys(self, base: tuple[Any, ...], keys: Mapping[str, str]) -> None:
        """Makes the parts that the keys of the line name, so that an arm without values is not lost."""
        for name in self.section.line_keys:
            stems = {
                column.path[: column.path.index(f"{{{name}}}")]
                for column in self.section.columns
                if column.line_key == name and column.path[-1] != f"{{{name}}}"
            }
            if name in keys and len(stems) == 1:
                path = (ALL,) if self.section.has_all and keys[name] == ALL else (*stems.pop(), keys[name])
                cell = self._cell_of(next(at for at, what in self.header.items() if what == name))
                self.reading.put((*base, *path), None, cell)

    def _take_where(self, base: tuple[Any, ...], keys: Mapping[str, str]) -> None:
        for at, what in self.header.items():
            cell = self.sheet.rows[self.number].get(at)
            if what == "where" and cell is not None:
                of = " ".join(keys[name] for name in self.section.line_keys if name in keys)
                words = f"where{f', {of}' if of else ''}: {' '.join(cell.text.split())}"
                self.reading.where.setdefault(base, []).append(words)

    def _keys_and_values(self) -> tuple[dict[str, str], dict[int, tuple[FormColumn, Any]]]:
        keys: dict[str, str] = {}
        values: dict[int, tuple[FormColumn, Any]] = {}
        for at, cell in self.sheet.rows[self.number].items():
            what = self.header.get(at)
            if what is None and at not in self.sheet.rows.get(1, {}):
                self._complain(at, "a value in a column without a heading")
            elif isinstance(what, str):
                self._take_key(at, cell, what, keys)
            elif what is not None and (value := self._value(at, cell, what)) is not None:
                values[at] = what, value
        events = next((at for at, (column, _) in values.items() if column.path[-1] == "events"), None)
        if events is not None and any(column.path[-1] in ("mean", "sd") for column, _ in values.values()):
            self._complain(events, "a count of events beside a mean; a line has one of them")
        return keys, values

    def _take_key(self, at: int, cell: Cell, what: str, keys: dict[str, str]) -> None:
        text = self._text(at, cell, count=what == "row")
        if text is None:
            self.refused.add(what)
        elif what != "where" and text:
            keys[what] = text

    def _text(self, at: int, cell: Cell, *, count: bool) -> str | None:
        """The text of a cell; None, with a complaint, where the spreadsheet made something else of it."""
        if cell.kind == "text" or (cell.kind == "other" and cell.text in ("true", "false")):
            return cell.text.strip()
        whole = re.fullmatch(r"-?\d+(?:\.0+)?", cell.text)
        if cell.kind == "number" and count and whole:
            return cell.text.partition(".")[0]
        shown = cell.text[:20]
        message = {
            "formula": f"a formula ({shown}); write the value",
            "date": "a date or time: the spreadsheet changed what was typed; make the cell text and type it again",
            "number": f"a number, not a text: is it {shown} or {_one_digit_more(shown)}? make the cell text and type"
            " it as printed",
        }.get(cell.kind, f"{quoted_value(shown)} is the spreadsheet's, no text; type the value")
        self._complain(at, message)
        return None

    def _value(self, at: int, cell: Cell, column: FormColumn) -> Any:
        raw = cell.text.strip(" ")
        text = self._text(at, cell, count=column.kind == "count")
        if text is None or not text:
            return None
        if column.closed and text not in column.choices:
            self._complain(at, f"{quoted_value(text)} is not in the list{nearest_hint(text, column.choices)}")
            return None
        if column.kind == "list":
            return _listed_values(raw, text, sentences=column.path[-1] in _SENTENCES)
        if column.kind != "text" or column.path[-1] not in _WORDS:
            text = self._decimals(at, text)
        return text

    def _decimals(self, at: int, text: str) -> str:
        if _DECIMAL_COMMA.fullmatch(text):
            self._complain(at, f"{text}: a decimal comma; write {text.replace(',', '.')}")
        return text

    def _base(
        self, keys: Mapping[str, str], values: Mapping[int, tuple[FormColumn, Any]]
    ) -> tuple[Any, ...] | None:
        """The path of the entry that the line is of; None, with a complaint, where that is open."""
        path: tuple[Any, ...] = ()
        for step in self.section.base:
            if step == "{row}":
                token = self._token(path, keys, values)
                if token is None:
                    return None
                path = (*path, token)
            else:
                path = (*path, keys[step[1:-1]] if step.startswith("{") else step)
        return path

    def _token(
        self, path: tuple[Any, ...], keys: Mapping[str, str], values: Mapping[int, tuple[FormColumn, Any]]
    ) -> Token | None:
        """Which row of a list the line is of: the one of its number, else the one that is of the same."""
        if number := keys.get("row"):
            if number.isdigit() and int(number):
                return ("row", str(int(number)))
            self._complain(
                self._column_of("row"), f"{quoted_value(number)} is no number of a row; rows count from 1"
            )
            return None
        if not self.section.line_keys:
            return self._new()
        own = {column.path: value for column, value in values.values() if column.path[-1] in IDENTITY}
        alike = [token for token, row in self.reading.rows_at(path).items() if self._is_of(row, own, keys)]
        if len(alike) > 1:
            self._complain(1, f"{len(alike)} rows are of the same; number them, here and there, under `row`")
            return None
        return alike[0] if alike else self._new()

    def _is_of(self, row: Any, own: Mapping[tuple[str, ...], Any], keys: Mapping[str, str]) -> bool:
        """Whether a row is of the same thing as the line, and its contrast one that the line's arm is in."""
        same = all(
            _value_at(row, path) == own.get(path)
            for path in {(name,) for name in IDENTITY if name in row} | own.keys()
        )
        sides = [row[name] for name in ("arm", "against", "within") if name in row]
        contrast = self.section.title != RESULTS or not sides or keys.get("arm") in sides
        return same and (contrast or len(sides) == 1)

    def _new(self) -> Token:
        self.reading.new += 1
        return ("new", str(self.reading.new))

    def _path(
        self, base: tuple[Any, ...], column: FormColumn, keys: Mapping[str, str], at: int
    ) -> tuple[Any, ...] | None:
        name = column.line_key
        if name is None:
            return (*base, *column.path)
        key = keys.get(name)
        if key is None:
            if name not in self.refused:
                self._complain(at, f"the line has no {name} that this is of")
            return None
        if self.section.has_all and key == ALL:
            return (*base, ALL, *column.path[2:])
        return (*base, *(key if step.startswith("{") else step for step in column.path))

    def _column_of(self, what: str) -> int:
        return next((at for at, each in self.header.items() if each == what), 1)

    def _cell_of(self, at: int) -> str:
        return f"{self.sheet.title}!{cell_name(self.number, at)}"

    def _complain(self, at: int, message: str) -> None:
        self.reading._complain(self.sheet, cell_name(self.number, at), message)


def _listed_values(raw: str, text: str, *, sentences: bool) -> Any:
    """Several values of a cell: on lines of their own, else, but for sentences, between semicolons.

    `not reported` is no list.
    """
    if text in ("not reported", "to do"):
        return text
    if text == "[]":
        return []
    parts = raw.split("\n") if sentences or "\n" in raw else text.split(";")
    return [part.strip() for part in parts if part.strip()]


def _one_digit_more(number: str) -> str:
    return f"{number}0" if "." in number else f"{number}.0"


def _value_at(node: Any, path: Sequence[str]) -> Any:
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return node


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
