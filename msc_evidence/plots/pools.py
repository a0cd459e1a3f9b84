"""Pools as pictures show them: studies with intervals and weights, the pooled effect, and who is not in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msc_evidence.analysis.harms import results_with_harms
from msc_evidence.analysis.judged import biases_of
from msc_evidence.analysis.pool.effects import COUNTED, ORIENTED
from msc_evidence.analysis.pool.entry import Entry, Selection
from msc_evidence.analysis.pool.measure_choice import question_measure
from msc_evidence.analysis.pool.pool import Pool, Refused, Settings, StudySet, pool_set
from msc_evidence.analysis.pool.selection import ELSEWHERE, Question, select, timed_selections
from msc_evidence.analysis.pool.stepwise import one_by_one, without_each
from msc_evidence.analysis.pool.study_facts import StudyFacts, registry_facts
from msc_evidence.analysis.pool.times import LAST, PoolTime, apart_words, near_times, titled
from msc_evidence.plots import Plot
from msc_evidence.plots.bias_signs import BiasSigns
from msc_evidence.plots.panels import (
    AS_THEY_STAND,
    NOT_DRAWN,
    Arrangement,
    PooledMark,
    PoolPanel,
    StudyMark,
    StudyRows,
    Subgroup,
)
from msc_evidence.plots.scope import Scope, Unplaced, unplaced_reasons
from msc_evidence.registry.model import Outcome
from msc_evidence.registry.reported import Time
from msc_evidence.tables.pool.explored import GroupPools, group_pools
from msc_evidence.tables.pool.notes import warnings
from msc_evidence.tables.pool.screen import effect_words, model_name, pooled_words, predicted
from msc_evidence.tables.words import (
    finite,
    fixed,
    precise_p,
    significant_digits,
    without_commands,
)

#: A longer name of the treatment does not head the column of its sizes.
LONGEST_TITLE = 14
FOR_TREATMENT = ("favours control", "favours treatment")


def plot_data(
    plot: Plot[Any],
    scope: Scope,
    settings: Callable[[str], Settings],
    measure: str | None = None,
    arrangement: Arrangement = AS_THEY_STAND,
) -> tuple[PoolPanel, ...] | Scope:
    """What a plot of a registry is drawn from: the panels of its pools, or the scope itself."""
    return registry_panels(scope, settings, measure, arrangement) if plot.of == "pools" else scope


def registry_panels(
    scope: Scope,
    settings: Callable[[str], Settings],
    measure: str | None = None,
    arrangement: Arrangement = AS_THEY_STAND,
) -> tuple[PoolPanel, ...]:
    """A panel for each outcome, definition, time and, where a direction is silent, scenario, earliest first.

    `settings` are those of a measure, `measure` the one named, else each outcome has its usual one. What has no panel
    stands in a last one, with the reason. Raises Refused with none to draw.
    """
    ask = _Request(scope, settings, measure, arrangement)
    every = [panel for question in scope.questions() for panel in _panels(ask, question)]
    drawn = [panel for panel in every if panel.studies]
    if not drawn:
        said = unplaced_reasons([each for panel in every for each in panel.unplaced] if scope.outcome else [])
        named = f" as {every[0].measure}" if scope.outcome and every else ""
        raise Refused(f"no trial can be placed{named}: {'; '.join(said) or 'no result is enough'}")
    if lacking := list(dict.fromkeys(_lacking(scope, every))):
        drawn.append(
            replace(every[0], title=NOT_DRAWN, scenario="", studies=(), pooled=None, unplaced=tuple(lacking))
        )
    return tuple(drawn)


def _lacking(scope: Scope, every: Sequence[PoolPanel]) -> Iterator[Unplaced]:
    """What has no panel, and why: of an outcome that was named each trial, else each panel."""
    for panel in every:
        if panel.studies:
            continue
        reasons = dict.fromkeys(why for _, why in panel.unplaced)
        yield from ((f"'{panel.title}'", why) for why in reasons if not scope.outcome)
        if scope.outcome:
            yield from ((f"{label} ({panel.title})", why) for label, why in panel.unplaced)
    yield from (each for panel in every for each in panel.absent)


def arranged_panel(
    title: str,
    scenario: str,
    studies: StudySet,
    rows: StudyRows,
    facts: StudyFacts | None,
    settings: Settings,
    arrangement: Arrangement,
) -> PoolPanel:
    """The panel of a set of studies as asked for, no trial left out yet; raises Refused as `pool_set` does."""
    grouped = None
    if arrangement.by and facts is not None:
        grouping = facts.grouping(arrangement.by)
        order = [at for name in grouping.order for at, own in enumerate(grouping.names) if own == name]
        studies, rows = studies.subset(studies.name, order), rows.at(order)
        values = tuple(grouping.values[at] for at in order)
        grouped = replace(grouping, values=values)
    pool = pool_set(studies, settings)
    kept = [at for at, label in enumerate(studies.labels) if label not in pool.without_effect]
    panel = _panel(title, scenario, pool, rows.at(kept))
    if grouped is not None:
        return _grouped(panel, group_pools(studies.under(settings), grouped, settings, beside=False))
    return panel if arrangement.alone else _in_sequence(panel, studies, facts, settings, arrangement)


def _grouped(panel: PoolPanel, groups: GroupPools) -> PoolPanel:
    """The panel with a pool of each group that has a study in it, and the test of their difference."""
    marks = (Subgroup(name, len(pool.studies), _pooled_alone(pool)) for name, pool in groups.pools)
    return replace(panel, groups=tuple(marks), difference=" ".join(groups.comparison))


def _in_sequence(
    panel: PoolPanel,
    studies: StudySet,
    facts: StudyFacts | None,
    settings: Settings,
    arrangement: Arrangement,
) -> PoolPanel:
    """The panel with a pool in place of each study: of all others, or of it and those before it."""
    order = arrangement.cumulative
    steps = one_by_one(studies, settings, facts, order) if order else without_each(studies, settings)
    names, pools = zip(*((step.name, pool_set(step, settings, beside=False)) for step in steps), strict=True)
    marks = tuple(map(_step_mark, names, pools))
    scenario = ", ".join(filter(None, (panel.scenario, arrangement.words)))
    return replace(panel, scenario=scenario, studies=marks, counted="")


def _step_mark(name: str, pool: Pool) -> StudyMark:
    pooled = pool.pooled
    ends = (pooled.ci_lb, pooled.ci_ub)
    return StudyMark(
        name, ("", ""), pooled.estimate, pooled.se, *ends, None, effect_words(pool, pooled.estimate, *ends)
    )


def _pooled_alone(pool: Pool) -> PooledMark:
    """The pooled effect without the interval of a new study."""
    return replace(_pooled(pool), prediction=None, prediction_words=None)


@dataclass(frozen=True, slots=True)
class _Request:
    """What panels of a registry are to show."""

    scope: Scope
    settings: Callable[[str], Settings]
    measure: str | None
    arrangement: Arrangement


def _panels(ask: _Request, question: Question) -> Iterator[PoolPanel]:
    """The panels of one outcome as defined, time by time."""
    scope = ask.scope
    results = {name: results_with_harms(scope.analysis, name) for name in scope.trials}
    chosen = ask.measure or question_measure(question, scope.pool_time, results, scope.registry)
    asked = replace(question, measure=chosen)
    timed = timed_selections(asked, scope.pool_time, results, scope.trials)
    alone = bool(scope.outcome) and len(timed) == 1
    absent = (
        _absent(scope, asked, [selection for _, selection in timed]) if scope.outcome and not alone else ()
    )
    for at, selection in timed:
        found = selection.named(scope.names())
        present = tuple(each for each in found.left_out if not each[1].startswith(ELSEWHERE))
        apart = apart_words(_with_near(at, [time for time, _ in timed]))
        notes = (*found.notes, apart) if apart else found.notes
        shown = replace(found, left_out=found.left_out if alone else present, notes=notes)
        yield from (replace(panel, absent=absent) for panel in _scenarios(ask, asked, at, shown))


def _absent(scope: Scope, question: Question, selections: Sequence[Selection]) -> tuple[Unplaced, ...]:
    """The trials that report nothing of what is asked at any time, and why."""
    present = {entry.study for selection in selections for entry in selection.entries}
    present |= {
        name for selection in selections for name, why in selection.left_out if not why.startswith(ELSEWHERE)
    }
    results = {name: results_with_harms(scope.analysis, name) for name in scope.trials if name not in present}
    whole = select(replace(question, at=LAST), results, scope.trials).named(scope.names())
    return whole.left_out


def _with_near(at: PoolTime, times: Sequence[PoolTime]) -> list[PoolTime]:
    """The time of a panel and the others near it, earliest first."""
    near = near_times(at, times) if isinstance(at, Time) else []
    return [time for time in times if time == at or time in near]


def _scenarios(ask: _Request, question: Question, at: PoolTime, found: Selection) -> Iterator[PoolPanel]:
    scope, settings = ask.scope, ask.settings(question.measure)
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
        rows, facts = _study_rows(entries), registry_facts(entries)
        try:
            panel = arranged_panel(title, scenario, studies, rows, facts, settings, ask.arrangement)
        except Refused as error:
            others = [(entry.label, str(error)) for entry in entries]
            yield _empty(title, settings, sides, (*unplaced, *others))
            continue
        kept = [entry for entry in entries if entry.label not in dict(panel.unplaced)]
        pooled = replace(panel.pooled, data=_data_words(kept, found.notes)) if panel.pooled else None
        yield replace(
            panel,
            pooled=pooled,
            sides=sides,
            unplaced=(*unplaced, *panel.unplaced),
            arm_titles=_arm_titles(scope),
        )


def _arm_titles(scope: Scope) -> tuple[str, str]:
    """The registry's names of the arms, where they are short enough to head a column."""
    control, treated = (f"{name[0].upper()}{name[1:]}" for name in scope.sides)
    names = (("Treatment", treated), ("Control", control))
    first, second = (name if len(name) <= LONGEST_TITLE else usual for usual, name in names)
    return first, second


