"""Citations in RIS: a tag of two characters per line, from TY to ER."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msc_evidence.render.text import inert
from msc_evidence.tables.citations import BETWEEN, OTHERS, inverted
from msc_evidence.tables.table import Table, Value

SUFFIXES = (".ris",)

_TAGS = {"title": "TI", "journal": "T2", "year": "PY", "volume": "VL", "issue": "IS"}
_IDENTIFIERS = {"doi": "DO", "pmid": "AN", "pmcid": "C2"}
_PAGES = re.compile(r"(\w+)[-–](\w+)")


def render(table: Table) -> str:
    """The citations as journal articles; PMIDs are accession numbers of PubMed."""
    return "\n".join("".join(f"{tag}  - {value}\n" for tag, value in _lines(row)) for row in table.rows)


def _lines(row: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR"
    yield "ID", _text(row["trial"])
    for author in _text(row["authors"]).split(BETWEEN) if row["authors"] else ():
        if author != OTHERS:  # RIS has no word for it
            yield "AU", inverted(author) or author
    yield from _present(row, _TAGS)
    pages = _text(row["pages"])
    found = _PAGES.fullmatch(pages)
    ends = found.groups() if found else (pages,)
    yield from ((tag, end) for tag, end in zip(("SP", "EP"), ends, strict=False) if end)
    yield from _present(row, _IDENTIFIERS)
    if row["pmid"] is not None:
        yield "DB", "PubMed"
    yield "ER", ""


def _present(row: Mapping[str, Value], tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((tag, _text(row[key])) for key, tag in tags.items() if row[key] is not None)


def _text(value: Value) -> str:
    return "" if value is None else " ".join(inert(str(value)).split())
