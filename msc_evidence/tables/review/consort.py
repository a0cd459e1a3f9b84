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
    def of(cls, name: str, field: str, value: object) -> ItemPart:
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
    def first(cls, trial: Trial) -> Abstract | None:
        """The first abstract among the sources, None without one."""
        source = next((name for name, given in trial.sources.items() if given.kind == "abstract"), None)
        return cls(trial, source) if source else None

    @property
    def leads(self) -> bool:
        """Whether it is the trial's first source, which the parts come from that name none."""
        return self.source == self.trial.first_source

    @property
    def complete(self) -> bool:
        """Whether every figure of its text is in the record."""
        return self.trial.sources[self.source].figures is not None

    @property
    def results(self) -> list[tuple[int, Result]]:
        """Its results with their places."""
        return [pair for pair in enumerate(self.trial.results) if self._own(pair[1].source)]

    @property
    def harms(self) -> list[tuple[int, Harm]]:
        """Its harms with their places."""
        return [pair for pair in enumerate(self.trial.harms) if self._own(pair[1].source)]

    @property
    def claims(self) -> list[tuple[int, Claim]]:
        """Its claims with their places."""
        return [pair for pair in enumerate(self.trial.claims) if self._own(pair[1].source)]

    def _own(self, source: str | None) -> bool:
        return (source or self.trial.first_source) == self.source

    def part(self, field: str) -> ItemPart:
        """What the record says of a field of design or participants, or of the trial itself: `design.ratio`."""
        group, _, key = field.rpartition(".")
        name, place = key.replace("_", " "), field.replace("_", "-")
        if self.leads:
            if not group:
                return ItemPart.of(name, place, getattr(self.trial, key))
            found = stated_attribute(self.trial, "design" if group == "design" else "participants", key)
            return ItemPart.of(name + beside_words(self.trial, found), place, found.first)
        for at, other in enumerate(self.trial.also):
            if group and other.source == self.source and (found := getattr(other, group)) is not None:
                return ItemPart.of(name, f"also[{at}].{place}", getattr(found, key))
        return ItemPart(name, place, None)

    def counts(self, key: Literal["n", "randomised"]) -> list[ItemPart]:
        """Whether each arm's size is given; one that is missing where every figure was recorded is not."""
        word = "analysed" if key == "n" else key
        found = []
        for name, arm in self.trial.arms.items() if self.leads else ():
            value = getattr(arm, key)
            known = NOT_REPORTED if value is None and self.complete else value
            found.append(ItemPart.of(f"number {word} in {name}", f"arms.{name}.{key}", known))
        return found or [ItemPart(f"numbers {word}", f"arms.*.{key}", None)]


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
class Looked:
    """What an item looked at; `limit` is the best answer that this can give."""

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
        return "; ".join(f"{listed(list(dict.fromkeys(found)))} {state}" for state, found in names.items())


def judged(trial: Trial) -> tuple[JudgedItem, ...]:
    """The seventeen items for the trial's abstract, in their order.

    They are not applicable to a trial that is not randomised, nor where no source is an abstract. An answer rests on
    recorded fields only: an item of which a part was not recorded has none, except for numbers where the record has
    every figure of the abstract. Whether the words are good is not judged.
    """
    abstract, allocation = Abstract.first(trial), trial.design.allocation
    if abstract is None:
        return _none_applies("sources", "no source is an abstract")
    if allocation in ("non-randomised", "single-arm"):
        return _none_applies("design.allocation", f"{allocation}, and the items are for randomised trials")
    return tuple(_judged(number, item, look(abstract)) for number, (item, look) in enumerate(ITEMS, 1))


def _none_applies(field: str, because: str) -> tuple[JudgedItem, ...]:
    return tuple(
        JudgedItem(number, item, "not applicable", field, because)
        for number, (item, _) in enumerate(ITEMS, 1)
    )


def _judged(number: int, item: str, looked: Looked) -> JudgedItem:
    fields = ", ".join(dict.fromkeys(part.field for part in looked.parts))
    return JudgedItem(number, item, looked.answer, fields, looked.because)


def _fields(*names: str) -> Callable[[Abstract], Looked]:
    return lambda abstract: Looked([abstract.part(name) for name in names])


def _title(abstract: Abstract) -> Looked:
    title = abstract.trial.citation.title
    if title is None:
        return Looked([ItemPart("title", "citation.title", None)])
    named = "randomi" in title.lower()
    words = f"{'names' if named else 'does not name'} randomisation"
    return Looked([ItemPart("title", "citation.title", named, words)])


def _authors(abstract: Abstract) -> Looked:
    if abstract.trial.citation.journal is None:
        return Looked([ItemPart("journal", "citation.journal", None)])
    words = "given: the item is for conference abstracts"
    return Looked([ItemPart("journal", "citation.journal", True, words)], "not applicable")


def _interventions(abstract: Abstract) -> Looked:
    """Of cells what, how many and by which way; of other arms what they received."""
    parts = []
    for name, arm in abstract.trial.arms.items() if abstract.leads else ():
        given = arm.cells
        asked = (
            {
                "cells.type": given.type,
                "cells.dose": given.dose or given.dose_range,
                "cells.route": given.route,
            }
            if given
            else {"comparator": arm.comparator}
        )
        for key, value in asked.items():
            parts.append(ItemPart.of(f"{key.removeprefix('cells.')} of {name}", f"arms.{name}.{key}", value))
    return Looked(parts or [ItemPart("interventions", "arms", None)])


