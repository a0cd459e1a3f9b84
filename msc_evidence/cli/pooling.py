"""What `pool` was asked, carried out: sets of studies, their pools, and how they are shown."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.pool import own_data, selection
from msc_evidence.analysis.pool.pool import Pool, Refused, Settings, StudySet, entering, pool_batch, pool_set
from msc_evidence.analysis.pool.selection import combine
from msc_evidence.cli.exploring import Asked, Explored, Wished, explored, of_pools
from msc_evidence.registry.problems import Place, Problem, RegistryError
from msc_evidence.registry.studies import StudyFile, read_studies
from msc_evidence.statistics.pooling.pooling import Confidence
from msc_evidence.tables import pool_screen
from msc_evidence.tables.headline import question_words
from msc_evidence.tables.pooled import batch_table, pooled_table
from msc_evidence.tables.screen import Block, Line, Screen, Sentences
from msc_evidence.tables.table import Table
from msc_evidence.tables.words import shown_names


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
        return Settings.usual(measure, self.model, self.ci, self.level)

    def pools(self, studies: StudySet, settings: Settings) -> list[tuple[str, Pool]]:
        """The pool of a set, and those that were asked for beside it."""
        left, _ = entering(studies, settings)
        if self.leave_one_out and len(left.labels) < 2:
            raise Refused("--leave-one-out needs two studies that can be pooled; there is one")
        further = left.leave_one_out() if self.leave_one_out else []
        further += left.cumulative() if self.cumulative else []
        return [(each.name, pool_set(each, settings)) for each in (studies, *further)]


@dataclass(frozen=True, slots=True)
class Answer:
    """The table for machines, the screen for people, and remarks."""

    table: Callable[[], Table]
    screen: Callable[[], Screen]
    remarks: tuple[str, ...] = ()


def from_registry(query: Query, question: selection.Question, request: Request, wished: Wished) -> Answer:
    """The pool of an outcome over the trials asked for."""
    registry, settings = query.registry, request.settings(question.measure)
    found = selection.select(question, query.records, registry.outcomes).named(shown_names(registry.trials))
    sets = found.study_sets(settings.measure)
    pools = [request.pools(studies, settings) for studies in sets]
    further = of_pools(sets, settings, wished)
    title = " ".join(
        [registry.outcomes[question.outcome].name, *([f"at {question.at}"] if question.at else [])]
    )

    def screen() -> Screen:
        blocks: list[Block] = [Line(question_words(query)), Line("")]
        for at, (name, entries) in enumerate(found.scenarios()):
            heading = ", ".join(part for part in (title, settings.scale.title, name) if part)
            blocks += _blocks(heading, pools[at], [_basis(entry) for entry in entries])
            blocks += pool_screen.combined_blocks(name, combine(entries))
            blocks += further.blocks[at]
        people = sum(entry.n1 + entry.n2 for entry in found.entries)
        blocks.append(pool_screen.sentence(people, [each[0] for each in pools]))
        left_out = (f"{name} is not in the pool: {reason}." for name, reason in found.left_out)
        return Screen((*blocks, Sentences(tuple(left_out))))

    return Answer(_table(further, [each for several in pools for each in several]), screen)


def from_data(file: Path, request: Request, asked: Asked, wished: Wished) -> Answer:
    """The pool of a user's own studies, and what was asked beside it."""
    name = "standard input" if str(file) == "-" else str(file)
    studies = own_studies(file, name)
    studies.require(asked.columns)
    measure = own_data.usual_measure(studies) if request.measure is None else request.measure
    settings = request.settings(measure)
    remarks = (
        ()
        if request.measure is not None
        else (f"measure {settings.measure}, by the columns; --measure names another",)
    )
    whole = own_data.study_set(studies, settings.measure, asked.by or asked.batch, sizes=wished.information)
    if asked.batch:
        table = batch_table(pool_batch(whole, own_data.groups(studies, asked.batch), settings), settings)
        return Answer(lambda: table, lambda: Screen((table,)), remarks)
    pools = request.pools(whole, settings)
    further = of_pools([whole], settings, wished) + explored(whole, studies, settings, asked)

    def screen() -> Screen:
        blocks = _blocks(f"{name}, {settings.scale.title}", pools[:1])
        others = [*pools[1:], *further.groups]
        shown = [pooled_table(others, beside=False)] if others else []
        said = pool_screen.sentence(None, pools[:1])
        return Screen((*blocks, said, *shown, *(block for each in further.blocks for block in each)))

    return Answer(_table(further, [*pools, *further.groups]), screen, remarks)


def own_studies(file: Path, name: str) -> StudyFile:
    """The studies of a file or of standard input; raises RegistryError where it holds none."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        if b"\0" not in raw:
            return read_studies(raw.decode("utf-8-sig"), name)
        said = "not a text file; expected CSV in UTF-8"
    except csv.Error as error:
        said = f"not CSV: {error}"
    except OSError as error:
        said = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        said = f"not a text in UTF-8 (byte {error.start + 1}); save the file as CSV in UTF-8"
    raise RegistryError([Problem(Place(name), said)])


def _table(further: Explored, pools: Sequence[tuple[str, Pool]]) -> Callable[[], Table]:
    """What machines get: the table asked for beside the pools, else the pools; raises Refused for two of them."""

    def table() -> Table:
        if len(further.tables) > 1:
            names = " and ".join(each.name for each in further.tables)
            raise Refused(f"this format holds one table; ask for {names} one at a time")
        return further.tables[0] if further.tables else pooled_table(pools)

    return table


def _basis(entry: selection.Entry) -> str:
    silent = "" if entry.directed else ", direction not reported"
    return f"{entry.basis}{silent}, {entry.n1} v {entry.n2}"


def _blocks(heading: str, pools: Sequence[tuple[str, Pool]], bases: Sequence[str] = ()) -> list[Block]:
    (_, first), *others = pools
    blocks = list(pool_screen.pool_blocks(heading, first, bases))
    return [*blocks, pooled_table(others, beside=False)] if others else blocks
