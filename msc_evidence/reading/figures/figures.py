"""The figures of an abstract, in reading order, and when two of them are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from msc_evidence.reading.figures.normalise import Normalised, normalise
from msc_evidence.reading.figures.notations import (
    NOTATIONS,
    Found,
    Kind,
    Reader,
    nothing,
    plain_p,
    plain_quantity,
    plain_range,
    read_p_values,
    read_quantities,
    read_range,
)
from msc_evidence.registry.reported import NUMBER_WORDS, Ratio, Reported, Span, Time


@dataclass(frozen=True, slots=True)
class Figure:
    """A number found in a text: its kind, its canonical text, and its offsets there."""

    kind: Kind
    text: str
    start: int
    end: int


_GROUP_NAME = re.compile(r"[(][?]P<[^>]*>")


@cache
def _scanner() -> re.Pattern[str]:
    """The pattern that finds the first notation to match where a figure may begin.

    Compiled at the first reading, because comparing figures needs none.
    """
    begins = "|".join(dict.fromkeys(notation.begins for notation in NOTATIONS))
    alternatives = "|".join(
        f"(?P<n{number}>{_GROUP_NAME.sub('(?:', notation.pattern)})"
        for number, notation in enumerate(NOTATIONS)
    )
    # No figure begins within a word unless with a digit or a sign, and refusing these at once halves the time.
    # Of small letters only those with which a number word, p, a unit, "class" or an address begins.
    gate = r"(?=[0-9<>=≤≥.-]|[cdefhjmnopstwyzA-Z](?<![^\W_][a-zA-Z]))"
    # Where no notation matches, the word there is passed over as a whole.
    return re.compile(rf"{gate}(?={begins})(?:{alternatives}|(?P<other>[^\w]*+\w++))")


@cache
def _own_pattern(number: int) -> re.Pattern[str]:
    """The pattern of a notation alone, compiled when the first figure is printed so."""
    return re.compile(NOTATIONS[number].pattern)


def read_figures(abstract: str) -> tuple[Figure, ...]:
    """Every figure that the abstract prints, in reading order.

    >>> [figure.text for figure in read_figures("Of 30 patients (P=.04 at 3 and 6 months), five had IL-6.")]
    ['30', 'p 0.04', '3 mo', '6 mo', 'five']
    """
    return figures_in(normalise(abstract))


def figures_in(plain: Normalised) -> tuple[Figure, ...]:
    """Every figure of a text in its plain form, at its offsets in the text before."""
    return tuple(
        Figure(kind, text, *plain.origin(start, end)) for kind, text, start, end in _found(plain.text)
    )


def plain_figures(text: str, most: int | None = None) -> tuple[Figure, ...]:
    """Every figure of a text in its plain form, at its offsets there; of many only the first `most`."""
    return tuple(Figure(*found) for found in islice(_found(text), most))


#: Powers of ten that no quantity has, and that no arithmetic takes.
_BEYOND = re.compile(r"e-?(?:29[0-9]|[3-9][0-9]{2}|[0-9]{4,})(?![0-9])")


def _found(text: str) -> Iterator[Found]:
    for scanned in _scanner().finditer(text):
        # The notations' groups have no others inside, and one more stands for a word without a figure.
        number = (scanned.lastindex or 0) - 1
        if number >= len(_READS):
            continue
        read, as_plain = _READS[number]
        if read is nothing:
            continue
        if as_plain is not None and (plain := as_plain(scanned)):
            yield plain
        elif match := _own_pattern(number).match(text, scanned.start()):
            yield from (found for found in read(match) if not _BEYOND.search(found[1]))


#: How most figures of a notation are read, without a second look at their parts.
_AS_PLAIN: dict[Reader, Callable[[re.Match[str]], Found | None]] = {
    read_quantities: plain_quantity,
    read_range: plain_range,
    read_p_values: plain_p,
}
_READS = tuple((notation.read, _AS_PLAIN.get(notation.read)) for notation in NOTATIONS)


_P = re.compile(
    r"p(?:[ -]?values?)?\s*(?![a-z])([^a-z]*[0-9].*)|p(?:[ -]?values?)?[ =]*(ns|n\.s\.)",
    re.IGNORECASE | re.DOTALL,
)
_CLASS = re.compile(r"class\s+(IV|I{1,3}|V|[1-5])", re.IGNORECASE)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}


def key(text: str) -> Hashable:
    """What two prints of the same figure share: its family and its value with comparator and decimals.

    Families are p, ratio, range, time, percent, class and number; raises ValueError for any other text.

    >>> key("five") == key("5"), key("3 mo") == key("90 d"), key("0.110") == key("0.11")
    (True, True, False)
    """
    text = normalise(text).text
    if match := _P.fullmatch(text):
        return ("p", _reported_key(Reported.read(match[1] or match[2])))
    if match := _CLASS.fullmatch(text):
        name = match[1].upper()
        return ("class", _ROMAN.get(name) or int(name))
    if ":" in text:
        return ("ratio", Ratio.read(text).parts)
    return _quantity_key(text)


def _quantity_key(text: str) -> Hashable:
    """The key of a number, a percentage, a time or a range, by the first of these that the text is."""
    try:
        return ("percent" if text.endswith("%") else "number", _number_key(text))
    except ValueError:
        pass
    try:
        time = Time.read(text)
    except ValueError:
        span = Span.read(text)
        return ("range", _reported_key(span.low), _reported_key(span.high))
    return ("time", time.amount.comparator, time.months)


def _number_key(text: str) -> Hashable:
    if text.casefold() not in NUMBER_WORDS and not any(character.isdigit() for character in text):
        raise ValueError(f"{text!r} prints no figure")
    return _reported_key(Reported.read(text))


def _reported_key(number: Reported) -> Hashable:
    # Trailing zeros of a whole number are no decimals: 1e8 and 100,000,000 are one number.
    return (number.comparator, number.value, max(0, number.decimals))
