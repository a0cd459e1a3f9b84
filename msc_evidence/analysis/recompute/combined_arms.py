"""The effect of a trial's several treatment arms together against its one control arm, as a pool takes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from msc_evidence.analysis.contrast import contrasts_of
from msc_evidence.analysis.design import dependence, has_person_time
from msc_evidence.analysis.recompute.bases import possible_events, printed_sd
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.values import Values
from msc_evidence.statistics.two_arms import effects
from msc_evidence.statistics.two_arms.joined_groups import CountGroup, MeanGroup


def combined_arms(trial: Trial, result: Result) -> tuple[tuple[str, ...], str] | None:
    """The treatment arms that a result prints side by side and their control; None where there are not several."""
    contrasts = contrasts_of(trial, result)
    controls = {contrast.against for contrast in contrasts}
    if len(contrasts) < 2 or len(controls) != 1:
        return None
    return tuple(contrast.arm for contrast in contrasts), controls.pop()


def combined_sizes(trial: Trial, result: Result) -> tuple[int, int] | None:
    """Participants of the treatment arms together and of the control; None where one of them is not known."""
    sizes = [contrast.sizes for contrast in contrasts_of(trial, result)]
    known = [pair for pair in sizes if pair is not None]
    if combined_arms(trial, result) is None or len(known) < len(sizes):
        return None
    return sum(treated for treated, _ in known), known[0][1]


def combined_effect(trial: Trial, result: Result) -> effects.EffectEstimate | None:
    """A mean difference of the arms joined (Cochrane Handbook 6.5.2.10), or a risk ratio of their events together.

    None where participants are not independent, and where an arm prints neither means and SDs nor counts.
    """
    found, sizes, values = combined_arms(trial, result), combined_sizes(trial, result), result.arms or {}
    if found is None or sizes is None or dependence(trial, result) or has_person_time(*values.values()):
        return None
    treated, control = found
    contrasts = {contrast.arm: contrast.n1 or 0 for contrast in contrasts_of(trial, result)}
    groups = [(values[arm], contrasts[arm]) for arm in treated] + [(values[control], sizes[1])]
    means = _means(groups)
    if means:
        first, second = reduce(MeanGroup.joined, means[:-1]), means[-1]
        return effects.mean_difference(first.mean, first.sd, sizes[0], second.mean, second.sd, sizes[1])
    counts = _counts(groups)
    if not counts:
        return None
    both, against = reduce(CountGroup.joined, counts[:-1]), counts[-1]
    if both.events + against.events in (0, sum(sizes)):
        return None
    return effects.risk_ratio(int(both.events), sizes[0], int(against.events), sizes[1])


def _means(groups: Sequence[tuple[Values, int]]) -> list[MeanGroup]:
    """The mean and SD of every group; none where one prints no such."""
    means = [
        MeanGroup(float(values.mean), printed_sd(values, n), n)
        for values, n in groups
        if values.mean is not None and (values.sd is not None or values.se is not None) and n >= 2
    ]
    return means if len(means) == len(groups) else []


def _counts(groups: Sequence[tuple[Values, int]]) -> list[CountGroup]:
    """The events of every group; none where one's are not known."""
    events = [possible_events(values, n) for values, n in groups]
    if any(len(possible) != 1 for possible in events):
        return []
    return [CountGroup(possible[0], n) for possible, (_, n) in zip(events, groups, strict=True)]
