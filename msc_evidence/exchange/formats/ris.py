"""RIS both ways: records from TY to ER, a tag of two characters per line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msc_evidence.exchange.citations import (
    AUTHOR_SEPARATOR,
    ET_AL,
    Reference,
    cell_text,
    citations_table,
    doi_of,
    inverted_name,
    pubmed_name_of_inverted,
)
from msc_evidence.exchange.export import Exported, ExportRequest
from msc_evidence.reading.texts.citation import year_of
from msc_evidence.registry.problems import Place, Problem, RegistryError, quoted_value
from msc_evidence.tables.table import Table, Value

_LINE = re.compile(r"(?P<tag>[A-Z][A-Z0-9]) {1,2}-(?: (?P<value>.*))?")
_AUTHORS = ("AU", "A1")
_PUBMED = ("pubmed", "medline", "nlm")

Fields = dict[str, list[str]]


def is_ris(text: str) -> bool:
    """Whether the text begins with a record."""
    return re.match(r"\s*TY {1,2}-", text) is not None


def read_ris(text: str, file: str) -> list[Reference]:
    """The records of a text; raises RegistryError at the first line that is none of a record's."""
    return [_reference(fields, place) for fields, place in _tagged_records(text, file)]


def _tagged_records(text: str, file: str) -> Iterator[tuple[Fields, Place]]:
    fields: Fields | None = None
    start = Place(file, 1, 1)
    for number, line in enumerate(text.splitlines(), 1):
        place = Place(file, number, 1)
        tag_line = _LINE.fullmatch(line.rstrip())
        if tag_line and tag_line["tag"] == "TY":
            if fields is not None:
                raise _error_at(place, f"a record begins before the one of line {start.line} ended with ER")
            fields, start = {"TY": [tag_line["value"] or ""]}, place
        elif fields is None:
            if line.strip():
                raise _error_at(place, f"{quoted_value(line)} is outside a record; expected 'TY  - JOUR'")
        elif tag_line and tag_line["tag"] == "ER":
            yield fields, start
            fields = None
        else:
            _add_line(fields, tag_line, line.strip())
    if fields is not None:
        raise _error_at(start, "the record has no end; expected 'ER  - '")


def _add_line(fields: Fields, tag_line: re.Match[str] | None, line: str) -> None:
    """Adds a line to a record: a tag with its value, or more of the value before."""
    if tag_line:
        values = fields.pop(tag_line["tag"], [])  # so that the last tag is the one to go on with
        fields[tag_line["tag"]] = [*values, (tag_line["value"] or "").strip()]
    elif line:
        last = fields[next(reversed(fields))]
        last[-1] = f"{last[-1]} {line}".strip()


def _error_at(place: Place, message: str) -> RegistryError:
    return RegistryError([Problem(place, message)])


def _reference(fields: Fields, place: Place) -> Reference:
    def first(*tags: str) -> str:
        return next((value for tag in tags for value in fields.get(tag, ()) if value), "")

    accession, database = first("AN"), first("DB").casefold()
    ours = accession.isdigit() and (not database or any(name in database for name in _PUBMED))
    ends = [end for end in (first("SP"), first("EP")) if end]
    return Reference(
        place=place,
        key=first("ID"),
        authors=tuple(
            pubmed_name_of_inverted(name) for tag in _AUTHORS for name in fields.get(tag, ()) if name
        ),
        title=first("TI", "T1").rstrip("."),
        journal=first("JF", "T2", "JO", "JA"),
        year=year_of(first("PY", "Y1", "DA")),
        volume=first("VL"),
        issue=first("IS"),
        pages=ends[0] if len(set(ends)) == 1 else "-".join(ends),
        doi=doi_of(first("DO")),
        pmid=accession if ours else "",
        pmcid=first("C2") if first("C2").startswith("PMC") else "",
    )


SUFFIXES = (".ris",)

_TAGS = {"title": "TI", "journal": "T2", "year": "PY", "volume": "VL", "issue": "IS"}
_IDENTIFIERS = {"doi": "DO", "pmid": "AN", "pmcid": "C2"}
_PAGES = re.compile(r"(\w+)[-–](\w+)")


def render(table: Table) -> str:
    """The citations as journal articles; PMIDs are accession numbers of PubMed."""
    return "\n".join(
        "".join(f"{tag}  - {value}\n" for tag, value in _record_lines(row)) for row in table.rows
    )


def _record_lines(row: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR"
    yield "ID", cell_text(row["trial"])
    for author in cell_text(row["authors"]).split(AUTHOR_SEPARATOR) if row["authors"] else ():
        if author != ET_AL:  # RIS has no word for it
            yield "AU", inverted_name(author) or author
    yield from _present_fields(row, _TAGS)
    pages = cell_text(row["pages"])
    first_and_last = _PAGES.fullmatch(pages)
    ends = first_and_last.groups() if first_and_last else (pages,)
    yield from ((tag, end) for tag, end in zip(("SP", "EP"), ends, strict=False) if end)
    yield from _present_fields(row, _IDENTIFIERS)
    if row["pmid"] is not None:
        yield "DB", "PubMed"
    yield "ER", ""


def _present_fields(row: Mapping[str, Value], tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((tag, cell_text(row[key])) for key, tag in tags.items() if row[key] is not None)


def export(request: ExportRequest) -> Exported:
    """Citations of the trials in RIS."""
    return Exported((citations_table(request.query.records),))
