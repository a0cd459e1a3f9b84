"""Lists of retractions that a reader has as a file: Retraction Watch's CSV, or Crossref's answers as JSON.

Of Crossref's works a notice says in `update-to` what it is about, a paper in `updated-by` which notices there are.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: The columns of Retraction Watch that are read; a file without the first two is none.
_DOI, _PMID = "OriginalPaperDOI", "OriginalPaperPubMedID"
_AUTHORS, _NATURE, _DATE, _REASON = "Author", "RetractionNature", "RetractionDate", "Reason"
_NOTICE_DOI = "RetractionDOI"
#: Crossref's kinds of update → what they are called here.
_CROSSREF = {
    "retraction": "retraction",
    "withdrawal": "retraction",
    "removal": "retraction",
    "partial_retraction": "partial retraction",
    "expression_of_concern": "expression of concern",
    "correction": "correction",
    "erratum": "correction",
    "corrigendum": "correction",
}
_SEPARATOR = re.compile(r"[;+]")
#: Retraction Watch's dates, `8/16/2023 0:00`: the month first.
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class UnreadableListError(ValueError):
    """A file that is no list of retractions: what is wrong, and what would be right."""


@dataclass(frozen=True, slots=True)
class ListedNotice:
    """A notice of the list: what it is, of which paper, when, why, and by whom the paper is."""

    kind: str
    doi: str
    pmid: str
    date: str
    reason: str
    #: Where the notice itself stands.
    notice: str
    authors: tuple[str, ...]

    @property
    def words(self) -> str:
        """`retraction of 10.1000/1, 2020-03-01 (10.1000/2): Duplication of Image`."""
        of = self.doi or f"PMID {self.pmid}"
        when, where = (f", {self.date}" if self.date else ""), (f" ({self.notice})" if self.notice else "")
        return f"{self.kind} of {of}{when}{where}{f': {self.reason}' if self.reason else ''}"


@dataclass(frozen=True, slots=True)
class RetractionList:
    """The notices of a list, by the DOI and PMID of the paper, and by the names of its authors."""

    name: str
    notices: tuple[ListedNotice, ...]
    by_paper: Mapping[str, Sequence[ListedNotice]]
    by_author: Mapping[frozenset[str], Sequence[ListedNotice]]
    #: How much of Crossref's answer the file holds, where that is not all of it.
    lacking: str | None

    @property
    def looked_up_words(self) -> Iterator[str]:
        """How many notices there were to look at, and what of the answer was not there."""
        many = "1 notice" if len(self.notices) == 1 else f"{len(self.notices):,} notices"
        yield f"looked up in {self.name}, which has {many}"
        if self.lacking:
            yield f"{self.lacking}; what the others are about was not looked up"

    def of_paper(self, doi: str | None, pmid: str | None) -> list[ListedNotice]:
        """The notices about a paper."""
        keys = [key for key in (_folded_doi(doi or ""), f"pmid {pmid}" if pmid else "") if key]
        return list(dict.fromkeys(notice for key in keys for notice in self.by_paper.get(key, ())))

    def of_author(self, name: str) -> list[ListedNotice]:
        """The notices on work under a name, whichever of its parts is the family name."""
        return list(dict.fromkeys(n for key in name_keys(name) for n in self.by_author.get(key, ())))


def read_retractions(text: str, name: str) -> RetractionList:
    """The list in a text; raises UnreadableListError for what is none."""
    lacking = None
    if text.lstrip()[:1] in ("{", "["):
        works, total = _crossref_works(text, name)
        notices = tuple(notice for work in works for notice in _notices_of_work(work))
        if total > len(works):
            lacking = f"{name} holds {len(works):,} of the {total:,} works of Crossref's answer"
    else:
        notices = tuple(_retraction_watch(text, name))
    by_paper: dict[str, list[ListedNotice]] = defaultdict(list)
    by_author: dict[frozenset[str], list[ListedNotice]] = defaultdict(list)
    for notice in notices:
        for key in (notice.doi, f"pmid {notice.pmid}" if notice.pmid else ""):
            if key:
                by_paper[key].append(notice)
        for author in notice.authors:
            for parts in name_keys(author):
                by_author[parts].append(notice)
    return RetractionList(name, notices, by_paper, by_author, lacking)


def _retraction_watch(text: str, name: str) -> Iterator[ListedNotice]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    lacking = [column for column in (_DOI, _PMID, _NATURE) if column not in (rows.fieldnames or ())]
    if lacking:
        raise UnreadableListError(
            f"{name}:1:1: no column {', '.join(lacking)}; expected Retraction Watch's CSV"
            f" ({_DOI}, {_PMID}, {_NATURE}, …) or Crossref's JSON"
        )
    for row in _readable_rows(rows, name):
        cells = {key: (value or "").strip() for key, value in row.items() if isinstance(value, str)}
        reasons = [part.strip() for part in _SEPARATOR.split(cells.get(_REASON, "")) if part.strip()]
        yield ListedNotice(
            (cells.get(_NATURE) or "notice").casefold(),
            _folded_doi(cells.get(_DOI, "")),
            _known_pmid(cells.get(_PMID, "")),
            _iso_date(cells.get(_DATE, "").partition(" ")[0]),
            ", ".join(reasons),
            _folded_doi(cells.get(_NOTICE_DOI, "")),
            tuple(part.strip() for part in cells.get(_AUTHORS, "").split(";") if part.strip()),
        )


def _readable_rows(rows: csv.DictReader[str], name: str) -> Iterator[dict[str, Any]]:
    try:
        yield from rows
    except csv.Error as error:
        raise UnreadableListError(f"{name}:{rows.line_num}: not CSV: {error}") from None


def _iso_date(date: str) -> str:
    """`2023-08-16` of `8/16/2023`; any other date as it is."""
    found = _MONTH_FIRST.fullmatch(date)
    return f"{found[3]}-{int(found[1]):02d}-{int(found[2]):02d}" if found else date


def _crossref_works(text: str, name: str) -> tuple[list[dict[str, Any]], int]:
    """The works of an answer, or of several in a list, and how many works Crossref has to it."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableListError(f"{name}: is no JSON; expected an answer of Crossref's works") from None
    works: list[dict[str, Any]] = []
    total = 0
    for answer in whole if isinstance(whole, list) else [whole]:
        message = answer.get("message", answer) if isinstance(answer, dict) else None
        if isinstance(message, dict):
            items, results = message.get("items", [message]), message.get("total-results")
            listed = items if isinstance(items, list) else []
            works += [item for item in listed if isinstance(item, dict) and "DOI" in item]
            total = max(total, results if isinstance(results, int) else 0)
    if not works:
        raise UnreadableListError(f"{name}: has no works with a DOI; expected an answer of Crossref's works")
    return works, total


