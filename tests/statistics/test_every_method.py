"""Each public function of the statistics room has a test, and those of the reference grids a reference."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "msc_evidence" / "statistics").rglob("[a-z]*.py"))
REFERENCES: dict[str, Any] = {
    **json.loads((ROOT / "tests" / "reference" / "power.json").read_text()),
    **json.loads((ROOT / "tests" / "reference" / "conversion.json").read_text()),
}
#: Steps that others go through: PM, EB and the Q-profile interval the first, every pooled result the second.
STEPS = {"tau2_at_q", "summary"}
#: The modules of which these two grids hold every function.
IN_FULL = ("conversion", "information", "multiplicity", "paired", "power")


def public_functions(module: Path) -> list[str]:
    body = ast.parse(module.read_text()).body
    return [node.name for node in body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"]


def names_in_tests() -> set[str]:
    """Every name and attribute that the tests' code mentions; strings and comments do not count."""
    found: set[str] = set()
    for test in Path(__file__).parent.rglob("test_*.py"):
        for node in ast.walk(ast.parse(test.read_text())):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.alias):
                found.add(node.name)
    return found


def covered() -> set[str]:
    """What the tests name, what a table that they name holds, and what one module of the room takes from another."""
    found = names_in_tests() | STEPS
    for module in MODULES:
        for node in reversed(ast.parse(module.read_text()).body):  # a table may hold another, above it
            if isinstance(node, ast.ImportFrom):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if found & {target.id for target in targets if isinstance(target, ast.Name)}:
                    found |= {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return found


COVERED = covered()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_each_function_has_a_test(module: Path) -> None:
    assert [name for name in public_functions(module) if name not in COVERED] == []


@pytest.mark.parametrize("module", IN_FULL)
def test_each_function_has_a_reference(module: str) -> None:
    (file,) = (each for each in MODULES if each.stem == module)
    functions = public_functions(file)
    assert functions
    assert [name for name in functions if not REFERENCES[module].get(name)] == []


def test_the_walk_finds_functions() -> None:
    assert len(MODULES) >= 20
    assert sum(len(public_functions(module)) for module in MODULES) >= 100
