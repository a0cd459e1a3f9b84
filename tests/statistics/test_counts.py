"""Tests of two-by-two tables against published p-values, and what their margins allow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.two_arms.counts import (
    METHODS,
    fisher,
    fisher_tails,
    fragility_index,
    mid_p,
    smallest_fisher_p,
)

Table = tuple[int, int, int, int]


@pytest.mark.parametrize(
    ("method", "table", "printed"),
    [
        ("Pearson", (12, 30, 21, 31), "0.0297"),  # Heathers' worked example, 12/30 v 21/31
        ("Yates", (12, 30, 21, 31), "0.0553"),
        ("Fisher exact", (12, 30, 21, 31), "0.0409"),
        ("Fisher exact", (2, 14, 7, 14), "0.1032"),  # printed p = .103
        ("Fisher exact", (1, 100, 9, 100), "0.0185"),  # Walsh 2014, the example of the index
        ("Fisher exact", (3, 4, 1, 4), "0.4857"),  # Fisher 1935, the lady tasting tea, 34/70
        # RR .8998 (.780–1.038) of Cochrane Handbook 6.4: z = ln .8998 over ln(1.0381/.7799)/3.92.
        ("Wald (log RR)", (79, 106, 82, 99), "0.1476"),
        ("Wald (log OR)", (12, 30, 21, 31), "0.0321"),  # ln(12·10/(18·21)) over √(1/12 + 1/18 + 1/21 + 1/10)
        ("mid-p", (3, 4, 1, 4), "0.2571"),  # 34/70 less half of the two tables of 16/70: 18/70
    ],
)
def test_published_p(method: str, table: Table, printed: str) -> None:
    assert f"{METHODS[method](*table):.4f}" == printed


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("table", [(0, 5, 0, 25), (5, 5, 25, 25), (0, 1, 0, 1)])
def test_no_variation_is_no_evidence(method: str, table: Table) -> None:
    # Half of the only possible table: mid-p cannot exceed ½ there (Lancaster 1961).
    assert METHODS[method](*table) == (0.5 if method == "mid-p" else 1.0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("table", [(6, 5, 0, 25), (-1, 5, 0, 25), (0, 5, 26, 25), (0, 0, 1, 25)])
def test_impossible_tables_are_refused(method: str, table: Table) -> None:
    with pytest.raises(ValueError, match="not possible"):
        METHODS[method](*table)


@pytest.mark.parametrize(
    ("n1", "n2", "events", "printed"),
    [(5, 25, 1, "0.16667"), (5, 25, 2, "0.02299"), (5, 25, 3, "0.00246"), (5, 25, 0, "1.00000")],
)
def test_smallest_attainable_p(n1: int, n2: int, events: int, printed: str) -> None:
    assert f"{smallest_fisher_p(n1, n2, events):.5f}" == printed


@pytest.mark.parametrize(("n1", "n2"), [(5, 25), (4, 4), (7, 12)])
def test_smallest_attainable_p_is_the_least_of_all_tables(n1: int, n2: int) -> None:
    for events in range(n1 + n2 + 1):
        possible = range(max(0, events - n2), min(n1, events) + 1)
        least = min(fisher(k, n1, events - k, n2) for k in possible)
        assert smallest_fisher_p(n1, n2, events) == least


@pytest.mark.parametrize(
    ("table", "index"),
    [
        ((1, 100, 9, 100), 1),  # Walsh 2014
        ((9, 100, 1, 100), 1),
        ((2, 14, 7, 14), None),  # not significant
        ((8, 10, 20, 200), 72),  # fewer events, but the higher proportion: events go to the other arm
    ],
)
def test_fragility_index(table: Table, index: int | None) -> None:
    assert fragility_index(*table) == index


@pytest.mark.parametrize("table", [(10, 400, 40, 390), (8, 10, 20, 200), (0, 39, 9, 15), (60, 104, 31, 102)])
def test_fragility_index_is_the_first_step_that_is_not_significant(table: Table) -> None:
    a, n1, c, n2 = table if table[0] * table[3] <= table[2] * table[1] else (*table[2:], *table[:2])
    index = fragility_index(*table)
    assert index is not None
    assert all(fisher(a + added, n1, c, n2) < 0.05 for added in range(index))
    assert fisher(a + index, n1, c, n2) >= 0.05


def test_the_tails_of_fisher_share_the_observed_table() -> None:
    """Barber 2018 prints .112 for 10/27 v 5/27, whose two-sided p is .224."""
    below, above = fisher_tails(10, 27, 5, 27)
    assert above == pytest.approx(0.112, abs=0.0005)
    assert fisher_tails(5, 27, 10, 27) == pytest.approx((above, below))
    assert fisher(10, 27, 5, 27) == pytest.approx(2 * above)


def test_large_trials() -> None:
    """Between Yates and Pearson at n = 10⁵, where logarithms of factorials have lost their digits."""
    table = (49_700, 100_000, 50_000, 100_000)
    assert METHODS["Pearson"](*table) < mid_p(*table) < fisher(*table)
    assert fisher(*table) == pytest.approx(METHODS["Yates"](*table), rel=1e-4)
    assert fragility_index(100, 100_000, 160, 100_000) == 26


@st.composite
def tables(draw: st.DrawFn) -> Table:
    n1, n2 = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n2)), n2


@given(tables())
@settings(max_examples=50)
def test_arms_and_events_can_be_swapped(table: Table) -> None:
    a, n1, c, n2 = table
    for name, method in METHODS.items():
        p = method(a, n1, c, n2)
        assert 0 <= p <= 1
        assert method(c, n2, a, n1) == pytest.approx(p, rel=1e-9)
        if name != "Wald (log RR)":  # the ratio of the risks of no event is another ratio
            assert method(n1 - a, n1, n2 - c, n2) == pytest.approx(p, rel=1e-9)
