"""Pools as pictures show them: studies with intervals and weights, the pooled effect, and who is not in it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from msc_evidence.analysis.pool.pool import Pool, Refused, Settings, StudySet, entering, pool_set
from msc_evidence.analysis.pool.selection import COUNTED, ORIENTED, Entry, Question, select
from msc_evidence.plots.scope import NO_RESULT, Scope, Unplaced, unplaced_reasons
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.pooling.measures import usable
from msc_evidence.statistics.pooling.moderators import difference
from msc_evidence.statistics.two_arms.effects import no_difference
from msc_evidence.statistics.two_arms.implied import Z_95
from msc_evidence.tables.pool.diagnostics import difference_words
from msc_evidence.tables.pool.screen import effect_words, model_name, predicted
from msc_evidence.tables.words import finite, fixed, precise_p, significant_digits

FOR_TREATMENT = ("favours control", "favours treatment")


@dataclass(frozen=True, slots=True)
class StudyMark:
    """One study: effect, standard error and 95% interval on the analysis scale, its weight in per cent."""

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

    @property
    def models(self) -> str:
        """How the effect was pooled, and what stands beside it."""
        other = f" Beside it: {'; '.join(self.beside)}." if self.beside else ""
        return f"Pooled by {self.label}.{other}"


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
    ratio: bool
    no_difference: float
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


def registry_panels(scope: Scope, settings: Settings) -> tuple[PoolPanel, ...]:
    """A panel for each outcome, time and, where a direction is silent, scenario; raises Refused with none to draw."""
    panels = [
        panel
        for outcome in scope.outcome_ids()
        for at in scope.times(outcome)
        for panel in _scenarios(scope, outcome, at, settings)
    ]
    if not any(panel.studies for panel in panels):
        said = unplaced_reasons(
            [each for panel in panels for each in panel.unplaced] if scope.outcome else []
        )
        raise Refused(
            f"no trial can be placed as {settings.measure}: {'; '.join(said) or 'no result is enough'}"
        )
    return tuple(panel for panel in panels if panel.studies or scope.outcome)


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
    unplaced = tuple((label, "no effect can be computed") for label in pool.without_effect)
    sides = _sides(settings.measure, None, oriented=False)
    panel = _panel(name, "", pool, _own_arms(kept), sides, unplaced)
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


def _scenarios(scope: Scope, outcome: str, at: Time | None, settings: Settings) -> Iterator[PoolPanel]:
    question = Question(outcome, at, settings.measure, definition=scope.definition)
    results = {name: scope.analysis.results(name) for name in scope.trials}
    found = select(question, results, scope.trials).named(scope.names())
    title = scope.title(outcome, at)
    unplaced = tuple(each for each in found.left_out if scope.outcome or each[1] != NO_RESULT)
    better = None if scope.definition else scope.outcomes[outcome].better
    sides = _sides(settings.measure, better, oriented=True)
    if not found.entries:
        yield _empty(title, settings, sides, unplaced)
        return
    sets = found.study_sets(settings.measure)
    for (scenario, entries), studies in zip(found.scenarios(), sets, strict=True):
        try:
            pool = pool_set(studies, settings)
        except Refused as error:
            yield _empty(title, settings, sides, (*unplaced, ("the others", str(error))))
            continue
        without = [(label, "no effect can be computed") for label in pool.without_effect]
        kept = [entry for entry in entries if entry.study not in pool.without_effect]
        yield _panel(title, scenario, pool, _arms(kept), sides, (*unplaced, *without))


def _empty(
    title: str, settings: Settings, sides: tuple[str, str], unplaced: tuple[Unplaced, ...]
) -> PoolPanel:
    scale = settings.scale
    return PoolPanel(title, "", scale.title, scale.ratio, _null(settings), "", (), None, sides, unplaced)


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
        ends = study.yi - Z_95 * se, study.yi + Z_95 * se
        label, words = study.label, effect_words(pool, study.yi, *ends)
        marks.append(StudyMark(label, size, study.yi, se, *ends, finite(study.weight), words, known))
    settings = pool.settings
    return PoolPanel(
        title, scenario, settings.scale.title, settings.scale.ratio, _null(settings), counted,
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
    if found.k < 2 or math.isnan(found.q):
        return None
    between = "" if found.model in ("common", "MH", "peto") else f"τ² {significant_digits(found.tau2)}, "
    share = found.i2 if math.isfinite(found.i2) else found.i2_q
    return f"Heterogeneity: {between}I² {share:.0f}%, Q {fixed(found.q)} on {found.q_df} df, p {precise_p(found.q_p)}"


def _arms(entries: Sequence[Entry]) -> tuple[str, list[tuple[str, str]], list[bool]]:
    directed = [entry.directed for entry in entries]
    if all("ai" in entry.data for entry in entries):
        pairs = [
            (f"{entry.data['ai']:.0f}/{entry.n1}", f"{entry.data['ci']:.0f}/{entry.n2}") for entry in entries
        ]
        return "events/n", pairs, directed
    return "n", [(str(entry.n1), str(entry.n2)) for entry in entries], directed


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
    arms = [
        (
            f"{_count(columns['ai'][at])}/{_count(columns['n1i'][at])}",
            f"{_count(columns['ci'][at])}/{_count(columns['n2i'][at])}",
        )
        for at in rows
    ]  # fmt: skip
    return "events/n", arms, directed


def _count(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "?"


def _sides(measure: str, better: str | None, *, oriented: bool) -> tuple[str, str]:
    """What lies left and right of no difference; who is favoured only where the better end is known."""
    if oriented and (measure in ORIENTED or better == "higher"):
        return FOR_TREATMENT
    if oriented and better == "lower":
        return FOR_TREATMENT[1], FOR_TREATMENT[0]
    if measure in COUNTED:
        return "fewer events in arm 1", "more events in arm 1"
    return ("lower", "higher") if measure == "GEN" else ("lower in arm 1", "higher in arm 1")


def _null(settings: Settings) -> float:
    return no_difference(settings.measure, logarithm=True)
