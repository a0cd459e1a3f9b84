"""Start-up: CPU seconds of each command on the shipped registry, beside what its libraries take to import."""

from __future__ import annotations

import sys
from pathlib import Path

from measure import medians, program, table

REGISTRY = str(Path(__file__).parents[1] / "trials.yaml")
RUNS = 3


def main() -> None:
    """Prints the medians and their ratio to the import of a library that every peer begins with."""
    commands = {
        "python -c pass": (sys.executable, "-c", "pass"),
        "import typer": (sys.executable, "-c", "import typer"),
        "import scipy.special": (sys.executable, "-c", "import scipy.special"),
        "import pandas": (sys.executable, "-c", "import pandas"),
        "--help": program("--help"),
        "summarize": program("summarize", "-r", REGISTRY),
        "summarize -f csv": program("summarize", "-f", "csv", "-r", REGISTRY),
        "compare": program("compare", "-r", REGISTRY),
        "recompute": program("recompute", "-r", REGISTRY),
        "check": program("check", "-r", REGISTRY),
        "pool mrs": program("pool", "mrs", "-r", REGISTRY),
        "table sof": program("table", "sof", "-r", REGISTRY),
        "report": program("report", "-r", REGISTRY),
    }
    found = medians(commands, RUNS)
    bare = found["import scipy.special"]
    rows = [("command", "CPU seconds, median", "× `import scipy.special`")]
    rows += [(f"`{name}`", f"{seconds:.3f}", f"{seconds / bare:.2f}") for name, seconds in found.items()]
    print(table(rows))


if __name__ == "__main__":
    main()
