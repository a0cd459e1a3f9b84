"""An article made of what a page or a document holds one after another: headings, paragraphs and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

_ABSTRACT = re.compile(r"\W*(?:abstract|summary)\W*", re.IGNORECASE)
_LABEL = re.compile(r"\s*(table\s*(?:\d+|[ivx]+)[a-z]?)\b\s*[.:]?\s*", re.IGNORECASE)
#: How a paragraph below a table begins that belongs to it.
_FOOT = re.compile(
    r"\W*(?:(?i:(?:values?|data)\s+(?:are|is|in|shown|given|represent|express|present)\w*|abbreviat|notes?\b)|[*†‡§¶#]|[a-z]\s|p\b|[A-Za-z][\w-]*:|[A-Z]{2,}[\w-]*\s+[a-z])"
)
_PMCID = re.compile(r"\bPMC\d{4,9}\b")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>()]+[^\s\"<>().,;]")
#: Identifiers of the article itself stand within so many blocks; later ones are of others.
_FIRST = 5


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of some level, a paragraph of level 0, or a `table` with what a format marks as its own."""

    content: Element
    level: int = 0
    table: bool = False
    caption: str = ""
    foot: tuple[Element, ...] = ()
    id: str = ""


def article_of_blocks(blocks: Sequence[Block]) -> Element:
    """The article in the words of JATS: title, abstract, sections by the levels of their headings, tables within."""
    article = Element("article")
    meta = SubElement(SubElement(article, "front"), "article-meta")
    _identify(meta, blocks[:_FIRST])
    first = next((block for block in blocks if block.level == 1), None)
    if first is not None:
        SubElement(SubElement(meta, "title-group"), "article-title").text = text_of(first.content)
    body = SubElement(article, "body")
    open_sections: list[tuple[int, Element]] = []
    for block in _with_captions(blocks):
        if block.level:
            while open_sections and open_sections[-1][0] >= block.level:
                open_sections.pop()
            parent = open_sections[-1][1] if open_sections else body
            is_abstract = bool(_ABSTRACT.fullmatch(text_of(block.content)))
            if block is first:
                continue
            section = SubElement(meta, "abstract") if is_abstract else SubElement(parent, "sec")
            if not is_abstract:
                section.append(_renamed(block.content, "title"))
            open_sections.append((block.level, section))
        else:
            parent = open_sections[-1][1] if open_sections else body
            parent.append(_wrapped(block) if block.table else _renamed(block.content, "p"))
    return article


def _identify(meta: Element, blocks: Iterable[Block]) -> None:
    said = " ".join(text_of(block.content) for block in blocks if not block.table)
    for kind, pattern in (("pmc", _PMCID), ("doi", _DOI)):
        found = pattern.search(said)
        if found:
            SubElement(meta, "article-id", {"pub-id-type": kind}).text = found[0]


def _with_captions(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, paragraphs around a table that are its caption and foot taken into it where nothing marks them."""
    kept: list[Block] = []
    for block in blocks:
        if block.table and not block.caption and kept and _is_caption(kept[-1]):
            caption = text_of(kept.pop().content)
            kept.append(Block(block.content, 0, True, caption, block.foot, block.id))
        elif kept and kept[-1].table and _is_foot(kept[-1], block):
            table = kept.pop()
            kept.append(Block(table.content, 0, True, table.caption, (block.content,), table.id))
        else:
            kept.append(block)
    return kept


def _is_caption(block: Block) -> bool:
    return not block.table and not block.level and bool(_LABEL.match(text_of(block.content)))


def _is_foot(table: Block, block: Block) -> bool:
    if block.table or block.level or table.foot or _is_caption(block):
        return False
    content = block.content
    marked = len(content) > 0 and content[0].tag == "sup" and not (content.text or "").strip()
    return marked or bool(_FOOT.match(text_of(content)))


def _wrapped(block: Block) -> Element:
    """The table with its label, caption and foot."""
    found = _LABEL.match(block.caption)
    label = " ".join(found[1].split()) if found else ""
    name = block.id or re.sub(r"(?i)table\s*", "T", label)
    wrap = Element("table-wrap", {"id": name} if name else {})
    SubElement(wrap, "label").text = label
    caption = block.caption[found.end() :] if found else block.caption
    SubElement(SubElement(wrap, "caption"), "p").text = caption
    wrap.append(block.content)
    for note in block.foot:
        SubElement(wrap, "table-wrap-foot").append(_renamed(note, "p"))
    return wrap


def _renamed(element: Element, tag: str) -> Element:
    named = Element(tag)
    named.text = element.text
    named.extend(element)
    return named


def text_of(element: Element) -> str:
    """All text of an element on one line."""
    return " ".join("".join(element.itertext()).split())
