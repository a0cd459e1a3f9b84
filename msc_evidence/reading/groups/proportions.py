"""Counts with denominator and percentage, `12/30 (40%)`, and two of them beside a p-value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.effect_words import SENTENCE_END
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
_FEW = r"(?: (?!to |and |in |from |or )[a-z]{1,20}){0,3}"
_OF_THEM = r"(?:of )?(?:the |all )?(?:[a-z]{1,20} ?)?"
#: Each form, and whether grammar leaves one reading of it: in the others the percentage may be of another total.
_FORMS = (
    (rf"{_FRACTION}{_WHOM}[ ,;:=]*[(\[] ?{_SHARE}", True),
    (rf"{_FRACTION}{_FEW} ?[ ,;:=] ?{_SHARE}", True),
    (
        rf"{_SHARE}(?:[)\]]| ?{_OF_THEM}) ?[(\[]{{1,2}} ?(?:[nN] ?= ?)?{_FRACTION} ?(?:[)\];,]|{_WHOM}[)\]])",
        True,
    ),
    (rf"{_SHARE} ?{_WHOM}[(\[]{{1,2}} ?(?:[nN] ?= ?)?{_FRACTION} ?(?:[)\];,]|{_WHOM}[)\]])", False),
    (
        rf"(?<!{COUNT}[ /])(?P<x>{COUNT}) ?[(\[] ?{_SHARE} ?[)\]]{_OF}(?P<n>{COUNT})"
        rf"(?! {COUNT})(?![\w/]| ?/ ?{COUNT})",
        True,
    ),
    (rf"{_SHARE} ?[,;] ?{_FRACTION} ?[)\];]", True),
    (rf"[(\[] ?{_FRACTION} ?[)\]] ?{_SHARE}", True),
    # "Of 83 women, 71 (86%) …" and "114 practices, of which 49 (43%) …"
    (rf"(?:(?:[oO]f|[aA]mong) (?:the |these |all )?{_WHOLE}, ){_PART}", False),
    (rf"{_WHOLE},? of (?:which|whom) {_PART}", False),
)
#: Alternatives need groups of their own; which one matched shows in their numbers.
_PATTERNS = tuple((re.compile(form), sure) for form, sure in _FORMS)
_WITHOUT_FRACTION = tuple(
    pattern for pattern, (form, _) in zip(_PATTERNS, _FORMS, strict=True) if _FRACTION not in form
)
_ANY_FRACTION = re.compile(f"{COUNT}{_OF}{COUNT}")
_TIME_AT_RISK = re.compile(
    r"[ -]?(?:person|patient|wom[ae]n|child|follow-?up|catheter|device|bed|observation)"
    r"[- ]?(?:years?|months?|days?|weeks?)"
)
#: "Grade 3/4 events", "a score of 1, 19 (26%)": no count over a denominator.
_GRADE = re.compile(
    r"(?:grades?|phases?|stages?|types?|class(?:es)?|categor(?:y|ies)|levels?|scores?|ratings?|Apgar|VAS|NRS)"
    r"(?: of| was| were| at| ≥| >)? ?\Z",
    re.IGNORECASE,
)
_OF_SIGHT = re.compile(r"acuit|vision|Snellen|(?<!\w)(?:BC)?VA(?!\w)|logMAR", re.IGNORECASE)
_OF_TIME = re.compile(
    r"(?:in|since|during|until|by|from|to|through|year|season|and|-|January|February|March|April|May|June|July|August"
    r"|September|October|November|December) ?\Z"
)
_YEARS = range(1900, 2101)
#: What one participant has several of: "6 of 8 sessions (79%)" is the mean of many.
_OF_ONE = re.compile(
    r" ?(?:[a-z-]+ )?(?:items?|visits|sessions|appointments|questions|answers|points|doses|tablets|pills|modules"
    r"|lessons|steps|attempts|meals|cycles|weeks|days|months|criteria|domains|indicators|tasks|words)(?!\w)"
)
_AVERAGED = re.compile(
    rf"(?<!\w)(?:means?|averages?|medians?|scored?|scores|correct(?:ly)?|on average)(?!\w)[^{FIGURE}.;]{{0,60}}\Z",
    re.IGNORECASE,
)
#: "Nearly one in five (18%)": a figure of speech for the percentage.
_ROUGHLY = re.compile(
    r"(?<!\w)(?:about|nearly|almost|approximately|roughly|around|over|some|more than|less than|fewer than|at least"
    r"|up to) ?\Z",
    re.IGNORECASE,
)
#: "Roughly sixty percent (60/101)": a percentage said roughly; "over 40%", "nearly 60%": its bound.
_ROUGH_PERCENT = re.compile(
    r"(?<!\w)(?:about|approximately|approx\.?|roughly|around|circa|ca\.|[~≈∼]|(?P<round>some)"
    r"|(?P<above>over|more than|at least)|(?P<below>under|nearly|almost|close to|less than|fewer than|up to)) ?\Z",
    re.IGNORECASE,
)
#: "The line stayed in all but one of 74 (98.6%)": words that make a percentage that of the rest.
_REST = re.compile(
    r"(?<!\w)(?:but|except(?:ing)?|save|apart from|other than|excluding|not|no|none|never|without|fail\w*|lost|miss\w*"
    r"|withdr\w+|dropp\w+|absen\w+|free)(?!\w)|n't",
    re.IGNORECASE,
)
_OUT_OF = re.compile(rf"{COUNT} (?:out of|in|of every) ?{COUNT}?")
_SPEECH = 10
_ESTIMATED = re.compile(
    r"(?:actuarial|Kaplan|estimated|cumulative|weighted|standardi[sz]ed|adjusted|imput)[^.]*\Z", re.IGNORECASE
)
_VERSUS = re.compile(
    rf"[)\]]?(?:,? (?:vs?\.?|versus|compared (?:with|to)|against|and|as opposed to) [^{FIGURE}.;()]{{0,60}}|; ?)\Z"
)
_NEAR = re.compile(r"[^.]{0,60}\Z")
_TEST = r"(?P<test>[a-zA-Z'χ2 ,-]{3,40}?(?:test|exact|Fisher|squared?|χ2)[a-zA-Z' ]{0,12}[ ,;:]*)?"
_THEN_P = re.compile(
    rf"[)\]]?[^{FIGURE}.;()\[\]]{{0,40}}[ ,;:]*[(\[]?{_TEST}(?P<p>{P})(?! ?(?:for (?:trend|interaction|non)|and|,))"
)
#: `3/24 versus 14/24 (Fisher's exact test, P = 0.4)`: counts alone, where a p is right beside them.
_COUNTS = re.compile(
    rf"(?<!{COUNT}[ /])(?P<x>{COUNT}){_OF}(?P<n>{COUNT})(?![\w/]| ?/){_WHOM}"
    rf",? (?:vs?\.?|versus|compared (?:with|to)|against) [^{FIGURE}.;()]{{0,60}}"
    rf"(?P<x2>{COUNT}){_OF}(?P<n2>{COUNT})(?![\w/]| ?/){_WHOM}"
)


def proportions(folded: Skeleton) -> Iterator[tuple[int, int, Proportion]]:
    """Every proportion with the stretch of the folded text it takes, in reading order."""
    if PERCENT not in folded.text:
        return
    patterns = _PATTERNS if _ANY_FRACTION.search(folded.text) else _WITHOUT_FRACTION
    matches = sorted(
        ((match, sure) for pattern, sure in patterns for match in pattern.finditer(folded.text)),
        key=lambda item: (item[0].start(), -item[1], -item[0].end()),
    )
    taken = 0
    for match, sure in matches:
        if match.start() < taken or _TIME_AT_RISK.match(folded.text, match.end("n")):
            continue
        x, n, percent = (folded.figure(match.start(name)) for name in ("x", "n", "percent"))
        if not _is_share(folded, match, x, n) or not percent.text[0].isdigit():
            continue
        if not _within(x, n) and float(percent.text.rstrip("%")) <= 100:
            continue  # a season, a score, two counts: no part is above its whole
        if _is_one_of_a_list(folded.text, match):
            continue
        taken = match.end()
        yield (
            match.start(),
            match.end(),
            Proportion(x, n, percent, _is_estimated(folded, match), sure and _is_sure(folded, match)),
        )


def _is_estimated(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether a percentage is a model's, an average of participants, or the roundly said share made exact."""
    text, first, whole = folded.text, match.start("x"), match.start("n")
    if _ESTIMATED.search(text, max(0, match.start() - 160), match.start()):
        return True
    if _OF_ONE.match(text, whole + 1) or _AVERAGED.search(text, max(0, match.start() - 80), match.start()):
        return True
    few = int(as_digits(folded.figure(whole).text)) <= _SPEECH
    spoken = folded.figure(first).text.isalpha() and _OUT_OF.match(text, first)
    return few and bool(spoken or _ROUGHLY.search(text, max(0, first - 20), first))


