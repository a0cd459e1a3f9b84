"""Counts with a percentage whose denominator, the size of an arm or of the sample, stands elsewhere in the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from operator import itemgetter

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits, last_digit
from msc_evidence.reading.groups.joins import words_of
from msc_evidence.reading.groups.sentence_shares import LEAST_WHOLE, Number, counting_numbers, rounds_to
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, PERCENT, Proportion, Sizes, Skeleton
from msc_evidence.reading.groups.share_words import fits, is_cut_off, is_rounded

_GAP = rf"[^{FIGURE}.;()\[\]]"
_N_IS = r"(?:[nN] ?= ?)?"
#: Words beside a percentage in its brackets: "(prevalence rate = 24.2%)", "(14% participation rate)", …
_LEADS = r"(?:[a-zA-Z-]+ ){0,3}(?:[=:] ?)?"
#: … "(39% of those asked)", but not "(86% women)", a share of those who are counted.
_FOLLOWS = (
    r"(?:(?: [a-z-]+){0,2} (?:rate|response|attendance|retention|uptake|adherence|attrition|missing|in all)"
    r"| of (?:the|all|those|these|them)(?: [a-z-]+){0,3})?"
)
#: The parts of a count, by arm or sex: "42 (19 cell and 23 control) patients".
_PARTS = rf"(?: ?[(\[][^()\[\]{PERCENT}]{{1,60}}[)\]])?"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<x>{COUNT})(?P<who>{_GAP}{{0,60}}?) ?[(\[] ?(?P<percent>{PERCENT}) ?[)\]]",
        rf"(?P<x>{COUNT}){_PARTS}(?P<who>{_GAP}{{0,80}}?) ?[(\[] ?{_LEADS}(?P<percent>{PERCENT}){_FOLLOWS}"
        r"(?= ?[)\],;])",
        rf"(?P<x>{COUNT})(?P<who>(?: [a-zA-Z-]+){{0,3}})(?:[,;:] ?| or |, or ?)(?P<percent>{PERCENT})"
        r"(?=[)\],;.]| [a-z])",
        rf"(?P<percent>{PERCENT})(?P<who> ?)[(\[] ?{_N_IS}(?P<x>{COUNT})(?: [a-zA-Z-]+){{0,2}} ?[)\]]",
        rf"(?P<percent>{PERCENT})(?P<who>{_GAP}{{0,80}}?) ?[(\[] ?{_N_IS}(?P<x>{COUNT})(?: [a-zA-Z-]+){{0,2}} ?[)\],;]",
        rf"(?P<percent>{PERCENT})(?P<who>,? )(?:[nN] ?= ?)(?P<x>{COUNT})",
        # "mostly nurses (93.2%; n = 82), with few doctors (4.5%; 4)"
        rf"(?<=[(\[])(?P<percent>{PERCENT})(?P<who> ?[,;:] ?){_N_IS}(?P<x>{COUNT})(?: [a-zA-Z-]+){{0,2}}(?= ?[)\]])",
    )
)
#: Whatever stands between: decimals are given by one whole of few.
_LOOSE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<x>{COUNT})(?P<who>[^{FIGURE}.]{{0,100}}?)(?P<percent>{PERCENT})",
        # "31 women (83.8%) with cells, as 26 of 35 had it": what brackets close has its count before it.
        rf"(?P<percent>{PERCENT})(?! ?[)\]])(?P<who>[^{FIGURE}.]{{0,100}}?)(?P<x>{COUNT})",
    )
)
#: "5 and 2 patients (9.4% and 5.4%)"
_TWO_LISTED = re.compile(
    rf"(?P<x>{COUNT})(?: and | vs?\.? | versus |/)(?P<x2>{COUNT})(?P<who>{_GAP}{{0,60}}?) ?"
    rf"[(\[] ?(?P<percent>{PERCENT})(?: and | vs?\.? | versus |, | ?/ ?)(?P<percent2>{PERCENT})"
    r"(?= ?[)\],;])"
)
_AFTER = re.compile(rf"{_GAP}{{0,80}}")
_NEAR = 90
_BEFORE = re.compile(rf"{_GAP}{{0,{_NEAR}}}\Z")


@dataclass(frozen=True, slots=True)
class _Whole:
    """A number of people that a count may be a part of, and the words that name them and no others."""

    n: Figure
    words: frozenset[str]

    @property
    def size(self) -> int:
        return int(as_digits(self.n.text))


def arm_shares(
    folded: Skeleton,
    arms: Sequence[Sizes],
    samples: Sequence[Figure],
    denominators: Sequence[Figure],
    taken: Set[int],
) -> Iterator[Proportion]:
    """Every count whose percentage is that of one size only: of the arm that words name, or of any in the text.

    Where no size gives the percentage, or several do, there is none.
    """
    if PERCENT not in folded.text:
        return
    others = (*samples, *_collections(folded))
    # Of samples of one size the first stands for all.
    sized = {n.text: n for n in reversed(others) if as_digits(n.text).isdigit()}
    wholes = (*_arms(arms), *(_Whole(n, frozenset()) for n in sized.values()))
    counting = list(counting_numbers(folded, taken))
    numbers = [number for number in counting if number[1] >= LEAST_WHOLE - 1]
    used = set(taken)
    fractions = [_Whole(n, frozenset()) for n in denominators if as_digits(n.text).isdigit()]
    for match, x, percent in _counted(folded, {place for place, *_ in counting}) if numbers else ():
        if {x.start, percent.start} & used or not as_digits(x.text).isdigit():
            continue
        found = (
            _whole_of(folded, match, x, percent, wholes)
            or _of_any_number(folded, match, x, percent, numbers)
            or ("." in percent.text and _only(x, percent, fractions, (is_rounded,)))
        )
        if found and not _is_of_other_arm(folded, match, found, wholes):
            used |= {x.start, percent.start}
            yield Proportion(x, found.n, percent, joined=True)


def _counted(folded: Skeleton, counting: Set[int]) -> Iterator[tuple[re.Match[str], Figure, Figure]]:
    """Every count and its percentage, in the order of the forms, with what matched; loosely only what counts."""
    for pattern in _FORMS:
        for match in pattern.finditer(folded.text):
            yield match, folded.figure(match.start("x")), folded.figure(match.start("percent"))
    for match in _TWO_LISTED.finditer(folded.text):
        for x, percent in (("x", "percent"), ("x2", "percent2")):
            yield match, folded.figure(match.start(x)), folded.figure(match.start(percent))
    for pattern in _LOOSE:
        for match in pattern.finditer(folded.text):
            share = folded.figure(match.start("percent"))
            if "." in share.text and match.start("x") in counting:
                yield match, folded.figure(match.start("x")), share


def _is_of_other_arm(folded: Skeleton, match: re.Match[str], found: _Whole, wholes: Sequence[_Whole]) -> bool:
    """Whether a size is that of one arm while words beside the count name another."""
    arms = [whole for whole in wholes if whole.words]
    named = [whole.size for said in _said(folded, match) for whole in _named(said, arms)[:1]][:1]
    return bool(named) and found.size in {whole.size for whole in arms} - set(named)


def _of_any_number(
    folded: Skeleton, match: re.Match[str], x: Figure, percent: Figure, numbers: Sequence[Number]
) -> _Whole | None:
    """The one number before a count in its sentence that gives its percentage, else the only one before it."""
    stop = bisect_left(numbers, match.start(), key=itemgetter(0))
    before = numbers[max(0, stop - _MOST_NUMBERS) : stop]
    sentence = folded.text.rfind(". ", 0, match.start()) + 1
    of_part = _OF_PART.search(folded.text, sentence, match.end() + _BEHIND)
    events = int(as_digits(x.text))
    fitting = [
        number
        for number in _fitting(events, percent.text, before)
        if of_part
        or number[0] < sentence
        or _OF_ALL.search(folded.text, sentence, number[0])
        or "." in percent.text
        or not _has_own_share(folded.text, number[0])
    ]
    near = [number for number in fitting if number[0] >= sentence]
    rounded = [number for number in fitting if rounds_to(events, number[1], percent.text)]
    if _OF_THESE.match(folded.text, sentence):
        rounded = rounded[-1:]
    for found in ([number for number in rounded if number[0] >= sentence], rounded, near, fitting):
        if len({size for _, size, _ in found}) == 1:
            # What a count is compared with is no whole of it.
            place, _, figure = found[0]
            compared = _COMPARED.search(folded.text, max(place, sentence), match.start("x"))
            return None if compared else _Whole(figure, frozenset())
    return None


def _fitting(events: int, percent: str, numbers: Sequence[Number]) -> Iterator[Number]:
    """The numbers of which a count is the printed percentage, rounded or cut off."""
    printed = percent.rstrip("%")
    if not events or not printed.replace(".", "", 1).isdigit() or not float(printed):
        return
    unit = last_digit(printed)
    least = max(events, 100 * events / (float(printed) + unit))
    most = 100 * events / max(float(printed) - unit, 1e-9)
    for number in numbers:
        if least <= number[1] <= most and fits(events, number[1], percent):
            yield number


#: Further back than so many numbers no whole is looked for.
_MOST_NUMBERS = 60
#: "23 (92%) with cells, 25 (100%) with sham and 24 (96%)": one part is a whole in its sentence only "of these".
_BEHIND = 20
_OWN_SHARE = re.compile(
    rf"{_GAP}{{0,40}}? ?[(\[] ?{PERCENT} ?[)\]]| (?:out )?of(?: the)? {COUNT} ?[(\[] ?{PERCENT}"
)
_OWN_SHARE_BEFORE = re.compile(rf"{PERCENT} ?[,;:(\[] ?{_N_IS}\Z")


def _has_own_share(text: str, place: int) -> bool:
    """Whether a percentage stands behind a number, or before it in one bracket: "(40%; n = 12)"."""
    if text[place + 1 : place + 2] in (")", "]") and _OWN_SHARE_BEFORE.search(
        text, max(0, place - 12), place
    ):
        return True
    return _OWN_SHARE.match(text, place + 1) is not None


#: What a sentence begins with that goes on about those whom the last one counted.
_OF_THESE = re.compile(r" ?(?:Of|Among|From) (?:these|those|them|the latter)(?!\w)")
_OF_ALL = re.compile(r"(?<!\w)(?:Of|From|Among)(?: (?:the|these|those|all)){0,2} \Z")
_OF_PART = re.compile(r"(?<!\w)(?:of (?:these|those|them|which|whom)|among|amongst)(?!\w)", re.IGNORECASE)
#: "(v)" is the fifth of a list.
_COMPARED = re.compile(r"(?<!\w)(?<!\()(?:vs?\.?|versus|compared (?:with|to)|against)(?!\w)")


#: "In total, 52 trials were identified", "210 questionnaires were returned": whatever is counted, not people alone.
_COLLECTED = re.compile(
    rf"(?P<n>{COUNT}) (?:[a-zA-Z-]+ ){{0,3}}?[a-zA-Z-]+s (?:were|was|have been) (?:[a-z]+ )?"
    r"(?:identified|included|analy[sz]ed|reviewed|retrieved|received|returned|completed|assessed|examined|collected"
    r"|eligible|available|obtained|evaluated|recorded|reported|treated|implanted|placed|performed|observed)(?!\w)"
)


def _collections(folded: Skeleton) -> Iterator[Figure]:
    """The numbers of things that a sentence says were looked at."""
    yield from (folded.figure(match.start("n")) for match in _COLLECTED.finditer(folded.text))


def _arms(arms: Sequence[Sizes]) -> Iterator[_Whole]:
    for sizes in arms:
        words = [frozenset(words_of(label)) for label in sizes.labels]
        for at, figure in enumerate(sizes.arms):
            others = frozenset[str]().union(*words[:at], *words[at + 1 :])
            if as_digits(figure.text).isdigit():
                yield _Whole(figure, words[at] - others if at < len(words) else frozenset())
        if sizes.total is not None:
            yield _Whole(sizes.total, frozenset())


def _whole_of(
    folded: Skeleton, match: re.Match[str], x: Figure, percent: Figure, wholes: Sequence[_Whole]
) -> _Whole | None:
    """The one size that gives the percentage, among those of the arms that words beside the count name."""
    for said in _said(folded, match):
        named = _named(said, wholes)
        if len({frozenset(whole.words) for whole in named}) == 1:
            return _only(x, percent, named, (is_rounded, is_cut_off, _is_near))
    return _only(x, percent, wholes, (is_rounded, is_cut_off))


def _said(folded: Skeleton, match: re.Match[str]) -> tuple[str, str]:
    """The words in and after a form, and those before it."""
    after, before = (
        _AFTER.match(folded.text, match.end()),
        _BEFORE.search(folded.text, max(0, match.start() - _NEAR), match.start()),
    )
    return match["who"] + (after[0] if after else ""), before[0] if before else ""


def _named(said: str, wholes: Sequence[_Whole]) -> list[_Whole]:
    words = words_of(said)
    return [whole for whole in wholes if whole.words & words]


def _only(
    x: Figure,
    percent: Figure,
    wholes: Sequence[_Whole],
    rules: Sequence[Callable[[float, float, float], bool]],
) -> _Whole | None:
    """The one size of which the count is the percentage by the first rule that any fits."""
    events, printed = int(as_digits(x.text)), percent.text.rstrip("%")
    if not events or not printed.replace(".", "", 1).isdigit():
        return None
    unit = last_digit(printed)
    for gives in rules:
        fitting = {
            whole.size: whole
            for whole in reversed(wholes)
            if events <= whole.size >= LEAST_WHOLE and gives(100 * events / whole.size, float(printed), unit)
        }
        if fitting:
            return next(iter(fitting.values())) if len(fitting) == 1 else None
    return None


def _is_near(share: float, printed: float, unit: float) -> bool:
    """Within one unit of the last digit: a slip, where words leave no doubt about the arm."""
    return abs(share - printed) <= unit
