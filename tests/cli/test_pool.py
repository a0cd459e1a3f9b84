"""`pool`: the registry's trials, a user's own data, and every refusal."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
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
    rows = json.loads(
        run("pool", "mrs", "--at", "3mo", "--measure", "SMD", "--model", "common", "-f", "json").out
    )["rows"]
    ways = {row["set"]: row["estimate"] for row in rows if row["model"] == "common"}
    assert ways == {
        "if treatment did better in Chung 2021": pytest.approx(0.3106, abs=5e-5),
        "if control did better in Chung 2021": pytest.approx(0.1596, abs=5e-5),
    }
    out = run("pool", "mrs", "--at", "3mo", "--measure", "SMD", "--models", "all").out
    for p in ("Stouffer   0.0672", "Stouffer   0.1556", "Fisher     0.0734", "Fisher     0.1139"):
        assert p in out
    assert "2 trials, 84 participants" in out


def test_trials_that_cannot_enter_are_named_with_the_reason(run):
    out = run("pool", "mrs", "--measure", "OR", "--definition", "no decrease").out
    assert "compares 'the scale itself'; --definition pools what is defined alike: Bang 2005" in out
    out = run("pool", "mrs", "--at", "3mo", "--exclude", "chung-2021").out
    assert "excluded on request: Chung 2021" in out


def test_groups_leave_one_out_and_cumulative_add_pools(run, bcg):
    def sets(*options: str) -> list[str]:
        out = run("pool", "--data", str(bcg), "--measure", "RR", *options, "-f", "csv").out
        return [row["set"] for row in csv.DictReader(io.StringIO(out)) if row["model"] == "REML"]

    assert sets() == [""]
    assert sets("--leave-one-out")[1:3] == ["without Aronson 1948", "without Ferguson 1949"]
    assert len(sets("--cumulative", "given")) >= 14
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
        "Test of difference between subgroups: Q "
        in run("pool", "--data", str(with_latitude), "--measure", "RR", "--by", "alloc").out
    )


def test_information_says_how_far_the_founding_trials_reach(run):
    ask = ("pool", "mrs", "--at", "3mo", "--measure", "SMD", "--model", "common", "--information")
    out = run(*ask).out
    # SMD .3106: (1 + r)²/r (1.95996 + .84162)²/.3106², r = 44/40; a new trial of 102 reaches z = 1.96
    assert "SMD 0.31, the pooled effect itself; α 0.05, power 80%, SD 1): 327" in out
    assert "The 84 participants of this pool reach 25.7% (boundary |z| 4.27, not crossed)" in out
    assert "A new trial that finds the same effect would make it so from about 102 participants on." in out
    ran = run(*ask, "-f", "json")
    rows = json.loads(ran.out)["rows"]
    assert {row["set"] for row in rows} == {
        f"if {x} did better in Chung 2021" for x in ("treatment", "control")
    }
    assert (rows[0]["allowance"], rows[0]["required"], rows[0]["same_effect_participants"]) == (
        "none",
        327,
        102,
    )


def test_information_of_own_data_names_the_effect_to_detect_or_what_is_missing(run, bcg, tmp_path):
    ran = run("pool", "--data", str(bcg), "--measure", "RR", "--information", "--detect", "0.8", "-f", "json")
    row = first_row(ran)
    assert (row["effect_stated"], row["participants"]) == (True, 357347)
    # (1 + r)²/r (z + z)² p̄(1 − p̄)/(p₁ − p₂)² at the control risk of .908 % and 4/5 of it
    assert row["required"] == 77527
    (tmp_path / "given.csv").write_text("study,yi,vi\na,.3,.1\nb,.35,.12\n")
    out = run("pool", "--data", "given.csv", "--information").out
    assert "needs the columns n1i and n2i to be stated in participants" in out


def test_influence_has_metafors_diagnostics(run, with_latitude):
    options = ("--measure", "RR", "--influence")
    row = first_row(run("pool", "--data", str(with_latitude), *options, "-f", "json"))
    # metafor, influence(rma(measure = "RR")): Aronson 1948
    assert (row["study"], row["influential"]) == ("Aronson 1948", False)
    assert [row[key] for key in ("rstudent", "cook_d", "hat")] == pytest.approx(
        [-0.2181, 0.0017, 0.0506], abs=5e-5
    )
    assert "influential: |DFFITS|" in run("pool", "--data", str(with_latitude), *options).out


def test_groups_without_an_effect_are_named_and_the_others_compared(run, tmp_path):
    (tmp_path / "in.csv").write_text("study,yi,vi,g\na,.1,.1,u\nb,.2,NA,w\nc,.3,.1,x\n")
    out = run("pool", "--data", "in.csv", "--by", "g").out
    assert "No study of g w has an effect." in out
    assert "Test of difference between subgroups: Q 0.20, df 1" in out


TABLE = "study,yi,vi,x,g,part\na,.1,.1,1,u,1\nb,.2,.1,1,u,\nc,.4,.1,1,u,3l\nd,.4,.2,1,u,4\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--level", "0"), "confidence level of 0 is not between"),
        (("--level", "100"), "confidence level of 100 is not between"),
        (("--level", "nan"), "confidence level of nan is not between"),
        (("--measure", "SMD", "--model", "MH"), "MH pools OR, RR, RD, not SMD"),
        (("--batch", "g", "--by", "x"), "--batch gives one row per pool"),
        (("--batch", "g", "--cumulative", "x"), "--batch gives one row per pool"),
        (("--batch", "part"), "in.csv:3:6: part is empty; every study needs its group"),
        (("--by", "g"), "one group only that can be pooled (g u)"),
        (("--by", "zz"), "missing column zz"),
        (("--bias",), "below 10"),
        (("--force",), "--force is for --bias"),
        (("--moderators", ","), "names no column"),
        (("--moderators", "x"), "'x' is the same in every study"),
        (("--moderators", "part"), "in.csv:4:6: part: '3l' is not a number"),
        (("--moderators", "x", "--model", "bayes", "--prior-scale", "1"), "the models are common, DL"),
        (("--influence", "--information", "-f", "csv"), "one table; ask for influence and information one"),
        (("--information", "--model", "bayes", "--prior-scale", "1"), "rests on a test"),
        (
            ("--model", "bayes"),
            "bayes needs --prior-scale for GEN: half-normal(0.5) and (1) are priors for log",
        ),
        (("--information", "--detect", "0"), "expected a number other than 0"),
        (("--detect", "2"), "--detect names the effect of --information"),
        (("--at", "3mo"), "--at chooses from the registry, not from --data"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_that_cannot_be_met_are_refused_and_none_is_ignored(run, tmp_path, options, said):
    (tmp_path / "in.csv").write_text(TABLE)
    ran = run("pool", "--data", "in.csv", *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_what_is_no_text_or_no_file_gets_a_message_about_data(run, tmp_path):
    (tmp_path / "in.csv").write_bytes(b"study,yi,vi\nM\xfcller,1,1\n")
    (tmp_path / "nul.csv").write_bytes(b"study,yi,vi\na\0b,1,1\n")
    (tmp_path / "long.csv").write_text(f"study,yi,vi\n{'a' * 200_000},1,1\n")
    for name, said in (
        ("nul.csv", "not a text file"),
        ("long.csv", "not CSV: "),
        (".", "cannot be read: "),
        ("none.csv", os.strerror(errno.ENOENT)),
        ("in.csv", "in.csv:2:2: not UTF-8; save the file as UTF-8"),
    ):
        ran = run("pool", "--data", name)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
        assert "registry" not in ran.err


@pytest.mark.parametrize("change", [("\n", "\r\n"), (",", ";"), (",", "\t"), ("study", "\ufeffstudy")])
def test_files_as_spreadsheets_write_them(run, bcg, change):
    plain = first_row(run("pool", "--data", str(bcg), "--measure", "RR", "-f", "json"))
    bcg.write_bytes(bcg.read_text().replace(*change).encode())
    assert first_row(run("pool", "--data", str(bcg), "--measure", "RR", "-f", "json")) == plain


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("study,yi,vi\na,1e308,1\n", "in.csv:2:2: yi is 1e+308, beyond what can be computed with"),
        ("study,yi,vi\na,1,0\n", "in.csv:2:3: vi is 0; must be above 0"),
        ("study,pi,n1i,n2i,direction\na,.05,10,10,2\n", "in.csv:2:5: direction is 2; must be 1 or -1"),
        ("study;yi;vi\na;0,3;0.1\n", "in.csv:2:2: yi: '0,3' has a decimal comma where other numbers"),
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
        ("study,effect\na,1\n", "in.csv:1:1: effect needs vi or sei, or ci_lb and ci_ub, beside it"),
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
        (("mrs", "--model", "MH"), "MH pools OR, RR, RD, not PS"),
        (("mrs", "--model", "peto"), "peto pools the measure PETO"),
        (("mrs", "--model", "bayes", "--ci", "hk"), "has one interval"),
        (("mrs", "--model", "XX"), "known: common, MH, peto, DL"),
        (("mrs", "--measure", "XX"), "known: OR, RR"),
        (("mrs", "--ci", "XX"), "known: z, t, hk, hk-adhoc"),
        (("mrs", "--level", "5"), "not between 50 and 100"),
        (("mrs", "--at", "soon"), "expected a time"),
        (("mrss",), "did you mean 'mrs'?"),
        (("mrs", "--by", "x"), "unknown field 'x'"),
        (("mrs", "--measure", "MD"), "no trial enters the pool"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_requests_are_refused_with_what_would_be_right(run, arguments, said):
    ran = run("pool", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


#: One study per way to a mean and SD; the last reports them.
DERIVED = """study,m1i,sd1i,ci_lb1i,ci_ub1i,med1i,q11i,q31i,n1i,m2i,sd2i,se2i,n2i,pi,place
By CI and SE,32.1,,30.0,34.2,,,,25,28.3,,0.8654,22,,a
By median,,,,,20,10,60,40,25,5,,41,,a
By p,32.1,,,,,,,25,28.3,,,22,0.008,b
None,10,3,,,,,,20,12,,,21,,b
Reported,11,4,,,,,,70,10,4,,70,,b
"""


@pytest.fixture
def derived(tmp_path) -> Path:
    """Studies of which one in five reports means and SDs of both arms, and one cannot enter."""
    (tmp_path / "derived.csv").write_text(DERIVED)
    return tmp_path / "derived.csv"


def test_derived_means_and_sds_are_marked_on_the_screen(run, derived):
    ran = run("pool", "--data", str(derived))
    assert ran.code == 0
    for said in (
        "arm 1: 95% CI; arm 2: SE",
        "arm 1: median with quartiles",
        "arms 1 and 2: p of the difference",
        "as reported",
        "Luo 2018; Wan 2014",
        "skewed (Shi 2023: 0.600, critical value 0.415)",
    ):
        assert said in " ".join(ran.out.split()), said
    assert "means or SDs of By CI and SE, By median and By p are derived, not reported" in ran.err
    assert "the data of By median are skewed" in ran.err


def test_derived_numbers_are_named_beside_each_pool(run, derived):
    row = first_row(run("pool", "--data", str(derived), "-f", "json"))
    assert row["k"] == 4
    assert "By CI and SE: sd1i 5.087" in row["derived"]
    assert "By p: sd2i 4.683" in row["derived"]
    assert "None" not in row["derived"]
    batch = json.loads(run("pool", "--data", str(derived), "--batch", "place", "-f", "json").out)["rows"]
    assert ["By median" in row["derived"] for row in batch] == [True, False]


def test_medians_of_skewed_data_by_the_distribution_that_fits(run, derived):
    ran = run("pool", "--data", str(derived), "--medians", "mcgrath", "-f", "json")
    assert "m1i 67.34" in first_row(ran)["derived"]
    assert "median with quartiles (McGrath 2020, log-normal)" in first_row(ran)["derived"]
    assert "skewed" not in ran.err
    refused = run("pool", "--data", str(derived), "--medians", "wan")
    assert (refused.code, refused.out) == (2, "")
    assert "unknown --medians wan; known: luo-wan, mcgrath" in refused.err


def test_every_group_of_a_batch_has_its_row_also_without_an_effect(run, tmp_path):
    (tmp_path / "in.csv").write_text("study,yi,vi,g\na,NA,1,x\nb,1,1,y\nc,NA,NA,z\n")
    rows = json.loads(run("pool", "--data", "in.csv", "--batch", "g", "-f", "json").out)["rows"]
    assert [(row["set"], row["k"]) for row in rows] == [("x", 0), ("y", 1), ("z", 0)]


def test_pools_without_derived_numbers_have_none(run, bcg):
    assert first_row(run("pool", "--data", str(bcg), "-f", "json"))["derived"] is None
    assert "Derived" not in run("pool", "--data", str(bcg), "--batch", "alloc").out


def test_a_cell_that_nothing_follows_from_is_refused_at_its_place(run, derived):
    derived.write_text(DERIVED.replace("0.8654", "-1"))
    ran = run("pool", "--data", str(derived))
    assert (ran.code, ran.out) == (2, "")
    assert ":2:12: se2i is -1; a standard error or deviation cannot be negative" in ran.err
