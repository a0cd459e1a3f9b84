"""The table `consort`: the items of CONSORT for Abstracts, each judged by the fields of a record that decide it.

Sources: Hopewell et al. 2008, Lancet 371:281 and PLoS Med 5:e20, table 1; what the report itself owes by now: Hopewell
et al. 2025, PLoS Med 22:e1004587, table 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from msc_evidence.analysis.filters import Query
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.problems import listed
from msc_evidence.tables.consort.abstract import Abstract, ItemPart
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Table, Value

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
        """`yes` where every part is given, `partial` where some are, `no` where none is; None: nothing is known."""
        given = [part.given for part in self.parts]
        if self.limit == "not applicable":
            return self.limit
        if any(given):
            return self.limit if all(given) else "partial"
        return None if None in given else "no"

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
    recorded fields only: what is absent was not printed where the abstract was read whole, and is unknown elsewhere.
    Whether the words are good is not judged.
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
    """What each arm received; the item asks for no dose."""
    parts = []
    for name, arm in abstract.trial.arms.items() if abstract.is_first_source else ():
        if arm.intervention:
            what = f"arms.{name}.intervention.name"
            parts.append(abstract.part(f"intervention of {name}", what, arm.intervention.name))
        elif arm.cells:
            parts.append(abstract.part(f"cells of {name}", f"arms.{name}.cells.type", arm.cells.type))
        else:
            parts.append(abstract.part(f"comparator of {name}", f"arms.{name}.comparator", arm.comparator))
    return ItemEvidence(parts or [abstract.part("interventions", "arms", None)])


def _participant_evidence(abstract: Abstract) -> ItemEvidence:
    """Who could enter, by criteria or by their condition, and where."""
    criteria, condition = map(abstract.field_part, ("participants.eligibility", "participants.condition"))
    entry = condition if condition.given and not criteria.given else criteria
    return ItemEvidence([entry, abstract.field_part("design.setting")])


def _primary_outcome_evidence(abstract: Abstract) -> ItemEvidence:
    primary = [(at, result) for at, result in abstract.results if result.primary]
    if not primary:
        marked = ["primary" in result.model_fields_set for _, result in abstract.results]
        none_is = abstract.read_whole or (bool(marked) and all(marked))
        return ItemEvidence([ItemPart("primary outcome", "results", False if none_is else None)])
    parts = [ItemPart("primary outcome", f"results[{at}].primary", True) for at, _ in primary]
    return ItemEvidence(
        [*parts, *(ItemPart.from_value("its time", f"results[{at}].at", result.at) for at, result in primary)]
    )


def _numbers_randomised(abstract: Abstract) -> ItemEvidence:
    if abstract.is_first_source and abstract.sizes_are_of_all_randomised:
        words = "the arms' sizes, which add up to those enrolled"
        fields = (*(f"arms.{name}.n" for name in abstract.trial.arms), "participants.enrolled")
        return ItemEvidence([ItemPart(words, field, True) for field in fields])
    parts, enrolled = abstract.arm_size_parts("randomised"), abstract.field_part("participants.enrolled")
    if not enrolled.given or any(part.given for part in parts):
        return ItemEvidence(parts)
    return ItemEvidence([*parts, replace(enrolled, name="number enrolled")])


def _numbers_analysed(abstract: Abstract) -> ItemEvidence:
    """Denominators of a result that says them for each arm, else the arms' sizes."""
    for at, result in abstract.results:
        arms = result.arms or {}
        if len(arms) > 1 and all(values.n is not None for values in arms.values()):
            return ItemEvidence(
                [ItemPart(f"number analysed in {arm}", f"results[{at}].arms.{arm}.n", True) for arm in arms]
            )
    if abstract.is_first_source and abstract.sizes_are_of_all_randomised:
        silence = abstract.field_part("participants.analysis")
        return ItemEvidence([replace(silence, name="who was analysed", given=False)])
    parts, analysis = abstract.arm_size_parts("n"), abstract.field_part("participants.analysis")
    if not analysis.given or any(part.given for part in parts):
        return ItemEvidence(parts)
    return ItemEvidence([*parts, replace(analysis, name="analysis set")])


def _estimate_evidence(abstract: Abstract) -> ItemEvidence:
    """A result per arm, an effect and its interval, of the primary outcome or, where none is, of any."""
    preferred = [pair for pair in abstract.results if pair[1].primary] or abstract.results
    if not preferred:
        return ItemEvidence([abstract.part("result", "results", None)])
    tried = [_estimate_parts(abstract, at, result) for at, result in preferred]
    return ItemEvidence(max(tried, key=lambda parts: sum(part.given is True for part in parts)))


def _estimate_parts(abstract: Abstract, at: int, result: Result) -> list[ItemPart]:
    effect = result.effect
    fields = {
        "arms": ("a result per arm", result.arms if len(result.arms or {}) > 1 else None),
        "effect.estimate": ("an effect", effect),
        "effect.ci": ("its interval", effect.ci if effect else None),
    }
    return [abstract.part(name, f"results[{at}].{key}", value) for key, (name, value) in fields.items()]


