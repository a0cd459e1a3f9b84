"""The sentences of a text, and those of them that may report a result which can be checked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from msc_evidence.reading.numerals import WORD

_SENTENCE_END = re.compile(r"(?<!vs)[.?!] (?=[A-Z(\[])")

_BRACKETED = re.compile(
    r"[0-9%]\s?[a-zA-Z/%]{0,8}\s?[(\[]\s?[-−–.·0-9]+\s?%?\s?(?:[-−–‒,;]|to |and )|[(\[][-−–.·0-9]+[,;]\s"
)
_BOUNDED = re.compile(rf"{_BRACKETED.pattern}|[0-9][,;]\s?[0-9.·]+\s?(?:[-−–‒]|to )")
#: What each kind of group leaves in its sentence: some of these words and, where they are common, this pattern.
#: Most sentences of most texts have none, and are then not read at all.
_TRACES: tuple[tuple[tuple[str, ...], re.Pattern[str] | None], ...] = (
    (("CI", "C.I", "onfiden", "redib", "% CL", "%CL", "% IC", "%IC"), None),
    (("HR", "RR", "OR", " ratio", "-ratio", "relative risk", "relative-risk"), _BOUNDED),
    (
        ("%", "er cent", "ercent"),
        re.compile(
            rf"[0-9]\s?/\s?[0-9]|(?:[Oo]f|mong)\s(?:(?:the|these|all|a|total|of)\s)*(?:[0-9]|{WORD})|of\swh"
        ),
    ),
    (("significan",), re.compile(r"significan(?:tly|t|ce)(?!\w)[^.,;:()\[\]]{0,70}[(\[,]\s?[pP]")),
    (
        ("=",),
        re.compile(
            r"(?<![\w=/])(?:[tFrzZQ]|[Cc]hi\S{0,8}|[χXΧ]\S{0,3})"
            r"(?:[-\s](?:value|test|score|statistic|squared?))?\s?[=:(\[]"
        ),
    ),
    (("=",), re.compile(r"[(\[,;]\s?[pP](?:[\s-]?[vV]alue)?\s?[=]\s?[1-9][0-9]?[.·][0-9]+\s?[)\]]")),
    (("random", "llocat", "ssign", "ivided"), re.compile(r"[nN]\s?=\s?[0-9].*[nN]\s?=\s?[0-9]", re.DOTALL)),
    (("0.0", ".00", "0·0"), re.compile(r"[pP][^0-9]{0,12}0?[.·]0+(?![0-9])")),
)


def sentences(plain: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of a plain text begins and ends, the space after it included.

    >>> list(sentences("It rose. By 5 v. 3 of 9."))
    [(0, 9), (9, 24)]
    """
    start = 0
    for match in _SENTENCE_END.finditer(plain):
        yield start, match.end()
        start = match.end()
    yield start, len(plain)


def reporting(text: str) -> list[tuple[int, int]]:
    """Where a text, as it was saved, may report something that can be checked: whole sentences, as a rule few.

    >>> text = "Thirty took part. It fell (RR 0.5, 95% CI 0.3 to 0.9). No one died."
    >>> [text[start:end] for start, end in reporting(text)]
    ['It fell (RR 0.5, 95% CI 0.3 to 0.9). ']
    """
    ends = list(_roughly_ends(text))
    kept: set[int] = set()
    for words, pattern in _TRACES:
        _keep(kept, text, ends, words, pattern)
        if pattern is None and kept:
            # Once an interval is announced, further ones may stand in brackets without a word.
            _keep(kept, text, ends, ("(", "["), _BRACKETED)
    return [(ends[number - 1] if number else 0, ends[number]) for number in sorted(kept)]


def _keep(
    kept: set[int], text: str, ends: list[int], words: tuple[str, ...], pattern: re.Pattern[str] | None
) -> None:
    """Adds the numbers of the sentences with one of the words and, where there is one, the pattern."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            number = bisect_right(ends, at)
            start = ends[number - 1] if number else 0
            if number not in kept and (pattern is None or pattern.search(text, start, ends[number])):
                kept.add(number)
            at = text.find(word, ends[number])


def _roughly_ends(text: str) -> Iterator[int]:
    """Where the sentences of a text end as it was saved; quicker than `sentences`, now and then two of them in one."""
    end = 0
    pieces = text.replace("\n", " ").split(". ")
    for piece, following in pairwise(pieces):
        end += len(piece) + 2
        if following[:1].isupper() and not piece.endswith("vs"):
            yield end
    yield len(text)
