"""MSC805 and MSC806: subgroups against their whole, and the correlation that an SD of change implies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msc_evidence.analysis.design import names_subset
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.groups import Group, count_of, rounding_interval
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Result
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.trust.parts import Part, change_correlation, whole_mean, whole_sd

#: The corners of more parts than this are too many to go through.
MOST_PARTS = 8


@check("MSC805", "error", fields=("definition",))
def parts_against_whole(subject: Subject) -> Iterator[Hit]:
    """subgroups whose means or SDs do not make up those of the whole.

    Results of one outcome and time by definition, whose numbers add up to those of the whole: the mean of
    the whole lies in [Σ n(m − ½h)/N, Σ n(m + ½h)/N]; SD²(N − 1) = Σ (n − 1)s² + Σ n(m − M)², over the
    rounding of every mean and SD. Parts that the record names as `subsets`, or whose numbers add up in two
    arms; an error where every number is stated, a warning where one is the arm's size.
    It matters because the parts are then of other people, or one of the numbers is wrong.
    Example: means 6.2 of 30 and 7.4 of 11 give 6.5 of 41; 7.3 is printed.
    It cannot see parts that overlap and add up by chance, nor weights of a model; adjusted results are left
    out.
    Source: INSPECT-SR 4.10; the decomposition of a sum of squares.

    Flagged:
        subsets: [{name: young, arms: {msc: 30}}, {name: old, arms: {msc: 11}}]
        results:
          - {outcome: infarct, at: 1 y, arms: {msc: {n: 41, mean: 7.3}}}
          - {outcome: infarct, at: 1 y, definition: young, arms: {msc: {n: 30, mean: 6.2}}}
          - {outcome: infarct, at: 1 y, definition: old, arms: {msc: {n: 11, mean: 7.4}}}
    Silent:
        subsets: [{name: young, arms: {msc: 30}}, {name: old, arms: {msc: 11}}]
        results:
          - {outcome: infarct, at: 1 y, arms: {msc: {n: 41, mean: 6.5}}}
          - {outcome: infarct, at: 1 y, definition: young, arms: {msc: {n: 30, mean: 6.2}}}
          - {outcome: infarct, at: 1 y, definition: old, arms: {msc: {n: 11, mean: 7.4}}}
    """
    by_result: dict[tuple[object, ...], list[tuple[int, Result]]] = defaultdict(list)
    for index, result in enumerate(subject.trial.results):
        if not result.altered and result.arms:
            key = result.outcome, result.at, result.change, subject.trial.source_of(result)
            by_result[key].append((index, result))
    groups = {group.path: group for group in subject.groups}
    for results in by_result.values():
        wholes = [entry for entry in results if entry[1].definition is None]
        parts = [entry for entry in results if entry[1].definition is not None]
        for index, whole in wholes:
            for run in _runs(parts):
                yield from _whole_hits(subject, groups, (index, whole), run)


def _runs(parts: Sequence[tuple[int, Result]]) -> Iterator[Sequence[tuple[int, Result]]]:
    """Every sequence of neighbouring parts."""
    for start in range(len(parts)):
        for stop in range(start + 2, min(len(parts), start + MOST_PARTS) + 1):
            yield parts[start:stop]


def _whole_hits(
    subject: Subject,
    groups: dict[tuple[str | int, ...], Group],
    whole: tuple[int, Result],
    run: Sequence[tuple[int, Result]],
) -> Iterator[Hit]:
    """What is wrong in the arms in which the numbers of the parts add up to that of the whole."""
    fitting: dict[str, tuple[Group, list[Group]]] = {}
    for arm in whole[1].arms or {}:
        group = groups[("results", whole[0], "arms", arm)]
        parts = [groups.get(("results", index, "arms", arm)) for index, _ in run]
        if all(part is not None and count_of(part.values.n) for part in parts):
            given = [part for part in parts if part is not None]
            if group.size.n == sum(count_of(part.values.n) or 0 for part in given):
                fitting[arm] = group, given
            else:
                return
    named = all(names_subset(subject.trial, result.definition) for _, result in run)
    if len(fitting) < 2 and not named:
        return
    for group, parts_of_arm in fitting.values():
        yield from _arm_hits(group, parts_of_arm)


def _arm_hits(group: Group, given: Sequence[Group]) -> Iterator[Hit]:
    parts = [
        Part(count_of(part.values.n) or 0, mean, rounding_interval(part.values.sd))
        for part in given
        if (mean := rounding_interval(part.values.mean)) is not None
    ]
    if len(parts) < len(given):
        return
    severity: Severity | None = None if group.size.stated else "warning"
    ns = " + ".join(str(part.n) for part in parts)
    boxes: list[tuple[str, str, Interval]] = [("mean", "mean", whole_mean(parts))]
    if all(part.sd is not None for part in parts):
        boxes.append(("sd", "SD", whole_sd(parts)))
    for name, word, box in boxes:
        printed: Reported | None = getattr(group.values, name)
        own = rounding_interval(printed)
        if own is not None and not own.meets(box):
            possible = f"{box.lo:.4g} to {box.hi:.4g}"
            message = f"{word} {printed} of {group.size.n}; its parts ({ns}) give {possible}"
            yield Hit((*group.path, name), message, str(printed), possible, severity, group.outcome_id)


@check("MSC806", "error", fields=("change",))
def impossible_correlation(subject: Subject) -> Iterator[Hit]:
    """SD of a change that no correlation gives.

    r = (SD_b² + SD_f² − SD_c²) / (2·SD_b·SD_f) from the SDs at entry, at the end and of the change, over the
    rounding of all three; an error beyond ±1 where the numbers of participants are stated and the same, a
    warning where they are the arm's size; a note where r is negative throughout.
    It matters because a change of more spread than its ends allow was not computed from them.
    Example: 5.0 and 5.5 with a change of 12.0: r = −1.61.
    It cannot see an SE in place of an SD, nor ends of other participants.
    Source: INSPECT-SR 4.10; Cochrane Handbook 6.5.2.8.

    Flagged:
        arms: {msc: {role: treatment, n: 30}, control: {role: control, n: 30}}
        baseline: [{variable: infarct volume, arms: {msc: {sd: 5.0}}}]
        results:
          - {outcome: infarct, at: 90 d, arms: {msc: {sd: 5.5}}}
          - {outcome: infarct, at: 90 d, change: true, arms: {msc: {sd: 12.0}}}
    Silent:
        arms: {msc: {role: treatment, n: 30}, control: {role: control, n: 30}}
        baseline: [{variable: infarct volume, arms: {msc: {sd: 5.0}}}]
        results:
          - {outcome: infarct, at: 90 d, arms: {msc: {sd: 5.5}}}
          - {outcome: infarct, at: 90 d, change: true, arms: {msc: {sd: 4.0}}}
    """
    usable = [group for group in subject.groups if group.outcome_id and group.observed and _sd(group)]
    plain = [group for group in usable if group.result is None or group.result.definition is None]
    at_entry = {_arm_of(group): group for group in plain if group.result is None}
    at_end = {
        (_arm_of(group), group.result.at): group for group in plain if group.result and not group.changed
    }
    for change in plain:
        if change.result is None or not change.changed:
            continue
        first, last = at_entry.get(_arm_of(change)), at_end.get((_arm_of(change), change.result.at))
        sizes = {group.size.n for group in (first, last, change) if group is not None}
        if first is not None and last is not None and len(sizes) == 1:
            yield from _correlation_hits(first, last, change)


def _sd(group: Group) -> Interval | None:
    sd = rounding_interval(group.values.sd)
    return sd if sd is not None and sd.lo > 0 else None


def _arm_of(group: Group) -> tuple[str | None, str, str | int]:
    return group.outcome_id, group.source, group.path[-1]


def _correlation_hits(first: Group, last: Group, change: Group) -> Iterator[Hit]:
    boxes = [_sd(group) for group in (first, last, change)]
    sds = [box for box in boxes if box is not None]
    r = change_correlation(*sds)
    impossible = r.lo > 1 + 1e-9 or r.hi < -1 - 1e-9
    if not impossible and r.hi >= 0:
        return
    stated = all(group.size.stated for group in (first, last, change))
    severity: Severity = ("error" if stated else "warning") if impossible else "note"
    printed = f"{first.values.sd} and {last.values.sd}"
    message = f"SD of the change {change.values.sd} beside {printed} needs a correlation of {r.lo:.2f} to {r.hi:.2f}"
    path = (*change.path, "sd")
    yield Hit(
        path, message, str(change.values.sd), f"r {r.lo:.2f} to {r.hi:.2f}", severity, change.outcome_id
    )
