"""Sizes and detectable effects of ordinal analyses: Whitehead's example, Noether's formula, and both turned round."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.ordinal_power import (
    detectable_common_or,
    detectable_ps,
    mean_shares,
    participants_for_common_or,
    participants_for_ps,
)
from msc_evidence.statistics.two_arms.implied import implied_common_or, implied_ps

MRS_UNIFORM = [1 / 7] * 7
CLOSED_FORM = 1e-10
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "power.json").read_text())[
    "ordinal_power"
]
LEAST = {
    "participants_for_ps": 72,
    "detectable_ps": 64,
    "participants_for_common_or": 112,
    "detectable_common_or": 47,
    "mean_shares": 42,
}


def test_the_reference_grid_has_not_shrunk() -> None:
    assert set(REFERENCE) >= set(LEAST)
    assert all(len(REFERENCE[name]) >= least for name, least in LEAST.items())


def design(row: dict[str, Any], *names: str) -> dict[str, float]:
    return {name: row[name] for name in ("alpha", "power", *names)}


@pytest.mark.parametrize("row", REFERENCE["participants_for_common_or"])
def test_participants_equal_posamsize(row: dict[str, Any]) -> None:
    found = participants_for_common_or(row["odds_ratio"], row["shares"], **design(row, "ratio"))
    assert found == math.ceil(row["n"])


@pytest.mark.parametrize("row", REFERENCE["detectable_common_or"])
def test_detectable_odds_ratio_equals_popower(row: dict[str, Any]) -> None:
    """Hmisc's variance has (N + 1)² where the sample size formula, and we, have N²."""
    n = row["n1"] + row["n2"]
    found = detectable_common_or(row["n1"], row["n2"], row["shares"], **design(row))
    assert math.log(found) * (n + 1) / n == pytest.approx(row["log_or"], rel=CLOSED_FORM)


@pytest.mark.parametrize("row", REFERENCE["mean_shares"])
def test_mean_shares_equal_pomodm(row: dict[str, Any]) -> None:
    found = mean_shares(row["control"], row["log_or"])
    assert found == pytest.approx(row["shares"], rel=CLOSED_FORM, abs=1e-15)


@pytest.mark.parametrize("row", REFERENCE["participants_for_ps"])
def test_participants_for_ps_equal_uniroot(row: dict[str, Any]) -> None:
    assert participants_for_ps(row["ps"], **design(row, "share")) == math.ceil(row["n"])


@pytest.mark.parametrize("row", REFERENCE["detectable_ps"])
def test_detectable_ps_equals_uniroot(row: dict[str, Any]) -> None:
    found = detectable_ps(int(row["n1"]), int(row["n2"]), **design(row))
    assert found == pytest.approx(row["ps"], rel=CLOSED_FORM)


def test_the_example_of_whitehead_1993() -> None:
    """Control shares .2 .5 .2 .1, log odds ratio .887, two-sided 5 %, power 90 %: 187 participants."""
    shares = mean_shares([0.2, 0.5, 0.2, 0.1], 0.887)
    assert [round(share, 3) for share in shares] == [0.289, 0.486, 0.153, 0.072]
    assert participants_for_common_or(math.exp(0.887), shares, power=0.9) == 187


def test_noether_1987() -> None:
    """N = (z_α/2 + z_β)²/(12 c(1 − c)(p − ½)²): 10.507/(3·.04) at PS .7 with power 90 %."""
    assert participants_for_ps(0.7, power=0.9) == math.ceil(10.507423 / 0.12)
    assert participants_for_ps(0.3, power=0.9) == participants_for_ps(0.7, power=0.9)
    assert participants_for_ps(0.7, share=0.8) == math.ceil(7.84888 / (12 * 0.16 * 0.04))


@pytest.mark.parametrize(("n1", "n2"), [(5, 25), (39, 15), (104, 102)])
def test_what_a_trial_can_detect_lies_beyond_what_is_just_significant(n1: int, n2: int) -> None:
    """At power ½ the detectable effect is the one whose p is .05, but for N in place of N + 1."""
    just, detected = implied_ps(0.05, n1, n2), detectable_ps(n1, n2)
    assert detected > just
    half = (detectable_ps(n1, n2, power=0.5) - 0.5) * math.sqrt((n1 + n2 + 1) / (n1 + n2))
    assert half == pytest.approx(just - 0.5, rel=1e-12)
    ratio = math.log(detectable_common_or(n1, n2, MRS_UNIFORM, power=0.5)) * (n1 + n2 + 1) / (n1 + n2)
    assert ratio == pytest.approx(math.log(implied_common_or(0.05, n1, n2, MRS_UNIFORM).estimate), rel=1e-9)


@given(n=st.integers(20, 400), part=st.floats(0.2, 0.8), power=st.floats(0.5, 0.95))
@settings(max_examples=50)
def test_size_and_effect_run_both_ways(n: int, part: float, power: float) -> None:
    n1 = max(1, round(n * part))
    n2 = n - n1
    ps = detectable_ps(n1, n2, power=power)
    if ps < 1:
        assert participants_for_ps(ps, share=n1 / n, power=power) in (n, n + 1)  # one more by rounding
    odds_ratio = detectable_common_or(n1, n2, MRS_UNIFORM, power=power)
    assert participants_for_common_or(odds_ratio, MRS_UNIFORM, ratio=n1 / n2, power=power) in (n, n + 1)
    assert participants_for_common_or(1 / odds_ratio, MRS_UNIFORM, ratio=n2 / n1, power=power) in (n, n + 1)


def test_mean_shares_without_an_effect_are_the_controls() -> None:
    assert mean_shares([0.2, 0.5, 0.2, 0.1], 0) == pytest.approx([0.2, 0.5, 0.2, 0.1])


def test_a_small_trial_detects_certainty_at_most() -> None:
    assert detectable_ps(1, 2) == 1


def test_impossible_designs_are_refused() -> None:
    for ps in (0.5, 1.2):
        with pytest.raises(ValueError, match="no number"):
            participants_for_ps(ps)
    with pytest.raises(ValueError, match="share of 1"):
        participants_for_ps(0.7, share=1)
    with pytest.raises(ValueError, match="between alpha"):
        detectable_ps(5, 25, power=0.05)
    with pytest.raises(ValueError, match="occupied"):
        detectable_common_or(0, 5, MRS_UNIFORM)
    with pytest.raises(ValueError, match="no number"):
        participants_for_common_or(1, MRS_UNIFORM)
    for shares in ([0.5, 0.6], [1.0], [-0.1, 1.1]):
        with pytest.raises(ValueError, match="add to 1"):
            participants_for_common_or(2, shares)
        with pytest.raises(ValueError, match="add to 1"):
            mean_shares(shares, 0.5)


def test_an_extreme_alpha_keeps_its_digits() -> None:
    """1 − α/2 has lost them at 1e-15: qnorm(5e-16, lower.tail = FALSE) is 8.026858883 (R)."""
    demand = (detectable_ps(100, 100, alpha=1e-15, power=0.5) - 0.5) * math.sqrt(12 * 50)
    assert demand == pytest.approx(8.026858883, rel=1e-9)
