"""A table as a DOCX document: a real table with a repeated header row, and real footnotes.

Office Open XML by hand (ECMA-376, part 1): its few parts include footnotes, and the same table gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from msc_evidence.render.text import inert, value_words
from msc_evidence.tables.table import Column, Table, Value

SUFFIXES = (".docx",)
#: Tables of more columns stand on a landscape page.
PORTRAIT_COLUMNS = 5
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MARK = re.compile(r" ([⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?= |$)")
_NOTE = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+) (.*)", re.DOTALL)
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
#: Word numbers its own separators 0 and 1; footnotes come after them.
_FIRST_NOTE = 2

_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
    f'<Override PartName="/word/footnotes.xml" ContentType="{_WORD}.footnotes+xml"/></Types>'
)
_PACKAGE_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/footnotes" Target="footnotes.xml"/></Relationships>'
)
_STYLES = (
    f'{_HEAD}<w:styles xmlns:w="{_MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="20"/><w:lang w:val="en-GB"/>'
    "</w:rPr></w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:spacing w:after="120"/><w:outlineLvl w:val="0"/></w:pPr>'
    '<w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="FootnoteText"><w:name w:val="footnote text"/><w:basedOn w:val="Normal"/>'
    '<w:rPr><w:sz w:val="18"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
    '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders></w:tblPr></w:style></w:styles>"
)


def render(table: Table) -> bytes:
    """The document; the marks of cells that a note explains are footnotes, other notes stand below the table."""
    marked = (match for note in table.notes if (match := _NOTE.fullmatch(note)))
    explained = {match[1]: match[2] for match in marked}
    notes = _Notes(explained)
    rows = "".join(_row(table.columns, row, notes) for row in table.rows)
    below = [
        note for note in table.notes if not (match := _NOTE.fullmatch(note)) or match[1] not in notes.ids
    ]
    body = "".join(
        (
            _paragraph(_run(table.title), style="Heading1") if table.title else "",
            *(_paragraph(_run(line)) for line in table.header),
            _table(table.columns, rows),
            *(_paragraph(_run(note)) for note in below),
            _page(len(table.columns)),
        )
    )
    document = f'{_HEAD}<w:document xmlns:w="{_MAIN}"><w:body>{body}</w:body></w:document>'
    return _zipped(
        {
            "[Content_Types].xml": _CONTENT_TYPES,
            "_rels/.rels": _PACKAGE_RELATIONS,
            "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
            "word/document.xml": document,
            "word/footnotes.xml": notes.part,
            "word/styles.xml": _STYLES,
        }
    )


class _Notes:
    """The footnotes in the order of their first mention."""

    def __init__(self, explained: Mapping[str, str]) -> None:
        self.explained = explained
        self.ids: dict[str, int] = {}

    def runs(self, text: str) -> str:
        """A cell's text with its marks as references; a mark that stood before is a number in superscript."""
        runs, end = [], 0
        for match in _MARK.finditer(text):
            if (mark := match[1]) not in self.explained:
                continue
            runs.append(_run(text[end : match.start()]))
            end = match.end()
            known = mark in self.ids
            number = self.ids.setdefault(mark, _FIRST_NOTE + len(self.ids))
            runs.append(_superscript(mark) if known else _reference(number))
        return "".join((*runs, _run(text[end:])))

    @property
    def part(self) -> str:
        """The part of the package that holds them."""
        own = ("separator", "continuationSeparator")
        separators = "".join(
            f'<w:footnote w:type="{kind}" w:id="{at}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for at, kind in enumerate(own)
        )
        texts = "".join(
            f'<w:footnote w:id="{number}">'
            + _paragraph(_own_mark() + _run(f" {self.explained[mark]}"), style="FootnoteText")
            + "</w:footnote>"
            for mark, number in self.ids.items()
        )
        return f'{_HEAD}<w:footnotes xmlns:w="{_MAIN}">{separators}{texts}</w:footnotes>'


def _run(text: str, *, bold: bool = False) -> str:
    if not text:
        return ""
    properties = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(inert(text))}</w:t></w:r>'


def _reference(number: int) -> str:
    return (
        '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
        f'<w:footnoteReference w:id="{number}"/></w:r>'
    )


def _own_mark() -> str:
    return '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'


def _superscript(mark: str) -> str:
    number = mark.translate(_PLAIN)
    return f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:t>{number}</w:t></w:r>'


def _paragraph(runs: str, *, style: str = "", right: bool = False) -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    placed = '<w:jc w:val="right"/>' if right else ""
    properties = f"<w:pPr>{named}{placed}</w:pPr>" if named or placed else ""
    return f"<w:p>{properties}{runs}</w:p>"


def _table(columns: Sequence[Column], rows: str) -> str:
    cells = "".join(_cell(_run(column.title, bold=True)) for column in columns)
    header = f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"
    grid = "".join("<w:gridCol/>" for _ in columns)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/>'
        '<w:tblLook w:firstRow="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{header}{rows}</w:tbl>"
    )


def _row(columns: Sequence[Column], row: Mapping[str, Value], notes: _Notes) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(_cells(columns, row, notes))}</w:tr>"


def _cells(columns: Sequence[Column], row: Mapping[str, Value], notes: _Notes) -> Iterator[str]:
    for column in columns:
        text = value_words(row.get(column.key), column.kind) or "–"
        yield _cell(notes.runs(text), right=column.kind != "text")


def _cell(runs: str, *, right: bool = False) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>{_paragraph(runs, right=right)}</w:tc>'


def _page(columns: int) -> str:
    """A4, upright or across, with margins of 2 cm; in twentieths of a point."""
    width, height = (16838, 11906) if columns > PORTRAIT_COLUMNS else (11906, 16838)
    across = ' w:orient="landscape"' if columns > PORTRAIT_COLUMNS else ""
    margins = " ".join(f'w:{side}="1134"' for side in ("top", "right", "bottom", "left"))
    return (
        f'<w:sectPr><w:pgSz w:w="{width}" w:h="{height}"{across}/>'
        f'<w:pgMar {margins} w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )


def _zipped(parts: Mapping[str, str]) -> bytes:
    """The package, without a date, so that the same table gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(part, text.encode("utf-8"))
    return stream.getvalue()
