"""Exit codes, and the one place where errors become messages."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import IntEnum
from functools import wraps
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TextIO

from msc_evidence.render.inert import inert, inert_lines

if TYPE_CHECKING:
    from msc_evidence.registry.problems import Problem

Args = ParamSpec("Args")


#: Problems beyond this number are counted, not listed.
MOST_SHOWN = 50


class Exit(IntEnum):
    """What the exit code says."""

    OK = 0
    FOUND = 1
    USAGE = 2
    BUG = 3
    INTERRUPTED = 130


class UsageError(Exception):
    """A request that cannot be carried out: what is wrong and what would be right."""


def complain(message: str) -> None:
    """A message on standard error, which may quote anything that a file, a name or a server says."""
    if sys.stderr is None:
        return
    try:
        print(inert_lines(message), file=sys.stderr, flush=True)
    except (OSError, ValueError):  # full, or closed: nobody can be told
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Sends what is still to come of a stream nowhere, as nobody can read it."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def fail(message: str, code: Exit = Exit.USAGE) -> NoReturn:
    """Ends the program with a message."""
    complain(message)
    raise SystemExit(int(code))


def guarded(command: Callable[Args, None]) -> Callable[Args, None]:
    """The command with every error it may raise turned into a message and an exit code; `debug` shows where.

    Every command takes `--debug`, and this is what reads it.
    """

    @wraps(command)
    def run(*args: Args.args, **kwargs: Args.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except UsageError as error:
            fail(f"msc-evidence: {error}")
        except KeyboardInterrupt:
            fail("interrupted", Exit.INTERRUPTED)
        except Exception as error:
            end_with(error, debug=kwargs.get("debug") is True)

    return run


def end_with(error: Exception, *, debug: bool) -> NoReturn:
    """Ends the program with what an error means: unreadable input, or a fault of ours, with `debug` traced."""
    from msc_evidence.registry.problems import RegistryError

    if isinstance(error, RegistryError):
        if os.environ.get("GITHUB_ACTIONS"):
            _annotate(error.problems)
        fail(_problem_words(error.problems))
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        fail(f"msc-evidence: {place}{error.strerror or error}")
    if debug:
        complain("".join(traceback.format_exception(error)).rstrip())
    hint = "" if debug else "; --debug shows where"
    fail(f"msc-evidence: a fault of this program ({type(error).__name__}: {error}){hint}", Exit.BUG)


def _annotate(problems: Sequence[Problem]) -> None:
    """Each problem as an annotation of its line, which GitHub reads from either stream."""
    from msc_evidence.render.findings.github import workflow_error

    for problem in problems[:MOST_SHOWN]:
        complain(
            workflow_error(problem.message, problem.place.file, problem.place.line, problem.place.column)
        )


def _problem_words(problems: Sequence[object]) -> str:
    count = len(problems)
    more = [f"… and {count - MOST_SHOWN:,} more"] if count > MOST_SHOWN else []
    closing = f"{count:,} problem{'s' * (count != 1)}; nothing was computed"
    return "\n".join([*(inert(str(problem)) for problem in problems[:MOST_SHOWN]), *more, closing])
