"""Counts with denominator and percentage, `12/30 (40%)`, and two of them beside a p-value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, PERCENT, Comparison, P, Proportion, Skeleton

#: Between a count and its denominator: `/`, `of`, `out of the`.
_OF = r"(?: ?/ ?| (?:out )?of (?:the |a total of |all )?)"
#: What is counted, between a denominator and the bracket of its percentage.
_WHOM = rf"[^{FIGURE}.,;:()\[\]/]{{0,60}}"
_WHO = r"(?: [a-z]+){0,2}"
#: A percentage followed by "CI" is a level, one followed by "power" a chance.
_NO_SHARE = r"CI|C\.I|[Cc]onfidence|[Cc]redible|power|reduction|increase|decrease|lower|higher"
_SHARE = rf"(?P<percent>{PERCENT})(?![- ]?(?:{_NO_SHARE}))"
#: "17 288" may be one number with a space for its comma: neither part is then sure.
_FRACTION = rf"(?<!{COUNT}[ /])(?P<x>{COUNT}){_OF}(?P<n>{COUNT})(?! {COUNT})(?![\w/]| ?/ ?{COUNT}|-(?:year|month|day))"
_WHOLE = rf"(?P<n>{COUNT})(?! {COUNT}){_WHOM}"
_PART = rf"(?P<x>{COUNT}){_WHO} ?[(\[] ?{_SHARE}"
_FORMS = (
    rf"{_FRACTION}{_WHOM}[ ,;:=]*[(\[] ?{_SHARE}",
    rf"{_FRACTION} ?[ ,;:=] ?{_SHARE}",
    rf"{_SHARE}[)\]]? ?{_WHOM}[(\[]{{1,2}} ?(?:[nN] ?= ?)?{_FRACTION} ?(?:[)\];,]|{_WHOM}[)\]])",
    rf"(?<!{COUNT}[ /])(?P<x>{COUNT}) ?[(\[] ?{_SHARE} ?[)\]]{_OF}(?P<n>{COUNT})(?! {COUNT})(?![\w/]| ?/ ?{COUNT})",
    rf"{_SHARE} ?[,;] ?{_FRACTION} ?[)\];]",
    rf"[(\[] ?{_FRACTION} ?[)\]] ?{_SHARE}",
    # "Of 83 women, 71 (86%) …" and "114 practices, of which 49 (43%) …"
    rf"(?:[Oo]f|[Aa]mong) (?:the |these |all )?{_WHOLE}, {_PART}",
    rf"{_WHOLE},? of (?:which|whom) {_PART}",
)
#: Alternatives need groups of their own; which one matched shows in their numbers.
_PATTERNS = tuple(re.compile(form) for form in _FORMS)
_TIME_AT_RISK = re.compile(
    r"[ -]?(?:person|patient|wom[ae]n|child|follow-?up|catheter|device|bed|observation)"
    r"[- ]?(?:years?|months?|days?|weeks?)"
)
#: "Grade 3/4 events": no count over a denominator.
_GRADE = re.compile(
    r"(?:grades?|phases?|stages?|types?|class(?:es)?|categor(?:y|ies)|levels?|scores?) \Z", re.IGNORECASE
)
_ESTIMATED = re.compile(
    r"(?:actuarial|Kaplan|estimated|cumulative|weighted|standardi[sz]ed|adjusted|imput)[^.]*\Z", re.IGNORECASE
)
_VERSUS = re.compile(
    rf"[)\]]?(?:,? (?:vs?\.?|versus|compared (?:with|to)|against|and|as opposed to) [^{FIGURE}.;()]{{0,60}}|; ?)\Z"
)
_NEAR = re.compile(r"[^.]{0,60}\Z")
_THEN_P = re.compile(
    rf"[)\]]?[^{FIGURE}.;()\[\]]{{0,40}}[ ,;:]*[(\[]?(?P<p>{P})(?! ?(?:for (?:trend|interaction|non)|and|,))"
)


def proportions(folded: Skeleton) -> Iterator[tuple[int, int, Proportion]]:
    """Every proportion with the stretch of the folded text it takes, in reading order."""
    if PERCENT not in folded.text:
        return
    matches = sorted(
        (match for pattern in _PATTERNS for match in pattern.finditer(folded.text)),
        key=lambda m: (m.start(), -m.end()),
    )
    taken = 0
    for match in matches:
        if match.start() < taken or _TIME_AT_RISK.match(folded.text, match.end("n")):
            continue
        if _GRADE.search(folded.text, max(0, match.start("x") - 15), match.start("x")):
            continue
        x, n, percent = (folded.figure(match.start(name)) for name in ("x", "n", "percent"))
        whole = [as_digits(figure.text) for figure in (x, n)]
        if all(text.isdigit() for text in whole) and int(whole[1]) > 0 and percent.text[0].isdigit():
            taken = match.end()
            estimated = bool(_ESTIMATED.search(folded.text, max(0, match.start() - 160), match.start()))
            yield match.start(), match.end(), Proportion(x, n, percent, estimated)


def comparisons(folded: Skeleton, found: list[tuple[int, int, Proportion]]) -> Iterator[Comparison]:
    """Two proportions set against each other and the p-value right after them."""
    for at, ((_, end, first), (start, stop, second)) in enumerate(pairwise(found)):
        if not _VERSUS.match(folded.text[end:start]):
            continue
        third = found[at - 1] if at else None
        if third is not None and _NEAR.match(folded.text[third[1] : found[at][0]]):
            continue  # perhaps three arms: p is then not that of two of them
        match = _THEN_P.match(folded.text, stop)
        if match:
            yield Comparison(first, second, folded.figure(match.start("p")))
