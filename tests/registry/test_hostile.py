"""Files that are no registry get one clear message, and quickly: no crash, no guess, no expansion."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from msc_evidence.registry.document import LONGEST_LINE
from msc_evidence.registry.loader import load
from msc_evidence.registry.problems import RegistryError

ROOT = Path(__file__).parents[2]
BOMB = "registry: 1\na0: &a0 [x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 40)
)


def complaint(tmp_path: Path, content: bytes | str, name: str = "r.yaml") -> str:
    """The first problem of a file, without its folder."""
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(RegistryError) as refused:
        load(file)
    return str(refused.value.problems[0]).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "r.yaml: the file is empty; `msc-evidence init` writes a starter"),
        ("\n# nothing\n", "r.yaml: the file is empty; `msc-evidence init` writes a starter"),
        ("- a\n- b\n", "r.yaml:1:1: not a registry; expected the keys registry, outcomes, trials"),
        ("text", "r.yaml:1:1: not a registry; expected the keys registry, outcomes, trials"),
        (b"\x89PNG\r\n\x1a\n\0\0", "r.yaml: not a text file; a registry is YAML in UTF-8"),
        ("registry: 1\n".encode("utf-16"), "r.yaml: not a text file; a registry is YAML in UTF-8"),
        (b"registry: 1\ntitle: caf\xe9\n", "r.yaml:2:11: not UTF-8; save the file as UTF-8"),
        (b"\xef\xbb\xbfregistry: 1\ntitle: \xff\n", "r.yaml:2:8: not UTF-8; save the file as UTF-8"),
        ("registry: 1\ntitle: é".encode() + b"\xe9", "r.yaml:2:9: not UTF-8; save the file as UTF-8"),
        ("registry: 1\ntrials:\n\tone: x\n", "r.yaml:3:1: a tab; YAML indents with spaces"),
        ("registry: 1\ntitle: a\x07b\n", "r.yaml:2:9: a character that YAML does not allow"),
        ("registry: 1\ntitle: é a\x07b\n", "r.yaml:2:11: a character that YAML does not allow"),
        ("registry: 1\ntitle: [a\n", "r.yaml:3:1: not readable as YAML"),
        ("registry: 1\ntitle: *nobody\n", "r.yaml:2:8: not readable as YAML: "),
        ("registry: 1\n---\nregistry: 1\n", "r.yaml:2:1: not readable as YAML: "),
        (f"{'k' * 5000}: 1\n", "r.yaml:1:5001: not readable as YAML"),
        ("registry: 1\ntitle: &a [*a]\n", "r.yaml:2:8: an alias (*) repeats this part"),
    ],
)
def test_what_is_no_registry(tmp_path: Path, content: bytes | str, message: str) -> None:
    assert complaint(tmp_path, content).startswith(message)


def test_aliases_are_not_expanded(tmp_path: Path) -> None:
    file = tmp_path / "bomb.yaml"
    file.write_text(BOMB)
    with pytest.raises(RegistryError) as refused:
        load(file)
    repeated = [problem for problem in refused.value.problems if "alias (*) repeats" in problem.message]
    assert [problem.place.line for problem in repeated] == list(range(2, 41))


def test_an_anchor_alone_is_harmless(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("registry: &version 1\ntitle: &t MSC\n")
    assert load(file).title == "MSC"


def test_a_long_line_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    text = f"registry: 1\ntitle: {'x' * LONGEST_LINE}\n"
    expected = f"r.yaml:2:1: the line has {LONGEST_LINE + 7:,} bytes; at most 1,000,000 are read"
    assert complaint(tmp_path, text) == expected
    assert (
        complaint(tmp_path, "x" * (50 * 2**20))
        == "r.yaml:1:1: the line has 52,428,800 bytes; at most 1,000,000 are read"
    )


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "a:\n"])
def test_deep_nesting_is_one_problem_and_no_crash(tmp_path: Path, opening: str) -> None:
    (tmp_path / "deep.yaml").write_text(_nested(opening), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "msc_evidence", "check", "-r", str(tmp_path / "deep.yaml")],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r".*deep\.yaml:\d+:\d+: .*nest.*\n1 problem; nothing was computed\n", done.stderr)


def _nested(opening: str) -> str:
    if not opening.endswith("\n"):
        return opening * 100_000
    return "".join(" " * level + opening for level in range(900))


def test_json_lines_nested_deeply(tmp_path: Path) -> None:
    text = '{"registry": 1}\n{"id": "a", "x": ' + "[" * 100_000 + "\n"
    assert complaint(tmp_path, text, "r.jsonl") == "r.jsonl:2:1: nested too deeply; a registry is not"


def test_a_missing_file_and_a_folder_without_registries(tmp_path: Path) -> None:
    with pytest.raises(
        RegistryError, match=r"nowhere\.yaml: no such file; `msc-evidence init` writes a starter"
    ):
        load(tmp_path / "nowhere.yaml")
    (tmp_path / "notes.txt").write_text("registry: 1")
    with pytest.raises(RegistryError, match=r": a folder without any \.yaml, \.yml, \.json, \.jsonl file"):
        load(tmp_path)
