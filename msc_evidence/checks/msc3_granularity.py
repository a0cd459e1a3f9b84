"""MSC305 to MSC307, MSC311, MSC312: whether whole-number scores, or zeros and ones, can have a mean, SD or median."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.checks.finding import Severity
from msc_evidence.checks.groups import CUT_OFF, LARGEST, MOST_TOTALS, Group, exact_number, hit_at_any_size
from msc_evidence.checks.msc3_spreads import possible_sds
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Outcome
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics import granularity
from msc_evidence.statistics.interval import Interval


@dataclass(frozen=True, slots=True)
class Lattice:
    """The values that the mean of `n` stepped scores can take: minimum + S·step/(n·items)."""

    n: int
    items: int
    step: float
    #: The limits of a single score, None where the registry gives none.
    minimum: float | None
    maximum: float | None

    @property
    def design(self) -> tuple[int, int, float]:
        """Scores, items and step, as the functions of `granularity` take them."""
        return self.n, self.items, self.step

    @property
    def limits(self) -> tuple[float | None, float | None]:
        """The lowest and the highest score."""
        return self.minimum, self.maximum

    def possible_sums(self, mean: Reported) -> float:
        """About how many sums a mean leaves possible."""
        return Interval(*mean.bounds).width * self.n * self.items / self.step

    def holds_mean(self, mean: Reported) -> bool:
        """Whether the mean lies within the limits; one outside is another check's finding."""
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        return Interval(*mean.bounds).meets(Interval(low, high))

    def neighbours(self, mean: float) -> tuple[float, float]:
        """The nearest possible means below and above."""
        unit, start = self.step / (self.n * self.items), self.minimum or 0.0
        below = math.floor((mean - start) / unit)
        return start + below * unit, start + (below + 1) * unit


@check("MSC305", "error", fields=("mean",))
def impossible_mean(subject: Subject) -> Iterator[Hit]:
    """mean impossible for whole-number scores (GRIM).

    Some whole sum S of n scores must have S·step/(n·items) within half a unit of the mean's last place.
    Ordinal and continuous outcomes with a step only (MSC311 names those without). Silent where
    10^decimals ≤ n·items/step, when every mean is possible. A characteristic at entry without an n of its own
    may be of those analysed or of all who were allocated. A warning where n is only the arm's size, for
    changes, and where the mean was cut off instead of rounded.
    It matters because the mean, n or the scale is then not what the source says.
    Example: a mean of 5.19 of 28 whole numbers: 145/28 is 5.179 and 146/28 is 5.214.
    It cannot see means of weighted scores, which need not be on the lattice: adjusted results and those
    recorded as `imputed` are left alone.
    Source: Brown & Heathers 2017, 10.1177/1948550616673876.

    Flagged:
        results: [{outcome: nihss, at: 3 mo, arms: {msc: {n: 28, mean: 5.19}}}]
    Silent:
        results: [{outcome: nihss, at: 3 mo, arms: {msc: {n: 32, mean: 5.19}}}]
    """
    for group in subject.groups_with("mean"):
        yield from hit_at_any_size(group, _impossible_mean_hit)


def _impossible_mean_hit(group: Group) -> Hit | None:
    mean, lattice = exact_number(group.values.mean), _lattice_of_means(group)
    if mean is None or lattice is None or _passes_grim(mean, lattice):
        return None
    possible = lattice.neighbours(float(mean))
    nearest = _with_more_digits(possible, mean)
    message = f"mean {mean} is not that of any {_score_words(lattice)}; the nearest are {nearest}"
    cut = _cut_off_words(mean, possible)
    severity = _group_severity(group) or ("warning" if cut else None)
    message += cut + _size_hint(group)
    return Hit((*group.path, "mean"), message, str(mean), nearest, severity, group.outcome_id)


def _cut_off_words(number: Reported, possible: Sequence[float]) -> str:
    """A remark where the number is a possible one that was cut off instead of rounded."""
    unit = 10.0**number.decimals
    digits = [math.trunc(value * unit) for value in possible]
    return f" {CUT_OFF}" if round(float(number) * unit) in digits else ""


def _with_more_digits(possible: Sequence[float], number: Reported) -> str:
    """Possible values with two digits more than were printed."""
    return " and ".join(f"{value:.{max(number.decimals, 0) + 2}f}" for value in possible)


@check("MSC306", "error", fields=("sd",))
def impossible_sd(subject: Subject) -> Iterator[Hit]:
    """SD impossible for whole-number scores with this mean (GRIMMER).

    Over every sum S that the mean allows, n scores within the limits of the scale must have that sum and,
    within rounding, that SD. Up to 100 scores this is decided exactly; of more, the sum of squares must
    have the parity of S. Outcomes with a step only; means that fail GRIM are found there, and SDs beyond
    the least and the greatest by MSC308. A warning as there; a note where the divisor n gives the SD.
    It matters because mean, SD or n is then not what the source says.
    Example: mean 3.44, SD 2.47 of 18 whole numbers.
    It cannot see imputed scores that the record does not call `imputed`.
    Source: Anaya 2016, 10.7287/peerj.preprints.2400v1; Allard 2018.

    Flagged:
        results: [{outcome: nihss, at: 3 mo, arms: {msc: {n: 35, mean: 5.23, sd: 2.55}}}]
    Silent:
        results: [{outcome: nihss, at: 3 mo, arms: {msc: {n: 31, mean: 5.23, sd: 2.55}}}]
    """
    for group in subject.groups_with("sd"):
        yield from hit_at_any_size(group, _grimmer_hit)


