"""A text read: its figures with their kinds, and the groups that belong to one reported result."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain

from msc_evidence.reading.effect_groups import effect_groups
from msc_evidence.reading.figures import Figure, plain_figures
from msc_evidence.reading.groups import Group, LoneP
from msc_evidence.reading.normalise import Normalised, normalise
from msc_evidence.reading.proportion_groups import comparisons, proportions
from msc_evidence.reading.sentences import reporting
from msc_evidence.reading.series_groups import series_groups
from msc_evidence.reading.size_groups import arm_sizes
from msc_evidence.reading.skeleton import skeleton
from msc_evidence.reading.statistic_groups import statistic_groups
from msc_evidence.reading.wording_groups import wording_groups

_ZERO = re.compile(r"p [<≤]?0\.0+")
#: A p above 1 is no p-value, and read as a plain number; brackets that close behind it leave no other reading.
_ABOVE_ONE = re.compile(r"[(\[,;] ?[pP](?:[ -]?[vV]alue)? ?= ?(?P<value>[1-9][0-9]?\.[0-9]+)(?= ?[)\]])")


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


def read(text: str) -> Reading:
    """The figures of a text and what they report.

    >>> found = read("Mortality was lower (OR 0.55, 95% CI 0.38 to 0.80; P = .002).")
    >>> [(group.measure, group.value, group.low, group.high, group.p.text) for group in found.groups]
    [('OR', '0.55', '0.38', '0.80', 'p 0.002')]
    """
    found = _read(normalise(text))
    series = series_groups(skeleton(found.plain.text, found.figures))
    return replace(found, groups=(*found.groups, *series))


def read_results(text: str) -> Reading:
    """The groups that checks can use, as `read` finds them; sentences without one are passed over.

    >>> len(read_results("Thirty took part. It fell (RR 0.5, 95% CI 0.3 to 0.9). Two died.").figures)
    3
    """
    stretches = reporting(text)
    plain = normalise("".join(text[start:end] for start, end in stretches))
    places = [*chain.from_iterable(range(start, end) for start, end in stretches), len(text)]
    return _read(Normalised(plain.text, [places[offset] for offset in plain.offsets]))


def _read(plain: Normalised) -> Reading:
    figures = plain_figures(plain.text)
    if not figures:
        return Reading(plain, (), ())
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
    taken = {figure.start for group in groups for figure in group.figures}
    above = {match.start("value") for match in _ABOVE_ONE.finditer(plain.text)}
    lone = (
        LoneP(figure)
        for figure in figures
        if figure.start not in taken and (_ZERO.fullmatch(figure.text) or figure.start in above)
    )
    return Reading(plain, figures, (*groups, *lone))
