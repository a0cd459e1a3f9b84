"""Standard streams that are closed or full: a message and exit 2, or quiet, never a traceback or a wrong exit code."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


class Closed(NamedTuple):
    """What is typed, the exit code, and what is said where that can be heard."""

    line: str
    code: int
    said: str = ""


@pytest.mark.parametrize(
    "case",
    [
        Closed("summarize > /dev/full", 2, "standard output: No space left on device"),
        Closed("audit text.txt -f json > /dev/full", 2, "standard output: No space left on device"),
        Closed("--help > /dev/full", 2, "No space left on device"),
        Closed("--version > /dev/full", 2),
        Closed("schema >&-", 2, "standard output is closed; -o FILE writes to a file"),
        Closed("audit text.txt -f json >&-", 2, "standard output is closed"),
        Closed("--help >&-", 2, "standard output is closed"),
        Closed("schema -o out.json >&-", 0),
        Closed("summarize -q -f csv 2>&-", 0),
        Closed("summarize -r none.yaml 2>&-", 2),
        Closed("summarize -r none.yaml 2> /dev/full", 2),
        Closed("summarize --nonsense 2> /dev/full", 2),
        Closed("audit - <&-", 2, "standard input is closed"),
        Closed("import - <&-", 2, "empty"),
        Closed("pool --data - <&-", 2, "empty"),
    ],
    ids=lambda case: case.line,
)
def test_closed_and_full_streams(tmp_path, case):
    (tmp_path / "text.txt").write_text("We randomised 60 patients; 5 of 30 (17%) improved.")
    line = f"{shlex.quote(sys.executable)} -m msc_evidence {case.line}"
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == case.code, done.stderr
    assert case.said in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