def _grimmer_hit(group: Group) -> Hit | None:
    mean, sd = exact_number(group.values.mean), exact_number(group.values.sd)
    lattice = _lattice_of_means(group)
    if mean is None or sd is None or lattice is None or lattice.n < 2 or not _passes_grim(mean, lattice):
        return None
    bounds = possible_sds(group)
    out_of_bounds = bounds is not None and not bounds.meets(Interval(*sd.bounds))
    if out_of_bounds or not lattice.holds_mean(mean) or lattice.possible_sums(mean) >= MOST_TOTALS:
        return None
    if _passes_grimmer(mean, sd, lattice, lattice.n - 1):
        return None
    return _impossible_sd_hit(group, mean, sd, lattice)


def _impossible_sd_hit(group: Group, mean: Reported, sd: Reported, lattice: Lattice) -> Hit:
    possible = granularity.nearest_sds(Interval(*mean.bounds), float(sd), *lattice.design, *lattice.limits)
    nearest = _with_more_digits(possible, sd)
    message = (
        f"SD {sd} with mean {mean} is not that of any {_score_words(lattice)}; the nearest are {nearest}"
    )
    cut = _cut_off_words(sd, possible)
    message += cut
    of_population = _passes_grimmer(mean, sd, lattice, lattice.n)
    message += "; with divisor n in place of n − 1 it is one" if of_population else ""
    severity = "note" if of_population else _group_severity(group) or ("warning" if cut else None)
    return Hit((*group.path, "sd"), message + _size_hint(group), str(sd), nearest, severity, group.outcome_id)


@check("MSC307", "error", fields=("sd",))
def impossible_binary_sd(subject: Subject) -> Iterator[Hit]:
    """SD impossible for a yes/no outcome with this mean (DEBIT).

    Some whole number k of n must have k/n within half a unit of the mean's last place and √(k(n − k)/(n(n
    − 1))) within that of the SD's. Binary outcomes with a mean and an SD only. A warning where n is only
    the arm's size, a note where the divisor n gives the SD.
    It matters because the mean of such an outcome is its risk, and the SD adds nothing to it.
    Example: mean 0.19 and SD 0.35 of 1683; the SD is 0.39.
    It cannot see percentages, which are not means of zeros and ones.
    Source: Heathers & Brown 2019, DEBIT.

    Flagged:
        results: [{outcome: responders, at: 3 mo, arms: {msc: {n: 1683, mean: 0.19, sd: 0.35}}}]
    Silent:
        results: [{outcome: responders, at: 3 mo, arms: {msc: {n: 1683, mean: 0.53, sd: 0.50}}}]
    """
    for group in subject.groups_with("sd"):
        yield from hit_at_any_size(group, _debit_hit)


def _debit_hit(group: Group) -> Hit | None:
    mean, sd, n = exact_number(group.values.mean), exact_number(group.values.sd), group.size.n
    binary = group.outcome is not None and group.outcome.type == "binary"
    if not binary or not group.observed or group.changed or mean is None or sd is None or not n or n < 2:
        return None
    if not 0 <= mean.value <= 1 or granularity.debit(Interval(*mean.bounds), Interval(*sd.bounds), n):
        return None
    return _impossible_binary_sd_hit(group, mean, sd, n)


def _impossible_binary_sd_hit(group: Group, mean: Reported, sd: Reported, n: int) -> Hit:
    """No whole number of ones has the mean, or none of those that have it has the SD."""
    boxes = Interval(*mean.bounds), Interval(*sd.bounds)
    right = f"{math.sqrt(n / (n - 1) * float(mean) * (1 - float(mean))):.{max(sd.decimals, 0) + 2}f}"
    message = f"SD {sd} of {n} zeros and ones with mean {mean}; it should be {right}"
    if not granularity.grim(boxes[0], n):
        message = f"mean {mean} is not that of any {n} zeros and ones"
    of_population = granularity.debit(*boxes, n, divisor=n)
    message += ", or with divisor n as printed" if of_population else ""
    severity = "note" if of_population else group.size.severity
    return Hit((*group.path, "sd"), message + _size_hint(group), str(sd), right, severity, group.outcome_id)


