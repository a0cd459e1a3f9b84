"""Options mean something: every parameter of every command is read, and `--debug` shows where a fault is."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from msc_evidence.cli.app import app
from msc_evidence.cli.exits import Exit, guarded


def commands() -> list[Any]:
    """Every command, under its name."""
    return list(_commands())


def _commands() -> Iterator[Any]:
    for group in (app, *(each.typer_instance for each in app.registered_groups)):
        for command in group.registered_commands:
            callback = command.callback
            yield pytest.param(callback, id=command.name or callback.__name__)


@pytest.mark.parametrize("command", commands())
def test_every_parameter_is_read(command: Callable[..., None]) -> None:
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(command)))).body
    assert isinstance(function, ast.FunctionDef)
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    ignored = {each.arg for each in function.args.args} - read
    assert ignored == {"debug"}, "guarded() reads --debug, and each command every other option"


@pytest.mark.parametrize("command", commands())
def test_every_command_is_guarded(command: Callable[..., None]) -> None:
    assert inspect.unwrap(command) is not command


@pytest.mark.parametrize("debug", [True, False])
def test_a_fault_of_ours_exits_3_and_shows_where_on_request(
    debug: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    @guarded
    def command(debug: bool = False) -> None:
        raise ZeroDivisionError("by nought")

    with pytest.raises(SystemExit) as ended:
        command(debug=debug)
    said = capsys.readouterr().err
    assert ended.value.code == Exit.BUG
    assert ("Traceback" in said) is debug
    assert ("--debug shows where" in said) is not debug
    assert "a fault of this program (ZeroDivisionError: by nought)" in said


def test_the_option_reaches_the_fault(run, monkeypatch) -> None:
    def broken() -> str:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("msc_evidence.registry.schema.schema_text", broken)
    plain, traced = run("schema"), run("schema", "--debug")
    assert (plain.code, traced.code) == (3, 3)
    assert ("Traceback" in plain.err, "Traceback" in traced.err) == (False, True)
