"""What `pool` and `plot forest` say of their numbers: conventions, levels, what misleads, what cannot be estimated."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from typing import NamedTuple

import pytest

COUNTS = "study,ai,n1i,ci,n2i\n"
GIVEN = "study,yi,vi\n"
MEANS = "study,m1i,sd1i,n1i,m2i,sd2i,n2i\n"
#: The second study has no event, the third none under treatment.
ZEROS = f"{COUNTS}Ames,4,20,6,22\nBoyd,0,20,0,22\nCole,0,30,3,28\nDunn,2,31,5,33\n"
NO_EVENTS = f"{COUNTS}Ames,0,20,0,22\nBoyd,0,25,0,25\n"
NONE_TREATED = f"{COUNTS}Ames,0,20,3,20\nBoyd,0,31,2,30\n"
#: Effects closer than chance: Q .02 on 5 degrees of freedom.
CLOSE = GIVEN + "".join(
    f"s{at},{y},{v}\n"
    for at, (y, v) in enumerate([(0.25, 0.1), (0.3, 0.2), (0.27, 0.05), (0.22, 0.3), (0.29, 0.06)])
)
EQUAL = GIVEN + "".join(f"s{at},0.25,{0.05 + 0.01 * at:.2f}\n" for at in range(12))
ONE = f"{GIVEN}Ames,0.25,0.1\n"
GROUPS = "study,yi,vi,g\nAmes,0.2,0.05,u\nBoyd,0.4,0.1,u\nCole,0.9,0.2,v\n"
TINY = f"{COUNTS}Ames,1,120000,13,118000\nBoyd,3,90000,9,91000\n"
WIDE = f"{COUNTS}Ames,1,20,0,22\nBoyd,0,9,1,8\n"
ASYMMETRIC = COUNTS + "".join(f"s{at},{at % 5 + 1},{20 * at},{at + 3},{20 * at}\n" for at in range(1, 12))
POINTS = f"{MEANS}Ames,20,9,20,15,8,21\nBoyd,38,12,30,20,11,31\nCole,47,20,40,20,18,39\n"

#: The file, the options of `pool`, what is said, what is not.
CASES = [
    (ZEROS, "OR", "not in the pool: Boyd (no events in either arm)|in Cole: 0.5 is added to all four counts", ""),
    (ZEROS, "OR --zero-cells all --cc 0.1", "0.1 is added to every count of every study", ""),
    (ZEROS, "OR --zero-cells none", "Cole (an empty cell, to which nothing is added)", ""),
    (ZEROS, "OR --double-zero keep", "in Boyd and Cole: 0.5 is added|4 trials", "not in the pool"),
    (ZEROS, "RD", "not in the pool: Boyd (its variance is 0; --zero-cells only|in Cole: nothing is added", "no effect"),
    (ZEROS, "RD --zero-cells only", "4 trials", "not in the pool"),
    (ZEROS, "OR --model MH", "Mantel–Haenszel's pool adds nothing", ""),
    (NO_EVENTS, "RD --model MH", "0.00 (no interval) (Mantel–Haenszel)|nothing is left of which", "excludes"),
    (NONE_TREATED, "OR --model MH", "not estimable: an arm or an outcome is empty in every study", "excludes|nan"),
    (TINY, "RR", "events are rare (0.0062% of the participants)|--model MH, or --measure PETO", ""),
    (TINY, "RR --model MH", "", "events are rare"),
    (TINY, "RD", "−0.000", "0.00 (0.00"),
    (CLOSE, "GEN --ci hk", "narrower than the common effect's, 95% CI 0.0", ""),
    (CLOSE, "GEN --ci hk-adhoc", "", "narrower than the common effect's"),
    (CLOSE, "GEN --ci hk --level 80", "narrower than the common effect's, 80% CI 0.1", "95%"),
    (EQUAL, "GEN --ci hk", "the effects agree exactly|0.25 (no interval)", "<0.0001|excludes"),
    (
        ONE, "GEN --ci hk --models all",
        "one study  0.25 (−0.37 to 0.87)|(one study; the interval includes", "Hartung|random effects",
    ),
    (GROUPS, "GEN --ci hk --by g --level 80", "g v 1 one study 0.90 (0.33 to 1.47)|Pooled (80% CI)", "ratio_ci_lb|95%"),
    (POINTS, "MD", "no Bayesian row: half-normal(0.5) and (1) are priors for log ratios", "half-normal(0.5)  "),
    (POINTS, "MD --prior-scale 10", "Bayes, τ ~ half-normal(10)", "no Bayesian row"),
    (POINTS, "SMD", "Bayes, τ ~ half-normal(0.5)|Bayes, τ ~ half-normal(1)", "no Bayesian row"),
    (POINTS, "SMD --level 80", "Effect (80% CI)|Pooled (80% CI)|New study (80%)|(80% CI ", "95%"),
    (ASYMMETRIC, "OR --bias --level 80", "Harbord's|Peters'|odds ratio in an infinitely precise study|80% CI", "95%"),
    (ASYMMETRIC, "RR --bias", "--measure OR has tests that are not", "Harbord"),
    (WIDE, "OR --level 99.9 --ci hk", "99.9% CI", "nan|not estimable"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "options", "said", "unsaid"), CASES, ids=lambda value: str(value).split("\n")[0]
)
def test_what_is_said_of_a_pool(run, tmp_path, data, options, said, unsaid):
    (tmp_path / "in.csv").write_text(data)
    ran = run("pool", "--data", "in.csv", "--measure", *options.split())
    assert ran.code == 0, ran.err
    text = " ".join(ran.out.split())
    for words in filter(None, said.split("|")):
        assert " ".join(words.split()) in text
    assert not [words for words in unsaid.split("|") if words and words in ran.out]


class Refusal(NamedTuple):
    """What cannot be done, and what is said of it."""

    data: str
    options: str
    said: str


@pytest.mark.parametrize(
    "case",
    [
        Refusal(ZEROS, "OR --zero-cells some", "--zero-cells 'some' is not one of none, only, all"),
        Refusal(ZEROS, "OR --double-zero both", "--double-zero 'both' is not one of keep, drop"),
        Refusal(ZEROS, "OR --cc 0", "--zero-cells none adds nothing"),
        Refusal(ZEROS, "RD --cc 0.1", "say --zero-cells only or all too"),
        Refusal(ZEROS, "OR --model MH --zero-cells all", "model MH adds nothing to empty cells"),
        Refusal(POINTS, "MD --zero-cells all", "--zero-cells: conventions for empty cells are for OR, RR, RD, not MD"),
        Refusal(POINTS, "MD --model bayes", "model bayes needs --prior-scale for MD"),
        Refusal(POINTS, "SMD --prior-scale 0", "a prior scale of 0 is not above 0"),
        Refusal(POINTS, "MD --prior-scale 1e300", "is not above 0 and below 1e+15"),
        Refusal(ZEROS, "OR --cc 1e30", "what is added to a cell is a number above 0, 1e-09 to 100"),
        Refusal(ZEROS, "OR --level 99.99999999999999", "too near 100; at most 99.9999 is computed"),
        Refusal(POINTS, "MD --information --detect 1e-300", "no trial can detect an effect of that size"),
        Refusal(POINTS, "MD --information --detect 1e300", "no trial can detect an effect of that size"),
        Refusal("study,yi,vi\nA,1e30,1\nB,2,1\n", "MD", "in.csv:2:2: yi is 1e+30, beyond what can be computed with"),
        Refusal("study,yi,vi\nA,800,1\nB,2,1\n", "OR", "in.csv:2:2: yi is 800, and no OR is that large"),
        Refusal("study,yi,vi\nA,.5,1\nB,2,1\n", "RD", "in.csv:3:2: yi is 2, and RD lies between -1 and 1"),
        Refusal(NO_EVENTS, "RD", "none of 2 has an effect on the scale of RD that can be weighed (its variance is 0;"),
    ],
    ids=lambda case: case.options,
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(run, tmp_path, case):
    (tmp_path / "in.csv").write_text(case.data)
    ran = run("pool", "--data", "in.csv", "--measure", *case.options.split())
    assert (ran.code, ran.out) == (2, "")
    assert case.said in ran.err


def test_files_say_level_convention_and_who_is_not_in_the_pool(run, tmp_path):
    (tmp_path / "in.csv").write_text(ZEROS)
    ran = run("pool", "--data", "in.csv", "--measure", "OR", "--level", "90", "-f", "csv")
    row = next(csv.DictReader(io.StringIO(ran.out)))
    assert (row["level"], row["zero_cells"], row["left_out"]) == (
        "90",
        "only 0.5, drop",
        "Boyd: no events in either arm",
    )
    assert "0.5 is added" in row["remarks"]
    one = run(
        "pool", "--data", "in.csv", "--measure", "OR", "--cumulative", "given", "--ci", "hk", "-f", "json"
    )
    first = next(row for row in json.loads(one.out)["rows"] if row["set"] == "to Ames")
    assert (first["model"], first["ci_method"], first["tau2"]) == ("one study", "z", 0)


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (ZEROS, "OR --level 80", "Effect (80% CI)"),
        (ZEROS, "OR", "an empty cell in Cole: 0.5 is added"),
        (NO_EVENTS, "RD --model MH", "No arm has an event"),
        (NONE_TREATED, "OR --model MH", "not estimable"),
    ],
)
def test_the_forest_says_it_too(run, tmp_path, data, options, said):
    (tmp_path / "in.csv").write_text(data)
    ran = run("plot", "forest", "--data", "in.csv", "--measure", *options.split())
    assert ran.code == 0, ran.err
    assert said.casefold() in " ".join(ran.out.split()).casefold()
    assert "nan" not in ran.out


def test_files_have_the_studies_too(run, tmp_path):
    (tmp_path / "in.csv").write_text(ZEROS)
    asked = ("pool", "--data", "in.csv", "--measure", "OR", "--level", "80")
    rows = list(csv.DictReader(io.StringIO(run(*asked, "-f", "csv", "--studies").out)))
    assert [row["study"] for row in rows] == ["Ames", "Cole", "Dunn", "Boyd"]
    # ln(4·16/(16·6)), its normal interval at 80 %, and the same as a ratio
    assert [float(rows[0][key]) for key in ("estimate", "ci_lb", "ratio")] == pytest.approx(
        [-0.405465, -1.348662, 0.666667], abs=1e-6
    )
    assert sum(float(row["weight"]) for row in rows[:3]) == pytest.approx(100)
    assert (rows[3]["estimate"], rows[3]["left_out"]) == ("", "no events in either arm")
    both = json.loads(run(*asked, "-f", "json").out)
    assert (both["table"], both["studies"]["table"]) == ("pooled", "studies")
    assert [row["study"] for row in both["studies"]["rows"]] == [row["study"] for row in rows]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-f", "md"), "md has the studies"),
        ((), "table has the studies"),
        (("-f", "csv", "--batch", "g"), "--batch"),
    ],
)
def test_studies_are_asked_for_where_they_are_not_shown(run, tmp_path, options, said):
    (tmp_path / "in.csv").write_text(GROUPS)
    ran = run("pool", "--data", "in.csv", "--studies", *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    ("format", "marks"),
    [
        (
            "md",
            ["## in.csv, odds ratio", "| Ames | 0.67", "| random effects, REML |", "- 3 trials: odds ratio"],
        ),
        ("html", ["<h1>in.csv, odds ratio</h1>", ">Ames</th>", "<li>3 trials: odds ratio", "<title>in.csv"]),
        ("latex", [r"\subsection*{in.csv, odds ratio}", r"Ames & 0.67", r"\item 3 trials: odds ratio"]),
    ],
)
def test_a_page_shows_what_the_screen_shows(run, tmp_path, format, marks):
    (tmp_path / "in.csv").write_text(ZEROS)
    ran = run("pool", "--data", "in.csv", "--measure", "OR", "--influence", "--information", "-f", format)
    assert ran.code == 0, ran.err
    for mark in (*marks, "Boyd (no events in either arm)", "Influence of single studies"):
        assert mark in ran.out


#: Effects at the very end of what is read, and tables so small that limits of 99.9% leave every float.
AT_THE_END = ("study,yi,vi\nA,699,1\nB,2,1\nC,-699,1e-29\n", "study,yi,vi\nA,9e29,1e-29\nB,2,9e29\nC,-1,1\n")
SMALL_TABLES = "study,ai,n1i,ci,n2i\nA,0,3,3,3\nB,3,3,0,3\n"


@pytest.mark.parametrize(
    ("data", "options"),
    [
        *(
            (AT_THE_END[0], f"{measure} {model}")
            for measure in ("OR", "SMD")
            for model in ("", "--prior-scale 9e14")
        ),
        *((AT_THE_END[1], f"{measure} --prior-scale 1") for measure in ("MD", "GEN")),
        *(
            (SMALL_TABLES, f"{measure} --level 99.9 --ci {ci}")
            for measure in ("OR", "RR")
            for ci in ("z", "t", "hk")
        ),
    ],
)
@pytest.mark.parametrize(
    "more", ["", "--information", "--influence --leave-one-out --cumulative given", "-f json"]
)
def test_numbers_at_the_end_of_what_is_read_crash_nothing(run, tmp_path, data, options, more):
    (tmp_path / "in.csv").write_text(data)
    ran = run("pool", "--data", "in.csv", "--measure", *options.split(), *more.split())
    assert ran.code == 0, ran.err
    assert not re.search(r"\b(nan|inf|NaN|Infinity|None)\b", ran.out)


def test_a_library_warns_nobody_but_who_asks_python(tmp_path):
    code = "import warnings, importlib; main = importlib.import_module('msc_evidence.cli.main');"
    code += " main.program = lambda: lambda: warnings.warn('numpy says'); main.main()"
    for options, said in (([], ""), (["-W", "default"], "numpy says")):
        done = subprocess.run(
            [sys.executable, *options, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert said in done.stderr
        assert bool(done.stderr) == bool(said)


@pytest.mark.parametrize(
    ("option", "most"), [("--leave-one-out", 1_000), ("--cumulative given", 1_000), ("--influence", 5_000)]
)
def test_what_pools_as_often_as_there_are_studies_is_refused_for_many(run, tmp_path, option, most):
    rows = "".join(f"s{number},0.{number % 9 + 1},0.1\n" for number in range(most + 1))
    (tmp_path / "in.csv").write_text(f"study,yi,vi\n{rows}")
    ran = run("pool", "--data", "in.csv", "--measure", "MD", *option.split())
    assert (ran.code, ran.out) == (2, "")
    assert (
        f"{option.split()[0]} pools {most + 1:,} studies {most + 1:,} times; at most {most:,} are" in ran.err
    )
