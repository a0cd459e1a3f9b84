"""Leave-one-out, cumulative pooling and case diagnostics against metafor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics import influence as room
from msc_evidence.statistics.distributions import chi2_sf
from msc_evidence.statistics.influence import cumulative, influence, leave_one_out
from msc_evidence.statistics.pooling import pool

#: Closed forms and, for REML, iterations stopped at 10⁻¹² on both sides.
TOLERANCE = {"common": 1e-10, "DL": 1e-10, "REML": 1e-8}
#: metafor's scoring stops within 10⁻¹⁴ of a τ² of 0, which I², a percentage, shows as 10⁻¹⁰.
ABSOLUTE = 1e-9
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "moderators.json").read_text()
)
ROWS = {row["name"]: row for row in REFERENCE["influence"]}
SEQUENCES = {"leave_one_out": leave_one_out, "cumulative": cumulative}


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(ROWS) >= 7
    assert min(len(row["yi"]) for row in ROWS.values()) == 3
    for row in ROWS.values():
        assert set(row["models"]) == set(TOLERANCE)
        for found in row["models"].values():
            assert all(set(found[name]) == {"z", "hk"} for name in SEQUENCES)
    marked = [any(row["models"]["REML"]["influence"]["influential"]) for row in ROWS.values()]
    assert {True, False} == set(marked)


@pytest.mark.parametrize("model", TOLERANCE)
@pytest.mark.parametrize("ci", ["z", "hk"])
@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("name", ROWS)
def test_sequences(name: str, sequence: str, ci: Any, model: str) -> None:
    row = ROWS[name]
    found = SEQUENCES[sequence](row["yi"], row["vi"], model, ci)
    expected = row["models"][model][sequence][ci]
    for quantity, values in expected.items():
        computed = [getattr(pooled, quantity) for pooled in found]
        assert computed == pytest.approx(values, rel=TOLERANCE[model], abs=ABSOLUTE), quantity


@pytest.mark.parametrize("model", TOLERANCE)
@pytest.mark.parametrize("name", ROWS)
def test_influence(name: str, model: str) -> None:
    row = ROWS[name]
    found = influence(row["yi"], row["vi"], model)
    for quantity, values in row["models"][model]["influence"].items():
        computed = [getattr(study, quantity) for study in found]
        # A difference of two iterated estimates has their absolute error.
        assert computed == pytest.approx(values, rel=10 * TOLERANCE[model], abs=1e-10), quantity


def test_the_last_of_a_cumulative_analysis_is_the_whole_one() -> None:
    row = ROWS["bcg_ablat"]
    steps = cumulative(row["yi"], row["vi"], "DL", "hk", level=0.9)
    assert [pooled.k for pooled in steps] == list(range(1, 14))
    assert steps[-1] == pool(row["yi"], row["vi"], "DL", "hk", level=0.9)


def test_leaving_out_one_of_two_leaves_the_other() -> None:
    first, second = leave_one_out([0.1, 0.9], [0.05, 0.07])
    assert (first.k, first.estimate, second.estimate) == (1, 0.9, 0.1)


def test_the_median_of_chi2() -> None:
    assert chi2_sf(room.MEDIAN_CHI2, 1) == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("method", [leave_one_out, influence])
def test_a_single_study_cannot_be_left_out(method: Any) -> None:
    with pytest.raises(ValueError, match="needs two of them"):
        method([0.1], [0.1])
