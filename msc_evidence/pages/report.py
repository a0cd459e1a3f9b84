"""The report of a registry: its evidence, its findings and its pictures on one page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from msc_evidence import __version__
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.pool.pool import Refused, Settings
from msc_evidence.checks.run import run_checks
from msc_evidence.checks.trust_evidence import with_trust_findings
from msc_evidence.pages.forests import page_forests, trusted_forests
from msc_evidence.plots import plot_named, plot_names
from msc_evidence.plots.drawing import Drawing
from msc_evidence.plots.pools import plot_data
from msc_evidence.plots.scope import Scope
from msc_evidence.registry.files import file_bytes
from msc_evidence.registry.loader import registry_files
from msc_evidence.render.page import Page, PageFigure, Stamp
from msc_evidence.tables.report import report_evidence
from msc_evidence.tables.words import without_commands

#: Columns of a picture drawn in text, and millimetres of one drawn for a telephone.
WIDTH, NARROW = 100, 85
#: Results with a panel of their own in one picture; a page of hundreds would be slow to make and to open.
MOST_PANELS = 12
#: The page has forests of its own, beside its tables.
FOREST = "forest"
#: Plots that set trials against each other: of an outcome that a single trial reports they say nothing.
OF_SEVERAL = ("albatross", "funnel")
NO_MATPLOTLIB = "Figures are left out: matplotlib was not installed where this page was made."


def report_page(query: Query, *, drawn: bool, both_trusted: bool = False) -> Page:
    """The page of what was asked for; `drawn`: with its pictures as SVG, which needs matplotlib.

    `both_trusted`: pools of all trials beside those without trials judged to raise concerns about trustworthiness.
    """
    findings = run_checks(query.analysis, query.trials)
    registry, evidence = (
        query.registry,
        report_evidence(with_trust_findings(query, findings), both_trusted=both_trusted),
    )
    forests, undrawn_outcomes = (trusted_forests if both_trusted else page_forests)(query)
    figures = list(_page_figures(query, drawn=drawn))
    undrawn = dict.fromkeys(item for item in figures if isinstance(item, str))
    return Page(
        evidence,
        findings,
        forests,
        undrawn_outcomes,
        tuple(figure for figure in figures if isinstance(figure, PageFigure)),
        (*map(without_commands, query.left_out), *evidence.missing, *undrawn),
        Stamp(registry.path.name, registry_hash(registry.path), __version__),
    )


def registry_hash(path: Path) -> str:
    """SHA-256 of a registry's file; of a folder that of the lines `sha256sum` prints of its files."""
    if path.is_dir():
        content = "".join(f"{registry_hash(file)}  {file.name}\n" for file in registry_files(path)).encode()
    else:
        content = file_bytes(path)
    return hashlib.sha256(content).hexdigest()


def _is_reported_by_several(query: Query, outcome: str) -> bool:
    reporting = [
        trial
        for trial in query.records.values()
        if any(result.outcome == outcome and not result.within for result in trial.results)
    ]
    return len(reporting) > 1


def _page_figures(query: Query, *, drawn: bool) -> Iterator[PageFigure | str]:
    """Each picture, or the sentence that says why it is not there."""
    (only,) = query.outcomes if len(query.outcomes) == 1 else (None,)
    several = tuple(name for name in query.outcomes if _is_reported_by_several(query, name))
    for name in plot_names():
        if name == FOREST:
            continue
        plot = plot_named(name)
        among = several if name in OF_SEVERAL else query.outcomes
        scope = replace(
            Scope.of(query, only if only in among else None), among=among, most_panels=MOST_PANELS
        )
        try:
            drawing = Drawing(plot, plot.picture(plot_data(plot, scope, Settings.usual)))
            wide, narrow = (drawing.file("svg", width).decode() if drawn else "" for width in (None, NARROW))
            yield PageFigure(name, plot.title, drawing.alternative, wide, narrow, tuple(drawing.lines(WIDTH)))
        except Refused as error:
            yield without_commands(f"{plot.title}: left out, {error}.")
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "matplotlib":
                raise
            yield NO_MATPLOTLIB
            return
