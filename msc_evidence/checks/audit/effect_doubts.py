"""What an estimate and its interval in a text may be, besides a contradiction: a reduction, a threshold, a change."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msc_evidence.checks.audit.p_doubts import severity_beside_interval
from msc_evidence.checks.finding import Severity, weaker
from msc_evidence.reading.groups.effects import is_skewed
from msc_evidence.reading.groups.shapes import FIGURE, EffectGroup
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES
from msc_evidence.statistics.two_arms.p_values import implied_estimate


def effect_severity(
    group: EffectGroup, code: str, severity: Severity, others: Sequence[EffectGroup]
) -> Severity | None:
    """Weaker where words may carry what the figures lack: the sign of a decrease, the order of its limits.

    Or where others of the text are as many times outside of their limits: then these are in another unit.
    """
    if code in ("MSC403", "MSC404"):
        graded = severity_beside_interval(group, severity)
        return graded if _stands_alone(group) else weaker(graded, "warning")
    if code == "MSC402":
        return "note" if is_skewed(group) or _fits_ratio(group) or _fits_difference(group) else severity
    if code != "MSC401":
        return severity
    ordered = _of_order(group, severity)
    alike = any(_is_in_another_unit(group, other) for other in others if other is not group)
    return weaker(ordered, "warning") if ordered and alike else ordered


#: Units that stand in one relation give factors that are no further apart; an estimate outside is further off.
_ALIKE, _OFF = 1.2, 1.5


def _is_in_another_unit(group: EffectGroup, other: EffectGroup) -> bool:
    """Whether two estimates are about as many times the middle of their limits: 63% beside 12 points of 19."""
    first, second = (_times_the_middle(each) for each in (group, other))
    if first <= 0 or second <= 0 or 1 / _OFF < first < _OFF or 1 / _OFF < second < _OFF:
        return False
    return 1 / _ALIKE < first / second < _ALIKE


def _times_the_middle(group: EffectGroup) -> float:
    """How many times the middle of its limits an estimate is, 0 where none follows or it lies between them."""
    estimate, low, high = (float(text) for text in (group.value, group.low, group.high))
    return 0.0 if low <= estimate <= high or low + high == 0 else 2 * estimate / (low + high)


#: Words by which an effect is one of a model, of several groups or of several levels.
_OF_MODEL = re.compile(
    r"adjust|regress|multivaria|model|covaria|logistic|predict|associat|(?<!\w)factors?(?!\w)|(?<!\w)risk of"
    r"|subgroup|sub-group|strat(?:a|um|if)|categor|(?<!\w)levels?(?!\w)|(?<!\w)(?:stage|grade|class|index) "
    r"|(?<!\w)among(?!\w)|(?<!\w)in (?:patients|participants|those|men|women|children) (?:with|who|aged)",
    re.IGNORECASE,
)


def _stands_alone(group: EffectGroup) -> bool:
    """Whether an effect is the only one of its sentence, with a p of its own, and no word makes it one of a model."""
    return group.alone and not group.adjusted and not _OF_MODEL.search(group.said)


def _of_order(group: EffectGroup, severity: Severity) -> Severity | None:
    """An estimate outside of its limits, unless it may be another number, or words may carry a sign or an order."""
    estimate, low, high = (float(text) for text in (group.value, group.low, group.high))
    if group.measure not in _IN_UNITS and _is_reduction(estimate, low, high):
        return None
    if group.measure in RATIO_MEASURES and low <= 100 * estimate <= high:
        return "note"  # the ratio as a fraction, its limits in per cent
    if group.measure not in RATIO_MEASURES and _is_size_of_decrease(group, estimate, low, high):
        return None
    unsigned = min(abs(low), abs(high)) <= abs(estimate) <= max(abs(low), abs(high))
    if group.measure == "%":
        other = estimate in _THRESHOLDS or group.p or _FROM.search(group.said)
        return "note" if other or unsigned or low < 0 or high <= 1 else severity
    if not group.measure or (group.measure not in RATIO_MEASURES and unsigned):
        return "note"
    # The upper limit first is an order of print, as long as the estimate lies between the two.
    return "note" if high <= estimate <= low else severity


#: Words that say which way a change went, and a difference told as a size: it needs no sign, its limits have theirs.
_DECREASE = re.compile(
    r"(?<!\w)(?:lower|less(?!\w)|fewer|reduc|declin|decreas|diminish|fell(?!\w)|falls?(?!\w)|drop|smaller|short|loss(?!\w)"
    r"|lost(?!\w)|worse|below|attenuat|under(?!\w)|slower|weaker|younger)",
    re.IGNORECASE,
)
_SIZE_OF_DIFFERENCE = re.compile(
    r"(?:this difference|difference(?:s|(?: [a-z-]+){2,14})) (?:was|were|reached|amounted|is)(?!\w)"
    rf"[^{FIGURE}.;()]{{0,40}}\Z",
    re.IGNORECASE,
)
#: How far before a size the word that says its direction may stand.
_DIRECTION_REACH = 160


def _is_size_of_decrease(group: EffectGroup, estimate: float, low: float, high: float) -> bool:
    """Whether words carry the sign of an estimate that is within its limits but for it: 3.7 lower (−8.1 to 0.6)."""
    if not min(low, high) <= -estimate <= max(low, high) or min(low, high) >= 0 or estimate <= 0:
        return False
    before, _, after = group.said.partition("\ue010")
    directed = _DECREASE.search(before[-_DIRECTION_REACH:] + re.split(r"[(\[]", after)[0])
    return bool(directed or _SIZE_OF_DIFFERENCE.search(before))


#: Effects that are no percentages.
_IN_UNITS = (*RATIO_MEASURES, "MD", "SMD", "beta")


def _is_reduction(estimate: float, low: float, high: float) -> bool:
    """Whether the limits are those of the ratio of a change by so many per cent: 17% beside 0.76 to 0.90."""
    return any(low <= ratio <= high for ratio in (1 - estimate / 100, 1 + estimate / 100))


#: Percentages that define who responds or has lost weight, and are then no estimates; one with a p is none either,
#: because a percentage alone has no p.
_THRESHOLDS = (5, 10, 15, 20, 25, 30, 50, 75, 80, 90)
#: Right before the numbers: "a fall of 12 points from 40%".
_FROM = re.compile(rf"[{FIGURE}][^{FIGURE}.;]{{0,30}} from \ue010")


def _fits_ratio(group: EffectGroup) -> bool:
    """Whether what is called a difference is in the middle of its limits as a ratio is."""
    estimate, low, high = (float(text) for text in (group.value, group.low, group.high))
    if group.measure in RATIO_MEASURES or not 0 < low < estimate < high:
        return False
    middle: float = (low * high) ** 0.5
    return abs(middle - estimate) < 0.03 * estimate


def _fits_difference(group: EffectGroup) -> bool:
    """Whether a ratio is midway between its limits, as far as all three are rounded: an interval of its own scale."""
    if group.measure not in RATIO_MEASURES:
        return False
    estimate, low, high = (
        Interval(*Reported.read(text).bounds) for text in (group.value, group.low, group.high)
    )
    return implied_estimate(low, high, ratio=False).meets(estimate)
