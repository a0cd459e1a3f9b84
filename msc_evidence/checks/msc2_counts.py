"""MSC201 to MSC204 and MSC207 to MSC211: participants counted in one place against the same participants in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msc_evidence.analysis.contrast import allocation_test
from msc_evidence.analysis.design import counts_participants_twice, has_person_time, own_arms
from msc_evidence.analysis.significance import short_p
from msc_evidence.checks.finding import Path
from msc_evidence.checks.groups import Group, accounts_by_source, allocated_participants, count_of
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.design import Arm, Participants
from msc_evidence.registry.model import Outcome


@check("MSC201", "error", fields=("enrolled|analysed|planned", "n|randomised|planned"))
def arms_do_not_sum(subject: Subject) -> Iterator[Hit]:
    """arms do not sum to the total.

    Σ planned = planned, Σ randomised = enrolled and Σ n = analysed. Where no number analysed is given, Σ
    n is compared with those enrolled: more is impossible, fewer only a warning, since the rest may have
    been lost.
    It matters because a participant who is in the total and in no arm was lost without a word.
    Example: 5 + 25 = 30 is right; 5 + 25 beside 31 enrolled is a warning, beside 31 analysed an error.
    Arms that combine others are left out, historical controls where the total is without them, and all
    arms where a participant can be in several (crossover, factorial).
    It cannot see totals of another set (screened), which differ for good reasons, nor two errors that
    cancel.
    Source: CONSORT 2010, items 13a and 16.

    Flagged:
        participants: {analysed: 31}
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
    Silent:
        participants: {analysed: 30}
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
    """
    trial = subject.trial
    if counts_participants_twice(trial):
        return
    allocated = {name for name, arm in trial.arms.items() if not arm.combines}
    own = own_arms(trial)
    for place, _, participants, arms in accounts_by_source(trial):
        sides = (allocated,) if allocated == own.keys() else (allocated, own)
        hits = [
            list(_sum_hits(place, participants, {name: arm for name, arm in arms.items() if name in names}))
            for names in sides
        ]
        # With the historical controls or without them: nothing says whether a total holds them.
        if all(hits):
            yield from hits[0]


def _sum_hits(place: Path, participants: Participants, arms: Mapping[str, Arm]) -> Iterator[Hit]:
    pairs = [("planned", "planned"), ("randomised", "enrolled"), ("n", "analysed")]
    if participants.analysed is None:
        pairs.append(("n", "enrolled"))
    for part, whole in pairs:
        stated = count_of(getattr(participants, whole))
        if stated is None:
            continue
        counts = [count_of(getattr(arm, part)) for arm in arms.values()]
        known = [n for n in counts if n is not None]
        if not known or len(known) < len(counts) or sum(known) == stated:
            continue
        loss = (part, whole) == ("n", "enrolled") and sum(known) < stated
        # The arms' own losses or numbers randomised may make up those enrolled.
        if loss and sum(allocated_participants(arm) or 0 for arm in arms.values()) == stated:
            continue
        listed, gap = " + ".join(map(str, known)), stated - sum(known)
        message = f"arms sum to {listed} = {sum(known)}, not to the {stated} {whole} (difference {gap:+d})"
        message += "; say how many were analysed" if loss else ""
        path = (*place, "participants", whole)
        yield Hit(path, message, str(stated), str(sum(known)), "warning" if loss else None)


@check("MSC202", "error", fields=("events|harms",))
def more_events_than_participants(subject: Subject) -> Iterator[Hit]:
    """more events than participants.

    Events in a group ≤ participants of the group: those it names, else everyone who may have been
    allocated to the arm. Over a time at risk (`person-time`, `rate`) one may have several.
    It matters because no risk or odds follows from such a pair.
    Example: 26 events in an arm of 25.
    It cannot see events that were counted rather than participants, where they do not outnumber the arm.

    Flagged:
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
        results: [{outcome: responders, at: 3 mo, arms: {msc: {events: 4}, control: {events: 26}}}]
    Silent:
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
        results: [{outcome: responders, at: 3 mo, arms: {msc: {events: 4}, control: {events: 25}}}]
    """
    for group in subject.groups_with("events"):
        events, most = count_of(group.values.events), group.size.most
        if has_person_time(group.values):
            continue
        if events is not None and most is not None and events > most:
            message = f"{events} with the event among {most} participants"
            yield Hit((*group.path, "events"), message, str(events), f"≤ {most}", outcome=group.outcome_id)
    trial = subject.trial
    for index, harm in enumerate(trial.harms):
        for arm, number in harm.arms.items():
            events, most = number.count, subject.size_of(trial.source_of(harm), arm).most
            if events is not None and most is not None and events > most:
                message = f"{events} participants with {harm.event} among {most}"
                yield Hit(("harms", index, "arms", arm), message, str(events), f"≤ {most}")


@check("MSC203", "error", fields=("distribution",))
def distribution_does_not_sum(subject: Subject) -> Iterator[Hit]:
    """distribution does not sum to n, or has more categories than its scale.

    Σ counts = n, those whom the categories do not apply to (`not-applicable`) aside: an error where the
    values state n or the sum exceeds everyone allocated, a warning where n is only the arm's size, a note
    where in every arm more than a tenth are in no category; and at most (highest − lowest)/step + 1
    categories.
    It matters because every rank test and every cut of the scale is recomputed from these counts.
    Example: [2, 13, 10, 0, 12, 2] is 39 participants on the mRS, 0 to 5; eight counts are too many for 0
    to 6.
    It cannot see two counts exchanged, nor categories that a source merged.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, arms: {msc: {n: 39, distribution: [2, 13, 10, 0, 12, 1]}}}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, arms: {msc: {n: 39, distribution: [2, 13, 10, 0, 12, 2]}}}]
    """
    for group in subject.groups_with("distribution"):
        distribution = group.values.distribution
        if not distribution:
            continue
        path, counts_sum = (
            (*group.path, "distribution"),
            sum(count_of(number) or 0 for number in distribution)
            + (count_of(group.values.not_applicable) or 0),
        )
        sizes = [sized.size.n for sized in group.of_possible_sizes]
        if group.size.n is not None and counts_sum not in sizes:
            yield _unequal_sum_hit(group, path, counts_sum, group.size.n)
        categories = _scale_categories(group.scale)
        if categories is not None and len(distribution) > categories:
            message = f"{len(distribution)} counts for the {categories} categories of {group.variable}"
            yield Hit(path, message, str(len(distribution)), f"≤ {categories}", outcome=group.outcome_id)


def _unequal_sum_hit(group: Group, path: Path, counts_sum: int, n: int) -> Hit:
    whose = "n" if group.size.stated else "the arm's size"
    impossible = group.size.stated or (group.size.most is not None and counts_sum > group.size.most)
    hint = "" if impossible else "; state n where some were not measured"
    if _all_fall_short(group):
        missing = f"{n - counts_sum} are in no category; say not-applicable where it did not apply to them"
        return Hit(
            path,
            f"the counts sum to {counts_sum}, {whose} is {n}: {missing}",
            str(counts_sum),
            str(n),
            "note",
            group.outcome_id,
        )
    message = f"the counts sum to {counts_sum}, {whose} is {n}{hint}"
    return Hit(path, message, str(counts_sum), str(n), None if impossible else "warning", group.outcome_id)


#: One count mistyped seldom takes away more; where it is so in every arm, categories did not apply or were left out.
_SHORT = 0.9


def _all_fall_short(group: Group) -> bool:
    """Whether the counts of every arm of a result fall short of their stated n by more than a tenth."""
    arms = list((group.result.arms or {}).values()) if group.result else []
    shares = [
        sum(number.count or 0 for number in values.distribution) < _SHORT * values.n.count
        for values in arms
        if values.distribution and values.n is not None and values.n.count
    ]
    return len(shares) == len(arms) > 1 and all(shares)


def _scale_categories(scale: Outcome | None) -> int | None:
    if scale is None or scale.type != "ordinal" or scale.items or not scale.range or not scale.step:
        return None
    width, step = scale.range.high.value - scale.range.low.value, scale.step.value
    return int(width / step) + 1 if step > 0 and width > 0 else None


@check("MSC204", "error", fields=("lost",))
def flow_does_not_add_up(subject: Subject) -> Iterator[Hit]:
    """number randomised ≠ number analysed + number lost.

    In each arm randomised = n + lost; over all arms enrolled = analysed + Σ lost.
    It matters because results then rest on participants whom the flow does not have, or leave some out.
    Example: 40 randomised, 35 analysed, 4 lost: one is missing.
    It cannot see participants who were lost and analysed all the same, by imputation: their record must
    not call them lost.
    Source: CONSORT 2010, items 13a and 13b.

    Flagged:
        arms: {msc: {role: treatment, randomised: 40, n: 35, lost: 4}, control: {role: control}}
    Silent:
        arms: {msc: {role: treatment, randomised: 40, n: 35, lost: 5}, control: {role: control}}
    """
    for place, _, participants, arms in accounts_by_source(subject.trial):
        for name, arm in arms.items():
            numbers = count_of(arm.randomised), count_of(arm.n), count_of(arm.lost)
            yield from _flow_hits((*place, "arms", name, "randomised"), "randomised", *numbers)
        lost = [count_of(arm.lost) for arm in arms.values()]
        known = [n for n in lost if n is not None]
        all_lost = sum(known) if known and len(known) == len(lost) else None
        totals = count_of(participants.enrolled), count_of(participants.analysed), all_lost
        yield from _flow_hits((*place, "participants", "enrolled"), "enrolled", *totals)


def _flow_hits(path: Path, word: str, whole: int | None, n: int | None, lost: int | None) -> Iterator[Hit]:
    if whole is not None and n is not None and lost is not None and whole != n + lost:
        sum_ = f"{n} analysed + {lost} lost = {n + lost}"
        message = f"{whole} {word} is not {sum_} (difference {whole - n - lost:+d})"
        yield Hit(path, message, str(whole), str(n + lost))


@check("MSC211", "error", fields=("subsets",))
def subset_larger_than_arm(subject: Subject) -> Iterator[Hit]:
    """subset larger than its arm.

    Participants of an arm who were examined further ≤ everyone who may have been allocated to it.
    It matters because a subset's result then belongs to another set of participants.
    Example: 41 of the 39 participants of an arm scanned.
    It cannot see who was chosen for the subset.

    Flagged:
        arms: {msc: {role: treatment, n: 39}, control: {role: control, n: 15}}
        subsets: [{name: imaging, arms: {msc: 41}}]
    Silent:
        arms: {msc: {role: treatment, n: 39}, control: {role: control, n: 15}}
        subsets: [{name: imaging, arms: {msc: 31}}]
    """
    trial = subject.trial
    for index, subset in enumerate(trial.subsets):
        for arm, number in subset.arms.items():
            size, most = number.count, subject.size_of(trial.source_of(subset), arm).most
            if size is not None and most is not None and size > most:
                message = f"{subset.name}: {size} participants of an arm of {most}"
                yield Hit(("subsets", index, "arms", arm), message, str(size), f"≤ {most}")


#: At 0.05 every twentieth trial that was allocated as stated would be found; at 0.01 every hundredth.
UNLIKELY = 0.01
#: A class I trial of the American Academy of Neurology has at least this share of participants at the end.
COMPLETE = 80
#: Percentage points between arms that the NHLBI's quality assessment of controlled trials still accepts.
DIFFERENTIAL = 15


@check("MSC207", "warning")
def unlikely_allocation(subject: Subject) -> Iterator[Hit]:
    """group sizes very unlikely under the stated ratio.

    The exact two-sided binomial test of the treatment arm's share of both arms against the allocation
    ratio, or 1:1 where none is stated; found below p = 0.01. Randomised trials with one treatment and one
    control arm only; where clusters were randomised, of the clusters.
    It matters because so unequal arms mean another ratio, another design, or participants who
    disappeared.
    Example: 5 of 30 has p = 0.000325 under 1:1; 39 of 54 has p = 0.471 under 2:1.
    It cannot see blocks, which keep arms closer to their ratio than chance would; minimisation; or a
    ratio that the source does not print.
    Source: exact binomial test as in Conover 1971, pp. 97-104.

    Flagged:
        design: {allocation: randomised, ratio: "1:1"}
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
    Silent:
        design: {allocation: randomised, ratio: "2:1"}
        arms: {msc: {role: treatment, n: 39}, control: {role: control, n: 15}}
    """
    split = allocation_test(subject.trial)
    if split is not None and split.p < UNLIKELY:
        total = split.n1 + split.n2
        whole = count_of(subject.trial.participants.enrolled)
        counted = " analysed" if split.key == "n" and whole and whole > total else ""
        counted = " clusters" if split.key == "clusters" else counted
        p = f"p {short_p(split.p)}"
        message = f"{split.n1} of {total}{counted} in the treatment arm: {p} if allocated {split.basis}"
        message += ", exact binomial test"
        yield Hit(("arms", split.arm, split.key), message, f"{split.n1} v {split.n2}", p)


@check("MSC208", "warning", fields=("randomised|lost|analysed",))
def attrition(subject: Subject) -> Iterator[Hit]:
    """many participants lost, or more in one arm than in the other.

    Fewer than 80% of those randomised to an arm (of those enrolled, where arms do not say) were
    analysed; or the shares of two arms differ by more than 15 percentage points, and by more than one
    participant.
    It matters because those who leave are seldom like those who stay, least of all when more leave one
    arm than the other.
    Example: 20 randomised and 15 analysed, 75%.
    It cannot see participants who were lost and imputed, nor why the others left.
    Source: American Academy of Neurology, guideline process manual 2011 (class I: at least 80%);
    National Heart, Lung, and Blood Institute, quality assessment of controlled intervention studies
    (differential loss above 15 points).

    Flagged:
        arms: {msc: {role: treatment, randomised: 20, n: 15}, control: {role: control, randomised: 20, n: 16}}
    Silent:
        arms: {msc: {role: treatment, randomised: 20, n: 16}, control: {role: control, randomised: 20, n: 17}}
    """
    trial = subject.trial
    # Only of arms whose record tells those allocated from those analysed.
    flow = {
        name: (count_of(arm.n), allocated_participants(arm))
        for name, arm in trial.arms.items()
        if arm.randomised is not None or arm.lost is not None
    }
    lost = {name: (n, of) for name, (n, of) in flow.items() if n is not None and of}
    for name, (n, of) in lost.items():
        if 100 * n < COMPLETE * of:
            yield _incomplete_hit(("arms", name, "n"), n, of, "randomised")
    enrolled, analysed = count_of(trial.participants.enrolled), count_of(trial.participants.analysed)
    if not lost and enrolled and analysed is not None and 100 * analysed < COMPLETE * enrolled:
        yield _incomplete_hit(("participants", "analysed"), analysed, enrolled, "enrolled")
    yield from _differential_attrition_hits(lost)


def _incomplete_hit(path: tuple[str, ...], n: int, of: int, word: str) -> Hit:
    message = f"{n} of {of} {word} were analysed, {100 * n / of:.1f}%, below {COMPLETE}%"
    return Hit(path, message, f"{n}/{of}", f"≥ {COMPLETE * of / 100:g}")


def _differential_attrition_hits(lost: dict[str, tuple[int, int]]) -> Iterator[Hit]:
    if len(lost) != 2:
        return
    (name1, (n1, of1)), (name2, (n2, of2)) = lost.items()
    # In whole numbers: 1 − 0.85 is more than 0.15 in floating point.
    apart = n1 * of2 - n2 * of1
    worse, missing = (name1, of1 - n1) if apart < 0 else (name2, of2 - n2)
    if 100 * abs(apart) > DIFFERENTIAL * of1 * of2 and missing > 1:
        message = f"{n1}/{of1} of {name1} and {n2}/{of2} of {name2} were analysed, "
        message += f"{100 * abs(apart) / (of1 * of2):.1f} percentage points apart"
        limit = f"≤ {DIFFERENTIAL} points"
        yield Hit(("arms", worse, "n"), message, f"{n1}/{of1} v {n2}/{of2}", limit)
