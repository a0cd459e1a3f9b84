"""An answer of all trials beside that without those which reviewers judged to raise concerns about trustworthiness."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.trust import SERIOUS, SOME
from msc_evidence.tables.groups import set_together
from msc_evidence.tables.pool.request import Answer
from msc_evidence.tables.table import Block, Column, Line, Screen, Table

COLUMN = Column("trust", "Trials", grouped=True)


@dataclass(frozen=True, slots=True)
class TrustedTrials:
    """A query of all trials, or of those that raise no serious or no concerns, and who is left out."""

    name: str
    query: Query
    left_out: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """`Without trials of serious concerns: Alpha 2019 left out`."""
        name = f"{self.name[0].upper()}{self.name[1:]}"
        return f"{name}: {listed(self.left_out)} left out" if self.left_out else name


def trusted_queries(query: Query) -> tuple[TrustedTrials, ...]:
    """All trials, then without those of serious concerns, then without those of any; only where that leaves one out.

    Trials that nobody judged, and those whose judges differ, stay in.
    """
    concerns = {
        name: judged.overall.concern
        for name, trial in query.records.items()
        if (judged := trial.agreed_trust) and judged.overall
    }
    steps = [TrustedTrials("all trials", query)]
    for name, left_out in (
        ("without trials of serious concerns", (SERIOUS,)),
        ("without trials of some or serious concerns", (SOME, SERIOUS)),
    ):
        out = [trial for trial, concern in concerns.items() if concern in left_out]
        if len(out) > len(steps[-1].left_out) and len(out) < len(query.trials):
            rest = tuple(trial for trial in query.trials if trial not in out)
            shown = tuple(query.records[trial].shown_name(trial) for trial in out)
            steps.append(TrustedTrials(name, replace(query, trials=rest), shown))
    return tuple(steps)


def trust_remark(query: Query) -> str:
    """How many trials were judged, in words: those that nobody judged stay in every answer."""
    judged = [trial.agreed_trust for trial in query.records.values()]
    known = sum(bool(each and each.overall) for each in judged)
    return (
        f"{counted(known, 'trial')} of {len(judged)} judged for trustworthiness; the others stay in: msc-evidence"
        " table trust"
    )


def compared_table(make: Callable[[Query], Table], query: Query) -> Table:
    """The table of each of these sets of trials, one below the other, and who is left out of which."""
    steps = trusted_queries(query)
    together = set_together({step.name: make(step.query) for step in steps}, COLUMN)
    left_out = [f"{step.heading}." for step in steps if step.left_out]
    return replace(together, notes=(*left_out, *together.notes, f"{trust_remark(query)}."))


def compared_answer(answer_of: Callable[[Query], Answer], query: Query) -> Answer:
    """The pools of each of these sets of trials; raises Refused where those of all trials cannot be pooled."""
    steps = trusted_queries(query)
    answers: dict[str, Answer | Refused] = {}
    for step in steps:
        try:
            answers[step.name] = answer_of(step.query)
        except Refused as refused:
            if step is steps[0]:
                raise
            answers[step.name] = refused
    made = {name: answer for name, answer in answers.items() if isinstance(answer, Answer)}
    first = next(iter(made.values()))

    def table() -> Table:
        return _with_beside({name: answer.table() for name, answer in made.items()})

    def studies() -> Table:
        tables = {name: answer.studies() for name, answer in made.items() if answer.studies}
        return set_together(tables, COLUMN)

    def screen() -> Screen:
        return Screen(tuple(block for step in steps for block in _step_blocks(step, answers[step.name])))

    remarks = (*first.remarks, trust_remark(query))
    return Answer(table, screen, remarks, studies if first.studies else None, first.choices)


def _step_blocks(step: TrustedTrials, answer: Answer | Refused) -> Iterator[Block]:
    if step.left_out:
        yield Line("")
    yield Line(f"{step.heading}.")
    if isinstance(answer, Refused):
        yield Line(f"Not pooled: {answer}.")
    else:
        yield from answer.screen().blocks


def _with_beside(tables: Mapping[str, Table]) -> Table:
    """The tables set together, and the tables that belong to them likewise."""
    beside = [
        set_together({name: table for name, table in zip(tables, together, strict=True) if table}, COLUMN)
        for together in zip_longest(*(table.beside for table in tables.values()))
    ]
    return replace(set_together(tables, COLUMN), beside=tuple(beside))
