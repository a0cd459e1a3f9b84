"""Effect sizes of many studies at once, by metafor's conventions: one entry per measure in `MEASURES`.

Columns of study data are arrays, refused where a value cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from msc_evidence.statistics.distributions import t_from_p
from msc_evidence.statistics.pooling.array_functions import log_gamma, normal_quantiles
from msc_evidence.statistics.pooling.zero_cells import USUAL, ZeroCells
from msc_evidence.statistics.scale import Scale, scale_of
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES

Array = NDArray[np.float64]


class InvalidValueError(ValueError):
    """A value that its column cannot hold; `row` counts studies from 0."""

    def __init__(self, column: str, row: int, value: float, expected: str) -> None:
        super().__init__(f"{column} of {value:g} in study {row + 1}: {expected}")
        self.column, self.row, self.value, self.expected = column, row, value, expected


def validated(data: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """The columns as arrays of numbers, missing values as nan.

    Raises InvalidValueError for the first value outside its column's range and for events above the number of
    participants, ValueError for columns of different lengths.

    >>> validated({"ai": [3, 12], "n1i": [10, 10]})
    Traceback (most recent call last):
    msc_evidence.statistics.pooling.measures.InvalidValueError: ai of 12 in study 2: more events than participants
    """
    columns = {name: np.atleast_1d(np.asarray(values, dtype=np.float64)) for name, values in data.items()}
    if len({column.shape for column in columns.values()}) > 1 or any(c.ndim > 1 for c in columns.values()):
        raise ValueError("columns must have one value per study: " + _lengths(columns))
    for name, column in columns.items():
        impossible, expected = _RANGES.get(name, _ANY)
        _refuse_values(name, column, impossible(column), expected)
    for events, size in (("ai", "n1i"), ("ci", "n2i")):
        if events in columns and size in columns:
            above = columns[events] > columns[size]
            _refuse_values(events, columns[events], above, "more events than participants")
    return columns


def _refuse_values(name: str, column: Array, refused: Any, expected: str) -> None:
    if np.any(refused):
        row = int(np.argmax(refused))
        raise InvalidValueError(name, row, float(column[row]), expected)


def _lengths(columns: Mapping[str, Array]) -> str:
    return ", ".join(f"{name} has {column.shape[0]}" for name, column in columns.items())


_Range = tuple[Callable[[Array], Any], str]
_ANY: _Range = (np.isinf, "must be finite")
_COUNT: _Range = (lambda x: (x < 0) | np.isinf(x), "a count cannot be negative")
_SIZE: _Range = (lambda x: (x < 1) | np.isinf(x), "a group has 1 participant or more")
_SPREAD: _Range = (lambda x: (x < 0) | np.isinf(x), "a standard deviation cannot be negative")
_POSITIVE: _Range = (lambda x: (x <= 0) | np.isinf(x), "must be above 0")
_RANGES: Mapping[str, _Range] = {
    **dict.fromkeys(("ai", "bi", "ci", "di"), _COUNT),
    **dict.fromkeys(("n1i", "n2i"), _SIZE),
    **dict.fromkeys(("sd1i", "sd2i"), _SPREAD),
    **dict.fromkeys(("vi", "sei"), _POSITIVE),
    "pi": (lambda x: (x <= 0) | (x > 1), "must be above 0 and at most 1"),
    "direction": (lambda x: np.isfinite(x) & (np.abs(x) != 1) | np.isinf(x), "must be 1 or -1"),
}


#: What measures of counts are computed from; both give the four cells.
CELLS, TOTALS = ("ai", "bi", "ci", "di"), ("ai", "n1i", "ci", "n2i")
#: Effects `yi` with their sampling variances `vi`; nan where a study has none.
Effects = tuple[Array, Array]
Formula = Callable[..., Effects]


@dataclass(frozen=True, slots=True)
class Measure:
    """An effect measure and the sets of columns it can be computed from, in order of preference."""

    name: str
    title: str
    formulas: Mapping[tuple[str, ...], Formula]

    @property
    def ratio(self) -> bool:
        """Whether effects are logarithms of ratios."""
        return self.name in RATIO_MEASURES

    @property
    def scale(self) -> Scale:
        """The scale of `yi` and `vi`."""
        return scale_of(self.name)

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The alternatives, each a complete set of column names."""
        return tuple(self.formulas)

    def from_columns(self, data: Mapping[str, ArrayLike], zeros: ZeroCells | None = None) -> Effects:
        """Effects and variances from the first set of columns that `data` has in full.

        `zeros` is what is done about empty cells where a measure is of counts, by default what is usual for it. A
        study is nan where a value is missing or the measure does not exist (double zeros for PETO, and for OR and RR
        as a rule). Raises ValueError when no set is complete and InvalidValueError for an impossible value.

        >>> yi, vi = MEASURES["SMD"].from_columns({"pi": [0.018], "n1i": [20], "n2i": [20], "direction": [-1]})
        >>> round(float(yi[0]), 6), round(float(vi[0]), 6)
        (-0.766373, 0.107342)
        """
        for names, formula in self.formulas.items():
            if all(name in data for name in names):
                columns = tuple(validated({name: data[name] for name in names}).values())
                with np.errstate(all="ignore"):
                    if names in (CELLS, TOTALS):
                        columns = (zeros or USUAL[self.name]).corrected(*_cells(names, *columns))
                    return formula(*columns)
        needed = " or ".join(" ".join(names) for names in self.formulas)
        raise ValueError(f"{self.name} needs the columns {needed}")


