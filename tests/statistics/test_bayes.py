"""The Bayesian normal–normal model, against nested adaptive integration in R and limits known by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.analysis.pool.limits import PRIOR_SCALES
from msc_evidence.statistics.pooling import bayes, many_studies
from msc_evidence.statistics.pooling.bayes import pool_bayes
from msc_evidence.statistics.pooling.many_studies import MANY
from msc_evidence.statistics.pooling.pooling import pool

#: Two quadratures, each asked for ten digits; the root of a distribution function costs some of them.
QUADRATURE = 1e-6
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "pooling.json").read_text())
BAYES: list[dict[str, Any]] = REFERENCE["bayes"]
FIELDS = ("median", "ci_lb", "ci_ub", "mean", "sd")


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(BAYES) >= 34
    # Standard errors of a thousandth and less of the prior's scale.
    assert sum(max(entry["vi"]) < 1e-6 for entry in BAYES) >= 4
    assert {entry["scale"] for entry in BAYES} == set(PRIOR_SCALES)
    assert {1, 2, 3, 13} <= {len(entry["yi"]) for entry in BAYES}


@pytest.mark.parametrize(
    "entry", BAYES, ids=lambda entry: f"{entry['name']}-{entry['measure']}-{entry['scale']}"
)
def test_posteriors_are_those_of_nested_integration(entry: dict[str, Any]) -> None:
    result = pool_bayes(entry["yi"], entry["vi"], entry["scale"])
    for part in ("mu", "new", "tau"):
        posterior = getattr(result, part)
        for field in FIELDS:
            expected = pytest.approx(entry[part][field], rel=QUADRATURE, abs=QUADRATURE * posterior.sd)
            assert getattr(posterior, field) == expected, (part, field)


@pytest.mark.parametrize("factor", [1e-2, 1e-4, 1e-6])
def test_precise_studies_leave_their_limit(factor: float) -> None:
    # Two studies that agree: beyond the standard error s the posterior of τ falls as 1/τ up to the prior's scale, and
    # what lies below is the same in units of s, whatever s is.
    found = pool_bayes([0.0, 0.0], [factor**2, factor**2], 1.0).tau
    grid = np.geomspace(1e-6 * factor, 12, 200_001)
    density = grid / np.sqrt(2 * (factor**2 + grid**2)) * np.exp(-(grid**2) / 2)
    steps = np.diff(np.log(grid))
    below = np.concatenate(([0], np.cumsum(steps * (density[1:] + density[:-1]) / 2)))
    expected = np.interp([0.5, 0.025, 0.975], below / below[-1], grid)
    assert (found.median, found.ci_lb, found.ci_ub) == pytest.approx(tuple(expected), rel=1e-5)


def test_one_study_leaves_the_prior_of_tau_as_it_was() -> None:
    tau = pool_bayes([0.4], [0.1], 0.5).tau
    assert tau.median == pytest.approx(0.5 * 0.6744897501960817, rel=QUADRATURE)
    assert tau.ci_ub == pytest.approx(0.5 * 2.241402727604947, rel=QUADRATURE)
    assert tau.mean == pytest.approx(0.5 * math.sqrt(2 / math.pi), rel=QUADRATURE)


def test_a_narrow_prior_gives_the_common_effect() -> None:
    yi, vi = [0.30, 0.35, -0.2], [0.10, 0.12, 0.3]
    narrow, common = pool_bayes(yi, vi, 1e-4).mu, pool(yi, vi, "common")
    assert narrow.median == pytest.approx(common.estimate, rel=1e-5)
    assert (narrow.ci_lb, narrow.ci_ub) == pytest.approx((common.ci_lb, common.ci_ub), rel=1e-5)


def test_many_studies_leave_a_narrow_posterior() -> None:
    yi, vi = np.tile([-1.0, 1.0], 5000), np.full(10_000, 0.04)
    tau = pool_bayes(yi, vi, 0.5).tau
    # Every squared deviation is 1: τ² is 1 − .04 with standard error √(2/k) on the scale of the total variance.
    assert tau.median == pytest.approx(math.sqrt(0.96), abs=1e-3)
    assert tau.sd == pytest.approx(math.sqrt(2 / 10_000) / (2 * math.sqrt(0.96)), rel=0.01)


def test_effects_far_beyond_the_prior() -> None:
    result = pool_bayes([0.0, 1000.0], [1.0, 1.0], 0.5)
    assert result.mu.median == pytest.approx(500, abs=1e-3)
    assert result.tau.ci_lb > 5


@settings(max_examples=25)
@given(
    pairs=st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=1, max_size=6),
    shift=st.floats(-20, 20),
    factor=st.sampled_from([0.1, -1.0, 5.0]),
)
def test_shift_scale_and_sign(pairs: list[tuple[float, float]], shift: float, factor: float) -> None:
    yi, vi = np.array(pairs).T
    one = pool_bayes(yi, vi, 0.5)
    other = pool_bayes(factor * (yi + shift), factor**2 * vi, 0.5 * abs(factor))
    tolerance = 1e-7 * (1 + abs(shift))
    for here, there in ((one.mu, other.mu), (one.new, other.new)):
        limits = sorted([factor * (here.ci_lb + shift), factor * (here.ci_ub + shift)])
        assert there.median == pytest.approx(factor * (here.median + shift), rel=1e-7, abs=tolerance)
        assert [there.ci_lb, there.ci_ub] == pytest.approx(limits, rel=1e-7, abs=tolerance)
    assert other.tau.median == pytest.approx(abs(factor) * one.tau.median, rel=1e-6)
    assert one.new.ci_lb <= one.mu.ci_lb <= one.mu.median <= one.mu.ci_ub <= one.new.ci_ub


@pytest.mark.parametrize("tau", [0.0, 0.2, 1.5])
def test_thousands_of_studies_have_the_posterior_that_all_nodes_give(
    tau: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(3)
    vi = 4 / random.integers(20, 400, MANY)
    yi = random.normal(0.3, np.sqrt(vi + tau**2))
    smooth = pool_bayes(yi, vi)
    monkeypatch.setattr(bayes, "MANY", MANY + 1)
    exact = pool_bayes(yi, vi)
    for one, other in ((smooth.mu, exact.mu), (smooth.new, exact.new), (smooth.tau, exact.tau)):
        for name in ("median", "ci_lb", "ci_ub", "mean", "sd"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9, abs=1e-12)


def test_a_large_pool_looks_at_all_studies_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between-study variances at which all studies are looked at, at k and at 2k: as many, and few."""
    looks = []
    exact = many_studies._exact
    monkeypatch.setattr(many_studies, "_exact", lambda y, v, t: looks.append(len(t)) or exact(y, v, t))
    random = np.random.default_rng(5)
    vi = 4 / random.integers(20, 400, 2 * MANY)
    yi = random.normal(0.3, np.sqrt(vi + 0.04))
    for count in (MANY, 2 * MANY):
        looks.clear()
        pool_bayes(yi[:count], vi[:count])
        assert sum(looks) <= 150


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="prior scale 0 is not above 0"):
        pool_bayes([0.1], [0.1], 0)
    with pytest.raises(ValueError, match="level 95 is not between 0 and 1"):
        pool_bayes([0.1], [0.1], level=95)
    with pytest.raises(ValueError, match="study 2"):
        pool_bayes([0.1, 0.2], [0.1, 0.0])
