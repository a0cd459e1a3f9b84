"""`msc-evidence import FILE`: draft records from citations and from tables of study data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.options import Debug, Output, Quiet
from msc_evidence.cli.streams import emit, note
from msc_evidence.registry.files import file_bytes, standard_input_bytes

if TYPE_CHECKING:
    from msc_evidence.exchange.importing import Imported

File = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="The file or data package to read; - for standard input."),
]


@guarded
def command(
    file: File = None,
    online: Annotated[
        list[str] | None,
        typer.Option(
            "--online",
            metavar="NCT",
            help="Fetch a study from ClinicalTrials.gov by its number; may be repeated.",
        ),
    ] = None,
    terms: Annotated[
        bool,
        typer.Option(
            "--terms", help="Of a registration: a row for each serious adverse event, beside their total."
        ),
    ] = False,
    output: Output = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Draft records from citations, registrations or a review's data.

    From RIS, BibTeX, tables of studies such as metafor's, and robvis's judgements. A review is read from its data
    package (a zip, its folder, or its data rows or risk of bias alone), from an .rm5 file or from RevMan 5's
    export. From ClinicalTrials.gov's JSON (a study, a download, a page of API version 2) come design, arms, baseline,
    posted results and harms, each number with its place, which `check --registrations` watches; with --online they
    are fetched there. A form that `export form.xlsx` wrote is read back whole; what is wrong in it is said with sheet
    and cell. What the file says is filled in, what else a record needs is marked `to do`: the form of `read --draft`.
    The format is known by its content.
    """
    from msc_evidence.exchange.importing import imported_registrations

    if (file is None) == (not online):
        raise UsageError("give a file, - for standard input, or --online NCT…; one of them")
    if file is None:
        from msc_evidence.cli.registrations import fetched_registrations

        found = imported_registrations(fetched_registrations(online or [], quiet=quiet), terms=terms)
    else:
        found = _imported_file(file, terms=terms)
    emit(found.text, output)
    for remark in found.remarks:
        note(remark, quiet=quiet)
    search = "; search for 'to do'" if "to do" in found.text else ""
    note(f"{found.count} read{search}", quiet=quiet)


def _imported_file(file: Path, *, terms: bool) -> Imported:
    from msc_evidence.exchange.importing import imported

    stdin = str(file) == "-"
    raw = standard_input_bytes() if stdin else None if file.is_dir() else file_bytes(file)
    return imported(file, raw, "standard input" if stdin else str(file), terms=terms)
