"""Counts with denominator and percentage, `12/30 (40%)`, and two of them beside a p-value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, PERCENT, Comparison, P, Proportion, Skeleton
from msc_evidence.reading.groups.share_words import (
    OF,
    SHARE,
    TIME_AT_RISK,
    fits,
    is_estimated,
    is_of_outer_share,
    is_one_of_a_list,
    is_share,
    is_sure,
    shares_of_wholes,
)

#: What is counted, between a denominator and the bracket of its percentage.
_GAP = rf"[^{FIGURE}.,;:()\[\]/]"
_WHOM = rf"{_GAP}{{0,60}}"
_WHO = r"(?: [a-z]+){0,2}"
_SHARE = rf"(?P<percent>{SHARE})"
#: A pattern that begins with a mark, and looks back from there, is found several times faster.
_ALONE = rf"(?P<x>{COUNT}(?<!{COUNT}[ /].))"
#: "17 288" may be one number with a space for its comma: neither part is then sure.
_FRACTION = rf"{_ALONE}{OF}(?P<n>{COUNT})(?! {COUNT})(?![\w/]| ?/ ?{COUNT}|-(?:year|month|day))"
_WHOLE = rf"(?P<n>{COUNT})(?! {COUNT}){_WHOM}"
_PART = rf"(?P<x>{COUNT}){_WHO} ?[(\[] ?{_SHARE}"
_FEW = r"(?: (?!to |and |in |from |or )[a-z]{1,20}){0,3}"
_OF_THEM = r"(?:of )?(?:the |all )?(?:[a-z]{1,20} ?)?"
_SAMPLE = rf"[^{FIGURE}.;()\[\]]{{3,90}}[(\[][nN] ?= ?(?P<n>{COUNT}) ?[)\]],? "
_SIZED_PART = rf"{_SHARE} ?[(\[][nN] ?= ?(?P<x>{COUNT}) ?[)\]]"
_AFTER_FRACTION = rf"(?:[)\];]|(?=,? (?:vs?\.?|versus|compared|and|against) |[,;]? ?{P}))"
#: Each form, and whether grammar leaves one reading of it: in the others the percentage may be of another total. Where
#: nothing is said of it, the form is one only where the percentage is that of count and denominator.
_FORMS = (
    (rf"{_FRACTION}{_WHOM}[ ,;:=]*[(\[] ?{_SHARE}", True),
    (rf"{_FRACTION}(?:{_FEW} ?[,;:=] ?| ){_SHARE}", True),
    (rf"{_FRACTION}{_FEW} {_SHARE}", False),
    (
        rf"{_SHARE}(?:[)\]]| ?{_OF_THEM}) ?[(\[]{{1,2}} ?(?:[nN] ?= ?)?{_FRACTION} ?(?:[)\];,]|{_WHOM}[)\]])",
        True,
    ),
    (rf"{_SHARE} ?{_WHOM}[(\[]{{1,2}} ?(?:[nN] ?= ?)?{_FRACTION} ?(?:[)\];,]|{_WHOM}[)\]])", False),
    (
        rf"{_ALONE} ?[(\[] ?{_SHARE} ?[)\]]{OF}(?P<n>{COUNT})"
        rf"(?! {COUNT})(?![\w/]| ?/ ?{COUNT})",
        True,
    ),
    (rf"{_SHARE} ?[,;:] ?{_FRACTION} ?{_AFTER_FRACTION}", True),
    (rf"(?<=[(\[]){_SHARE} ?[,;:] ?{_FRACTION}(?! ?[,;/] ?{PERCENT})", True),
    (rf"{_SHARE}, ?[(\[] ?{_FRACTION} ?[)\]]", True),
    (rf"[(\[] ?{_FRACTION} ?[)\]] ?{_SHARE}", True),
    # "Of 83 women, 71 (86%) …" and "114 practices, of which 49 (43%) …"
    (rf"(?:(?:[oO]f|[aA]mong) (?:the |these |all )?{_WHOLE}, ){_PART}", False),
    (rf"{_WHOLE},? of (?:which|whom) {_PART}", False),
    # "Of 83 women in the two villages, 71 (86%) …"
    (
        rf"(?<!\w)(?:[oO]f|[aA]mong) (?:the |these |all )?(?P<n>{COUNT}){_GAP}{{1,60}}(?P<word>{COUNT}){_GAP}{{1,60}},"
        rf" {_PART}",
        False,
    ),
    # "Among those who answered (n = 138), 19.6% (n = 27) …"
    (rf"(?<!\w)(?:Of|Among) {_SAMPLE}{_SIZED_PART}", True),
    (rf"(?<!\w)(?:of|among|[iI]n) {_SAMPLE}{_SIZED_PART}", False),
    (rf"{_FRACTION}{_WHOM}[(\[](?:[a-zA-Z-]+ ){{1,5}}(?:= ?)?{_SHARE}", None),
    (
        rf"{_ALONE}(?: [a-z-]+){{1,4}}{OF}(?P<n>{COUNT})(?! {COUNT}){_WHOM}(?:[,;:=] ?|[(\[] ?| ){_SHARE}",
        None,
    ),
    (rf"{_ALONE} [a-z-]+(?: [a-z-]+){{0,3}} ?[(\[] ?{_SHARE} ?[)\]]{OF}(?P<n>{COUNT})(?![\w/]| ?/)", None),
    (
        rf"{_SHARE} ?{_WHOM}[(\[](?P<x>{COUNT})(?: [a-z-]+){{0,3}} ?(?:/|in|among|of|out of|from) ?(?:the )?"
        rf"(?P<n>{COUNT})[^{FIGURE}()\[\]]{{0,40}}[)\]]",
        None,
    ),
    (
        rf"(?:[oO]f|[aA]mong|[fF]rom|[iI]n) (?:the |these |all |those )?(?P<n>{COUNT}) "
        rf"[^{FIGURE}.;:()\[\]/]{{1,120}}?{_PART}",
        None,
    ),
    (
        rf"[nN] ?= ?(?P<n>{COUNT}) ?[)\]][^{FIGURE}.;:()\[\]/]{{1,80}}?{_PART}",
        None,
    ),
    # "3 women (5.7%) of the cell group (n = 53)", "3 (5.7%, n = 53)"
    (
        rf"{_ALONE}{_WHOM} ?[(\[] ?{_SHARE} ?[)\]] (?:of|in|from|among|for) {_GAP}{{1,60}}"
        rf"[(\[] ?[nN] ?= ?(?P<n>{COUNT}) ?[)\]]",
        None,
    ),
    (rf"{_ALONE}{_WHOM} ?[(\[] ?{_SHARE} ?[,;] ?(?:total )?[nN] ?= ?(?P<n>{COUNT}) ?[)\]]", None),
    # "24 of 146 stopped, a dropout rate of 16.4%"
    (
        rf"{_FRACTION}{_GAP}{{1,60}},? {_GAP}{{0,40}}(?:rate|proportion|percentage|prevalence|incidence) of {_SHARE}",
        None,
    ),
    # "24 women (16.4% of the 146 randomised)"
    (rf"{_ALONE}{_WHOM} ?[(\[] ?{_SHARE},? of (?:the |all |all the )?(?P<n>{COUNT}){_WHOM}[)\]]", None),
    # "16.4%, or 24 of 146 women"
    (rf"{_SHARE},? (?:or|that is|i\.e\.),? {_FRACTION}", None),
    # "85% (95% CI 72 to 93; 45/53)"
    (rf"{_SHARE} ?[(\[][^()\[\]]{{0,12}}CI[^()\[\]]{{2,24}}[;,] ?{_FRACTION} ?[)\]]", None),
    (
        rf"{_ALONE} ?[(\[] ?{_SHARE} ?[)\]] from (?:the |a total of )?(?P<n>{COUNT})(?! {COUNT})(?![\w/]| ?/)",
        None,
    ),
)
#: Alternatives need groups of their own; which one matched shows in their numbers.
_PATTERNS = tuple((re.compile(form), sure) for form, sure in _FORMS)
_WITHOUT_FRACTION = tuple(
    pattern for pattern, (form, _) in zip(_PATTERNS, _FORMS, strict=True) if _FRACTION not in form
)
_SURENESS = {True: 0, False: 1, None: 2}
_ANY_FRACTION = re.compile(f"{COUNT}{OF}{COUNT}")
_VERSUS = re.compile(
    rf"[)\]]?(?:,? (?:vs?\.?|versus|compared (?:with|to)|against|and|as opposed to)"
    rf" [^{FIGURE}.;()]{{0,90}}[(\[]?|; ?"
    # "30/60 (50%) with cells versus"
    rf"|(?: [a-zA-Z-]+){{1,5}},? (?:vs?\.?|versus|compared (?:with|to)|against|as opposed to)"
    rf" [^{FIGURE}.;()]{{0,60}})\Z"
)
_NEAR = re.compile(r"[^.]{0,60}\Z")
#: Two times of the same participants are no two arms.
_EARLIER = re.compile(r"(?<!\w)(?:before|baseline|initial|at entry|pre)", re.IGNORECASE)
_LATER = re.compile(r"(?<!\w)(?:after|follow-?up|final|post|at the end)", re.IGNORECASE)
_NEAR_WORDS = 25
#: How far before its part a whole with a percentage of its own may stand.
_OUTER_SHARE = 400
_TEST = r"(?P<test>[a-zA-Z'χ2 ,-]{3,40}?(?:test|exact|Fisher|squared?|χ2)[a-zA-Z' ]{0,12}[ ,;:]*)?"
#: "…, a cautious assumption, showed that there was no difference between the groups, p = 0.59".
_DIFFER = (
    rf"[^{FIGURE}.;()\[\]]{{0,80}}differen(?:ce|ces|t)"
    r"(?: (?:between|among) (?:the |both |these )?(?:two )?(?:groups|arms))?"
)
#: Between two shares and their p: what they are of, and no result beside them.
_THEN_P = re.compile(
    rf"[)\]]?(?:(?! (?:but|which|while|whereas)(?!\w)|(?<=and)[^{FIGURE}]*?(?:ed|was|were|had|fell|rose)(?!\w))"
    rf"[^{FIGURE}.,;()\[\]]){{0,60}}(?:{_DIFFER})?[ ,;:]*[(\[]?(?:[a-z-]{{4,14}} ){{0,2}}{_TEST}"
    rf"(?P<p>{P})(?! ?(?:for (?:trend|interaction|non)|and|,))"
)
#: `3/24 versus 14/24 (Fisher's exact test, P = 0.4)`: counts alone, where a p is right beside them.
_COUNTS = re.compile(
    rf"{_ALONE}{OF}(?P<n>{COUNT})(?![\w/]| ?/){_WHOM}"
    rf",? (?:vs?\.?|versus|compared (?:with|to)|against) [^{FIGURE}.;()]{{0,60}}"
    rf"(?P<x2>{COUNT}){OF}(?P<n2>{COUNT})(?![\w/]| ?/){_WHOM}"
)


def proportions(folded: Skeleton) -> Iterator[tuple[int, int, Proportion]]:
    """Every proportion with the stretch of the folded text it takes, in reading order."""
    if PERCENT not in folded.text:
        return
    patterns = _PATTERNS if _ANY_FRACTION.search(folded.text) else _WITHOUT_FRACTION
    matches = sorted(
        ((match, sure) for pattern, sure in patterns for match in pattern.finditer(folded.text)),
        key=lambda item: (item[0].start(), _SURENESS[item[1]], -item[0].end()),
    )
    taken = 0
    for match, sure in matches:
        share = _share_of(folded, match, sure) if match.start() >= taken else None
        if share is not None:
            taken = match.end()
            yield match.start(), match.end(), share


def _share_of(folded: Skeleton, match: re.Match[str], sure: bool | None) -> Proportion | None:
    """The proportion that a form holds, None where its numbers are none, or its percentage is of another whole."""
    x, n, percent = (folded.figure(match.start(name)) for name in ("x", "n", "percent"))
    at_risk = TIME_AT_RISK.match(folded.text, match.end("n"))
    if at_risk or not percent.text[0].isdigit() or not is_share(folded, match, x, n):
        return None
    if match.groupdict().get("word") and not folded.figure(match.start("word")).text.isalpha():
        return None
    if not _within(x, n) and float(percent.text.rstrip("%")) <= 100:
        return None  # a season, a score, two counts: no part is above its whole
    count, whole = (int(as_digits(figure.text)) for figure in (x, n))
    before = shares_of_wholes(folded, max(0, match.start() - _OUTER_SHARE), match.start())
    shares = [share for counted, share in before if counted == str(whole)]
    of_another = is_of_outer_share(count, whole, percent.text, shares)
    if of_another or is_one_of_a_list(folded.text, match):
        return None
    if sure is None and not fits(count, whole, percent.text):
        return None
    return Proportion(x, n, percent, is_estimated(folded, match), bool(sure) and is_sure(folded, match))


def comparisons(folded: Skeleton, found: list[tuple[int, int, Proportion]]) -> Iterator[Comparison]:
    """Two proportions set against each other and the p-value right after them."""
    for at, ((_, end, first), (start, stop, second)) in enumerate(pairwise(found)):
        if not _VERSUS.match(folded.text[end:start]):
            continue
        said = folded.text[max(0, found[at][0] - _NEAR_WORDS) : stop + _NEAR_WORDS]
        if _EARLIER.search(said) and _LATER.search(said):
            continue
        third = found[at - 1] if at else None
        if third is not None and _NEAR.match(folded.text[third[1] : found[at][0]]):
            continue  # perhaps three arms: p is then not that of two of them
        match = _THEN_P.match(folded.text, stop)
        if match:
            yield _compared(folded, first, second, match)


def _compared(folded: Skeleton, first: Proportion, second: Proportion, match: re.Match[str]) -> Comparison:
    return Comparison(
        first, second, folded.figure(match.start("p")), (match["test"] or "").strip(" ,;:") or None
    )


def counts_compared(folded: Skeleton, taken: frozenset[int]) -> Iterator[Comparison]:
    """Two counts over their denominators without percentages, and the p-value right after them."""
    compared = P in folded.text and _ANY_FRACTION.search(folded.text)
    for match in _COUNTS.finditer(folded.text) if compared else ():
        x, n, x2, n2 = (folded.figure(match.start(name)) for name in ("x", "n", "x2", "n2"))
        then = _THEN_P.match(folded.text, match.end())
        if then is None or {x.start, x2.start} & taken:
            continue
        if is_share(folded, match, x, n) and _within(x, n) and _within(x2, n2):
            yield _compared(folded, Proportion(x, n, None), Proportion(x2, n2, None), then)


def _within(x: Figure, n: Figure) -> bool:
    whole = [as_digits(figure.text) for figure in (x, n)]
    return all(text.isdigit() for text in whole) and int(whole[0]) <= int(whole[1])
