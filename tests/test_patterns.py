"""No pattern that is looked for anywhere in a text begins with a run without end: of a text that is one long run it
would look at all the rest anew from every sign."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
ANYWHERE = {"search", "finditer", "findall", "sub", "subn", "split"}
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
#: Patterns for texts of one length at most.
SHORT_TEXTS = {
    ("arm_names.py", r"(?: (?:groups?|arms?|conditions?))+\Z"): "names within sentences of 800 signs",
    ("arm_labels.py", r"\s*(?:(?<!\w)(?:groups?|arms?))?[\s,:;-]*\Z"): "the 90 signs before or after a size",
    ("sizes_by_name.py", r".*(?<!\w)(?:or|and|"): "the last words before a bracket",
}


def searched() -> Iterator[tuple[str, str, int]]:
    """Every pattern that the program looks for anywhere in a text, with its file and flags."""
    for file in sorted((ROOT / "msc_evidence").rglob("*.py")):
        if file.name == "__main__.py":
            continue
        source = file.read_text(encoding="utf-8")
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        names = vars(importlib.import_module(module))
        nodes = list(ast.walk(ast.parse(source)))
        loops = dict(_loops(nodes))
        for node in nodes:
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ANYWHERE
            ):
                asked = node.func.value
                direct = isinstance(asked, ast.Name) and asked.id == "re"
                written = ast.unparse(node.args[0] if direct else asked)
                for pattern in _evaluated(written, names) or _evaluated(loops.get(written, ""), names):
                    if isinstance(pattern, re.Pattern):
                        yield file.name, _text(pattern.pattern), pattern.flags
                    elif direct:
                        yield file.name, _text(pattern), 0


def _loops(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """The names of loops, each with what it runs over: one pattern of many, or what stands beside it."""
    for node in nodes:
        if isinstance(node, ast.For | ast.comprehension):
            for name in ast.walk(node.target):
                if isinstance(name, ast.Name):
                    yield name.id, ast.unparse(node.iter)


def _evaluated(written: str, names: dict[str, Any]) -> list[Any]:
    """The pattern that an expression of a module is, or those that it holds; none if a function makes it."""
    try:
        value = eval(written, dict(names))
    except Exception:
        return []
    if isinstance(value, re.Pattern | str | bytes):
        return [value]
    inside = value.values() if isinstance(value, dict) else value
    rows = inside if isinstance(inside, Iterable) else ()
    cells = (cell for row in rows for cell in (row if isinstance(row, tuple) else (row,)))
    return [cell for cell in cells if isinstance(cell, re.Pattern)]


def _text(pattern: str | bytes) -> str:
    return pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern


def begins_endless(parts: Any) -> bool:
    """Whether parts of a pattern begin with a run without end and ask for more behind it."""
    items = list(parts)
    if not items:
        return False
    (kind, told), rest = items[0], items[1:]
    if kind is codes.SUBPATTERN:
        return begins_endless([*told[3], *rest])
    if kind is codes.BRANCH:
        return any(begins_endless([*branch, *rest]) for branch in told[1])
    if kind not in REPEATS:
        return kind is codes.ASSERT_NOT and told[0] > 0 and begins_endless(rest)
    least, most, repeated = told
    if most is codes.MAXREPEAT:
        return any(map(_is_needed, rest))
    return begins_endless([*repeated, *rest]) or (least == 0 and begins_endless(rest))


def _is_needed(part: tuple[Any, Any]) -> bool:
    kind, told = part
    if kind is codes.SUBPATTERN:
        return any(map(_is_needed, told[3]))
    return kind not in REPEATS or told[0] > 0


@pytest.mark.parametrize(
    ("pattern", "endless"),
    [
        (r"\s+and", True),
        (r"\d+(?:\.\d+)? ?%", True),
        (r"(?:\s*)=", True),
        (r"a|\w+b", True),
        (r" ?[a-z]*:", True),
        (r"(?<!\s)\s+and", False),
        (r"\s+", False),
        (r"([^ ]+)( *)", False),
        (r"\d{1,6} ?%", False),
        (r"\bn\s*=", False),
        (r"\A\s*x", False),
    ],
)
def test_what_begins_endless(pattern: str, endless: bool) -> None:
    assert begins_endless(parser.parse(pattern)) is endless


def test_no_pattern_that_is_looked_for_anywhere_begins_with_a_run_without_end() -> None:
    patterns = list(searched())
    endless = {
        (file, pattern)
        for file, pattern, flags in patterns
        if begins_endless(
            parser.parse(pattern, flags & (re.IGNORECASE | re.MULTILINE | re.VERBOSE | re.DOTALL))
        )
    }
    unexplained = {
        (file, pattern)
        for file, pattern in endless
        if not any(file == known and pattern.startswith(start) for known, start in SHORT_TEXTS)
    }
    assert not unexplained
    assert len(patterns) > 300
    assert len(endless) == len(SHORT_TEXTS)
