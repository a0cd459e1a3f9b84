"""Effect sizes of many studies, against metafor and published values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from msc_evidence.statistics.pooling.measures import MEASURES, InvalidValueError, usable

#: Closed forms, on top of a gamma function and a t quantile that are exact to a few units in the last place.
CLOSED_FORM = 1e-10
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "pooling.json").read_text())
EFFECTS: list[dict[str, Any]] = REFERENCE["effects"]
#: Study data sets that the grid had when it was made; a smaller one hides what broke.
SMALLEST_GRID = {"OR": 16, "RR": 16, "RD": 16, "PETO": 16, "MD": 6, "SMD": 7, "ROM": 6, "PS": 7, "GEN": 18}


def array(values: list[float | None]) -> Any:
    return np.array([np.nan if value is None else value for value in values])


def columns_of(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: array(REFERENCE["data"][entry["name"]][name]) for name in entry["columns"]}


def test_every_measure_has_its_reference() -> None:
    as_given = {"HR", "IRR", "COR"}  # columns yi and vi alone, as of GEN
    assert set(SMALLEST_GRID) == set(MEASURES) - as_given
    for measure, smallest in SMALLEST_GRID.items():
        assert sum(entry["measure"] == measure for entry in EFFECTS) >= smallest, measure
    assert {"R", "metafor", "metadat"} == set(REFERENCE["program"])


@pytest.mark.parametrize("entry", EFFECTS, ids=lambda entry: f"{entry['measure']}-{entry['name']}")
def test_effects_are_those_of_metafor(entry: dict[str, Any]) -> None:
    yi, vi = MEASURES[entry["measure"]].from_columns(columns_of(entry))
    np.testing.assert_allclose(yi, array(entry["yi"]), rtol=CLOSED_FORM, atol=1e-14)
    np.testing.assert_allclose(vi, array(entry["vi"]), rtol=CLOSED_FORM)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "PETO"])
def test_cells_and_totals_are_two_ways_to_say_the_same(measure: str) -> None:
    totals: dict[str, Any] = {"ai": [4, 0, 7], "n1i": [123, 10, 7], "ci": [11, 3, 0], "n2i": [139, 12, 9]}
    cells: dict[str, Any] = {"ai": [4, 0, 7], "bi": [119, 10, 0], "ci": [11, 3, 0], "di": [128, 9, 9]}
    for one, other in zip(
        MEASURES[measure].from_columns(totals), MEASURES[measure].from_columns(cells), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("measure", ["OR", "RR", "PETO"])
@pytest.mark.parametrize("events", [(0, 0), (10, 12)])
def test_double_zeros_have_no_ratio(measure: str, events: tuple[int, int]) -> None:
    data: dict[str, Any] = {"ai": [events[0], 3], "n1i": [10, 10], "ci": [events[1], 4], "n2i": [12, 12]}
    yi, vi = MEASURES[measure].from_columns(data)
    assert usable(yi, vi).tolist() == [False, True]


def test_a_risk_difference_without_spread_cannot_be_weighted() -> None:
    yi, vi = MEASURES["RD"].from_columns({"ai": [0, 0], "n1i": [10, 10], "ci": [0, 12], "n2i": [12, 12]})
    assert (yi.tolist(), vi.tolist()) == ([0, -1], [0, 0])
    assert not usable(yi, vi).any()


def test_half_is_added_to_studies_with_an_empty_cell_only() -> None:
    data: dict[str, Any] = {"ai": [0, 4], "bi": [10, 119], "ci": [3, 11], "di": [9, 128]}
    yi, _ = MEASURES["OR"].from_columns(data)
    assert yi.tolist() == pytest.approx([np.log(0.5 * 9.5 / (10.5 * 3.5)), np.log(4 * 128 / (119 * 11))])


@pytest.mark.parametrize(
    ("p", "n1", "n2", "direction", "g", "variance"),
    [
        (0.018, 20, 20, -1, -0.766373, 0.107342),  # metafor, escalc(pi = -.018)
        (0.011, 5, 25, 1, 1.298060, 0.268083),  # Bang 2005, Barthel Index, 3 mo
        (0.076, 5, 25, 1, 0.878252, 0.252855),  # Bang 2005, modified Rankin Scale, 3 mo
        (0.732, 39, 15, -1, -0.103092, 0.092406),  # Chung 2021, modified Rankin Scale, 3 mo
    ],
)
def test_g_from_a_lone_p(p: float, n1: int, n2: int, direction: int, g: float, variance: float) -> None:
    data: dict[str, Any] = {"pi": [p], "n1i": [n1], "n2i": [n2], "direction": [direction]}
    yi, vi = MEASURES["SMD"].from_columns(data)
    assert yi[0] == pytest.approx(g, abs=5.1e-7)
    assert vi[0] == pytest.approx(variance, abs=5.1e-7)


@pytest.mark.parametrize(
    ("p", "n1", "n2", "direction", "ps"),
    [(0.011, 5, 25, 1, 0.86554), (0.076, 5, 25, 1, 0.75508), (0.732, 39, 15, -1, 0.46969)],
)
def test_ps_from_a_lone_p(p: float, n1: int, n2: int, direction: int, ps: float) -> None:
    data: dict[str, Any] = {"pi": [p], "n1i": [n1], "n2i": [n2], "direction": [direction]}
    measure = MEASURES["PS"]
    assert measure.scale.back(float(measure.from_columns(data)[0][0])) == pytest.approx(ps, abs=5.1e-6)


def test_a_p_too_small_for_its_groups_has_no_ps() -> None:
    data: dict[str, Any] = {"pi": [1e-9, 0.5], "n1i": [3, 3], "n2i": [3, 3], "direction": [1, 1]}
    yi, vi = MEASURES["PS"].from_columns(data)
    assert usable(yi, vi).tolist() == [False, True]


def test_missing_values_and_unknown_directions_leave_a_study_out() -> None:
    data: dict[str, Any] = {
        "pi": [0.01, np.nan, 0.2],
        "n1i": [9, 9, 9],
        "n2i": [9, 9, 9],
        "direction": [np.nan, 1, -1],
    }
    yi, vi = MEASURES["SMD"].from_columns(data)
    assert usable(yi, vi).tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("measure", "m2", "sd", "n"),
    [("SMD", 1.0, 0.0, 9), ("SMD", 1.0, 1.0, 1), ("ROM", -1.0, 1.0, 9), ("ROM", 0.0, 1.0, 9)],
)
def test_no_effect_where_its_scale_has_none(measure: str, m2: float, sd: float, n: int) -> None:
    data = dict(zip(("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"), (2.0, sd, n, m2, sd, n), strict=True))
    yi, vi = MEASURES[measure].from_columns(data)
    assert not usable(yi, vi).any()


@pytest.mark.parametrize(
    ("measure", "column", "value", "expected"),
    [
        ("OR", "ai", 12, "more events than participants"),
        ("RD", "ci", -1, "cannot be negative"),
        ("RR", "n2i", 0, "1 participant or more"),
        ("MD", "sd1i", -0.5, "cannot be negative"),
        ("MD", "m1i", np.inf, "must be finite"),
        ("SMD", "pi", 0, "above 0 and at most 1"),
        ("SMD", "direction", 0.5, "must be 1 or -1"),
        ("GEN", "sei", 0, "must be above 0"),
    ],
)
def test_impossible_values_name_column_and_study(
    measure: str, column: str, value: float, expected: str
) -> None:
    possible = {
        "m1i": 2.0,
        "sd1i": 1.0,
        "m2i": 1.0,
        "sd2i": 1.0,
        "pi": 0.5,
        "direction": 1,
        "yi": 0.1,
        "sei": 0.2,
    }
    possible |= {"ai": 4, "n1i": 10, "ci": 5, "n2i": 10}
    names = next(n for n in MEASURES[measure].columns if column in n and "bi" not in n)
    data: dict[str, Any] = {name: np.array([possible[name], possible[name]], dtype=float) for name in names}
    data[column][1] = value
    with pytest.raises(InvalidValueError, match=expected) as caught:
        MEASURES[measure].from_columns(data)
    assert (caught.value.column, caught.value.row, caught.value.value) == (column, 1, value)


def test_columns_that_do_not_suffice_are_named() -> None:
    with pytest.raises(ValueError, match="OR needs the columns ai bi ci di or ai n1i ci n2i"):
        MEASURES["OR"].from_columns({"ai": [1], "bi": [2], "ci": [3]})
    with pytest.raises(ValueError, match="yi has 2, vi has 1"):
        MEASURES["GEN"].from_columns({"yi": [1, 2], "vi": [1]})


counts = st.integers(0, 40)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "PETO"])
@given(ai=counts, bi=counts, ci=counts, di=counts)
def test_exchanging_the_arms_turns_the_sign(measure: str, ai: int, bi: int, ci: int, di: int) -> None:
    one, other = {"ai": ai, "bi": bi, "ci": ci, "di": di}, {"ai": ci, "bi": di, "ci": ai, "di": bi}
    (y1, v1), (y2, v2) = MEASURES[measure].from_columns(one), MEASURES[measure].from_columns(other)
    np.testing.assert_allclose(y1, -y2, rtol=CLOSED_FORM, atol=1e-13)
    np.testing.assert_allclose(v1, v2, rtol=CLOSED_FORM, atol=1e-13)


@pytest.mark.parametrize("measure", ["MD", "SMD", "ROM", "PS"])
@given(
    m1=st.floats(1, 9), m2=st.floats(1, 9), sd1=st.floats(0.5, 5), sd2=st.floats(0.5, 5), n=st.integers(2, 99)
)
def test_exchanging_the_arms_mirrors_means(
    measure: str, m1: float, m2: float, sd1: float, sd2: float, n: int
) -> None:
    names = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
    one = dict(zip(names, (m1, sd1, n, m2, sd2, n + 3), strict=True))
    other = dict(zip(names, (m2, sd2, n + 3, m1, sd1, n), strict=True))
    (y1, v1), (y2, v2) = MEASURES[measure].from_columns(one), MEASURES[measure].from_columns(other)
    np.testing.assert_allclose(y1, -y2, rtol=CLOSED_FORM, atol=1e-13)
    np.testing.assert_allclose(v1, v2, rtol=CLOSED_FORM)
