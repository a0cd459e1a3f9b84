"""The nodes of a YAML text: of text, null, lists and mappings, and never deeper than a registry goes."""

from __future__ import annotations

import yaml

#: Deeper than any record goes; deeper input only serves to exhaust the stack, in C where nothing catches it.
DEEPEST = 50


class TooDeep(yaml.MarkedYAMLError):
    """A text nested deeper than a registry can be."""


_YAML = "tag:yaml.org,2002:"
_NULL, TEXT, _LIST, _MAPPING = (f"{_YAML}{name}" for name in ("null", "str", "seq", "map"))
#: How YAML writes that there is no value; nothing else of a plain scalar is asked for, as all are read as text.
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class YamlLoader(yaml.CSafeLoader):
    """Composes nodes of text, null, lists and mappings, as deep as they go."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: object) -> str:
        if kind is not yaml.ScalarNode:
            return _MAPPING if kind is yaml.MappingNode else _LIST
        # A quoted null is text; the loader says which scalars are plain.
        plain = isinstance(implicit, tuple) and implicit[0]
        return _NULL if plain and value in _NULLS else TEXT

    def descend_resolver(self, parent: yaml.Node | None, index: object) -> None:
        """Nothing: there are no resolvers by path."""

    def ascend_resolver(self) -> None:
        """Nothing likewise."""


class _BoundedYamlLoader(YamlLoader):
    """Refuses deep nodes before they exhaust the stack."""

    depth = 0

    def descend_resolver(self, parent: yaml.Node | None, index: object) -> None:
        self.depth += 1
        if self.depth > DEEPEST and parent is not None:
            problem = f"nested more than {DEEPEST} levels deep; a registry is not"
            raise TooDeep(problem=problem, problem_mark=parent.start_mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1


#: Whatever goes down a level has one of these before it; so many levels no stack minds.
_DOWN, _FEW = "[{-:?", 2_000


def is_surely_shallow(text: str) -> bool:
    """Whether a text cannot be nested so deeply that composing it exhausts the stack."""
    return sum(map(text.count, _DOWN)) <= _FEW


def compose_yaml(text: str) -> yaml.Node | None:
    """The text's nodes, None where it has none; raises yaml.YAMLError."""
    node: yaml.Node | None = yaml.compose(text, Loader=_BoundedYamlLoader)
    return node


#: Tags that plain YAML gives or that only say so; any other asks for an object that a registry does not hold.
TAGS = frozenset(
    f"{_YAML}{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "map", "seq")
)


def is_null_node(node: yaml.Node) -> bool:
    """Whether a node says that there is no value."""
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL and not node.style
