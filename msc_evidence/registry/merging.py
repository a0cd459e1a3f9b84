"""Several registry files as one: each entry once, with its lines and remarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from msc_evidence.registry.canonical import registry_yaml
from msc_evidence.registry.document import Document
from msc_evidence.registry.model import RegistryFile
from msc_evidence.registry.ordering import BlockLines, Entry, canonical_keys
from msc_evidence.registry.problems import Place, Problem, RegistryError, quoted_value

#: What holds entries by id, and what holds them in a list; all else a registry says once.
_BY_ID = ("outcomes", "plausible", "trials", "pooled", "reviews")
_LISTS = ("certainty", "decisions")


def merged_text(documents: Sequence[Any]) -> str:
    """The text of one registry with the entries of all files, those that stand in several alike once.

    Raises RegistryError with each entry that two files give differently, and each trial that stands under two ids.
    """
    problems = [*_contradictions(documents), *_same_trials(documents)]
    if problems:
        raise RegistryError(problems)
    merged = _Merged()
    for document in documents:
        merged.add(document)
    return merged.text()


def _contradictions(documents: Sequence[Any]) -> Iterator[Problem]:
    """What two files say differently: the later place, and the earlier one."""
    said: dict[tuple[str, ...], tuple[Any, Place]] = {}
    for document in documents:
        for path, value in _entries(document.data):
            place = document.where(path, key=True)
            earlier, first = said.setdefault(path, (value, place))
            if earlier != value:
                yield Problem(
                    place, f"{quoted_value(path[-1])} says something else than in {first}; keep one"
                )


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in data.items():
        if key in _BY_ID:
            yield from (((key, name), entry) for name, entry in value.items())
        elif key not in _LISTS:
            yield (key,), value


def _same_trials(documents: Sequence[Any]) -> Iterator[Problem]:
    """Trials that share a DOI, a PMID or a registration number under two ids, those said to be a part aside."""
    homes: dict[tuple[str, str], tuple[str, Place]] = {}
    for document in documents:
        for name, trial in document.data.get("trials", {}).items():
            place = document.where(("trials", name), key=True)
            for label in _identifiers(trial):
                other, first = homes.setdefault(label, (name, place))
                if other != name and first.file != place.file:
                    what = f"{quoted_value(name)} has the {label[0]} of {quoted_value(other)} in {first}"
                    yield Problem(place, f"{what}; give one trial one id, or say part-of")
                    break


def _identifiers(trial: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "part-of" in trial:
        return
    cited = trial.get("citation", {})
    yield from ((kind.upper(), cited[kind].casefold()) for kind in ("doi", "pmid") if kind in cited)
    numbers = trial.get("registration")
    for number in numbers if isinstance(numbers, list) else ():
        yield "registration number", number.casefold()


class _Merged:
    """The lines of one registry by their key, as files are added."""

    def __init__(self) -> None:
        self._head: list[str] = []
        self._lines: dict[str, list[str]] = {}
        self._foot: list[str] = []
        self._seen: set[tuple[str, str]] = set()

    def add(self, document: Any) -> None:
        """Adds what a file says and no earlier one does, with the remarks above it."""
        block = BlockLines(_block_text(document))
        self._head += [line for line in block.above if line not in self._head]
        self._foot += [line for line in block.below if line.strip()]
        for entry in block.entries(block.root, len(block.above)):
            if entry.key in (*_BY_ID, *_LISTS):
                self._add_parts(block, entry, document.data[entry.key])
            else:
                self._lines.setdefault(entry.key, [*entry.above, *entry.lines])

    def text(self) -> str:
        """The registry, its parts in the canonical order."""
        keys = [key for key in canonical_keys(RegistryFile) if key in self._lines]
        return "\n".join([*self._head, *(line for key in keys for line in self._lines[key]), *self._foot, ""])

    def _add_parts(self, block: BlockLines, entry: Entry, value: Any) -> None:
        """The entries of a group that no earlier file has."""
        names = list(value) if isinstance(value, dict) else [repr(item) for item in value]
        for own, name in zip(block.entries(entry.value, entry.begin + 1), names, strict=True):
            if (entry.key, name) not in self._seen:
                self._seen.add((entry.key, name))
                group = self._lines.setdefault(entry.key, [*entry.above, entry.lines[0]])
                group += _indented([*own.above, *own.lines], entry.value.start_mark.column)


def _indented(lines: Sequence[str], column: int) -> list[str]:
    """Lines moved so that what stands at a column stands at the third, as in the canonical layout."""
    if column < 2:
        return [f"{' ' * (2 - column)}{line}" if line.strip() else line for line in lines]
    spare = column - 2
    return [line[spare:] if line[:spare].isspace() else line for line in lines] if spare else list(lines)


def _block_text(document: Any) -> str:
    """The text of a file whose groups stand in lines; one in brackets, or of JSON, is written anew."""
    if isinstance(document, Document) and _stands_in_lines(document.node_at(())):
        return document.text
    return registry_yaml(document.data)


def _stands_in_lines(root: yaml.Node) -> bool:
    groups = [value for key, value in root.value if key.value in (*_BY_ID, *_LISTS)]
    return not any(node.flow_style for node in (root, *groups))
