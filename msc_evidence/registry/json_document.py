"""One registry file in JSON: read by `json`, its places looked up only when something is wrong with it."""

from __future__ import annotations

import codecs
import hashlib
import json
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from yaml.reader import Reader

from msc_evidence.registry.composing import DEEPEST
from msc_evidence.registry.document import Document, raw_registry, text_of
from msc_evidence.registry.json_places import JsonPlaces
from msc_evidence.registry.problems import Place, Problem


class NotPlainJsonError(ValueError):
    """A text with a part that JSON and a registry in YAML read differently, or that neither reads."""


class JsonDocument:
    """A JSON file with the same `data`, `where`, `line` and `problems` as a YAML document.

    Raises NotPlainJsonError for a file that is to be read as YAML, of which JSON is a part, so that every problem is
    said as there: duplicate keys, keys without a value, comments, half a surrogate pair.
    """

    def __init__(self, path: Path):
        self.path, self.name = path, str(path)
        raw = raw_registry(path, self.name)
        self.text = text_of(raw, self.name)
        self.sha256 = hashlib.sha256(raw).hexdigest()
        self.has_byte_order_mark = raw.startswith(codecs.BOM_UTF8)
        self.problems: list[Problem] = []
        self._data: Any = _plain_data(self.text)

    @property
    def data(self) -> Any:
        """The plain data, read again where it was forgotten."""
        if self._data is None:
            self._data = _plain_data(self.text)
        return self._data

    def forget_data(self) -> None:
        """Frees the memory of `data` until somebody asks for it."""
        self._data = None

    def where(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of the part at `path` (of its key where `key`), or of its nearest ancestor."""
        offset = self._places.offset(path, key=key)
        line = bisect_right(self._line_starts, offset)
        return Place(self.name, line, offset - self._line_starts[line - 1] + 1)

    def has(self, path: Sequence[str | int]) -> bool:
        """Whether a key without a value is written at `path`: never, as such a file is read as YAML."""
        return False

    def line(self, number: int) -> str:
        """The text of one line, without its end."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    @cached_property
    def as_yaml(self) -> Document:
        """The same file with its YAML nodes, for whoever rewrites parts of it."""
        return Document(self.path)

    @cached_property
    def _places(self) -> JsonPlaces:
        return JsonPlaces(self.text)

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def _line_starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts


def _plain_data(text: str) -> Any:
    """The data with every scalar as text; raises NotPlainJsonError."""
    if Reader.NON_PRINTABLE.search(text):
        raise NotPlainJsonError
    try:
        data = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=_refused, object_pairs_hook=_mapping
        )
        if "\\u" in text:
            json.dumps(data, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise NotPlainJsonError from None
    if _depth(data) > DEEPEST:
        raise NotPlainJsonError
    return data


def _refused(_: str) -> Any:
    raise NotPlainJsonError


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The mapping, its truth values as text; raises NotPlainJsonError for a duplicate key or one without a value."""
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise NotPlainJsonError
    for key, value in pairs:
        if value is None:
            raise NotPlainJsonError
        if isinstance(value, bool):
            mapping[key] = "true" if value else "false"
        elif isinstance(value, list) and any(item is None or isinstance(item, bool | list) for item in value):
            mapping[key] = _list(value)
    return mapping


def _list(items: list[Any]) -> list[Any]:
    if any(item is None for item in items):
        raise NotPlainJsonError
    return [
        _list(item) if isinstance(item, list) else str(item).lower() if isinstance(item, bool) else item
        for item in items
    ]


def _depth(data: Any) -> int:
    """How many levels mappings and lists go down, no further than is read."""
    level, depth = [data], 0
    while level and depth <= DEEPEST:
        inner = [part for part in level if isinstance(part, dict | list)]
        level = [item for part in inner for item in (part.values() if isinstance(part, dict) else part)]
        depth += bool(inner)
    return depth
