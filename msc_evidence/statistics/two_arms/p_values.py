"""From an estimate and its confidence interval, or a test statistic, to p, and what rounding leaves open."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msc_evidence.statistics.distributions import chi2_sf, f_sf, normal_quantile, p_from_t, p_from_z, t_from_p
from msc_evidence.statistics.interval import Interval

_LARGEST_LOG = math.log(sys.float_info.max)


def p_from_ci(
    estimate: float,
    ci_lb: float,
    ci_ub: float,
    *,
    ratio: bool,
    level: float = 0.95,
    df: float | None = None,
) -> float:
    """Two-sided p of no effect (0, or a ratio of 1) implied by an estimate and its confidence interval.

    z = |θ| / SE with SE = (upper − lower)/(2 z₁₋α⸝₂), all on the log scale for a `ratio`; with `df` both
    quantile and p are Student's (Altman & Bland 2011, BMJ 343:d2304, with the exact normal tail).
    Raises ValueError where the limits are not in order or a ratio is not above 0.

    >>> round(p_from_ci(0.81, 0.70, 0.94, ratio=True), 5)
    0.00508
    """
    if not ci_lb < ci_ub or (ratio and min(estimate, ci_lb) <= 0):
        raise ValueError(f"no p follows from {estimate} ({ci_lb} to {ci_ub})")
    box = (Interval.point(estimate), Interval.point(ci_lb), Interval.point(ci_ub))
    return p_interval_from_ci(*box, ratio=ratio, level=level, df=df).lo


def p_interval_from_ci(
    estimate: Interval,
    ci_lb: Interval,
    ci_ub: Interval,
    *,
    ratio: bool,
    level: float = 0.95,
    df: float | None = None,
) -> Interval:
    """Every p that an estimate and limits within these intervals imply, as `p_from_ci` finds it.

    Raises ValueError where the upper limit is nowhere above the lower, or a ratio nowhere above 0.

    >>> box = (Interval.rounded(x, 2) for x in (0.81, 0.70, 0.94))
    >>> p = p_interval_from_ci(*box, ratio=True)
    >>> round(p.lo, 4), round(p.hi, 4)
    (0.0026, 0.0091)
    """
    theta, low, high = (_analysis_scale(number, ratio) for number in (estimate, ci_lb, ci_ub))
    if high.hi <= low.lo:
        raise ValueError("the upper confidence limit is not above the lower")
    nearest = 0.0 if theta.lo <= 0 <= theta.hi else min(abs(theta.lo), abs(theta.hi))
    farthest = max(abs(theta.lo), abs(theta.hi))
    narrowest = max(0.0, high.lo - low.hi)
    return Interval(_p(farthest, narrowest, level, df), _p(nearest, high.hi - low.lo, level, df))


def implied_estimate(ci_lb: Interval, ci_ub: Interval, *, ratio: bool) -> Interval:
    """Where the estimate of a symmetric interval lies: midway, for a `ratio` at the geometric mean.

    >>> middle = implied_estimate(Interval.rounded(0.45, 2), Interval.rounded(0.99, 2), ratio=True)
    >>> round(middle.lo, 3), round(middle.hi, 3)
    (0.662, 0.673)
    """
    low, high = _analysis_scale(ci_lb, ratio), _analysis_scale(ci_ub, ratio)
    lo, hi = (low.lo + high.lo) / 2, (low.hi + high.hi) / 2
    return Interval(math.exp(lo), math.exp(hi)) if ratio else Interval(lo, hi)


def symmetric(estimate: Interval, ci_lb: Interval, ci_ub: Interval, *, ratio: bool) -> bool:
    """Whether an estimate can be the middle of its interval, given how all three are rounded.

    Exact and profile intervals need not be symmetric.
    """
    return implied_estimate(ci_lb, ci_ub, ratio=ratio).meets(estimate)


def _analysis_scale(number: Interval, ratio: bool) -> Interval:
    if not ratio:
        return number
    if number.hi <= 0:
        raise ValueError(f"a ratio is above 0, not between {number.lo} and {number.hi}")
    return Interval(math.log(number.lo) if number.lo > 0 else -math.inf, math.log(number.hi))


def _p(theta: float, width: float, level: float, df: float | None) -> float:
    if theta == 0 or math.isinf(width):
        return 1.0
    if width == 0 or math.isinf(theta):
        return 0.0
    if df is None:
        return p_from_z(2 * normal_quantile((1 + level) / 2) * theta / width)
    return p_from_t(2 * t_from_p(1 - level, df) * theta / width, df)


@dataclass(frozen=True, slots=True)
class Kind:
    """A test statistic: its p, how many degrees of freedom it takes, and the values it can have."""

    p: Callable[..., float]
    degrees: int
    lo: float
    hi: float


def p_from_r(r: float, df: float) -> float:
    """Two-sided p of a correlation on `df` = n − 2 degrees of freedom, t = r√(df/(1 − r²)).

    >>> round(p_from_r(0.22, 28), 5)
    0.24274
    """
    unexplained = (1 - r) * (1 + r)
    return p_from_t(r * math.sqrt(df / unexplained), df) if unexplained > 0 else 0.0


#: Every test statistic that can be recomputed; all but F, χ² and Q are taken as two-sided.
KINDS: Mapping[str, Kind] = {
    "t": Kind(p_from_t, 1, -math.inf, math.inf),
    "F": Kind(f_sf, 2, 0, math.inf),
    "chi2": Kind(chi2_sf, 1, 0, math.inf),
    "r": Kind(p_from_r, 1, -1, 1),
    "z": Kind(p_from_z, 0, -math.inf, math.inf),
    "Q": Kind(chi2_sf, 1, 0, math.inf),
}


def p_interval(kind: str, value: Interval, *df: float) -> Interval:
    """Every p that a statistic within `value` can have; up to 1 where it can be 0.

    The part of `value` that the statistic cannot take (F below 0, r beyond 1) is left out; raises
    ValueError where nothing remains, for an unknown kind and for wrong degrees of freedom (Nuijten 2016,
    10.3758/s13428-015-0664-2).

    >>> p = p_interval("t", Interval.rounded(2.20, 2), 28)
    >>> round(p.lo, 5), round(p.hi, 5)
    (0.03584, 0.03662)
    """
    statistic = _kind(kind, df)
    if value.hi < statistic.lo or value.lo > statistic.hi:
        raise ValueError(f"{kind} cannot lie between {value.lo} and {value.hi}")
    possible = value.clipped(statistic.lo, statistic.hi)
    nearest = 0.0 if possible.lo <= 0 <= possible.hi else min(abs(possible.lo), abs(possible.hi))
    farthest = max(abs(possible.lo), abs(possible.hi))
    least = statistic.p(farthest, *df)
    return Interval(least, least if nearest == farthest else statistic.p(nearest, *df))


def _kind(kind: str, df: tuple[float, ...]) -> Kind:
    if kind not in KINDS:
        raise ValueError(f"{kind} is not one of {', '.join(KINDS)}")
    if len(df) != KINDS[kind].degrees or any(degrees <= 0 for degrees in df):
        raise ValueError(f"{kind} takes {KINDS[kind].degrees} degrees of freedom, each above 0")
    return KINDS[kind]
