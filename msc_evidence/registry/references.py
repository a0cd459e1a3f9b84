"""Names in a record that nothing in the registry has: outcomes, arms and sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msc_evidence.registry.problems import Problem, nearest, shown
from msc_evidence.registry.reported import Time

Path = tuple[str | int, ...]
#: Where, the name, what it names, and the names there are.
Reference = tuple[Path, str, str, Sequence[str]]

_GROUPS = ("baseline", "results", "harms", "subsets", "claims", "risk-of-bias", "also", "waivers")


def dangling_references(documents: Sequence[Any]) -> Iterator[Problem]:
    """Every reference to nothing, in files that may refer to each other's outcomes.

    It reads plain data, so that it finds these beside whatever else is wrong with a record.
    """
    outcomes = [name for document in documents for name in _mapping(document.data, "outcomes")]
    trials = [name for document in documents for name in _mapping(document.data, "trials")]
    for document in documents:
        for path, name, kind, known in _of_registry(document.data, outcomes, trials):
            if name not in known:
                yield Problem(document.where(path), f"unknown {kind} {shown(name)}{nearest(name, known)}")
        for trial_id, trial in _mapping(document.data, "trials").items():
            for path, name, kind, known in _references(
                trial, outcomes, [one for one in trials if one != trial_id]
            ):
                if name not in known:
                    place = document.where(("trials", trial_id, *path), key=path[-1] == name)
                    yield Problem(place, f"unknown {kind} {shown(name)}{nearest(name, known)}")


def _references(trial: object, outcomes: Sequence[str], others: Sequence[str]) -> Iterator[Reference]:
    whole = trial.get("part-of") if isinstance(trial, dict) else None
    if isinstance(whole, str):
        yield ("part-of",), whole, "trial", others
    arms, sources = list(_mapping(trial, "arms")), list(_mapping(trial, "sources"))
    for here, part in _parts(trial):
        names = {"source": sources, "outcome": outcomes, "arm": arms, "against": arms, "within": arms}
        names["favours"] = [*arms, "not reported"]
        for key, known in names.items():
            if isinstance(part.get(key), str):
                kind = key if key in ("source", "outcome") else "arm"
                yield (*here, key), part[key], kind, known
        for key in ("arms", "events"):
            for arm in _mapping(part, key):
                yield (*here, key, arm), arm, "arm", arms
        named = part.get("outcome") in outcomes and part.get("source") in (None, *sources)
        if here[0] == "risk-of-bias" and named and "at" in part:
            yield _judged_time(trial, here, part)


def _judged_time(trial: object, here: Path, part: dict[str, Any]) -> Reference:
    """The time of a judged result among those that its outcome has results at in its source; 90 d names 3 mo."""
    first = next(iter(_mapping(trial, "sources")), None)
    same = ("outcome", part.get("outcome")), ("source", part.get("source", first))
    times = [
        str(result.get("at"))
        for path, result in _parts(trial)
        if path[0] == "results" and all(result.get(key, first) == value for key, value in same)
    ]
    asked = str(part["at"])
    equal = [time for time in times if _moment(time) == _moment(asked)]
    return (*here, "at"), next(iter(equal), asked), "time of a result", list(dict.fromkeys(times))


def _moment(text: str) -> Time | str:
    try:
        return Time.read(text)
    except ValueError:
        return text


def _of_registry(data: object, outcomes: Sequence[str], trials: Sequence[str]) -> Iterator[Reference]:
    yield from _pooled_references(data, outcomes, trials)
    summary = _mapping(data, "summary").get("outcomes")
    certainty = data.get("certainty") if isinstance(data, dict) else None
    for path, entries in ((("certainty",), certainty), (("summary", "outcomes"), summary)):
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            outcome = entry.get("outcome") if isinstance(entry, dict) else None
            if isinstance(outcome, str):
                yield (*path, index, "outcome"), outcome, "outcome", outcomes


def _pooled_references(data: object, outcomes: Sequence[str], trials: Sequence[str]) -> Iterator[Reference]:
    for pooled_id, pooled in _mapping(data, "pooled").items():
        outcome = pooled.get("outcome") if isinstance(pooled, dict) else None
        if isinstance(outcome, str):
            yield ("pooled", pooled_id, "outcome"), outcome, "outcome", outcomes
        named = pooled.get("trials") if isinstance(pooled, dict) else None
        for index, name in enumerate(named if isinstance(named, list) else ()):
            if isinstance(name, str):
                yield ("pooled", pooled_id, "trials", index), name, "trial", trials


def _parts(trial: object) -> Iterator[tuple[Path, dict[str, Any]]]:
    for group in _GROUPS:
        entries = trial.get(group) if isinstance(trial, dict) else None
        for index, part in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(part, dict):
                yield (group, index), part


def _mapping(part: object, key: str) -> dict[str, Any]:
    """The mapping under a key; an empty one where there is something else."""
    inner = part.get(key) if isinstance(part, dict) else None
    return inner if isinstance(inner, dict) else {}
