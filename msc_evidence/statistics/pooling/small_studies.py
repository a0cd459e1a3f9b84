"""Whether small studies show other effects than large ones: regressions, Begg's rank test, trim and fill."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from msc_evidence.statistics.distributions import p_from_z
from msc_evidence.statistics.pooling.measures import CELLS, MEASURES, usable, validated
from msc_evidence.statistics.pooling.moderators import meta_regression
from msc_evidence.statistics.pooling.pooling import Confidence, Pooled, fit, pool, studies

Array = NDArray[np.float64]
Side = Literal["left", "right"]

#: Fewer studies than this cannot tell chance from asymmetry (Sterne et al. 2011, BMJ 343:d4002).
MINIMUM = 10
#: From here on the normal p is within 4·10⁻⁴ of the exact one (5·10⁻⁵ below .05), whose cost is cubic.
EXACT_UP_TO = 500
#: Differences of this share of the numbers that they are of are rounding, and no evidence.
NOISE = 1e-12
#: Rounds after which trim and fill goes back and forth between two answers.
ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Asymmetry:
    """Regression test of asymmetry: `bias` per unit of what stands for smallness, and the effect where that is 0.

    That is the standard error, or in Peters' test one over the participants. `df` is that of Student's t, None for
    the normal.
    """

    bias: float
    bias_se: float
    statistic: float
    df: int | None
    p: float
    limit: float
    limit_ci_lb: float
    limit_ci_ub: float


@dataclass(frozen=True, slots=True)
class Begg:
    """Kendall's τ between standardised effects and variances, with two-sided p, exact or not."""

    tau: float
    p: float
    exact: bool


@dataclass(frozen=True, slots=True)
class TrimAndFill:
    """How many studies are missing on which side, those filled in and the effect pooled with them."""

    side: Side
    missing: int
    missing_se: float
    filled_yi: tuple[float, ...]
    filled_vi: tuple[float, ...]
    pooled: Pooled


def egger(
    yi: ArrayLike,
    vi: ArrayLike,
    model: str = "common",
    ci: Confidence = "hk",
    *,
    level: float = 0.95,
    forced: bool = False,
) -> Asymmetry:
    """Egger's regression test of the effects on their standard errors.

    By default the classical test: least squares weighted by 1/v with a free residual variance, t on k − 2 df,
    which is a common effect with the variance of Hartung and Knapp (Egger et al. 1997; Sterne & Egger 2005;
    metafor `regtest(model = "lm")`). Other models and intervals, as in `meta_regression`, give the
    mixed-effects form (`model = "rma"`). Raises ValueError below ten studies unless `forced`, for fewer than
    three, and where all have one standard error or one effect.

    >>> effects = [0.1, 0.5, 0.2, 1.1, 0.7, 0.3, 0.9, 0.4, 0.8, 0.2]
    >>> variances = [0.01, 0.09, 0.02, 0.25, 0.16, 0.04, 0.2, 0.05, 0.12, 0.03]
    >>> found = egger(effects, variances)
    >>> round(found.bias, 3), found.df, found.p < 0.001
    (2.333, 8, True)
    """
    y, v = _enough_studies(yi, vi, "Egger's test", forced)
    return _asymmetry_regression(y, v, {"standard error": np.sqrt(v)}, model, ci, level)


def harbord(
    ai: ArrayLike, bi: ArrayLike, ci: ArrayLike, di: ArrayLike, *, level: float = 0.95, forced: bool = False
) -> Asymmetry:
    """Harbord's regression test of the score (O − E)/V on its standard error 1/√V, for odds ratios.

    Egger's test of Peto's odds ratio, whose error does not depend on its size as that of a log odds ratio does
    (Harbord, Egger & Sterne 2006; Cochrane Handbook 13.3.5.4). Double zeros have no part. Raises ValueError as `egger`.
    """
    yi, vi = MEASURES["PETO"].from_columns(dict(zip(CELLS, (ai, bi, ci, di), strict=True)))
    kept = usable(yi, vi)
    y, v = _enough_studies(yi[kept], vi[kept], "Harbord's test", forced)
    return _asymmetry_regression(y, v, {"standard error": np.sqrt(v)}, "common", "hk", level)


def peters(
    ai: ArrayLike, bi: ArrayLike, ci: ArrayLike, di: ArrayLike, *, level: float = 0.95, forced: bool = False
) -> Asymmetry:
    """Peters' regression test of log odds ratios on one over the participants.

    Least squares weighted by 1/(1/events + 1/others) of both arms together, t on k − 2 df: neither depends on the
    effect (Peters et al. 2006, JAMA 295:676; Cochrane Handbook 13.3.5.4). Raises ValueError as `egger`, and where all
    studies have one size.
    """
    table = dict(zip(CELLS, (ai, bi, ci, di), strict=True))
    yi, vi = MEASURES["OR"].from_columns(table)
    a, b, c, d = validated(table).values()
    kept = usable(yi, vi)
    spread, size = 1 / (a + c)[kept] + 1 / (b + d)[kept], (a + b + c + d)[kept]
    y, v = _enough_studies(yi[kept], spread, "Peters' test", forced)
    return _asymmetry_regression(y, v, {"1/participants": 1 / size}, "common", "hk", level)


