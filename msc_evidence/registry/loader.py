"""Reads a registry: one YAML or JSON file, JSON lines, or a folder of them; the nearest one where none is named."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from msc_evidence.registry.document import Document
from msc_evidence.registry.files import opened_file
from msc_evidence.registry.judgements import Certainty, Summary
from msc_evidence.registry.model import Outcome, RegistryFile, Trial
from msc_evidence.registry.plausible import PlausibleRange
from msc_evidence.registry.pooled import PooledResult
from msc_evidence.registry.problems import Place, Problem, RegistryError, quoted_value
from msc_evidence.registry.reviews import PublishedReview
from msc_evidence.registry.terms import Terms
from msc_evidence.registry.validation import dangling_references, problems_of

NAME = "trials.yaml"
NAMES = (NAME, "trials.yml", "trials.json", "trials.jsonl")
SUFFIXES = (".yaml", ".yml", ".json", ".jsonl")

#: The key that makes a YAML or JSON file one of a registry's; docker-compose.yaml has none.
_OPENING = re.compile(rb"(?:^|[{,]\s*)[\"']?registry[\"']?\s*:\s*[\"']?1\b", re.MULTILINE)
#: As much of a file is read to know it.
_BEGINNING = 65_536
#: Of the files in folders below no more than these are looked into.
_LOOKED_INTO = 500


def nearest_registry(start: Path) -> Path | None:
    """The `trials.yaml` (`.yml`, `.json`, `.jsonl`) of the folder or of the nearest one above it."""
    for folder in (start, *start.parents):
        for name in NAMES:
            if (folder / name).is_file():
                return folder / name
    return None


def registry_files(folder: Path) -> list[Path]:
    """The files that a folder's registry is read from: every YAML and JSON file that is not hidden."""
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and not file.is_dir()
    )


def overlooked_files(folder: Path) -> list[Path]:
    """The files of a folder whose names only begin like those of a registry: trials.yaml.txt, trials.yml~."""
    return sorted(
        file
        for file in folder.iterdir()
        if re.search(r"\.(?:ya?ml|jsonl?)[^/]+$", file.name.lower())
        and file.suffix.lower() not in SUFFIXES
        and not file.name.startswith(".")
        and file.is_file()
    )


def registry_of_file(path: Path) -> Path:
    """The registry that a file belongs to: its folder where that holds other registry files, else the file itself."""
    return path.parent if path.is_file() and _is_registry(path) and other_registry_files(path) else path


def other_registry_files(file: Path) -> list[Path]:
    """The other registry files in the folder of this one."""
    return [other for other in registry_files(file.parent) if other != file and _is_registry(other)]


def registries_below(start: Path) -> list[Path]:
    """The registries of a folder and of the folders one and two levels below, each as a path for `-r`."""
    registries = (file for file in islice(_registry_files_below(start), _LOOKED_INTO) if _is_registry(file))
    return list(dict.fromkeys(registry_of_file(file) for file in registries))


def unread_registry_files(folder: Path) -> list[Path]:
    """The registry files in folders below this one, which are not read with it."""
    below = (file for file in _registry_files_below(folder) if file.parent != folder)
    return [file for file in islice(below, _LOOKED_INTO) if _is_registry(file)]


def _registry_files_below(start: Path) -> Iterator[Path]:
    for folder in (start, *sorted(start.glob("*/")), *sorted(start.glob("*/*/"))):
        hidden = any(part.startswith(".") for part in folder.relative_to(start).parts)
        if not hidden and os.access(folder, os.R_OK | os.X_OK):
            yield from registry_files(folder)


def _is_registry(file: Path) -> bool:
    try:
        with opened_file(file) as stream:
            return _OPENING.search(stream.read(_BEGINNING)) is not None
    except OSError:
        return False


def shipped_registry() -> Path:
    """The registry that comes with the package; in a checkout the one beside it."""
    package = Path(__file__).resolve().parents[1]
    inside = package / NAME
    return inside if inside.is_file() else package.parent / NAME


def path_for_messages(path: Path) -> Path:
    """The path as messages show it: relative where it lies below the working directory."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else Path(relative)


@dataclass(frozen=True)
class Registry:
    """Every trial and outcome of a registry, and the way back to where each number stands."""

    path: Path
    trials: dict[str, Trial]
    outcomes: dict[str, Outcome]
    #: The file that each trial is written in.
    documents: dict[str, Document]
    #: The question that the trials answer, where the registry states one.
    title: str | None = None
    pooled: dict[str, PooledResult] = field(default_factory=dict)
    reviews: dict[str, PublishedReview] = field(default_factory=dict)
    #: The file that each pooled result (`pooled`) and each published meta-analysis (`reviews`) is written in.
    other_documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    certainty: tuple[Certainty, ...] = ()
    #: What the Summary of Findings is to show, where the registry says.
    summary: Summary | None = None
    #: What headings and sentences call the treatment and the time to entry.
    terms: Terms = field(default_factory=lambda: Terms.model_validate({}))
    #: The ranges that values of a variable are held against, by its name.
    plausible: dict[str, PlausibleRange] = field(default_factory=dict)

    def document(self, group: str, name: str) -> Document:
        """The file that a trial (`trials`), a pooled result (`pooled`) or a review (`reviews`) is written in."""
        return self.documents[name] if group == "trials" else self.other_documents[group, name]

    def is_subset(self, name: str) -> bool:
        """Whether a record is of participants of another trial of the registry, and so no trial of its own."""
        return self.trials[name].part_of in self.trials

    def where(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of `("trials", id, …)`, `("pooled", id, …)` or `("reviews", id, …)` in its file."""
        return self.document(str(path[0]), str(path[1])).where(path, key=key)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Pauses garbage collection: reading makes millions of small objects and no garbage.

    Nor does what was read become garbage in a process that ends soon: one that has told the collector to look no more
    at what it had before (`gc.freeze`), as the command line does, is spared to look at this. In any other what a
    registry leaves behind is collected.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_freeze_count():
            gc.freeze()
        if was_enabled:
            gc.enable()


