"""Smallest significant effect, power and detectable effect, against published values and R's noncentral t."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.power import detectable_d, power, smallest_significant_d

CLOSED_FORM = 1e-10
#: R's own noncentral t stops at an absolute error of about 1e-12; a root of it is good to 1e-8.
ITERATIVE = 1e-8
FOLDER = Path(__file__).parents[1] / "reference"
REFERENCE: dict[str, Any] = json.loads((FOLDER / "implied.json").read_text())
CORNERS: dict[str, Any] = json.loads((FOLDER / "power.json").read_text())["power"]


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(REFERENCE["power"]) >= 90
    assert len(REFERENCE["power_t_test"]) >= 4
    assert len(REFERENCE["detectable"]) >= 48
    assert {name: len(rows) for name, rows in CORNERS.items()} == {
        "smallest_significant_d": 27,
        "power": 160,
        "detectable_d": 42,
    }


@pytest.mark.parametrize(
    ("n1", "n2", "detectable", "smallest"),
    [(39, 15, 0.867, 0.610), (5, 25, 1.422, 1.0035)],  # Chung 2021 and Bang 2005, 80 % power at 0.05
)
def test_what_the_founding_trials_could_show(n1: int, n2: int, detectable: float, smallest: float) -> None:
    assert detectable_d(n1, n2) == pytest.approx(detectable, abs=5e-4)
    assert smallest_significant_d(n1, n2) == pytest.approx(smallest, abs=5e-4)
    assert detectable_d(n2, n1) == pytest.approx(detectable_d(n1, n2), rel=CLOSED_FORM)


def test_power_of_64_a_group_at_half_a_standard_deviation() -> None:
    """Cohen 1988, table 2.3.5: 64 per group give 80 % power at d = 0.5."""
    assert power(0.5, 64, 64) == pytest.approx(0.80146, abs=5e-6)


@pytest.mark.parametrize("row", REFERENCE["power"])
def test_power_equals_r(row: dict[str, Any]) -> None:
    assert power(row["d"], row["n1"], row["n2"], row["alpha"]) == pytest.approx(row["power"], rel=ITERATIVE)


@pytest.mark.parametrize("row", REFERENCE["power_t_test"])
def test_power_equals_power_t_test(row: dict[str, Any]) -> None:
    assert power(row["d"], row["n"], row["n"]) == pytest.approx(row["power"], rel=ITERATIVE)


@pytest.mark.parametrize("row", REFERENCE["detectable"])
def test_detectable_effect_equals_r(row: dict[str, Any]) -> None:
    groups = row["n1"], row["n2"]
    assert detectable_d(*groups, row["target"], row["alpha"]) == pytest.approx(row["d"], rel=ITERATIVE)
    assert smallest_significant_d(*groups, row["alpha"]) == pytest.approx(
        row["smallest_significant"], rel=CLOSED_FORM
    )


@pytest.mark.parametrize(("n1", "n2"), [(1, 2), (2, 2), (5, 25), (3, 400), (2000, 3000), (200_000, 200_000)])
@pytest.mark.parametrize("target", [0.06, 0.5, 0.8, 0.99])
def test_the_detectable_effect_has_the_power_asked_for(n1: int, n2: int, target: float) -> None:
    assert power(detectable_d(n1, n2, target), n1, n2) == pytest.approx(target, rel=ITERATIVE)


@pytest.mark.parametrize(("n1", "n2"), [(1, 2), (5, 25), (5000, 5000)])
def test_power_starts_at_alpha_and_ends_at_one(n1: int, n2: int) -> None:
    assert power(0, n1, n2, 0.01) == pytest.approx(0.01, rel=CLOSED_FORM)
    assert power(-0.7, n1, n2) == power(0.7, n1, n2)
    assert power(1e9, n1, n2) == 1
    assert power(50, 30, 30) == 1  # scipy.stats.nct gives NaN this far out


def test_power_does_not_jump_where_it_is_taken_for_certain() -> None:
    """On two degrees of freedom it is 1 to full precision just below that noncentrality as well."""
    critical = smallest_significant_d(2, 2)
    just_below = 9 * (critical + 1) * 0.999
    assert power(just_below, 2, 2) == pytest.approx(1, abs=1e-12)
    assert math.isclose(power(just_below * 1.01, 2, 2), 1, abs_tol=1e-12)


@pytest.mark.parametrize(("n1", "n2", "alpha"), [(0, 30, 0.05), (1, 1, 0.05), (30, 30, 0), (30, 30, 1)])
def test_impossible_designs_are_refused(n1: int, n2: int, alpha: float) -> None:
    for function in (smallest_significant_d, detectable_d):
        with pytest.raises(ValueError, match=r"degree of freedom|alpha"):
            function(n1, n2, alpha=alpha)


@pytest.mark.parametrize("target", [0.05, 0.01, 1.0])
def test_a_power_that_no_effect_has_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="is not between alpha"):
        detectable_d(30, 30, target)


@pytest.mark.parametrize("row", CORNERS["power"])
def test_power_equals_pwr_and_the_integral(row: dict[str, Any]) -> None:
    """pwr.t2n.test and power.t.test; for arms of one, α from 1e-12 to .999 and a million an arm, R's integrate."""
    found = power(row["d"], row["n1"], row["n2"], row["alpha"])
    assert found == pytest.approx(row["power"], rel=ITERATIVE, abs=0)


@pytest.mark.parametrize("row", CORNERS["detectable_d"])
def test_detectable_effect_equals_power_t_test_and_uniroot(row: dict[str, Any]) -> None:
    found = detectable_d(int(row["n1"]), int(row["n2"]), row["target"], row["alpha"])
    assert found == pytest.approx(row["d"], rel=ITERATIVE)


@pytest.mark.parametrize("row", CORNERS["smallest_significant_d"])
def test_smallest_significant_effect_equals_uniroot(row: dict[str, Any]) -> None:
    found = smallest_significant_d(int(row["n1"]), int(row["n2"]), row["alpha"])
    assert found == pytest.approx(row["d"], rel=CLOSED_FORM)
