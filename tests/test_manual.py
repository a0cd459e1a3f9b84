"""The manual page is today's help, clean troff, and part of the wheel."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from msc_evidence.cli.examples import EXAMPLES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "msc-evidence.1"


def manual_page() -> str:
    spec = importlib.util.spec_from_file_location("manual", ROOT / "docs" / "manual.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.manual_page())


def test_the_manual_page_is_todays_help() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual_page(), "run `make docs`"


def test_it_has_every_command_with_its_examples() -> None:
    page = PAGE.read_text(encoding="utf-8").replace("\\-", "-")
    assert {line.removeprefix(".SS ") for line in page.splitlines() if line.startswith(".SS ")} == set(
        EXAMPLES
    )
    assert all(example in page for lines in EXAMPLES.values() for example in lines)


def test_it_is_installed_with_the_wheel() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert built["targets"]["wheel"]["shared-data"] == {
        "docs/msc-evidence.1": "share/man/man1/msc-evidence.1"
    }


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_it_is_read_without_a_warning() -> None:
    formatted = subprocess.run(
        ["groff", "-man", "-Tutf8", "-K", "utf-8", "-ww", str(PAGE)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert formatted.stderr == ""
    assert "User Commands" in formatted.stdout
