"""Which arm is compared with which, with how many participants, and in whose favour.

Also what a trial of this size could have shown at all, and how its allocation and its zeros read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from msc_evidence.analysis.design import counts_participants_twice, is_clustered, own_arms
from msc_evidence.analysis.stated import stated_attribute
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.registry.reported import Ratio, Reported
from msc_evidence.registry.values import Values
from msc_evidence.statistics.binomial import clopper_pearson, exact_binomial, zero_event_bound
from msc_evidence.statistics.power import detectable_d, smallest_significant_d
from msc_evidence.statistics.two_arms.counts import smallest_fisher_p
from msc_evidence.statistics.two_arms.ranks import smallest_rank_sum_p

#: Larger arms are no trial's, and exact tests of them take minutes: such a size counts as unknown.
LARGEST_ARM = 100_000


@dataclass(frozen=True, slots=True)
class Contrast:
    """A treatment arm against a control arm; a group size is None where no source gives it."""

    arm: str
    against: str
    n1: int | None
    n2: int | None
    #: Whether the record names the control arm first: its effects are of control against treatment.
    turned: bool = False
    #: Whether the result compares these two arms and no others, so that its p and its effect are theirs.
    alone: bool = True

    @property
    def sizes(self) -> tuple[int, int] | None:
        """Both group sizes, None unless both are known, positive and those of a trial."""
        if not self.n1 or not self.n2 or max(self.n1, self.n2) > LARGEST_ARM:
            return None
        return self.n1, self.n2


def main_contrast(trial: Trial) -> Contrast | None:
    """The trial's only treatment arm against its only control arm; None where there are more."""
    arm, against = _only_arm_in_role(trial, "treatment"), _only_arm_in_role(trial, "control")
    if arm is None or against is None:
        return None
    return Contrast(arm, against, arm_size(trial, arm), arm_size(trial, against))


def contrast_of(trial: Trial, result: Result) -> Contrast | None:
    """The contrast of a result.

    Declared roles decide which arm is the treated one, however the result names its arms; arms without roles are taken
    as named. None where the trial has several arms and the result does not name its own, or the result is one arm's
    alone or one of several at once.
    """
    if result.within or result.among:
        return None
    arm = result.arm or _only_arm_in_role(trial, "treatment")
    against = result.against or _only_arm_in_role(trial, "control")
    if arm is None or against is None:
        return None
    roles = trial.arms[arm].role, trial.arms[against].role
    turned = roles[0] != roles[1] and (roles[0] == "control" or roles[1] == "treatment")
    first, second = (against, arm) if turned else (arm, against)
    sizes = group_size(trial, result, first), group_size(trial, result, second)
    return Contrast(first, second, *sizes, turned=turned)


def contrasts_of(trial: Trial, result: Result) -> tuple[Contrast, ...]:
    """Each treatment arm against each control arm that a result has values of; none where no two roles are compared."""
    contrast = contrast_of(trial, result)
    if contrast is not None:
        role, other = trial.arms[contrast.arm].role, trial.arms[contrast.against].role
        return () if role is not None and role == other else (contrast,)
    if result.within:
        return ()
    first = [result.arm] if result.arm else _with_values(trial, result, "treatment")
    second = [result.against] if result.against else _with_values(trial, result, "control")
    return tuple(
        Contrast(arm, other, group_size(trial, result, arm), group_size(trial, result, other), alone=False)
        for arm, other in product(first, second)
    )


def _with_values(trial: Trial, result: Result, role: str) -> list[str]:
    given = [name for name in result.arms or {} if trial.arms[name].role == role]
    # An arm that combines others is not set beside them: its participants would count twice.
    return [name for name in given if not set(trial.arms[name].combines or ()) & set(given)]


def group_size(trial: Trial, result: Result, arm: str) -> int | None:
    """Participants of an arm in a result: as the result says, else the size of the arm in its source.

    What another source prints of the same comparison says it too, where the values agree.
    """
    values = (result.arms or {}).get(arm)
    if values is not None and values.n is not None:
        return values.n.count
    if values is not None and values.distribution:
        return sum(share.count or 0 for share in values.distribution)
    elsewhere = size_elsewhere(trial, result, arm)
    return elsewhere if elsewhere is not None else arm_size(trial, arm, trial.source_of(result))


