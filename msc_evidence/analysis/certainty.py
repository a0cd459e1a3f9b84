"""What the numbers propose for GRADE's domain of imprecision: a proposal, which only a person makes a judgement.

The interval of the absolute effect is read against the thresholds that the reviewers give or, none given, against no
effect; only where it does not cross them and the relative effect is large is the information size asked (Guyatt 2011,
10.1016/j.jclinepi.2011.01.012; Zeng 2022, 10.1016/j.jclinepi.2022.07.014; Core GRADE 2, 10.1136/bmj-2024-081904).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.analysis.body import Body
from msc_evidence.analysis.pool.information import pool_information
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.statistics.distributions import normal_sf
from msc_evidence.statistics.pooling.information import size_for_risks
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES, no_difference

#: Where no difference that matters was given: ratios beyond which benefit or harm is appreciable, the same of a
#: standardised difference, and the relative change that the information size is to detect (Guyatt 2011).
APPRECIABLE_RATIOS = (0.75, 1.25)
APPRECIABLE_SMD = 0.5
#: The same of a probability of superiority under normality, Φ(0.5/√2) (McGraw & Wong 1992).
APPRECIABLE_PS = 1 - normal_sf(APPRECIABLE_SMD / math.sqrt(2))
RELATIVE_CHANGE = 0.25
#: A relative change of the risk of more than this is large, and an information size is asked (Core GRADE 2).
LARGE_CHANGE = 0.30
#: Below this share of the information size two levels are proposed. Zeng 2022 says "far less" and this is our line.
FAR_LESS = 0.5
#: A small standardised difference (Cohen 1988), for the information size.
SMALL_SMD = 0.2


@dataclass(frozen=True, slots=True)
class Proposal:
    """By how many levels imprecision might lower the certainty, and why; 0 where nothing speaks for it."""

    levels: int
    because: str


@dataclass(frozen=True, slots=True)
class _Interval:
    """An interval with the thresholds that it is read against and the value of no effect, on one scale."""

    low: float
    high: float
    thresholds: tuple[float, ...]
    none: float
    words: str
    #: Whether the reviewers gave the thresholds; others count only where the interval includes no effect.
    given: bool

    @property
    def crossed(self) -> tuple[float, ...]:
        """The thresholds that count and are inside."""
        if not self.given and not self.low < self.none < self.high:
            return ()
        return tuple(threshold for threshold in self.thresholds if self.low < threshold < self.high)


def proposed_imprecision(body: Body) -> Proposal | None:
    """The proposal for a body of evidence: a level for each threshold inside the 95% interval.

    Where none is inside it, a level for fewer participants than the optimal information size, two for far fewer, if
    the relative effect is large. None where `why_no_proposal` says why.
    """
    if why_no_proposal(body) is not None or (interval := _interval(body)) is None:
        return None
    if interval.crossed or not _asks_for_information(body):
        return Proposal(len(interval.crossed), _interval_words(interval))
    share, size = _share_of_information(body) or (1.0, "")
    levels = 0 if share >= 1 else 1 if share >= FAR_LESS else 2
    return Proposal(levels, "; ".join(filter(None, (_interval_words(interval), size))))


def why_no_proposal(body: Body) -> str | None:
    """Why the numbers propose nothing, None where they do."""
    if body.hull is None:
        return "no effect with an interval"
    if body.measure == "MD" and body.asked.important is None:
        return "a difference on a scale, and no difference that matters is given (`important`)"
    return None


def _interval_words(interval: _Interval) -> str:
    inside = " and ".join(f"{threshold:.3g}" for threshold in interval.crossed)
    noun = "the thresholds" if len(interval.crossed) > 1 else "the threshold"
    if interval.given:
        said = f"includes {noun} {inside}" if inside else "has no threshold inside"
    elif inside:
        said = f"includes no effect and {noun} {inside}"
    elif not interval.low < interval.none < interval.high:
        return "the 95% CI excludes no effect, and no difference that matters is given"
    else:
        said = "includes no effect and" + (" no threshold" if interval.thresholds else " none is given")
    return f"the 95% CI {said} ({interval.words})".replace("-", "−")


def _interval(body: Body) -> _Interval | None:
    """The interval with the reviewers' thresholds, on the absolute scale where there is one, else with GRADE's own."""
    important = body.asked.important
    if body.hull is None:
        return None
    if important is not None and body.absolute is not None:
        least = float(important.difference)
        limits = body.absolute.ci_lb, body.absolute.ci_ub
        return _Interval(*limits, (-least, least), 0.0, "risk difference that matters", given=True)
    none = no_difference(body.measure)
    if important is not None and body.measure not in RATIO_MEASURES:
        least = float(important.difference)
        return _Interval(
            *body.hull, (none - least, none + least), none, "difference that matters", given=True
        )
    words = "appreciable benefit or harm"
    if body.measure in RATIO_MEASURES:
        return _Interval(*body.hull, APPRECIABLE_RATIOS, none, words, given=False)
    thresholds = {"SMD": (-APPRECIABLE_SMD, APPRECIABLE_SMD), "PS": (1 - APPRECIABLE_PS, APPRECIABLE_PS)}
    if body.measure in thresholds:
        return _Interval(*body.hull, thresholds[body.measure], none, words, given=False)
    return _Interval(*body.hull, (none,), none, "no effect", given=False)


def _asks_for_information(body: Body) -> bool:
    """Whether the relative effect is large; a difference on a scale, where it is beyond the thresholds."""
    if body.absolute is not None and body.control:
        treated = 1 - body.absolute.treated if body.of_absence else body.absolute.treated
        return abs(treated / body.control - 1) > LARGE_CHANGE
    if body.measure in RATIO_MEASURES:
        return any(abs(scenario.estimate - 1) > LARGE_CHANGE for scenario in body.scenarios)
    interval = _interval(body)
    return interval is not None and not any(
        min(interval.thresholds) < scenario.estimate < max(interval.thresholds) for scenario in body.scenarios
    )


def _share_of_information(body: Body) -> tuple[float, str] | None:
    """The share of the optimal information size that the participants are, and both in words."""
    try:
        for size, aim in _information_sizes(body):
            share = body.participants / size
            than = "no fewer than" if share >= 1 else "fewer than" if share >= FAR_LESS else "far fewer than"
            many = f"{body.participants:,} participants are {than} the optimal information size of {size:,}"
            return share, f"{many} ({aim}; α 0.05, power 80%)"
    except (Refused, ValueError):
        return None
    return None


def _information_sizes(body: Body) -> Iterator[tuple[int, str]]:
    """The optimal information size and the effect it is to detect, where the body gives one."""
    important = body.asked.important
    if body.control is not None:
        risk = body.control
        aim = float(important.difference) if important else RELATIVE_CHANGE * risk
        rises = bool(body.scenarios) and body.scenarios[0].estimate > no_difference(body.measure)
        other = min(1.0, risk + aim) if rises else max(0.0, risk - aim)
        yield size_for_risks(other, risk), f"a risk of {other:.3g} instead of {risk:.3g}"
    elif body.studies and body.measure in ("MD", "SMD"):
        aim = float(important.difference) if important else SMALL_SMD
        information = pool_information(body.studies.sets[0], body.studies.settings, aim)
        sizes = [requirement.participants for requirement in information.required if requirement.participants]
        yield from ((size, f"{body.measure} {aim:g}") for size in sizes[:1])
