"""MSC4xx: an estimate, its confidence interval and what they say about p."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.analysis.result import AnalysedResult
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.recomputed import fits_elsewhere, names_another_test, names_asymmetric_method
from msc_evidence.checks.rule import ALPHA, Hit, Subject, check
from msc_evidence.checks.significance import RATIOS, alpha_of, below_alpha, excludes_null, limits, null_value
from msc_evidence.registry.model import Effect
from msc_evidence.statistics import confidence
from msc_evidence.statistics.interval import Interval

#: Measures whose usual intervals (Newcombe, Miettinen–Nurminen) are not symmetric: asymmetry is only noted.
_SELDOM_SYMMETRIC = ("RD", "PS")


@check("MSC401", "error")
def estimate_outside_interval(subject: Subject) -> Iterator[Hit]:
    """estimate outside its confidence interval, or limits in the wrong order.

    The estimate must lie between its limits, the lower limit must not be above the upper one, and no
    ratio is below 0, whatever was rounded. Where one lost minus sign explains it, the message says which.

    It matters because pooling takes estimate and standard error from just these three numbers.
    Example: RR 0.95 (0.48–0.88).
    It cannot see which of the numbers is wrong.
    Source: arithmetic.
    """
    for found, effect in _effects(subject):
        said = _disorder(effect)
        if said:
            path = ("results", found.index, "effect", "ci")
            yield Hit(
                path,
                f"{_printed(effect)}: {said}{_lost_minus(effect)}",
                _printed(effect),
                outcome=found.result.outcome,
            )


def _disorder(effect: Effect) -> str | None:
    """What is wrong with the order of estimate and limits, None where nothing is."""
    printed, estimate = limits(effect), Interval(*effect.estimate.bounds)
    if printed is None or effect.ci is None:
        return None
    low, high = printed
    if effect.measure in RATIOS and min(low.hi, high.hi, estimate.hi) < 0:
        return f"{effect.measure} is never below 0 (a logarithm of it can be)"
    if high.hi < low.lo:
        return f"the limits run from {effect.ci.low} down to {effect.ci.high}"
    if estimate.hi < low.lo:
        return f"the estimate {effect.estimate} is below the lower limit {effect.ci.low}"
    if estimate.lo > high.hi:
        return f"the estimate {effect.estimate} is above the upper limit {effect.ci.high}"
    return None


def _lost_minus(effect: Effect) -> str:
    """How the three numbers would read with one minus sign put back, where they then fit each other."""
    printed = limits(effect)
    if effect.ci is None or printed is None or effect.measure in RATIOS:
        return ""
    for at, low, high in ((1, -1, 1), (1, -1, -1), (-1, 1, 1), (1, 1, -1)):
        boxes = [
            _times(box, sign)
            for box, sign in zip((Interval(*effect.estimate.bounds), *printed), (at, low, high), strict=True)
        ]
        if boxes[1].lo < boxes[2].hi and confidence.symmetric(*boxes, ratio=False):
            numbers = zip((at, low, high), (effect.estimate, effect.ci.low, effect.ci.high), strict=True)
            first, second, third = (f"{sign * number.value}".replace("-", "−") for sign, number in numbers)
            return f"; with a lost minus sign put back, {first} ({second} to {third}), they would fit"
    return ""


def _times(box: Interval, sign: int) -> Interval:
    return box if sign > 0 else Interval(-box.hi, -box.lo)


@check("MSC402", "warning")
def interval_not_symmetric(subject: Subject) -> Iterator[Hit]:
    """confidence interval that is not symmetric about its estimate.

    A Wald interval has its estimate in the middle: midway between the limits, for ratios at √(lower ·
    upper). Flagged where no value that rounds to the printed limits has its middle within the rounding of
    the estimate. Only a note for risk differences and probabilities of superiority; silent where the
    source names an exact, profile, score, bootstrap or Bayesian method.

    It matters because a digit lost in a limit or an interval of another analysis shows here first.
    Example: HR 0.80 (0.45–0.99), whose middle is 0.662 to 0.673. OR 1.9 (1.2–3.0) has its middle at
    1.897: silent.
    It cannot see whether an unnamed method makes intervals that are not symmetric.
    Source: Altman & Bland 2011, BMJ 343:d2090.
    """
    for found, effect in _effects(subject):
        middle = _middle(found, effect)
        if middle is None or middle.meets(Interval(*effect.estimate.bounds)):
            continue
        scale = "geometric mean of the limits" if effect.measure in RATIOS else "middle of the limits"
        decimals = max(0, effect.estimate.decimals + 1)
        given = f"{middle.lo:.{decimals}f} to {middle.hi:.{decimals}f}"
        message = f"{_printed(effect)}: the {scale} is {given}, the estimate {effect.estimate}"
        severity: Severity | None = "note" if effect.measure in _SELDOM_SYMMETRIC else None
        yield Hit(
            ("results", found.index, "effect", "ci"), message, _printed(effect), given,
            severity=severity, outcome=found.result.outcome,
        )  # fmt: skip


def _middle(found: AnalysedResult, effect: Effect) -> Interval | None:
    """Where the estimate of a symmetric interval lies, None where it need not be symmetric."""
    printed = limits(effect)
    if printed is None or _disorder(effect) or names_asymmetric_method(found):
        return None
    ratio = effect.measure in RATIOS
    if ratio and min(box.hi for box in printed) <= 0:
        return None
    return confidence.implied_estimate(*printed, ratio=ratio)


@check("MSC404", "error")
def interval_against_p(subject: Subject) -> Iterator[Hit]:
    """confidence interval and p on different sides of α.

    A (1 − α) interval excludes no effect exactly when p < α: α is 0.05 for a 95 % interval, 0.01 for a 99
    % one. Flagged only where rounding leaves both sides decided; a warning where the source names another
    test for the p than the interval rests on, or where p follows from the arms' own values.

    It matters because the conclusion depends on which of the two a reader looks at.
    Example: HR 0.78 (0.62–0.98) with p = .30.
    It cannot see whether interval and p come from different methods that truly disagree near α.
    Source: Altman & Bland 2011, BMJ 343:d2304.
    """
    for found, effect in _effects(subject):
        p, excluded, alpha = found.p, excludes_null(effect), alpha_of(effect)
        below = None if p is None else below_alpha(p, alpha)
        if p is None or excluded is None or below is None or excluded == below or found.result.sides == "one":
            continue
        does, side = ("excludes", "<") if excluded else ("includes", "≥")
        message = (
            f"{_printed(effect)} {does} {null_value(effect):g}, which means p {side} {alpha:g}; p is {p}"
        )
        other = names_another_test(found) or fits_elsewhere(found, "confidence interval")
        yield Hit(
            ("results", found.index, "p"), message, f"p {p}", f"p {side} {alpha:g}",
            severity="warning" if other else None, outcome=found.result.outcome,
        )  # fmt: skip


@check("MSC415", "note")
def confidence_level_not_stated(subject: Subject) -> Iterator[Hit]:
    """confidence interval without its level.

    An interval is only usable with its level; 95 % is assumed where none is recorded.

    It matters because a 90 % interval read as a 95 % one makes the standard error 16 % too small.
    Example: `effect: {measure: RR, estimate: 0.81, ci: 0.70-0.94}` without `level: 95`.
    It cannot see whether the source states the level elsewhere.
    Source: CONSORT 2010 item 17a (Schulz 2010, 10.1136/bmj.c332).
    """
    for found, effect in _effects(subject):
        if effect.level is None:
            message = f"{_printed(effect)} is recorded without its level; {1 - ALPHA:.0%} is assumed"
            yield Hit(
                ("results", found.index, "effect", "ci"),
                message,
                _printed(effect),
                outcome=found.result.outcome,
            )


def _effects(subject: Subject) -> Iterator[tuple[AnalysedResult, Effect]]:
    """The results that have an estimate with a confidence interval."""
    if not any(result.effect and result.effect.ci for result in subject.trial.results):
        return
    for found in subject.results:
        if found.result.effect is not None and found.result.effect.ci is not None:
            yield found, found.result.effect


def _printed(effect: Effect) -> str:
    return f"{effect.measure} {effect.estimate} ({effect.ci})"
