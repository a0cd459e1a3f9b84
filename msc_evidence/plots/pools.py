"""Pools as pictures show them: studies with intervals and weights, the pooled effect, and who is not in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msc_evidence.analysis.pool.effects import COUNTED, ORIENTED
from msc_evidence.analysis.pool.entry import Entry, Selection
from msc_evidence.analysis.pool.measure_choice import question_measure
from msc_evidence.analysis.pool.pool import Pool, Refused, Settings, StudySet, entering, pool_set
from msc_evidence.analysis.pool.selection import ELSEWHERE, NO_RESULT, Question, timed_selections
from msc_evidence.analysis.pool.times import PoolTime, apart_words, near_times, titled
from msc_evidence.plots import Plot
from msc_evidence.plots.scope import Scope, Unplaced, unplaced_reasons
from msc_evidence.registry.model import Outcome
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.pooling.measures import usable
from msc_evidence.statistics.pooling.moderators import difference
from msc_evidence.statistics.scale import Scale
from msc_evidence.tables.pool.diagnostics import difference_words
from msc_evidence.tables.pool.notes import warnings
from msc_evidence.tables.pool.screen import effect_words, model_name, predicted
from msc_evidence.tables.words import (
    finite,
    fixed,
    level_words,
    precise_p,
    significant_digits,
    without_commands,
)

#: The heading of what was asked for and has no picture.
NOT_DRAWN = "Not drawn"
FOR_TREATMENT = ("favours control", "favours treatment")


@dataclass(frozen=True, slots=True)
class StudyMark:
    """One study: effect, standard error and interval on the analysis scale, its weight in per cent."""

    label: str
    arms: tuple[str, str]
    estimate: float
    se: float
    lower: float
    upper: float
    weight: float | None
    effect: str
    directed: bool = True


@dataclass(frozen=True, slots=True)
class PooledMark:
    """The pooled effect with its interval and, where it exists, that of a new study."""

    label: str
    estimate: float
    lower: float
    upper: float
    effect: str
    heterogeneity: str | None
    prediction: tuple[float, float] | None
    prediction_words: str | None
    #: What other models say, where studies are too few for one.
    beside: tuple[str, ...] = ()
    #: Where the studies' effects come from, and what was chosen among what they print.
    data: str = ""
    #: Sentences on what was done about empty cells, and where the numbers mislead.
    warnings: tuple[str, ...] = ()

    @property
    def models(self) -> str:
        """How the effect was pooled, what stands beside it, and from what."""
        other = f" Beside it: {'; '.join(self.beside)}." if self.beside else ""
        return " ".join(filter(None, [f"Pooled by {self.label}.{other}", self.alone]))

    @property
    def alone(self) -> str:
        """Where a single study's effect comes from, and what must be known of it."""
        return " ".join(filter(None, [self.data, *self.warnings]))


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Some of a panel's studies, which follow each other there, with their own pool."""

    name: str
    count: int
    pooled: PooledMark


@dataclass(frozen=True, slots=True)
class PoolPanel:
    """One pool: what the studies were asked, each of them, their pool, and those without a place in it."""

    title: str
    scenario: str
    measure: str
    scale: Scale
    #: Level of every interval.
    level: float
    #: What stands in the arms' columns: `n`, `events/n`, or nothing.
    counted: str
    studies: tuple[StudyMark, ...]
    pooled: PooledMark | None
    #: What lies left and right of no difference.
    sides: tuple[str, str]
    unplaced: tuple[Unplaced, ...]
    #: All studies in groups, and the sentence on whether these differ; nothing where they were not asked for.
    groups: tuple[Subgroup, ...] = ()
    difference: str = ""

    @property
    def effect_title(self) -> str:
        """What stands above the effects: `Effect (95% CI)`."""
        return f"Effect ({level_words(self.level)} CI)"

    @property
    def no_difference(self) -> float:
        """Where no difference lies on the scale of the analysis."""
        return 0.0

    @property
    def heading(self) -> str:
        """Title and measure."""
        return f"{self.title}, {self.measure}" if self.studies else self.title

    @property
    def alternative(self) -> str:
        """The panel in words."""
        marks = [f"{study.label} {study.effect}" for study in self.studies]
        if self.pooled:
            marks += [f"{group.name}, {group.pooled.label} {group.pooled.effect}" for group in self.groups]
            marks += [f"{self.pooled.label} {self.pooled.effect}", *self.pooled.beside]
            marks += [f"prediction interval {self.pooled.prediction_words}"] * bool(self.pooled.prediction)
        marks += [f"not placed: {reason}" for reason in unplaced_reasons(self.unplaced)]
        heading = ", ".join(part for part in (self.heading, self.scenario) if part)
        return f"{heading}: {'; '.join(marks)}."


