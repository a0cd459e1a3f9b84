"""A long registry read trial by trial: the nodes of a text are thirty times its size, those of one trial are soon gone.

A text is cut where a trial's key stands on a line of its own. What is not plainly laid out, or has anything wrong with
it, is left to the reader of whole texts, which has a place and words for every problem.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from sys import intern
from typing import Any, TypeGuard

import yaml

from msc_evidence.registry.composing import (
    DEEPEST,
    TAGS,
    TEXT,
    YamlLoader,
    compose_yaml,
    is_null_node,
    is_surely_shallow,
)

#: The nodes of fewer trials are no burden.
PIECES_FROM = 50
#: Line breaks that only YAML knows.
_OTHER_BREAKS = ("\x85", "\u2028", "\u2029")
#: What names a part of the text, so that another part may repeat it; and an end of line that is none for others.
_ANCHOR, _LONE_RETURN = re.compile(r"&(?<![^\s\[{,]&)\S"), re.compile(r"\r(?!\n)")
_TRIALS = re.compile(r"\ntrials:[ \t]*\r?\n(?=( +)[^\s#])")
_NEXT_SECTION = re.compile(r"\n[^\s#]")

#: Line and column, from 1.
LineAndColumn = tuple[int, int]


class NotInPiecesError(ValueError):
    """A text that is to be read as a whole."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A text as its trials, each with the lines before it, and what is left with empty lines in their places."""

    pieces: tuple[tuple[int, str], ...]
    rest: str
    #: Where the mapping of the trials begins.
    start: LineAndColumn


class Parts:
    """The parts of one composed text in reading order: how deep each lies, under which key, and where it begins.

    Line and column are one whole number: a line has fewer columns than 2²⁰.
    """

    __slots__ = ("levels", "lines", "names", "starts")

    def __init__(self, lines: int = 0) -> None:
        #: Lines before the text.
        self.lines = lines
        self.names: list[str | int] = []
        self.levels, self.starts = bytearray(), array("Q")

    def read(self, node: yaml.Node, level: int) -> Any:
        """The plain data of a node, with a note of every part below it; raises NotInPiecesError."""
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, level + 1)
        return [self.note(item, at, level + 1) for at, item in enumerate(node.value)]

    def _read_mapping(self, node: yaml.MappingNode, level: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key.value, str):
                raise NotInPiecesError
            name = intern(key.value)
            mapping[name] = self.note(value, name, level)
        if len(mapping) != len(node.value):
            raise NotInPiecesError
        return mapping

    def note(self, node: yaml.Node, name: str | int, level: int) -> Any:
        """Notes a node, and returns its plain data."""
        mark = node.start_mark
        self.names.append(name)
        self.levels.append(level)
        self.starts.append(mark.line << 20 | mark.column)
        if node.tag is TEXT:
            return node.value
        if node.tag not in TAGS or is_null_node(node) or level > DEEPEST:
            raise NotInPiecesError
        return node.value if isinstance(node, yaml.ScalarNode) else self.read(node, level)

    def where(self, at: int, path: Sequence[str | int]) -> LineAndColumn:
        """Where the part at `path` below a part begins, or its nearest ancestor."""
        for step in path:
            at = next((child for child in self.children(at) if self.names[child] == step), at)
        start = self.starts[at]
        return self.lines + (start >> 20) + 1, (start & 0xFFFFF) + 1

    def children(self, at: int) -> Iterator[int]:
        """The parts one level below a part."""
        inner = self.levels[at] + 1
        ends = (self.levels.find(level, at + 1) for level in range(inner))
        end = min((end for end in ends if end >= 0), default=len(self.levels))
        child = self.levels.find(inner, at + 1, end)
        while child >= 0:
            yield child
            child = self.levels.find(inner, child + 1, end)


