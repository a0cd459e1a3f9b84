"""Rewrites the fingerprints of a registry file with their seal and leaves every other character of it as it was."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from msc_evidence.registry.document import Document
from msc_evidence.registry.table_cells import cells_seal

#: The notation of the list; a new one makes another seal, so that a list in an older one is known as such.
_NOTATION = "figures 2"


def figures_seal(figures: Sequence[str]) -> str:
    """SHA-256 of the notation's name and of the figures as they are written, one on a line.

    >>> figures_seal(["n 30", "p 0.011"]) == figures_seal(["n 30", "p 0.012"])
    False
    """
    return _sha256_of_lines([_NOTATION, *figures])


def earlier_figures_seal(figures: Sequence[str]) -> str:
    """The seal of a list in the first notation, which marked no counts, no means, and no units but those of time."""
    return _sha256_of_lines(figures)


def _sha256_of_lines(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


WIDTH = 100
#: Figures that YAML reads as they stand, within brackets too; others are quoted.
_BARE = re.compile(r"[\w.][\w.%/()^≤≥–−×·±°-]*( [\w.<>≤≥=%/()^–−×·±°-]+)*")
_NULLS = ("null", "Null", "NULL")

Content = str | Sequence[str]
Scalar = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class NewFingerprint:
    """What a source's `sha256` and `figures` are to say."""

    sha256: str
    figures: Sequence[str]

    @property
    def written(self) -> Mapping[str, Content]:
        """The keys of the source with their contents."""
        figures = list(self.figures)
        return {"sha256": self.sha256, "figures": figures, "figures-sha256": figures_seal(figures)}


@dataclass(frozen=True, slots=True)
class NewCells:
    """What a source's `cells` are to say, and the hash of its tables."""

    cells: Sequence[str]
    tables_sha256: str

    @property
    def written(self) -> Mapping[str, Content]:
        """The keys of the source with their contents."""
        cells = list(self.cells)
        return {"cells": cells, "cells-sha256": cells_seal(cells), "tables-sha256": self.tables_sha256}


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def with_fingerprints(
    document: Document, fingerprints: Mapping[tuple[str, str], NewFingerprint | NewCells]
) -> str:
    """The file's text with the fingerprints of (trial, source) replaced, or added where there are none."""
    text = document.text
    newline = "\r\n" if "\r\n" in text else "\n"
    scalar = _quoted_scalar if document.name.endswith(".json") else plain_scalar
    edits: list[_Edit] = []
    for (trial, source), fingerprint in fingerprints.items():
        node = document.node_at(("trials", trial, "sources", source))
        edits += _fingerprint_edits(node, fingerprint, text, scalar)
    for edit in sorted(edits, key=lambda item: item.start, reverse=True):
        text = text[: edit.start] + edit.text.replace("\n", newline) + text[edit.end :]
    return text


def _fingerprint_edits(
    source: yaml.MappingNode, fingerprint: NewFingerprint | NewCells, text: str, scalar: Scalar
) -> list[_Edit]:
    nodes = {key.value: value for key, value in source.value}
    written = fingerprint.written
    edits, added = [], {}
    for name, content in written.items():
        node = nodes.get(name)
        if node is None:
            added[name] = content
        elif _node_content(node) != content:
            edits.append(_replacement(node, content, _key_column(source), scalar))
    beside = [nodes[name] for name in written if name in nodes] or [source.value[-1][1]]
    return edits + ([_insertion(source, beside[-1], added, text, scalar)] if added else [])


def _replacement(node: yaml.Node, content: Content, indent: int, scalar: Scalar) -> _Edit:
    written, column = flow_yaml(content, indent, scalar), node.start_mark.column
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        if content and not isinstance(content, str):
            dashes = f"\n{' ' * column}- "
            written = f"- {dashes.join(map(scalar, content))}"
        elif column <= indent:
            # A list in brackets must stand deeper than its key, which a list of dashes need not.
            written = f"{' ' * (indent + 2)}{written}"
    return _Edit(node.start_mark.index, end_of_text(node), written)


def _node_content(node: Any) -> Any:
    return [item.value for item in node.value] if isinstance(node, yaml.SequenceNode) else node.value


def end_of_text(node: Any) -> int:
    """Where a node's own text ends; a block's end mark lies behind the comments that follow it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return end_of_text(last[1] if isinstance(node, yaml.MappingNode) else last)


def _key_column(source: yaml.MappingNode) -> int:
    return int(source.value[0][0].start_mark.column)


def _insertion(
    source: yaml.MappingNode, beside: yaml.Node, added: Mapping[str, Content], text: str, scalar: Scalar
) -> _Edit:
    """New keys after a value: on lines of their own in a block mapping, after a comma in a flow mapping."""
    at, indent = end_of_text(beside), _key_column(source)
    if source.flow_style:
        key = scalar if scalar is _quoted_scalar else str
        pairs = (f", {key(name)}: {flow_yaml(content, None, scalar)}" for name, content in added.items())
        return _Edit(at, at, "".join(pairs))
    lines = (f"{' ' * indent}{name}: {flow_yaml(content, indent, scalar)}" for name, content in added.items())
    # A literal block (|) ends behind its line break; anything else may have a comment on its last line.
    at = len(text[:at].rstrip("\r\n")) if text[at - 1 : at] == "\n" else at
    end = text.find("\n", at)
    at = (end - (text[end - 1] == "\r")) if end >= 0 else len(text)
    return _Edit(at, at, "".join(f"\n{line}" for line in lines))


def flow_yaml(content: Content, indent: int | None, scalar: Scalar) -> str:
    """A scalar, or a list in brackets, wrapped below its key unless it stays within one."""
    if isinstance(content, str):
        return scalar(content)
    items = [scalar(item) for item in content]
    joined = ", ".join(items)
    if indent is None or len(joined) + indent + 11 <= WIDTH:
        return f"[{joined}]"
    lines = [" " * (indent + 2) + items[0]]
    for item in items[1:]:
        if len(lines[-1]) + len(item) + 3 > WIDTH:
            lines[-1] += ","
            lines.append(" " * (indent + 2) + item)
        else:
            lines[-1] += f", {item}"
    return "\n".join(["[", *lines, f"{' ' * indent}]"])


def plain_scalar(text: str) -> str:
    return text if _BARE.fullmatch(text) and text not in _NULLS else _quoted_scalar(text)


def _quoted_scalar(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
