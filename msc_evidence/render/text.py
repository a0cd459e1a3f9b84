"""Text and values as people read them: sensible digits, a true minus sign, lines broken between words at a width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from math import isfinite

from msc_evidence.tables.table import Kind, Value
from msc_evidence.tables.words import POWER_BELOW, POWER_FROM, WHOLE_FROM, power_of_ten, precise_p, true_minus

#: Read as a space, but no line is broken at it.
FIXED_SPACE = "\N{NO-BREAK SPACE}"
#: Signs that would act on a terminal, or turn the reading order round, instead of being shown.
_ACTING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WORD = re.compile(r"([^ ]+)( *)")
#: What is read as one: `(−0.11 to 1.86)`, `14.8 ± 23.8`, `d = 1.00`, `p 0.023`, `Scale ↓`.
_FIGURES = re.compile(
    r"[(\[](?=[^()\[\]]*\d)[^()\[\]]{1,24}[)\]]|[^ ]+ [=±<>≤≥×] [^ ]+|\bp [<>=≤≥]?\d[^ ]*| (?=[↓↑])"
)


def inert(text: str) -> str:
    """The text with line breaks and tabs as spaces, and every other control character as `�`.

    >>> inert("a\\tb"), inert("\\x1b[31m")
    ('a b', '�[31m')
    """
    if text.isprintable():
        return text
    return _ACTING.sub(lambda found: " " if found[0].isspace() else "\N{REPLACEMENT CHARACTER}", text)


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: two for wide East Asian signs, none for accents.

    >>> columns("Bang 2005 ↓"), columns("脳卒中"), columns("e\\N{COMBINING ACUTE ACCENT}")
    (11, 6, 1)
    """
    return len(text) if text.isascii() else sum(map(_sign_columns, text))


@lru_cache(4096)
def _sign_columns(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def joined_figures(text: str) -> str:
    """The text with numbers that belong together joined by spaces at which no line is broken."""
    return _FIGURES.sub(lambda found: found[0].replace(" ", FIXED_SPACE), text)


def wrap(text: str, limit: int | None) -> list[str]:
    """The text in lines of at most so many columns, words broken only where they are longer than that.

    >>> wrap("randomised 2:1, open label", 15), wrap("0123456789", 4)
    (['randomised 2:1,', 'open label'], ['0123', '4567', '89'])
    """
    if limit is None or columns(text) <= limit:
        return [_spaced(text)]
    lines, line = [], ""
    for word, gap in _WORD.findall(text):
        if line and columns(line) + columns(word) > limit:
            lines.append(line)
            line = ""
        *whole, rest = _pieces(word, limit)
        lines += whole
        line += rest + gap
    return [_spaced(line) for line in (*lines, line)]


def hanging(first: str, text: str, limit: int | None) -> list[str]:
    """The text in lines that begin below each other, the first after `first`.

    >>> hanging("· ", "none of 2 p-values is below 0.05", 20)
    ['· none of 2 p-values', '  is below 0.05']
    """
    indent = columns(first)
    if limit is not None and indent > limit // 2:
        return wrap(first.lstrip(" ") + text, limit)
    top, *others = wrap(text, None if limit is None else max(1, limit - indent))
    return [first + top, *(" " * indent + line for line in others)]


def _pieces(word: str, limit: int) -> Iterator[str]:
    piece, used = "", 0
    for sign in word if columns(word) > limit else ():
        if piece and used + _sign_columns(sign) > limit:
            yield piece
            piece, used = "", 0
        piece, used = piece + sign, used + _sign_columns(sign)
    yield piece or word


def _spaced(line: str) -> str:
    return line.replace(FIXED_SPACE, " ").rstrip(" ")


def shown(value: Value, kind: Kind) -> str:
    """The value in words: a p-value as on every screen, another number to 4 significant digits.

    >>> shown(0.0203978, "p"), shown(7.57e-245, "p"), shown(-0.112345, "number"), shown(True, "text"), shown(None, "p")
    ('0.0204', '<0.0001', '−0.1123', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number(value, kind) if isfinite(value) else ""
    return true_minus(str(value)) if isinstance(value, int) else value


def _number(value: float, kind: Kind) -> str:
    if kind == "p":
        return precise_p(value)
    size = abs(value)
    if 0 < size < POWER_BELOW or size >= POWER_FROM:
        return power_of_ten(value)
    text = f"{value:.0f}" if size >= WHOLE_FROM else f"{value:.4g}"
    return "0" if text == "-0" else true_minus(text)
