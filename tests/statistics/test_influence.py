"""Case diagnostics against metafor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.distributions import chi2_sf
from msc_evidence.statistics.pooling import influence as room
from msc_evidence.statistics.pooling.influence import influence

#: Closed forms and, for REML, iterations stopped at 10⁻¹² on both sides.
TOLERANCE = {"common": 1e-10, "DL": 1e-10, "REML": 1e-8}
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "moderators.json").read_text()
)
ROWS = {row["name"]: row for row in REFERENCE["influence"]}


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(ROWS) >= 7
    assert min(len(row["yi"]) for row in ROWS.values()) == 3
    for row in ROWS.values():
        assert set(row["models"]) == set(TOLERANCE)
    marked = [any(row["models"]["REML"]["influence"]["influential"]) for row in ROWS.values()]
    assert {True, False} == set(marked)


@pytest.mark.parametrize("model", TOLERANCE)
@pytest.mark.parametrize("name", ROWS)
def test_influence(name: str, model: str) -> None:
    row = ROWS[name]
    found = influence(row["yi"], row["vi"], model)
    for quantity, values in row["models"][model]["influence"].items():
        computed = [getattr(study, quantity) for study in found]
        # A difference of two iterated estimates has their absolute error.
        assert computed == pytest.approx(values, rel=10 * TOLERANCE[model], abs=1e-10), quantity


def test_the_median_of_chi2() -> None:
    assert chi2_sf(room.MEDIAN_CHI2, 1) == pytest.approx(0.5, rel=1e-12)


def test_a_single_study_cannot_be_left_out() -> None:
    with pytest.raises(ValueError, match="needs two of them"):
        influence([0.1], [0.1])
