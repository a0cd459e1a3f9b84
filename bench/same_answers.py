"""Whether two checkouts answer with the same bytes: every command that shows, on the shipped registry and the examples.

`python bench/same_answers.py OTHER-CHECKOUT [COMMAND …]`: prints the calls whose output, remarks or exit code differ.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parents[1]
CALLS = (
    *("summarize", "summarize -f csv", "summarize --wide", "compare", "compare -f json"),
    *(
        "recompute",
        "recompute -f csv",
        "recompute --by-verdict",
        "check --min-severity note",
        "check -f json",
    ),
    *("check --statistics", "pool {outcome}", "pool {outcome} -f csv", "plot forest {outcome}"),
    *("table characteristics", "table results", "table claims", "table sof", "table rob", "table references"),
    *("table trust", "report -f md", "report -f html", "registry stats", "export metafor", "export ris"),
    "export datapackage -o {folder}/package.zip",
)


def registries() -> Iterator[Path]:
    """The shipped registry and the examples, relative to a checkout."""
    yield Path("trials.yaml")
    yield from sorted(file.relative_to(HERE) for file in (HERE / "examples").glob("*.yaml"))


def answer(checkout: Path, registry: Path, call: str) -> str:
    """The hash of everything that one call writes."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = call.format(outcome=_outcome(checkout / registry), folder=folder).split()
        done = subprocess.run(
            (sys.executable, "-m", "msc_evidence", *arguments, "-r", str(registry)),
            capture_output=True, check=False, cwd=checkout,
            env=os.environ | {"PYTHONPATH": str(checkout), "SOURCE_DATE_EPOCH": "0"},
        )  # fmt: skip
        files = sorted(file for file in Path(folder).rglob("*") if file.is_file())
        written = b"".join(file.read_bytes() for file in files)
        said = (done.stdout + done.stderr).replace(folder.encode(), b"FOLDER")
    return f"{done.returncode} {hashlib.sha256(said + written).hexdigest()}"


def _outcome(registry: Path) -> str:
    """The first outcome of a registry."""
    _, _, below = registry.read_text(encoding="utf-8").partition("\noutcomes:\n")
    return below.split(":")[0].strip()


def main(other: Path, commands: Sequence[str]) -> None:
    """Prints what differs, and how much was compared; exit code 1 where anything differs."""
    calls = [call for call in CALLS if not commands or call.split()[0] in commands]
    pairs = [(registry, call) for registry in registries() for call in calls]
    different = [pair for pair in pairs if answer(HERE, *pair) != answer(other.resolve(), *pair)]
    for registry, call in different:
        print(f"differs: {call} -r {registry}")
    print(f"{len(pairs)} calls compared, {len(different)} differ")
    raise SystemExit(bool(different))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