def plot_data(
    plot: Plot[Any], scope: Scope, settings: Callable[[str], Settings], measure: str | None = None
) -> tuple[PoolPanel, ...] | Scope:
    """What a plot of a registry is drawn from: the panels of its pools, or the scope itself."""
    return registry_panels(scope, settings, measure) if plot.of == "pools" else scope


def registry_panels(
    scope: Scope, settings: Callable[[str], Settings], measure: str | None = None
) -> tuple[PoolPanel, ...]:
    """A panel for each outcome, definition, time and, where a direction is silent, scenario.

    `settings` are those of a measure, `measure` the one named, else each outcome has its usual one. What has no panel
    where no outcome was named stands in a last one, with the reason. Raises Refused with none to draw.
    """
    every = [panel for question in scope.questions() for panel in _panels(scope, question, settings, measure)]
    drawn = [panel for panel in every if panel.studies or scope.outcome]
    if not any(panel.studies for panel in every):
        said = unplaced_reasons([each for panel in every for each in panel.unplaced] if scope.outcome else [])
        named = f" as {every[0].measure}" if scope.outcome and every else ""
        raise Refused(f"no trial can be placed{named}: {'; '.join(said) or 'no result is enough'}")
    if len(drawn) < len(every):
        lacking = [
            (f"'{panel.title}'", why)
            for panel in every
            if not panel.studies
            for why in dict.fromkeys(why for _, why in panel.unplaced)
        ]
        drawn.append(replace(every[0], title=NOT_DRAWN, studies=(), pooled=None, unplaced=tuple(lacking)))
    return tuple(drawn)


def own_panel(name: str, studies: StudySet, settings: Settings, groups: Sequence[str] = ()) -> PoolPanel:
    """The panel of a user's own studies, by the group of each if it has any; raises Refused as `pool_set` does."""
    rows: dict[str, list[int]] = {}
    for at, group in enumerate(groups):
        rows.setdefault(group, []).append(at)
    sets = [studies.subset(group, own) for group, own in rows.items()]
    if groups:
        studies = studies.subset(studies.name, [at for own in rows.values() for at in own])
    pool = pool_set(studies, settings)
    kept, _ = entering(studies, settings)
    sides = _sides(settings.measure, None)
    panel = _panel(name, "", pool, _own_arms(kept), sides, pool.lacking)
    return _grouped(panel, sets, settings) if groups else panel


def _grouped(panel: PoolPanel, groups: Sequence[StudySet], settings: Settings) -> PoolPanel:
    """The panel with a pool of each group that has a study in it, and the test of their difference."""
    there = [group for group in groups if usable(group.yi, group.vi).any()]
    pools = [(group.name, pool_set(group, settings, beside=False)) for group in there]
    marks = tuple(Subgroup(name, len(pool.studies), _pooled_alone(pool)) for name, pool in pools)
    tested = settings.model != "bayes" and len(pools) > 1
    said = difference_words(difference([pool.pooled for _, pool in pools])) if tested else ""
    return replace(panel, groups=marks, difference=said)


def _pooled_alone(pool: Pool) -> PooledMark:
    """The pooled effect without the interval of a new study."""
    return replace(_pooled(pool), prediction=None, prediction_words=None)


