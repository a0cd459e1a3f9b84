"""What the text of an article says otherwise than its tables: a pair of values of which one arm is that of a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from msc_evidence.analysis.significance import p_interval
from msc_evidence.checks.audit.texts import TextFinding
from msc_evidence.checks.run import check_of
from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.groups.shapes import Comparison, Mean, MeanComparison, Proportion
from msc_evidence.reading.read import Reading, read_results
from msc_evidence.reading.tables.contrasts import ContrastRow, contrasts, printed_p
from msc_evidence.reading.tables.rows import ReadTable
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Values
from msc_evidence.statistics.interval import Interval

_CODE = "MSC607"
#: Fewer than this are counted in many rows alike.
_MANY = 5
#: Words of a label that tell its row from others.
_WORDS = re.compile(r"[^\W\d_]{4,}")
_COMMON = re.compile("mean|median|number|patients|participants|with|group|score|total|change|rate")
Numbers = tuple[Reported | None, ...]


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """Two arms of a row of a table: their numbers in the order of their kind, its p, its words and where it stands."""

    kind: type[Mean] | type[Proportion]
    arms: tuple[Numbers, Numbers]
    p: Reported | None
    words: frozenset[str]
    place: str
    label: str
    cells: tuple[str, str]


def placed_rows(tables: Iterable[ReadTable]) -> list[PlacedRow]:
    """Every pair of arms in the rows of the tables that print means with their spread or counts with their share."""
    return [
        placed
        for table in tables
        for contrast in contrasts(table)
        for row in contrast.rows
        for placed in _pairs_of_row(table, row)
    ]


def _pairs_of_row(table: ReadTable, row: ContrastRow) -> Iterator[PlacedRow]:
    """Any two arms of a row, both ways round, where they print numbers of one kind."""
    label = " ".join(filter(None, (row.row.group, row.row.label)))
    words, place = frozenset(_stems(label)), f"table {table.source.id} row {row.row.number}"
    p = printed_p(row.p.text) if row.p is not None and len(row.arms) == 2 else None
    told = [(_numbers(value.values), value.cells[0].cell.text) for _, value in sorted(row.arms.items())]
    for (first, cell), (second, other) in permutations(told, 2):
        if first is not None and second is not None and first[0] is second[0]:
            yield PlacedRow(
                first[0],
                (first[1], second[1]),
                Reported.read(p) if p else None,
                words,
                place,
                label,
                (cell, other),
            )


def _numbers(values: Values) -> tuple[type[Mean] | type[Proportion], Numbers] | None:
    spread = values.sd or values.se
    if isinstance(values.mean, Reported) and isinstance(spread, Reported):
        return Mean, (values.mean, spread)
    if isinstance(values.events, Reported) and isinstance(values.percent, Reported):
        return Proportion, (values.events, values.percent)
    return None


def _stems(text: str) -> Iterator[str]:
    for word in _WORDS.findall(text.casefold()):
        if not _COMMON.fullmatch(word):
            yield word[:6]


def against_tables(
    article: str, prose: Sequence[tuple[str, str]], tables: Iterable[ReadTable]
) -> Iterator[TextFinding]:
    """The pairs in the prose of an article that its tables print but for one number; texts come with their place."""
    rows = placed_rows(tables) if prose else []
    printed = [(row, {str(number) for arm in row.arms for number in arm}) for row in rows]
    for place, text in prose:
        figures = {*_FIGURE.findall(text)}
        near = [row for row, numbers in printed if len(numbers & figures) >= 2]
        if near:
            yield from text_findings(article, place, text, read_results(text), near)


_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two arms' values and their p as a sentence prints them."""

    kind: type[Mean] | type[Proportion]
    arms: tuple[Numbers, Numbers]
    p: Reported | None
    figures: tuple[Figure, ...]


