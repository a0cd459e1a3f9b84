"""How a Summary of Findings words an effect, an absolute effect, a certainty and the participants."""

from __future__ import annotations

import math
from collections.abc import Mapping

from msc_evidence.analysis.body import Body
from msc_evidence.analysis.effect_studies import Scenario
from msc_evidence.analysis.harms import ArmCount
from msc_evidence.analysis.pool.effects import ORIENTED
from msc_evidence.registry.problems import counted, listed
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES, AbsoluteEffect, no_difference
from msc_evidence.tables.words import fixed

#: Decimals of a number of 1000 that keep it from being 0.
MOST_DECIMALS = 3


def circles(level: int) -> str:
    """GRADE's sign of a certainty from 1 to 4.

    >>> circles(2)
    '⊕⊕⊝⊝'
    """
    return "⊕" * level + "⊝" * (4 - level)


def per_1000(difference: float, decimals: int = 0) -> str:
    """`24 fewer`, `7 more` of 1000.

    >>> per_1000(-0.0244), per_1000(0.007), per_1000(-0.0004, 1)
    ('24 fewer', '7 more', '0.4 fewer')
    """
    rounded = round(1000 * difference, decimals)
    return f"{abs(rounded):,.{decimals}f} {'more' if rounded > 0 else 'fewer'}"


def per_1000_words(risk: float) -> str:
    """`583 per 1000`."""
    return f"{round(1000 * risk):,} per 1000"


def difference_words(found: AbsoluteEffect) -> str:
    """`24 fewer per 1000 (from 60 fewer to 15 more)`, with decimals where an interval without 0 would show one.

    >>> difference_words(AbsoluteEffect(0.001, 0.0004, -0.0006, -0.0009, -0.0001))
    '0.6 fewer per 1000 (from 0.9 fewer to 0.1 fewer)'
    """
    values = (found.difference, found.ci_lb, found.ci_ub)
    decimals = next((many for many in range(MOST_DECIMALS) if _told(values, many)), MOST_DECIMALS)
    estimate, low, high = (per_1000(value, decimals) for value in values)
    return f"{estimate} per 1000 (from {low} to {high})"


def _told(values: tuple[float, float, float], decimals: int) -> bool:
    """Whether so many decimals show no 0 of an interval that lies on one side of it."""
    _, low, high = values
    return low <= 0 <= high or all(round(1000 * value, decimals) for value in values)


def nnt_words(found: AbsoluteEffect, benefit: int | None) -> str:
    """`NNTB 10 (NNTB 4 to ∞ to NNTH 20)`: how many are treated for one to benefit, or to be harmed.

    1 over the absolute difference; an interval that includes no difference passes through infinity (Altman 1998, BMJ
    317:1309). Rounded up to the next whole number (Cochrane Handbook 5.1, 12.5.4). The benefit is +1 where more events
    are better, −1 where fewer are; None: nothing says, and the number is for one event more or fewer.

    >>> nnt_words(AbsoluteEffect(0.4, 0.3, -0.1, -0.25, 0.05), -1)
    'NNTB 10 (NNTB 4 to ∞ to NNTH 20)'
    >>> nnt_words(AbsoluteEffect(0.4, 0.28, -0.12, -0.22, -0.02), -1)
    'NNTB 9 (5 to 50)'
    >>> nnt_words(AbsoluteEffect(0.4, 0.4, 0.0, -0.25, 0.05), None)
    '∞ (4 for one fewer to ∞ to 20 for one more)'
    """
    limits = sorted((found.ci_lb, found.ci_ub), key=lambda limit: -limit * (benefit or -1))
    if found.ci_lb < 0 < found.ci_ub:
        interval = f"{_one_needed(limits[0], benefit)} to ∞ to {_one_needed(limits[1], benefit)}"
    else:
        interval = " to ".join(_needed(limit) for limit in sorted(limits, key=abs, reverse=True))
    estimate = _one_needed(found.difference, benefit) if found.difference else "∞"
    return f"{estimate} ({interval})"


def _needed(difference: float) -> str:
    """`9` of 0.12, rounded up; without the last digits of a float, which would make 1/0.1 eleven."""
    return f"{math.ceil(round(1 / abs(difference), 9)):,}" if difference else "∞"


def _one_needed(difference: float, benefit: int | None) -> str:
    if benefit is None:
        return f"{_needed(difference)} for one {'more' if difference > 0 else 'fewer'}"
    return f"{'NNTB' if difference * benefit > 0 else 'NNTH'} {_needed(difference)}"


def treated_words(found: AbsoluteEffect) -> str:
    """`276 per 1000 (240 to 315)`, the risk with the intervention."""
    low, high = (round(1000 * (found.control + limit)) for limit in (found.ci_lb, found.ci_ub))
    return f"{round(1000 * found.treated):,} per 1000 ({low:,} to {high:,})"


def relative_words(body: Body) -> str | None:
    """`RR 0.92 (0.80 to 1.05)`; None for a difference."""
    return (
        "; ".join(_ratio(body, each) for each in body.scenarios) if body.measure in RATIO_MEASURES else None
    )


def _ratio(body: Body, each: Scenario) -> str:
    return f"{body.measure} {fixed(each.estimate)} ({fixed(each.ci_lb)} to {fixed(each.ci_ub)})"


