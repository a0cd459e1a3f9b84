"""p from a confidence interval, and symmetry, against published values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.distributions import normal_quantile, p_from_t, p_from_z, t_from_p, z_from_p
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.p_values import (
    implied_estimate,
    p_from_ci,
    p_interval_from_ci,
    symmetric,
)

Printed = tuple[str, str, str]


def _read(text: str) -> Interval:
    return Interval.rounded(float(text), len(text.partition(".")[2]))


def _shown(value: float, like: str) -> str:
    return f"{value:.{len(like.partition('.')[2])}f}"


PUBLISHED = [
    (("0.81", "0.70", "0.94"), True, "0.00508", "0.0026", "0.0091"),  # Altman & Bland 2011, BMJ 343:d2304
    (("1.9", "1.2", "3.0"), True, "0.0060", "0.0023", "0.0134"),
    # .024647 and .043949 in R as well; .0247 and .0440 come of rounding them twice.
    (("0.78", "0.62", "0.98"), True, "0.0334", "0.0246", "0.0439"),
    (("0.65", "0.48", "0.88"), True, "0.00534", "0.0036", "0.0077"),
    (("3.47", "1.09", "11.06"), True, "0.0353", "0.0347", "0.0359"),
]


@pytest.mark.parametrize(("printed", "ratio", "p", "lo", "hi"), PUBLISHED)
def test_published_p(printed: Printed, ratio: bool, p: str, lo: str, hi: str) -> None:
    estimate, lower, upper = map(float, printed)
    assert _shown(p_from_ci(estimate, lower, upper, ratio=ratio), p) == p
    box = p_interval_from_ci(*map(_read, printed), ratio=ratio)
    assert (_shown(box.lo, lo), _shown(box.hi, hi)) == (lo, hi)


def test_published_z() -> None:
    """RR 0.81 (0.70–0.94): z = 2.802."""
    assert f"{z_from_p(p_from_ci(0.81, 0.70, 0.94, ratio=True)):.3f}" == "2.802"


def test_a_difference_has_no_logarithm() -> None:
    assert f"{p_from_ci(1.5, 0.2, 2.8, ratio=False):.4f}" == "0.0237"


def test_a_p_that_does_not_belong_to_its_interval() -> None:
    box = p_interval_from_ci(*map(_read, ("0.78", "0.62", "0.98")), ratio=True)
    assert 0.30 not in box
    assert 0.033 in box


def test_small_trials_use_t() -> None:
    half = t_from_p(0.05, 10) * 0.7
    assert p_from_ci(1.5, 1.5 - half, 1.5 + half, ratio=False, df=10) == pytest.approx(
        p_from_t(1.5 / 0.7, 10)
    )


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_level_is_respected(level: float) -> None:
    """An interval that touches the null has p = 1 − level."""
    assert p_from_ci(1.5, 0, 3, ratio=False, level=level) == pytest.approx(1 - level)


@pytest.mark.parametrize("numbers", [(0.95, 0.88, 0.48), (1.0, 1.0, 1.0), (1.0, 0.0, 2.0), (-1.0, 0.5, 2.0)])
def test_no_p_from_limits_out_of_order_or_ratios_not_above_0(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="no p follows"):
        p_from_ci(*numbers, ratio=True)


def test_boxes_at_the_edge() -> None:
    wide = p_interval_from_ci(*map(_read, ("0.3", "0.0", "0.9")), ratio=True)  # a lower limit printed 0.0
    assert wide.hi == 1
    assert f"{wide.lo:.4f}" == "0.0551"  # z = 2·1.96·ln 0.25 / ln(0.85/0.05)
    assert p_interval_from_ci(*map(_read, ("0.0", "-1.0", "1.1")), ratio=False).hi == 1
    assert p_interval_from_ci(*map(_read, ("1", "1", "1")), ratio=False).lo == 0
    with pytest.raises(ValueError, match="not above the lower"):
        p_interval_from_ci(*map(_read, ("0.95", "0.88", "0.48")), ratio=True)
    with pytest.raises(ValueError, match="a ratio is above 0"):
        p_interval_from_ci(*map(_read, ("-0.9", "-1.8", "1.48")), ratio=True)


@pytest.mark.parametrize(
    ("printed", "ratio", "agrees"),
    [
        (("1.9", "1.2", "3.0"), True, True),  # geometric mean 1.897
        (("0.67", "0.45", "0.99"), True, True),
        (("0.72", "0.45", "0.99"), True, False),  # the arithmetic mean, on the wrong scale
        (("0.72", "0.45", "0.99"), False, True),
        (("-1.5", "-2.8", "-0.2"), False, True),
        (("-1.5", "-2.8", "0.2"), False, False),  # a lost minus sign
    ],
)
def test_symmetry(printed: Printed, ratio: bool, agrees: bool) -> None:
    assert symmetric(*map(_read, printed), ratio=ratio) is agrees


def test_implied_estimate() -> None:
    """0.45–0.99 implies 0.662 to 0.673; 1.2–3.0 a geometric mean of 1.897."""
    box = implied_estimate(_read("0.45"), _read("0.99"), ratio=True)
    assert (f"{box.lo:.3f}", f"{box.hi:.3f}") == ("0.662", "0.673")
    exact = implied_estimate(Interval.point(1.2), Interval.point(3.0), ratio=True)
    assert f"{exact.middle:.3f}" == "1.897"


@given(
    st.floats(-3, 3), st.floats(0.05, 2), st.integers(1, 3), st.booleans(), st.sampled_from([0.9, 0.95, 0.99])
)
@settings(max_examples=50)
def test_rounding_never_excludes_the_true_p(
    theta: float, se: float, decimals: int, ratio: bool, level: float
) -> None:
    half = normal_quantile((1 + level) / 2) * se
    natural = [math.exp(x) if ratio else x for x in (theta, theta - half, theta + half)]
    boxes = [Interval.rounded(round(x, decimals), decimals) for x in natural]
    assert p_from_z(theta / se) in p_interval_from_ci(*boxes, ratio=ratio, level=level)
    assert symmetric(*boxes, ratio=ratio)
