"""What was asked beside a pool: information, influence, subgroups, meta-regression and small-study effects."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.pool import own_data
from msc_evidence.analysis.pool.information import informations
from msc_evidence.analysis.pool.pool import Pool, Refused, Settings, StudySet, entering, pool_set
from msc_evidence.registry.studies import StudyFile
from msc_evidence.statistics.pooling.influence import influence
from msc_evidence.statistics.pooling.measures import usable
from msc_evidence.statistics.pooling.moderators import difference, meta_regression
from msc_evidence.statistics.pooling.pooling import MODELS as INVERSE_VARIANCE
from msc_evidence.statistics.pooling.small_studies import begg, egger, trim_and_fill
from msc_evidence.statistics.two_arms.effects import no_difference
from msc_evidence.tables import explored as tables
from msc_evidence.tables.information import information_sentences, information_table
from msc_evidence.tables.screen import Block, Sentences
from msc_evidence.tables.table import Table


@dataclass(frozen=True, slots=True)
class Wished:
    """What was asked of any pool."""

    influence: bool = False
    information: bool = False
    #: The effect to detect as people write it, a ratio for ratio measures; None for the pooled one.
    detect: float | None = None

    def effect(self, settings: Settings) -> float | None:
        """The effect to detect on the analysis scale, from no difference; raises Refused where it is none."""
        if self.detect is None:
            return None
        usual = no_difference(settings.measure)
        if (
            not math.isfinite(self.detect)
            or self.detect == usual
            or (settings.scale.ratio and self.detect <= 0)
        ):
            above = "a ratio above 0" if settings.scale.ratio else "a number"
            raise Refused(f"--detect {self.detect:g}: expected {above} other than {usual:g}, no difference")
        return math.log(self.detect) if settings.scale.ratio else self.detect - usual


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


@dataclass(frozen=True, slots=True)
class Explored:
    """Tables for machines, blocks of the screen for each set of studies, pools of subgroups."""

    tables: tuple[Table, ...] = ()
    blocks: tuple[tuple[Block, ...], ...] = ()
    groups: tuple[tuple[str, Pool], ...] = ()

    def __add__(self, other: Explored) -> Explored:
        return Explored(self.tables + other.tables, self.blocks + other.blocks, self.groups + other.groups)


def of_pools(sets: Sequence[StudySet], settings: Settings, wished: Wished) -> Explored:
    """Influence and information of each set; raises Refused for what cannot be answered."""
    found: list[Table] = []
    blocks: list[list[Block]] = [[] for _ in sets]
    if wished.influence:
        _require_inverse_variance("--influence", settings)
        diagnosed = [_influence(studies, settings) for studies in sets]
        found.append(tables.influence_table([row for table in diagnosed for row in table.rows]))
        for at, table in enumerate(diagnosed):
            blocks[at].append(tables.influence_shown(table))
    if wished.information:
        effect = wished.effect(settings)
        held = [(studies.name, informations(studies, settings, effect)) for studies in sets]
        found.append(information_table((name, each) for name, several in held for each in several))
        for at, (_, several) in enumerate(held):
            blocks[at].append(information_sentences(several))
    return Explored(tuple(found), tuple(map(tuple, blocks)))


def explored(whole: StudySet, studies: StudyFile, settings: Settings, asked: Asked) -> Explored:
    """What was asked of a user's own data; raises Refused for what cannot be answered."""
    answers = [
        *([_groups(whole, studies, settings, asked.by)] if asked.by else []),
        *(_modelled(whole, studies, settings, asked) if asked.moderators or asked.bias else []),
    ]
    return sum(answers, Explored())


def _groups(whole: StudySet, studies: StudyFile, settings: Settings, column: str) -> Explored:
    sets = own_data.by_column(whole, studies, column)
    pools = [(each.name, pool_set(each, settings)) for each in sets if usable(each.yi, each.vi).any()]
    if len(pools) < 2:
        names = ", ".join(name for name, _ in pools)
        raise Refused(f"--by {column}: one group only that can be pooled ({names}); a comparison needs two")
    said = [f"No study of {each.name} has an effect." for each in sets if not usable(each.yi, each.vi).any()]
    if settings.model != "bayes":
        said.append(tables.difference_words(difference([pool.pooled for _, pool in pools])))
    return Explored(blocks=((Sentences(tuple(said)),),), groups=tuple(pools))


def _modelled(whole: StudySet, studies: StudyFile, settings: Settings, asked: Asked) -> Iterator[Explored]:
    _require_inverse_variance("--moderators and --bias", settings)
    kept = [at for at, there in enumerate(usable(whole.yi, whole.vi)) if there]
    yi, vi, how = whole.yi[kept], whole.vi[kept], (settings.model, settings.ci)
    try:
        if asked.moderators:
            columns = {name: own_data.moderator(studies, name, kept) for name in asked.moderators}
            found = meta_regression(yi, vi, columns, *how, level=settings.level)
            yield Explored((tables.regression_table(found),), ((tables.regression_shown(found),),))
        if asked.bias:
            table = tables.small_studies_table(
                egger(yi, vi, level=settings.level, forced=asked.force),
                begg(yi, vi, forced=asked.force),
                trim_and_fill(yi, vi, *how, level=settings.level, forced=asked.force),
            )
            yield Explored((table,), ((table,),))
    except ValueError as error:
        raise Refused(str(error)) from None


def _influence(studies: StudySet, settings: Settings) -> Table:
    left, _ = entering(studies, settings)
    if len(left.labels) < 2:
        raise Refused("--influence needs two studies that can be pooled; there is one")
    found = influence(left.yi, left.vi, settings.model)
    return tables.influence_table(tables.influence_rows(studies.name, left.labels, found))


def _require_inverse_variance(option: str, settings: Settings) -> None:
    if settings.model not in INVERSE_VARIANCE:
        raise Refused(f"{option}: the models are {', '.join(INVERSE_VARIANCE)}, not {settings.model}")
