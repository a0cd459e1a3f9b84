"""From plain data to the model: every error of the record, in the reviewer's words, with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from .model import Outcome, Part, RegistryFile, Trial, aliases
from .problems import Place, Problem, nearest, shown

Path = tuple[str | int, ...]
Where = Callable[..., Place]


def problems_of(
    error: ValidationError, where: Where, prefix: Path = (), root: type[Part] = RegistryFile
) -> list[Problem]:
    """Every error of a failed validation as a problem with its place in the file."""
    found = []
    for item in error.errors(include_url=False):
        path = tuple(step for step in item["loc"] if step != "[key]")
        message, at_key = _words(dict(item), path, root)
        found.append(Problem(where((*prefix, *path), key=at_key), message))
    return found


def _words(item: dict[str, Any], path: Path, root: type[Part]) -> tuple[str, bool]:
    """The message, and whether it is about the key rather than the value."""
    kind, name = item["type"], _dotted(path)
    if kind == "extra_forbidden":
        return (
            f"unknown key {shown(path[-1])}{nearest(str(path[-1]), aliases(_part_at(root, path[:-1])))}",
            True,
        )
    if kind == "missing":
        return f"{shown(path[-1])} is missing here", True
    if kind == "value_error":
        return f"{name}: {item['msg'].removeprefix('Value error, ')}", False
    if kind == "literal_error":
        return f"{name}: found {shown(item['input'])}; expected {item['ctx']['expected']}", False
    if kind == "string_pattern_mismatch":
        return (
            f"{name}: {shown(item['input'])} {_PATTERNS.get(item['ctx']['pattern'], 'has the wrong form')}",
            "[key]" in item["loc"],
        )
    return f"{name}: found {_kind(item['input'])}; expected {_EXPECTED.get(kind, item['msg'].lower())}", False


_PATTERNS = {
    r"^[a-z0-9][a-z0-9-]*$": "is no id; an id has lower-case letters, digits and hyphens",
    r"^[0-9a-f]{64}$": "is no SHA-256 hash; `check --update-fingerprints` writes it",
    r"^MSC\d{3}$": "is no check's code; codes look like MSC401",
}
_EXPECTED = {
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "dict_type": "a mapping (key: value)",
    "list_type": "a list",
    "string_type": "a text",
    "int_parsing": "a whole number",
    "bool_parsing": "true or false",
    "too_short": "at least one entry",
    "string_too_short": "a text that is not empty",
}


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return shown(value)


def _dotted(path: Path) -> str:
    """`results[0].p`, from the trial or outcome on."""
    inner = path[2:] if path[:1] in (("trials",), ("outcomes",)) and len(path) > 2 else path
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in inner)
    return text.lstrip(".") or "the registry"


def _part_at(root: type[Part], path: Path) -> type[Part]:
    """The model that describes the mapping at `path`."""
    annotation: Any = root
    for step in path:
        annotation = aliases(annotation).get(str(step)) if _is_part(annotation) else get_args(annotation)[-1]
        annotation = _container(annotation)
    return annotation if _is_part(annotation) else root


def _container(annotation: Any) -> Any:
    """The model, list or dict inside `X | None` or `Annotated[X, …]`."""
    if _is_part(annotation) or get_origin(annotation) in (dict, list):
        return annotation
    inner = (_container(argument) for argument in get_args(annotation))
    return next((found for found in inner if found is not None), None)


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Part)


def dangling_references(
    trials: dict[str, Trial], outcomes: dict[str, Outcome], where: Where
) -> list[Problem]:
    """Every name of an outcome, arm or source that nothing in the registry has."""
    found = []
    for trial_id, trial in trials.items():
        for path, name, kind, known in references(trial, outcomes):
            if name not in known:
                message = f"unknown {kind} {shown(name)}{nearest(name, known)}"
                found.append(Problem(where(("trials", trial_id, *path)), message))
    return found


Reference = tuple[Path, str, str, Sequence[str]]


def references(trial: Trial, outcomes: dict[str, Outcome]) -> Iterator[Reference]:
    """Every reference of a trial: where, the name, what it names, and the names there are."""
    arms, sources, measures = list(trial.arms), list(trial.sources), list(outcomes)
    for group in ("baseline", "results", "harms", "subsets", "claims", "also", "waivers"):
        for index, part in enumerate(getattr(trial, group)):
            here: Path = (group, index)
            if getattr(part, "source", None):
                yield (*here, "source"), part.source, "source", sources
            if getattr(part, "outcome", None):
                yield (*here, "outcome"), part.outcome, "outcome", measures
            for key in ("arm", "against"):
                if getattr(part, key, None):
                    yield (*here, key), getattr(part, key), "arm", arms
            if getattr(part, "favours", None):
                yield (*here, "favours"), part.favours, "arm", [*arms, "not reported"]
            for arm in getattr(part, "arms", None) or ():
                yield (*here, "arms", arm), arm, "arm", arms
