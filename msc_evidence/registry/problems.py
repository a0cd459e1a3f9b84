"""What is wrong with a registry file, and where: errors are data, reported all at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: A message names no more alternatives than this.
LISTED = 40
#: No more words that begin as what was typed are offered for it.
OFFERED = 3


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file, both counted from 1; line 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what, and what would be right."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class RegistryError(Exception):
    """A registry that cannot be read, with every problem found."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def nearest_hint(word: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'x'?` where one of the allowed words is close, else the list of them."""
    words = list(allowed)
    begun = _beginning(words, word)
    alike = difflib.get_close_matches(word[:100], words, n=1, cutoff=0.6)
    close = begun if 0 < len(begun) <= OFFERED else alike
    if close:
        return f"; did you mean {' or '.join(map(repr, close))}?"
    known = ", ".join(words[:LISTED]) + (", …" if len(words) > LISTED else "")
    return f"; known: {known}" if words else ""


def _beginning(words: Iterable[str], typed: str) -> list[str]:
    """The words that begin as typed, in any case; of `bang-2005` and `Bang 2005` the first."""
    begun: dict[str, str] = {}
    for word in words:
        if typed and word.casefold().startswith(typed.casefold()):
            begun.setdefault("".join(filter(str.isalnum, word.casefold())), word)
    return list(begun.values())


def quoted_value(value: object, *, quoted: bool = True) -> str:
    """A value as a message quotes it: short, on one line."""
    text = " ".join(str(value)[:400].split())
    clipped = f"{text[:60]}…" if len(text) > 60 else text
    return f"'{clipped}'" if quoted else clipped


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 trial`, `2 trials`, `2 analyses` where that is the `plural`."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or f'{noun}s'}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
