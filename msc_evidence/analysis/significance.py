"""Which side of α a reported p-value or confidence interval is on, as far as rounding decides it."""

from __future__ import annotations

from msc_evidence.analysis.bases import RATIO_MEASURES
from msc_evidence.analysis.verdict import ALPHA
from msc_evidence.registry.model import Effect, Result
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.interval import Interval


def below_alpha(p: Reported, alpha: float = ALPHA) -> bool | None:
    """Whether p < α: True or False where every value that was rounded to it agrees, else None.

    >>> [below_alpha(Reported.read(p)) for p in ("0.049", "<0.05", "0.05", ".051", "NS")]
    [True, True, None, False, False]
    """
    low, high = p.bounds
    if high < alpha or (p.comparator == "<" and high <= alpha):
        return True
    return False if low >= alpha else None


def null_value(effect: Effect) -> float:
    """The estimate of no effect: 1 for ratios, ½ for a probability of superiority, else 0."""
    return 1.0 if effect.measure in RATIO_MEASURES else 0.5 if effect.measure == "PS" else 0.0


def alpha_of(effect: Effect) -> float:
    """The α that belongs to the confidence interval: 1 − level, 0.05 where none is stated."""
    return round(1 - float(effect.level) / 100, 10) if effect.level else ALPHA


def limits(effect: Effect) -> tuple[Interval, Interval] | None:
    """What the lower and the upper confidence limit can stand for, in the order of the print."""
    if effect.ci is None:
        return None
    return Interval(*effect.ci.low.bounds), Interval(*effect.ci.high.bounds)


def excludes_null(effect: Effect) -> bool | None:
    """Whether the confidence interval excludes no effect; None without one, or where rounding decides."""
    printed = limits(effect)
    if printed is None:
        return None
    (low, high), null = sorted(printed, key=lambda limit: limit.middle), null_value(effect)
    if low.lo > null or high.hi < null:
        return True
    return False if low.hi <= null <= high.lo else None


def significant(result: Result) -> bool | None:
    """Whether a result is significant by its p, else by its 95 % interval, else by the source's wording."""
    if result.p is not None:
        return below_alpha(result.p)
    if result.effect is not None and result.effect.ci is not None and alpha_of(result.effect) == ALPHA:
        return excludes_null(result.effect)
    return {"significant": True, "not significant": False}.get(result.wording or "")
