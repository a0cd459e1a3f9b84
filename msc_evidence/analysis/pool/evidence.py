"""What one result prints of two arms that a pool can use: a distribution, counts, means, an effect, a p-value."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from msc_evidence.analysis.contrast import Contrast, contrasts_of
from msc_evidence.analysis.cuts import cuts_low_end
from msc_evidence.analysis.design import dependence, design_effect, has_person_time, is_clustered
from msc_evidence.analysis.recompute.bases import possible_events, printed_sd
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Values
from msc_evidence.statistics.pooling.arm_summaries import MEANS, Derived, completed
from msc_evidence.statistics.pooling.measures import InvalidValueError
from msc_evidence.statistics.two_arms.joined_groups import CountGroup, Group, MeanGroup, OrdinalGroup

#: What data of a result are, those that say most of an ordinal outcome first.
Kind = Literal["distribution", "means", "counts", "cut", "effect", "p"]
GROUPED: tuple[Kind, ...] = ("distribution", "means", "counts", "cut")
#: A scale of more values than this is nearly continuous: ties hardly matter.
MOST_CATEGORIES = 20


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of data that a result has of a treatment arm and a control arm."""

    analysed: AnalysedResult
    comparison: Contrast
    kind: Kind
    #: Treatment and control; None for an effect or a p.
    groups: tuple[Group, Group] | None = None
    #: What was done to the arms to have two groups: `low and high combined`.
    done: str = ""
    #: Means and SDs that the source does not print.
    derived: tuple[Derived, ...] = ()
    #: Why groups and p are not those of independent participants, or an effect is of others; "" where they are.
    dependent: str = ""
    #: The source of the group sizes, where that of the result states none; "" elsewhere.
    sizes_source: str = ""

    @property
    def sizes(self) -> tuple[float, float] | None:
        """Participants of both groups, None where they are not known."""
        if self.groups:
            return self.groups[0].n, self.groups[1].n
        return self.comparison.sizes

    def with_groups(self, first: Group, second: Group, done: str) -> Evidence:
        """The same with other groups."""
        return replace(self, groups=(first, second), done=done)


def evidence(result: AnalysedResult) -> Iterator[Evidence]:
    """Everything that a result has of each of its comparisons, the effect and p only where it makes one."""
    for contrast in contrasts_of(result.trial, result.result):
        comparison, sizes_source = _with_known_sizes(result.trial, contrast)
        for piece in _evidence_of_contrast(result, comparison):
            yield replace(piece, sizes_source=sizes_source) if sizes_source else piece


def _with_known_sizes(trial: Trial, contrast: Contrast) -> tuple[Contrast, str]:
    """A contrast with the sizes that its source states, else those of the first other source that has both."""
    if contrast.n1 is None and contrast.n2 is None:
        for other in trial.also:
            pair = [other.arms.get(arm) for arm in (contrast.arm, contrast.against)]
            sizes = [part.n.count for part in pair if part and isinstance(part.n, Reported)]
            if len(sizes) == len(pair):
                return replace(contrast, n1=sizes[0], n2=sizes[1]), other.source
    return contrast, ""


def _evidence_of_contrast(result: AnalysedResult, comparison: Contrast) -> Iterator[Evidence]:
    arms = result.result.arms or {}
    first, second = arms.get(comparison.arm), arms.get(comparison.against)
    tied = values_dependence(result)
    if first and second:
        for grouped in _evidence_of_arms(result, comparison, first, second):
            yield _at_effective_size(grouped) if tied else grouped
    if comparison.alone and result.result.effect:
        yield Evidence(result, comparison, "effect", dependent=tied)
    if comparison.alone and result.p is not None:
        yield Evidence(result, comparison, "p", dependent=result.dependence or "")


def values_dependence(result: AnalysedResult) -> str:
    """Why the arms' values are not those of independent participants; "" where they are, whatever p is to show."""
    plain = result.result.model_copy(update={"hypothesis": "superiority"})
    return dependence(result.trial, plain) or ""


def _at_effective_size(grouped: Evidence) -> Evidence:
    """Groups of clusters at their effective size, n over the design effect (Cochrane Handbook 23.1.4), else marked."""
    analysed, groups = grouped.analysed, grouped.groups
    effect = design_effect(analysed.trial, analysed.result) if is_clustered(analysed.trial) else None
    if effect is None or groups is None:
        return replace(grouped, dependent=values_dependence(analysed))
    return grouped.with_groups(
        groups[0].shared(effect), groups[1].shared(effect), f"design effect {effect:.3g} of clusters"
    )


