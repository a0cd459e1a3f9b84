"""Pooled 2×2 tables without inverse variance: Mantel–Haenszel and Peto, nothing added to empty cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from msc_evidence.statistics.pooling.measures import MEASURES, usable, validated
from msc_evidence.statistics.pooling.pooling import Pooled, from_q, wald

Array = NDArray[np.float64]
_CELLS = ("ai", "bi", "ci", "di")
_NOWHERE = dict.fromkeys(("tau2_ci_lb", "tau2_ci_ub", "pi_lb", "pi_ub"), float("nan"))


def mantel_haenszel(
    ai: ArrayLike, bi: ArrayLike, ci: ArrayLike, di: ArrayLike, measure: str = "OR", *, level: float = 0.95
) -> Pooled:
    """The Mantel–Haenszel odds ratio or risk ratio, both as logarithms, or risk difference.

    Variances of Robins, Breslow & Greenland (1986) for OR, Greenland & Robins (1985) for RR, Sato, Greenland &
    Robins (1989) for RD. Q compares the effects that `MEASURES` gives each study with the pooled one. Studies
    without events say nothing of OR and RR, those with nothing else nothing of OR: they have no part in k.
    nan where an arm or an outcome is empty throughout. Raises ValueError for a measure other than OR, RR, RD
    and InvalidValueError for a negative count.

    >>> round(mantel_haenszel([4, 6], [119, 300], [11, 29], [128, 274]).estimate, 5)
    -1.4215
    """
    if measure not in MANTEL_HAENSZEL:
        raise ValueError(f"measure {measure!r} is not one of {', '.join(MANTEL_HAENSZEL)}")
    cells = _tables(ai, bi, ci, di)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate, variance, wi = MANTEL_HAENSZEL[measure](*cells)
    yi, vi = _effects(measure, cells)
    compared = usable(yi, vi)
    q = float(np.sum((yi[compared] - estimate) ** 2 / vi[compared]))
    return _pooled_result(
        "MH",
        int(informative(measure, *cells).sum()),
        estimate,
        variance,
        wi,
        q,
        int(compared.sum()) - 1,
        level,
    )


def peto(ai: ArrayLike, bi: ArrayLike, ci: ArrayLike, di: ArrayLike, *, level: float = 0.95) -> Pooled:
    """Peto's log odds ratio Σ(O − E)/ΣV with variance 1/ΣV (Yusuf et al. 1985).

    Double zeros do not count in k. nan where no study has both outcomes. Raises InvalidValueError for a
    negative count.

    >>> round(peto([4], [119], [11], [128]).estimate, 4)
    -0.8604
    """
    yi, vi = _effects("PETO", _tables(ai, bi, ci, di))
    kept = usable(yi, vi)
    information = np.where(kept, 1 / vi, 0.0)
    yi = np.where(kept, yi, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.asarray(1 / np.sum(information))
        estimate = np.asarray(variance * np.sum(information * yi))
    q = float(np.sum(information * (yi - estimate) ** 2))
    k = int(kept.sum())
    return _pooled_result("peto", k, estimate, variance, information, q, k - 1, level)


def _odds_ratio(ai: Array, bi: Array, ci: Array, di: Array) -> tuple[Array, Array, Array]:
    total = ai + bi + ci + di
    r, s = ai * di / total, bi * ci / total
    p, q = (ai + di) / total, (bi + ci) / total
    sum_r, sum_s = r.sum(), s.sum()
    variance = (
        (p * r).sum() / sum_r**2 + (p * s + q * r).sum() / (sum_r * sum_s) + (q * s).sum() / sum_s**2
    ) / 2
    return _log_ratio(sum_r, sum_s), variance, s


def _risk_ratio(ai: Array, bi: Array, ci: Array, di: Array) -> tuple[Array, Array, Array]:
    n1, n2 = ai + bi, ci + di
    total = n1 + n2
    r, s = ai * n2 / total, ci * n1 / total
    sum_r, sum_s = r.sum(), s.sum()
    variance = (n1 * n2 * (ai + ci) / total**2 - ai * ci / total).sum() / (sum_r * sum_s)
    return _log_ratio(sum_r, sum_s), variance, s


def _risk_difference(ai: Array, bi: Array, ci: Array, di: Array) -> tuple[Array, Array, Array]:
    n1, n2 = ai + bi, ci + di
    total = n1 + n2
    wi = n1 * n2 / total
    estimate = (ai * n2 / total - ci * n1 / total).sum() / wi.sum()
    skew = (ci * (n1 / total) ** 2 - ai * (n2 / total) ** 2 + wi / total * (n2 - n1) / 2).sum()
    spread = (ai * di / total + ci * bi / total).sum() / 2
    return estimate, (estimate * skew + spread) / wi.sum() ** 2, wi


#: Estimate, variance and weights by measure.
MANTEL_HAENSZEL: Mapping[str, Callable[..., tuple[Array, Array, Array]]] = {
    "OR": _odds_ratio,
    "RR": _risk_ratio,
    "RD": _risk_difference,
}


def _log_ratio(numerator: Array, denominator: Array) -> Array:
    ratio = numerator / denominator
    return np.log(np.where((ratio > 0) & np.isfinite(ratio), ratio, np.nan))


def _tables(*cells: ArrayLike) -> Array:
    return np.array(list(validated(dict(zip(_CELLS, cells, strict=True))).values()))


def informative(measure: str, ai: Array, bi: Array, ci: Array, di: Array) -> NDArray[np.bool_]:
    """Which studies bear on a Mantel–Haenszel measure: no events say nothing of RR, nor only events of OR."""
    events, others = ai + ci > 0, bi + di > 0
    if measure == "OR":
        return np.asarray(events & others)
    return np.asarray(events) if measure == "RR" else np.ones(len(ai), dtype=bool)


def _effects(measure: str, cells: Array) -> tuple[Array, Array]:
    return MEASURES[measure].from_columns(dict(zip(_CELLS, cells, strict=True)))


def _pooled_result(
    model: str, k: int, estimate: Array, variance: Array, wi: Array, q: float, df: int, level: float
) -> Pooled:
    with np.errstate(invalid="ignore"):
        se = np.where(np.isnan(estimate), np.nan, np.sqrt(variance))
        shares = 100 * wi / wi.sum()
    columns = {"estimate": estimate, "se": se, **wald(estimate, se, level), **from_q(q, df)}
    return Pooled(
        model=model,
        ci_method="z",
        level=level,
        k=k,
        q_df=max(df, 0),
        tau2=0.0,
        i2=float(columns["i2_q"]),
        h2=float(columns["h2_q"]),
        weights=tuple(shares.tolist()),
        **{name: float(value) for name, value in columns.items()},
        **_NOWHERE,
    )
