"""What `pool OUTCOME` answers: a pool for each time, where each study's data come from, and who is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.harms import harm_counts
from msc_evidence.analysis.pool.combined_p import combine
from msc_evidence.analysis.pool.entry import Entry, Selection, pooled_entries
from msc_evidence.analysis.pool.feasible import feasible_pool
from msc_evidence.analysis.pool.measure_choice import asked_measure, question_measure
from msc_evidence.analysis.pool.pool import TWO, Pool, Refused, StudySet
from msc_evidence.analysis.pool.registry_sets import reasons, sets_at, why_none
from msc_evidence.analysis.pool.selection import ELSEWHERE, Question, select, timed_selections
from msc_evidence.analysis.pool.study_facts import StudyFacts, registry_facts
from msc_evidence.analysis.pool.times import LAST, PoolTime, apart_words, times_words, titled
from msc_evidence.registry.lookup import shown_names
from msc_evidence.registry.reported import Time
from msc_evidence.tables.harm_words import aside_words
from msc_evidence.tables.headline import question_words
from msc_evidence.tables.pool import screen as pool_screen
from msc_evidence.tables.pool.explored import FurtherRequest, explored
from msc_evidence.tables.pool.feasible import feasible_pool_rows, feasible_pool_words
from msc_evidence.tables.pool.request import Answer, Request, answer_table
from msc_evidence.tables.pool.studies import studies_table
from msc_evidence.tables.table import Block, Line, Screen, Sentences, Table, Value
from msc_evidence.tables.words import group_title

Pools = list[tuple[str, Pool]]


@dataclass(frozen=True, slots=True)
class _PoolsAtTime:
    """The pools at one time: those of each scenario, with what was asked beside them."""

    at: PoolTime
    selection: Selection
    sets: tuple[StudySet, ...]
    facts: tuple[StudyFacts, ...]
    pools: tuple[Pools, ...]


def from_registry(
    query: Query, question: Question, at: PoolTime | None, request: Request, further_request: FurtherRequest
) -> Answer:
    """The pools of an outcome over the trials asked for, one at each time unless one is asked for.

    Raises Refused where no trial enters at any, and for what cannot be answered.
    """
    question, chosen = _with_measure(query, question, at, request)
    settings, names = request.settings(question.measure), shown_names(query.registry.trials)
    selected = timed_selections(question, at, query.results, query.registry.trials)
    several = len(selected) > 1
    timed: list[_PoolsAtTime] = []
    refused: list[tuple[PoolTime, Selection, str]] = []
    for pool_time, selection in selected:
        named = selection.named(names)
        try:
            if not named.entries:
                raise Refused(why_none([named], question.measure))
            sets = sets_at(named, pool_time, question.measure, several=several)
            facts = [registry_facts(entries) for _, entries in named.scenarios(question.measure)]
            pairs = zip(sets, facts, strict=True)
            pools = tuple(
                _named_pools(studies, request.pools(studies, settings, of_set)) for studies, of_set in pairs
            )
            timed.append(_PoolsAtTime(pool_time, named, tuple(sets), tuple(facts), pools))
        except Refused as error:
            if not several:
                raise
            refused.append((pool_time, named, str(error) if named.entries else ""))
    if not timed:
        raise Refused(why_none([selection.named(names) for _, selection in selected], question.measure))
    known = [pair for pools_at in timed for pair in zip(pools_at.sets, pools_at.facts, strict=True)]
    further = explored(known, settings, further_request)
    outcome = query.registry.outcomes[question.outcome].name
    title = outcome + (f" ({question.definition})" if question.definition else "")

    def screen() -> Screen:
        beside = iter(further.blocks)
        blocks: list[Block] = [Line(question_words(query)), Line("")]
        for pools_at in timed:
            further_blocks = [next(beside) for _ in pools_at.sets]
            blocks += _time_blocks(title, pools_at, further_blocks, further_request.by, request.every_model)
        closing = tuple(_left_out_sentences(timed, refused, several=several))
        last = () if not several else tuple(_across_times_sentences(query, question, timed, refused, names))
        harms = tuple(_harm_sentences(query, question, names))
        return Screen((*blocks, Sentences((*closing, *last, *harms))))

    rows = partial(_study_rows, timed)
    all_pools = [pool for pools_at in timed for pools in pools_at.pools for pool in pools]
    table = answer_table(further, all_pools, rows, lambda: tuple(_feasible_rows(timed)))
    choices = dict.fromkeys(note for pools_at in timed for note in pools_at.selection.notes)
    return Answer(table, screen, chosen, rows, tuple(choices))


def _study_rows(timed: Sequence[_PoolsAtTime]) -> Table:
    """The studies of every pool, and those that are in none."""
    firsts = [
        (*pools[0], _study_bases(pools_at, at))
        for pools_at in timed
        for at, pools in enumerate(pools_at.pools)
    ]
    return studies_table(
        firsts, tuple(dict.fromkeys(pair for pools_at in timed for pair in pools_at.selection.left_out))
    )


def _study_bases(timed: _PoolsAtTime, scenario: int) -> list[str]:
    """Where the studies of a scenario's pool come from."""
    (_, pool), *_ = timed.pools[scenario]
    _, entries = timed.selection.scenarios(pool.settings.measure)[scenario]
    return [basis_words(entry) for entry in pooled_entries(entries, pool)]


def _named_pools(studies: StudySet, pools: Pools) -> Pools:
    """The pool of a set and those asked for beside it, each named by the set too."""
    first, *others = pools
    return [first, *((", ".join(filter(None, (studies.name, name))), pool) for name, pool in others)]