def _notices_of_work(work: dict[str, Any]) -> Iterator[ListedNotice]:
    """What a notice says of papers (`update-to`), and what a paper says of notices about it (`updated-by`)."""
    own, authors = str(work["DOI"]), tuple(_crossref_authors(work))
    for key in ("update-to", "updated-by"):
        updates = work.get(key)
        for update in updates if isinstance(updates, list) else ():
            if not isinstance(update, dict):
                continue
            kind = _CROSSREF.get(str(update.get("type")).replace("-", "_"))
            if kind is not None:
                other = str(update.get("DOI", ""))
                paper, notice = (other, own) if key == "update-to" else (own, other)
                date = _date_of(update)
                yield ListedNotice(kind, _folded_doi(paper), "", date, "", _folded_doi(notice), authors)


def _date_of(update: dict[str, Any]) -> str:
    updated = update.get("updated")
    parts = updated.get("date-parts") if isinstance(updated, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    return "-".join(f"{part:02d}" for part in first if isinstance(part, int))


def _crossref_authors(work: dict[str, Any]) -> Iterator[str]:
    authors = work.get("author")
    for author in authors if isinstance(authors, list) else ():
        if isinstance(author, dict) and author.get("family"):
            yield f"{author['family']} {author.get('given', '')}".strip()


def name_keys(name: str) -> list[frozenset[str]]:
    """A name as family name and first initial, with the first word for the family name, and with the last.

    >>> set(name_keys("Bang OY")) & set(name_keys("Oh Young Bang")) != set()
    True
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"[^\W\d_]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    if len(words) < 2:
        return []
    ends = ((words[0], words[1]), (words[-1], words[0]))
    return [frozenset((f"family {family}", f"given {given[0]}")) for family, given in ends if len(family) > 1]


def _folded_doi(doi: str) -> str:
    folded = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", doi.strip().casefold())
    return folded if folded.startswith("10.") else ""


def _known_pmid(pmid: str) -> str:
    return pmid if pmid.isdecimal() and int(pmid) else ""
