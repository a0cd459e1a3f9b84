"""JSON lines: an object a line with `text`, `abstract` or an article's `xml`, and any of its identifiers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any, BinaryIO

from msc_evidence.reading.texts import xml
from msc_evidence.reading.texts.document import (
    IDENTIFIERS,
    LONGEST_RECORD,
    LONGEST_TEXT,
    Malformed,
    Record,
    TextDocument,
    document,
    labelled,
)
from msc_evidence.reading.texts.xml import UnreadableText

_WANTED = "'text' or 'abstract', a string or [[label, text], …], or an article's 'xml'"
#: As much of an article's XML as its kind is recognised by.
_HEAD = 1 << 16


def records(stream: BinaryIO, name: str) -> Iterator[Record | Malformed]:
    """The lines that are not blank."""
    number = 0
    while line := stream.readline(LONGEST_RECORD):
        number += 1
        place = f"{name}:{number}"
        if len(line) == LONGEST_RECORD and not line.endswith(b"\n"):
            while (rest := stream.readline(LONGEST_RECORD)) and not rest.endswith(b"\n"):
                pass
            yield Malformed(place, f"the line has more than {LONGEST_RECORD:,} bytes")
        elif line.strip():
            yield Record("jsonl", line, place)


#: Keys under which corpora keep what follows the abstract.
_BODY = re.compile(
    rb'"(?:body|body_?text|full_?text|sections|paragraphs|tables)"\s*:\s*[\["{](?!\s*[\]"}])', re.IGNORECASE
)

#: The same within an article's XML, whose sign for "less than" JSON may write as a number.
_BODY_OF_XML = re.compile(rb"(?:<|\\u003[cC])body[\s>]")


def has_body(record: Record) -> bool:
    """Whether a line holds the article's body beside its abstract."""
    return _BODY.search(record.raw) is not None or _BODY_OF_XML.search(record.raw) is not None


def held_record(text: str, place: str) -> Record | Malformed:
    """The record that a line holds as XML; raises UnreadableText where it is none of PubMed or JATS."""
    raw = text.encode()
    found = next(xml.records(BytesIO(raw), place, raw[:_HEAD]), None)
    return replace(found, place=place) if found else Malformed(place, "the XML holds no record")


def looks_like(line: bytes) -> bool:
    """Whether a line is a JSON object."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def read(record: Record) -> TextDocument | Malformed:
    """The text of one line."""
    try:
        entry = json.loads(record.raw.decode("utf-8-sig"))
        return _document(entry, record.place)
    except UnicodeDecodeError:
        problem = "not UTF-8"
    except json.JSONDecodeError as error:
        problem = f"not readable as JSON: {error.msg} (column {error.colno})"
    except RecursionError:
        problem = "nested too deeply"
    except ValueError as error:
        problem = str(error)
    return Malformed(record.place, problem)


def _document(entry: Any, place: str) -> TextDocument:
    if not isinstance(entry, dict):
        raise UnreadableText(f"expected a JSON object with {_WANTED}")
    if not {"text", "abstract", "xml"} & entry.keys():
        raise UnreadableText(f"the object has no {_WANTED}")
    text = _text(entry.get("text")) or _text(entry.get("abstract")) or _text_of_xml(entry.get("xml"), place)
    if len(text) > LONGEST_TEXT:
        raise UnreadableText(f"the text has {len(text):,} characters; save the abstract alone")
    known = {key: _identifier(entry, key) for key in ("id", *IDENTIFIERS)}
    if not all(_encodable(part) for part in (text, *known.values())):
        raise UnreadableText("half of a surrogate pair, which is no character")
    return document(text, place, known, known["id"])


def _text(value: Any) -> str:
    """A string, or sections joined; raises UnreadableText for anything else."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if not isinstance(value, list):
        raise UnreadableText(f"expected {_WANTED}")
    return labelled([_section(section) for section in value])


def _text_of_xml(text: Any, place: str) -> str:
    """The abstract of the article that a line holds as XML."""
    if not isinstance(text, str):
        return ""
    held = held_record(text, place)
    found = xml.read(held) if isinstance(held, Record) else held
    if isinstance(found, Malformed):
        raise UnreadableText(found.problem)
    return found.text


def _section(section: Any) -> tuple[str | None, str]:
    if isinstance(section, list) and len(section) == 2:
        label, text = section
        if isinstance(label, str | None) and isinstance(text, str | None):
            return label, (text or "").strip()
    raise UnreadableText("a section of the abstract is not [label, text]")


def _identifier(entry: dict[str, Any], key: str) -> str | None:
    value = entry.get(key)
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return None if value is None else str(value).strip()
    raise UnreadableText(f"'{key}' is neither a string nor a number")


def _encodable(text: str | None) -> bool:
    try:
        (text or "").encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
