"""The rows of the meta-analyses that a registry records under `reviews:`, as a file of rows would have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from msc_evidence.analysis.published.review import ReviewedRows, ReviewQuestion, review_rows
from msc_evidence.analysis.published.rows import (
    POOLED_MEASURES,
    SIDES,
    UNNAMED,
    PrintedAnalysis,
    PrintedEffect,
    ReviewRow,
)
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.reported import Time
from msc_evidence.registry.reviews import ReviewAnalysis, ReviewedRow
from msc_evidence.registry.waiver import Waiver

_CELLS = {"counts": ("n", "events"), "means": ("n", "mean", "sd")}


def judged_rows(registry: Registry, name: str) -> tuple[ReviewedRows | None, ...]:
    """The rows of each analysis of a review beside their trials; None where it prints no row."""
    analyses = registry.reviews[name].analyses
    return tuple(
        review_rows(recorded_analysis(registry, name, index), registry, question_of(each))
        if each.rows
        else None
        for index, each in enumerate(analyses)
    )


def with_waivers(reviewed: ReviewedRows, waivers: Sequence[Waiver], outcome: str) -> ReviewedRows:
    """The findings with the reasons of the waivers that accept them."""
    findings = []
    for each in reviewed.findings:
        words = reviewed.rows[each.rows[-1]].words
        because = next((one.because for one in waivers if one.accepts(each.code, outcome, words)), None)
        findings.append(replace(each, waived=because))
    return replace(reviewed, findings=tuple(findings))


def question_of(analysis: ReviewAnalysis) -> ReviewQuestion:
    """What the rows of an analysis are said to be of."""
    at = analysis.at if isinstance(analysis.at, Time) else None
    return ReviewQuestion(analysis.outcome, at, analysis.definition)


def recorded_analysis(registry: Registry, name: str, index: int) -> PrintedAnalysis:
    """One analysis of a review of the registry."""
    record = registry.reviews[name].analyses[index]
    effect = record.effect
    pooled = (
        PrintedEffect(effect.estimate, effect.ci.low, effect.ci.high)
        if effect and effect.estimate is not None and effect.ci is not None
        else None
    )
    model = "common" if record.model == "common" else UNNAMED
    return PrintedAnalysis(tuple(_recorded_rows(registry, name, index)), _measure_of(record), model, pooled)


def _measure_of(analysis: ReviewAnalysis) -> str | None:
    """The measure that an analysis names, where its rows can be pooled by it."""
    measure = analysis.effect.measure if analysis.effect else None
    kind = analysis.rows[0].treated.kind if analysis.rows else None
    return measure if kind and measure in POOLED_MEASURES[kind] else None


def analysis_name(analysis: ReviewAnalysis) -> str:
    """`barthel at 6 mo, intravenous`."""
    at = f" at {analysis.at}" if isinstance(analysis.at, Time) else ""
    of = ", ".join(part for part in (analysis.definition, analysis.subgroup) if part)
    return f"{analysis.outcome}{at}{f', {of}' if of else ''}"


def _recorded_rows(registry: Registry, name: str, index: int) -> Iterator[ReviewRow]:
    """The rows of one analysis, each with its line in the registry."""
    for at, row in enumerate(registry.reviews[name].analyses[index].rows):
        line = registry.where(("reviews", name, "analyses", index, "rows", at)).line
        yield _review_row(line, row)


def _review_row(line: int, row: ReviewedRow) -> ReviewRow:
    kind = row.treated.kind or "means"
    parts = zip(SIDES, (row.treated, row.control), strict=True)
    cells = {(side, key): getattr(part, key) for side, part in parts for key in _CELLS[kind]}
    effect = PrintedEffect(row.effect.estimate, row.effect.ci.low, row.effect.ci.high) if row.effect else None
    return ReviewRow(line, row.study, "", kind, cells, effect, row.trial)
