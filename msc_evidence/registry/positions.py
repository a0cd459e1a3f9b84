"""Where each part of a composed YAML or JSON text stands in its file."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from msc_evidence.registry.problems import Place

#: Mappings of more keys than this are searched through an index: a registry may hold 10,000 trials.
INDEXED_FROM = 50
#: Deeper than any record goes; deeper input only serves to exhaust the stack, in C where nothing catches it.
DEEPEST = 50

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
        node = found = self.node
        for step in path:
            pair = self._child(node, step)
            if pair is not None:
                found, node = (pair[0] if key else pair[1]), pair[1]
        return self.place(found)

    def node_at(self, path: Sequence[str | int]) -> yaml.Node:
        """The node at `path`; raises KeyError where there is none."""
        node = self.node
        for step in path:
            pair = self._child(node, step)
            if pair is None:
                raise KeyError(step)
            node = pair[1]
        return node

    def _child(self, node: yaml.Node, step: str | int) -> _Pair | None:
        """The key's node and the value's node one step down."""
        if isinstance(node, yaml.MappingNode):
            if len(node.value) > INDEXED_FROM:
                return self._index(node).get(str(step))
            return next((pair for pair in node.value if pair[0].value == step), None)
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return (node.value[step], node.value[step])
        return None

    def _index(self, node: yaml.MappingNode) -> dict[str, _Pair]:
        if id(node) not in self._indices:
            self._indices[id(node)] = {str(pair[0].value): pair for pair in reversed(node.value)}
        return self._indices[id(node)]


class TooDeep(yaml.MarkedYAMLError):
    """A text nested deeper than a registry can be."""


class _Loader(yaml.CSafeLoader):
    """Composes nodes and refuses deep ones before they exhaust the stack."""

    depth = 0

    def descend_resolver(self, parent: yaml.Node | None, index: object) -> None:
        self.depth += 1
        if self.depth > DEEPEST and parent is not None:
            problem = f"nested more than {DEEPEST} levels deep; a registry is not"
            raise TooDeep(problem=problem, problem_mark=parent.start_mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1


def compose(text: str) -> yaml.Node | None:
    """The text's nodes, None where it has none; raises yaml.YAMLError."""
    node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    return node
