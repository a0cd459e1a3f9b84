"""The table `results`: of each result and study what each arm had, and the effect with its interval.

Source: PRISMA 2020, item 19 (Page 2021, BMJ 372:n71).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from msc_evidence.analysis.claims import KnownEffect, effect_with_interval, known_effect
from msc_evidence.analysis.feasible import leading_superiority
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.harms import ArmCount, HarmCounts, counted_arms, harm_counts
from msc_evidence.analysis.results import AnalysedResult, chosen_results
from msc_evidence.registry.lookup import shown_names
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted
from msc_evidence.statistics.two_arms.effects import EffectEstimate
from msc_evidence.tables.harm_words import harm_effect_words, short_count_words
from msc_evidence.tables.result_rows import results_table
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import (
    by_outcome_and_time,
    effect_words,
    interval_words,
    outcome_words,
    range_words,
    values_words,
)

OPTIONS = ("--outcome", "--at", "--all")
TITLE = "Results of each study"
#: What pipelines read beside what a result implies.
ADDED = (
    Column("kind", "Kind"),
    Column("treatment_values", "Treatment"),
    Column("control_values", "Control"),
    Column("measure", "Measure"),
    Column("estimate", "Estimate", "number"),
    Column("ci_lb", "CI from", "number"),
    Column("ci_ub", "CI to", "number"),
    Column("effect_basis", "Effect is"),
)
SHOWN = (
    Column("outcome", "Outcome", grouped=True),
    Column("timepoint", "At", whole=True),
    Column("study", "Trial", whole=True),
    Column("treatment", "Treatment"),
    Column("control", "Control"),
    Column("effect", "Effect (95% CI)"),
    Column("basis", "Effect is"),
    Column("p", "p", "p"),
    Column("ps", "PS if rank-sum", whole=True),
)
NOTES = (
    "Values of an arm as printed, with its size; effects as printed, else computed from the arms: risk ratio or mean"
    " difference (Wald), of adverse events with one empty arm Peto's odds ratio (Peto OR). Where nobody had an event:"
    " the risk that remains possible (95%, one-sided).",
)


def table(query: Query) -> Table:
    """Counts, means, effect and interval of each result and adverse event, printed or computed, and what p implies.

    Results that only a secondary source reports are among them with `--all`.
    """
    analysed, left_out = _query_results(query)
    full = results_table(analysed)
    rows: list[Mapping[str, Value]] = [
        {**row, "kind": "result", **_result_values(result)}
        for row, result in zip(full.rows, analysed, strict=True)
    ]
    harms, harms_left_out = _query_harms(query)
    rows += map(_harm_row, harms)
    return _with_note(
        replace(full, columns=(*full.columns, *ADDED), rows=tuple(rows)), left_out + harms_left_out
    )


def page_table(query: Query) -> Table:
    """Each result and adverse event with both arms, the effect and where that comes from."""
    analysed, left_out = _query_results(query)
    names = shown_names(query.records)
    rows = [_result_cells(result, names) for result in by_outcome_and_time(analysed)]
    harms, harms_left_out = _query_harms(query)
    rows += [_harm_cells(counts, names) for counts in harms]
    return _with_note(Table("results", SHOWN, tuple(rows), TITLE, NOTES), left_out + harms_left_out)


def _query_results(query: Query) -> tuple[list[AnalysedResult], int]:
    return chosen_results(query.analysis, query.trials, query.outcomes, all_sources=query.every, at=query.at)


def _query_harms(query: Query) -> tuple[list[HarmCounts], int]:
    """The adverse events of the trials, and how many only a secondary source reports and are not among them.

    With some outcomes asked for only those that are one of them.
    """
    every = set(query.outcomes) == set(query.registry.outcomes)
    asked = [
        counts
        for name, trial in query.records.items()
        for counts in harm_counts(name, trial, query.registry.outcomes)
        if (counts.outcome in query.outcomes or (counts.outcome is None and every))
        and query.at in (None, counts.harm.at)
    ]
    shown = [
        counts for counts in asked if query.every or counts.harm.source in (None, counts.trial.first_source)
    ]
    return shown, len(asked) - len(shown)


def _result_values(result: AnalysedResult) -> Mapping[str, Value]:
    effect, (treatment, control) = known_effect(result), _arm_words(result)
    return {
        "treatment_values": treatment,
        "control_values": control,
        **(_effect_numbers(effect) if effect else {}),
        "effect_basis": _basis(effect) if effect else None,
    }


def _effect_numbers(effect: KnownEffect | EffectEstimate) -> dict[str, Value]:
    return {
        "measure": effect.measure,
        "estimate": effect.estimate,
        "ci_lb": effect.ci_lb,
        "ci_ub": effect.ci_ub,
    }


def _basis(effect: KnownEffect) -> str:
    return "printed" if effect.printed else "computed"


def _arm_words(result: AnalysedResult) -> tuple[str | None, str | None]:
    """What was printed of each side, with its size where the values do not say it."""
    values, contrast = result.result.arms or {}, result.contrast
    if contrast is None:
        arm = result.result.within
        return (values_words(values[arm]) or None if arm in values else None), None
    sides = []
    for arm, n in ((contrast.arm, contrast.n1), (contrast.against, contrast.n2)):
        own = values.get(arm)
        if own is not None and own.events is not None and n is not None:
            own = own.model_copy(update={"n": own.n or n})
        size = f"n {n}" if n is not None and (own is None or own.n is None) else ""
        sides.append(", ".join(filter(None, (values_words(own) if own else "", size))) or None)
    return sides[0], sides[1]


def _result_cells(result: AnalysedResult, names: Mapping[str, str]) -> Mapping[str, Value]:
    effect, (treatment, control) = known_effect(result), _arm_words(result)
    if (counts := counted_arms(result)) and not any(arm.participants for arm in counts):
        treatment, control = map(_count_words, counts)
    printed = result.result.effect
    words = (
        effect_words(printed)
        if printed and (effect_with_interval(result) or effect is None)
        else f"{effect.measure} {interval_words(effect.estimate, effect.ci_lb, effect.ci_ub)}"
        if effect
        else None
    )
    return {
        "outcome": outcome_words(result.outcome, result),
        "timepoint": result.timepoint,
        "study": names[result.trial_id],
        "treatment": treatment,
        "control": control,
        "effect": words,
        "basis": "printed" if printed and words else _basis(effect) if effect else None,
        "p": str(result.p) if result.p else None,
        "ps": range_words(bound) if effect is None and (bound := leading_superiority(result)) else None,
    }


def _harm_row(counts: HarmCounts) -> Mapping[str, Value]:
    effect, (treatment, control) = counts.effect, _sides(counts)
    return {
        "kind": "harm",
        "trial": counts.trial_id,
        "year": counts.trial.citation.year,
        "outcome": counts.outcome,
        "outcome_name": counts.harm.event,
        "timepoint": str(counts.harm.at) if counts.harm.at else None,
        "source": counts.trial.source_of(counts.harm),
        "treatment": treatment.arm if treatment else None,
        "control": control.arm if control else None,
        "treatment_n": treatment.n if treatment else None,
        "control_n": control.n if control else None,
        "treatment_values": _count_words(treatment),
        "control_values": _count_words(control),
        **(_effect_numbers(effect) if effect else {}),
        "effect_basis": "computed" if effect else None,
    }


def _harm_cells(counts: HarmCounts, names: Mapping[str, str]) -> Mapping[str, Value]:
    effect, (treatment, control) = harm_effect_words(counts), _sides(counts)
    return {
        "outcome": f"{counts.harm.event} (harm)",
        "timepoint": str(counts.harm.at) if counts.harm.at else "whole follow-up",
        "study": names[counts.trial_id],
        "treatment": _count_words(treatment) or "not counted",
        "control": _count_words(control) or "not counted",
        "effect": effect,
        "basis": "computed" if effect else None,
        "p": None,
    }


def _sides(counts: HarmCounts) -> tuple[ArmCount | None, ArmCount | None]:
    """The treatment arm and the control arm that were counted; of several on a side the first."""
    return _side(counts, counts.trial, "treatment"), _side(counts, counts.trial, "control")


def _side(counts: HarmCounts, trial: Trial, role: str) -> ArmCount | None:
    return next((arm for arm in counts.arms if trial.arms[arm.arm].role == role), None)


def _count_words(arm: ArmCount | None) -> str | None:
    """`12/100`, `0/39 (≤ 7.4% possible)`, `9 events, n 9`."""
    if arm is None:
        return None
    bound = f" (≤ {arm.bound:.1%} possible)" if arm.bound is not None else ""
    return f"{short_count_words(arm)}{bound}"


def _with_note(table: Table, left_out: int) -> Table:
    """The table, and how many results are not in it."""
    if not left_out:
        return table
    note = f"{counted(left_out, 'further result')} that only a secondary source reports, not shown; --all shows all"
    return replace(table, notes=(*table.notes, note))
