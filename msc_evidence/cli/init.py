"""`msc-evidence init`: a commented registry to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.options import Debug, Quiet
from msc_evidence.cli.streams import emit, note


@guarded
def command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write it; - for standard output.")
    ] = Path("trials.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    no_example: Annotated[
        bool, typer.Option("--no-example", help="Without the invented trial: trials stand in other files.")
    ] = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write a commented registry to start from.

    Its one trial is invented; `check` warns of it until it is replaced.
    """
    from msc_evidence.registry.starter import STARTER, STARTER_WITHOUT_TRIAL

    if file.exists() and not force:
        raise UsageError(f"{file} exists; --force replaces it")
    emit(STARTER_WITHOUT_TRIAL if no_example else STARTER, file)
    if str(file) == "-":
        return
    beside = f"trials in files beside it, then msc-evidence check -r {file.parent}"
    note(f"wrote {file}; next: {beside if no_example else f'msc-evidence check -r {file}'}", quiet=quiet)
