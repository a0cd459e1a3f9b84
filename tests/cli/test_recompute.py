"""What `recompute` shows a person and hands to a pipeline, over the whole registry."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: The columns that pipelines read.
HEADER = (
    "trial,outcome,outcome_name,timepoint,source,statistic,reported,basis,inputs,method,recomputed,recomputed_lb,"
    "recomputed_ub,ci_lb,ci_ub,verdict,reason"
)

#: Every trial of the registry.
EVERY = ("--design", "any", "--cells", "any", "--subtype", "any")


def test_the_columns_are_stable(run):
    out = run("recompute", "-f", "csv").out
    assert out.splitlines()[0] == HEADER


def test_what_an_analysis_was_adjusted_for_reads_as_printed(run):
    out = run("recompute", "houkin-2024", COLUMNS="200").out
    assert "adjusted (baseline NIHSS, reperfusion and age in classes)" in out
    assert "NIHSS   reperfusion" not in out
    # once per result with numbers behind it, above its first verdict
    headings = [
        line
        for line in out.splitlines()
        if line.startswith("houkin-2024 · ") and ", adjusted" in line and line.endswith("full text")
    ]
    assert out.count("Haenszel, adjusted (baseline") == len(headings) == 12


def test_a_percentage_stays_one(run):
    out = run("recompute", "houkin-2024", "--outcome", "mrs", COLUMNS="250").out
    # 34/97 v 23/95
    assert (
        "the effect is adjusted for baseline NIHSS, reperfusion and age in classes; the arms' values alone give 10.84%"
        in out
    )


def test_a_reproduced_p_of_counts_takes_one_line(run):
    out = run("recompute", "lin-2024", COLUMNS="120").out
    assert "recomputed   Fisher exact 0.1032   8 other tests 0.0286 to 0.1055\n" in out
    rows = list(csv.DictReader(io.StringIO(run("recompute", "lin-2024", "-f", "csv").out)))
    assert len([row for row in rows if row["reported"] == "0.103"]) == 9


def test_every_test_stands_where_none_reproduces(run):
    out = run("recompute", "chung-2021", "--outcome", "mrs", COLUMNS="200").out
    for words in ("Fisher exact 0.7509", "Yates 0.8844", "Wald (log RR) 0.6450"):
        assert words in out
    assert "inconsistent: none of these 9 tests gives it" in out


def test_both_shifts_of_treasure_are_not_recomputable(run):
    rows = json.loads(run("recompute", "houkin-2024", "--outcome", "mrs", "-f", "json").out)["rows"]
    shifts = [row for row in rows if row["basis"] == "distributions" and row["statistic"] == "p"]
    assert {row["verdict"] for row in shifts} == {"not recomputable", None}
    assert {row["reported"] for row in shifts} == {".62", ".42", None}
    for row in shifts:
        if row["reported"]:
            assert re.search(
                r"the p is adjusted for .*; the distributions alone give 0\.\d+ to 0\.\d+$", row["reason"]
            )


def test_by_verdict_counts_every_p_value_once(run):
    rows = list(
        csv.DictReader(io.StringIO(run("recompute", "--by-verdict", "-f", "csv", *EVERY, cwd=ROOT).out))
    )
    stats = json.loads(run("registry", "stats", "-f", "json", *EVERY).out)["rows"]
    expected = {row["item"]: row["count"] for row in stats if row["section"] == "p-values"}
    every = expected.pop("p-values")
    found = dict.fromkeys(expected, 0)
    for row in rows:
        found[row["verdict"]] += int(row["p_values"])
    assert found == expected
    assert sum(found.values()) == every
    assert all(row["results"] for row in rows if int(row["p_values"]) + int(row["effects"]))


def test_by_verdict_names_the_results(run):
    rows = list(
        csv.DictReader(io.StringIO(run("recompute", "--by-verdict", "-f", "csv", *EVERY, cwd=ROOT).out))
    )
    named = {(row["verdict"], row["why"]): row["results"] for row in rows}
    assert named["inconsistent", "means"].startswith(
        "Chung 2021: Motricity Index leg change; RECOVER-Stroke: "
    )
    assert (
        "modified Rankin Scale at 90 d, 365 d"
        in named["not recomputable", "needs the data of the adjusted analysis"]
    )


def test_the_screen_closes_with_the_verdicts(run):
    closing = run("recompute", *EVERY, COLUMNS="120").out.partition("\nBy verdict\n")[2]
    header, _, first = closing.strip("\n").splitlines()[:3]
    assert header.split()[0] == "Verdict"
    assert first.split()[:2] == ["reproduced", "counts"]
    assert "decision error" in closing
    assert "By verdict" not in run("recompute", "chung-2021").out


def test_the_closing_line_counts_as_the_table_does(run):
    done = run("recompute", "--by-verdict", "-f", "csv", *EVERY, cwd=ROOT)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    count = sum(int(row["p_values"]) + int(row["effects"]) for row in rows)
    missing = sum(int(r["p_values"]) + int(r["effects"]) for r in rows if r["verdict"] == "not recomputable")
    assert done.err.startswith(f"{count} reported statistics: ")
    assert f", {missing} not recomputable" in done.err


def test_a_p_at_baseline_is_recomputed_as_any_other(run, tmp_path):
    """Tehraninejad 2017: duration of infertility, p 0.30 printed."""
    (tmp_path / "own.yaml").write_text(
        """registry: 1
outcomes: {oocytes: {name: oocytes, type: continuous}, pregnancy: {name: pregnancy, type: binary}}
trials:
  case:
    citation: {year: 2017}
    design: {}
    participants: {}
    arms: {hmg: {role: treatment, n: 70}, lh: {role: control, n: 70}}
    baseline:
      - variable: duration of infertility
        test: t test
        arms: {hmg: {mean: 6.03, sd: 4.17}, lh: {mean: 4.31, sd: 3.03}}
        p: 0.30
    results:
      - {outcome: oocytes, at: 14 d, p: 0.48, arms: {hmg: {mean: 10.74, sd: 6.34}, lh: {mean: 10.06, sd: 5.15}}}
    sources: {abstract: {kind: abstract}}
""",
        encoding="utf-8",
    )
    out = run("recompute", "-r", "own.yaml", COLUMNS="200")
    assert "case · duration of infertility at baseline · abstract" in out.out
    assert "Student 0.0060 [0.0056 to 0.0063]" in out.out
    assert out.out.count("arms give") == 1  # of the result alone
    assert out.err == "2 reported statistics: 1 consistent, 1 decision error\n"
    assert "infertility" not in run("recompute", "-r", "own.yaml", "--outcome", "oocytes").out
