"""JATS XML, as PubMed Central and publishers give it: the abstract of an article, and what it is known by."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from msc_evidence.reading.document import labelled
from msc_evidence.reading.pubmed_xml import prose

#: Values of `abstract-type` of the abstract itself; others (graphical, teaser, key-points, …) stand beside it.
_ABSTRACT_TYPES = frozenset({"", "structured", "section", "sections", "normal", "main", "full"})
#: Elements that begin and end a line.
_BLOCKS = frozenset({"p", "list", "list-item", "disp-formula", "disp-quote", "break", "title", "label"})
#: The same content a second time, for typesetting.
_SOURCES = frozenset({"tex-math", "annotation", "object-id", "alt-text", "long-desc"})


def abstract_of(article: Element) -> str:
    """The sections of the abstract, each after its title; without graphical and translated abstracts."""
    for abstract in article.iterfind(".//article-meta/abstract"):
        if abstract.get("abstract-type", "") in _ABSTRACT_TYPES:
            _prepare(abstract)
            return labelled(_sections(abstract, None))
    return ""


def identifiers_of(article: Element) -> dict[str, str | None]:
    """The PMID, PMCID and DOI of the article."""
    found: dict[str, str] = {}
    for identifier in article.iterfind(".//article-meta/article-id"):
        found[identifier.get("pub-id-type", "")] = prose(identifier)
    pmcid = found.get("pmcid") or found.get("pmc") or found.get("pmcaid")
    if pmcid and pmcid.isdecimal():
        pmcid = f"PMC{pmcid}"
    return {"pmid": found.get("pmid"), "pmcid": pmcid, "doi": found.get("doi")}


def _prepare(abstract: Element) -> None:
    """Drops what is there twice, and parts blocks by a space."""
    for element in list(abstract.iter()):
        if element.tag in _SOURCES:
            tail = element.tail
            element.clear()
            element.tail = tail
        elif element.tag in _BLOCKS:
            element.tail = " " + (element.tail or "")
            element.text = " " + (element.text or "")


def _sections(parent: Element, label: str | None) -> list[tuple[str | None, str]]:
    """The paragraphs up to each nested section under the parent's title, then those sections under theirs."""
    found: list[tuple[str | None, str]] = []
    paragraphs: list[str] = []
    for child in parent:
        if child.tag == "sec":
            found += [*_joined(label, paragraphs), *_sections(child, _title(child))]
            label, paragraphs = None, []
        elif child.tag not in ("title", "label"):
            paragraphs.append(prose(child))
    return found + _joined(label, paragraphs)


def _joined(label: str | None, paragraphs: list[str]) -> list[tuple[str | None, str]]:
    text = " ".join(paragraph for paragraph in paragraphs if paragraph)
    return [(label, text)] if text else []


def _title(section: Element) -> str | None:
    return prose(section.find("title")).rstrip(" :.") or None
