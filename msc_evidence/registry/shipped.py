"""Which registry is meant when none is named."""

from __future__ import annotations

import os
from pathlib import Path

NAME = "trials.yaml"
NAMES = (NAME, "trials.yml", "trials.json", "trials.jsonl")


def nearest_registry(start: Path) -> Path | None:
    """The `trials.yaml` (`.yml`, `.json`, `.jsonl`) of the folder or of the nearest one above it."""
    for folder in (start, *start.parents):
        for name in NAMES:
            if (folder / name).is_file():
                return folder / name
    return None


def shipped_registry() -> Path:
    """The registry that comes with the package; in a checkout the one beside it."""
    package = Path(__file__).resolve().parents[1]
    inside = package / NAME
    return inside if inside.is_file() else package.parent / NAME


def readable(path: Path) -> Path:
    """The path as messages show it: relative where it lies below the working directory."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else Path(relative)
