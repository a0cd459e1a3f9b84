"""Every figure of a text as a row: what it is, its value, its place, and the result it belongs to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.shapes import (
    Comparison,
    EffectGroup,
    Group,
    LoneInterval,
    Mean,
    MeanComparison,
    Proportion,
    Series,
    Sizes,
    Skeleton,
    StatisticGroup,
    skeleton,
)
from msc_evidence.reading.kinds import Cluster, Named
from msc_evidence.reading.kinds_by_words import direct, motive, spreads
from msc_evidence.reading.read import Reading, sentences
from msc_evidence.reading.registrations import Registration, registrations
from msc_evidence.reading.sample_sizes import allocated, assigned


@dataclass(frozen=True, slots=True)
class TypedFigure:
    """One figure of a text.

    `text` is as printed, `value` without comparator, unit and thousands; an interval has `low` and `high` instead.
    `start` and `end` are offsets in the text as given; sentences and groups count from 1.
    """

    kind: str
    text: str
    value: str | None
    comparator: str | None
    low: str | None
    high: str | None
    start: int
    end: int
    sentence: int
    group: int | None
    unit: str | None
    #: Of what: OR of an estimate, t of a statistic, mean of an age, trend of a p-value.
    measure: str | None


def typed_figures(reading: Reading, text: str) -> tuple[TypedFigure, ...]:
    """Every figure of a reading of this text, in reading order.

    >>> from msc_evidence.reading.read import read
    >>> text = "Deaths were fewer (OR 0.55, 95% CI 0.38 to 0.80; P = .002)."
    >>> [(row.kind, row.value or (row.low, row.high), row.group) for row in typed_figures(read(text), text)]
    [('estimate', '0.55', 1), ('level', '95', 1), ('interval', ('0.38', '0.80'), 1), ('p', '0.002', 1)]
    """
    return _Rows(reading, text).rows()


def clusters(reading: Reading, folded: Skeleton) -> tuple[Cluster, ...]:
    """The figures whose kind a group or the words beside them decide, each figure once, in reading order."""
    ordered = sorted(reading.groups, key=lambda group: isinstance(group, Sizes))
    of_groups = (_of_group(group, reading) for group in ordered)
    arms = {figure.start for group in ordered if isinstance(group, Sizes) for figure in group.figures}
    arms |= {folded.figure(place).start for place in assigned(folded)}
    found = chain(
        _with_arms(of_groups, allocated(folded), arms),
        spreads(folded),
        _with_arms(direct(folded), frozenset(), arms),
    )
    taken: set[int] = set()
    kept = []
    for cluster in found:
        if all(part.kind == "size" for part in cluster):  # the others of a list whose first has a percentage
            cluster = tuple(part for part in cluster if part.figures[0].start not in taken)
        places = {figure.start for part in cluster for figure in part.figures}
        if cluster and not places & taken:
            kept.append(cluster)
            taken |= places
    return tuple(sorted(kept, key=lambda cluster: min(part.figures[0].start for part in cluster)))


def _with_arms(found: Iterable[Cluster], sizes: Set[int], arms: Set[int]) -> Iterator[Cluster]:
    """The clusters, in which a whole of people allocated to something, or a count of an arm's, is a size."""
    by_kind = {"denominator": sizes, "count": arms}
    for cluster in found:
        yield tuple(
            Named("size", part.figures) if part.figures[0].start in by_kind.get(part.kind, ()) else part
            for part in cluster
        )


def _of_group(group: Group, reading: Reading) -> Cluster:
    if isinstance(group, EffectGroup):
        return _of_effect(group, reading)
    if isinstance(group, Proportion):
        return _of_share(group)
    if isinstance(group, Comparison):
        return (*_of_share(group.first), *_of_share(group.second), Named("p", (group.p,)))
    if isinstance(group, MeanComparison):
        return (*_of_mean(group.first), *_of_mean(group.second), Named("p", (group.p,)))
    return _of_other(group)


def _of_other(group: Group) -> Cluster:
    if isinstance(group, LoneInterval):
        p = (Named("p", (group.p,)),) if group.p else ()
        return (Named("interval", group.limits), *p)
    if isinstance(group, StatisticGroup):
        value = Named("statistic", (group.value,), group.kind)
        return (value, *(Named("df", (figure,)) for figure in group.df), Named("p", (group.p,)))
    if isinstance(group, Sizes):
        total = (Named("size", (group.total,), "all"),) if group.total else ()
        return (*total, *(Named("size", (figure,)) for figure in group.arms))
    if isinstance(group, Series):
        return (*(Named("p", (p,)) for p in group.ps), *(Named("duration", (time,)) for time in group.times))
    return ()  # what words say of a p-value alone groups it with no other figure


def _of_effect(group: EffectGroup, reading: Reading) -> Cluster:
    level = _level(group, reading)
    spread = _spread(group, reading) if not group.measure else None
    parts = (
        *(
            (Named("mean", (group.estimate,)), Named("sd", (spread,)))
            if spread
            else (Named("estimate", (group.estimate,), group.measure),)
        ),
        *((Named("level", (level,)),) if level else ()),
        Named("interval", group.limits),
        *((Named("p", (group.p,)),) if group.p else ()),
    )
    return tuple(sorted(parts, key=lambda part: part.figures[0].start))


_SAYS_SD = re.compile(r"(?:S\.?D\.?|standard deviation)[ :=]*\Z", re.IGNORECASE)


