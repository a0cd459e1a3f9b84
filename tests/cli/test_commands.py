"""Every command: its exit code, what it prints where, and what it prints to machines."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from msc_evidence.checks.glossary import glossary_term

ROOT = Path(__file__).parents[2]
SUMMARY_COLUMNS = [
    *("trial", "year", "outcome", "timepoint", "treatment_n", "control_n", "reported_p", "favours", "z"),
    *("implied_g", "implied_g_ci_lb", "implied_g_ci_ub", "implied_ps", "holm_p", "bh_p", "verdict"),
]
COMMANDS = [
    (),
    ("summarize",),
    ("compare",),
    ("compare", "bang-2005"),
    ("recompute",),
    ("recompute", "chung-2021"),
    ("check",),
    ("explain",),
    ("explain", "MSC207"),
    ("schema",),
    ("init", "-"),
]


@pytest.mark.parametrize("arguments", COMMANDS[1:], ids=" ".join)
def test_every_command_answers_on_standard_output_and_succeeds(run, arguments):
    ran = run(*arguments, cwd=ROOT)
    assert ran.code == 0, ran.err
    assert ran.out.endswith("\n")
    assert "Traceback" not in ran.err
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_has_help_without_colour(run, arguments):
    ran = run(*arguments[:1], "-h", FORCE_COLOR="1", GITHUB_ACTIONS="true")
    assert ran.code == 0
    assert " ".join(("msc-evidence", *arguments[:1])) in ran.out.splitlines()[0]
    assert "\x1b" not in ran.out


def test_without_a_command_it_shows_help_and_exits_2(run):
    ran = run()
    assert ran.code == 2
    assert "summarize" in ran.out + ran.err


@pytest.mark.parametrize("command", ["summarize", "compare", "recompute"])
@pytest.mark.parametrize("format", ["table", "csv", "tsv", "json", "md"])
def test_same_input_same_bytes(run, command, format):
    assert run(command, "-f", format).out == run(command, "-f", format, PYTHONHASHSEED="7").out


def test_summarize_as_csv_has_a_row_per_result(run):
    rows = list(csv.DictReader(io.StringIO(run("summarize", "bang-2005", "chung-2021", "-f", "csv").out)))
    assert len(rows) == 8
    assert set(SUMMARY_COLUMNS) <= set(rows[0])
    assert [row["reported_p"] for row in rows[:6]] == ["0.011", "0.017", "0.115", "0.076", "0.171", "0.286"]


def test_summarize_as_csv_leaves_empty_what_was_not_reported(run):
    rows = list(csv.DictReader(io.StringIO(run("summarize", "-f", "csv").out)))
    primary = next(row for row in rows if row["trial"] == "chung-2021" and row["outcome"] == "mrs")
    assert primary["favours"] == ""
    assert primary["verdict"] == "not recomputable"
    # metafor 4, escalc(measure="SMD", pi=.732, n1i=39, n2i=15): yi ±0.103092, vi 0.092406
    assert float(primary["implied_g"]) == pytest.approx(0.103092, abs=5e-7)
    assert float(primary["implied_g_ci_ub"]) == pytest.approx(0.103092 + 1.959964 * 0.092406**0.5, abs=1e-5)
    assert float(primary["implied_g_ci_lb"]) == -float(primary["implied_g_ci_ub"])


def test_summarize_as_json_is_the_table_of_the_contract(run):
    data = json.loads(run("summarize", "-f", "json").out)
    assert (data["schema"], data["table"]) == (1, "results")
    assert [column["key"] for column in data["columns"]] == list(data["rows"][0])
    # Hedges 1981 on p .011, 5 v 25; Newcombe 2006 for PS
    assert data["rows"][0]["implied_g"] == pytest.approx(1.298060, abs=5e-7)
    assert data["rows"][0]["implied_ps"] == pytest.approx(0.86554, abs=5e-6)


def test_summarize_says_what_is_left_out_on_standard_error_only(run):
    ran = run("summarize")
    assert "--all-sources" in ran.err
    assert "--all-sources" not in ran.out
    assert run("summarize", "-q").err == ""
    founding = run("summarize", "bang-2005", "chung-2021", "--all-sources", "-f", "csv")
    assert len(founding.out.splitlines()) == 18


def test_filters_by_trial_and_outcome(run):
    out = run("summarize", "bang-2005", "--outcome", "mrs", "-f", "csv").out.splitlines()
    assert len(out) == 4
    assert all(line.startswith("bang-2005,2005,mrs") for line in out[1:])


def test_compare_shows_what_the_sizes_could_have_shown(run):
    out = run("compare", "bang-2005").out
    assert "smallest significant d 1.0035; 80% power would need d ≥ 1.422." in out
    assert "a rank-sum test can give: <0.0001." in out
    assert "5 of 30 against 1:1 (no ratio stated): exact binomial p 0.000325" in out
    out = run("compare", "chung-2021").out
    assert "39 of 54 against the stated 2:1: exact binomial p 0.4708" in out
    assert "80% power would need d ≥ 0.867." in out


def test_recompute_says_what_it_finds_for_the_leg_score(run):
    rows = json.loads(run("recompute", "chung-2021", "-f", "json").out)["rows"]
    leg = {
        row["method"]: row
        for row in rows
        if row["outcome"] == "motricity-leg" and row["statistic"] == "p" and row["method"]
    }
    assert leg["Welch"]["recomputed"] == pytest.approx(0.0204, abs=5e-5)
    assert leg["Student"]["recomputed"] == pytest.approx(0.0666, abs=5e-5)
    assert {row["verdict"] for row in leg.values()} == {"inconsistent"}
    out = run("recompute", "chung-2021").out
    assert "Welch 0.0204 [0.0191 to 0.0218]" in out
    assert "by Welch only" in out


def test_recompute_calls_every_p_of_both_abstracts_not_recomputable(run):
    rows = json.loads(run("recompute", "bang-2005", "chung-2021", "-f", "json").out)["rows"]
    abstracts = [row for row in rows if row["source"] == "abstract"]
    assert len(abstracts) == 8
    assert {row["verdict"] for row in abstracts} == {"not recomputable"}
    assert all(row["reason"].startswith("needs ") for row in abstracts)


def test_explain_prints_the_rule(run):
    out = run("explain", "msc207").out
    assert out.startswith("MSC207 ")
    assert "exact binomial" in out
    assert "Flagged:\n    design: {allocation: randomised" in out


@pytest.mark.parametrize("word", ["Holm", "hedges' g", "Q-profile", "allocated"])
def test_explain_prints_what_a_word_means(run, word):
    term = glossary_term(word)
    assert " ".join(run("explain", word).out.split()) == f"{term.title} {term.meaning}"


def test_init_writes_a_registry_that_only_its_invented_trial_fails_and_is_not_overwritten(run, tmp_path):
    assert run("init").code == 0
    assert run("check").code == 0
    strict = run("check", "--strict")
    assert strict.code == 1
    assert "MSC110 warning: citation is still 'to do'" in strict.out
    assert " 0 errors, 1 warning," in strict.err
    assert run("summarize").code == 0
    before = (tmp_path / "trials.yaml").read_text()
    again = run("init")
    assert (again.code, (tmp_path / "trials.yaml").read_text()) == (2, before)
    assert "--force" in again.err
    assert run("init", "--force").code == 0


def test_schema_is_json(run):
    assert json.loads(run("schema").out)["$schema"].startswith("https://json-schema.org/")


TREASURE = """
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
trials:
  treasure:
    citation: {year: 2024}
    design: {allocation: randomised}
    participants: {}
    arms: {cells: {role: treatment, n: 104}, placebo: {role: control, n: 102}}
    results:
      - outcome: mrs
        at: 90 d
        effect: {measure: OR, estimate: 1.25}
        arms:
          cells: {distribution: [5, 9, 20, 15, 31, 18, 6]}
          placebo: {distribution: [3, 8, 12, 17, 39, 20, 3]}
    sources: {paper: {kind: full text}}
