"""The screen of `summarize`: what was asked, who was treated with what, what was printed, what it implies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from msc_evidence.analysis.attributes import attribute_group, group_order
from msc_evidence.analysis.contrast import main_contrast
from msc_evidence.analysis.feasible import implies_g, leading_superiority
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult, tally
from msc_evidence.analysis.significance import ALPHA, below_alpha
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.power import smallest_significant_d
from msc_evidence.tables.harm_words import harm_sentences
from msc_evidence.tables.headline import headline, treated_in_query
from msc_evidence.tables.implied import PS_RANGE, implied_lines
from msc_evidence.tables.question_sentences import outcome_rank, question_sentences
from msc_evidence.tables.table import Block, Column, Heading, Screen, Sentences, Table
from msc_evidence.tables.trial_words import SILENT
from msc_evidence.tables.trials_table import group_column, second_source_mark, side_words, trials_table
from msc_evidence.tables.words import (
    BOTH_SIGNS,
    FAMILY,
    after_holm,
    by_outcome_and_time,
    favoured_arm,
    fixed,
    holm_p,
    implied_effect_words,
    on_scale,
    outcome_words,
    p_values_words,
    range_words,
    shown_effect,
    shown_values,
    values_words,
)

#: More trials than this, and one sentence speaks for all of them.
MOST_SENTENCES = 4
#: Rows of results that a screen of more trials than that has room for: of any outcome, and of those asked for.
MOST_ROWS, MOST_ASKED = 10, 16
#: Values of both arms up to this length stay on one line.
WHOLE_VALUES = 26
#: Columns that a screen does without where no row has them.
_DROPPED = ("timepoint", "p", "favours")
_PRIMARY, _COMPUTED = "¹", "²"


def result_sentences(
    trials: Mapping[str, Trial], results: Sequence[AnalysedResult], left_out: Mapping[str, int]
) -> Iterator[str]:
    """What the p-values of each trial, or of all where they are many, amount to; some results are left out."""
    if len(trials) <= MOST_SENTENCES:
        for name, trial in trials.items():
            yield from _trial_sentence(name, trial, [result for result in results if result.trial_id == name])
        yield from _verdict_sentence(results)
    else:
        words = [f"{words[0].upper()}{words[1:]}" for words in _significance_words(results)]
        together = " ".join([*words, *_verdict_sentence(results)])
        yield from [together] if together else []
    yield from _not_shown_sentence(trials, left_out)


def _trial_sentence(name: str, trial: Trial, results: Sequence[AnalysedResult]) -> Iterator[str]:
    words = list(_primary_words(trial, results)) or list(_significance_words(results))
    contrast = main_contrast(trial)
    if contrast and contrast.sizes and sum(contrast.sizes) > 2 and any(map(on_scale, results)):
        n1, n2 = contrast.sizes
        smallest_d = fixed(smallest_significant_d(n1, n2))
        words.append(
            f"With {n1} against {n2} participants a t test calls no difference below d = {smallest_d} significant."
        )
    if words:
        yield f"{trial.shown_name(name)}: {' '.join(words)}"


def _primary_words(trial: Trial, results: Sequence[AnalysedResult]) -> Iterator[str]:
    """What p says of the primary outcome; of several each with its name and time."""
    primary = [result for result in results if result.result.primary and not result.result.within]
    tested = [(result, result.p) for result in primary if result.p is not None]
    said = [_significance_of(p, _named(result) if len(tested) > 1 else "") for result, p in tested]
    if not said:
        return
    (first, p), silent = tested[0], ""
    if len(tested) == 1 and below_alpha(p) is False and first.sign is None:
        bare = not first.result.arms and not first.result.effect
        silent = f"; the {trial.sources[first.source].kind} reports neither its direction nor its size" * bare
    yield f"{'; '.join(said)}{silent}."


def _named(result: AnalysedResult) -> str:
    """`death at 3.9 y`, one of several primary outcomes."""
    name = result.outcome.short or result.outcome.name
    return name if result.timepoint == SILENT else f"{name} at {result.timepoint}"


def _significance_of(p: Reported, name: str) -> str:
    """`no significant difference on the primary outcome (p 0.12)`, or on the named one of several."""
    on, side = f"{name} (primary, p {p})" if name else f"the primary outcome (p {p})", below_alpha(p)
    if side is None:
        return f"p {p} on {name or 'the primary outcome'} may be on either side of {ALPHA}"
    return f"{'' if side else 'no '}significant difference on {on}"


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
        if len(tested) == 1:
            yield f"The p-value can be recomputed: {words.removeprefix('1 ')}."
        else:
            yield f"{len(possible)} of {counted(len(tested), 'p-value')} can be recomputed: {words}."


def _not_shown_sentence(trials: Mapping[str, Trial], left_out: Mapping[str, int]) -> Iterator[str]:
    """Which trials were not seen whole, and how many results are not shown."""
    unseen = [trial.shown_name(name) for name, trial in trials.items() if trial.not_seen]
    words = [f"Read only in part: {listed(unseen)}."] if unseen else []
    hidden = [f"{counted(count, 'result')} {kind}".strip() for kind, count in left_out.items() if count]
    words += [f"Not shown: {listed(hidden)} (--wide)."] if hidden else []
    if words:
        yield " ".join(words)


Row = Mapping[str, str | None]


def summary_screen(
    query: Query, results: Sequence[AnalysedResult], *, wide: bool, by: str | None = None
) -> Screen:
    """The whole screen for the trials asked for and their results; findings are counted elsewhere.

    Results without any number, what one arm shows alone, and subsets of a trial that have nothing else are shown only
    where it is `wide`; `by` an attribute the trials and results stand in groups.
    """
    numbered = [result for result in results if wide or _has_number(result)]
    hidden = () if wide else subsets_without_numbers(query, results)
    query = replace(query, trials=tuple(name for name in query.trials if name not in hidden))
    compact = len(query.trials) > MOST_SENTENCES and not wide
    shown_results = _first_results(query, numbered) if compact else numbered
    treated = treated_in_query(query)
    left_out = {
        "in words or within one arm": len(results) - len(numbered),
        "beyond these": len(numbered) - len(shown_results),
    }
    blocks: list[Block] = [
        Heading(headline(query)),
        trials_table(query, treated, compact=compact, by=by),
        _results_table(query, shown_results, treated, wide=wide, compact=compact, by=by),
    ]
    if not wide:
        blocks += implied_lines(shown_results, treated)
    questions = question_sentences(query, [result for result in numbered if _has_number(result)])
    questions += harm_sentences(query)
    blocks.append(Sentences((*questions, *result_sentences(query.records, numbered, left_out))))
    return Screen(tuple(blocks))


def subsets_without_numbers(query: Query, results: Sequence[AnalysedResult]) -> tuple[str, ...]:
    """The subsets of a trial that is asked for too, none of whose results has a number."""
    with_number, trials = {result.trial_id for result in results if _has_number(result)}, query.records
    return tuple(
        name for name, trial in trials.items() if trial.part_of in trials and name not in with_number
    )


def _has_number(analysed: AnalysedResult) -> bool:
    result = analysed.result
    return not result.within and bool(result.p or result.effect or result.arms)


def _first_results(query: Query, results: Sequence[AnalysedResult]) -> list[AnalysedResult]:
    """As many results as a screen has room for: the question's, then those with values or primary, then the others."""
    rank = outcome_rank(query)

    def order(result: AnalysedResult) -> tuple[bool, bool, int]:
        valued = bool(result.result.primary or result.result.arms or result.result.effect)
        not_asked, place = rank(result)
        return not_asked, not valued, place

    asked = sum(not rank(result)[0] for result in results)
    room = max(MOST_ROWS, min(asked, MOST_ASKED))
    kept = {id(result) for result in sorted(results, key=order)[:room]}
    return [result for result in results if id(result) in kept]


