"""`msc-evidence registry`: counts in every format; keys in order; several files as one."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
SECTIONS = ["Overview", "Trials", "Participants", "Sources", "Results", "Numbers", "p-values", "Tied"]


def test_the_screen_names_each_section_once(run: Run, shipped: Path) -> None:
    done = run("registry", "stats", "-r", str(shipped), COLUMNS="100")
    assert done.code == 0
    rows = re.findall(r"^(\S*) +[a-z].*? +\d+ +[\d–]+$", done.out, re.MULTILINE)
    assert [section for section in rows if section] == SECTIONS


def test_every_format_has_the_same_counts(run: Run, shipped: Path) -> None:
    made = {name: run("registry", "stats", "-r", str(shipped), "-f", name) for name in ("csv", "json", "md")}
    assert {done.code for done in made.values()} == {0}
    rows = list(csv.DictReader(io.StringIO(made["csv"].out)))
    assert [row["count"] for row in rows] == [
        str(row["count"]) for row in json.loads(made["json"].out)["rows"]
    ]
    assert set(rows[0]) == {"section", "item", "count", "of"}
    assert all(row["count"].isdigit() for row in rows)
    assert f"| {rows[0]['section']} | {rows[0]['item']} | {rows[0]['count']} |" in made["md"].out


@pytest.mark.parametrize("suffix", ["csv", "tsv", "json", "md", "html", "tex"])
def test_the_suffix_names_the_format(run: Run, tmp_path: Path, shipped: Path, suffix: str) -> None:
    file = tmp_path / f"stats.{suffix}"
    done = run("registry", "stats", "-r", str(shipped), "-o", str(file))
    assert (done.code, done.out) == (0, "")
    assert "randomised" in file.read_text(encoding="utf-8")


def test_nothing_to_count(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("registry: 1\n", encoding="utf-8")
    done = run("registry", "stats", "-r", "empty.yaml")
    assert (done.code, done.out) == (2, "")
    assert "has no trials" in done.err


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    done = run("registry")
    assert "stats" in done.out + done.err
    assert done.code == run("registry", "nothing").code == 2


DISORDERLY = "\ufefftrials: {}  # none yet\nregistry: 1\n"
ORDERLY = "\ufeffregistry: 1\ntrials: {}  # none yet\n"


def test_keys_are_put_in_order_in_place(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "trials.yaml"
    file.write_text(DISORDERLY, encoding="utf-8")
    asked = run("registry", "format", "--check")
    assert (asked.code, asked.out) == (1, "")
    assert "trials.yaml: not in the canonical order" in asked.err
    assert file.read_text(encoding="utf-8") == DISORDERLY
    assert run("registry", "format").code == 0
    assert file.read_text(encoding="utf-8") == ORDERLY
    again = run("registry", "format", "--check")
    assert (again.code, again.err) == (0, "trials.yaml: in the canonical order\n")


def test_json_is_put_in_order_and_lines_are_left(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"trials": {}, "registry": 1}', encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"outcomes": {}, "registry": 1}\n', encoding="utf-8")
    done = run("registry", "format", "-r", ".")
    assert done.code == 0
    assert done.err.splitlines()[-2:] == [
        "a.json: keys put in the canonical order",
        "b.jsonl: JSON lines are left as they are",
    ]
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == '{"registry": 1, "trials": {}}'


def test_no_registry_but_ones_own_is_put_in_order(run: Run) -> None:
    done = run("registry", "format")
    assert (done.code, done.out) == (2, "")
    assert "no trials.yaml" in done.err


def test_several_files_become_one(run: Run, tmp_path: Path, shipped: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "registry: 1\noutcomes: {own: {name: own, type: binary}}\n", encoding="utf-8"
    )
    done = run("registry", "merge", "a.yaml", str(shipped), "-o", "trials.yaml")
    assert (done.code, done.out) == (0, "")
    assert re.fullmatch(r"wrote trials.yaml: \d+ trials of 2 files\n", done.err)
    assert run("check", "bang-2005", "-r", "trials.yaml").code == 0
    assert "  own:" in (tmp_path / "trials.yaml").read_text(encoding="utf-8")


def test_files_that_differ_write_nothing(run: Run, tmp_path: Path) -> None:
    for name, outcome in (("a", "mRS"), ("b", "Rankin")):
        text = f"registry: 1\noutcomes: {{mrs: {{name: {outcome}, type: ordinal}}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    refused = run("registry", "merge", "a.yaml", "b.yaml", "-o", "other.yaml")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("b.yaml:2:12: 'mrs' says something else than in a.yaml:2:12; keep one\n")
    assert not (tmp_path / "other.yaml").exists()
