"""Workbooks of Office Open XML (ECMA-376, part 1) by hand: written as text cells with lists, read within bounds."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from msc_evidence.reading.texts.xml import UnreadableText, parsed
from msc_evidence.registry.problems import Place, Problem, RegistryError

#: Bounds that no form comes near: bytes of the file and of what it unpacks to, rows of a sheet.
LARGEST_FILE, LARGEST_UNPACKED, MOST_ROWS = 10 << 20, 64 << 20, 100_000
#: The longest text that a cell may have in a spreadsheet.
LONGEST_CELL = 32_767
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_M = f"{{{_MAIN}}}"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
#: Number formats of dates that are not spelt out in a workbook (ECMA-376, 18.8.30).
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))

CellKind = Literal["text", "number", "date", "formula", "other"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, and what the spreadsheet took it for."""

    text: str
    kind: CellKind = "text"


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """The cells of a sheet that are not empty, by row and column, both from 1."""

    title: str
    rows: Mapping[int, Mapping[int, Cell]]
    hidden_rows: frozenset[int]
    hidden: bool
    #: The references of merged cells: `B3:C3`.
    merged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenColumn:
    """A column to write: heading, what it is, what may be chosen in it, and whether nothing else may."""

    heading: str
    help: str
    choices: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """A sheet to write: its columns, and the lines below them."""

    title: str
    columns: Sequence[WrittenColumn]
    lines: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    #: How many columns stay in view.
    keys: int = 1


def cell_name(row: int, column: int) -> str:
    """`C5`: the fifth row of the third column.

    >>> cell_name(5, 3), cell_name(1, 28)
    ('C5', 'AB1')
    """
    return f"{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """`A`, …, `Z`, `AA`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def workbook_bytes(notes: Sequence[str], sheets: Sequence[WrittenSheet]) -> bytes:
    """A workbook: a sheet to read first, the sheets, and a hidden one with what can be chosen.

    Every cell is text, so that no spreadsheet makes 0.11 of 0.110 or a date of 3-5. Same sheets, same bytes.
    """
    lists = list(
        dict.fromkeys(column.choices for sheet in sheets for column in sheet.columns if column.choices)
    )
    parts = {"Read me": _notes_xml(notes)} | {sheet.title: _sheet_xml(sheet, lists) for sheet in sheets}
    parts["lists"] = _lists_xml(lists)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _package(list(parts), list(parts.values())).items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, text)
    return stream.getvalue()


def _package(titles: Sequence[str], sheets: Sequence[str]) -> dict[str, str]:
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_SHEET}.worksheet+xml"/>'
        for at in numbers
    )
    named = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{at}" r:id="rId{at}"{_state(title)}/>'
        for at, title in zip(numbers, titles, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in numbers
    )
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId{len(sheets) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{at}.xml": text for at, text in zip(numbers, sheets, strict=True)},
    }


def _state(title: str) -> str:
    return ' state="hidden"' if title == "lists" else ""


#: Cells are text (format 49): 1 the heading, 2 what it is, 3 data.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="3"><font/><font><b/></font>'
    '<font><i/><color rgb="FF666666"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFDDE7F0"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/>'
    '<xf numFmtId="49" fontId="1" fillId="2" applyNumberFormat="1" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="49" fontId="2" applyNumberFormat="1" applyFont="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="49" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf></cellXfs></styleSheet>'
)


