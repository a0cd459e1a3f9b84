"""Every convention for empty cells, and the tests of asymmetry for odds ratios, against metafor and base R."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from msc_evidence.statistics.pooling.measures import CELLS, MEASURES, usable
from msc_evidence.statistics.pooling.pooling import pool
from msc_evidence.statistics.pooling.small_studies import harbord, peters
from msc_evidence.statistics.pooling.two_by_two import informative
from msc_evidence.statistics.pooling.zero_cells import USUAL, ZeroCells, double_zero, empty_cell

CLOSED_FORM = 1e-10
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "zero_cells.json").read_text()
)
EFFECTS: list[dict[str, Any]] = REFERENCE["effects"]


def near(expected: float | None) -> Any:
    value = math.nan if expected is None else expected
    return pytest.approx(value, rel=CLOSED_FORM, abs=1e-13, nan_ok=True)


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(EFFECTS) >= 180
    assert {(each["measure"], each["to"], each["double"]) for each in EFFECTS} == {
        (measure, to, double)
        for measure in ("OR", "RR", "RD")
        for to in ("none", "only", "all")
        for double in ("keep", "drop")
    }


@pytest.mark.parametrize(
    "entry",
    EFFECTS,
    ids=lambda e: "-".join(str(e[key]) for key in ("name", "measure", "to", "add", "double")),
)
def test_effects_are_those_of_escalc(entry: dict[str, Any]) -> None:
    zeros = ZeroCells(entry["to"], entry["add"], entry["double"])
    yi, vi = MEASURES[entry["measure"]].from_columns(REFERENCE["data"][entry["name"]], zeros)
    there = np.isfinite(yi) & np.isfinite(vi)
    assert there.tolist() == [
        y is not None and v is not None for y, v in zip(entry["yi"], entry["vi"], strict=True)
    ]
    for at in np.flatnonzero(there).tolist():
        assert (yi[at], vi[at]) == (near(entry["yi"][at]), near(entry["vi"][at]))
    kept = usable(yi, vi)
    for model, expected in entry["pooled"].items():
        found = pool(yi[kept], vi[kept], model)
        assert (found.k, found.estimate, found.se) == (
            expected["k"],
            near(expected["estimate"]),
            near(expected["se"]),
        )


def test_what_is_usual_is_what_stands_without_a_convention() -> None:
    table = REFERENCE["data"]["corners"]
    for measure, zeros in USUAL.items():
        plain, named = MEASURES[measure].from_columns(table), MEASURES[measure].from_columns(table, zeros)
        np.testing.assert_array_equal(plain, named)


@pytest.mark.parametrize("entry", REFERENCE["asymmetry"], ids=lambda entry: entry["name"])
@pytest.mark.parametrize("test", [harbord, peters])
def test_asymmetry_of_odds_ratios(test: Any, entry: dict[str, Any]) -> None:
    table = [REFERENCE["data"][entry["name"]][cell] for cell in CELLS]
    found = test(*table, forced=True)
    for quantity, expected in entry[test.__name__].items():
        assert getattr(found, quantity) == near(expected), quantity


@pytest.mark.parametrize(
    ("table", "empty", "double", "of_or", "of_rr"),
    [
        ((0, 5, 3, 4), True, False, True, True),
        ((0, 5, 0, 4), True, True, False, False),
        ((5, 0, 3, 0), True, True, False, True),
        ((1, 5, 3, 4), False, False, True, True),
    ],
)
def test_what_a_table_tells(
    table: tuple[int, ...], empty: bool, double: bool, of_or: bool, of_rr: bool
) -> None:
    cells = [np.array([float(cell)]) for cell in table]
    assert (empty_cell(*cells)[0], double_zero(*cells)[0]) == (empty, double)
    found = [informative(measure, *cells)[0] for measure in ("OR", "RR", "RD")]
    assert found == [of_or, of_rr, True]


@pytest.mark.parametrize("wrong", [{"to": "some"}, {"double": "both"}, {"add": 0}, {"add": math.inf}])
def test_a_convention_that_there_is_not(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"not among|no number above 0"):
        ZeroCells(**wrong)