def _asymmetry_regression(
    y: Array, v: Array, smallness: Mapping[str, Array], model: str, ci: Confidence, level: float
) -> Asymmetry:
    _require_different(y, v)
    regression = meta_regression(y, v, smallness, model, ci, level=level)
    limit, bias = regression.coefficients
    df = None if ci == "z" else regression.qe_df
    return Asymmetry(
        bias.estimate, bias.se, bias.statistic, df, bias.p, limit.estimate, limit.ci_lb, limit.ci_ub
    )


def equal_effects(yi: ArrayLike, vi: ArrayLike) -> bool:
    """Whether all of several effects, with their variances, differ by rounding alone.

    >>> equal_effects([0.3, 0.1 + 0.2], [0.1, 0.2]), equal_effects([0.3], [0.1])
    (True, False)
    """
    y, v = np.asarray(yi, float), np.asarray(vi, float)
    return len(y) > 1 and bool(np.ptp(y) <= NOISE * (np.abs(y).max() + math.sqrt(v.min())))


def _require_different(y: Array, v: Array) -> None:
    """Raises ValueError for effects that differ by rounding alone."""
    if len(y) == 1 or equal_effects(y, v):
        raise ValueError("all effects are equal: no asymmetry can be tested")


def _groups(values: Array, noise: float) -> NDArray[np.int64]:
    """Ranks of the values, from 0, in which those that differ by no more than `noise` from the next are one."""
    order = np.argsort(values, kind="stable")
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[order] = np.concatenate(([0], np.cumsum(np.diff(values[order]) > noise)))
    return ranks


def begg(yi: ArrayLike, vi: ArrayLike, *, forced: bool = False) -> Begg:
    """Begg and Mazumdar's rank correlation of (y − ŷ)/√(v − 1/Σw) with v, ŷ under a common effect (1994).

    Kendall's τ_b; p exact without ties, up to 500 studies, otherwise from the normal with the variance corrected
    for ties and no continuity correction (Kendall 1970; metafor `ranktest`). What differs by rounding alone is tied.
    Raises ValueError below ten studies unless `forced`, for a single study, where one has all the weight and where
    every variance or every effect is the same.

    >>> round(begg([0.1, 0.2, 0.9], [0.1, 0.2, 0.3], forced=True).p, 6)
    0.333333
    """
    y, v = _enough_studies(yi, vi, "Begg's test", forced)
    if len(y) < 2:
        raise ValueError("a rank correlation needs two studies")
    _require_different(y, v)
    common = fit(y, v, "common")
    left = v - common.variance
    if (left <= NOISE * v).any():
        raise ValueError("a rank correlation needs studies of which none has all the weight")
    standardised = (y - common.estimate) / np.sqrt(left)
    noise = NOISE * float(np.abs(y).max() / math.sqrt(left.min()) + np.abs(standardised).max())
    ranks = _groups(standardised, noise), _groups(np.log(v), NOISE)
    ties = tuple(np.unique(column, return_counts=True)[1] for column in ranks)
    if any(len(counts) < 2 for counts in ties):
        raise ValueError("a rank correlation needs studies that differ in effect and in variance")
    score = _rank_concordance(*ranks)
    pairs = len(y) * (len(y) - 1) / 2
    untied = [pairs - float(np.sum(counts * (counts - 1))) / 2 for counts in ties]
    exact = untied == [pairs, pairs] and len(y) <= EXACT_UP_TO
    p = _exact_p(score, len(y)) if exact else p_from_z(score / math.sqrt(_variance(len(y), *ties)))
    return Begg(score / math.sqrt(untied[0] * untied[1]), p, exact)


