"""What `pool` answers: sets of studies, their pools, and what was asked beside them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from msc_evidence.analysis.pool import own_data
from msc_evidence.analysis.pool.batch import pool_batch
from msc_evidence.analysis.pool.conventions import convention
from msc_evidence.analysis.pool.counts import cells
from msc_evidence.analysis.pool.information import informations
from msc_evidence.analysis.pool.own_columns import named_column, named_columns, recognised
from msc_evidence.analysis.pool.own_remarks import codes_remark
from msc_evidence.analysis.pool.pool import Pool, Refused, Settings, StudySet, entering, pool_set
from msc_evidence.registry.studies import StudyFile, open_studies
from msc_evidence.statistics.pooling.arm_summaries import MedianMethod
from msc_evidence.statistics.pooling.influence import influence
from msc_evidence.statistics.pooling.measures import usable
from msc_evidence.statistics.pooling.moderators import difference, meta_regression
from msc_evidence.statistics.pooling.pooling import MODELS as INVERSE_VARIANCE
from msc_evidence.statistics.pooling.pooling import Confidence, PredictionDf
from msc_evidence.statistics.pooling.small_studies import (
    Asymmetry,
    begg,
    egger,
    equal_effects,
    harbord,
    peters,
    trim_and_fill,
)
from msc_evidence.statistics.two_arms.effects import no_difference
from msc_evidence.tables.pool import derived as derivations
from msc_evidence.tables.pool import diagnostics as tables
from msc_evidence.tables.pool import screen as pool_screen
from msc_evidence.tables.pool.information import information_sentences, information_table
from msc_evidence.tables.pool.notes import few_studies_sentences
from msc_evidence.tables.pool.screen import as_reported, batch_table, other_pools, pooled_table
from msc_evidence.tables.pool.studies import studies_table
from msc_evidence.tables.table import Block, Screen, Sentences, Table

#: What an effect to detect is, where not any number and no ratio.
DETECTED = {"PS": "a probability between 0 and 1", "RD": "a difference between -1 and 1"}


@dataclass(frozen=True, slots=True)
class FurtherRequest:
    """What was asked of any pool."""

    influence: bool = False
    information: bool = False
    #: The effect to detect as people write it, a ratio for ratio measures; None for the pooled one.
    detect: float | None = None

    def effect(self, settings: Settings) -> float | None:
        """The effect to detect on the analysis scale, from no difference; raises Refused where it is none."""
        if self.detect is None:
            return None
        try:
            effect = settings.scale.onto(self.detect)
        except ValueError:
            effect = 0.0
        if effect and math.isfinite(effect):
            return effect
        usual, kind = no_difference(settings.measure), DETECTED.get(settings.measure, "a number")
        kind = "a ratio above 0" if settings.ratio else kind
        raise Refused(f"--detect {self.detect:g}: expected {kind} other than {usual:g}, no difference")


@dataclass(frozen=True, slots=True)
class DataRequest:
    """What was asked of a user's own data beside the pool itself."""

    by: str | None = None
    batch: str | None = None
    moderators: tuple[str, ...] = ()
    #: Those moderators whose numbers are codes.
    categories: tuple[str, ...] = ()
    bias: bool = False
    force: bool = False
    medians: MedianMethod = "luo-wan"
    arms: own_data.ArmsChoice = "combine"

    @property
    def columns(self) -> list[str]:
        """The columns that the questions name."""
        return [column for column in (self.by, self.batch, *self.moderators, *self.categories) if column]

    def found_in(self, studies: StudyFile) -> DataRequest:
        """The same with the columns as the program calls them; raises RegistryError for one that is not there."""
        by, batch = (named_column(studies, name) if name else None for name in (self.by, self.batch))
        categories = named_columns(studies, self.categories)
        moderators = dict.fromkeys((*named_columns(studies, self.moderators), *categories))
        return replace(self, by=by, batch=batch, moderators=tuple(moderators), categories=categories)


