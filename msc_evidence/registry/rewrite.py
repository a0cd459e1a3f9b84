"""Rewrites the fingerprints of a registry file and leaves every other character of it as it was."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from .document import Document

WIDTH = 100


@dataclass(frozen=True, slots=True)
class NewFingerprint:
    """What a source's `sha256` and `figures` are to say."""

    sha256: str
    figures: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def with_fingerprints(document: Document, found: Mapping[tuple[str, str], NewFingerprint]) -> str:
    """The file's text with the fingerprints of (trial, source) replaced, or added where there are none."""
    edits = []
    for (trial, source), fingerprint in found.items():
        node = document.node_at(("trials", trial, "sources", source))
        edits += _edits(node, fingerprint)
    text = document.text
    for edit in sorted(edits, key=lambda item: item.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _edits(source: yaml.MappingNode, fingerprint: NewFingerprint) -> list[_Edit]:
    values = {key.value: value for key, value in source.value}
    written = {"sha256": fingerprint.sha256, "figures": fingerprint.figures}
    edits, added = [], []
    for name, content in written.items():
        node = values.get(name)
        if node is None:
            added.append((name, content))
        elif _content(node) != content and not (
            isinstance(content, list) and _content(node) == list(content)
        ):
            edits.append(_Edit(node.start_mark.index, _end(node), _flow(content, _indent(source))))
    return edits + ([_insertion(source, added)] if added else [])


def _content(node: Any) -> Any:
    return [item.value for item in node.value] if isinstance(node, yaml.SequenceNode) else node.value


def _end(node: Any) -> int:
    """Where a node's own text ends; a block list's end mark lies behind the comments that follow it."""
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(node.value[-1])
    return int(node.end_mark.index)


def _indent(source: yaml.MappingNode) -> int:
    return int(source.value[0][0].start_mark.column)


def _insertion(source: yaml.MappingNode, added: Sequence[tuple[str, Any]]) -> _Edit:
    """New keys: on lines of their own in a block mapping, before the brace in a flow mapping."""
    if source.flow_style:
        at = _end(source.value[-1][1])
        return _Edit(at, at, "".join(f", {name}: {_flow(content, None)}" for name, content in added))
    at, indent = _end(source.value[-1][1]), _indent(source)
    lines = (f"\n{' ' * indent}{name}: {_flow(content, indent)}" for name, content in added)
    return _Edit(at, at, "".join(lines))


def _flow(content: str | Sequence[str], indent: int | None) -> str:
    """A scalar, or a flow list wrapped below its key."""
    if isinstance(content, str):
        return content
    joined = ", ".join(_scalar(item) for item in content)
    if indent is None or len(joined) + indent + 11 <= WIDTH:
        return f"[{joined}]"
    room = {"initial_indent": " " * (indent + 2), "subsequent_indent": " " * (indent + 2)}
    # Figures such as "p 0.011" must not be broken at their space.
    glued = joined.replace(", ", "\0").replace(" ", "\1").replace("\0", ", ")
    wrapped = textwrap.fill(glued, WIDTH, break_on_hyphens=False, break_long_words=False, **room)  # type: ignore[arg-type]
    return f"[\n{wrapped.replace(chr(1), ' ')}\n{' ' * indent}]"


def _scalar(text: str) -> str:
    """A figure as YAML: quoted where a bare one would be read otherwise or not at all."""
    special = text[:1] in "<>=&*!|%@`'\"#[]{},?:-" or ": " in text or " #" in text or text[-1:] == ":"
    sexagesimal = ":" in text
    return f'"{text}"' if special or sexagesimal else text
