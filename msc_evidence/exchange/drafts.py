"""Drafts of records as a registry file, from citations, study data or judgements of risk of bias.

What is sure is filled in, everything else is marked `to do`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from msc_evidence.exchange.citations import Reference
from msc_evidence.exchange.formats.robvis import BiasRow, judged_columns
from msc_evidence.exchange.study_rows import StudyRow
from msc_evidence.reading.draft_ids import slug, trial_id
from msc_evidence.reading.draft_results import Fields
from msc_evidence.reading.texts.citation import TextCitation, year_of
from msc_evidence.reading.texts.document import TextDocument
from msc_evidence.registry.fields import TO_DO, TO_DO_ID
from msc_evidence.registry.rewrite import flow_yaml, plain_scalar
from msc_evidence.render.inert import inert
from msc_evidence.render.text import on_one_line

_HEAD = """\
# {count}. What {known} is filled in; every `to do` needs you.
# Use it as a file of its own beside others in a registry folder, or move its outcomes and trials to your trials.yaml.
registry: 1
"""
_OUTCOMES = """\

outcomes:
  # to do: confirm name and type and drop `to-do-` from the id, here and below; or write an id of yours below.
"""
_CITED = ("title", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid")


def registry_text(outcomes: Mapping[str, Mapping[str, str]], trials: Sequence[str], known: str) -> str:
    """A registry file of these outcomes and of records as text; `known` says what is filled in."""
    count = "Draft of a record" if len(trials) == 1 else f"Drafts of {len(trials)} records"
    declared = "".join(f"  {name}: {braced_fields(dict(fields))}\n" for name, fields in outcomes.items())
    head = _HEAD.format(count=count, known=known)
    return f"{head}{_OUTCOMES + declared if declared else ''}\ntrials:" + "".join(
        f"\n{trial}" for trial in trials
    )


def unique_ids(ids: Sequence[str]) -> list[str]:
    """The ids, numbered where two would be the same."""
    names: dict[str, None] = {}
    for proposed in ids:
        name, number = proposed, 1
        while name in names:
            number += 1
            name = f"{proposed}-{number}"
        names[name] = None
    return list(names)


def citation_lines(citation: TextCitation) -> Iterator[str]:
    """The keys of a citation, with a remark on what it lacks."""
    if citation.authors:
        yield f"      authors: {flow_yaml([*map(on_one_line, citation.authors)], 6, plain_scalar)}"
    for name in _CITED:
        value = on_one_line(getattr(citation, name))
        if name == "year" and not (value.isdigit() and 1900 <= int(value) <= 2100):
            yield f"      year: {TO_DO}"
        elif value:
            yield f"      {name}: {plain_scalar(value)}"
    lacking = [name for name in ("authors", "title", "journal") if not getattr(citation, name)]
    if lacking:
        yield f"      # to do: {', '.join(lacking)}"


def registration_lines(numbers: Sequence[str]) -> Iterator[str]:
    """The registration numbers, or the remark that they are still to be found."""
    if numbers:
        yield f"    registration: {flow_yaml(list(numbers), 4, plain_scalar)}"
    else:
        yield "    # to do: registration: [number], or not reported"


#: What a text may say of its design, in the registry's order, and what is asked for where it does not.
_DESIGN = (
    "phase",
    "allocation",
    "structure",
    "setting",
    "ratio",
    "masking",
    "assessment",
    "centres",
    "window",
    "follow_up",
)
_ASKED = ("allocation", "ratio", "masking", "assessment", "window", "follow_up")


def design_line(citation: TextCitation, words: Mapping[str, str] | None = None) -> str:
    """The design in the words of the text, the allocation also as the record is indexed."""
    known = dict(words or {}) | ({"allocation": "randomised"} if citation.randomised else {})
    fields: Fields = {key.replace("_", "-"): known[key] for key in _DESIGN if key in known}
    lacking = ", ".join(key.replace("_", "-") for key in _ASKED if key not in known)
    return f"    design: {braced_fields(fields)}" + (f"  # to do: {lacking}" if lacking else "")


def field_text(value: str | Fields) -> str:
    """A scalar, or fields in braces."""
    return plain_scalar(value) if isinstance(value, str) else braced_fields(value)


def braced_fields(fields: Fields) -> str:
    """The fields in braces on one line."""
    pairs = (f"{key}: {field_text(value)}" for key, value in fields.items())
    return "{" + ", ".join(pairs) + "}"


_ARMS = ("treatment", "control")
_ROLES = "      # to do: an id and a label for each, intervention, comparator."


def registry_of_references(references: Sequence[Reference]) -> str:
    """A registry file with a draft of each citation."""
    names = unique_ids([_reference_id(reference) for reference in references])
    trials = [_reference_record(name, reference) for name, reference in zip(names, references, strict=True)]
    return registry_text({}, trials, "the file says")


def _reference_id(reference: Reference) -> str:
    """The key in the file where it can be an id and is not a bare number, else first author and year."""
    if not reference.key.isdigit() and slug(reference.key) == reference.key:
        return reference.key
    return trial_id(TextDocument(reference.key or "cited", "", f"{reference.place.file}:1"), reference)


def _reference_record(name: str, reference: Reference) -> str:
    known: Fields = {"kind": "abstract"}
    known |= {key: on_one_line(value) for key in ("pmid", "doi") if (value := getattr(reference, key))}
    return imported_record(
        name, None, reference, str(reference.place), "    # to do: results", ("abstract", known)
    )


@dataclass(frozen=True, slots=True)
class _DraftOutcomes:
    """The ids of a file's outcomes, each of one name and one type."""

    ids: Mapping[tuple[str, str], str]

    @classmethod
    def from_rows(cls, rows: Sequence[StudyRow], stem: str) -> _DraftOutcomes:
        """An id for each outcome, beginning with `to-do-` so that it is none of a registry's own."""
        kinds = list(dict.fromkeys((row.outcome, row.type) for row in rows))
        mixed = {name for name, kind in kinds if (name, "binary") in kinds and kind == "continuous"}
        ends = ["-binary" if name in mixed and kind == "binary" else "" for name, kind in kinds]
        ids = unique_ids(
            [f"{TO_DO_ID}-{slug(name or stem)}{end}" for (name, _), end in zip(kinds, ends, strict=True)]
        )
        return cls(dict(zip(kinds, ids, strict=True)))

    @property
    def declarations(self) -> dict[str, dict[str, str]]:
        """The outcomes as a registry declares them."""
        return {
            self.ids[name, kind]: {"name": on_one_line(name) or "to do", "type": kind}
            for name, kind in self.ids
        }

    def id(self, row: StudyRow) -> str:
        """The outcome of a line."""
        return self.ids[row.outcome, row.type]


