"""Means and SDs of arms from what studies report instead: the Handbook's examples, and every gap that stays one."""

from __future__ import annotations

import math

import pytest

from msc_evidence.statistics.conversion import Quantiles, mean_sd
from msc_evidence.statistics.pooling.arm_summaries import MEANS, completed, derivable
from msc_evidence.statistics.pooling.measures import InvalidValueError

#: An arm that reports everything.
SECOND = {"m2i": 28.3, "sd2i": 4.06, "n2i": 22.0}


def of_one(**row: float) -> tuple[dict[str, float], list[str]]:
    columns, derived = completed({name: [value] for name, value in row.items()})
    return {name: values[0] for name, values in columns.items()}, [each.basis for each in derived[0]]


@pytest.mark.parametrize(
    ("row", "sd", "basis"),
    [
        # Cochrane Handbook 6.5.2.2: 30.0 to 34.2 in 25 participants, √25 × 4.2/4.128
        ({"m1i": 32.1, "ci_lb1i": 30.0, "ci_ub1i": 34.2, "n1i": 25}, 5.09, ["95% CI"]),
        ({"m1i": 32.1, "se1i": 1.2, "n1i": 36}, 7.2, ["SE"]),
        # Cochrane Handbook 6.5.2.8: SDs of 6.4 and 7.1 with a correlation of 0.78
        (
            {"m1i": 3.2, "sdpre1i": 6.4, "sdpost1i": 7.1, "r1i": 0.78, "n1i": 129},
            4.53,
            ["SDs before and after, correlation 0.78"],
        ),
        ({"m1i": 5.0, "sd1i": 3.0, "se1i": 9.0, "n1i": 129}, 3.0, []),
        ({"m1i": 5.0, "se1i": 1.5, "ci_lb1i": 4.9, "ci_ub1i": 5.1, "n1i": 4}, 3.0, ["SE"]),
    ],
)
def test_an_sd_comes_from_what_stands_in_its_place(
    row: dict[str, float], sd: float, basis: list[str]
) -> None:
    found, said = of_one(**row, **SECOND)
    assert round(found["sd1i"], 2) == sd
    assert said == basis
    assert [found[name] for name in ("m2i", "sd2i", "n2i")] == [28.3, 4.06, 22]


@pytest.mark.parametrize(("statistic", "value"), [("pi", 0.008), ("ti", 2.775545), ("ti", -2.775545)])
def test_a_test_of_the_difference_gives_both_arms_one_sd(statistic: str, value: float) -> None:
    """Cochrane Handbook 6.5.2.3: a difference of 3.8 with p .008, 25 v 22, has SD 4.683469 unrounded."""
    found, said = of_one(m1i=32.1, n1i=25, m2i=28.3, n2i=22, **{statistic: value})
    assert (found["sd1i"], found["sd2i"]) == pytest.approx((4.683469, 4.683469), abs=5e-6)
    assert said == [f"{statistic[0]} of the difference"] * 2


@pytest.mark.parametrize(
    ("cells", "basis", "method"),
    [
        ({"q1": 9, "q3": 15}, "median with quartiles", "Luo 2018; Wan 2014"),
        ({"minimum": 1, "maximum": 24}, "median with range", "Luo 2018; Wan 2014"),
        (
            {"q1": 9, "q3": 15, "minimum": 1, "maximum": 24},
            "median with quartiles and range",
            "Luo 2018; Shi 2020",
        ),
    ],
)
def test_medians_give_mean_and_sd_with_the_method_named(
    cells: dict[str, float], basis: str, method: str
) -> None:
    columns = {f"{name.replace('imum', '')}1i": [value] for name, value in cells.items()}
    data = {"med1i": [12.0], "n1i": [77.0], **columns, **{name: [value] for name, value in SECOND.items()}}
    found, ((derived,),) = completed(data)
    expected = mean_sd(Quantiles(12, 77, **cells))
    assert (found["m1i"], found["sd1i"]) == ([expected.mean], [expected.sd])
    assert (derived.basis, derived.method, derived.warning) == (basis, method, "")


