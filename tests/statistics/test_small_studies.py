"""Egger's and Begg's tests, trim and fill, against metafor and enumeration."""

from __future__ import annotations

import json
import math
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from msc_evidence.statistics.distributions import p_from_z
from msc_evidence.statistics.pooling import small_studies
from msc_evidence.statistics.pooling.moderators import meta_regression
from msc_evidence.statistics.pooling.pooling import pool
from msc_evidence.statistics.pooling.small_studies import MINIMUM, begg, egger, equal_effects, trim_and_fill

#: Closed forms; an exact p from its upper tail is 1 less a sum in R, right to 10⁻¹⁵ and no further.
CLOSED_FORM, ABSOLUTE = 1e-10, 1e-13
#: Estimates under REML, iterated on both sides.
ITERATIVE = 1e-8
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "moderators.json").read_text()
)
ROWS = {row["name"]: row for row in REFERENCE["small_studies"]}
METHODS = (egger, begg, trim_and_fill)
FILLED = [
    (name, model, asked)
    for name, row in ROWS.items()
    for model, sides in row["trim_and_fill"].items()
    for asked in sides
]


def near(expected: float | None, relative: float = CLOSED_FORM) -> Any:
    return pytest.approx(math.nan if expected is None else expected, rel=relative, abs=ABSOLUTE, nan_ok=True)


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(ROWS) >= 14
    assert sum(len(row["yi"]) >= MINIMUM for row in ROWS.values()) >= 8
    assert {asked for _, _, asked in FILLED} == {"auto", "left", "right"}
    assert {model for _, model, _ in FILLED} == {"common", "DL", "REML"}
    assert len(FILLED) >= 120
    filled = [ROWS[name]["trim_and_fill"][model][asked]["missing"] for name, model, asked in FILLED]
    assert sum(missing > 0 for missing in filled) >= 30
    assert all(set(row["egger"]["mixed"]) == {"DL", "HE", "SJ"} for row in ROWS.values())


@pytest.mark.parametrize("name", ROWS)
def test_egger(name: str) -> None:
    row = ROWS[name]
    found = egger(row["yi"], row["vi"], forced=True)
    for quantity, expected in row["egger"]["classical"].items():
        assert getattr(found, quantity) == near(expected), quantity
    for model, intervals in row["egger"]["mixed"].items():
        for ci, expected in intervals.items():
            mixed = egger(row["yi"], row["vi"], model, ci, forced=True)
            assert mixed.df == expected.pop("df")
            for quantity, value in expected.items():
                assert getattr(mixed, quantity) == near(value), (model, ci, quantity)


def test_egger_is_the_regression_of_standardised_effects_on_precision() -> None:
    # Egger et al. 1997: y/s = a + b/s, the intercept a being the bias and b the effect.
    row = ROWS["hackshaw1998"]
    found = egger(row["yi"], row["vi"])
    s = [math.sqrt(v) for v in row["vi"]]
    direct = meta_regression(
        [y / e for y, e in zip(row["yi"], s, strict=True)],
        [1.0] * len(s),
        {"precision": [1 / e for e in s]},
        "common",
        "hk",
    )
    bias, limit = direct.coefficients
    assert (found.bias, found.bias_se, found.p) == pytest.approx((bias.estimate, bias.se, bias.p), rel=1e-9)
    assert found.limit == pytest.approx(limit.estimate, rel=1e-9)


@pytest.mark.parametrize("name", ROWS)
def test_begg(name: str) -> None:
    row = ROWS[name]
    found = begg(row["yi"], row["vi"], forced=True)
    assert found.tau == near(row["begg"]["tau"])
    assert found.p == near(row["begg"]["p"])


def test_begg_is_exact_without_ties_only() -> None:
    exact = {name: begg(row["yi"], row["vi"], forced=True).exact for name, row in ROWS.items()}
    assert exact["bcg_ablat"]
    assert not exact["konstantopoulos2011"]
    assert {True, False} == set(exact.values())


@pytest.mark.parametrize("k", [2, 3, 5, 6])
def test_exact_p_against_enumeration(k: int) -> None:
    scores = [
        sum(1 if order[j] > order[i] else -1 for j in range(k) for i in range(j))
        for order in permutations(range(k))
    ]
    for score in set(scores):
        beyond = sum(s >= abs(score) for s in scores) / len(scores)
        assert small_studies._exact_p(score, k) == pytest.approx(min(1.0, 2 * beyond), rel=1e-12)


