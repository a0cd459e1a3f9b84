"""An answer that is written while it grows, and how far the work has come."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from msc_evidence.cli.streams import whole_file

if TYPE_CHECKING:
    from rich.progress import Progress

    from msc_evidence.reading.texts.inputs import Input


class Closed(Exception):  # noqa: N818
    """Nobody reads the answer any more."""


class Sink:
    """Standard output, or a file that takes its name only when it is whole."""

    def __init__(self, output: Path | None, *, ascii_only: bool):
        self._output = None if output is None or str(output) == "-" else output
        self._ascii = ascii_only
        self._stream: TextIO = sys.stdout
        self._opened = ExitStack()

    def __enter__(self) -> Sink:
        if self._output is not None:
            file = self._opened.enter_context(whole_file(self._output))
            self._stream = io.TextIOWrapper(file, encoding="utf-8", newline="\n")
        return self

    def write(self, text: str) -> None:
        """Writes some more; raises Closed where nobody reads it."""
        if self._ascii and text:
            from msc_evidence.render.ascii import to_ascii

            text = to_ascii(text)
        encoding = self._stream.encoding or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            raise Closed from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(self._stream, io.TextIOWrapper) and self._output is not None:
            self._stream.detach()
        self._opened.__exit__(kind, error, trace)


@dataclass(frozen=True, slots=True)
class Watch:
    """What is told of the progress: bytes read of the files, and texts done."""

    read: Callable[[int], None]
    texts: Callable[[int], None]
    #: While something is written to the terminal on which the bar is.
    aside: Callable[[], AbstractContextManager[None]]


@contextmanager
def watching(files: Iterable[Input], *, quiet: bool) -> Iterator[Watch]:
    """A bar on standard error where a person watches, by the bytes read; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield Watch(lambda count: None, lambda count: None, nullcontext)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        total = sum(file.size for file in files)
        task = progress.add_task("0 texts", total=total or None)
        yield Watch(
            lambda count: progress.advance(task, count),
            lambda count: progress.update(task, description=f"{count:,} texts"),
            (lambda: _stopped(progress)) if sys.stdout.isatty() else nullcontext,
        )


@contextmanager
def _stopped(progress: Progress) -> Iterator[None]:
    progress.stop()
    try:
        yield
    finally:
        progress.start()
