"""A part of a JSON file with its pointer: what is not there is empty, what is of another kind is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.registry.problems import Place, Problem, RegistryError

#: What JSON calls the kinds of value that a message names.
_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a JSON file, where it stands, and the file's name."""

    value: object
    pointer: str
    file: str

    def __bool__(self) -> bool:
        return self.value is not None

    def __getitem__(self, key: str) -> Node:
        """The part under a key, an empty one where there is none; raises RegistryError where no key can be."""
        inner = self._of_kind(dict)
        value = inner.get(key) if isinstance(inner, dict) else None
        return Node(value, f"{self.pointer}/{escaped(key)}", self.file)

    def at(self, path: str) -> Node:
        """The part at a path of keys, such as `statusModule/startDateStruct/date`."""
        node = self
        for key in path.split("/"):
            node = node[key]
        return node

    def items(self) -> Iterator[Node]:
        """The items of a list, none where there is no list."""
        inner = self._of_kind(list)
        for index, value in enumerate(inner if isinstance(inner, list) else ()):
            yield Node(value, f"{self.pointer}/{index}", self.file)

    @property
    def text(self) -> str:
        """The text, or the number as the file writes it; empty where there is none."""
        if (
            self.value is None
            or isinstance(self.value, bool)
            or not isinstance(self.value, str | int | float)
        ):
            self._of_kind(str)
            return ""
        return str(self.value).strip()

    def _of_kind(self, kind: type) -> object:
        if self.value is None or isinstance(self.value, kind):
            return self.value
        found = _KINDS.get(type(self.value), "another kind of value")
        message = f"{self.pointer or '/'} is {found}; expected {_KINDS[kind]}"
        raise RegistryError([Problem(Place(self.file), message)])


def leaves(node: Node) -> Iterator[Node]:
    """The texts and numbers below a part, in the order of the file."""
    if isinstance(node.value, dict):
        for key in node.value:
            yield from leaves(node[str(key)])
    elif isinstance(node.value, list):
        for item in node.items():
            yield from leaves(item)
    elif isinstance(node.value, str | int | float) and not isinstance(node.value, bool):
        yield node


def module_path(node: Node) -> str:
    """A node's path below its module: `outcomeMeasures/0/classes/1`."""
    return node.pointer.split("Module/", 1)[-1].lstrip("/")


def escaped(key: str) -> str:
    """A key as a JSON pointer writes it (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
