"""What faults can be planted in the program, a sample of them, and which lines a test of one must run through."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "msc_evidence"
SEED = 1812
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

#: Names of numbers beyond which the program refuses, is silent or goes another way.
_BOUND = re.compile(
    r"_?(?:(?:MOST|LARGEST|LONGEST|GREATEST|DEEPEST|FEWEST|LEAST|WIDEST|HEAVIEST)(?:_[A-Z0-9_]+)?"
    r"|MANY|FEW|LISTED|OFFERED|NAMED|MINIMUM|CROWD|[A-Z_]+_(?:FROM|UP_TO))"
)
_WHOLE = re.compile(r"[\d_]+(?: (?:<<|\*\*) \d+)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """One change of one line of a module."""

    module: Path
    line: int
    start: int
    end: int
    text: str

    @property
    def room(self) -> str:
        """The room that the module stands in."""
        return self.module.parts[1]

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
    lines, tree = source.splitlines(), ast.parse(source)
    without_effect = set(_without_effect(tree))
    for node in ast.walk(tree):
        if node not in without_effect:
            yield from _faults_at(node, module, lines)


def bound_faults() -> list[Fault]:
    """Every named bound of the program, one more than it is."""
    return [fault for module in sorted(sources()) for fault in _bounds_moved(Path(module))]


def _bounds_moved(module: Path) -> Iterator[Fault]:
    source = sources()[module.as_posix()]
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.Assign):
            continue
        for name, value in _named_values(statement.targets[0], statement.value):
            written = ast.get_source_segment(source, value) or ""
            if _BOUND.fullmatch(name) and _WHOLE.fullmatch(written):
                yield Fault(
                    module, value.lineno, value.col_offset, value.end_col_offset or 0, f"({written}) + 1"
                )


def _named_values(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, of_one in zip(target.elts, value.elts, strict=True):
            yield from _named_values(one, of_one)


def _faults_at(node: ast.AST, module: Path, lines: list[str]) -> Iterator[Fault]:
    match node:
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            yield from _between(module, lines, left, right, _COMPARED.get(type(sign)))
        case ast.BinOp(left=left, op=sign, right=right):
            yield from _between(module, lines, left, right, _COMPUTED.get(type(sign)))
        case ast.BoolOp(op=word, values=[left, right, *_]):
            yield from _between(module, lines, left, right, "or" if isinstance(word, ast.And) else "and")
        case ast.If(test=test) | ast.IfExp(test=test) if test.lineno == test.end_lineno:
            written = lines[test.lineno - 1].encode()[test.col_offset : test.end_col_offset].decode()
            yield Fault(module, test.lineno, test.col_offset, test.end_col_offset or 0, f"not ({written})")
        case ast.Constant(value=int() | float() as value):
            other = repr(_another(value))
            yield Fault(module, node.lineno, node.col_offset, node.end_col_offset or 0, other)


def _without_effect(tree: ast.Module) -> Iterator[ast.AST]:
    """Parts that change nothing a program of no other fault does: guards against one, and imports for types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("strict", "slots", "frozen"):
            yield node.value
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            yield node


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
    """So many faults, as many of each room as of any other, no two on one line; the rooms take turns."""
    chance = random.Random(SEED)
    found = []
    for number, room in enumerate(rooms):
        modules = sorted(file.relative_to(ROOT) for file in (ROOT / PACKAGE / room).rglob("*.py"))
        of_lines = {
            (fault.module, fault.line): fault for module in modules for fault in _shuffled(module, chance)
        }
        share = count // len(rooms) + (number < count % len(rooms))
        found.append(chance.sample(list(of_lines.values()), min(share, len(of_lines))))
    return [fault for turn in zip_longest(*found) for fault in turn if fault is not None]


def _shuffled(module: Path, chance: random.Random) -> list[Fault]:
    possible = list(faults_of(module))
    chance.shuffle(possible)
    return possible


@cache
def sources() -> dict[str, str]:
    """Every module of the package."""
    return {
        file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted((ROOT / PACKAGE).rglob("*.py"))
    }


def places_of(fault: Fault) -> list[tuple[str, int]]:
    """The lines that show a fault: its own, or for what is made at import all lines that name it."""
    module = fault.module.as_posix()
    made = _made_at_import(ast.parse(sources()[module]), fault.line)
    if made is None:
        return [(module, fault.line)]
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, made))})\b" if made else r"(?!)")
    return [
        (other, number)
        for other, source in sources().items()
        for number, line in enumerate(source.splitlines(), 1)
        if named.search(line)
    ]


def _made_at_import(tree: ast.Module | ast.ClassDef, line: int) -> list[str] | None:
    """The names that the statement at a line gives to a module or class; None for a line of a function's body."""
    statement = next((node for node in tree.body if node.lineno <= line <= (node.end_lineno or 0)), None)
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return None if line >= statement.body[0].lineno else [statement.name]
        case ast.ClassDef():
            made = _made_at_import(statement, line)
            return [statement.name] if made == [] else made
        case ast.Assign(targets=targets):
            return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []
