"""Which side of α a p-value or an interval is on, and whether it stays there beside the others of its family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Literal

from msc_evidence.registry.effect import Effect
from msc_evidence.registry.model import Result
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.effects import no_difference

#: The conventional level at which sources call a result significant.
ALPHA = 0.05
#: A number printed as `<` stays this share below its bound, which is not among its values.
_OPEN = 1e-12

Correction = Callable[[Sequence[float]], list[float]]


def p_interval(p: Reported) -> Interval:
    """What a printed p can stand for, within 0 and 1; `<0.05` ends just below 0.05."""
    low, high = p.bounds
    high *= 1 - _OPEN * (p.comparator == "<")
    return Interval(max(low, 0.0), min(max(high, 0.0), 1.0))


def interval_below(possible: Interval, alpha: float = ALPHA) -> bool | None:
    """Whether p < α for every value of an interval (True), for none (False), or for some only (None)."""
    return True if possible.hi < alpha else False if possible.lo >= alpha else None


def below_alpha(p: Reported, alpha: float = ALPHA) -> bool | None:
    """Whether p < α: True or False where every value that was rounded to it agrees, else None.

    >>> [below_alpha(Reported.read(p)) for p in ("0.049", "<0.05", "0.000", "<=0.05", "0.05", ">=0.01")]
    [True, True, True, None, None, None]
    >>> [below_alpha(Reported.read(p)) for p in (".051", ">=0.05", "NS")]
    [False, False, False]
    """
    return interval_below(p_interval(p), alpha)


def null_value(effect: Effect) -> float:
    """The estimate of no effect: 1 for ratios, ½ for a probability of superiority, else 0."""
    return no_difference(effect.measure)


def alpha_of(effect: Effect) -> float:
    """The α that belongs to the confidence interval: 1 − level, 0.05 where none is stated."""
    return round(1 - float(effect.level) / 100, 10) if effect.level else ALPHA


def confidence_limits(effect: Effect) -> tuple[Interval, Interval] | None:
    """What the lower and the upper confidence limit can stand for, in the order of the print."""
    if effect.ci is None:
        return None
    return Interval(*effect.ci.low.bounds), Interval(*effect.ci.high.bounds)


def printed_estimate(effect: Effect) -> Interval | None:
    """What the estimate can stand for; None where the source prints the interval alone."""
    return Interval(*effect.estimate.bounds) if effect.estimate is not None else None


def excludes_null(effect: Effect) -> bool | None:
    """Whether the confidence interval excludes no effect; None without one, or where rounding decides."""
    printed = confidence_limits(effect)
    if printed is None:
        return None
    (low, high), null = sorted(printed, key=lambda limit: limit.middle), null_value(effect)
    if low.lo > null or high.hi < null:
        return True
    return False if low.hi <= null <= high.lo else None


def is_significant(result: Result) -> bool | None:
    """Whether a result is significant by its p, else by its 95% interval, else by the source's wording."""
    if result.p is not None:
        return below_alpha(result.p)
    if result.effect is not None and result.effect.ci is not None and alpha_of(result.effect) == ALPHA:
        return excludes_null(result.effect)
    return {"significant": True, "not significant": False}.get(result.wording or "")


@dataclass(frozen=True, slots=True)
class AdjustedP:
    """A p-value adjusted for the others of its family."""

    #: At the printed values, bounds at their bound; None for a p printed as `>0.05` or `NS`.
    value: float | None
    #: `<` or `≤` where that is a bound because some p of the family was printed as one.
    comparator: Literal["=", "<", "≤"]
    #: Over everything that the printed p-values of the family can stand for.
    interval: Interval

    @property
    def below_alpha(self) -> bool | None:
        """Whether it is below α, as far as the printed p-values decide it."""
        return interval_below(self.interval)


def adjusted_p_values(family: Sequence[Reported], correction: Correction) -> list[AdjustedP]:
    """The p-values of a family corrected together, in their order.

    A p printed as `<0.001` enters at its bound, `0.000` at the 0.0005 it is below, and `>0.05` or `NS` as 1. No
    adjusted p falls where one of the family rises, so that the corners of what was printed bound each of them.

    >>> from msc_evidence.statistics.multiplicity import holm
    >>> [(p.comparator, p.value) for p in adjusted_p_values([Reported.read("<0.01"), Reported.read("0.2")], holm)]
    [('<', 0.02), ('=', 0.2)]
    """
    at_print = [_p_at_print(p) for p in family]
    least = correction([float(p) if p.comparator == "=" and p.value else p_interval(p).lo for p in family])
    most = correction(at_print)
    pairs = zip(family, at_print, strict=True)
    open_ = correction([at * (1 - _OPEN) if _printed_as_below(p) else at for p, at in pairs])
    low = correction([p_interval(p).lo for p in family])
    high = correction([p_interval(p).hi for p in family])
    return [
        AdjustedP(
            None if p.comparator in ">≥" else most[i],
            "=" if isclose(least[i], most[i]) else "<" if open_[i] < most[i] else "≤",
            Interval(low[i], high[i]),
        )
        for i, p in enumerate(family)
    ]


def _printed_as_below(p: Reported) -> bool:
    """Whether p was printed as below a bound; 0.000 says that it is below 0.0005."""
    return p.comparator == "<" or p.value == 0


def _p_at_print(p: Reported) -> float:
    return 1.0 if p.comparator in ">≥" else p.bounds[1] if p.value == 0 else float(p)


def short_p(p: float) -> str:
    """A computed p-value in three digits, as readers know it below one in ten thousand.

    >>> short_p(0.04321), short_p(5.24e-06)
    ('0.0432', '<0.0001')
    """
    return "<0.0001" if p < 0.0001 else f"{p:.3g}"
