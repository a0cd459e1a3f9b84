"""MSC207 and MSC208: whether chance allocated the participants, and how many were still there at the end."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.analysis.contrast import allocation
from msc_evidence.checks.groups import allocated, count_of
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Trial

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
    control arm only.
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
    found = allocation(subject.trial)
    if found is not None and found.p < UNLIKELY:
        total = found.n1 + found.n2
        whole = count_of(subject.trial.participants.enrolled)
        analysed = " analysed" if found.key == "n" and whole and whole > total else ""
        message = f"{found.n1} of {total}{analysed} in the treatment arm: p = {found.p:.3g} if allocated {found.basis}"
        message += ", exact binomial test"
        yield Hit(("arms", found.arm, found.key), message, f"{found.n1} v {found.n2}", f"p = {found.p:.3g}")


@check("MSC208", "warning")
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
    flow = {name: (count_of(arm.n), allocated(arm)) for name, arm in trial.arms.items()}
    lost = {name: (n, of) for name, (n, of) in flow.items() if n is not None and of and _knows(trial, name)}
    for name, (n, of) in lost.items():
        if 100 * n < COMPLETE * of:
            yield _incomplete(("arms", name, "n"), n, of, "randomised")
    enrolled, analysed = count_of(trial.participants.enrolled), count_of(trial.participants.analysed)
    if not lost and enrolled and analysed is not None and 100 * analysed < COMPLETE * enrolled:
        yield _incomplete(("participants", "analysed"), analysed, enrolled, "enrolled")
    yield from _differential(lost)


def _knows(trial: Trial, arm: str) -> bool:
    """Whether the arm's record tells those allocated from those analysed."""
    return trial.arms[arm].randomised is not None or trial.arms[arm].lost is not None


def _incomplete(path: tuple[str, ...], n: int, of: int, word: str) -> Hit:
    message = f"{n} of {of} {word} were analysed, {100 * n / of:.1f}%, below {COMPLETE}%"
    return Hit(path, message, f"{n}/{of}", f"≥ {COMPLETE * of / 100:g}")


def _differential(lost: dict[str, tuple[int, int]]) -> Iterator[Hit]:
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
