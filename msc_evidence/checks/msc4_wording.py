"""MSC4xx: what the source says in words about a result, against its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.analysis.effect_direction import SCALES
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import (
    ALPHA,
    below_alpha,
    confidence_limits,
    excludes_null,
    null_value,
)
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Outcome, Result
from msc_evidence.registry.values import Values
from msc_evidence.statistics.interval import Interval

#: Words of a definition that make its better end the outcome's worse one.
_COMPLEMENT = re.compile(
    r"\b(?:without|free|freedom|alive|surviv\w*|no|non|not|never|absence|avoid\w*|well|intact|failure|lack)\b",
    re.I,
)


@check("MSC413", "error", fields=("p", "wording"))
def wording_against_p(subject: Subject) -> Iterator[Hit]:
    """wording that contradicts p.

    `significant` beside p ≥ 0.05, or `not significant` beside p < 0.05, where rounding decides which it
    is.

    It matters because abstracts are read for their words.
    Example: `{p: 0.076, wording: significant}`. p = 0.05 is silent either way: it may stand for 0.046 or
    0.054.
    It cannot see another α than 0.05: a trial that plans one needs a waiver that says so.
    Source: arithmetic.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: 0.076, wording: significant}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, p: 0.05, wording: significant}]
    """
    for index, result in enumerate(subject.trial.results):
        if result.p is None or result.wording is None:
            continue
        below = below_alpha(result.p)
        if below is None or below == (result.wording == "significant"):
            continue
        message = f"called {result.wording}, and p {result.p} is {'below' if below else 'not below'} {ALPHA}"
        yield Hit(
            ("results", index, "wording"), message, result.wording, f"p {result.p}", outcome=result.outcome
        )


@check("MSC414", "error", fields=("favours",))
def favours_against_values(subject: Subject) -> Iterator[Hit]:
    """favoured arm contradicts the arms' values.

    Means, medians, percentages or event rates of both arms, the better end of the outcome and the arm
    that the result favours must agree; rounding must decide which arm is higher. Medians are a warning
    only, and so are results with a definition of their own. Silent where it may turn the better end round (a
    share of a scale, mRS 0–2; alive, without), for adjusted results, and for changes printed without sign on
    an outcome that is better when lower.

    Where the arms' values are not recorded, the effect: a mean difference, a risk or odds ratio or a risk
    difference of a binary outcome, or the hazard ratio of an outcome that is better when rarer, whose
    interval excludes no effect. A warning, for it may be that of the control arm over the other.

    It matters because exchanged arms turn benefit into harm in every later synthesis.
    Example: death, recurrent stroke or severe disability in 50.0% v 14.3%, favouring the arm with
    50.0%.
    It cannot see whether the values or the arm are exchanged.
    Source: arithmetic.

    Flagged:
        results:
          - {outcome: barthel, at: 3 mo, favours: msc, arms: {msc: {mean: 40.2}, control: {mean: 63.1}}}
    Silent:
        results:
          - {outcome: barthel, at: 3 mo, favours: msc, arms: {msc: {mean: 63.1}, control: {mean: 40.2}}}
    """
    for result in subject.results if any(record.direction for record in subject.trial.results) else ():
        stated, by_values = stated_sign(result), favoured_by_values(result) or _favoured_by_effect(result)
        if stated is None or by_values is None or stated == by_values.sign:
            continue
        arm = result.result.direction
        scale = f"{result.outcome.name} (better when {result.outcome.better})"
        message = f"said to favour {arm}, and {scale} is {by_values.text}"
        sure = by_values.kind not in ("median", "effect") and not result.result.definition
        severity: Severity | None = None if sure else "warning"
        yield Hit(
            ("results", result.index, "favours"),
            message,
            arm,
            by_values.text,
            severity,
            result.result.outcome,
        )


@dataclass(frozen=True, slots=True)
class FavouredArm:
    """Which arm the reported values favour: +1 the treatment arm, −1 the control arm; by which values."""

    sign: int
    kind: str
    text: str


def stated_sign(result: AnalysedResult) -> int | None:
    """+1 where the source says that the treatment arm did better, −1 the control arm, else None."""
    if result.contrast is None or result.result.direction is None:
        return None
    return {result.contrast.arm: 1, result.contrast.against: -1}.get(result.result.direction)


def favoured_by_values(result: AnalysedResult) -> FavouredArm | None:
    """What the arms' own values favour; None where rounding, or the record, leaves it open."""
    record, contrast, better = result.result, result.contrast, result.outcome.better
    if contrast is None or better is None or record.adjusted:
        return None
    pair = [(record.arms or {}).get(name) for name in (contrast.arm, contrast.against)]
    levels = _compared_levels(pair[0], pair[1], contrast.sizes)
    if levels is None:
        return None
    kind, (first, second), (one, two) = levels
    if _may_turn_round(record, result.outcome, kind):
        return None
    unsigned = record.change and better == "lower" and max(first.hi, second.hi) > 0
    if unsigned or first.meets(second):
        return None
    sign = 1 if (first.lo > second.hi) == (better == "higher") else -1
    return FavouredArm(sign, kind, f"{one} in {contrast.arm} and {two} in {contrast.against}")


def _may_turn_round(record: Result, outcome: Outcome, kind: str) -> bool:
    """Whether a definition may be better at the other end than its outcome: a share of a scale, `alive`."""
    if record.definition is None:
        return False
    of_scale = outcome.type != "binary" and kind in ("percent", "events", "effect")
    return of_scale or bool(_COMPLEMENT.search(record.definition))


def _favoured_by_effect(result: AnalysedResult) -> FavouredArm | None:
    """What an estimate with its interval favours, where the arms' values are not recorded."""
    record, effect, better = result.result, result.result.effect, result.outcome.better
    if effect is None or better is None or record.arms or record.change or record.adjusted:
        return None
    kinds = SCALES.get(effect.measure, ())
    hazard_of_good = effect.measure == "HR" and better == "higher"
    limits = confidence_limits(effect)
    if result.outcome.type not in kinds or hazard_of_good or limits is None or not excludes_null(effect):
        return None
    if _may_turn_round(record, result.outcome, "effect"):
        return None
    higher = limits[0].middle > null_value(effect)
    sign = 1 if higher == (better == "higher") else -1
    if result.contrast and result.contrast.turned:
        sign = -sign
    return FavouredArm(sign, "effect", effect.printed)


def _compared_levels(
    first: Values | None, second: Values | None, sizes: tuple[int, int] | None
) -> tuple[str, tuple[Interval, Interval], tuple[str, str]] | None:
    """The first kind of value that both arms have: its name, its intervals and its prints."""
    if first is None or second is None:
        return None
    for kind in ("mean", "median", "percent"):
        one, two = getattr(first, kind), getattr(second, kind)
        if one is not None and two is not None:
            unit = "%" if kind == "percent" else ""
            return kind, (Interval(*one.bounds), Interval(*two.bounds)), (f"{one}{unit}", f"{two}{unit}")
    if first.events is None or second.events is None or sizes is None:
        return None
    rates = [float(events) / n for events, n in zip((first.events, second.events), sizes, strict=True)]
    texts = (f"{first.events}/{sizes[0]}", f"{second.events}/{sizes[1]}")
    return "events", (Interval.point(rates[0]), Interval.point(rates[1])), texts
