"""Means with SD or SE, medians with IQR or range, ages: `14.8 ± 23.8`, `median [IQR] 5 [3-8]`, `aged 68 (28-83)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from msc_evidence.reading.named import (
    ENDS,
    GAP,
    PEOPLE,
    SINGLE,
    UNIT,
    VALUE,
    Cluster,
    Named,
    clause,
    ends,
    named,
    stretch,
)
from msc_evidence.reading.skeleton import FIGURE, RANGE, TIME, P, Skeleton

_SD = r"(?:S\.?D\.?s?(?!\w)|standard deviations?|s\.d\.|sd(?!\w))"
_SE = r"(?:S\.?E\.?(?:M\.?)?(?!\w)|standard errors?(?: of the mean)?|s\.e\.(?:m\.)?)"
_IQR = r"(?:IQRs?(?!\w)|[Ii]nter-?quartile ranges?(?:,? ?[(\[]?IQR[)\]]?)?|Q1 ?[-–,] ?Q3)"
_RANGE = r"(?:[Rr]ange)"
_SPREADS = rf"(?:(?P<sd>{_SD})|(?P<se>{_SE})|(?P<iqr>{_IQR})|(?P<span>{_RANGE}))"
_KINDS = {"sd": "sd", "se": "se", "iqr": "iqr", "span": "range"}
_CENTRES = re.compile(
    r"(?<!\w)(?:(?P<median>medians?)|(?P<mean>means?|average|M(?= ?=)))(?!\w)", re.IGNORECASE
)

_PLUS_MINUS = re.compile(rf"(?P<value>{VALUE})%? ?± ?(?P<spread>{VALUE})")
#: `at 90 ± 7 days` is a window around a time.
_WINDOW = re.compile(r"(?<!\w)(?:at|on|every|after|days?|weeks?|months?) \Z", re.IGNORECASE)
_SAYS_SE = re.compile(rf"(?:±|mean [(\[]±?) ?{_SE}")
_SAYS_SD = re.compile(rf"(?:±|mean [(\[]±?) ?{_SD}")

#: `median (IQR)`: what the brackets that follow in the sentence hold.
_HEADING = re.compile(rf"(?<!\w)(?i:median|mean|average)s?{GAP}{{0,30}}[(\[] ?±? ?{_SPREADS} ?[)\]]")
_UNDER = re.compile(rf"(?P<value>{VALUE}){UNIT} ?[(\[] ?±? ?(?:{ENDS}|(?P<one>{SINGLE})) ?[)\]]")
_PASSED = re.compile(rf"[{P}{TIME}]|[(\[] ?[nN] ?= ?{SINGLE} ?[)\]]")
#: `14.8 (SD 23.8)`, `M = 14.8, SD = 23.8`, `5 days [IQR: 3-8]`.
_NAMED = re.compile(
    rf"(?P<value>{VALUE}){UNIT}[ ,;]*[(\[]? ?{_SPREADS}[ =:,±]{{0,4}}(?:of |was |from |between )?"
    rf"[(\[]?(?:{ENDS}|(?P<one>{VALUE}))"
)
_AFTER_NUMBERS = rf"(?!(?: [a-z-]+){{0,2}} {PEOPLE}(?!\w))"
_QUARTILES = re.compile(rf"{_IQR}[ =:,]{{0,3}}(?:of |was |from )?[(\[]?{ENDS}")
_CENTRE_ALONE = re.compile(
    rf"(?<!\w)(?i:(?P<median>median)|(?P<mean>mean|average))"
    rf"(?:{GAP}{{0,80}}? (?:was|were|is) (?:only )?|(?: [a-zA-Z-]+){{0,3}} of (?:only )?|{GAP}{{0,40}}?(?: ?[=:] ?)"
    rf"|(?: age| score| follow-up| duration)?,? )"
    rf"(?P<value>{VALUE}){_AFTER_NUMBERS}"
)

_AGE = r"(?<!\w)[Aa]ge[ds]?(?: range)?(?:,| of| was| were| is| from| between| at least|:| ?=)? ?"
_YEARS = r"(?=[ -](?:years?|yrs?|y|months?)(?!\w)| (?:or|and) (?:older|over|above|younger|under))"
_AGES = re.compile(
    rf"{_AGE}(?:(?P<value>{SINGLE}|{TIME}) ?[(\[](?:range,? )?(?P<around>{RANGE})[)\]]"
    rf"|(?P<time>{TIME})|(?P<limits>{RANGE}|{SINGLE}{_YEARS}))"
)
_OLD = re.compile(
    rf"(?:(?P<time>{TIME})|(?P<limits>{RANGE})[ -](?:years?|yrs?))(?:[- ]olds?(?!\w)| of age(?!\w))"
)
_BETWEEN = re.compile(
    rf"between (?:the ages of )?(?P<low>{SINGLE}|{TIME}) and (?P<high>{TIME})(?:[- ]olds?(?!\w)| of age(?!\w))"
    rf"|{_AGE}(?P<first>{SINGLE}|{TIME}) (?:and|to) (?P<last>{TIME})"
)
_OF_AGE = re.compile(r"(?<!\w)(?:age|ages|aged)(?!\w)", re.IGNORECASE)


def spreads(folded: Skeleton) -> Iterator[Cluster]:
    """Every value with its spread, then centres and ages alone; a figure may occur in several, the first counts."""
    yield from chain(_plus_minus(folded), _under_headings(folded), _by_name(folded))
    yield from chain(_ages(folded), _centres(folded))
    yield from ((ends(folded, match, "iqr"),) for match in _QUARTILES.finditer(folded.text))


def _plus_minus(folded: Skeleton) -> Iterator[Cluster]:
    says_se, says_sd = _SAYS_SE.search(folded.text), _SAYS_SD.search(folded.text)
    if says_se and says_sd:
        return
    for match in _PLUS_MINUS.finditer(folded.text):
        before = clause(folded.text, match.start())
        if not _WINDOW.search(before) and "median" not in before.casefold():
            yield _centre(folded, match, "mean"), named(folded, match, "spread", "se" if says_se else "sd")


def _under_headings(folded: Skeleton) -> Iterator[Cluster]:
    """The values after `mean (SD)` or `median [IQR]` in the same sentence, up to another figure."""
    headings = list(_HEADING.finditer(folded.text))
    for at, heading in enumerate(headings):
        last = headings[at + 1].start() if at + 1 < len(headings) else len(folded.text)
        last, reached = stretch(folded.text, heading.end(), last), heading.end()
        for match in _UNDER.finditer(folded.text, heading.end(), last):
            if re.search(rf"[{FIGURE}]", _PASSED.sub("", folded.text[reached : match.start()])):
                break
            reached = match.end()
            yield from _with_spread(folded, match, heading, _centre_word(heading[0]))


def _by_name(folded: Skeleton) -> Iterator[Cluster]:
    for match in _NAMED.finditer(folded.text):
        word = _centre_word(clause(folded.text, match.start(), 100))
        # What has an SD is a mean; what has an SE, a range or quartiles may be anything.
        word = word or ("mean" if match["sd"] else "")
        yield from _with_spread(folded, match, match, word)


def _with_spread(folded: Skeleton, match: re.Match[str], says: re.Match[str], word: str) -> Iterator[Cluster]:
    name = next(name for name in _KINDS if says[name])
    if name in ("sd", "se") and not match["one"]:
        return
    if name == "span" and match["one"]:
        return
    spread = named(folded, match, "one", _KINDS[name]) if match["one"] else ends(folded, match, _KINDS[name])
    yield (_centre(folded, match, word), spread) if word else (spread,)


def _centre_word(text: str) -> str:
    found = [match.lastgroup or "" for match in _CENTRES.finditer(text)]
    return found[-1] if found else ""


def _centre(folded: Skeleton, match: re.Match[str], word: str) -> Named:
    """The mean or median; an age where the clause says so."""
    before = clause(folded.text, match.start("value"), 100)
    since = before[max((found.start() for found in _CENTRES.finditer(before)), default=0) :]
    after = folded.text[match.end() : match.end() + 12]
    aged = _OF_AGE.search(since) or re.match(r"[ -]years? (?:old|of age)", after)
    return named(folded, match, "value", "age" if aged else word, word if aged else "")


def _centres(folded: Skeleton) -> Iterator[Cluster]:
    for match in _CENTRE_ALONE.finditer(folded.text):
        figure = folded.figure(match.start("value"))
        if figure.kind != "count" and not figure.text.isalpha():
            yield (_centre(folded, match, "median" if match["median"] else "mean"),)


def _ages(folded: Skeleton) -> Iterator[Cluster]:
    for match in _BETWEEN.finditer(folded.text):
        names = ("low", "high") if match["low"] else ("first", "last")
        yield (Named("age", tuple(folded.figure(match.start(name)) for name in names)),)
    for match in _AGES.finditer(folded.text):
        word = _centre_word(clause(folded.text, match.start()))
        if match["value"]:
            yield (
                named(folded, match, "value", "age", word),
                Named("range", (folded.figure(match.start("around")),)),
            )
        elif word:
            continue
        elif match["time"]:
            yield (named(folded, match, "time", "age"),)
        else:
            yield (named(folded, match, "limits", "age"),)
    for match in _OLD.finditer(folded.text):
        yield (named(folded, match, "time" if match["time"] else "limits", "age"),)
