"""What standard output can show: its width, whether it takes colour, whether only ASCII is wanted."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """What standard output can show."""

    terminal: bool
    width: int | None
    colour: bool
    ascii: bool

    @classmethod
    def now(cls, *, to_file: bool, ascii_only: bool) -> Device:
        """Standard output as it is: no colour unless it is a terminal, nor a limit to its width.

        COLUMNS in the environment limits the width anywhere.
        """
        terminal = sys.stdout.isatty() and not to_file
        colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        limited = terminal or os.environ.get("COLUMNS", "").isdigit()
        width = shutil.get_terminal_size((100, 24)).columns if limited else None
        return cls(terminal, width, colour, ascii_only)
