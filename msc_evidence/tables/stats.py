"""What a registry holds: trials, participants, results, numbers with their sources, and p-values by verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from msc_evidence.analysis.baseline import analyse_baseline
from msc_evidence.analysis.design import own_arms
from msc_evidence.analysis.filters import Query, is_controlled, narrowed_registry
from msc_evidence.analysis.pool.reach import pooled_outcomes
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import Analysis
from msc_evidence.analysis.stated import stated_attribute
from msc_evidence.registry.design import Arm
from msc_evidence.registry.identifiers import registration_address
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.lookup import OWN_TEXTS
from msc_evidence.registry.model import Also, Trial
from msc_evidence.registry.numbers import TieCount, count_ties, recorded_numbers
from msc_evidence.registry.publication import Source
from msc_evidence.registry.reported import Reported
from msc_evidence.tables.headline import headline
from msc_evidence.tables.table import Column, Table

COLUMNS = (
    Column("section", "Section", grouped=True, whole=True),
    Column("item", "What"),
    Column("count", "Count", "number"),
    Column("of", "Of", "number"),
)
NOTES = (
    "Participants are those that a source states, of a trial or of all its arms; where none does, the trial is counted"
    " as without a number and nothing is assumed. A subset of a trial of the registry is no trial of its own, nor are"
    " its participants; its results and numbers are counted. Historical controls are no participants.",
)


@dataclass(frozen=True, slots=True)
class Count:
    """A count: what is counted, and the whole that it is a part of, if any."""

    item: str
    count: int
    of: int | None = None


def query_stats(query: Query) -> Table:
    """How much a registry holds of what was asked for."""
    return replace(registry_stats(narrowed_registry(query)), title=headline(query))


def registry_stats(registry: Registry) -> Table:
    """How much a registry holds, one count in a row."""
    sections: dict[str, Iterator[Count]] = {
        "Overview": first_counts(registry),
        "Trials": _trial_counts(registry),
        "Participants": _participant_counts(registry),
        "Sources": _source_counts(registry),
        "Results": _result_counts(registry),
        "Numbers": _number_counts(registry),
        "p-values": _p_value_counts(registry),
        "Tied numbers": _ties_by_trial(registry),
    }
    rows = tuple(
        {"section": section, "item": count.item, "count": count.count, "of": count.of}
        for section, counts in sections.items()
        for count in counts
    )
    return Table("registry stats", COLUMNS, rows, registry.title or "", NOTES)


def first_counts(registry: Registry) -> Iterator[Count]:
    """What of the registry is watched, what can be recomputed, and what can be pooled."""
    ties = _all_ties(registry)
    yield Count("numbers tied to the figures of their source", ties.tied, ties.numbers)
    analysis = Analysis(registry)
    verdicts = _verdicts(analysis)
    recomputed = [verdict for verdict in verdicts if verdict not in (None, Verdict.NOT_RECOMPUTABLE)]
    yield Count("p-values that can be recomputed", len(recomputed), len(verdicts))
    pooled = pooled_outcomes(analysis)
    yield Count(
        "outcomes of which two trials or more can be pooled",
        len({item.outcome for item in pooled}),
        len(registry.outcomes),
    )
    yield Count("the same with their times and definitions apart", len(pooled))


def _verdicts(analysis: Analysis) -> list[Verdict | None]:
    """What became of every p of a result or of a characteristic at entry, as `check` counts them."""
    trials = analysis.registry.trials
    found = (
        result
        for name, trial in trials.items()
        for result in (*analyse_baseline(name, trial), *analysis.results(name))
    )
    return [result.verdict for result in found if result.p is not None]


def _all_ties(registry: Registry) -> TieCount:
    trials = registry.trials.values()
    return sum((count_ties(trial, recorded_numbers(trial)) for trial in trials), TieCount(0, 0))


def _ties_by_trial(registry: Registry) -> Iterator[Count]:
    """How many numbers of each trial are tied, one with none recorded left out."""
    for name, trial in registry.trials.items():
        ties = count_ties(trial, recorded_numbers(trial))
        if ties.numbers:
            yield Count(name, ties.tied, ties.numbers)


def _whole_trials(registry: Registry) -> list[Trial]:
    """The trials without those whose participants are a subset of another's."""
    return [trial for name, trial in registry.trials.items() if not registry.is_subset(name)]


def _trial_counts(registry: Registry) -> Iterator[Count]:
    whole = _whole_trials(registry)
    every = len(whole)
    yield Count("trials", every)
    yield Count("controlled", sum(map(is_controlled, whole)), every)
    allocations = Counter(trial.design.allocation or "allocation not recorded" for trial in whole)
    for allocation in ("randomised", "non-randomised", "single-arm"):
        yield Count(allocation, allocations.pop(allocation, 0), every)
    yield Count("allocation not reported or not recorded", allocations.total(), every)
    others = [stated_attribute(trial, "design", "allocation") for trial in whole]
    beside = Counter(
        str(value)
        for allocation_stated in others
        if not allocation_stated.known
        for _, value in allocation_stated.others
    )
    for allocation, count in sorted(beside.items()):
        yield Count(f"of these {allocation} by another source", count, allocations.total())
    yield Count("with results", sum(bool(trial.results) for trial in whole), every)
    yield Count("design only", sum(not trial.results for trial in whole), every)
    yield Count(
        "with results, others of them not seen",
        sum(bool(trial.results and trial.not_seen) for trial in whole),
        every,
    )
    yield Count("with a registration number", sum(isinstance(t.registration, list) for t in whole), every)
    yield Count("records of a subset of one of these trials", len(registry.trials) - every)


