"""Articles saved as DOCX: paragraphs and tables of the main part, insertions taken and deletions left out."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement

from msc_evidence.reading.texts.document import LONGEST_RECORD
from msc_evidence.reading.texts.flow import Block, article_of_blocks
from msc_evidence.reading.texts.xml import UnreadableText, parsed

PACKAGE = b"PK\x03\x04"
_PART = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVEL = re.compile(r"heading\s*(\d)", re.IGNORECASE)


def article_of_docx(raw: bytes) -> Element:
    """The article of a document; raises UnreadableText for a zip that is none, is damaged or unpacks too large."""
    body = parsed(_main_part(raw).decode("utf-8", "replace")).find(f"{_W}body")
    if body is None:
        raise UnreadableText("a DOCX without a body")
    return article_of_blocks(list(_blocks(body)))


def _main_part(raw: bytes) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(raw)) as package, package.open(_PART) as stream:
            part = stream.read(LONGEST_RECORD + 1)
    except KeyError:
        raise UnreadableText("a zip, but no DOCX: it has no word/document.xml") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise UnreadableText("a DOCX that is damaged, cut off or encrypted") from None
    if len(part) > LONGEST_RECORD:
        raise UnreadableText(f"a DOCX whose text unpacks to more than {LONGEST_RECORD:,} bytes; not read")
    return part


def _blocks(body: Element) -> Iterator[Block]:
    for child in body:
        if child.tag == f"{_W}p":
            content = _paragraph(child, "p")
            if "".join(content.itertext()).strip():
                yield Block(content, _level(child))
        elif child.tag == f"{_W}tbl":
            yield Block(_table(child), 0, True)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins"):
            yield from _blocks(child)


def _level(paragraph: Element) -> int:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = (style.get(f"{_W}val") or "") if style is not None else ""
    found = _LEVEL.match(name)
    return int(found[1]) if found else int(name.casefold() == "title")


def _paragraph(paragraph: Element, tag: str) -> Element:
    """The runs of a paragraph; raised ones as `sup`, line breaks as `break`."""
    content = Element(tag)
    for run in _runs(paragraph):
        raised = run.find(f"{_W}rPr/{_W}vertAlign")
        is_raised = raised is not None and raised.get(f"{_W}val") == "superscript"
        target = SubElement(content, "sup") if is_raised else content
        for piece in run:
            if piece.tag in (f"{_W}br", f"{_W}cr"):
                SubElement(target, "break")
            elif piece.tag == f"{_W}tab":
                _append(target, " ")
            elif piece.tag == f"{_W}noBreakHyphen":
                _append(target, "-")
            elif piece.tag == f"{_W}t":
                _append(target, piece.text or "")
    return content


def _runs(element: Element) -> Iterator[Element]:
    """The runs that the document shows: those inserted, and none that were deleted."""
    for child in element:
        if child.tag == f"{_W}r":
            yield child
        elif child.tag not in (f"{_W}del", f"{_W}moveFrom", f"{_W}pPr"):
            yield from _runs(child)


def _append(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _table(table: Element) -> Element:
    """The table with its spans; a cell that goes on with the one above it lengthens it."""
    content = Element("table")
    head, body = SubElement(content, "thead"), SubElement(content, "tbody")
    above: dict[int, Element] = {}
    for row in table.iterfind(f"{_W}tr"):
        is_head = row.find(f"{_W}trPr/{_W}tblHeader") is not None and not len(body)
        line, column = SubElement(head if is_head else body, "tr"), 0
        for cell in row.iter(f"{_W}tc"):
            wide = _span(cell)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(f"{_W}val") != "restart" and column in above:
                above[column].set("rowspan", str(int(above[column].get("rowspan") or 1) + 1))
            else:
                made = _cell(cell, wide)
                line.append(made)
                above[column] = made
            column += wide
    return content


def _span(cell: Element) -> int:
    found = cell.find(f"{_W}tcPr/{_W}gridSpan")
    text = (found.get(f"{_W}val") or "1") if found is not None else "1"
    return int(text) if text.isdigit() and 0 < int(text) < 1000 else 1


def _cell(cell: Element, wide: int) -> Element:
    made = Element("td", {"colspan": str(wide)} if wide > 1 else {})
    for number, paragraph in enumerate(cell.iterfind(f"{_W}p")):
        if number:
            SubElement(made, "break")
        inner = _paragraph(paragraph, "p")
        _append(made, inner.text or "")
        made.extend(inner)
    return made
