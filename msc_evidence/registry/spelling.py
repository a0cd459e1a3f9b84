"""Choices of a registry and of the command line, in the spellings that people write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

#: Another spelling → the one the registry uses.
BRITISH = {
    "randomized": "randomised",
    "non-randomized": "non-randomised",
    "allogenic": "allogeneic",
}


def british(word: str) -> str:
    """The word as the registry spells it, whatever its case.

    >>> british("Non-Randomized"), british("MSC")
    ('non-randomised', 'MSC')
    """
    return BRITISH.get(word.strip().casefold(), word)


class Spelled:
    """Reads a choice in any of its spellings."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        found = handler(schema)
        return {**found, "enum": _with_spellings(found["enum"])}


def _read(found: object) -> object:
    return BRITISH.get(found, found) if isinstance(found, str) else found


def _with_spellings(choices: Sequence[str]) -> list[str]:
    return [*choices, *(other for other, choice in BRITISH.items() if choice in choices)]
