"""README.md and docs/ say what the program does today: their quotes are current and their commands run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = PAGES[0].read_text(encoding="utf-8")
SHELL = re.findall(r"(?ms)^```sh\n(.*?)^```", README)
COMMANDS = [
    line.partition("  #")[0]
    for block in SHELL
    for line in block.splitlines()
    if line.startswith("msc-evidence ")
]


def test_quotes_are_current():
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "-P", "--check", "--diff", *map(str, PAGES)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"run `make docs`\n{done.stdout}"


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(tmp_path, command):
    shutil.copy(ROOT / "trials.yaml", tmp_path)  # the README's reader is in a checkout
    folder = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    line = f"set -o pipefail; {command}"
    done = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_command_is_documented():
    from msc_evidence.cli.app import app

    for command in app.registered_commands:
        assert f"| `{command.name}` |" in README
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            assert f"| `{group.name} {command.name or command.callback.__name__}` |" in README


def test_local_links_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_plot_and_the_report_are_shown():
    from msc_evidence.plots import names

    for image in [*(f"plot-{name}" for name in names()), "report"]:
        file = ROOT / "docs" / "images" / f"{image}.png"
        assert f"](docs/images/{image}.png)" in README
        assert 5_000 < file.stat().st_size < 150_000
