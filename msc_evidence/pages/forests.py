"""The forests of a report: each outcome's effects time by time, from the studies that its Summary of Findings pools."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from msc_evidence.analysis.body import Body, body
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.pool.entry import Entry, scenario_words
from msc_evidence.analysis.pool.pool import Pool, pool_set
from msc_evidence.analysis.pool.times import length
from msc_evidence.plots.axis import Axis, effect_axis
from msc_evidence.plots.panels import StudyMark
from msc_evidence.plots.pools import favoured_sides
from msc_evidence.plots.scope import unplaced_reasons
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.judgements import SummaryOutcome
from msc_evidence.registry.lookup import shown_names
from msc_evidence.registry.problems import listed
from msc_evidence.render.forest import (
    CUT_OFF,
    OPEN_SQUARE,
    AxisTick,
    ForestGroup,
    ForestMark,
    ForestRow,
    PageForest,
)
from msc_evidence.tables.headline import treated_in_query
from msc_evidence.tables.pool.screen import effect_words, model_name, predicted
from msc_evidence.tables.sof.question import answering, rows
from msc_evidence.tables.sof.words import what, when
from msc_evidence.tables.trusted import trusted_queries
from msc_evidence.tables.words import fixed

#: Sides of the squares of the least and of the most weighty study, in pixels.
SMALLEST, LARGEST = 5.0, 14.0
POOLED, NEW_STUDY = "Pooled", "New study"
TIME_NOT_REPORTED = "time not reported"
ONE_EACH = "Outcomes with an effect from one trial at one time"


@dataclass(frozen=True, slots=True)
class _Panel:
    """One pool of a body of evidence, and the sentence that says what it supposes of silent directions."""

    body: Body
    pool: Pool
    entries: tuple[Entry, ...]
    scenario: str


def page_forests(query: Query) -> tuple[tuple[PageForest, ...], tuple[str, ...]]:
    """The forests, those of the Summary of Findings first, and the sentences on outcomes that have none."""
    query, _ = answering(query)
    asked, _ = rows(query)
    forests: list[PageForest] = []
    single: dict[tuple[str, tuple[str, str]], list[_Panel]] = {}
    lacking: list[tuple[str, str]] = []
    for question_row, of_summary in _question_rows(query, asked):
        bodies = list(_bodies_by_time(question_row, query))
        panels = [panel for each in bodies for panel in _panels(each, query)]
        if not panels:
            lacking += [
                (what(each), why) for each in bodies for why in dict.fromkeys(dict(each.left_out).values())
            ]
        elif of_summary or len({panel.body.asked.at for panel in panels}) > 1 or _several(panels):
            name = f"forest-{len(forests) + 1}"
            forests.append(replace(_forest(name, panels, bodies, query), of_summary=of_summary))
        else:
            single.setdefault((str(panels[0].body.measure), _sides(panels[0], query)), []).extend(panels)
    for panels in single.values():
        forests.append(_forest_of_outcomes(f"forest-{len(forests) + 1}", panels, query))
    forests = list(_with_titles_of_their_own(forests))
    return tuple(forests), tuple(f"Without an effect: {said}." for said in unplaced_reasons(lacking))


def trusted_forests(query: Query) -> tuple[tuple[PageForest, ...], tuple[str, ...]]:
    """The forests of all trials, and below them those without trials judged to raise concerns, titled by who is out."""
    forests: list[PageForest] = []
    lacking: dict[str, None] = {}
    for step in trusted_queries(query):
        of_step, undrawn = page_forests(step.query)
        start = len(forests)
        for at, forest in enumerate(of_step, start + 1):
            title = f"{forest.title} · {step.heading}" if step.left_out else forest.title
            forests.append(replace(forest, name=f"forest-{at}", title=title))
        lacking |= dict.fromkeys(undrawn if not step.left_out else ())
    return tuple(forests), tuple(lacking)


def _with_titles_of_their_own(forests: Sequence[PageForest]) -> Iterator[PageForest]:
    """Each forest called by its title and measure, those that share both by a number as well."""
    titles: dict[str, int] = {}
    for forest in forests:
        title = f"{forest.title}, {forest.measure}"
        titles[title] = titles.get(title, 0) + 1
        yield replace(forest, title=title if titles[title] == 1 else f"{title} ({titles[title]})")


def _question_rows(query: Query, asked: Sequence[SummaryOutcome]) -> Iterator[tuple[SummaryOutcome, bool]]:
    """Each outcome as defined, once: those of the Summary of Findings, then the others as trials define them."""
    seen: dict[tuple[str, str | None], None] = {}
    for row in asked:
        if (row.outcome, row.definition) not in seen:
            seen[row.outcome, row.definition] = None
            yield row, True
    results = [result for trial in query.records.values() for result in trial.results if not result.within]
    for outcome in query.outcomes:
        for definition in dict.fromkeys(each.definition for each in results if each.outcome == outcome):
            if (outcome, definition) not in seen:
                stated = {"outcome": outcome} | ({"definition": definition} if definition else {})
                yield SummaryOutcome.model_validate(stated), False


def _bodies_by_time(question_row: SummaryOutcome, query: Query) -> Iterator[Body]:
    """The evidence at each time at which a trial reports the outcome, the earliest first."""
    first = body(question_row, query.trials, query.analysis)
    times = dict.fromkeys([*([first.asked.at] if first.reporting else []), *(at for at, _ in first.elsewhen)])
    for at in sorted(times, key=length):
        if query.at in (None, at):
            same = at == first.asked.at
            row = question_row.model_copy(update={"at": at})
            yield first if same else body(row, query.trials, query.analysis)


def _panels(evidence: Body, query: Query) -> Iterator[_Panel]:
    """A pool in each scenario."""
    if evidence.studies is None or not evidence.scenarios:
        return
    studies, names = evidence.studies, shown_names(query.records)
    entries = {entry.label: entry for entry in studies.entries}
    silent = listed(list(dict.fromkeys(names[entry] for entry in studies.silent)))
    for at, scenario in enumerate(studies.sets):
        pool = pool_set(scenario, studies.settings, beside=False)
        said = scenario_words(_arms(query)[at], silent) if len(studies.sets) > 1 else ""
        yield _Panel(evidence, pool, tuple(entries[study.label] for study in pool.studies), said)


def _several(panels: Sequence[_Panel]) -> bool:
    return any(len(panel.pool.studies) > 1 for panel in panels)


def _forest(name: str, panels: Sequence[_Panel], bodies: Sequence[Body], query: Query) -> PageForest:
    """An outcome's forest, a group for each time and scenario."""
    groups = [_time_words(panel.body, panel.scenario) for panel in panels]
    groups = [""] if groups == [TIME_NOT_REPORTED] else groups
    made = _on_one_axis(name, what(panels[0].body), panels, groups, query)
    names = shown_names(query.records)
    without = [
        (f"{names[name]} ({_time_words(each, '')})", why)
        for each in bodies
        if not each.scenarios
        for name, why in each.left_out
    ]
    notes = [f"Without an effect: {said}." for said in unplaced_reasons(without)]
    return replace(made, notes=(*notes, *made.notes))


