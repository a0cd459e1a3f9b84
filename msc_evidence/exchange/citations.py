"""Citations as reference managers keep them: those read from their files, and the table of the trials' own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from msc_evidence.reading.texts.citation import TextCitation
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import Place
from msc_evidence.render.text import on_one_line
from msc_evidence.tables.table import Column, Table, Value

_HYPHENATED = re.compile(r"[^\W\d_](?:-[^\W\d_])+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(TextCitation):
    """The citation of one record of a reference manager's file, with its place there."""

    place: Place
    #: What its file calls it.
    key: str = ""


def pubmed_name(family: str, given: str, suffix: str = "") -> str:
    """A person's name as PubMed prints it.

    >>> pubmed_name("Bang", "O. Y."), pubmed_name("Bang", "Oh Young"), pubmed_name("Kim", "S.-J.")
    ('Bang OY', 'Bang OY', 'Kim S-J')
    >>> pubmed_name("Berg", "J.W.", "Jr")
    'Berg JW Jr'
    """
    initials = "".join(map(_name_initials, re.split(r"[\s.]+", given)))
    return " ".join(part for part in (family, initials, suffix.rstrip(".")) if part)


def pubmed_name_of_inverted(name: str) -> str:
    """`Bang, O. Y.` and `Berg, J. W., Jr` as PubMed prints them; a name without a comma as it stands."""
    family, *rest = (part.strip() for part in name.split(","))
    return pubmed_name(family, *rest[:2]) if rest else name.strip()


def _name_initials(word: str) -> str:
    """The initials of one given name; initials stay as they are, `-J` too."""
    if _HYPHENATED.fullmatch(word.lstrip("-")) or (word.isalpha() and word.isupper() and len(word) <= 4):
        return word
    joined = "-" if word.startswith("-") else ""
    letters = "".join(part[0].upper() for part in word.split("-") if part)
    return joined + letters if letters else ""


def cell_text(value: Value) -> str:
    """A cell of the citations as text on one line, "" for None."""
    return "" if value is None else on_one_line(str(value))


def doi_of(text: str) -> str:
    """A DOI without the address or the word before it."""
    return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", text.strip(), flags=re.IGNORECASE)


#: Between authors in one cell.
AUTHOR_SEPARATOR = "; "
#: The last author of a list that a source cut short.
ET_AL = "et al."
_FIELDS = ("title", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid")
_COLUMNS = tuple(
    Column(key, {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID"}.get(key, key.capitalize()))
    for key in ("trial", "authors", *_FIELDS)
)
_AUTHOR = re.compile(
    r"(?P<family>\S.*) (?!Jr\Z|Sr\Z)(?P<initials>[^\W\d_](?:-?[^\W\d_]){0,3})(?: (?P<suffix>Jr|Sr|2nd|3rd|4th))?"
)


def citations_table(trials: Mapping[str, Trial]) -> Table:
    """Where each trial was published; authors as PubMed prints them, with semicolons between."""
    return Table("citations", _COLUMNS, tuple(_citation_row(name, trial) for name, trial in trials.items()))


def _citation_row(name: str, trial: Trial) -> dict[str, Value]:
    authors = AUTHOR_SEPARATOR.join(trial.citation.authors or ()) or None
    return {"trial": name, "authors": authors} | {key: getattr(trial.citation, key) for key in _FIELDS}


def inverted_name(author: str) -> str | None:
    """`Bang OY` as `Bang, O. Y.`; None for what is no person's name with initials.

    >>> inverted_name("van der Berg JW Jr"), inverted_name("Kim S-J"), inverted_name("STARTING-2 Collaborators")
    ('van der Berg, J. W., Jr', 'Kim, S.-J.', None)
    """
    name = _AUTHOR.fullmatch(author)
    if not name or not name["initials"].isupper() or "," in author:
        return None
    initials = " ".join(f"{letter}." for letter in re.findall(r"-?[^\W\d_]", name["initials"]))
    suffix = f", {name['suffix']}" if name["suffix"] else ""
    return f"{name['family']}, {initials.replace(' -', '-')}{suffix}"
