"""GRIM, GRIMMER, DEBIT and percentages, against published cases, enumeration and random data."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.statistics.granularity import (
    counts_for,
    debit,
    grim,
    grim_can_fail,
    grimmer,
    nearest_sds,
    totals,
)
from msc_evidence.statistics.interval import Interval

FEW = settings(max_examples=50)
NON_NEGATIVE = Interval(0, math.inf)


def printed(text: str) -> Interval:
    """The box of a number as printed."""
    half = Decimal(5).scaleb(-len(text.partition(".")[2]) - 1)
    return Interval(float(Decimal(text) - half), float(Decimal(text) + half))


@pytest.mark.parametrize(
    ("mean", "n", "items", "step", "possible"),
    [
        ("5.19", 28, 1, 1, False),  # Brown & Heathers 2017
        ("5.19", 32, 1, 1, True),
        ("5.27", 43, 1, 1, False),
        ("3.48", 20, 1, 1, False),
        ("11.09", 21, 1, 1, False),
        ("5.18", 14, 2, 1, True),
        ("5.83", 50, 1, 1, False),
        ("5.83", 50, 2, 1, True),  # 583 of 100 answers
        ("8.96", 30, 1, 1, False),  # Apgar score, INSPECT-SR item 4.8
        ("9.96", 30, 1, 1, False),
        ("9.93", 30, 1, 1, True),
        ("62.5", 5, 1, 5, False),  # Barthel Index in steps of 5
        ("62", 5, 1, 5, True),
        ("-0.7", 7, 1, 1, True),  # a change: −5/7
        ("-0.8", 7, 1, 1, False),
    ],
)
def test_grim(mean: str, n: int, items: int, step: float, possible: bool) -> None:
    assert grim(printed(mean), n, items, step) is possible


def test_grim_counts_steps_from_the_lowest_score() -> None:
    """Odd scores 1, 3, 5: two of them have an odd or even whole mean, never a half."""
    assert grim(printed("2.0"), 2, step=2, minimum=1)
    assert not grim(printed("2.5"), 2, step=2, minimum=1)
    assert not grim(printed("2.0"), 1, step=2, minimum=1)


@pytest.mark.parametrize(
    ("decimals", "n", "items", "step", "can_fail"),
    [
        (2, 28, 1, 1, True),
        (2, 99, 1, 1, True),
        (2, 100, 1, 1, False),
        (2, 50, 2, 1, False),
        (2, 49, 2, 1, True),
        (1, 5, 1, 5, True),
        (1, 54, 1, 5, False),
        (0, 5, 1, 5, False),
        (0, 4, 1, 5, True),
    ],
)
def test_grim_can_fail(decimals: int, n: int, items: int, step: float, can_fail: bool) -> None:
    assert grim_can_fail(decimals, n, items, step) is can_fail


@pytest.mark.parametrize(
    ("decimals", "n", "step"), [(1, 9, 1), (1, 10, 1), (1, 11, 1), (1, 52, 5), (1, 45, 5)]
)
def test_grim_can_fail_exactly_where_some_mean_fails(decimals: int, n: int, step: float) -> None:
    ulps = range(int(step * 10**decimals) + 1)
    fails = any(not grim(printed(f"{ulp / 10**decimals:.{decimals}f}"), n, step=step) for ulp in ulps)
    assert fails is grim_can_fail(decimals, n, step=step)


@pytest.mark.parametrize(
    ("mean", "sd", "n", "possible"),
    [
        ("5.23", "2.55", 35, False),  # Allard 2018
        ("5.23", "2.55", 31, True),
        ("5.21", "1.6", 28, True),
        ("3.44", "2.47", 18, False),
        ("9.93", "0.18", 30, False),  # Apgar score, INSPECT-SR item 4.8
        # Real data whose mean has fewer decimals than the SD: more than one total fits the mean.
        ("3.8", "1.97", 20, True),
        ("4", "2.30", 28, True),
        ("3.3", "2.252", 56, True),
        # GRIM fails already.
        ("5.19", "1.30", 28, False),
        ("2.0", "-0.3", 10, False),
    ],
)
def test_grimmer(mean: str, sd: str, n: int, possible: bool) -> None:
    assert grimmer(printed(mean), printed(sd), n) is possible


def printed_pairs(samples: Iterable[Sequence[int]], unit: float, decimals: int) -> set[tuple[int, int]]:
    """Every mean and SD, in units of the last place, that samples can be printed with; halves round either way."""
    found: set[tuple[int, int]] = set()
    for total, squares, n in {(sum(data), sum(x * x for x in data), len(data)) for data in samples}:
        mean = unit * total / n * 10**decimals
        sd = unit * math.sqrt((squares - total * total / n) / (n - 1)) * 10**decimals
        found |= set(product(_rounded(mean), _rounded(sd)))
    return found


def _rounded(value: float) -> set[int]:
    return {math.floor(value + 0.5 + 1e-7), math.ceil(value - 0.5 - 1e-7)}


def box(places: int, decimals: int) -> Interval:
    return Interval((places - 0.5) / 10**decimals, (places + 0.5) / 10**decimals)


@pytest.mark.parametrize("decimals", [1, 2])
@pytest.mark.parametrize(
    ("n", "top", "step", "items"),
    [
        *((n, 6, 1, 1) for n in (2, 3, 4, 5, 8, 10, 12)),
        *((n, 5, 5, 1) for n in (3, 7)),  # a short Barthel Index, in steps of 5
        (4, 8, 0.5, 1),
        (5, 6, 1, 2),  # two items of 0 to 3
    ],
)
def test_grimmer_passes_what_samples_give_and_nothing_else(
    n: int, top: int, step: float, items: int, decimals: int
) -> None:
    """Over every printed mean and SD: all samples of a scale by enumeration."""
    unit = step / items
    occurring = printed_pairs(combinations_with_replacement(range(top + 1), n), unit, decimals)
    highest = top * unit
    means = [at for at in range(int(highest * 10**decimals) + 1) if grim(box(at, decimals), n, items, step)]
    sds = range(int(highest * 10**decimals * 0.75) + 1)
    accepted = {
        (mean, sd)
        for mean, sd in product(means, sds)
        if grimmer(box(mean, decimals), box(sd, decimals), n, items, step, 0, highest)
    }
    assert accepted == occurring


@pytest.mark.parametrize("decimals", [1, 2])
@pytest.mark.parametrize("n", [2, 3, 5])
def test_grimmer_without_limits_passes_what_samples_of_any_whole_numbers_give(n: int, decimals: int) -> None:
    """Around a mean of 0 to 1, no score of a sample with an SD below 3 lies beyond −8 and 9."""
    samples = (data for data in combinations_with_replacement(range(-8, 10), n) if 0 <= sum(data) <= n)
    occurring = {
        pair for pair in printed_pairs(samples, 1, decimals) if pair[1] < 3 * 10**decimals and pair[0] >= 0
    }
    grid = product(range(10**decimals + 1), range(3 * 10**decimals))
    accepted = {pair for pair in grid if grimmer(box(pair[0], decimals), box(pair[1], decimals), n)}
    assert accepted == occurring


@pytest.mark.parametrize(("n", "decimals"), [(2, 1), (3, 2), (7, 2), (12, 2), (40, 3)])
def test_debit_passes_what_zeros_and_ones_give_and_nothing_else(n: int, decimals: int) -> None:
    occurring = printed_pairs(([0] * (n - ones) + [1] * ones for ones in range(n + 1)), 1, decimals)
    means = [at for at in range(10**decimals + 1) if grim(box(at, decimals), n)]
    grid = product(means, range(int(0.8 * 10**decimals)))
    accepted = {(mean, sd) for mean, sd in grid if debit(box(mean, decimals), box(sd, decimals), n)}
    assert accepted == occurring


def test_the_sd_of_a_population_has_the_divisor_n() -> None:
    """12 scores with a total of 49: √(34.9167/12) = 1.706, √(34.9167/11) = 1.782."""
    mean = printed("4.08")
    assert grimmer(mean, printed("1.71"), 12, divisor=12)
    assert not grimmer(mean, printed("1.71"), 12)
    assert grimmer(mean, printed("1.78"), 12)
    assert debit(printed("0.3"), printed("0.46"), 10, divisor=10)
    assert not debit(printed("0.3"), printed("0.46"), 10)


def test_nearest_sds_are_those_that_samples_of_the_scale_have() -> None:
    """Five scores from 0 to 6 with a total of 22."""
    samples = (data for data in combinations_with_replacement(range(7), 5) if sum(data) == 22)
    sds = sorted({statistics.stdev(data) for data in samples})
    below, above = max(sd for sd in sds if sd < 2.41), min(sd for sd in sds if sd > 2.41)
    assert nearest_sds(printed("4.40"), 2.41, 5, minimum=0, maximum=6) == pytest.approx([below, above])
    assert nearest_sds(printed("4.40"), 9.0, 5, minimum=0, maximum=6) == pytest.approx([sds[-1]])


def test_limits_that_are_no_whole_steps_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="not a scale in steps of 4"):
        grimmer(printed("2.0"), printed("1.0"), 5, step=4, minimum=0, maximum=6)


def test_grimmer_scales_with_step_and_items() -> None:
    """Scores 0, 5, 10 in steps of 5; two-item averages 0, ½, 1."""
    assert grimmer(printed("5.0"), printed("5.00"), 3, step=5)
    assert not grimmer(printed("5.0"), printed("1.00"), 3, step=5)
    assert grimmer(printed("0.50"), printed("0.50"), 3, items=2)
    assert not grimmer(printed("0.50"), printed("0.50"), 3)


@pytest.mark.parametrize(
    ("mean", "sd", "n", "possible"),
    [
        ("0.53", "0.50", 1683, True),  # Heathers & Brown 2019
        ("0.19", "0.35", 1683, False),
        ("0.35", "0.18", 20, False),
        ("0.5", "0.71", 2, True),
        ("0.00", "0.00", 12, True),
        ("1.20", "0.00", 12, False),
        ("-0.30", "0.46", 12, False),
    ],
)
def test_debit(mean: str, sd: str, n: int, possible: bool) -> None:
    assert debit(printed(mean), printed(sd), n) is possible


def test_debit_asks_for_a_whole_number_of_ones() -> None:
    """Of 20, means from 0.4 to 0.7 are 8 to 14 ones: √(20/19)/2 = 0.51299 is reached, 0.5 of 9 is not 0.505."""
    assert debit(Interval(0.4, 0.7), printed("0.51299"), 20)
    assert not debit(Interval(0.4, 0.7), printed("0.51310"), 20)
    assert not debit(Interval(0.4, 0.7), printed("0.51200"), 20)


@pytest.mark.parametrize(
    ("percent", "n", "counts"),
    [
        ("40.0", 30, [12]),
        ("68", 31, [21]),  # 21/31 = 67.742
        ("67", 31, []),
        ("59.8", 132, [79]),
        ("63", 132, [83]),  # printed beside 79/132, which is 59.8 %
        ("71", 43, []),
        ("14.3", 14, [2]),
        ("0", 30, [0]),
        ("100", 30, [30]),
        ("12.5", 1000, [125]),
        ("50", 200, [99, 100, 101]),
        ("101", 43, []),
        ("-3", 43, []),
    ],
)
def test_counts_for(percent: str, n: int, counts: list[int]) -> None:
    assert list(counts_for(printed(percent), n)) == counts


def test_open_boxes_exclude_nothing_they_need_not() -> None:
    above_5 = Interval(5, math.inf)
    assert grim(above_5, 28)
    assert grimmer(above_5, printed("2.55"), 35)
    assert grimmer(printed("5.23"), above_5, 35)
    assert not grimmer(printed("5.19"), NON_NEGATIVE, 28)
    assert list(counts_for(Interval(90, math.inf), 10)) == [9, 10]
    with pytest.raises(ValueError, match="without bound"):
        totals(above_5, 28)


@pytest.mark.parametrize("n", [8, 40, 200, 1000, 40_000])
@pytest.mark.parametrize("whole", [0, 5, 113])
def test_a_mean_on_the_edge_of_its_box_is_inside(n: int, whole: int) -> None:
    """n scores with mean …125 print as .12 or .13 according to the program; both edges must hold."""
    assert grim(printed(f"{whole}.12"), n)
    assert grim(printed(f"{whole}.13"), n)


@pytest.mark.parametrize("edge", ["5.18", "5.19", "2.67", "2.68", "1.00", "1.01"])
def test_edges_that_binary_floats_miss(edge: str) -> None:
    """1037/200 = 5.185 and its like: in floating point 5.185·200 is 1036.9999999999998."""
    box = printed(edge)
    for value in (box.lo, box.hi):
        total = round(value * 200)
        assert total in totals(box, 200)
        assert grim(Interval.point(value), 200)


@pytest.mark.parametrize(("percent", "count"), [("12.5", 1), ("12", 1), ("13", 1), ("38", 3), ("37", 3)])
def test_a_percentage_on_the_edge_of_its_box_is_inside(percent: str, count: int) -> None:
    assert count in counts_for(printed(percent), 8)


@pytest.mark.parametrize(("n", "items", "step"), [(0, 1, 1), (10, 0, 1), (10, 1, 0), (10, 1, -1)])
def test_impossible_designs_are_refused(n: int, items: int, step: float) -> None:
    with pytest.raises(ValueError, match="cannot be tested"):
        grim(printed("1.0"), n, items, step)
    with pytest.raises(ValueError, match="cannot be tested"):
        grim_can_fail(1, n, items, step)


def test_one_value_has_no_sd() -> None:
    with pytest.raises(ValueError, match="1 scores"):
        grimmer(printed("1.0"), printed("0.0"), 1)
    with pytest.raises(ValueError, match="1 scores"):
        debit(printed("1.0"), printed("0.0"), 1)


@FEW
@given(
    data=st.lists(st.integers(-20, 100), min_size=2, max_size=60),
    mean_decimals=st.integers(0, 3),
    sd_decimals=st.integers(0, 4),
    step=st.sampled_from([0.5, 1, 5]),
    items=st.integers(1, 4),
)
def test_real_data_never_fail(
    data: list[int], mean_decimals: int, sd_decimals: int, step: float, items: int
) -> None:
    unit = step / items
    mean = printed(f"{unit * statistics.mean(data):.{mean_decimals}f}")
    sd = printed(f"{unit * statistics.stdev(data):.{sd_decimals}f}")
    assert grim(mean, len(data), items, step)
    assert grimmer(mean, sd, len(data), items, step)


@FEW
@given(data=st.lists(st.integers(0, 1), min_size=2, max_size=300), decimals=st.integers(0, 4))
def test_real_binary_data_never_fail(data: list[int], decimals: int) -> None:
    mean, sd = f"{statistics.mean(data):.{decimals}f}", f"{statistics.stdev(data):.{decimals}f}"
    assert debit(printed(mean), printed(sd), len(data))


@FEW
@given(n=st.integers(1, 3000), part=st.floats(0, 1), decimals=st.integers(0, 3))
def test_a_count_is_among_those_of_its_percentage(n: int, part: float, decimals: int) -> None:
    k = round(n * part)
    assert k in counts_for(printed(f"{100 * k / n:.{decimals}f}"), n)