def _forest_of_outcomes(name: str, panels: Sequence[_Panel], query: Query) -> PageForest:
    """The forest of outcomes with one study each."""
    titles = [
        ", ".join(part for part in (what(panel.body), _time_words(panel.body, panel.scenario)) if part)
        for panel in panels
    ]
    return _on_one_axis(name, ONE_EACH, panels, titles, query)


def _time_words(evidence: Body, scenario: str) -> str:
    at = when(evidence)
    time = TIME_NOT_REPORTED if at in (None, str(NOT_REPORTED)) else str(at)
    return f"{time}, {scenario}" if scenario else time


def _on_one_axis(
    name: str, title: str, panels: Sequence[_Panel], titles: Sequence[str], query: Query
) -> PageForest:
    settings = panels[0].pool.settings
    axis = _axis(panels)
    groups = tuple(_group(panel, words, axis, query) for panel, words in zip(panels, titles, strict=True))
    marks = [row.mark for group in groups for row in group.rows]
    notes = [OPEN_SQUARE] if not all(mark.directed for mark in marks) else []
    notes += [CUT_OFF] if any(any(mark.cut) for mark in marks) else []
    counts = all("ai" in entry.data for panel in panels for entry in panel.entries)
    ticks = tuple(AxisTick(_share(axis, tick.at), tick.label) for tick in axis.ticks)
    return PageForest(
        name, title, settings.title, _arms(query), "events/n" if counts else "n", _sides(panels[0], query),
        _share(axis, 0.0), ticks, groups, tuple(notes),
    )  # fmt: skip


