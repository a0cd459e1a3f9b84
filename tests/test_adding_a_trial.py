"""docs/adding-a-trial.md, followed literally: its files are written, its commands run, their output compared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "adding-a-trial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
DRAFT = Path("evidence/doe-2024.yaml")


def done(command: str, folder: Path, **environment: str) -> tuple[int, str]:
    """The exit code of a command, and what it writes to both streams, standard output first."""
    kept = {key: os.environ[key] for key in ("HOME", "LANG", "PYTHONPATH") if key in os.environ}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-c", command], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
        env=kept | {"PATH": path, "PYTHONUTF8": "1", "COLUMNS": "100"} | environment,
    )  # fmt: skip
    return ended.returncode, ended.stdout + ended.stderr


def ran(command: str, folder: Path) -> str:
    """What a command writes that succeeds."""
    code, written = done(command, folder)
    assert code == 0, written
    return written


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a console block with what each writes."""
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


def follow(folder: Path, *, edited: bool = True) -> list[str]:
    """Writes the page's files and runs its commands, up to the edit or to the end: the commands."""
    ran_so_far = []
    for kind, block in BLOCKS:
        if kind == "text":
            (folder / "doe-2024.nbib").write_text(block, encoding="utf-8")
        elif kind == "yaml" and block.startswith("registry:"):
            if not edited:
                break
            (folder / DRAFT).write_text(block, encoding="utf-8")
        elif kind == "yaml" and block.startswith("# ."):
            file = folder / block.partition("\n")[0].removeprefix("# ")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block, encoding="utf-8")
        for command, expected in commands(block) if kind == "console" else ():
            shown, cut, _ = expected.partition("…\n")
            written = ran(command, folder)
            assert written.startswith(shown) if cut else written == shown
            ran_so_far.append(command)
    return ran_so_far


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
    excerpts = [block for kind, block in BLOCKS if kind == "yaml" and block.startswith("    ")]
    assert len(excerpts) == 2
    assert all(excerpt.partition("        #   …")[0] in draft for excerpt in excerpts)
    said = ran("msc-evidence check -r evidence doe-2024", tmp_path)
    assert "MSC110 warning: outcome is still 'to-do-doe-2024-barthel-index'" in said
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


#: What is done to the repository → what its hook and its workflow must say.
CHANGES = {
    "nothing": ("", "", 0, "0 errors, 0 warnings"),
    "140 events of 120": ("{n: 30, events: 18, percent: 60}", "{n: 120, events: 140}", 1, "MSC202"),
    "a changed p": ("p: 0.16\n", "p: 0.61\n", 1, "MSC601"),
    "a draft left unfinished": ("label: MSC,", "label: to do,", 1, "MSC110"),
    "an unreadable file": ("registry: 1\n", "registrie: 1\n", 2, "did you mean 'registry'?"),
}


@pytest.fixture
def repository(followed: Path, tmp_path: Path) -> Path:
    """The repository that the page makes, all of it staged; its hook is this checkout's, already installed."""
    folder = tmp_path / "repository"
    shutil.copytree(followed, folder)
    (shipped,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    file = folder / ".pre-commit-config.yaml"
    (source,) = yaml.safe_load(file.read_text(encoding="utf-8"))["repos"]
    hooks = [shipped | hook | {"language": "system"} for hook in source["hooks"]]
    file.write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}), encoding="utf-8")
    ran("git init -q . && git add -A", folder)
    return folder


def hooked(folder: Path) -> tuple[int, str]:
    """What pre-commit says of what is staged."""
    return done("git add -A && pre-commit run", folder, PRE_COMMIT_HOME=str(folder.parent / "pre-commit"))


def worked(folder: Path) -> tuple[int, str]:
    """What the workflow's last step says, on GitHub."""
    workflow = yaml.safe_load((folder / ".github/workflows/evidence.yaml").read_text(encoding="utf-8"))
    step = workflow["jobs"]["evidence"]["steps"][-1]["run"]
    return done(step, folder, GITHUB_ACTIONS="true")


def change(folder: Path, old: str, new: str) -> None:
    """The new trial's file with one text replaced by another."""
    text = (folder / DRAFT).read_text(encoding="utf-8")
    assert old in text
    (folder / DRAFT).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(("old", "new", "code", "said"), CHANGES.values(), ids=CHANGES)
def test_the_workflow_fails_where_it_must(repository: Path, old: str, new: str, code: int, said: str) -> None:
    change(repository, old, new)
    ended, written = worked(repository)
    assert (ended, said in written) == (code, True), written
    assert code != 1 or "::error file=evidence/doe-2024.yaml,line=" in written


@pytest.mark.parametrize(("old", "new", "code", "said"), CHANGES.values(), ids=CHANGES)
def test_the_hook_fails_where_it_must(repository: Path, old: str, new: str, code: int, said: str) -> None:
    change(repository, old, new)
    ended, written = hooked(repository)
    assert (ended, "Passed" in written) == (int(code > 0), code == 0), written
    assert code == 0 or (f"exit code: {code}" in written and said in written)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("id entry language name", "found: evidence; type: msc-evidence check -r evidence"),
        ("id entry language name args", "evidence: a folder without any .yaml"),
    ],
)
def test_a_hook_that_checked_nothing_fails(repository: Path, kept: str, said: str) -> None:
    file = repository / ".pre-commit-config.yaml"
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    (hook,) = config["repos"][0]["hooks"]
    few = {key: value for key, value in hook.items() if key in kept.split()}
    config["repos"][0]["hooks"] = [few | {"pass_filenames": False}]
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    if "args" in few:
        for each in (repository / "evidence").iterdir():
            each.rename(each.with_suffix(".txt"))
    ended, written = hooked(repository)
    assert (ended, "exit code: 2" in written, said in written) == (1, True, True), written


def test_the_hook_checks_whatever_changed(repository: Path) -> None:
    ran("git -c user.name=a -c user.email=a@example.org commit -qm first", repository)
    (repository / "compose.yaml").write_text("services: {}\n", encoding="utf-8")
    ended, written = hooked(repository)
    assert (ended, "Passed" in written) == (0, True), written
