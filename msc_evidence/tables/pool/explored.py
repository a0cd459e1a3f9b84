"""What `pool` answers beside a pool: single studies, information, groups of studies, moderators, small studies.

Each imports what it computes with when it is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from msc_evidence.analysis.pool.counts import cells
from msc_evidence.analysis.pool.limits import MOST_INFLUENTIAL, number_fault
from msc_evidence.analysis.pool.pool import (
    Pool,
    Refused,
    Settings,
    StudySet,
    entering,
    pool_set,
)
from msc_evidence.analysis.pool.study_facts import Grouping, StudyFacts
from msc_evidence.registry.problems import listed
from msc_evidence.statistics.pooling.measures import usable
from msc_evidence.statistics.pooling.pooling import MODELS as INVERSE_VARIANCE
from msc_evidence.statistics.two_arms.effects import no_difference
from msc_evidence.tables.pool import diagnostics as tables
from msc_evidence.tables.pool.notes import few_studies_sentences
from msc_evidence.tables.pool.screen import difference_row, other_pools
from msc_evidence.tables.table import Block, Sentences, Table, Value

if TYPE_CHECKING:
    from msc_evidence.statistics.pooling.moderators import GroupDifference
    from msc_evidence.statistics.pooling.small_studies import Asymmetry

#: Effects on the analysis scale beyond these would need fewer participants than one, or more than there are.
SMALLEST_DETECTED, LARGEST_DETECTED = 1e-12, 1e15
#: What an effect to detect is, where not any number and no ratio.
DETECTED = {"PS": "a probability between 0 and 1", "RD": "a difference between -1 and 1"}


@dataclass(frozen=True, slots=True)
class FurtherRequest:
    """What was asked of any pool."""

    influence: bool = False
    information: bool = False
    #: The effect to detect as people write it, a ratio for ratio measures; None for the pooled one.
    detect: float | None = None
    #: What studies are grouped by: a column of a file, an attribute of trials.
    by: str | None = None
    moderators: tuple[str, ...] = ()
    #: Those moderators whose numbers are codes.
    categories: tuple[str, ...] = ()
    bias: bool = False
    force: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """What it names of the studies."""
        return tuple(name for name in (self.by, *self.moderators, *self.categories) if name)

    def resolved(
        self, one: Callable[[str], str], several: Callable[[Sequence[str]], tuple[str, ...]]
    ) -> FurtherRequest:
        """The same with the fields as the studies have them; both raise for one that they have not."""
        categories = several(self.categories)
        moderators = dict.fromkeys((*several(self.moderators), *categories))
        by = one(self.by) if self.by else None
        return replace(self, by=by, moderators=tuple(moderators), categories=categories)

    def effect(self, settings: Settings) -> float | None:
        """The effect to detect on the analysis scale, from no difference; raises Refused where it is none."""
        if self.detect is None:
            return None
        try:
            effect = settings.scale.onto(self.detect)
        except ValueError:
            effect = 0.0
        if SMALLEST_DETECTED < abs(effect) < LARGEST_DETECTED:
            return effect
        if effect and math.isfinite(effect):
            raise Refused(f"--detect {self.detect:g}: no trial can detect an effect of that size")
        usual, kind = no_difference(settings.measure), DETECTED.get(settings.measure, "a number")
        kind = "a ratio above 0" if settings.ratio else kind
        raise Refused(f"--detect {self.detect:g}: expected {kind} other than {usual:g}, no difference")


@dataclass(frozen=True, slots=True)
class Explored:
    """Tables for machines, blocks of the screen for each set of studies, pools of groups and their difference."""

    tables: tuple[Table, ...]
    blocks: tuple[tuple[Block, ...], ...]
    groups: tuple[tuple[str, Pool], ...] = ()
    differences: tuple[dict[str, Value], ...] = ()


def explored(
    sets: Sequence[tuple[StudySet, StudyFacts]], settings: Settings, request: FurtherRequest
) -> Explored:
    """What was asked beside the pool of each set; raises Refused for what no set can answer."""
    sets = [(studies.under(settings), facts) for studies, facts in sets]
    answers = [
        *([_influences(sets, settings)] if request.influence else []),
        *([_informations(sets, settings, request)] if request.information else []),
        *([_groups(sets, settings, request.by)] if request.by else []),
        *([_regressions(sets, settings, request)] if request.moderators else []),
        *([_small_studies(sets, settings, request)] if request.bias else []),
    ]
    return Explored(
        tuple(table for answer in answers for table in answer.tables),
        tuple(tuple(block for answer in answers for block in answer.blocks[at]) for at in range(len(sets))),
        tuple(pool for answer in answers for pool in answer.groups),
        tuple(row for answer in answers for row in answer.differences),
    )


def _influences(sets: Sequence[tuple[StudySet, StudyFacts]], settings: Settings) -> Explored:
    _require_inverse_variance("--influence", settings)
    diagnosed = [_influence_of(studies, settings) for studies, _ in sets]
    table = tables.influence_table([row for table in diagnosed for row in table.rows])
    return Explored((table,), tuple((tables.influence_shown(table),) for table in diagnosed))


def _influence_of(studies: StudySet, settings: Settings) -> Table:
    left, _ = entering(studies, settings)
    if len(left.labels) < 2:
        raise Refused("--influence needs two studies that can be pooled; there is one")
    if fault := number_fault("--influence", len(left.labels), MOST_INFLUENTIAL):
        raise Refused(fault)
    from msc_evidence.statistics.pooling.influence import influence

    diagnostics = influence(left.yi, left.vi, settings.model)
    return tables.influence_table(tables.influence_rows(studies.name, left.labels, diagnostics))


def _informations(
    sets: Sequence[tuple[StudySet, StudyFacts]], settings: Settings, request: FurtherRequest
) -> Explored:
    from msc_evidence.analysis.pool.information import informations
    from msc_evidence.tables.pool.information import information_sentences, information_table

    effect = request.effect(settings)
    held = [(studies.name, informations(studies, settings, effect)) for studies, _ in sets]
    table = information_table((name, evidence) for name, several in held for evidence in several)
    return Explored((table,), tuple((information_sentences(several),) for _, several in held))


@dataclass(frozen=True, slots=True)
class GroupPools:
    """The pools of a set's groups, those without any study that can be pooled, and the test of their difference."""

    grouping: Grouping
    pools: tuple[tuple[str, Pool], ...]
    empty: tuple[str, ...]
    #: The studies of which the group is not known: shown, and no group of the test.
    silent: tuple[str, ...]
    difference: GroupDifference | None

    @property
    def sentences(self) -> Iterator[str]:
        """Which groups are empty, whether the others differ, and who belongs to none."""
        yield from (f"No study of {name} has an effect." for name in self.empty)
        yield from self.comparison

    @property
    def comparison(self) -> Iterator[str]:
        """Whether the groups differ, and who belongs to none of them."""
        if self.difference is not None:
            yield tables.difference_words(self.difference)
        elif len(self.known) < 2:
            names = f" ({', '.join(self.known)})" if self.known else ""
            yield f"No test of difference: one group only that can be pooled{names}; a comparison needs two."
        if self.silent:
            yield f"{self.silent_words[0].upper()}{self.silent_words[1:]}."

    @property
    def known(self) -> list[str]:
        """The groups that are compared."""
        return [name for name, _ in self.pools if not (self.silent and name == self.grouping.silent_name)]

    @property
    def silent_words(self) -> str:
        """`route not recorded: Lee 2010; shown as a group, not in the test`."""
        if not self.silent:
            return ""
        return f"{self.grouping.silent_name}: {listed(self.silent)}; a group of its own, not in the test"


