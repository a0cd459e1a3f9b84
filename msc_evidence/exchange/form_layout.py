"""The sheets and columns of an extraction form, made of the schema: a sheet for a section, a column for a key."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from msc_evidence.registry.fields import NOT_REPORTED, AsPrinted, OrNotReported, OrToDo, Part
from msc_evidence.registry.model import RegistryFile
from msc_evidence.registry.reported import Span

#: What a column holds: a text, a whole number, several texts of one cell, or two ends.
ColumnKind = Literal["text", "count", "list", "span"]
#: The steps of a path that a line of a sheet fills in by its own key.
TRIAL, ROW = "{trial}", "{row}"
#: The key under which a form has the values of all arms together.
ALL = "all"
#: Parts of a trial that stand on its first sheet; every other one has a sheet of its own.
_ON_FIRST_SHEET = ("citation", "extracted")
#: What tells rows of one list apart where they have no number.
IDENTITY = ("variable", "category", "unit", "event", "outcome", "at", "definition", "change", "by", "date")
#: The rows of results stand on two sheets: what was compared, and the values of each arm.
CONTRASTS, RESULTS = "Contrasts", "Results"
_OF_RESULTS = (*IDENTITY, "primary")


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column: what its first row calls it, the path of its values below an entry, and what may stand in it."""

    heading: str
    path: tuple[str, ...]
    help: str
    kind: ColumnKind = "text"
    choices: tuple[str, ...] = ()
    #: Whether nothing else than the choices may stand in it.
    closed: bool = False

    @property
    def line_key(self) -> str | None:
        """The key that each line has of its own (`arm`), None where the value is of the entry."""
        return next((step[1:-1] for step in self.path if step.startswith("{")), None)

    @property
    def words(self) -> str:
        """`effect estimate`: the whole path in words."""
        return " ".join(step for step in self.path if not step.startswith("{"))


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A sheet: the path of its entries, the keys that say which entry and which line of it, and its columns."""

    title: str
    base: tuple[str, ...]
    keys: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    #: Whether a line may be of all arms together.
    has_all: bool = False

    @property
    def entry_keys(self) -> tuple[str, ...]:
        """The keys that say which entry a line is of."""
        return tuple(step[1:-1] for step in self.base if step.startswith("{"))

    @property
    def line_keys(self) -> tuple[str, ...]:
        """The keys that say which line of its entry a line is."""
        return self.keys[len(self.entry_keys) :]

    @property
    def help(self) -> dict[str, str]:
        """What the key columns are, by their headings."""
        row = "number of the row; lines of one row have the same" if self.line_keys else "number of the row"
        words = {"trial": "id of the trial: bang-2005", "row": row, "arm": "id of the arm: msc"}
        if self.has_all:
            words["arm"] += ", or all"
        return {key: words.get(key, f"id of the {key}") for key in self.keys}


@lru_cache
def form_sheets() -> tuple[FormSheet, ...]:
    """Every sheet of a form, in the order in which a trial is extracted."""
    outcomes, trials = (_value_of_mapping(RegistryFile.model_fields[name]) for name in ("outcomes", "trials"))
    registry = _headed(tuple(_columns(RegistryFile, (), only=("title", "terms"))))
    sheets = [*_trial_sheets(trials), *_entry_sheets("Outcomes", outcomes, ("outcomes", "{outcome}"))]
    return (*sheets, FormSheet("Registry", (), (), registry))


def _trial_sheets(trial: type[Part]) -> Iterator[FormSheet]:
    base = ("trials", TRIAL)
    fields = _own_fields_first(trial)
    yield FormSheet("Trial", base, ("trial",), _headed(tuple(_first_columns(trial, fields))))
    for name, field in fields.items():
        key, part = field.alias or name, _part_in(field.annotation)
        title = key.replace("-", " ").capitalize()
        if part is None or name in _ON_FIRST_SHEET:
            continue
        if _is_list_of_parts(field):
            yield from _entry_sheets(title, part, (*base, key, ROW))
        elif _mapping_value(field.annotation):
            yield from _entry_sheets(title, part, (*base, key, f"{{{_singular(key)}}}"))
        else:
            yield FormSheet(title, base, ("trial",), _headed(tuple(_columns(part, (key,))), of=key))
            yield from _lists_below(title, part, (*base, key))


def _own_fields_first(part: type[Part]) -> dict[str, FieldInfo]:
    """The fields of a part, those that it inherits last."""
    fields = part.model_fields
    own = [name for name in part.__annotations__ if name in fields]
    return {name: fields[name] for name in (*own, *(name for name in fields if name not in own))}


def _first_columns(trial: type[Part], fields: Mapping[str, FieldInfo]) -> Iterator[FormColumn]:
    """The trial's own values, its citation, who extracted it, and whether a section is not reported."""
    for name, field in fields.items():
        if _part_in(field.annotation) is None or name in _ON_FIRST_SHEET:
            yield from _columns(trial, (), only=(name,))
        elif _may_be_silent(field):
            yield _silence(((field.alias or name),))


def _may_be_silent(field: FieldInfo) -> bool:
    return any(NOT_REPORTED.value in get_args(leaf) for leaf in _leaves(field.annotation))


def _silence(path: tuple[str, ...]) -> FormColumn:
    return FormColumn("", path, "where the source does not say: not reported", choices=("not reported",))


