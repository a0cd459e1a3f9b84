"""From what a command found to the format that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.streams import Device, emit

if TYPE_CHECKING:
    from msc_evidence.checks.finding import Report
    from msc_evidence.tables.table import Screen, Table


def chosen_format(kind: str, name: str | None, output: Path | None, default: str) -> str:
    """The format asked for, else the one that the output's suffix means, else the default."""
    from msc_evidence.registry.problems import nearest
    from msc_evidence.render import format_of, formats

    if name is None:
        found = format_of(kind, output) if output is not None and output.suffix else default
        if found is None and output is not None:
            raise UsageError(f"{output}: no format has the suffix '{output.suffix}'; give one with --format")
        return found or default
    if name not in formats(kind):
        raise UsageError(f"unknown format '{name}'{nearest(name, formats(kind))}")
    return name


def show(
    table: Callable[[], Table],
    screen: Callable[[], Screen],
    format: str | None,
    output: Path | None,
    *,
    ascii_only: bool,
) -> None:
    """Shows the screen to a person, or the table to everything else."""
    from msc_evidence.render import renderer

    name = chosen_format("table", format, output, "table")
    if name != "table":
        emit(_ascii(renderer("table", name)(table()), ascii_only), output)
        return
    from msc_evidence.render.table.terminal import display

    device = Device.now(to_file=output is not None, ascii_only=ascii_only)
    emit(display(screen(), width=device.width, colour=device.colour, ascii=device.ascii), output)


def show_report(
    report: Report, format: str | None, output: Path | None, *, ascii_only: bool, verbose: bool
) -> None:
    """Shows the findings in the format that was asked for."""
    from msc_evidence.render import renderer

    name = chosen_format("report", format, output, "text")
    device = Device.now(to_file=output is not None, ascii_only=ascii_only)
    wishes = {"verbose": verbose, "colour": device.colour} if name == "text" else {}
    emit(_ascii(renderer("findings", name)(report, **wishes), ascii_only), output)


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


def _ascii(text: str, wanted: bool) -> str:
    if not wanted:
        return text
    from msc_evidence.render.ascii import to_ascii

    return to_ascii(text)
