"""Mantel–Haenszel and Peto, against metafor and published values."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from msc_evidence.statistics.pooling.measures import InvalidValueError
from msc_evidence.statistics.pooling.pooling import Pooled
from msc_evidence.statistics.pooling.two_by_two import MANTEL_HAENSZEL, mantel_haenszel, peto

#: Closed forms; tails of the normal and χ² far below 10⁻⁵⁰ included.
CLOSED_FORM = 1e-10
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "pooling.json").read_text())
EXACT: list[dict[str, Any]] = REFERENCE["exact"]
COMPARED = ("k", "q_df", "estimate", "se", "statistic", "p", "ci_lb", "ci_ub", "q", "q_p", "i2", "h2")


def tables(name: str) -> tuple[Any, Any, Any, Any]:
    data = {column: np.array(values, dtype=float) for column, values in REFERENCE["data"][name].items()}
    return data["ai"], data["n1i"] - data["ai"], data["ci"], data["n2i"] - data["ci"]


def pooled(measure: str, *cells: Any) -> Pooled:
    ai, bi, ci, di = cells
    return peto(ai, bi, ci, di) if measure == "PETO" else mantel_haenszel(ai, bi, ci, di, measure)


def test_the_reference_grid_has_not_shrunk() -> None:
    for measure in (*MANTEL_HAENSZEL, "PETO"):
        assert sum(entry["measure"] == measure for entry in EXACT) >= 16, measure


@pytest.mark.parametrize("entry", EXACT, ids=lambda entry: f"{entry['measure']}-{entry['name']}")
def test_pooled_tables_are_those_of_metafor(entry: dict[str, Any]) -> None:
    cells = tables(entry["name"])
    result = pooled(entry["measure"], *cells)
    for field in COMPARED:
        expected = math.nan if entry[field] is None else entry[field]
        assert getattr(result, field) == pytest.approx(expected, rel=CLOSED_FORM, abs=1e-14, nan_ok=True), (
            field
        )


@pytest.mark.parametrize(
    ("measure", "estimate"),
    [("OR", -0.4734109884), ("PETO", -0.4744463109)],  # Colditz 1994, trials of the BCG vaccine
)
def test_bcg(measure: str, estimate: float) -> None:
    assert pooled(measure, *tables("bcg")).estimate == pytest.approx(estimate, abs=5.1e-11)


@pytest.mark.parametrize("measure", ["OR", "RR", "PETO"])
def test_studies_without_events_change_nothing(measure: str) -> None:
    with_one = pooled(measure, [4, 0, 6], [119, 10, 300], [11, 0, 29], [128, 12, 274])
    without = pooled(measure, [4, 6], [119, 300], [11, 29], [128, 274])
    assert (with_one.k, with_one.q_df) == (without.k, without.q_df) == (2, 1)
    for field in ("estimate", "se", "q", "p"):
        assert getattr(with_one, field) == pytest.approx(getattr(without, field), rel=CLOSED_FORM)
    assert with_one.weights == pytest.approx((without.weights[0], 0, without.weights[1]))


@pytest.mark.parametrize("measure", ["OR", "RR", "PETO"])
def test_no_events_anywhere_leave_nothing_to_pool(measure: str) -> None:
    result = pooled(measure, [0, 0], [10, 11], [0, 0], [12, 9])
    assert result.k == 0
    assert math.isnan(result.estimate)
    assert math.isnan(result.se)
    assert math.isnan(result.p)


@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_an_arm_without_events_has_no_ratio(measure: str) -> None:
    result = pooled(measure, [0, 0], [10, 11], [2, 3], [12, 9])
    assert result.k == 2
    assert math.isnan(result.estimate)
    assert math.isnan(result.ci_ub)


def test_unknown_measures_and_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="'SMD' is not one of OR, RR, RD"):
        mantel_haenszel([1], [2], [3], [4], "SMD")
    with pytest.raises(InvalidValueError, match="di of -4 in study 1"):
        peto([1], [2], [3], [-4])


cells = st.lists(st.tuples(*[st.integers(1, 60)] * 4), min_size=1, max_size=6)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "PETO"])
@given(rows=cells)
def test_exchanging_the_arms_turns_the_sign(measure: str, rows: list[tuple[int, ...]]) -> None:
    ai, bi, ci, di = np.array(rows).T
    one, other = pooled(measure, ai, bi, ci, di), pooled(measure, ci, di, ai, bi)
    assert one.estimate == pytest.approx(-other.estimate, rel=CLOSED_FORM, abs=1e-12)
    assert one.ci_lb == pytest.approx(-other.ci_ub, rel=CLOSED_FORM, abs=1e-12)
    assert one.q == pytest.approx(other.q, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "PETO"])
@given(rows=cells)
def test_order_and_repetition_of_studies(measure: str, rows: list[tuple[int, ...]]) -> None:
    columns = np.array(rows).T
    one, turned = pooled(measure, *columns), pooled(measure, *columns[:, ::-1])
    twice = pooled(measure, *np.concatenate([columns, columns], axis=1))
    assert turned.estimate == pytest.approx(one.estimate, rel=CLOSED_FORM, abs=1e-12)
    assert turned.weights[::-1] == pytest.approx(one.weights)
    assert twice.estimate == pytest.approx(one.estimate, rel=CLOSED_FORM, abs=1e-12)
    assert twice.se == pytest.approx(one.se / math.sqrt(2), rel=CLOSED_FORM)
