"""Writes the manual page msc-evidence.1 from the program's help: `python docs/manual.py`; `make docs` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from msc_evidence import __version__
from msc_evidence.cli.app import app
from msc_evidence.cli.examples import COMPARED, COMPARING, EXAMPLES, JUDGED, JUDGING, ORDERED, ORDERING, SHOWN
from msc_evidence.registry.problems import listed

PAGE = Path(__file__).parent / "msc-evidence.1"
INTERRUPTED = "130  interrupted"


def manual_page() -> str:
    """The page in the man macros of troff: what each command does, its options, examples, exit codes."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    program: Any = typer.main.get_command(app)
    yield f'.TH MSC-EVIDENCE 1 "" "msc-evidence {__version__}" "User Commands"'
    yield from (".SH NAME", f"msc\\-evidence \\- {_escaped(_first_line(program.help))}")
    yield from (
        ".SH SYNOPSIS",
        ".B msc\\-evidence",
        "\\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...",
    )
    yield from (".SH DESCRIPTION", _escaped(program.help))
    yield ".SH COMMANDS"
    for name, command in _commands(program):
        yield from _command_lines(name, command)
    yield from _codes()
    yield ".SH ENVIRONMENT"
    yield from _item("MSC_EVIDENCE_REGISTRY", "The registry to read, as with --registry.")
    yield from _item("NO_COLOR", "No colour, whatever its value.")
    yield from _item("GITHUB_ACTIONS", "Findings and problems are written as annotations of a workflow.")
    yield ".SH FILES"
    yield from _item("trials.yaml", "The registry: the nearest upwards from the working directory.")


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _command_lines(name: str, command: Any) -> Iterator[str]:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    metavars = " ".join(_escaped(f"[{each.metavar or each.name.upper()}]") for each in arguments)
    yield from (
        f".SS {_escaped(name)}",
        f"\\fBmsc\\-evidence {_escaped(name)}\\fR [\\fIOPTION\\fR]... {metavars}".rstrip(),
    )
    for paragraph in command.help.split("\n\n"):
        yield from (".PP", _escaped(" ".join(paragraph.split())))
    for parameter in command.params:
        if parameter.help and not getattr(parameter, "hidden", False):
            yield from _item(_typed(parameter), parameter.help)
    yield from (".PP", "Examples:", ".PP", ".nf", ".RS")
    yield from map(_escaped, EXAMPLES[name])
    yield from (".RE", ".fi")


def _typed(parameter: Any) -> str:
    """`-o, --output FILE`."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    names = ", ".join(sorted(parameter.opts, key=len))
    value = "" if getattr(parameter, "is_flag", False) else f" {parameter.metavar or 'VALUE'}"
    return f"{names}{value}"


def _codes() -> Iterator[str]:
    yield ".SH EXIT STATUS"
    groups = (
        (f"Of {listed(JUDGING)}:", JUDGED),
        (f"Of {listed(COMPARING)}:", COMPARED),
        (f"Of {listed(ORDERING)}:", ORDERED),
        ("Of the other commands:", (*SHOWN, INTERRUPTED)),
    )
    for title, codes in groups:
        yield from (".PP", title)
        for code in codes:
            number, _, words = code.partition("  ")
            yield from _item(number, words)


def _item(term: str, words: str) -> tuple[str, ...]:
    return ".TP", f"\\fB{_escaped(term)}\\fR", _escaped(" ".join(words.split()))


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].rstrip(".")


def _escaped(text: str) -> str:
    """Nothing of a text is read as a request or a minus."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(f"\\&{line}" if line[:1] in (".", "'") else line for line in escaped.splitlines())


if __name__ == "__main__":
    PAGE.write_text(manual_page(), encoding="utf-8")
