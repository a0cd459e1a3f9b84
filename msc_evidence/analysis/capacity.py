"""What a trial of this size could have shown at all, and how its allocation and its zeros read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from msc_evidence.analysis.contrast import LARGEST_ARM, arm_size, main_contrast
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Ratio, Reported
from msc_evidence.statistics.binomial import clopper_pearson, exact_binomial, zero_event_bound
from msc_evidence.statistics.counts import smallest_fisher_p
from msc_evidence.statistics.power import detectable_d, smallest_significant_d
from msc_evidence.statistics.ranks import smallest_rank_sum_p


@dataclass(frozen=True, slots=True)
class Capacity:
    """The limits that two group sizes set, at α = .05."""

    n1: int
    n2: int
    #: Smallest |d| that a two-sample t test would have called significant.
    smallest_significant_d: float
    #: |d| that it would have detected with 80 % power.
    detectable_d: float
    #: Smallest two-sided p of an exact rank-sum test without ties.
    smallest_rank_sum_p: float
    #: Smallest two-sided p of Fisher's test with 1, 2 and 3 events in both arms together.
    smallest_fisher_p: tuple[float, ...]


def capacity(trial: Trial) -> Capacity | None:
    """The limits of the trial's main contrast; None where a group size is missing or has no t test."""
    contrast = main_contrast(trial)
    if contrast is None or contrast.sizes is None or sum(contrast.sizes) < 4:
        return None
    n1, n2 = contrast.sizes
    return Capacity(
        n1,
        n2,
        smallest_significant_d(n1, n2),
        detectable_d(n1, n2),
        smallest_rank_sum_p(n1, n2),
        tuple(smallest_fisher_p(n1, n2, events) for events in (1, 2, 3)),
    )


@dataclass(frozen=True, slots=True)
class Allocation:
    """How likely so uneven a split is under the stated ratio, or under 1:1 where none is stated."""

    n1: int
    n2: int
    ratio: str
    stated: bool
    p: float
    #: The treatment arm, and the key of its size that was used.
    arm: str
    key: Literal["randomised", "n"]


#: More participants than any trial has; the exact test counts one by one.
LARGEST_TRIAL = 1_000_000


def allocation(trial: Trial) -> Allocation | None:
    """The exact binomial test of a randomised trial's two arms; None where sizes are missing.

    The numbers randomised are used where they are recorded, else those analysed; the ratio is one that any source
    of the trial states.
    """
    contrast = main_contrast(trial)
    if contrast is None or trial.design.allocation != "randomised" or len(trial.arms) != 2:
        return None
    pair = [trial.arms[name] for name in (contrast.arm, contrast.against)]
    key: Literal["randomised", "n"] = "randomised" if all(arm.randomised is not None for arm in pair) else "n"
    counts = [getattr(arm, key) for arm in pair]
    n1, n2 = (number.count if isinstance(number, Reported) else None for number in counts)
    if n1 is None or n2 is None or not 0 < n1 + n2 <= LARGEST_TRIAL:
        return None
    stated = _stated_ratio(trial)
    first, second = stated.parts if stated else (1, 1)
    p = exact_binomial(n1, n1 + n2, first / (first + second))
    return Allocation(n1, n2, f"{first}:{second}", stated is not None, p, contrast.arm, key)


def _stated_ratio(trial: Trial) -> Ratio | None:
    """The allocation ratio of two arms that some source states."""
    designs = [trial.design, *(also.design for also in trial.also)]
    ratios = [design.ratio for design in designs if design is not None]
    return next((ratio for ratio in ratios if isinstance(ratio, Ratio) and len(ratio.parts) == 2), None)


@dataclass(frozen=True, slots=True)
class ZeroEvents:
    """No event among n participants: what that leaves possible."""

    event: str
    arm: str
    n: int
    #: Upper end of the one-sided 95 % interval, 1 − 0.05^(1/n).
    bound: float
    #: Upper end of the two-sided Clopper–Pearson interval.
    clopper_pearson: float


def zero_events(trial: Trial) -> Iterator[ZeroEvents]:
    """The bounds behind every harm that no participant of an arm had."""
    for harm in trial.harms:
        for arm, count in harm.arms.items():
            n, none = arm_size(trial, arm), isinstance(count, Reported) and count.count == 0
            if none and n is not None and 0 < n <= LARGEST_ARM:
                yield ZeroEvents(harm.event, arm, n, zero_event_bound(n), clopper_pearson(0, n)[1])
