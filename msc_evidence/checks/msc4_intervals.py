"""MSC4xx: an estimate, its confidence interval and what they say about p."""

from __future__ import annotations

import math
from collections.abc import Iterator

from msc_evidence.analysis.recompute.arms import possible_widths
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import (
    ALPHA,
    alpha_of,
    below_alpha,
    confidence_limits,
    excludes_null,
    null_value,
    printed_estimate,
)
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.msc4_shared import (
    FITTING,
    follows_from_arms,
    has_asymmetric_interval,
    names_other_test,
    names_unknown_test,
    severity_beside_interval,
    times_apart,
)
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.effect import Effect
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms import p_values
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES

#: An interval that is this many times as wide as the arms' values give it, or as narrow, is another one.
_GROSS_WIDTH = 1.5
#: One side of an interval longer than the other by more than this is not the skew of an exact interval.
_LOPSIDED = 1.5
#: Measures whose usual intervals (Newcombe, Miettinen–Nurminen) are not symmetric: asymmetry is only noted.
_SELDOM_SYMMETRIC = ("RD", "PS")


@check("MSC401", "error", fields=("effect", "ci"))
def estimate_outside_interval(subject: Subject) -> Iterator[Hit]:
    """estimate outside its confidence interval, or limits in the wrong order.

    Whatever was rounded, the estimate must lie between its limits, the lower limit must not be above the
    upper one, and no ratio is below 0. Where one lost minus sign explains it, the message says which.
    Rounding keeps the order of numbers with as many decimals: an estimate one unit of the last digit
    outside is a warning, for one of the two may have been cut off. In a text (`audit`) limits with the
    upper one first are a note as long as the estimate lies between them, and estimates that are outside of
    their limits by one factor are warnings: they are in another unit.

    It matters because pooling takes estimate and standard error from just these three numbers.
    Example: RR 0.95 (0.48–0.88).
    It cannot see which of the numbers is wrong.
    Source: arithmetic.

    Flagged:
        results: [{outcome: responders, at: 3 mo, effect: {measure: RR, estimate: 0.95, ci: 0.48-0.88}}]
    Silent:
        results: [{outcome: responders, at: 3 mo, effect: {measure: RR, estimate: 0.65, ci: 0.48-0.88}}]
    """
    for result, effect in _effects_with_interval(subject):
        words, path = order_words(effect), ("results", result.index, "effect", "ci")
        if words:
            yield Hit(path, words, effect.printed, outcome=result.result.outcome)
        elif words := _last_digit_words(effect):
            yield Hit(path, words, effect.printed, severity="warning", outcome=result.result.outcome)


def order_words(effect: Effect) -> str | None:
    """What is wrong with the order of estimate and limits, and which lost minus explains it; None where nothing is."""
    fault = _order_fault(effect)
    return f"{effect.printed}: {fault}{_lost_minus_words(effect)}" if fault else None


def _last_digit_words(effect: Effect) -> str | None:
    """How the estimate is outside its interval by the last digit, which rounding alone does not do."""
    if effect.ci is None or effect.estimate is None:
        return None
    low, estimate, high = effect.ci.low, effect.estimate, effect.ci.high
    for is_outside, where, limit in (
        (estimate.value < low.value, "below the lower limit", low),
        (estimate.value > high.value, "above the upper limit", high),
    ):
        alike = (limit.decimals, limit.comparator) == (estimate.decimals, estimate.comparator)
        if is_outside and alike:
            words = f"the estimate {estimate} is {where} {limit} by the last digit, which rounding keeps"
            return f"{effect.printed}: {words}"
    return None


def _order_fault(effect: Effect) -> str | None:
    """What is wrong with the order of estimate and limits, None where nothing is."""
    printed, estimate = confidence_limits(effect), printed_estimate(effect)
    if printed is None or effect.ci is None:
        return None
    low, high = printed
    highest = [box.hi for box in (low, high, estimate) if box is not None]
    if effect.measure in RATIO_MEASURES and min(highest) < 0:
        return f"{effect.measure} is never below 0 (a logarithm of it can be)"
    if high.hi < low.lo:
        return f"the limits run from {effect.ci.low} down to {effect.ci.high}"
    if estimate is None:
        return None
    if estimate.hi < low.lo:
        return f"the estimate {effect.estimate} is below the lower limit {effect.ci.low}"
    if estimate.lo > high.hi:
        return f"the estimate {effect.estimate} is above the upper limit {effect.ci.high}"
    return None


