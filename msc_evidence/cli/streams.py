"""Where output goes: a terminal, a pipe, or a file that is either whole or untouched; at once or while it grows."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from msc_evidence.cli.exits import UsageError, complain

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Device:
    """What standard output can show."""

    terminal: bool
    width: int | None
    colour: bool
    ascii: bool

    @classmethod
    def now(cls, *, to_file: bool, ascii_only: bool) -> Device:
        """Standard output as it is: no colour unless it is a terminal, nor a limit to its width.

        COLUMNS in the environment limits the width anywhere.
        """
        terminal = sys.stdout.isatty() and not to_file
        colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        limited = terminal or os.environ.get("COLUMNS", "").isdigit()
        width = shutil.get_terminal_size((100, 24)).columns if limited else None
        return cls(terminal, width, colour, ascii_only)


def emit(text: str, output: Path | None) -> None:
    """Writes the answer to standard output, or to a file under a temporary name that then takes its place."""
    if text and not text.endswith("\n"):
        text += "\n"
    if output is None or str(output) == "-":
        _to_stdout(text)
    else:
        replace_file(output, text)


def _to_stdout(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough: end as if it had read on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def replace_file(path: Path, content: str | bytes) -> None:
    """Writes a file whole or not at all."""
    with whole_file(path) as stream:
        stream.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A stream into a file that takes its name, and the mode of the file it replaces, only when it is whole.

    Through a link to what it names, and straight into what is no regular file (/dev/null). Raises UsageError where
    the path is no place for a file.
    """
    path = path.resolve()
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give the name of a file")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} does not exist; make the folder first")
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        temporary.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def progress(items: Sequence[Item], words: str) -> Iterator[Item]:
    """The items one by one, with a bar on standard error where a person watches."""
    if not sys.stderr.isatty() or len(items) < 2:
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=words, console=Console(stderr=True), transient=True)


def note(message: str, *, quiet: bool = False) -> None:
    """A remark on standard error, unless asked to be quiet."""
    if not quiet:
        complain(message)
