"""How a Summary of Findings words an effect, an absolute effect, a certainty, and all of them in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from msc_evidence.analysis.body import Body
from msc_evidence.analysis.body_effect import RATIOS, Scenario
from msc_evidence.registry.judgements import Certainty
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.absolute import AbsoluteEffect
from msc_evidence.tables.words import fixed

#: A measure's value without a difference, where that is not 0.
NO_DIFFERENCE: Mapping[str | None, float] = {"RR": 1.0, "OR": 1.0, "HR": 1.0, "PS": 0.5}
#: Measures whose sign was turned so that more is better.
ORIENTED = ("SMD", "PS")


def circles(level: int) -> str:
    """GRADE's sign of a certainty from 1 to 4.

    >>> circles(2)
    '⊕⊕⊝⊝'
    """
    return "⊕" * level + "⊝" * (4 - level)


def per_1000(difference: float) -> str:
    """`24 fewer`, `7 more` of 1000.

    >>> per_1000(-0.0244), per_1000(0.007)
    ('24 fewer', '7 more')
    """
    return f"{abs(round(1000 * difference)):,} {'more' if round(1000 * difference) > 0 else 'fewer'}"


def difference_words(found: AbsoluteEffect) -> str:
    """`24 fewer per 1000 (from 60 fewer to 15 more)`."""
    limits = f"from {per_1000(found.ci_lb)} to {per_1000(found.ci_ub)}"
    return f"{per_1000(found.difference)} per 1000 ({limits})"


def treated_words(found: AbsoluteEffect) -> str:
    """`276 per 1000 (240 to 315)`, the risk with the intervention."""
    low, high = (round(1000 * (found.control + limit)) for limit in (found.ci_lb, found.ci_ub))
    return f"{round(1000 * found.treated):,} per 1000 ({low:,} to {high:,})"


def relative_words(body: Body) -> str | None:
    """`RR 0.92 (0.80 to 1.05)`; None for a difference."""
    return "; ".join(_ratio(body, each) for each in body.scenarios) if body.measure in RATIOS else None


def _ratio(body: Body, each: Scenario) -> str:
    return f"{body.measure} {fixed(each.estimate)} ({fixed(each.ci_lb)} to {fixed(each.ci_ub)})"


def scale_words(body: Body, names: Mapping[str, str]) -> str | None:
    """`MD 1.20 lower (2.00 lower to 0.40 higher)` for an effect on a scale, in each scenario; None for a ratio."""
    if body.measure in (*RATIOS, "RD") or not body.scenarios:
        return None
    return "; ".join(_on_scale(str(body.measure), each, names) for each in body.scenarios)


def _on_scale(measure: str, each: Scenario, names: Mapping[str, str]) -> str:
    values = each.estimate, each.ci_lb, each.ci_ub
    if measure == "PS":
        estimate, low, high = map(fixed, values)
    else:
        more, less = ("better", "worse") if measure in ORIENTED else ("higher", "lower")
        estimate, low, high = (f"{fixed(abs(value))} {more if value >= 0 else less}" for value in values)
    supposed = each.name
    for trial, name in names.items():
        supposed = supposed.replace(trial, name)
    return f"{measure} {estimate} ({low} to {high})" + (f" {supposed}" if supposed else "")


def what(body: Body) -> str:
    """`modified Rankin Scale (mRS 0-2)`."""
    defined = f" ({body.asked.definition})" if body.asked.definition else ""
    return f"{body.outcome.name}{defined}"


def when(body: Body) -> str | None:
    """`3 mo`; `not reported` where the sources do not say, None without any result."""
    return str(body.asked.at) if body.asked.at is not None else None


def in_words(body: Body, certainty: Certainty | None, intervention: str) -> str | None:
    """The finding in GRADE's wording (Santesso 2020, 10.1016/j.jclinepi.2019.10.014), by certainty and size.

    None where nobody judged the certainty, or where there is no effect.
    """
    if certainty is None or not body.scenarios:
        return None
    subject, named = f"{intervention[0].upper()}{intervention[1:]}", _object(body)
    if certainty.word == "very low":
        return f"The evidence is very uncertain about the effect of {intervention} on {named}."
    verb = _verb(body)
    if verb is None:
        return f"The evidence does not say in which direction {intervention} changes {named}."
    base, third = ("result in", "results in") if verb == "little" else (verb, f"{verb}s")
    shown = {"high": third, "moderate": f"probably {third}", "low": f"may {base}"}[certainty.word]
    return f"{subject} {shown} {'little to no difference in ' if verb == 'little' else ''}{named}."


def _object(body: Body) -> str:
    at = f" at {body.asked.at}" if isinstance(body.asked.at, Time) else ""
    share = "the proportion with " if body.asked.definition and body.absolute else ""
    return f"{share}{what(body)}{at}"


def _verb(body: Body) -> str | None:
    """What the point estimate says; `little` where it is none, or less than matters; None where directions differ."""
    verbs = {_verb_of(body, each) for each in body.scenarios}
    return verbs.pop() if len(verbs) == 1 else None


def _verb_of(body: Body, each: Scenario) -> str:
    moved = each.estimate - NO_DIFFERENCE.get(body.measure, 0.0)
    if _too_small(body, moved):
        return "little"
    if body.measure in ORIENTED:
        return "improve" if moved > 0 else "worsen"
    # A hazard is that of the event: more of it is worse where the outcome is to stay without.
    good = (moved > 0) == (body.outcome.better == "higher") if body.measure != "HR" else moved < 0
    survives = body.measure == "HR" and body.outcome.better == "higher"
    if survives or (body.measure == "MD" and body.outcome.better):
        return "improve" if good else "worsen"
    return "increase" if moved > 0 else "reduce"


def _too_small(body: Body, moved: float) -> bool:
    important = body.asked.important
    size = abs(body.absolute.difference) if body.absolute else abs(moved)
    comparable = body.absolute is not None or body.measure not in RATIOS
    least = float(important.difference) if important and comparable else 0.0005 if body.absolute else 0.005
    return size < least
