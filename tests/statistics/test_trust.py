"""What honest numbers look like: every rule against R, which computes it another way."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.trust.baseline import combined_rows, multiple_share, rounded_row_p
from msc_evidence.statistics.trust.blocks import block_sizes
from msc_evidence.statistics.trust.coincidences import at_least, same_count, same_mean, same_print, same_sd
from msc_evidence.statistics.trust.exactness import PrintedArm, exact_share, student_p
from msc_evidence.statistics.trust.parts import Part, change_correlation, whole_mean, whole_sd

#: R's integrals stop at 1e-11, its optimiser at about 1e-9, its simulation has a standard error of 0.00035.
CLOSED, SEARCHED, SIMULATED = 1e-10, 1e-7, 1e-3
REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "trust.json").read_text())


def test_the_reference_has_not_shrunk() -> None:
    counts = {name: len(rows) for name, rows in REFERENCE.items() if name != "program"}
    assert counts == {
        "same_print": 5, "same_count": 5, "at_least": 3, "multiple_share": 5, "rounded_row_p": 6, "combined": 3,
        "block_sizes": 9, "whole": 3, "correlation": 6, "exact_share": 4,
    }  # fmt: skip


def test_coincidences_of_means_and_sds() -> None:
    for row in REFERENCE["same_print"]:
        given = row["sd"], row["n1"], row["n2"], row["step"]
        assert same_mean(*given) == pytest.approx(row["mean"], rel=CLOSED)
        assert same_sd(*given) == pytest.approx(row["spread"], rel=CLOSED)


def test_a_step_much_finer_than_the_spread_loses_no_digit() -> None:
    fine, nearly = (same_print(1.0, step) / step for step in (0.99e-4, 1.01e-4))
    assert fine == pytest.approx(nearly, rel=1e-7)
    assert same_print(0.0, 0.1) == 1.0


def test_coincidences_of_counts_and_their_number() -> None:
    for row in REFERENCE["same_count"]:
        assert same_count(row["total"], row["n1"], row["n2"]) == pytest.approx(row["p"], rel=CLOSED)
    for row in REFERENCE["at_least"]:
        assert at_least(row["p"], row["seen"]) == pytest.approx(row["tail"], rel=CLOSED)


def test_digits_and_rounded_rows() -> None:
    for row in REFERENCE["multiple_share"]:
        assert multiple_share(row["n"], row["share"], row["multiple"]) == pytest.approx(row["p"], rel=CLOSED)
    assert [multiple_share(7, share, 5) for share in (0.0, 1.0)] == [1.0, 0.0]
    for row in REFERENCE["rounded_row_p"]:
        sigma = row["sd"] * math.sqrt(1 / row["n1"] + 1 / row["n2"])
        assert rounded_row_p(row["steps"], sigma, row["step"]) == pytest.approx(row["p"], abs=CLOSED)
    for row in REFERENCE["combined"]:
        rows = combined_rows(row["p"])
        expected = [row["z"], row["alike"], row["different"]]
        assert [rows.z, rows.too_alike, rows.too_different] == pytest.approx(expected, rel=CLOSED)


def test_sizes_that_blocks_give() -> None:
    for row in REFERENCE["block_sizes"]:
        ratio = row["ratio"][0], row["ratio"][1]
        assert block_sizes(row["n"], row["block"], ratio, row["lists"]) == (row["low"], row["high"])
    with pytest.raises(ValueError, match="hold no ratio"):
        block_sizes(60, 4, (2, 1))


def test_parts_and_wholes() -> None:
    for row in REFERENCE["whole"]:
        parts = [
            Part(n, Interval.rounded(m, dm), Interval.rounded(s, ds)) for n, m, dm, s, ds in row["parts"]
        ]
        mean, sd = whole_mean(parts), whole_sd(parts)
        assert [mean.lo, mean.hi] == pytest.approx(row["mean"], rel=CLOSED)
        assert [sd.lo, sd.hi] == pytest.approx(row["sd"], rel=SEARCHED)
    with pytest.raises(ValueError, match="no SD"):
        whole_sd([Part(3, Interval.point(1.0))])


def test_correlations_implied_by_changes() -> None:
    for row in REFERENCE["correlation"]:
        box = change_correlation(*(Interval.rounded(sd, row["decimals"]) for sd in row["sds"]))
        assert [box.lo, box.hi] == pytest.approx([row["low"], row["high"]], rel=SEARCHED)
    with pytest.raises(ValueError, match="SD of 0"):
        change_correlation(Interval(0.0, 0.05), Interval(1, 2), Interval(1, 2))


def test_shares_that_reproduce_exactly() -> None:
    for row in REFERENCE["exact_share"]:
        step = 10.0 ** -row["decimals"]
        m1, sd1, n1, m2, sd2, n2 = row["arms"]
        arms = PrintedArm(m1, sd1, n1, step, step), PrintedArm(m2, sd2, n2, step, step)
        assert exact_share(*arms, row["p_decimals"]) == pytest.approx(row["share"], abs=SIMULATED)


def test_students_p_of_the_printed_numbers() -> None:
    """t = 1 / (1.5·√(2/10)) = 1.4907 on 18 df."""
    arms = PrintedArm(6, 1.5, 10, 1, 0.1), PrintedArm(5, 1.5, 10, 1, 0.1)
    assert student_p(*arms) == pytest.approx(0.15335, abs=5e-6)