def _harm_evidence(abstract: Abstract) -> ItemEvidence:
    if abstract.harms:
        return ItemEvidence([ItemPart(harm.event, f"harms[{at}]", True) for at, harm in abstract.harms])
    safe = [at for at, claim in abstract.claims if claim.says == "safe"]
    if safe:
        return ItemEvidence(
            [ItemPart("a claim of safety", f"claims[{at}].says", True) for at in safe], "partial"
        )
    return ItemEvidence([abstract.part("harm", "harms", None)])


def _conclusion_evidence(abstract: Abstract) -> ItemEvidence:
    conclusions = [
        ItemPart(claim.says, f"claims[{at}].says", True, "concluded") for at, claim in abstract.claims
    ]
    return ItemEvidence(conclusions or [abstract.part("conclusion", "claims", None)])


ITEMS: tuple[tuple[str, Callable[[Abstract], ItemEvidence]], ...] = (
    ("Title: identified as randomised", _title_evidence),
    ("Authors: contact of the corresponding author", _author_evidence),
    ("Trial design: parallel, cluster, non-inferiority, …", _evidence_of_fields("design.structure")),
    ("Participants: eligibility and settings", _participant_evidence),
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
    (
        "Trial registration: number and register",
        lambda abstract: ItemEvidence([abstract.trial_fact_part("registration")]),
    ),
    ("Funding: source", lambda abstract: ItemEvidence([abstract.trial_fact_part("funding")])),
)

#: What CONSORT 2025 asks of the report beyond the item, by the item's number, with the number of its own item.
ADDED_IN_2025: Mapping[int, str] = {
    3: "9: also the allocation ratio and the framework (superiority, non-inferiority, …)",
    4: "11: also the countries and sites",
    6: "7: related to benefits and to harms",
    7: "14: also the measurement, the analysis metric, the aggregation and the time point",
    8: "17a, 18: who made the sequence, how, and how it was concealed",
    9: "20a: also data analysts",
    10: "22a: also how many received the intervention",
    11: "23a: dates of recruitment and of follow-up",
    12: "21b, 22a: also who is included in each analysis, in which group",
    13: "26: of binary outcomes absolute and relative effect",
    14: "15, 27: also how harms were assessed, and all of them by group",
    16: "2: also the address and the date of registration",
    17: "5a, 5b: also the role of funders, and conflicts of interest",
}

KEY = ("trial", "number")
COLUMNS = (
    Column("trial", "Trial"),
    Column("study", "Trial", grouped=True, whole=True),
    Column("number", "No.", "number"),
    Column("item", "Item"),
    Column("answer", "Answer", whole=True),
    Column("field", "Field"),
    Column("because", "Because"),
    Column("consort_2025", "CONSORT 2025 of the report"),
)
NOTES = (
    "Items of Hopewell 2008 (Lancet 371:281); beside them what CONSORT 2025 (PLoS Med 22:e1004587) asks of the report"
    " beyond them.",
    'Answers rest on what was recorded of the abstract. "no": it was read whole, as the list of its figures shows, and'
    ' does not say it, or its silence was recorded. "partial": some of what the item asks for.'
    ' "not recorded": nothing was recorded, and the record does not show that the abstract was read.',
)
TITLE = "CONSORT for Abstracts"


def table(query: Query) -> Table:
    """The items of CONSORT for Abstracts: yes, partial, no or not applicable, and the field that decides it."""
    rows = tuple(
        _item_row(name, trial, item) for name, trial in query.records.items() for item in judged_items(trial)
    )
    return Table("consort", COLUMNS, rows, TITLE, NOTES)


def page_table(query: Query) -> Table:
    """The items of the trials that they are for, and in a sentence which trials they are not for, and why."""
    judged, asides = _judged_trials(query)
    rows = tuple(
        _with_answer_word(_item_row(name, query.registry.trials[name], item))
        for name, items in judged.items()
        for item in items
    )
    return Table("consort", COLUMNS[1:], rows, TITLE, (*asides, *(NOTES if rows else ())))


def screen(query: Query) -> Screen:
    """A list for each study that the items are for, without the reasons."""
    judged, asides = _judged_trials(query)
    blocks: list[Block] = []
    for name, items in judged.items():
        trial = query.registry.trials[name]
        rows = tuple(_with_answer_word(_item_row(name, trial, item)) for item in items)
        blocks += [Heading(f"{TITLE}: {trial.shown_name(name)}"), Table("consort", COLUMNS[2:6], rows)]
    if not judged:
        blocks.append(Heading(TITLE))
    return Screen((*blocks, *map(Line, asides), *map(Line, NOTES if judged else ())))


def _judged_trials(query: Query) -> tuple[dict[str, tuple[JudgedItem, ...]], list[str]]:
    """The items of each trial that they are for, and a sentence for each reason that they are not for others."""
    items = {name: judged_items(trial) for name, trial in query.records.items()}
    aside: dict[str, list[str]] = {}
    for name, own in items.items():
        if all(item.answer == "not applicable" for item in own):
            aside.setdefault(own[0].because, []).append(query.registry.trials[name].shown_name(name))
    sentences = [f"Not applicable to {listed(names)}: {why}." for why, names in aside.items()]
    return {
        name: own for name, own in items.items() if any(item.answer != "not applicable" for item in own)
    }, sentences


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
        "consort_2025": ADDED_IN_2025.get(item.number),
    }
