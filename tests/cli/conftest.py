"""The program as users run it: exit code, standard output and standard error apart."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """What one run left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `msc-evidence` as a process of its own, in an empty folder and a clean environment."""

    def ran(*arguments: str, cwd: Path | None = None, **environment: str) -> Ran:
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "msc_evidence", *arguments],
            cwd=cwd or tmp_path, env=kept | {"PYTHONUTF8": "1"} | environment,
            capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    return ran


@pytest.fixture
def shipped() -> Path:
    """The registry that the package ships."""
    return ROOT / "trials.yaml"


@pytest.fixture
def edited(tmp_path: Path, shipped: Path) -> Callable[[str, str], Path]:
    """The shipped registry with one text replaced by another, as a file of its own."""

    def write(old: str, new: str) -> Path:
        text = shipped.read_text(encoding="utf-8")
        assert old in text
        file = tmp_path / "edited.yaml"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return file

    return write
