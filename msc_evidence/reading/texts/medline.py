"""MEDLINE records as PubMed exports them (.nbib): `TAG - ` at the beginning of a line, continued by six spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from msc_evidence.reading.texts.document import LONGEST_RECORD, Malformed, Record, TextDocument, document
from msc_evidence.reading.texts.xml import UnreadableText

_FIELD = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*))?")
#: A value of LID or AID with what it is: `10.1000/x [doi]`.
_DOI = re.compile(r"(\S+) \[doi\]")

Fields = dict[str, list[str]]


def records(stream: BinaryIO, name: str) -> Iterator[Record | Malformed]:
    """The records, which a blank line or the next PMID ends."""
    lines: list[bytes] = []
    first = number = size = 0
    while line := stream.readline(LONGEST_RECORD):
        number += 1
        if lines and (not line.strip() or line.startswith(b"PMID")):
            yield _record(lines, size, f"{name}:{first}")
            lines, size = [], 0
        if line.strip():
            first = first if lines else number
            size += len(line)
            # What is beyond the limit is reported, not read: only that there is a record need be kept.
            if size <= LONGEST_RECORD or not lines:
                lines.append(line)
    if lines:
        yield _record(lines, size, f"{name}:{first}")


def _record(lines: list[bytes], size: int, place: str) -> Record | Malformed:
    if size > LONGEST_RECORD:
        return Malformed(place, f"the record has more than {LONGEST_RECORD:,} bytes")
    return Record("medline", b"".join(lines), place)


def read(record: Record) -> TextDocument | Malformed:
    """The abstract of one record."""
    try:
        fields = fields_of(record.raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Malformed(record.place, "not UTF-8")
    except UnreadableText as error:
        return Malformed(record.place, str(error))
    abstracts = fields.get("AB", [])
    if len(abstracts) > 1:
        return Malformed(record.place, "two abstracts in one record; is a blank line missing?")
    known = {"pmid": _first(fields, "PMID"), "pmcid": _first(fields, "PMC"), "doi": doi_of(fields)}
    return document(abstracts[0] if abstracts else "", record.place, known)


def fields_of(text: str) -> Fields:
    """The values of each tag; raises UnreadableText for a line that is neither a field nor continues one."""
    fields: Fields = {}
    values: list[str] = []
    for number, line in enumerate(text.splitlines()):
        if line.startswith("      ") and values:
            values[-1] = f"{values[-1]} {line.strip()}"
        elif match := _FIELD.fullmatch(line.rstrip()):
            values = fields.setdefault(match[1], [])
            values.append((match[2] or "").strip())
        else:
            raise UnreadableText(f"line {number + 1} of the record is no MEDLINE field ('AB  - …')")
    return fields


def _first(fields: Fields, tag: str) -> str | None:
    return next(iter(fields.get(tag, [])), None)


def doi_of(fields: Fields) -> str | None:
    values = (*fields.get("LID", []), *fields.get("AID", []))
    return next((match[1] for value in values if (match := _DOI.fullmatch(value))), None)