@_without_garbage_collection()
def load(path: Path) -> Registry:
    """The registry at `path`; raises RegistryError with every problem of every file."""
    files = validated_files([path])
    registry = _merged_registry(path, files)
    for document, _ in files:
        document.forget_data()  # the models hold it all
    return registry


def registry_of_documents(path: Path, documents: Sequence[Any]) -> Registry:
    """The registry of files that were read already; raises RegistryError with every problem of each."""
    return _merged_registry(path, _validated_documents(documents, []))


def validated_files(paths: Sequence[Path]) -> list[tuple[Any, RegistryFile]]:
    """The files at the paths, which may refer to each other; raises RegistryError with every problem of each."""
    try:
        return _validated_documents(*_opened_documents(paths, as_json=True))
    except RegistryError:
        if not any(file.suffix.lower() == ".json" for path in paths for file in _files_at(path)):
            raise
        # YAML, of which JSON is a part, has a place and words for every problem.
        return _validated_documents(*_opened_documents(paths, as_json=False))


def _validated_documents(documents: Sequence[Any], problems: list[Problem]) -> list[tuple[Any, RegistryFile]]:
    complete, files = not problems, []
    for document in documents:
        file, invalid = _validated_document(document)
        problems += [*document.problems, *invalid]
        files += [(document, file)] if file else []
    if complete:
        problems += dangling_references(documents)
    if problems:
        raise RegistryError(problems)
    return files


def _opened_documents(paths: Sequence[Path], *, as_json: bool) -> tuple[list[Any], list[Problem]]:
    documents: list[Any] = []
    problems: list[Problem] = []
    for file in (file for path in paths for file in _files_at(path)):
        try:
            documents.append(_open_document(file, as_json=as_json))
        except RegistryError as error:
            problems.extend(error.problems)
    return documents, problems


def _open_document(file: Path, *, as_json: bool) -> Any:
    if file.suffix.lower() == ".jsonl":
        from msc_evidence.registry.json_lines import JsonLines

        return JsonLines(file)
    if file.suffix.lower() == ".json" and as_json:
        from msc_evidence.registry.json_document import JsonDocument, NotPlainJsonError

        with suppress(NotPlainJsonError):
            return JsonDocument(file)
    return Document(file)


def _files_at(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = registry_files(path)
    if not files:
        raise RegistryError([Problem(Place(str(path)), f"a folder without any {', '.join(SUFFIXES)} file")])
    return files


def _validated_document(document: Any) -> tuple[RegistryFile | None, list[Problem]]:
    if not isinstance(document.data, dict):
        message = "not a registry; expected the keys registry, outcomes, trials"
        return None, [Problem(Place(document.name, 1, 1), message)]
    try:
        return RegistryFile.model_validate(document.data), []
    except ValidationError as error:
        return None, problems_of(error, document)


def _merged_registry(path: Path, files: Sequence[tuple[Any, RegistryFile]]) -> Registry:
    title = next((file.title for _, file in files if file.title), None)
    certainty = tuple(judgement for _, file in files for judgement in file.certainty)
    summary = next((file.summary for _, file in files if file.summary), None)
    terms = next((file.terms for _, file in files if file.terms), Terms.model_validate({}))
    registry = Registry(path, {}, {}, {}, title, certainty=certainty, summary=summary, terms=terms)
    problems = []
    homes: dict[tuple[str, str], str] = {}
    for document, file in files:
        for group in ("outcomes", "trials", "pooled", "reviews", "plausible"):
            entries: dict[str, Any] = getattr(file, group)
            for name, entry in entries.items():
                first = homes.setdefault((group, name), document.name)
                if name in getattr(registry, group):
                    place = document.where((group, name), key=True)
                    problems.append(Problem(place, f"{quoted_value(name)} is already in {first}"))
                getattr(registry, group)[name] = entry
                if group == "trials":
                    registry.documents[name] = document
                elif group in ("pooled", "reviews"):
                    registry.other_documents[group, name] = document
    if problems:
        raise RegistryError(problems)
    return registry
