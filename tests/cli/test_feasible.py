"""What `feasible` shows a person and hands to a pipeline, of the founding trials and of numbers that are typed."""

from __future__ import annotations

import csv
import io
import json

import pytest

TYPED = ("feasible", "--sizes", "5,25", "--scale", "0-6", "--p", ".076", "--favours", "treatment")
HEADER = ["test", "measure", "low", "high", "low_status", "high_status", "low_data", "high_data", "reason"]


def rows(out):
    return list(csv.DictReader(io.StringIO(out)))


def test_numbers_that_are_typed_need_no_registry(run):
    done = run(*TYPED, "--test", "rank-sum normal", "-f", "csv")
    assert (done.code, done.err) == (0, "")
    assert next(csv.reader(io.StringIO(done.out))) == HEADER
    by_measure = {row["measure"]: row for row in rows(done.out)}
    assert (by_measure["PS"]["low"], by_measure["PS"]["high"]) == ("0.704", "0.752")
    assert by_measure["common OR"]["high"] == "inf"
    assert {row["low_status"] for row in by_measure.values()} == {"exact"}
    first, second = by_measure["MD"]["high_data"].split("|")
    assert (sum(map(int, first.split())), sum(map(int, second.split()))) == (5, 25)
    document = json.loads(run(*TYPED, "--test", "RANK-SUM NORMAL", "-f", "json").out)
    assert [column["key"] for column in document["columns"]] == HEADER
    assert {row["measure"]: row["high"] for row in document["rows"]}["common OR"] == "inf"


def test_a_result_is_shown_by_test_with_what_cannot_be(run):
    done = run("feasible", "Bang 2005", "--outcome", "mRS", "--at", "6mo", "--test", "rank-sum normal",
               "--test", "Fisher", "--test", "chi2", COLUMNS="150")  # fmt: skip
    assert "Bang 2005 · modified Rankin Scale at 6 mo · 5 v 25 · p 0.171, favours MSC" in done.out
    assert "rank-sum, normal  0.66 to 0.69  −0.36 to 2.07" in done.out
    assert "Fisher, χ²: cannot be: no 2×2 table of 5 and 25 gives this p" in done.out
    assert "not what is likely" in done.out


def test_examples_are_data_sets_in_the_order_of_the_scale(run):
    done = run("feasible", "Bang 2005", "--outcome", "mRS", "--at", "12mo", "--test", "rank-sum normal",
               "--examples", COLUMNS="150")  # fmt: skip
    assert "Data sets of the ends, 6 to 0" in done.out
    assert "PS 0.65" in done.out


def test_ends_that_are_only_proved_are_said_to_be(run):
    out = run("feasible", "--sizes", "5000,5000", "--scale", "0-6", "--p", ".04", "--favours", "treatment",
              "--test", "rank-sum normal", COLUMNS="200").out  # fmt: skip
    assert "[0.50] to [0.51]" in out
    assert "possible data set but those in brackets" in out
    assert "the search for its data set would take too long" in out


def test_treasure_bounds_nothing_from_an_adjusted_p(run):
    reasons = {
        row["reason"] for row in rows(run("feasible", "TREASURE", "--outcome", "mRS", "-f", "csv").out)
    }
    assert any("p is adjusted" in reason for reason in reasons)


@pytest.mark.parametrize("p", ["0.372", "0.37"])
def test_treasure_lies_within_the_bounds_of_its_unadjusted_p(run, p):
    done = run("feasible", "--sizes", "104,102", "--scale", "0-6", "--p", p, "--favours", "treatment",
               "--test", "rank-sum normal", "-f", "csv")  # fmt: skip
    ps = next(row for row in rows(done.out) if row["measure"] == "PS")
    assert float(ps["low"]) < 0.5350 < float(ps["high"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--sizes", "5,25"), "--scale and --p are needed as well"),
        (("--sizes", "5,25", "--scale", "0-6", "--p", "2"), "--p: '2' is no p-value"),
        (
            ("--sizes", "5,25", "--scale", "0-6", "--p", ".1", "--outcome", "mrs"),
            "leave out trials and filters",
        ),
        (("--test", "ranksum"), "--test: unknown test 'ranksum'"),
        (("lee-2010", "--outcome", "death"), "none of these results has a p-value between two arms"),
    ],
)
def test_what_cannot_be_asked_is_said(run, arguments, said):
    done = run("feasible", *arguments)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_a_pool_of_p_values_alone_says_what_it_can_be(run):
    out = run("pool", "mrs", "--at", "3mo", "-q", COLUMNS="400").out
    assert "Over all data sets with the p of Bang 2005 and Chung 2021, if from rank-sum tests" in out
    assert "common effect 0.53 to 0.59 (win odds 1.13 to 1.42)" in out
    assert "95% CI 0.38 to 0.67 at the lower end and 0.43 to 0.72 at the upper" in out
    assert "Over all data sets" not in run("pool", "barthel", "--at", "3mo", "--measure", "SMD", "-q").out


def test_files_of_a_pool_hold_each_end_of_its_bounds_with_its_own_interval(run):
    out = run("pool", "mrs", "--at", "3mo", "--level", "90", "-f", "csv", "-q").out
    bounds = [
        row for row in rows(out) if row["set"].startswith("all data sets with the p of Bang 2005 and Chung")
    ]
    assert [(row["model"], row["level"], row["ps"][:5], row["ps_ci_lb"][:5]) for row in bounds] == [
        ("common, least", "90", "0.530", "0.405"),
        ("common, greatest", "90", "0.586", "0.459"),
        ("random effects, least", "90", "0.530", ""),
        ("random effects, greatest", "90", "0.648", ""),
    ]
    (single,) = [
        row for row in json.loads(run("pool", "mrs", "--at", "6mo", "-f", "json", "-q").out)["rows"]
        if row["model"] == "one study, least"
    ]  # fmt: skip
    assert (single["set"], round(single["ps"], 3)) == ("all data sets with the p of Bang 2005", 0.664)
