"""How to pool, as it was asked for, and the answer that a pool is given in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from msc_evidence.analysis.pool.conventions import convention
from msc_evidence.analysis.pool.pool import Pool, Refused, Settings, StudySet, pool_set
from msc_evidence.analysis.pool.stepwise import one_by_one, without_each
from msc_evidence.analysis.pool.study_facts import AS_GIVEN, StudyFacts
from msc_evidence.statistics.pooling.pooling import Confidence, PredictionDf
from msc_evidence.tables.pool.explored import Explored
from msc_evidence.tables.pool.screen import pooled_table
from msc_evidence.tables.table import Screen, Table, Value


@dataclass(frozen=True, slots=True)
class Request:
    """How to pool, as far as it was said."""

    measure: str | None
    model: str | None
    ci: Confidence
    level: float
    leave_one_out: bool = False
    #: In which order studies are added one by one: that of an attribute, of a column, or as given.
    cumulative: str | None = None
    #: To which tables something is added, how much, and whether those without events count.
    zero_cells: str | None = None
    cc: float | None = None
    double_zero: str | None = None
    prior_scale: float | None = None
    prediction_df: PredictionDf = "k-2"
    #: Whether a screen shows all models of one or two studies too.
    every_model: bool = False

    def settings(self, measure: str) -> Settings:
        """The settings, with the usual model of the measure where none was named."""
        zeros = convention(measure, self.zero_cells, self.cc, self.double_zero)
        return Settings.usual(
            measure, self.model, self.ci, self.level, zeros, self.prior_scale, self.prediction_df
        )

    def resolved(self, one: Callable[[str], str]) -> Request:
        """The same with the order of a cumulative analysis as the studies have it; `one` raises where they do not."""
        ordered = self.cumulative not in (None, AS_GIVEN)
        return replace(self, cumulative=one(str(self.cumulative))) if ordered else self

    def pools(self, studies: StudySet, settings: Settings, facts: StudyFacts) -> list[tuple[str, Pool]]:
        """The pool of a set, and those that were asked for beside it."""
        sets = [studies]
        sets += without_each(studies, settings) if self.leave_one_out else []
        sets += one_by_one(studies, settings, facts, self.cumulative) if self.cumulative else []
        return [(study_set.name, pool_set(study_set, settings)) for study_set in sets]


@dataclass(frozen=True, slots=True)
class Answer:
    """The tables of pools and of their studies for machines, the screen for people, and remarks."""

    table: Callable[[], Table]
    screen: Callable[[], Screen]
    remarks: tuple[str, ...]
    #: None for many pools at once, whose studies are those of the file.
    studies: Callable[[], Table] | None = None
    #: What the screen says of the choice of studies, for formats without a place for sentences.
    choices: tuple[str, ...] = ()


def answer_table(
    further: Explored,
    pools: Sequence[tuple[str, Pool]],
    studies: Callable[[], Table],
    bounds: Callable[[], Sequence[Mapping[str, Value]]] = tuple,
) -> Callable[[], Table]:
    """What machines get: the table asked for beside the pools, else the pools; raises Refused for two of them.

    `bounds` are rows of what the pools can be over all data sets, where studies print only a p-value.
    """

    def table() -> Table:
        if len(further.tables) > 1:
            names = " and ".join(beside.name for beside in further.tables)
            raise Refused(f"this format holds one table; ask for {names} one at a time")
        pooled = pooled_table([*pools, *further.groups], [*further.differences, *bounds()])
        if further.tables:
            return replace(further.tables[0], beside=(pooled, studies()))
        return replace(pooled, beside=(studies(),))

    return table
