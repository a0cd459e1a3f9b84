"""The citations of trials, one row each, and the forms that reference managers give an author's name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msc_evidence.registry.model import Trial
from msc_evidence.tables.table import Column, Table, Value

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
