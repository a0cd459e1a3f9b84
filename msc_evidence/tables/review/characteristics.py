"""The table `characteristics`: Cochrane's "Characteristics of included studies", fact by fact, each with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from msc_evidence.analysis.cuts import better_end
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.stated import StatedAttribute, says_not_reported
from msc_evidence.registry.design import Arm, Design, Participants
from msc_evidence.registry.fields import NOT_REPORTED, Part
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.registry.problems import listed
from msc_evidence.registry.values import Baseline
from msc_evidence.tables.review.references import reference_lines
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.trial_words import treatment_words
from msc_evidence.tables.words import ARROWS, stated_words, values_words

#: Keys that many trials lack: where one is absent, nothing is said of it.
_OPTIONAL = ("phase", "window_from")
_METHODS = (
    ("phase", "phase"),
    ("structure", "structure"),
    ("allocation", "allocation"),
    ("randomisation", "randomisation"),
    ("ratio", "ratio"),
    ("masking", "masking"),
    ("assessment", "assessment"),
    ("setting", "setting"),
    ("country", "country"),
    ("centres", "centres"),
    ("recruitment", "recruitment"),
    ("shortest time from {onset} to entry", "window_from"),
    ("longest time from {onset} to entry", "window"),
    ("follow-up", "follow_up"),
)
_PARTICIPANTS = (
    ("condition", "condition"),
    ("stage", "stage"),
    ("eligibility", "eligibility"),
    ("planned", "planned"),
    ("enrolled", "enrolled"),
    ("analysed", "analysed"),
    ("analysis set", "analysis"),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a record says of a trial, in which section of the table, and by which source."""

    section: str
    item: str
    #: In the record's words, `not reported` included; None where the record says nothing.
    said: str | None
    source: str


def characteristics_facts(
    trial: Trial, outcomes: Mapping[str, Outcome], onset: str | None
) -> tuple[Fact, ...]:
    """The facts of a trial by the sections of Cochrane's table; of outcomes those given.

    `onset` is what the registry counts the time to entry from; where it says nothing, no trial lacks that time.

    Sections as in the Cochrane Handbook (Higgins et al. 2019, version 6, chapter 5: data to collect): methods,
    participants, interventions, outcomes, notes; funding by itself.
    """
    return (
        *_part_facts(trial, "Methods", "design", _method_items(trial, onset)),
        *_part_facts(trial, "Participants", "participants", _PARTICIPANTS),
        *(_baseline_fact(trial, row) for row in trial.baseline),
        *_intervention_facts(trial),
        *_outcome_facts(trial, outcomes),
        *_note_facts(trial),
        Fact("Funding", "funding", trial.funding, trial.first_source),
        Fact("Funding", "declarations of interest", trial.interests, trial.first_source),
    )


def _method_items(trial: Trial, onset: str | None) -> list[tuple[str, str]]:
    """The items of the design, the time of entry in the registry's words."""
    recorded = onset is not None or trial.design.window is not None
    items = [(item, key) for item, key in _METHODS if recorded or key != "window"]
    return [(item.format(onset=onset or "onset"), key) for item, key in items]


def _part_facts(trial: Trial, section: str, part: str, items: Sequence[tuple[str, str]]) -> Iterator[Fact]:
    """What the first source says of a part, what it does not, and what other sources add."""
    first: Part = getattr(trial, part)
    for item, key in items:
        if key not in _OPTIONAL or getattr(first, key) is not None:
            yield Fact(section, item, _as_text(getattr(first, key)), trial.first_source)
    for other in trial.also:
        added: Design | Participants | None = getattr(other, part)
        for item, key in items if added is not None else ():
            if getattr(added, key) is not None:
                yield Fact(section, item, _as_text(getattr(added, key)), other.source)


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def _baseline_fact(trial: Trial, row: Baseline) -> Fact:
    groups = {_arm_label(trial, name): values for name, values in (row.arms or {}).items()}
    if row.all:
        groups["all"] = row.all
    values_by_group = ", ".join(f"{name} {values_words(values)}" for name, values in groups.items())
    item = row.variable + (f" ({row.unit})" if row.unit else "")
    return Fact("Participants", item, values_by_group or None, trial.source_of(row))


def _intervention_facts(trial: Trial) -> Iterator[Fact]:
    for name, arm in trial.arms.items():
        yield Fact("Interventions", _arm_label(trial, name), _received_words(arm), trial.first_source)
    for other in trial.also:
        for name, arm in other.arms.items():
            if treatment := _received_words(arm):
                yield Fact("Interventions", _arm_label(trial, name), treatment, other.source)


def _received_words(arm: Arm) -> str | None:
    """`autologous MSC, 1×10⁸, intravenous (n 5)`: what an arm received, and its size."""
    received = treatment_words(arm) if arm.given or arm.comparator else ""
    sizes = {"planned": arm.planned, "randomised": arm.randomised, "n": arm.n, "lost": arm.lost}
    size = ", ".join(f"{name} {count}" for name, count in sizes.items() if count is not None)
    return f"{received} ({size})" if received and size else received or size or None


def _arm_label(trial: Trial, name: str) -> str:
    return (trial.arms[name].label if name in trial.arms else None) or name


