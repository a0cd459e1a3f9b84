"""Writes output to a terminal, a pipe or a file; a file is replaced only once the whole output is written."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TextIO, TypeVar

from msc_evidence.cli.exits import UsageError, complain, silence
from msc_evidence.cli.whole_files import replace_file, whole_file
from msc_evidence.render.device import Device
from msc_evidence.render.inert import inert_lines

if TYPE_CHECKING:
    from rich.progress import Progress

    from msc_evidence.checks.finding import Report
    from msc_evidence.reading.texts.inputs import Input
    from msc_evidence.tables.table import Screen, Table


#: Formats that programs read: every column at full precision.
PIPELINES = ("csv", "json", "tsv")

Item = TypeVar("Item")


def emit(text: str, output: Path | None, *, commands: bool = False) -> None:
    """Writes the answer to standard output, or to a file under a temporary name that then takes its place.

    Where it is made of `commands` to a runner, lines begin with them.
    """
    if text and not text.endswith("\n"):
        text += "\n"
    if output is None or str(output) == "-":
        _to_stdout(inert_lines(text, colour=sys.stdout.isatty(), commands=commands))
    else:
        replace_file(output, inert_lines(text, commands=commands))


def _to_stdout(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    with standard_output():
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()


@contextmanager
def standard_output() -> Iterator[None]:
    """Writing to standard output: quietly over where its reader has seen enough, UsageError where it is full."""
    try:
        yield
    except BrokenPipeError:  # end as if it had read on
        silence(sys.stdout)
    except OSError as error:
        raise _unwritable(error) from None


def _unwritable(error: OSError) -> UsageError:
    silence(sys.stdout)
    return UsageError(f"standard output: {error.strerror or error}")


def with_progress(items: Sequence[Item], words: str) -> Iterator[Item]:
    """The items one by one, with a progress bar where standard error is a terminal."""
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


def chosen_format(kind: str, name: str | None, output: Path | None, default: str) -> str:
    """The format asked for, else the one that the output's suffix means, else the default."""
    from msc_evidence.registry.problems import nearest_hint
    from msc_evidence.render import format_names, format_of

    if name is None:
        known = format_of(kind, output) if output is not None and output.suffix else default
        if known is None and output is not None:
            raise UsageError(f"{output}: no format has the suffix '{output.suffix}'; give one with --format")
        return known or default
    if name not in format_names(kind):
        known_names = sorted([*format_names(kind), *(format_names("document") if kind == "page" else ())])
        raise UsageError(f"unknown format '{name}'{nearest_hint(name, known_names)}")
    return name


def document_format(format: str | None, output: Path | None) -> str | None:
    """The format of a word processor that is asked for, by name or by the suffix of the output; None without one."""
    from msc_evidence.render import format_names, format_of

    named = format if format in format_names("document") else None
    asked = named or (format_of("document", output) if format is None and output is not None else None)
    if asked is not None and (output is None or str(output) == "-"):
        raise UsageError(f"{asked} is no text for a screen; name a file: --output FILE.{asked}")
    return asked


def show(
    table: Callable[[], Table],
    screen: Callable[[], Screen],
    format: str | None,
    output: Path | None,
    *,
    ascii_only: bool,
    paged: bool = False,
) -> None:
    """Shows the screen to a person, where it is `paged` in formats of pages too, and else the table."""
    from msc_evidence.render import renderer, screen_renderer

    name = chosen_format("table", format, output, "table")
    if paged and name != "table" and (render := screen_renderer(name)):
        emit(_in_ascii(render(screen()), ascii_only), output)
        return
    if name != "table":
        emit(_in_ascii(renderer("table", name)(table()), ascii_only), output)
        return
    from msc_evidence.render.table.terminal import screen_text

    device = Device.now(to_file=output is not None, ascii_only=ascii_only)
    emit(screen_text(screen(), width=device.width, colour=device.colour, ascii=device.ascii), output)


