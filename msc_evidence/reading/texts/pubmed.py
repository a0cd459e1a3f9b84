"""The record that PubMed keeps of a paper: its abstract, and whether it was corrected or retracted.

Requests to NCBI's E-utilities are spaced as NCBI asks and repeated while it is busy.
"""

from __future__ import annotations

import http.client
import io
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from msc_evidence.reading.texts import xml
from msc_evidence.reading.texts.document import Malformed, Record, TextDocument
from msc_evidence.reading.texts.xml import UnreadableText, articles, is_xml, parsed, prose, pubmed_abstract

BASE_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
#: Requests per second that NCBI allows (A General Introduction to the E-utilities, NBK25497).
RATE = {False: 3, True: 10}
#: Answers larger than this are no single record.
_LARGEST = 20_000_000
#: The longest wait between two attempts, whatever the server asks for.
_LONGEST_WAIT = 60.0

Opener = Callable[..., Any]
Sleep = Callable[[float], None]


class PubmedError(Exception):
    """PubMed could not be asked, or did not answer with the record."""


class Unreachable(PubmedError):  # noqa: N818
    """No answer from the server; the message says why and what to do instead."""


class NotFound(PubmedError):  # noqa: N818
    """PubMed has no such record."""


@dataclass(slots=True)
class Pace:
    """Spaces requests so that no more than `per_second` of them begin in a second."""

    per_second: float
    clock: Callable[[], float] = time.monotonic
    _free: float = field(default=float("-inf"), init=False)

    def wait(self, sleep: Sleep) -> None:
        """Sleep until the next request may begin."""
        now = self.clock()
        if now < self._free:
            sleep(self._free - now)
        self._free = max(now, self._free) + 1 / self.per_second


@lru_cache
def shared_pace(per_second: float) -> Pace:
    """The pace that all requests of this process keep together."""
    return Pace(per_second)


@dataclass(frozen=True, slots=True)
class Eutils:
    """Where and how the E-utilities are asked."""

    base_url: str
    api_key: str | None
    timeout: float
    retries: int
    sleep: Sleep
    opener: Opener
    pace: Pace

    @property
    def host(self) -> str:
        """The server's name, for messages."""
        return self.base_url.partition("://")[2].partition("/")[0]

    def get(self, utility: str, parameters: Mapping[str, str]) -> str:
        """The text that a utility answers; raises Unreachable when every attempt failed."""
        query = {**parameters, "db": "pubmed", "tool": "msc-evidence"}
        if self.api_key:
            query["api_key"] = self.api_key
        url = f"{self.base_url.rstrip('/')}/{utility}.fcgi?{urlencode(query)}"
        if not url.startswith(("http://", "https://")):
            raise Unreachable(f"{self.base_url} is no http or https address")
        for attempt in range(self.retries + 1):
            answer, reason, wait = self._attempt(url, attempt)
            if answer is not None:
                return answer
            if wait is None or attempt == self.retries:
                break
            self.sleep(wait)
        raise Unreachable(f"cannot reach {self.host}: {reason}")

    def _attempt(self, url: str, attempt: int) -> tuple[str | None, str, float | None]:
        """The answer, or why there is none and how long to wait before the next attempt (None: give up)."""
        self.pace.wait(self.sleep)
        back_off = min(2.0**attempt, _LONGEST_WAIT)
        try:
            with self.opener(urllib.request.Request(url), timeout=self.timeout) as response:
                return response.read(_LARGEST).decode("utf-8", "replace"), "", None
        except HTTPError as error:
            with error:
                return None, f"it answered {error.code} {error.reason}", _wait(error, back_off)
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, TimeoutError):
                return None, f"no answer within {self.timeout:g} s", back_off
            again = isinstance(error, (ConnectionResetError, http.client.HTTPException))
            return None, str(reason) or type(reason).__name__, back_off if again else None


def _wait(error: HTTPError, back_off: float) -> float | None:
    """The seconds before a further attempt: as the server asks, else the back-off; None for a refusal."""
    if error.code != 429 and error.code < 500:
        return None
    asked = (error.headers.get("Retry-After") or "").strip()
    return min(float(asked), _LONGEST_WAIT) if asked.isascii() and asked.isdigit() else back_off


__all__ = ["Correction", "NotFound", "Pace", "PubmedError", "PubmedRecord", "Unreachable", "fetch"]

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
