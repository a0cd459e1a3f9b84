"""Mutants of good files: of each kind as many as wanted, the same for the same seed, and what reads each kind.

`python -m tests.fuzz.mutants 5000` runs so many of every kind, as `make fuzz` does; with names those kinds alone. The
kinds take turns, and each turn says how many of a kind were run so far: a run that is cut short has counted, too.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shlex
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.fuzz.kinds import Kind, kinds

SEED = 17
#: A run that takes longer than this many seconds of processor time hangs.
LONGEST = 30
#: Bytes that a long run may take; a mutant that needs more is taken wrongly.
LARGEST = 1 << 30
#: Mutants of one kind in a turn.
TURN = 250
ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)


class Hang(Exception):  # noqa: N818
    """A run that does not end."""


@contextlib.contextmanager
def _bounded_time() -> Iterator[None]:
    """Raises Hang after so much processor time, where the system counts it."""
    if not hasattr(signal, "SIGVTALRM"):
        yield
        return

    def end(number: int, frame: object) -> None:
        raise Hang

    signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def fault(command: str, name: str, content: bytes, folder: Path) -> str | None:
    """What is wrong with how a command takes a file; None where nothing is."""
    from typer.testing import CliRunner

    from msc_evidence.cli.app import app

    (folder / name).write_bytes(content)
    before = os.getcwd()
    os.chdir(folder)
    try:
        with _bounded_time():
            done = CliRunner().invoke(app, shlex.split(command))
    except Hang:
        return "hang"
    finally:
        os.chdir(before)
    left = {file.name for file in folder.iterdir()} - {name}
    for file in left:
        (folder / file).unlink()
    return _fault_of(done.exit_code, done.stdout, done.stderr, left, "-f github" in command)


def _fault_of(code: int, out: str, err: str, left: set[str], commands: bool) -> str | None:
    if code not in (0, 1, 2):
        return f"exit {code}: {err.strip().splitlines()[-1] if err.strip() else ''}"
    if "Warning" in err or "Traceback" in err:
        return f"a library speaks: {err.strip()[:200]}"
    if ACTING.search(out) or ACTING.search(err):
        return "a control character"
    if re.search(r"(?m)^\s*::", err if commands else out + err):
        return "a command to a runner"
    if code == 2 and (out or left):
        return f"exit 2 and yet output: {out[:80]!r} {left}"
    return f"left behind: {left}" if left - {"out"} else None


def faults(
    kind_name: str, kind: Kind, numbers: Iterable[int], seed: int = SEED
) -> Iterator[tuple[int, str, bytes, str]]:
    """Of the mutants of a kind those that are taken wrongly: number, command, content, what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            chance = random.Random(f"{seed} {kind_name} {number}")
            content = kind.made(chance.choice(kind.files), chance)
            command = chance.choice(kind.commands)
            if wrong := fault(command, kind.name, content, Path(folder)):
                yield number, command, content, wrong


def main() -> int:
    """Runs the mutants that the command line asks for and counts what they found."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    made = {name: kind for name, kind in kinds().items() if name in (sys.argv[2:] or kinds())}
    total: Counter[str] = Counter()
    _bound_memory()
    for start in range(0, count, TURN):
        numbers = range(start, min(start + TURN, count))
        for name, kind in made.items():
            for number, command, content, wrong in faults(name, kind, numbers):
                total[name] += 1
                print(f"{name} {number}: msc-evidence {command}: {wrong}", flush=True)
                Path(tempfile.gettempdir(), f"fuzz-{name}-{number}").write_bytes(content)
            print(f"{name}: {numbers.stop:,} mutants, {total[name]} taken wrongly", flush=True)
    return int(total.total() > 0)


def _bound_memory() -> None:
    """Lets what takes more memory than a long run may fail, where the system counts it."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (LARGEST, resource.getrlimit(resource.RLIMIT_DATA)[1]))


if __name__ == "__main__":
    raise SystemExit(main())
