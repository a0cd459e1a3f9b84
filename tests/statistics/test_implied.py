"""Effects implied by a lone p, against published values, metafor and base R."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.distributions import t_from_p
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.implied import (
    hedges_correction,
    implied_common_or,
    implied_g,
    implied_ps,
    over,
)

#: Closed forms, on top of a t quantile that is exact to a few units in the last place.
CLOSED_FORM = 1e-10
MRS_UNIFORM = [1 / 7] * 7
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "implied.json").read_text())


def close(expected: float) -> Any:
    return pytest.approx(expected, rel=CLOSED_FORM, abs=1e-14)


def test_the_reference_grid_has_not_shrunk() -> None:
    assert set(REFERENCE["program"]) == {"R", "metafor", "smd"}
    assert len(REFERENCE["lone_p"]) >= 100
    assert len(REFERENCE["common_or"]) >= 80
    assert len(REFERENCE["hedges_correction"]) >= 8


@pytest.mark.parametrize(
    ("p", "n1", "n2", "g", "variance"),
    [
        (0.018, 20, 20, 0.766373, 0.107342),  # metafor, escalc(pi = -.018): the sign is the caller's
        (0.011, 5, 25, 1.298060, 0.268083),  # Bang 2005, Barthel Index, 3 mo
        (0.076, 5, 25, 0.878252, 0.252855),  # Bang 2005, modified Rankin Scale, 3 mo
        (0.732, 39, 15, 0.103092, 0.092406),  # Chung 2021, modified Rankin Scale, 3 mo
    ],
)
def test_implied_g(p: float, n1: int, n2: int, g: float, variance: float) -> None:
    effect = implied_g(p, n1, n2)
    assert effect.estimate == pytest.approx(g, abs=5.1e-7)
    assert effect.variance == pytest.approx(variance, abs=5.1e-7)


@pytest.mark.parametrize(
    ("p", "n1", "n2", "lower", "upper"),
    [(0.076, 5, 25, -0.11, 1.86), (0.732, 39, 15, -0.49, 0.70)],  # Bang 2005 and Chung 2021, 3 mo
)
def test_ci_of_implied_g(p: float, n1: int, n2: int, lower: float, upper: float) -> None:
    effect = implied_g(p, n1, n2)
    assert (round(effect.ci_lb, 2), round(effect.ci_ub, 2)) == (lower, upper)


def test_t_and_sd_behind_a_p_in_the_cochrane_handbook() -> None:
    """Section 6.5.2.3: a difference of 3.8 with p = 0.008, 25 v 22, has t 2.78, SE 1.37 and SD 4.69."""
    t = t_from_p(0.008, 45)
    d = implied_g(0.008, 25, 22).estimate / hedges_correction(45)
    assert t == pytest.approx(2.775545, abs=5e-7)
    assert 3.8 / t == pytest.approx(1.369100, abs=5e-7)
    assert 3.8 / d == pytest.approx(4.683469, abs=5e-7)


@pytest.mark.parametrize(
    ("p", "n1", "n2", "ps"),
    [(0.011, 5, 25, 0.86554), (0.076, 5, 25, 0.75508), (0.732, 39, 15, 0.53031), (0.732, 15, 39, 0.53031)],
)
def test_implied_ps(p: float, n1: int, n2: int, ps: float) -> None:
    assert implied_ps(p, n1, n2) == pytest.approx(ps, abs=5.1e-6)


@pytest.mark.parametrize(
    ("p", "n1", "n2", "printed"),
    [
        (0.011, 5, 25, (9.512, 1.676, 53.996)),
        (0.076, 5, 25, (4.816, 0.848, 27.337)),
        (0.732, 39, 15, (1.204, 0.416, 3.479)),
    ],
)
def test_implied_common_or_over_a_uniform_mrs(
    p: float, n1: int, n2: int, printed: tuple[float, float, float]
) -> None:
    effect = implied_common_or(p, n1, n2, MRS_UNIFORM)
    assert (round(effect.estimate, 3), round(effect.ci_lb, 3), round(effect.ci_ub, 3)) == printed


@pytest.mark.parametrize("row", REFERENCE["lone_p"])
def test_g_and_ps_equal_metafor_and_r(row: dict[str, float]) -> None:
    groups = int(row["n1"]), int(row["n2"])
    effect = implied_g(row["p"], *groups)
    assert t_from_p(row["p"], sum(groups) - 2) == close(row["t"])
    assert effect.estimate == close(row["g"])
    assert effect.variance == close(row["v"])
    # A bound near 0 is the difference of two larger numbers.
    assert effect.ci_lb == pytest.approx(row["g_ci_lb"], rel=CLOSED_FORM, abs=CLOSED_FORM * effect.estimate)
    assert effect.ci_ub == close(row["g_ci_ub"])
    assert implied_ps(row["p"], *groups) == close(row["ps"])


@pytest.mark.parametrize("row", REFERENCE["common_or"])
def test_common_or_equals_r(row: dict[str, Any]) -> None:
    effect = implied_common_or(row["p"], row["n1"], row["n2"], row["shares"])
    assert math.log(effect.estimate) == close(row["log_or"])
    assert effect.variance == close(row["variance"])
    assert (effect.estimate, effect.ci_lb, effect.ci_ub) == (
        close(row["or"]),
        close(row["ci_lb"]),
        close(row["ci_ub"]),
    )


@pytest.mark.parametrize("row", REFERENCE["hedges_correction"])
def test_hedges_correction_equals_r(row: dict[str, float]) -> None:
    assert hedges_correction(row["df"]) == close(row["j"])


def test_hedges_correction_of_28_df() -> None:
    assert hedges_correction(28) == pytest.approx(0.972932115, abs=5e-10)


def test_flipping_a_difference_changes_its_sign() -> None:
    effect = implied_g(0.011, 5, 25)
    flipped = effect.flipped()
    assert (flipped.estimate, flipped.ci_lb, flipped.ci_ub) == (
        -effect.estimate,
        -effect.ci_ub,
        -effect.ci_lb,
    )
    assert flipped.variance == effect.variance
    assert flipped.flipped() == effect


def test_flipping_a_ratio_inverts_it() -> None:
    effect = implied_common_or(0.732, 39, 15, MRS_UNIFORM)
    flipped = effect.flipped()
    assert flipped.estimate == pytest.approx(1 / effect.estimate)
    assert (flipped.ci_lb, flipped.ci_ub) == pytest.approx((1 / effect.ci_ub, 1 / effect.ci_lb))
    assert flipped.flipped().estimate == pytest.approx(effect.estimate)


@pytest.mark.parametrize(
    ("implied", "expected"),
    [
        (
            lambda p: implied_g(p, 5, 25).estimate,
            (implied_g(0.0115, 5, 25).estimate, implied_g(0.0105, 5, 25).estimate),
        ),
        (lambda p: implied_ps(p, 5, 25), (implied_ps(0.0115, 5, 25), implied_ps(0.0105, 5, 25))),
    ],
)
def test_rounding_of_p_gives_an_interval(implied: Any, expected: tuple[float, float]) -> None:
    found = over(implied, Interval(0.0105, 0.0115))
    assert (found.lo, found.hi) == expected
    assert implied(0.011) in found


def test_a_p_that_may_be_zero_bounds_the_effect_on_one_side_only() -> None:
    """`<0.001` and `0.000` (whose box begins below 0) leave g unbounded; a PS stops at 1."""
    below_001 = over(lambda p: implied_g(p, 39, 15).estimate, Interval(0.0, 0.001))
    assert below_001.hi == math.inf
    assert below_001.lo == implied_g(0.001, 39, 15).estimate
    assert over(lambda p: implied_ps(p, 39, 15), Interval(-0.0005, 0.0005)).hi == 1
    assert implied_common_or(0, 39, 15, MRS_UNIFORM).ci_lb == math.inf
    assert implied_common_or(0, 39, 15, MRS_UNIFORM).flipped().estimate == 0


def test_a_p_of_one_implies_no_effect() -> None:
    assert implied_g(1, 39, 15).estimate == pytest.approx(0, abs=1e-12)
    assert implied_ps(1, 39, 15) == 0.5
    assert implied_common_or(1, 39, 15, MRS_UNIFORM).estimate == 1


@pytest.mark.parametrize(("p", "n1", "n2"), [(1.2, 5, 25), (-0.1, 5, 25), (0.5, 0, 25), (0.5, 5, -1)])
def test_impossible_input_is_refused(p: float, n1: int, n2: int) -> None:
    with pytest.raises(ValueError, match="not"):
        implied_g(p, n1, n2)
    with pytest.raises(ValueError, match="not"):
        implied_ps(p, n1, n2)


@pytest.mark.parametrize("shares", [[0.5, 0.4], [1.0], [1.0, 0.0], [1.5, -0.5]])
def test_shares_must_add_to_one(shares: list[float]) -> None:
    with pytest.raises(ValueError, match="must add to 1"):
        implied_common_or(0.011, 5, 25, shares)


def test_hedges_correction_needs_two_degrees_of_freedom() -> None:
    with pytest.raises(ValueError, match="2 degrees of freedom"):
        implied_g(0.05, 1, 2)
