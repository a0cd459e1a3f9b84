"""docs/adding-a-trial.md, followed literally: its files are written, its commands run, their output compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "adding-a-trial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
DRAFT = Path("evidence/doe-2024.yaml")


def ran(command: str, folder: Path) -> str:
    """What a command writes, both streams, standard output first."""
    kept = {key: os.environ[key] for key in ("HOME", "LANG") if key in os.environ}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
        env=kept | {"PATH": path, "PYTHONUTF8": "1", "COLUMNS": "100"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a console block with what each writes."""
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


def follow(folder: Path, *, edited: bool = True) -> list[str]:
    """Writes the page's files and runs its commands, up to the edit or to the end: the commands."""
    done = []
    for kind, block in BLOCKS:
        if kind == "text":
            (folder / "doe-2024.nbib").write_text(block, encoding="utf-8")
        elif kind == "yaml" and block.startswith("registry:"):
            if not edited:
                break
            (folder / DRAFT).write_text(block, encoding="utf-8")
        for command, expected in commands(block) if kind == "console" else ():
            shown, cut, _ = expected.partition("…\n")
            written = ran(command, folder)
            assert written.startswith(shown) if cut else written == shown
            done.append(command)
    return done


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the page was followed to its end."""
    folder = tmp_path_factory.mktemp("stranger")
    assert len(follow(folder)) == 5
    return folder


def test_the_page_ends_with_a_registry_that_holds_up(followed: Path) -> None:
    assert "; 0 errors, 0 warnings" in ran("msc-evidence check --strict -r evidence", followed)
    assert "Doe 2024" in ran("msc-evidence summarize -r evidence doe-2024", followed)


def test_the_excerpts_are_those_of_the_draft(tmp_path: Path) -> None:
    follow(tmp_path, edited=False)
    draft = (tmp_path / DRAFT).read_text(encoding="utf-8")
    excerpts = [block for kind, block in BLOCKS if kind == "yaml" and not block.startswith("registry:")]
    assert len(excerpts) == 2
    assert all(excerpt.partition("        #   …")[0] in draft for excerpt in excerpts)
    said = ran("msc-evidence check -r evidence doe-2024", tmp_path)
    assert "MSC110 warning: label is still 'to do'" in said
    assert "MSC602" in said


def test_the_draft_needs_no_fingerprint_lines_changed(followed: Path, tmp_path: Path) -> None:
    follow(tmp_path, edited=False)
    drafted, finished = ((folder / DRAFT).read_text(encoding="utf-8") for folder in (tmp_path, followed))
    sealed = re.search(r"    sources:\n.*?figures-sha256: \w+\n", drafted, re.DOTALL)
    assert sealed
    assert sealed[0] in finished


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("mean: 70.3", "mean: 70.8", "MSC601"),
        ("p: 0.16\n", "p: 0.61\n", "MSC601"),
        ("placebo: {mean: 70.3, sd: 22.1}", "placebo: {mean: 70.3}", "MSC602"),
        ("label: MSC", "label: to do", "MSC110"),
        ("role: control, n: 32", "n: 32", "MSC109"),
        ("NCT00000000", "NCT0000000", "MSC103"),
    ],
)
def test_a_slip_is_found(followed: Path, tmp_path: Path, old: str, new: str, code: str) -> None:
    text = (followed / DRAFT).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "evidence").mkdir()
    start = (followed / "evidence" / "trials.yaml").read_text(encoding="utf-8")
    (tmp_path / "evidence" / "trials.yaml").write_text(start, encoding="utf-8")
    (tmp_path / DRAFT).write_text(text.replace(old, new), encoding="utf-8")
    assert code in ran("msc-evidence check -r evidence doe-2024 || true", tmp_path)
