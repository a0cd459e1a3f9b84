"""README.md and docs/ say what the program does today: quotes are current, commands run, links lead somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}
README, SHOWN = TEXT[ROOT / "README.md"], TEXT[DOCS / "commands.md"]
COMMANDS = sorted(
    {
        line.partition("  #")[0]
        for text in TEXT.values()
        for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text)
        for line in block.splitlines()
        if line.startswith("msc-evidence ")
    }
)


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"(?ms)^```.*?^```", "", TEXT[page])


def anchors(page: Path) -> set[str]:
    """What links can lead to within a page: its headings, as GitHub and the site name them."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def command_names() -> Iterator[str]:
    """Every command as it is typed, those of groups with the group's name."""
    from msc_evidence.cli.app import app

    for command in app.registered_commands:
        yield str(command.name)
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            yield f"{group.name} {command.name or command.callback.__name__}"


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


def test_readme_is_short():
    assert len(README.splitlines()) <= 190


@pytest.mark.parametrize("name", command_names())
def test_every_command_is_documented(name):
    assert f"| `{name}` |" in README
    section = re.search(rf"(?ms)^## {name}$(.*?)(?=^## |\Z)", SHOWN)
    assert section, f"docs/commands.md has no section {name}"
    assert re.search(rf"^\$ msc-evidence {name}\b", section[1], re.MULTILINE), "its output is not shown"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_local_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", prose(page)):
        path, _, anchor = target.partition("#")
        there = (page.parent / path) if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target
        # On the site there is nothing but docs/.
        assert page.parent != DOCS or there.resolve().is_relative_to(DOCS), target


def test_every_page_is_on_the_site():
    def pages(entries: list[object]) -> Iterator[str]:
        for entry in entries:
            assert isinstance(entry, dict)
            for inner in entry.values():
                yield from pages(inner) if isinstance(inner, list) else [inner]

    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert sorted(pages(site["nav"])) == [page.name for page in PAGES[1:]]


@pytest.mark.parametrize(
    "page", [DOCS / "architecture.md", ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name
)
def test_files_that_are_named_exist(page):
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:msc_evidence/)?[a-z]+/[\w/]*(?:\.py)?)`", text)
    assert named
    places = (ROOT, ROOT / "msc_evidence")
    absent = [name for name in named if "NAME" not in name and not any((at / name).exists() for at in places)]
    assert not absent


def test_every_plot_and_the_report_are_shown():
    from msc_evidence.plots import plot_names

    for image in [*(f"plot-{name}" for name in plot_names()), "report"]:
        file = DOCS / "images" / f"{image}.png"
        assert f"](images/{image}.png)" in SHOWN
        assert 5_000 < file.stat().st_size < 150_000
