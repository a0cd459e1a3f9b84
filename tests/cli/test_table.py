"""`table NAME`: its names, formats, choices and refusals."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import pytest

from msc_evidence.render import format_names
from msc_evidence.tables.review import table_names

TABLES = table_names()
#: Those that pool nothing and run no checks.
LIGHT = [name for name in TABLES if name not in ("sof", "profile", "trust")]


def test_without_a_name_it_lists_every_table(run):
    rows = json.loads(run("table", "-f", "json").out)["rows"]
    assert [row["table"] for row in rows] == table_names()
    assert all(row["shows"].endswith(".") for row in rows)
    assert all(name in run("table").out for name in table_names())


def test_help_names_the_tables(run):
    words = " ".join(run("table", "--help", COLUMNS="200").out.split())
    assert all(name in words for name in table_names())


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_the_same_twice(run, name):
    ran = run("table", name, "-f", "json")
    assert ran.code == 0, ran.err
    assert ran.out == run("table", name, "-f", "json", PYTHONHASHSEED="7").out


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("format", format_names("table"))
def test_every_table_has_every_format_and_ascii_is_ascii(run, name, format):
    ran = run("table", name, "-f", format, "--ascii")
    assert ran.code == 0, ran.err
    assert ran.out
    assert ran.out.isascii()


@pytest.mark.parametrize("name", TABLES)
def test_a_terminal_of_80_columns_is_enough(run, name):
    lines = run("table", name, COLUMNS="80").out.splitlines()
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("file", "begins"),
    [
        ("t.html", "<!DOCTYPE html>"),
        ("t.tex", "% needs"),
        ("t.md", "**CONSORT"),
        ("t.csv", "trial,study,number"),
        ("t.tsv", "trial\tstudy\tnumber"),
        ("t.json", "{"),
        ("t.txt", "CONSORT"),
    ],
)
def test_a_file_has_the_format_of_its_suffix(run, tmp_path, file, begins):
    assert run("table", "consort", "-o", file).out == ""
    assert (tmp_path / file).read_text(encoding="utf-8").startswith(begins)


def test_trials_and_outcomes_are_those_named(run):
    out = run("table", "results", "bang-2005", "--outcome", "mrs", "-f", "csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["trial"], row["outcome"]) for row in rows] == [("bang-2005", "mrs")] * 3


def test_all_shows_what_a_table_leaves_out(run):
    founding = ("table", "results", "bang-2005", "chung-2021", "-f", "csv")
    counts = [len(run(*founding, *more).out.splitlines()) for more in ((), ("--all",))]
    assert counts == [11, 23]
    said = "12 further results that only a secondary source reports, not shown; --all"
    assert said in run("table", "results", "bang-2005", "chung-2021").out
    assert said not in run("table", "results", "--all").out


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["table", "--help"], {"numpy", "yaml", "msc_evidence.registry.model", "msc_evidence.tables.table"}),
        *(
            (
                ["table", name, "bang-2005", "chung-2021"],
                {"numpy", "scipy", "pandas", "msc_evidence.checks.run"},
            )
            for name in LIGHT
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_table_imports_only_what_it_uses(tmp_path, arguments, absent):
    command = [sys.executable, "-X", "importtime", "-m", "msc_evidence", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    imported = {line.rpartition("|")[2].strip() for line in lines}
    assert "msc_evidence.tables.review" in imported
    assert not imported & absent


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["consrt"], "unknown table 'consrt'; did you mean 'consort'?"),
        (["xyz"], "unknown table 'xyz'; known: characteristics, "),
        (["consort", "nobody-2020"], "unknown trial 'nobody-2020'"),
        (["results", "--outcome", "msr"], "unknown outcome 'msr'"),
        (["consort", "--outcome", "mrs"], "table consort does not look at --outcome"),
        (["claims", "--all"], "table claims does not look at --all"),
        (["consort", "-f", "htm"], "unknown format 'htm'"),
        (["consort", "-o", "t.doc"], "no format has the suffix '.doc'"),
        (["consort", "-f", "docx"], "docx is no text for a screen; name a file: --output FILE.docx"),
    ],
)
def test_what_cannot_be_is_said(run, arguments, said):
    ran = run("table", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_registry_text_is_escaped_on_a_page(run, edited):
    file = edited("label: MSC", "label: <script>alert(1)</script>")
    out = run("table", "characteristics", "-r", str(file), "-f", "html").out
    assert "<script" not in out
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in out


def test_groups_of_trials_stand_together_in_any_table(run):
    rows = list(
        csv.DictReader(
            io.StringIO(run("table", "results", "--by", "route", "--cells", "any", "-f", "csv").out)
        )
    )
    groups = [row["group"] for row in rows]
    assert groups == sorted(groups, key=lambda group: (group == "not recorded", group))
    assert {"intravenous", "intra-arterial"} <= set(groups)
    assert run("table", "characteristics", "--by", "year").out.find("\nYear ") > 0
    assert "--by: unknown field 'rout'; did you mean 'route'?" in run("table", "results", "--by", "rout").err