@dataclass(frozen=True, slots=True)
class Explored:
    """Tables for machines, blocks of the screen for each set of studies, pools of subgroups."""

    tables: tuple[Table, ...] = ()
    blocks: tuple[tuple[Block, ...], ...] = ()
    groups: tuple[tuple[str, Pool], ...] = ()

    def __add__(self, other: Explored) -> Explored:
        return Explored(self.tables + other.tables, self.blocks + other.blocks, self.groups + other.groups)


def of_pools(sets: Sequence[StudySet], settings: Settings, further: FurtherRequest) -> Explored:
    """Influence and information of each set; raises Refused for what cannot be answered."""
    tables_beside: list[Table] = []
    blocks: list[list[Block]] = [[] for _ in sets]
    if further.influence:
        _require_inverse_variance("--influence", settings)
        diagnosed = [_influence_of(studies, settings) for studies in sets]
        tables_beside.append(tables.influence_table([row for table in diagnosed for row in table.rows]))
        for at, table in enumerate(diagnosed):
            blocks[at].append(tables.influence_shown(table))
    if further.information:
        effect = further.effect(settings)
        held = [(studies.name, informations(studies, settings, effect)) for studies in sets]
        tables_beside.append(
            information_table((name, evidence) for name, several in held for evidence in several)
        )
        for at, (_, several) in enumerate(held):
            blocks[at].append(information_sentences(several))
    return Explored(tuple(tables_beside), tuple(map(tuple, blocks)))


def explored(whole: StudySet, studies: StudyFile, settings: Settings, request: DataRequest) -> Explored:
    """What was asked of a user's own data; raises Refused for what cannot be answered."""
    answers = [
        *([_subgroup_pools(whole, studies, settings, request.by)] if request.by else []),
        *(
            _regressions_explored(whole, studies, settings, request)
            if request.moderators or request.bias
            else []
        ),
    ]
    return sum(answers, Explored())


def _subgroup_pools(whole: StudySet, studies: StudyFile, settings: Settings, column: str) -> Explored:
    sets = own_data.by_column(whole, studies, column)
    pools = [
        (studies_of_group.name, pool_set(studies_of_group, settings))
        for studies_of_group in sets
        if usable(studies_of_group.yi, studies_of_group.vi).any()
    ]
    if len(pools) < 2:
        names = ", ".join(name for name, _ in pools)
        raise Refused(f"--by {column}: one group only that can be pooled ({names}); a comparison needs two")
    sentences = [
        f"No study of {studies_of_group.name} has an effect."
        for studies_of_group in sets
        if not usable(studies_of_group.yi, studies_of_group.vi).any()
    ]
    if settings.model != "bayes":
        sentences.append(tables.difference_words(difference([pool.pooled for _, pool in pools])))
    sentences += few_studies_sentences(pools)
    return Explored(blocks=((Sentences(tuple(sentences)),),), groups=tuple(pools))


def _regressions_explored(
    whole: StudySet, studies: StudyFile, settings: Settings, request: DataRequest
) -> Iterator[Explored]:
    _require_inverse_variance("--moderators and --bias", settings)
    kept = [at for at, there in enumerate(usable(whole.yi, whole.vi)) if there]
    yi, vi, how = whole.yi[kept], whole.vi[kept], (settings.model, settings.ci)
    try:
        if request.moderators:
            columns = {
                studies.name(name): own_data.moderator(
                    studies, name, kept, categories=name in request.categories
                )
                for name in request.moderators
            }
            regression = meta_regression(yi, vi, columns, *how, level=settings.level)
            yield Explored((tables.regression_table(regression),), ((tables.regression_shown(regression),),))
        if request.bias and equal_effects(yi, vi):
            yield Explored(blocks=((Sentences(("All effects are equal: no asymmetry can be tested.",)),),))
        elif request.bias:
            counts = "ai" in whole.columns
            table = tables.small_studies_table(
                _asymmetry_tests(whole.subset("", kept), settings, forced=request.force),
                begg(yi, vi, forced=request.force),
                trim_and_fill(yi, vi, *how, level=settings.level, forced=request.force),
                settings,
                counts=counts,
            )
            yield Explored((table,), ((table,),))
    except ValueError as error:
        raise Refused(str(error)) from None


