"""Help: summaries that fit a terminal, examples that can be typed, and exit codes, for every command."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from msc_evidence.cli import completion
from msc_evidence.cli.app import app
from msc_evidence.cli.examples import EXAMPLES

ROOT = Path(__file__).parents[2]

COMMANDS = [tuple(name.split()) for name in EXAMPLES]


def test_every_command_fits_the_list_of_commands(run):
    listed = run("--help", COLUMNS="80").out.partition("Commands:\n")[2]
    assert set(re.findall(r"^  (\w+) ", listed, re.MULTILINE)) == {command[0] for command in COMMANDS}
    assert "..." not in listed
    assert "..." not in run("registry", "--help", COLUMNS="80").out.partition("Commands:\n")[2]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_has_examples_and_exit_codes(run, command):
    text = run(*command, "--help", COLUMNS="80").out
    assert all(len(line) <= 80 for line in text.splitlines())
    assert re.search(r"^Exit codes:\n  0  ", text, re.MULTILINE)
    assert re.search(r"^Common options:\n", text, re.MULTILINE)
    for example in EXAMPLES[" ".join(command)]:
        assert f"  {example}\n" in text


@pytest.mark.parametrize("example", [line for lines in EXAMPLES.values() for line in lines])
def test_examples_have_the_options_they_use(run, example):
    program, *words = shlex.split(example)
    assert program == "msc-evidence"
    command = words[: 2 if words[0] == "registry" else 1]
    text = run(*command, "--help").out
    assert all(re.search(rf"(?<![-\w]){re.escape(word)}\b", text) for word in words if word.startswith("-"))


@pytest.mark.parametrize("name", ["summarize", "compare", "recompute", "explain", "table"])
def test_examples_of_what_only_shows_run_on_the_shipped_registry(run, tmp_path, shipped, name):
    (tmp_path / "trials.yaml").write_bytes(shipped.read_bytes())
    for example in EXAMPLES[name]:
        assert run(*shlex.split(example)[1:]).code == 0, example


#: What is typed freely: numbers, texts of one's own, columns of a file, paths (which the shell completes).
FREE = {
    *(
        "YEAR",
        "DATE",
        "PATH",
        "FILE",
        "DIR",
        "N",
        "ADDRESS",
        "NCT",
        "VALUE",
        "SCALE",
        "COLUMN",
        "EFFECT",
        "MM",
        "PMID",
        "LEVEL",
        "N1,N2",
        "LOW-HIGH",
        "P",
        "A",
        "B",
        "OLD",
        "NEW",
        "ROWS",
        "NAME",
    ),
    None,
}


def _options(command=None):
    command = command or typer.main.get_command(app)
    if hasattr(command, "commands"):
        for each in command.commands.values():
            yield from _options(each)
    else:
        yield from ((command.name, parameter) for parameter in command.params)


def test_every_choice_is_completed():
    bare = [
        (name, parameter.opts[0])
        for name, parameter in _options()
        if not getattr(parameter, "is_flag", False)
        and parameter.metavar not in FREE
        and parameter._custom_shell_complete is None
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("complete", "typed", "offered"),
    [
        (completion.complete_measures, "r", {"RR", "RD", "ROM"}),
        (completion.complete_models, "R", {"REML"}),
        (completion.complete_severities, "", {"error", "warning", "note"}),
        (completion.complete_arms, "sp", {"split"}),
        (completion.complete_orders, "y", {"year"}),
        (completion.one_of("keep", "drop"), "k", {"keep"}),
    ],
)
def test_completion_offers_what_begins_so(complete, typed, offered):
    assert set(complete(typed)) == offered


def test_times_and_definitions_are_those_of_the_registry_at_hand(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trials.yaml").write_bytes((ROOT / "docs" / "judged.yaml").read_bytes())
    assert "90d" in completion.complete_times("9")
    assert completion.complete_definitions("mRS") == ["mRS 0-2"]
    (tmp_path / "trials.yaml").write_text("nothing", encoding="utf-8")
    assert completion.complete_times("") == []


def test_a_word_too_many_is_told_what_it_usually_comes_from(run):
    ran = run("pool", "mrs", "--at", "3", "mo")
    assert ran.code == 2
    assert "(mo); a value with a space in it goes in quotes: --at '3 mo'" in " ".join(ran.err.split())


def test_a_second_value_of_an_option_that_takes_one_is_refused(run):
    ran = run("check", "-r", "one.yaml", "--registry", "two.yaml")
    assert ran.code == 2
    assert "--registry / -r is given 2 times and takes one value" in ran.err
    assert "given 2 times" not in run("check", "-q", "-q", "--select", "MSC101", "--select", "MSC102").err
