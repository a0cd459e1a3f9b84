"""MSC841 to MSC843: notices about a trial, as recorded and as a list of retractions has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msc_evidence.checks.finding import Path, Severity
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.fields import TO_DO
from msc_evidence.registry.problems import counted
from msc_evidence.registry.publication import Citation, Source

#: Days after which a search for notices is to be repeated.
OLD = 365
_RECORDED: dict[str, Severity] = {
    "retraction": "error",
    "expression of concern": "error",
    "correction": "note",
    "comment": "note",
}


@check("MSC841", "error", fields=("notices",))
def notice_recorded(subject: Subject) -> Iterator[Hit]:
    """notice about the trial that the record gives.

    A retraction or an expression of concern under `notices` is an error, a correction or a comment a note.
    It matters because retracted trials go on being pooled.
    Example: `found: [{kind: retraction, date: 2020-03}]`.
    It cannot see what a notice is about, nor notices that nobody recorded.
    Source: INSPECT-SR 1.1 and 1.2.

    Flagged:
        notices: {searched: 2026-11-02, in: [Crossmark], found: [{kind: retraction, date: 2020-03}]}
    Silent:
        notices: {searched: 2026-11-02, in: [Crossmark]}
    """
    notices = subject.trial.notices
    for index, notice in enumerate(notices.found if notices else ()):
        details = [str(part) for part in (notice.date, notice.about, notice.url) if part]
        message = f"{notice.kind}{': ' if details else ''}{', '.join(details)}"
        yield Hit(("notices", "found", index), message, notice.kind, severity=_RECORDED[notice.kind])


@check("MSC842", "note", needs="date", fields=("notices",))
def search_for_notices_old(subject: Subject) -> Iterator[Hit]:
    """search for notices more than a year old.

    The day of the search against today's, or that of `check --as-of`: it is to be repeated shortly before a
    review is published.
    It matters because most retractions come years after the paper.
    Example: searched on 10 January 2025, checked in November 2026.
    It cannot see whether the search was a good one.
    Source: INSPECT-SR 1.1.
    """
    notices = subject.trial.notices
    if notices is None or notices.searched == TO_DO or subject.as_of is None:
        return
    days = (subject.as_of - date.fromisoformat(notices.searched)).days
    if days > OLD:
        message = f"searched {counted(days, 'day')} before {subject.as_of}; repeat the search"
        yield Hit(("notices", "searched"), message, notices.searched)


@check("MSC843", "error", needs="retractions")
def listed_as_retracted(subject: Subject) -> Iterator[Hit]:
    """report of the trial in a list of retractions.

    DOI and PMID of the citation and of every source against the list of `--retractions`: a retraction, a
    partial one or an expression of concern is an error, a correction a note. First and last author are
    looked up by family name and first initial, either word as the family name: a note, for a name is a lead
    and no answer.
    It matters because retracted trials go on being pooled.
    Example: a record whose DOI is an OriginalPaperDOI of the list.
    It cannot see notices younger than the list, nor which of two people of one name is meant.
    Source: INSPECT-SR 1.1 to 1.3; the Retraction Watch database at Crossref.
    """
    listed = subject.retractions
    if listed is None:
        return
    trial = subject.trial
    papers: list[tuple[Path, Citation | Source]] = [(("citation",), trial.citation)]
    papers += [(("sources", name), source) for name, source in trial.sources.items()]
    seen: set[object] = set()
    for path, paper in papers:
        for notice in listed.of_paper(paper.doi, paper.pmid):
            if notice not in seen:
                seen.add(notice)
                grave = any(word in notice.kind for word in ("retraction", "concern", "withdraw"))
                severity: Severity = "error" if grave and "reinstate" not in notice.kind else "note"
                article = "an" if notice.kind[0] in "aeiou" else "a"
                message = f"{listed.name} lists {article} {notice.words}"
                yield Hit(path, message, notice.kind, severity=severity)
    authors = trial.citation.authors or []
    for author in dict.fromkeys(authors[:1] + authors[-1:]):
        own = [notice for notice in listed.of_author(author) if notice not in seen]
        if own:
            reasons = list(dict.fromkeys(notice.reason for notice in own if notice.reason))[:3]
            message = f"{counted(len(own), 'notice')} under the name {author}, which may be another's"
            message += f": {'; '.join(reasons)}" if reasons else ""
            yield Hit(("citation", "authors"), message, severity="note")
