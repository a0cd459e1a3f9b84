"""Which trial, outcome, arm and row of one registry is which of another: by what they are, the id last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from msc_evidence.analysis.comparison.fields import Field, Key, Names, Step, folded, trial_fields
from msc_evidence.registry.design import Arm
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Outcome, Trial

Entry = TypeVar("Entry")
#: Names that an entry goes by, the surest first.
Labels = Callable[[str, Entry], Iterator[tuple[str, str]]]


def matched_trials(first: Registry, second: Registry) -> dict[str, str]:
    """The trial of `second` that each trial of `first` is: by identifiers, title and year, name, id, or its numbers."""
    pairs = matched_entries(first.trials, second.trials, _trial_labels)
    return pairs | _matched_by_numbers(first, second, pairs)


def matched_outcomes(first: Mapping[str, Outcome], second: Mapping[str, Outcome]) -> dict[str, str]:
    """The outcome of `second` that each outcome of `first` is, by id, name or abbreviation."""
    return matched_entries(first, second, _outcome_labels)


def matched_entries(
    first: Mapping[str, Entry], second: Mapping[str, Entry], labels: Labels[Entry]
) -> dict[str, str]:
    """The entries that share a label which no other entry of either side has, sure kinds of label before others."""
    labelled = [
        {name: dict.fromkeys(labels(name, entry)) for name, entry in side.items()} for side in (first, second)
    ]
    kinds = dict.fromkeys(kind for side in labelled for own in side.values() for kind, _ in own)
    pairs: dict[str, str] = {}
    for kind in kinds:
        homes = [_homes(side, kind, taken) for side, taken in zip(labelled, _taken(pairs), strict=True)]
        for label, own in homes[0].items():
            other = homes[1].get(label, [])
            if len(own) == len(other) == 1 and own[0] not in pairs and other[0] not in pairs.values():
                pairs[own[0]] = other[0]
    return pairs


def _taken(pairs: Mapping[str, str]) -> tuple[set[str], set[str]]:
    return set(pairs), set(pairs.values())


def _homes(side: Mapping[str, Iterable[tuple[str, str]]], kind: str, taken: set[str]) -> dict[str, list[str]]:
    homes: dict[str, list[str]] = {}
    for name, own in side.items():
        for label_kind, label in own:
            if label_kind == kind and name not in taken:
                homes.setdefault(label, []).append(name)
    return homes


def _trial_labels(name: str, trial: Trial) -> Iterator[tuple[str, str]]:
    cited = trial.citation
    part = f" part of {trial.part_of}" if trial.part_of else ""
    if cited.doi:
        yield "doi", folded(cited.doi) + part
    if cited.pmid:
        yield "pmid", cited.pmid + part
    for number in trial.registration if isinstance(trial.registration, list) else ():
        yield "registration", folded(number) + part
    if cited.title:
        yield "title", f"{folded(cited.title)} {cited.year or ''}{part}"
    yield "id", name
    yield "name", folded(trial.shown_name(name)) + part


def _outcome_labels(name: str, outcome: Outcome) -> Iterator[tuple[str, str]]:
    yield "id", name
    yield "name", folded(outcome.name)
    if outcome.short:
        yield "short", folded(outcome.short)


def matched_arms(first: Trial, second: Trial) -> dict[str, str]:
    """The arm of `second` that each arm of `first` is: by role with label, id, size, or as the only one of its role."""
    return matched_entries(first.arms, second.arms, _arm_labels)


def _arm_labels(name: str, arm: Arm) -> Iterator[tuple[str, str]]:
    role = str(arm.role)
    yield "id and role", f"{name} {role}"
    if arm.label:
        yield "label", f"{folded(arm.label)} {role}"
    if arm.n is not None:
        yield "size", f"{arm.n} {role}"
    yield "role", role
    yield "id", name


def _matched_by_numbers(first: Registry, second: Registry, pairs: Mapping[str, str]) -> dict[str, str]:
    """Trials without a common name of which more than half of the numbers are the same."""
    plain = Names()
    rest = [name for name in second.trials if name not in pairs.values()]
    found: dict[str, str] = {}
    for name in (name for name in first.trials if name not in pairs):
        own = numbers_of(trial_fields(first.trials[name], record_data(first, name), plain))
        shares = {
            other: equal_share(
                own, numbers_of(trial_fields(second.trials[other], record_data(second, other), plain))
            )
            for other in rest
            if other not in found.values()
        }
        best = max(shares, key=lambda other: shares[other], default=None)
        if best is not None and shares[best] > 0.5:
            found[name] = best
    return found


def record_data(registry: Registry, trial: str) -> Mapping[str, object]:
    """The record of a trial as its file has it."""
    data: Mapping[str, object] = registry.documents[trial].data["trials"][trial]
    return data


def numbers_of(fields: Mapping[Key, Field]) -> dict[Key, Field]:
    """The fields that hold numbers."""
    return {key: found for key, found in fields.items() if found.kind in ("number", "span")}


def equal_share(first: Mapping[Key, Field], second: Mapping[Key, Field]) -> float:
    """The share of the fields of either side that both have with the same value; 0 where neither has any."""
    every = first.keys() | second.keys()
    same = sum(first[key].value == second[key].value for key in first.keys() & second.keys())
    return same / len(every) if every else 0.0


def matched_rows(first: Mapping[Key, Field], second: Mapping[Key, Field]) -> dict[Step, Step]:
    """Rows of `second` without a namesake in `first`, each with the row of the same list whose numbers it repeats."""
    own, other = _rows(first), _rows(second)
    alone = [row for row in other if row not in own]
    candidates = [row for row in own if row not in other]
    pairs: dict[Step, Step] = {}
    for row in alone:
        shares = {
            candidate: equal_share(own[candidate], other[row])
            for candidate in candidates
            if candidate[0] == row[0] and candidate not in pairs.values()
        }
        best = max(shares, key=lambda each: shares[each], default=None)
        if best is not None and shares[best] > 0.5:
            pairs[row] = best
    return pairs


def _rows(fields: Mapping[Key, Field]) -> dict[tuple[str, tuple[str, ...]], dict[Key, Field]]:
    rows: dict[tuple[str, tuple[str, ...]], dict[Key, Field]] = {}
    for key, found in fields.items():
        at = next((i for i, step in enumerate(key) if isinstance(step, tuple)), None)
        if at is None:
            continue
        step = key[at]
        assert isinstance(step, tuple)
        rows.setdefault(step, {})
        if found.kind in ("number", "span"):
            rows[step][key[at + 1 :]] = found
    return rows
