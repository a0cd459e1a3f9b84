"""Conversions of reported statistics against the Cochrane Handbook, published tables and simulated order statistics."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.conversion import (
    Quantiles,
    mean_sd,
    sd_from_ci,
    sd_from_difference_se,
    se_from_p,
    se_from_t,
    skewness,
)
from msc_evidence.statistics.two_arms.effects import variance_from_ci
from msc_evidence.statistics.two_arms.p_values import p_from_ci

CLOSED_FORM = 1e-10
ALL: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "conversion.json").read_text())
REFERENCE: dict[str, list[dict[str, Any]]] = ALL["conversion"]
LEAST = {
    "skewness": 243,
    "mean_sd": 243,
    "sd_from_ci": 92,
    "se_from_t": 72,
    "se_from_p": 60,
    "sd_from_difference_se": 72,
    "p_from_ci": 113,
    "from_ci": 20,
}


def test_the_reference_grid_has_not_shrunk() -> None:
    """Medians by the papers' equations or metafor::conv.fivenum: `calls` in the file says which."""
    rows = {**REFERENCE, **ALL["confidence"], **ALL["survival"]}
    assert set(rows) >= set(LEAST)
    assert all(len(rows[name]) >= least for name, least in LEAST.items())
    assert "Luo 2018" in ALL["calls"]["mean_sd"] or "conv.fivenum" in ALL["calls"]["mean_sd"]


def quantiles(row: dict[str, Any]) -> Quantiles:
    pairs = {name: row[name] for name in ("q1", "q3", "minimum", "maximum")}
    return Quantiles(row["median"], int(row["n"]), **pairs)


def test_medians_equal_r() -> None:
    """n of 5 to 10⁷, ties of a quartile with the median or an extreme, values near 10⁶ and 10⁻⁷."""
    for row in REFERENCE["skewness"]:
        test = skewness(quantiles(row))
        assert (test.statistic, test.critical) == pytest.approx((row["statistic"], row["critical"]))
        assert test.skewed == row["skewed"]
    for row in REFERENCE["mean_sd"]:
        found = mean_sd(quantiles(row), although_skewed=True)
        assert (found.mean, found.sd) == pytest.approx((row["mean"], row["sd"]), rel=CLOSED_FORM, abs=1e-18)


def test_sds_and_ses_equal_t_test() -> None:
    """t.test on samples with that SD: arms of one, levels from 5 to 99.9 %, 10⁵ participants."""
    for row in REFERENCE["sd_from_ci"]:
        found = sd_from_ci(
            row["ci_lb"], row["ci_ub"], int(row["n"]), level=row["level"], normal=row["normal"]
        )
        assert found == pytest.approx(row["sd"], rel=CLOSED_FORM, abs=0), row
    for row in REFERENCE["se_from_t"]:
        assert se_from_t(row["difference"], row["t"]) == pytest.approx(row["se"], rel=CLOSED_FORM)
    for row in REFERENCE["se_from_p"]:
        found = se_from_p(row["difference"], row["p"], row["df"])
        assert found == pytest.approx(row["se"], rel=CLOSED_FORM), row
    for row in REFERENCE["sd_from_difference_se"]:
        found = sd_from_difference_se(row["se"], int(row["n1"]), int(row["n2"]))
        assert found == pytest.approx(row["sd"], rel=CLOSED_FORM)


def test_p_of_intervals_equal_models_of_r() -> None:
    """Wald rows of glm, rows of lm with confint, on both scales."""
    for row in ALL["confidence"]["p_from_ci"]:
        box = (row["estimate"], row["ci_lb"], row["ci_ub"])
        found = p_from_ci(*box, ratio=row["ratio"], level=row["level"], df=row["df"])
        assert found == pytest.approx(row["p"], rel=CLOSED_FORM, abs=0), row


def test_hazard_ratios_equal_survival() -> None:
    """The variance of coxph from its interval."""
    for row in ALL["survival"]["from_ci"]:
        found = variance_from_ci(row["hr"], row["ci_lb"], row["ci_ub"], level=row["level"], ratio=True)
        assert found == pytest.approx(row["variance"], rel=CLOSED_FORM)


def test_the_cochrane_handbook_on_a_difference() -> None:
    """Section 6.5.2.3: a difference of 3.8 with p .008, 25 v 22, has SE 1.37 and SD 4.69 (4.683469 unrounded)."""
    se = se_from_p(3.8, 0.008, 45)
    assert se == pytest.approx(1.369100, abs=5e-7)
    assert se_from_t(3.8, 2.775545) == pytest.approx(se, abs=5e-7)
    assert sd_from_difference_se(se, 25, 22) == pytest.approx(4.683469, abs=5e-7)


@pytest.mark.parametrize(("limits", "n", "divisor"), [((30.0, 34.2), 25, 4.128), ((26.5, 30.1), 22, 4.160)])
def test_the_cochrane_handbook_on_an_interval(limits: tuple[float, float], n: int, divisor: float) -> None:
    """Section 6.5.2.2: twice t of .05 on 24 and 21 degrees of freedom divides the width."""
    expected = math.sqrt(n) * (limits[1] - limits[0]) / divisor
    assert sd_from_ci(*limits, n) == pytest.approx(expected, rel=3e-4)
    large = sd_from_ci(*limits, n, normal=True)
    assert large == pytest.approx(math.sqrt(n) * (limits[1] - limits[0]) / 3.92, rel=2e-5)
    assert sd_from_ci(*limits, n, level=0.9, normal=True) == pytest.approx(
        large * 1.959963984540054 / 1.6448536269514722
    )


