"""Ids of drafts: of a trial as a person would type it, and of anything by its words."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from msc_evidence.reading.texts.citation import TextCitation
from msc_evidence.reading.texts.document import TextDocument


def trial_id(document: TextDocument, citation: TextCitation) -> str:
    """First author and year, else the PMID or PMCID, else the file's name: what a person would type.

    >>> trial_id(TextDocument("1", "", "a.nbib:1"), TextCitation(authors=("Muñoz-Gómez A",), year="2020"))
    'munoz-gomez-2020'
    >>> trial_id(TextDocument("texts/Doe 2021.txt:1", "", "texts/Doe 2021.txt:1"), TextCitation())
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
