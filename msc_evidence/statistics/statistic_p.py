"""p from a reported test statistic and its degrees of freedom, and what rounding leaves open."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msc_evidence.statistics.distributions import chi2_sf, f_sf, p_from_t, p_from_z
from msc_evidence.statistics.interval import Interval


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
