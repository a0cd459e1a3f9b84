"""What commands answer to good files of every kind, whole and byte for byte; `make golden` rewrites them.

The files are those that the fuzzer begins with, and the small registries; each command that reads a kind is given each
of its files, so that whatever a reader, a table or a format does differently is seen here.
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
from msc_evidence.exchange.export import export_names
from msc_evidence.tables.review import table_names
from tests.cli.conftest import Run
from tests.cli.outline import outline
from tests.fuzz.kinds import ROOT, kinds

GOLDEN = Path(__file__).parent / "golden_answers"
BETWEEN = f"\n{'=' * 40}\n"
KINDS = kinds()
#: Asked of small registries: what has no kind of its own. The page is shown as an outline.
COMMANDS = (
    "summarize -f json",
    "compare --wide",
    "recompute -f json",
    "check --min-severity note -f json",
    "pool",
    "pool -f json",
    *(f"table {name} -f md" for name in table_names()),
    *(f"export {name} -o out" for name in export_names() if name != "datapackage"),
)
#: What is long, or takes long, is asked of some of them.
REGISTRIES = {
    "quarrels": (*COMMANDS, "export datapackage -o out", "report -o out.html"),
    "hearts": (*COMMANDS, "feasible"),
    "knees": (*COMMANDS, "feasible -f json"),
    "minds": (*COMMANDS, "report -o out.html --outcome mood"),
    "statins": (*COMMANDS, "report -o out.html"),
}


def questions(name: str) -> list[tuple[str, str, bytes]]:
    """The commands asked of a kind or a registry, each with the name and the content of the file it reads."""
    if name in REGISTRIES:
        file = (ROOT / "tests/registries" / f"{name}.yaml").read_bytes()
        return [(f"{command} -r r.yaml", "r.yaml", file) for command in REGISTRIES[name]]
    kind = KINDS[name]
    return [(command, kind.name, file) for file in kind.files for command in kind.commands]


QUESTIONS = {name: questions(name) for name in (*KINDS, *REGISTRIES)}


def answer(command: str, run: Run, folder: Path) -> str:
    """A command, what it shows on both streams, its exit code, and the file that it wrote."""
    done = run(*shlex.split(command), COLUMNS="110", cwd=folder)
    shown = [f"$ {command}", done.out.rstrip(), done.err.rstrip(), f"exit {done.code}"]
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "out" in file.relative_to(folder).parts[0]:
            shown += [f"--- {file.relative_to(folder).as_posix()}", written(file)]
            file.unlink()
    if command.endswith("sarif") and done.code < 2:
        shown[1] = _without_rules(done.out)
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
    ("name", "number"),
    [(name, number) for name, asked in QUESTIONS.items() for number in range(len(asked))],
    ids=lambda value: str(value),
)
def test_answer(name, number, run, tmp_path):
    if os.environ.get("MSC_EVIDENCE_GOLDEN"):
        if number == 0:
            rewrite(name, run, tmp_path)
        return
    command, file, content = QUESTIONS[name][number]
    (tmp_path / file).write_bytes(content)
    text = answer(command, run, tmp_path)
    assert not re.search(r"\b(?:nan|None|Traceback)\b", text)
    assert golden(name)[number] == text, f"{name}.golden differs: make golden rewrites it"


def rewrite(name: str, run: Run, folder: Path) -> None:
    """Writes all answers of one kind: one test does, as several may run at once."""
    answers = []
    for number, (command, file, content) in enumerate(QUESTIONS[name]):
        own = folder / str(number)
        own.mkdir()
        (own / file).write_bytes(content)
        answers.append(answer(command, run, own))
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / f"{name}.golden").write_bytes(BETWEEN.join(answers).encode())


def test_every_golden_answer_is_compared():
    assert {file.stem for file in GOLDEN.iterdir()} == {*QUESTIONS}
    assert {name: len(golden(name)) for name in QUESTIONS} == {
        name: len(asked) for name, asked in QUESTIONS.items()
    }
