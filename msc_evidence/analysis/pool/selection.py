"""Which trials of a registry enter a pool, with which data, and why the others cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msc_evidence.analysis.cuts import is_cut
from msc_evidence.analysis.pool.effects import SIZES_NOT_REPORTED, SOURCES, Shares
from msc_evidence.analysis.pool.entry import Entry, Selection
from msc_evidence.analysis.pool.evidence import Evidence, as_cut, categories, evidence
from msc_evidence.analysis.pool.origin import not_randomised
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.pool.study import COMBINE, ArmChoice, Study, study_of, values_printed
from msc_evidence.analysis.pool.times import (
    LAST,
    PoolTime,
    TimeWindow,
    length,
    near_times,
    times_words,
    within,
)
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.lookup import shown_names
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import listed
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.two_arms.joined_groups import OrdinalGroup

NO_RESULT = "no result of this outcome"
#: How the reasons begin of trials that report something else: no news where nobody asked for one outcome.
ELSEWHERE = ("no result", "compares ")
TIME_UNKNOWN = "states no time, and times that are not known are not joined; --at last pools the last of each"


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be pooled: outcome, measure, time, and which trials, arms and definition count."""

    outcome: str
    measure: str
    at: PoolTime = LAST
    exclude: Sequence[str] = ()
    #: What was compared when not the scale itself ("mRS 0-2"): different definitions are different results.
    definition: str | None = None
    #: What to do with several treatment arms of one trial.
    arms: ArmChoice = COMBINE

    def asks(self, analysed: AnalysedResult) -> bool:
        """Whether a result is of the outcome, as defined; a cut of the scale answers for the common odds ratio."""
        result = analysed.result
        if result.outcome != self.outcome or result.within:
            return False
        if result.definition == self.definition:
            return True
        return (
            self.measure == "COR" and self.definition is None and is_cut(result.definition, analysed.outcome)
        )

    def evidence(self, result: AnalysedResult) -> Iterator[Evidence]:
        """What the result has to answer with: of another definition only a cut of the scale."""
        for piece in evidence(result):
            if result.result.definition == self.definition:
                yield piece
            elif piece.kind == "counts" and (cut := as_cut(piece)):
                yield cut


Results = Mapping[str, Sequence[AnalysedResult]]


def select(question: Question, results: Results, trials: Mapping[str, Trial]) -> Selection:
    """The pool that answers the question: of each trial the best that it prints of the measure.

    `results` are those that may enter, by trial; `trials` are the records, that of a whole perhaps not among them.
    Raises Refused for a measure that no registry gives.
    """
    if question.measure not in SOURCES:
        raise Refused(f"unknown measure '{question.measure}'; known: {', '.join(SOURCES)}")
    answering = {
        name: _answering_results(name, trial_results, question) for name, trial_results in results.items()
    }
    names = shown_names(trials)
    shares = _category_shares(question, answering, names)
    studies_by_trial = _studies_by_trial(question, answering, trials, names, shares)
    studies, left_out = _participants_once(studies_by_trial, trials, names)
    entries = tuple(
        _with_allocation_mark(entry, trials[study.name], study.control)
        for study in studies
        for entry in study.entries
    )
    notes = (*(note for study in studies for note in study.notes), *_notes_beside(studies, trials, names))
    return Selection(entries, tuple(left_out), notes)


def timed_selections(
    question: Question, at: PoolTime | None, results: Results, trials: Mapping[str, Trial]
) -> list[tuple[PoolTime, Selection]]:
    """A selection for the time asked for; without one, for each time at which trials have results, earliest first.

    Times that mean the same are one; results without a time come last. Where others have one, those of several
    trials without are not joined unless the last time of each trial is asked for. Raises Refused as `select` does.
    """
    asked_results = (
        result for trial_results in results.values() for result in trial_results if question.asks(result)
    )
    times = sorted(
        dict.fromkeys(result.result.at for result in asked_results),
        key=lambda time: (not isinstance(time, Time), length(time)),
    )
    pool_times: list[PoolTime] = [at] if at is not None else [*times] or [LAST]
    several = len(pool_times) > 1
    selected = [(time, select(replace(question, at=time), results, trials)) for time in pool_times]
    return [
        (time, _without_unknown_times(selection) if several and time == NOT_REPORTED else selection)
        for time, selection in selected
    ]


def _without_unknown_times(selection: Selection) -> Selection:
    """The selection of results without a time: of one trial as it is, of several nothing."""
    studies = dict.fromkeys(entry.study for entry in selection.entries)
    if len(studies) < 2:
        return selection
    return Selection((), (*((study, TIME_UNKNOWN) for study in studies), *selection.left_out), ())