Row = TypeVar("Row", StudyRow, BiasRow)


def _rows_by_study(rows: Sequence[Row]) -> list[tuple[str, str, list[Row]]]:
    """Each study of a table: an id for it, its name, and its rows."""
    studies: dict[str, list[Row]] = {}
    for row in rows:
        studies.setdefault(row.study, []).append(row)
    ids = unique_ids([slug(study) for study in studies])
    return [(key, study, of_study) for key, (study, of_study) in zip(ids, studies.items(), strict=True)]


def registry_of_rows(rows: Sequence[StudyRow], file: str, stem: str, bias: Sequence[BiasRow] = ()) -> str:
    """A registry file with a draft of each study of a table; what `bias` judges of it are remarks to complete."""
    outcomes = _DraftOutcomes.from_rows(rows, stem)
    judged = {row.study: f"    # to do: risk of bias (line {row.line}): {_said(row)}" for row in bias}
    trials = [_imported_study(*study, outcomes, file, judged.get(study[1])) for study in _rows_by_study(rows)]
    return registry_text(outcomes.declarations, trials, "the file says")


def _imported_study(
    name: str, study: str, rows: Sequence[StudyRow], outcomes: _DraftOutcomes, file: str, judged: str | None
) -> str:
    sizes = next((row.sizes for row in rows if row.sizes), None)
    beside = [judged] if judged else []
    results = "\n".join(["    results:", *(_imported_result(row, outcomes) for row in rows), *beside])
    citation = TextCitation(year=next((row.year for row in rows if row.year), ""))
    source: Fields = {"kind": "secondary report", "citation": on_one_line(file)}
    called = None if study == name else study
    return imported_record(name, called, citation, f"{file}:{rows[0].line}", results, ("data", source), sizes)


