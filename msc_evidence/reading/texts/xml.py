"""Files of PubMed or JATS XML, record by record: each is parsed alone, so one that is malformed spoils no other."""

from __future__ import annotations

import codecs
import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from msc_evidence.reading.texts.document import (
    LONGEST_RECORD,
    Malformed,
    Record,
    TextDocument,
    document,
    labelled,
)

#: An internal subset or an entity declaration is never needed; a small one can stand for gigabytes.
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
        raise UnreadableText("the XML declares entities of its own, which no record needs; not read")


def articles(root: Element) -> list[Element]:
    """Every article of a PubMed answer, or the root itself where it is a part of one."""
    if root.tag.startswith("Pubmed") and root.tag != "PubmedArticle":
        return list(root.iter("PubmedArticle"))
    return [root]


def pubmed_identifiers(article: Element) -> dict[str, str | None]:
    """The PMID, PMCID and DOI of an article."""
    paths = ("MedlineCitation/PMID", "BookDocument/PMID", "PMID")
    pmid = next((found for path in paths if (found := article.find(path)) is not None), None)
    listed = {
        identifier.get("IdType"): prose(identifier)
        for path in ("PubmedData/ArticleIdList/ArticleId", "PubmedBookData/ArticleIdList/ArticleId")
        for identifier in article.iterfind(path)
    }
    located = article.find(".//Article/ELocationID[@EIdType='doi']")
    return {
        "pmid": prose(pmid) or None,
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


def pubmed_abstract(article: Element) -> str:
    """The sections of the abstract, each after its label; without translations and copyright notice."""
    root = article if article.tag == "Abstract" else article.find(".//Article/Abstract")
    for path in ("BookDocument/Abstract", "Abstract"):
        root = article.find(path) if root is None else root
    sections = [] if root is None else root.findall("AbstractText")
    parts = []
    for section in sections:
        label, text = section.get("Label"), prose(section)
        if text:
            parts.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
    return "\n".join(parts)


#: Values of `abstract-type` of the abstract itself; others (graphical, teaser, key-points, …) stand beside it.
_ABSTRACT_TYPES = frozenset({"", "structured", "section", "sections", "normal", "main", "full"})
#: Elements that begin and end a line.
_BLOCKS = frozenset({"p", "list", "list-item", "disp-formula", "disp-quote", "break", "title", "label"})
#: The same content a second time, for typesetting.
_SOURCES = frozenset({"tex-math", "annotation", "object-id", "alt-text", "long-desc"})


def jats_abstract(article: Element) -> str:
    """The sections of the abstract, each after its title; without graphical and translated abstracts."""
    for abstract in article.iterfind(".//article-meta/abstract"):
        if abstract.get("abstract-type", "") in _ABSTRACT_TYPES:
            _prepare(abstract)
            return labelled(_sections(abstract, None))
    return ""


def jats_identifiers(article: Element) -> dict[str, str | None]:
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


#: The element of one record: PubMed's, MEDLINE's, a part of either that was saved alone, or JATS's.
_START = re.compile(
    rb"<(PubmedArticle|PubmedBookArticle|MedlineCitation|Article|BookDocument|Abstract|article)(?=[\s>])"
)
#: Books stand among the articles of one file, under a tag of their own.
_BESIDE = {b"PubmedBookArticle": b"PubmedArticle", b"PubmedArticle": b"PubmedBookArticle"}
_ROOT = re.compile(rb"<([A-Za-z][\w:.-]*)")
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding=["']([\w.-]+)["']""")
#: Codecs of Python in which a text is written in code, not in an encoding.
_CODED = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined", "mbcs", "oem"}
)
_NAMESPACE = re.compile(r"""\s(xmlns(?::[\w.-]+)?)=("[^"]*"|'[^']*')""")
_FRONT = re.compile(r"<((?:[\w.-]{1,20}:)?front)(?=[\s>])")
#: Entities that a DTD defines and XML itself does not.
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]*;")
_BODY = re.compile(rb"<(?:[\w.-]{1,20}:)?body[\s>]")
_BLOCK = 1 << 18
#: An end tag that the end of a block cuts begins within this.
_LONGEST_TAG = 64


@dataclass(frozen=True, slots=True)
class _Prolog:
    """What stands before the first record, and so holds for all of them."""

    tag: bytes
    root: bytes
    encoding: str
    namespaces: str

    @classmethod
    def of(cls, head: bytes) -> _Prolog:
        """Raises UnreadableText for XML of another kind, and for what no record of PubMed or JATS begins with."""
        start = _START.search(head)
        before = head[: start.start()] if start else head
        refuse_declarations(before.decode("latin-1"))
        root = _ROOT.search(head)
        if start is None:
            found = f"<{root[1].decode('latin-1')[:40]}>" if root else "no element"
            raise UnreadableText(
                f"XML with {found}; PubMed XML (<PubmedArticle>) and JATS (<article>) are read"
            )
        declared = _ENCODING.match(before.lstrip(codecs.BOM_UTF8 + b" \t\r\n"))
        encoding = _checked(declared[1].decode("ascii") if declared else "utf-8")
        return cls(start[1], root[1] if root else b"", encoding, _namespaces(before.decode("latin-1")))


