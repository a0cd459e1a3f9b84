"""One record of two extractions: the first's layout and ids, what both have, what was decided, and what is open."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msc_evidence.analysis.comparison.differences import Comparison, Difference, TrialPair
from msc_evidence.analysis.comparison.fields import Field, Key
from msc_evidence.registry.adjudication import Decision
from msc_evidence.registry.loader import Registry

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Agreed:
    """The agreed record as data, remarks by path, and the conflicts that are still open."""

    data: dict[str, Any]
    remarks: dict[Path, list[str]] = field(default_factory=dict)
    open: list[Difference] = field(default_factory=list)
    #: Decisions about something that is no conflict, or no longer the one that was decided.
    stale: list[Decision] = field(default_factory=list)


def agreed_record(
    first: Registry, second: Registry, comparison: Comparison, decisions: Sequence[Decision]
) -> Agreed:
    """The first registry with the decisions carried out and what only the second has added, each marked."""
    agreed = Agreed(_whole_data(first))
    by_place = {decision.place: decision for decision in decisions}
    for pair in comparison.trial_pairs:
        for difference in pair.differences():
            if difference.conflict:
                _settle(agreed, pair, difference, by_place.pop(difference.place, None))
        _add_missing(agreed, pair)
        _say_extractors(agreed, pair, decisions)
    _add_trials(agreed, second, comparison)
    agreed.stale += by_place.values()
    if decisions:
        agreed.data["decisions"] = [
            {key: str(value) for key, value in decision.model_dump(exclude_none=True).items()}
            for decision in decisions
        ]
    return agreed


def _whole_data(registry: Registry) -> dict[str, Any]:
    """The data of all files of a registry together."""
    merged: dict[str, Any] = {"registry": "1"}
    documents = {id(each): each for each in registry.documents.values()}
    for document in documents.values():
        for key, value in copy.deepcopy(document.data).items():
            if isinstance(value, dict):
                merged.setdefault(key, {}).update(value)
            elif isinstance(value, list):
                merged.setdefault(key, []).extend(value)
            else:
                merged.setdefault(key, value)
    return dict(sorted(merged.items(), key=lambda item: item[0] == "trials"))


def _settle(agreed: Agreed, pair: TrialPair, difference: Difference, decision: Decision | None) -> None:
    """Carries out the decision about a conflict, or marks it as open."""
    path: Path = ("trials", pair.ids[0], *difference.path_a)
    if decision is not None and (decision.a, decision.b) != (difference.a, difference.b):
        agreed.stale.append(decision)
        decision = None
    if decision is None or decision.take == "unresolved":
        agreed.open.append(difference)
        where = "/".join(map(str, difference.path_a[-3:]))
        agreed.remarks.setdefault(path, []).append(f"conflict: {where}: A {difference.a}, B {difference.b}")
    elif decision.take == "neither":
        _put(agreed.data, path, str(decision.value))
    elif decision.take == "b":
        _put(agreed.data, path, _at(pair.data[1], difference.path_b))


def _say_extractors(agreed: Agreed, pair: TrialPair, decisions: Sequence[Decision]) -> None:
    """Keeps who extracted a trial, and who decided where they differed."""
    both = [trial.extracted.by for trial in pair.trials if trial.extracted]
    people = dict.fromkeys(name for names in both for name in names)
    deciding = dict.fromkeys(each.by for each in decisions if each.by and each.place in _places(pair))
    if people:
        agreed.data["trials"][pair.ids[0]]["extracted"] = {
            "by": list(people),
            **({"agreed": ", ".join(deciding)} if deciding else {}),
        }


def _places(pair: TrialPair) -> set[str]:
    return {difference.place for difference in pair.differences()}


def _add_missing(agreed: Agreed, pair: TrialPair) -> None:
    """Adds what only the second record has, under the first's ids."""
    record = agreed.data["trials"][pair.ids[0]]
    rows: dict[Key, int] = _row_numbers(pair.first)
    derived = {key for twins in pair.derivable() for key in twins}
    shown = {each.place_b for each in pair.differences() if each.cls == "only b"}
    for key, found in pair.second.items():
        if key in pair.first or key in derived or not _belongs(key, found, pair):
            continue
        path = _insert(record, key, rows, _mapped(found, pair))
        if f"trials/{pair.ids[1]}/{found.place}" in shown:
            words = f"only in B: {'/'.join(map(str, path[-3:]))}"
            agreed.remarks.setdefault(("trials", pair.ids[0], *path), []).append(words)


def _belongs(key: Key, found: Field, pair: TrialPair) -> bool:
    """Whether a field is new: what identifies a row only where the first lacks the row."""
    row = key[:-1]
    return not found.identifies or not any(each[: len(row)] == row for each in pair.first)


def _mapped(found: Field, pair: TrialPair) -> Any:
    return found.value if found.kind == "id" else copy.deepcopy(_at(pair.data[1], found.path))


def _row_numbers(fields: Mapping[Key, Field]) -> dict[Key, int]:
    """Where the rows of a record stand in their lists."""
    numbers: dict[Key, int] = {}
    for key, found in fields.items():
        for depth, step in enumerate(key):
            if isinstance(step, tuple):
                number = found.path[depth + 1]
                assert isinstance(number, int)
                numbers[key[: depth + 1]] = number
                break
    return numbers


def _insert(record: dict[str, Any], key: Key, rows: dict[Key, int], value: Any) -> Path:
    """Puts a value where its key leads, making the rows and parts on the way; the path that it has then."""
    node: Any = record
    path: list[str | int] = []
    for depth, step in enumerate(key[:-1]):
        if isinstance(step, tuple):
            listed = node.setdefault(step[0], [])
            at = rows.setdefault(key[: depth + 1], len(listed))
            if at == len(listed):
                listed.append({})
            path += [step[0], at]
            node = listed[at]
        else:
            path.append(step)
            node = node.setdefault(step, {})
    last = str(key[-1])
    node[last] = value
    return (*path, last)


def _add_trials(agreed: Agreed, second: Registry, comparison: Comparison) -> None:
    for name in comparison.only_b:
        data = copy.deepcopy(second.documents[name].data["trials"][name])
        free = name if name not in agreed.data["trials"] else f"{name}-b"
        agreed.data["trials"][free] = data
        agreed.remarks[("trials", free)] = ["only in B"]
    known = comparison.outcomes.values()
    for name in (name for name in second.outcomes if name not in known):
        home = next(each.data for each in second.documents.values() if name in each.data.get("outcomes", {}))
        agreed.data.setdefault("outcomes", {}).setdefault(name, copy.deepcopy(home["outcomes"][name]))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _put(data: Any, path: Path, value: Any) -> None:
    _at(data, path[:-1])[path[-1]] = value
