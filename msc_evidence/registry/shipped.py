"""Which registry is meant: the nearest where none is named, the folder that a file belongs to, the one shipped."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

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
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()
    )


def home_of(path: Path) -> Path:
    """The registry that one of its files belongs to: the folder where others of it stand, else the file."""
    return path.parent if path.is_file() and _is_registry(path) and others_beside(path) else path


def others_beside(file: Path) -> list[Path]:
    """The other files of a registry in the folder of one."""
    return [each for each in registry_files(file.parent) if each != file and _is_registry(each)]


def registries_below(start: Path) -> list[Path]:
    """The registries of a folder and of those one and two below it, each as `-r` names it."""
    found = (file for file in islice(_files_below(start), _LOOKED_INTO) if _is_registry(file))
    return list(dict.fromkeys(home_of(file) for file in found))


def unread_below(folder: Path) -> list[Path]:
    """The files of a registry that stand in folders below one: a folder is read without these."""
    below = (file for file in _files_below(folder) if file.parent != folder)
    return [file for file in islice(below, _LOOKED_INTO) if _is_registry(file)]


def _files_below(start: Path) -> Iterator[Path]:
    for folder in (start, *sorted(start.glob("*/")), *sorted(start.glob("*/*/"))):
        hidden = any(part.startswith(".") for part in folder.relative_to(start).parts)
        if not hidden and os.access(folder, os.R_OK | os.X_OK):
            yield from registry_files(folder)


def _is_registry(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return _OPENING.search(stream.read(_BEGINNING)) is not None
    except OSError:
        return False


def shipped_registry() -> Path:
    """The registry that comes with the package; in a checkout the one beside it."""
    package = Path(__file__).resolve().parents[1]
    inside = package / NAME
    return inside if inside.is_file() else package.parent / NAME


def readable(path: Path) -> Path:
    """The path as messages show it: relative where it lies below the working directory."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else Path(relative)