def usable(yi: Array, vi: Array) -> NDArray[np.bool_]:
    """Which studies can be weighted by inverse variance: a finite effect and a finite variance above 0."""
    return np.isfinite(yi) & np.isfinite(vi) & (vi > 0)


def log_odds_ratio(ai: Array, bi: Array, ci: Array, di: Array) -> Effects:
    """ln(ad/bc) with variance 1/a + 1/b + 1/c + 1/d (Woolf 1955).

    >>> yi, vi = log_odds_ratio(*np.array([[4.0], [119], [11], [128]]))
    >>> round(float(yi[0]), 4), round(float(vi[0]), 4)
    (-0.9387, 0.3571)
    """
    return np.log(ai * di / (bi * ci)), 1 / ai + 1 / bi + 1 / ci + 1 / di


def log_risk_ratio(ai: Array, bi: Array, ci: Array, di: Array) -> Effects:
    """ln of the risk ratio with variance 1/a − 1/n₁ + 1/c − 1/n₂ (Katz 1978).

    >>> yi, vi = log_risk_ratio(*np.array([[4.0], [119], [11], [128]]))
    >>> round(float(yi[0]), 4), round(float(vi[0]), 4)
    (-0.8893, 0.3256)
    """
    n1, n2 = ai + bi, ci + di
    return np.log(ai * n2 / (ci * n1)), 1 / ai - 1 / n1 + 1 / ci - 1 / n2


def risk_difference(ai: Array, bi: Array, ci: Array, di: Array) -> Effects:
    """Risk 1 less risk 2 with variance Σ p(1 − p)/n, which is 0 where neither varies."""
    n1, n2 = ai + bi, ci + di
    return ai / n1 - ci / n2, ai * bi / n1**3 + ci * di / n2**3


def peto_log_odds_ratio(ai: Array, bi: Array, ci: Array, di: Array) -> Effects:
    """(O − E)/V with variance 1/V, V hypergeometric (Yusuf 1985); nan for double zeros."""
    n1, n2 = ai + bi, ci + di
    total = n1 + n2
    information = (ai + ci) * (bi + di) * n1 * n2 / (total**2 * (total - 1))
    information = np.where(information > 0, information, np.nan)
    return (ai - (ai + ci) * n1 / total) / information, 1 / information


def mean_difference(m1: Array, sd1: Array, n1: Array, m2: Array, sd2: Array, n2: Array) -> Effects:
    """Mean 1 less mean 2 with variance sd₁²/n₁ + sd₂²/n₂ (Cochrane Handbook 6.5.1)."""
    return m1 - m2, sd1**2 / n1 + sd2**2 / n2


def hedges_g(m1: Array, sd1: Array, n1: Array, m2: Array, sd2: Array, n2: Array) -> Effects:
    """Standardised mean difference J(m₁ − m₂)/s, variance 1/n₁ + 1/n₂ + g²/(2N) (Hedges 1981, equation 6e).

    s is the pooled SD, J as in `hedges_correction`; nan for fewer than four participants or a pooled SD of 0.
    """
    pooled = np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2))
    return _corrected((m1 - m2) / np.where(pooled > 0, pooled, np.nan), n1, n2)


def hedges_g_from_p(p: Array, n1: Array, n2: Array, direction: Array) -> Effects:
    """Hedges' g as if the two-sided p came from a t test, with the sign of `direction` (Hedges 1981)."""
    df = n1 + n2 - 2
    t = [t_from_p(float(a), float(b)) if a > 0 and b > 1 else np.nan for a, b in zip(p, df, strict=True)]
    return _corrected(direction * np.array(t, dtype=float) * np.sqrt(1 / n1 + 1 / n2), n1, n2)


