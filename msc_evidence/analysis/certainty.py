"""What the numbers propose for GRADE's domain of imprecision: a proposal, which only a person makes a judgement."""

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

#: Without a stated difference that matters: ratios beyond which benefit or harm is appreciable, the same of a
#: standardised difference, and the relative reduction that the information size is to detect (Guyatt 2011,
#: 10.1016/j.jclinepi.2011.01.012).
APPRECIABLE_RATIOS = (0.75, 1.25)
APPRECIABLE_SMD = 0.5
#: The same of a probability of superiority under normality, Φ(0.5/√2) (McGraw & Wong 1992).
APPRECIABLE_PS = 1 - normal_sf(APPRECIABLE_SMD / math.sqrt(2))
RELATIVE_REDUCTION = 0.25
#: A small standardised difference (Cohen 1988), for the information size.
SMALL_SMD = 0.2


@dataclass(frozen=True, slots=True)
class Proposal:
    """By how many levels imprecision might lower the certainty, and why; 0 where nothing speaks for it."""

    levels: int
    because: str


@dataclass(frozen=True, slots=True)
class _IntervalAndThresholds:
    """The interval of the effect and the thresholds it is read against, on one scale."""

    low: float
    high: float
    thresholds: tuple[float, ...]
    words: str

    @property
    def thresholds_inside(self) -> tuple[float, ...]:
        """The thresholds inside the interval."""
        return tuple(threshold for threshold in self.thresholds if self.low < threshold < self.high)


def proposed_imprecision(body: Body) -> Proposal | None:
    """The proposal for a body of evidence: a level for each threshold inside the 95% interval.

    Where none is inside it, a level for fewer participants than the optimal information size (Guyatt 2011; Zeng 2022,
    10.1016/j.jclinepi.2022.07.014). None without an effect, a threshold or an information size to go by.
    """
    limits, information = _interval_and_thresholds(body), _share_of_information(body)
    if limits is None and information is None:
        return None
    crossed = len(limits.thresholds_inside) if limits else 0
    reached, size = information or (math.inf, "")
    reasons = [*([_crossing_words(limits)] if limits else []), *([size] if size else [])]
    return Proposal(crossed or int(reached < 1), "; ".join(reasons))


def _crossing_words(limits: _IntervalAndThresholds) -> str:
    if not limits.thresholds_inside:
        return f"the 95% CI has no threshold inside ({limits.words})"
    noun = "the thresholds" if len(limits.thresholds_inside) > 1 else "the threshold"
    thresholds = " and ".join(f"{threshold:.3g}" for threshold in limits.thresholds_inside)
    return f"the 95% CI includes {noun} {thresholds} ({limits.words})".replace("-", "−")


def _interval_and_thresholds(body: Body) -> _IntervalAndThresholds | None:
    """The interval with the thresholds: those of the registry, else those GRADE suggests for ratios and SMD."""
    important = body.asked.important
    if body.hull is None:
        return None
    if important is not None and body.absolute is not None:
        least = float(important.difference)
        interval = body.absolute.ci_lb, body.absolute.ci_ub
        return _IntervalAndThresholds(*interval, (-least, least), "risk difference that matters")
    if important is not None and body.measure not in RATIO_MEASURES:
        none, least = no_difference(body.measure), float(important.difference)
        return _IntervalAndThresholds(*body.hull, (none - least, none + least), "difference that matters")
    if body.measure in RATIO_MEASURES:
        return _IntervalAndThresholds(*body.hull, APPRECIABLE_RATIOS, "appreciable benefit or harm")
    thresholds = {
        "SMD": (-APPRECIABLE_SMD, APPRECIABLE_SMD),
        "PS": (1 - APPRECIABLE_PS, APPRECIABLE_PS),
    }
    if body.measure in thresholds:
        return _IntervalAndThresholds(*body.hull, thresholds[body.measure], "appreciable benefit or harm")
    return None


def _share_of_information(body: Body) -> tuple[float, str] | None:
    """The share of the optimal information size that the participants are, and both in words."""
    try:
        for size, aim in _information_sizes(body):
            share = body.participants / size
            than = "fewer than" if share < 1 else "no fewer than"
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
        aim = float(important.difference) if important else RELATIVE_REDUCTION * risk
        other = risk - aim if risk >= aim else risk + aim
        yield size_for_risks(other, risk), f"a risk of {other:.3g} instead of {risk:.3g}"
    elif body.studies and body.measure in ("MD", "SMD"):
        aim = float(important.difference) if important else SMALL_SMD
        if important or body.measure == "SMD":
            information = pool_information(body.studies.sets[0], body.studies.settings, aim)
            sizes = [
                requirement.participants for requirement in information.required if requirement.participants
            ]
            yield from ((size, f"{body.measure} {aim:g}") for size in sizes[:1])
