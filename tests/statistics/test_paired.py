"""The SD of a change, against R on published pairs and the Cochrane Handbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.paired import sd_of_change

REFERENCE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "reference" / "power.json").read_text()
)["paired"]["sd_of_change"]


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(REFERENCE) == 13


@pytest.mark.parametrize("row", REFERENCE, ids=lambda row: row["name"])
def test_sd_of_change_equals_that_of_the_pairs(row: dict[str, Any]) -> None:
    found = sd_of_change(row["sd_before"], row["sd_after"], row["correlation"])
    assert found == pytest.approx(row["sd_change"], rel=1e-10, abs=0)


def test_impossible_summaries_are_refused() -> None:
    with pytest.raises(ValueError, match="correlation from -1 to 1"):
        sd_of_change(1, 1, 1.2)
