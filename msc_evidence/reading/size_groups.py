"""How many participants were allocated, in all and to each arm, where one sentence says both."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.groups import Sizes
from msc_evidence.reading.numerals import as_digits
from msc_evidence.reading.skeleton import COUNT, FIGURE, Skeleton

_SENTENCE = re.compile(r"[^.?!]+(?:\.(?! |\Z)[^.?!]*)*")
_ALLOCATED = re.compile(
    r"(?:randomi[sz]ed|randomly|allocated|assigned|divided)(?! (?:trials?|stud|controlled))"
)
_ARM = re.compile(rf"[(\[] ?[nN] ?= ?(?P<n>{COUNT}) ?(?:[)\]]|[,;] )")
_PEOPLE = "were|was|patients|subjects|participants|women|men|children|adults|rats|mice|animals"
_TOTAL = re.compile(rf"(?<![=(] )(?<![=(])(?P<n>{COUNT})[^{FIGURE}.;()]{{0,60}}?(?:{_PEOPLE})")


def arm_sizes(folded: Skeleton) -> Iterator[Sizes]:
    """The total and the arms of a sentence on allocation that has exactly one total before its arms."""
    for sentence in _SENTENCE.finditer(folded.text) if _ALLOCATED.search(folded.text) else ():
        text = sentence[0]
        allocated = _ALLOCATED.search(text)
        if not allocated:
            continue
        arms = [match for match in _ARM.finditer(text) if match.start() > allocated.start()]
        counts = list(_TOTAL.finditer(text, 0, arms[0].start() if arms else 0))
        marks = re.findall(rf"[{FIGURE}]", text)
        if len(arms) < 2 or len(counts) != 1 or len(marks) != len(arms) + 1:
            continue  # any further figure may be another set of participants
        at = [sentence.start() + match.start("n") for match in (*counts, *arms)]
        total, *each = (folded.figure(place) for place in at)
        counted = [as_digits(figure.text) for figure in (total, *each)]
        # "Two trials in women (n = 81) and men (n = 39)": a total is above each of its parts.
        if all(text.isdigit() for text in counted) and int(counted[0]) > max(map(int, counted[1:])):
            yield Sizes(total, tuple(each))
