"""A text to be read, with what identifies it and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Longer than any abstract; what is longer is another kind of text.
LONGEST_TEXT = 2_000_000
#: Longer than any record of a bibliographic database; a full article in JATS is a tenth of it.
LONGEST_RECORD = 32_000_000
#: What a record may be known by, the best known last resort first.
IDENTIFIERS = ("pmid", "pmcid", "doi")


@dataclass(frozen=True, slots=True)
class TextDocument:
    """One text; empty where the record is sound but has no abstract. `place` is `file:line` or `file:record N`."""

    id: str
    text: str
    place: str
    pmid: str | None = None
    pmcid: str | None = None
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class Malformed:
    """A record that cannot be read: where it stands and why."""

    place: str
    problem: str


@dataclass(frozen=True, slots=True)
class Record:
    """The bytes of one record as they stand in a file: cheap to find, to be read wherever there is time."""

    format: str
    raw: bytes
    place: str
    #: The encoding of the bytes, and the namespace declarations around an XML record.
    encoding: str = "utf-8"
    namespaces: str = ""


def labelled(sections: list[tuple[str | None, str]]) -> str:
    """The sections of an abstract as one text, each on a line of its own after its label.

    >>> labelled([("AIM", "To see."), (None, "30 patients.")])
    'AIM: To see.\\n30 patients.'
    """
    return "\n".join(f"{label}: {text}" if label else text for label, text in sections if text)


def document(text: str, place: str, known: Mapping[str, str | None], id: str | None = None) -> TextDocument:
    """The text under its own id, else the first of its identifiers, else its place."""
    found = {key: known.get(key) or None for key in IDENTIFIERS}
    name = id or next((value for value in found.values() if value), place)
    return TextDocument(name, text, place, **found)
