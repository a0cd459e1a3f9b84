"""Information size, sequential boundaries and the trial that moves a conclusion."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from msc_evidence.statistics.pooling.information import (
    boundaries,
    critical,
    diversity,
    effects_leaving_doubt,
    information_for,
    participants_for_weight,
    size_for_means,
    size_for_risks,
    spent,
    weight_to_move,
)

Z = 1.959963984540054
#: The tables' programs integrate on a coarser grid: their last decimal is off by one (see the two-look test).
TABLE = 1.5e-4
#: scipy's bivariate normal integral is good to about 1e-9.
QUADRATURE = 1e-6
CLOSED_FORM = 1e-10
#: Both sides integrate: R by Simpson's rule on 4,001 nodes.
ITERATIVE = 1e-8
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "power.json").read_text())[
    "information"
]
LEAST = {
    "size_for_means": 88,
    "size_for_risks": 160,
    "information_for": 36,
    "diversity": 4,
    "spent": 24,
    "boundaries": 36,
    "critical": 6,
    "weight_to_move": 60,
    "effects_leaving_doubt": 36,
    "participants_for_weight": 27,
}


def test_the_reference_grid_has_not_shrunk() -> None:
    assert set(REFERENCE) >= set(LEAST)
    assert all(len(REFERENCE[name]) >= least for name, least in LEAST.items())


def assert_whole(found: int, n: float) -> None:
    """`found` is the first whole number from `n` on; above 10⁹ as far as floats tell."""
    if n < 1e9:
        assert found == math.ceil(n - 1e-7)
    else:
        assert found == pytest.approx(n, rel=1e-12)


def planned(row: dict[str, Any]) -> dict[str, float]:
    return {key: row[key] for key in ("alpha", "power", "ratio")}


@pytest.mark.parametrize("row", REFERENCE["size_for_means"])
def test_size_for_means_equals_r(row: dict[str, Any]) -> None:
    """uniroot over a z test; power.t.test needs z²/2 participants more, one or two for its own approximation."""
    assert_whole(size_for_means(row["difference"], row["sd"], **planned(row)), row["n"])
    if row["t_test"] is not None:
        extra = critical(row["alpha"]) ** 2 / 2
        assert 0.5 * extra < row["t_test"] - row["n"] < extra + 2


@pytest.mark.parametrize("row", REFERENCE["size_for_risks"])
def test_size_for_risks_equals_r(row: dict[str, Any]) -> None:
    """uniroot over a z test; power.prop.test, with the unpooled variance beside it, is within 3 %."""
    found = size_for_risks(row["risk1"], row["risk2"], **planned(row))
    assert_whole(found, row["n"])
    if row["prop_test"] is not None:
        assert found == pytest.approx(row["prop_test"], rel=0.03)


@pytest.mark.parametrize("row", REFERENCE["information_for"])
def test_information_equals_r(row: dict[str, Any]) -> None:
    found = information_for(row["effect"], alpha=row["alpha"], power=row["power"])
    assert found == pytest.approx(row["information"], rel=CLOSED_FORM)


@pytest.mark.parametrize("row", REFERENCE["diversity"], ids=lambda row: row["name"])
def test_diversity_equals_metafor(row: dict[str, Any]) -> None:
    assert diversity(row["v_common"], row["v_random"]) == pytest.approx(row["diversity"], rel=CLOSED_FORM)


def test_spending_and_critical_values_equal_r() -> None:
    for row in REFERENCE["spent"]:
        expected = pytest.approx(row["spent"], rel=CLOSED_FORM, abs=0)
        assert spent(row["fraction"], row["alpha"]) == expected, row
    for row in REFERENCE["critical"]:
        assert critical(row["alpha"]) == pytest.approx(row["z"], rel=CLOSED_FORM)


@pytest.mark.parametrize("row", REFERENCE["boundaries"])
def test_boundaries_equal_r(row: dict[str, Any]) -> None:
    """Recursion in R, and what mvtnorm's Miwa algorithm says these limits spend; looks at 2 and 3 % of the size."""
    assert boundaries(row["fractions"], row["alpha"]) == pytest.approx(row["limits"], rel=ITERATIVE)
    if row["by_mvtnorm"] is not None:
        total = 2 * spent(row["fractions"][-1], row["alpha"] / 2)
        assert row["by_mvtnorm"] == pytest.approx(total, rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("row", REFERENCE["weight_to_move"])
def test_weight_to_move_equals_metafor(row: dict[str, Any]) -> None:
    found = weight_to_move(row["estimate"], row["se"], row["new_effect"], alpha=row["alpha"])
    if row["weight"] is None:
        assert found is None
    else:
        assert found == pytest.approx(row["weight"], rel=ITERATIVE)


@pytest.mark.parametrize("row", REFERENCE["effects_leaving_doubt"])
def test_effects_leaving_doubt_equal_metafor(row: dict[str, Any]) -> None:
    found = effects_leaving_doubt(row["estimate"], row["se"], row["new_se"], alpha=row["alpha"])
    assert (found.lo, found.hi) == pytest.approx((row["lo"], row["hi"]), rel=CLOSED_FORM)


@pytest.mark.parametrize("row", REFERENCE["participants_for_weight"])
def test_participants_for_weight_equal_metafor(row: dict[str, Any]) -> None:
    assert_whole(participants_for_weight(row["weight"], row["d"], row["ratio"]), row["n"])


@pytest.mark.parametrize(
    ("fractions", "alpha", "published"),
    [
        ([0.2, 0.4, 0.6, 0.8, 1], 0.05, [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),  # ldbounds, 5 equal looks
        ([0.5, 1], 0.05, [2.9626, 1.9686]),  # ldbounds and gsDesign, sfLDOF
        ([1], 0.05, [1.9600]),
    ],
)
def test_published_boundaries(fractions: list[float], alpha: float, published: list[float]) -> None:
    assert boundaries(fractions, alpha) == pytest.approx(published, abs=TABLE)


@pytest.mark.parametrize(
    ("fractions", "alpha"),
    [([0.2, 0.4], 0.05), ([0.3, 0.9], 0.1), ([0.7, 0.72], 0.01), ([0.5, 0.5001], 0.05)],
)
def test_two_looks_spend_what_they_should(fractions: list[float], alpha: float) -> None:
    """P(|Z₁| < b₁, Z₂ > b₂) from the bivariate normal distribution is the α between both looks."""
    first, second = boundaries(fractions, alpha)
    correlation = math.sqrt(fractions[0] / fractions[1])
    both = multivariate_normal(cov=[[1, correlation], [correlation, 1]])
    crossing = float(both.cdf([first, -second])) - float(both.cdf([-first, -second]))
    expected = spent(fractions[1], alpha / 2) - spent(fractions[0], alpha / 2)
    assert crossing == pytest.approx(expected, rel=QUADRATURE, abs=1e-12)


def test_three_looks_spend_what_they_should() -> None:
    limits = boundaries([0.4, 0.7, 1])
    times = [0.4, 0.7, 1]
    cov = [[math.sqrt(min(s, t) / max(s, t)) for s in times] for t in times]
    within = float(multivariate_normal(cov=cov).cdf(limits, lower_limit=[-limit for limit in limits]))
    assert within == pytest.approx(0.95, abs=1e-4)  # scipy integrates three dimensions at random points


def test_spending_of_lan_and_demets() -> None:
    assert spent(0, 0.025) == 0
    assert spent(1, 0.025) == spent(1.3, 0.025) == pytest.approx(0.025)
    assert spent(0.5, 0.025) == pytest.approx(math.erfc(2.241402727604947 / 0.5**0.5 / math.sqrt(2)))
    with pytest.raises(ValueError, match="not negative"):
        spent(-0.1)


@given(cuts=st.lists(st.integers(5, 99), min_size=1, max_size=4, unique=True))
@settings(max_examples=15)
def test_each_look_costs_the_last_one(cuts: list[int]) -> None:
    looks = boundaries([*(cut / 100 for cut in sorted(cuts)), 1.0])
    assert looks[-1] >= Z - 1e-12  # the first look at a twentieth of the size costs less than floats show
    assert looks[0] > Z


@pytest.mark.parametrize("fractions", [[], [0.0, 1], [0.5, 0.5], [0.5, 0.4], [0.5, 1.1]])
def test_impossible_fractions_are_refused(fractions: list[float]) -> None:
    with pytest.raises(ValueError, match="information fractions"):
        boundaries(fractions)


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_impossible_alpha_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        boundaries([0.5, 1], alpha)


def test_size_for_means() -> None:
    """4(1.95996 + .84162)²σ²/δ²: 31.4 in all for one SD; Lehr's rule of 16σ²/δ² per group is near."""
    assert size_for_means(1, 1) == 32
    assert size_for_means(0.5, 1) == pytest.approx(2 * 16 / 0.25, rel=0.02)
    assert size_for_means(-5, 10) == size_for_means(0.5, 1)
    assert size_for_means(0.5, 1, ratio=2) == math.ceil(4.5 * 7.848879734 / 0.25)


def test_size_for_risks() -> None:
    """Control risk 10 %, relative reduction 20 %: 4·7.849·.09·.91/.02² participants."""
    assert size_for_risks(0.08, 0.10) == math.ceil(4 * 7.848879734 * 0.09 * 0.91 / 0.02**2)
    assert size_for_risks(0.10, 0.08, power=0.9) > size_for_risks(0.08, 0.10)


def test_heterogeneity_inflates() -> None:
    """Wetterslev 2009: the size over 1 − D²."""
    share = diversity(0.02, 0.08)
    assert share == pytest.approx(0.75)
    assert size_for_means(0.1, 1, heterogeneity=share) == pytest.approx(4 * size_for_means(0.1, 1), abs=4)
    assert diversity(0.08, 0.02) == 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"difference": 0}, "difference and an SD"),
        ({"sd": 0}, "difference and an SD"),
        ({"power": 0.04}, "not between alpha"),
        ({"heterogeneity": 1}, "heterogeneity"),
        ({"ratio": 0}, "ratio"),
    ],
)
def test_impossible_sizes_are_refused(changed: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        size_for_means(**{"difference": 0.5, "sd": 1.0, **changed})


def test_impossible_risks_and_variances_are_refused() -> None:
    for risks in ((0.1, 0.1), (-0.1, 0.2), (0.2, 1.1)):
        with pytest.raises(ValueError, match="apart"):
            size_for_risks(*risks)
    with pytest.raises(ValueError, match="above 0"):
        diversity(0.0, 0.1)


def pooled_z(estimate: float, se: float, effect: float, weight: float) -> float:
    return (estimate / se**2 + effect * weight) / math.sqrt(1 / se**2 + weight)


@given(z=st.floats(-4, 4), se=st.floats(0.05, 2), effect=st.floats(-1.5, 1.5))
@settings(max_examples=150)
def test_the_trial_that_moves_a_conclusion_just_does(z: float, se: float, effect: float) -> None:
    assume(abs(abs(z) - Z) > 1e-3 and abs(effect) > 1e-3)
    weight = weight_to_move(z * se, se, effect)
    if weight is None:
        for tried in (0.1, 1, 10, 1e3, 1e6):
            assert (abs(pooled_z(z * se, se, effect, tried)) > Z) == (abs(z) > Z)
    else:
        assert abs(pooled_z(z * se, se, effect, weight)) == pytest.approx(Z, rel=1e-6)
        smaller = pooled_z(z * se, se, effect, weight * 0.99)
        assert (abs(smaller) > Z) == (abs(z) > Z)


def test_a_trial_without_effect() -> None:
    """It can only dilute: W²θ²/z² − W more weight for a significant result, none for another."""
    assert weight_to_move(0.5, 0.2, 0) == pytest.approx((25 * 0.5) ** 2 / Z**2 - 25)
    assert weight_to_move(0.3, 0.2, 0) is None


@given(estimate=st.floats(-1, 1), se=st.floats(0.05, 1), new_se=st.floats(0.05, 1))
@settings(max_examples=60)
def test_effects_that_leave_doubt_end_at_significance(estimate: float, se: float, new_se: float) -> None:
    doubt = effects_leaving_doubt(estimate, se, new_se)
    assert pooled_z(estimate, se, doubt.lo, 1 / new_se**2) == pytest.approx(-Z)
    assert pooled_z(estimate, se, doubt.hi, 1 / new_se**2) == pytest.approx(Z)


def test_the_founding_trials() -> None:
    """mRS at 3 months, common-effect g .3106 with Chung favouring MSC: a trial with this effect must be this large."""
    se = 1 / math.sqrt(1 / 0.252855 + 1 / 0.092406)
    estimate = (0.878252 / 0.252855 + 0.103092 / 0.092406) * se**2
    assert round(estimate, 4) == 0.3106
    weight = weight_to_move(estimate, se, estimate)
    assert weight is not None
    # With the same effect the pooled z grows as the root of the weight.
    assert weight + 1 / se**2 == pytest.approx((Z / estimate) ** 2)
    n = participants_for_weight(weight, estimate)
    assert 1 / (4 / n + estimate**2 / (2 * n)) >= weight > 1 / (4 / (n - 1) + estimate**2 / (2 * (n - 1)))


def test_impossible_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="standard error"):
        weight_to_move(0.3, 0, 0.3)
    with pytest.raises(ValueError, match="standard error"):
        effects_leaving_doubt(0.3, 0.2, 0)
    for weight, ratio in ((0.0, 1.0), (3.0, 0.0)):
        with pytest.raises(ValueError, match="above 0"):
            participants_for_weight(weight, 0.3, ratio)


def test_a_whole_size_stays_whole() -> None:
    """100·(1.1²/.1) is 1210.0000000000002 in floating point."""
    assert participants_for_weight(100, 0, 0.1) == 1210