def group_pools(
    studies: StudySet, grouping: Grouping, settings: Settings, *, beside: bool = True
) -> GroupPools:
    """The pool of each group of a set, and Q between those whose value is known."""
    from msc_evidence.statistics.pooling.moderators import difference

    sets = grouped_sets(studies, grouping)
    pools = [
        (group.name, pool_set(group, settings, beside=beside))
        for group in sets
        if usable(group.yi, group.vi).any()
    ]
    there = [name for name, _ in pools]
    compared = [pool.pooled for name, pool in pools if not grouping.silent or name != grouping.silent_name]
    tested = settings.model != "bayes" and len(compared) > 1
    silent = (
        label
        for label, value in zip(studies.labels, grouping.values, strict=True)
        if grouping.silent and value == grouping.silent
    )
    return GroupPools(
        grouping,
        tuple(pools),
        tuple(group.name for group in sets if group.name not in there),
        tuple(silent),
        difference(compared) if tested else None,
    )


def grouped_sets(studies: StudySet, grouping: Grouping) -> list[StudySet]:
    """A set for each group, in the grouping's order."""
    rows: dict[str, list[int]] = {}
    for at, name in enumerate(grouping.names):
        rows.setdefault(name, []).append(at)
    return [studies.subset(name, rows[name]) for name in grouping.order]


def _groups(sets: Sequence[tuple[StudySet, StudyFacts]], settings: Settings, by: str) -> Explored:
    several = [(studies.name, group_pools(studies, facts.grouping(by), settings)) for studies, facts in sets]
    if all(len(groups.pools) < 2 for _, groups in several):
        names = ", ".join(dict.fromkeys(name for _, groups in several for name, _ in groups.pools))
        raise Refused(f"--by {by}: one group only that can be pooled ({names}); a comparison needs two")
    blocks, named, rows = [], [], []
    for set_name, groups in several:
        of_set = [(", ".join(filter(None, (set_name, name))), pool) for name, pool in groups.pools]
        sentences = (*groups.sentences, *few_studies_sentences(groups.pools))
        blocks.append((other_pools(groups.pools), Sentences(sentences)))
        named += of_set
        if groups.difference is not None:
            rows.append(difference_row(set_name, by, settings, groups.difference, groups.silent_words))
    return Explored((), tuple(blocks), tuple(named), tuple(rows))