def test_exact_p_meets_the_normal_one_where_it_ends() -> None:
    k = small_studies.EXACT_UP_TO
    sigma = math.sqrt(k * (k - 1) * (2 * k + 5) / 18)
    for z in (0.5, 1.96, 3.0):
        score = 2 * round(z * sigma / 2) + (k * (k - 1) // 2) % 2
        normal = p_from_z(score / sigma)
        assert small_studies._exact_p(score, k) == pytest.approx(normal, abs=4e-4 if z < 1.9 else 5e-5)


@pytest.mark.parametrize(("name", "model", "asked"), FILLED)
def test_trim_and_fill(name: str, model: str, asked: str) -> None:
    row = ROWS[name]
    expected = row["trim_and_fill"][model][asked]
    relative = ITERATIVE if model == "REML" else CLOSED_FORM
    side: Any = None if asked == "auto" else asked
    found = trim_and_fill(row["yi"], row["vi"], model, side=side, forced=True)
    assert (found.side, found.missing) == (expected["side"], expected["missing"])
    assert found.missing_se == near(expected["missing_se"])
    assert list(found.filled_yi) == pytest.approx(expected["filled_yi"], rel=relative, abs=1e-12)
    assert list(found.filled_vi) == expected["filled_vi"]
    for quantity in ("k", "estimate", "se", "tau2", "q", "ci_lb", "ci_ub"):
        assert getattr(found.pooled, quantity) == near(expected[quantity], relative), quantity


def test_trim_and_fill_mirrors_with_the_sign_of_the_effects() -> None:
    row = ROWS["hackshaw1998"]
    left = trim_and_fill(row["yi"], row["vi"], "DL", side="left")
    right = trim_and_fill([-y for y in row["yi"]], row["vi"], "DL", side="right")
    assert left.missing > 0
    assert right.missing == left.missing
    assert right.filled_yi == pytest.approx([-y for y in left.filled_yi])
    assert right.pooled.estimate == pytest.approx(-left.pooled.estimate)


def test_trim_and_fill_keeps_the_interval_asked_for() -> None:
    row = ROWS["hackshaw1998"]
    found = trim_and_fill(row["yi"], row["vi"], "DL", "hk", level=0.9)
    y, v = row["yi"] + list(found.filled_yi), row["vi"] + list(found.filled_vi)
    assert found.pooled == pool(y, v, "DL", "hk", level=0.9)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("noise", [0.0, 1e-16, -3e-15])
@pytest.mark.parametrize("effect", [0.0, 0.25, -1e4])
def test_equal_effects_show_no_asymmetry(method: Any, noise: float, effect: float) -> None:
    scale = max(1.0, abs(effect))
    yi = [effect + scale * noise * (at % 3) for at in range(30)]
    vi = [0.01 + 0.003 * at for at in range(30)]
    assert equal_effects(yi, vi)
    with pytest.raises(ValueError, match="all effects are equal: no asymmetry can be tested"):
        method(yi, vi)


def test_begg_ties_what_differs_by_rounding() -> None:
    yi, vi = (
        [0.1, 0.1, 0.2, 0.4, 0.7, 0.3, 0.9, 0.5, 0.8, 0.6],
        [0.1, 0.1, *(0.02 * at for at in range(2, 10))],
    )
    plain = begg(yi, vi)
    noisy = begg([yi[0] + 2e-17, yi[1] + 1.4e-17, *yi[2:]], [0.1 + 1.4e-17, *vi[1:]])
    assert not plain.exact
    assert (noisy.tau, noisy.p, noisy.exact) == pytest.approx((plain.tau, plain.p, plain.exact))


@pytest.mark.parametrize("side", ["left", "right", None])
def test_the_order_of_rows_does_not_move_trim_and_fill(side: Any) -> None:
    yi = [0.1, 0.1, 0.3, 0.3, 0.3, 0.9, 0.9, 1.2, 1.2, 0.5, 0.5]
    vi = [0.01, 0.3, 0.02, 0.2, 0.04, 0.2, 0.5, 0.3, 0.6, 0.05, 0.06]
    order = np.random.default_rng(3).permutation(len(yi))
    one, other = (
        trim_and_fill(yi, vi, side=side),
        trim_and_fill(np.take(yi, order), np.take(vi, order), side=side),
    )
    assert (other.side, other.missing) == (one.side, one.missing)
    assert other.filled_vi == one.filled_vi
    assert other.pooled.estimate == pytest.approx(one.pooled.estimate, rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_refused_below_ten_studies_unless_forced(method: Any) -> None:
    y, v = [0.1 * i * (-1) ** i for i in range(1, 10)], [0.01 * i for i in range(1, 10)]
    with pytest.raises(ValueError, match="on 9 studies: below 10 it cannot tell chance from asymmetry"):
        method(y, v)
    assert method(y, v, forced=True) is not None
    assert method([*y, 0.5], [*v, 0.3]) is not None


@pytest.mark.parametrize(
    ("method", "yi", "vi", "reason"),
    [
        (egger, [0.1, 0.2], [0.1, 0.2], "2 studies are too few for 2 coefficients"),
        (egger, [0.1, 0.2, 0.4], [0.1, 0.1, 0.1], "'standard error' is the same in every study"),
        (begg, [0.1], [0.1], "needs two studies"),
        (begg, [0.1, 0.3, 0.2], [1e-30, 0.1, 0.2], "none has all the weight"),
        (begg, [0.1, 0.2, 0.4], [0.1, 0.1, 0.1], "differ in effect and in variance"),
        (trim_and_fill, [0.1], [0.1], "needs two studies"),
        (trim_and_fill, [0.1, 0.2, 0.4], [0.1, 0.1, 0.1], "'standard error' is the same in every study"),
        (begg, [0.1, 0.2], [0.1, 0.0], "cannot be weighted"),
    ],
)
def test_refused_even_when_forced(method: Any, yi: list[float], vi: list[float], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        method(yi, vi, forced=True)
