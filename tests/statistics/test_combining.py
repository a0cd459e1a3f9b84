"""Combined p-values against metap, the founding trials' vectors."""

from __future__ import annotations

import json
import math
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.pooling.combining import (
    METHODS,
    combined_interval,
    one_sided,
    one_sided_interval,
    stouffer,
    wilkinson,
)

CLOSED_FORM = 1e-10
#: metap's alternating sum for Edgington's method cancels: it keeps about eight digits of a small p.
ALTERNATING = 1e-6
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "combining.json").read_text()
)
P_VALUES = st.lists(st.floats(1e-9, 1 - 1e-9), min_size=1, max_size=8)
#: Two-sided p of the modified Rankin Scale at 3 months: Bang 2005 in favour of MSC, Chung 2021 without direction.
BANG, CHUNG = 0.076, 0.732


def test_the_reference_grid_has_not_shrunk() -> None:
    assert set(REFERENCE["program"]) == {"R", "metap"}
    assert len(REFERENCE["rows"]) >= 20
    assert all(set(row["combined"]) == set(METHODS) for row in REFERENCE["rows"])


@pytest.mark.parametrize("row", REFERENCE["rows"], ids=lambda row: f"k{len(row['p'])}")
def test_combined_p_equals_metap(row: dict[str, Any]) -> None:
    for name, expected in row["combined"].items():
        if expected is not None:
            tolerance = ALTERNATING if name == "Edgington" else CLOSED_FORM
            assert METHODS[name](row["p"]) == pytest.approx(expected, rel=tolerance), name
    assert stouffer(row["p"], row["weights"]) == pytest.approx(row["weighted"], rel=CLOSED_FORM)
    for rank, expected in enumerate(row["wilkinson"], start=1):
        assert wilkinson(row["p"], rank) == pytest.approx(expected, rel=CLOSED_FORM)


@pytest.mark.parametrize(
    ("favours", "by_z", "by_product", "by_weighted_z"),
    [(True, 0.0672, 0.0734, 0.0909), (False, 0.1556, 0.1139, 0.2160)],
)
def test_the_founding_trials(favours: bool, by_z: float, by_product: float, by_weighted_z: float) -> None:
    """Bang 2005 and Chung 2021, mRS at 3 months, Chung favouring MSC or control: the z-values count alike."""
    p = [one_sided(BANG, favours=True), one_sided(CHUNG, favours=favours)]
    assert METHODS["Stouffer"](p) == pytest.approx(by_z, abs=5e-5)
    assert METHODS["Fisher"](p) == pytest.approx(by_product, abs=5e-5)
    assert stouffer(p, [math.sqrt(30), math.sqrt(54)]) == pytest.approx(by_weighted_z, abs=5e-5)


@pytest.mark.parametrize("name", METHODS)
def test_one_p_stays_what_it_is(name: str) -> None:
    tolerance = 0.03 if name == "logit" else CLOSED_FORM  # its t distribution is an approximation
    assert METHODS[name]([0.2]) == pytest.approx(0.2, rel=tolerance)


@pytest.mark.parametrize("name", METHODS)
def test_certain_p_values(name: str) -> None:
    assert METHODS[name]([0.0, 0.0]) == 0
    assert METHODS[name]([1.0, 1.0]) == 1


@pytest.mark.parametrize("name", ["Stouffer", "logit"])
def test_contradicting_certainties_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="contradict"):
        METHODS[name]([0.0, 1.0])


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("p_values", [[], [0.5, 1.5], [-0.1], [math.nan, 0.5]])
def test_impossible_p_values_are_refused(name: str, p_values: list[float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        METHODS[name](p_values)


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0], [1.0, -2.0]])
def test_wrong_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weight"):
        stouffer([0.1, 0.2], weights)


@pytest.mark.parametrize("rank", [0, 3])
def test_wrong_ranks_are_refused(rank: int) -> None:
    with pytest.raises(ValueError, match="rank"):
        wilkinson([0.1, 0.2], rank)


@pytest.mark.parametrize("name", METHODS)
@given(p_values=P_VALUES, raised=st.integers(0, 7))
@settings(max_examples=40)
def test_each_method_rises_in_each_p(name: str, p_values: list[float], raised: int) -> None:
    place = raised % len(p_values)
    higher = [*p_values[:place], (1 + p_values[place]) / 2, *p_values[place + 1 :]]
    low, high = METHODS[name](p_values), METHODS[name](higher)
    assert 0 <= low <= high * (1 + 1e-12) <= 1 + 1e-12


@given(p_values=P_VALUES)
@settings(max_examples=40)
def test_turned_directions_turn_the_combined_p(p_values: list[float]) -> None:
    """All directions reversed: symmetric methods give 1 − p, and Fisher's becomes Pearson's."""
    turned = [1 - p for p in p_values]
    for name in ("Stouffer", "Edgington", "logit"):
        assert METHODS[name](turned) == pytest.approx(1 - METHODS[name](p_values), abs=1e-6), name
    assert METHODS["Pearson"](turned) == pytest.approx(1 - METHODS["Fisher"](p_values), abs=1e-6)


@pytest.mark.parametrize("name", METHODS)
def test_intervals_hold_what_lies_within(name: str) -> None:
    bang = one_sided_interval(Interval.rounded(BANG, 3), favours=True)
    chung = one_sided_interval(Interval.rounded(CHUNG, 3), favours=False)
    assert (chung.lo, chung.hi) == pytest.approx((0.63375, 0.63425))
    combined = combined_interval(METHODS[name], [bang, chung])
    assert METHODS[name]([0.038, 0.634]) in combined
    assert 0 < combined.width < 0.01


def test_an_interval_down_to_0_reaches_0() -> None:
    below = one_sided_interval(Interval(0.0, 0.001), favours=True)
    assert combined_interval(partial(stouffer, weights=[1, 2]), [below, Interval.point(0.4)]).lo == 0
    assert one_sided_interval(Interval(0.0, 0.001), favours=False).hi == 1


@pytest.mark.parametrize("p", [-0.1, 1.01, math.nan])
def test_impossible_two_sided_p_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        one_sided(p, favours=True)