def _participant_counts(registry: Registry) -> Iterator[Count]:
    whole = _whole_trials(registry)
    for words, number_of in (
        ("allocated", participants_allocated),
        ("analysed", participants_analysed),
        ("allocated, else analysed", allocated_or_analysed),
    ):
        numbers = [number_of(trial) for trial in whole]
        known = [count for count in numbers if count is not None]
        yield Count(words, sum(known))
        yield Count(f"{words}: trials that say how many", len(known), len(numbers))
        yield Count(f"{words}: trials that do not", len(numbers) - len(known), len(numbers))


def participants_allocated(trial: Trial) -> int | None:
    """Participants allocated to an arm, as the first source that says so; None where none does."""
    return _stated_number(trial, "enrolled", lambda arm: arm.randomised)


def participants_analysed(trial: Trial) -> int | None:
    """Participants analysed, as the first source that says so; None where none does."""
    return _stated_number(trial, "analysed", lambda arm: arm.n)


def allocated_or_analysed(trial: Trial) -> int | None:
    """Participants allocated, else analysed; None where no source says either."""
    number = participants_allocated(trial)
    return participants_analysed(trial) if number is None else number


def _stated_number(trial: Trial, key: str, size: Callable[[Arm], object]) -> int | None:
    """The number of the whole trial by one source, else the sum of all its arms by that source."""
    own = list(own_arms(trial))
    parts: Sequence[Trial | Also] = (trial, *trial.also)
    for part in parts:
        total = _count_of(getattr(part.participants, key, None))
        arms = [_count_of(size(part.arms[name])) if name in part.arms else None for name in own]
        known = [count for count in arms if count is not None]
        if total is not None or (own and len(known) == len(own)):
            return total if total is not None else sum(known)
    return None


def _count_of(value: object) -> int | None:
    return value.count if isinstance(value, Reported) else None


def _source_counts(registry: Registry) -> Iterator[Count]:
    pairs = [(trial, source) for trial in registry.trials.values() for source in trial.sources.values()]
    yield Count("sources", len(pairs))
    for kind, count in Counter(source.kind for _, source in pairs).most_common():
        yield Count(kind, count, len(pairs))
    yield Count("with an identifier or address", sum(_leads_to_source(*pair) for pair in pairs), len(pairs))
    yield Count("with a fingerprint", sum(source.sealed for _, source in pairs), len(pairs))


def _leads_to_source(trial: Trial, source: Source) -> bool:
    """Whether an identifier or address leads to a source; to the trial's own text the trial's does."""
    if source.doi or source.pmid or source.url:
        return True
    if source.kind == "trial registration":
        return registration_address(source.citation or "") is not None
    return source.kind in OWN_TEXTS and bool(
        trial.citation.doi or trial.citation.pmid or trial.citation.pmcid
    )


def _result_counts(registry: Registry) -> Iterator[Count]:
    results = [(trial, result) for trial in registry.trials.values() for result in trial.results]
    counts = {
        "from the first source of their trial": [t.source_of(r) == t.first_source for t, r in results],
        "with a p-value": [r.p is not None for _, r in results],
        "with an effect estimate": [r.effect is not None for _, r in results],
        "with values per arm": [bool(r.arms) for _, r in results],
        "in words only": [not (r.p or r.effect or r.arms or r.statistic) for _, r in results],
    }
    yield Count("results", len(results))
    yield from (Count(words, sum(flags), len(results)) for words, flags in counts.items())
    if registry.pooled:
        yield Count("pooled results of published meta-analyses", len(registry.pooled))
    if registry.reviews:
        yield Count("published meta-analyses", len(registry.reviews))


def _number_counts(registry: Registry) -> Iterator[Count]:
    pairs = [
        (trial, trial.sources[number.source])
        for trial in registry.trials.values()
        for number in recorded_numbers(trial)
    ]
    yield Count("numbers", len(pairs))
    yield Count(
        "with a source that an identifier or address leads to",
        sum(_leads_to_source(*pair) for pair in pairs),
        len(pairs),
    )
    ties = _all_ties(registry)
    yield Count("tied to the figures of their source", ties.tied, ties.numbers)
    kinds = Counter(source.kind for _, source in pairs)
    yield from (Count(f"from: {kind}", count, len(pairs)) for kind, count in kinds.most_common())


def _p_value_counts(registry: Registry) -> Iterator[Count]:
    verdicts = _verdicts(Analysis(registry))
    yield Count("p-values", len(verdicts))
    yield from (Count(str(verdict), verdicts.count(verdict), len(verdicts)) for verdict in Verdict)
    yield Count("not of a comparison of two arms", verdicts.count(None), len(verdicts))
