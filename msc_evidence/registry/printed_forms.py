"""What an editor can know of a printed number before the loader reads it: JSON Schema for each kind of scalar.

An editor's YAML gives `0.011` as a number and `<0.001` as a text: each form says which numbers and which texts it
takes. The patterns hold what both JavaScript and Python read, so they have no named groups and no flags.
"""

from __future__ import annotations

from typing import Any

from msc_evidence.registry.reported import NUMBER_WORDS, STATED_ZERO, UNITS

Schema = dict[str, Any]

_DASH = "[-‐‑‒–—−﹣－]"
_SIGN = f"(?:{_DASH}|\\+)?"
_POINT = "[.,·∙⋅‧]"
_TEN = r"\s*[xX*×✕⨉]\s*10\s*(?:\^|\*\*)?\s*[({]?\s*"
_RAISED = r"\s*[xX*×✕⨉]\s*10"
_POWER = rf"(?:[eE]{_SIGN}\d+|{_TEN}{_SIGN}\s*[1-9]\d*\s*[)}}]?|{_RAISED}[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
_UP = rf"(?:[eE]\+?\d+|{_TEN}\+?\s*[1-9]\d*\s*[)}}]?|{_RAISED}⁺?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
_DOWN = rf"(?:[eE]{_DASH}\d+|{_TEN}{_DASH}\s*[1-9]\d*\s*[)}}]?|{_RAISED}⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
_THOUSANDS = r"\d{1,3}(?:[,\s]\d{3})+(?:[.·∙⋅‧]\d+)?"
_DIGITS = rf"(?:{_THOUSANDS}|\d+(?:{_POINT}\d+)?|{_POINT}\d+)"
_COMPARATOR = r"(?:[pP](?:[\s-]?[vV]alues?)?)?\s*(?:[<>]=?|=<?|[≤≥])?\s*"
_NUMBER = rf"{_COMPARATOR}{_SIGN}{_DIGITS}{_POWER}?\s*%?"
#: From 0 to 1, and from 0 to 100.
_SHARE = rf"{_COMPARATOR}\+?(?:0*{_POINT}\d+|0+|0*1(?:{_POINT}0+)?|{_DIGITS}{_DOWN})"
#: A comma before three digits parts thousands.
_PART = rf"(?!,\d{{3}}(?:\D|$)){_POINT}\d+"
_HUNDRED = rf"(?:0*100(?:{_POINT}0+)?|0*\d{{1,2}}(?:{_PART})?|{_POINT}\d+)"
_END = rf"{_COMPARATOR}{_SIGN}{_DIGITS}{_POWER}?"


def _word_pattern(*words: str) -> str:
    """A pattern of words in lower case, with a capital, and in capitals."""
    return "|".join(form for word in words for form in (word, word.capitalize(), word.upper()))


_NUMBER_WORDS = _word_pattern(*NUMBER_WORDS, *STATED_ZERO)
_NOT_SIGNIFICANT = r"[nN][sS]|[nN]\.[sS]\."


def _scalar_schema(*patterns: str, **limits: float) -> Schema:
    return {"type": ["number", "string"], **limits, "pattern": rf"^\s*(?:{'|'.join(patterns)})\s*$"}


_ANY = _scalar_schema(_NUMBER, _NUMBER_WORDS, _NOT_SIGNIFICANT, minimum=-1e60, maximum=1e60)
_SPAN = rf"^\s*[\[(]*{_END}(?:\s*{_DASH}\s*|\s*to\b\s*|,\s+|\s*[:;]\s*){_END}\s*%?[\])]*\s*$"

#: Each kind of scalar by the name that the fields refer to it with.
FORMS: dict[str, Schema] = {
    "number": _ANY,
    "count": _scalar_schema(
        rf"=?\s*\+?(?:\d{{1,3}}(?:[,\s]\d{{3}})+|\d+)(?:[.·∙⋅‧]0+)?|=?\s*\+?{_DIGITS}{_UP}",
        _NUMBER_WORDS,
        minimum=0,
        multipleOf=1,
    ),
    "share": _scalar_schema(
        _SHARE, _word_pattern("zero", "one", *STATED_ZERO), _NOT_SIGNIFICANT, minimum=0, maximum=1
    ),
    "percent": _scalar_schema(
        rf"{_COMPARATOR}{_SIGN}{_HUNDRED}\s*%?", _NUMBER_WORDS, minimum=-100, maximum=100
    ),
    "spread": _scalar_schema(
        rf"{_COMPARATOR}\+?{_DIGITS}{_POWER}?\s*%?", _NUMBER_WORDS, minimum=0, maximum=1e60
    ),
    "level": _scalar_schema(
        rf"{_COMPARATOR}\+?(?:0*100(?:{_POINT}0+)?|0*[5-9]\d(?:{_POINT}\d+)?)\s*%?", minimum=50, maximum=100
    ),
    "time": {
        "type": "string",
        "pattern": rf"^\s*(?:{_NUMBER}|{_NUMBER_WORDS})\s*-?\s*(?:{_word_pattern(*UNITS)})\s*$",
    },
    "span": {
        "anyOf": [
            {"type": "string", "pattern": _SPAN},
            {"type": "array", "items": _ANY, "minItems": 2, "maxItems": 2},
        ]
    },
    "flag": {
        "type": ["boolean", "string"],
        "pattern": f"^(?:{_word_pattern('true', 'yes', 'false', 'no')})$",
    },
    "ratio": {"type": "string", "pattern": r"^\s*0*[1-9]\d*(?:\s*:\s*0*[1-9]\d*)+\s*$"},
}
