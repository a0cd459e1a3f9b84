"""The groups of participants a record gives values for, each with the scale and the size that hold for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from msc_evidence.analysis.contrast import size_elsewhere
from msc_evidence.checks.finding import Path, Severity
from msc_evidence.checks.rule import Hit, Subject
from msc_evidence.registry.design import Arm, Participants
from msc_evidence.registry.fields import NotReported
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.registry.reported import Reported, Span
from msc_evidence.registry.values import Values
from msc_evidence.statistics.interval import Interval

#: Exact sums and tests over more participants take too long; such sizes count as unknown.
LARGEST = 1_000_000
#: More sums than this behind one printed mean, and its SD can hardly be impossible.
MOST_TOTALS = 10_000
#: No score, volume or number of cells lies beyond this, and squares of much larger numbers overflow.
LARGEST_VALUE = 10**15


#: What is said of a number that is right but for the digits left out.
CUT_OFF = "(cut off, not rounded)"


@dataclass(frozen=True, slots=True)
class Size:
    """How many participants a group has: as its values say, else as its arm does."""

    n: int | None
    #: Whether the values themselves say so; an arm's size need not be the number measured.
    stated: bool
    #: The most it can be: everyone allocated to it.
    most: int | None

    @property
    def severity(self) -> Severity | None:
        """Weaker than the rule's own where the size is only the arm's."""
        return None if self.stated else "warning"

    @property
    def possible(self) -> frozenset[int]:
        """What n may be: as stated, else those analysed, or all who were allocated, as at entry."""
        return frozenset(n for n in (self.n, None if self.stated else self.most) if n is not None)


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one variable in one group, with what they are values of."""

    path: Path
    values: Values
    size: Size
    #: What was measured: the outcome of a result, or one that a baseline variable bears the name of.
    outcome: Outcome | None
    outcome_id: str | None
    variable: str
    unit: str | None
    #: The result it belongs to; None at baseline.
    result: Result | None
    source: str

    @property
    def observed(self) -> bool:
        """Whether the values describe participants rather than a model's estimates."""
        return self.result is None or not self.result.altered

    @property
    def scale(self) -> Outcome | None:
        """The outcome, where the values are scores on its scale: no change, definition or model."""
        derived = self.result is not None and (self.result.change or self.result.definition is not None)
        return self.outcome if self.observed and not derived else None

    @property
    def stepped_outcome(self) -> Outcome | None:
        """The outcome, where the values are scores on a scale that may have steps, or their changes."""
        outcome = self.outcome if self.observed else None
        if outcome is None or outcome.type not in ("ordinal", "continuous"):
            return None
        return None if self.result is not None and self.result.definition is not None else outcome

    @property
    def of_possible_sizes(self) -> tuple[Group, ...]:
        """The group as it stands, and at entry, where it states no n, as one of all who were allocated too."""
        if self.result is not None or len(self.size.possible) < 2:
            return (self,)
        return self, replace(self, size=replace(self.size, n=self.size.most))

    @property
    def changed(self) -> bool:
        """Whether the values are changes from baseline."""
        return self.result is not None and self.result.change


def hit_at_any_size(group: Group, hit_of: Callable[[Group], Hit | None]) -> Iterator[Hit]:
    """What is wrong with a group, where it is wrong of each number of participants that it may have."""
    hits = [hit_of(sized) for sized in group.of_possible_sizes]
    if hits[0] is not None and None not in hits:
        yield hits[0]


def value_groups(subject: Subject) -> Iterator[Group]:
    """Every group with values, in the order of the record: baseline, then results."""
    trial = subject.trial
    size_of = subject.size_of
    yield from _baseline_groups(subject, size_of)
    for index, result in enumerate(trial.results):
        outcome, source = subject.outcomes[result.outcome], trial.source_of(result)
        for arm, values in (result.arms or {}).items():
            path, size = ("results", index, "arms", arm), stated_size(values, size_of(source, arm))
            if not size.stated and (n := size_elsewhere(trial, result, arm)) is not None:
                size = Size(n, True, n)
            yield Group(path, values, size, outcome, result.outcome, outcome.name, None, result, source)


def _baseline_groups(subject: Subject, size_of: Callable[[str, str], Size]) -> Iterator[Group]:
    trial = subject.trial
    if not trial.baseline:
        return
    scales = _outcome_ids_by_name(subject.outcomes)
    whole = cache(lambda source: total_size(trial, source))
    for index, row in enumerate(trial.baseline):
        source = trial.source_of(row)
        outcome_id = scales.get(row.variable.casefold())
        outcome = subject.outcomes[outcome_id] if outcome_id else None
        named = (outcome, outcome_id, row.variable, row.unit, None, source)
        if row.all is not None:
            yield Group(("baseline", index, "all"), row.all, stated_size(row.all, whole(source)), *named)
        for arm, values in (row.arms or {}).items():
            path = ("baseline", index, "arms", arm)
            yield Group(path, values, stated_size(values, size_of(source, arm)), *named)