def _arms(query: Query) -> tuple[str, str]:
    return treated_in_query(query), query.registry.terms.control or "control"


def _sides(panel: _Panel, query: Query) -> tuple[str, str]:
    evidence = panel.body
    return favoured_sides(str(evidence.measure), evidence.outcome, evidence.asked.definition, _arms(query))


def _axis(panels: Sequence[_Panel]) -> Axis:
    """One axis for every pool: no difference, every estimate, and intervals as far as they are not far off."""
    marks = [
        StudyMark("", ("", ""), study.yi, math.sqrt(study.vi), *panel.pool.limits(study), None, "")
        for panel in panels
        for study in panel.pool.studies
    ]
    pooled = [panel.pool.pooled for panel in panels]
    needed = [0.0, *(each.estimate for each in pooled)]
    ends = [end for mark in marks for end in (mark.lower, mark.upper)]
    ends += [end for each in pooled for end in (each.ci_lb, each.ci_ub)]
    return effect_axis(marks, needed, ends, scale=panels[0].pool.settings.scale)


def _share(axis: Axis, value: float) -> float:
    """Where a value lies, in per cent of the axis; at its end where beyond."""
    share = 100 * (value - axis.low) / (axis.high - axis.low)
    return round(min(max(share, 0.0), 100.0), 2)


def _mark(axis: Axis, low: float, estimate: float, high: float, side: float, *, directed: bool) -> ForestMark:
    cut = (not axis.holds(low), not axis.holds(high))
    low, estimate, high = (_share(axis, value) for value in (low, estimate, high))
    return ForestMark(low, estimate, high, cut, side, directed)


def _group(panel: _Panel, title: str, axis: Axis, query: Query) -> ForestGroup:
    studies, several = tuple(_study_rows(panel, axis, query)), len(panel.pool.studies) > 1
    names = shown_names(query.records)
    heterogeneity = tuple(_heterogeneity(panel.pool)) if several else ()
    left = unplaced_reasons([(names[name], why) for name, why in panel.body.left_out])
    notes = (*heterogeneity, *(f"Not in it: {said}." for said in left))
    return ForestGroup(title, (*studies, *(_pooled_rows(panel, axis) if several else ())), notes)


def _heterogeneity(pool: Pool) -> Iterator[str]:
    """`Heterogeneity: I² 45%, τ² 0.219.`: how far the studies of this scenario disagree."""
    pooled = pool.pooled
    if math.isfinite(pooled.i2) and math.isfinite(pooled.tau2):
        yield f"Heterogeneity: I² {pooled.i2:.0f}%, τ² {fixed(pooled.tau2, 3)}."


def _study_rows(panel: _Panel, axis: Axis, query: Query) -> Iterator[ForestRow]:
    pool, names = panel.pool, shown_names(query.records)
    heaviest = max((study.weight for study in pool.studies if math.isfinite(study.weight)), default=0.0)
    for study, entry in zip(pool.studies, panel.entries, strict=True):
        low, high = pool.limits(study)
        weighed = math.isfinite(study.weight) and heaviest > 0
        share = study.weight / heaviest if weighed else 1.0
        side = round(max(SMALLEST, LARGEST * math.sqrt(share)), 1)
        weight = f"{study.weight:.1f}%" if weighed and len(pool.studies) > 1 else ""
        label = replace(entry, study=names[entry.study]).label
        mark = _mark(axis, low, study.yi, high, side, directed=entry.directed)
        words = effect_words(pool, study.yi, low, high)
        yield ForestRow("study", label, entry.arm_words, words, weight, mark, entry.study)


def _pooled_rows(panel: _Panel, axis: Axis) -> Iterator[ForestRow]:
    pool, found = panel.pool, panel.pool.pooled
    words = effect_words(pool, found.estimate, found.ci_lb, found.ci_ub)
    mark = _mark(axis, found.ci_lb, found.estimate, found.ci_ub, 0.0, directed=True)
    yield ForestRow("pooled", f"{POOLED}, {model_name(pool)}", ("", ""), words, "", mark)
    if predicted(pool):
        words = effect_words(pool, None, found.pi_lb, found.pi_ub)
        mark = _mark(axis, found.pi_lb, found.estimate, found.pi_ub, 0.0, directed=True)
        yield ForestRow("prediction", f"{NEW_STUDY} (95% prediction)", ("", ""), words, "", mark)
