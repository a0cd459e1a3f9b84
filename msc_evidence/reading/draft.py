"""What of a text is sure enough to stand in a trial's record, and which of its figures are still to be placed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from msc_evidence.reading.abstract import find_abstract
from msc_evidence.reading.citation import Citation
from msc_evidence.reading.document import Document
from msc_evidence.reading.draft_results import DraftResult, OpenFigure, Placing
from msc_evidence.reading.fingerprint import Fingerprint, fingerprint
from msc_evidence.reading.reading import read
from msc_evidence.reading.registrations import registrations


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of one trial's record."""

    id: str
    place: str
    citation: Citation
    registration: tuple[str, ...]
    enrolled: str | None
    #: Id → participants randomised, None where the text is not sure.
    arms: Mapping[str, str | None]
    results: tuple[DraftResult, ...]
    fingerprint: Fingerprint
    open: tuple[OpenFigure, ...]


def draft(document: Document, citation: Citation) -> Draft:
    """The draft of the record that a text is the source of; raises UnreadableText for a text without an abstract."""
    abstract = find_abstract(document.text)
    placing = Placing(read(abstract), abstract)
    results = tuple(placing.results())
    numbers = [found.number for found in registrations(placing.reading.plain.text) if found.register != "CRD"]
    known = {"pmid": document.pmid, "pmcid": document.pmcid, "doi": document.doi}
    given = {key: getattr(citation, key) or value or "" for key, value in known.items()}
    found = fingerprint(abstract)
    return Draft(
        trial_id(document, citation),
        document.place,
        replace(citation, pmid=given["pmid"], pmcid=given["pmcid"], doi=given["doi"]),
        tuple(dict.fromkeys([*citation.registered, *numbers])),
        placing.enrolled,
        placing.arms,
        results,
        found,
        tuple(placing.open(found)),
    )


def trial_id(document: Document, citation: Citation) -> str:
    """First author and year, else the PMID or PMCID, else the file's name: what a person would type.

    >>> trial_id(Document("1", "", "a.nbib:1"), Citation(authors=("Muñoz-Gómez A",), year="2020"))
    'munoz-gomez-2020'
    >>> trial_id(Document("texts/Doe 2021.txt:1", "", "texts/Doe 2021.txt:1"), Citation())
    'doe-2021'
    """
    if citation.authors and citation.year:
        family = " ".join(citation.authors[0].split(" ")[:-1]) or citation.authors[0]
        return slug(f"{family.partition(',')[0]} {citation.year}")
    if document.pmid or document.pmcid:
        return slug(f"pmid-{document.pmid}" if document.pmid else f"{document.pmcid}")
    if document.id != document.place:
        return slug(document.id)
    name = document.place.rpartition(":")[0]
    return "new-trial" if name == "stdin" else slug(Path(name).name.partition(".")[0])


def slug(text: str) -> str:
    """The text as an id: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold())[:60].strip("-") or "new-trial"