def _panels(
    scope: Scope, question: Question, settings: Callable[[str], Settings], measure: str | None
) -> Iterator[PoolPanel]:
    """The panels of one outcome as defined, time by time."""
    results = {name: scope.analysis.results(name) for name in scope.trials}
    chosen = measure or question_measure(question, scope.pool_time, results, scope.registry)
    asked = replace(question, measure=chosen)
    timed = timed_selections(asked, scope.pool_time, results, scope.trials)
    for number, (at, selection) in enumerate(timed):
        found = selection.named(scope.names())
        said = (
            "" if scope.outcome and len(timed) == 1 else NO_RESULT if scope.outcome and not number else None
        )
        unplaced = tuple(
            each for each in found.left_out if not each[1].startswith(ELSEWHERE) or said in ("", each[1])
        )
        apart = apart_words(_with_near(at, [time for time, _ in timed]))
        notes = (*found.notes, apart) if apart else found.notes
        yield from _scenarios(
            scope, asked, at, replace(found, left_out=unplaced, notes=notes), settings(chosen)
        )


def _with_near(at: PoolTime, times: Sequence[PoolTime]) -> list[PoolTime]:
    """The time of a panel and the others near it, earliest first."""
    near = near_times(at, times) if isinstance(at, Time) else []
    return [time for time in times if time == at or time in near]


def _scenarios(
    scope: Scope, question: Question, at: PoolTime, found: Selection, settings: Settings
) -> Iterator[PoolPanel]:
    outcome = scope.outcomes[question.outcome]
    defined = f" ({question.definition})" if question.definition else ""
    title = titled(f"{outcome.name}{defined}", at)
    unplaced = found.left_out
    sides = _in_words(_sides(settings.measure, outcome, question.definition), scope)
    if not found.entries:
        yield _empty(title, settings, sides, unplaced)
        return
    sets = found.study_sets(settings.measure)
    for (scenario, entries), studies in zip(found.scenarios(settings.measure), sets, strict=True):
        try:
            pool = pool_set(studies, settings)
        except Refused as error:
            yield _empty(title, settings, sides, (*unplaced, ("the others", str(error))))
            continue
        kept = [entry for entry in entries if entry.label not in pool.without_effect]
        panel = _panel(title, scenario, pool, _arms(kept), sides, (*unplaced, *pool.lacking))
        pooled = replace(panel.pooled, data=_data_words(kept, found.notes)) if panel.pooled else None
        yield replace(panel, pooled=pooled)


def _in_words(sides: tuple[str, str], scope: Scope) -> tuple[str, str]:
    """The sides of a panel with the registry's names of the arms: `favours placebo`, `favours statin`."""
    control, treated = scope.sides
    words = {FOR_TREATMENT[0]: f"favours {control}", FOR_TREATMENT[1]: f"favours {treated}"}
    return words.get(sides[0], sides[0]), words.get(sides[1], sides[1])


def _data_words(entries: Sequence[Entry], notes: Sequence[str]) -> str:
    """`Data: counts (Lee 2010, 5 y). Adjusted effects stand beside unadjusted ones.`"""
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(", ".join([entry.words, *entry.marks]), []).append(f"{entry.label}, {entry.at}")
    data = "; ".join(f"{words} ({'; '.join(studies)})" for words, studies in found.items())
    return " ".join(
        [f"Data: {data}.", *(f"{note[0].upper()}{note[1:]}." for note in map(without_commands, notes))]
    )


def _empty(
    title: str, settings: Settings, sides: tuple[str, str], unplaced: tuple[Unplaced, ...]
) -> PoolPanel:
    return PoolPanel(title, "", settings.title, settings.scale, settings.level, "", (), None, sides, unplaced)


def _panel(
    title: str,
    scenario: str,
    pool: Pool,
    arms: tuple[str, Sequence[tuple[str, str]], Sequence[bool]],
    sides: tuple[str, str],
    unplaced: tuple[Unplaced, ...],
) -> PoolPanel:
    counted, sizes, directed = arms
    marks = []
    for study, size, known in zip(pool.studies, sizes, directed, strict=True):
        se = math.sqrt(study.vi) if study.vi > 0 else math.nan
        ends = pool.limits(study)
        label, words = study.label, effect_words(pool, study.yi, *ends)
        marks.append(StudyMark(label, size, study.yi, se, *ends, finite(study.weight), words, known))
    settings = pool.settings
    return PoolPanel(
        title, scenario, settings.title, settings.scale, settings.level, counted,
        tuple(marks), _pooled(pool), sides, unplaced,
    )  # fmt: skip


