"""What must hold of every pool: invariances, order, splitting, and that its reported numbers agree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from msc_evidence import pool
from msc_evidence.statistics.distributions import normal_quantile, normal_sf, t_from_p
from msc_evidence.statistics.pooling.pooling import MODELS
from msc_evidence.tables.table import Value

#: Closed forms hold to rounding; the iterated models stop at steps of 10⁻¹⁰ and less.
CLOSE, ITERATED = 1e-9, 1e-6
RANDOM = tuple(model for model in MODELS if model != "common")
FEW_EXAMPLES = settings(max_examples=25)

effects = st.floats(-3, 3).map(lambda x: round(x, 3))
variances = st.floats(0.01, 2).map(lambda x: round(x, 4))
given_studies = st.lists(st.tuples(effects, variances), min_size=2, max_size=8)
arms = st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
tables = st.lists(arms, min_size=1, max_size=6)
means = st.tuples(effects, variances, st.integers(4, 60))
comparisons = st.lists(st.tuples(means, means), min_size=2, max_size=6)
models = st.sampled_from(MODELS)


@dataclass(frozen=True)
class Result:
    """The row of the model asked for."""

    row: Mapping[str, Value]

    def __getattr__(self, key: str) -> float:
        value = self.row[key]
        return float(value) if isinstance(value, int | float) else math.nan


def pooled(data: Mapping[str, Sequence[float]], measure: str, model: str = "DL", ci: str = "z") -> Result:
    return Result(pool(data, measure, model=model, ci=ci).rows[0])  # type: ignore[arg-type]


def generic(studies: Sequence[tuple[float, float]]) -> dict[str, list[float]]:
    return {"yi": [y for y, _ in studies], "vi": [v for _, v in studies]}


def counts(cells: Sequence[tuple[int, ...]]) -> dict[str, list[float]]:
    return {name: [float(row[at]) for row in cells] for at, name in enumerate(("ai", "bi", "ci", "di"))}


def contrasts(
    studies: Sequence[tuple[tuple[float, float, int], ...]], scale: float = 1
) -> dict[str, list[float]]:
    columns: dict[str, list[float]] = {}
    for arm in (0, 1):
        columns[f"m{arm + 1}i"] = [scale * each[arm][0] for each in studies]
        columns[f"sd{arm + 1}i"] = [abs(scale) * each[arm][1] for each in studies]
        columns[f"n{arm + 1}i"] = [float(each[arm][2]) for each in studies]
    return columns


def near(value: float, model: str = "common") -> object:
    tolerance = CLOSE if model in ("common", "DL", "HE", "HS", "SJ") else ITERATED
    # Equal effects have no interval by Hartung and Knapp.
    return pytest.approx(value, rel=tolerance, abs=tolerance, nan_ok=True)


@given(studies=given_studies, model=models, scale=st.sampled_from([0.01, 2.0, 1000.0]))
@FEW_EXAMPLES
def test_an_effect_as_given_scales(studies: list[tuple[float, float]], model: str, scale: float) -> None:
    plain = pooled(generic(studies), "GEN", model)
    scaled = pooled(generic([(scale * y, scale**2 * v) for y, v in studies]), "GEN", model)
    assert scaled.estimate / scale == near(plain.estimate, model)
    assert scaled.se / scale == near(plain.se, model)
    assert scaled.tau2 / scale**2 == near(plain.tau2, model)
    assert (scaled.q, scaled.p) == (near(plain.q, model), near(plain.p, model))


@given(studies=given_studies, model=models, shift=st.sampled_from([-7.0, 0.5, 3.0]))
@FEW_EXAMPLES
def test_an_effect_as_given_shifts(studies: list[tuple[float, float]], model: str, shift: float) -> None:
    plain = pooled(generic(studies), "GEN", model)
    shifted = pooled(generic([(y + shift, v) for y, v in studies]), "GEN", model)
    assert shifted.estimate - shift == near(plain.estimate, model)
    assert (shifted.se, shifted.tau2, shifted.q) == tuple(
        near(value, model) for value in (plain.se, plain.tau2, plain.q)
    )


@given(studies=comparisons, scale=st.sampled_from([0.1, 10.0]), model=models)
@FEW_EXAMPLES
def test_units_change_a_mean_difference_and_no_standardised_one(
    studies: list[tuple[tuple[float, float, int], ...]], scale: float, model: str
) -> None:
    plain, scaled = contrasts(studies), contrasts(studies, scale)
    assert pooled(scaled, "MD", model).estimate / scale == near(pooled(plain, "MD", model).estimate, model)
    assert pooled(scaled, "SMD", model).estimate == near(pooled(plain, "SMD", model).estimate, model)


@given(studies=comparisons, model=models)
@FEW_EXAMPLES
def test_exchanging_arms_turns_a_difference(
    studies: list[tuple[tuple[float, float, int], ...]], model: str
) -> None:
    swapped = [(second, first) for first, second in studies]
    for measure in ("MD", "SMD"):
        one, other = (pooled(contrasts(each), measure, model) for each in (studies, swapped))
        assert (-other.estimate, other.se) == (near(one.estimate, model), near(one.se, model))
        assert (-other.ci_ub, -other.ci_lb) == (near(one.ci_lb, model), near(one.ci_ub, model))


@given(
    cells=tables,
    how=st.sampled_from(
        [("OR", "DL"), ("OR", "MH"), ("PETO", "peto"), ("RR", "MH"), ("RD", "common"), ("RR", "PM")]
    ),
)
@FEW_EXAMPLES
def test_exchanging_arms_turns_a_comparison_of_counts(
    cells: list[tuple[int, ...]], how: tuple[str, str]
) -> None:
    measure, model = how
    swapped = [(c, d, a, b) for a, b, c, d in cells]
    one, other = (pooled(counts(each), measure, model) for each in (cells, swapped))
    assert -other.estimate == near(one.estimate, model)
    assert other.se == near(one.se, model)
    if measure != "RD":
        assert 1 / other.ratio == near(one.ratio, model)
        assert 1 / other.ratio_ci_lb == near(one.ratio_ci_ub, model)


@given(studies=given_studies, model=models, seed=st.integers(0, 5), ci=st.sampled_from(["z", "t", "hk"]))
@FEW_EXAMPLES
def test_the_order_of_studies_changes_nothing(
    studies: list[tuple[float, float]], model: str, seed: int, ci: str
) -> None:
    order = np.random.default_rng(seed).permutation(len(studies))
    one = pooled(generic(studies), "GEN", model, ci)
    other = pooled(generic([studies[at] for at in order]), "GEN", model, ci)
    for key in ("estimate", "se", "tau2", "q", "ci_lb", "ci_ub"):
        assert getattr(other, key) == near(getattr(one, key), model), key


@given(studies=given_studies, data=st.data())
@FEW_EXAMPLES
def test_a_study_in_two_halves_is_the_study_under_a_common_effect(
    studies: list[tuple[float, float]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(studies) - 1))
    y, v = studies[at]
    halved = [*studies[:at], (y, 2 * v), (y, 2 * v), *studies[at + 1 :]]
    one, other = (pooled(generic(each), "GEN", "common") for each in (studies, halved))
    assert other.k == one.k + 1
    for key in ("estimate", "se", "q", "p", "ci_lb", "ci_ub"):
        assert getattr(other, key) == near(getattr(one, key)), key


@given(studies=given_studies, model=st.sampled_from(RANDOM))
@FEW_EXAMPLES
def test_random_effects_are_never_more_certain_than_a_common_one(
    studies: list[tuple[float, float]], model: str
) -> None:
    random, common = pooled(generic(studies), "GEN", model), pooled(generic(studies), "GEN", "common")
    assert random.se >= common.se * (1 - CLOSE)
    assert random.tau2 >= 0


@given(studies=given_studies)
@FEW_EXAMPLES
def test_paule_mandel_makes_q_its_expectation(studies: list[tuple[float, float]]) -> None:
    found = pooled(generic(studies), "GEN", "PM")
    y, v = np.array(studies).T
    weight = 1 / (v + found.tau2)
    q = float(np.sum(weight * (y - np.sum(weight * y) / np.sum(weight)) ** 2))
    if found.tau2 > 0:
        assert q == pytest.approx(len(studies) - 1, rel=ITERATED)
    else:
        assert q <= len(studies) - 1 + ITERATED


@given(studies=given_studies, model=models, ci=st.sampled_from(["z", "t", "hk", "hk-adhoc"]))
@FEW_EXAMPLES
def test_p_z_and_interval_are_prints_of_one_another(
    studies: list[tuple[float, float]], model: str, ci: str
) -> None:
    found = pooled(generic(studies), "GEN", model, ci)
    assume(found.se > 1e-6)
    limit = normal_quantile(0.975) if ci == "z" else t_from_p(0.05, len(studies) - 1)
    assert (found.ci_ub - found.ci_lb) / (2 * limit) == near(found.se)
    assert (found.ci_ub + found.ci_lb) / 2 == near(found.estimate)
    statistic = abs(found.estimate / found.se)
    assume(found.p > 1e-12)
    back = normal_quantile(1 - found.p / 2) if ci == "z" else t_from_p(found.p, len(studies) - 1)
    assert back == pytest.approx(statistic, rel=1e-5, abs=1e-6)
    assert (found.p < 0.05) == (found.ci_lb > 0 or found.ci_ub < 0)
    if ci == "z":
        assert found.p == near(2 * normal_sf(statistic))
