"""From plain data to the model: every error of the record, in the reviewer's words, with its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from msc_evidence.registry.fields import LONGEST_TEXT, NOT_REPORTED, OrNotReported, Part
from msc_evidence.registry.hints import other_name, written_as
from msc_evidence.registry.model import RegistryFile
from msc_evidence.registry.problems import Place, Problem, nearest_hint, quoted_value
from msc_evidence.registry.reported import Time
from msc_evidence.registry.risk_of_bias import INSTRUMENTS

Path = tuple[str | int, ...]


class Located(Protocol):
    """A file that knows where its parts stand."""

    def where(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of a part, or of its key."""

    def has(self, path: Sequence[str | int]) -> bool:
        """Whether something is written there."""


def problems_of(error: ValidationError, document: Located) -> list[Problem]:
    """Every error of a failed validation as a problem with its place in the file.

    What the document has complained of itself, an empty value or an alias, is not said twice.
    """
    problems = []
    for item in error.errors(include_url=False):
        path = tuple(step for step in item["loc"] if not _is_pydantic_step(step))
        reported_already = item["input"] is None or (item["type"] == "missing" and document.has(path))
        if reported_already or str(item["loc"][-1]).startswith(
            "literal["
        ):  # the other branch of the union says more
            continue
        message, at_key = _message_for(dict(item), path)
        problems.append(Problem(document.where(path, key=at_key), message))
    return problems


def no_value_message(key: str) -> str:
    """The message about a key without a value; it offers `not reported` only where the key takes that."""
    write = "'not reported' where the source does not say" if key in _not_reported_keys() else "one"
    comma = "; a text with a comma in it goes in quotes" if " " in key.strip() else ""
    return f"{quoted_value(key)} has no value; write {write}, or leave the key out{comma}"


@lru_cache
def _not_reported_keys() -> frozenset[str]:
    """The keys of a record that take `not reported`, free texts aside, which take anything."""
    fields = [field for part in _models_below(RegistryFile, set()) for field in part.model_fields.items()]
    return frozenset(field.alias or name for name, field in fields if _takes_not_reported(field))


def _models_below(part: type[Part], seen: set[type[Part]]) -> Iterator[type[Part]]:
    """A model and those that its fields are made of."""
    if part in seen:
        return
    seen.add(part)
    yield part
    for field in part.model_fields.values():
        for inner in _models_in(field.annotation):
            yield from _models_below(inner, seen)


def _models_in(annotation: Any) -> Iterator[type[Part]]:
    if _is_model(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _takes_not_reported(field: FieldInfo) -> bool:
    """Whether a field's type says that `not reported` is a value of it."""
    marks = [*field.metadata, *_type_arguments(field.annotation)]
    return any(
        mark == NOT_REPORTED.value or isinstance(mark, OrNotReported) or getattr(mark, "silent", False)
        for mark in marks
    )


def _type_arguments(annotation: Any) -> Iterator[Any]:
    for argument in get_args(annotation):
        yield argument
        yield from _type_arguments(argument)


def _is_pydantic_step(step: str | int) -> bool:
    """Whether a step is pydantic's own, a key's check or a branch of a union, and not one of the file."""
    return str(step).endswith("]") or step == "constrained-str"


def _message_for(item: dict[str, Any], path: Path) -> tuple[str, bool]:
    """The message, and whether it is about the key rather than the value."""
    kind, name = item["type"], _dotted_path(path)
    if kind == "extra_forbidden":
        known = keys_of_model(_model_at(RegistryFile, path[:-1]))
        meant = other_name(str(path[-1]), known)
        hint = f"; did you mean '{meant}'?" if meant else nearest_hint(str(path[-1]), known)
        return f"unknown key {quoted_value(path[-1])}{hint}", True
    if kind == "missing":
        return f"{quoted_value(path[-1])} is missing here", True
    written = written_as(path, item["input"])
    instead = f"; write `{written}`" if written else ""
    if kind == "value_error":
        return f"{name}: {item['msg'].removeprefix('Value error, ')}{instead}", False
    if kind == "string_pattern_mismatch":
        wrong = _PATTERNS.get(item["ctx"]["pattern"], "has the wrong form")
        return f"{name}: {quoted_value(item['input'])} {wrong}", "[key]" in item["loc"]
    return f"{name}: found {_kind_of_value(item['input'])}; expected {_expected_value(item)}{instead}", False


def _expected_value(item: dict[str, Any]) -> str:
    if item["type"] == "literal_error":
        expected = str(item["ctx"]["expected"])
        close = difflib.get_close_matches(str(item["input"])[:100], re.findall("'([^']*)'", expected), n=1)
        return f"{expected}; did you mean '{close[0]}'?" if close else expected
    return _EXPECTED.get(item["type"]) or str(item["msg"]).removeprefix("Input should be ").lower()


_PATTERNS = {
    r"^[a-z0-9][a-z0-9-]*$": "is no id; an id has lower-case letters, digits and hyphens",
    r"^([a-z0-9][a-z0-9-]*|not reported)$": "is no id of an arm",
    r"^[0-9a-f]{64}$": "is no SHA-256 hash; `check --update-fingerprints` writes it",
    r"^[1-9][0-9,. ]*( \S.*)?$": "names no number of what; expected one such as 100 person-years",
    r"^MSC\d{3}$": "is no check's code; codes look like MSC401",
    r"^([123]\.[1-5]|4\.([1-9]|1[01]))$": "is no check of INSPECT-SR; they go from 1.1 to 4.11",
    r"^([Yy][Ee][Ss]|[Nn][Oo]|[Uu]nclear|[Nn]ot applicable)$": "is no answer;"
    " expected yes, no, unclear or not applicable",
}
_EXPECTED = {
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "dict_type": "a mapping (key: value)",
    "list_type": "a list",
    "string_type": "a text",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "too_short": "at least one entry",
    "string_too_short": "a text that is not empty",
    "string_too_long": f"at most {LONGEST_TEXT:,} characters",
}


def _kind_of_value(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return quoted_value(value)


def _dotted_path(path: Path) -> str:
    """`results[0].p`, from the trial or outcome on."""
    inner = path[2:] if path[:1] in (("trials",), ("outcomes",)) and len(path) > 2 else path
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step[:60]}" for step in inner)
    return text.lstrip(".") or "the registry"


def _model_at(root: type[Part], path: Path) -> type[Part]:
    """The model that describes the mapping at `path`."""
    annotation: Any = root
    for step in path:
        annotation = annotation_below(annotation, step)
    return annotation if _is_model(annotation) else root


def annotation_below(annotation: Any, step: str | int) -> Any:
    """The model, list or dict that a key or an index leads to, None where it leads to a scalar."""
    if _is_model(annotation):
        return _container_type(keys_of_model(annotation).get(str(step)))
    arguments = get_args(annotation)
    return _container_type(arguments[-1]) if arguments else None


def _container_type(annotation: Any) -> Any:
    """The model, list or dict inside `X | None` or `Annotated[X, …]`."""
    if _is_model(annotation) or get_origin(annotation) in (dict, list):
        return annotation
    inner = (_container_type(argument) for argument in get_args(annotation))
    return next((candidate for candidate in inner if candidate is not None), None)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Part)


