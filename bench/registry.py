"""Large registries: CPU seconds and memory of commands beside a bare YAML parse of the same file."""

from __future__ import annotations

import json
import math
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measure import Usage, program, table, usage
from varied import varied

from msc_evidence.registry.document import Document

SHIPPED = Path(__file__).parents[1] / "trials.yaml"
SIZES = (1_000, 4_000, 10_000, 30_000)
#: From this size on only some commands are measured: the others take as long again for every trial.
LARGE, OF_LARGE = 30_000, ("yaml.compose, no gc", "check", "summarize -f csv, JSON lines")
BARE = "import sys, yaml; yaml.compose(open(sys.argv[1], encoding='utf-8'), Loader=yaml.CSafeLoader)"
#: The collector visits every node again and again while millions of them are made and none is garbage.
BARE_WITHOUT_GC = f"import gc; gc.disable(); {BARE}"


def generated(trials: int, *, differing: bool = False) -> str:
    """A registry of so many trials: the shipped ones again and again, under ids and DOIs of their own.

    Where they are `differing`, each has counts, means and SDs of its own as well.
    """
    head, _, below = SHIPPED.read_text(encoding="utf-8").partition("\ntrials:\n")
    body = re.split(r"(?m)^(?=\S+:$)", below)[0]  # pooled results name trials by ids that the copies have not
    parts = re.split(r"(?m)^(?=  \S+:$)", body)[1:]
    copies = (_renamed(parts[at % len(parts)], at) for at in range(trials))
    if differing:
        copies = (varied(copy, at) for at, copy in enumerate(copies))
    return f"{head}\ntrials:\n{''.join(copies)}"


def _renamed(trial: str, at: int) -> str:
    named = re.sub(r"^  (\S+):", rf"  \1-{at}:", trial, count=1)
    whole = re.sub(r"(?m)^ +part-of: .*\n", "", named)
    return re.sub(r"(doi: [^\s,}]+)", rf"\1.{at}", whole).rstrip() + "\n\n"


def main(sizes: Sequence[int] = SIZES) -> None:
    """Prints a row per size and command, and how time grows from the smallest size to the largest measured."""
    rows = [("trials", "command", "CPU seconds", "ms per trial", "× bare parse", "MB at most")]
    found: dict[str, dict[int, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            used = _measured(size, Path(folder))
            bare = used["yaml.compose, no gc"].seconds
            for name, taken in used.items():
                found.setdefault(name, {})[size] = taken.seconds
                rows.append(
                    (
                        f"{size:,}", f"`{name}`", f"{taken.seconds:.2f}", f"{1000 * taken.seconds / size:.2f}",
                        f"{taken.seconds / bare:.1f}", f"{taken.megabytes:.0f}",
                    )
                )  # fmt: skip
    print(table(rows))
    if len(sizes) > 1:
        print(f"\n{table(_exponents(found))}")


def _measured(size: int, folder: Path) -> dict[str, Usage]:
    """What each command takes on a registry of this size, and what the parser alone takes."""
    file, lines, differing = (folder / f"{size}{end}" for end in (".yaml", ".jsonl", "-differing.yaml"))
    file.write_text(generated(size), encoding="utf-8")
    differing.write_text(generated(size, differing=True), encoding="utf-8")
    lines.write_text(_as_json_lines(file), encoding="utf-8")
    commands = {
        "yaml.compose, no gc": (sys.executable, "-c", BARE_WITHOUT_GC, str(file)),
        "check": program("check", "-q", "-r", str(file)),
        "check, trials that differ": program("check", "-q", "-r", str(differing)),
        "summarize -f csv": program("summarize", "-f", "csv", "-r", str(file)),
        "recompute -f csv": program("recompute", "-f", "csv", "-r", str(file)),
        "pool mrs -f csv": program("pool", "mrs", "-f", "csv", "-r", str(file)),
        "check, JSON lines": program("check", "-q", "-r", str(lines)),
        "summarize -f csv, JSON lines": program("summarize", "-f", "csv", "-r", str(lines)),
    }
    usage(program("check", "-q"))  # compiles the modules
    return {name: usage(command) for name, command in commands.items() if size < LARGE or name in OF_LARGE}


def _as_json_lines(file: Path) -> str:
    """The same registry as JSON lines."""
    data = Document(file).data
    head = {key: value for key, value in data.items() if key != "trials"}
    trials = ({"id": name, **trial} for name, trial in data["trials"].items())
    return "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in (head, *trials))


def _exponents(found: dict[str, dict[int, float]]) -> list[tuple[str, ...]]:
    """The power of the number of trials that time grows with: 1 is linear, 2 quadratic."""
    rows = [("command", "exponent", "trials")]
    for name, times in found.items():
        small, large = min(times), max(times)
        power = math.log(times[large] / times[small]) / math.log(large / small)
        rows.append((f"`{name}`", f"{power:.2f}", f"{small:,} to {large:,}"))
    return rows


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
