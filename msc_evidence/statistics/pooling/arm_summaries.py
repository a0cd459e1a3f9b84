"""Means and SDs of two arms from what studies report instead: medians, SE, CI, t, p or SDs before and after."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from msc_evidence.statistics.conversion import (
    Quantiles,
    mean_sd,
    sd_from_ci,
    sd_from_difference_se,
    se_from_p,
    se_from_t,
    skewness,
)
from msc_evidence.statistics.granularity import sd_from_se
from msc_evidence.statistics.paired import sd_of_change
from msc_evidence.statistics.pooling.measures import InvalidValueError

if TYPE_CHECKING:
    from msc_evidence.statistics.quantile_estimation import FittedMeanSD

#: What the measures of means are computed from.
MEANS = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
_HANDBOOK = "Cochrane Handbook 6.5.2"

Row = Mapping[str, float]
#: How medians become means and SDs: as of normal data, or by the distribution that fits them best.
MedianMethod = Literal["luo-wan", "mcgrath"]


@dataclass(frozen=True, slots=True)
class Derived:
    """Numbers of an arm (1 or 2) that no one reported: which, from what, by whose method."""

    arm: int
    values: tuple[tuple[str, float], ...]
    basis: str
    method: str
    #: What the test of skewness says against it; "" where it says nothing.
    warning: str = ""


@dataclass(frozen=True, slots=True)
class _Arm:
    """The cells of one arm, by the names of their columns without the arm's number."""

    number: int
    row: Row

    def get(self, *names: str) -> list[float] | None:
        """The values of all these columns, None where one is missing."""
        values = [self.row.get(self.column(name), math.nan) for name in names]
        return None if any(map(math.isnan, values)) else values

    def column(self, name: str) -> str:
        """The column of this arm: `m` is `m1i`, `ci_lb` is `ci_lb1i`."""
        return f"{name}{self.number}i"

    @property
    def n(self) -> float | None:
        """The participants, where they are known."""
        size = self.get("n")
        return None if size is None else size[0]


_QUARTILES, _EXTREMES = ("q1", "q3"), ("min", "max")
#: What an arm may have beside its mean, SD and participants.
_OF_ARMS = ("se", "ci_lb", "ci_ub", "med", *_QUARTILES, *_EXTREMES, "sdpre", "sdpost", "r")
#: The statistics of the difference between the arms.
_OF_DIFFERENCES = ("ti", "pi")
#: Every column that a mean or an SD can be derived from.
SOURCES = (*(f"{name}{arm}i" for arm in (1, 2) for name in _OF_ARMS), *_OF_DIFFERENCES)
#: The ways to the SD of an arm, in order of preference; the last two lead to its mean too.
_WAYS = (
    ("sd",),
    ("se",),
    ("ci_lb", "ci_ub"),
    ("sdpre", "sdpost", "r"),
    ("med", *_QUARTILES),
    ("med", *_EXTREMES),
)


def derivable(header: Iterable[str]) -> bool:
    """Whether these columns hold participants, a mean and an SD of both arms, or what they can be derived from.

    >>> derivable(["med1i", "q11i", "q31i", "n1i", "m2i", "se2i", "n2i"]), derivable(["m1i", "n1i", "m2i", "n2i"])
    (True, False)
    """
    known = set(header)
    return all(_arm_derivable(known, arm) for arm in (1, 2))


def _arm_derivable(known: set[str], arm: int) -> bool:
    ways = [{f"{name}{arm}i" for name in way} <= known for way in _WAYS]
    means = f"m{arm}i" in known or any(ways[4:])
    # Beside a direction a lone p is a measure's own column, and needs no means.
    differs = "ti" in known or ("pi" in known and "direction" not in known)
    spreads = any(ways) or (differs and {"m1i", "m2i"} <= known)
    return f"n{arm}i" in known and means and spreads


