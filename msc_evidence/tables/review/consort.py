"""The table `consort`: the items of CONSORT for Abstracts, each judged by the fields of a record that decide it.

Source: Hopewell et al. 2008, Lancet 371:281 and PLoS Med 5:e20, table 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.stated import stated_attribute
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.model import Claim, Result, Trial
from msc_evidence.registry.problems import listed
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Table, Value
from msc_evidence.tables.words import beside_words


@dataclass(frozen=True, slots=True)
class ItemPart:
    """One thing that an item asks for: its name, the field that decides it, and whether the abstract gives it."""

    name: str
    field: str
    #: None where the record does not show whether the abstract gives it.
    given: bool | None
    #: A reason of its own, in place of `given`, `not reported` or `not recorded`.
    words: str = ""

    @classmethod
    def from_value(cls, name: str, field: str, value: object) -> ItemPart:
        """What the value of a field says: recorded, silent or absent."""
        return cls(name, field, None if value is None else str(value) != str(NOT_REPORTED))

    @property
    def state(self) -> str:
        """What is said of it."""
        return self.words or {True: "given", False: "not reported", None: "not recorded"}[self.given]


@dataclass(frozen=True, slots=True)
class Abstract:
    """The record of a trial as one source gives it."""

    trial: Trial
    source: str

    @classmethod
    def first_of_trial(cls, trial: Trial) -> Abstract | None:
        """The first abstract among the sources, None without one."""
        source = next((name for name, recorded in trial.sources.items() if recorded.kind == "abstract"), None)
        return cls(trial, source) if source else None

    @property
    def is_first_source(self) -> bool:
        """Whether it is the trial's first source, which the parts come from that name none."""
        return self.source == self.trial.first_source

    @property
    def complete(self) -> bool:
        """Whether every figure of its text is in the record."""
        return self.trial.sources[self.source].figures is not None

    @property
    def results(self) -> list[tuple[int, Result]]:
        """Its results with their places."""
        return [pair for pair in enumerate(self.trial.results) if self._is_own(pair[1].source)]

    @property
    def harms(self) -> list[tuple[int, Harm]]:
        """Its harms with their places."""
        return [pair for pair in enumerate(self.trial.harms) if self._is_own(pair[1].source)]

    @property
    def claims(self) -> list[tuple[int, Claim]]:
        """Its claims with their places."""
        return [pair for pair in enumerate(self.trial.claims) if self._is_own(pair[1].source)]

    def _is_own(self, source: str | None) -> bool:
        return (source or self.trial.first_source) == self.source

    def field_part(self, field: str) -> ItemPart:
        """What the record says of a field of design or participants, or of the trial itself: `design.ratio`."""
        group, _, key = field.rpartition(".")
        name, place = key.replace("_", " "), field.replace("_", "-")
        if self.is_first_source:
            if not group:
                return ItemPart.from_value(name, place, getattr(self.trial, key))
            recorded = stated_attribute(self.trial, "design" if group == "design" else "participants", key)
            return ItemPart.from_value(name + beside_words(self.trial, recorded), place, recorded.first)
        for at, other in enumerate(self.trial.also):
            if group and other.source == self.source and (recorded := getattr(other, group)) is not None:
                return ItemPart.from_value(name, f"also[{at}].{place}", getattr(recorded, key))
        return ItemPart(name, place, None)

    def arm_count_parts(self, key: Literal["n", "randomised"]) -> list[ItemPart]:
        """Whether each arm's size is given; one that is missing where every figure was recorded is not."""
        word = "analysed" if key == "n" else key
        parts = []
        for name, arm in self.trial.arms.items() if self.is_first_source else ():
            value = getattr(arm, key)
            known = NOT_REPORTED if value is None and self.complete else value
            parts.append(ItemPart.from_value(f"number {word} in {name}", f"arms.{name}.{key}", known))
        return parts or [ItemPart(f"numbers {word}", f"arms.*.{key}", None)]


Answer = Literal["yes", "partial", "no", "not applicable"]


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """An item with its answer, None where the record does not decide it; the fields and words it rests on."""

    number: int
    item: str
    answer: Answer | None
    field: str
    because: str


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """The parts of a record that decide an item; `limit` is the best answer they can give."""

    parts: Sequence[ItemPart]
    limit: Answer = "yes"

    @property
    def answer(self) -> Answer | None:
        """`yes` where every part is given, `partial` where some are, `no` where none is; None where one is unknown."""
        given = [part.given for part in self.parts]
        if self.limit == "not applicable":
            return self.limit
        if None in given:
            return None
        return self.limit if all(given) else "partial" if any(given) else "no"

    @property
    def because(self) -> str:
        """`allocation given; randomisation not recorded`."""
        names: dict[str, list[str]] = {}
        for part in self.parts:
            names.setdefault(part.state, []).append(part.name)
        return "; ".join(f"{listed(list(dict.fromkeys(parts)))} {state}" for state, parts in names.items())