def _pooled(pool: Pool) -> PooledMark:
    found = pool.pooled
    new = predicted(pool)
    return PooledMark(
        model_name(pool),
        found.estimate,
        found.ci_lb,
        found.ci_ub,
        effect_words(pool, found.estimate, found.ci_lb, found.ci_ub),
        _heterogeneity(pool),
        (found.pi_lb, found.pi_ub) if new else None,
        effect_words(pool, None, found.pi_lb, found.pi_ub) if new else None,
        tuple(f"{name} {words}" for words, name in _beside(pool).items()),
        warnings=tuple(
            f"{said[0].upper()}{said[1:]}." for said in map(without_commands, warnings(pool)) if said
        ),
    )


def _beside(pool: Pool) -> dict[str, str]:
    """The effects by the other models, each with the first model that gives it."""
    found: dict[str, str] = {}
    for other in pool.alternatives:
        words = effect_words(other, other.pooled.estimate, other.pooled.ci_lb, other.pooled.ci_ub)
        found.setdefault(words, model_name(other))
    return found


def _heterogeneity(pool: Pool) -> str | None:
    found = pool.pooled
    if found.q_df < 1 or math.isnan(found.q):
        return None
    between = "" if found.model in ("common", "MH", "peto") else f"τ² {significant_digits(found.tau2)}, "
    share = found.i2 if math.isfinite(found.i2) else found.i2_q
    return f"Heterogeneity: {between}I² {share:.0f}%, Q {fixed(found.q)} on {found.q_df} df, p {precise_p(found.q_p)}"


def _arms(entries: Sequence[Entry]) -> tuple[str, list[tuple[str, str]], list[bool]]:
    directed = [entry.directed for entry in entries]
    if all("ai" in entry.data for entry in entries):
        pairs = [
            (f"{entry.data['ai']:.4g}/{entry.n1:.6g}", f"{entry.data['ci']:.4g}/{entry.n2:.6g}")
            for entry in entries
        ]
        return "events/n", pairs, directed
    return "n", [(f"{entry.n1:.6g}", f"{entry.n2:.6g}") for entry in entries], directed


def _own_arms(studies: StudySet) -> tuple[str, list[tuple[str, str]], list[bool]]:
    """The arms as the file's columns give them."""
    columns = {key: values.tolist() for key, values in studies.columns.items()}
    rows, directed = range(len(studies.labels)), [True] * len(studies.labels)
    for event, other, size in (("ai", "bi", "n1i"), ("ci", "di", "n2i")):
        if event in columns and other in columns:
            columns[size] = [a + b for a, b in zip(columns[event], columns[other], strict=True)]
    if not {"n1i", "n2i"} <= set(columns):
        return "", [("", "")] * len(rows), directed
    if not {"ai", "ci"} <= set(columns):
        return "n", [(_count(columns["n1i"][at]), _count(columns["n2i"][at])) for at in rows], directed
    pairs = (("ai", "n1i"), ("ci", "n2i"))
    arms = [[_events(columns[events][at], columns[size][at]) for events, size in pairs] for at in rows]
    return "events/n", [(first, second) for first, second in arms], directed


def _events(events: float, size: float) -> str:
    """`4/20`; nothing where neither is known, as of an effect beside studies with counts."""
    return "" if math.isnan(events) and math.isnan(size) else f"{_count(events)}/{_count(size)}"


def _count(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "?"


def _sides(measure: str, outcome: Outcome | None, definition: str | None = None) -> tuple[str, str]:
    """What lies left and right of no difference; who is favoured only where the better end is known.

    A share of people on a scale, or as somebody defined them, may be of those who fared well or ill. A hazard is of the
    event, also where the outcome is to stay without it.
    """
    if outcome is not None and measure in ORIENTED:
        return FOR_TREATMENT
    of_people = measure in COUNTED and (outcome is None or outcome.type in ("ordinal", "continuous"))
    better = None if outcome is None or definition or of_people else outcome.better
    if better == "lower" or (better and measure == "HR"):
        return FOR_TREATMENT[1], FOR_TREATMENT[0]
    if better == "higher":
        return FOR_TREATMENT
    if measure in COUNTED:
        return "fewer events in arm 1", "more events in arm 1"
    return ("lower", "higher") if measure == "GEN" else ("lower in arm 1", "higher in arm 1")