def test_a_mean_that_is_reported_stays_and_skewed_data_are_named() -> None:
    _, ((derived,),) = completed(
        {
            name: [value]
            for name, value in {"m1i": 29, "med1i": 20, "q11i": 10, "q31i": 60, "n1i": 40, **SECOND}.items()
        }
    )
    assert [name for name, _ in derived.values] == ["sd1i"]
    assert derived.method == "Wan 2014"
    assert "0.600, critical value 0.415" in derived.warning


@pytest.mark.parametrize(
    "row",
    [
        {"m1i": 5, "n1i": 20},
        {"m1i": 5, "se1i": 1},
        {"med1i": 5, "n1i": 20},
        {"m1i": 5, "ci_lb1i": 4, "n1i": 20},
        {"m1i": 5, "n1i": 20, "pi": 0.03},  # the other arm has an SD of its own
    ],
)
def test_what_leads_to_no_number_stays_missing(row: dict[str, float]) -> None:
    found, said = of_one(**row, **SECOND)
    assert math.isnan(found["sd1i"])
    assert said == []


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ({"m1i": 5, "n1i": 20, "se1i": -1}, "se1i", "cannot be negative"),
        ({"m1i": 5, "n1i": 1, "se1i": 1}, "se1i", "fewer than two"),
        ({"m1i": 5, "n1i": 0, "se1i": 1}, "n1i", "1 participant or more"),
        ({"m1i": 5, "n1i": 20, "ci_lb1i": 6, "ci_ub1i": 9}, "m1i", "between ci_lb1i and ci_ub1i"),
        ({"n1i": 20, "m1i": 5, "ci_lb1i": 6, "ci_ub1i": 4}, "ci_lb1i", "no SD follows"),
        ({"m1i": 5, "n1i": 20, "sdpre1i": 2, "sdpost1i": 2, "r1i": 1.2}, "r1i", "from -1 to 1"),
        ({"n1i": 4, "med1i": 5, "q11i": 4, "q31i": 6}, "med1i", "too few"),
        ({"n1i": 40, "med1i": 5, "q11i": 6, "q31i": 7}, "med1i", "ascending"),
        ({"n1i": 40, "med1i": 5, "q11i": 4}, "med1i", "pairs"),
    ],
)
def test_cells_from_which_nothing_can_follow_are_refused(
    row: dict[str, float], column: str, message: str
) -> None:
    with pytest.raises(InvalidValueError, match=message) as caught:
        of_one(**row, **SECOND)
    assert (caught.value.column, caught.value.row) == (column, 0)


@pytest.mark.parametrize(("statistic", "value"), [("ti", 0), ("pi", 1), ("pi", 0), ("pi", 1.2)])
def test_a_test_that_says_nothing_of_the_spread_is_refused(statistic: str, value: float) -> None:
    with pytest.raises(InvalidValueError, match="nothing of the standard error") as caught:
        of_one(m1i=32.1, n1i=25, m2i=28.3, n2i=22, **{statistic: value})
    assert caught.value.column == statistic


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (MEANS, True),
        (["med1i", "min1i", "max1i", "n1i", "m2i", "se2i", "n2i"], True),
        (["m1i", "n1i", "m2i", "n2i", "ti"], True),
        (["m1i", "n1i", "m2i", "n2i", "pi"], True),
        (["m1i", "n1i", "m2i", "n2i", "pi", "direction"], False),  # a lone p has a formula of its own
        (["med1i", "q11i", "n1i", "m2i", "sd2i", "n2i"], False),
        (["se1i", "n1i", "m2i", "sd2i", "n2i"], False),
        (["ai", "n1i", "ci", "n2i"], False),
    ],
)
def test_which_columns_lead_to_means_and_sds(header: list[str], known: bool) -> None:
    assert derivable(header) is known
