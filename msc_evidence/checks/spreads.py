"""MSC308 to MSC310: whether an SD fits its range, its scale and its mean."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from itertools import product

from ..registry.model import Outcome
from ..registry.reported import UNITS, Reported
from ..statistics import spread
from ..statistics.interval import Interval
from .finding import Severity
from .groups import Group, groups
from .rule import Hit, Subject, check

#: Baseline variables that cannot be negative, besides times and scales that begin at 0.
POSITIVE = frozenset({"age", "weight", "height", "body mass index", "bmi"})


@check("MSC308", "error")
def sd_out_of_bounds(subject: Subject) -> Iterator[Hit]:
    """SD outside what range, scale, mean and n allow.

    At most √(n/(n − 1)·(m − min)(max − m)), with the observed range or else the limits of the scale; at
    least that of values of which one is at each end of an observed range and the rest are equal, or of
    neighbouring scores on a stepped scale. Rounding of all inputs is allowed for. A warning where n is
    only the arm's size.
    It matters because SD, mean or range is then wrong; often the SD is a standard error.
    Example: ages with mean 68 and range 28–83 of 54 participants have an SD from 5.9 to 24.7.
    It cannot see a wrong SD between these bounds, nor changes without an observed range.
    Source: Bhatia & Davis 2000, 10.1080/00029890.2000.12005203.
    """
    for group in groups(subject):
        sd, bounds = group.values.sd, _bounds(group)
        if sd is None or bounds is None or Interval(*sd.bounds).meets(bounds):
            continue
        allowed = f"{bounds.lo:.3g} to {bounds.hi:.3g}"
        message = f"SD {sd} of {group.size.n} is outside what {_basis(group)} allow: {allowed}"
        yield Hit((*group.path, "sd"), message, str(sd), allowed, group.size.severity, group.outcome_id)


def _basis(group: Group) -> str:
    limits = group.outcome.range if group.outcome else None
    ends = f"a range of {group.values.range}" if group.values.range else f"limits of {limits}"
    return ends + (f" and a mean of {group.values.mean}" if group.values.mean is not None else "")


def _bounds(group: Group) -> Interval | None:
    """The SDs that a group can have; None where nothing bounds them."""
    n = group.size.n
    if n is None or n < 2 or not group.observed:
        return None
    mean = _box(group.values.mean)
    if group.values.range is not None:
        return _from_range(_box(group.values.range.low), _box(group.values.range.high), group, mean)
    return _from_scale(group.scale, n, mean) if group.scale else None


def _from_range(
    low: Interval | None, high: Interval | None, group: Group, mean: Interval | None
) -> Interval | None:
    """Bounds from observed extremes, over everything that their rounding allows."""
    n, most = group.size.n, group.size.most or group.size.n
    if low is None or high is None or n is None or most is None or low.lo > high.lo or low.hi > high.hi:
        return None
    found = []
    for minimum, maximum, size in product((low.lo, low.hi), (high.lo, high.hi), {n, max(n, most)}):
        with suppress(ValueError):  # a mean outside the range is MSC302's
            found.append(spread.sd_bounds(minimum, maximum, size, mean))
    return Interval(min(b.lo for b in found), max(b.hi for b in found)) if found else None


def _from_scale(scale: Outcome, n: int, mean: Interval | None) -> Interval | None:
    """Bounds from the limits of a scale, sharper where its scores come in steps."""
    if scale.range is None or scale.type == "binary":
        return None
    lowest, highest = float(scale.range.low), float(scale.range.high)
    if mean is not None and scale.type == "ordinal" and scale.step is not None and scale.items is None:
        return _on_steps(lowest, highest, n, mean, float(scale.step))
    m = min(max((lowest + highest) / 2, mean.lo), mean.hi) if mean else (lowest + highest) / 2
    if not lowest <= m <= highest:
        return None
    return Interval(0.0, math.sqrt(n / (n - 1) * (m - lowest) * (highest - m)))


def _on_steps(lowest: float, highest: float, n: int, mean: Interval, step: float) -> Interval | None:
    try:
        return spread.sd_bounds_on_scale(lowest, highest, n, mean, step) if step > 0 else None
    except ValueError:  # a mean outside the scale is MSC303's, one between its steps MSC305's
        return None


def _box(number: Reported | None) -> Interval | None:
    """Everything that a number can stand for; None where it has no end."""
    if number is None or number.comparator != "=":
        return None
    return Interval(*number.bounds)


@check("MSC309", "warning")
def sd_and_se_exchanged(subject: Subject) -> Iterator[Hit]:
    """SE given as SD, or SD given as SE.

    Found where the SD is outside its bounds (MSC308) and SD·√n or SD/√n is within; and where an SE is too
    large to be one (SE·√n exceeds the bounds of the SD) while it would do as an SD.
    It matters because an SE read as an SD makes an effect √n times too large, a frequent error of
    extraction.
    Example: ages 28–83 of 54 participants with mean 68 and "SD 1.9": 1.9·√54 = 14.0 is a plausible SD.
    It cannot see an exchange where both values are possible.
    Source: Cochrane Handbook 6.5.2.2.
    """
    for group in groups(subject):
        bounds, n = _bounds(group), group.size.n
        if bounds is None or n is None:
            continue
        found = _exchanged(group, bounds, math.sqrt(n))
        if found:
            key, printed, message, right = found
            yield Hit((*group.path, key), message, str(printed), right, outcome=group.outcome_id)


def _exchanged(group: Group, bounds: Interval, root: float) -> tuple[str, Reported, str, str] | None:
    sd, se = group.values.sd, group.values.se
    allowed = f"(possible SDs: {bounds.lo:.3g} to {bounds.hi:.3g})"
    if sd is not None and (box := _box(sd)) and not box.meets(bounds):
        larger, smaller = Interval(box.lo * root, box.hi * root), Interval(box.lo / root, box.hi / root)
        if box.hi < bounds.lo and larger.meets(bounds):
            right = f"SD {float(sd) * root:.3g}"
            return "sd", sd, f"SD {sd} fits as a standard error, of {right} {allowed}", right
        if box.lo > bounds.hi and smaller.meets(bounds):
            right = f"SD {float(sd) / root:.3g}"
            return "sd", sd, f"SD {sd} is √n times a possible one, {right} {allowed}", right
    if sd is None and se is not None and (box := _box(se)):
        as_sd = Interval(box.lo * root, box.hi * root)
        if as_sd.lo > bounds.hi and not as_sd.meets(bounds) and box.meets(bounds):
            message = f"SE {se} would mean an SD of {float(se) * root:.3g}; it fits as an SD {allowed}"
            return "se", se, message, f"SD {se}"
    return None


@check("MSC310", "warning")
def skewed_values(subject: Subject) -> Iterator[Hit]:
    """mean below 2 SD of a variable that cannot be negative.

    Such values are skewed. A warning where a result compares means on a scale that begins at 0, a note at
    baseline.
    It matters because means and t tests then describe few of the participants well, in small groups above
    all.
    Example: a mean of 3.1 and an SD of 2.4 on the NIHSS.
    It cannot see skew towards a scale's upper end, nor changes, which may be negative.
    Source: Altman & Bland 1996, 10.1136/bmj.313.7066.1200.
    """
    for group in groups(subject):
        mean, sd = _box(group.values.mean), _box(group.values.sd)
        if mean is None or sd is None or mean.lo < 0 or not _positive(group):
            continue
        if spread.skewed(mean.hi, sd.lo):
            ratio = f"{float(group.values.mean or 0) / float(group.values.sd or 1):.2f}"
            message = (
                f"mean {group.values.mean} is {ratio} SD ({group.values.sd}) above 0; below 2 it is skewed"
            )
            path, strength = (*group.path, "mean"), _strength(group)
            yield Hit(path, message, f"{ratio} SD", "≥ 2 SD", strength, group.outcome_id)


def _positive(group: Group) -> bool:
    """Whether the variable cannot be negative, as far as the record says."""
    if group.scale is not None:
        return group.scale.range is not None and group.scale.range.low.value >= 0
    if group.result is not None:
        return False
    return group.variable.casefold() in POSITIVE or (group.unit or "").casefold() in UNITS


def _strength(group: Group) -> Severity | None:
    """Weaker at baseline, and where a result does not rest on means of a scale that begins at 0."""
    if group.result is None or group.scale is None or group.scale.range is None:
        return "note"
    means = sum(values.mean is not None for values in (group.result.arms or {}).values())
    return None if means > 1 and group.scale.range.low.value == 0 else "note"