def judged_items(trial: Trial) -> tuple[JudgedItem, ...]:
    """The seventeen items for the trial's abstract, in their order.

    They are not applicable to a trial that is not randomised, nor where no source is an abstract. An answer rests on
    recorded fields only: an item of which a part was not recorded has none, except for numbers where the record has
    every figure of the abstract. Whether the words are good is not judged.
    """
    abstract, allocation = Abstract.first_of_trial(trial), trial.design.allocation
    if abstract is None:
        return _none_applies("sources", "no source is an abstract")
    if allocation in ("non-randomised", "single-arm"):
        return _none_applies("design.allocation", f"{allocation}, and the items are for randomised trials")
    return tuple(
        _judged_item(number, item, examine(abstract)) for number, (item, examine) in enumerate(ITEMS, 1)
    )


def _none_applies(field: str, because: str) -> tuple[JudgedItem, ...]:
    return tuple(
        JudgedItem(number, item, "not applicable", field, because)
        for number, (item, _) in enumerate(ITEMS, 1)
    )


def _judged_item(number: int, item: str, looked: ItemEvidence) -> JudgedItem:
    fields = ", ".join(dict.fromkeys(part.field for part in looked.parts))
    return JudgedItem(number, item, looked.answer, fields, looked.because)


def _evidence_of_fields(*names: str) -> Callable[[Abstract], ItemEvidence]:
    return lambda abstract: ItemEvidence([abstract.field_part(name) for name in names])


def _title_evidence(abstract: Abstract) -> ItemEvidence:
    title = abstract.trial.citation.title
    if title is None:
        return ItemEvidence([ItemPart("title", "citation.title", None)])
    named = "randomi" in title.lower()
    words = f"{'names' if named else 'does not name'} randomisation"
    return ItemEvidence([ItemPart("title", "citation.title", named, words)])


def _author_evidence(abstract: Abstract) -> ItemEvidence:
    if abstract.trial.citation.journal is None:
        return ItemEvidence([ItemPart("journal", "citation.journal", None)])
    words = "given: the item is for conference abstracts"
    return ItemEvidence([ItemPart("journal", "citation.journal", True, words)], "not applicable")


def _intervention_evidence(abstract: Abstract) -> ItemEvidence:
    """Of cells what, how many and by which way; of other arms what they received."""
    parts = []
    for name, arm in abstract.trial.arms.items() if abstract.is_first_source else ():
        cells = arm.cells
        fields = (
            {
                "cells.type": cells.type,
                "cells.dose": cells.dose or cells.dose_range,
                "cells.route": cells.route,
            }
            if cells
            else {"comparator": arm.comparator}
        )
        for key, value in fields.items():
            parts.append(
                ItemPart.from_value(f"{key.removeprefix('cells.')} of {name}", f"arms.{name}.{key}", value)
            )
    return ItemEvidence(parts or [ItemPart("interventions", "arms", None)])


def _primary_outcome_evidence(abstract: Abstract) -> ItemEvidence:
    primary = [(at, result) for at, result in abstract.results if result.primary]
    if not primary:
        marked = ["primary" in result.model_fields_set for _, result in abstract.results]
        return ItemEvidence(
            [ItemPart("primary outcome", "results", False if marked and all(marked) else None)]
        )
    parts = [ItemPart("primary outcome", f"results[{at}].primary", True) for at, _ in primary]
    return ItemEvidence(
        [*parts, *(ItemPart.from_value("its time", f"results[{at}].at", result.at) for at, result in primary)]
    )


def _numbers_randomised(abstract: Abstract) -> ItemEvidence:
    parts, enrolled = abstract.arm_count_parts("randomised"), abstract.field_part("participants.enrolled")
    if not enrolled.given or any(part.given for part in parts):
        return ItemEvidence(parts)
    return ItemEvidence([*parts, replace(enrolled, name="number enrolled")])


def _numbers_analysed(abstract: Abstract) -> ItemEvidence:
    return ItemEvidence(abstract.arm_count_parts("n"))


def _estimate_evidence(abstract: Abstract) -> ItemEvidence:
    """A result per arm, an effect and its interval, of the primary outcome or, where none is, of any."""
    preferred = [pair for pair in abstract.results if pair[1].primary] or abstract.results
    if not preferred:
        return ItemEvidence([ItemPart("result", "results", None)])
    tried = [_estimate_parts(abstract, at, result) for at, result in preferred]
    return ItemEvidence(max(tried, key=lambda parts: sum(part.given is True for part in parts)))


