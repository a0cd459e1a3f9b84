"""Sizes of arms that only "n =" says, made sure by what they sum to, or by which of two is the control."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.sizes_by_name import is_about_arms

_SAID = re.compile(r"(?<!\w)[nN] ?= ?\Z")
#: "(n = 12, 40%)", "40% (n = 12)", "n = 3 × 36", "n = 6/8": no sizes.
_NO_SIZE_BEHIND = re.compile(r"[.%]|,? ?[(\[]?[0-9.]+ ?%| ?[x×*/] ?[0-9]")
_SHARE_BEFORE = re.compile(r"% ?[(\[,;]? ?[nN] ?= ?\Z")
#: Smaller arms sum to numbers of anything.
_LEAST_SUM, _MOST_ARMS = 10, 4
_TREATED = re.compile(r"(?<!\w)(?<!no )(?:intervention|treatment|experimental|active)(?!\w)", re.IGNORECASE)
_CONTROL = re.compile(r"(?<!\w)(?:controls?|usual care|placebo)(?!\w)", re.IGNORECASE)
#: The control is spoken of so many sentences later.
_NEXT = (1, 2)


def sizes_said(plain: str, figures: Sequence[Figure]) -> list[Figure]:
    """The figures behind "n =" that no percentage makes counts of something."""
    return [
        figure
        for figure in figures
        if as_digits(figure.text).isdigit()
        and _SAID.search(plain, max(0, figure.start - 6), figure.start)
        and not _SHARE_BEFORE.search(plain, max(0, figure.start - 10), figure.start)
        and not _NO_SIZE_BEHIND.match(plain, figure.end)
    ]


def sizes_that_sum(
    plain: str, starts: Sequence[int], said: Sequence[Figure], figures: Sequence[Figure]
) -> tuple[Figure, ...]:
    """The first sizes of one sentence about arms that sum to a number printed beside no "n =" before them.

    `17 adults were randomised to cells and gel (n = 11) or gel alone (n = 6)`
    """
    others = [figure for figure in figures if figure.kind in ("count", "number") and figure not in said]
    for sentence, inside in _by_sentence(plain, starts, said):
        before = {as_digits(figure.text) for figure in others if figure.start < inside[0].start}
        total = sum(_size(figure) for figure in inside)
        whole = 2 <= len(inside) <= _MOST_ARMS and total >= _LEAST_SUM and str(total) in before
        if whole and is_about_arms(sentence):
            return tuple(inside)
    return ()


def size_that_divides(
    plain: str, starts: Sequence[int], said: Sequence[Figure], figures: Sequence[Figure], arms: int
) -> Figure | None:
    """The only size of a text, where as many arms of it are a number earlier in its sentence, which is about arms.

    `120 women were divided into a control group and a treatment group (n = 60)`
    """
    if arms < 2 or len({figure.text for figure in said}) != 1:
        return None
    size, start = said[0], _start(starts, said[0])
    wholes = {as_digits(figure.text) for figure in figures if start <= figure.start < size.start}
    return size if str(arms * _size(size)) in wholes and is_about_arms(plain[start : size.end]) else None


def intervention_and_control(plain: str, starts: Sequence[int], said: Sequence[Figure]) -> tuple[Figure, ...]:
    """The one pair of sizes in two sentences, the first on the intervention and a following one on the control.

    `The intervention group (n = 65) was called each week. The control group (n = 78) had usual care.`
    """
    pairs = {
        (first.text, second.text): (first, second)
        for first, second in pairwise(said)
        if bisect_right(starts, second.start) - bisect_right(starts, first.start) in _NEXT
        and _is_on(_TREATED, _CONTROL, plain[_start(starts, first) : first.start])
        and _is_on(_CONTROL, _TREATED, plain[_start(starts, second) : second.start])
    }
    return next(iter(pairs.values())) if len(pairs) == 1 else ()


def _is_on(side: re.Pattern[str], other: re.Pattern[str], words: str) -> bool:
    """Whether words speak of one side of a trial alone."""
    return side.search(words) is not None and other.search(words) is None


def names_beside(plain: str, names: Sequence[str], sizes: Sequence[Figure]) -> list[str]:
    """The names where each stands just before its size, or each just after it; else as many empty ones.

    `allocated to an intervention group (n = 402) and a control group (n = 144)`
    """
    starts, end = [figure.start for figure in sizes], sizes[-1].end + _REACH
    before = zip(names, [max(0, starts[0] - _REACH), *starts], starts, strict=False)
    after = zip(names, starts, [*starts[1:], end], strict=False)
    beside = (
        all(name.casefold() in plain[start:stop].casefold() for name, start, stop in each)
        for each in (before, after)
    )
    return list(names) if len(names) == len(sizes) and any(beside) else [""] * len(sizes)


_REACH = 70


def _by_sentence(
    plain: str, starts: Sequence[int], said: Sequence[Figure]
) -> Iterator[tuple[str, list[Figure]]]:
    """Every sentence with sizes, and these."""
    for start, end in zip(starts, [*starts[1:], len(plain)], strict=True):
        if inside := [figure for figure in said if start <= figure.start < end]:
            yield plain[start:end], inside


def _start(starts: Sequence[int], figure: Figure) -> int:
    return starts[bisect_right(starts, figure.start) - 1]


def _size(figure: Figure) -> int:
    return int(as_digits(figure.text))