def _asymmetry_tests(studies: StudySet, settings: Settings, *, forced: bool) -> dict[str, Asymmetry]:
    """The regression tests of asymmetry by their names; those for odds ratios where there are counts to test."""
    regressions = {"Egger's": egger(studies.yi, studies.vi, level=settings.level, forced=forced)}
    if settings.measure in ("OR", "PETO") and "ai" in studies.columns:
        table = cells(studies.columns)
        regressions["Harbord's"] = harbord(*table, level=settings.level, forced=forced)
        regressions["Peters'"] = peters(*table, level=settings.level, forced=forced)
    return regressions


def _influence_of(studies: StudySet, settings: Settings) -> Table:
    left, _ = entering(studies, settings)
    if len(left.labels) < 2:
        raise Refused("--influence needs two studies that can be pooled; there is one")
    diagnostics = influence(left.yi, left.vi, settings.model)
    return tables.influence_table(tables.influence_rows(studies.name, left.labels, diagnostics))


def _require_inverse_variance(option: str, settings: Settings) -> None:
    if settings.model not in INVERSE_VARIANCE:
        raise Refused(f"{option}: the models are {', '.join(INVERSE_VARIANCE)}, not {settings.model}")


@dataclass(frozen=True, slots=True)
class Request:
    """How to pool, as far as it was said."""

    measure: str | None
    model: str | None
    ci: Confidence
    level: float
    leave_one_out: bool = False
    cumulative: bool = False
    #: To which tables something is added, how much, and whether those without events count.
    zero_cells: str | None = None
    cc: float | None = None
    double_zero: str | None = None
    prior_scale: float | None = None
    prediction_df: PredictionDf = "k-2"

    def settings(self, measure: str) -> Settings:
        """The settings, with the usual model of the measure where none was named."""
        zeros = convention(measure, self.zero_cells, self.cc, self.double_zero)
        return Settings.usual(
            measure, self.model, self.ci, self.level, zeros, self.prior_scale, self.prediction_df
        )

    def pools(self, studies: StudySet, settings: Settings) -> list[tuple[str, Pool]]:
        """The pool of a set, and those that were asked for beside it."""
        left, _ = entering(studies, settings)
        if self.leave_one_out and len(left.labels) < 2:
            raise Refused("--leave-one-out needs two studies that can be pooled; there is one")
        further = left.leave_one_out() if self.leave_one_out else []
        further += left.cumulative() if self.cumulative else []
        return [(study_set.name, pool_set(study_set, settings)) for study_set in (studies, *further)]


@dataclass(frozen=True, slots=True)
class Answer:
    """The tables of pools and of their studies for machines, the screen for people, and remarks."""

    table: Callable[[], Table]
    screen: Callable[[], Screen]
    remarks: tuple[str, ...] = ()
    #: None for many pools at once, whose studies are those of the file.
    studies: Callable[[], Table] | None = None


