"""The record that PubMed keeps of a paper: its abstract, and whether it was corrected or retracted."""

from __future__ import annotations

import io
import json
import time
import urllib.request
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from msc_evidence.reading.texts import xml
from msc_evidence.reading.texts.document import Malformed, Record, TextDocument
from msc_evidence.reading.texts.eutils import (
    BASE_URL,
    RATE,
    Eutils,
    Opener,
    Pace,
    PubmedError,
    Sleep,
    Unreachable,
    shared_pace,
)
from msc_evidence.reading.texts.xml import UnreadableText, articles, is_xml, parsed, prose, pubmed_abstract


class NotFound(PubmedError):  # noqa: N818
    """PubMed has no such record."""


__all__ = [
    "BASE_URL",
    "Correction",
    "NotFound",
    "Pace",
    "PubmedError",
    "PubmedRecord",
    "Unreachable",
    "fetch",
]

#: Notices that bear on whether a paper's numbers still stand (RefType of the PubMed DTD).
_NOTICES = frozenset(
    {
        "RetractionIn",
        "PartialRetractionIn",
        "RetractedandRepublishedIn",
        "CorrectedandRepublishedIn",
        "RepublishedIn",
        "ErratumIn",
        "ExpressionOfConcernIn",
        "UpdateIn",
    }
)
#: A DOI that PubMed does not know is searched word by word: more records than this are no match.
_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Correction:
    """A notice about the paper: its kind as PubMed names it, its citation, and its PMID where it has one."""

    kind: str
    citation: str
    pmid: str | None


@dataclass(frozen=True, slots=True)
class PubmedRecord:
    """One paper as PubMed records it."""

    pmid: str
    doi: str | None
    title: str
    abstract: str
    publication_types: tuple[str, ...]
    corrections: tuple[Correction, ...]


def fetch(
    pmid: str | None = None,
    doi: str | None = None,
    *,
    base_url: str = BASE_URL,
    api_key: str | None = None,
    timeout: float = 10,
    retries: int = 3,
    sleep: Sleep = time.sleep,
    opener: Opener = urllib.request.urlopen,
    pace: Pace | None = None,
) -> PubmedRecord:
    """The record of the paper with this PMID, or else this DOI.

    Raises Unreachable without an answer, NotFound without a record, PubmedError for an answer that is
    neither, and ValueError where neither PMID nor DOI is given.
    """
    if not (pmid or doi):
        raise ValueError("a PMID or a DOI is needed to ask PubMed")
    pace = pace or shared_pace(RATE[bool(api_key)])
    eutils = Eutils(base_url, api_key, timeout, retries, sleep, opener, pace)
    wanted = f"PMID {pmid}" if pmid else f"DOI {doi}"
    identifiers = [pmid] if pmid else _search(eutils, doi or "")
    if not identifiers:
        raise NotFound(f"PubMed has no record with {wanted}")
    found = _records(eutils, identifiers)
    for record in found:
        if record.pmid == pmid or (not pmid and _same_doi(record.doi, doi)):
            return record
    raise NotFound(f"PubMed has no record with {wanted}")


def record_in(text: str) -> PubmedRecord | None:
    """The record that a saved PubMed XML holds, None for a text that is no such thing.

    Raises UnreadableText for malformed XML.
    """
    if not is_xml(text):
        return None
    found = articles(parsed(text))
    return _record(found[0]) if len(found) == 1 and found[0].tag == "PubmedArticle" else None


def _same_doi(one: str | None, other: str | None) -> bool:
    return bool(one and other) and str(one).casefold() == str(other).casefold()


def _search(eutils: Eutils, doi: str) -> list[str]:
    """The PMIDs that PubMed finds for a DOI; the caller checks which of them has it."""
    answer = eutils.get("esearch", {"term": f"{doi}[doi]", "retmode": "json", "retmax": str(_CANDIDATES)})
    try:
        found: Any = json.loads(answer)["esearchresult"]
        identifiers = [str(identifier) for identifier in found["idlist"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PubmedError(f"{eutils.host} answered a search with something else than its result") from None
    return identifiers[:_CANDIDATES]


def _records(eutils: Eutils, identifiers: list[str]) -> list[PubmedRecord]:
    answer = eutils.get("efetch", {"id": ",".join(identifiers), "retmode": "xml"})
    try:
        root = parsed(answer)
    except UnreadableText as error:
        raise PubmedError(f"{eutils.host} answered with {error}") from None
    if root.tag == "PubmedArticleSet":
        return [_record(article) for article in articles(root)]
    return []


def _record(article: Element) -> PubmedRecord:
    doi = article.find("PubmedData/ArticleIdList/ArticleId[@IdType='doi']")
    if doi is None:
        doi = article.find(".//Article/ELocationID[@EIdType='doi']")
    return PubmedRecord(
        pmid=prose(article.find("MedlineCitation/PMID")),
        doi=prose(doi) or None,
        title=prose(article.find(".//Article/ArticleTitle")),
        abstract=pubmed_abstract(article),
        publication_types=tuple(
            prose(kind) for kind in article.iterfind(".//PublicationTypeList/PublicationType")
        ),
        corrections=tuple(
            Correction(
                notice.get("RefType", ""), prose(notice.find("RefSource")), prose(notice.find("PMID")) or None
            )
            for notice in article.iterfind(".//CommentsCorrectionsList/CommentsCorrections")
            if notice.get("RefType") in _NOTICES
        ),
    )


def fetched(
    pmid: str,
    *,
    base_url: str = BASE_URL,
    api_key: str | None = None,
    timeout: float = 10,
    retries: int = 3,
    sleep: Sleep = time.sleep,
    opener: Opener = urllib.request.urlopen,
    pace: Pace | None = None,
) -> Record:
    """The record with this PMID, spaced and repeated as NCBI asks.

    Raises Unreachable without an answer, NotFound without a record, PubmedError for an answer that is neither.
    """
    pace = pace or shared_pace(RATE[bool(api_key)])
    eutils = Eutils(base_url, api_key, timeout, retries, sleep, opener, pace)
    answer = eutils.get("efetch", {"id": pmid, "retmode": "xml"})
    if "<PubmedArticleSet" in answer and "<PubmedArticle>" not in answer and "<PubmedArticle " not in answer:
        raise NotFound(f"PubMed has no record with PMID {pmid}")
    try:
        raw = answer.encode("utf-8")
        found = list(xml.records(io.BytesIO(raw), f"PMID {pmid}", raw))
    except UnreadableText as error:
        raise PubmedError(f"{eutils.host} answered with {error}") from None
    if len(found) != 1 or isinstance(found[0], Malformed):
        raise PubmedError(f"{eutils.host} answered with something else than the one record asked for")
    read = xml.read(found[0])
    if isinstance(read, TextDocument) and read.pmid != pmid:
        raise NotFound(f"PubMed has no record with PMID {pmid}")
    return found[0]