def _sheet_xml(sheet: WrittenSheet, lists: Sequence[tuple[str, ...]]) -> str:
    headings = [column.heading for column in sheet.columns]
    rows = [
        _row_xml(1, headings, 1),
        _row_xml(2, [column.help for column in sheet.columns], 2),
        *(
            _row_xml(at, [line.get(heading, "") for heading in headings], 3)
            for at, line in enumerate(sheet.lines, 3)
        ),
    ]
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{max(14, len(heading) + 3)}" style="3" customWidth="1"/>'
        for at, heading in enumerate(headings, 1)
    )
    across, pane = f"{column_letters(sheet.keys + 1)}3", f'xSplit="{sheet.keys}" ' if sheet.keys else ""
    view = (
        f'<sheetView workbookViewId="0"><pane {pane}ySplit="2" topLeftCell="{across}" state="frozen"'
        f' activePane="{"bottomRight" if sheet.keys else "bottomLeft"}"/></sheetView>'
    )
    chosen = [
        _validation_xml(at, column, lists) for at, column in enumerate(sheet.columns, 1) if column.choices
    ]
    validations = (
        f'<dataValidations count="{len(chosen)}">{"".join(chosen)}</dataValidations>' if chosen else ""
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews>{view}</sheetViews><cols>{widths}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>{validations}</worksheet>"
    )


def _validation_xml(at: int, column: WrittenColumn, lists: Sequence[tuple[str, ...]]) -> str:
    """A drop-down from the hidden sheet; where other words may stand too, nothing is refused."""
    letters, place = column_letters(at), column_letters(lists.index(column.choices) + 1)
    shown = ' showErrorMessage="1" error="Choose from the list."' if column.closed else ""
    return (
        f'<dataValidation type="list" allowBlank="1"{shown} sqref="{letters}3:{letters}1000">'
        f"<formula1>lists!${place}$1:${place}${len(column.choices)}</formula1></dataValidation>"
    )


def _row_xml(number: int, texts: Sequence[str], style: int) -> str:
    cells = "".join(
        f'<c r="{cell_name(number, at)}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{escape(text)}</t></is></c>'
        for at, text in enumerate(texts, 1)
        if text
    )
    return f'<row r="{number}">{cells}</row>'


def _notes_xml(notes: Sequence[str]) -> str:
    rows = "".join(_row_xml(at, [text], 3) for at, text in enumerate(notes, 1))
    columns = '<cols><col min="1" max="1" width="110" style="3" customWidth="1"/></cols>'
    return f'{_HEAD}<worksheet xmlns="{_MAIN}">{columns}<sheetData>{rows}</sheetData></worksheet>'


def _lists_xml(lists: Sequence[tuple[str, ...]]) -> str:
    longest = max(map(len, lists), default=0)
    rows = "".join(
        _row_xml(at + 1, [words[at] if at < len(words) else "" for words in lists], 3)
        for at in range(longest)
    )
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def read_workbook(raw: bytes, name: str) -> list[ReadSheet]:
    """The sheets of a workbook in its order; raises RegistryError for what is none, or larger than any form."""
    if len(raw) > LARGEST_FILE:
        raise _refused(name, f"larger than {LARGEST_FILE >> 20} MB; no form is")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            return list(_Package(package, name).sheets())
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error):
        raise _refused(name, "damaged or cut off") from None
    except (RuntimeError, NotImplementedError):
        raise _refused(name, "has a password or an unknown packing; save it without") from None
    except UnreadableText as error:
        raise _refused(name, f"not readable as a workbook: {error}") from None
    except (ValueError, KeyError, IndexError):
        raise _refused(
            name, "not readable as a workbook: parts of it are missing; save it as .xlsx"
        ) from None


