"""What commands answer to good files of every kind, whole and byte for byte; `make golden` rewrites them.

The files are those that the fuzzer begins with, the small registries, and some of their own; each command that reads a
kind is given each of its files, so that whatever a reader, a table or a format does differently is seen here.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import zipfile
from functools import cache
from pathlib import Path

import pytest

from msc_evidence import __version__
from tests.cli.asked import QUESTIONS, written_to
from tests.cli.conftest import Run
from tests.cli.outline import outline
from tests.fuzz.kinds import ROOT

GOLDEN = Path(__file__).parent / "golden_answers"
BETWEEN = f"\n{'=' * 40}\n"


def answer(command: str, run: Run, folder: Path) -> str:
    """A command, what it shows on both streams, its exit code, and the file that it wrote."""
    done = run(*shlex.split(command), COLUMNS="110", cwd=folder)
    shown = [f"$ {command}", done.out.rstrip(), done.err.rstrip(), f"exit {done.code}"]
    if command.endswith("sarif") and done.code < 2:
        shown[1] = _without_rules(done.out)
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "out" in file.relative_to(folder).parts[0]:
            shown += [f"--- {file.relative_to(folder).as_posix()}", written(file)]
            file.unlink()
    text = "\n".join(filter(None, shown)).replace(str(ROOT), "ROOT").replace(str(folder), "HERE")
    return text.replace(__version__, "VERSION")


def _without_rules(sarif: str) -> str:
    """SARIF without what it says of every rule of the program."""
    given = json.loads(sarif)
    given["runs"][0]["tool"]["driver"]["rules"] = "…"
    return json.dumps(given, ensure_ascii=False, indent=1)


def written(file: Path) -> str:
    """What a file holds, in text: of a package each part, of a page its outline."""
    raw = file.read_bytes()
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            return "\n".join(f"{name}: {package.read(name).decode()}" for name in package.namelist())
    text = raw.decode()
    return outline(text) if file.suffix == ".html" else text.rstrip()


@cache
def golden(name: str) -> list[str]:
    """The answers that are kept."""
    file = GOLDEN / f"{name}.golden"
    assert file.is_file(), f"{file} is missing: make golden writes it"
    return file.read_bytes().decode().split(BETWEEN)


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, asked in QUESTIONS.items() for number in range(len(asked))]
)
def test_answer(name, number, run, tmp_path):
    if os.environ.get("MSC_EVIDENCE_GOLDEN"):
        if number == 0:
            rewrite(name, run, tmp_path)
        return
    command, files = QUESTIONS[name][number]
    written_to(tmp_path, files)
    text = answer(command, run, tmp_path)
    given = b" ".join(files.values()).decode(errors="replace")
    assert not [
        word for word in ("nan", "None", "Traceback") if re.search(rf"\b{word}\b", text) and word not in given
    ]
    assert golden(name)[number] == text, f"{name}.golden differs: make golden rewrites it"


def rewrite(name: str, run: Run, folder: Path) -> None:
    """Writes all answers of one kind: one test does, as several may run at once."""
    answers = []
    for number, (command, files) in enumerate(QUESTIONS[name]):
        own = folder / str(number)
        own.mkdir()
        written_to(own, files)
        answers.append(answer(command, run, own))
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / f"{name}.golden").write_bytes(BETWEEN.join(answers).encode())


def test_every_golden_answer_is_compared():
    kept = {file.stem: len(golden(file.stem)) for file in GOLDEN.iterdir()}
    assert kept == {name: len(asked) for name, asked in QUESTIONS.items()}
