"""Choices of a registry and of the command line, in the spellings that people write them."""

from __future__ import annotations

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


def british_spelling(word: str) -> str:
    """The word as the registry spells it, whatever its case.

    >>> british_spelling("Non-Randomized"), british_spelling("MSC")
    ('non-randomised', 'MSC')
    """
    return BRITISH.get(word.strip().casefold(), word)


class Spellings:
    """Reads a choice in any of its spellings."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_british_choice, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        choices = handler(schema)
        spellings = [spelling for spelling, choice in BRITISH.items() if choice in choices["enum"]]
        return {**choices, "enum": [*choices["enum"], *spellings]}


def _british_choice(written: object) -> object:
    return BRITISH.get(written, written) if isinstance(written, str) else written
