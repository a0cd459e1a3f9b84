"""`pool`: the registry's trials, a user's own data, and every refusal."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

#: Colditz et al. 1994: thirteen trials of BCG vaccine (metadat::dat.bcg).
BCG = """study,ai,n1i,ci,n2i,alloc
Aronson 1948,4,123,11,139,random
Ferguson 1949,6,306,29,303,random
Rosenthal 1960,3,231,11,220,random
Hart 1977,62,13598,248,12867,random
Frimodt-Moller 1973,33,5069,47,5808,alternate
Stein 1953,180,1541,372,1451,alternate
Vandiviere 1973,8,2545,10,629,random
TPT Madras 1980,505,88391,499,88391,random
Coetzee 1968,29,7499,45,7277,random
Rosenthal 1961,17,1716,65,1665,systematic
Comstock 1974,186,50634,141,27338,systematic
Comstock & Webster 1969,5,2498,3,2341,systematic
Comstock 1976,27,16913,29,17854,systematic
"""
FIELDS = [
    *("measure", "model", "ci_method", "k", "estimate", "se", "ci_lb", "ci_ub", "p", "q", "q_df", "q_p"),
    *("tau2", "tau2_ci_lb", "tau2_ci_ub", "i2", "i2_q", "h2", "pi_lb", "pi_ub"),
]


@pytest.fixture
def bcg(tmp_path) -> Path:
    """The thirteen trials as a file."""
    (tmp_path / "bcg.csv").write_text(BCG)
    return tmp_path / "bcg.csv"


def first_row(ran) -> dict:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)["rows"][0]


def test_json_has_every_field_and_ratios_for_a_ratio(run, bcg):
    row = first_row(run("pool", "--data", str(bcg), "--measure", "RR", "-f", "json"))
    assert set(FIELDS) <= set(row)
    # metafor, rma(measure="RR", method="REML") at tight tolerance
    assert row["estimate"] == pytest.approx(-0.7145323422, abs=1e-9)
    assert row["se"] == pytest.approx(0.1797815161, abs=1e-9)
    assert row["tau2"] == pytest.approx(0.3132432581, abs=1e-9)
    assert row["i2"] == pytest.approx(92.2214, abs=1e-4)
    assert (row["pi_lb"], row["pi_ub"]) == pytest.approx((-2.008375907, 0.5793112226), abs=1e-8)
    assert row["ratio"] == pytest.approx(2.718281828459045 ** row["estimate"])


@pytest.mark.parametrize(
    ("options", "estimate"),
    [
        (("--measure", "RR", "--model", "common"), -0.4302851637),
        (("--measure", "RR", "--model", "DL"), -0.7141172221),
        (("--measure", "OR", "--model", "MH"), -0.4734109884),
        (("--measure", "PETO"), -0.4744463109),
    ],
)
def test_models_give_metafors_numbers(run, bcg, options, estimate):
    assert first_row(run("pool", "--data", str(bcg), *options, "-f", "json"))["estimate"] == pytest.approx(
        estimate, abs=1e-9
    )


def test_hartung_knapp_gives_metafors_interval(run, bcg):
    row = first_row(run("pool", "--data", str(bcg), "--measure", "RR", "--ci", "hk", "-f", "json"))
    assert (row["ci_lb"], row["ci_ub"]) == pytest.approx((-1.108443714, -0.3206209706), abs=1e-8)


def test_the_founding_trials_are_pooled_both_ways(run):
    rows = json.loads(run("pool", "mrs", "--at", "3mo", "--model", "common", "-f", "json").out)["rows"]
    ways = {row["set"]: row["estimate"] for row in rows if row["model"] == "common"}
    assert ways == {
        "had chung-2021 favoured treatment": pytest.approx(0.3106, abs=5e-5),
        "had chung-2021 favoured control": pytest.approx(0.1596, abs=5e-5),
    }
    out = run("pool", "mrs", "--at", "3mo").out
    for p in ("Stouffer   0.0672", "Stouffer   0.1556", "Fisher     0.0734", "Fisher     0.1139"):
        assert p in out
    assert "2 trials, 84 participants" in out


def test_trials_that_cannot_enter_are_named_with_the_reason(run):
    out = run("pool", "mrs", "--measure", "OR", "--definition", "no decrease").out
    assert "bang-2005 is not in the pool: compares 'the scale itself'" in out
    out = run("pool", "mrs", "--at", "3mo", "--exclude", "chung-2021").out
    assert "chung-2021 is not in the pool: excluded on request" in out


def test_groups_leave_one_out_and_cumulative_add_pools(run, bcg):
    def sets(*options: str) -> list[str]:
        out = run("pool", "--data", str(bcg), "--measure", "RR", *options, "-f", "csv").out
        return [row["set"] for row in csv.DictReader(io.StringIO(out)) if row["model"] == "REML"]

    assert sets() == [""]
    assert sets("--leave-one-out")[1:3] == ["without Aronson 1948", "without Ferguson 1949"]
    assert len(sets("--cumulative")) >= 14
    assert {"alloc random", "alloc alternate", "alloc systematic"} <= set(sets("--by", "alloc"))


def test_a_batch_gives_the_same_numbers_as_pool_by_pool(run, bcg):
    batch = run("pool", "--data", str(bcg), "--measure", "RR", "--batch", "alloc", "-f", "json")
    single = run("pool", "--data", str(bcg), "--measure", "RR", "--by", "alloc", "-f", "json")
    groups = {
        row["set"].removeprefix("alloc "): row
        for row in json.loads(single.out)["rows"][1:]
        if (row["model"], row["ci_method"]) == ("REML", "z")
    }
    for row in json.loads(batch.out)["rows"]:
        assert row["estimate"] == pytest.approx(groups[row["set"]]["estimate"], rel=1e-10)
        assert row["tau2"] == pytest.approx(groups[row["set"]]["tau2"], rel=1e-8)


LATITUDES = (44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33)


@pytest.fixture
def with_latitude(tmp_path) -> Path:
    """The thirteen trials with the latitude of each place."""
    head, *rows = BCG.splitlines()
    lines = [f"{head},ablat", *(f"{row},{latitude}" for row, latitude in zip(rows, LATITUDES, strict=True))]
    (tmp_path / "latitude.csv").write_text("\n".join(lines))
    return tmp_path / "latitude.csv"


def test_meta_regression_gives_metafors_coefficients(run, with_latitude):
    options = ("--measure", "RR", "--moderators", "ablat", "-f", "json")
    rows = json.loads(run("pool", "--data", str(with_latitude), *options).out)["rows"]
    # metafor, rma(mods = ~ ablat): 0.2515 (0.2491), -0.0291 (0.0072); QM 16.36, R2 75.6 %
    assert [row["term"] for row in rows] == ["intercept", "ablat"]
    assert [row["estimate"] for row in rows] == pytest.approx([0.2515, -0.0291], abs=5e-5)
    assert rows[0]["qm"] == pytest.approx(16.36, abs=5e-3)
    assert rows[0]["r2"] == pytest.approx(75.6, abs=0.1)


def test_small_study_effects_are_refused_below_ten_studies_unless_forced(run, with_latitude):
    assert "Egger" in run("pool", "--data", str(with_latitude), "--measure", "RR", "--bias").out
    few = with_latitude.with_name("few.csv")
    few.write_text("\n".join(with_latitude.read_text().splitlines()[:6]))
    ran = run("pool", "--data", str(few), "--measure", "RR", "--bias")
    assert (ran.code, ran.out) == (2, "")
    assert "below 10" in ran.err
    assert run("pool", "--data", str(few), "--measure", "RR", "--bias", "--force").code == 0


def test_subgroups_come_with_their_test_of_difference(run, with_latitude):
    assert (
        "Subgroups differ: Q "
        in run("pool", "--data", str(with_latitude), "--measure", "RR", "--by", "alloc").out
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "empty; expected a header"),
        ("study,yi,vi\n", "no study below the header"),
        ("study,yi,vi\na,NA,1\n", "no study is left"),
        ("study,ai,n1i\na,1,2\n", "in.csv:1:1: missing columns ci, n2i"),
        ("study,yi,vi\na,x,1\n", "in.csv:2:2: yi: 'x' is not a number"),
        ("study,ai,n1i,ci,n2i\na,5,3,1,4\n", "in.csv:2:2: ai is 5; more events than participants"),
        (
            "study,m1i,sd1i,n1i,m2i,sd2i,n2i\na,1,-2,10,1,2,10\n",
            "in.csv:2:3: sd1i is -2; a standard deviation",
        ),
        ("study,yi,vi\na,1,1\na,2,1\n", "in.csv:3:1: study 'a' is already on line 2"),
        ("study,yi,vi\na,1\n", "in.csv:2:1: 2 cells where the header has 3"),
        ("study,yi,yi\na,1,2\n", "in.csv:1:1: column 'yi' occurs twice"),
        ("study,effect\na,1\n", "no column of a measure"),
    ],
)
def test_bad_data_gets_one_clear_message_with_row_and_column(run, tmp_path, data, said):
    (tmp_path / "in.csv").write_text(data)
    ran = run("pool", "--data", "in.csv")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "one of the two"),
        (("mrs", "--model", "MH"), "MH pools OR, RR, RD, not SMD"),
        (("mrs", "--model", "peto"), "peto pools the measure PETO"),
        (("mrs", "--model", "bayes", "--ci", "hk"), "has one interval"),
        (("mrs", "--model", "XX"), "known: common, MH, peto, DL"),
        (("mrs", "--measure", "XX"), "known: OR, RR"),
        (("mrs", "--ci", "XX"), "known: z, t, hk, hk-adhoc"),
        (("mrs", "--level", "5"), "not between 50 and 100"),
        (("mrs", "--at", "soon"), "expected a time"),
        (("mrss",), "did you mean 'mrs'?"),
        (("mrs", "--by", "x"), "work on --data"),
        (("mrs", "--measure", "MD"), "no trial enters the pool"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_requests_are_refused_with_what_would_be_right(run, arguments, said):
    ran = run("pool", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