class _Package:
    """The parts of a workbook, unpacked within bounds."""

    def __init__(self, package: zipfile.ZipFile, name: str):
        self.package, self.name, self.left = package, name, LARGEST_UNPACKED
        self.names = set(package.namelist())
        if "xl/workbook.xml" not in self.names:
            raise _refused(name, "a zip, but no workbook; save it as .xlsx")
        if "xl/vbaProject.bin" in self.names:
            raise _refused(name, "a workbook with macros; save it as .xlsx, without them")
        self.strings = self._shared_strings()
        self.date_styles = self._date_styles()

    def sheets(self) -> Iterator[ReadSheet]:
        """The sheets in the order of the workbook."""
        targets = {
            each.get("Id", ""): each.get("Target", "") for each in self._xml("xl/_rels/workbook.xml.rels")
        }
        for sheet in self._xml("xl/workbook.xml").iter(f"{_M}sheet"):
            target = targets[sheet.get(f"{{{_OFFICE}}}id", "")]
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            hidden = sheet.get("state", "visible") != "visible"
            if "worksheets/" in part:
                yield self._sheet(sheet.get("name", ""), self._xml(part), hidden=hidden)

    def _xml(self, part: str) -> Element:
        with self.package.open(part) as stream:
            unpacked = stream.read(self.left + 1)
        self.left -= len(unpacked)
        if self.left < 0:
            raise _refused(self.name, f"unpacks to more than {LARGEST_UNPACKED >> 20} MB; no form does")
        return parsed(unpacked.decode("utf-8-sig"))

    def _shared_strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.names:
            return []
        return [_text_of(each) for each in self._xml("xl/sharedStrings.xml").iterfind(f"{_M}si")]

    def _date_styles(self) -> set[str]:
        """The styles of cells that show dates or times."""
        if "xl/styles.xml" not in self.names:
            return set()
        root = self._xml("xl/styles.xml")
        own = {
            each.get("numFmtId", "")
            for each in root.iter(f"{_M}numFmt")
            if re.search(
                r"[dmyhs]", re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", each.get("formatCode", "").lower())
            )
        }
        dates = own | {str(number) for number in _DATE_FORMATS}
        styles = root.find(f"{_M}cellXfs")
        return {
            str(at)
            for at, each in enumerate(styles if styles is not None else ())
            if each.get("numFmtId") in dates
        }

    def _sheet(self, title: str, root: Element, *, hidden: bool) -> ReadSheet:
        rows: dict[int, dict[int, Cell]] = {}
        hidden_rows = set()
        number = 0
        for row in root.iter(f"{_M}row"):
            number = int(row.get("r") or number + 1)
            if number > MOST_ROWS:
                raise _refused(f"{self.name}: {title}", f"more than {MOST_ROWS:,} rows; no form has")
            cells = dict(self._cells(row))
            if cells:
                rows[number] = cells
            if row.get("hidden") in ("1", "true") and cells:
                hidden_rows.add(number)
        merged = tuple(each.get("ref", "") for each in root.iter(f"{_M}mergeCell"))
        return ReadSheet(title, rows, frozenset(hidden_rows), hidden, merged)

    def _cells(self, row: Element) -> Iterator[tuple[int, Cell]]:
        column = 0
        for element in row.iterfind(f"{_M}c"):
            reference = _REFERENCE.fullmatch(element.get("r", ""))
            column = _column_number(reference[1]) if reference else column + 1
            cell = self._cell(element)
            if cell.text.strip() or cell.kind == "formula":
                yield column, cell

    def _cell(self, element: Element) -> Cell:
        kind, value = element.get("t", "n"), element.findtext(f"{_M}v") or ""
        if element.find(f"{_M}f") is not None:
            return Cell(f"={element.findtext(f'{_M}f') or ''}", "formula")
        if kind == "s":
            return Cell(self.strings[int(value)])
        if kind == "inlineStr":
            inline = element.find(f"{_M}is")
            return Cell(_text_of(inline) if inline is not None else "")
        if kind == "str":
            return Cell(value)
        if kind == "n":
            return Cell(value, "date" if element.get("s") in self.date_styles else "number")
        return Cell({"1": "true", "0": "false"}.get(value, value) if kind == "b" else value, "other")


def _text_of(element: Element) -> str:
    """The text of a string, without what is written above it."""
    own = [each.text or "" for each in element.iterfind(f"{_M}t")]
    return "".join([*own, *(each.findtext(f"{_M}t") or "" for each in element.iterfind(f"{_M}r"))])


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _refused(name: str, message: str) -> RegistryError:
    return RegistryError([Problem(Place(name), message)])
