"""MSC301 to MSC304, MSC313 to MSC315: values of a group beside each other, their scale, all participants."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msc_evidence.analysis.design import own_arms
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.groups import Group, Size, location_values, rounding_interval, values_outside
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.reported import UNITS, Reported, Span, Time
from msc_evidence.registry.values import Values
from msc_evidence.statistics.interval import Interval

#: The longest that one unit of a window can be, in days: trials count calendar months and leap years.
LONGEST_DAYS = {"h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 31.0, "y": 366.0}
#: Words of a variable that is the time from the stroke to entry, and of times to something later than entry.
SINCE_STROKE = ("stroke", "onset", "symptom", "infarct", "ictus")
AFTER_ENTRY = (
    "treat", "infus", "inject", "transplant", "administ", "implant", "interven", "therap", "death", "recur",
    "discharge",
)  # fmt: skip

Quantile = tuple[str, str, Reported]


@check("MSC301", "error", fields=("range|iqr",))
def quantiles_out_of_order(subject: Subject) -> Iterator[Hit]:
    """minimum, quartiles, median and maximum out of order.

    min ≤ Q1 ≤ median ≤ Q3 ≤ max. Two values with the same number of decimals keep their order when
    rounded; others are compared by everything that their rounding allows.
    It matters because one of the two numbers is then wrong or belongs elsewhere.
    Example: a median of 12 with quartiles 14 and 20; a range of 83–28.
    It cannot see wrong values that keep the order.

    Flagged:
        baseline: [{variable: NIHSS, all: {median: 12, iqr: 14-20}}]
    Silent:
        baseline: [{variable: NIHSS, all: {median: 16, iqr: 14-20}}]
    """
    for group in subject.groups:
        for (name, _, low), (other, key, high) in pairwise(_given_quantiles(group.values)):
            if _is_above(low, high):
                at_fault = _key_at_fault(name, other, key)
                message = f"{name} {low} is above {other} {high}"
                yield Hit((*group.path, at_fault), message, str(low), f"≤ {high}", outcome=group.outcome_id)


def _given_quantiles(values: Values) -> list[Quantile]:
    """The order statistics that are given, lowest first: name, key of the record and value."""
    quantiles: list[Quantile | None] = [
        ("minimum", "range", values.range.low) if values.range else None,
        ("lower quartile", "iqr", values.iqr.low) if values.iqr else None,
        ("median", "median", values.median) if values.median is not None else None,
        ("upper quartile", "iqr", values.iqr.high) if values.iqr else None,
        ("maximum", "range", values.range.high) if values.range else None,
    ]
    return [quantile for quantile in quantiles if quantile]


def _key_at_fault(name: str, other: str, key: str) -> str:
    """Where to point: at the inner of the two values, which is likelier to be mistyped than the range."""
    if "median" in (name, other):
        return "median"
    return "iqr" if "quartile" in name + other else key


def _is_above(low: Reported, high: Reported) -> bool:
    if low.comparator == high.comparator == "=" and low.decimals == high.decimals:
        return low.value > high.value
    return low.bounds[0] > high.bounds[1]


@check("MSC302", "error", fields=("range", "mean"))
def mean_outside_range(subject: Subject) -> Iterator[Hit]:
    """mean outside what range and n allow.

    With one participant at each extreme a mean lies from (min·(n − 1) + max)/n to (min + max·(n − 1))/n;
    without n, from min to max. Rounding of all three is allowed for; n is the largest that the group can
    have been.
    It matters because mean, range or n then belong to different participants.
    Example: ages 28–83 of 54 participants allow means from 28.52 to 82.48 (were the range exact, from
    29.02 to 81.98): 68 is possible.
    It cannot see a wrong mean between these bounds, which are wide.

    Flagged:
        baseline: [{variable: age, all: {n: 54, mean: 82.6, range: 28-83}}]
    Silent:
        baseline: [{variable: age, all: {n: 54, mean: 82.4, range: 28-83}}]
    """
    for group in subject.groups_with("range"):
        mean, ends = group.values.mean, group.values.range
        allowed = _mean_bounds(ends, group.size) if ends is not None and group.observed else None
        if mean is not None and allowed is not None and not Interval(*mean.bounds).meets(allowed):
            of = f" of {group.size.n}" if group.size.n else ""
            bounds = f"{allowed.lo:.4g} to {allowed.hi:.4g}"
            message = f"mean {mean} is outside what a range of {ends}{of} allows, {bounds}"
            yield Hit((*group.path, "mean"), message, str(mean), bounds, outcome=group.outcome_id)


def _mean_bounds(ends: Span, size: Size) -> Interval | None:
    """The means that an observed range allows, rounding included; None where its ends are no range."""
    low, high = rounding_interval(ends.low), rounding_interval(ends.high)
    if low is None or high is None or low.lo > high.lo or low.hi > high.hi:
        return None
    n = size.n if size.stated else size.most
    if n is None or n < 2:
        return Interval(low.lo, high.hi)
    return Interval(low.lo + (high.lo - low.lo) / n, high.hi - (high.hi - low.hi) / n)


@check("MSC303", "error", fields=("mean|median|iqr|range",))
def value_outside_scale(subject: Subject) -> Iterator[Hit]:
    """value outside the limits of its scale.

    Mean, median, quartiles and range of an outcome lie within its lowest and highest possible value, as
    do those of a baseline variable that bears the outcome's name. Changes, derived and adjusted values
    are left alone.
    It matters because the value, or the scale it is recorded under, is wrong.
    Example: a median of 7 on the modified Rankin Scale, which runs from 0 to 6.
    It cannot see outcomes whose limits the registry does not give.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, arms: {msc: {median: 7}}}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, arms: {msc: {median: 6}}}]
    """
    for group in subject.groups:
        limits = group.scale.range if group.scale else None
        if limits is None:
            continue
        for key, number in values_outside(group.values, limits):
            allowed = f"{limits.low} to {limits.high}"
            message = f"{key} {number} is outside {group.variable}, which runs from {allowed}"
            yield Hit((*group.path, key), message, str(number), allowed, outcome=group.outcome_id)


@check("MSC304", "error", fields=("window",))
def entry_after_window(subject: Subject) -> Iterator[Hit]:
    """entry later than eligibility allows.

    The time from stroke to entry (a baseline variable that names it, with a unit of time) lies within the
    design's window. Months count 31 days and years 366 at most, and rounding is allowed for.
    It matters because participants who were not eligible were then included, or the window or the time is
    wrong.
    Example: "within 90 days" with a range of 5–89 d is right, with 5–98 d it is not.
    It cannot see times to treatment, which may follow entry by weeks, nor times shorter than a window's
    beginning.

    Flagged:
        design: {window: <=90 d}
        baseline: [{variable: time from stroke to randomisation, unit: d, all: {range: 5-98}}]
    Silent:
        design: {window: <=90 d}
        baseline: [{variable: time from stroke to randomisation, unit: d, all: {range: 5-89}}]
    """
    window = subject.trial.design.window
    if not isinstance(window, Time) or window.amount.comparator not in "=<≤":
        return
    latest = float(window.amount.value) * LONGEST_DAYS[window.unit]
    for group in subject.groups:
        unit = _entry_time_unit(group)
        for key, number in location_values(group.values) if unit else ():
            earliest = Time(number, unit).days * number.bounds[0] / float(number) if number.value else 0.0
            if earliest > latest:
                message = f"{group.variable}: {key} {number} {unit} is beyond the window of {window}"
                yield Hit(
                    (*group.path, key), message, f"{number} {unit}", f"≤ {window.amount.value} {window.unit}"
                )


def _entry_time_unit(group: Group) -> str:
    """The unit of the time from stroke to entry; empty for every other variable."""
    name = group.variable.casefold()
    unit = UNITS.get((group.unit or "").casefold(), "")
    timed = "time" in name or "interval" in name or "since" in name or "days" in name or "delay" in name
    if group.result is None and timed and any(word in name for word in SINCE_STROKE):
        return "" if any(word in name for word in AFTER_ENTRY) else unit
    return ""


@check("MSC313", "error", fields=("baseline", "all", "mean"))
def mean_of_all_against_arms(subject: Subject) -> Iterator[Hit]:
    """mean of all participants that the means of the arms do not give.

    Where every arm has a mean beside that of all, Σ n·mean / Σ n over the rounding of all of them. An
    error where every n is stated, or where the mean of all lies outside the arms' means, which no sizes
    give; a warning where n is only the arm's size. Arms that combine others, and historical controls, are
    left out.
    It matters because one of the means is then wrong, or someone is in no arm.
    Example: a BMI of 3.73 in all and of 4.68 and 2.98 in two arms of 27, which give 3.83.
    It cannot see two errors that cancel.

    Flagged:
        arms: {msc: {role: treatment, n: 27}, control: {role: control, n: 27}}
        baseline: [{variable: age, all: {mean: 57.3}, arms: {msc: {mean: 58.6}, control: {mean: 54.9}}}]
    Silent:
        arms: {msc: {role: treatment, n: 27}, control: {role: control, n: 27}}
        baseline: [{variable: age, all: {mean: 56.8}, arms: {msc: {mean: 58.6}, control: {mean: 54.9}}}]
    """
    own = own_arms(subject.trial)
    groups = {group.path: group for group in subject.groups if group.result is None}
    for index, row in enumerate(subject.trial.baseline):
        whole = rounding_interval(row.all.mean) if row.all is not None else None
        arms = [groups.get(("baseline", index, "arms", name)) for name in own]
        parts = [(group, rounding_interval(group.values.mean)) for group in arms if group is not None]
        means = [mean for _, mean in parts if mean is not None]
        if row.all is None or whole is None or len(means) < len(own) or len(own) < 2:
            continue
        given = _weighted_mean([group.size.n for group, _ in parts], means)
        outside = whole.hi < min(mean.lo for mean in means) or whole.lo > max(mean.hi for mean in means)
        if outside or (given is not None and not whole.meets(given)):
            words = " and ".join(f"{group.values.mean} ({group.size.n or 'n?'})" for group, _ in parts)
            weighted = f", which give {given.middle:.4g}" if given is not None else ""
            message = f"mean {row.variable} {row.all.mean} of all, {words} in the arms{weighted}"
            sure = outside or all(group.size.stated for group, _ in parts)
            severity: Severity | None = None if sure else "warning"
            yield Hit(
                ("baseline", index, "all", "mean"), message, str(row.all.mean), weighted or None, severity
            )


def _weighted_mean(sizes: Sequence[int | None], means: Sequence[Interval]) -> Interval | None:
    """The mean of all over everything that the arms' means can stand for; None unless every size is known."""
    known = [n for n in sizes if n]
    if len(known) < len(means):
        return None
    low, high = (
        sum(n * end for n, end in zip(known, ends, strict=True)) / sum(known)
        for ends in ([mean.lo for mean in means], [mean.hi for mean in means])
    )
    return Interval(low, high)