def _evidence_of_arms(
    result: AnalysedResult, comparison: Contrast, first: Values, second: Values
) -> Iterator[Evidence]:
    if pair := _distribution_pair(first, second):
        yield Evidence(result, comparison, "distribution", pair)
    sizes = comparison.sizes
    if sizes is None:
        return
    means = [_mean_group(values, n) for values, n in zip((first, second), sizes, strict=True)]
    if means[0] and means[1]:
        yield Evidence(result, comparison, "means", (means[0], means[1]))
    elif found_means := _derived_means((first, second), sizes):
        yield Evidence(result, comparison, "means", found_means[0], derived=found_means[1])
    events = [possible_events(values, n) for values, n in zip((first, second), sizes, strict=True)]
    of_people = result.outcome.type != "time-to-event" and not has_person_time(first, second)
    if of_people and all(len(possible) == 1 for possible in events):
        groups = [CountGroup(possible[0], n) for possible, n in zip(events, sizes, strict=True)]
        yield Evidence(result, comparison, "counts", (groups[0], groups[1]))


def _distribution_pair(first: Values, second: Values) -> tuple[OrdinalGroup, OrdinalGroup] | None:
    if not first.distribution or not second.distribution:
        return None
    counts = [
        tuple(float(category.count or 0) for category in arm.distribution or ()) for arm in (first, second)
    ]
    same = len(counts[0]) == len(counts[1]) and all(map(sum, counts))
    return (OrdinalGroup(counts[0]), OrdinalGroup(counts[1])) if same else None


def _mean_group(values: Values, n: int) -> MeanGroup | None:
    if values.mean is None or (values.sd is None and values.se is None):
        return None
    return MeanGroup(float(values.mean), printed_sd(values, n), n)


def _derived_means(
    pair: tuple[Values, Values], sizes: tuple[int, int]
) -> tuple[tuple[MeanGroup, MeanGroup], tuple[Derived, ...]] | None:
    """Means and SDs from medians with quartiles or extremes, and how each was had; None where nothing leads to them."""
    row = _arm_columns(1, pair[0], sizes[0]) | _arm_columns(2, pair[1], sizes[1])
    try:
        completed_columns, (derived,) = completed({name: [value] for name, value in row.items()})
    except InvalidValueError:
        return None
    values_found = [completed_columns[name][0] for name in MEANS]
    if any(map(math.isnan, values_found)):
        return None
    m1, sd1, n1, m2, sd2, n2 = values_found
    return (MeanGroup(m1, sd1, n1), MeanGroup(m2, sd2, n2)), derived


def _arm_columns(arm: int, values: Values, n: int) -> dict[str, float]:
    """What an arm prints in the columns that means and SDs are derived from."""
    printed: dict[str, Reported | None] = {
        "m": values.mean,
        "med": values.median,
        "q1": values.iqr.low if values.iqr else None,
        "q3": values.iqr.high if values.iqr else None,
        "min": values.range.low if values.range else None,
        "max": values.range.high if values.range else None,
    }
    row = {f"{name}{arm}i": float(value) for name, value in printed.items() if value is not None}
    if values.sd is not None or values.se is not None:
        row[f"sd{arm}i"] = printed_sd(values, n)
    return {f"n{arm}i": float(n), **row}


def as_cut(counted: Evidence) -> Evidence | None:
    """Counts of a definition that cuts the scale (`mRS 0-2`), as people at its better end; None where they are not."""
    outcome, groups = counted.analysed.outcome, counted.groups
    low_end = cuts_low_end(counted.analysed.result.definition, outcome)
    if low_end is None or groups is None or outcome.better is None:
        return None
    good = low_end == (outcome.better == "lower")
    counts = [group for group in groups if isinstance(group, CountGroup)]
    turned = [group if good else CountGroup(group.n - group.events, group.n) for group in counts]
    return replace(counted, kind="cut", groups=(turned[0], turned[1]))


def categories(outcome: Outcome) -> tuple[float, ...] | None:
    """The values of a short scale, lowest first; None where range or step is not recorded, or there are many."""
    if outcome.range is None or outcome.step is None:
        return None
    least, step = float(outcome.range.low), float(outcome.step)
    count = round((float(outcome.range.high) - least) / step) + 1
    return tuple(least + at * step for at in range(count)) if 2 <= count <= MOST_CATEGORIES else None
