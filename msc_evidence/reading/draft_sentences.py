"""The words around a figure of a text: what its sentence says before it, in its clause, and after it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.read import Reading, sentences

#: Words of a sentence that are shown before a result.
_MOST_WORDS, _FEWEST_WORDS = 12, 3
#: What is further away says nothing of a figure.
_REACH = 400


@dataclass(frozen=True, slots=True)
class SentenceWords:
    """The sentences of a reading, for the words of a figure's own."""

    reading: Reading
    #: Where each sentence begins.
    starts: tuple[int, ...]

    @classmethod
    def of(cls, reading: Reading) -> SentenceWords:
        """The sentences of a reading."""
        return cls(reading, tuple(start for start, _ in sentences(reading.plain.text)))

    def bounds(self, figure: Figure) -> tuple[int, int]:
        """Where the sentence of a figure begins and ends."""
        after = bisect_right(self.starts, figure.start)
        end = self.starts[after] if after < len(self.starts) else len(self.reading.plain.text)
        return self.starts[after - 1], end

    def phrase(self, figure: Figure) -> str:
        """The words before the first figure of a result, back to another figure of its sentence."""
        start, _ = self.bounds(figure)
        figures = self.reading.figures
        first = bisect_left(figures, start, key=lambda each: each.start)
        last = bisect_left(figures, figure.start, key=lambda each: each.start)
        ends = [each.end for each in figures[first:last] if each.end <= figure.start]
        plain = self.reading.plain.text
        for begin in (max(ends, default=start), start):
            words = re.sub(r"\A\W+", "", plain[begin : figure.start].rstrip(" \n([,;:=")).split()
            if len(words) > _FEWEST_WORDS:
                return " ".join(words[-_MOST_WORDS:])
        return ""

    def before(self, figure: Figure) -> str:
        """The sentence of a figure up to it."""
        start, _ = self.bounds(figure)
        return self.reading.plain.text[max(start, figure.start - _REACH) : figure.start]

    def clause(self, figure: Figure) -> str:
        """The words about a figure, from the one before to the end of its clause."""
        _, end = self.bounds(figure)
        after = self.reading.plain.text[figure.end : min(end, figure.end + _REACH)]
        return re.split(r"[;:] ", self.before(figure))[-1] + re.split(r"[;,.]", after)[0]

    def clause_before(self, figure: Figure) -> str:
        """The clause of a figure up to it."""
        return re.split(r"; ", self.before(figure))[-1]
