"""Pooled effects: every model and interval against metafor, published values, invariances, many at once."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from msc_evidence.statistics.pooling.measures import MEASURES
from msc_evidence.statistics.pooling.pooling import (
    CONFIDENCE,
    MODELS,
    Confidence,
    Pooled,
    fit,
    pool,
    pool_many,
)

#: Both sides iterate to the last digits; the sums behind them lose some where variances differ a millionfold.
ITERATIVE = 1e-8
CLOSED_FORM = 1e-10
CLOSED = frozenset({"common", "DL", "SJ", "HE", "HS"})
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "pooling.json").read_text())
POOLS: list[dict[str, Any]] = REFERENCE["pools"]
BCG = next(entry for entry in POOLS if (entry["name"], entry["measure"]) == ("bcg", "RR"))
NUMBERS = [
    field.name for field in fields(Pooled) if field.name not in ("model", "ci_method", "level", "weights")
]

studies = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 4)), min_size=2, max_size=10)
models = pytest.mark.parametrize("model", MODELS)
intervals = pytest.mark.parametrize("ci", CONFIDENCE)


def split(pairs: list[tuple[float, float]]) -> tuple[Any, Any]:
    yi, vi = np.array(pairs).T
    return yi, vi


def numbers(result: Pooled) -> list[float]:
    return [getattr(result, name) for name in NUMBERS]


def near(expected: float | None, tolerance: float, scale: float) -> Any:
    value = math.nan if expected is None else expected
    return pytest.approx(value, rel=tolerance, abs=tolerance * scale, nan_ok=True)


def test_every_model_interval_and_measure_has_its_reference() -> None:
    assert len(POOLS) >= 55
    # Hazard, rate and common odds ratios come as given, like effects of any scale.
    assert {entry["measure"] for entry in POOLS} == set(MEASURES) - {"HR", "COR", "IRR"}
    assert len({entry["name"] for entry in POOLS}) >= 40
    assert {1, 2, 3} <= {len(entry["yi"]) for entry in POOLS}
    assert {entry["level"] for entry in POOLS} == {0.8, 0.95, 0.99}
    for entry in POOLS:
        assert set(entry["models"]) == set(MODELS)
        assert all(set(model["ci"]) == set(CONFIDENCE) for model in entry["models"].values())


@models
@pytest.mark.parametrize("entry", POOLS, ids=lambda e: f"{e['measure']}-{e['name']}-{e['level']}")
def test_pooled_effects_are_those_of_metafor(entry: dict[str, Any], model: str) -> None:
    tolerance = CLOSED_FORM if model in CLOSED else ITERATIVE
    expected, yi, vi, level = entry["models"][model], entry["yi"], entry["vi"], entry["level"]
    for ci, row in expected["ci"].items():
        result = pool(yi, vi, model, ci, level=level)
        other = pool(yi, vi, model, ci, level=level, prediction_df="k-1", tau2_ci=False)
        found = {name: getattr(result, name) for name in REFERENCE["interval_columns"][:7]}
        found |= {"pi_lb_k1": other.pi_lb, "pi_ub_k1": other.pi_ub}
        for (name, value), reference in zip(found.items(), row, strict=True):
            assert value == near(reference, tolerance, result.se), (ci, name)
    assert result.estimate == near(expected["estimate"], tolerance, math.sqrt(min(vi)))
    assert result.tau2 == near(expected["tau2"], tolerance, min(vi))
    assert result.i2 == near(expected["i2"], tolerance, 100)
    assert result.h2 == near(expected["h2"], tolerance, 1)
    assert max(result.weights) == near(expected["largest_weight"], tolerance, 100)


@pytest.mark.parametrize("entry", POOLS, ids=lambda e: f"{e['measure']}-{e['name']}-{e['level']}")
def test_heterogeneity_is_that_of_metafor(entry: dict[str, Any]) -> None:
    result = pool(entry["yi"], entry["vi"], "DL", level=entry["level"])
    for name in ("q", "q_p", "i2_q", "h2_q"):
        assert getattr(result, name) == near(entry[name], CLOSED_FORM, 1), name
    for name in ("tau2_ci_lb", "tau2_ci_ub"):
        assert getattr(result, name) == near(entry[name], ITERATIVE, min(entry["vi"])), name
    assert result.q_df == result.k - 1 == len(entry["yi"]) - 1


@pytest.mark.parametrize(
    ("model", "ci", "field", "value", "digits"),
    [
        ("common", "z", "estimate", -0.4302851637, 10),
        ("DL", "z", "estimate", -0.7141172221, 10),
        ("REML", "z", "estimate", -0.7145323422, 10),
        ("REML", "z", "se", 0.1797815161, 10),
        ("REML", "z", "i2", 92.2214, 4),
        ("REML", "hk", "ci_lb", -1.108443714, 9),
        ("REML", "hk", "ci_ub", -0.3206209706, 10),
        ("REML", "z", "pi_lb", -2.008375907, 9),
        ("REML", "z", "pi_ub", 0.5793112226, 10),
        ("PM", "z", "tau2", 0.3180684522, 10),
    ],
)
def test_bcg(model: str, ci: Confidence, field: str, value: float, digits: int) -> None:
    # Colditz 1994, trials of the BCG vaccine, log risk ratios; metafor at tight tolerance.
    result = pool(BCG["yi"], BCG["vi"], model, ci)
    assert getattr(result, field) == pytest.approx(value, abs=0.51 * 10**-digits)


def test_two_agreeing_studies() -> None:
    # With τ² = 0 Hartung and Knapp's interval can be absurdly narrow; the corrected one never is.
    yi, vi = [0.30, 0.35], [0.10, 0.12]
    hk, adhoc, common = pool(yi, vi, "DL", "hk"), pool(yi, vi, "DL", "hk-adhoc"), pool(yi, vi, "common")
    assert (round(hk.ci_lb, 3), round(hk.ci_ub, 3)) == (0.006, 0.639)
    assert (round(common.ci_lb, 3), round(common.ci_ub, 3)) == (-0.135, 0.780)
    assert adhoc.ci_lb < common.ci_lb < common.ci_ub < adhoc.ci_ub
    assert hk.weights == pytest.approx((100 * 12 / 22, 100 * 10 / 22))


@pytest.mark.parametrize(("direction", "common", "random"), [(1, 0.3106, 0.3872), (-1, 0.1596, 0.3058)])
def test_both_founding_trials(direction: int, common: float, random: float) -> None:
    # Bang 2005 (p .076, 5 v 25) and Chung 2021 (p .732, 39 v 15), modified Rankin Scale at 3 months.
    data: dict[str, Any] = {
        "pi": [0.076, 0.732],
        "n1i": [5, 39],
        "n2i": [25, 15],
        "direction": [1, direction],
    }
    yi, vi = MEASURES["SMD"].from_columns(data)
    assert pool(yi, vi, "common").estimate == pytest.approx(common, abs=5.1e-5)
    assert pool(yi, vi, "DL").estimate == pytest.approx(random, abs=5.1e-5)


@models
@intervals
def test_one_study_is_itself(model: str, ci: Confidence) -> None:
    result = pool([0.4], [0.09], model, ci)
    assert (result.estimate, result.se, result.tau2, result.q, result.i2) == pytest.approx(
        (0.4, 0.3, 0, 0, 0)
    )
    assert (result.ci_lb, result.ci_ub) == pytest.approx(
        (0.4 - 0.3 * 1.959963984540054, 0.4 + 0.3 * 1.959963984540054)
    )
    assert all(
        math.isnan(value) for value in (result.tau2_ci_lb, result.tau2_ci_ub, result.pi_lb, result.pi_ub)
    )
    assert result.weights == (100,)


def test_a_new_study_needs_three_or_two() -> None:
    assert math.isnan(pool([0.1, 0.9], [0.05, 0.07]).pi_lb)
    assert pool([0.1, 0.9], [0.05, 0.07], prediction_df="k-1").pi_lb < -1
    assert math.isnan(pool([0.1, 0.9, 0.4], [0.05, 0.07, 0.1], "common").pi_lb)


def test_exact_agreement_under_hartung_and_knapp() -> None:
    result = pool([0.3, 0.3, 0.3], [0.1, 0.2, 0.3], "REML", "hk")
    assert (result.se, result.statistic, result.p) == (0, math.inf, 0)


@models
@intervals
@given(pairs=studies, shift=st.floats(-9, 9), factor=st.sampled_from([0.1, -1.0, 7.0]))
def test_shift_scale_and_sign(
    model: str, ci: Confidence, pairs: list[tuple[float, float]], shift: float, factor: float
) -> None:
    yi, vi = split(pairs)
    one = pool(yi, vi, model, ci, tau2_ci=False)
    other = pool(factor * (yi + shift), factor**2 * vi, model, ci, tau2_ci=False)
    close = 1e-6 * (1 + abs(shift)) * abs(factor)
    limits = sorted([factor * (one.ci_lb + shift), factor * (one.ci_ub + shift)])
    assert other.estimate == pytest.approx(factor * (one.estimate + shift), rel=1e-6, abs=close)
    assert [other.ci_lb, other.ci_ub] == pytest.approx(limits, rel=1e-6, abs=10 * close)
    assert other.tau2 == pytest.approx(factor**2 * one.tau2, rel=1e-6, abs=1e-7 * factor**2)
    assert other.i2 == pytest.approx(one.i2, rel=1e-6, abs=1e-4)


@models
@given(pairs=studies)
def test_order_of_studies(model: str, pairs: list[tuple[float, float]]) -> None:
    yi, vi = split(pairs)
    one, turned = pool(yi, vi, model, tau2_ci=False), pool(yi[::-1], vi[::-1], model, tau2_ci=False)
    assert numbers(turned) == pytest.approx(numbers(one), rel=1e-6, abs=1e-7, nan_ok=True)
    assert turned.weights[::-1] == pytest.approx(one.weights, rel=1e-6)


@given(pairs=studies)
def test_a_study_split_in_two_halves_changes_nothing(pairs: list[tuple[float, float]]) -> None:
    yi, vi = split(pairs)
    halves = np.append(yi, yi[0]), np.append(np.where(np.arange(len(vi)) == 0, 2 * vi, vi), 2 * vi[0])
    one, other = pool(yi, vi, "common"), pool(*halves, "common")
    assert other.k == one.k + 1
    for name in ("estimate", "se", "ci_lb", "ci_ub", "p", "q"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9, abs=1e-10), name


@models
@given(pairs=studies)
def test_random_effects_are_never_more_certain(model: str, pairs: list[tuple[float, float]]) -> None:
    yi, vi = split(pairs)
    common = pool(yi, vi, "common").se
    assert pool(yi, vi, model, "z", tau2_ci=False).se >= common * (1 - 1e-12)
    z, adhoc = (pool(yi, vi, model, ci, tau2_ci=False) for ci in ("z", "hk-adhoc"))
    assert adhoc.ci_lb <= z.ci_lb
    assert z.ci_ub <= adhoc.ci_ub


@models
@intervals
def test_many_at_once_are_the_same_numbers(model: str, ci: Confidence) -> None:
    chosen = [entry for entry in POOLS if len(entry["yi"]) <= 20]
    yi, vi = (np.concatenate([entry[name] for entry in chosen]) for name in ("yi", "vi"))
    group = np.repeat(np.arange(len(chosen)), [len(entry["yi"]) for entry in chosen])
    mixed = np.random.default_rng(7).permutation(len(yi))
    many = pool_many(yi[mixed], vi[mixed], group[mixed], model, ci)
    assert set(many) == set(NUMBERS)
    for row, entry in enumerate(chosen):
        alone = pool(entry["yi"], entry["vi"], model, ci)
        for name in NUMBERS:
            value = getattr(alone, name)
            # An effect exactly in agreement or at 0 leaves only rounding, which the order of studies decides.
            scale = max(abs(alone.estimate), alone.se) if name.endswith(("lb", "ub")) else 1e-6
            assert many[name][row] == pytest.approx(value, rel=ITERATIVE, abs=1e-8 * scale, nan_ok=True), name


def test_more_groups_than_one_block_holds() -> None:
    rng = np.random.default_rng(11)
    vi = rng.uniform(0.01, 0.5, 30_000)
    yi = rng.normal(0, np.sqrt(vi + 0.1))
    many = pool_many(yi, vi, np.repeat(np.arange(10_000), 3), "REML")
    for row in (0, 5_461, 5_462, 9_999):
        alone = pool(yi[3 * row : 3 * row + 3], vi[3 * row : 3 * row + 3], "REML")
        assert many["estimate"][row] == pytest.approx(alone.estimate, rel=ITERATIVE)
        assert many["tau2_ci_ub"][row] == pytest.approx(alone.tau2_ci_ub, rel=ITERATIVE)


def test_groups_without_studies() -> None:
    many = pool_many([0.1, 0.2], [0.1, 0.1], [2, 0])
    assert many["k"].tolist() == [1, 0, 1]
    assert [math.isnan(value) for value in many["estimate"]] == [False, True, False]


def test_the_lean_fit_is_the_reported_one() -> None:
    yi, vi = np.array(BCG["yi"]), np.array(BCG["vi"])
    for model in MODELS:
        lean, rich = fit(yi, vi, model), pool(yi, vi, model)
        assert (float(lean.estimate), math.sqrt(lean.variance)) == (rich.estimate, rich.se)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="'XX' is not one of common, DL, PM, REML, ML, EB, SJ, HE, HS"):
        pool([0.1], [0.1], "XX")
    with pytest.raises(ValueError, match="'wald' is not one of z, t, hk, hk-adhoc"):
        pool([0.1], [0.1], "DL", "wald")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="level 95 is not between 0 and 1"):
        pool([0.1], [0.1], level=95)
    with pytest.raises(ValueError, match="'k' are not one of k-2, k-1"):
        pool([0.1], [0.1], prediction_df="k")  # type: ignore[arg-type]
    for yi, vi in (([0.1, math.nan], [0.1, 0.1]), ([0.1, 0.2], [0.1, 0.0]), ([0.1, 0.2], [0.1, math.inf])):
        with pytest.raises(ValueError, match=r"study 2 .* cannot be weighted"):
            pool(yi, vi)
    for yi, vi in (([], []), ([0.1], [0.1, 0.2])):
        with pytest.raises(ValueError, match="one study or more"):
            pool(yi, vi)
    for group in ([0, -1], [0], [0.0, 1.0]):
        with pytest.raises(ValueError, match="number of its meta-analysis"):
            pool_many([0.1, 0.2], [0.1, 0.1], group)