def show_report(
    report: Report, format: str | None, output: Path | None, *, ascii_only: bool, verbose: bool
) -> None:
    """Shows the findings in the format that was asked for."""
    from msc_evidence.render import renderer

    name = chosen_format("findings", format, output, "text")
    device = Device.now(to_file=output is not None, ascii_only=ascii_only)
    wishes = {"verbose": verbose, "colour": device.colour} if name == "text" else {}
    findings = _in_ascii(renderer("findings", name)(report, **wishes), ascii_only)
    emit(findings, output, commands=name == "github")


def show_statistics(report: Report, format: str | None, output: Path | None, *, ascii_only: bool) -> None:
    """Shows how many findings each code has, in the formats of tables; `text` is the table of the terminal."""
    from msc_evidence.render.findings import statistics_table
    from msc_evidence.tables.table import Screen

    table = statistics_table(report)
    name = "table" if format == "text" else format
    if not table.rows and chosen_format("table", name, output, "table") == "table":
        emit("", output)
        return
    show(lambda: table, lambda: Screen((table,)), name, output, ascii_only=ascii_only)


def _in_ascii(text: str, ascii_only: bool) -> str:
    if not ascii_only:
        return text
    from msc_evidence.render.ascii import to_ascii

    return to_ascii(text)


class ReaderGone(Exception):  # noqa: N818
    """The program that reads the output has closed it."""


class OutputSink:
    """Standard output, or a file that takes its name only when it is whole."""

    def __init__(self, output: Path | None, *, ascii_only: bool, commands: bool):
        self._output = None if output is None or str(output) == "-" else output
        self._ascii, self._commands = ascii_only, commands
        self._stream: TextIO = sys.stdout
        self._opened = ExitStack()

    def __enter__(self) -> OutputSink:
        if self._output is not None:
            file = self._opened.enter_context(whole_file(self._output))
            self._stream = io.TextIOWrapper(file, encoding="utf-8", newline="\n")
        return self

    def write(self, text: str) -> None:
        """Writes some more; raises Closed where nobody reads it."""
        if self._ascii and text:
            from msc_evidence.render.ascii import to_ascii

            text = to_ascii(text)
        text = inert_lines(text, colour=self._stream.isatty(), commands=self._commands)
        encoding = self._stream.encoding or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except BrokenPipeError:
            silence(self._stream)
            raise ReaderGone from None
        except OSError as error:
            if self._output is not None:
                raise
            raise _unwritable(error) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(self._stream, io.TextIOWrapper) and self._output is not None:
            self._stream.detach()
        self._opened.__exit__(kind, error, trace)


@dataclass(frozen=True, slots=True)
class ProgressBar:
    """Moves the bar: by bytes read of the files, and to a number of texts."""

    read: Callable[[int], None]
    texts: Callable[[int], None]
    #: Hides the bar while something is written to its terminal.
    aside: Callable[[], AbstractContextManager[None]]


@contextmanager
def progress_bar(files: Iterable[Input], *, quiet: bool) -> Iterator[ProgressBar]:
    """A progress bar by the bytes read, where standard error is a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield ProgressBar(lambda count: None, lambda count: None, nullcontext)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        total = sum(file.size for file in files)
        task = progress.add_task("0 texts", total=total or None)
        yield ProgressBar(
            lambda count: progress.advance(task, count),
            lambda count: progress.update(task, description=f"{count:,} texts"),
            (lambda: _bar_hidden(progress)) if sys.stdout.isatty() else nullcontext,
        )


@contextmanager
def counting_bar(total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar by trials, where there are many and standard error is a terminal; nothing elsewhere."""
    if quiet or total < _WORTH_A_BAR or not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import Progress

    # No thread redraws it: processes are copied while it is shown.
    with Progress(
        console=Console(stderr=True), transient=True, auto_refresh=False, redirect_stdout=False
    ) as bar:
        task = bar.add_task("trials", total=total)
        yield lambda count: bar.update(task, advance=count, refresh=True)


#: Fewer trials than this are checked before a bar can be read.
_WORTH_A_BAR = 500


@contextmanager
def _bar_hidden(progress: Progress) -> Iterator[None]:
    progress.stop()
    try:
        yield
    finally:
        progress.start()
