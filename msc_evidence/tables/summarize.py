"""The screen of `summarize`: who was treated with what, what was reported, what it implies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from msc_evidence.analysis.contrast import main_contrast
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult, tally
from msc_evidence.analysis.significance import ALPHA, below_alpha
from msc_evidence.analysis.stated import StatedAttribute, says_not_reported, stated_attribute
from msc_evidence.registry.design import Arm
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.power import smallest_significant_d
from msc_evidence.tables.headline import arm_participants, headline
from msc_evidence.tables.table import Block, Column, Heading, Screen, Sentences, Table
from msc_evidence.tables.words import (
    BOTH_SIGNS,
    FAMILY,
    after_holm,
    by_outcome_and_time,
    dose_words,
    effect_words,
    favoured_arm,
    fixed,
    holm_p,
    implied_effect_words,
    outcome_words,
    p_values_words,
    stated_words,
    treated_label,
    values_words,
)

#: More trials than this, and one sentence speaks for all of them.
MOST_SENTENCES = 4


def result_sentences(
    trials: Mapping[str, Trial], results: Sequence[AnalysedResult], *, left_out: int
) -> Iterator[str]:
    """What the p-values of each trial, or of all where they are many, amount to; `left_out` results are not shown."""
    if len(trials) <= MOST_SENTENCES:
        for name, trial in trials.items():
            yield from _trial_sentence(name, trial, [result for result in results if result.trial_id == name])
    else:
        yield from (f"{words[0].upper()}{words[1:]}" for words in _significance_words(results))
    yield from _verdict_sentence(results)
    yield from _not_shown_sentence(trials, left_out)


def _trial_sentence(name: str, trial: Trial, results: Sequence[AnalysedResult]) -> Iterator[str]:
    words = list(_primary_words(trial, results)) or list(_significance_words(results))
    contrast = main_contrast(trial)
    if contrast and contrast.sizes and sum(contrast.sizes) > 2:
        n1, n2 = contrast.sizes
        smallest_d = fixed(smallest_significant_d(n1, n2))
        words.append(
            f"With {n1} against {n2} participants a t test calls no difference below d = {smallest_d} significant."
        )
    if words:
        yield f"{trial.shown_name(name)}: {' '.join(words)}"


def _primary_words(trial: Trial, results: Sequence[AnalysedResult]) -> Iterator[str]:
    for result in results:
        if not result.result.primary or result.p is None or result.result.within:
            continue
        side, printed = below_alpha(result.p), f"on the primary outcome (p {result.p})"
        if side is None:
            yield f"p {result.p} on the primary outcome may be on either side of {ALPHA}."
        elif side:
            yield f"significant difference {printed}."
        else:
            silent = result.sign is None and not result.result.arms and not result.result.effect
            kind = trial.sources[result.source].kind
            rest = f"; the {kind} reports neither its direction nor its size" if silent else ""
            yield f"no significant difference {printed}{rest}."


def _significance_words(results: Iterable[AnalysedResult]) -> Iterator[str]:
    counts = tally(results)
    if counts.of:
        yield f"{p_values_words(counts)}{after_holm(counts)}."


def _verdict_sentence(results: Sequence[AnalysedResult]) -> Iterator[str]:
    tested = [result for result in results if result.p is not None]
    if not tested:
        return
    possible = [result for result in tested if result.verdict not in (None, Verdict.NOT_RECOMPUTABLE)]
    bare = all(not result.result.arms and not result.result.effect for result in tested)
    if not possible and bare:
        kinds = listed(sorted({result.trial.sources[result.source].kind for result in tested}))
        yield f"No p-value can be recomputed: for these results the {kinds} gives no values per arm and no interval."
    elif not possible:
        yield "No p-value can be recomputed; msc-evidence recompute says what each one needs."
    else:
        counts = [f"{sum(result.verdict is verdict for result in possible)} {verdict}" for verdict in Verdict]
        words = listed([word for word in counts if not word.startswith("0 ")][: len(Verdict)])
        yield f"{len(possible)} of {counted(len(tested), 'p-value')} can be recomputed: {words}."


def _not_shown_sentence(trials: Mapping[str, Trial], left_out: int) -> Iterator[str]:
    """Which trials were not seen whole, and how many results are not shown."""
    unseen = [trial.shown_name(name) for name, trial in trials.items() if trial.not_seen]
    words = [f"Not wholly seen: {listed(unseen)}."] if unseen else []
    words += (
        [f"Not shown: {counted(left_out, 'result')} in words or within one arm (--wide)."] if left_out else []
    )
    if words:
        yield " ".join(words)


Row = Mapping[str, str | None]
SILENT = "not reported"


def compact_trial(row: Row, trial: Trial) -> Row:
    """The row of a trial with only its allocation, and of its cells only origin, type and route."""
    treatments = dict.fromkeys(_short_cells_words(arm) for arm in trial.arms.values() if arm.cells)
    words = " ".join(_design_item_words(part) for part in shown_design(trial) if part.known or part.others)
    since = row["since"] if row["since"] not in (SILENT, "not recorded") else None
    return {**row, "design": words or None, "cells": "; ".join(treatments) or None, "since": since}


def shown_design(trial: Trial) -> tuple[StatedAttribute, ...]:
    """What a compact row says of the design."""
    return stated_attribute(trial, "design", "allocation"), stated_attribute(trial, "design", "ratio")


def _design_item_words(part: StatedAttribute) -> str:
    """`randomised`, `non-randomised ²` by another source, `not reported (non-randomised ²)` beside the first."""
    others = ", ".join(dict.fromkeys(str(value) for _, value in part.others))
    if not others:
        return str(part.first)
    return f"{others} ²" if part.first is None else f"{part.first} ({others} ²)"


def compact_result(row: Row, result: AnalysedResult) -> Row:
    """The row of a result with the outcome's abbreviation; what was not reported is left to a note."""
    outcome = result.outcome
    short = {key: None if value == SILENT else value for key, value in row.items()}
    return {**short, "outcome": outcome_words(outcome, result, outcome.short)}