def _entry_sheets(title: str, part: type[Part], base: tuple[str, ...]) -> Iterator[FormSheet]:
    """The sheets of the entries of a list or mapping: one, or two of results, then one for each list within."""
    keys = tuple(step[1:-1] for step in base if step.startswith("{"))
    columns = tuple(_columns(part, ()))
    lines = tuple(dict.fromkeys(column.line_key for column in columns if column.line_key))
    if title == RESULTS:
        of_arms = [each for each in columns if each.line_key or each.path[0] in _OF_RESULTS]
        of_entry = [each for each in columns if not each.line_key]
        yield FormSheet(CONTRASTS, base, keys, _headed(of_entry))
        yield FormSheet(title, base, (*keys, *lines), _headed(of_arms))
    else:
        yield FormSheet(title, base, (*keys, *lines), _headed(columns), "all" in part.model_fields)
    yield from _lists_below(title, part, base)


def _lists_below(title: str, part: type[Part], base: tuple[str, ...]) -> Iterator[FormSheet]:
    for name, field in part.model_fields.items():
        inner = _part_in(field.annotation)
        if inner is not None and _is_list_of_parts(field):
            key = field.alias or name
            yield from _entry_sheets(f"{title} {key}", inner, (*base, key, ROW))


def _columns(
    part: type[Part], prefix: tuple[str, ...], only: Sequence[str] | None = None
) -> Iterator[FormColumn]:
    """The columns of a part: its values, and those of parts within it; lists of parts have sheets of their own."""
    for name, field in part.model_fields.items():
        if (only is not None and name not in only) or _is_list_of_parts(field) or _is_all_arms(part, name):
            continue
        path = (*prefix, field.alias or name)
        value = _mapping_value(field.annotation)
        inner = _part_in(field.annotation)
        if value is not None:
            below = (*path, f"{{{_singular(path[-1])}}}")
            yield from _columns(inner, below) if inner else [_column(below, field, value)]
        elif inner is not None:
            if _may_be_silent(field):
                yield _silence(path)
            yield from _columns(inner, path)
        else:
            yield _column(path, field, field.annotation)


def _column(path: tuple[str, ...], field: FieldInfo, annotation: Any) -> FormColumn:
    marks = [*field.metadata, *_marks(annotation)]
    leaves = [leaf for leaf in _leaves(annotation) if leaf is not type(None)]
    literals = [str(word) for leaf in leaves if get_origin(leaf) is Literal for word in get_args(leaf)]
    if bool in leaves:
        literals = ["true", "false"]
    silent = any(isinstance(mark, OrNotReported) or getattr(mark, "silent", False) for mark in marks)
    closed = (
        bool(literals)
        and not any(isinstance(mark, OrToDo) for mark in marks)
        and all(leaf is bool or get_origin(leaf) is Literal for leaf in leaves)
    )
    choices = [*(literals or field.examples or []), *(["not reported"] if silent and literals else [])]
    kind: ColumnKind = "text"
    if any(leaf is list or get_origin(leaf) is list for leaf in leaves):
        kind, closed = "list", False
    elif Span in leaves:
        kind = "span"
    elif int in leaves or any(isinstance(mark, AsPrinted) and mark.form == "count" for mark in marks):
        kind = "count"
    return FormColumn(
        "", path, field.description or "", kind, tuple(dict.fromkeys(map(str, choices))), closed
    )


def _headed(columns: Sequence[FormColumn], of: str = "") -> tuple[FormColumn, ...]:
    """The columns with their headings: the path in words, without the section where that says nothing more."""
    short = [_short_words(column, of) for column in columns]
    return tuple(
        replace(column, heading=word if short.count(word) == 1 else column.words)
        for column, word in zip(columns, short, strict=True)
    )


def _short_words(column: FormColumn, of: str) -> str:
    steps = [step for step in column.path if not step.startswith("{")]
    dropped = len(steps) > 1 and (column.line_key is not None or steps[0] in (of, _ON_FIRST_SHEET[0]))
    return " ".join(steps[1:] if dropped else steps)


def _is_all_arms(part: type[Part], name: str) -> bool:
    """Whether a field has the values of all arms together, beside those of each arm."""
    return name == ALL and "arms" in part.model_fields


def _is_list_of_parts(field: FieldInfo) -> bool:
    lists = [leaf for leaf in _leaves(field.annotation) if get_origin(leaf) is list]
    return any(_part_in(get_args(leaf)[0]) for leaf in lists)


def _value_of_mapping(field: FieldInfo) -> type[Part]:
    part = _part_in(field.annotation)
    assert part is not None, "outcomes and trials are mappings of parts"
    return part


def _mapping_value(annotation: Any) -> Any:
    """What a mapping's values are, None where the annotation is of no mapping."""
    leaf = next((leaf for leaf in _leaves(annotation) if get_origin(leaf) is dict), None)
    return None if leaf is None else get_args(leaf)[1]


def _part_in(annotation: Any) -> type[Part] | None:
    """The part that an annotation is of, or a list or mapping of."""
    for leaf in _leaves(annotation):
        if isinstance(leaf, type) and issubclass(leaf, Part):
            return leaf
        if get_origin(leaf) in (list, dict):
            return _part_in(get_args(leaf)[-1])
    return None


def _leaves(annotation: Any) -> Iterator[Any]:
    """The alternatives of an annotation, without what is annotated to them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _leaves(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for each in get_args(annotation):
            yield from _leaves(each)
    else:
        yield annotation


def _marks(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *marks = get_args(annotation)
        yield from marks
        yield from _marks(inner)
    elif origin in (Union, types.UnionType):
        for each in get_args(annotation):
            yield from _marks(each)


#: Mappings whose keys are arms although they are not called so.
_BY_ARM = ("arms", "at-risk", "events", "groups")


def _singular(key: str) -> str:
    return "arm" if key in _BY_ARM else key.removesuffix("s")