@check("MSC315", "error", fields=("baseline", "all", "sd"))
def sd_of_all_against_arms(subject: Subject) -> Iterator[Hit]:
    """SD of all participants below what the SDs of the arms allow.

    (N − 1)·SD² of all is at least Σ (n − 1)·sd² of the arms, and more by what their means differ; over the
    rounding of all SDs. An error where every n is stated; where n is only the arm's size a warning, and only where
    the SD of all is below that of each arm. Arms that combine others, and historical controls, are left out.
    It matters because one of the SDs is then wrong, or all and arms are other participants.
    Example: an SD of 6.1 in all of 40, of 9.8 and 10.2 in two arms of 20: at least 9.87.
    It cannot see an SD of all that is too large.
    Source: analysis of variance.

    Flagged:
        arms: {msc: {role: treatment, n: 20}, control: {role: control, n: 20}}
        baseline: [{variable: age, all: {n: 40, sd: 6.1}, arms: {msc: {sd: 9.8}, control: {sd: 10.2}}}]
    Silent:
        arms: {msc: {role: treatment, n: 20}, control: {role: control, n: 20}}
        baseline: [{variable: age, all: {n: 40, sd: 9.9}, arms: {msc: {sd: 9.8}, control: {sd: 10.2}}}]
    """
    own = own_arms(subject.trial)
    groups = {group.path: group for group in subject.groups if group.result is None}
    for index, row in enumerate(subject.trial.baseline):
        whole = groups.get(("baseline", index, "all"))
        parts = [groups.get(("baseline", index, "arms", name)) for name in own]
        if whole is None or row.all is None or len(own) < 2:
            continue
        least, sd = _least_sd_of_all(parts), rounding_interval(row.all.sd)
        if least is None or sd is None or sd.hi >= least:
            continue
        words = " and ".join(f"{part.values.sd} ({part.size.n})" for part in parts if part is not None)
        message = f"SD {row.variable} {row.all.sd} of all, {words} in the arms, which allow no less than {least:.3g}"
        stated = all(part is not None and part.size.stated for part in parts)
        severity: Severity | None = None if stated else "warning"
        yield Hit(("baseline", index, "all", "sd"), message, str(row.all.sd), f"≥ {least:.3g}", severity)