def log_ratio_of_means(m1: Array, sd1: Array, n1: Array, m2: Array, sd2: Array, n2: Array) -> Effects:
    """ln(m₁/m₂) with variance Σ sd²/(n m²) (Hedges 1999), nan unless both means have the same sign."""
    ratio = m1 / m2
    variance = sd1**2 / (n1 * m1**2) + sd2**2 / (n2 * m2**2)
    exists = np.isfinite(ratio) & (ratio > 0)
    return np.log(np.where(exists, ratio, np.nan)), np.where(exists, variance, np.nan)


def superiority_from_means(m1: Array, sd1: Array, n1: Array, m2: Array, sd2: Array, n2: Array) -> Effects:
    """Log win odds ln Φ(δ)/Φ(−δ) under normality, δ = (m₁ − m₂)/√(sd₁² + sd₂²) (McGraw & Wong 1992).

    Variance by the delta method from those of normal means and variances,
    (φ/Φ(δ)Φ(−δ))²[(sd₁²/n₁ + sd₂²/n₂)/S + δ²(sd₁⁴/(n₁ − 1) + sd₂⁴/(n₂ − 1))/(2S²)] with S = sd₁² + sd₂².
    """
    spread = sd1**2 + sd2**2
    delta = (m1 - m2) / np.sqrt(spread)
    of_means = (sd1**2 / n1 + sd2**2 / n2) / spread
    of_spread = (sd1**4 / (n1 - 1) + sd2**4 / (n2 - 1)) / (2 * spread**2)
    from scipy import special  # for means as win odds alone

    above, below = special.log_ndtr(delta), special.log_ndtr(-delta)
    slope = np.exp(-(delta**2) / 2 - above - below) / np.sqrt(2 * np.pi)
    return above - below, slope**2 * (of_means + delta**2 * of_spread)


def superiority_from_p(p: Array, n1: Array, n2: Array, direction: Array) -> Effects:
    """Log win odds as if the two-sided p came from a rank-sum test without ties.

    ln PS/(1 − PS) with PS = ½ ± z√((N + 1)/(12 n₁n₂)), nan where that leaves (0, 1); the variance of PS is
    PS(1 − PS)[1 + m(1 − PS)/(2 − PS) + m PS/(1 + PS)]/(n₁n₂) with m = N/2 − 1 (Newcombe 2006, method 5), that of
    its log odds so much over (PS(1 − PS))².
    """
    total = n1 + n2
    ps = 0.5 - direction * normal_quantiles(p / 2) * np.sqrt((total + 1) / (12 * n1 * n2))
    ps = np.where((ps > 0) & (ps < 1), ps, np.nan)
    spread = 1 + (total / 2 - 1) * ((1 - ps) / (2 - ps) + ps / (1 + ps))
    return np.log(ps / (1 - ps)), spread / (ps * (1 - ps) * n1 * n2)


def _cells(names: tuple[str, ...], ai: Array, second: Array, ci: Array, fourth: Array) -> tuple[Array, ...]:
    return (ai, second - ai, ci, fourth - ci) if names == TOTALS else (ai, second, ci, fourth)


def _corrected(d: Array, n1: Array, n2: Array) -> Effects:
    half = np.where(n1 + n2 >= 4, (n1 + n2 - 2) / 2, np.nan)
    g = d * np.exp(log_gamma(half) - log_gamma(half - 0.5)) / np.sqrt(half)
    return g, 1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2))


def _from_counts(name: str, title: str, formula: Formula) -> Measure:
    return Measure(name, title, {CELLS: formula, TOTALS: formula})


_MEANS = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
_LONE_P = ("pi", "n1i", "n2i", "direction")
_GIVEN: Mapping[tuple[str, ...], Formula] = {
    ("yi", "vi"): lambda yi, vi: (yi, vi),
    ("yi", "sei"): lambda yi, sei: (yi, sei**2),
}
_SUPERIORITY: Mapping[tuple[str, ...], Formula] = {
    _MEANS: superiority_from_means,
    _LONE_P: superiority_from_p,
}
_ALL = (
    _from_counts("OR", "odds ratio", log_odds_ratio),
    _from_counts("RR", "risk ratio", log_risk_ratio),
    _from_counts("RD", "risk difference", risk_difference),
    _from_counts("PETO", "Peto's odds ratio", peto_log_odds_ratio),
    Measure("MD", "mean difference", {_MEANS: mean_difference}),
    Measure("SMD", "standardised mean difference", {_MEANS: hedges_g, _LONE_P: hedges_g_from_p}),
    Measure("ROM", "ratio of means", {_MEANS: log_ratio_of_means}),
    Measure("PS", "probability of superiority", _SUPERIORITY),
    Measure("COR", "common odds ratio", _GIVEN),
    Measure("HR", "hazard ratio", _GIVEN),
    Measure("IRR", "incidence rate ratio", _GIVEN),
    Measure("GEN", "effect as given", _GIVEN),
)

#: Every measure by metafor's name for it.
MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _ALL}