def _outcome_ids_by_name(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    return {
        name.casefold(): key
        for key, outcome in outcomes.items()
        for name in (key, outcome.short, outcome.name)
        if name
    }


def stated_size(values: Values, default: Size) -> Size:
    """The size that values state, else the one of their group."""
    n = count_of(values.n)
    return default if n is None else Size(n if n <= LARGEST else None, True, n)


def count_of(number: Reported | NotReported | None) -> int | None:
    """A reported count as a whole number, None where there is none."""
    return number.count if isinstance(number, Reported) else None


def exact_number(number: Reported | None) -> Reported | None:
    """A number that is printed as it is, without `<` or `>`, and of a size that can be computed with."""
    if number is None or number.comparator != "=" or number.decimals > 15:
        return None
    return number if abs(number.value) <= LARGEST_VALUE else None


def rounding_interval(number: Reported | None) -> Interval | None:
    """Everything that a printed number can stand for."""
    exact = exact_number(number)
    return None if exact is None else Interval(*exact.bounds)


def location_values(values: Values) -> Iterator[tuple[str, Reported]]:
    """Mean, median, quartiles and extremes, each with its key."""
    for key in ("mean", "median"):
        number = getattr(values, key)
        if number is not None:
            yield key, number
    for key in ("iqr", "range"):
        ends = getattr(values, key)
        if ends is not None:
            yield from ((key, ends.low), (key, ends.high))


def values_outside(values: Values, limits: Span) -> Iterator[tuple[str, Reported]]:
    """Of those the ones that lie wholly beyond the limits, whatever was rounded."""
    lowest, highest = float(limits.low), float(limits.high)
    for key, number in location_values(values):
        if number.bounds[1] < lowest or number.bounds[0] > highest:
            yield key, number


def accounts_by_source(trial: Trial) -> Iterator[tuple[Path, str, Participants, Mapping[str, Arm]]]:
    """Participants and arms as each source gives them: where, the source, and both."""
    yield (), trial.first_source, trial.participants, trial.arms
    for index, also in enumerate(trial.also):
        yield ("also", index), also.source, also.participants or Participants.model_validate({}), also.arms


def arm_size(trial: Trial, source: str, arm: str) -> Size:
    """The size of an arm in a source: as that source gives it, else the first source."""
    for also in trial.also:
        if also.source == source and arm in also.arms and analysed_size(also.arms[arm]) is not None:
            return _group_size_of_arm(also.arms[arm], 0)
    if arm not in trial.arms:
        return Size(None, False, None)
    parts = trial.arms[arm].combines or ()
    if parts and analysed_size(trial.arms[arm]) is None:
        sizes = [arm_size(trial, source, part) for part in parts]
        return Size(_known_sum(size.n for size in sizes), False, _known_sum(size.most for size in sizes))
    unaccounted = _participants_in_no_arm(trial) if trial.arms[arm].randomised is None else 0
    return _group_size_of_arm(trial.arms[arm], unaccounted)


def _known_sum(numbers: Iterable[int | None]) -> int | None:
    """The sum, None unless all are known."""
    known = list(numbers)
    return sum(n for n in known if n is not None) if None not in known else None


def analysed_size(arm: Arm) -> int | None:
    """Participants analysed in an arm, else those randomised to it."""
    n = count_of(arm.n)
    return count_of(arm.randomised) if n is None else n


def _participants_in_no_arm(trial: Trial) -> int:
    """Participants enrolled whom no arm counts: any arm may have been theirs."""
    enrolled = count_of(trial.participants.enrolled)
    if enrolled is None:
        return 0
    return max(0, enrolled - sum(allocated_participants(arm) or 0 for arm in trial.arms.values()))


def allocated_participants(arm: Arm) -> int | None:
    """Participants allocated to an arm, as far as its counts say."""
    n, randomised, lost = count_of(arm.n), count_of(arm.randomised), count_of(arm.lost)
    if n is not None:
        n += lost or 0
    return max((size for size in (randomised, n) if size is not None), default=None)


def _group_size_of_arm(arm: Arm, unaccounted: int) -> Size:
    most = allocated_participants(arm)
    if most is not None and arm.randomised is None:
        most += unaccounted
    n = analysed_size(arm)
    return Size(n if n is not None and n <= LARGEST else None, False, most)


def total_size(trial: Trial, source: str) -> Size:
    """The size of all arms together; of all participants where an arm has none."""
    sizes = [arm_size(trial, source, arm) for arm in trial.arms if not trial.arms[arm].combines]
    known = [size.n for size in sizes if size.n is not None]
    enrolled, analysed = count_of(trial.participants.enrolled), count_of(trial.participants.analysed)
    n = sum(known) if len(known) == len(sizes) else analysed or enrolled
    if enrolled is None:
        enrolled = sum(allocated_participants(arm) or 0 for arm in trial.arms.values())
    return Size(n, False, None if n is None else max(n, enrolled))
