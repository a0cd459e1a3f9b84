"""A table, or a whole report, as a DOCX document: real tables with a repeated header row, and real footnotes.

Office Open XML by hand (ECMA-376, part 1): its few parts include footnotes, and the same table gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from msc_evidence.render.inert import inert
from msc_evidence.render.text import column_shares, value_words
from msc_evidence.tables.table import Column, Table

if TYPE_CHECKING:
    from msc_evidence.render.page import Page
    from msc_evidence.tables.review.references import ListedTrial

SUFFIXES = (".docx",)
#: Tables of more columns stand on a landscape page.
PORTRAIT_COLUMNS = 5
#: In twentieths of a point: the sides of an A4 page, its margin, a letter.
_UPRIGHT, _ACROSS, _MARGIN, _PER_LETTER = 11906, 16838, 1134, 105
#: How many letters a cell has room for beside its text.
_PADDING = 2.3
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MARK = re.compile(r" ([⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?= |$)")
_NOTE = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+) (.*)", re.DOTALL)
#: Word numbers its own separators 0 and 1; footnotes come after them.
_FIRST_NOTE = 2

_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_WORD}.numbering+xml"/>'
    f'<Override PartName="/word/footnotes.xml" ContentType="{_WORD}.footnotes+xml"/></Types>'
)
_PACKAGE_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/footnotes" Target="footnotes.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/numbering" Target="numbering.xml"/></Relationships>'
)
#: The items of a list, each behind a bullet.
_NUMBERING = (
    f'{_HEAD}<w:numbering xmlns:w="{_MAIN}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
    '<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="360" w:hanging="360"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
_STYLES = (
    f'{_HEAD}<w:styles xmlns:w="{_MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="20"/><w:lang w:val="en-GB"/>'
    "</w:rPr></w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:spacing w:after="120"/><w:outlineLvl w:val="0"/></w:pPr>'
    '<w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="1"/></w:pPr>'
    '<w:rPr><w:b/><w:sz w:val="24"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="ListBullet"><w:name w:val="List Bullet"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
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
    notes = _Notes()
    title = _paragraph(_run(table.title), style="Heading1") if table.title else ""
    across = _ACROSS if len(table.columns) > PORTRAIT_COLUMNS else _UPRIGHT
    return _document(title + _table_parts(table, notes, across), notes, across)


def render_page(page: Page) -> bytes:
    """A report across the page: summary, every table, what each figure shows in words, findings, references."""
    notes, evidence, stamp = _Notes(), page.evidence, page.stamp
    made = f"Made by msc-evidence {stamp.version} from {stamp.registry}, SHA-256 {stamp.sha256}"
    parts = [
        _paragraph(_run(evidence.title), style="Heading1"),
        *(_paragraph(_run(said)) for said in filter(None, [evidence.question])),
        _paragraph(_run(evidence.answer, bold=True)), _paragraph(_run(made)),
        _heading("Summary"), _paragraph(_run(evidence.headline)),
        *(_item(said) for said in (*evidence.sentences, page.findings.summary)),
    ]  # fmt: skip
    for part in evidence.parts:
        parts += [_heading(part.title), _paragraph(_run(part.about))]
        parts.append(
            _table_parts(part.untitled, notes, _ACROSS) if part.table.rows else _nothing(part.untitled)
        )
    parts.append(_heading("Figures, in words"))
    for forest in page.forests:
        parts += [
            _paragraph(_run(forest.title, bold=True)),
            _table_parts(replace(forest.table, title=""), notes, _ACROSS),
        ]
    for figure in page.figures:
        parts.append(_paragraph(_run(f"{figure.title}. ", bold=True) + _run(figure.alternative)))
    parts += [_paragraph(_run(said)) for said in (*page.undrawn, *page.missing)]
    found = page.findings_table
    parts += [_heading("Findings"), _table_parts(found, notes, _ACROSS) if found.rows else _nothing(found)]
    parts += [_heading("References"), *map(_reference_words, evidence.references)]
    return _document("".join(parts), notes, _ACROSS)


def _table_parts(table: Table, notes: _Notes, across: int) -> str:
    """The lines above a table, the table, and the notes that no cell refers to."""
    marked = (match for note in table.notes if (match := _NOTE.fullmatch(note)))
    notes.begin_table({match[1]: match[2] for match in marked})
    made = _table(table, notes, across)
    below = (note for note in table.notes if not ((match := _NOTE.fullmatch(note)) and notes.has(match[1])))
    above = (_paragraph(_run(line)) for line in table.header)
    return "".join((*above, made, *(_paragraph(_run(note)) for note in below)))


def _nothing(table: Table) -> str:
    return "".join(_paragraph(_run(said)) for said in (table.notes or ("Nothing to show.",)))


def _heading(text: str) -> str:
    return _paragraph(_run(text), style="Heading2")


def _item(text: str) -> str:
    return _paragraph(_run(text), style="ListBullet")


def _reference_words(reference: ListedTrial) -> str:
    """A publication under its number, its other sources as a list."""
    links = "".join(f" {link.words}" for link in reference.links)
    head = _run(f"{reference.number}. {reference.name}. ", bold=True) + _run(f"{reference.citation}.{links}")
    sources = (
        _item(f"{source.words}.{''.join(f' {link.words}' for link in source.links)}")
        for source in reference.sources
    )
    return "".join((_paragraph(head), *sources))


def _document(body: str, notes: _Notes, across: int) -> bytes:
    """The package with this body and its footnotes, on a page so wide."""
    document = f'{_HEAD}<w:document xmlns:w="{_MAIN}"><w:body>{body}{_page(across)}</w:body></w:document>'
    return _zipped(
        {
            "[Content_Types].xml": _CONTENT_TYPES,
            "_rels/.rels": _PACKAGE_RELATIONS,
            "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
            "word/document.xml": document,
            "word/footnotes.xml": notes.part,
            "word/numbering.xml": _NUMBERING,
            "word/styles.xml": _STYLES,
        }
    )


class _Notes:
    """The footnotes in the order of their first mention, table by table: each numbers its marks from 1."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._explained: Mapping[str, str] = {}
        self._ids: dict[str, int] = {}

    def begin_table(self, explained: Mapping[str, str]) -> None:
        """From here on marks mean the notes of another table."""
        self._explained, self._ids = explained, {}

    def has(self, mark: str) -> bool:
        """Whether a cell of the table referred to it."""
        return mark in self._ids

    def runs(self, text: str) -> str:
        """A cell's text with its marks as references; a mark that stood before is its number in superscript."""
        runs, end = list[str](), 0
        for match in _MARK.finditer(text):
            if (mark := match[1]) not in self._explained:
                continue
            # Two numbers side by side would read as one.
            runs.append(_superscript(",") if match.start() == end else _run(text[end : match.start()]))
            end = match.end()
            runs.append(
                _superscript(str(self._ids[mark])) if mark in self._ids else self._first_mention(mark)
            )
        return "".join((*runs, _run(text[end:])))

    def _first_mention(self, mark: str) -> str:
        self._texts.append(self._explained[mark])
        self._ids[mark] = len(self._texts)
        return _reference(_FIRST_NOTE - 1 + len(self._texts))

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
            + _paragraph(_own_mark() + _run(f" {text}"), style="FootnoteText")
            + "</w:footnote>"
            for number, text in enumerate(self._texts, start=_FIRST_NOTE)
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


