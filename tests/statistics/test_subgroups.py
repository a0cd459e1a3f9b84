"""Subgroups and the test of their difference, against metafor."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.pooling import pool
from msc_evidence.statistics.subgroups import subgroups

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


@pytest.mark.parametrize("model", TOLERANCE)
@pytest.mark.parametrize("ci", ["z", "hk"])
@pytest.mark.parametrize("name", ROWS)
def test_metafor(name: str, ci: Any, model: str) -> None:
    row = ROWS[name]
    expected, tolerance = row["ci"][ci][model], TOLERANCE[model]
    found = subgroups(row["yi"], row["vi"], row["group"], model, ci)
    assert list(found.groups) == row["names"]
    for quantity in ("estimate", "se", "tau2", "k"):
        values = [getattr(pooled, quantity) for pooled in found.groups.values()]
        assert values == pytest.approx(expected[quantity], rel=tolerance, abs=1e-12), quantity
    for quantity in ("q_between", "q_between_df", "q_between_p"):
        assert getattr(found, quantity) == pytest.approx(expected[quantity], rel=10 * tolerance), quantity


def test_each_group_is_pooled_as_if_alone() -> None:
    y, v = [0.1, 0.4, 0.9, 1.3, 0.2, 0.5], [0.1, 0.2, 0.1, 0.3, 0.2, 0.1]
    found = subgroups(y, v, list("ababab"), "PM", "hk", level=0.9)
    assert found.groups["a"] == pool([0.1, 0.9, 0.2], [0.1, 0.1, 0.2], "PM", "hk", level=0.9)
    assert found.groups["b"] == pool([0.4, 1.3, 0.5], [0.2, 0.3, 0.1], "PM", "hk", level=0.9)


def test_common_effects_split_q_into_within_and_between() -> None:
    row = ROWS["bcg_alloc"]
    found = subgroups(row["yi"], row["vi"], row["group"], "common")
    within = sum(pooled.q for pooled in found.groups.values())
    assert found.q_between + within == pytest.approx(pool(row["yi"], row["vi"], "common").q, rel=1e-12)


def test_a_group_whose_effects_agree_exactly_has_no_test_by_hartung_and_knapp() -> None:
    found = subgroups([0.3, 0.3, 0.1, 0.9], [0.1, 0.2, 0.1, 0.1], list("aabb"), "DL", "hk")
    assert found.groups["a"].se == 0
    assert math.isnan(found.q_between)
    assert math.isnan(found.q_between_p)


@pytest.mark.parametrize(
    ("group", "reason"),
    [
        (["a", "a", "a"], "two of them: every study is 'a'"),
        (["a", "b"], "2 groups are named for 3 studies"),
        (["a", "", "b"], "study 2 has no group"),
        (["a", "b", None], "study 3 has no group"),
        (["a", math.nan, "b"], "study 2 has no group"),
    ],
)
def test_refused(group: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        subgroups([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], group)