def _lost_minus_words(effect: Effect) -> str:
    """How the three numbers would read with one minus sign put back, where they then fit each other."""
    printed, estimate = confidence_limits(effect), printed_estimate(effect)
    if effect.ci is None or printed is None or estimate is None or effect.measure in RATIO_MEASURES:
        return ""
    texts = (effect.estimate, effect.ci.low, effect.ci.high)
    for at, low, high in ((1, -1, 1), (1, -1, -1), (-1, 1, 1), (1, 1, -1), (-1, -1, 1)):
        boxes = [
            _with_sign(box, sign) for box, sign in zip((estimate, *printed), (at, low, high), strict=True)
        ]
        if boxes[1].lo < boxes[2].hi and p_values.symmetric(*boxes, ratio=False):
            numbers = zip((at, low, high), texts, strict=True)
            first, second, third = (
                f"{sign * number.value}".replace("-", "−") for sign, number in numbers if number
            )
            lost = "a lost minus sign" if (at, low, high).count(-1) == 1 else "lost minus signs"
            return f"; with {lost} put back, {first} ({second} to {third}), they would fit"
    return ""


def _with_sign(box: Interval, sign: int) -> Interval:
    return box if sign > 0 else Interval(-box.hi, -box.lo)


@check("MSC402", "warning", fields=("effect", "ci"))
def interval_not_symmetric(subject: Subject) -> Iterator[Hit]:
    """confidence interval that is not symmetric about its estimate.

    A Wald interval has its estimate in the middle: midway between the limits, for ratios at √(lower ·
    upper). Flagged where no value that rounds to the printed limits has its middle within the rounding of
    the estimate; a warning where one side is over 1.5 times as long as the other, else a note, for exact
    and profile intervals are as a rule a little longer above. Only a note for risk differences and
    probabilities of superiority; silent where the source names an interval that need not be symmetric
    (profile likelihood, bootstrap, exact or score interval, credible, Newcombe, Clopper–Pearson) and for
    the odds ratio beside Fisher's test. A p by an exact test or a score among the covariates names no
    interval. In a text (`audit`) a note for a ratio that is midway between its limits.

    It matters because a digit lost in a limit or an interval of another analysis shows here first.
    Example: HR 0.80 (0.45–0.99), whose middle is 0.662 to 0.673. OR 1.9 (1.2–3.0) has its middle at
    1.897: silent.
    It cannot see whether an unnamed method makes intervals that are not symmetric.
    Source: Altman & Bland 2011, BMJ 343:d2090.

    Flagged:
        results: [{outcome: survival, at: 1 y, effect: {measure: HR, estimate: 0.80, ci: 0.45-0.99}}]
    Silent:
        results: [{outcome: responders, at: 3 mo, effect: {measure: OR, estimate: 1.9, ci: 1.2-3.0}}]
    """
    for result, effect in _effects_with_interval(subject):
        lopsided = None if has_asymmetric_interval(result) else asymmetry(effect)
        if lopsided:
            message, given, severity = lopsided
            yield Hit(
                ("results", result.index, "effect", "ci"), message, effect.printed, given,
                severity=severity, outcome=result.result.outcome,
            )  # fmt: skip


def asymmetry(effect: Effect) -> tuple[str, str, Severity | None] | None:
    """What the middle of an interval is that does not have its estimate there, in words and in numbers.

    With `note` where usual methods make such an interval; None where the estimate can be the middle.
    """
    middle, estimate = _symmetric_estimate(effect), printed_estimate(effect)
    if middle is None or estimate is None or effect.estimate is None or middle.meets(estimate):
        return None
    scale = "geometric mean of the limits" if effect.measure in RATIO_MEASURES else "middle of the limits"
    decimals = max(0, effect.estimate.decimals + 1)
    given = f"{middle.lo:.{decimals}f} to {middle.hi:.{decimals}f}"
    message = f"{effect.printed}: the {scale} is {given}, the estimate {effect.estimate}"
    seldom = effect.measure in _SELDOM_SYMMETRIC or _ratio_of_sides(effect, estimate) <= _LOPSIDED
    return message, given, "note" if seldom else None


