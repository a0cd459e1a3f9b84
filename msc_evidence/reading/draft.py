"""What of a text is sure enough to stand in a trial's record, and which of its figures are still to be placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from msc_evidence.reading.draft_arms import DraftArm
from msc_evidence.reading.draft_ids import trial_id
from msc_evidence.reading.draft_results import DraftHarm, DraftResult, OpenFigure, Placing
from msc_evidence.reading.draft_tables import TableDraft, table_draft
from msc_evidence.reading.fingerprint import Fingerprint, fingerprint
from msc_evidence.reading.read import read
from msc_evidence.reading.registrations import registrations
from msc_evidence.reading.tables.rows import ReadTable
from msc_evidence.reading.texts.abstract import find_abstract
from msc_evidence.reading.texts.citation import TextCitation
from msc_evidence.reading.texts.document import TextDocument
from msc_evidence.registry.reported import Time

#: A visit may be late by this share of the follow-up.
_LATE = 1.1


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of one trial's record."""

    id: str
    place: str
    citation: TextCitation
    registration: tuple[str, ...]
    #: The key of the sample's size, `enrolled` or `planned`, and the size.
    sample: tuple[str, str] | None
    arms: Mapping[str, DraftArm]
    #: What words say of the design, by the registry's keys.
    design: Mapping[str, str]
    results: tuple[DraftResult, ...]
    harms: tuple[DraftHarm, ...]
    fingerprint: Fingerprint
    open: tuple[OpenFigure, ...]
    #: Whether the text prints more figures than are read.
    cut: bool
    #: What the tables of an article give beside its abstract.
    tables: TableDraft | None


def draft(document: TextDocument, citation: TextCitation, tables: Sequence[ReadTable] = ()) -> Draft:
    """The draft of the record that a text is the source of, with the tables of its article.

    Raises UnreadableText for a text without an abstract.
    """
    abstract = find_abstract(document.text)
    placing = Placing(read(abstract), abstract, title=citation.title)
    results, harms = tuple(placing.results()), tuple(placing.harms())
    numbers = [found.number for found in registrations(placing.reading.plain.text) if found.register != "CRD"]
    known = {"pmid": document.pmid, "pmcid": document.pmcid, "doi": document.doi}
    given = {key: getattr(citation, key) or value or "" for key, value in known.items()}
    found = fingerprint(abstract)
    return Draft(
        trial_id(document, citation),
        document.place,
        replace(citation, pmid=given["pmid"], pmcid=given["pmcid"], doi=given["doi"]),
        tuple(dict.fromkeys([*citation.registered, *numbers])),
        placing.sample,
        placing.arms,
        _without_passed(placing.design, results),
        results,
        harms,
        found,
        tuple(placing.open(found)),
        placing.reading.cut,
        table_draft(tables, placing.arms),
    )


def _without_passed(design: Mapping[str, str], results: Sequence[DraftResult]) -> dict[str, str]:
    """The design without a follow-up that a result is later than: one of the two is not of this trial."""
    times = [Time.read(at) for result in results if isinstance(at := result.fields.get("at"), str)]
    ends = Time.read(design["follow_up"]).days if "follow_up" in design else None
    late = ends is not None and any(time.days > ends * _LATE for time in times)
    return {key: value for key, value in design.items() if not (late and key == "follow_up")}
