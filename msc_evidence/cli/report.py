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
        help="Write to this file: .html, .md or .docx. Default: Markdown on standard output.",
    ),
]  # fmt: skip


def complete_formats(incomplete: str) -> list[str]:
    """Names of formats of a report."""
    from msc_evidence.render import format_names

    names = (*format_names("page"), *format_names("document"))
    return [name for name in names if name.startswith(incomplete)]


PageFormat = Annotated[
    str | None,
    typer.Option(
        "--format", "-f", metavar="FORMAT", autocompletion=complete_formats,
        help="md, html or docx. Default: by the output's suffix, else md.",
    ),
]  # fmt: skip


@guarded
@filtered
def command(
    filters: FilterOptions,
    trials: TrialNames = None,
    registry: RegistryPath = None,
    format: PageFormat = None,
    output: File = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Write everything to one file: tables, plots, findings.

    Summary, tables, plots, findings and references: the page needs nothing from elsewhere, works without
    JavaScript and prints. It needs jinja2, its plots matplotlib: pip install matplotlib jinja2. A document (.docx) for
    a word processor has every table and its footnotes, and the plots in words.
    """
    from msc_evidence.cli.streams import chosen_format, document_format
    from msc_evidence.cli.whole_files import replace_file
    from msc_evidence.pages.report import NO_MATPLOTLIB, report_page
    from msc_evidence.render import page_document_renderer, renderer

    document = document_format(format, output)
    page_format = document or chosen_format("page", format, output, "md")
    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    filters, both_trusted = filters.both_trusted()
    query = read_query(opened, filters, trials, quiet=quiet)
    page = report_page(query, drawn=page_format == "html", both_trusted=both_trusted)
    if NO_MATPLOTLIB in page.missing:
        note(f"the figures need matplotlib: {NEEDS}", quiet=quiet)
    if document is not None and output is not None:
        replace_file(output, page_document_renderer(document)(page))
        return
    try:
        text = renderer("page", page_format)(page)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("jinja2", "markupsafe"):
            raise
        raise UsageError(f"a page needs jinja2: {NEEDS}; -o report.md does without") from None
    emit(text, output)
    if format is None and output is not None and not output.suffix and str(output) != "-":
        note(f"{output}: no suffix, so written as Markdown; -o {output}.html makes a page", quiet=quiet)
