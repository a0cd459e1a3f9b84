"""The paragraphs of an article that report its own results: not its methods, nor what it says of others' work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

SectionClass = Literal["results", "discussion", "aside"]
_RESULTS = re.compile(r"\bresults?\b|\bfindings\b|\boutcomes?\b", re.IGNORECASE)
_DISCUSSION = re.compile(r"discussion|conclusions?|comment|interpretation", re.IGNORECASE)
#: What stays methods wherever it stands.
_ASIDE = re.compile(
    r"method|statistic|sample size|introduction|background|ethic|design|supplement|acknowledg|limitation|competing"
    r"|contribut|funding|abbreviation|measures?\b",
    re.IGNORECASE,
)
#: What is no prose, or other people's numbers.
_LEFT_OUT = frozenset(
    {
        "table-wrap",
        "table-wrap-group",
        "fig",
        "fig-group",
        "disp-formula",
        "supplementary-material",
        "boxed-text",
    }
)
_TWICE = frozenset({"tex-math", "annotation", "object-id", "alt-text", "long-desc"})
_BLANK = frozenset({"p", "break", "list-item", "title", "label", "list", "disp-quote"})


#: Brackets that held nothing but citations: raised figures, or those already taken out.
_CITED = re.compile(r"\s?\[(?:[\s,;–-]*|(?:[\s,;–-]*\^\d+)+)\]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: the title of its section, its number within it from 1, and its text without citations."""

    section: str
    number: int
    text: str
    kind: SectionClass


def paragraphs(article: Element) -> Iterator[Paragraph]:
    """The paragraphs of the sections of results, discussion and conclusions, in their order.

    A letter without sections is read whole, as a discussion: it speaks of others' results too.
    """
    body = article.find("body")
    if body is None:
        return
    if body.find("sec") is None:
        yield from _own_paragraphs(body, "no sections", "discussion")
    for section in body.iterfind("sec"):
        yield from _of_section(section, "aside")


def _of_section(section: Element, above: SectionClass) -> Iterator[Paragraph]:
    title = " ".join("".join(_words(child)) for child in section.iterfind("title")).strip()
    kind = _class_of(f"{section.get('sec-type') or ''} {title}", above)
    if kind != "aside":
        yield from _own_paragraphs(section, title or "no title", kind)
    for child in section.iterfind("sec"):
        yield from _of_section(child, kind)


def _own_paragraphs(section: Element, title: str, kind: SectionClass) -> Iterator[Paragraph]:
    """The paragraphs that stand in no section below this one."""
    for number, child in enumerate((one for one in section if one.tag in ("p", "list")), 1):
        text = " ".join(_CITED.sub("", "".join(_words(child))).split())
        if text:
            yield Paragraph(title, number, text, kind)


def _class_of(title: str, above: SectionClass) -> SectionClass:
    """The class that a section's title names, else that of the section around it."""
    if _DISCUSSION.search(title):
        return "discussion"
    if _ASIDE.search(title):
        return "aside"
    return "results" if above == "aside" and _RESULTS.search(title) else above


def _words(element: Element) -> Iterator[str]:
    """The text of an element without tables, figures and citations, a blank where a block was."""
    if element.tag in _TWICE:
        return
    if element.tag in _LEFT_OUT:
        yield " "
        return
    if element.tag == "sup" and element.find("xref") is not None:
        return
    yield "^" if element.tag == "sup" and (element.text or "").strip() else ""
    yield element.text or ""
    for child in element:
        if not (child.tag == "xref" and child.get("ref-type") == "bibr"):
            yield from _words(child)
        yield f" {child.tail or ''}" if child.tag in _BLANK else child.tail or ""
