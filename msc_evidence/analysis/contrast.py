"""Which arm is compared with which, with how many participants, and in whose favour.

Also what a trial of this size could have shown at all, and how its allocation and its zeros read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.registry.model import Outcome, Result, Trial, Values
from msc_evidence.registry.reported import Reported

#: Larger arms are no trial's, and exact tests of them take minutes: such a size counts as unknown.
LARGEST_ARM = 100_000


@dataclass(frozen=True, slots=True)
class Contrast:
    """A treatment arm against a control arm; a group size is None where no source gives it."""

    arm: str
    against: str
    n1: int | None
    n2: int | None

    @property
    def sizes(self) -> tuple[int, int] | None:
        """Both group sizes, None unless both are known, positive and those of a trial."""
        if not self.n1 or not self.n2 or max(self.n1, self.n2) > LARGEST_ARM:
            return None
        return self.n1, self.n2


def main_contrast(trial: Trial) -> Contrast | None:
    """The trial's only treatment arm against its only control arm; None where there are more."""
    arm, against = _only(trial, "treatment"), _only(trial, "control")
    if arm is None or against is None:
        return None
    return Contrast(arm, against, arm_size(trial, arm), arm_size(trial, against))


def contrast_of(trial: Trial, result: Result) -> Contrast | None:
    """The contrast of a result.

    None where the trial has several arms and the result does not name its own,
    or the result is one arm's alone.
    """
    if result.within:
        return None
    arm = result.arm or _only(trial, "treatment")
    against = result.against or _only(trial, "control")
    if arm is None or against is None:
        return None
    return Contrast(arm, against, group_size(trial, result, arm), group_size(trial, result, against))


def group_size(trial: Trial, result: Result, arm: str) -> int | None:
    """Participants of an arm in a result: as the result says, else the size of the arm."""
    values = (result.arms or {}).get(arm)
    if values is not None and values.n is not None:
        return values.n.count
    if values is not None and values.distribution:
        return sum(share.count or 0 for share in values.distribution)
    return arm_size(trial, arm)


def arm_size(trial: Trial, arm: str) -> int | None:
    """Participants analysed in an arm, None where not reported."""
    n = trial.arms[arm].n
    return n.count if isinstance(n, Reported) else None


def direction(result: Result, contrast: Contrast, outcome: Outcome) -> int | None:
    """+1 where the treatment arm did better, −1 where the control arm did, None where nothing says.

    What the source says comes first; else the arms' own values, where the outcome's better end is known.
    """
    if result.direction:
        return {contrast.arm: 1, contrast.against: -1}.get(result.direction)
    if outcome.better is None or result.definition:
        return None
    arms = result.arms or {}
    pair = arms.get(contrast.arm), arms.get(contrast.against)
    if pair[0] is None or pair[1] is None:
        return None
    # A percentage of people on an ordinal scale is of those beyond some cut, and nothing says on which side.
    levels = ("percent",) if outcome.type == "binary" else ("mean", "median")
    higher = _higher(pair[0], pair[1], levels)
    return None if higher is None else higher * (1 if outcome.better == "higher" else -1)


def _higher(first: Values, second: Values, levels: Sequence[str]) -> int | None:
    """+1 where the first group's level is the higher, −1 where the second's, None where rounding hides it."""
    for name in levels:
        one, other = getattr(first, name), getattr(second, name)
        if one is not None and other is not None:
            (low, high), (other_low, other_high) = one.bounds, other.bounds
            return 1 if low > other_high else -1 if high < other_low else None
    return None


def _only(trial: Trial, role: str) -> str | None:
    names = [name for name, arm in trial.arms.items() if arm.role == role]
    return names[0] if len(names) == 1 else None