def _estimate_parts(abstract: Abstract, at: int, result: Result) -> list[ItemPart]:
    if_absent = NOT_REPORTED if abstract.complete else None
    effect = result.effect
    fields = {
        "arms": ("a result per arm", result.arms if len(result.arms or {}) > 1 else None),
        "effect.estimate": ("an effect", effect),
        "effect.ci": ("its interval", effect.ci if effect else None),
    }
    return [
        ItemPart.from_value(name, f"results[{at}].{key}", if_absent if value is None else value)
        for key, (name, value) in fields.items()
    ]


def _harm_evidence(abstract: Abstract) -> ItemEvidence:
    if abstract.harms:
        return ItemEvidence([ItemPart(harm.event, f"harms[{at}]", True) for at, harm in abstract.harms])
    safe = [at for at, claim in abstract.claims if claim.says == "safe"]
    if safe:
        return ItemEvidence(
            [ItemPart("a claim of safety", f"claims[{at}].says", True) for at in safe], "partial"
        )
    return ItemEvidence([ItemPart("harm", "harms", None)])


def _conclusion_evidence(abstract: Abstract) -> ItemEvidence:
    conclusions = [
        ItemPart(claim.says, f"claims[{at}].says", True, "concluded") for at, claim in abstract.claims
    ]
    return ItemEvidence(conclusions or [ItemPart("conclusion", "claims", None)])


ITEMS: tuple[tuple[str, Callable[[Abstract], ItemEvidence]], ...] = (
    ("Title: identified as randomised", _title_evidence),
    ("Authors: contact of the corresponding author", _author_evidence),
    ("Trial design: parallel, cluster, non-inferiority, …", _evidence_of_fields("design.structure")),
    (
        "Participants: eligibility and settings",
        _evidence_of_fields("participants.eligibility", "design.setting"),
    ),
    ("Interventions: for each group", _intervention_evidence),
    ("Objective: specific objective or hypothesis", _evidence_of_fields("objective")),
    ("Outcome: primary outcome defined", _primary_outcome_evidence),
    ("Randomisation: how allocated", _evidence_of_fields("design.allocation", "design.randomisation")),
    (
        "Blinding: of participants, carers and assessors",
        _evidence_of_fields("design.masking", "design.assessment"),
    ),
    ("Numbers randomised: to each group", _numbers_randomised),
    ("Recruitment: trial status", _evidence_of_fields("design.recruitment")),
    ("Numbers analysed: in each group", _numbers_analysed),
    ("Outcome: result per group, effect and precision", _estimate_evidence),
    ("Harms: important adverse events", _harm_evidence),
    ("Conclusions: general interpretation", _conclusion_evidence),
    ("Trial registration: number and register", _evidence_of_fields("registration")),
    ("Funding: source", _evidence_of_fields("funding")),
)


KEY = ("trial", "number")
COLUMNS = (
    Column("trial", "Trial"),
    Column("study", "Trial", grouped=True, whole=True),
    Column("number", "No.", "number"),
    Column("item", "Item"),
    Column("answer", "Answer", whole=True),
    Column("field", "Field"),
    Column("because", "Because"),
)
NOTES = (
    'Items of Hopewell 2008 (Lancet 371:281). Answers rest on what was recorded of the abstract: "no" where it was read'
    ' for it and is silent, "not recorded" where the record does not show whether it was.',
)
TITLE = "CONSORT for Abstracts"


def table(query: Query) -> Table:
    """The items of CONSORT for Abstracts: yes, partial, no or not applicable, and the field that decides it."""
    rows = tuple(
        _item_row(name, trial, item) for name, trial in query.records.items() for item in judged_items(trial)
    )
    return Table("consort", COLUMNS, rows, TITLE, NOTES)


def page_table(query: Query) -> Table:
    """The same without the ids of the trials."""
    full = table(query)
    return Table(
        full.name, full.columns[1:], tuple(map(_with_answer_word, full.rows)), full.title, full.notes
    )


def screen(query: Query) -> Screen:
    """A list for each study, without the reasons."""
    blocks: list[Block] = []
    for name, trial in query.records.items():
        rows = tuple(_with_answer_word(_item_row(name, trial, item)) for item in judged_items(trial))
        blocks += [Heading(f"{TITLE}: {trial.shown_name(name)}"), Table("consort", COLUMNS[2:6], rows)]
    return Screen((*blocks, *map(Line, NOTES)))


def _with_answer_word(row: Mapping[str, Value]) -> Mapping[str, Value]:
    """The row with a word for an answer that the record does not give."""
    return {**row, "answer": row["answer"] or "not recorded"}


def _item_row(name: str, trial: Trial, item: JudgedItem) -> Mapping[str, Value]:
    return {
        "trial": name,
        "study": trial.shown_name(name),
        "number": item.number,
        "item": item.item,
        "answer": item.answer,
        "field": item.field,
        "because": item.because,
    }
