"""Meta-regression against metafor and published numbers."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.pooling.heterogeneity import TAU2
from msc_evidence.statistics.pooling.moderators import (
    RESIDUAL_TAU2,
    MetaRegression,
    coded,
    design,
    meta_regression,
)
from msc_evidence.statistics.pooling.pooling import CONFIDENCE, MODELS

#: Closed forms.
CLOSED_FORM = 1e-10
#: Newton's method here, Fisher scoring and `uniroot` there.
ITERATIVE = 1e-8
#: Squared residuals, of 10⁻³⁰ in an exact fit, and quantities at 0.
ABSOLUTE = 1e-11
ITERATED = ("PM", "REML", "ML", "EB")
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "moderators.json").read_text()
)
ROWS = {row["name"]: row for row in REFERENCE["regressions"]}
SCALARS = ("tau2", "qe", "qe_df", "qe_p", "i2", "h2")
COLUMNS = ("estimate", "se", "statistic", "p", "ci_lb", "ci_ub")


def regressed(name: str, model: str = "REML", ci: Any = "z") -> MetaRegression:
    row = ROWS[name]
    return meta_regression(row["yi"], row["vi"], row["moderators"], model, ci)


def near(expected: Any, relative: float) -> Any:
    """R writes what does not exist as null."""
    if isinstance(expected, list):
        expected = [math.nan if value is None else value for value in expected]
    return pytest.approx(math.nan if expected is None else expected, rel=relative, abs=ABSOLUTE, nan_ok=True)


def test_the_reference_grid_has_not_shrunk() -> None:
    assert set(REFERENCE["program"]) == {"R", "metafor", "metadat"}
    assert len(ROWS) >= 23
    assert {"bcg_ablat", "bcg_year", "bcg_all", "bcg3", "homogeneous", "exact", "two_modes"} <= set(ROWS)
    assert min(len(row["yi"]) for row in ROWS.values()) == 3
    assert max(len(row["moderators"]) for row in ROWS.values()) >= 5
    assert any(row["models"]["REML"]["tau2"] == 0 for row in ROWS.values())


def test_every_model_and_interval_has_a_reference() -> None:
    for row in ROWS.values():
        assert set(row["models"]) == set(MODELS) == set(RESIDUAL_TAU2)
        assert all(set(found["ci"]) == set(CONFIDENCE) for found in row["models"].values())


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", ROWS)
def test_metafor(name: str, model: str) -> None:
    expected = ROWS[name]["models"][model]
    relative = ITERATIVE if model in ITERATED else CLOSED_FORM
    for ci in CONFIDENCE:
        found, limits = regressed(name, model, ci), expected["ci"][ci]
        for quantity in SCALARS:
            assert getattr(found, quantity) == near(expected[quantity], relative), (ci, quantity)
        assert found.r2 == pytest.approx(expected["r2"], rel=ITERATIVE, abs=1e-6), ci
        for bound in ("tau2_ci_lb", "tau2_ci_ub"):
            assert getattr(found, bound) == near(expected[bound], ITERATIVE), bound
        for quantity in ("qm", "qm_df", "qm_p"):
            assert getattr(found, quantity) == near(limits[quantity], relative), (ci, quantity)
        for column in COLUMNS:
            if (name, ci, column) != ("exact", "hk", "statistic"):  # infinite, which JSON cannot hold
                values = [getattr(coefficient, column) for coefficient in found.coefficients]
                assert values == near(limits[column], relative), (ci, column)


def test_printed_bcg_by_latitude() -> None:
    # What metafor 3.8-1 prints for the log risk ratios; its REML stops early, at an R² of 75.62 instead of 75.63.
    found = regressed("bcg_ablat")
    assert [c.estimate for c in found.coefficients] == pytest.approx([0.2515, -0.0291], abs=5e-5)
    assert [c.se for c in found.coefficients] == pytest.approx([0.2491, 0.0072], abs=5e-5)
    assert found.qe == pytest.approx(30.7331, abs=5e-5)
    assert (found.i2, found.r2) == pytest.approx((68.39, 75.62), abs=0.01)


@pytest.mark.parametrize("name", ["bcg_both", "bcg_all", "bcg4"])
def test_years_need_no_centring(name: str) -> None:
    row = ROWS[name]
    moderators = row["moderators"] | {"since1960": [year + 1960 for year in row["moderators"]["since1960"]]}
    found = meta_regression(row["yi"], row["vi"], moderators, "common")
    x = design(moderators, len(row["yi"]))[1]
    beta, qe = exact_least_squares(row["yi"], row["vi"], x.tolist())
    assert [c.estimate for c in found.coefficients] == pytest.approx(beta, rel=CLOSED_FORM)
    assert found.qe == pytest.approx(qe, rel=CLOSED_FORM)


def exact_least_squares(yi: list[float], vi: list[float], x: list[list[float]]) -> tuple[list[float], float]:
    """Coefficients and QE in rational arithmetic, by Gauss and Jordan."""
    y, w = [Fraction(value) for value in yi], [1 / Fraction(value) for value in vi]
    rows = [[Fraction(value) for value in row] for row in x]
    size = range(len(rows[0]))
    system = [
        [
            sum(wi * r[i] * entry for wi, r, entry in zip(w, rows, column, strict=True))
            for column in (*zip(*rows, strict=True), y)
        ]
        for i in size
    ]
    for i in size:
        system[i] = [entry / system[i][i] for entry in system[i]]
        for other in set(size) - {i}:
            factor = system[other][i]
            system[other] = [a - factor * b for a, b in zip(system[other], system[i], strict=True)]
    beta = [row[-1] for row in system]
    fitted = [sum(a * b for a, b in zip(row, beta, strict=True)) for row in rows]
    qe = sum(wi * (yi - fi) ** 2 for wi, yi, fi in zip(w, y, fitted, strict=True))
    return [float(value) for value in beta], float(qe)


def test_an_exact_fit_has_no_test_by_hartung_and_knapp() -> None:
    found = regressed("exact", "DL", "hk")
    assert [c.se for c in found.coefficients] == [0.0, 0.0]
    assert math.isinf(found.coefficients[1].statistic)
    assert found.coefficients[1].p == 0
    assert math.isnan(found.qm)
    assert math.isnan(found.qm_p)


def test_the_highest_of_several_maxima() -> None:
    row = ROWS["two_modes"]
    y, v, x = np.array(row["yi"]), np.array(row["vi"]), design(row["moderators"], len(row["yi"]))[1]

    def restricted(tau2: float) -> float:
        m = np.diag(1 / (v + tau2))
        p = m - m @ x @ np.linalg.inv(x.T @ m @ x) @ x.T @ m
        return float(
            np.log(np.diag(m)).sum() - np.linalg.slogdet(x.T @ m @ x)[1] - np.asarray(y) @ p @ np.asarray(y)
        )

    best = max(restricted(float(tau2)) for tau2 in np.geomspace(1e-6, 1e3, 3000))
    assert restricted(regressed("two_modes").tau2) >= best - 1e-9


@pytest.mark.parametrize("model", [model for model in MODELS if model != "common"])
def test_residual_variance_without_moderators_is_that_of_pooling(model: str) -> None:
    for row in ROWS.values():
        y, v = np.array(row["yi"]), np.array(row["vi"])
        alone = RESIDUAL_TAU2[model](y, v, np.ones((len(y), 1)))
        assert alone == pytest.approx(float(TAU2[model](y, v)), rel=ITERATIVE, abs=ABSOLUTE)


def test_categories_become_dummies_against_the_first_in_order() -> None:
    columns = coded("alloc", ["random", "alternate", "systematic", "alternate"])
    assert list(columns) == ["alloc=random", "alloc=systematic"]
    assert columns["alloc=systematic"].tolist() == [0, 0, 1, 0]
    assert list(coded("dose", [1, 2, 3])) == ["dose"]
    assert coded("blinded", [True, False])["blinded"].tolist() == [1, 0]
    names = [c.name for c in regressed("bcg_all").coefficients]
    assert names == ["intercept", "ablat", "since1960", "alloc=random", "alloc=systematic"]


@pytest.mark.parametrize(
    ("moderators", "reason"),
    [
        ({}, "needs a moderator"),
        ({"intercept": [1, 2, 3, 5]}, "two columns of moderators are named 'intercept'"),
        ({"dose": [1, 2, 3]}, "'dose' has 3 values for 4 studies"),
        ({"dose": [2, 2, 2, 2]}, "'dose' is the same in every study"),
        ({"setting": ["ward"] * 4}, "'setting' is the same in every study"),
        ({"dose": [1, 2, math.nan, 4]}, "'dose' is missing for study 3"),
        ({"dose": [1, math.inf, 3, 4]}, "'dose' is missing for study 2"),
        ({"setting": ["ward", " ", "home", "home"]}, "'setting' is missing for study 2"),
        ({"setting": ["ward", "home", None, "home"]}, "'setting' is missing for study 3"),
        ({"dose": [1, 2, 3, 5], "grams": [10, 20, 30, 50]}, "'grams' follows from those before it"),
        ({"open": ["y", "n", "n", "y"], "sham": ["n", "y", "y", "n"]}, "'sham=y' follows"),
        (
            {"a": [1, 2, 3, 5], "b": [1, 4, 2, 2], "c": [2, 1, 1, 4]},
            "4 studies are too few for 4 coefficients",
        ),
    ],
)
def test_refused_moderators(moderators: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        meta_regression([0.1, 0.2, 0.5, 0.4], [0.1, 0.1, 0.2, 0.3], moderators)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"model": "FE"}, "model 'FE' is not one of common, DL"),
        ({"ci": "knha"}, "interval 'knha' is not one of z"),
        ({"level": 95}, "confidence level 95"),
    ],
)
def test_refused_options(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        meta_regression([0.1, 0.2, 0.5], [0.1, 0.1, 0.2], {"dose": [1, 2, 4]}, **options)


@settings(max_examples=25)
@given(
    shift=st.floats(-50, 50),
    factor=st.floats(0.05, 20),
    unit=st.floats(0.01, 100),
    order=st.permutations(range(13)),
)
def test_units_and_order_change_nothing(shift: float, factor: float, unit: float, order: list[int]) -> None:
    row = ROWS["bcg_ablat"]
    y, v = np.array(row["yi"])[order], np.array(row["vi"])[order]
    latitude = np.array(row["moderators"]["ablat"])[order]
    base = regressed("bcg_ablat")
    found = meta_regression(factor * y + shift, factor**2 * v, {"latitude": unit * latitude})
    slopes = found.coefficients[1], base.coefficients[1]
    assert slopes[0].estimate == pytest.approx(slopes[1].estimate * factor / unit, rel=1e-7)
    assert found.tau2 == pytest.approx(base.tau2 * factor**2, rel=1e-7)
    assert (found.qm, found.qe, found.r2) == pytest.approx((base.qm, base.qe, base.r2), rel=1e-7)