def _imported_result(row: StudyRow, outcomes: _DraftOutcomes) -> str:
    fields: Fields = {"outcome": outcomes.id(row), "at": "not reported"}
    fields |= {"definition": on_one_line(row.subset)} if row.subset else {}
    if row.p:
        favours = {1: _ARMS[0], -1: _ARMS[1]}.get(row.direction or 0, "not reported")
        fields |= {"p": row.p, "favours": favours}
    if row.groups:
        fields["arms"] = {arm: dict(group) for arm, group in zip(_ARMS, row.groups, strict=True)}
    fields |= {"effect": dict(row.effect)} if row.effect else {}
    fields |= {"note": on_one_line(row.note)} if row.note else {}
    lacking = "outcome, at" + ("" if row.groups or row.p or row.effect else ", the effect")
    return f"      - {braced_fields(fields)}  # to do: {lacking} (line {row.line})"


def imported_record(
    name: str,
    called: str | None,
    citation: TextCitation,
    place: str,
    results: str,
    source: tuple[str, Fields],
    sizes: tuple[str, str] | None = None,
) -> str:
    """A record as text: what is known of it, and `to do` on the rest."""
    lines = [
        f"  # read from {inert(place)}",
        f"  {name}:",
        *([f"    name: {plain_scalar(on_one_line(called))}"] if called else []),
        "    citation:",
        *citation_lines(citation),
        *registration_lines(()),
        design_line(citation),
        "    participants: {}  # to do: condition, stage, enrolled, analysis",
        "    arms:",
        *_imported_arms(sizes),
        results,
        "    # to do: baseline, harms and claims, where a source has them.",
        "    sources:",
        f"      {source[0]}: {braced_fields(source[1])}",
    ]
    return "\n".join(lines) + "\n"


def _imported_arms(sizes: tuple[str, str] | None) -> Iterator[str]:
    yield _ROLES
    for at, arm in enumerate(_ARMS):
        known: Fields = {"role": arm, "label": "to do"}
        yield f"      {arm}: {braced_fields(known | ({'n': sizes[at]} if sizes else {}))}"


def registry_of_judgements(rows: Sequence[BiasRow], file: str, stem: str) -> str:
    """A registry file with a draft of each study and what was judged of its results."""
    labels = list(dict.fromkeys(row.outcome for row in rows))
    ids = unique_ids([f"{TO_DO_ID}-{slug(label or stem)}" for label in labels])
    outcomes = dict(zip(labels, ids, strict=True))
    declared = {
        outcomes[name]: {"name": on_one_line(name) or "to do", "type": "continuous"} for name in labels
    }
    trials = [_judged_study(*study, outcomes, file) for study in _rows_by_study(rows)]
    return registry_text(declared, trials, "the file says")


def _judged_study(
    name: str, study: str, rows: Sequence[BiasRow], outcomes: Mapping[str, str], file: str
) -> str:
    lines = ["    results:"]
    for row in rows:
        result = braced_fields({"outcome": outcomes[row.outcome], "at": "not reported"})
        lines.append(f"      - {result}  # to do: outcome, at, what was reported (line {row.line})")
    kept = [row for row in rows if not row.problem]
    for tool in dict.fromkeys(row.tool for row in kept):
        lines.append(f"    {tool.key}:")
        for row in kept:
            lines += _judgement_lines(row, outcomes[row.outcome]) if row.tool is tool else []
    lines += [f"    # {_unrecorded(row)}" for row in rows if row.problem]
    citation = TextCitation(year=year_of(study))
    source: Fields = {"kind": "secondary report", "citation": on_one_line(file)}
    called = None if study == name else study
    return imported_record(
        name, called, citation, f"{file}:{rows[0].line}", "\n".join(lines), ("data", source)
    )


def _judgement_lines(row: BiasRow, outcome: str) -> Iterator[str]:
    yield f"      - outcome: {outcome}  # to do: outcome and at of the result judged (line {row.line})"
    yield "        at: not reported"
    yield f"        by: {plain_scalar(on_one_line(row.by))}" if row.by else "        by: to do"
    yield f"        date: {row.day or TO_DO}"
    for key, (risk, support) in row.judged.items():
        said = braced_fields({"risk": risk, "support": on_one_line(support) or "to do"})
        yield f"        {key.replace('_', '-')}: {said}"


def _unrecorded(row: BiasRow) -> str:
    if not (row.judged or row.words):
        return f"line {row.line} judges no risk of bias"
    return f"to do: line {row.line} cannot be recorded as it stands: {_said(row)}"


def _said(row: BiasRow) -> str:
    columns = judged_columns(row.tool)
    judged = [f"{columns[key]} {risk}" for key, (risk, _) in row.judged.items()]
    said = "; ".join([*judged, *map(on_one_line, row.words)])
    return f"{said} ({row.problem})" if row.problem else said
