"""Registries of other fields: every command speaks of them in their own words, and the shipped examples hold."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from msc_evidence.plots import plot_names
from msc_evidence.tables.review import table_names

ROOT = Path(__file__).parents[2]
EXAMPLES = {"bcg": ROOT / "examples" / "bcg.yaml", "asthma": ROOT / "examples" / "asthma.yaml"}
OTHERS = EXAMPLES | {name: ROOT / "tests" / "registries" / f"{name}.yaml" for name in ("hearts", "statins")}
#: An outcome of each that is pooled and drawn.
POOLED = {
    "bcg": ("tuberculosis", "RR"),
    "asthma": ("days-off", "MD"),
    "hearts": ("lvef", "MD"),
    "statins": ("lvef", "MD"),
}
#: Words of the shipped registry; codes of checks and the program's name are none.
FOREIGN = re.compile(
    r"(?<![-\w])(?:(?<!empty )(?<!every )(?<!four )cells?|stem|strokes?|MSC|onset|mRS)(?![-\w])"
    r"|\b(?:infarct|transplant|infus)",
    re.I,
)


def commands(name: str) -> list[tuple[str, ...]]:
    outcome, measure = POOLED[name]
    return [
        *[(command,) for command in ("summarize", "compare", "recompute", "report")],
        ("summarize", "--wide"),
        ("summarize", "--by", "dose"),
        ("pool", outcome, "--measure", measure),
        *[("table", table) for table in table_names()],
        *[("plot", plot, outcome) for plot in plot_names()],
        ("registry", "stats"),
        ("check", "--min-severity", "note"),
        ("export", "metafor"),
    ]


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_speaks_of_the_shipped_registry(run, name):
    for command in commands(name):
        ran = run(*command, "-r", str(OTHERS[name]), COLUMNS="160")
        assert ran.code in (0, 1, 2), command
        assert "Traceback" not in ran.err
        said = [line for line in (ran.out + ran.err).splitlines() if FOREIGN.search(line)]
        assert not said, (command, said[:3])


def test_an_intervention_reads_as_it_was_given(run):
    out = run("summarize", "-r", str(OTHERS["hearts"]), COLUMNS="140").out
    assert "3 controlled trials · 387 participants (195 statin, 192 placebo)" in out
    assert "rosuvastatin, 10 mg, once daily for 12 mo, oral" in out
    assert "Statin / placebo" in out
    assert "Window" not in out
    assert "14/120 v 19/118" in out
    assert "10–80 mg" in out


def test_filters_and_groups_look_at_interventions(run):
    def trials(*asked: str) -> list[str]:
        out = run("summarize", "-r", str(OTHERS["hearts"]), "-f", "csv", *asked).out
        return list(dict.fromkeys(row["trial"] for row in csv.DictReader(io.StringIO(out))))

    assert trials("--route", "oral") == ["ash-2014", "cliff-2018", "dell-2020"]
    assert trials("--where", "intervention=simvastatin") == ["cliff-2018"]
    assert trials("--where", "dose=10 mg") == ["ash-2014"]
    assert trials("--where", "stage=NYHA class III") == ["cliff-2018"]
    assert trials("--by", "dose") == ["ash-2014", "dell-2020", "cliff-2018"]


@pytest.mark.parametrize(
    ("name", "outcome", "measure", "pooled"),
    [
        # metafor 3.8: rma(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg, method="REML")
        ("bcg", "tuberculosis", "RR", (0.489421, 0.344074, 0.696166)),
        # rma(measure="MD", m1i, sd1i, n1i, m2i, sd2i, n2i, data=dat.gibson2002, method="REML")
        ("asthma", "days-off", "MD", (-2.457030, -4.542498, -0.371561)),
    ],
)
def test_the_examples_pool_to_what_metafor_gives(run, name, outcome, measure, pooled):
    out = run("pool", outcome, "--measure", measure, "-r", str(EXAMPLES[name]), "-f", "csv").out
    rows = [row for row in csv.DictReader(io.StringIO(out)) if row.get("model") == "REML"]
    assert rows
    keys = ("ratio", "ratio_ci_lb", "ratio_ci_ub") if measure == "RR" else ("estimate", "ci_lb", "ci_ub")
    estimate = [float(rows[-1][key]) for key in keys]
    assert estimate == pytest.approx(pooled, abs=2e-5)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_hold_no_error(run, name):
    ran = run("check", "-r", str(EXAMPLES[name]))
    assert ran.code == 0
    assert " 0 errors" in ran.err