def _outcome_facts(trial: Trial, outcomes: Mapping[str, Outcome]) -> Iterator[Fact]:
    """When each outcome was compared, by source; then what harms were counted."""
    times: dict[tuple[str, str, str], list[str]] = {}
    for result in trial.results:
        if result.outcome not in outcomes:
            continue
        outcome, source = outcomes[result.outcome], trial.source_of(result)
        change = " change" * result.change + (f" ({result.definition})" if result.definition else "")
        label = f"{outcome.name}{change} {ARROWS[better_end(result, outcome)]}".rstrip()
        when = "time not reported" if result.at is NOT_REPORTED else str(result.at)
        times.setdefault((label, result.outcome, source), []).append(when + " (primary)" * result.primary)
    for (label, _, source), reported_at in times.items():
        yield Fact("Outcomes", label, ", ".join(dict.fromkeys(reported_at)), source)
    for harm in trial.harms:
        counts = [f"{_arm_label(trial, name)} {count}" for name, count in harm.arms.items()]
        counts += [f"{_arm_label(trial, name)} {count} events" for name, count in harm.events.items()]
        item = f"harm: {harm.event}" + (f" until {harm.at}" if harm.at else "")
        yield Fact("Outcomes", item, ", ".join(counts) or None, trial.source_of(harm))


def _note_facts(trial: Trial) -> Iterator[Fact]:
    yield Fact("Notes", "objective", trial.objective, trial.first_source)
    registration = trial.registration
    words = listed(registration) if isinstance(registration, list) else registration
    yield Fact("Notes", "registration", words, trial.first_source)
    for subset in trial.subsets:
        counts = ", ".join(f"{_arm_label(trial, name)} {count}" for name, count in subset.arms.items())
        yield Fact("Notes", f"subset: {subset.name}", counts, trial.source_of(subset))
    for name, source in trial.sources.items():
        where = [source.citation, source.doi and f"doi {source.doi}", source.pmid and f"PMID {source.pmid}"]
        words = ", ".join(part for part in (source.kind, *where) if part)
        yield Fact("Notes", f"source {name}", words, name)


def characteristics_paragraph(trial: Trial, facts: Iterable[Fact]) -> str:
    """The facts of a section in one paragraph; what a source is silent on, and what was not recorded, at its end.

    What another source says stands beside the first source's word, with its kind.
    """
    items: dict[str, list[Fact]] = {}
    for fact in facts:
        items.setdefault(fact.item, []).append(fact)
    items_stated = {item: _item_stated(trial, of_item) for item, of_item in items.items()}
    parts = [
        _item_words(trial, item, item_stated)
        for item, item_stated in items_stated.items()
        if item_stated.known or item_stated.others
    ]
    bare = {
        item: item_stated.first
        for item, item_stated in items_stated.items()
        if not item_stated.known and not item_stated.others
    }
    for words, absent in (("not reported", False), ("not recorded", True)):
        names = [item for item, first in bare.items() if (first is None) == absent]
        parts += [f"{listed(names)} {words}"] if names else []
    return "; ".join(parts)


def _item_stated(trial: Trial, facts: Sequence[Fact]) -> StatedAttribute:
    """What the first source says of an item, and what others say that differs."""
    first = [fact.said for fact in facts if fact.source == trial.first_source and fact.said is not None]
    others = [(fact.source, fact.said) for fact in facts if fact.source != trial.first_source]
    differing = [
        (source, value) for source, value in others if value is not None and not says_not_reported(value)
    ]
    return StatedAttribute(
        ", ".join(first) or None, tuple((source, value) for source, value in differing if value not in first)
    )


def _item_words(trial: Trial, item: str, item_stated: StatedAttribute) -> str:
    """`planned: 60 [protocol]`; a source is not marked as its own."""
    if item_stated.others and item == f"source {item_stated.others[0][0]}":
        return f"{item}: {item_stated.others[0][1]}"
    return f"{item}: {stated_words(trial, item_stated)}"


OPTIONS = ("--outcome",)
COLUMNS = (
    Column("trial", "Trial"),
    Column("study", "Name"),
    Column("section", "Section"),
    Column("item", "Item"),
    Column("said", "Said"),
    Column("source", "Source"),
)
SHOWN = (
    Column("study", "Trial", grouped=True, whole=True),
    Column("section", "", whole=True),
    Column("said", "Characteristics"),
)
TITLE = "Characteristics of included studies"


def table(query: Query) -> Table:
    """Each study's methods, participants, interventions, outcomes, notes and funding, as its record gives them."""
    rows = tuple(
        _fact_row(name, trial, fact)
        for name, trial in query.records.items()
        for fact in _query_facts(query, trial)
    )
    return Table("characteristics", COLUMNS, rows, TITLE)


def page_table(query: Query) -> Table:
    """A paragraph per section of a study; the publications of all at the end."""
    return Table("characteristics", SHOWN, tuple(_section_rows(query)), TITLE, reference_lines(query))


def _query_facts(query: Query, trial: Trial) -> tuple[Fact, ...]:
    outcomes = {name: query.registry.outcomes[name] for name in query.outcomes}
    return characteristics_facts(trial, outcomes, query.registry.terms.onset)


def _fact_row(name: str, trial: Trial, fact: Fact) -> Mapping[str, Value]:
    return {
        "trial": name,
        "study": trial.shown_name(name),
        "section": fact.section,
        "item": fact.item,
        "said": fact.said,
        "source": fact.source,
    }


def _section_rows(query: Query) -> Iterator[Mapping[str, Value]]:
    for name, trial in query.records.items():
        for section, section_facts in groupby(_query_facts(query, trial), key=lambda fact: fact.section):
            yield {
                "study": trial.shown_name(name),
                "section": section,
                "said": characteristics_paragraph(trial, section_facts),
            }
