"""The extraction form: a workbook made of the schema, filled with what records have, for `import` to read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msc_evidence.exchange.form_layout import ALL, RESULTS, FormColumn, FormSheet, form_sheets
from msc_evidence.exchange.workbook import (
    LONGEST_CELL,
    WrittenColumn,
    WrittenSheet,
    cell_name,
    workbook_bytes,
)
from msc_evidence.registry.problems import Place, Problem, RegistryError
from msc_evidence.tables.table import Column, Table, Value

if TYPE_CHECKING:
    from msc_evidence.exchange.export import Exported, ExportRequest

OPTIONS = ("--blank",)
#: It is a workbook, not a text.
WORKBOOK = True
#: Where a reader finds a number again; it becomes a remark of the record.
WHERE = "where"
#: What a second person is given of a trial: enough to find it.
_GIVEN = ("name", "citation", "registration")
_NOTES = (
    "A sheet for each section of a record, a line for each thing. Row 1 names the column, row 2 says what it is, data"
    " begin in row 3.",
    "Write numbers as the source prints them: 0.110 keeps three decimals, <0.001 its sign. Every cell is text; a"
    " spreadsheet's own numbers and dates are refused, for they lose digits.",
    "not reported: you looked, and the source does not say. Empty: you did not look.",
    "trial and arm are ids, the same on every sheet: bang-2005, msc. row numbers the rows of a section; lines with the"
    " same number are one row. Without numbers, lines that are of the same thing are one row.",
    "Contrasts has what compares arms (p, effect, test), Results the values of each arm.",
    "Several values in one cell stand on lines of their own or between semicolons; a range is 28 to 83.",
    "where: page, table and row, so that a second reader finds it.",
    "`msc-evidence import form.xlsx -o trials.yaml` reads it; `msc-evidence reconcile a.xlsx b.xlsx` compares two.",
)


def export(request: ExportRequest) -> Exported:
    """An extraction form (.xlsx) with what records or drafts have; `--blank` without.

    Its sheets as tables, in the order of a record.
    """
    from msc_evidence.exchange.export import Exported

    data = _form_data(request)
    tables = [
        Table(
            sheet.title,
            tuple(Column(key, key) for key in _headings(sheet)),
            tuple(_sheet_lines(sheet, data)),
        )
        for sheet in form_sheets()
    ]
    return Exported(tuple(tables))


def render(tables: Sequence[Table]) -> bytes:
    """The workbook; raises RegistryError for a value that no cell holds."""
    by_title = {table.name: table for table in tables}
    ids = {
        key: tuple(str(row[key]) for row in by_title[title].rows)
        for key, title in (("outcome", "Outcomes"), ("trial", "Trial"))
    }
    return workbook_bytes(_NOTES, [_written(sheet, by_title[sheet.title], ids) for sheet in form_sheets()])


def _written(sheet: FormSheet, table: Table, ids: Mapping[str, tuple[str, ...]]) -> WrittenSheet:
    of_base = {"trial": "Trial", "outcome": "Outcomes"}
    keys = [
        WrittenColumn(key, words, () if of_base.get(key) == sheet.title else ids.get(key, ()))
        for key, words in sheet.help.items()
    ]
    columns = [
        WrittenColumn(each.heading, each.help, each.choices or ids.get(each.path[-1], ()), each.closed)
        for each in sheet.columns
    ]
    where = [WrittenColumn(WHERE, "page, table and row in the source")] if sheet.entry_keys else []
    lines = [{key: str(value) for key, value in row.items()} for row in table.rows]
    for at, line in enumerate(lines, 3):
        for column, text in enumerate(line.values(), 1):
            if len(text) > LONGEST_CELL:
                place = Place(f"{sheet.title}!{cell_name(at, column)}")
                raise RegistryError([Problem(place, f"{len(text):,} letters; a cell holds {LONGEST_CELL:,}")])
    return WrittenSheet(sheet.title, [*keys, *columns, *where], lines, len(keys))


def _headings(sheet: FormSheet) -> list[str]:
    return [*sheet.keys, *(column.heading for column in sheet.columns)]


def _form_data(request: ExportRequest) -> dict[str, Any]:
    """The records asked for as their files have them, with what they refer to."""
    registry = request.query.registry
    data: dict[str, Any] = {"outcomes": {}, "trials": {}}
    for document in {id(each): each for each in registry.documents.values()}.values():
        data["outcomes"] |= document.data.get("outcomes", {})
        data |= {key: document.data[key] for key in ("title", "terms") if key in document.data}
    for name in request.query.records:
        record = registry.documents[name].data["trials"][name]
        given = {key: value for key, value in record.items() if key in _GIVEN}
        data["trials"][name] = given if request.blank else record
    return data


def _sheet_lines(sheet: FormSheet, data: Mapping[str, Any]) -> Iterator[dict[str, Value]]:
    for keys, entry in _entries(sheet.base, data, {}):
        yield from _entry_lines(sheet, keys, entry)


def _entries(
    base: Sequence[str], node: Any, keys: Mapping[str, str]
) -> Iterator[tuple[Mapping[str, str], Mapping[str, Any]]]:
    """The entries at a path, each with the keys that lead to it."""
    if not base:
        yield keys, node
        return
    step, *rest = base
    if not step.startswith("{"):
        below = node.get(step) if isinstance(node, dict) else None
        if below is not None:
            yield from _entries(rest, below, keys)
        return
    pairs = node.items() if isinstance(node, dict) else ((str(at), each) for at, each in enumerate(node, 1))
    for key, below in pairs:
        yield from _entries(rest, below, {**keys, step[1:-1]: key})


def _entry_lines(
    sheet: FormSheet, keys: Mapping[str, str], entry: Mapping[str, Any]
) -> Iterator[dict[str, Value]]:
    """The lines of an entry: what is of the whole on the first, then one for each key below it."""
    own = {each.heading: _cell(each, _value(entry, each.path)) for each in sheet.columns if not each.line_key}
    lines: list[dict[str, str]] = [
        {name: key} | _values_of_line(sheet, entry, name, key)
        for name in sheet.line_keys
        for key in _line_keys(sheet, entry, name)
    ]
    if not lines and sheet.title == RESULTS:
        return  # the comparison stands on the other sheet
    if not lines and not any(own.values()) and sheet.base == ("trials", "{trial}") and sheet.title != "Trial":
        return
    for at, line in enumerate(lines or [{}]):
        cells = {**keys, **line, **(own if at == 0 else {})}
        yield {heading: cells.get(heading, "") for heading in _headings(sheet)}


def _line_keys(sheet: FormSheet, entry: Mapping[str, Any], name: str) -> list[str]:
    """The keys below an entry that have a line each: its arms, the checks that were answered."""
    found: dict[str, None] = {}
    for column in sheet.columns:
        if column.line_key == name:
            found |= dict.fromkeys(_value(entry, column.path[: column.path.index(f"{{{name}}}")]) or ())
    has_all = sheet.has_all and ALL in entry
    return [*([ALL] if has_all else []), *found]


def _values_of_line(sheet: FormSheet, entry: Mapping[str, Any], name: str, key: str) -> dict[str, str]:
    return {
        column.heading: _cell(column, _value(entry, _line_path(sheet, column, key)))
        for column in sheet.columns
        if column.line_key == name
    }


def _line_path(sheet: FormSheet, column: FormColumn, key: str) -> tuple[str, ...]:
    """The path of a column on a line: of an arm's, or of the values of all."""
    if sheet.has_all and key == ALL:
        return (ALL, *column.path[2:])
    return tuple(key if step.startswith("{") else step for step in column.path)


def _value(node: Any, path: Sequence[str]) -> Any:
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return node


def _cell(column: FormColumn, value: Any) -> str:
    """A value as its cell has it; several on lines of their own.

    A single one with a semicolon ends with a line break, which says that it is one.
    """
    if isinstance(value, list):
        if column.kind == "span":
            return " to ".join(map(str, value))
        alone = len(value) == 1 and ";" in value[0]
        return "\n".join(value) + "\n" * alone if value else "[]"
    return "" if value is None or isinstance(value, dict) else str(value)
