"""MSC821: the same numbers of different things, in two trials or twice in one."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.finding import Path
from msc_evidence.checks.groups import exact_number
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Values

#: Numbers with fewer digits than these coincide every day.
DIGITS = 3
#: One estimate of three digits coincides about so often; with a limit, or as mean and SD of two arms, far less.
ALONE, TOGETHER = 0.01, 0.0001
#: So many coincidences among all pairs of trials are expected by chance, and no more, where two are worth a warning.
EXPECTED = 0.01
#: Numbers that more trials than these share are no pair's: hits for each pair would grow with the square of the trials.
CROWD = 20


@dataclass(frozen=True, slots=True)
class Coincidence:
    """Numbers that two trials both print of one thing: how often that happens, where, and what they are."""

    chance: float
    path: Path
    what: str


@check("MSC821", "warning")
def same_numbers_twice(subject: Subject) -> Iterator[Hit]:
    """the same numbers in two trials, or of two things in one.

    Between any two trials of the registry that are not parts of one another and share neither DOI nor
    registration: mean and SD of both arms of one variable or outcome, and effect estimates, alone or with a
    limit, all with three or more digits. A warning for two coincidences or more where among all pairs of
    trials 0.01 or fewer such would be expected, an estimate alone taken to coincide once in 100, the others
    once in 10,000; a note for one of the latter. Numbers that more than twenty trials share are said once of each,
    with the first of the others. Within a trial: mean and SD of both arms the same for two
    characteristics, or for two times of an outcome.
    It matters because copied data are still the data of another study.
    Example: −2.41 and 1.17 as both effects of two trials.
    It cannot see a control group that two reports share, which it names all the same.
    Source: INSPECT-SR 3.1 and 4.7.

    Flagged:
        trials:
          first:
            citation: {authors: [Doe J], year: 2020, doi: 10.1000/1}
            results:
              - {outcome: infarct, at: 90 d, effect: {measure: MD, estimate: -2.41}}
              - {outcome: motricity, at: 90 d, effect: {measure: MD, estimate: 1.17}}
          second:
            citation: {authors: [Doe J], year: 2021, doi: 10.1000/2}
            registration: [NCT01716482]
            results:
              - {outcome: infarct, at: 90 d, effect: {measure: MD, estimate: -2.41}}
              - {outcome: motricity, at: 90 d, effect: {measure: MD, estimate: 1.17}}
    Silent:
        trials:
          first:
            citation: {authors: [Doe J], year: 2020, doi: 10.1000/1}
            results:
              - {outcome: infarct, at: 90 d, effect: {measure: MD, estimate: -2.41}}
              - {outcome: motricity, at: 90 d, effect: {measure: MD, estimate: 1.17}}
          second:
            citation: {authors: [Doe J], year: 2021, doi: 10.1000/2}
            registration: [NCT01716482]
            results:
              - {outcome: infarct, at: 90 d, effect: {measure: MD, estimate: -2.41}}
              - {outcome: motricity, at: 90 d, effect: {measure: MD, estimate: 1.19}}
    """
    yield from _within_trial(subject.trial)
    index = _printed_index(_Registry(subject.analysis))
    shared: dict[str, list[Coincidence]] = defaultdict(list)
    crowded: list[tuple[Coincidence, list[str]]] = []
    for key, entry in index.by_trial.get(subject.id, {}).items():
        if len(index.by_key[key]) > CROWD:
            crowded.append((entry, index.by_key[key]))
            continue
        for other in index.by_key[key]:
            if other != subject.id and not _belong_together(subject, other):
                shared[other].append(entry)
    pairs = math.comb(len(subject.analysis.registry.trials), 2)
    for other, found in shared.items():
        yield from _pair_hits(other, found, index.things(subject.id, other), pairs)
    yield from _crowd_hits(subject, crowded)


@dataclass(frozen=True, slots=True)
class _Registry:
    """An analysis by its identity, for the cache."""

    analysis: Analysis

    def __hash__(self) -> int:
        return id(self.analysis.registry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Registry) and other.analysis.registry is self.analysis.registry


@dataclass(frozen=True, slots=True)
class _Index:
    """What each trial prints, and which trials print it."""

    by_trial: dict[str, dict[object, Coincidence]] = field(default_factory=dict)
    by_key: dict[object, list[str]] = field(default_factory=lambda: defaultdict(list))

    def things(self, first: str, second: str) -> int:
        """How many things both trials print long numbers of."""
        one, two = ({entry.what for entry in self.by_trial[name].values()} for name in (first, second))
        return len(one & two)


@lru_cache(maxsize=2)
def _printed_index(registry: _Registry) -> _Index:
    index = _Index()
    for name, trial in registry.analysis.registry.trials.items():
        index.by_trial[name] = dict(_printed(trial))
        for key in index.by_trial[name]:
            index.by_key[key].append(name)
    return index


def _printed(trial: Trial) -> Iterator[tuple[object, Coincidence]]:
    """What a trial prints with long numbers, by what must be the same to coincide."""
    for index, row in enumerate(trial.baseline):
        if key := _two_arms(trial, row.arms):
            what = row.variable.casefold()
            yield (what, row.unit, key), Coincidence(TOGETHER, ("baseline", index), what)
    for index, result in enumerate(trial.results):
        about = result.outcome, result.at, result.definition, result.change
        what = f"{result.outcome} at {result.at}"
        if key := _two_arms(trial, result.arms):
            yield (about, key), Coincidence(TOGETHER, ("results", index), what)
        if result.effect and _is_long(result.effect.estimate):
            effect, path = result.effect, ("results", index, "effect")
            yield (about, effect.measure, effect.estimate), Coincidence(ALONE, path, what)


def _two_arms(trial: Trial, arms: dict[str, Values] | None) -> tuple[Reported, ...] | None:
    """Mean and SD of both arms, the treated first, where all four have digits enough."""
    if arms is None or len(arms) != 2:
        return None
    if any(values.mean is None or values.sd is None for values in arms.values()):
        return None
    ordered = sorted(arms, key=lambda name: trial.arms[name].role == "control")
    numbers = [exact_number(number) for name in ordered for number in (arms[name].mean, arms[name].sd)]
    long = [number for number in numbers if number is not None and _is_long(number)]
    return tuple(long) if len(long) == 4 else None


def _is_long(number: Reported | None) -> bool:
    """Whether a number is printed with three digits or more, zeros before the first aside."""
    return number is not None and len(number.value.as_tuple().digits) >= DIGITS


def _belong_together(subject: Subject, other_id: str) -> bool:
    trial, other = subject.trial, subject.analysis.registry.trials[other_id]
    parts = other.part_of == subject.id or trial.part_of == other_id
    parts = parts or (trial.part_of is not None and trial.part_of == other.part_of)
    dois = [each.citation.doi.casefold() for each in (trial, other) if each.citation.doi]
    numbers = [
        set(each.registration) if isinstance(each.registration, list) else set() for each in (trial, other)
    ]
    return parts or (len(dois) == 2 and dois[0] == dois[1]) or bool(numbers[0] & numbers[1])


def _pair_hits(other: str, found: list[Coincidence], things: int, pairs: int) -> Iterator[Hit]:
    strongest: dict[str, Coincidence] = {}
    for entry in sorted(found, key=lambda entry: -entry.chance):
        strongest[entry.what] = entry
    entries = list(strongest.values())
    expected = pairs * math.comb(max(things, len(entries)), len(entries))
    expected_number = expected * math.prod(entry.chance for entry in entries)
    named = ", ".join(entry.what for entry in entries)
    path = min((entry.path for entry in entries), key=lambda path: (str(path[0]), path[1]))
    if len(entries) > 1 and expected_number <= EXPECTED:
        among = counted(pairs, "pair")
        message = f"the same numbers as in {other}: {named}; expected among {among}: {expected_number:.2g}"
        yield Hit(path, message, f"{len(entries)} alike")
    elif min(entry.chance for entry in entries) <= TOGETHER:
        yield Hit(path, f"the same numbers as in {other}: {named}", severity="note")


def _crowd_hits(subject: Subject, crowded: list[tuple[Coincidence, list[str]]]) -> Iterator[Hit]:
    """One hit for the numbers that so many trials share that a hit for each pair would say nothing."""
    strong = [(entry, names) for entry, names in crowded if entry.chance <= TOGETHER]
    if not strong:
        return
    first = [name for name in strong[0][1][: CROWD + 1] if name != subject.id]
    apart = [name for name in first if not _belong_together(subject, name)]
    if apart:
        things = ", ".join(dict.fromkeys(entry.what for entry, _ in strong))
        message = (
            f"the same numbers as in {len(strong[0][1]) - 1} other trials, {apart[0]} among them: {things}"
        )
        yield Hit(strong[0][0].path, message, severity=None if strong[1:] else "note")


def _within_trial(trial: Trial) -> Iterator[Hit]:
    """Mean and SD of both arms that stand twice in one record."""
    rows: dict[object, str] = {}
    for index, row in enumerate(trial.baseline):
        if key := _two_arms(trial, row.arms):
            before = rows.setdefault(key, row.variable)
            if before.casefold() != row.variable.casefold():
                message = f"mean and SD of both arms are those of {before}"
                yield Hit(("baseline", index), f"{row.variable}: {message}", str(key[0]))
    times: dict[object, object] = {}
    for index, result in enumerate(trial.results):
        if key := _two_arms(trial, result.arms):
            about = result.outcome, result.definition, result.change, key
            earlier = times.setdefault(about, result.at)
            if earlier != result.at:
                message = f"mean and SD of both arms at {result.at} are those at {earlier}"
                yield Hit(("results", index, "arms"), message, str(key[0]), outcome=result.outcome)
