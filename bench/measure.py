"""CPU seconds of whole processes, run in turn so that a machine that slows down slows all of them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence

Command = Sequence[str]


def cpu_seconds(command: Command, environment: dict[str, str] | None = None) -> float:
    """User and system time of one run, its output thrown away; a run that fails is no measurement."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | (environment or {})
    )
    _, status, usage = os.wait4(process.pid, 0)
    if (code := os.waitstatus_to_exitcode(status)) not in (0, 1):  # 1: findings
        raise RuntimeError(f"exit code {code}: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime


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
