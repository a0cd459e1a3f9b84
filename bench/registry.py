"""Large registries: CPU seconds of `check` and `summarize -f csv` beside a bare YAML parse of the same file."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from measure import cpu_seconds, program, table

SHIPPED = Path(__file__).parents[1] / "trials.yaml"
SIZES = (10, 100, 1_000, 10_000)
BARE = "import sys, yaml; yaml.compose(open(sys.argv[1], encoding='utf-8'), Loader=yaml.CSafeLoader)"
#: The collector visits every node again and again while millions of them are made and none is garbage.
BARE_WITHOUT_GC = f"import gc; gc.disable(); {BARE}"


def generated(trials: int) -> str:
    """A registry of so many trials: the shipped ones again and again, under ids and DOIs of their own."""
    head, _, below = SHIPPED.read_text(encoding="utf-8").partition("\ntrials:\n")
    body = re.split(r"(?m)^(?=\S+:$)", below)[0]  # pooled results name trials by ids that the copies have not
    parts = re.split(r"(?m)^(?=  \S+:$)", body)[1:]
    copies = (_renamed(parts[at % len(parts)], at) for at in range(trials))
    return f"{head}\ntrials:\n{''.join(copies)}"


def _renamed(trial: str, at: int) -> str:
    named = re.sub(r"^  (\S+):", rf"  \1-{at}:", trial, count=1)
    whole = re.sub(r"(?m)^ +part-of: .*\n", "", named)
    return re.sub(r"(doi: [^\s,}]+)", rf"\1.{at}", whole).rstrip() + "\n\n"


def main() -> None:
    """Prints a row per size and command, with the time per trial."""
    rows = [("trials", "command", "CPU seconds", "ms per trial", "× bare parse")]
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            file = Path(folder) / f"{size}.yaml"
            file.write_text(generated(size), encoding="utf-8")
            rows += _rows(size, str(file))
    print(table(rows))


def _rows(size: int, file: str) -> list[tuple[str, ...]]:
    commands = {
        "yaml.compose": (sys.executable, "-c", BARE, file),
        "yaml.compose, no gc": (sys.executable, "-c", BARE_WITHOUT_GC, file),
        "summarize -f csv": program("summarize", "-f", "csv", "-r", file),
        "check": program("check", "-q", "-r", file),
    }
    seconds = {name: cpu_seconds(command) for name, command in commands.items()}
    bare = seconds["yaml.compose, no gc"]
    return [
        (f"{size:,}", f"`{name}`", f"{spent:.2f}", f"{1000 * spent / size:.2f}", f"{spent / bare:.1f}")
        for name, spent in seconds.items()
    ]


if __name__ == "__main__":
    main()
