"""Plants faults in the program one at a time and says which of them no test notices.

`python tests/planted_faults.py 150` plants so many, the same ones for the same seed, spread over the rooms; with a
room's name in that room alone. A fault is noticed where a test fails that imports the module, belongs to
its room or runs its command; tests of what README and docs quote do not count. `make mutants` runs it; hours.
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = "msc_evidence"
SEED = 17
#: A run of tests that takes longer hangs by the fault, and so has noticed it.
LONGEST = 1800
ROOMS = (
    "analysis",
    "checks",
    "cli",
    "exchange",
    "pages",
    "plots",
    "reading",
    "registry",
    "render",
    "statistics",
    "tables",
)
#: Rooms whose tests see what another room does, the nearest first.
SEEN_IN = {
    "statistics": ("statistics", "analysis", "cli"),
    "analysis": ("analysis", "tables", "cli"),
    "registry": ("registry", "cli"),
    "reading": ("reading", "checks", "cli"),
    "checks": ("checks", "cli"),
    "tables": ("tables", "cli"),
    "render": ("render", "cli"),
    "plots": ("plots", "cli"),
    "pages": ("render", "cli"),
    "exchange": ("exchange", "cli"),
    "cli": ("cli",),
}
_COMPARED = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "=="}
_COMPARED |= {ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is"}
_COMPUTED = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.Pow: "*",
    ast.FloorDiv: "/",
    ast.Mod: "*",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One change of one line of a module."""

    module: Path
    line: int
    start: int
    end: int
    text: str

    def planted(self) -> str:
        """The module's source with the fault in it."""
        lines = (ROOT / self.module).read_text(encoding="utf-8").splitlines(keepends=True)
        raw = lines[self.line - 1].encode()
        lines[self.line - 1] = (raw[: self.start] + self.text.encode() + raw[self.end :]).decode()
        return "".join(lines)

    def __str__(self) -> str:
        line = (ROOT / self.module).read_text(encoding="utf-8").splitlines()[self.line - 1]
        old = line.encode()[self.start : self.end].decode()
        return f"{self.module}:{self.line}:{self.start + 1}: {old!r} -> {self.text!r} in {line.strip()!r}"


def faults_of(module: Path) -> Iterator[Fault]:
    """Every fault that can be planted in a module: comparisons, arithmetic, numbers, conditions, truth values."""
    source = (ROOT / module).read_text(encoding="utf-8")
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            yield from _between(
                module, lines, node.left, node.comparators[0], _COMPARED.get(type(node.ops[0]))
            )
        elif isinstance(node, ast.BinOp):
            yield from _between(module, lines, node.left, node.right, _COMPUTED.get(type(node.op)))
        elif isinstance(node, ast.BoolOp):
            other = "or" if isinstance(node.op, ast.And) else "and"
            yield from _between(module, lines, node.values[0], node.values[1], other)
        elif isinstance(node, (ast.If, ast.IfExp)):
            test = node.test
            if test.lineno == test.end_lineno:
                written = lines[test.lineno - 1].encode()[test.col_offset : test.end_col_offset].decode()
                yield Fault(
                    module, test.lineno, test.col_offset, test.end_col_offset or 0, f"not ({written})"
                )
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
            value = _another(node.value)
            yield Fault(module, node.lineno, node.col_offset, node.end_col_offset or 0, repr(value))


def _another(value: float) -> float:
    """Another number, far enough from this one that it matters if anything does; the other truth value."""
    if isinstance(value, bool):
        return not value
    return value + 1 if abs(value) < 10 else 2 * value


def _between(
    module: Path, lines: list[str], left: ast.expr, right: ast.expr, sign: str | None
) -> Iterator[Fault]:
    """The sign between two parts of one line replaced by another."""
    if sign is None or left.end_lineno != right.lineno:
        return
    written = lines[right.lineno - 1].encode()[left.end_col_offset : right.col_offset].decode()
    if any(bracket in written for bracket in "()"):
        return
    yield Fault(module, right.lineno, left.end_col_offset or 0, right.col_offset, f" {sign} ")


def sampled_faults(count: int, rooms: tuple[str, ...]) -> list[Fault]:
    """So many faults, as many of each room as of any other, no two on one line."""
    chance = random.Random(SEED)
    found = []
    for number, room in enumerate(rooms):
        modules = sorted(file.relative_to(ROOT) for file in (ROOT / PACKAGE / room).rglob("*.py"))
        of_lines = {
            (fault.module, fault.line): fault for module in modules for fault in _shuffled(module, chance)
        }
        share = count // len(rooms) + (number < count % len(rooms))
        found += chance.sample(list(of_lines.values()), min(share, len(of_lines)))
    return found


def _shuffled(module: Path, chance: random.Random) -> list[Fault]:
    possible = list(faults_of(module))
    chance.shuffle(possible)
    return possible


def tests_for(module: Path) -> list[list[str]]:
    """The tests that may notice a fault of a module, in runs from the nearest to the farthest."""
    name = ".".join(module.with_suffix("").parts).removesuffix(".__init__")
    files = [file.relative_to(ROOT) for file in sorted((ROOT / "tests").rglob("test_*.py"))]
    importing = [file for file in files if name in (ROOT / file).read_text(encoding="utf-8")]
    runs = [[*map(str, importing), str(module)]]
    for room in SEEN_IN[module.parts[1]]:
        runs.append([str(file) for file in files if file.parts[1] == room and file not in importing])
    return [run for run in runs if run]


def is_noticed(fault: Fault, checkout: Path) -> bool:
    """Whether a test fails with the fault in the checkout, which is mended afterwards."""
    file = checkout / fault.module
    file.write_text(fault.planted(), encoding="utf-8")
    try:
        return any(_fails(run, checkout) for run in tests_for(fault.module))
    finally:
        shutil.copyfile(ROOT / fault.module, file)


def _fails(tests: list[str], checkout: Path) -> bool:
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONPATH": str(checkout), "CI": "1"}
    try:
        done = subprocess.run(
            command, cwd=checkout, env=environment, capture_output=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode not in (0, 5)


def main() -> int:
    """Plants the faults that the command line asks for, and lists those that no test noticed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    noticed: Counter[str] = Counter()
    planted: dict[str, int] = defaultdict(int)
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder) / "checkout"
        shutil.copytree(
            ROOT, checkout, ignore=shutil.ignore_patterns(".git", ".venv", "*cache*", "__pycache__")
        )
        for fault in sampled_faults(count, tuple(sys.argv[2:]) or ROOMS):
            room = fault.module.parts[1]
            planted[room] += 1
            noticed[room] += (seen := is_noticed(fault, checkout))
            print(f"{'noticed ' if seen else 'SURVIVES'} {fault}", flush=True)
    for room, total in planted.items():
        print(f"{room}: {noticed[room]} of {total} noticed")
    print(f"all rooms: {noticed.total()} of {sum(planted.values())} noticed")
    return int(noticed.total() < 0.96 * sum(planted.values()))


if __name__ == "__main__":
    raise SystemExit(main())
