"""Articles saved as web pages: headings, paragraphs and tables of the HTML, which may lack its end tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement

from msc_evidence.reading.texts.flow import Block, article_of_blocks, text_of
from msc_evidence.reading.texts.xml import UnreadableText

_VOID = frozenset(
    {"br", "img", "hr", "meta", "link", "input", "col", "wbr", "source", "area", "base", "embed"}
)
#: What holds no text of the article.
_ASIDE = frozenset(
    {"script", "style", "nav", "header", "footer", "aside", "form", "noscript", "svg", "button", "head"}
)
#: An element that begins ends those of the same kind that are still open.
_ENDS = {
    "tr": ("td", "th", "tr"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "thead": ("td", "th", "tr", "thead", "tbody"),
    "tbody": ("td", "th", "tr", "thead", "tbody"),
    "tfoot": ("td", "th", "tr", "thead", "tbody"),
    "li": ("li",),
    **dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6"), ("p",)),
    **dict.fromkeys(("table", "figure", "div", "section", "ul", "ol"), ("p",)),
}
_HEADING = re.compile(r"h[1-6]")
_RENAMED = {"br": "break", "i": "italic", "em": "italic", "b": "bold", "strong": "bold"}
#: No page nests its elements deeper.
_DEEPEST = 200


def article_of_page(text: str) -> Element:
    """The article of a page; raises UnreadableText where it holds neither headings nor tables."""
    parser = _Tree()
    parser.feed(text)
    parser.close()
    blocks = list(_blocks(parser.root))
    if not any(block.level or block.table for block in blocks):
        raise UnreadableText("a web page without headings and tables; save the abstract as plain text")
    return article_of_blocks(blocks)


class _Tree(HTMLParser):
    """The elements of a page as a tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("page")
        self._open = [self.root]
        self._aside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ASIDE:
            self._aside += 1
        if self._aside:
            return
        self._end_those_open(tag)
        known = {name: value or "" for name, value in attrs if name in _KEPT}
        element = SubElement(self._open[-1], _RENAMED.get(tag, tag), known)
        if tag not in _VOID:
            if len(self._open) > _DEEPEST:
                raise UnreadableText("the page is nested too deeply")
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in _ASIDE:
            self._aside = max(0, self._aside - 1)
            return
        name = _RENAMED.get(tag, tag)
        if not self._aside and any(element.tag == name for element in self._open[1:]):
            while self._open.pop().tag != name:
                pass

    def handle_data(self, data: str) -> None:
        if self._aside:
            return
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data

    def _end_those_open(self, tag: str) -> None:
        """Ends the cells, rows or paragraphs whose end tags are left out, within the innermost table."""
        while self._open[-1].tag in _ENDS.get(tag, ()):
            self._open.pop()


_KEPT = ("rowspan", "colspan", "id", "class", "style")


def _blocks(element: Element) -> Iterator[Block]:
    for child in element:
        if _HEADING.fullmatch(child.tag):
            yield Block(child, int(child.tag[1]))
        elif child.tag == "p":
            yield Block(child)
        elif child.tag == "table":
            yield _table(child)
        elif child.tag == "figure" and (table := child.find(".//table")) is not None:
            yield _table(table, child)
        elif child.tag in ("ul", "ol"):
            yield from (Block(item) for item in child.iter("li"))
        else:
            yield from _blocks(child)


def _table(table: Element, figure: Element | None = None) -> Block:
    """A table with the caption and the notes that the page marks as such."""
    around = figure if figure is not None else table
    captions = [*table.iterfind("caption"), *around.iterfind(".//figcaption"), *_classed(around, "caption")]
    notes = [*_classed(around, "foot"), *_classed(around, "legend")]
    content = Element("table")
    content.extend(child for child in table if child.tag != "caption")
    caption = text_of(captions[0]) if captions else ""
    return Block(content, 0, True, caption, tuple(notes), around.get("id") or table.get("id") or "")


def _classed(element: Element, word: str) -> list[Element]:
    return [
        child
        for child in element.iter()
        if child.tag in ("p", "div") and word in (child.get("class") or "").split()
    ]
