"""What `pool` was asked, carried out: sets of studies, their pools, and how they are shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msc_evidence.analysis import own_data, selection
from msc_evidence.analysis.combined import combine
from msc_evidence.analysis.pooled import Pool, Refused, Settings, StudySet, pool_batch, pool_set
from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.exploring import explored
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.reported import Time
from msc_evidence.registry.studies import read_studies
from msc_evidence.registry.text import read_text
from msc_evidence.statistics.summary import Confidence
from msc_evidence.tables import pool_screen
from msc_evidence.tables.pooled import batch_table, pooled_table
from msc_evidence.tables.screen import Block, Screen, Sentences
from msc_evidence.tables.table import Table


@dataclass(frozen=True, slots=True)
class Request:
    """How to pool, as far as it was said."""

    measure: str | None
    model: str | None
    ci: Confidence
    level: float
    leave_one_out: bool
    cumulative: bool

    def settings(self, measure: str) -> Settings:
        """The settings, with the usual model of the measure where none was named."""
        return Settings(measure, self.model or ("peto" if measure == "PETO" else "REML"), self.ci, self.level)

    def sets(self, studies: StudySet) -> list[StudySet]:
        """The set, and what was asked for beside it."""
        left_out = studies.leave_one_out() if self.leave_one_out and len(studies.labels) > 1 else []
        return [studies, *left_out, *(studies.cumulative() if self.cumulative else [])]


@dataclass(frozen=True, slots=True)
class Answer:
    """The table for machines, the screen for people, and remarks."""

    table: Callable[[], Table]
    screen: Callable[[], Screen]
    remarks: tuple[str, ...] = ()


def from_registry(
    registry: Registry,
    outcome: str,
    request: Request,
    at: str | None,
    allocation: str | None,
    exclude: Sequence[str],
    definition: str | None,
) -> Answer:
    """The pool of an outcome over the registry."""
    settings = request.settings(request.measure or "SMD")
    question = selection.Question(outcome, _time(at), settings.measure, allocation, exclude, definition)
    found = selection.select(question, registry.trials, registry.outcomes)
    if not found.entries:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in found.left_out)
        raise Refused(f"no trial enters the pool of {outcome} as {settings.measure}: {reasons}")
    scenarios = [
        (name, entries, _pools(request, settings, selection.study_set(name, entries, settings.measure)))
        for name, entries in found.scenarios()
    ]
    title = " ".join([registry.outcomes[outcome].name, *([f"at {at}"] if at else [])])

    def screen() -> Screen:
        blocks: list[Block] = []
        for name, entries, pools in scenarios:
            heading = ", ".join(part for part in (title, settings.scale.title, name) if part)
            blocks += _blocks(heading, pools, [_basis(entry) for entry in entries])
            blocks += pool_screen.combined_blocks(name, combine(entries))
        people = sum(entry.n1 + entry.n2 for entry in found.entries)
        blocks.append(pool_screen.sentence(people, [(name, pools[0][1]) for name, _, pools in scenarios]))
        blocks.append(
            Sentences(tuple(f"{name} is not in the pool: {reason}." for name, reason in found.left_out))
        )
        return Screen(tuple(blocks))

    return Answer(lambda: pooled_table([each for _, _, pools in scenarios for each in pools]), screen)


def _basis(entry: selection.Entry) -> str:
    silent = "" if entry.directed else ", direction not reported"
    return f"{entry.basis}{silent}, {entry.n1} v {entry.n2}"


def _time(at: str | None) -> Time | None:
    try:
        return None if at is None else Time.read(at)
    except ValueError as error:
        raise UsageError(f"--at: {error}; expected {Time.expected}") from None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a user's own data beside the pool itself."""

    by: str | None = None
    batch: str | None = None
    moderators: tuple[str, ...] = ()
    bias: bool = False
    force: bool = False

    @property
    def columns(self) -> list[str]:
        """The columns that the questions name."""
        return [column for column in (self.by, self.batch, *self.moderators) if column]


def from_data(file: Path, request: Request, asked: Asked) -> Answer:
    """The pool of a user's own studies, and what was asked beside it."""
    name = "standard input" if str(file) == "-" else str(file)
    studies = read_studies(sys.stdin.read() if str(file) == "-" else read_text(file, name), name)
    studies.require(asked.columns)
    settings = request.settings(request.measure or own_data.usual_measure(studies))
    remarks = (
        () if request.measure else (f"measure {settings.measure}, by the columns; --measure names another",)
    )
    whole = own_data.study_set(studies, settings.measure, asked.by or asked.batch)
    if asked.batch:
        table = batch_table(pool_batch(whole, studies.texts(asked.batch), settings), settings)
        return Answer(lambda: table, lambda: Screen((table,)), remarks)
    groups = own_data.by_column(whole, studies, asked.by) if asked.by else []
    pools = [(each.name, pool_set(each, settings)) for each in [*request.sets(whole), *groups]]
    further = list(explored(whole, studies, settings, asked))

    def screen() -> Screen:
        title = f"{name}, {settings.scale.title}"
        blocks: list[Block] = [*_blocks(title, pools[:1]), pool_screen.sentence(None, pools[:1])]
        others = [pooled_table(pools, beside=False)] if pools[1:] else []
        return Screen((*blocks, *others, *(block for _, block in further)))

    tables = [table for table, _ in further if table is not None]
    return Answer(lambda: tables[0] if tables else pooled_table(pools), screen, remarks)


def _pools(request: Request, settings: Settings, studies: StudySet) -> list[tuple[str, Pool]]:
    return [(each.name, pool_set(each, settings)) for each in request.sets(studies)]


def _blocks(heading: str, pools: Sequence[tuple[str, Pool]], bases: Sequence[str] = ()) -> list[Block]:
    (_, first), *others = pools
    blocks = list(pool_screen.pool_blocks(heading, first, bases))
    return [*blocks, pooled_table(others, beside=False)] if others else blocks
