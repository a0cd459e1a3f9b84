"""MSC305 to MSC307: whether whole-number scores, or zeros and ones, can have a printed mean and SD."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.checks.finding import Severity
from msc_evidence.checks.groups import LARGEST, MOST_TOTALS, Group, printed
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics import granularity
from msc_evidence.statistics.interval import Interval


@dataclass(frozen=True, slots=True)
class Lattice:
    """The values that the mean of `n` stepped scores can take: minimum + S·step/(n·items)."""

    n: int
    items: int
    step: float
    minimum: float

    @property
    def arguments(self) -> tuple[int, int, float, float]:
        """As the functions of `granularity` take them."""
        return self.n, self.items, self.step, self.minimum

    def totals(self, mean: Reported) -> float:
        """About how many sums a mean leaves possible."""
        return Interval(*mean.bounds).width * self.n * self.items / self.step

    def neighbours(self, mean: float) -> tuple[float, float]:
        """The nearest possible means below and above."""
        unit = self.step / (self.n * self.items)
        below = math.floor((mean - self.minimum) / unit)
        return self.minimum + below * unit, self.minimum + (below + 1) * unit


@check("MSC305", "error")
def impossible_mean(subject: Subject) -> Iterator[Hit]:
    """mean that no whole-number scores give (GRIM).

    Some whole sum S of n scores must have S·step/(n·items) within half a unit of the mean's last place.
    Ordinal outcomes with a step only. Silent where 10^decimals ≤ n·items/step, when every mean is
    possible. A warning where n is only the arm's size, and for changes.
    It matters because the mean, n or the scale is then not what the source says.
    Example: a mean of 5.19 of 28 whole numbers: 145/28 is 5.179 and 146/28 is 5.214.
    It cannot see means of imputed or weighted scores, which need not be on the lattice: adjusted results
    are left alone.
    Source: Brown & Heathers 2017, 10.1177/1948550616673876.
    """
    for group in subject.groups:
        mean, lattice = printed(group.values.mean), _lattice(group)
        if mean is None or lattice is None or _grim(mean, lattice):
            continue
        nearest = " and ".join(
            f"{value:.{max(mean.decimals, 0) + 2}f}" for value in lattice.neighbours(float(mean))
        )
        message = (
            f"mean {mean} is not that of any {_scores(lattice)}; the nearest are {nearest}{_hint(group)}"
        )
        yield Hit((*group.path, "mean"), message, str(mean), nearest, _severity(group), group.outcome_id)


@check("MSC306", "error")
def impossible_sd(subject: Subject) -> Iterator[Hit]:
    """SD that no whole-number scores with this mean give (GRIMMER).

    Over every sum S that the mean allows, some whole sum of squares of the same parity as S must give the
    SD within rounding. Ordinal outcomes with a step only; means that fail GRIM are found there. A warning
    as there.
    It matters because mean, SD or n is then not what the source says.
    Example: mean 5.23, SD 2.55 of 35 whole numbers.
    It cannot see an SD computed with divisor n, nor imputed scores.
    Source: Anaya 2016, 10.7287/peerj.preprints.2400v1; Allard 2018.
    """
    for group in subject.groups:
        mean, sd, lattice = printed(group.values.mean), printed(group.values.sd), _lattice(group)
        if mean is None or sd is None or lattice is None or lattice.n < 2 or not _grim(mean, lattice):
            continue
        if lattice.totals(mean) < MOST_TOTALS and not granularity.grimmer(
            Interval(*mean.bounds), Interval(*sd.bounds), *lattice.arguments
        ):
            nearest = " and ".join(
                f"{value:.{max(sd.decimals, 0) + 2}f}" for value in _nearest_sds(mean, sd, lattice)
            )
            message = f"SD {sd} with mean {mean} is not that of any {_scores(lattice)}; "
            message += f"the nearest are {nearest}{_hint(group)}"
            yield Hit((*group.path, "sd"), message, str(sd), nearest, _severity(group), group.outcome_id)


@check("MSC307", "error")
def impossible_binary_sd(subject: Subject) -> Iterator[Hit]:
    """SD that zeros and ones with this mean do not have (DEBIT).

    The SD of n values of 0 and 1 is √(n/(n − 1)·m(1 − m)), within what rounding allows. Binary outcomes
    with a mean and an SD only. A warning where n is only the arm's size.
    It matters because the mean of such an outcome is its risk, and the SD adds nothing to it.
    Example: mean 0.19 and SD 0.35 of 1683; the SD is 0.39.
    It cannot see percentages, which are not means of zeros and ones.
    Source: Heathers & Brown 2019, DEBIT.
    """
    for group in subject.groups:
        mean, sd, n = printed(group.values.mean), printed(group.values.sd), group.size.n
        binary = group.outcome is not None and group.outcome.type == "binary"
        if not binary or not group.observed or group.changed or mean is None or sd is None or not n or n < 2:
            continue
        if 0 <= mean.value <= 1 and not granularity.debit(Interval(*mean.bounds), Interval(*sd.bounds), n):
            right = f"{math.sqrt(n / (n - 1) * float(mean) * (1 - float(mean))):.{max(sd.decimals, 0) + 2}f}"
            message = f"SD {sd} of {n} zeros and ones with mean {mean}; it should be {right}{_hint(group)}"
            yield Hit((*group.path, "sd"), message, str(sd), right, group.size.severity, group.outcome_id)


def _lattice(group: Group) -> Lattice | None:
    """The lattice of a group's mean; None for a scale without steps, or without a size."""
    scale, n = group.steps, group.size.n
    step = printed(scale.step) if scale else None
    if scale is None or step is None or step.value <= 0 or not n:
        return None
    items = (scale.items.count if scale.items else None) or 1
    lowest = printed(scale.range.low) if scale.range and not group.changed else None
    return Lattice(n, min(items, LARGEST), float(step), float(lowest) if lowest else 0.0)


def _grim(mean: Reported, lattice: Lattice) -> bool:
    if not granularity.grim_can_fail(mean.decimals, lattice.n, lattice.items, lattice.step):
        return True
    return granularity.grim(Interval(*mean.bounds), *lattice.arguments)


def _nearest_sds(mean: Reported, sd: Reported, lattice: Lattice) -> list[float]:
    """The nearest possible SDs below (where there is one) and above, over every sum that the mean allows."""
    n, unit, possible = lattice.n, lattice.step / lattice.items, []
    target = (n - 1) * (float(sd) / unit) ** 2
    for total in granularity.totals(Interval(*mean.bounds), *lattice.arguments):
        least = (total % n) * (n - total % n) / n
        excess = 2 * math.floor((target - least) / 2)
        possible += [unit * math.sqrt((least + d) / (n - 1)) for d in {max(0, excess), max(0, excess + 2)}]
    below = [value for value in possible if value <= float(sd)]
    above = [value for value in possible if value > float(sd)]
    return [*([max(below)] if below else []), *([min(above)] if above else [])]


def _scores(lattice: Lattice) -> str:
    step = "whole-number scores" if lattice.step == 1 else f"scores in steps of {lattice.step:g}"
    return f"{lattice.n} {step}" + (f" of {lattice.items} items" if lattice.items > 1 else "")


def _severity(group: Group) -> Severity | None:
    return "warning" if group.changed else group.size.severity


def _hint(group: Group) -> str:
    return "" if group.size.stated else "; n is the arm's size, state it where fewer were measured"
