"""Copies of a process share one task: the answers are in order, and a copy that is killed is said."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux alone")


def ran(code: str) -> str:
    """What a process prints that copies itself: one that runs tests may have threads."""
    head = "import os, signal\nfrom msc_evidence.checks.processes import in_copies\nhere = os.getpid()\n"
    return subprocess.run(
        [sys.executable, "-c", head + code], capture_output=True, text=True, check=True
    ).stdout


def test_parts_are_done_elsewhere_and_come_back_in_order():
    code = "made = list(in_copies(lambda part: (part * 2, os.getpid()), range(9), 2))\n"
    code += "print([value for value, _ in made], here in {pid for _, pid in made})"
    assert ran(code) == "[0, 2, 4, 6, 8, 10, 12, 14, 16] False\n"


def test_one_job_copies_nothing():
    assert ran("print({*in_copies(lambda part: os.getpid(), range(3), 1)} == {here})") == "True\n"


def test_a_copy_that_is_killed_is_said():
    code = "try: list(in_copies(lambda part: os.kill(os.getpid(), signal.SIGKILL), range(3), 2))\n"
    code += "except ChildProcessError as error: print(error)"
    assert ran(code).startswith("a process was ended from outside")