@check("MSC312", "warning", fields=("median",))
def impossible_median(subject: Subject) -> Iterator[Hit]:
    """median that no whole-number scores have.

    The median of an odd number of scores is one of them, of an even number midway between two: a multiple
    of the step or of half of it (divided by the number of items), counted from the lowest score. Outcomes
    with a step only; with n unknown, half steps are allowed.
    It matters because the median, n or the scale is then not what the source says.
    Example: a median of 3.3 on the modified Rankin Scale; one of 2.5 of 25 participants.
    It cannot see medians of grouped or imputed data, nor an estimate of the median difference recorded as one.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, arms: {msc: {n: 25, median: 2.5}}}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, arms: {msc: {n: 24, median: 2.5}}}]
    """
    for group in subject.groups_with("median"):
        median, lattice = exact_number(group.values.median), _lattice_of_means(group, of_any_size=True)
        if median is None or lattice is None:
            continue
        odd = group.size.stated and lattice.n % 2 == 1
        lattice_of_median = Lattice(1 if odd else 2, *lattice.design[1:], *lattice.limits)
        if not granularity.grim(
            Interval(*median.bounds), *lattice_of_median.design, lattice_of_median.minimum or 0
        ):
            nearest = " and ".join(f"{value:g}" for value in lattice_of_median.neighbours(float(median)))
            of = f"{lattice.n} {_step_words(lattice)}" if odd else _step_words(lattice)
            message = f"median {median} is not that of any {of}; the nearest are {nearest}"
            yield Hit((*group.path, "median"), message, str(median), nearest, outcome=group.outcome_id)


@check("MSC311", "note", fields=("mean",))
def no_step_recorded(subject: Subject) -> Iterator[Hit]:
    """ordinal outcome without a step, whose means were not looked at.

    GRIM and GRIMMER (MSC305, MSC306) need the distance between neighbouring scores. Said once per trial of
    each ordinal outcome whose means they would have looked at, had the outcome a `step` of 1.
    It matters because silence would read as if these means had been found possible.
    Example: a mean of 34.61 of 22 participants on a scale that is recorded as `type: ordinal` alone.
    It cannot see whether scores come in steps: where they are weighted, write `type: continuous`.

    Flagged:
        results: [{outcome: no-step, at: 3 mo, arms: {msc: {n: 22, mean: 34.61}}}]
    """
    unseen: dict[str, list[Group]] = {}
    for group in subject.groups:
        if group.outcome_id is not None and _lacks_only_a_step(group):
            unseen.setdefault(group.outcome_id, []).append(group)
    for outcome, outcome_groups in unseen.items():
        name, means = outcome_groups[0].variable, counted(len(outcome_groups), "mean")
        message = f"no step recorded for {name}: GRIM and GRIMMER did not look at {means} of it"
        message += f"; where its scores have one, write it as outcomes.{outcome}.step"
        yield Hit((*outcome_groups[0].path, "mean"), message, outcome=outcome)


def _lacks_only_a_step(group: Group) -> bool:
    """Whether nothing but the step of its scale is missing for a check of this mean."""
    mean, n, scale = exact_number(group.values.mean), group.size.n, group.stepped_outcome
    if mean is None or not n or scale is None or scale.type != "ordinal" or scale.step is not None:
        return False
    decided_by_sd = n >= 2 and exact_number(group.values.sd) is not None
    return decided_by_sd or granularity.grim_can_fail(mean.decimals, n)


def _lattice_of_means(group: Group, *, of_any_size: bool = False) -> Lattice | None:
    """The lattice of a group's mean; None for a scale without steps or, unless of any size, without a size."""
    scale, n = group.stepped_outcome, group.size.n or (2 if of_any_size else None)
    step = exact_number(scale.step) if scale else None
    if scale is None or step is None or step.value <= 0 or not n:
        return None
    items = min((scale.items.count if scale.items else None) or 1, LARGEST)
    return Lattice(n, items, float(step), *_score_limits(scale, float(step) / items, changed=group.changed))


def _score_limits(scale: Outcome, unit: float, *, changed: bool) -> tuple[float | None, float | None]:
    """The lowest and the highest score, or change of it; none where they are not whole steps apart."""
    low, high = (
        (exact_number(scale.range.low), exact_number(scale.range.high)) if scale.range else (None, None)
    )
    if low is None or high is None:
        return None, None
    width = float(high) - float(low)
    whole = math.isclose(round(width / unit) * unit, width)
    if changed:
        return (-width, width) if whole else (None, None)
    return float(low), float(high) if whole else None


def _passes_grim(mean: Reported, lattice: Lattice) -> bool:
    if not granularity.grim_can_fail(mean.decimals, *lattice.design):
        return True
    return granularity.grim(Interval(*mean.bounds), *lattice.design, lattice.minimum or 0)


def _passes_grimmer(mean: Reported, sd: Reported, lattice: Lattice, divisor: int) -> bool:
    n, items, step = lattice.design
    boxes = Interval(*mean.bounds), Interval(*sd.bounds)
    return granularity.grimmer(*boxes, n, items, step, *lattice.limits, divisor=divisor)


def _score_words(lattice: Lattice) -> str:
    return f"{lattice.n} {_step_words(lattice)}"


def _step_words(lattice: Lattice) -> str:
    step = "whole-number scores" if lattice.step == 1 else f"scores in steps of {lattice.step:g}"
    return step + (f" of {lattice.items} items" if lattice.items > 1 else "")


def _group_severity(group: Group) -> Severity | None:
    return "warning" if group.changed else group.size.severity


def _size_hint(group: Group) -> str:
    return "" if group.size.stated else "; n is the arm's size, state it where fewer were measured"