def _spread(group: EffectGroup, reading: Reading) -> Figure | None:
    """The standard deviation between a mean and its interval, `M = 0.6, SD = 0.2, 95% CI 0.5 to 0.7`."""
    first = bisect_right(reading.figures, group.estimate.start, key=_start)
    for figure in reading.figures[first : first + 1]:
        before = reading.plain.text[group.estimate.end : figure.start]
        if figure.start < group.limits[0].start and _SAYS_SD.search(before):
            return figure
    return None


def _level(group: EffectGroup, reading: Reading) -> Figure | None:
    """The figure that prints the level of an interval, None where a heading gives it to several."""
    first = bisect_right(reading.figures, group.estimate.start, key=_start)
    last = bisect_right(reading.figures, max(figure.start for figure in group.limits), key=_start)
    inside = reading.figures[first:last]
    return next((figure for figure in inside if group.level and figure.text == f"{group.level}%"), None)


def _start(figure: Figure) -> int:
    return figure.start


def _of_mean(mean: Mean) -> Cluster:
    return Named("mean", (mean.value,)), Named("se" if mean.is_se else "sd", (mean.spread,))


def _of_share(share: Proportion) -> Cluster:
    parts = [Named("count", (share.x,))]
    if not share.joined:
        parts.append(Named("denominator", (share.n,)))
    if share.percent:
        parts.append(Named("percent", (share.percent,)))
    return tuple(sorted(parts, key=lambda part: part.figures[0].start))


class _Rows:
    """Makes the rows of one reading."""

    def __init__(self, reading: Reading, text: str):
        self._reading, self._text = reading, text
        self._starts = [start for start, _ in sentences(reading.plain.text)]
        folded = skeleton(reading.plain.text, reading.figures)
        self._clusters = clusters(reading, folded)

    def rows(self) -> tuple[TypedFigure, ...]:
        numbers = registrations(self._reading.plain.text)
        rows = [*map(self._registration, numbers), *self._named(), *self._others(numbers)]
        return tuple(sorted(rows, key=lambda row: (row.start, row.end)))

    def _named(self) -> Iterator[TypedFigure]:
        group = 0
        for cluster in self._clusters:
            group += len(cluster) > 1
            for part in cluster:
                yield self._row(part, group if len(cluster) > 1 else None)

    def _others(self, numbers: Sequence[Registration]) -> Iterator[TypedFigure]:
        """The figures that keep the kind of their notation; digits of a registration number are none."""
        named = {figure.start for cluster in self._clusters for part in cluster for figure in part.figures}
        for figure in self._reading.figures:
            at = bisect_right(numbers, figure.start, key=lambda number: number.start)
            within = at > 0 and figure.start < numbers[at - 1].end
            if figure.start not in named and not within:
                yield self._row(Named(self._lexical(figure), (figure,)), None)

    def _lexical(self, figure: Figure) -> str:
        """The kind that the notation tells: a time is a length of time by its unit, a million may be of anything."""
        plain = self._reading.plain.text
        if figure.kind == "dose" and plain[figure.end - 1].isalpha():
            return "dose" if _DOSED.match(plain, figure.end) else "number"
        return "duration" if figure.kind == "time" else figure.kind

    def _row(self, part: Named, group: int | None) -> TypedFigure:
        first = part.figures[0]
        value, comparator, low, high, unit = quantity(part.figures)
        measure = part.measure
        if part.kind == "p" and not measure:
            measure = motive(self._reading.plain.text, first.start, first.end)
        start, end = self._reading.span(*part.figures)
        return TypedFigure(
            part.kind, self._text[start:end], value, comparator, low, high, start, end,
            bisect_right(self._starts, first.start), group, unit, measure or None,
        )  # fmt: skip

    def _registration(self, found: Registration) -> TypedFigure:
        start, end = self._reading.plain.origin(found.start, found.end)
        return TypedFigure(
            "registration", self._text[start:end], found.number, None, None, None, start, end,
            bisect_right(self._starts, found.start), None, None, found.register,
        )  # fmt: skip


#: What a dose is counted in.
_DOSED = re.compile(r" (?:[a-zA-Z+-]+ ){0,3}(?:cells|units|IU|U|CFU|copies|particles|spores)(?!\w)")
_ENDS = re.compile(r"(.+?)%?(?: to |(?<=[0-9%])-)(.+)")
_SIGNS = "<>≤≥"

Quantity = tuple[str | None, str | None, str | None, str | None, str | None]


def quantity(figures: tuple[Figure, ...]) -> Quantity:
    """Value, comparator, low, high and unit of a figure, or of the two that print an interval.

    >>> from msc_evidence.reading.figures.figures import read_figures
    >>> [quantity((figure,)) for figure in read_figures("(P <.05, 28-83%, ≤90 days)")]
    [('0.05', '<', None, None, None), (None, None, '28', '83', '%'), ('90', '≤', None, None, 'd')]
    """
    text = figures[0].text
    if len(figures) == 2:
        (low, _, first), (high, _, last) = (_number(figure.text) for figure in figures)
        return None, None, low, high, last or first
    if figures[0].kind == "range" and (match := _ENDS.fullmatch(text.rstrip("%"))):
        return None, None, match[1], match[2], "%" if text.endswith("%") else None
    value, comparator, unit = _number(text.removeprefix("p ").removeprefix("class "))
    return (None,) * 5 if value == "NS" else (value, comparator, None, None, unit)


def _number(text: str) -> tuple[str, str, str | None]:
    """Value, comparator and unit of a single figure's canonical text."""
    body, _, unit = text.lstrip(_SIGNS).partition(" ")
    if body.endswith("%"):
        body, unit = body[:-1], "%"
    return as_digits(body), text[0] if text[0] in _SIGNS else "=", unit or None