def _superscript(text: str) -> str:
    return f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:t>{text}</w:t></w:r>'


def _paragraph(runs: str, *, style: str = "", right: bool = False) -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    placed = '<w:jc w:val="right"/>' if right else ""
    properties = f"<w:pPr>{named}{placed}</w:pPr>" if named or placed else ""
    return f"<w:p>{properties}{runs}</w:p>"


def _table(table: Table, notes: _Notes, across: int) -> str:
    """The table on a page so wide; what stands in its cells decides how its columns share that."""
    columns = table.columns
    texts = [
        [value_words(row.get(column.key), column.kind) or "–" for column in columns] for row in table.rows
    ]
    width = across - 2 * _MARGIN
    shares = column_shares([[column.title for column in columns], *texts], width / _PER_LETTER, _PADDING)
    widths = [int(share * width) for share in shares]
    head = "".join(
        _cell(_run(column.title, bold=True), width) for column, width in zip(columns, widths, strict=True)
    )
    rows = "".join(_row(columns, cells, widths, notes) for cells in texts)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
        f"{rows}</w:tbl>"
    )


def _row(columns: Sequence[Column], texts: Sequence[str], widths: Sequence[int], notes: _Notes) -> str:
    cells = (
        _cell(notes.runs(text), width, right=column.kind != "text")
        for column, text, width in zip(columns, texts, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _cell(runs: str, width: int, *, right: bool = False) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(runs, right=right)}</w:tc>'


def _page(across: int) -> str:
    """A4, upright or across, with margins of 2 cm."""
    width, height = (across, _UPRIGHT + _ACROSS - across)
    turned = ' w:orient="landscape"' if across == _ACROSS else ""
    margins = " ".join(f'w:{side}="{_MARGIN}"' for side in ("top", "right", "bottom", "left"))
    return (
        f'<w:sectPr><w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
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