def completed(
    data: Mapping[str, Sequence[float]], medians: MedianMethod = "luo-wan"
) -> tuple[dict[str, list[float]], tuple[tuple[Derived, ...], ...]]:
    """The columns of MEANS with every gap filled that can be, and for each study what was derived.

    What is reported goes before what can be derived; an SD comes from the first that a study has of: SE, CI of the mean
    (95 %, t), SDs before and after with their correlation, quartiles or extremes, t or p of the difference (as of a t
    test; one SD for both arms). `medians` says whether medians are converted as of normal data (Luo 2018, Wan 2014,
    Shi 2020) or by the distribution that fits them best (McGrath 2020). nan where nothing leads to a number. Raises
    InvalidValueError for the first value from which nothing can follow.

    >>> found, derived = completed({"m1i": [32.1], "ci_lb1i": [30.0], "ci_ub1i": [34.2], "n1i": [25],
    ...                             "m2i": [28.3], "se2i": [0.8654], "n2i": [22]})
    >>> round(found["sd1i"][0], 2), round(found["sd2i"][0], 2), [each.basis for each in derived[0]]
    (5.09, 4.06, ['95% CI', 'SE'])
    """
    count = len(next(iter(data.values()), ()))
    rows = [{name: float(values[at]) for name, values in data.items()} for at in range(count)]
    studies = [_completed_study(row, at, medians) for at, row in enumerate(rows)]
    columns = {name: [row.get(name, math.nan) for row, _ in studies] for name in MEANS}
    return columns, tuple(derived for _, derived in studies)


def _completed_study(row: Row, at: int, medians: MedianMethod) -> tuple[Row, tuple[Derived, ...]]:
    _require_possible(row, at)
    derived = [derivation for arm in (1, 2) for derivation in _derived_of_arm(_Arm(arm, row), at, medians)]
    filled = {**row, **{name: value for derivation in derived for name, value in derivation.values}}
    common = tuple(_sd_from_difference(filled, at))
    return {**filled, **{name: value for derivation in common for name, value in derivation.values}}, (
        *derived,
        *common,
    )


def _require_possible(row: Row, at: int) -> None:
    for name in ("n1i", "n2i"):
        if row.get(name, 1.0) < 1:
            raise InvalidValueError(name, at, row[name], "a group has 1 participant or more")
    for name in ("se1i", "se2i", "sdpre1i", "sdpre2i", "sdpost1i", "sdpost2i"):
        if row.get(name, 0.0) < 0:
            raise InvalidValueError(name, at, row[name], "a standard error or deviation cannot be negative")


def _derived_of_arm(arm: _Arm, at: int, medians: MedianMethod) -> Iterator[Derived]:
    """The SD of an arm from what stands in its place, and its mean and SD from a median."""
    if arm.n is None:
        return
    spread = None if arm.get("sd") else _derived_spread(arm, arm.n, at)
    if spread:
        yield spread
    if not arm.get("m") or not (arm.get("sd") or spread):
        yield from _derived_from_median(arm, arm.n, at, medians, needs_sd=not (arm.get("sd") or spread))


def _derived_spread(arm: _Arm, n: float, at: int) -> Derived | None:
    if se := arm.get("se"):
        if n < 2:
            raise InvalidValueError(
                arm.column("se"), at, se[0], "fewer than two participants have no standard error"
            )
        return _derived_sd(arm, sd_from_se(se[0], n), "SE", _HANDBOOK)
    if limits := arm.get("ci_lb", "ci_ub"):
        with _errors_at_cell(arm.column("ci_lb"), at, limits[0]):
            sd = sd_from_ci(limits[0], limits[1], n)
        _require_around(arm, limits, at)
        return _derived_sd(arm, sd, "95% CI", f"t, {_HANDBOOK}")
    if change := arm.get("sdpre", "sdpost", "r"):
        with _errors_at_cell(arm.column("r"), at, change[2]):
            basis = f"SDs before and after, correlation {change[2]:g}"
            return _derived_sd(arm, sd_of_change(*change), basis, _HANDBOOK)
    return None


