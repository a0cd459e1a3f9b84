"""Where the parts of a JSON text stand, found only when somebody asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str)
#: The parts this deep are indexed: a registry has thousands of trials, and of a trial many places are asked for.
_INDEXED_DEPTH = 3

#: Where the key (of a list the value) begins, and where the value does.
Child = tuple[int, int]


class JsonPlaces:
    """The offsets of the parts of a JSON text, which must be one that `json` reads.

    >>> JsonPlaces('{"trials": {"a": {"p": 0.011}}}').offset(["trials", "a", "p"])
    23
    """

    def __init__(self, text: str):
        self._text = text
        self._indices: dict[int, dict[str | int, Child]] = {}

    def offset(self, path: Sequence[str | int], *, key: bool = False) -> int:
        """Where the part at `path` (its key where `key`) begins, or its nearest ancestor."""
        nearest = at = _SPACE.match(self._text).end()  # type: ignore[union-attr]
        for depth, step in enumerate(path):
            child = self._indexed(at).get(step) if depth < _INDEXED_DEPTH else self._child(at, step)
            if child is not None:
                nearest, at = child[0] if key else child[1], child[1]
        return nearest

    def _indexed(self, at: int) -> dict[str | int, Child]:
        if at not in self._indices:
            self._indices[at] = dict(self._children(at))
        return self._indices[at]

    def _child(self, at: int, step: str | int) -> Child | None:
        return next((child for name, child in self._children(at) if name == step), None)

    def _children(self, at: int) -> Iterator[tuple[str | int, Child]]:
        """The parts of the mapping or list that begins at an offset; none of anything else."""
        text, count = self._text, 0
        if text[at : at + 1] not in ("{", "["):
            return
        mapping, at = text[at] == "{", self._next(at + 1)
        while text[at] not in "}]":
            name: str | int = count
            begins = at
            if mapping:
                name, at = _DECODER.raw_decode(text, at)
                at = self._next(self._next(at) + 1)
            yield name, (begins, at)
            _, at = _DECODER.raw_decode(text, at)
            at, count = self._next(at), count + 1
            if text[at] == ",":
                at = self._next(at + 1)

    def _next(self, at: int) -> int:
        """The first offset from here on that is no space."""
        return _SPACE.match(self._text, at).end()  # type: ignore[union-attr]
