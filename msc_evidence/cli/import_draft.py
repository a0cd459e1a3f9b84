"""Drafts of records from citations and from tables of study data: the form of `read --draft`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.cli.read_draft import (
    citation_lines,
    design_line,
    mapping,
    numbered,
    one_line,
    registration_lines,
    registry_text,
)
from msc_evidence.reading.draft import Fields, slug, trial_id
from msc_evidence.reading.texts.citation import Citation
from msc_evidence.reading.texts.document import Document
from msc_evidence.registry.bibliography import Reference
from msc_evidence.registry.rewrite import plain_scalar
from msc_evidence.registry.study_rows import StudyRow
from msc_evidence.render.text import inert

_ARMS = ("treatment", "control")
_ROLES = "      # to do: an id and a label for each, cells, comparator."


def registry_of_references(references: Sequence[Reference]) -> str:
    """A registry file with a draft of each citation."""
    cited = [(reference, _citation(reference)) for reference in references]
    names = numbered([_id(reference, citation) for reference, citation in cited])
    trials = [_cited(name, *found) for name, found in zip(names, cited, strict=True)]
    return registry_text({}, trials, "the file says")


def _citation(reference: Reference) -> Citation:
    return Citation(
        authors=reference.authors,
        title=reference.title,
        journal=reference.journal,
        year=reference.year,
        volume=reference.volume,
        issue=reference.issue,
        pages=reference.pages,
        doi=reference.doi,
        pmid=reference.pmid,
        pmcid=reference.pmcid,
    )


def _id(reference: Reference, citation: Citation) -> str:
    """What the file calls it where that can be an id and is no mere number, else first author and year."""
    if not reference.key.isdigit() and slug(reference.key) == reference.key:
        return reference.key
    return trial_id(Document(reference.key or "cited", "", f"{reference.place.file}:1"), citation)


def _cited(name: str, reference: Reference, citation: Citation) -> str:
    known: Fields = {"kind": "abstract", **_identifiers(citation)}
    return record(name, None, citation, str(reference.place), "    # to do: results", ("abstract", known))


def _identifiers(citation: Citation) -> Fields:
    return {key: one_line(value) for key in ("pmid", "doi") if (value := getattr(citation, key))}


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """The ids of a file's outcomes, each of one name and one type."""

    ids: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, rows: Sequence[StudyRow], stem: str) -> _Outcomes:
        """An id for each outcome: no registry has one that begins so."""
        kinds = list(dict.fromkeys((row.outcome, row.type) for row in rows))
        mixed = {name for name, kind in kinds if (name, "binary") in kinds and kind == "continuous"}
        ends = ["-binary" if name in mixed and kind == "binary" else "" for name, kind in kinds]
        ids = numbered(
            [f"to-do-{slug(name or stem)}{end}" for (name, _), end in zip(kinds, ends, strict=True)]
        )
        return cls(dict(zip(kinds, ids, strict=True)))

    @property
    def declared(self) -> dict[str, dict[str, str]]:
        """The outcomes as a registry declares them."""
        return {
            self.ids[name, kind]: {"name": one_line(name) or "to do", "type": kind} for name, kind in self.ids
        }

    def id(self, row: StudyRow) -> str:
        """The outcome of a line."""
        return self.ids[row.outcome, row.type]


def registry_of_rows(rows: Sequence[StudyRow], file: str, stem: str) -> str:
    """A registry file with a draft of each study of a table."""
    outcomes = _Outcomes.of(rows, stem)
    studies: dict[str, list[StudyRow]] = {}
    for row in rows:
        studies.setdefault(row.study, []).append(row)
    names = numbered([slug(study) for study in studies])
    trials = [
        _study(name, study, found, outcomes, file)
        for name, (study, found) in zip(names, studies.items(), strict=True)
    ]
    return registry_text(outcomes.declared, trials, "the file says")


def _study(name: str, study: str, rows: Sequence[StudyRow], outcomes: _Outcomes, file: str) -> str:
    sizes = next((row.sizes for row in rows if row.sizes), None)
    results = "\n".join(["    results:", *(_result(row, outcomes) for row in rows)])
    citation = Citation(year=next((row.year for row in rows if row.year), ""))
    source: Fields = {"kind": "secondary report", "citation": one_line(file)}
    called = None if study == name else study
    return record(name, called, citation, f"{file}:{rows[0].line}", results, ("data", source), sizes)


def _result(row: StudyRow, outcomes: _Outcomes) -> str:
    fields: Fields = {"outcome": outcomes.id(row), "at": "not reported"}
    fields |= {"definition": one_line(row.subset)} if row.subset else {}
    if row.p:
        favours = {1: _ARMS[0], -1: _ARMS[1]}.get(row.direction or 0, "not reported")
        fields |= {"p": row.p, "favours": favours}
    if row.groups:
        fields["arms"] = {arm: dict(group) for arm, group in zip(_ARMS, row.groups, strict=True)}
    fields |= {"note": row.note} if row.note else {}
    lacking = "outcome, at" + (", the effect" if row.note else "")
    return f"      - {mapping(fields)}  # to do: {lacking} (line {row.line})"


def record(
    name: str,
    called: str | None,
    citation: Citation,
    place: str,
    results: str,
    source: tuple[str, Fields],
    sizes: tuple[str, str] | None = None,
) -> str:
    """A record as text: what is known of it, and `to do` on the rest."""
    lines = [
        f"  # read from {inert(place)}",
        f"  {name}:",
        *([f"    name: {plain_scalar(one_line(called))}"] if called else []),
        "    citation:",
        *citation_lines(citation),
        *registration_lines(()),
        design_line(citation),
        "    participants: {}  # to do: condition, stage, enrolled, analysis",
        "    arms:",
        *_arms(sizes),
        results,
        "    # to do: baseline, harms and claims, where a source has them.",
        "    sources:",
        f"      {source[0]}: {mapping(source[1])}",
    ]
    return "\n".join(lines) + "\n"


def _arms(sizes: tuple[str, str] | None) -> Iterator[str]:
    yield _ROLES
    for at, arm in enumerate(_ARMS):
        known: Fields = {"role": arm, "label": "to do"}
        yield f"      {arm}: {mapping(known | ({'n': sizes[at]} if sizes else {}))}"