def from_data(
    file: Path, request: Request, data_request: DataRequest, further_request: FurtherRequest
) -> Answer:
    """The pool of a user's own studies, and what was asked beside it."""
    name = "standard input" if str(file) == "-" else str(file)
    recognised_file = recognised(open_studies(file, name))
    studies, data_request = recognised_file.studies, data_request.found_in(recognised_file.studies)
    measure = own_data.usual_measure(recognised_file) if request.measure is None else request.measure
    settings = request.settings(measure)
    remarks: tuple[str, ...] = (
        ()
        if request.measure is not None
        else (f"measure {settings.measure}, by the columns; --measure names another",)
    )
    grouped = data_request.by or data_request.batch
    read = own_data.own_studies(
        recognised_file,
        settings.measure,
        grouped,
        sizes=further_request.information,
        medians=data_request.medians,
        arms=data_request.arms,
        moderators=data_request.moderators,
    )
    whole, studies = read.whole.under(settings), read.studies
    derived = derivations.of_studies(whole)
    remarks += (*derivations.remarks(derived), *read.remarks, *_codes_remarks(whole, studies, data_request))
    if data_request.batch:
        table = _batch_of_groups(whole, own_data.groups(studies, data_request.batch), settings)
        return Answer(lambda: table, lambda: Screen((table if derived else as_reported(table),)), remarks)
    pools = request.pools(whole, settings)
    further = of_pools([whole], settings, further_request) + explored(whole, studies, settings, data_request)

    first = pools[0][1]

    def rows() -> Table:
        named_pools = [("", first), *further.groups]
        return studies_table([(name, pool, _own_bases(read, pool)) for name, pool in named_pools])

    def screen() -> Screen:
        blocks = _pool_and_others(f"{name}, {settings.title}", pools[:1], _own_bases(read, first))
        blocks += [derivations.derived_table(derived)] if derived else []
        others = [*pools[1:], *further.groups]
        other_tables = [other_pools(others)] if others else []
        scale = [Sentences((f"{read.scale}.",))] if read.scale else []
        closing = pool_screen.sentence(None, pools[:1])
        return Screen(
            (
                *blocks,
                *scale,
                closing,
                *other_tables,
                *(block for further_blocks in further.blocks for block in further_blocks),
            )
        )

    return Answer(answer_table(further, [*pools, *further.groups], rows), screen, remarks, rows)


#: What stands beside a study whose effect comes from other data than means.
_KINDS = {
    "counts": "counts",
    "p": "p, as of a t test",
    "given": "effect as given",
    "estimate": "estimate and interval",
}


def _own_bases(read: own_data.OwnStudies, pool: Pool) -> list[str]:
    """What each study of a pool comes from; nothing where all report the same and nothing is derived."""
    there = [kind for kind in read.kinds if kind]
    if len(set(there)) < 2 and not read.whole.derived:
        return []
    rows = iter(zip(read.whole.labels, read.kinds, strict=True))
    kinds = [next(kind for label, kind in rows if label == study.label) for study in pool.studies]
    pairs = zip(kinds, pool.studies, strict=True)
    return [_KINDS.get(kind) or derivations.basis_words(study.derived) for kind, study in pairs]


def _codes_remarks(whole: StudySet, studies: StudyFile, request: DataRequest) -> Iterator[str]:
    """Remarks on moderators whose numbers look like codes."""
    kept = [at for at, there in enumerate(usable(whole.yi, whole.vi)) if there]
    for name in request.moderators:
        if name not in request.categories:
            values = own_data.moderator(studies, name, kept)
            if remark := codes_remark(studies.name(name), values):
                yield remark


def _batch_of_groups(whole: StudySet, groups: Sequence[str], settings: Settings) -> Table:
    """A pool per group, with what was derived for the studies of each."""
    names, quantities = pool_batch(whole, groups, settings)
    rows = (
        [[at for at, group in enumerate(groups) if group == name] for name in names] if whole.derived else []
    )
    derived = [derivations.derived_words(derivations.of_studies(whole, group_rows)) for group_rows in rows]
    return batch_table((names, quantities), settings, derived or [None] * len(names))


def answer_table(
    further: Explored, pools: Sequence[tuple[str, Pool]], studies: Callable[[], Table]
) -> Callable[[], Table]:
    """What machines get: the table asked for beside the pools, else the pools; raises Refused for two of them."""

    def table() -> Table:
        if len(further.tables) > 1:
            names = " and ".join(beside.name for beside in further.tables)
            raise Refused(f"this format holds one table; ask for {names} one at a time")
        pooled = pooled_table(pools)
        if further.tables:
            return replace(further.tables[0], beside=(pooled, studies()))
        return replace(pooled, beside=(studies(),))

    return table


def _pool_and_others(
    heading: str, pools: Sequence[tuple[str, Pool]], bases: Sequence[str] = ()
) -> list[Block]:
    (_, first), *others = pools
    blocks = list(pool_screen.pool_blocks(heading, first, bases))
    return [*blocks, other_pools(others)] if others else blocks