def keys_of_model(part: type[Part]) -> dict[str, Any]:
    """The keys a mapping may have, with their annotations."""
    return {field.alias or name: field.annotation for name, field in part.model_fields.items()}


FieldPath = tuple[str | int, ...]
#: The lists of what was judged of results, by instrument.
_BIAS = tuple(instrument.key for instrument in INSTRUMENTS)
#: Where, the name, what it names, and the names there are.
Reference = tuple[FieldPath, str, str, Collection[str]]

_GROUPS = ("baseline", "results", "harms", "subsets", "claims", "also", "waivers", *_BIAS)


def dangling_references(documents: Sequence[Any]) -> Iterator[Problem]:
    """Every reference to nothing, in files that may refer to each other's outcomes.

    It reads plain data, so that it finds these beside whatever else is wrong with a record.
    """
    outcomes = _names_under(documents, "outcomes")
    trials = _names_under(documents, "trials")
    for document in documents:
        for path, name, kind, known in _registry_references(document.data, outcomes, trials):
            if name not in known:
                yield Problem(
                    document.where(path), f"unknown {kind} {quoted_value(name)}{nearest_hint(name, known)}"
                )
        for trial_id, trial in _mapping_under(document.data, "trials").items():
            for path, name, kind, known in _trial_references(trial, outcomes, trials):
                if path == ("part-of",) and name == trial_id:
                    place = document.where(("trials", trial_id, *path))
                    yield Problem(place, "a trial is no part of itself; name the whole trial")
                elif name not in known:
                    place = document.where(("trials", trial_id, *path), key=path[-1] == name)
                    yield Problem(place, f"unknown {kind} {quoted_value(name)}{nearest_hint(name, known)}")


def _names_under(documents: Sequence[Any], key: str) -> Collection[str]:
    """The keys of a mapping in all files together, quick to look up and in the order of the files."""
    return dict.fromkeys(name for document in documents for name in _mapping_under(document.data, key)).keys()


def _trial_references(
    trial: object, outcomes: Collection[str], trials: Collection[str]
) -> Iterator[Reference]:
    whole = trial.get("part-of") if isinstance(trial, dict) else None
    if isinstance(whole, str):
        yield ("part-of",), whole, "trial", trials
    arms, sources = list(_mapping_under(trial, "arms")), list(_mapping_under(trial, "sources"))
    yield from _arms_in_lists(trial, arms)
    for here, part in _referring_parts(trial):
        names = {"source": sources, "outcome": outcomes, "arm": arms, "against": arms, "within": arms}
        names["favours"] = [*arms, "not reported"]
        for key, known in names.items():
            if isinstance(part.get(key), str):
                kind = key if key in ("source", "outcome") else "arm"
                yield (*here, key), part[key], kind, known
        for key in ("arms", "events"):
            for arm in _mapping_under(part, key):
                yield (*here, key, arm), arm, "arm", arms
        named = part.get("outcome") in outcomes and part.get("source") in (None, *sources)
        if here[0] in _BIAS and named and "at" in part:
            yield from _judged_result(trial, here, part)


