"""MSC6xx: what PubMed says of a source today; only where it was asked (`--online`, or PubMed XML under `--texts`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from msc_evidence.checks.finding import Severity
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Source

#: PubMed's types of notice → what happened, and how grave it is.
_NOTICES: dict[str, tuple[str, Severity]] = {
    "RetractionIn": ("retracted", "error"),
    "PartialRetractionIn": ("partially retracted", "error"),
    "RetractedandRepublishedIn": ("retracted and republished", "error"),
    "ExpressionOfConcernIn": ("under an expression of concern", "error"),
    "ErratumIn": ("corrected by an erratum", "warning"),
    "CorrectedandRepublishedIn": ("corrected and republished", "warning"),
    "UpdateIn": ("updated", "note"),
}


@check("MSC605", "error", needs="records")
def retracted_or_corrected(subject: Subject) -> Iterator[Hit]:
    """source retracted, under concern or corrected.

    PubMed links notices to the article that they are about: a retraction or an expression of concern is an error,
    an erratum a warning.
    It matters because retracted trials go on being pooled.
    Example: a record whose article PubMed lists with RetractionIn.
    It cannot see a notice that PubMed does not link, nor what an erratum changed.
    """
    for name, record in subject.records.items():
        for notice in record.corrections:
            if notice.kind in _NOTICES:
                happened, severity = _NOTICES[notice.kind]
                yield Hit(("sources", name), f"{name} was {happened}: {notice.citation}", severity=severity)


@check("MSC606", "error", needs="records")
def another_article(subject: Subject) -> Iterator[Hit]:
    """title, DOI or PMID differs from PubMed's record.

    The article that PubMed has under the recorded PMID or DOI must carry the recorded title, DOI and PMID.
    It matters because a mistyped PMID checks the numbers against somebody else's abstract.
    Example: PMID 15929052 recorded for a trial of another title.
    It cannot see differences of case, accents, punctuation or a final full stop, which it leaves aside.
    """
    for name, record in subject.records.items():
        if name != subject.trial.first_source:
            continue
        citation = subject.trial.citation
        if citation.doi and record.doi and citation.doi.casefold() != record.doi.casefold():
            yield Hit(
                ("citation", "doi"),
                f"PubMed has DOI {record.doi} for {_identity(subject, name)}",
                citation.doi,
                record.doi,
            )
        pmid = subject.trial.sources[name].pmid or citation.pmid
        if pmid and record.pmid and pmid != record.pmid:
            yield Hit(
                ("sources", name), f"the text is PubMed's record {record.pmid}, not {pmid}", pmid, record.pmid
            )
        if citation.title and record.title and _letters(citation.title) != _letters(record.title):
            yield Hit(
                ("citation", "title"), f"PubMed's title is '{record.title}'", citation.title, record.title
            )


def _identity(subject: Subject, name: str) -> str:
    source: Source = subject.trial.sources[name]
    return f"PMID {source.pmid}" if source.pmid else f"DOI {source.doi}"


def _letters(title: str) -> str:
    """Letters and digits of a title, without case and accents."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return re.sub(r"[^a-z0-9]", "", plain)