@pytest.mark.parametrize(
    ("n", "expected_range"),
    [
        (5, 2.326),
        (10, 3.078),
        (25, 3.931),
        (50, 4.498),
    ],  # Wan 2014, table 1: the exact mean range of n normal values
)
def test_sd_from_a_range_is_near_the_exact_one(n: int, expected_range: float) -> None:
    """A standard normal sample with its mean range has an SD of about 1 by the approximation of equation 9."""
    half = expected_range / 2
    found = mean_sd(Quantiles(0.0, n, minimum=-half, maximum=half))
    assert (found.mean, found.sd) == pytest.approx((0.0, 1.0), abs=0.015)


@pytest.mark.parametrize(
    ("n", "expected_width"),
    [(5, 0.990), (9, 1.144), (13, 1.206), (17, 1.239)],  # Wan 2014, table 2: Q of 1 to 4, n = 4Q + 1
)
def test_sd_from_quartiles_is_near_the_exact_one(n: int, expected_width: float) -> None:
    found = mean_sd(Quantiles(0.0, n, q1=-expected_width / 2, q3=expected_width / 2))
    assert found.sd == pytest.approx(1, abs=0.015)


def test_weights_of_luo_2018() -> None:
    """Equations 7, 11 and 15 at n = 16, where n^.75 is 8: the parts that each pair moves the mean."""
    told = {"although_skewed": True}
    assert mean_sd(Quantiles(0, 16, minimum=0, maximum=6), **told).mean == pytest.approx(4 / 12 * 3)
    assert mean_sd(Quantiles(0, 16, q1=0, q3=2), **told).mean == pytest.approx(0.7 + 0.39 / 16)
    both = mean_sd(Quantiles(0, 16, q1=0, q3=2, minimum=0, maximum=6), **told).mean
    assert both == pytest.approx(2.2 / 10.2 * 3 + 0.7 - 0.72 / 16**0.55)


def test_five_numbers_weigh_both_spreads() -> None:
    """Shi 2020: 1/(1 + .07n^.6) of the range's SD, the rest of the quartiles'."""
    by_range = mean_sd(Quantiles(0, 40, minimum=-2.5, maximum=2.5)).sd
    by_quartiles = mean_sd(Quantiles(0, 40, q1=-0.6, q3=0.6)).sd
    weight = 1 / (1 + 0.07 * 40**0.6)
    both = mean_sd(Quantiles(0, 40, q1=-0.6, q3=0.6, minimum=-2.5, maximum=2.5))
    assert both.sd == pytest.approx(weight * by_range + (1 - weight) * by_quartiles)


@pytest.mark.parametrize(
    ("quantiles", "statistic", "critical"),
    [
        (Quantiles(2, 50, minimum=0, maximum=10), 0.6, 1 / math.log(59) + 2.5 / 51),
        (Quantiles(2, 50, q1=1, q3=4), 1 / 3, 2.65 / math.sqrt(50) - 6 / 2500),
        (
            Quantiles(2, 50, q1=1, q3=4, minimum=0, maximum=10),
            2.65 * math.log(30) / math.sqrt(50) * 0.6,
            3 / math.sqrt(50) - 40 / 125_000,
        ),
    ],
)
def test_skewness_of_shi_2023(quantiles: Quantiles, statistic: float, critical: float) -> None:
    test = skewness(quantiles)
    assert (test.statistic, test.critical) == pytest.approx((statistic, critical))
    assert test.skewed == (statistic >= critical)


def test_skewed_data_are_refused_unless_told() -> None:
    """Onset to infusion with median 20, quartiles 10 and 60."""
    skewed = Quantiles(20, 40, q1=10, q3=60)
    with pytest.raises(ValueError, match=r"skewed \(0\.600, critical value 0\.415\)"):
        mean_sd(skewed)
    assert mean_sd(skewed, although_skewed=True).mean > 20


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"n": 4, "q1": 1, "q3": 3}, "too few"),
        ({"n": 40, "q1": 1}, "pairs"),
        ({"n": 40, "maximum": 3}, "pairs"),
        ({"n": 40}, "ascending"),
        ({"n": 40, "q1": 2.5, "q3": 3}, "ascending"),
        ({"n": 40, "q1": 1, "q3": 5, "minimum": 1.5, "maximum": 6}, "ascending"),
        ({"n": 40, "q1": 2, "q3": 2}, "no spread"),
    ],
)
def test_impossible_quantiles_are_refused(values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Quantiles(2, **values)  # type: ignore[arg-type]


@given(sd=st.floats(0.1, 50), shift=st.floats(-20, 20), n=st.integers(5, 400))
@settings(max_examples=50)
def test_conversion_moves_with_the_scale(sd: float, shift: float, n: int) -> None:
    plain = mean_sd(Quantiles(0, n, q1=-0.7, q3=0.7, minimum=-2, maximum=2))
    moved = Quantiles(
        shift, n, q1=shift - 0.7 * sd, q3=shift + 0.7 * sd, minimum=shift - 2 * sd, maximum=shift + 2 * sd
    )
    found = mean_sd(moved)
    assert found.sd == pytest.approx(sd * plain.sd, rel=1e-9)
    assert found.mean == pytest.approx(shift, abs=1e-9)


@pytest.mark.parametrize(("p", "limits", "n"), [(0.0, (3, 2), 20), (1.0, (2, 3), 1)])
def test_what_cannot_be_converted_is_refused(p: float, limits: tuple[float, float], n: int) -> None:
    with pytest.raises(ValueError, match="no SD"):
        sd_from_ci(*limits, n)
    with pytest.raises(ValueError, match="nothing of the standard error"):
        se_from_p(3.8, p, 45)
    with pytest.raises(ValueError, match="nothing of the standard error"):
        se_from_t(3.8, 0)
    with pytest.raises(ValueError, match="not both occupied"):
        sd_from_difference_se(1.0, 0, 4)