def _result_columns(
    treated: str, control: str, widest: int, *, alone: bool, wide: bool
) -> tuple[Column, ...]:
    columns = (
        Column("outcome", "Outcome", grouped=True),
        Column("timepoint", "At", grouped=True, whole=True),
        *([] if alone else [Column("trial", "Trial")]),
        Column("values", f"{side_words(treated)} v {control}", whole=widest <= WHOLE_VALUES),
        Column("effect", "Effect (95% CI)", whole=True),
        Column("p", "p reported", whole=True),
        Column("favours", "Favours"),
    )
    if not wide:
        return columns
    return (
        *columns,
        Column("holm", "p, Holm", whole=True),
        Column("ps", "PS if rank-sum", whole=True),
        Column("g", "g if t test (95% CI)", whole=True),
        Column("test", "Test"),
        Column("wording", "In words"),
        Column("source", "Source"),
    )


def _results_table(
    query: Query,
    results: Sequence[AnalysedResult],
    treated: str,
    *,
    wide: bool,
    compact: bool,
    by: str | None,
) -> Table:
    """One row per result: values and effects as printed, the effect that they give, then p."""
    rank = outcome_rank(query)
    ordered = sorted(by_outcome_and_time(results), key=rank)
    if by:
        ordered.sort(key=lambda result: group_order(attribute_group(result.trial, by)))
    rows = []
    for result in ordered:
        row = dict(_wide_row(result) if wide else _narrow_row(result))
        rows.append({"group": attribute_group(result.trial, by), **row} if by else row)
    control = query.registry.terms.control or "control"
    alone = len(query.trials) == 1 and not wide
    widest = max((len(row["values"] or "") for row in rows), default=0)
    columns = (*group_column(by), *_result_columns(treated, control, widest, alone=alone, wide=wide))
    if not wide:
        columns = tuple(
            column for column in columns if column.key not in _DROPPED or any(row[column.key] for row in rows)
        )
    notes = tuple(_result_notes(ordered, treated, second_source_mark(query.records) * compact, wide=wide))
    return Table("results", columns, tuple(rows), notes=notes)


