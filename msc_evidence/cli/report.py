"""`msc-evidence report`: everything of a registry in one file that opens anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.filtering import FilterOptions, TrialNames, filtered, read_query
from msc_evidence.cli.options import Debug, Quiet, RegistryPath, Verbose, open_registry
from msc_evidence.cli.streams import emit, note

NEEDS = "pip install matplotlib jinja2"

File = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE",
        help="Write to this file: .html or .md. Default: Markdown on standard output.",
    ),
]  # fmt: skip


@guarded
@filtered
def command(
    filters: FilterOptions,
    trials: TrialNames = None,
    registry: RegistryPath = None,
    output: File = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Write everything to one file: tables, plots, findings.

    Summary, tables, plots, findings and references: the page needs nothing from elsewhere, works without
    JavaScript and prints. It needs jinja2, its plots matplotlib: pip install matplotlib jinja2.
    """
    from msc_evidence.cli.streams import chosen_format
    from msc_evidence.pages.report import NO_MATPLOTLIB, report_page
    from msc_evidence.render import renderer

    format = chosen_format("page", None, output, "md")
    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    query = read_query(opened, filters, trials, quiet=quiet)
    page = report_page(query, drawn=format == "html")
    if NO_MATPLOTLIB in page.missing:
        note(f"the figures need matplotlib: {NEEDS}", quiet=quiet)
    try:
        text = renderer("page", format)(page)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("jinja2", "markupsafe"):
            raise
        raise UsageError(f"a page needs jinja2: {NEEDS}; -o report.md does without") from None
    emit(text, output)