def _require_around(arm: _Arm, limits: Sequence[float], at: int) -> None:
    """Raises InvalidValueError where a mean lies outside its own interval."""
    mean = arm.get("m")
    if mean and not limits[0] <= mean[0] <= limits[1]:
        expected = f"must lie between {arm.column('ci_lb')} and {arm.column('ci_ub')}, {limits[0]:g} and {limits[1]:g}"
        raise InvalidValueError(arm.column("m"), at, mean[0], expected)


def _derived_sd(arm: _Arm, sd: float, basis: str, method: str) -> Derived:
    return Derived(arm.number, ((arm.column("sd"), sd),), basis, method)


def _derived_from_median(
    arm: _Arm, n: float, at: int, method: MedianMethod, *, needs_sd: bool
) -> Iterator[Derived]:
    median = arm.get("med")
    cells = {name: arm.get(name) for name in (*_QUARTILES, *_EXTREMES)}
    if median is None or not any(cells.values()):
        return
    q1, q3, minimum, maximum = (None if cell is None else cell[0] for cell in cells.values())
    with _errors_at_cell(arm.column("med"), at, median[0]):
        quantiles = Quantiles(median[0], n, q1, q3, minimum, maximum)
        fitted = _fitted(quantiles) if method == "mcgrath" else None
        converted = fitted or mean_sd(quantiles, although_skewed=True)
        test = skewness(quantiles)
    needs_mean = not arm.get("m")
    needed = [("m", converted.mean)] * needs_mean + [("sd", converted.sd)] * needs_sd
    pairs = [
        word for word, pair in (("quartiles", quantiles.quartiles), ("range", quantiles.extremes)) if pair
    ]
    basis = " and ".join(["median with " + pairs[0], *pairs[1:]])
    methods = ["Luo 2018"] * needs_mean + ["Shi 2020" if len(pairs) == 2 else "Wan 2014"] * needs_sd
    skewed = f"skewed (Shi 2023: {test.statistic:.3f}, critical value {test.critical:.3f})"
    warning = skewed if test.skewed else ""
    if fitted:  # to what is skewed, too
        methods, warning = [f"McGrath 2020, {fitted.family}"], ""
    values = tuple((arm.column(name), value) for name, value in needed)
    yield Derived(arm.number, values, basis, "; ".join(methods), warning)


def _fitted(quantiles: Quantiles) -> FittedMeanSD:
    from msc_evidence.statistics.quantile_estimation import (
        fitted_mean_sd,  # takes scipy, which few pools need
    )

    return fitted_mean_sd(quantiles)


def _sd_from_difference(row: Row, at: int) -> Iterator[Derived]:
    """One SD for both arms, those whose own is missing, from the t or p of their difference."""
    arms = [_Arm(number, row) for number in (1, 2)]
    lacking = [arm for arm in arms if not arm.get("sd")]
    first, second = (arm.get("m", "n") for arm in arms)
    statistic = next((name for name in _OF_DIFFERENCES if not math.isnan(row.get(name, math.nan))), None)
    if len(lacking) < 2 or statistic is None or first is None or second is None:
        return
    (m1, n1), (m2, n2) = first, second
    with _errors_at_cell(statistic, at, row[statistic]):
        difference = m1 - m2  # its sign is that of the effect; many print t without one
        if difference == 0:
            raise ValueError("means that do not differ leave no standard deviation to derive")
        se = (
            se_from_t(difference, row["ti"])
            if statistic == "ti"
            else se_from_p(difference, row["pi"], n1 + n2 - 2)
        )
        sd = sd_from_difference_se(se, n1, n2)
    for arm in lacking:
        yield _derived_sd(
            arm, sd, f"{statistic[0]} of the difference", f"t test, one SD for both arms, {_HANDBOOK}"
        )


@contextmanager
def _errors_at_cell(column: str, at: int, value: float) -> Iterator[None]:
    """Turns a ValueError of a conversion into an InvalidValueError at a cell."""
    try:
        yield
    except ValueError as error:
        raise InvalidValueError(column, at, value, str(error)) from None