def _arms_in_lists(trial: object, arms: Sequence[str]) -> Iterator[Reference]:
    """The arms that another arm combines, none of which combines others, and those that a result is among."""
    own = _mapping_under(trial, "arms")
    single = [name for name in arms if "combines" not in _mapping_under(own, name)]
    lists: list[tuple[FieldPath, object, list[str]]] = [
        (("arms", arm, "combines"), part.get("combines"), single)
        for arm, part in own.items()
        if isinstance(part, dict)
    ]
    lists += [((*here, "among"), part.get("among"), [*arms]) for here, part in _referring_parts(trial)]
    for path, listed, known in lists:
        for index, name in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(name, str):
                yield (*path, index), name, "arm", known


def _judged_result(trial: object, here: FieldPath, part: dict[str, Any]) -> Iterator[Reference]:
    """The time and definition of a judged result among those its outcome has in its source; 90 d names 3 mo."""
    first = next(iter(_mapping_under(trial, "sources")), None)
    same = ("outcome", part.get("outcome")), ("source", part.get("source", first))
    results = [
        result
        for path, result in _referring_parts(trial)
        if path[0] == "results" and all(result.get(key, first) == value for key, value in same)
    ]
    times, judged_at = [str(result.get("at")) for result in results], str(part["at"])
    equal = [time for time in times if _time_or_text(time) == _time_or_text(judged_at)]
    yield (*here, "at"), next(iter(equal), judged_at), "time of a result", list(dict.fromkeys(times))
    if isinstance(part.get("definition"), str) and equal:
        definitions = [
            str(result["definition"])
            for result in results
            if str(result.get("at")) in equal and result.get("definition")
        ]
        yield (
            (*here, "definition"),
            part["definition"],
            "definition of a result",
            list(dict.fromkeys(definitions)),
        )


def _time_or_text(text: str) -> Time | str:
    try:
        return Time.read(text)
    except ValueError:
        return text


def _registry_references(
    data: object, outcomes: Collection[str], trials: Collection[str]
) -> Iterator[Reference]:
    yield from _pooled_references(data, outcomes, trials)
    yield from _review_references(data, outcomes, trials)
    summary = _mapping_under(data, "summary").get("outcomes")
    certainty = data.get("certainty") if isinstance(data, dict) else None
    for path, entries in ((("certainty",), certainty), (("summary", "outcomes"), summary)):
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            outcome = entry.get("outcome") if isinstance(entry, dict) else None
            if isinstance(outcome, str):
                yield (*path, index, "outcome"), outcome, "outcome", outcomes


def _pooled_references(
    data: object, outcomes: Collection[str], trials: Collection[str]
) -> Iterator[Reference]:
    for pooled_id, pooled in _mapping_under(data, "pooled").items():
        outcome = pooled.get("outcome") if isinstance(pooled, dict) else None
        if isinstance(outcome, str):
            yield ("pooled", pooled_id, "outcome"), outcome, "outcome", outcomes
        named = pooled.get("trials") if isinstance(pooled, dict) else None
        for index, name in enumerate(named if isinstance(named, list) else ()):
            if isinstance(name, str):
                yield ("pooled", pooled_id, "trials", index), name, "trial", trials


def _review_references(
    data: object, outcomes: Collection[str], trials: Collection[str]
) -> Iterator[Reference]:
    """The outcomes of a review's analyses and waivers, and the trials that its rows are."""
    for review_id, review in _mapping_under(data, "reviews").items():
        for here, part in _listed_parts(review, ("characteristics", "analyses", "waivers")):
            above: FieldPath = ("reviews", review_id, *here)
            if isinstance(part.get("outcome"), str):
                yield (*above, "outcome"), part["outcome"], "outcome", outcomes
            rows = [
                (above, part),
                *(((*above, *below), row) for below, row in _listed_parts(part, ("rows",))),
            ]
            for path, row in rows:
                if isinstance(row.get("trial"), str):
                    yield (*path, "trial"), row["trial"], "trial", trials


def _listed_parts(part: object, groups: Sequence[str]) -> Iterator[tuple[FieldPath, dict[str, Any]]]:
    """The mappings in some lists of a mapping, each with its place."""
    for group in groups:
        entries = part.get(group) if isinstance(part, dict) else None
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict):
                yield (group, index), entry


def _referring_parts(trial: object) -> Iterator[tuple[FieldPath, dict[str, Any]]]:
    yield from _listed_parts(trial, _GROUPS)


def _mapping_under(part: object, key: str) -> dict[str, Any]:
    """The mapping under a key; an empty one where there is something else."""
    inner = part.get(key) if isinstance(part, dict) else None
    return inner if isinstance(inner, dict) else {}