"""


def test_recompute_sets_every_ordinal_measure_side_by_side(run, tmp_path):
    (tmp_path / "trials.yaml").write_text(TREASURE)
    rows = json.loads(run("recompute", "-f", "json").out)["rows"]
    given = {row["statistic"]: row for row in rows if row["reported"] is None}
    measures = {
        "p",
        "PS",
        "generalised odds",
        "win odds",
        "net benefit",
        "NNT",
        "utility-weighted mRS",
        "common OR",
    }
    assert set(given) == measures
    assert {row["basis"] for row in rows} == {"distributions"}
    assert given["common OR"]["recomputed"] == pytest.approx(1.2498, abs=5e-5)
    (verdict,) = {(row["statistic"], row["verdict"]) for row in rows if row["reported"]}
    assert verdict == ("OR", "reproduced")
    out = run("recompute").out
    assert "verdict      reproduced: common OR of a better outcome gives it" in out
    assert "it would be  rank-sum, exact 0.3731" in out
    for words in ("PS 0.54 (0.46 to 0.61)", "NNT NNTB 14.3 (NNTB 4.5 to ∞ to NNTH 11.5)"):
        assert words in out
    assert "NNTB 14.3 (NNTB 4.5 to ∞ to NNTH 11.5)" in run("compare").out


def test_compare_says_randomised_where_nobody_was_counted_as_analysed(run):
    out = run("compare", "law-2021").out
    assert re.search(r"^participants +nine randomised +eight randomised", out, re.M)
    assert "No result is recorded." in out
    assert "Reported and recomputed" not in out