def _least_sd_of_all(parts: Sequence[Group | None]) -> float | None:
    """The least SD that all participants can have, from the SDs of the arms; None where one is unknown."""
    known = [(part.size.n, rounding_interval(part.values.sd), part.size.stated) for part in parts if part]
    sizes = [n for n, sd, _ in known if n is not None and n > 1 and sd is not None]
    least = [max(sd.lo, 0.0) for _, sd, _ in known if sd is not None]
    if len(parts) < 2 or not len(parts) == len(sizes) == len(least):
        return None
    if not all(stated for *_, stated in known):  # fewer may have been measured, in whichever arm
        least = [min(least)] * len(least)
    squares = sum((n - 1) * sd**2 for n, sd in zip(sizes, least, strict=True))
    return math.sqrt(squares / (sum(sizes) - 1))


@check("MSC314", "error", fields=("ci",))
def value_outside_own_interval(subject: Subject) -> Iterator[Hit]:
    """value of an arm outside its own confidence interval.

    Mean, geometric mean, median, percentage or rate of a group against the interval (`ci`) recorded of it,
    over everything that rounding allows; and the limits in the wrong order.
    It matters because the SD of a meta-analysis is often computed from just these numbers.
    Example: a geometric mean of 41.2 with an interval of 42.0 to 48.4.
    It cannot see which of the numbers is wrong.

    Flagged:
        results: [{outcome: infarct, at: 3 mo, arms: {msc: {geometric-mean: 41.2, ci: 42.0-48.4}}}]
    Silent:
        results: [{outcome: infarct, at: 3 mo, arms: {msc: {geometric-mean: 41.2, ci: 35.1-48.4}}}]
    """
    for group in subject.groups_with("ci"):
        ends = group.values.ci
        low, high = (rounding_interval(ends.low), rounding_interval(ends.high)) if ends else (None, None)
        named = [(key, getattr(group.values, key)) for key in _WITH_INTERVAL]
        key, value = next(((key, value) for key, value in named if value is not None), ("", None))
        box = rounding_interval(value)
        if low is None or high is None or box is None:
            continue
        if high.hi < low.lo or box.hi < low.lo or box.lo > high.hi:
            name = key.replace("_", " ")
            message = f"{name} {value} is outside its own interval of {ends}"
            yield Hit((*group.path, "ci"), message, str(value), str(ends), outcome=group.outcome_id)


#: What an interval of a group is of, the first that is recorded.
_WITH_INTERVAL = ("geometric_mean", "mean", "median", "rate", "percent")