def _short_cells_words(arm: Arm) -> str:
    cells = arm.cells
    kind = [word for word in (cells and cells.origin, cells and cells.type) if word and word != SILENT]
    return ", ".join(part for part in (" ".join(kind), cells and cells.route) if part)


RESULT_COLUMNS = (
    Column("outcome", "Outcome", grouped=True),
    Column("timepoint", "At", grouped=True),
    Column("trial", "Trial"),
    Column("p", "p reported", whole=True),
    Column("favours", "Favours"),
    Column("g", "Implied g (95% CI)", whole=True),
    Column("holm", "p, Holm", whole=True),
)

WIDE_COLUMNS = (
    *RESULT_COLUMNS,
    Column("values", "Per arm"),
    Column("effect", "Effect reported"),
    Column("wording", "In words"),
    Column("source", "Source"),
)


def summary_screen(query: Query, results: Sequence[AnalysedResult], *, wide: bool = False) -> Screen:
    """The whole screen for the trials asked for and their results; findings are counted elsewhere.

    Results without any number, what one arm shows alone, and subsets of a trial that have nothing else are shown only
    where it is `wide`.
    """
    shown_results = [result for result in results if wide or _has_number(result)]
    hidden = () if wide else subsets_without_numbers(query, results)
    query = replace(query, trials=tuple(name for name in query.trials if name not in hidden))
    trials = query.records
    columns = WIDE_COLUMNS if wide else RESULT_COLUMNS
    compact = len(trials) > MOST_SENTENCES and not wide
    trial_rows = [(_trial_row(name, trial), trial) for name, trial in trials.items()]
    result_rows = [(_result_row(result), result) for result in by_outcome_and_time(shown_results)]
    blocks: list[Block] = [
        Heading(headline(query)),
        Table(
            "trials",
            _trial_columns(trials),
            tuple(compact_trial(*row) if compact else row[0] for row in trial_rows),
        ),
        Table(
            "results",
            columns,
            tuple(compact_result(*row) if compact else row[0] for row in result_rows),
            notes=tuple(_result_notes(trials, shown_results, compact=compact)),
        ),
        Sentences(tuple(result_sentences(trials, shown_results, left_out=len(results) - len(shown_results)))),
    ]
    return Screen(tuple(blocks))


def subsets_without_numbers(query: Query, results: Sequence[AnalysedResult]) -> tuple[str, ...]:
    """The subsets of a trial that is asked for too, none of whose results has a number."""
    with_number, trials = {result.trial_id for result in results if _has_number(result)}, query.records
    return tuple(
        name for name, trial in trials.items() if trial.part_of in trials and name not in with_number
    )


def _trial_columns(trials: Mapping[str, Trial]) -> tuple[Column, ...]:
    treated = treated_label(trials.values())
    sizes = "Treated/control" if treated == "treatment" else f"{treated[0].upper()}{treated[1:]} / control"
    return (
        Column("trial", "Trial", whole=True),
        Column("design", "Design"),
        Column("sizes", sizes, whole=True),
        Column("cells", "Treatment"),
        Column("since", "Since onset"),
    )


def _has_number(analysed: AnalysedResult) -> bool:
    result = analysed.result
    return not result.within and bool(result.p or result.effect or result.arms)


def _trial_row(name: str, trial: Trial) -> Mapping[str, str | None]:
    treatments = dict.fromkeys(treatment_words(arm) for arm in trial.arms.values() if arm.cells)
    return {
        "trial": trial.shown_name(name),
        "design": design_words(trial),
        "sizes": " / ".join(" + ".join(_arm_sizes(trial, role)) or "–" for role in ("treatment", "control")),
        "cells": "; ".join(treatments) or "not recorded",
        "since": since_onset_words(trial),
    }


def _arm_sizes(trial: Trial, role: str) -> list[str]:
    """The sizes of the arms of a role, `–` where one is not reported."""
    return [str(arm_participants(trial, name) or "–") for name, arm in trial.arms.items() if arm.role == role]