def _ratio_of_sides(effect: Effect, estimate: Interval) -> float:
    """How many times as long the longer side of the interval is, on its scale, at the least that rounding allows."""
    printed = confidence_limits(effect)
    boxes = [estimate, *(printed or ())]
    if effect.measure in RATIO_MEASURES:
        if min(box.lo for box in boxes) <= 0:
            return math.inf
        boxes = [Interval(math.log(box.lo), math.log(box.hi)) for box in boxes]
    at, low, high = boxes
    shorter, longer = sorted(((at.lo - low.hi, at.hi - low.lo), (high.lo - at.hi, high.hi - at.lo)))
    return longer[0] / shorter[1] if shorter[1] > 0 else math.inf


def _symmetric_estimate(effect: Effect) -> Interval | None:
    """Where the estimate of a symmetric interval lies, None without one."""
    printed = confidence_limits(effect)
    if printed is None or _order_fault(effect):
        return None
    ratio = effect.measure in RATIO_MEASURES
    if ratio and min(box.hi for box in printed) <= 0:
        return None
    return p_values.implied_estimate(*printed, ratio=ratio)


@check("MSC404", "error", fields=("p", "effect", "ci"))
def interval_against_p(subject: Subject) -> Iterator[Hit]:
    """confidence interval and p disagree about significance.

    A (1 − α) interval excludes no effect exactly when p < α: α is 0.05 for a 95% interval, 0.01 for a
    99% one. Flagged only where rounding leaves both sides decided; silent where the source names another
    test for the p than the one the interval comes from, or where p follows from the arms' own values. With no test
    named an error only where p and what the interval gives differ more than threefold (beside effects on
    a scale, whose p may be a rank test's, tenfold), a warning from 1.25 times (on a scale: 5 times), else a
    note.
    In a text (`audit`) an error only where the effect is the one of its sentence that has a p and no word speaks of a
    model, adjustment, factor, level or subgroup, else a warning; a note where the same p stands beside two effects.

    It matters because the conclusion depends on which of the two a reader looks at.
    Example: HR 0.78 (0.62–0.98) with p = .30.
    It cannot see whether interval and p come from different methods that truly disagree near α.
    Source: Altman & Bland 2011, BMJ 343:d2304.

    Flagged:
        results: [{outcome: survival, at: 1 y, p: .30, effect: {measure: HR, estimate: 0.78, ci: 0.62-0.98}}]
    Silent:
        results: [{outcome: survival, at: 1 y, p: .30, effect: {measure: HR, estimate: 0.78, ci: 0.49-1.25}}]
    """
    for result, effect in _effects_with_interval(subject):
        p, excluded, alpha = result.p, excludes_null(effect), alpha_of(effect)
        below = None if p is None else below_alpha(p, alpha)
        if (
            p is None
            or excluded is None
            or below is None
            or excluded == below
            or result.result.sides == "one"
        ):
            continue
        if names_other_test(result) or follows_from_arms(result):
            continue
        does, side = ("excludes", "<") if excluded else ("includes", "≥")
        message = f"{effect.printed} {does} {null_value(effect):g}, which means p {side} {alpha:g}; p is {p}"
        severity = severity_beside_interval(result, _times_apart(result, p, effect), True)
        path, right = ("results", result.index, "p"), f"p {side} {alpha:g}"
        yield Hit(path, message, f"p {p}", right, severity, result.result.outcome)


def _times_apart(result: AnalysedResult, p: Reported, effect: Effect) -> float:
    """How many times apart p and its recomputation from the interval are, or from its limits alone, whichever is more.

    An estimate that is not in the middle of its interval may be the number that is wrong.
    """
    items = (item for item in result.recomputations if item.statistic == "p")
    given = next((item.interval for item in items if item.basis == "confidence interval"), None)
    printed, ratio = confidence_limits(effect), effect.measure in RATIO_MEASURES
    if printed is None or _order_fault(effect) or (ratio and min(box.hi for box in printed) <= 0):
        return times_apart(p, given)
    middle, level = p_values.implied_estimate(*printed, ratio=ratio), 1 - alpha_of(effect)
    estimate = printed_estimate(effect) or middle
    if given is None or middle.meets(estimate) or not 0 < level < 1:
        return times_apart(p, given)
    alone = p_values.p_interval_from_ci(middle, *printed, ratio=ratio, level=level)
    return max(times_apart(p, given), times_apart(p, alone))


