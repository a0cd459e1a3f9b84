"""One registry file: its plain data with every scalar as text, and the place of every part of it.

A text that cannot be a registry is refused early.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from msc_evidence.registry.positions import Positions, TooDeep, compose
from msc_evidence.registry.problems import Place, Problem, RegistryError, shown
from msc_evidence.registry.text import read_text
from msc_evidence.registry.validation import no_value

#: Tags that plain YAML gives or that only say so; any other asks for an object that a registry does not hold.
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "map", "seq")
)
_NULL = "tag:yaml.org,2002:null"


class Document:
    """A YAML (or JSON) file, composed once: `data` to read, `where` to point, `problems` met on the way."""

    def __init__(self, path: Path, shown_as: str | None = None):
        self.name = shown_as or str(path)
        self.text = read_text(path, self.name)
        self.positions = Positions(self.name, self._compose())
        self.problems: list[Problem] = []
        self._seen: set[int] = set()
        self.data = self._plain(self.positions.node)
        self._seen.clear()

    def where(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of the part at `path` (of its key where `key`), or of its nearest ancestor."""
        return self.positions.where(path, key=key)

    def has(self, path: Sequence[str | int]) -> bool:
        """Whether something is written at `path`, if only a key without a value."""
        try:
            self.positions.node_at(path)
        except KeyError:
            return False
        return True

    def node_at(self, path: Sequence[str | int]) -> Any:
        """The YAML node at `path`; raises KeyError where there is none."""
        return self.positions.node_at(path)

    def line(self, number: int) -> str:
        """The text of one line, without its end."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()

    def _compose(self) -> yaml.Node:
        try:
            node = compose(self.text)
        except yaml.MarkedYAMLError as error:
            raise RegistryError([Problem(*self._unreadable(error))]) from None
        except yaml.reader.ReaderError as error:
            raise RegistryError([self._forbidden_character(error)]) from None
        if node is None:
            message = "the file is empty; `msc-evidence init` writes a starter"
            raise RegistryError([Problem(Place(self.name), message)])
        return node

    def _unreadable(self, error: yaml.MarkedYAMLError) -> tuple[Place, str]:
        mark = error.problem_mark or error.context_mark
        place = Place(self.name, mark.line + 1, mark.column + 1) if mark else Place(self.name)
        if mark and self.line(mark.line + 1)[mark.column : mark.column + 1] == "\t":
            return place, "a tab; YAML indents with spaces"
        if isinstance(error, TooDeep):
            return place, str(error.problem)
        context = f" ({error.context})" if error.context else ""
        return place, f"not readable as YAML: {shown(error.problem, quoted=False)}{context}"

    def _forbidden_character(self, error: yaml.reader.ReaderError) -> Problem:
        before = self.text.encode("utf-8")[: error.position].decode("utf-8", "ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return Problem(
            Place(self.name, line, column), f"a character that YAML does not allow: {error.reason}"
        )

    def _complain(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(self.positions.place(node), message))

    def _plain(self, node: yaml.Node) -> Any:
        if node.tag not in _TAGS:
            return self._complain(node, f"a tag ({shown(node.tag)}) is not read here; write the plain value")
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if id(node) in self._seen:
            return self._complain(
                node, "an alias (*) repeats this part; write the values out where they belong"
            )
        self._seen.add(id(node))
        return self._mapping(node) if isinstance(node, yaml.MappingNode) else self._sequence(node)

    def _sequence(self, node: yaml.Node) -> list[Any]:
        for item in node.value:
            if _is_null(item):
                self._complain(item, "an entry without a value; remove it")
        return [None if _is_null(item) else self._plain(item) for item in node.value]

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                self._complain(key_node, "a key must be a plain word")
            elif key in mapping:
                self._complain(key_node, f"duplicate key {shown(key)}; each key may occur once here")
            elif _is_null(value_node):
                self._complain(value_node, no_value(key))
            elif (value := self._plain(value_node)) is not None:
                mapping[key] = value
        return mapping


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL and not node.style
