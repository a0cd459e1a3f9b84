"""Estimators of the between-study variance: published values, k = 2, roots, maxima and limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from msc_evidence.statistics.pooling.heterogeneity import (
    TAU2,
    cochran_q,
    log_likelihood,
    q_profile,
    restricted_maximum_likelihood,
)
from msc_evidence.statistics.pooling.measures import log_risk_ratio

#: Iterative estimators stop below this, relative to the total variance.
ITERATIVE = 1e-8
#: Colditz 1994, trials of the BCG vaccine: tuberculosis and none, vaccinated and controls.
BCG = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ],
    dtype=float,
).T
YI, VI = log_risk_ratio(*BCG)

studies = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 4)), min_size=2, max_size=12)


def split(pairs: list[tuple[float, float]]) -> tuple[Any, Any]:
    yi, vi = np.array(pairs).T
    return yi, vi


@pytest.mark.parametrize(
    ("name", "tau2", "digits"),
    [
        ("DL", 0.3087602629, 10),
        ("REML", 0.3132432581, 10),
        ("PM", 0.3180684522, 10),
        ("EB", 0.3180684522, 10),
    ],
)
def test_bcg(name: str, tau2: float, digits: int) -> None:
    assert float(TAU2[name](YI, VI)) == pytest.approx(tau2, abs=0.51 * 10**-digits)


def test_reml_goes_on_to_the_optimum() -> None:
    # metafor's default threshold stops at .3132433.
    tau2 = restricted_maximum_likelihood(YI, VI)
    at, near = (log_likelihood(YI, VI, t, restricted=True) for t in (tau2, np.array(0.3132433)))
    assert at >= near
    assert abs(float(tau2) - 0.3132433) > 4e-8


def test_dl_is_not_negative() -> None:
    # Without truncation τ² is −.10875, and the two weights are 4.5 and −3.5 of their sum.
    yi, vi = np.array([0.30, 0.35]), np.array([0.10, 0.12])
    assert all(float(estimator(yi, vi)) == 0 for name, estimator in TAU2.items() if name != "SJ")


@given(pairs=st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 4)), min_size=2, max_size=2))
def test_two_studies_have_one_answer(pairs: list[tuple[float, float]]) -> None:
    yi, vi = split(pairs)
    expected = max(0.0, ((yi[0] - yi[1]) ** 2 - vi.sum()) / 2)
    for name in ("DL", "HE", "REML", "PM", "EB"):
        assert float(TAU2[name](yi, vi)) == pytest.approx(expected, rel=ITERATIVE, abs=1e-9), name


@given(pairs=studies)
def test_pm_solves_its_equation(pairs: list[tuple[float, float]]) -> None:
    yi, vi = split(pairs)
    tau2 = float(TAU2["PM"](yi, vi))
    q = float(cochran_q(yi, vi, tau2))
    assert (
        q == pytest.approx(len(yi) - 1, rel=ITERATIVE) if tau2 > 0 else q <= (len(yi) - 1) * (1 + ITERATIVE)
    )


@pytest.mark.parametrize("restricted", [True, False])
@given(pairs=studies)
def test_no_tau2_is_more_likely_than_the_most_likely(
    restricted: bool, pairs: list[tuple[float, float]]
) -> None:
    yi, vi = split(pairs)
    tau2 = TAU2["REML" if restricted else "ML"](yi, vi)
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 200, 300)])
    others = log_likelihood(yi[:, None], vi[:, None], grid, restricted=restricted)
    assert float(log_likelihood(yi, vi, tau2, restricted=restricted)) >= others.max() - 1e-10


@pytest.mark.parametrize(
    ("yi", "vi", "between", "far"),
    [
        # One maximum at 0, another above it.
        ([0.04, -0.4, 2.83, 0.07], [0.003, 5.246, 0.284, 0.004], 0.5, True),
        ([-0.45, -1.14, -0.38, 24.02], [0.01, 0.346, 0.006, 8.514], 10, True),
        ([-4.12, 0.59, 0.56, -0.06, 5.84], [3.38, 0.003, 0.003, 4.026, 2.248], 2, True),
        ([0.0, -0.04, -6.79], [0.002, 0.001, 3.931], 1, False),
        ([-0.06, 0.01, -0.69], [0.001, 0.006, 0.081], 0.01, False),
        # Both above 0.
        ([0.37, 10.79, -0.88, 0.24, -0.01, 0.22], [5.51, 5.134, 3.44, 0.004, 0.019, 5.151], 1, True),
        ([0.04, -0.03, 5.55, 0.49], [0.002, 0.003, 0.906, 0.95], 0.5, True),
        ([1.03, -0.14, -0.27, -0.77, -7.68], [1.365, 0.003, 0.137, 0.041, 4.475], 1, False),
        ([0.09, 0.01, -0.19, -10.31], [0.008, 0.152, 0.002, 8.01], 1, False),
    ],
)
def test_reml_takes_the_higher_of_two_maxima(
    yi: list[float], vi: list[float], between: float, far: bool
) -> None:
    y, v = np.array(yi), np.array(vi)
    tau2 = restricted_maximum_likelihood(y, v)
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 1000, 5000)])
    likelihood = log_likelihood(y[:, None], v[:, None], grid, restricted=True)
    rising = np.diff(likelihood) > 0
    assert np.count_nonzero(rising[:-1] & ~rising[1:]) + (not rising[0]) == 2
    assert (float(tau2) > between) == far
    assert float(log_likelihood(y, v, tau2, restricted=True)) >= likelihood.max()


def test_a_maximum_that_no_step_reaches_is_found() -> None:
    """Every step of the search is lower than the likelihood at 0; what lies between two of them is higher."""
    y = np.array([1.03125, 0.328125, -1.5, -1.625, -4.515625, -4.3671875, -0.6875])
    v = np.array([3.5, 2.5, 1.9375, 0.390625, 2.78125, 1.75, 3.5])
    grid = np.linspace(0, 2, 200001)
    likelihood = log_likelihood(y[:, None], v[:, None], grid, restricted=False)
    assert float(TAU2["ML"](y, v)) == pytest.approx(grid[likelihood.argmax()], abs=2e-5)
    assert float(TAU2["ML"](y, v)) > 0.5


@pytest.mark.parametrize("name", TAU2)
@given(pairs=studies, shift=st.floats(-50, 50), factor=st.sampled_from([0.01, 0.5, 3.0, 100.0]))
def test_shift_and_scale(name: str, pairs: list[tuple[float, float]], shift: float, factor: float) -> None:
    yi, vi = split(pairs)
    tau2 = float(TAU2[name](yi, vi))
    moved = float(TAU2[name](factor * (yi + shift), factor**2 * vi)) / factor**2
    assert moved == pytest.approx(tau2, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("name", TAU2)
@given(pairs=studies)
def test_order_of_studies(name: str, pairs: list[tuple[float, float]]) -> None:
    yi, vi = split(pairs)
    assert float(TAU2[name](yi[::-1], vi[::-1])) == pytest.approx(
        float(TAU2[name](yi, vi)), rel=ITERATIVE, abs=1e-9
    )


@given(pairs=studies, level=st.sampled_from([0.8, 0.95, 0.99]))
def test_q_profile_holds_pm_and_widens_with_the_level(pairs: list[tuple[float, float]], level: float) -> None:
    yi, vi = split(pairs)
    assume(len(yi) > 2)
    lower, upper = (float(limit) for limit in q_profile(yi, vi, level))
    wider = q_profile(yi, vi, level + 0.005)
    tau2 = float(TAU2["PM"](yi, vi))
    assert wider[0] - 1e-9 <= lower <= tau2 + 1e-9
    assert tau2 == 0 or tau2 <= upper + 1e-9
    assert upper <= wider[1] + 1e-9


def test_q_profile_needs_two_studies() -> None:
    with pytest.raises(ValueError, match="two studies"):
        q_profile(np.array([0.4]), np.array([0.1]))


@pytest.mark.parametrize("name", TAU2)
def test_many_at_once(name: str) -> None:
    yi = np.stack([YI, np.zeros(13), YI[::-1], 10 * YI, np.linspace(0, 1, 13)], axis=1)
    vi = np.stack([VI, VI, VI[::-1], VI, np.full(13, 0.5)], axis=1)
    together = TAU2[name](yi, vi)
    alone = [float(TAU2[name](yi[:, i], vi[:, i])) for i in range(5)]
    assert together.tolist() == pytest.approx(alone, rel=ITERATIVE, abs=1e-12)