def _regressions(
    sets: Sequence[tuple[StudySet, StudyFacts]], settings: Settings, request: FurtherRequest
) -> Explored:
    """A meta-regression of each set; where a set has none, why; raises Refused where none has one."""
    _require_inverse_variance("--moderators", settings)
    regressions: list[Table] = []
    blocks: list[tuple[Block, ...]] = []
    reasons: list[str] = []
    for studies, facts in sets:
        try:
            table, shown = _regression(studies, facts, settings, request)
        except ValueError as error:
            reasons.append(str(error))
            regressions.append(tables.no_regression_table(studies.name, str(error)))
            blocks.append((Sentences((f"No meta-regression: {error}.",)),))
            continue
        regressions.append(table)
        blocks.append((shown,))
    if len(reasons) == len(sets):
        raise Refused("; ".join(dict.fromkeys(reasons)))
    whole = replace(regressions[0], rows=tuple(row for table in regressions for row in table.rows))
    return Explored((whole,), tuple(blocks))


def _regression(
    studies: StudySet, facts: StudyFacts, settings: Settings, request: FurtherRequest
) -> tuple[Table, Table]:
    """The coefficients for machines and for people; studies without a value of a moderator are named there."""
    from msc_evidence.statistics.pooling.moderators import meta_regression

    kept = [at for at, there in enumerate(usable(studies.yi, studies.vi)) if there]
    moderators = [facts.moderator(name, kept, name in request.categories) for name in request.moderators]
    known = [
        at for at in range(len(kept)) if all(moderator.values[at] is not None for moderator in moderators)
    ]
    left_out = tuple(
        (studies.labels[row], next(m.silent for m in moderators if m.values[at] is None))
        for at, row in enumerate(kept)
        if at not in known
    )
    rows = [kept[at] for at in known]
    columns: dict[str, list[Any]] = {
        moderator.title: [moderator.values[at] for at in known] for moderator in moderators
    }
    lacking = tables.not_regressed_words(left_out) if left_out else ""
    if not rows:
        raise ValueError(lacking)
    try:
        regression = meta_regression(
            studies.yi[rows], studies.vi[rows], columns, settings.model, settings.ci, level=settings.level
        )
    except ValueError as error:
        raise ValueError("; ".join(filter(None, (str(error), lacking)))) from None
    return (
        tables.regression_table(studies.name, regression, left_out),
        tables.regression_shown(regression, left_out),
    )


def _small_studies(
    sets: Sequence[tuple[StudySet, StudyFacts]], settings: Settings, request: FurtherRequest
) -> Explored:
    from msc_evidence.statistics.pooling.small_studies import begg, equal_effects, trim_and_fill

    _require_inverse_variance("--bias", settings)
    (first, _), *others = sets
    if others:
        raise Refused("--bias tests one pool at a time; --at picks a time")
    kept = [at for at, there in enumerate(usable(first.yi, first.vi)) if there]
    yi, vi, forced = first.yi[kept], first.vi[kept], request.force
    if equal_effects(yi, vi):
        return Explored((), ((Sentences(("All effects are equal: no asymmetry can be tested.",)),),))
    try:
        table = tables.small_studies_table(
            _asymmetry_tests(first.subset("", kept), settings, forced=forced),
            begg(yi, vi, forced=forced),
            trim_and_fill(yi, vi, settings.model, settings.ci, level=settings.level, forced=forced),
            settings,
            counts="ai" in first.columns,
        )
    except ValueError as error:
        raise Refused(str(error)) from None
    return Explored((table,), ((table,),))


def _asymmetry_tests(studies: StudySet, settings: Settings, *, forced: bool) -> dict[str, Asymmetry]:
    """The regression tests of asymmetry by their names; those for odds ratios where there are counts to test."""
    from msc_evidence.statistics.pooling.small_studies import egger, harbord, peters

    regressions = {"Egger's": egger(studies.yi, studies.vi, level=settings.level, forced=forced)}
    if settings.measure in ("OR", "PETO") and "ai" in studies.columns:
        table = cells(studies.columns)
        regressions["Harbord's"] = harbord(*table, level=settings.level, forced=forced)
        regressions["Peters'"] = peters(*table, level=settings.level, forced=forced)
    return regressions


def _require_inverse_variance(option: str, settings: Settings) -> None:
    if settings.model not in INVERSE_VARIANCE:
        raise Refused(f"{option}: the models are {', '.join(INVERSE_VARIANCE)}, not {settings.model}")
