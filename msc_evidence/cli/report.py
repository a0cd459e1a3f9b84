"""`msc-evidence report`: everything of a registry in one file that opens anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.filtering import FilterOptions, TrialNames, filtered, read_query
from msc_evidence.cli.options import Debug, Quiet, RegistryPath, Verbose, open_registry
from msc_evidence.cli.streams import emit, note

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.render.page import Page, PageFigure

#: Columns of a picture drawn in text.
WIDTH = 100
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
    """Write the evidence to one file: summary, tables, plots, findings, references.

    The page needs nothing from elsewhere, works without JavaScript and prints. It needs jinja2, its plots
    matplotlib: pip install matplotlib jinja2.
    """
    from msc_evidence.cli.streams import chosen_format
    from msc_evidence.render import renderer

    format = chosen_format("page", None, output, "md")
    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    query = read_query(opened, filters, trials, quiet=quiet)
    try:
        text = renderer("page", format)(_report_page(query, drawn=format == "html", quiet=quiet))
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("jinja2", "markupsafe"):
            raise
        raise UsageError(f"a page needs jinja2: {NEEDS}; -o report.md does without") from None
    emit(text, output)


def _report_page(query: Query, *, drawn: bool, quiet: bool) -> Page:
    from msc_evidence import __version__
    from msc_evidence.checks.run import run_checks
    from msc_evidence.plots import plot_names
    from msc_evidence.render.page import Page, PageFigure, Stamp
    from msc_evidence.tables.report import report_evidence
    from msc_evidence.tables.words import without_commands

    registry, evidence = query.registry, report_evidence(query)
    figures = list(_page_figures(query, plot_names(), drawn=drawn, quiet=quiet))
    undrawn = dict.fromkeys(item for item in figures if isinstance(item, str))
    return Page(
        evidence,
        run_checks(query.analysis, query.trials),
        tuple(figure for figure in figures if isinstance(figure, PageFigure)),
        (
            *map(without_commands, query.left_out),
            *evidence.missing,
            *undrawn,
        ),
        Stamp(registry.path.name, registry_hash(registry.path), __version__),
    )


def registry_hash(path: Path) -> str:
    """SHA-256 of a registry's file; of a folder that of the lines `sha256sum` prints of its files."""
    from msc_evidence.registry.loader import registry_files

    if path.is_dir():
        content = "".join(f"{registry_hash(file)}  {file.name}\n" for file in registry_files(path)).encode()
    else:
        content = path.read_bytes()
    return hashlib.sha256(content).hexdigest()


def _page_figures(query: Query, names: list[str], *, drawn: bool, quiet: bool) -> Iterator[PageFigure | str]:
    """Each picture, or the sentence that says why it is not there."""
    from msc_evidence.analysis.pool.pool import Refused
    from msc_evidence.plots import plot_named
    from msc_evidence.tables.words import without_commands

    for name in names:
        plot = plot_named(name)
        try:
            yield _page_figure(name, plot, _plot_data(plot.of, query), drawn=drawn)
        except Refused as error:
            yield without_commands(f"{plot.title}: left out, {error}.")
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "matplotlib":
                raise
            note(f"the figures need matplotlib: {NEEDS}", quiet=quiet)
            yield "Figures are left out: matplotlib was not installed where this page was made."
            return


def _plot_data(of: str, query: Query) -> Any:
    """What a picture is made from: the trials, or its pools by the usual settings."""
    from msc_evidence.analysis.pool.pool import Settings
    from msc_evidence.plots.pools import registry_panels
    from msc_evidence.plots.scope import Scope

    (only,) = query.outcomes if len(query.outcomes) == 1 else (None,)
    scope = Scope(query.analysis.restricted(query.trials), only, query.at, among=query.outcomes)
    return registry_panels(scope, Settings.usual("SMD", None, "z", 0.95)) if of == "pools" else scope


def _page_figure(name: str, plot: Any, data: Any, *, drawn: bool) -> PageFigure:
    from msc_evidence.plots.paper import rendered_file
    from msc_evidence.render.page import PageFigure

    picture = plot.picture(data)
    alternative = plot.alternative(picture)

    def draw(paper: Any) -> None:
        plot.draw(picture, paper)

    svg = rendered_file(draw, plot.width, "svg", plot.title, alternative).decode() if drawn else ""
    return PageFigure(name, plot.title, alternative, svg, tuple(plot.text(picture, WIDTH)))
