"""One registry file: its plain data with every scalar as text, and the place of every part of it.

A text that cannot be a registry is refused early.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from msc_evidence.registry.composing import TAGS, TooDeep, compose_yaml, is_null_node
from msc_evidence.registry.files import file_bytes
from msc_evidence.registry.pieces import PiecePlaces, read_in_pieces
from msc_evidence.registry.problems import Place, Problem, RegistryError, quoted_value
from msc_evidence.registry.validation import no_value_message

#: Mappings of more keys than this are searched through an index: a registry may hold 10,000 trials.
INDEXED_FROM = 50
_Pair = tuple[yaml.Node, yaml.Node]


class Positions:
    """The nodes of one text, found by the keys and indices that lead to them."""

    def __init__(self, file: str, node: yaml.Node, first_line: int = 1):
        self.file, self.node, self.first_line = file, node, first_line
        self._indices: dict[int, dict[str, _Pair]] = {}

    def place(self, node: yaml.Node) -> Place:
        """Where a node begins."""
        return Place(self.file, node.start_mark.line + self.first_line, node.start_mark.column + 1)

    def where(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of the part at `path` (of its key where `key`), or of its nearest ancestor."""
        node = nearest = self.node
        for step in path:
            pair = self._child_nodes(node, step)
            if pair is not None:
                nearest, node = (pair[0] if key else pair[1]), pair[1]
        return self.place(nearest)

    def node_at(self, path: Sequence[str | int]) -> yaml.Node:
        """The node at `path`; raises KeyError where there is none."""
        node = self.node
        for step in path:
            pair = self._child_nodes(node, step)
            if pair is None:
                raise KeyError(step)
            node = pair[1]
        return node

    def _child_nodes(self, node: yaml.Node, step: str | int) -> _Pair | None:
        """The key's node and the value's node one step down."""
        if isinstance(node, yaml.MappingNode):
            if len(node.value) > INDEXED_FROM:
                return self._nodes_by_key(node).get(str(step))
            return next((pair for pair in node.value if pair[0].value == step), None)
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return (node.value[step], node.value[step])
        return None

    def _nodes_by_key(self, node: yaml.MappingNode) -> dict[str, _Pair]:
        if id(node) not in self._indices:
            self._indices[id(node)] = {str(pair[0].value): pair for pair in reversed(node.value)}
        return self._indices[id(node)]


#: A line of a registry is a line that a person reads; a longer one is not a registry.
LONGEST_LINE = 1_000_000


def read_text(path: Path, name: str) -> str:
    """The text of a registry file; raises RegistryError where there is none that could be one."""
    return text_of(raw_registry(path, name), name)


