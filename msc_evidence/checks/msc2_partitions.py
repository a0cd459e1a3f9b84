"""MSC206, MSC214 and MSC215: parts against their whole, arms against all, and what can only grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise, takewhile

from msc_evidence.analysis.design import own_arms
from msc_evidence.checks.finding import Path, Severity
from msc_evidence.checks.groups import Group, count_of
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.reported import Time
from msc_evidence.registry.values import Baseline, Values
from msc_evidence.statistics.interval import Interval

MEN = frozenset({"men", "male", "males", "male sex"})
WOMEN = frozenset({"women", "female", "females", "female sex"})
#: More rows than this under one p are no categories of one variable.
MOST_CATEGORIES = 8
#: Rows without a name in common are taken for the parts of one whole only where no group is farther off than this.
CLOSE = 0.05


@check("MSC206", "warning", fields=("baseline", "events|percent"))
def partition_not_whole(subject: Subject) -> Iterator[Hit]:
    """parts that do not add up to their group.

    The counts of men and women, and of the categories of a variable (`category`), sum to their group, or
    where it states no n to all who were allocated to it, and their percentages to 100, give or take half a
    unit of the last place each. Rows after one with a p and
    without a p of their own are parts of a whole where in some group they sum to it exactly; what is too
    many in another is then a warning, what is too few a note.
    It matters because one of the parts is then wrong, or someone belongs to none or to two.
    Example: 43.6% men and 57.4% women; 4 + 24 of 27 in two stages that are 5 + 22 of 27 in the other arm.
    It cannot see participants who were not classified, nor parts that no group adds up.

    Flagged:
        baseline:
          - {variable: men, arms: {msc: {n: 39, percent: 43.6}}}
          - {variable: women, arms: {msc: {n: 39, percent: 57.4}}}
    Silent:
        baseline:
          - {variable: men, arms: {msc: {n: 39, percent: 43.6}}}
          - {variable: women, arms: {msc: {n: 39, percent: 56.4}}}
    """
    yield from _category_hits(subject)
    yield from _unnamed_parts_hits(subject)
    rows = [group for group in subject.groups if group.result is None]
    men = {_source_and_group(group): group for group in rows if group.variable.casefold() in MEN}
    for group in rows:
        other = men.get(_source_and_group(group)) if group.variable.casefold() in WOMEN else None
        if other is not None:
            yield from _percentage_hits(other.values, group)
            yield from _count_hits(other.values, group)


def _source_and_group(group: Group) -> tuple[str, Path]:
    return group.source, group.path[2:]


def _percentage_hits(men: Values, women: Group) -> Iterator[Hit]:
    first, second = men.percent, women.values.percent
    if first is None or second is None:
        return
    sum_ = Interval(first.bounds[0] + second.bounds[0], first.bounds[1] + second.bounds[1])
    if 100.0 not in sum_:
        message = f"{first.value}% men and {second.value}% women sum to {first.value + second.value}%"
        yield Hit((*women.path, "percent"), message, f"{first.value + second.value}%", "100%")


def _count_hits(men: Values, women: Group) -> Iterator[Hit]:
    first, second, size = count_of(men.events), count_of(women.values.events), women.size
    if first is None or second is None or size.n is None or first + second in size.possible:
        return
    message = f"{first} men and {second} women sum to {first + second}, not to the {size.n} of the group"
    yield Hit((*women.path, "events"), message, str(first + second), str(size.n))


def _category_hits(subject: Subject) -> Iterator[Hit]:
    """The categories of one variable in one group, against the group."""
    parts: dict[tuple[object, ...], list[Group]] = defaultdict(list)
    for group in subject.groups:
        row = subject.trial.baseline[int(group.path[1])] if group.result is None else None
        if row is not None and row.category is not None:
            parts[group.source, group.variable.casefold(), group.path[2:]].append(group)
    for groups in parts.values():
        if len(groups) > 1:
            yield from _sum_hits(groups)


def _sum_hits(groups: Sequence[Group]) -> Iterator[Hit]:
    """Counts and percentages of the categories of one variable in one group."""
    last, events = groups[-1], [count_of(group.values.events) for group in groups]
    sizes = [group.size.n for group in groups if group.size.n is not None]
    possible = {max(sizes, default=0)}.union(
        *(group.size.possible for group in groups if not group.size.stated)
    )
    outside = max(count_of(group.values.not_applicable) or 0 for group in groups)
    known = [n for n in events if n is not None]
    if len(known) == len(groups) and sizes and sum(known) + outside not in possible:
        message = f"{last.variable}: {_added(known)}, not the {max(sizes)} of the group"
        yield Hit((*last.path, "events"), message, str(sum(known)), str(max(sizes)))
    percents = [group.values.percent for group in groups if group.values.percent_of is None]
    boxes = [Interval(*percent.bounds) for percent in percents if percent is not None]
    if len(boxes) == len(groups) and not outside:
        total = Interval(sum(box.lo for box in boxes), sum(box.hi for box in boxes))
        if 100.0 not in total:
            whole = sum(percent.value for percent in percents if percent is not None)
            yield Hit(
                (*last.path, "percent"),
                f"{last.variable}: the categories sum to {whole}%",
                f"{whole}%",
                "100%",
            )


def _added(counts: Sequence[int]) -> str:
    """`4 + 24 = 28`."""
    return f"{' + '.join(map(str, counts))} = {sum(counts)}"


def _unnamed_parts_hits(subject: Subject) -> Iterator[Hit]:
    """Rows under one p whose counts make up a group exactly, and another group not."""
    by_path = {group.path: group for group in subject.groups if group.result is None}
    baseline = subject.trial.baseline
    for index, row in enumerate(baseline):
        if row.p is None or row.category is not None or row.variable.casefold() in MEN | WOMEN:
            continue
        following = sum(1 for _ in takewhile(partial(_continues, row), baseline[index + 1 :]))
        for count in range(2, min(following + 1, MOST_CATEGORIES) + 1):
            sums = _sums_of_groups(by_path, index, count)
            if any(total == n for total, n, _ in sums.values()):
                yield from _hits_of_others(sums)
                break


def _continues(row: Baseline, other: Baseline) -> bool:
    return (
        other.p is None and other.source == row.source and other.category is None and other.unit == row.unit
    )


#: Of each group the sum of its counts, its size, the counts and its last row.
Sums = Mapping[Path, tuple[int, int, tuple[list[int], Group]]]


def _sums_of_groups(by_path: Mapping[Path, Group], index: int, count: int) -> Sums:
    """Of each group with counts in all these rows: their sum, its size, the counts and its last row."""
    sums: dict[Path, tuple[int, int, tuple[list[int], Group]]] = {}
    for end in dict.fromkeys(path[2:] for path in by_path if path[1] == index):
        groups = [by_path.get(("baseline", at, *end)) for at in range(index, index + count)]
        events = [count_of(group.values.events) if group else None for group in groups]
        known, last = [n for n in events if n is not None], groups[-1]
        size = next((group.size.n for group in groups if group and group.size.n), None)
        if len(known) == count and last is not None and size is not None:
            sums[end] = sum(known), size, (known, last)
    return sums


def _hits_of_others(sums: Sums) -> Iterator[Hit]:
    if any(abs(total - n) > max(1, CLOSE * n) for total, n, _ in sums.values()):
        return
    for total, n, (counts, last) in sums.values():
        if total != n and total not in last.size.possible:
            severity: Severity | None = None if total > n else "note"
            message = f"{_added(counts)} of {n}, where another group is parted exactly"
            yield Hit((*last.path, "events"), message, str(total), str(n), severity)


@check("MSC214", "warning", fields=("baseline", "all", "events"))
def arms_against_all(subject: Subject) -> Iterator[Hit]:
    """counts of the arms do not sum to that of all participants.

    A row of baseline that gives events of all participants and of every arm: Σ arms = all. Arms that
    combine others, and historical controls, are left out.
    It matters because one of the counts is then wrong, or someone is in no arm.
    Example: 44 men of all, 21 and 22 in the two arms.
    It cannot see two errors that cancel.

    Flagged:
        baseline: [{variable: men, all: {events: 44}, arms: {msc: {events: 21}, control: {events: 22}}}]
    Silent:
        baseline: [{variable: men, all: {events: 44}, arms: {msc: {events: 21}, control: {events: 23}}}]
    """
    own = own_arms(subject.trial)
    for index, row in enumerate(subject.trial.baseline):
        whole = count_of(row.all.events) if row.all is not None else None
        counts = [count_of(row.arms[name].events) for name in own if row.arms and name in row.arms]
        known = [n for n in counts if n is not None]
        if whole is not None and len(known) == len(own) > 1 and sum(known) != whole:
            message = f"{row.variable}: {_added(known)} in the arms, {whole} of all"
            yield Hit(("baseline", index, "all", "events"), message, str(whole), str(sum(known)))


#: What a participant has had once and for all: counts of it up to a time can only grow.
_FINAL = ("death", "died", "mortality", "dead", "fatal")


@check("MSC215", "error", fields=("events|harms",))
def falling_deaths(subject: Subject) -> Iterator[Hit]:
    """fewer deaths at a later time.

    Deaths counted from the start, of one source, definition and arm, never fall from one time to a later
    one, as long as the same participants are counted: the later n is no smaller. Outcomes and harms that
    are named after death, with counts of participants.
    It matters because nobody returns from this outcome: one of the counts or times is wrong.
    Example: 7 deaths at 3 months and 5 at 12 months in one arm.
    It cannot see deaths counted within a period (`definition`, from day 30 on).

    Flagged:
        harms: [{event: death, at: 3 mo, arms: {msc: 7}}, {event: death, at: 12 mo, arms: {msc: 5}}]
    Silent:
        harms: [{event: death, at: 3 mo, arms: {msc: 5}}, {event: death, at: 12 mo, arms: {msc: 7}}]
    """
    series: dict[tuple[object, ...], list[tuple[Time, int, int | None, Path]]] = defaultdict(list)
    for group in subject.groups_with("events"):
        result, events = group.result, count_of(group.values.events)
        if result is None or events is None or not isinstance(result.at, Time) or result.change:
            continue
        if (
            _is_final(f"{group.outcome_id} {group.variable}")
            and group.outcome
            and group.outcome.better != "higher"
        ):
            key = (group.source, group.outcome_id, result.definition, group.path[-1])
            series[key].append((result.at, events, group.size.n, (*group.path, "events")))
    for index, harm in enumerate(subject.trial.harms):
        for arm, number in harm.arms.items():
            if isinstance(harm.at, Time) and _is_final(harm.event) and number.count is not None:
                key = (subject.trial.source_of(harm), harm.event.casefold(), None, arm)
                series[key].append((harm.at, number.count, None, ("harms", index, "arms", arm)))
    for counts in series.values():
        yield from _falls(sorted(counts, key=lambda entry: entry[0].months))


def _is_final(words: str) -> bool:
    named = words.casefold()
    return any(word in named for word in _FINAL) and not any(word in named for word in (" or ", "near"))


def _falls(counts: Sequence[tuple[Time, int, int | None, Path]]) -> Iterator[Hit]:
    for (time, events, n, _), (later, fewer, m, path) in pairwise(counts):
        if time.months < later.months and fewer < events and (n is None or m is None or m >= n):
            message = f"{fewer} by {later}, and {events} by {time} already"
            yield Hit(path, message, str(fewer), f"≥ {events}")