def size_elsewhere(trial: Trial, result: Result, arm: str) -> int | None:
    """The n of an arm that another source states of the same comparison; None without one whose values agree."""
    values = (result.arms or {}).get(arm)
    if values is None or len(trial.sources) < 2:
        return None
    key = _comparison_words(result)
    for other in trial.results:
        twin = (other.arms or {}).get(arm)
        if twin is None or twin.n is None or trial.source_of(other) == trial.source_of(result):
            continue
        if _comparison_words(other) == key and _agree_in_print(values, twin):
            return twin.n.count
    return None


def _comparison_words(result: Result) -> tuple[object, ...]:
    return (
        result.outcome, result.at, result.definition, result.change, result.period, result.unit,
        result.arm, result.against, result.within,
    )  # fmt: skip


def _agree_in_print(values: Values, twin: Values) -> bool:
    """Whether two prints of one group share a value, and contradict each other in none."""
    keys = ("events", "percent", "mean", "sd", "se", "median")
    pairs = [(getattr(values, key), getattr(twin, key)) for key in keys]
    shared = [one == other for one, other in pairs if one is not None and other is not None]
    return bool(shared) and all(shared)


def arm_size(trial: Trial, arm: str, source: str | None = None) -> int | None:
    """Participants analysed in an arm as a source gives it, else as the first does; None where not reported.

    An arm that combines others has theirs together.
    """
    given = [also.arms[arm] for also in trial.also if also.source == source and arm in also.arms]
    counts = [part.n.count for part in (*given, trial.arms[arm]) if isinstance(part.n, Reported)]
    if counts:
        return counts[0]
    parts = [arm_size(trial, part, source) for part in trial.arms[arm].combines or ()]
    known = [n for n in parts if n is not None]
    return sum(known) if known and len(known) == len(parts) else None


def favoured_direction(result: Result, contrast: Contrast, outcome: Outcome) -> int | None:
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
    if outcome.type == "binary":
        higher = _more_events(pair[0], pair[1], contrast) or _sign_of_higher(pair[0], pair[1], ("percent",))
    else:
        levels = _sign_of_higher(pair[0], pair[1], ("mean", "median"))
        higher = levels or _sign_of_grades(pair[0], pair[1])
    return None if higher is None else higher * (1 if outcome.better == "higher" else -1)


def _sign_of_higher(first: Values, second: Values, levels: Sequence[str]) -> int | None:
    """+1 where the first group's level is the higher, −1 where the second's, None where rounding hides it.

    Of two that are printed alike and differ, as medians of 2 and 3, the order is known: their bounds touch at most.
    """
    for name in levels:
        one, other = getattr(first, name), getattr(second, name)
        if one is not None and other is not None:
            (low, high), (other_low, other_high) = one.bounds, other.bounds
            if one.value == other.value:
                return None
            return 1 if low >= other_high else -1 if high <= other_low else None
    return None


def _sign_of_grades(first: Values, second: Values) -> int | None:
    """+1 where a participant of the first group is more often the higher on the scale, −1 where one of the second."""
    counts = [[share.count or 0 for share in values.distribution or ()] for values in (first, second)]
    if not counts[0] or len(counts[0]) != len(counts[1]):
        return None
    higher = sum(
        one * other * ((at > against) - (at < against))
        for at, one in enumerate(counts[0])
        for against, other in enumerate(counts[1])
    )
    return (higher > 0) - (higher < 0) or None


def _more_events(first: Values, second: Values, contrast: Contrast) -> int | None:
    """+1 where the first group has the larger share of events, −1 where the second has, None where they are alike."""
    counts = [values.events.count if values.events else None for values in (first, second)]
    if counts[0] is None or counts[1] is None or contrast.sizes is None:
        return None
    one, other = counts[0] * contrast.sizes[1], counts[1] * contrast.sizes[0]
    return (one > other) - (one < other) or None


def _only_arm_in_role(trial: Trial, role: str) -> str | None:
    names = [name for name, arm in trial.arms.items() if arm.role == role]
    return names[0] if len(names) == 1 else None


@dataclass(frozen=True, slots=True)
class Capacity:
    """The limits that two group sizes set, at α = .05."""

    n1: int
    n2: int
    #: Smallest |d| that a two-sample t test would have called significant.
    smallest_significant_d: float
    #: |d| that it would have detected with 80% power.
    detectable_d: float
    #: Smallest two-sided p of an exact rank-sum test without ties.
    smallest_rank_sum_p: float
    #: Smallest two-sided p of Fisher's test with 1, 2 and 3 events in both arms together.
    smallest_fisher_p: tuple[float, ...]


