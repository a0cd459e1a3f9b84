"""What README.md and the pages of docs/ quote from the program; `make docs` runs it through cog."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def shell(command: str, *, lines: int | None = None, code: int = 0) -> None:
    """Prints a console block: the command and what it writes to standard output, at 100 columns."""
    words = shlex.split(command)
    assert words[0] == "msc-evidence"
    done = subprocess.run(
        [sys.executable, "-m", "msc_evidence", *words[1:]],
        cwd=ROOT, env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"} | {"GITHUB_ACTIONS": ""},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    shown = done.stdout.splitlines()
    cut = ["…"] if lines is not None and len(shown) > lines else []
    print("\n".join(["```console", f"$ {command}", *shown[:lines], *cut, "```"]))


def excerpt(start: str, end: str, file: str = "trials.yaml") -> None:
    """Prints the lines of a registry from the one that is `start` up to the one that is `end`."""
    text = (ROOT / file).read_text(encoding="utf-8").splitlines()
    first = text.index(start)
    last = next((at for at in range(first + 1, len(text)) if text[at] == end), len(text))
    print("\n".join(["```yaml", *text[first:last], "```"]))


def watched() -> None:
    """Prints how many numbers of the registry are compared with the figures of their source."""
    from msc_evidence.registry.loader import load
    from msc_evidence.registry.numbers import Tied, tied

    ties = sum(map(tied, load(ROOT / "trials.yaml").trials.values()), Tied(0, 0))
    print(f"`trials.yaml` holds {ties}.")


def codes() -> None:
    """Prints the table of checks."""
    from msc_evidence.checks.run import rules

    print("| code | severity | what it finds |\n|---|---|---|")
    for rule in rules():
        print(f"| {rule.code} | {rule.severity} | {rule.title} |")


def glossary() -> None:
    """Prints the glossary, a table for each subject."""
    from msc_evidence.checks.glossary import GLOSSARY, SUBJECTS

    for subject in SUBJECTS:
        print(f"## {subject.capitalize()}\n\n| word | meaning |\n|---|---|")
        for term in GLOSSARY:
            if term.subject == subject:
                print(f"| {term.title} | {term.meaning} |")
        print()
