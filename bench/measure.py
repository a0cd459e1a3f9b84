"""CPU seconds of whole processes, run in turn so that a machine that slows down slows all of them."""

from __future__ import annotations

import atexit
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

Command = Sequence[str]


#: Compiled modules are kept, as an installed program keeps them, and away from the checkout.
CACHE = tempfile.mkdtemp(prefix="msc-evidence-bench-")
atexit.register(shutil.rmtree, CACHE, ignore_errors=True)
_OF_AN_INSTALLATION = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": CACHE}
#: A process inherits the memory mark of the one that starts it, so a small one does.
_LAUNCHER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process took: user and system time in seconds, and megabytes at most."""

    seconds: float
    megabytes: float


def usage(command: Command, environment: dict[str, str] | None = None) -> Usage:
    """The usage of one run, its output thrown away; a run that fails is no measurement."""
    done = subprocess.run(
        (sys.executable, "-I", "-c", _LAUNCHER, *command), capture_output=True, text=True, check=True,
        env=os.environ | _OF_AN_INSTALLATION | (environment or {}),
    )  # fmt: skip
    code, seconds, kilobytes = done.stdout.split()
    if int(code) not in (0, 1):  # 1: findings
        raise RuntimeError(f"exit code {code}: {' '.join(command)}")
    return Usage(float(seconds), int(kilobytes) / 1024)


def cpu_seconds(command: Command, environment: dict[str, str] | None = None) -> float:
    """User and system time of one run."""
    return usage(command, environment).seconds


def medians(commands: dict[str, Command], runs: int) -> dict[str, float]:
    """The median of each command over `runs` rounds, after one round that is not counted."""
    measured: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(runs + 1):
        for name, command in commands.items():
            seconds = cpu_seconds(command)
            if round_:
                measured[name].append(seconds)
    return {name: statistics.median(times) for name, times in measured.items()}


def program(*arguments: str) -> Command:
    """The command line of this program."""
    return (sys.executable, "-m", "msc_evidence", *arguments)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as Markdown, the first one the head."""
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, f"|{'---|' * len(rows[0])}", *body])
