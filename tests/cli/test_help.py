"""Help: summaries that fit a terminal, examples that can be typed, and exit codes, for every command."""

from __future__ import annotations

import re
import shlex

import pytest

from msc_evidence.cli.examples import EXAMPLES

COMMANDS = [("registry", "stats") if name == "stats" else (name,) for name in EXAMPLES]


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
    for example in EXAMPLES[command[-1]]:
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
