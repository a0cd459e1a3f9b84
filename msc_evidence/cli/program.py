"""The command line as a whole: what is typed wrongly is said like everything else on standard error."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from msc_evidence.cli.exits import Exit, fail

#: The class of every complaint of the parser about what was typed.
_Complaint: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


class Program(TyperGroup):
    """The commands; a complaint of the parser quotes what was typed, and is shown inert."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **extra: Any) -> Any:
        """Runs the command that was typed and ends with its exit code."""
        extra["standalone_mode"] = False
        try:
            code = super().main(args, *others, **extra)
        except _Complaint as complaint:
            words = io.StringIO()
            complaint.show(words)
            fail(words.getvalue().rstrip("\n"), Exit(complaint.exit_code))
        except typer.Abort:
            fail("interrupted", Exit.INTERRUPTED)
        sys.exit(code if isinstance(code, int) else int(Exit.OK))
