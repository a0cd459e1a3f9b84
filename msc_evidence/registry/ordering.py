"""The canonical order of a registry's keys: each key moves with its lines and remarks, and nothing else changes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import yaml

from msc_evidence.registry.composing import compose_yaml
from msc_evidence.registry.document import Document
from msc_evidence.registry.fields import Part
from msc_evidence.registry.model import RegistryFile
from msc_evidence.registry.rewrite import end_of_text
from msc_evidence.registry.validation import annotation_below, keys_of_model

#: What says which thing a mapping is about stands first; all else follows in the order of the schema.
LEADING = (
    "name", "part-of", "kind", "citation", "registration", "role", "label", "outcome", "variable", "category",
    "event", "at", "definition", "says",
)  # fmt: skip
#: A remark within brackets belongs to a value that only its author knows: such a mapping stays as it is.
_REMARK = re.compile(r"(?:^|\s)#")


def in_canonical_order(document: Document) -> str:
    """The text of a registry file with the keys of each mapping in the canonical order.

    Ids and the entries of lists stay in the order in which they were written. Applied to its own result it changes
    nothing.
    """
    text = _with_ordered_brackets(document.text, document.node_at(()))
    return "\n".join(BlockLines(text).ordered())


def canonical_keys(part: type[Part]) -> list[str]:
    """The keys of a mapping in the canonical order.

    >>> from msc_evidence.registry.model import Result
    >>> canonical_keys(Result)[:4]
    ['outcome', 'at', 'definition', 'source']
    """
    keys = list(keys_of_model(part))
    leading = [key for key in LEADING if key in keys]
    return leading + [key for key in keys if key not in leading]


def _order(annotation: Any, keys: Sequence[str]) -> list[int]:
    """The places of the keys in the canonical order; ids, which the schema does not name, stay where they are."""
    if not (isinstance(annotation, type) and issubclass(annotation, Part)):
        return list(range(len(keys)))
    rank = {key: at for at, key in enumerate(canonical_keys(annotation))}
    return sorted(range(len(keys)), key=lambda at: rank[keys[at]])


def _with_ordered_brackets(text: str, root: yaml.Node) -> str:
    """The text with the outermost mappings in brackets in order."""
    edits = list(_bracket_edits(text, root, RegistryFile))
    for start, end, written in reversed(edits):
        text = text[:start] + written + text[end:]
    return text


def _bracket_edits(text: str, node: yaml.Node, annotation: Any) -> Iterator[tuple[int, int, str]]:
    if isinstance(node, yaml.CollectionNode) and node.flow_style:
        yield node.start_mark.index, node.end_mark.index, _brackets(text, node, annotation)
        return
    for key, value in _children(node):
        yield from _bracket_edits(text, value, annotation_below(annotation, key.value if key else 0))


def _brackets(text: str, node: yaml.Node, annotation: Any) -> str:
    """A node within brackets: its entries in order, between the commas and line breaks as they stand."""
    start, end, children = node.start_mark.index, node.end_mark.index, list(_children(node))
    if not children:
        return text[start:end]
    firsts = [(key or value).start_mark.index for key, value in children]
    lasts = [value.end_mark.index for _, value in children]
    gaps = [text[a:b] for a, b in zip([start, *lasts], [*firsts, end], strict=True)]
    entries = [
        text[first : value.start_mark.index]
        + _brackets(text, value, annotation_below(annotation, key.value if key else 0))
        for first, (key, value) in zip(firsts, children, strict=True)
    ]
    if isinstance(node, yaml.MappingNode) and not any(map(_REMARK.search, gaps)):
        entries = [entries[at] for at in _order(annotation, [str(key.value) for key, _ in node.value])]
    return gaps[0] + "".join(entry + gap for entry, gap in zip(entries, gaps[1:], strict=True))


def _children(node: yaml.Node) -> Iterator[tuple[yaml.Node | None, yaml.Node]]:
    """The values of a node, each with its key where it has one."""
    if isinstance(node, yaml.MappingNode):
        yield from node.value
    elif isinstance(node, yaml.SequenceNode):
        yield from ((None, item) for item in node.value)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a mapping or a list in block style: its key, the lines above it, and its own."""

    key: str
    above: Sequence[str]
    lines: Sequence[str]
    value: yaml.Node
    #: The line on which it begins, counted from 0.
    begin: int


class BlockLines:
    """The lines of a text whose mappings stand on lines of their own."""

    def __init__(self, text: str):
        self._text = text
        self._lines = text.split("\n")
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        root = compose_yaml(text)
        if not isinstance(root, yaml.MappingNode):
            raise ValueError("not a mapping")
        self.root = root
        self.above = self._lines[: root.start_mark.line]
        self.below = self._lines[self._last_line(root) + 1 :]

    def ordered(self) -> list[str]:
        """The lines with the entries of each mapping in the canonical order."""
        body = self._node_lines(self.root, RegistryFile, len(self.above))
        return [*self.above, *body, *self.below]

    def entries(self, node: yaml.Node, since: int, annotation: Any = None) -> list[Entry]:
        """The entries of a block as they stand, those below them in the canonical order of `annotation`.

        Remarks above the first begin at line `since`, counted from 0.
        """
        found = []
        for key, value in _children(node):
            begin = max(since, (key or value).start_mark.line)
            name = str(key.value) if key else ""
            inner = annotation_below(annotation, name or 0)
            lines = self._entry_lines(begin, value, inner)
            found.append(Entry(name, self._lines[since:begin], lines, value, begin))
            since = self._last_line(value) + 1
        return found

    def _entry_lines(self, begin: int, value: yaml.Node, annotation: Any) -> list[str]:
        if value.start_mark.line == begin:
            return self._node_lines(value, annotation, begin)
        return [self._lines[begin], *self._node_lines(value, annotation, begin + 1)]

    def _node_lines(self, node: yaml.Node, annotation: Any, since: int) -> list[str]:
        """The lines from `since`, where the remarks above a node may begin, to its last one."""
        if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
            return self._lines[since : self._last_line(node) + 1]
        column, entries = node.start_mark.column, self.entries(node, since, annotation)
        order = _order(annotation, [entry.key for entry in entries])
        before_first, lines = entries[0].lines[0][:column], list[str]()
        for place, at in enumerate(order):
            entry, before = entries[at], " " * column if place else before_first
            lines += [*entry.above, before + entry.lines[0][column:], *entry.lines[1:]]
        return lines

    def _last_line(self, node: yaml.Node) -> int:
        """The line on which a node's own text ends; a literal text ends before the blank lines behind it."""
        end = end_of_text(node)
        while end > node.start_mark.index and self._text[end - 1].isspace():
            end -= 1
        return bisect_right(self._starts, max(end - 1, node.start_mark.index)) - 1
