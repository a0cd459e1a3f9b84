"""Trustworthiness on the command line: with and without trials of concern, lists of retractions, what is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run

FILE = ("-r", str(ROOT / "docs" / "trusted.yaml"))
WATCH = """\
Author,RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason
Example A;Someone Else,3/1/2020 0:00,10.1000/n1,10.1000/aaa,0,Retraction,+Error in Data;
"""


def test_pools_with_and_without_trials_of_concern(run: Run) -> None:
    both = run("pool", "death", "--trust", "both", *FILE)
    assert "Without trials of serious concerns: Beta 2021 left out." in both.out
    assert "2 trials of 3 judged for trustworthiness; the others stay in" in both.err
    rows = list(csv.DictReader(io.StringIO(run("pool", "death", "--trust", "both", "-f", "csv", *FILE).out)))
    counts = {(row["trust"], row["k"]) for row in rows}
    assert counts == {("all trials", "3"), ("without trials of serious concerns", "2")}
    alone = list(
        csv.DictReader(io.StringIO(run("pool", "death", "--trust", "exclude", "-f", "csv", *FILE).out))
    )
    without = [row for row in rows if row["trust"] != "all trials"]
    assert [row["estimate"] for row in alone] == [row["estimate"] for row in without]


def test_forests_and_summaries_stand_below_each_other(run: Run) -> None:
    forest = run("plot", "forest", "death", "--trust", "both", *FILE).out
    assert forest.index("All trials") < forest.index("Without trials of serious concerns: Beta 2021 left out")
    summary = run("table", "sof", "--trust", "both", "-f", "csv", *FILE).out
    assert {line.partition(",")[0] for line in summary.splitlines()[1:]} == {
        "all trials",
        "without trials of serious concerns",
    }


@pytest.mark.parametrize(
    "command", [("pool", "death"), ("plot", "forest", "death"), ("table", "sof"), ("report", "-f", "md")]
)
def test_who_is_taken_in_despite_concerns_is_said(run: Run, command: tuple[str, ...]) -> None:
    said = "Taken in, though judged to raise concerns about trustworthiness: Beta 2021 (serious)"
    for options, times in (((), 1), (("--trust", "both"), 1), (("--trust", "exclude"), 0)):
        assert " ".join(run(*command, *options, *FILE).out.split()).count(said) == times, options


@pytest.mark.parametrize("command", [("pool", "death"), ("plot", "forest", "death"), ("table", "sof")])
def test_that_trials_were_left_out_stands_on_the_screen(run: Run, command: tuple[str, ...]) -> None:
    screen = " ".join(run(*command, "--trust", "exclude", *FILE).out.split())
    assert "trustworthiness" in screen
    assert "serious concerns" in screen


def test_rows_for_programs_say_beside_them_who_is_taken_in(run: Run) -> None:
    said = "aken in, though judged to raise concerns about trustworthiness: Beta 2021 (serious)"
    ran = run("pool", "death", "-f", "csv", *FILE)
    assert (said in ran.out, said in ran.err) == (False, True)
    assert said in run("table", "sof", "-f", "csv", *FILE).out


def test_the_report_has_trustworthiness_and_leaves_out_who_is_not_trusted(run: Run) -> None:
    page = run("report", *FILE, "-f", "md").out
    assert "Trustworthiness (INSPECT-SR)" in page
    assert "Beta 2021, 2.2" in page
    both = run("report", "--trust", "both", *FILE, "-f", "md").out
    assert "### death, risk ratio · Without trials of serious concerns: Beta 2021 left out" in both
    assert "| without trials of serious concerns | death, 90 d | 215 (2 trials)" in both
    left = run("report", "--trust", "only", *FILE, "-f", "md")
    assert "1 of serious concerns, 1 not judged" in left.err


def test_a_list_of_retractions_is_a_lead(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watch.csv").write_text(WATCH, encoding="utf-8")
    ran = run("check", "--retractions", "watch.csv", "--select", "MSC843", *FILE)
    assert (ran.code, "1 notice under the name Example A" in ran.out) == (0, True)
    assert "looked up in watch.csv, which has 1 notice" in ran.err
    assert "to record the search give each trial `notices: {searched: " in ran.err


def test_tests_on_request_say_where_they_had_nothing_to_look_at(run: Run) -> None:
    ran = run("check", "--trust-tests", *FILE)
    assert "MSC851 looked at 0 of 3 trials (10 counts at entry or more), MSC852 at 0" in ran.err
    assert "neither alarm nor silence" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pool", "death", "--trust", "most"), "--trust most: expected exclude, only or both"),
        (("table", "trust", "--trust", "both"), "--trust both sets pools beside each other"),
        (("compare", "--trust", "both"), "--trust both sets pools beside each other"),
        (("plot", "trust", "--trust", "both"), "--trust both sets pools beside each other"),
        (("check", "--as-of", "tomorrow"), "--as-of: 'tomorrow' is no date; expected a day or a month"),
        (("check", "--retractions", "notes.csv"), "no column OriginalPaperDOI"),
        (("check", "--select", "MSC851"), "runs on request alone; ask for it with --trust-tests"),
    ],
)
def test_what_is_refused(run: Run, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "notes.csv").write_text("a,b\n", encoding="utf-8")
    ran = run(*arguments, *FILE)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
