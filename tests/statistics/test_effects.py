"""Effect measures of two arms against published estimates and intervals."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.scale import exponential, from_log_odds, scale_of
from msc_evidence.statistics.two_arms.effects import (
    FROM_COUNTS,
    FROM_MEANS,
    hedges_g,
    mean_difference,
    no_difference,
    odds_ratio,
    risk_difference,
    risk_ratio,
    score_risk_difference,
)


@pytest.mark.parametrize(
    ("measure", "shown", "beyond"),
    [("OR", 0.4, -1.0), ("PS", 0.63, 1.0), ("RD", -0.2, 1.5), ("MD", -12.0, None)],
)
def test_the_way_onto_a_scale_and_back(measure: str, shown: float, beyond: float | None) -> None:
    scale = scale_of(measure)
    assert scale.back(scale.onto(shown)) == pytest.approx(shown)
    if beyond is not None:
        with pytest.raises(ValueError, match=r"math|between"):
            scale.onto(beyond)
    assert not math.isnan(scale.back(1e4))


def test_no_power_is_too_large() -> None:
    assert (exponential(1e4), exponential(-1e4)) == (math.inf, 0.0)
    assert (from_log_odds(1e4), from_log_odds(-1e4), from_log_odds(0)) == (1.0, 0.0, 0.5)


@pytest.mark.parametrize(
    ("measure", "none"),
    [*((ratio, 1) for ratio in ("OR", "RR", "HR", "ROM", "PETO")), ("PS", 0.5), ("MD", 0), (None, 0)],
)
def test_what_a_measure_is_without_a_difference(measure: str | None, none: float) -> None:
    assert no_difference(measure) == scale_of(measure).back(0.0) == none


def test_risk_ratio_printed_as_0_90() -> None:
    """79/106 v 82/99, printed 0.90 (0.78–1.04)."""
    effect = risk_ratio(79, 106, 82, 99)
    assert f"{effect.estimate:.4f} {effect.ci_lb:.3f} {effect.ci_ub:.3f}" == "0.8998 0.780 1.038"
    assert f"{effect.estimate:.2f} {effect.ci_lb:.2f} {effect.ci_ub:.2f}" == "0.90 0.78 1.04"


def test_half_is_added_only_where_a_cell_is_empty() -> None:
    """Cochrane Handbook 6.4.1.2 and 10.4.4.2."""
    assert odds_ratio(1, 5, 2, 25).estimate == pytest.approx((1 / 4) / (2 / 23))
    assert odds_ratio(0, 5, 2, 25).estimate == pytest.approx((0.5 / 5.5) / (2.5 / 23.5))
    assert risk_ratio(0, 5, 2, 25).estimate == pytest.approx((0.5 / 6) / (2.5 / 26))
    assert risk_difference(0, 5, 2, 25).estimate == pytest.approx(-2 / 25)


def test_level_of_the_interval() -> None:
    wide, narrow = (
        mean_difference(1, 2, 10, 0, 2, 10, level=0.99),
        mean_difference(1, 2, 10, 0, 2, 10, level=0.9),
    )
    assert (wide.ci_ub - 1) / (narrow.ci_ub - 1) == pytest.approx(2.575829 / 1.644854, rel=1e-6)


def test_hedges_correction() -> None:
    """J(28) = .972932115: exact gamma form, not 1 − 3/(4ν − 1) = .972973."""
    assert hedges_g(1, 1, 5, 0, 1, 25).estimate == pytest.approx(0.972932115, abs=5e-10)


@pytest.mark.parametrize("arms", [(1, 0, 5, 0, 0, 5), (1, 1, 1, 0, 1, 5), (1, -1, 5, 0, 1, 5)])
def test_no_standardised_difference_without_spread(arms: tuple[float, float, int, float, float, int]) -> None:
    with pytest.raises(ValueError, match="standard"):
        hedges_g(*arms)


def test_impossible_counts_are_refused() -> None:
    for measure in FROM_COUNTS.values():
        with pytest.raises(ValueError, match="not possible"):
            measure(6, 5, 1, 5)


@given(st.integers(0, 30), st.integers(0, 20))
@settings(max_examples=30)
def test_swapping_arms_inverts_ratios_and_turns_differences(a: int, c: int) -> None:
    for name, measure in FROM_COUNTS.items():
        one, other = measure(a, 30, c, 20), measure(c, 20, a, 30)
        assert one.measure == name
        turned = -other.estimate if name == "RD" else math.exp(-math.log(other.estimate))
        limit = -other.ci_ub if name == "RD" else 1 / other.ci_ub
        assert one.estimate == pytest.approx(turned)
        assert one.ci_lb == pytest.approx(limit)


@given(st.floats(-50, 50), st.floats(0.1, 30), st.floats(0.1, 30))
@settings(max_examples=30)
def test_swapping_arms_turns_mean_differences(difference: float, sd1: float, sd2: float) -> None:
    for name, measure in FROM_MEANS.items():
        one, other = measure(difference, sd1, 39, 0, sd2, 15), measure(0, sd2, 15, difference, sd1, 39)
        assert one.measure == name
        assert (one.estimate, one.ci_lb) == pytest.approx((-other.estimate, -other.ci_ub))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ((56, 70, 48, 80), (0.2, 0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.6, 0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.5714, 0.0582, 0.8062)),
        ((5, 56, 0, 29), (0.0893, -0.0381, 0.1926)),
        ((0, 10, 0, 20), (0.0, -0.1611, 0.2775)),
        ((10, 10, 0, 20), (1.0, 0.6791, 1.0)),
    ],
)
def test_a_risk_difference_by_scores(
    table: tuple[int, int, int, int], expected: tuple[float, float, float]
) -> None:
    """Newcombe 1998, Statist Med 17:873-90, table II, method 10."""
    found = score_risk_difference(*table)
    assert (found.estimate, found.ci_lb, found.ci_ub) == pytest.approx(expected, abs=5.1e-5)