def _narrow_row(result: AnalysedResult) -> Row:
    favoured = favoured_arm(result)
    return {
        "outcome": outcome_words(result.outcome, result, result.outcome.short),
        "timepoint": None if result.timepoint == SILENT else result.timepoint,
        "trial": result.trial.shown_name(result.trial_id),
        "values": shown_values(result),
        "effect": shown_effect(result, mark=f" {_COMPUTED}"),
        "p": _p_words(result, None),
        "favours": None if favoured == SILENT else favoured,
    }


def _wide_row(result: AnalysedResult) -> Row:
    g = result.implied_g if implies_g(result) else None
    ps = leading_superiority(result)
    return {
        **_narrow_row(result),
        "outcome": outcome_words(result.outcome, result),
        "timepoint": result.timepoint,
        "values": _arm_values_words(result),
        "p": _p_words(result, SILENT),
        "favours": favoured_arm(result),
        "holm": holm_p(result),
        "ps": range_words(ps) if ps else None,
        "g": implied_effect_words(g, result.sign) if g else None,
        "test": result.result.test,
        "wording": result.result.wording or result.result.note,
        "source": result.trial.sources[result.source].kind,
    }


def _p_words(result: AnalysedResult, silent: str | None) -> str | None:
    """`0.12 ¹` of a primary outcome, which is marked where no p is printed too."""
    if not result.result.primary:
        return str(result.p) if result.p else silent
    return f"{result.p or silent or '–'} {_PRIMARY}"


def _arm_values_words(result: AnalysedResult) -> str | None:
    """`4, 25% v 21, 58.3%`, all that is printed of each arm; of one arm alone its own values."""
    arms, contrast, alone = result.result.arms or {}, result.contrast, result.result.within
    names = (contrast.arm, contrast.against) if contrast else (alone,) if alone else tuple(arms)
    values = [values_words(arms[name]) if name in arms else "–" for name in names]
    return " v ".join(values) if arms else None


def _result_notes(
    results: Sequence[AnalysedResult], treated: str, further: Sequence[str], *, wide: bool
) -> Iterator[str]:
    """What the marks, arrows and abbreviations of the rows mean."""
    effects = [shown_effect(result, mark=_COMPUTED) or "" for result in results]
    marks = [f"{_PRIMARY} primary outcome"] * any(result.result.primary for result in results)
    marks += [f"{_COMPUTED} computed from the arms"] * any(effect.endswith(_COMPUTED) for effect in effects)
    marks += [*further, "– not reported"]
    marks += ["↑ ↓ better end"] * any(result.outcome.better for result in results)
    if wide:
        marks += [FAMILY] * any(result.corrected for result in results)
        marks += [BOTH_SIGNS] * any(result.sign is None and implies_g(result) for result in results)
    if not wide:
        marks += _abbreviations(results, effects)
    yield "; ".join(marks)
    if wide and any(map(leading_superiority, results)):
        yield PS_RANGE.format(treated=treated)
    if wide and any(map(implies_g, results)):
        yield f"g is what p would imply had it come from a t test; above 0 it favours {treated}"


#: What the letters before an effect stand for.
_MEASURES = {
    "RR": "risk ratio",
    "OR": "odds ratio",
    "RD": "risk difference",
    "HR": "hazard ratio",
    "MD": "mean difference",
    "SMD": "standardised mean difference",
    "ROM": "ratio of means",
    "PS": "probability of superiority",
    "beta": "regression coefficient",
}


def _abbreviations(results: Sequence[AnalysedResult], effects: Sequence[str]) -> list[str]:
    """`RR risk ratio`, `mRS modified Rankin Scale`: short names that are not the beginning of the whole one."""
    measures = dict.fromkeys(effect.split()[0] for effect in effects if effect)
    words = [f"{short} {_MEASURES[short]}" for short in measures if short in _MEASURES]
    outcomes = dict.fromkeys((result.outcome.short, result.outcome.name) for result in results)
    return words + [
        f"{short} {name}"
        for short, name in outcomes
        if short and not name.casefold().startswith(short.casefold())
    ]
