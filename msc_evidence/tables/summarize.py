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
from msc_evidence.registry.model import Arm, Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.power import smallest_significant_d
from msc_evidence.tables.headline import headline, participants
from msc_evidence.tables.table import Block, Column, Heading, Screen, Sentences, Table
from msc_evidence.tables.words import (
    BOTH_SIGNS,
    FAMILY,
    after_holm,
    dose_words,
    effect,
    effect_words,
    favoured,
    fixed,
    holm_p,
    in_order,
    measure,
    p_values_words,
    stated_words,
    treated_label,
    values_words,
)

#: More trials than this, and one sentence speaks for all of them.
MOST_SENTENCES = 4


def sentences(
    trials: Mapping[str, Trial], shown: Sequence[AnalysedResult], *, left_out: int
) -> Iterator[str]:
    """What the p-values of each trial, or of all where they are many, amount to; `left_out` results are not shown."""
    if len(trials) <= MOST_SENTENCES:
        for name, trial in trials.items():
            yield from _trial_sentence(name, trial, [found for found in shown if found.trial_id == name])
    else:
        yield from (f"{words[0].upper()}{words[1:]}" for words in _significance_words(shown))
    yield from _verdict_sentence(shown)
    yield from _silences(trials, left_out)


def _trial_sentence(name: str, trial: Trial, found: Sequence[AnalysedResult]) -> Iterator[str]:
    said = list(_primary_words(trial, found)) or list(_significance_words(found))
    contrast = main_contrast(trial)
    if contrast and contrast.sizes and sum(contrast.sizes) > 2:
        n1, n2 = contrast.sizes
        least = fixed(smallest_significant_d(n1, n2))
        said.append(
            f"With {n1} against {n2} participants a t test calls no difference below d = {least} significant."
        )
    if said:
        yield f"{trial.shown_name(name)}: {' '.join(said)}"


def _primary_words(trial: Trial, results: Sequence[AnalysedResult]) -> Iterator[str]:
    for found in results:
        if not found.result.primary or found.p is None or found.result.within:
            continue
        side, printed = below_alpha(found.p), f"on the primary outcome (p {found.p})"
        if side is None:
            yield f"p {found.p} on the primary outcome may be on either side of {ALPHA}."
        elif side:
            yield f"significant difference {printed}."
        else:
            silent = found.sign is None and not found.result.arms and not found.result.effect
            kind = trial.sources[found.source].kind
            rest = f"; the {kind} reports neither its direction nor its size" if silent else ""
            yield f"no significant difference {printed}{rest}."


def _significance_words(results: Iterable[AnalysedResult]) -> Iterator[str]:
    counts = tally(results)
    if counts.of:
        yield f"{p_values_words(counts)}{after_holm(counts)}."


def _verdict_sentence(shown: Sequence[AnalysedResult]) -> Iterator[str]:
    tested = [found for found in shown if found.p is not None]
    if not tested:
        return
    possible = [found for found in tested if found.verdict not in (None, Verdict.NOT_RECOMPUTABLE)]
    bare = all(not found.result.arms and not found.result.effect for found in tested)
    if not possible and bare:
        kinds = listed(sorted({found.trial.sources[found.source].kind for found in tested}))
        yield f"No p-value can be recomputed: for these results the {kinds} gives no values per arm and no interval."
    elif not possible:
        yield "No p-value can be recomputed; msc-evidence recompute says what each one needs."
    else:
        tally = [f"{sum(found.verdict is verdict for found in possible)} {verdict}" for verdict in Verdict]
        said = listed([word for word in tally if not word.startswith("0 ")][: len(Verdict)])
        yield f"{len(possible)} of {counted(len(tested), 'p-value')} can be recomputed: {said}."


def _silences(trials: Mapping[str, Trial], without: int) -> Iterator[str]:
    """Whose results were not seen, and how many are no number of a comparison."""
    unseen = [trial.shown_name(name) for name, trial in trials.items() if trial.not_seen]
    said = [f"Not wholly seen: {listed(unseen)}."] if unseen else []
    said += (
        [f"Not shown: {counted(without, 'result')} in words or within one arm (--wide)."] if without else []
    )
    if said:
        yield " ".join(said)


Row = Mapping[str, str | None]
SILENT = "not reported"


