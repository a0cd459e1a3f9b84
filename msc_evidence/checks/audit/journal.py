"""A journal of a long run: what each chunk gave, on disk as soon as it is known, so that a run can be continued."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from msc_evidence.checks.audit.articles import PARTS
from msc_evidence.checks.audit.corpus import CHUNK, ChunkResult
from msc_evidence.checks.audit.identity import program_identity
from msc_evidence.checks.audit.texts import TextFinding
from msc_evidence.reading.texts.documents import Malformed
from msc_evidence.reading.texts.inputs import STANDARD_INPUT, Input

_KIND = "msc-evidence audit"
_OPENING = f'{{"journal": "{_KIND}"'


class JournalError(ValueError):
    """A journal that does not belong to this run: why, and what would be right."""


class Journal:
    """The parts of a run in a file, each on a line that is whole or not there."""

    def __init__(self, path: Path, files: Iterable[Input], parts: Sequence[str] = PARTS):
        """Opens or begins the journal; raises JournalError where it is of another run or no journal."""
        self.path = path
        self._header = _run_header(files, parts)
        self._end = 0
        self.done = 0
        if path.exists() and path.stat().st_size:
            self._read_known_lines()

    def known_results(self) -> Iterator[ChunkResult]:
        """The parts that the journal holds."""
        if not self.done:
            return
        with self.path.open("rb") as stream:
            stream.readline()
            for _ in range(self.done):
                yield _chunk_result(json.loads(stream.readline()))

    def write_each(self, parts: Iterable[ChunkResult]) -> Iterator[ChunkResult]:
        """The parts one by one, each written down before it is given."""
        with self.path.open("r+b" if self._end else "wb") as stream:
            stream.seek(self._end)
            stream.truncate()
            if not self._end:
                stream.write(_json_line(self._header))
            stream.flush()
            for part in parts:
                stream.write(_json_line(_chunk_data(part)))
                stream.flush()
                yield part

    def _read_known_lines(self) -> None:
        """Counts the whole lines; a last one without its end was being written when the run was cut off."""
        with self.path.open("rb") as stream:
            first = stream.readline()
            if not first.endswith(b"\n") and _json_line(self._header).startswith(first):
                return
            self._compare_header(first)
            self._end = len(first)
            for line in stream:
                if not line.endswith(b"\n"):
                    return
                if not _is_whole_line(line):
                    raise JournalError(
                        f"{self.path}:{self.done + 2}: the journal is damaged; remove it and begin anew"
                    )
                self._end += len(line)
                self.done += 1

    def _compare_header(self, line: bytes) -> None:
        if not line.startswith(_OPENING.encode()):
            raise JournalError(f"{self.path} is no journal of audit; give the name of a new file")
        try:
            written = json.loads(line)
        except ValueError:
            raise JournalError(f"{self.path}:1: the journal is damaged; remove it and begin anew") from None
        if written.get("version") != self._header["version"] or written.get("chunk") != CHUNK:
            raise JournalError(
                f"{self.path} was written by msc-evidence {written.get('version')}, this is {program_identity()};"
                " remove it and begin anew"
            )
        if written.get("parts") != self._header["parts"]:
            before = ", ".join(map(str, written.get("parts") or ()))
            raise JournalError(f"{self.path} is of other parts of the texts: {before}; give the same --parts")
        if written.get("inputs") != self._header["inputs"]:
            changed = _first_change(written.get("inputs") or [], self._header["inputs"])
            raise JournalError(
                f"{self.path} is of other texts: {changed}; continue with the same paths, or begin a new journal"
            )


def _run_header(files: Iterable[Input], parts: Sequence[str]) -> dict[str, Any]:
    inputs = [[file.path, file.size, file.modified] for file in files]
    if any(path == STANDARD_INPUT for path, *_ in inputs):
        raise JournalError("standard input cannot be continued; give the texts as files")
    known = {"journal": _KIND, "version": program_identity(), "chunk": CHUNK, "parts": [*parts]}
    return {**known, "inputs": inputs}


def _first_change(before: list[list[Any]], now: list[list[Any]]) -> str:
    """The first file that is new, gone or changed, in words."""
    known = {path: state for path, *state in before}
    present = {path: state for path, *state in now}
    for path, state in present.items():
        if path not in known:
            return f"{path} is new"
        if known[path] != state:
            return f"{path} changed since"
    gone = next((path for path in known if path not in present), None)
    return f"{gone} is missing" if gone else "their order is another"


def _is_whole_line(line: bytes) -> bool:
    try:
        _chunk_result(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return True


def _json_line(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=True) + "\n").encode("ascii")


def _chunk_data(part: ChunkResult) -> dict[str, Any]:
    return {
        "counts": part.counts,
        "findings": [astuple(item) for item in part.findings],
        "malformed": [astuple(item) for item in part.malformed],
    }


def _chunk_result(data: dict[str, Any]) -> ChunkResult:
    """The part that a line holds; raises ValueError, TypeError or KeyError where it holds something else."""
    counts = data["counts"]
    if not all(type(count) is int and count >= 0 for count in counts.values()):
        raise ValueError("a count is none")
    return ChunkResult(
        tuple(TextFinding(*_typed_values(TextFinding, values)) for values in data["findings"]),
        tuple(Malformed(*_typed_values(Malformed, values)) for values in data["malformed"]),
        Counter(counts),
    )


def _typed_values(kind: type[TextFinding] | type[Malformed], values: Any) -> list[Any]:
    """The values of a record, each of the type that its field has."""
    types = [field.type for field in fields(kind)]
    if not isinstance(values, list) or [type(value).__name__ for value in values] != types:
        raise ValueError(f"no {kind.__name__}")
    return values
