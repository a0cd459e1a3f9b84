"""Names in a record that nothing in the registry has: outcomes, arms and sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msc_evidence.registry.problems import Problem, nearest, shown

Path = tuple[str | int, ...]
#: Where, the name, what it names, and the names there are.
Reference = tuple[Path, str, str, Sequence[str]]

_GROUPS = ("baseline", "results", "harms", "subsets", "claims", "also", "waivers")


def dangling_references(documents: Sequence[Any]) -> Iterator[Problem]:
    """Every reference to nothing, in files that may refer to each other's outcomes.

    It reads plain data, so that it finds these beside whatever else is wrong with a record.
    """
    outcomes = [name for document in documents for name in _mapping(document.data, "outcomes")]
    trials = [name for document in documents for name in _mapping(document.data, "trials")]
    for document in documents:
        for path, name, kind, known in _pooled_references(document.data, outcomes, trials):
            if name not in known:
                yield Problem(document.where(path), f"unknown {kind} {shown(name)}{nearest(name, known)}")
        for trial_id, trial in _mapping(document.data, "trials").items():
            for path, name, kind, known in _references(trial, outcomes):
                if name not in known:
                    place = document.where(("trials", trial_id, *path), key=path[-1] == name)
                    yield Problem(place, f"unknown {kind} {shown(name)}{nearest(name, known)}")


def _references(trial: object, outcomes: Sequence[str]) -> Iterator[Reference]:
    arms, sources = list(_mapping(trial, "arms")), list(_mapping(trial, "sources"))
    for here, part in _parts(trial):
        names = {"source": sources, "outcome": outcomes, "arm": arms, "against": arms}
        names["favours"] = [*arms, "not reported"]
        for key, known in names.items():
            if isinstance(part.get(key), str):
                kind = key if key in ("source", "outcome") else "arm"
                yield (*here, key), part[key], kind, known
        for arm in _mapping(part, "arms"):
            yield (*here, "arms", arm), arm, "arm", arms


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