_AND = r"(?: ?[,;]| ?/| (?:vs?\.?|versus|and|or|to|against|compared (?:with|to)))"
_THEN = rf"{_AND}[^{FIGURE}.]{{0,40}}"
_FRACTION_LISTED = re.compile(rf"{COUNT}{_OF}{COUNT}[^{FIGURE}.]{{0,40}}{_THEN}\Z")
_PERCENT_LISTED = re.compile(rf"{PERCENT}[^{FIGURE}.]{{0,40}}{_THEN}\Z")
_PERCENT_FOLLOWS = re.compile(rf"[^{FIGURE}.]{{0,40}}{_THEN}{PERCENT}")
_FRACTION_FOLLOWS = re.compile(rf"[^{FIGURE}.()]{{0,40}}{_THEN}{COUNT}{_OF}{COUNT}")
_LIST = 100


def _is_one_of_a_list(text: str, match: re.Match[str]) -> bool:
    """Whether counts and percentages are listed apart, `15/60 v 30/60 (25% v 50%)`: neighbours are no pair there."""
    first, last = sorted((match.start("x"), match.start("percent")))
    before = text[max(0, first - _LIST) : first]
    if first == match.start("x"):
        return bool(_FRACTION_LISTED.search(before) and _PERCENT_FOLLOWS.match(text, last + 1))
    return bool(_PERCENT_LISTED.search(before) and _FRACTION_FOLLOWS.match(text, match.start("n") + 1))


