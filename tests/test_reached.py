"""Every public function and class serves a command, the library or a documented page; what does not is deleted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "msc_evidence"
#: What modules that are found by their names are asked for: formats, pages, exports, tables.
ASKED_FOR = {"render", "render_page", "render_screen", "export", "table", "page_table", "screen"}
FOUND_BY_NAME = (
    "msc_evidence.render.",
    "msc_evidence.exchange.",
    "msc_evidence.plots.",
    "msc_evidence.tables.review.",
)
#: What only tests call, and why it stays.
KEPT = {
    "msc_evidence.statistics.power.power": "what detectable_d inverts: R's packages give the one, not the other",
}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
#: A module's dotted name, and that of something in it.
Place = tuple[str, str]


def modules() -> dict[str, ast.Module]:
    """Every module by its dotted name."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(file.read_text(encoding="utf-8"))
    return found


MODULES = modules()
PACKAGES = {name for name in MODULES if (ROOT / name.replace(".", "/")).is_dir()}
DEFINED = {
    (module, node.name): node
    for module, tree in MODULES.items()
    for node in tree.body
    if isinstance(node, Definition)
}


@cache
def imported(module: str) -> dict[str, Place]:
    """What the names mean that a module imports, at its top or within a function."""
    found: dict[str, Place] = {}
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.ImportFrom):
            base = module.split(".") if module in PACKAGES else module.split(".")[:-1]
            above = base[: len(base) + 1 - node.level] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            found |= {alias.asname or alias.name: (source, alias.name) for alias in node.names}
    return found


def meant(module: str, name: str) -> Place:
    """Where a name in a module is defined, through whatever passes it on."""
    place = (module, name)
    while place not in DEFINED and place[0] in MODULES and place[1] in imported(place[0]):
        place = imported(place[0])[place[1]]
    return place


def named(module: str, nodes: Iterable[ast.AST]) -> Iterator[Place]:
    """Every place that some code refers to, by a name or as an attribute of a module."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Name):
            yield meant(module, node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = ".".join(imported(module).get(node.value.id, ("", "")))
            if owner in MODULES:
                yield meant(owner, node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield meant(module, node.value)


def registered(node: Definition) -> bool:
    """Whether a decorator of ours takes a definition into a list: checks, ways to recompute, commands."""
    usual = {"dataclass", "cache", "lru_cache", "contextmanager", "overload"}
    names = {getattr(getattr(each, "func", each), "id", "") for each in node.decorator_list}
    return bool(names - usual)


def roots() -> Iterator[Place]:
    """What is run on import, registered, asked for by name, the library's, or shown by README and docs."""
    for module, tree in MODULES.items():
        yield from named(module, (node for node in tree.body if not isinstance(node, Definition)))
    for place, node in DEFINED.items():
        asked = place[1] in ASKED_FOR and place[0].startswith(FOUND_BY_NAME)
        if registered(node) or asked or place[0] == "msc_evidence":
            yield place
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*"))):
        if page.suffix in (".md", ".py"):
            text = page.read_text(encoding="utf-8")
            for source, names in re.findall(r"from (msc_evidence[\w.]*) import ([\w, ]+)", text):
                yield from (meant(source, name.strip()) for name in names.split(","))


def unreached() -> list[str]:
    """The public definitions that no root leads to."""
    seen: set[Place] = set()
    waiting = list(roots())
    while waiting:
        place = waiting.pop()
        if place in DEFINED and place not in seen:
            seen.add(place)
            waiting += named(place[0], [DEFINED[place]])
    return sorted(f"{module}.{name}" for module, name in set(DEFINED) - seen if not name.startswith("_"))


def test_everything_public_is_reached() -> None:
    assert unreached() == sorted(KEPT)
