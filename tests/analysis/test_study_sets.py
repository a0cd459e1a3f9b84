"""Pools without each study and study by study, against metafor's leave1out and cumul."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.analysis.pool.pool import Refused, Settings, StudySet, entering, pool_set
from msc_evidence.statistics.pooling.pooling import pool

#: Closed forms and, for REML, iterations stopped at 10⁻¹² on both sides.
TOLERANCE = {"common": 1e-10, "DL": 1e-10, "REML": 1e-8}
#: metafor's scoring stops within 10⁻¹⁴ of a τ² of 0, which I², a percentage, shows as 10⁻¹⁰.
ABSOLUTE = 1e-9
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "moderators.json").read_text()
)
ROWS = {row["name"]: row for row in REFERENCE["influence"]}
SEQUENCES = {"leave_one_out": StudySet.leave_one_out, "cumulative": StudySet.cumulative}


def studies(yi: list[float], vi: list[float]) -> StudySet:
    labels = [f"study {at + 1}" for at in range(len(yi))]
    return StudySet.of("", labels, {"yi": yi, "vi": vi}, "GEN")


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(ROWS) >= 7
    for row in ROWS.values():
        for found in row["models"].values():
            assert all(set(found[name]) == {"z", "hk"} for name in SEQUENCES)


@pytest.mark.parametrize("model", TOLERANCE)
@pytest.mark.parametrize("ci", ["z", "hk"])
@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("name", ROWS)
def test_sequences(name: str, sequence: str, ci: Any, model: str) -> None:
    row = ROWS[name]
    sets = SEQUENCES[sequence](studies(row["yi"], row["vi"]))
    found = [pool_set(each, Settings("GEN", model, ci), beside=False).pooled for each in sets]
    for quantity, values in row["models"][model][sequence][ci].items():
        computed = [getattr(pooled, quantity) for pooled in found]
        assert computed == pytest.approx(values, rel=TOLERANCE[model], abs=ABSOLUTE), quantity


def test_the_last_of_a_cumulative_analysis_is_the_whole_one() -> None:
    row = ROWS["bcg_ablat"]
    how = Settings("GEN", "DL", "hk", 0.9)
    steps = [pool_set(each, how).pooled for each in studies(row["yi"], row["vi"]).cumulative()]
    assert [pooled.k for pooled in steps] == list(range(1, 14))
    assert steps[-1] == pool(row["yi"], row["vi"], "DL", "hk", level=0.9)


def test_sets_are_named_by_the_study_that_is_left_out_or_added() -> None:
    three = studies([0.1, 0.3, 0.8], [0.1, 0.1, 0.1])
    assert [each.name for each in three.leave_one_out()] == [f"without study {n}" for n in (1, 2, 3)]
    assert [each.name for each in three.cumulative()] == [f"to study {n}" for n in (1, 2, 3)]


def test_studies_without_an_effect_do_not_enter_and_are_named() -> None:
    left, missing = entering(studies([0.1, float("nan"), 0.8], [0.1, 0.1, 0.1]), Settings("GEN"))
    assert (left.labels, missing) == (("study 1", "study 3"), ("study 2",))
    with pytest.raises(Refused, match="no study is left: none of 1"):
        entering(studies([float("nan")], [0.1]), Settings("GEN"))