def compact_trial(row: Row, trial: Trial) -> Row:
    """The row of a trial with only its allocation, and of its cells only origin, type and route."""
    given = dict.fromkeys(_cells(arm) for arm in trial.arms.values() if arm.cells)
    said = " ".join(_marked(part) for part in shown_design(trial) if part.known or part.others)
    since = row["since"] if row["since"] not in (SILENT, "not recorded") else None
    return {**row, "design": said or None, "cells": "; ".join(given) or None, "since": since}


def shown_design(trial: Trial) -> tuple[StatedAttribute, ...]:
    """What a compact row says of the design."""
    return stated_attribute(trial, "design", "allocation"), stated_attribute(trial, "design", "ratio")


def _marked(part: StatedAttribute) -> str:
    """`randomised`, `non-randomised ²` by another source, `not reported (non-randomised ²)` beside the first."""
    others = ", ".join(dict.fromkeys(str(value) for _, value in part.others))
    if not others:
        return str(part.first)
    return f"{others} ²" if part.first is None else f"{part.first} ({others} ²)"


def compact_result(row: Row, found: AnalysedResult) -> Row:
    """The row of a result with the outcome's abbreviation; what was not reported is left to a note."""
    outcome = found.outcome
    short = {key: None if value == SILENT else value for key, value in row.items()}
    return {**short, "outcome": measure(outcome, found, outcome.short)}


def _cells(arm: Arm) -> str:
    given = arm.cells
    kind = [word for word in (given and given.origin, given and given.type) if word and word != SILENT]
    return ", ".join(part for part in (" ".join(kind), given and given.route) if part)


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


def summary(query: Query, every: Sequence[AnalysedResult], *, wide: bool = False) -> Screen:
    """The whole screen for the trials asked for and their results; findings are counted elsewhere.

    Results without any number, what one arm shows alone, and subsets of a trial that have nothing else are shown only
    where it is `wide`.
    """
    shown = [found for found in every if wide or _numeric(found)]
    hidden = () if wide else subsets_without_numbers(query, every)
    query = replace(query, trials=tuple(name for name in query.trials if name not in hidden))
    trials = query.records
    columns = WIDE_COLUMNS if wide else RESULT_COLUMNS
    compact = len(trials) > MOST_SENTENCES and not wide
    rows = [(_trial_row(name, trial), trial) for name, trial in trials.items()]
    results = [(_result_row(found), found) for found in in_order(shown)]
    blocks: list[Block] = [
        Heading(headline(query)),
        Table(
            "trials",
            _trial_columns(trials),
            tuple(compact_trial(*row) if compact else row[0] for row in rows),
        ),
        Table(
            "results",
            columns,
            tuple(compact_result(*row) if compact else row[0] for row in results),
            notes=tuple(_notes(trials, shown, compact=compact)),
        ),
        Sentences(tuple(sentences(trials, shown, left_out=len(every) - len(shown)))),
    ]
    return Screen(tuple(blocks))


def subsets_without_numbers(query: Query, every: Sequence[AnalysedResult]) -> tuple[str, ...]:
    """The subsets of a trial that is asked for too, none of whose results has a number."""
    having, trials = {found.trial_id for found in every if _numeric(found)}, query.records
    return tuple(name for name, trial in trials.items() if trial.part_of in trials and name not in having)


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


def _numeric(found: AnalysedResult) -> bool:
    result = found.result
    return not result.within and bool(result.p or result.effect or result.arms)


def _trial_row(name: str, trial: Trial) -> Mapping[str, str | None]:
    given = dict.fromkeys(cells(arm) for arm in trial.arms.values() if arm.cells)
    return {
        "trial": trial.shown_name(name),
        "design": design(trial),
        "sizes": " / ".join(" + ".join(_sizes(trial, role)) or "–" for role in ("treatment", "control")),
        "cells": "; ".join(given) or "not recorded",
        "since": since_stroke(trial),
    }


def _sizes(trial: Trial, role: str) -> list[str]:
    """The sizes of the arms of a role, `–` where one is not reported."""
    return [str(participants(trial, name) or "–") for name, arm in trial.arms.items() if arm.role == role]