def favoured_sides(
    measure: str, outcome: Outcome, definition: str | None, arms: tuple[str, str]
) -> tuple[str, str]:
    """What lies left and right of no difference, by the names of the treated and the control side."""
    treated, control = arms
    left, right = (_named_side(side, treated, control) for side in _sides(measure, outcome, definition))
    return left, right


def _named_side(side: str, treated: str, control: str) -> str:
    """`favours MSC`, `more events with MSC`."""
    words = {"favours control": f"favours {control}", "favours treatment": f"favours {treated}"}
    return words.get(side, side.replace("in arm 1", f"with {treated}"))


def _in_words(sides: tuple[str, str], scope: Scope) -> tuple[str, str]:
    """The sides of a panel with the registry's names of the arms: `favours placebo`, `fewer events with statin`."""
    control, treated = scope.sides
    words = {FOR_TREATMENT[0]: f"favours {control}", FOR_TREATMENT[1]: f"favours {treated}"}
    left, right = (words.get(side, side.replace("in arm 1", f"with {treated}")) for side in sides)
    return left, right


def _data_words(entries: Sequence[Entry], notes: Sequence[str]) -> str:
    """`Data: counts. Adjusted effects stand beside unadjusted ones.`

    Studies are named where their data differ from those of most, times where they differ.
    """
    timed = len({entry.at for entry in entries}) > 1
    studies: dict[str, list[str]] = {}
    for entry in entries:
        words = ", ".join([entry.words, *entry.marks])
        studies.setdefault(words, []).append(f"{entry.label}, {entry.at}" if timed else entry.label)
    usual = max(studies, key=lambda words: len(studies[words]))
    data = "; ".join(
        words if words == usual and not timed else f"{words} ({'; '.join(labels)})"
        for words, labels in studies.items()
    )
    sentences = (f"{note[0].upper()}{note[1:]}." for note in map(without_commands, notes))
    return " ".join([f"Data: {data}.", *sentences])


