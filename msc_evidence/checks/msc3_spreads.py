"""MSC308 to MSC310: whether an SD fits its range, its scale and its mean."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from msc_evidence.analysis.recompute.tests_named import methods_named
from msc_evidence.checks.exchanged_by_p import spreads_exchanged_by_p
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.groups import (
    MOST_TOTALS,
    Group,
    Size,
    exact_number,
    hit_at_any_size,
    rounding_interval,
)
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Outcome
from msc_evidence.registry.reported import UNITS, Span
from msc_evidence.statistics import granularity
from msc_evidence.statistics.interval import Interval

#: Baseline variables that cannot be negative, besides times and scales that begin at 0.
POSITIVE = frozenset({"age", "weight", "height", "body mass index", "bmi"})


@check("MSC308", "error", fields=("sd",))
def sd_out_of_bounds(subject: Subject) -> Iterator[Hit]:
    """SD outside what range, scale, mean and n allow.

    At most √(n/(n − 1)·(m − min)(max − m)), with the observed range or else the limits of the scale; at
    least that of values of which one is at each end of an observed range and the rest are equal, or of
    neighbouring scores on a stepped scale. Rounding of all inputs is allowed for. A warning where n is
    only the arm's size and a smaller one would allow the SD, a note where the divisor n in place of n − 1
    gives it.
    It matters because SD, mean or range is then wrong; often the SD is a standard error.
    Example: ages with mean 68 and range 28–83 of 54 participants have an SD from 5.71 to 25.5; were the
    three exact, from 5.89 to 24.7.
    It cannot see a wrong SD between these bounds, nor changes without an observed range.
    Source: Bhatia & Davis 2000, 10.1080/00029890.2000.12005203.

    Flagged:
        baseline: [{variable: age, all: {n: 54, mean: 68, sd: 27, range: 28-83}}]
    Silent:
        baseline: [{variable: age, all: {n: 54, mean: 68, sd: 25, range: 28-83}}]
    """
    for group in subject.groups_with("sd"):
        yield from hit_at_any_size(group, _out_of_bounds_hit)


def _out_of_bounds_hit(group: Group) -> Hit | None:
    sd, bounds = rounding_interval(group.values.sd), possible_sds(group)
    if sd is None or bounds is None or sd.meets(bounds):
        return None
    allowed = f"{bounds.lo:.3g} to {bounds.hi:.3g}"
    number, of_population = group.values.sd, _fits_population_sd(sd, bounds, group.size.n)
    message = f"SD {number} of {group.size.n} is outside what {_basis_words(group)} allow: {allowed}"
    message += "; with divisor n in place of n − 1 it is not" if of_population else ""
    severity = "note" if of_population else None if _fits_no_size(group, sd) else group.size.severity
    return Hit((*group.path, "sd"), message, str(number), allowed, severity, group.outcome_id)


def _fits_no_size(group: Group, sd: Interval) -> bool:
    """Whether no number of participants up to all of the arm allows the SD: it is greatest of two."""
    sizes = [replace(group, size=Size(n, True, n)) for n in (2, group.size.most) if n]
    bounds = [limits for limits in map(possible_sds, sizes) if limits is not None]
    return bool(bounds) and not sd.meets(
        Interval(min(limits.lo for limits in bounds), max(limits.hi for limits in bounds))
    )


def _fits_population_sd(sd: Interval, bounds: Interval, n: int | None) -> bool:
    """Whether an SD with divisor n is within bounds that are of one with divisor n − 1."""
    factor = math.sqrt((n - 1) / n) if n else 1.0
    return sd.meets(Interval(bounds.lo * factor, bounds.hi * factor))


def _basis_words(group: Group) -> str:
    limits = group.outcome.range if group.outcome else None
    ends = f"a range of {group.values.range}" if group.values.range else f"limits of {limits}"
    return ends + (f" and a mean of {group.values.mean}" if group.values.mean is not None else "")


def possible_sds(group: Group) -> Interval | None:
    """The SDs that a group can have; None where nothing bounds them."""
    if group.size.n is None or group.size.n < 2 or not group.observed:
        return None
    mean = rounding_interval(group.values.mean)
    if group.values.range is not None:
        return _sds_from_range(group.values.range, group.size, mean)
    return _sds_from_scale(group.scale, group.size.n, mean) if group.scale else None


def _sds_from_range(ends: Span, size: Size, mean: Interval | None) -> Interval | None:
    """Bounds from observed extremes, over everything that their rounding allows."""
    low, high, n = rounding_interval(ends.low), rounding_interval(ends.high), size.n
    if low is None or high is None or n is None or low.lo > high.lo or low.hi > high.hi:
        return None
    try:
        most = granularity.sd_bounds(low.lo, high.hi, n, mean).hi
    except ValueError:  # a mean outside the range is MSC302's
        return None
    of = max(n, size.most or n)
    if mean is None:
        return Interval(max(0.0, high.lo - low.hi) / math.sqrt(2 * (of - 1)), most)
    below = Interval(low.lo - mean.hi, low.hi - mean.lo)
    above = Interval(high.lo - mean.hi, high.hi - mean.lo)
    return Interval(min(most, _least_sd(below, above, of)), most)


def _least_sd(below: Interval, above: Interval, n: int) -> float:
    """The least SD of `n` values whose minimum and maximum lie in these boxes around their mean.

    (n − 1)SD² = u² + v² + (u + v)²/(n − 2) with the extremes u ≤ 0 ≤ v and the rest equal: convex, so least
    at 0 or on an edge of the box, where the other is −u/(n − 1). `granularity.sd_bounds` takes exact extremes.
    """
    us = Interval(min(below.lo, 0.0), min(below.hi, 0.0))
    vs = Interval(max(above.lo, 0.0), max(above.hi, 0.0))
    corners = [(u, min(max(-u / (n - 1), vs.lo), vs.hi)) for u in (us.lo, us.hi)]
    corners += [(min(max(-v / (n - 1), us.lo), us.hi), v) for v in (vs.lo, vs.hi)]
    rest = 1 / (n - 2) if n > 2 else 0.0
    return math.sqrt(min(u * u + v * v + (u + v) ** 2 * rest for u, v in corners) / (n - 1))


def _sds_from_scale(scale: Outcome, n: int, mean: Interval | None) -> Interval | None:
    """Bounds from the limits of a scale, sharper where its scores come in steps."""
    limits = scale.range
    if (
        limits is None
        or scale.type == "binary"
        or not exact_number(limits.low)
        or not exact_number(limits.high)
    ):
        return None
    lowest, highest = float(limits.low), float(limits.high)
    step = float(scale.step) if scale.step is not None and not scale.items else 0.0
    if mean is not None and step > 0 and mean.width * n / step < MOST_TOTALS:
        try:
            return granularity.sd_bounds_on_scale(lowest, highest, n, mean, step)
        except ValueError:  # a mean outside the scale is MSC303's, one between its steps MSC305's
            return None
    m = min(max((lowest + highest) / 2, mean.lo), mean.hi) if mean else (lowest + highest) / 2
    if not lowest <= m <= highest:
        return None
    return Interval(0.0, math.sqrt(n / (n - 1) * (m - lowest) * (highest - m)))


@check("MSC309", "warning", fields=("sd|se",))
def sd_and_se_exchanged(subject: Subject) -> Iterator[Hit]:
    """SE given as SD, or SD given as SE.

    Found where the SD is outside its bounds (MSC308) and SD·√n or SD/√n is within; and where an SE is too
    large to be one (SE·√n exceeds the bounds of the SD) while it would do as an SD. Found also where neither t
    test gives the p beside two means, and one does with their SDs read as SEs, or the reverse: a note where both
    readings leave p on one side of 0.05. Where nothing bounds
    the SD, an SE of a hundred participants or more that means an SD of over twenty times a mean that it
    is itself below: no variable with such a mean is spread so.
    It matters because an SE read as an SD makes an effect √n times too large, a frequent error of
    extraction.
    Example: ages 28–83 of 54 participants with mean 68 and "SD 1.9": 1.9·√54 = 14.0 is a plausible SD.
    It cannot see an exchange where both values are possible and no p stands beside them.
    Source: Cochrane Handbook 6.5.2.2.

    Flagged:
        baseline: [{variable: age, all: {n: 54, mean: 68, sd: 1.9, range: 28-83}}]
    Silent:
        baseline: [{variable: age, all: {n: 54, mean: 68, sd: 14.0, range: 28-83}}]
    """
    for group in subject.groups_with("sd", "se"):
        bounds, n = possible_sds(group), group.size.n
        sd, se = rounding_interval(group.values.sd), rounding_interval(group.values.se)
        if bounds is None and n is not None and se is not None and (hint := _huge_sd_words(group, se, n)):
            message = f"SE {group.values.se} {hint[0]}"
            yield Hit((*group.path, "se"), message, str(group.values.se), hint[1], outcome=group.outcome_id)
        if bounds is None or n is None:
            continue
        hint = (
            _exchanged_sd_words(sd, bounds, math.sqrt(n))
            if sd
            else _exchanged_se_words(se, bounds, math.sqrt(n))
            if se
            else None
        )
        if hint:
            key, number = ("sd", group.values.sd) if sd else ("se", group.values.se)
            message = f"{key.upper()} {number} {hint[0]} (possible SDs: {bounds.lo:.3g} to {bounds.hi:.3g})"
            yield Hit((*group.path, key), message, str(number), hint[1], outcome=group.outcome_id)
    yield from spreads_exchanged_by_p(subject)


#: Participants from whom on, and means beyond which, an SE cannot be one.
_MANY, _HUGE = 100, 20


def _huge_sd_words(group: Group, se: Interval, n: int) -> tuple[str, str] | None:
    """What an SE would mean of a variable that nothing bounds, where that is absurd and it would do as an SD."""
    mean = rounding_interval(group.values.mean)
    if mean is None or group.changed or not group.observed or n < _MANY or not 0 < se.lo < mean.lo:
        return None
    times = se.lo * math.sqrt(n) / mean.hi
    if times <= _HUGE:
        return None
    sd = se.middle * math.sqrt(n)
    return (
        f"of {n} would mean an SD of {sd:.3g}, {times:.0f} times the mean of {group.values.mean}; it fits as an SD",
        f"SD {se.middle:.3g}",
    )


def _exchanged_sd_words(sd: Interval, bounds: Interval, root: float) -> tuple[str, str] | None:
    """What an impossible SD would be possible as, and the SD that it then stands for."""
    larger, smaller = Interval(sd.lo * root, sd.hi * root), Interval(sd.lo / root, sd.hi / root)
    if sd.hi < bounds.lo and not sd.meets(bounds) and larger.meets(bounds):
        return f"fits as a standard error, of an SD of {larger.middle:.3g}", f"SD {larger.middle:.3g}"
    if sd.lo > bounds.hi and not sd.meets(bounds) and smaller.meets(bounds):
        return f"is √n times a possible one, {smaller.middle:.3g}", f"SD {smaller.middle:.3g}"
    return None


def _exchanged_se_words(se: Interval, bounds: Interval, root: float) -> tuple[str, str] | None:
    """As `_exchanged_sd_words`, for an SE that is too large to be one and possible as an SD."""
    sd = Interval(se.lo * root, se.hi * root)
    if sd.lo > bounds.hi and not sd.meets(bounds) and se.meets(bounds):
        return f"would mean an SD of {sd.middle:.3g}; it fits as an SD", f"SD {se.middle:.3g}"
    return None


@check("MSC310", "warning", fields=("sd", "mean"))
def skewed_values(subject: Subject) -> Iterator[Hit]:
    """mean below 2 SD of a variable that cannot be negative.

    Such values are likely skewed. A warning where a result compares means on a scale that begins at 0, a note at
    baseline. On a scale with an upper end only means in its lower quarter count: in the middle of a short scale any
    spread is wide. Silent where the result names a rank test.
    It matters because means and t tests then describe few of the participants well, in small groups above
    all.
    Example: a mean of 3.1 and an SD of 2.4 on the NIHSS.
    It cannot see skew towards a scale's upper end, nor changes, which may be negative.
    Source: Altman & Bland 1996, 10.1136/bmj.313.7066.1200.

    Flagged:
        results: [{outcome: nihss, at: 3 mo, arms: {msc: {mean: 3.1, sd: 2.4}, control: {mean: 5.9, sd: 2.7}}}]
    Silent:
        results: [{outcome: nihss, at: 3 mo, arms: {msc: {mean: 8.1, sd: 2.4}, control: {mean: 9.9, sd: 2.7}}}]
    """
    for group in subject.groups_with("sd"):
        mean, sd = rounding_interval(group.values.mean), rounding_interval(group.values.sd)
        if (
            mean is None
            or sd is None
            or mean.lo < 0
            or not _is_never_negative(group)
            or _far_from_zero(group, mean)
        ):
            continue
        if group.result is not None and "rank-sum" in methods_named(group.result.test):
            continue
        if granularity.skewed(mean.hi, sd.lo):
            ratio = f"{float(group.values.mean or 0) / float(group.values.sd or 1):.2f}"
            above = f"{ratio} SD ({group.values.sd}) above 0"
            message = f"mean {group.values.mean} is {above}: below 2 the values are likely skewed"
            path, strength = (*group.path, "mean"), _skew_severity(group)
            yield Hit(path, message, f"{ratio} SD", "≥ 2 SD", strength, group.outcome_id)


def _is_never_negative(group: Group) -> bool:
    """Whether the variable cannot be negative, as far as the record says."""
    if group.scale is not None:
        return group.scale.range is not None and group.scale.range.low.value >= 0
    if group.result is not None:
        return False
    return group.variable.casefold() in POSITIVE or (group.unit or "").casefold() in UNITS


def _far_from_zero(group: Group, mean: Interval) -> bool:
    """Whether the mean lies above the lower quarter of a scale that has an upper end."""
    limits = group.scale.range if group.scale is not None else None
    if limits is None:
        return False
    return mean.lo > float(limits.low.value) + float(limits.high.value - limits.low.value) / 4


def _skew_severity(group: Group) -> Severity | None:
    """Weaker at baseline, and where a result does not rest on means of a scale that begins at 0."""
    if group.result is None or group.scale is None or group.scale.range is None:
        return "note"
    means = sum(values.mean is not None for values in (group.result.arms or {}).values())
    return None if means > 1 and group.scale.range.low.value == 0 else "note"
