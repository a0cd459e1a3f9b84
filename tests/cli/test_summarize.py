"""`summarize` over the field: what the default answers, what it leaves out and says so, and every filter."""

from __future__ import annotations

import csv
import io

import pytest


def trials(out: str) -> list[str]:
    return list(dict.fromkeys(row["trial"] for row in csv.DictReader(io.StringIO(out))))


def test_the_default_is_controlled_trials_of_msc_and_says_what_it_leaves_out(run):
    ran = run("summarize")
    assert "8 controlled trials" in ran.out
    assert all(name in ran.out for name in ("Bang 2005", "Chung 2021", "Lee 2010", "ISIS-HERMES", "AMASCIS"))
    assert "TREASURE" not in ran.out
    assert "12 trials left out (10 other cells, 1 not controlled, 1 part of a trial that is shown)" in ran.err
    assert "Not wholly seen: Law 2021 and AMASCIS." in ran.out
    assert "Not shown: 9 results in words" in ran.out
    # Holm within each source: 0.066 0.085 …, 0.046 (chung-2021), <0.05 (bhasin-2013), 0.012 and 0.008 (jaillard-2020)
    assert "9 of 15 p-values are below 0.05, 4 after Holm's correction within each source" in ran.out


def test_a_trial_that_is_named_is_shown_whatever_it_is(run):
    ran = run("summarize", "houkin-2024")
    assert "104 / 102" in ran.out
    assert "left out" not in ran.err
    assert "10 of 12 p-values can be recomputed" in ran.out


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("--cells MAPC --all-sources", ["hess-2017", "houkin-2024"]),
        (
            "--cells any --design non-randomised",
            ["moniche-2012", "bhasin-2013", "taguchi-2015", "ghali-2016"],
        ),
        ("--cells any --since 2024 --sort size", ["houkin-2024", "lin-2024"]),
        ("--cells any --route intracerebral", ["chen-2014"]),
        ("--cells MSC --origin autologous --at 260wk", ["lee-2010"]),
        ("--design any --outcome fugl-meyer", ["lee-2022"]),
    ],
)
def test_filters(run, arguments, found):
    assert trials(run("summarize", "-f", "csv", *arguments.split()).out) == found


def test_wide_shows_what_was_said_in_words_and_the_values_of_the_arms(run):
    narrow, wide = (
        run("summarize", "--cells", "CD34+").out,
        run("summarize", "--cells", "CD34+", "--wide").out,
    )
    assert "European Stroke Scale" not in narrow
    assert "European Stroke Scale" in wide
    assert "50.0% v 14.3%" in wide
    assert "results in words" not in wide


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--design random", "unknown design 'random'; did you mean 'randomised'?"),
        ("--sort yaer", "unknown order 'yaer'; did you mean 'year'?"),
        ("--at soon", "--at: 'soon' is not a time; expected a time with its unit"),
        ("--cells xyz", "no trial is left of 20: 20 other cells"),
        ("bang-2005 --since 2010", "no trial is left of 1: 1 before 2010"),
    ],
)
def test_requests_that_cannot_be_met(run, arguments, said):
    ran = run("summarize", *arguments.split())
    assert ran.code == 2
    assert said in ran.err


def test_a_registry_of_other_trials_is_shown_for_what_it_is(run, shipped, tmp_path):
    text = shipped.read_text(encoding="utf-8").replace("type: MSC", "type: MNC").replace("MSC or MNC", "MNC")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    assert "Bang 2005" in run("summarize", "-r", "other.yaml").out
