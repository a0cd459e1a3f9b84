"""The two arms of a trial that participants were randomised to: what tests of an honest allocation are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.analysis.contrast import main_contrast
from msc_evidence.analysis.design import counts_participants_twice, is_clustered, own_arms
from msc_evidence.analysis.stated import stated_attribute
from msc_evidence.checks.groups import exact_number, stated_size
from msc_evidence.checks.rule import Subject
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Values


def randomised_pair(trial: Trial) -> tuple[str, str] | None:
    """The treatment and the control arm of a trial of two randomised groups of participants, None of any other."""
    pair, arms = main_contrast(trial), own_arms(trial)
    randomised = stated_attribute(trial, "design", "allocation").best == "randomised"
    if pair is None or not randomised or set(arms) != set(trial.arms) or len(arms) != 2:
        return None
    if is_clustered(trial) or counts_participants_twice(trial):
        return None
    return pair.arm, pair.against


@dataclass(frozen=True, slots=True)
class PairedRow:
    """A characteristic at entry in both arms, with the number in each."""

    index: int
    variable: str
    category: str | None
    values: tuple[Values, Values]
    sizes: tuple[int, int]
    arms: tuple[str, str]


def entry_rows(subject: Subject) -> Iterator[PairedRow]:
    """The characteristics at entry that both randomised arms have, of the first source that gives them."""
    trial = subject.trial
    pair = randomised_pair(trial) if trial.baseline else None
    seen: set[tuple[str, str | None, str | None]] = set()
    for index, row in enumerate(trial.baseline):
        name = row.variable.casefold(), row.category, row.unit
        if pair is None or name in seen or not row.arms or not all(arm in row.arms for arm in pair):
            continue
        source = trial.source_of(row)
        values = row.arms[pair[0]], row.arms[pair[1]]
        sizes = [
            stated_size(value, subject.size_of(source, arm)).n
            for value, arm in zip(values, pair, strict=True)
        ]
        if sizes[0] and sizes[1] and min(sizes[0], sizes[1]) > 1:
            seen.add(name)
            yield PairedRow(index, row.variable, row.category, values, (sizes[0], sizes[1]), pair)


def printed_step(*numbers: Reported) -> float:
    """The step that numbers are printed to: that of the one with more decimals, which trailing zeros may have left.

    >>> printed_step(Reported.read("7.0"), Reported.read("7"))
    0.1
    """
    return float(10.0 ** -max(number.decimals for number in numbers))


def exact_pair(first: Reported | None, second: Reported | None) -> tuple[Reported, Reported] | None:
    """Both numbers, None unless both are printed as they are."""
    one, two = exact_number(first), exact_number(second)
    return (one, two) if one is not None and two is not None else None


def pooled_sd(row: PairedRow) -> float | None:
    """The SD of both groups together, √(Σ (n − 1)s² / (n₁ + n₂ − 2)); None where one is not printed."""
    sds = exact_pair(row.values[0].sd, row.values[1].sd)
    if sds is None:
        return None
    squares = sum((n - 1) * float(sd) ** 2 for n, sd in zip(row.sizes, sds, strict=True))
    return float((squares / (sum(row.sizes) - 2)) ** 0.5)