def design(trial: Trial) -> str:
    """`randomised 2:1, open label, blinded assessment`; silent items are named together."""
    found = {
        word: stated_attribute(trial, "design", word)
        for word in ("allocation", "ratio", "masking", "assessment")
    }
    told = {word: stated_words(trial, each) for word, each in found.items() if each.known or each.others}
    told |= {
        word: f"{word} {told[word]}"
        for word, each in found.items()
        if word in told and says_not_reported(each.first)
    }
    start = " ".join(told[word] for word in ("allocation", "ratio") if word in told)
    assessed = f"{told['assessment']} assessment" if found["assessment"].known else told.get("assessment")
    of_note = {word: each for word, each in found.items() if word not in told and word != "assessment"}
    not_reported = [word for word, each in of_note.items() if each.first is not None]
    absent = [word for word, each in of_note.items() if each.first is None]
    parts = [part for part in (start, told.get("masking"), assessed) if part]
    parts += [f"{listed(not_reported)} not reported"] if not_reported else []
    parts += [f"{listed(absent)} not recorded"] if absent else []
    return ", ".join(parts)


def cells(arm: Arm) -> str:
    """`autologous MSC, culture-expanded, 1×10⁸, intravenous`."""
    given = arm.cells
    if given is None:
        return arm.comparator or "not reported"
    kind = " ".join(word for word in (given.origin, given.type) if word and word != "not reported")
    kind += f" from {given.tissue}" if given.tissue else ""
    dose = dose_words(given)
    times = f"given {counted(given.times.count or 0, 'time')}" if given.times else None
    return ", ".join(part for part in (kind, given.preparation, dose, times, given.route) if part)


def since_stroke(trial: Trial) -> str:
    """`≤ 90 d, mean 20.2 d`, from the window of entry and what participants had."""
    found = [window_words(trial)] if trial.design.window or trial.design.window_from else []
    for row in trial.baseline:
        if row.all and row.all.mean is not None and "stroke" in row.variable and "time" in row.variable:
            found.append(f"mean {row.all.mean} {row.unit or ''}".strip())
    return ", ".join(found) or "not recorded"


def window_words(trial: Trial) -> str:
    """`≤ 90 d`, `18–36 h`, `6 mo–5 y`: the time from onset to entry that was allowed."""
    first, last = trial.design.window_from, trial.design.window
    if first is None or not isinstance(last, Time):
        return f"from {first}" if first and last is None else str(last)
    unit = "" if first.unit == last.unit else f" {first.unit}"
    return f"{first.amount.value:f}{unit}–{last.amount.value:f} {last.unit}"


def _result_row(found: AnalysedResult) -> Mapping[str, str | None]:
    g = found.implied_g
    return {
        "outcome": measure(found.outcome, found),
        "timepoint": found.timepoint,
        "trial": found.trial.shown_name(found.trial_id),
        "p": f"{found.p}{' ¹' if found.result.primary else ''}" if found.p else "not reported",
        "favours": favoured(found),
        "g": effect(g, found.sign) if g else None,
        "holm": holm_p(found),
        "values": _values(found),
        "effect": effect_words(found.result.effect) if found.result.effect else None,
        "wording": found.result.wording or found.result.note,
        "source": found.trial.sources[found.source].kind,
    }


def _values(found: AnalysedResult) -> str | None:
    """`4/16 v 21/36`; of one arm alone its own values."""
    arms, contrast, alone = found.result.arms or {}, found.contrast, found.result.within
    names = (contrast.arm, contrast.against) if contrast else (alone,) if alone else tuple(arms)
    said = [values_words(arms[name]) if name in arms else "–" for name in names]
    return " v ".join(said) if arms else None


def _notes(trials: Mapping[str, Trial], shown: Sequence[AnalysedResult], *, compact: bool) -> Iterator[str]:
    primary = any(found.result.primary for found in shown)
    marks = ["¹ primary outcome"] * primary + ["– not reported or not computable"] * compact
    marks += [FAMILY] * any(found.corrected for found in shown)
    if marks:
        yield "; ".join(marks)
    unsure = any(found.sign is None and found.implied_g for found in shown)
    signs = [BOTH_SIGNS] * unsure
    signs += _second_sources(trials) if compact else []
    if signs:
        yield "; ".join(signs)
    if any(found.implied_g for found in shown):
        treated = treated_label(trials.values())
        yield f"g is what p would imply had it come from a t test; above 0 it favours {treated}"


def _second_sources(trials: Mapping[str, Trial]) -> list[str]:
    """`² by a secondary report only`, where a design is by another source than the trial's first."""
    kinds = {
        trial.sources[source].kind: None
        for trial in trials.values()
        for part in shown_design(trial)
        for source, _ in part.others
    }
    return [f"² by the {listed(list(kinds))} only"] if kinds else []
