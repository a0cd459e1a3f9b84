"""Absolute effects: published examples, limits, and values that cannot be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msc_evidence.statistics.two_arms.effects import ABSOLUTE, absolute_effect, treated_risk

#: Measure, effect, control risk, and how many more of 1000.
PUBLISHED = [
    ("RR", 0.92, 0.3, -24),  # Cochrane Handbook 5.1, 12.5.4.2 (15.4.4.2 of version 6)
    ("OR", 0.73, 0.3, -62),  # Cochrane Handbook 5.1, 12.5.4.3 (15.4.4.3)
    ("RD", -0.133, 0.3, -133),  # Cochrane Handbook 5.1, 12.5.4 (15.4.4)
    ("RR", 0.75, 0.8, -200),  # Cochrane Handbook 5.1, 11.5.5
    ("RR", 0.75, 0.2, -50),  # Cochrane Handbook 5.1, 11.5.5
    ("RR", 0.83, 0.4, -68),  # GRADE handbook
]


@pytest.mark.parametrize(("measure", "effect", "control", "more"), PUBLISHED)
def test_published_examples(measure: str, effect: float, control: float, more: int) -> None:
    assert round(1000 * (treated_risk(measure, effect, control) - control)) == more


def test_an_odds_ratio_goes_through_the_odds() -> None:
    # GRADE handbook: OR 0.64 at 112 of 438 is an RR of 0.70.
    assert round(treated_risk("OR", 0.64, 112 / 438) / (112 / 438), 2) == 0.70


@pytest.mark.parametrize(("ratio", "control"), [(0.5, 0.36), (2.0, 0.5), (3.0, 0.1)])
def test_a_hazard_ratio_is_a_power_of_survival(ratio: float, control: float) -> None:
    assert math.isclose(1 - treated_risk("HR", ratio, control), (1 - control) ** ratio)


def test_limits_go_through_the_formula_of_the_estimate() -> None:
    found = absolute_effect("HR", 0.5, 0.25, 1.0, 0.36)
    assert (round(found.treated, 6), round(found.difference, 6)) == (0.2, -0.16)
    assert round(found.ci_lb, 6) == round((1 - 0.64**0.25) - 0.36, 6)
    assert found.ci_ub == pytest.approx(0)


def test_a_risk_does_not_leave_its_range() -> None:
    assert treated_risk("RR", 4, 0.5) == 1
    assert treated_risk("RD", -0.6, 0.5) == 0


@pytest.mark.parametrize("measure", ABSOLUTE)
@pytest.mark.parametrize("control", [0.0, 1.0])
def test_risks_of_0_and_1(measure: str, control: float) -> None:
    none = 0.0 if measure == "RD" else 1.0
    assert treated_risk(measure, none, control) == control
    if measure != "RD":
        assert treated_risk(measure, math.inf, 0.0) == 0


@pytest.mark.parametrize(
    ("measure", "effect", "control", "said"),
    [
        ("SMD", 0.5, 0.3, "no absolute effect follows from SMD"),
        ("RR", 0.5, 1.2, "control risk of 1.2"),
        ("RR", 0.5, -0.1, "control risk of -0.1"),
        ("RR", 0.5, math.nan, "control risk of nan"),
        ("OR", -0.5, 0.3, "no OR is -0.5"),
        ("HR", math.nan, 0.3, "no HR is nan"),
        ("RD", -1.1, 0.3, "no RD is -1.1"),
    ],
)
def test_values_that_cannot_be(measure: str, effect: float, control: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        treated_risk(measure, effect, control)


def test_an_estimate_lies_within_its_limits() -> None:
    with pytest.raises(ValueError, match="not within"):
        absolute_effect("RR", 0.5, 0.6, 0.9, 0.3)


@given(st.sampled_from(["RR", "OR", "HR"]), st.floats(0, 50), st.floats(0, 50), st.floats(0, 1))
def test_a_greater_ratio_never_means_a_smaller_risk(
    measure: str, one: float, other: float, control: float
) -> None:
    low, high = sorted((one, other))
    smaller, greater = treated_risk(measure, low, control), treated_risk(measure, high, control)
    assert 0 <= smaller <= greater + 1e-12 <= 1 + 1e-12


@given(st.floats(1, 50), st.floats(0.001, 0.999))
def test_an_odds_ratio_above_1_moves_a_risk_less_than_a_hazard_ratio_and_that_less_than_a_risk_ratio(
    ratio: float, control: float
) -> None:
    odds, hazard, risk = (treated_risk(measure, ratio, control) for measure in ("OR", "HR", "RR"))
    assert odds <= hazard + 1e-12 <= risk + 2e-12