def _participants_once(
    studies_by_trial: Mapping[str, Study | str], trials: Mapping[str, Trial], names: Mapping[str, str]
) -> tuple[list[Study], list[tuple[str, str]]]:
    """The studies without those whose participants another counts already, and why the others are not there."""
    counted = {
        name
        for name, study in studies_by_trial.items()
        if isinstance(study, Study) and not trials[name].part_of
    }
    studies: list[Study] = []
    left_out: list[tuple[str, str]] = []
    for name, study in studies_by_trial.items():
        whole = trials[name].part_of
        if isinstance(study, str):
            left_out.append((name, study))
        elif whole is not None and whole in counted:
            why = f"part of {names.get(whole, whole)}, whose participants the pool counts already"
            left_out.append((name, why))
        else:
            studies.append(study)
            counted.add(whole or name)
    return studies, left_out


def _answering_results(
    name: str, trial_results: Sequence[AnalysedResult], question: Question
) -> list[AnalysedResult] | str:
    """The results of a trial that are of what is asked, at its time and so defined; or why there are none."""
    if name in question.exclude:
        return "excluded on request"
    results = [result for result in trial_results if result.result.outcome == question.outcome]
    if not results:
        return NO_RESULT
    timed = [result for result in results if within(result.result.at, question.at)]
    if not timed:
        return _why_no_time(question, results)
    if answering := [result for result in timed if question.asks(result)]:
        return answering
    if all(result.result.within for result in timed):
        return "compares no two arms"
    others = ", ".join(sorted({f"'{result.result.definition or 'the scale itself'}'" for result in timed}))
    return f"compares {others}; --definition pools what is defined alike"


def _why_no_time(question: Question, results: Iterable[AnalysedResult]) -> str:
    times = [result.result.at for result in results]
    near = near_times(question.at, times) if isinstance(question.at, Time) else []
    if isinstance(question.at, TimeWindow) or not isinstance(question.at, Time):
        return f"no result {times_words(question.at)}"
    if not near:
        return f"no result at {question.at}"
    ends = sorted((question.at, *near), key=length)
    window = f"--at {_without_spaces(ends[0])}..{_without_spaces(ends[-1])}"
    return f"no result at {question.at}; near it {listed([str(time) for time in near])} ({window})"


def _without_spaces(at: Time) -> str:
    return str(at).replace(" ", "")


def _studies_by_trial(
    question: Question,
    answering: Mapping[str, list[AnalysedResult] | str],
    trials: Mapping[str, Trial],
    names: Mapping[str, str],
    shares: Shares | None,
) -> dict[str, Study | str]:
    """Each trial's study: of final values or of changes, whichever more trials give; of either where MD is asked.

    Changes have another standard deviation than final values, so that only their mean differences can be pooled
    together (Cochrane Handbook 10.5.2).
    """
    final: dict[str, Study | str] = {}
    change: dict[str, Study | str] = {}
    for name, results in answering.items():
        if isinstance(results, str):
            final[name] = results
            continue
        for kind, studies in ((False, final), (True, change)):
            of_kind = [result for result in results if result.result.change == kind]
            if of_kind and kind and question.measure == "ROM":
                final.setdefault(name, "prints changes from baseline, which have no ratio")
            elif of_kind:
                studies[name] = _study_at_last_time(
                    name, names[name], trials[name], of_kind, question, shares
                )
    more = _number_of_studies(change) > _number_of_studies(final)
    (first, second), words = ((change, final), "final values") if more else ((final, change), "changes")
    refused = (
        f"prints {words} alone, which are pooled with {'changes' if more else 'final values'} as MD only"
    )
    return {
        name: _preferred_study(names[name], first.get(name), second.get(name), question, refused)
        for name in answering
    }


def _number_of_studies(studies_by_trial: Mapping[str, Study | str]) -> int:
    return sum(isinstance(study, Study) for study in studies_by_trial.values())


def _preferred_study(
    shown_name: str,
    preferred: Study | str | None,
    other: Study | str | None,
    question: Question,
    refused: str,
) -> Study | str:
    if isinstance(preferred, Study) and isinstance(other, Study):
        return replace(preferred, notes=(*preferred.notes, _change_note(preferred, shown_name)))
    if isinstance(preferred, Study) or other is None:
        return preferred or NO_RESULT
    if isinstance(other, Study) and question.measure != "MD":
        return refused
    return other if isinstance(other, Study) or preferred is None else preferred


