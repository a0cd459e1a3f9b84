"""Every option of every command is used in a test; those that no other file of tests has use for are tested here."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from msc_evidence.cli.app import app

ROOT = Path(__file__).parents[2]
TESTS = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
POSTED = ROOT / "tests/exchange/data/NCT99900099.json"
REGISTRY = """\
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
trials:
  made-up:
    citation: {year: 2019}
    registration: [NCT99900099]
    design: {allocation: randomised}
    participants: {enrolled: 60}
    arms: {cells: {role: treatment, n: 30}, placebo: {role: control, n: 30}}
    sources: {paper: {kind: full text}}
  other:
    citation: {year: 2020}
    registration: [NCT00000001]
    design: {allocation: randomised}
    participants: {enrolled: 60}
    arms: {cells: {role: treatment, n: 30}, placebo: {role: control, n: 30}}
    sources: {paper: {kind: full text}}
"""


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


PARAMETERS = [
    (name, parameter)
    for name, command in commands(typer.main.get_command(app))
    for parameter in command.params
    if parameter.param_type_name == "option"
]


def options() -> list[tuple[str, tuple[str, ...]]]:
    return [(name, (*parameter.opts, *parameter.secondary_opts)) for name, parameter in PARAMETERS]


def test_every_option_is_used_in_a_test():
    unused = [
        f"{command} {names[0]}"
        for command, names in options()
        if not any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", TESTS) for name in names)
    ]
    assert not unused
    assert len(options()) > 150


def test_no_flag_is_set_that_nobody_asked_for():
    flags = [(name, parameter) for name, parameter in PARAMETERS if parameter.is_flag]
    assert not [(name, flag.name) for name, flag in flags if flag.default]
    assert len(flags) > 60


@pytest.fixture
def folder(tmp_path):
    """A folder with a registry and one with what was posted of a trial."""
    (tmp_path / "trials.yaml").write_text(REGISTRY, encoding="utf-8")
    (tmp_path / "posted").mkdir()
    return tmp_path


def test_registrations_are_set_beside_the_records_that_name_them(run, folder):
    shutil.copy(POSTED, folder / "posted")
    (folder / "posted" / "notes.json").write_text('{"a": 1}')
    (folder / "posted" / "NCT99900099.txt").write_text("no JSON, not looked at")
    done = run("check", "--registrations", "posted", "--select", "MSC915", "-f", "csv")
    assert done.code == 0
    assert "60 enrolled, 61 by the registration" in done.out
    assert "posted/notes.json: no study of ClinicalTrials.gov; not read" in done.err
    assert "posted: no file of NCT00000001 (other)" in done.err
    assert "NCT99900099" not in done.err
    assert "notes.json" not in run("check", "--registrations", "posted", "--quiet").err


def test_a_study_of_no_trial_is_named(run, folder):
    shutil.copy(POSTED, folder / "posted")
    record = json.loads(POSTED.read_text(encoding="utf-8"))
    record["protocolSection"]["identificationModule"]["nctId"] = "NCT00000009"
    (folder / "posted" / "other.json").write_text(json.dumps(record))
    said = run("check", "--registrations", "posted").err
    assert "posted: NCT00000009 of no trial of the registry; not read" in said


@pytest.mark.parametrize(
    ("names", "files", "said"),
    [
        ((), (), "--registrations posted: no file there is a study of ClinicalTrials.gov (.json)"),
        (
            ("other",),
            (POSTED,),
            "--registrations posted: none of the studies there is registered by a trial named",
        ),
    ],
)
def test_registrations_of_nothing_that_is_checked_end_with_2(run, folder, names, files, said):
    for file in files:
        shutil.copy(file, folder / "posted")
    done = run("check", *names, "--registrations", "posted")
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_registrations_need_a_folder(run, folder):
    done = run("check", "--registrations", "trials.yaml")
    assert (done.code, done.out) == (2, "")
    assert "--registrations trials.yaml: no such folder" in done.err


def test_a_prediction_interval_has_the_degrees_of_freedom_asked_for(run, tmp_path):
    rows = zip((-0.9, -0.2, 0.4, -1.3, 0.1, -0.6), (0.04, 0.09, 0.05, 0.11, 0.03, 0.08), strict=True)
    lines = "".join(f"s{number},{yi},{vi}\n" for number, (yi, vi) in enumerate(rows))
    (tmp_path / "d.csv").write_text(f"study,yi,vi\n{lines}")
    widths = {}
    for df in ("k-2", "k-1"):
        done = run("pool", "--data", "d.csv", "--measure", "MD", "--prediction-df", df, "-f", "json")
        row = json.loads(done.out)["rows"][0]
        widths[df] = row["pi_ub"] - row["pi_lb"]
    # The quantiles of t at 5 and 4 degrees of freedom: 2.570582 and 2.776445.
    assert widths["k-1"] / widths["k-2"] == pytest.approx(2.570582 / 2.776445, rel=1e-6)


def test_a_starter_without_its_trial_holds_none(run, tmp_path):
    assert run("init", "--no-example").code == 0
    text = (tmp_path / "trials.yaml").read_text(encoding="utf-8")
    assert "outcomes:" in text
    assert not re.search(r"^trials:\n  \w", text, re.MULTILINE)
    assert run("init", "with.yaml").code == 0
    assert len(text) < len((tmp_path / "with.yaml").read_text(encoding="utf-8"))


def test_serious_events_are_drafted_term_by_term_where_that_is_asked_for(run):
    event = (
        "- {event: Stroke, at: 1 y, arms: {placebo: 1, cells-10-8: 2}, at-risk: {placebo: 31, cells-10-8: 30}"
    )
    assert event in run("import", str(POSTED), "--terms").out
    assert "event: Stroke" not in run("import", str(POSTED)).out


def test_a_blank_form_holds_no_trial_unless_one_is_named(run, folder):
    assert run("export", "form", "--blank", "-o", "empty.xlsx").code == 0
    empty = run("reconcile", "empty.xlsx", "trials.yaml")
    assert empty.code == 2
    assert "empty.xlsx: no trial" in empty.err
    assert run("export", "form", "other", "--blank", "-o", "one.xlsx").code == 0
    one = run("reconcile", "one.xlsx", "trials.yaml")
    assert one.code == 2
    assert "one.xlsx: Trial!A3: no line of the sheet Arms is of this trial" in one.err
