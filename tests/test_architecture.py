"""The rooms of the package and who may enter them; docs/architecture.md draws the same table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "msc_evidence"
MODULES = sorted(file.relative_to(PACKAGE) for file in PACKAGE.rglob("*.py"))
#: Room → what it may import of ours, itself aside; a room may be let into one module of another.
MAY_IMPORT = {
    "statistics": set[str](),
    "registry": set[str](),
    "reading": {"registry"},
    "analysis": {"statistics", "registry"},
    "checks": {"analysis", "statistics", "registry", "reading", "__version__"},
    "tables": {"analysis", "statistics", "registry"},
    "render": {"tables", "checks.finding", "checks.audit", "reading.rows", "reading.tables", "__version__"},
    "plots": {"tables", "analysis", "statistics", "registry", "render.inert", "render.text"},
    "exchange": {
        "tables",
        "analysis",
        "statistics",
        "registry",
        "reading",
        "render.inert",
        "render.text",
        "render.table.csv",
    },
    "pages": {"plots", "tables", "checks", "analysis", "registry", "render", "__version__"},
}
HEAVY = {"numpy", "scipy", "pandas", "matplotlib"}


def imports(module: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a module imports, by its full name, and whether at its top level."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    package = ["msc_evidence", *module.parent.parts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in tree.body) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((f"{stem}.{alias.name}", node in tree.body) for alias in node.names)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_point_one_way(room: str) -> None:
    allowed = {room, *MAY_IMPORT[room]}
    ours = {
        (str(module), name.removeprefix("msc_evidence."))
        for module in MODULES
        if module.parts[0] == room
        for name, _ in imports(module)
        if name.startswith("msc_evidence")
    }
    assert ours, room
    assert not {
        (module, name)
        for module, name in ours
        if not any(f"{name}.".startswith(f"{each}.") for each in allowed)
    }


def test_every_room_is_in_the_table() -> None:
    rooms = {module.parts[0] for module in MODULES if len(module.parts) > 1}
    assert rooms - {"cli"} == set(MAY_IMPORT)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_heavy_packages_are_imported_only_where_and_when_they_are_needed(module: Path) -> None:
    heavy = {name.split(".")[0]: top for name, top in imports(module) if name.split(".")[0] in HEAVY}
    typing_only = "TYPE_CHECKING" in (PACKAGE / module).read_text(encoding="utf-8")
    if module == Path("tables/table.py"):
        assert set(heavy) == {"pandas"}
        assert typing_only
        assert not any(heavy.values())
    elif module.parts[0] == "plots":  # while a figure is drawn
        assert set(heavy) <= {"matplotlib"}
        assert not any(heavy.values())
    else:  # which commands do without them, tests/test_startup.py says
        assert set(heavy) <= {"numpy"} or module.parts[0] == "statistics"
        assert not heavy or module.parts[0] in ("statistics", "analysis")


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_modules_are_short_and_say_what_they_are(module: Path) -> None:
    text = (PACKAGE / module).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 450
    assert ast.get_docstring(ast.parse(text))
    assert not {"utils", "helpers", "core", "common", "manager", "models"} & {*module.parts, module.stem}