def scale_words(body: Body) -> str | None:
    """`MD 1.20 lower (2.00 lower to 0.40 higher)` for an effect on a scale; None for a ratio.

    Where a direction is not known, the estimates and limits of both: `SMD 0.31 to 0.39 better (0.64 worse to …)`.
    """
    measure = str(body.measure)
    if measure in (*RATIO_MEASURES, "RD") or body.hull is None:
        return None
    low, high = (_on_scale(measure, limit) for limit in body.hull)
    return f"{measure} {_estimates(measure, [each.estimate for each in body.scenarios])} ({low} to {high})"


def _estimates(measure: str, values: list[float]) -> str:
    least, most = min(values), max(values)
    first, last = _on_scale(measure, least), _on_scale(measure, most)
    if first == last:
        return first
    if measure != "PS" and fixed(least + most) == "0.00":
        return f"{fixed(most)} in either direction"
    same = measure == "PS" or (least >= 0) == (most >= 0)
    return f"{first.partition(' ')[0]} to {last}" if same else f"{first} to {last}"


def _on_scale(measure: str, value: float) -> str:
    """`0.39 better`; better where the sign was turned so, else higher: beyond no difference, 1 of a ratio.

    >>> _on_scale("COR", 0.31), _on_scale("SMD", -0.31)
    ('0.31 worse', '0.31 worse')
    """
    if measure == "PS":
        return fixed(value)
    more, less = ("better", "worse") if measure in ORIENTED else ("higher", "lower")
    return f"{fixed(abs(value))} {more if value >= no_difference(measure) else less}"


def directions_words(body: Body, names: Mapping[str, str]) -> str | None:
    """What the effect is for each direction that a trial's silence leaves open; None where none does."""
    if len(body.scenarios) < 2 or body.studies is None:
        return None
    silent = listed([names.get(name, name) for name in body.studies.silent])
    which = "which arm did better" if len(body.studies.silent) == 1 else "which arms did better"
    measure, said = str(body.measure), []
    for arm, each in zip(("treatment", "control"), body.scenarios, strict=True):
        low, high = (_on_scale(measure, limit) for limit in (each.ci_lb, each.ci_ub))
        said.append(f"{_on_scale(measure, each.estimate)} ({low} to {high}) if it was {arm}")
    return f"No source of {silent} says {which}: {measure} {'; '.join(said)}"


def control_words(body: Body) -> str | None:
    """`mean 45.20`, or the range of the control arms' means."""
    means = body.studies.control_means if body.studies else ()
    if not means:
        return None
    least, most = fixed(min(means)), fixed(max(means))
    return f"mean {least}" if least == most else f"means {least} to {most}"


def crude_words(arm: ArmCount) -> str:
    """`60 per 1000 (6/100)`: the risk of the arms as they were."""
    return f"{per_1000_words(arm.risk or 0)} ({arm.participants}/{arm.n})"


def no_event_words(treated: ArmCount, control: ArmCount) -> str:
    """`0 per 1000 (up to 3 per 1000 possible in either arm)`: the risk difference, and what none among so few leaves.

    >>> no_event_words(ArmCount("", "", 0, None, 1000), ArmCount("", "", 0, None, 500))
    '0 per 1000 (up to 3 per 1000 remain possible with the intervention and 6 without it)'
    """
    bounds = [math.ceil(1000 * (arm.bound or 0) - 0.05) for arm in (treated, control)]
    if bounds[0] == bounds[1]:
        return f"0 per 1000 (up to {bounds[0]} per 1000 remain possible in either arm)"
    return f"0 per 1000 (up to {bounds[0]} per 1000 remain possible with the intervention and {bounds[1]} without it)"


def crude_difference_words(body: Body) -> str | None:
    """The difference of the risks as they were in one trial's arms; of no event in either what remains possible."""
    if body.totals and not any(arm.participants for arm in body.totals):
        return no_event_words(*body.totals)
    return difference_words(body.crude) if body.crude else None


def absolute_words(body: Body) -> str | None:
    """The difference in the risk, as the effect or as the arms of one trial have it, or on the scale."""
    if body.absolute:
        return difference_words(body.absolute)
    return scale_words(body) or crude_difference_words(body)


def follow_up_words(body: Body) -> str | None:
    """`90 d to 1 y`, of the trials of the row that state it."""
    return " to ".join(dict.fromkeys(map(str, body.follow_up))) if body.follow_up else None


def participants_words(body: Body) -> str:
    """`84 (2 trials)`; not a number where the sizes of the arms are not known."""
    if not body.reporting and body.harms_aside:
        return f"not pooled ({counted(len({counts.trial_id for counts in body.harms_aside}), 'trial')})"
    known = "size not known" if body.unsized and not body.participants else f"{body.participants:,}"
    least = "at least " if body.unsized and body.participants else ""
    return f"{least}{known} ({counted(body.trials, 'trial')})"


def what(body: Body) -> str:
    """`modified Rankin Scale (mRS 0-2)`; `Motricity Index leg, change from baseline`."""
    defined = f" ({body.asked.definition})" if body.asked.definition else ""
    return f"{body.outcome.name}{defined}" + ", change from baseline" * body.change


def when(body: Body) -> str | None:
    """`3 mo`; `not reported` where the sources do not say, None without any result."""
    return str(body.asked.at) if body.asked.at is not None else None