def _change_note(study: Study, shown_name: str) -> str:
    """That a trial prints final values and changes, and which of them are pooled."""
    kinds = ("final values", "changes from baseline")
    pooled, unpooled = reversed(kinds) if study.change else kinds
    return f"{shown_name} prints {pooled} (pooled) and {unpooled} (not pooled)"


def _study_at_last_time(
    name: str,
    shown_name: str,
    trial: Trial,
    trial_results: Sequence[AnalysedResult],
    question: Question,
    shares: Shares | None,
) -> Study | str:
    """The study at the last time at which it gives the measure; or why it does at none."""
    reasons: list[str] = []
    times = dict.fromkeys(result.result.at for result in trial_results)
    for at in sorted(times, key=length, reverse=True):
        results = [result for result in trial_results if result.result.at == at]
        pieces = [piece for result in results for piece in question.evidence(result)]
        study = study_of(name, shown_name, trial, pieces, question.measure, question.arms, shares)
        if isinstance(study, Study):
            return study
        reasons.append(study if pieces else lacking(results, question.measure))
    return reasons[0]


def lacking(results: Sequence[AnalysedResult], measure: str) -> str:
    """What results print instead of anything that a pool can take."""
    numbers = any(result.result.arms or result.p or result.result.effect for result in results)
    if not numbers and any(result.result.favours or result.result.wording for result in results):
        return "says what was found without numbers"
    if numbers:
        if all(result.contrast is None for result in results):
            return "does not say which arms it compares"
        if not any(result.contrast and result.contrast.sizes for result in results):
            return SIZES_NOT_REPORTED
    if printed := values_printed(results):
        return f"prints {listed(printed)}, from which no {measure} follows"
    return f"prints nothing that {measure} follows from"


def _category_shares(
    question: Question, answering: Mapping[str, list[AnalysedResult] | str], names: Mapping[str, str]
) -> Shares | None:
    """How participants spread over the scale: as in the first trial that prints it, else evenly over a short one."""
    results = [
        result
        for trial_results in answering.values()
        if not isinstance(trial_results, str)
        for result in trial_results
    ]
    for piece in (piece for result in results for piece in evidence(result)):
        if piece.kind == "distribution" and piece.groups and piece.analysed.result.definition is None:
            first, second = piece.groups
            if isinstance(first, OrdinalGroup) and isinstance(second, OrdinalGroup):
                both = first.joined(second)
                shares = tuple(count / both.n for count in both.counts)
                return (
                    Shares(shares, f"spread as in {names[piece.analysed.trial_id]}")
                    if max(shares) < 1
                    else None
                )
    scale = categories(results[0].outcome) if results else None
    if scale is None or results[0].outcome.type != "ordinal":
        return None
    return Shares((1 / len(scale),) * len(scale), "spread evenly")


def _with_allocation_mark(entry: Entry, trial: Trial, control: str | None) -> Entry:
    """The entry with a mark where nothing says that its arms were made by chance."""
    mark = not_randomised(trial, control)
    return replace(entry, marks=(*entry.marks, mark)) if mark else entry


def _notes_beside(
    studies: Sequence[Study], trials: Mapping[str, Trial], names: Mapping[str, str]
) -> Iterator[str]:
    """What must be known of studies that stand side by side, and which of them reviewers do not trust."""
    doubts = [(names[study.name], trials[study.name].concern_words) for study in studies]
    if distrusted := [f"{name} ({concern})" for name, concern in doubts if concern]:
        taken_in = f"taken in, though judged to raise concerns about trustworthiness: {listed(distrusted)}"
        yield f"{taken_in}; --trust exclude, only or both chooses otherwise"
    origins = {study.name: not_randomised(trials[study.name], study.control) for study in studies}
    others = [name for name, origin in origins.items() if origin]
    if others and len(others) < len(studies):
        kinds = dict.fromkeys(origins[name] for name in others)
        beside = listed(
            [
                f"{listed([names[name] for name in others if origins[name] == kind])} ({kind})"
                for kind in kinds
            ]
        )
        yield f"not randomised, beside randomised trials: {beside}; --design randomised pools those alone"
    adjusted = [names[study.name] for study in studies if study.adjusted]
    crude = [names[study.name] for study in studies if not study.adjusted]
    if adjusted and crude:
        yield f"adjusted effects ({listed(adjusted)}) stand beside unadjusted ones ({listed(crude)})"
    changes = [names[study.name] for study in studies if study.change]
    if changes and len(changes) < len(studies):
        yield f"changes from baseline ({listed(changes)}) stand beside final values, as mean differences can"