def trim_and_fill(
    yi: ArrayLike,
    vi: ArrayLike,
    model: str = "REML",
    ci: Confidence = "z",
    *,
    side: Side | None = None,
    level: float = 0.95,
    forced: bool = False,
) -> TrimAndFill:
    """Duval and Tweedie's trim and fill by L₀ (2000): studies missing on one side mirrored from the other.

    L₀ = (4S − k(k + 1))/(2k − 1), S the rank sum of the effects beyond the centre of the trimmed set, repeated
    until it stays. Of equal effects the less precise is trimmed first, whatever the order of the rows. `side` is
    where studies are missing; left out, it is against the slope of `model`'s regression on the standard error
    (metafor `trimfill`). Raises ValueError below ten studies unless `forced`, for a single study, without `side`
    where `egger` would, where all effects are equal, and where the number never settles.

    >>> found = trim_and_fill([0.1, 0.2, 0.3, 0.9, 1.2], [0.01, 0.02, 0.04, 0.2, 0.3], "common", forced=True)
    >>> found.side, found.missing, [round(y, 4) for y in found.filled_yi]
    ('left', 2, [-0.5857, -0.8857])
    """
    y, v = _enough_studies(yi, vi, "trim and fill", forced)
    if len(y) < 2:
        raise ValueError("trim and fill needs two studies")
    _require_different(y, v)
    if side is None:
        slope = egger(y, v, model, "z", forced=True).bias
        side = "right" if slope < 0 else "left"
    sign = -1.0 if side == "right" else 1.0
    noise = NOISE * float(np.abs(y).max() + math.sqrt(v.min()))
    order = np.lexsort((v, _groups(sign * y, noise)))
    missing, centre, se = _trimmed_studies(sign * y[order], v[order], model, noise)
    mirrored = order[len(y) - missing :]
    filled_y, filled_v = 2 * sign * centre - y[mirrored], v[mirrored]
    pooled = pool(np.append(y, filled_y), np.append(v, filled_v), model, ci, level=level)
    return TrimAndFill(side, missing, se, tuple(filled_y.tolist()), tuple(filled_v.tolist()), pooled)


def _enough_studies(yi: ArrayLike, vi: ArrayLike, method: str, forced: bool) -> tuple[Array, Array]:
    y, v = studies(yi, vi)
    if len(y) < MINIMUM and not forced:
        raise ValueError(
            f"{method} on {len(y)} studies: below {MINIMUM} it cannot tell chance from asymmetry (Sterne 2011)"
        )
    return y, v


def _trimmed_studies(yi: Array, vi: Array, model: str, noise: float) -> tuple[int, float, float]:
    """The number missing on the left of sorted effects, the last centre and the number's standard error."""
    k, missing = len(yi), 0
    for _ in range(ROUNDS):
        kept = k - missing
        centre = float(fit(yi[:kept], vi[:kept], model).estimate)
        deviations = yi - centre
        ranks = np.empty(k)
        ranks[np.argsort(_groups(np.abs(deviations), noise), kind="stable")] = np.arange(1, k + 1)
        l0 = (4 * float(np.sum(ranks[deviations > 0])) - k * (k + 1)) / (2 * k - 1)
        before, missing = missing, max(0, round(l0))
        if missing == before:
            return missing, centre, _missing_se(k, l0)
    raise ValueError(f"trim and fill does not settle: {before} or {missing} studies missing")


def _missing_se(k: int, l0: float) -> float:
    """The standard error of L₀ (Duval & Tweedie 2000), nan where its variance comes out below 0."""
    variance = (
        k * (k + 1) * (2 * k + 1)
        + 10 * l0**3
        + 27 * l0**2
        + 17 * l0
        - 18 * k * l0**2
        - 18 * k * l0
        + 6 * k**2 * l0
    ) / 24
    return 4 * math.sqrt(variance) / (2 * k - 1) if variance >= 0 else math.nan


def _rank_concordance(a: NDArray[np.int64], b: NDArray[np.int64]) -> int:
    """Concordant less discordant pairs of ranks."""
    rows = (np.sign(a[i] - a[:i]) * np.sign(b[i] - b[:i]) for i in range(1, len(a)))
    return round(sum(float(np.sum(row)) for row in rows))


def _exact_p(score: int, k: int) -> float:
    """Two-sided p from the number of permutations with at most so many inversions (Kendall 1938)."""
    pairs = k * (k - 1) // 2
    tail = (pairs - abs(score)) // 2
    share = np.zeros(tail + 1)
    share[0] = 1.0
    for size in range(2, k + 1):
        below = np.cumsum(share)
        below[size:] -= below[:-size].copy()
        share = below / size
    return min(1.0, 2 * float(np.sum(share)))


def _variance(k: int, t: NDArray[np.int64], u: NDArray[np.int64]) -> float:
    """The variance of the score with `t` and `u` equal values (Kendall 1970)."""

    def sums(power: int) -> tuple[float, float]:
        falling = [counts * (counts - 1) * (counts - 2 if power > 2 else 1) for counts in (t, u)]
        return float(np.sum(falling[0])), float(np.sum(falling[1]))

    spread = [float(np.sum(counts * (counts - 1) * (2 * counts + 5))) for counts in (t, u)]
    variance = (k * (k - 1) * (2 * k + 5) - sum(spread)) / 18
    variance += math.prod(sums(2)) / (2 * k * (k - 1))
    return variance + (math.prod(sums(3)) / (9 * k * (k - 1) * (k - 2)) if k > 2 else 0.0)
