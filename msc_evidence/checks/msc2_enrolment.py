"""MSC212, MSC213 and MSC217: participants analysed against those who took part, and those against the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msc_evidence.analysis.design import counts_participants_twice, is_clustered
from msc_evidence.checks.finding import Path, Severity
from msc_evidence.checks.groups import (
    Group,
    accounts_by_source,
    allocated_participants,
    count_of,
    total_size,
)
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.design import Arm, Participants
from msc_evidence.registry.model import Trial

#: Every arm more than a tenth above its size counts something else than participants.
APART = 0.10
#: Recruitment seldom ends at the very number that was planned; TRACT's item 1.2 asks about more than this apart.
OFF_PLAN = 0.15
#: As many times the number planned are a note, and a warning.
BEYOND, FAR_BEYOND = 1.5, 2
#: Units of which a participant has several, or that several participants share.
_OTHER_UNITS = re.compile(
    r"cluster|\b(?:eyes|ears|limbs|legs|hands|feet|knees|hips|shoulders|joints|teeth|implants|grafts|vessels|segments|sites"
    r"|lesions|ulcers|wounds|episodes|attacks|seizures|admissions|cycles|embryos|oocytes|visits|sessions|samples"
    r"|scans|measurements)\b|(?:person|patient)[- ](?:years?|months?|days?)",
    re.IGNORECASE,
)


@check("MSC212", "error")
def more_analysed_than_took_part(subject: Subject) -> Iterator[Hit]:
    """more participants analysed than took part.

    n of a result or of a baseline row ≤ everyone who may have been allocated to its arm, with those who
    crossed over to it; n of an arm ≤ randomised; analysed ≤ enrolled. An error where the source of the
    numbers says how many were randomised or enrolled; a warning where it gives only the number analysed,
    which may be of another set, or gives no sizes of the arms itself; a note where the design, the result's
    `unit` or the words of the row name other units (clusters, crossover, eyes, lesions, episodes,
    person-years), and where without certain sizes every arm exceeds its own by more than a tenth: then
    consultations or eyes were counted.
    It matters because the result then belongs to other participants, or the arms' sizes are wrong.
    Example: 78 and 75 analysed in two arms of 50.
    It cannot see which participants were analysed, nor units that no word of the record names.
    Source: CONSORT 2010, items 13a and 16.

    Flagged:
        arms: {msc: {role: treatment, randomised: 50}, control: {role: control, randomised: 50}}
        results: [{outcome: mrs, at: 3 mo, arms: {msc: {n: 78}, control: {n: 75}}}]
    Silent:
        arms: {msc: {role: treatment, randomised: 50}, control: {role: control, randomised: 50}}
        results: [{outcome: mrs, at: 3 mo, arms: {msc: {n: 48}, control: {n: 50}}}]
    """
    for place, _, participants, arms in accounts_by_source(subject.trial):
        yield from _flow_hits(place, participants, arms)
    for group in subject.groups_with("n"):
        n = count_of(group.values.n)
        limit = None if n is None else _group_limit(subject, group)
        if n is not None and limit is not None and n > limit.n:
            message = f"{n} analysed {limit.of}{limit.but}"
            path, right = (*group.path, "n"), f"≤ {limit.n}"
            yield Hit(
                path,
                message,
                str(n),
                right,
                _severity_of_limit(subject, group, limit),
                group.outcome_id,
            )


def _flow_hits(place: Path, participants: Participants, arms: Mapping[str, Arm]) -> Iterator[Hit]:
    """The numbers of one source; those with the number lost beside them are added up by MSC204."""
    crossed = sum(count_of(arm.crossed) or 0 for arm in arms.values())
    for name, arm in arms.items():
        n, randomised = count_of(arm.n), count_of(arm.randomised)
        if n is not None and randomised is not None and arm.lost is None and n > randomised + crossed:
            message = f"{n} analysed of {randomised} randomised"
            yield Hit((*place, "arms", name, "n"), message, str(n), f"≤ {randomised}")
    analysed, enrolled = count_of(participants.analysed), count_of(participants.enrolled)
    sizes = [count_of(arm.n) for arm in arms.values()]
    summed = sum(n for n in sizes if n is not None)
    # Arms that sum to another number analysed are MSC201's.
    if (
        analysed is not None
        and enrolled is not None
        and enrolled < analysed
        and (None in sizes or summed == analysed)
    ):
        message = f"{analysed} analysed of {enrolled} enrolled"
        yield Hit((*place, "participants", "analysed"), message, str(analysed), f"≤ {enrolled}")


@dataclass(frozen=True, slots=True)
class GroupLimit:
    """The most participants that a group can have, and how sure that is."""

    n: int
    #: Of what, in words.
    of: str
    #: Whether the source of the group's own numbers says how many took part.
    certain: bool
    #: What makes it uncertain, in words.
    but: str = ""


def _group_limit(subject: Subject, group: Group) -> GroupLimit | None:
    """Everyone who may have been in a group; None where nothing is known of its arm."""
    trial = subject.trial
    name, own = str(group.path[-1]), _sizes_in_source(trial, group.source)
    if name == "all" and group.result is None:
        most = total_size(trial, group.source).most
        but = "; all at entry may be those screened"
        return None if not most else GroupLimit(most, f"of {most} in the trial", False, but)
    most = subject.size_of(group.source, name).most
    if most is None:
        return None
    crossed = sum(count_of(arm.crossed) or 0 for other, arm in trial.arms.items() if other != name)
    if own is None:
        but = f"; the sizes of the arms are not from {group.source}"
        return GroupLimit(most + crossed, f"in an arm of {most}", False, but)
    participants, arms = own
    randomised = count_of(arms[name].randomised) if name in arms else None
    if randomised is not None:
        return GroupLimit(randomised + crossed, f"in an arm of {randomised} randomised", True)
    if count_of(participants.enrolled) is not None and all(
        allocated_participants(arm) for arm in arms.values()
    ):
        return GroupLimit(
            most + crossed, f"in an arm of {most} with {participants.enrolled} enrolled in all", True
        )
    return GroupLimit(
        most + crossed, f"in an arm of {most} analysed", False, "; say how many were randomised"
    )


def _sizes_in_source(trial: Trial, source: str) -> tuple[Participants, Mapping[str, Arm]] | None:
    """Participants and arms as a source itself gives them, None where it does not."""
    return next(
        ((people, arms) for _, name, people, arms in accounts_by_source(trial) if name == source and arms),
        None,
    )


def _severity_of_limit(subject: Subject, group: Group, limit: GroupLimit) -> Severity | None:
    if is_clustered(subject.trial) or counts_participants_twice(subject.trial):
        return "note"
    descriptions = [group.variable, group.unit]
    descriptions += [group.result.definition, group.result.note] if group.result else []
    if any(_OTHER_UNITS.search(words) for words in descriptions if words):
        return "note"
    if group.result is not None and group.result.unit is not None:
        return "note"
    if limit.certain:
        return None
    return "note" if _all_exceed(subject, group) else "warning"


def _all_exceed(subject: Subject, group: Group) -> bool:
    """Whether every arm of a result has more than a tenth more than its arm: it counts something else."""
    arms = (group.result.arms or {}) if group.result else {}
    pairs = [(count_of(values.n), subject.size_of(group.source, name).most) for name, values in arms.items()]
    return len(pairs) > 1 and all(n is not None and most and n > (1 + APART) * most for n, most in pairs)


@check("MSC213", "note", fields=("planned",))
def recruitment_off_plan(subject: Subject) -> Iterator[Hit]:
    """number enrolled far from the number planned.

    Those enrolled, else all who were randomised, against the number planned, of the same source or of
    another (a registration, a protocol); found where more than 15% apart. Half as many again and more are
    MSC217's.
    It matters because a trial that stopped early has less power than it planned, and one that went on may
    have looked at its results. Fewer than planned is no sign that a trial cannot be trusted.
    Example: 47 enrolled of 60 planned.
    It cannot see an amended plan that the record does not give, nor a recruitment that has not ended.
    Source: TRACT, item 1.2 (Mol 2023, 10.1186/s41073-023-00130-8).

    Flagged:
        participants: {planned: 60, enrolled: 47}
    Silent:
        participants: {planned: 60, enrolled: 53}
    """
    for place, n, planned in _recruitments(subject.trial):
        if abs(n - planned) > OFF_PLAN * planned and n <= BEYOND * planned:
            yield _off_plan_hit(place, n, planned)


@check("MSC217", "note", fields=("planned",))
def enrolled_beyond_plan(subject: Subject) -> Iterator[Hit]:
    """many more enrolled than planned.

    Those enrolled, else all who were randomised, against the number planned as for MSC213: more than one
    and a half times as many, a warning above twice as many.
    It matters because participants, or their number, may then not be those of the trial that was planned.
    Example: 130 enrolled of 60 planned.
    It cannot see an amended plan that the record does not give, nor an adaptive design.
    Source: INSPECT-SR 4.6; the thresholds are ours.

    Flagged:
        participants: {planned: 60, enrolled: 95}
    Silent:
        participants: {planned: 60, enrolled: 88}
    """
    for place, n, planned in _recruitments(subject.trial):
        if n > BEYOND * planned:
            yield _off_plan_hit(place, n, planned, "warning" if n > FAR_BEYOND * planned else None)


def _recruitments(trial: Trial) -> Iterator[tuple[Path, int, int]]:
    """Where a source has a plan: the number enrolled, by its own word or the first that says so, and the plan."""
    counted = [
        (place, _enrolled_in_source(participants, arms), count_of(participants.planned))
        for place, _, participants, arms in accounts_by_source(trial)
    ]
    enrolled = next((n for _, n, _ in counted if n is not None), None)
    for place, own, planned in counted:
        n = own if own is not None else enrolled
        if n is not None and planned:
            yield place, n, planned


def _off_plan_hit(place: Path, n: int, planned: int, severity: Severity | None = None) -> Hit:
    message = f"{n} enrolled of {planned} planned, {n / planned:.0%}"
    return Hit((*place, "participants", "planned"), message, str(n), str(planned), severity)


def _enrolled_in_source(participants: Participants, arms: Mapping[str, Arm]) -> int | None:
    """Participants enrolled as a source says, or as its arms add up to."""
    randomised = [count_of(arm.randomised) for arm in arms.values()]
    known = [n for n in randomised if n is not None]
    summed = sum(known) if known and len(known) == len(randomised) else None
    stated = count_of(participants.enrolled)
    return summed if stated is None else stated
