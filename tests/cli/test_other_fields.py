"""Registries of other fields: every command speaks of them in their own words, and the shipped examples hold."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from msc_evidence.cli.examples import EXAMPLES as COMMAND_EXAMPLES
from msc_evidence.exchange.export import export_names
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
    """What is asked of a registry on standard output; what cannot be is refused in its own words too."""
    outcome, measure = POOLED[name]
    return [
        *[(command,) for command in ("summarize", "compare", "recompute", "report")],
        ("summarize", "--wide", "--all-sources"),
        ("summarize", "--by", "dose"),
        ("pool", outcome, "--measure", measure, "--models", "all", "--by", "year", "--leave-one-out"),
        ("pool", outcome, "--measure", measure, "--moderators", "year"),
        ("pool", outcome, "--measure", measure, "--information"),
        *[("table", table) for table in table_names()],
        ("table", "sof", "-f", "csv"),
        *[("plot", plot, outcome) for plot in plot_names()],
        ("registry", "stats"),
        ("check", "--min-severity", "note"),
        *[("check", "--min-severity", "note", "-f", format) for format in ("github", "junit", "md", "csv")],
        *[("export", export) for export in export_names() if export not in BINARY],
        ("export", "metafor", "--outcome", outcome),
        ("summarize", "nobody-1900"),
        ("summarize", "--route", "nowhere"),
        ("summarize", "--at", "soon"),
        ("pool", "nothing"),
        ("pool", outcome, "--measure", "PETO"),
        ("table", "nonsense"),
        ("plot", "forest", "nothing"),
        ("export", "metafor", "--outcome", "nothing"),
    ]


#: Exports that are files of another program, not texts.
BINARY = ("form", "datapackage")
#: What is asked of files: {registry} and others that stand in the folder.
OF_FILES = (
    ("reconcile", "{registry}", "changed.yaml"),
    ("reconcile", "{registry}", "changed.yaml", "--agreement"),
    ("diff", "{registry}", "changed.yaml"),
    ("review", "rows.csv", "--outcome", "{outcome}", "-r", "{registry}"),
    ("import", "rows.csv"),
    ("registry", "format", "--check", "-r", "{registry}"),
    ("registry", "merge", "{registry}"),
    ("read", "text.txt"),
    ("read", "text.txt", "--draft"),
    ("audit", "text.txt"),
    ("feasible", "-r", "{registry}"),
    ("feasible", "--sizes", "5,6", "--scale", "0-4", "--p", ".04", "--examples"),
    ("init", "-"),
    ("init", "-", "--no-example"),
)
#: Pages and pictures, whose words stand between marks.
DRAWN = (
    ("report", "-o", "page.html"),
    ("report", "-o", "page.docx"),
    ("table", "characteristics", "-o", "table.html"),
    *(("plot", plot, "{outcome}", "-o", f"{plot}.svg") for plot in plot_names()),
)
TEXT = (
    "Of 120 adults randomised to rosuvastatin (n = 60) or placebo (n = 60), 14/60 (23.3%) v 19/60 (31.7%) died"
    " (p = 0.31). The ejection fraction was 36.1 (SD 8.2) and 33.4 (SD 8.5), p = 0.08."
)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_speaks_of_the_shipped_registry(run, name):
    for command in commands(name):
        ran = run(*command, "-r", str(OTHERS[name]), COLUMNS="160")
        assert_speaks_of_its_field(command, ran, ran.out + ran.err)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_file_speaks_of_the_shipped_registry(run, tmp_path, name):
    outcome, registry = POOLED[name][0], str(OTHERS[name])
    text = OTHERS[name].read_text(encoding="utf-8")
    (tmp_path / "changed.yaml").write_text(re.sub(r"(events|mean): (\d)", r"\1: 1\2", text), encoding="utf-8")
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "rows.csv").write_text("study,ai,n1i,ci,n2i\nDoe 2020,4,123,11,139\n", encoding="utf-8")
    for command in OF_FILES:
        ran = run(*(word.format(registry=registry, outcome=outcome) for word in command), COLUMNS="160")
        assert_speaks_of_its_field(command, ran, ran.out + ran.err)
    for command in DRAWN:
        ran = run(*(word.format(outcome=outcome) for word in command), "-r", registry)
        file = tmp_path / command[-1]
        assert_speaks_of_its_field(command, ran, ran.err + (words_of(file) if file.exists() else ""))


def test_every_command_is_asked_in_another_field():
    """All but those that describe the program: what a check or a word means, and what a registry may hold."""
    asked = {command[0] for command in (*commands("bcg"), *OF_FILES, *DRAWN)}
    assert asked | {"explain", "schema"} == {name.split()[0] for name in COMMAND_EXAMPLES}


def assert_speaks_of_its_field(command, ran, text):
    assert ran.code in (0, 1, 2), command
    assert "Traceback" not in ran.err
    said = [line for line in text.splitlines() if FOREIGN.search(line)]
    assert not said, (command, said[:3])


def words_of(file: Path) -> str:
    """What a reader of a page, document or picture sees, a text to a line."""
    if file.suffix == ".docx":
        with ZipFile(file) as parts:
            return words_between(parts.read("word/document.xml").decode())
    return words_between(file.read_text(encoding="utf-8"))


def words_between(marks: str) -> str:
    shown = re.sub(r"(?s)<(style|script|defs|metadata)\b.*?</\1>|<!--.*?-->", "", marks)
    return "\n".join(part.strip() for part in re.split(r"<[^>]*>", shown) if part.strip())


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
