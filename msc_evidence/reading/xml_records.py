"""Files of PubMed or JATS XML, record by record: each is parsed alone, so one that is malformed spoils no other."""

from __future__ import annotations

import codecs
import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO
from xml.etree.ElementTree import Element

from msc_evidence.reading import jats, pubmed_xml
from msc_evidence.reading.document import LONGEST_RECORD, Document, Malformed, Record, document
from msc_evidence.reading.pubmed_xml import UnreadableText, parsed, refuse_declarations

#: The element of one record: PubMed's, MEDLINE's, a part of either that was saved alone, or JATS's.
_START = re.compile(rb"<(PubmedArticle|MedlineCitation|Article|Abstract|article)(?=[\s>])")
_ROOT = re.compile(rb"<([A-Za-z][\w:.-]*)")
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding=["']([\w.-]+)["']""")
_NAMESPACE = re.compile(r"""\s(xmlns(?::[\w.-]+)?)=("[^"]*"|'[^']*')""")
_FRONT = re.compile(r"<((?:[\w.-]+:)?front)(?=[\s>]).*?</\1\s*>", re.DOTALL)
#: Entities that a DTD defines and XML itself does not.
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]*;")
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
        if "<article>".encode(encoding) == b"<article>":
            return encoding
    except LookupError:
        pass
    raise UnreadableText(f"XML in the encoding '{encoding}'; save it as UTF-8")


def _namespaces(text: str) -> str:
    declared = {match[1]: match[2] for match in _NAMESPACE.finditer(text)}
    return " ".join(f"{name}={value}" for name, value in declared.items())


def refuse_unknown(head: bytes) -> None:
    """Raises UnreadableText where the beginning of a file is no PubMed or JATS XML."""
    _Prolog.of(head)


def records(stream: BinaryIO, name: str, head: bytes) -> Iterator[Record | Malformed]:
    """Every record of the file, found by its tags; `head` is the beginning of the file, not yet read."""
    prolog = _Prolog.of(head)
    start, end = re.compile(rb"<%b(?=[\s>])" % prolog.tag), re.compile(rb"</%b\s*>" % prolog.tag)
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


def read(record: Record) -> Document | Malformed:
    """The abstract of one record."""
    try:
        text = decoded(record)
        article = element(text, record.namespaces)
        if article.tag == "article":
            return document(jats.abstract_of(article), record.place, jats.identifiers_of(article))
        found = pubmed_xml.abstract_of(article)
        return document(found, record.place, pubmed_xml.identifiers_of(article))
    except UnicodeDecodeError:
        return Malformed(record.place, f"not {record.encoding.upper()}")
    except (UnreadableText, RecursionError) as error:
        return Malformed(record.place, str(error))


def decoded(record: Record) -> str:
    """The record's XML as text, its named characters in place of their entities."""
    return _ENTITY.sub(_character, record.raw.decode(record.encoding))


def element(text: str, namespaces: str) -> Element:
    """The element of a record, its names without namespaces; of a JATS article only what precedes its body."""
    if text.startswith("<article"):
        front = _FRONT.search(text)
        text = f"{text[: text.index('>') + 1]}{front[0] if front else ''}</article>"
    if not namespaces and "xmlns" not in text:
        return parsed(text)
    article = parsed(f"<record {namespaces}>{text}</record>")[0]
    for element in article.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return article


def _character(match: re.Match[str]) -> str:
    return html.entities.html5.get(match[0][1:], match[0])
