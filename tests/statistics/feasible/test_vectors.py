"""Vectors that were enumerated by another program, where they stand beside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from msc_evidence.statistics.feasible.bounds import feasible
from msc_evidence.statistics.feasible.question import Printed
from msc_evidence.statistics.interval import Interval

VECTORS = Path(__file__).parents[4] / "shared" / "feasible"
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="the vectors are not part of the repository")
UTILITIES = (0.0, 0.0, 0.33, 0.65, 0.76, 0.91, 1.0)


def rows(name, key):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))[key] if VECTORS.exists() else []


def assert_same(answer, expected, measures):
    for measure in measures:
        bound, row = answer.bound(measure), expected[measure]
        slack = 1e-5 if measure == "common OR" else 1e-9
        assert (bound.low.value, bound.high.value) == pytest.approx(
            (float(row["min"]), float(row["max"])), rel=slack, abs=slack
        ), measure


def test_every_vector_of_small_shapes():
    vectors = rows("grid.json", "vectors")
    assert len(vectors) == 356
    for vector in vectors:
        direction = 1 if vector["favours"] == "treatment" else 0
        p = Interval.rounded(float(vector["p"]), 3)
        printed = Printed(vector["n1"], vector["n2"], vector["K"], p, direction)
        assert_same(feasible(printed, vector["test"]), vector["measures"], vector["measures"])


@pytest.mark.parametrize("row", rows("bang_mrs.json", "rows"), ids=lambda row: f"{row['test']} {row['p']}")
def test_bang(row):
    printed = Printed(5, 25, 7, Interval(*row["p_interval"]), 1, utilities=UTILITIES)
    answer = feasible(printed, row["test"])
    assert_same(answer, row["measures"], row["measures"])
    assert answer.envelope == tuple(tuple(map(tuple, arm)) for arm in row["envelope"])
    assert {end.status for bound in answer.bounds for end in (bound.low, bound.high)} == {"exact"}
