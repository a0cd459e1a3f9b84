"""A paper's record as PubMed answers it, to be read like one from a file."""

from __future__ import annotations

import io
import time
import urllib.request

from msc_evidence.reading import xml_records
from msc_evidence.reading.document import Document, Malformed, Record
from msc_evidence.reading.eutils import (
    BASE_URL,
    RATE,
    Eutils,
    NotFound,
    Opener,
    Pace,
    PubmedError,
    Sleep,
    shared_pace,
)
from msc_evidence.reading.pubmed_xml import UnreadableText


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
        found = list(xml_records.records(io.BytesIO(raw), f"PMID {pmid}", raw))
    except UnreadableText as error:
        raise PubmedError(f"{eutils.host} answered with {error}") from None
    if len(found) != 1 or isinstance(found[0], Malformed):
        raise PubmedError(f"{eutils.host} answered with something else than the one record asked for")
    read = xml_records.read(found[0])
    if isinstance(read, Document) and read.pmid != pmid:
        raise NotFound(f"PubMed has no record with PMID {pmid}")
    return found[0]
