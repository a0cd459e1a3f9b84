"""One registry file: its plain data with every scalar as text, and the place of every part of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from .problems import Place, Problem, RegistryError, shown

#: A line of a registry is a line that a person reads; a longer one is not a registry.
LONGEST_LINE = 1_000_000
#: Deeper than any record goes; deeper input only serves to exhaust the stack.
DEEPEST = 50


class Document:
    """A YAML (or JSON) file, composed once: `data` for reading, `where` for pointing."""

    def __init__(self, path: Path, shown_as: str | None = None):
        self.name = shown_as or str(path)
        self.text = read_text(path, self.name)
        self.node = self._compose()
        self._problems: list[Problem] = []
        self._seen: set[int] = set()
        self.data = self._plain(self.node, 0) if self.node is not None else None
        self._seen.clear()
        if self.node is None:
            raise RegistryError(
                [Problem(Place(self.name), "the file is empty; `msc-evidence init` writes a starter")]
            )
        if self._problems:
            raise RegistryError(self._problems)

    def where(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of the part at `path` (of its key where `key`); of its nearest ancestor where it has none."""
        node, place = self.node, self._place(self.node)
        for step in path:
            pair = _child(node, step)
            if pair is None:
                continue
            named, node = pair
            place = self._place(named if key else node)
        return place

    def node_at(self, path: Sequence[str]) -> Any:
        """The YAML node at `path`; raises KeyError where there is none."""
        node = self.node
        for step in path:
            pair = _child(node, step)
            if pair is None:
                raise KeyError(step)
            node = pair[1]
        return node

    def line(self, number: int) -> str:
        """The text of one line, without its end."""
        lines = self._lines()
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def _lines(self) -> list[str]:
        if not hasattr(self, "_split"):
            self._split = self.text.splitlines()
        return self._split

    def _compose(self) -> Any:
        try:
            return yaml.compose(self.text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(self.name, mark.line + 1, mark.column + 1) if mark else Place(self.name)
            raise RegistryError([Problem(place, _yaml_words(error))]) from None
        except (yaml.YAMLError, RecursionError) as error:
            raise RegistryError(
                [Problem(Place(self.name), f"not readable as YAML: {shown(error)}")]
            ) from None

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def _complain(self, node: yaml.Node, message: str) -> None:
        self._problems.append(Problem(self._place(node), message))

    def _plain(self, node: yaml.Node, depth: int) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag == "tag:yaml.org,2002:null" and not node.style else node.value
        if id(node) in self._seen:
            return self._complain(
                node, "an alias (*) repeats this part; write the values out where they belong"
            )
        if depth > DEEPEST:
            return self._complain(node, f"nested more than {DEEPEST} levels deep; a registry is not")
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, depth + 1) for item in node.value]
        return self._mapping(node, depth)

    def _mapping(self, node: yaml.Node, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                self._complain(key_node, "a key must be a plain word")
                continue
            if key in mapping:
                self._complain(key_node, f"duplicate key {shown(key)}; each key may occur once here")
            value = self._plain(value_node, depth + 1)
            if value is None:
                if isinstance(value_node, yaml.ScalarNode):
                    self._complain(
                        value_node, f"{shown(key)} has no value; leave the key out or write 'not reported'"
                    )
                continue
            mapping[key] = value
        return mapping


def read_text(path: Path, name: str) -> str:
    """The text of a registry file; raises RegistryError where there is none that could be one."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise RegistryError(
            [Problem(Place(name), "no such file; `msc-evidence init` writes a starter")]
        ) from None
    except OSError as error:
        raise RegistryError([Problem(Place(name), f"cannot be read: {error.strerror}")]) from None
    if b"\0" in raw:
        raise RegistryError([Problem(Place(name), "not a text file; a registry is YAML in UTF-8")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RegistryError([Problem(Place(name, line, 1), "not UTF-8; save the file as UTF-8")]) from None
    for number, line_text in enumerate(text.split("\n"), 1):
        if len(line_text) > LONGEST_LINE:
            message = (
                f"the line has {len(line_text):,} characters; the longest that is read has {LONGEST_LINE:,}"
            )
            raise RegistryError([Problem(Place(name, number, 1), message)])
    return text


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The key's node and the value's node one step down."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return (node.value[step], node.value[step])
    return None


def _yaml_words(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem)
    if "\\t" in problem or "tab" in problem:
        return "a tab; YAML indents with spaces"
    return f"not readable as YAML: {problem}" + (f" ({error.context})" if error.context else "")