def _empty(
    title: str, settings: Settings, sides: tuple[str, str], unplaced: tuple[Unplaced, ...]
) -> PoolPanel:
    return PoolPanel(title, "", settings.title, settings.scale, settings.level, "", (), None, sides, unplaced)


def _panel(title: str, scenario: str, pool: Pool, rows: StudyRows) -> PoolPanel:
    marks = []
    for study, size, known, bias in zip(pool.studies, rows.arms, rows.directed, rows.biases, strict=True):
        se = math.sqrt(study.vi) if study.vi > 0 else math.nan
        ends = pool.limits(study)
        label, words = study.label, effect_words(pool, study.yi, *ends)
        marks.append(StudyMark(label, size, study.yi, se, *ends, finite(study.weight), words, known, bias))
    settings = pool.settings
    return PoolPanel(
        title, scenario, settings.title, settings.scale, settings.level, rows.counted,
        tuple(marks), _pooled(pool), _sides(settings.measure, None), pool.lacking,
    )  # fmt: skip


def _pooled(pool: Pool) -> PooledMark:
    found = pool.pooled
    new = predicted(pool)
    return PooledMark(
        model_name(pool),
        found.estimate,
        *((math.nan, math.nan) if pool.on_one_df else (found.ci_lb, found.ci_ub)),
        pooled_words(pool),
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
    for other in pool.few_models[1:]:
        found.setdefault(pooled_words(other), model_name(other))
    return found


def _heterogeneity(pool: Pool) -> str | None:
    found = pool.pooled
    if found.q_df < 1 or math.isnan(found.q):
        return None
    between = "" if found.model in ("common", "MH", "peto") else f"τ² {significant_digits(found.tau2)}, "
    share = found.i2 if math.isfinite(found.i2) else found.i2_q
    return f"Heterogeneity: {between}I² {share:.0f}%, Q {fixed(found.q)} on {found.q_df} df, p {precise_p(found.q_p)}"


def _study_rows(entries: Sequence[Entry]) -> StudyRows:
    directed = tuple(entry.directed for entry in entries)
    biases = tuple(map(_bias_signs, entries))
    if all("ai" in entry.data for entry in entries):
        return StudyRows("events/n", tuple(entry.arm_words for entry in entries), directed, biases)
    pairs = (entry.arm_words for entry in entries)
    sizes = tuple((first.rpartition("/")[2], second.rpartition("/")[2]) for first, second in pairs)
    return StudyRows("n", sizes, directed, biases)


def _bias_signs(entry: Entry) -> BiasSigns | None:
    """What was judged of the result, by the first instrument of several."""
    if entry.analysed is None:
        return None
    judged = biases_of(entry.analysed.trial, entry.analysed.result)
    return next(map(BiasSigns.of, judged), None)


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
