"""A registry as JSON lines: an object with `registry` and `outcomes`, then one per trial with its `id`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msc_evidence.registry.document import read_text
from msc_evidence.registry.json_places import JsonPlaces
from msc_evidence.registry.problems import Place, Problem, quoted_value
from msc_evidence.registry.validation import no_value_message


class JsonLines:
    """A `.jsonl` file with the same `data`, `where`, `line` and `problems` as a YAML document."""

    _data: dict[str, Any] | None

    def __init__(self, path: Path):
        self.name = str(path)
        self._lines = read_text(path, self.name).split("\n")
        self._places: tuple[int, JsonPlaces | None] = (0, None)
        self._read_lines()

    @property
    def data(self) -> dict[str, Any]:
        """The plain data, read again where it was forgotten."""
        if self._data is None:
            self._read_lines()
        return self._data or {}

    def forget_data(self) -> None:
        """Frees the memory of `data` until somebody asks for it."""
        self._data = None

    def _read_lines(self) -> None:
        self._homes: dict[str, int] = {}
        self._header = 0
        self._readable: set[int] = set()
        self.problems: list[Problem] = []
        self._data = {"trials": {}}
        for number, line in enumerate(self._lines, 1):
            if line.strip():
                self._read_line(number, line)
        if not self._header:
            self._add_problem(1, "no line is an object with 'registry': 1 and 'outcomes'; the first must be")

    def where(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of the part at `path`, on the line of its trial."""
        trial = path[1] if len(path) > 1 and path[0] == "trials" else None
        if trial not in self._homes:
            return self._place_in_line(self._header or 1, path, key=key)
        home = self._homes[str(trial)]
        # The key of a trial in other registries is the value of its `id` here.
        return self._place_in_line(home, path[2:] or ("id",), key=key and len(path) > 2)

    def has(self, path: Sequence[str | int]) -> bool:
        """Whether a key without a value is written at `path`: never, because a JSON line with one is refused."""
        return False

    def line(self, number: int) -> str:
        """The text of one line."""
        return self._lines[number - 1].rstrip("\r") if 0 < number <= len(self._lines) else ""

    def _place_in_line(self, number: int, path: Sequence[str | int], *, key: bool) -> Place:
        if self._places[0] != number:
            self._places = (number, self._line_places(number))
        places = self._places[1]
        return Place(self.name, number, places.offset(path, key=key) + 1 if places else 1)

    def _line_places(self, number: int) -> JsonPlaces | None:
        """The places within one line; None of one that is no JSON."""
        return JsonPlaces(self.line(number)) if number in self._readable else None

    def _add_problem(self, number: int, message: str, column: int = 1) -> None:
        self.problems.append(Problem(Place(self.name, number, column), message))

    def _read_line(self, number: int, line: str) -> None:
        entry = self._json_object(number, line)
        if entry is None:
            return
        if "registry" in entry:
            self._add_header(number, entry)
        else:
            self._add_trial(number, entry)

    def _json_object(self, number: int, line: str) -> dict[str, Any] | None:
        """The object on a line, None where there is none and the reason is among the problems."""
        message, column = "expected a JSON object", 1
        try:
            entry = json.loads(line, parse_float=str, parse_int=str, object_pairs_hook=_mapping_of_pairs)
            if "\\u" in line:
                json.dumps(entry, ensure_ascii=False).encode("utf-8")
            if isinstance(entry, dict):
                self._readable.add(number)
                return entry
        except json.JSONDecodeError as error:
            message, column = f"not readable as JSON: {error.msg}", error.colno
        except UnicodeEncodeError:
            message = "half of a surrogate pair, which is no character"
        except RecursionError:
            message = "nested too deeply; a registry is not"
        except ValueError as error:
            message = str(error)
        self._add_problem(number, message, column)
        return None

    def _add_header(self, number: int, entry: dict[str, Any]) -> None:
        if self._header:
            self._add_problem(number, f"'registry' is already on line {self._header}; it opens the file once")
        elif "trials" in entry:
            self._add_problem(number, "'trials' on the first line; here each trial has a line of its own")
        else:
            self.data.update(entry)
        self._header = self._header or number

    def _add_trial(self, number: int, entry: dict[str, Any]) -> None:
        name = entry.pop("id", None)
        if not isinstance(name, str) or not name:
            self._add_problem(number, "a trial needs its 'id'")
        elif name in self._homes:
            self._add_problem(number, f"trial id {quoted_value(name)} is already on line {self._homes[name]}")
        else:
            self._homes[name] = number
            self.data["trials"][name] = entry


def _mapping_of_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; raises ValueError on a duplicate key or one without a value."""
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"duplicate key {quoted_value(next(key for key in keys if keys.count(key) > 1))}")
    for key, value in pairs:
        if value is None:
            raise ValueError(no_value_message(key))
    return mapping