def text_of(raw: bytes, name: str) -> str:
    """The text that the bytes of a registry file are; raises RegistryError where they cannot be one."""
    if b"\0" in raw:
        raise _file_error(Place(name), "not a text file; a registry is YAML in UTF-8")
    _refuse_long_lines(raw, name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Offsets are those of `error.object`, from which the codec has taken the byte order mark.
        before = bytes(error.object[: error.start])
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        place = Place(name, before.count(b"\n") + 1, column)
        raise _file_error(place, "not UTF-8; save the file as UTF-8") from None


def raw_registry(path: Path, name: str) -> bytes:
    """The bytes of a registry file; raises RegistryError where there is no file to read."""
    try:
        return file_bytes(path)
    except FileNotFoundError:
        raise _file_error(Place(name), "no such file; `msc-evidence init` writes a starter") from None
    except OSError as error:
        raise _file_error(Place(name), f"cannot be read: {error.strerror}") from None


def _refuse_long_lines(raw: bytes, name: str) -> None:
    """Raises RegistryError for a line that is too long, before anything is decoded or copied."""
    start, number = 0, 1
    while len(raw) - start > LONGEST_LINE:
        end = raw.find(b"\n", start)
        length = (end if end >= 0 else len(raw)) - start
        if length > LONGEST_LINE:
            message = f"the line has {length:,} bytes; at most {LONGEST_LINE:,} are read"
            raise _file_error(Place(name, number, 1), message)
        start, number = end + 1, number + 1


def _file_error(place: Place, message: str) -> RegistryError:
    return RegistryError([Problem(place, message)])


class Document:
    """A YAML (or JSON) file, composed once: `data` to read, `where` to point, `problems` met on the way."""

    def __init__(self, path: Path, shown_as: str | None = None):
        self.name = shown_as or str(path)
        raw = raw_registry(path, self.name)
        self.text = text_of(raw, self.name)
        #: What the file was when it was read: nobody's later change is written over.
        self.sha256 = hashlib.sha256(raw).hexdigest()
        self.has_byte_order_mark = raw.startswith(codecs.BOM_UTF8)
        #: Where the trials of a long text stand, whose nodes were not kept.
        self._places: PiecePlaces | None = None
        self.problems: list[Problem] = []
        self._seen: set[int] = set()
        self._data = self._read_data()

    @property
    def data(self) -> Any:
        """The plain data, read again where it was forgotten."""
        if self._data is None:
            self._data = self._read_data()
        return self._data

    def forget_data(self) -> None:
        """Frees the memory of `data` until somebody asks for it."""
        self._data = None

    @cached_property
    def positions(self) -> Positions:
        """The nodes of the whole text."""
        return Positions(self.name, self._root_node())

    def _read_data(self) -> Any:
        in_pieces = read_in_pieces(self.text)
        if in_pieces is not None:
            data, self._places = in_pieces
            return data
        data = self._plain_data(self.positions.node)
        self._seen.clear()
        return data

    def where(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of the part at `path` (of its key where `key`), or of its nearest ancestor."""
        if self._places is not None and not key:
            return Place(self.name, *self._places.where(path))
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

    def _root_node(self) -> yaml.Node:
        try:
            node = compose_yaml(self.text)
        except yaml.MarkedYAMLError as error:
            raise RegistryError([Problem(*self._place_and_reason(error))]) from None
        except yaml.reader.ReaderError as error:
            raise RegistryError([self._forbidden_character(error)]) from None
        if node is None:
            message = "the file is empty; `msc-evidence init` writes a starter"
            raise RegistryError([Problem(Place(self.name), message)])
        return node

    def _place_and_reason(self, error: yaml.MarkedYAMLError) -> tuple[Place, str]:
        mark = error.problem_mark or error.context_mark
        place = Place(self.name, mark.line + 1, mark.column + 1) if mark else Place(self.name)
        if mark and self.line(mark.line + 1)[mark.column : mark.column + 1] == "\t":
            return place, "a tab; YAML indents with spaces"
        if isinstance(error, TooDeep):
            return place, str(error.problem)
        context = f" ({error.context})" if error.context else ""
        return place, f"not readable as YAML: {quoted_value(error.problem, quoted=False)}{context}"

    def _forbidden_character(self, error: yaml.reader.ReaderError) -> Problem:
        before = self.text.encode("utf-8")[: error.position].decode("utf-8", "ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return Problem(
            Place(self.name, line, column), f"a character that YAML does not allow: {error.reason}"
        )

    def _add_problem(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(self.positions.place(node), message))

    def _plain_data(self, node: yaml.Node) -> Any:
        if node.tag not in TAGS:
            return self._add_problem(
                node, f"a tag ({quoted_value(node.tag)}) is not read here; write the plain value"
            )
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if id(node) in self._seen:
            return self._add_problem(
                node, "an alias (*) repeats this part; write the values out where they belong"
            )
        self._seen.add(id(node))
        return self._plain_mapping(node) if isinstance(node, yaml.MappingNode) else self._plain_list(node)

    def _plain_list(self, node: yaml.Node) -> list[Any]:
        for item in node.value:
            if is_null_node(item):
                self._add_problem(item, "an entry without a value; remove it")
        return [None if is_null_node(item) else self._plain_data(item) for item in node.value]

    def _plain_mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                self._add_problem(key_node, "a key must be a plain word")
            elif key in mapping:
                self._add_problem(
                    key_node, f"duplicate key {quoted_value(key)}; each key may occur once here"
                )
            elif is_null_node(value_node):
                self._add_problem(value_node, no_value_message(key))
            elif (value := self._plain_data(value_node)) is not None:
                mapping[key] = value
        return mapping
