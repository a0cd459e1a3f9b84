"""MSC803 and MSC804: sizes of arms that the blocks exclude, and losses that are hard to believe."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.analysis.design import own_arms
from msc_evidence.checks.groups import allocated_participants, analysed_size, count_of
from msc_evidence.checks.randomised_pair import randomised_pair
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reported import Ratio, Time
from msc_evidence.statistics.trust.blocks import block_sizes

#: More lists or participants than these are not gone through.
MOST_LISTS, MOST_PARTICIPANTS = 60, 100_000
#: Nobody lost is remarkable from so many participants and so many days on.
MANY, LONG = 50, 90
#: A chance below this of losing nobody, where the trial itself expected losses.
RARE = 0.001


@check("MSC803", "error", fields=("block",))
def sizes_exclude_blocks(subject: Subject) -> Iterator[Hit]:
    """group sizes that the stated blocks cannot give.

    With blocks of b in ratio r₁:r₂ and one list, the first arm of N has ⌊N/b⌋·c·r₁ and of an incomplete last
    block of m between max(0, m − c·r₂) and min(m, c·r₁), c = b/(r₁ + r₂); with several lists all ways in
    which their last blocks may be incomplete. From the numbers randomised, where the block, the ratio and
    the number of lists (or one centre) are recorded.
    It matters because participants were then left out after allocation, or the allocation was another.
    Example: 40 v 45 in blocks of 4, which give 42 or 43.
    It cannot see lists by strata that the record does not count, nor blocks of several sizes.
    Source: INSPECT-SR 4.2.

    Flagged:
        design: {allocation: randomised, ratio: "1:1", block: 4, centres: 1}
        arms: {msc: {role: treatment, randomised: 40}, control: {role: control, randomised: 45}}
    Silent:
        design: {allocation: randomised, ratio: "1:1", block: 4, lists: 3}
        arms: {msc: {role: treatment, randomised: 40}, control: {role: control, randomised: 45}}
    """
    trial, pair = subject.trial, randomised_pair(subject.trial)
    block, lists, ratio = count_of(trial.design.block), _lists(trial), trial.design.ratio
    if pair is None or not block or not lists or not isinstance(ratio, Ratio) or len(ratio.parts) != 2:
        return
    sizes = [count_of(trial.arms[name].randomised) for name in pair]
    enrolled = count_of(trial.participants.enrolled)
    if sizes[0] is None or sizes[1] is None or not 0 < sizes[0] + sizes[1] <= MOST_PARTICIPANTS:
        return
    total = sizes[0] + sizes[1]
    if lists > MOST_LISTS or block > total or enrolled not in (None, total):
        return
    try:
        low, high = block_sizes(total, block, (ratio.parts[0], ratio.parts[1]), lists)
    except ValueError as unfit:
        yield Hit(("design", "block"), str(unfit), str(block), f"a multiple of {sum(ratio.parts)}")
        return
    if not low <= sizes[0] <= high:
        possible = str(low) if low == high else f"{low} to {high}"
        blocks = f"blocks of {block} in {counted(lists, 'list')}"
        message = f"{sizes[0]} of {total} in the first arm; {blocks} give {possible}"
        yield Hit(("arms", pair[0], "randomised"), message, str(sizes[0]), possible)


def _lists(trial: Trial) -> int | None:
    """The lists of the allocation; one where there is one centre."""
    lists = count_of(trial.design.lists)
    return 1 if lists is None and count_of(trial.design.centres) == 1 else lists


@check("MSC804", "note", fields=("lost",))
def unlikely_losses(subject: Subject) -> Iterator[Hit]:
    """nobody lost, or losses that come out round.

    No loss among N excludes, at 95%, a loss above 1 − 0.05^(1/N); said of 50 or more randomised participants
    and 90 days or more of follow-up. A warning where the trial expected to lose a share q of them and
    (1 − q)^N is below 0.001. Notes too: the same number lost in both arms, a multiple of 5; and exactly the
    number planned analysed after losses.
    It matters because people move, die and lose interest.
    Example: none of 524 lost in 18 months, where 10% were expected.
    It cannot see registers, in which nobody is lost, nor follow-up within a hospital stay; each is rarely
    enough by itself.
    Source: INSPECT-SR 4.5; rule of three as in Hanley 1983.

    Flagged:
        design: {follow-up: 18 mo}
        arms:
          msc: {role: treatment, randomised: 262, n: 262, lost: 0}
          control: {role: control, randomised: 262, n: 262, lost: 0}
    Silent:
        design: {follow-up: 7 d}
        arms:
          msc: {role: treatment, randomised: 20, n: 20, lost: 0}
          control: {role: control, randomised: 20, n: 20, lost: 0}
    """
    trial, arms = subject.trial, own_arms(subject.trial)
    losses = {name: count_of(arm.lost) for name, arm in arms.items()}
    sizes = {name: allocated_participants(arm) for name, arm in arms.items()}
    n = sum(size or 0 for size in sizes.values())
    if not arms or None in losses.values() or None in sizes.values():
        return
    first, lost = next(iter(arms)), sum(loss or 0 for loss in losses.values())
    if lost == 0:
        yield from _nobody_lost(trial, first, n)
        return
    counts = set(losses.values())
    if len(arms) > 1 and len(counts) == 1 and lost // len(arms) % 5 == 0:
        message = f"{lost // len(arms)} lost in every arm: equal and round"
        yield Hit(("arms", first, "lost"), message, str(lost // len(arms)))
    analysed = [analysed_size(arm) for arm in arms.values()]
    planned = count_of(trial.participants.planned)
    if None not in analysed and planned is not None and sum(size or 0 for size in analysed) == planned:
        message = f"{planned} analysed, exactly the number planned, after {counted(lost, 'loss', 'losses')}"
        yield Hit(("participants", "planned"), message, str(planned))


def _nobody_lost(trial: Trial, arm: str, n: int) -> Iterator[Hit]:
    follow_up, expected = trial.design.follow_up, trial.participants.expected_loss
    if n < MANY or not isinstance(follow_up, Time) or follow_up.days < LONG:
        return
    message = f"none of {n} lost in {follow_up}; a loss above {1 - 0.05 ** (1 / n):.2%} is excluded (95%)"
    if expected is None:
        yield Hit(("arms", arm, "lost"), message, "0")
        return
    chance = (1 - float(expected)) ** n
    message += f"; with {float(expected):.0%} expected the chance is {chance:.2g}"
    yield Hit(("arms", arm, "lost"), message, "0", severity="warning" if chance < RARE else "note")