def design_words(trial: Trial) -> str:
    """`randomised 2:1, open label, blinded assessment`; silent items are named together."""
    items = {
        word: stated_attribute(trial, "design", word)
        for word in ("allocation", "ratio", "masking", "assessment")
    }
    item_words = {
        word: stated_words(trial, item) for word, item in items.items() if item.known or item.others
    }
    item_words |= {
        word: f"{word} {item_words[word]}"
        for word, item in items.items()
        if word in item_words and says_not_reported(item.first)
    }
    start = " ".join(item_words[word] for word in ("allocation", "ratio") if word in item_words)
    assessed = (
        f"{item_words['assessment']} assessment"
        if items["assessment"].known
        else item_words.get("assessment")
    )
    of_note = {word: item for word, item in items.items() if word not in item_words and word != "assessment"}
    not_reported = [word for word, item in of_note.items() if item.first is not None]
    absent = [word for word, item in of_note.items() if item.first is None]
    parts = [part for part in (start, item_words.get("masking"), assessed) if part]
    parts += [f"{listed(not_reported)} not reported"] if not_reported else []
    parts += [f"{listed(absent)} not recorded"] if absent else []
    return ", ".join(parts)


def treatment_words(arm: Arm) -> str:
    """`autologous MSC, culture-expanded, 1×10⁸, intravenous`."""
    cells = arm.cells
    if cells is None:
        return arm.comparator or "not reported"
    kind = " ".join(word for word in (cells.origin, cells.type) if word and word != "not reported")
    kind += f" from {cells.tissue}" if cells.tissue else ""
    dose = dose_words(cells)
    times = f"given {counted(cells.times.count or 0, 'time')}" if cells.times else None
    return ", ".join(part for part in (kind, cells.preparation, dose, times, cells.route) if part)


def since_onset_words(trial: Trial) -> str:
    """`≤ 90 d, mean 20.2 d`, from the window of entry and what participants had."""
    parts = [window_words(trial)] if trial.design.window or trial.design.window_from else []
    for row in trial.baseline:
        if row.all and row.all.mean is not None and "stroke" in row.variable and "time" in row.variable:
            parts.append(f"mean {row.all.mean} {row.unit or ''}".strip())
    return ", ".join(parts) or "not recorded"


def window_words(trial: Trial) -> str:
    """`≤ 90 d`, `18–36 h`, `6 mo–5 y`: the time from onset to entry that was allowed."""
    first, last = trial.design.window_from, trial.design.window
    if first is None or not isinstance(last, Time):
        return f"from {first}" if first and last is None else str(last)
    unit = "" if first.unit == last.unit else f" {first.unit}"
    return f"{first.amount.value:f}{unit}–{last.amount.value:f} {last.unit}"


def _result_row(result: AnalysedResult) -> Mapping[str, str | None]:
    g = result.implied_g
    return {
        "outcome": outcome_words(result.outcome, result),
        "timepoint": result.timepoint,
        "trial": result.trial.shown_name(result.trial_id),
        "p": f"{result.p}{' ¹' if result.result.primary else ''}" if result.p else "not reported",
        "favours": favoured_arm(result),
        "g": implied_effect_words(g, result.sign) if g else None,
        "holm": holm_p(result),
        "values": _arm_values_words(result),
        "effect": effect_words(result.result.effect) if result.result.effect else None,
        "wording": result.result.wording or result.result.note,
        "source": result.trial.sources[result.source].kind,
    }


def _arm_values_words(result: AnalysedResult) -> str | None:
    """`4/16 v 21/36`; of one arm alone its own values."""
    arms, contrast, alone = result.result.arms or {}, result.contrast, result.result.within
    names = (contrast.arm, contrast.against) if contrast else (alone,) if alone else tuple(arms)
    values = [values_words(arms[name]) if name in arms else "–" for name in names]
    return " v ".join(values) if arms else None


def _result_notes(
    trials: Mapping[str, Trial], results: Sequence[AnalysedResult], *, compact: bool
) -> Iterator[str]:
    primary = any(result.result.primary for result in results)
    marks = ["¹ primary outcome"] * primary + ["– not reported or not computable"] * compact
    marks += [FAMILY] * any(result.corrected for result in results)
    if marks:
        yield "; ".join(marks)
    unsure = any(result.sign is None and result.implied_g for result in results)
    signs = [BOTH_SIGNS] * unsure
    signs += _second_source_mark(trials) if compact else []
    if signs:
        yield "; ".join(signs)
    if any(result.implied_g for result in results):
        treated = treated_label(trials.values())
        yield f"g is what p would imply had it come from a t test; above 0 it favours {treated}"


def _second_source_mark(trials: Mapping[str, Trial]) -> list[str]:
    """`² by a secondary report only`, where a design is by another source than the trial's first."""
    kinds = {
        trial.sources[source].kind: None
        for trial in trials.values()
        for part in shown_design(trial)
        for source, _ in part.others
    }
    return [f"² by the {listed(list(kinds))} only"] if kinds else []