@dataclass(frozen=True, slots=True)
class PiecePlaces:
    """Where every part of a text stands that was read in pieces."""

    rest: Parts
    #: The parts of the piece that each trial stands in, and its own among them.
    trials: dict[str, tuple[Parts, int]]
    start: LineAndColumn

    def where(self, path: Sequence[str | int]) -> LineAndColumn:
        """Line and column of the part at `path`, or of its nearest ancestor."""
        if not path or path[0] != "trials":
            return self.rest.where(0, path)
        home = self.trials.get(str(path[1])) if path[1:] else None
        return home[0].where(home[1], path[2:]) if home else self.start


def read_in_pieces(text: str) -> tuple[dict[str, Any], PiecePlaces] | None:
    """The plain data of a text and where it stands; None where the text is to be read as a whole."""
    cut = _cut_at_trials(text)
    try:
        return _read(cut) if cut is not None else None
    except (NotInPiecesError, yaml.YAMLError, RecursionError):
        return None


def _read(cut: _Cut) -> tuple[dict[str, Any], PiecePlaces]:
    rest, trials, homes = Parts(), dict[str, Any](), dict[str, tuple[Parts, int]]()
    data = _read_rest(rest, cut.rest)
    for lines, piece in cut.pieces:
        parts = Parts(lines)
        read = _read_root(parts, _composed(piece), 2)
        if not read.keys().isdisjoint(trials):
            raise NotInPiecesError
        trials |= read
        homes |= {str(parts.names[at]): (parts, at) for at in parts.children(0)}
    data["trials"] = trials
    return data, PiecePlaces(rest, homes, cut.start)


def _read_root(parts: Parts, root: yaml.Node | None, level: int) -> dict[str, Any]:
    data = None if root is None else parts.note(root, "", level)
    if not isinstance(data, dict):
        raise NotInPiecesError
    return data


def _read_rest(parts: Parts, text: str) -> dict[str, Any]:
    """Everything but the trials, whose key is there without a value and keeps its place among the others."""
    root = compose_yaml(text)
    trials = [value for key, value in root.value if key.value == "trials"] if _is_mapping(root) else []
    if len(trials) != 1:
        raise NotInPiecesError
    trials[0].tag, trials[0].value = TEXT, ""
    return _read_root(parts, root, 1)


def _is_mapping(node: yaml.Node | None) -> TypeGuard[yaml.MappingNode]:
    return isinstance(node, yaml.MappingNode)


def _composed(piece: str) -> yaml.Node | None:
    if not is_surely_shallow(piece):
        return compose_yaml(piece)
    node: yaml.Node | None = yaml.compose(piece, Loader=YamlLoader)
    return node


def _cut_at_trials(text: str) -> _Cut | None:
    """The text cut before each key of a trial that has a line of its own; None where it is not plainly laid out."""
    opening = _TRIALS.search(text)
    if opening is None or not _is_plain(text):
        return None
    begin, indent = opening.end(), opening[1]
    following = _NEXT_SECTION.search(text, begin - 1)
    end = following.start() + 1 if following else len(text)
    keys = re.compile(rf"\n{indent}[a-z0-9][a-z0-9-]*:[ \t]*\r?(?=\n)")
    starts = [match.start() + 1 for match in keys.finditer(text, begin - 1, end)]
    if len(starts) < PIECES_FROM or starts[0] != begin:
        return None
    first = lines = text.count("\n", 0, begin)
    pieces = []
    for at, stop in pairwise((*starts, end)):
        pieces.append((lines, text[at:stop]))
        lines += text.count("\n", at, stop)
    rest = text[:begin] + "\n" * (lines - first) + text[end:]
    return _Cut(tuple(pieces), rest, (first + 1, len(indent) + 1))


def _is_plain(text: str) -> bool:
    """Whether lines end as everybody's do, and no part of the text can repeat another."""
    if any(other in text for other in _OTHER_BREAKS):
        return False
    return not _ANCHOR.search(text) and not ("\r" in text and _LONE_RETURN.search(text))
