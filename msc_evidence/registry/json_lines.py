"""A registry as JSON lines: the first object holds `registry` and `outcomes`, each further one a trial with its `id`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .document import read_text
from .problems import Place, Problem, RegistryError, shown


class JsonLines:
    """A `.jsonl` file with the same `data`, `where` and `line` as a YAML document."""

    def __init__(self, path: Path):
        self.name = str(path)
        self._lines = read_text(path, self.name).splitlines()
        self._homes: dict[str, int] = {}
        self._problems: list[Problem] = []
        self.data: dict[str, Any] = {"trials": {}}
        for number, line in enumerate(self._lines, 1):
            if line.strip():
                self._take(number, line)
        if "registry" not in self.data:
            self._complain(1, "the first line must be an object with 'registry': 1 and 'outcomes'")
        if self._problems:
            raise RegistryError(self._problems)

    def where(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The line of the trial that `path` is in."""
        home = self._homes.get(str(path[1]), 1) if len(path) > 1 and path[0] == "trials" else 1
        return Place(self.name, home, 1)

    def line(self, number: int) -> str:
        """The text of one line."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def _complain(self, number: int, message: str) -> None:
        self._problems.append(Problem(Place(self.name, number, 1), message))

    def _take(self, number: int, line: str) -> None:
        try:
            entry = json.loads(line, parse_float=str, parse_int=str, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            return self._complain(number, f"not readable as JSON: {error}")
        if not isinstance(entry, dict):
            return self._complain(number, "expected a JSON object")
        if "registry" in entry:
            self.data.update(entry)
            return None
        name = entry.pop("id", None)
        if not isinstance(name, str) or name in self._homes:
            return self._complain(
                number, f"trial id {shown(name)} occurs twice" if name else "a trial needs its 'id'"
            )
        self._homes[name] = number
        self.data["trials"][name] = entry
        return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; raises ValueError on a duplicate key."""
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"duplicate key {shown(next(key for key in keys if keys.count(key) > 1))}")
    return mapping