#: `(24% of all)`, `(79% attendance)`: a percentage with a whole of its own.
_OF_ANOTHER = re.compile(
    r" of (?!them|these|those)| (?!of |in |and |or |vs?\.? |versus )[a-z]{3,}[^,;]*[)\]]"
)
_OF_MORE = re.compile(
    rf" ?[)\]]? (?:of (?:the |all |these )?{COUNT}|[^{FIGURE}.;()]{{0,60}}\([nN] ?= ?{COUNT}\))"
)
#: "12 and 14 of 100 (26%)": the sum of both.
_ADDED = re.compile(rf"{COUNT}(?: ?[+&] ?| (?:and|or|plus) )\Z")


def _is_sure(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether nothing around a count says that its percentage may be of another total, or of more than it."""
    text, first, percent = folded.text, match.start("x"), match.start("percent")
    few = int(as_digits(folded.figure(match.start("n")).text)) <= _CLASSES
    if few or _ADDED.search(text, max(0, first - 12), first) or _is_rough_or_of_the_rest(folded, match):
        return False
    if first > percent:
        return True
    more = match.start("n") < percent and _OF_MORE.match(text, percent + 1)
    return not (_OF_ANOTHER.match(text, percent + 1) or more or _is_of_outer_total(folded, match))


def _is_rough_or_of_the_rest(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether words round a percentage, or make it that of the participants who are not counted."""
    text, at = folded.text, match.start("percent")
    x, n = (int(as_digits(folded.figure(match.start(name)).text)) for name in ("x", "n"))
    printed, share = float(folded.figure(at).text.rstrip("%")), 100 * x / n
    rough = _ROUGH_PERCENT.search(text, max(0, at - 20), at)
    if rough:
        bounded = share >= printed if rough["above"] else share <= printed if rough["below"] else True
        if bounded and printed % (5 if rough["round"] else 1) == 0:
            return True
    rest = abs(100 - share - printed) <= _APART / 2
    return rest and bool(_REST.search(text, max(0, match.start() - 80), match.end()))


#: "1/3 of them (30%)", "ASA 1/2 (80%)": a fraction said roughly, or classes.
_CLASSES = 5
#: Percentage points further from the share of its own denominator than any slip of rounding is.
_APART = 1.0
_OUTER = 200


def _is_of_outer_total(folded: Skeleton, match: re.Match[str]) -> bool:
    """Whether a percentage is that of a total earlier in its sentence: `of 45 infants …, 4 of 9 (9%)`."""
    first = match.start("x")
    x, n = (int(as_digits(folded.figure(match.start(name)).text)) for name in ("x", "n"))
    percent = float(folded.figure(match.start("percent")).text.rstrip("%"))
    if abs(100 * x / n - percent) <= _APART:
        return False
    start = max(0, first - _OUTER)
    start += len(folded.text[start:first]) - len(SENTENCE_END.split(folded.text[start:first])[-1])
    totals = (as_digits(figure.text) for figure in folded.between(start, first))
    return any(
        abs(100 * x / int(total) - percent) <= _APART / 2
        for total in totals
        if total.isdigit() and int(total) >= max(1, x)
    )


def _is_share(folded: Skeleton, match: re.Match[str], x: Figure, n: Figure) -> bool:
    """Whether two numbers are a count and its denominator: no grades, acuities, years."""
    whole = [as_digits(figure.text) for figure in (x, n)]
    if not all(text.isdigit() for text in whole) or int(whole[1]) <= 0:
        return False
    first = match.start("x")
    for place in (match.start("x"), match.start("n")):
        if _GRADE.search(folded.text, max(0, place - 20), place):
            return False
    if int(whole[1]) in _YEARS and _OF_TIME.search(
        folded.text, max(0, match.start("n") - 12), match.start("n")
    ):
        return False
    return whole[0] not in ("6", "20") or not _OF_SIGHT.search(
        folded.text, max(0, first - 60), match.end() + 30
    )


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
            yield _compared(folded, first, second, match)


def _compared(folded: Skeleton, first: Proportion, second: Proportion, match: re.Match[str]) -> Comparison:
    return Comparison(
        first, second, folded.figure(match.start("p")), (match["test"] or "").strip(" ,;:") or None
    )


def counts_compared(folded: Skeleton, taken: frozenset[int]) -> Iterator[Comparison]:
    """Two counts over their denominators without percentages, and the p-value right after them."""
    for match in _COUNTS.finditer(folded.text) if P in folded.text else ():
        x, n, x2, n2 = (folded.figure(match.start(name)) for name in ("x", "n", "x2", "n2"))
        then = _THEN_P.match(folded.text, match.end())
        if then is None or {x.start, x2.start} & taken:
            continue
        if _is_share(folded, match, x, n) and _within(x, n) and _within(x2, n2):
            yield _compared(folded, Proportion(x, n, None), Proportion(x2, n2, None), then)


def _within(x: Figure, n: Figure) -> bool:
    whole = [as_digits(figure.text) for figure in (x, n)]
    return all(text.isdigit() for text in whole) and int(whole[0]) <= int(whole[1])
