"""A bibliographic record as reference managers keep it, read from theirs or made of a trial's citation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import Place
from msc_evidence.tables.table import Column, Table, Value

_HYPHENATED = re.compile(r"[^\W\d_](?:-[^\W\d_])+")


@dataclass(frozen=True, slots=True)
class Reference:
    """The fields of one record; what it does not have is "" or empty."""

    place: Place
    #: What its file calls it.
    key: str = ""
    authors: tuple[str, ...] = ()
    title: str = ""
    journal: str = ""
    year: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""


def cited(family: str, given: str, suffix: str = "") -> str:
    """A person's name as PubMed prints it.

    >>> cited("Bang", "O. Y."), cited("Bang", "Oh Young"), cited("Kim", "S.-J."), cited("Berg", "J.W.", "Jr")
    ('Bang OY', 'Bang OY', 'Kim S-J', 'Berg JW Jr')
    """
    return " ".join(part for part in (family, _initials(given), suffix.rstrip(".")) if part)


def from_inverted(name: str) -> str:
    """`Bang, O. Y.` and `Berg, J. W., Jr` as PubMed prints them; a name without a comma as it stands."""
    family, *rest = (part.strip() for part in name.split(","))
    return cited(family, *rest[:2]) if rest else name.strip()


def _initials(given: str) -> str:
    return "".join(map(_initial, re.split(r"[\s.]+", given)))


def _initial(word: str) -> str:
    """The initials of one given name; initials stay as they are, `-J` too."""
    if _HYPHENATED.fullmatch(word.lstrip("-")) or (word.isalpha() and word.isupper() and len(word) <= 4):
        return word
    joined = "-" if word.startswith("-") else ""
    letters = "".join(part[0].upper() for part in word.split("-") if part)
    return joined + letters if letters else ""


def year_of(text: str) -> str:
    """The first year in a date, "" without one."""
    found = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
    return found[0] if found else ""


def doi_of(text: str) -> str:
    """A DOI without the address or the word before it."""
    return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", text.strip(), flags=re.IGNORECASE)


#: Between authors in one cell.
BETWEEN = "; "
#: The last author of a list that a source cut short.
OTHERS = "et al."
_FIELDS = ("title", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid")
_COLUMNS = tuple(
    Column(key, {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID"}.get(key, key.capitalize()))
    for key in ("trial", "authors", *_FIELDS)
)
_AUTHOR = re.compile(
    r"(?P<family>\S.*) (?!Jr\Z|Sr\Z)(?P<initials>[^\W\d_](?:-?[^\W\d_]){0,3})(?: (?P<suffix>Jr|Sr|2nd|3rd|4th))?"
)


def citations(trials: Mapping[str, Trial]) -> Table:
    """Where each trial was published; authors as PubMed prints them, with semicolons between."""
    return Table("citations", _COLUMNS, tuple(_row(name, trial) for name, trial in trials.items()))


def _row(name: str, trial: Trial) -> dict[str, Value]:
    authors = BETWEEN.join(trial.citation.authors or ()) or None
    return {"trial": name, "authors": authors} | {key: getattr(trial.citation, key) for key in _FIELDS}


def inverted(author: str) -> str | None:
    """`Bang OY` as `Bang, O. Y.`; None for what is no person's name with initials.

    >>> inverted("van der Berg JW Jr"), inverted("Kim S-J"), inverted("STARTING-2 Collaborators")
    ('van der Berg, J. W., Jr', 'Kim, S.-J.', None)
    """
    found = _AUTHOR.fullmatch(author)
    if not found or not found["initials"].isupper() or "," in author:
        return None
    initials = " ".join(f"{letter}." for letter in re.findall(r"-?[^\W\d_]", found["initials"]))
    suffix = f", {found['suffix']}" if found["suffix"] else ""
    return f"{found['family']}, {initials.replace(' -', '-')}{suffix}"
