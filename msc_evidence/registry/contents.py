"""What a record holds, seen in one walk: the fields that it gives, and whether any of it waits to be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from msc_evidence.registry.fields import TO_DO, TO_DO_ID, Part


@dataclass(frozen=True, slots=True)
class Contents:
    """The names of all fields that a record and its parts give, and whether a text is `to do` or begins `to-do`."""

    fields: frozenset[str]
    to_do: bool


def contents(record: Part) -> Contents:
    """The contents of a record; no default of a field is one of them.

    >>> from msc_evidence.registry.values import Values
    >>> sorted(contents(Values(n="5", mean="2.1")).fields)
    ['mean', 'n']
    """
    fields: set[str] = set()
    to_do = False
    waiting: list[Any] = [record]
    while waiting:
        value = waiting.pop()
        items: Iterable[Any]
        if value.__class__ is list:
            items = value
        elif value.__class__ is dict:
            items = value.values()
        else:
            given, values = value.model_fields_set, vars(value)
            fields |= given
            items = [values[name] for name in given]
        for item in items:
            kind = item.__class__
            if kind is str:
                to_do = to_do or item == TO_DO or item.startswith(TO_DO_ID)
            elif _HOLDS_MORE[kind]:
                waiting.append(item)
    return Contents(frozenset(fields), to_do)


class _HoldsMore(dict[type, bool]):
    """Whether values of a type hold others, asked once of each type: a record has hundreds of values."""

    def __missing__(self, kind: type) -> bool:
        return self.setdefault(kind, kind in (list, dict) or issubclass(kind, Part))


_HOLDS_MORE = _HoldsMore()
