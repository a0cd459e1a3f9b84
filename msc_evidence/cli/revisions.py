"""A registry as a git revision has it, read through git into a folder that lasts as long as the command."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msc_evidence.cli.exits import UsageError
from msc_evidence.registry.loader import SUFFIXES, Registry, load, path_for_messages


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a registry: how messages name it, the registry, and where its files lie while it is read."""

    name: str
    registry: Registry
    folder: str = ""

    def place(self, where: str) -> str:
        """A place in its files as messages name it: `HEAD~1:trials.yaml:18:88`."""
        return where.replace(f"{self.folder}/", f"{self.name.partition(':')[0]}:") if self.folder else where


@contextmanager
def opened_version(text: str, registry: Path | None) -> Iterator[Version]:
    """The version that is typed: a path, a revision of the registry, or `REVISION:PATH`."""
    if Path(text).exists():
        path = path_for_messages(Path(text))
        yield Version(str(path), load(path))
        return
    revision, _, path_text = text.partition(":")
    file = Path(path_text) if path_text else registry
    if file is None:
        raise UsageError(
            f"{text}: no such file or folder; where it is a revision, say of which file: -r PATH, or {text}:trials.yaml"
        )
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder).resolve()
        yield Version(f"{revision}:{file}", load(_written(revision, file, base)), str(base))


def _written(revision: str, path: Path, folder: Path) -> Path:
    """The files of a registry at a revision, written below a folder under their own names."""
    if revision.startswith("-"):
        raise UsageError(f"{revision}: not a file, nor a revision")
    name = path.name or "."
    place = path.resolve().parent if name != "." else path.resolve()
    object_name = f"{revision}:./{name}"
    kind = _git(place, "cat-file", "-t", object_name).decode().strip()
    if kind == "blob":
        target = folder / name
        target.write_bytes(_git(place, "cat-file", "blob", object_name))
        return target
    for entry in _git(place, "ls-tree", "--name-only", object_name).decode().splitlines():
        if entry.endswith(SUFFIXES):
            (folder / entry).write_bytes(_git(place, "cat-file", "blob", f"{object_name}/{entry}"))
    return folder


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except FileNotFoundError as error:
        missing = "git is not installed" if str(error.filename) == "git" else f"no folder {folder}"
        raise UsageError(missing) from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1].removeprefix("fatal: ") if lines else "git could not read it"
        raise UsageError(f"{arguments[-1]}: not a file, and no revision of one: {reason}")
    return done.stdout
