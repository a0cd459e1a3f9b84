"""A registry as text in one layout: a line for each outcome, arm and row, remarks above what they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msc_evidence.registry.rewrite import plain_scalar

#: Remarks by the path of the value that they are about.
Remarks = Mapping[tuple[str | int, ...], Sequence[str]]
#: How deep entries stand on lines of their own: trials, a trial's sections, arms and rows.
_BLOCK_DEPTH = {"trials": 3, "outcomes": 1, "plausible": 1, "pooled": 1, "reviews": 2}
#: Sections of a trial whose entries have lines of their own.
_LONG = ("arms", "sources")


def registry_yaml(data: Mapping[str, Any], remarks: Remarks | None = None) -> str:
    """The registry as YAML; values stand as they were written, numbers with all their digits."""
    return "\n".join(_mapping_lines(data, (), remarks or {})) + "\n"


def _mapping_lines(data: Mapping[str, Any], path: tuple[str | int, ...], remarks: Remarks) -> Iterator[str]:
    indent = "  " * len(path)
    for key, value in data.items():
        below = (*path, key)
        block = _in_block(value, below)
        yield from _remark_lines(below, remarks, indent, whole=not block)
        if not block:
            yield f"{indent}{key}: {flow(value)}"
        elif isinstance(value, Mapping):
            yield f"{indent}{key}:"
            yield from _mapping_lines(value, below, remarks)
        else:
            yield f"{indent}{key}:"
            for at, row in enumerate(value):
                yield from _remark_lines((*below, at), remarks, f"{indent}  ", whole=True)
                yield f"{indent}  - {flow(row)}"


def _in_block(value: Any, path: tuple[str | int, ...]) -> bool:
    if not value:
        return False
    if isinstance(value, list):
        return isinstance(value[0], dict)
    if not isinstance(value, dict):
        return False
    if path[0] != "trials":
        return len(path) <= _BLOCK_DEPTH.get(str(path[0]), 0)
    return len(path) < 3 or (len(path) == 3 and path[2] in _LONG)


def _remark_lines(
    path: tuple[str | int, ...], remarks: Remarks, indent: str, *, whole: bool
) -> Iterator[str]:
    """The remarks about a value; where it is written on one line, also those about its parts."""
    for about, words in remarks.items():
        if about == path or (whole and about[: len(path)] == path):
            yield from (f"{indent}# {line}" for line in words)


def flow(value: Any) -> str:
    """A value on one line.

    >>> flow({"events": "12", "ci": ["0.50", "1.2"]}), flow("2:1")
    ('{events: 12, ci: [0.50, 1.2]}', '"2:1"')
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return plain_scalar(str(value))
