"""Paired t test and the SD of a change, against R's published example and the Cochrane Handbook."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.paired import correlation_of_change, paired_t, sd_of_change

CLOSED_FORM = 1e-10
REFERENCE: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "reference" / "power.json").read_text()
)["paired"]


def test_the_reference_grid_has_not_shrunk() -> None:
    least = {"paired_t": 13, "sd_of_change": 13, "correlation_of_change": 12}
    assert {name: len(rows) for name, rows in REFERENCE.items()} == least


@pytest.mark.parametrize("row", REFERENCE["paired_t"], ids=lambda row: row["name"])
def test_paired_t_equals_t_test(row: dict[str, Any]) -> None:
    """t.test(paired = TRUE) on sleep, shoes, immer and anorexia; two pairs, ties, 20,000 pairs, differences of 1e-9."""
    test = paired_t(row["mean"], row["sd"], row["n"])
    assert (test.t, test.df) == pytest.approx((row["t"], row["df"]), rel=CLOSED_FORM)
    assert test.p == pytest.approx(row["p"], rel=CLOSED_FORM, abs=0)


@pytest.mark.parametrize("row", REFERENCE["sd_of_change"], ids=lambda row: row["name"])
def test_sd_of_change_equals_that_of_the_pairs(row: dict[str, Any]) -> None:
    found = sd_of_change(row["sd_before"], row["sd_after"], row["correlation"])
    assert found == pytest.approx(row["sd_change"], rel=CLOSED_FORM, abs=0)


@pytest.mark.parametrize("row", REFERENCE["correlation_of_change"], ids=lambda row: row["name"])
def test_correlation_of_change_equals_cor(row: dict[str, Any]) -> None:
    found = correlation_of_change(row["sd_before"], row["sd_after"], row["sd_change"])
    assert found == pytest.approx(row["correlation"], rel=CLOSED_FORM)


#: Extra hours of sleep under two drugs (Student 1908, R's data set sleep).
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)


def _summary(values: list[float]) -> tuple[float, float]:
    mean = math.fsum(values) / len(values)
    return mean, math.sqrt(math.fsum((x - mean) ** 2 for x in values) / (len(values) - 1))


def test_student_1908() -> None:
    """t.test(sleep, paired = TRUE): t −4.0621 on 9 degrees of freedom, p .002833."""
    mean, sd = _summary([a - b for a, b in zip(*SLEEP, strict=True)])
    test = paired_t(mean, sd, 10)
    assert (test.df, round(test.t, 4), round(test.p, 6)) == (9, -4.0621, 0.002833)


def test_sd_of_change_is_that_of_the_differences() -> None:
    (mean1, sd1), (mean2, sd2) = _summary(SLEEP[0]), _summary(SLEEP[1])
    products = [(a - mean1) * (b - mean2) for a, b in zip(*SLEEP, strict=True)]
    correlation = math.fsum(products) / 9 / (sd1 * sd2)
    assert round(correlation, 4) == 0.7952  # R: cor of the two columns of sleep
    assert sd_of_change(sd1, sd2, correlation) == pytest.approx(1.229995, abs=5e-7)


@pytest.mark.parametrize(
    ("before", "after", "change", "printed"), [(6.4, 7.1, 4.5, 0.78), (7.0, 6.9, 4.2, 0.82)]
)
def test_correlations_of_the_cochrane_handbook(
    before: float, after: float, change: float, printed: float
) -> None:
    """Section 6.5.2.8: 129 treated and 135 control participants."""
    assert round(correlation_of_change(before, after, change), 2) == printed


@given(sd1=st.floats(0.1, 50), sd2=st.floats(0.1, 50), correlation=st.floats(-0.99, 0.99))
@settings(max_examples=60)
def test_change_and_correlation_run_both_ways(sd1: float, sd2: float, correlation: float) -> None:
    change = sd_of_change(sd1, sd2, correlation)
    assert correlation_of_change(sd1, sd2, change) == pytest.approx(correlation, abs=1e-9)


def test_differences_that_do_not_vary() -> None:
    assert paired_t(-2, 0, 5).p == 0
    assert paired_t(-2, 0, 5).t == -math.inf
    assert paired_t(0, 0, 5).p == 1


def test_impossible_summaries_are_refused() -> None:
    for sd, n in ((1.0, 1), (-1.0, 5)):
        with pytest.raises(ValueError, match="two participants"):
            paired_t(1, sd, n)
    with pytest.raises(ValueError, match="correlation from -1 to 1"):
        sd_of_change(1, 1, 1.2)
    with pytest.raises(ValueError, match="no correlation"):
        correlation_of_change(1, 1, 5)
    with pytest.raises(ValueError, match="above 0"):
        correlation_of_change(0, 1, 1)


def test_a_change_of_arms_turns_the_sign() -> None:
    assert paired_t(1.58, 1.229995, 10).t == -paired_t(-1.58, 1.229995, 10).t