def text_findings(
    article: str, place: str, text: str, reading: Reading, rows: Sequence[PlacedRow]
) -> Iterator[TextFinding]:
    """The pairs of a text that a row of a table prints but for one number.

    A pair that a row prints in full is of that row, and only its p can differ. Else a row is the pair's where three
    of the four numbers are the same and every word of its label stands in the sentence.
    """
    for pair in _pairs(text, reading):
        start, end = reading.span(*pair.figures)
        alike = [row for row in rows if row.kind is pair.kind]
        whole = [row for row in alike if _agreeing(pair, row) == 4]
        if whole:
            told = _other_p(pair, whole)
        else:
            said = frozenset(_stems(_sentence(text, start, end)))
            near = [row for row in alike if row.words and row.words <= said and _agreeing(pair, row) == 3]
            told = _other_value(pair, near)
        if told:
            row, ours, theirs = told
            what = f"{ours} here, {theirs} in {row.place}, {row.label}"
            message = f"{place}: {what}: {row.cells[0]} and {row.cells[1]}"
            yield TextFinding(
                article, _CODE, "warning", str(ours), str(theirs), check_of(_CODE).rule.name, text[start:end], start,
                end, message, "uncertain", place,
            )  # fmt: skip


def _pairs(text: str, reading: Reading) -> Iterator[_Pair]:
    """The pairs of a text: those that a p compares, and two shares or means that follow each other in a sentence."""
    for group in reading.groups:
        if isinstance(group, MeanComparison):
            yield from _complete(Mean, (group.first, group.second), group.p, group.figures)
        elif isinstance(group, Comparison):
            yield from _complete(Proportion, (group.first, group.second), group.p, group.figures)
    alone = [group for group in reading.groups if isinstance(group, Proportion | Mean)]
    for first, second in pairwise(alone):
        figures = (*_figures(first), *_figures(second))
        start, end = reading.span(*figures)
        if type(first) is type(second) and ". " not in text[start:end]:
            yield from _complete(type(first), (first, second), None, figures)


def _figures(part: Mean | Proportion) -> tuple[Figure, ...]:
    """The two figures that a row prints too."""
    if isinstance(part, Mean):
        return part.value, part.spread
    return (part.x, part.percent) if part.percent else (part.x,)


def _complete(
    kind: type[Mean] | type[Proportion],
    parts: tuple[Mean | Proportion, Mean | Proportion],
    p: Figure | None,
    figures: tuple[Figure, ...],
) -> Iterator[_Pair]:
    """The pair, where both arms print both numbers."""
    first, second = (tuple(_number(figure.text) for figure in _figures(part)) for part in parts)
    if len(first) == len(second) == 2 and None not in (*first, *second):
        yield _Pair(kind, (first, second), _number(p.text.removeprefix("p ")) if p else None, figures)


def _number(text: str) -> Reported | None:
    try:
        return Reported.read(text.rstrip("%").strip())
    except ValueError:
        return None


def _same(first: Reported | None, second: Reported | None) -> bool:
    """Whether two printings can be of one number: rounded to as many decimals as either has."""
    if first is None or second is None:
        return False
    return Interval(*first.bounds).meets(Interval(*second.bounds))


def _agreeing(pair: _Pair, row: PlacedRow) -> int:
    return sum(
        _same(ours, theirs)
        for arm, other in zip(pair.arms, row.arms, strict=True)
        for ours, theirs in zip(arm, other, strict=True)
    )


Told = tuple[PlacedRow, Reported, Reported]


def _other_p(pair: _Pair, rows: Sequence[PlacedRow]) -> Told | None:
    """The p of the one row that prints the pair, where it is another."""
    places = {row.place for row in rows}
    row = rows[0]
    if len(places) > 1 or row.p is None or pair.p is None or p_interval(row.p).meets(p_interval(pair.p)):
        return None
    return row, pair.p, row.p


def _other_value(pair: _Pair, rows: Sequence[PlacedRow]) -> Told | None:
    """The number in which the one row that is near differs; none for small counts, which many rows have alike."""
    if len({row.place for row in rows}) != 1:
        return None
    row = rows[0]
    if pair.kind is Proportion and any((arm[0].count or 0) < _MANY for arm in row.arms if arm[0] is not None):
        return None
    return next(
        (
            (row, ours, theirs)
            for arm, other in zip(pair.arms, row.arms, strict=True)
            for ours, theirs in zip(arm, other, strict=True)
            if ours is not None and theirs is not None and not _same(ours, theirs)
        ),
        None,
    )


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a place."""
    first = max(text.rfind(". ", 0, start), 0)
    last = text.find(". ", end)
    return text[first : last if last >= 0 else len(text)]