def trial_capacity(trial: Trial) -> Capacity | None:
    """The limits of the trial's main contrast; None where a size is missing or clusters make sizes no guide."""
    contrast = main_contrast(trial)
    if contrast is None or contrast.sizes is None or sum(contrast.sizes) < 4 or is_clustered(trial):
        return None
    n1, n2 = contrast.sizes
    return Capacity(
        n1,
        n2,
        smallest_significant_d(n1, n2),
        detectable_d(n1, n2),
        smallest_rank_sum_p(n1, n2),
        tuple(smallest_fisher_p(n1, n2, events) for events in (1, 2, 3)),
    )


@dataclass(frozen=True, slots=True)
class Allocation:
    """How likely so uneven a split is under the stated ratio, or under 1:1 where none is stated."""

    n1: int
    n2: int
    ratio: str
    stated: bool
    p: float
    #: The treatment arm, and the key of its size that was used.
    arm: str
    key: Literal["clusters", "randomised", "n"]
    #: The kind of the source that states the ratio, where it is not the trial's first.
    by: str | None

    @property
    def basis(self) -> str:
        """`2:1 [protocol]`, `1:1 (no ratio stated)`."""
        if not self.stated:
            return f"{self.ratio} (no ratio stated)"
        return f"{self.ratio} [{self.by}]" if self.by else self.ratio


#: More participants than any trial has; the exact test counts one by one.
LARGEST_TRIAL = 1_000_000


def allocation_test(trial: Trial) -> Allocation | None:
    """The exact binomial test of a randomised trial's two arms; None where sizes are missing.

    The numbers randomised are used where they are recorded, else those analysed; of a cluster-randomised trial the
    clusters, and nothing else. The ratio is one that any source of the trial states.
    """
    contrast = main_contrast(trial)
    if contrast is None or trial.design.allocation != "randomised" or len(own_arms(trial)) != 2:
        return None
    pair = [trial.arms[name] for name in (contrast.arm, contrast.against)]
    if any(arm.historical or arm.combines for arm in pair):
        return None
    key: Literal["clusters", "randomised", "n"] = "n"
    if is_clustered(trial):
        key = "clusters"
    elif all(arm.randomised is not None for arm in pair):
        key = "randomised"
    elif counts_participants_twice(trial):
        return None
    counts = [getattr(arm, key) for arm in pair]
    n1, n2 = (number.count if isinstance(number, Reported) else None for number in counts)
    if n1 is None or n2 is None or not 0 < n1 + n2 <= LARGEST_TRIAL:
        return None
    ratio, source = _stated_ratio(trial)
    first, second = ratio.parts if ratio else (1, 1)
    by = None if source == trial.first_source else trial.sources[source].kind
    p = exact_binomial(n1, n1 + n2, first / (first + second))
    return Allocation(n1, n2, f"{first}:{second}", ratio is not None, p, contrast.arm, key, by)


def _stated_ratio(trial: Trial) -> tuple[Ratio | None, str]:
    """The allocation ratio of two arms that the first source states, else another does, and which source that is."""
    ratios = stated_attribute(trial, "design", "ratio")
    for source, ratio in ((trial.first_source, ratios.first), *ratios.others):
        if isinstance(ratio, Ratio) and len(ratio.parts) == 2:
            return ratio, source
    return None, trial.first_source


@dataclass(frozen=True, slots=True)
class ZeroEvents:
    """No event among n participants: what that leaves possible."""

    event: str
    arm: str
    n: int
    #: Upper end of the one-sided 95% interval, 1 − 0.05^(1/n).
    bound: float
    #: Upper end of the two-sided Clopper–Pearson interval.
    clopper_pearson: float


def zero_events(trial: Trial) -> Iterator[ZeroEvents]:
    """The bounds behind every harm that no participant of an arm had."""
    for harm in trial.harms:
        for arm, count in harm.arms.items():
            n, none = arm_size(trial, arm), isinstance(count, Reported) and count.count == 0
            if none and n is not None and 0 < n <= LARGEST_ARM:
                yield ZeroEvents(harm.event, arm, n, zero_event_bound(n), clopper_pearson(0, n)[1])
