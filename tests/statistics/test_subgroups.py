"""The test of difference between subgroups, against metafor."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.pooling.moderators import difference
from msc_evidence.statistics.pooling.pooling import Pooled, pool

#: Closed forms and, for REML, iterations stopped at 10⁻¹².
TOLERANCE = {"common": 1e-10, "DL": 1e-10, "REML": 1e-8}
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "moderators.json").read_text()
)
ROWS = {row["name"]: row for row in REFERENCE["subgroups"]}


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(ROWS) >= 8
    for row in ROWS.values():
        assert {ci: set(models) for ci, models in row["ci"].items()} == {
            key: set(TOLERANCE) for key in ("z", "hk")
        }


def grouped(row: dict[str, Any], *how: Any) -> dict[str, Pooled]:
    """Each group of the row pooled on its own, in order of first appearance."""
    names = dict.fromkeys(row["group"])
    at = {name: [i for i, group in enumerate(row["group"]) if group == name] for name in names}
    return {
        name: pool([row["yi"][i] for i in rows], [row["vi"][i] for i in rows], *how)
        for name, rows in at.items()
    }


@pytest.mark.parametrize("model", TOLERANCE)
@pytest.mark.parametrize("ci", ["z", "hk"])
@pytest.mark.parametrize("name", ROWS)
def test_metafor(name: str, ci: Any, model: str) -> None:
    row = ROWS[name]
    expected, tolerance = row["ci"][ci][model], TOLERANCE[model]
    groups = grouped(row, model, ci)
    assert list(groups) == row["names"]
    for quantity in ("estimate", "se", "tau2", "k"):
        values = [getattr(pooled, quantity) for pooled in groups.values()]
        assert values == pytest.approx(expected[quantity], rel=tolerance, abs=1e-12), quantity
    found = difference(list(groups.values()))
    for quantity in ("q", "q_df", "q_p"):
        reference = expected[quantity.replace("q", "q_between", 1)]
        assert getattr(found, quantity) == pytest.approx(reference, rel=10 * tolerance), quantity


def test_common_effects_split_q_into_within_and_between() -> None:
    row = ROWS["bcg_alloc"]
    groups = list(grouped(row, "common").values())
    within = sum(pooled.q for pooled in groups)
    assert difference(groups).q + within == pytest.approx(pool(row["yi"], row["vi"], "common").q, rel=1e-12)


def test_a_group_whose_effects_agree_exactly_has_no_test_by_hartung_and_knapp() -> None:
    agreeing = pool([0.3, 0.3], [0.1, 0.2], "DL", "hk")
    assert agreeing.se == 0
    found = difference([agreeing, pool([0.1, 0.9], [0.1, 0.1], "DL", "hk")])
    assert math.isnan(found.q)
    assert math.isnan(found.q_p)


def test_one_group_has_no_difference() -> None:
    with pytest.raises(ValueError, match="needs two of them"):
        difference([pool([0.1, 0.2], [0.1, 0.1])])
