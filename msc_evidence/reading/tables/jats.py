"""The tables of an article in JATS XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from msc_evidence.reading.tables.grid import RawCell, laid_out
from msc_evidence.reading.tables.source import SourceTable

_BLANKS = re.compile(r"\s+")
#: Raised figures behind these are exponents: of units, of powers of ten, of χ² and R²; no marks of footnotes.
_RAISES = re.compile(r"(?:10|×\s*10|\b(?:m|cm|mm|km|kg/m|s|h|min|dL|L)|[χΧ]|\b(?:chi|R|η))$")
_MARK = re.compile(r"[A-Za-z0-9*†‡§¶#‖|,\s]{1,8}")
#: Parts of a formula that give the same number a second time.
_TWICE = ("tex-math", "annotation")


#: What an article says of itself; titles of its references are those of others.
_ABOUT = (".//article-meta/title-group/article-title", ".//article-meta/abstract")


def jats_tables(article: Element) -> Iterator[SourceTable]:
    """Every table of an article in its order, pictures among them; the second of one wrap is `id.2`."""
    about = " ".join(plain_text(part) for path in _ABOUT for part in article.iterfind(path))
    for wrap in article.iter("table-wrap"):
        tables = list(wrap.iter("table"))
        label = plain_text(wrap.find("label"))
        caption = plain_text(wrap.find("caption"))
        foot = " ".join(plain_text(part) for part in wrap.iterfind("table-wrap-foot"))
        notes = dict(_notes(wrap))
        name = wrap.get("id") or label or "table"
        if not tables:
            yield SourceTable(name, label, caption, foot, notes, None, about)
        for number, table in enumerate(tables, 1):
            own = name if number == 1 else f"{name}.{number}"
            head = [_row(row) for section in table.iterfind("thead") for row in section.iterfind("tr")]
            body = [
                _row(row)
                for section in table
                if section.tag in ("tbody", "tfoot", "tr")
                for row in ([section] if section.tag == "tr" else section.iterfind("tr"))
            ]
            yield SourceTable(own, label, caption, foot, notes, laid_out(head, body), about)


def _notes(wrap: Element) -> Iterator[tuple[str, str]]:
    """The footnotes by their marks: those of `fn`, and those that begin with a raised mark."""
    for note in wrap.iter("fn"):
        mark = plain_text(note.find("label"))
        text = " ".join(plain_text(part) for part in note if part.tag != "label")
        raised = note.find(".//sup")
        mark = mark or (plain_text(raised) if raised is not None else "")
        if mark:
            yield mark.strip(), text
    foot = " ".join(_marked_text(part) for part in wrap.iterfind("table-wrap-foot"))
    for found in re.finditer(r"⟦([^⟧]+)⟧\s*([^⟦]+)", foot):
        yield found[1].strip(), found[2].strip()
    for found in re.finditer(r"([*†‡§¶#])\s*([^*†‡§¶#⟦]+)", foot):
        yield found[1], found[2].strip()


def _marked_text(element: Element) -> str:
    """The text with raised parts in brackets of their own."""
    parts = [element.text or ""]
    for child in element:
        inner = _marked_text(child)
        parts += [f"⟦{inner}⟧" if child.tag == "sup" else inner, child.tail or ""]
    return _BLANKS.sub(" ", "".join(parts))


def _row(row: Element) -> list[RawCell]:
    return [_cell(cell) for cell in row if cell.tag in ("td", "th")]


def _cell(cell: Element) -> RawCell:
    marks: list[str] = []
    raw = "".join(_pieces(cell, marks, ""))
    text = _BLANKS.sub(" ", raw).strip()
    behind = re.search(r"(?<=[\d)%])\s*([*†‡§¶#]+)$", text)
    if behind:
        marks.append(behind[1])
        text = text[: behind.start()]
    elif named := re.search(r"(?<=\S)\s*([*∗†‡§¶#]+)$", text):
        marks.append(named[1])
    indent = len(raw) - len(raw.lstrip(" \u00a0\u2002\u2003\u2009"))
    style = re.search(r"padding-left:\s*(\d+)", cell.get("style") or "")
    bold = cell.find("bold") is not None and not (cell.text or "").strip()
    return RawCell(
        text,
        tuple(marks),
        _span(cell.get("rowspan")),
        _span(cell.get("colspan")),
        indent + int(style[1] if style else 0),
        bold,
    )


def _span(text: str | None) -> int:
    return int(text) if text and text.isdigit() and 0 < int(text) < 10_000 else 1


def _pieces(element: Element, marks: list[str], before: str) -> Iterator[str]:
    """The text of a cell piece by piece; raised marks are taken out and kept, exponents stay behind `^`."""
    if element.tag in _TWICE:
        return
    last = before + (element.text or "")
    yield element.text or ""
    for child in element:
        pieces = (*_child_pieces(child, marks, last), child.tail or "")
        last += "".join(pieces)
        yield from pieces


def _child_pieces(child: Element, marks: list[str], before: str) -> Iterator[str]:
    if child.tag == "xref" and child.get("ref-type") in ("table-fn", "fn"):
        marks.append(plain_text(child))
    elif child.tag == "xref" and child.get("ref-type") == "bibr":
        return
    elif child.tag == "sup":
        yield from _raised(child, marks, before)
    elif child.tag == "break":
        yield " "
    else:
        yield from _pieces(child, marks, before)


def _raised(element: Element, marks: list[str], before: str) -> Iterator[str]:
    if any(child.tag == "xref" for child in element):
        marks.extend(plain_text(child) for child in element if child.get("ref-type") != "bibr")
        return
    text = plain_text(element)
    if _RAISES.search(before.rstrip()) and re.fullmatch(r"[-−–]?\d+", text):
        yield f"^{text}" if before.rstrip().endswith("10") else _POWERS.get(text, f"^{text}")
    elif _MARK.fullmatch(text):
        marks.append(text.strip())
    else:
        yield text


_POWERS = {"2": "²", "3": "³"}


def plain_text(element: Element | None) -> str:
    """All text of an element on one line, without citations; a blank where a block or a break was."""
    if element is None:
        return ""
    return _BLANKS.sub(" ", "".join(_words(element))).strip()


_BLOCKS = ("p", "title", "sec", "break", "list-item", "fn", "label", "td", "tr")


def _words(element: Element) -> Iterator[str]:
    if element.tag in _TWICE:
        return
    yield element.text or ""
    for child in element:
        if not (child.tag == "xref" and child.get("ref-type") == "bibr"):
            yield from _words(child)
        if child.tag in _BLOCKS:
            yield " "
        yield child.tail or ""
