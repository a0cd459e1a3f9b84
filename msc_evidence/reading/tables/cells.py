"""What the text of a cell can be: a count with its share, a mean with a spread, an interval, a pair, a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Shape = Literal[
    "whole", "decimal", "percent", "plus-minus", "plus-minus-range", "x(y)", "x(y%)", "x%(y)", "x(a-b)", "a-b",
    "a/b", "a/b(y)", "words", "empty",
]  # fmt: skip
_SIGNS = str.maketrans(
    {"−": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-", "·": ".", "\u2009": " ", "\u00a0": " "}
)
_NUMBER = r"[-+]?\s?(?:(?:\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)"
_NOT = r"\s*[*†‡§]*"
_TO = r"\s*(?:-|–|—|to|,|;|:|\.\.\.?)\s*"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("NUM", _NUMBER).replace("TO", _TO) + _NOT)


_SHAPES: tuple[tuple[Shape, re.Pattern[str]], ...] = (
    ("plus-minus-range", _pattern(r"(NUM)\s*±\s*(NUM)\s*[(\[]\s*(NUM)TO(NUM)\s*[)\]]")),
    ("plus-minus", _pattern(r"(NUM)\s*(?:±|\+/-|\+-)\s*(NUM)")),
    ("a/b(y)", _pattern(r"(NUM)\s*[/:]\s*(NUM)\s*[(\[]\s*([<>≤≥]?\s*NUM)\s*%?\s*[)\]]")),
    ("a/b(y)", _pattern(r"(NUM)\s*%\s*[(\[]\s*(NUM)\s*/\s*(NUM)\s*[)\]]")),
    ("a/b", _pattern(r"(NUM)\s*/\s*(NUM)\s*%?")),
    ("a/b", _pattern(r"[(\[]\s*(NUM)\s*[/:]\s*(NUM)\s*[)\]]")),
    ("x(y%)", _pattern(r"(NUM)\s*[(\[]\s*([<>≤≥]?\s*NUM)\s*%\s*[)\]]")),
    ("x(y%)", _pattern(r"(NUM)\s*[,;]\s*(NUM)\s*%")),
    ("x%(y)", _pattern(r"(NUM)\s*%\s*[(\[]\s*(NUM)\s*[)\]]")),
    ("x(y)", _pattern(r"(NUM)\s*[(\[]\s*(?:SD|SE|SEM)?\s*=?\s*(NUM)\s*[)\]]")),
    ("x(a-b)", _pattern(r"(NUM)\s*[(\[]\s*(NUM)TO(NUM)\s*[)\]]")),
    ("percent", _pattern(r"(NUM)\s*%")),
    ("a-b", _pattern(r"[(\[]?(NUM)\s*(?:-|–|—|to)\s*(NUM)[)\]]?")),
    ("whole", re.compile(r"[-+]?\s?(?:\d{1,3}(?:[, ]\d{3})+|\d+)" + _NOT)),
    ("decimal", _pattern(r"(NUM)")),
    ("decimal", _pattern(r"[(\[](NUM)[)\]]")),
)
_MONEY = re.compile(r"(?<![\w.])[$£€]\s?(?=\d)")
#: A decimal behind a comma beside ±, in a table that writes others behind points: no thousands, no list.
_COMMA = re.compile(r"((?:(?<=±)\s*|\A)\d+),(\d{1,2})(?=\s*(?:±|\Z))")
#: An empty cell in the words and signs of tables.
_NOTHING = re.compile(r"|[-–—.…/]+|n/?a\.?|n\.?d\.?|nr", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """The shape of a cell's text and the numbers in it, signs as ASCII."""

    shape: Shape
    numbers: tuple[str, ...] = ()

    def value(self, at: int) -> float:
        """The number at a place."""
        return float(self.numbers[at])


def cell_reading(text: str, *, comma: bool = False) -> Reading:
    """What a cell prints; with `comma` its decimals stand behind commas."""
    plain = text.translate(_SIGNS)
    # A dash before a figure is its sign, unless a figure stands before it.
    plain = re.sub(r"(?<![\d)])\s*[–—](?=\s?[\d.])", "-", plain).strip()
    plain = _MONEY.sub("", plain)
    plain = re.sub(r"(?<=\d),(?=\d)", ".", plain) if comma else _COMMA.sub(r"\1.\2", plain)
    if _NOTHING.fullmatch(plain):
        return Reading("empty")
    for shape, pattern in _SHAPES:
        found = pattern.fullmatch(plain)
        if found:
            return Reading(shape, tuple(_figure(group) for group in (found.groups() or (found[0],))))
    return Reading("words")


def _figure(text: str) -> str:
    bare = text.strip().lstrip("<>≤≥").rstrip("*†‡§").strip().replace("- ", "-").replace("+ ", "")
    return re.sub(r"(?<=\d)[, ](?=\d{3}(?!\d))", "", bare).lstrip("+")