def _with_measure(
    query: Query, question: Question, at: PoolTime | None, request: Request
) -> tuple[Question, tuple[str, ...]]:
    """The question with its measure, and a remark where it was chosen."""
    if request.measure is not None:
        return replace(question, measure=request.measure), ()
    measure = question_measure(question, at, query.results, query.registry)
    registry_measure = asked_measure(query.registry.summary, replace(question, at=LAST if at is None else at))
    kind = query.registry.outcomes[question.outcome].type
    by = (
        "the registry's question"
        if registry_measure
        else f"the outcome's type ({kind}) and what trials print of it"
    )
    remark = f"measure {measure}, by {by}; --measure names another"
    return replace(question, measure=measure), (remark,)


def _time_blocks(
    title: str, timed: _PoolsAtTime, beside: Sequence[tuple[Block, ...]], by: str | None, every_model: bool
) -> Iterator[Block]:
    """The pools of one time, scenario by scenario, and what they say."""
    measure = timed.pools[0][0][1].settings
    scenarios = timed.selection.scenarios(measure.measure)
    for (name, entries), pools, further in zip(scenarios, timed.pools, beside, strict=True):
        when = titled(title, timed.at)
        heading = ", ".join(part for part in (when, measure.title, name) if part)
        (_, pool), *others = pools
        kept = pooled_entries(entries, pool)
        groups = (group_title(by), registry_facts(kept).grouping(by).values) if by else ("", ())
        times = [entry.at for entry in kept]
        differing = times if len(set(times)) > 1 else []
        yield from pool_screen.pool_blocks(
            heading,
            pool,
            [basis_words(entry) for entry in kept],
            differing,
            groups,
            every_model=every_model,
        )
        if others:
            yield pool_screen.other_pools(others)
        if every_model or pool.pooled.k > TWO:
            yield from pool_screen.combined_blocks(name, combine(entries))
        yield from further
    pooled = pooled_entries(timed.selection.entries, timed.pools[0][0][1])
    people, whole = round(sum(entry.participants for entry in pooled)), all(entry.sized for entry in pooled)
    possible = feasible_pool(timed.selection.entries, timed.pools[0][0][1])
    if possible is not None:
        yield Sentences((feasible_pool_words(possible),))
    firsts = [(name, pools[0][1]) for (name, _), pools in zip(scenarios, timed.pools, strict=True)]
    yield pool_screen.sentence(people, firsts, whole=whole)
    if timed.selection.notes:
        yield Sentences(tuple(f"{note[0].upper()}{note[1:]}." for note in timed.selection.notes))


def _feasible_rows(timed: Sequence[_PoolsAtTime]) -> Iterator[Mapping[str, Value]]:
    """What the pool of each time can be over all data sets with the p-values of studies that print nothing else."""
    for pools_at in timed:
        when = times_words(pools_at.at) if len(timed) > 1 else ""
        yield from feasible_pool_rows(pools_at.selection.entries, pools_at.pools[0][0][1], when)


def basis_words(entry: Entry) -> str:
    """`counts, 4/16 v 21/36`, `p, as of a t test, direction not reported, 39 v 15`."""
    silent = [] if entry.directed else ["direction not reported"]
    sizes = groups_words(entry) if entry.sized else "group sizes not reported"
    return ", ".join([entry.words, *entry.marks, *silent, sizes])


def groups_words(entry: Entry) -> str:
    """`4/16 v 21/36` of counts, `39 v 15` of other data."""
    return " v ".join(entry.arm_words)


def _left_out_sentences(
    timed: Sequence[_PoolsAtTime], refused: Sequence[tuple[PoolTime, Selection, str]], *, several: bool
) -> Iterator[str]:
    """Who is not in the pool of a time, and times that give none."""
    if not several:
        yield from (
            f"Not in the pool: {'; '.join(reasons(pools_at.selection.left_out))}."
            for pools_at in timed
            if pools_at.selection.left_out
        )
        return
    for pools_at in timed:
        if present := _left_out_at_time(pools_at.selection):
            yield f"Not in the pool {_at_words(pools_at.at)}: {'; '.join(reasons(present))}."
    for at, selection, why in refused:
        yield f"No pool {_at_words(at)}: {why or '; '.join(reasons(_left_out_at_time(selection)))}."


def _harm_sentences(query: Query, question: Question, names: Mapping[str, str]) -> Iterator[str]:
    """What trials count of the outcome as a harm and no pool can hold."""
    for name, trial in query.records.items():
        for counts in harm_counts(name, trial, query.registry.outcomes):
            if counts.outcome == question.outcome and counts.counted is None:
                yield aside_words(counts, names[name])


def _across_times_sentences(
    query: Query,
    question: Question,
    timed: Sequence[_PoolsAtTime],
    refused: Sequence[tuple[PoolTime, Selection, str]],
    names: Mapping[str, str],
) -> Iterator[str]:
    """Trials that report nothing of what is pooled at any time, and times near each other that were kept apart."""
    selections = [pools_at.selection for pools_at in timed] + [selection for _, selection, _ in refused]
    named_trials = {entry.study for selection in selections for entry in selection.entries}
    named_trials |= {name for selection in selections for name, _ in _left_out_at_time(selection)}
    whole = select(replace(question, at=LAST), query.results, query.registry.trials).named(names)
    if missing := [pair for pair in whole.left_out if pair[0] not in named_trials]:
        yield f"In none of these pools: {'; '.join(reasons(missing))}."
    times = [pools_at.at for pools_at in timed] + [at for at, _, _ in refused]
    if apart := apart_words(times):
        yield f"{apart[0].upper()}{apart[1:]}."


def _left_out_at_time(selection: Selection) -> list[tuple[str, str]]:
    """Those left out that report what was asked at the time."""
    return [pair for pair in selection.left_out if not pair[1].startswith(ELSEWHERE)]


def _at_words(at: PoolTime) -> str:
    return times_words(at) if isinstance(at, Time) else "without a time"
