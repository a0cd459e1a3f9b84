"""A text read: its figures with their kinds, and the groups that belong to one reported result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.reading.effect_groups import effect_groups
from msc_evidence.reading.figures import Figure, plain_figures
from msc_evidence.reading.groups import Group
from msc_evidence.reading.normalise import Normalised, normalise
from msc_evidence.reading.proportion_groups import comparisons, proportions
from msc_evidence.reading.size_groups import arm_sizes
from msc_evidence.reading.skeleton import skeleton
from msc_evidence.reading.statistic_groups import statistic_groups
from msc_evidence.reading.wording_groups import wording_groups


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in its plain form, the figures at their places there, and their groups by kind, in reading order."""

    plain: Normalised
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]

    def span(self, *figures: Figure) -> tuple[int, int]:
        """From the first to the last of the figures, as offsets in the text as it was given."""
        first, last = min(figure.start for figure in figures), max(figure.end for figure in figures)
        return self.plain.origin(first, last)


#: One of these is in every sentence that reports a checkable result: a percentage, an interval, a measure, a size, …
_REPORTS = (
    *("%", "CI", "C.I", "IC", "CL", "CrI", "onfidence", "redib", "osterior", "significan"),
    *("n=", "n =", "N=", "N =", "HR", "RR", "OR", "ratio", "relative risk"),
)
#: … or a p-value.
_P_SIGN = re.compile(r"[pP](?:s? ?[-_<=>≤≥(.]|[- ]?[vV]al)")
_SENTENCE_END = re.compile(r"[.?!] (?=[A-Z(\[])")


def sentences(plain: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of a plain text begins and ends, the space after it included."""
    start = 0
    for match in _SENTENCE_END.finditer(plain):
        yield start, match.end()
        start = match.end()
    yield start, len(plain)


def _reports(sentence: str) -> bool:
    return any(word in sentence for word in _REPORTS) or bool(_P_SIGN.search(sentence))


def read(text: str, *, results_only: bool = False) -> Reading:
    """The figures of a text and what they report; with `results_only`, of the sentences that may report a result.

    The groups are the same either way, and most sentences of most texts report none.

    >>> found = read("Mortality was lower (OR 0.55, 95% CI 0.38 to 0.80; P = .002).")
    >>> [(group.measure, group.value, group.low, group.high, group.p.text) for group in found.groups]
    [('OR', '0.55', '0.38', '0.80', 'p 0.002')]
    """
    plain = normalise(text)
    stretches = sentences(plain.text)
    if results_only:
        stretches = (stretch for stretch in stretches if _reports(plain.text[slice(*stretch)]))
    figures = plain_figures(plain.text, stretches)
    folded = skeleton(plain.text, figures)
    shares = list(proportions(folded))
    compared = list(comparisons(folded, shares))
    inside = {share.x.start for pair in compared for share in (pair.first, pair.second)}
    groups: tuple[Group, ...] = (
        *effect_groups(folded, plain.text),
        *(share for _, _, share in shares if share.x.start not in inside),
        *compared,
        *statistic_groups(folded),
        *arm_sizes(folded),
        *wording_groups(folded),
    )
    return Reading(plain, figures, groups)
