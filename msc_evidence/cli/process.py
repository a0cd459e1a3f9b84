"""The process around a command: standard streams that are closed or full, and signals that end it."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import Any, NoReturn

from msc_evidence.cli.exits import Exit, UsageError, silence


class _ClosedOutput(io.TextIOBase):
    """Stands for a standard output that whoever started the program has closed."""

    encoding = "utf-8"

    def write(self, text: str) -> NoReturn:
        raise UsageError("standard output is closed; -o FILE writes to a file")


def prepare_streams() -> None:
    """Gives closed standard streams something to stand for them, and their numbers to no file that is opened later."""
    while True:
        handle = os.open(os.devnull, os.O_RDWR)
        if handle > 2:
            os.close(handle)
            break
    if sys.stdout is None:
        sys.stdout = _ClosedOutput()


def compute_on_one_thread() -> None:
    """Keeps OpenBLAS from starting threads, unless the environment says how many: vectors here are short.

    Call it before numpy is imported. Threads cost a tenth of a command, and stall it on a busy machine.
    """
    if not {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"} & os.environ.keys():
        os.environ["OPENBLAS_NUM_THREADS"] = "1"


def settle_streams() -> None:
    """Writes out what is left, and exits 2 where that cannot be done: Python itself would exit 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except BrokenPipeError:
            silence(stream)
        except (OSError, ValueError):
            silence(stream)
            if stream is sys.stdout:
                raise SystemExit(int(Exit.USAGE)) from None


def end_on_signals() -> None:
    """Lets SIGTERM and SIGHUP end the program as an error does, so that nothing half-written stays behind."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, frame: Any) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)
