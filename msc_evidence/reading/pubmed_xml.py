"""PubMed's XML: the articles in it, and their parts."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

#: An internal subset or an entity declaration is never PubMed's; a small one can stand for gigabytes.
_DECLARATIONS = re.compile(r"<!ENTITY|<!ELEMENT|<!ATTLIST|<!NOTATION|<!DOCTYPE[^\[>]{0,1000}\[")
_XML = re.compile(r"\s*<(?:\?xml|!DOCTYPE|Pubmed\w+|MedlineCitation|Article\b|Abstract\b)")


class UnreadableText(ValueError):  # noqa: N818
    """A text in which no abstract can be found; the message says why."""


def is_xml(text: str) -> bool:
    """Whether the text is XML rather than prose."""
    return bool(_XML.match(text))


def parsed(text: str) -> Element:
    """The root of the XML; raises UnreadableText where it is malformed or declares entities of its own."""
    refuse_declarations(text)
    try:
        return ElementTree.fromstring(text.strip())
    except (ElementTree.ParseError, ValueError) as error:
        raise UnreadableText(f"malformed XML: {error}") from None


def refuse_declarations(text: str) -> None:
    """Raises UnreadableText where the XML declares entities of its own."""
    if _DECLARATIONS.search(text):
        raise UnreadableText("the XML declares entities of its own, which PubMed's never does; not read")


def articles(root: Element) -> list[Element]:
    """Every article of a PubMed answer, or the root itself where it is a part of one."""
    if root.tag.startswith("Pubmed") and root.tag != "PubmedArticle":
        return list(root.iter("PubmedArticle"))
    return [root]


def identifiers_of(article: Element) -> dict[str, str | None]:
    """The PMID, PMCID and DOI of an article."""
    pmid = article.find("MedlineCitation/PMID")
    listed = {
        identifier.get("IdType"): prose(identifier)
        for identifier in article.iterfind("PubmedData/ArticleIdList/ArticleId")
    }
    located = article.find(".//Article/ELocationID[@EIdType='doi']")
    return {
        "pmid": prose(article.find("PMID") if pmid is None else pmid) or None,
        "pmcid": listed.get("pmc"),
        "doi": listed.get("doi") or prose(located) or None,
    }


def prose(element: Element | None) -> str:
    """The text of an element with what is nested in it; a superscript keeps its mark (10^8)."""
    if element is None:
        return ""
    for raised in element.iter("sup"):
        raised.text = "^" + (raised.text or "")
    text = "".join(element.itertext())
    for raised in element.iter("sup"):
        raised.text = (raised.text or "")[1:]
    return " ".join(text.split())


def abstract_of(article: Element) -> str:
    """The sections of the abstract, each after its label; without translations and copyright notice."""
    root = article if article.tag == "Abstract" else article.find(".//Article/Abstract")
    if root is None:
        root = article.find("Abstract")
    sections = [] if root is None else root.findall("AbstractText")
    parts = []
    for section in sections:
        label, text = section.get("Label"), prose(section)
        if text:
            parts.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
    return "\n".join(parts)
