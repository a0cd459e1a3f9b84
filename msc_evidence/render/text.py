"""Text and values as people read them: sensible digits, a true minus sign, lines broken between words at a width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import isfinite

from msc_evidence.render.inert import inert
from msc_evidence.tables.table import Kind, Value
from msc_evidence.tables.words import POWER_BELOW, POWER_FROM, WHOLE_FROM, power_of_ten, precise_p, true_minus

#: Read as a space, but no line is broken at it.
FIXED_SPACE = "\N{NO-BREAK SPACE}"
#: Stands in place of a table without rows and without a note that says why.
NO_ROWS = "Nothing to show."
_WORD = re.compile(r"([^ ]+)( *)")
#: What is read as one: `(−0.11 to 1.86)`, `14.8 ± 23.8`, `d = 1.00`, `p 0.023`, `Scale ↓`.
_FIGURES = re.compile(
    r"[(\[](?=[^()\[\]]{0,24}\d)[^()\[\]]{1,24}[)\]]|(?<![^ ])[^ ]+ [=±<>≤≥×] [^ ]+|\bp [<>=≤≥]?\d[^ ]*| (?=[↓↑])"
)


def on_one_line(text: str) -> str:
    """The inert text on one line, with one space between its words."""
    return inert(" ".join(text.split()))


def text_width(text: str) -> int:
    """How many columns of a terminal the text takes: two for wide East Asian signs, none for accents.

    >>> text_width("Bang 2005 ↓"), text_width("脳卒中"), text_width("e\\N{COMBINING ACUTE ACCENT}")
    (11, 6, 1)
    """
    return len(text) if text.isascii() else sum(map(_sign_width, text))


@lru_cache(4096)
def _sign_width(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def joined_figures(text: str) -> str:
    """The text with numbers that belong together joined by spaces at which no line is broken."""
    return _FIGURES.sub(lambda match: match[0].replace(" ", FIXED_SPACE), text)


def wrapped_lines(text: str, limit: int | None) -> list[str]:
    """The text in lines of at most so many columns, words broken only where they are longer than that.

    >>> wrapped_lines("randomised 2:1, open label", 15), wrapped_lines("0123456789", 4)
    (['randomised 2:1,', 'open label'], ['0123', '4567', '89'])
    """
    if limit is None or text_width(text) <= limit:
        return [_with_plain_spaces(text)]
    lines, line = [], ""
    for word, gap in _WORD.findall(text):
        if line and text_width(line) + text_width(word) > limit:
            lines.append(line)
            line = ""
        *whole, rest = _word_pieces(word, limit)
        lines += whole
        line += rest + gap
    return [_with_plain_spaces(line) for line in (*lines, line)]


def hanging_lines(first: str, text: str, limit: int | None) -> list[str]:
    """The text in lines that begin below each other, the first after `first`.

    >>> hanging_lines("· ", "none of 2 p-values is below 0.05", 20)
    ['· none of 2 p-values', '  is below 0.05']
    """
    indent = text_width(first)
    if limit is not None and indent > limit // 2:
        return wrapped_lines(first.lstrip(" ") + text, limit)
    top, *others = wrapped_lines(text, None if limit is None else max(1, limit - indent))
    return [first + top, *(" " * indent + line for line in others)]


def _word_pieces(word: str, limit: int) -> Iterator[str]:
    piece, used = "", 0
    for sign in word if text_width(word) > limit else ():
        if piece and used + _sign_width(sign) > limit:
            yield piece
            piece, used = "", 0
        piece, used = piece + sign, used + _sign_width(sign)
    yield piece or word


def _with_plain_spaces(line: str) -> str:
    return line.replace(FIXED_SPACE, " ").rstrip(" ")


def value_words(value: Value, kind: Kind) -> str:
    """The value in words: a p-value as on every screen, another number to 4 significant digits.

    >>> value_words(0.0203978, "p"), value_words(7.57e-245, "p"), value_words(-0.112345, "number")
    ('0.0204', '<0.0001', '−0.1123')
    >>> value_words(True, "text"), value_words(None, "p")
    ('yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number_words(value, kind) if isfinite(value) else ""
    return true_minus(str(value)) if isinstance(value, int) else value


def _number_words(value: float, kind: Kind) -> str:
    if kind == "p":
        return precise_p(value)
    size = abs(value)
    if 0 < size < POWER_BELOW or size >= POWER_FROM:
        return power_of_ten(value)
    text = f"{value:.0f}" if size >= WHOLE_FROM else f"{value:.4g}"
    return "0" if text == "-0" else true_minus(text)


#: No column weighs more letters than this when the width of a page is shared.
HEAVIEST = 60


def column_shares(rows: Sequence[Sequence[str]], letters: float, padding: float = 0) -> list[float]:
    """The share of a page so many letters wide that each column gets, by its longest cell; together 1.

    No word that fits is broken: a column has at least the width of its longest word, as far as the page holds them.

    >>> [round(share, 2) for share in column_shares([["a", "one two three four"], ["b", "x"]], 20)]
    [0.05, 0.95]
    >>> [round(share, 3) for share in column_shares([["a", "one two three four", "six seven"]], 24, padding=2)]
    [0.125, 0.515, 0.36]
    """
    cells = list(zip(*rows, strict=True))
    longest = [min(HEAVIEST, max(map(text_width, column))) + padding for column in cells]
    words = [
        max((text_width(word) for text in column for word in text.split()), default=1) for column in cells
    ]
    least = [min(word, HEAVIEST) + padding for word in words]
    wished = [max(0.0, long - low) for long, low in zip(longest, least, strict=True)]
    share = max(0.0, letters - sum(least)) / (sum(wished) or 1)
    widths = [low + wish * share for low, wish in zip(least, wished, strict=True)]
    return [width / sum(widths) for width in widths]