@check("MSC412", "warning", fields=("effect", "ci"))
def width_from_arms(subject: Subject) -> Iterator[Hit]:
    """confidence interval far wider or narrower than the arms' values give.

    The printed width, on the log scale for ratios and over its rounding, against that of Wald's interval
    of the recorded counts (RR, OR, RD; every cell at least 5) or of the recorded means and SDs (MD; each
    arm's own SD or the pooled one, up to t on the degrees of freedom of the smaller arm). Flagged beyond
    1.5 times either way, where the estimate itself follows from the arms' values; silent for adjusted
    results and where the source names a test of other data.

    It matters because the width is the weight of the trial in every meta-analysis.
    Example: 30/100 v 20/100 with RR 1.50 (1.40–1.61), where Wald's interval is 0.92–2.46.
    It cannot see an analysis of strata or covariates that the record does not mention.
    Source: Cochrane Handbook, chapter 6.

    Flagged:
        results:
          - outcome: responders
            at: 3 mo
            effect: {measure: RR, estimate: 1.50, ci: 1.40-1.61}
            arms: {msc: {events: 30, n: 100}, control: {events: 20, n: 100}}
    Silent:
        results:
          - outcome: responders
            at: 3 mo
            effect: {measure: RR, estimate: 1.50, ci: 0.92-2.46}
            arms: {msc: {events: 30, n: 100}, control: {events: 20, n: 100}}
    """
    for result, effect in _effects_with_interval(subject):
        printed, given = _printed_width(effect), _width_from_arms(result, effect)
        if printed is None or given is None:
            continue
        times = max(given.lo / printed.hi, printed.lo / given.hi if given.hi > 0 else 0.0)
        if times <= _GROSS_WIDTH:
            continue
        than = "narrower" if printed.hi < given.lo else "wider"
        message = f"{effect.printed} is {times:.2g} times {than} than an interval of the arms' values"
        yield Hit(
            ("results", result.index, "effect", "ci"),
            message,
            effect.printed,
            outcome=result.result.outcome,
        )


def _width_from_arms(result: AnalysedResult, effect: Effect) -> Interval | None:
    """Width of the interval that the arms' values give, None where they do not give the estimate."""
    record, level = result.result, 1 - alpha_of(effect)
    fits = any(item.statistic == effect.measure and item.verdict in FITTING for item in result.recomputations)
    if not fits or result.case is None or record.adjusted or names_unknown_test(result) or not 0 < level < 1:
        return None
    return possible_widths(result.case, level)


def _printed_width(effect: Effect) -> Interval | None:
    """Upper less lower limit over all that was rounded to them, of logarithms for ratios."""
    printed = confidence_limits(effect)
    if printed is None:
        return None
    low, high = printed
    ratio = effect.measure in RATIO_MEASURES
    if high.hi <= low.lo or (ratio and min(low.lo, high.lo) <= 0):
        return None
    if ratio:
        low, high = (Interval(math.log(box.lo), math.log(box.hi)) for box in printed)
    return Interval(max(0.0, high.lo - low.hi), high.hi - low.lo)


@check("MSC415", "note", fields=("effect", "ci"))
def confidence_level_not_stated(subject: Subject) -> Iterator[Hit]:
    """confidence interval without its level.

    An interval is only usable with its level; 95% is assumed where none is recorded.

    It matters because a 90% interval read as a 95% one makes the standard error 16% too small.
    Example: `effect: {measure: RR, estimate: 0.81, ci: 0.70-0.94}` without `level: 95`.
    It cannot see whether the source states the level elsewhere.
    Source: CONSORT 2010 item 17a (Schulz 2010, 10.1136/bmj.c332).

    Flagged:
        results: [{outcome: responders, at: 3 mo, effect: {measure: RR, estimate: 0.81, ci: 0.70-0.94}}]
    Silent:
        results: [{outcome: responders, at: 3 mo, effect: {measure: RR, estimate: 0.81, ci: 0.70-0.94, level: 95}}]
    """
    for result, effect in _effects_with_interval(subject):
        if effect.level is None:
            message = f"{effect.printed} is recorded without its level; {1 - ALPHA:.0%} is assumed"
            yield Hit(
                ("results", result.index, "effect", "ci"),
                message,
                effect.printed,
                outcome=result.result.outcome,
            )


def _effects_with_interval(subject: Subject) -> Iterator[tuple[AnalysedResult, Effect]]:
    """The results that have an estimate with a confidence interval."""
    if not any(record.effect and record.effect.ci for record in subject.trial.results):
        return
    for result in subject.results:
        if result.result.effect is not None and result.result.effect.ci is not None:
            yield result, result.result.effect