def _primary(abstract: Abstract) -> Looked:
    primary = [(at, result) for at, result in abstract.results if result.primary]
    if not primary:
        said = ["primary" in result.model_fields_set for _, result in abstract.results]
        return Looked([ItemPart("primary outcome", "results", False if said and all(said) else None)])
    parts = [ItemPart("primary outcome", f"results[{at}].primary", True) for at, _ in primary]
    return Looked(
        [*parts, *(ItemPart.of("its time", f"results[{at}].at", result.at) for at, result in primary)]
    )


def _randomised(abstract: Abstract) -> Looked:
    parts, enrolled = abstract.counts("randomised"), abstract.part("participants.enrolled")
    if not enrolled.given or any(part.given for part in parts):
        return Looked(parts)
    return Looked([*parts, replace(enrolled, name="number enrolled")])


def _analysed(abstract: Abstract) -> Looked:
    return Looked(abstract.counts("n"))


def _estimates(abstract: Abstract) -> Looked:
    """A result per arm, an effect and its interval, of the primary outcome or, where none is, of any."""
    chosen = [pair for pair in abstract.results if pair[1].primary] or abstract.results
    if not chosen:
        return Looked([ItemPart("result", "results", None)])
    tried = [_estimate(abstract, at, result) for at, result in chosen]
    return Looked(max(tried, key=lambda parts: sum(part.given is True for part in parts)))


def _estimate(abstract: Abstract, at: int, result: Result) -> list[ItemPart]:
    lacking = NOT_REPORTED if abstract.complete else None
    effect = result.effect
    found = {
        "arms": ("a result per arm", result.arms if len(result.arms or {}) > 1 else None),
        "effect.estimate": ("an effect", effect),
        "effect.ci": ("its interval", effect.ci if effect else None),
    }
    return [
        ItemPart.of(name, f"results[{at}].{key}", lacking if value is None else value)
        for key, (name, value) in found.items()
    ]


def _harms(abstract: Abstract) -> Looked:
    if abstract.harms:
        return Looked([ItemPart(harm.event, f"harms[{at}]", True) for at, harm in abstract.harms])
    safe = [at for at, claim in abstract.claims if claim.says == "safe"]
    if safe:
        return Looked([ItemPart("a claim of safety", f"claims[{at}].says", True) for at in safe], "partial")
    return Looked([ItemPart("harm", "harms", None)])


def _conclusions(abstract: Abstract) -> Looked:
    said = [ItemPart(claim.says, f"claims[{at}].says", True, "concluded") for at, claim in abstract.claims]
    return Looked(said or [ItemPart("conclusion", "claims", None)])


ITEMS: tuple[tuple[str, Callable[[Abstract], Looked]], ...] = (
    ("Title: identified as randomised", _title),
    ("Authors: contact of the corresponding author", _authors),
    ("Trial design: parallel, cluster, non-inferiority, …", _fields("design.structure")),
    ("Participants: eligibility and settings", _fields("participants.eligibility", "design.setting")),
    ("Interventions: for each group", _interventions),
    ("Objective: specific objective or hypothesis", _fields("objective")),
    ("Outcome: primary outcome defined", _primary),
    ("Randomisation: how allocated", _fields("design.allocation", "design.randomisation")),
    ("Blinding: of participants, carers and assessors", _fields("design.masking", "design.assessment")),
    ("Numbers randomised: to each group", _randomised),
    ("Recruitment: trial status", _fields("design.recruitment")),
    ("Numbers analysed: in each group", _analysed),
    ("Outcome: result per group, effect and precision", _estimates),
    ("Harms: important adverse events", _harms),
    ("Conclusions: general interpretation", _conclusions),
    ("Trial registration: number and register", _fields("registration")),
    ("Funding: source", _fields("funding")),
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


def table(chosen: Query) -> Table:
    """The items of CONSORT for Abstracts: yes, partial, no or not applicable, and the field that decides it."""
    rows = tuple(_row(name, trial, item) for name, trial in chosen.records.items() for item in judged(trial))
    return Table("consort", COLUMNS, rows, TITLE, NOTES)


def shown(chosen: Query) -> Table:
    """The same without the ids of the trials."""
    full = table(chosen)
    return Table(full.name, full.columns[1:], tuple(map(_worded, full.rows)), full.title, full.notes)


def screen(chosen: Query) -> Screen:
    """A list for each study, without the reasons."""
    blocks: list[Block] = []
    for name, trial in chosen.records.items():
        rows = tuple(_worded(_row(name, trial, item)) for item in judged(trial))
        blocks += [Heading(f"{TITLE}: {trial.shown_name(name)}"), Table("consort", COLUMNS[2:6], rows)]
    return Screen((*blocks, *map(Line, NOTES)))


def _worded(row: Mapping[str, Value]) -> Mapping[str, Value]:
    """The row with a word for an answer that the record does not give."""
    return {**row, "answer": row["answer"] or "not recorded"}


def _row(name: str, trial: Trial, item: JudgedItem) -> Mapping[str, Value]:
    return {
        "trial": name,
        "study": trial.shown_name(name),
        "number": item.number,
        "item": item.item,
        "answer": item.answer,
        "field": item.field,
        "because": item.because,
    }
