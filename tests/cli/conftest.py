"""The program as users run it: exit code, standard output and standard error apart."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
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
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `msc-evidence` in an empty folder and a clean environment; as a process of its own where Python's own
    settings are asked for.
    """
    from typer.testing import CliRunner

    from msc_evidence.cli.app import app

    def ran(*arguments: str, cwd: Path | None = None, **environment: str) -> Ran:
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ} | environment
        if any(key.startswith("PYTHON") for key in environment):
            return process(arguments, cwd or tmp_path, kept)
        with monkeypatch.context() as patch:
            patch.chdir(cwd or tmp_path)
            for key in {*os.environ} - {*kept}:
                patch.delenv(key)
            for key, value in kept.items():
                patch.setenv(key, value)
            done = CliRunner().invoke(app, arguments, prog_name="msc-evidence")
        return Ran(done.exit_code, done.stdout, done.stderr)

    return ran


def process(arguments: Sequence[str], folder: Path, environment: dict[str, str]) -> Ran:
    """What a process of its own leaves behind."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "msc_evidence", *arguments],
        cwd=folder, env=environment | {"PYTHONUTF8": "1"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


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
