"""`msc-evidence reconcile`: two extractions of the same trials, what differs, and the agreed record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.exits import Exit, UsageError, guarded
from msc_evidence.cli.options import Ascii, Debug, Format, Quiet
from msc_evidence.cli.streams import emit, note, show

if TYPE_CHECKING:
    from msc_evidence.analysis.comparison.agreed import Agreed
    from msc_evidence.registry.loader import Registry


@guarded
def command(
    first: Annotated[
        Path,
        typer.Argument(metavar="A", help="One extraction: a registry file or folder, or a form (.xlsx)."),
    ],
    second: Annotated[Path, typer.Argument(metavar="B", help="The other extraction of the same trials.")],
    agreement: Annotated[
        bool, typer.Option("--agreement", help="The agreement item by item instead of the differences.")
    ] = False,
    decide: Annotated[
        Path | None, typer.Option("--decide", metavar="FILE", help="Decisions about conflicts, in YAML.")
    ] = None,
    undecided: Annotated[
        Path | None,
        typer.Option(
            "--undecided", metavar="FILE", help="Write the open conflicts to this file, to be decided there."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the agreed record to this file; conflicts without a decision are marked `# conflict`.",
        ),
    ] = None,
    blind: Annotated[
        bool,
        typer.Option("--blind", help="Say where they differ and not what either has, for a second look."),
    ] = False,
    format: Format = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Compare two extractions of the same trials.

    Trials, arms and rows are matched by what they are, not by their ids or order. Values that are equal however they
    are written agree; `not reported` is not the same as nothing.
    """
    from msc_evidence.analysis.comparison.agreed import agreed_record
    from msc_evidence.analysis.comparison.differences import compare_registries
    from msc_evidence.registry.canonical import registry_yaml
    from msc_evidence.registry.decision_file import read_decisions
    from msc_evidence.tables.reconcile import (
        agreement_table,
        difference_table,
        open_decisions,
        reconcile_screen,
    )

    if blind and (agreement or undecided or output):
        raise UsageError("--blind shows no values; --agreement, --undecided and -o do: leave one out")
    registries = _opened(first), _opened(second)
    comparison = compare_registries(*registries)
    if not comparison.pairs:
        raise UsageError(f"{first} and {second} have no trial in common; nothing to compare")
    decisions = read_decisions(decide) if decide else []
    agreed = agreed_record(*registries, comparison, decisions)
    _note_stale(agreed, quiet=quiet)
    show(
        lambda: agreement_table(comparison) if agreement else difference_table(comparison, blind=blind),
        lambda: reconcile_screen(
            comparison,
            (str(first), str(second)),
            [] if blind else _pools(*registries),
            agreed.open,
            blind=blind,
        ),
        format,
        None,
        ascii_only=ascii,
    )
    if undecided:
        emit(open_decisions(agreed.open), undecided)
    if output:
        emit(registry_yaml(agreed.data, agreed.remarks), output)
    if agreed.open:
        raise SystemExit(int(Exit.FOUND))


def _opened(path: Path) -> Registry:
    """The registry at a path, or that of an extraction form."""
    from msc_evidence.registry.loader import load

    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return load(path)
    from msc_evidence.exchange.form_reading import registry_of_form
    from msc_evidence.registry.files import file_bytes

    return registry_of_form(path, file_bytes(path))


def _pools(first: Registry, second: Registry) -> list[str]:
    """The pooled results that differ, in sentences."""
    from msc_evidence.analysis.comparison.pools import registry_pools
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.tables.reconcile import pool_lines

    names = {name: outcome.name for name, outcome in first.outcomes.items()}
    return pool_lines(registry_pools(Analysis(first)), registry_pools(Analysis(second)), names)


def _note_stale(agreed: Agreed, *, quiet: bool) -> None:
    for decision in agreed.stale:
        note(
            f"{decision.place}: the decision is about other values than the two extractions have; not used",
            quiet=quiet,
        )