def _checked(encoding: str) -> str:
    """The encoding, if its tags can be found without decoding."""
    try:
        plain = (
            codecs.lookup(encoding).name.replace("_", "-") not in _CODED
            and "<article>".encode(encoding) == b"<article>"
        )
    except (LookupError, ValueError):  # also of codecs that are of no text, or of none at all
        plain = False
    if plain:
        return encoding
    raise UnreadableText(f"XML in the encoding '{encoding[:40]}'; save it as UTF-8")


def _namespaces(text: str) -> str:
    declared = {match[1]: match[2] for match in _NAMESPACE.finditer(text)}
    return " ".join(f"{name}={value}" for name, value in declared.items())


def refuse_unknown(head: bytes) -> None:
    """Raises UnreadableText where the beginning of a file is no PubMed or JATS XML."""
    _Prolog.of(head)


def records(stream: BinaryIO, name: str, head: bytes) -> Iterator[Record | Malformed]:
    """Every record of the file, found by its tags; `head` is the beginning of the file, not yet read."""
    prolog = _Prolog.of(head)
    tags = b"|".join(filter(None, (prolog.tag, _BESIDE.get(prolog.tag))))
    start, end = re.compile(rb"<(?:%b)(?=[\s>])" % tags), re.compile(rb"</(?:%b)\s*>" % tags)
    number, buffer, looked = 0, b"", 0
    while block := stream.read(_BLOCK):
        buffer, at = buffer + block, 0
        while closed := end.search(buffer, max(at, looked)):
            for raw in _opened(buffer[at : closed.end()], start):
                number += 1
                yield _record(raw, end, f"{name}:record {number}", prolog)
            at = closed.end()
        buffer = buffer[at:]
        looked = max(0, len(buffer) - _LONGEST_TAG)
        if len(buffer) > LONGEST_RECORD:
            yield Malformed(f"{name}:record {number + 1}", _unclosed(prolog.tag) + "; the rest is not read")
            return
    yield from _rest(buffer, start, prolog, name, number)


def _opened(text: bytes, start: re.Pattern[bytes]) -> list[bytes]:
    """The text from each start of a record to the next: one record, and before it those that never end."""
    starts = [match.start() for match in start.finditer(text)]
    return [text[one:other] for one, other in pairwise((*starts, len(text)))]


def _record(raw: bytes, end: re.Pattern[bytes], place: str, prolog: _Prolog) -> Record | Malformed:
    if not end.search(raw, max(0, len(raw) - 200)):
        return Malformed(place, _unclosed(prolog.tag))
    return Record("xml", raw, place, prolog.encoding, prolog.namespaces)


def _rest(
    buffer: bytes, start: re.Pattern[bytes], prolog: _Prolog, name: str, number: int
) -> Iterator[Malformed]:
    """What is left after the last record that ends: nothing, or signs that the file was cut off."""
    left = _opened(buffer, start)
    for at in range(len(left)):
        yield Malformed(f"{name}:record {number + at + 1}", _unclosed(prolog.tag))
    if not left and prolog.root != prolog.tag and b"</" + prolog.root not in buffer:
        yield Malformed(name, f"the file ends before </{prolog.root.decode('latin-1')}>; was it cut off?")


def _unclosed(tag: bytes) -> str:
    return f"the record has no </{tag.decode()}>"


def read(record: Record) -> TextDocument | Malformed:
    """The abstract of one record."""
    try:
        text = decoded(record)
        article = element(text, record.namespaces)
        if article.tag == "article":
            return document(jats_abstract(article), record.place, jats_identifiers(article))
        found = pubmed_abstract(article)
        return document(found, record.place, pubmed_identifiers(article))
    except UnicodeError:
        return Malformed(record.place, f"not {record.encoding.upper()}")
    except (UnreadableText, RecursionError) as error:
        return Malformed(record.place, str(error))


def has_body(record: Record) -> bool:
    """Whether a record holds the article's body, of which nothing is read."""
    return _BODY.search(record.raw) is not None


def decoded(record: Record) -> str:
    """The record's XML as text, its named characters in place of their entities."""
    return _ENTITY.sub(_character, record.raw.decode(record.encoding))


def whole_article(record: Record) -> Element | None:
    """The article of a record of JATS XML with its body; None where the record is none of JATS.

    Raises UnreadableText for malformed XML, UnicodeError for bytes that are not of the encoding.
    """
    text = decoded(record)
    if not text.startswith("<article"):
        return None
    article = _element(text, record.namespaces)
    level = [article]
    for _ in range(_DEEPEST):
        level = [child for parent in level for child in parent]
        if not level:
            return article
    raise UnreadableText("the XML is nested too deeply")


#: No article nests its elements deeper.
_DEEPEST = 200


def element(text: str, namespaces: str) -> Element:
    """The element of a record, its names without namespaces; of a JATS article only what precedes its body."""
    if text.startswith("<article"):
        text = f"{text[: text.index('>') + 1]}{_front(text)}</article>"
    return _element(text, namespaces)


def _element(text: str, namespaces: str) -> Element:
    if not namespaces and "xmlns" not in text:
        return parsed(text)
    article = parsed(f"<record {namespaces}>{text}</record>")[0]
    for element in article.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return article


def _front(text: str) -> str:
    """The article's front, whose end is looked for once; empty where there is none."""
    opening = _FRONT.search(text)
    closing = re.compile(rf"</{re.escape(opening[1])}\s*>").search(text, opening.end()) if opening else None
    return text[opening.start() : closing.end()] if opening and closing else ""


def _character(match: re.Match[str]) -> str:
    return html.entities.html5.get(match[0][1:], match[0])
