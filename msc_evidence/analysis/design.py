"""Which arithmetic of two arms a result admits under the design that the record states, and why not another.

The tests of two arms, and the intervals of their counts and means, take independent participants. Participants of a
cluster are alike, those of a crossover are their own controls, several eyes or consultations of one participant are no
participants: there the arms' values alone give neither p nor interval. Everything that compares arms asks here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msc_evidence.registry.design import Arm, Design
from msc_evidence.registry.fields import NotReported
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Values

_NOT = r"(?<!no )(?<!not )(?<!non-)(?<!non )(?<!without )"
_CLUSTERED = re.compile(
    rf"{_NOT}\bcluster|group[- ]randomi[sz]ed|stepped[- ]wedge|community[- ]randomi[sz]ed"
)
_CROSSOVER = re.compile(rf"{_NOT}\bcross-?\s?over|latin[- ]square|\bn[- ]of[- ](?:1|one)\b")
_WITHIN = re.compile(
    rf"split[- ](?:mouth|face|body)|within[- ](?:person|subject|patient|participant|individual)"
    rf"|contralateral|fellow[- ]eye|{_NOT}(?:matched|paired)\b"
)
_FACTORIAL = re.compile(rf"{_NOT}\bfactorial")
#: Each kind of structure that sets a trial apart from two parallel groups of participants, by its words.
_KINDS = {
    "cluster": _CLUSTERED,
    "crossover": _CROSSOVER,
    "within participants": _WITHIN,
    "factorial": _FACTORIAL,
}
#: Words of a definition that say which period of a crossover the values are of.
_FIRST_PERIOD = re.compile(
    r"\b(?:period|phase)\s*(?:1|i|one|a)\b|\bfirst (?:period|phase)|before (?:the )?cross", re.I
)
#: Units that are the clusters themselves: values of them are independent.
_CLUSTER_UNITS = re.compile(
    r"\b(?:clusters?|centres?|centers?|villages?|communit(?:y|ies)|practices?|schools?|hospitals?|wards?|clinics?)\b",
    re.I,
)


def is_clustered(trial: Trial) -> bool:
    """Whether clusters, not participants, were allocated."""
    counted = [trial.design.clusters, *(arm.clusters for arm in trial.arms.values())]
    return "cluster" in _kinds_named(_structure(trial)) or any(n is not None for n in counted)


def is_crossover(trial: Trial) -> bool:
    """Whether participants had one treatment after the other."""
    return "crossover" in _kinds_named(_structure(trial))


def is_within_participants(trial: Trial) -> bool:
    """Whether both sides of a contrast are of the same, or of matched, participants."""
    return "within participants" in _kinds_named(_structure(trial))


def structure_words(trial: Trial) -> tuple[str, ...]:
    """What sets the structure of a trial apart from two parallel groups of participants: `cluster`, `crossover`."""
    named = _kinds_named(_structure(trial)) | ({"cluster"} if is_clustered(trial) else set())
    return tuple(kind for kind in _KINDS if kind in named)


def counts_participants_twice(trial: Trial) -> bool:
    """Whether a participant can stand in several arms of the record: crossovers, split mouths, factorial margins."""
    return bool({"crossover", "within participants", "factorial"} & _kinds_named(_structure(trial)))


def _structure(trial: Trial) -> str:
    """The structure in the words of every source that states it."""
    designs: list[Design | None] = [trial.design, *(also.design for also in trial.also)]
    return "; ".join(design.structure or "" for design in designs if design).casefold()


@lru_cache(maxsize=4096)  # many checks ask the same of one trial, and few trials state any structure
def _kinds_named(structure: str) -> frozenset[str]:
    """The kinds of structure that these words name."""
    return frozenset(kind for kind, words in _KINDS.items() if words.search(structure))


def own_arms(trial: Trial) -> dict[str, Arm]:
    """The arms that participants were allocated to: neither those that combine others nor historical controls."""
    return {name: arm for name, arm in trial.arms.items() if not arm.combines and not arm.historical}


def names_subset(trial: Trial, definition: str | None) -> bool:
    """Whether a result's definition is the name of a subset of the trial."""
    return any(subset.name == definition for subset in trial.subsets)


def dependence(trial: Trial, result: Result, *, at_entry: bool = False) -> str | None:
    """Why the arms' values of a result are not those of independent participants; None where they are.

    `at_entry` for characteristics measured before any treatment, which a crossover leaves independent.
    """
    if result.hypothesis != "superiority":
        return f"the p is one of {result.hypothesis}: needs the difference from the margin"
    if is_clustered(trial) and not (result.unit and _CLUSTER_UNITS.search(result.unit)):
        known = cluster_counts(trial, *(result.arms or {})) if result.arms else None
        return f"clustered: needs the ICC or the design effect{'' if known else ', and the clusters of both arms'}"
    if not at_entry and is_crossover(trial) and not is_of_first_period(result):
        return "crossover: needs the pairs or the differences within participants, or the values of period 1"
    if not at_entry and is_within_participants(trial):
        return "within participants: needs the pairs or the differences within participants"
    if result.unit and not _CLUSTER_UNITS.search(result.unit):
        return f"counted by {result.unit}, of which a participant can have several: needs what ties them together"
    return None


def is_of_first_period(result: Result) -> bool:
    """Whether the values are of the first period of a crossover, which is a trial of parallel groups."""
    if result.period is not None:
        return result.period == 1
    return bool(_FIRST_PERIOD.search(result.definition or ""))


def has_person_time(*groups: Values | None) -> bool:
    """Whether events were counted over a time at risk: they are events then, of which one may have several."""
    return any(
        values is not None and (values.person_time is not None or values.rate is not None)
        for values in groups
    )


def design_effect(trial: Trial, result: Result) -> float | None:
    """The design effect as the source states it, else 1 + (m − 1)·ICC with m participants a cluster on average.

    Cochrane Handbook 23.1.4; Donner & Klar 2000. None where the record lacks the ICC or the clusters.
    """
    if result.design_effect is not None:
        return float(result.design_effect)
    icc = result.icc or trial.design.icc
    size = _cluster_size(trial, result)
    return 1 + (size - 1) * float(icc) if icc is not None and size is not None else None


def _cluster_size(trial: Trial, result: Result) -> float | None:
    """Participants a cluster: of the arms that the result gives, else of the whole trial."""
    arms = {name: trial.arms[name] for name in result.arms or {} if name in trial.arms}
    clusters = [_counted(arm.clusters) for arm in arms.values()]
    sizes = [
        _counted(values.n) or _counted(trial.arms[name].n) for name, values in (result.arms or {}).items()
    ]
    if arms and all(clusters) and all(sizes):
        return sum(filter(None, sizes)) / sum(filter(None, clusters))
    total, analysed = _counted(trial.design.clusters), _counted(trial.participants.analysed)
    return analysed / total if total and analysed else None


def _counted(number: Reported | NotReported | None) -> int | None:
    return number.count if isinstance(number, Reported) else None


def cluster_counts(trial: Trial, *arms: str) -> tuple[int, ...] | None:
    """The clusters allocated to these arms; None unless each is recorded."""
    counts = [_counted(trial.arms[name].clusters) for name in arms]
    known = tuple(count for count in counts if count)
    return known if len(known) == len(arms) else None
