"""What words around a count, its denominator and a percentage make of them: an estimate, one of a list, a doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits, last_digit
from msc_evidence.reading.groups.effect_words import SENTENCE_END
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, PERCENT, Skeleton

Match = re.Match[str]

#: Between a count and its denominator: `/`, `of`, `out of the`.
OF = r"(?: ?/ ?| (?:out )?of (?:(?:the|an?|all|these|those|our|possible|total|eligible|remaining|first|of) ){0,5})"
#: A percentage; followed by "CI" it is a level, by "power" a chance.
SHARE = (
    rf"{PERCENT}(?![- ]?(?:CI|C\.I|[Cc]onfidence|[Cc]redible|power|reduction|increase|decrease|lower|higher))"
)
#: "12/100 person-years": no people.
TIME_AT_RISK = re.compile(
    r"[ -]?(?:person|patient|wom[ae]n|child|follow-?up|catheter|device|bed|observation)"
    r"[- ]?(?:years?|months?|days?|weeks?)"
)
#: "Grade 3/4 events", "a score of 1, 19 (26%)": no count over a denominator.
_GRADE = re.compile(
    r"(?:grades?|phases?|stages?|types?|class(?:es)?|categor(?:y|ies)|levels?|scores?|ratings?|Apgar|VAS|NRS|HPV"
    r"|dose|ratios?|pressures?|BP)"
    r"(?: of| was| were| at| ≥| >)? ?\Z",
    re.IGNORECASE,
)
_OF_SIGHT = re.compile(r"acuit|(?<!\w)vision|Snellen|(?<!\w)(?:BC)?VA(?!\w)|logMAR", re.IGNORECASE)
_OF_TIME = re.compile(
    r"(?:in|since|during|until|by|from|to|through|year|season|and|-|January|February|March|April|May|June|July|August"
    r"|September|October|November|December) ?\Z"
)
_YEARS = range(1900, 2101)
#: "10/20 mg (48%)", "90/140 mm Hg".
_UNIT = re.compile(
    r" ?(?:mg|µg|μg|mcg|ng|g|kg|IU|U|ml|mL|mm|cm|mm ?Hg|mmHg|h|hrs?|hours?|min|minutes?|Gy|Hz|kcal|mmol)(?![\w/])"
)
#: "Male/female 30/70 (30%)", "FEV1/FVC 60/80 (40%)": parts set against each other, or doses of two drugs.
_OF_PARTS = re.compile(r"(?<![\w/])[^\W\d_]\w*/[^\W\d_]\w*[)\]]?[:=,]?(?: (?:ratio|was|were|of|is|=))* ?\Z")
#: What one participant has several of: "6 of 8 sessions (79%)" is the mean of many.
_OF_ONE = re.compile(
    r" ?(?:[a-zA-Z-]+ ){0,3}(?:items?|visits|sessions|appointments|questions|answers|points|doses|tablets|pills|modules"
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
    r"|withdr\w+|dropp\w+|absen\w+|free|surviv\w*|alive|died|dead|deaths?|relaps\w*|recurr\w*)(?!\w)|n't",
    re.IGNORECASE,
)
#: "Between 20 and 30% (75/300)": the second of two.
_OF_TWO = re.compile(rf"{PERCENT}(?:,? (?:and|to|or) )\Z")
_OUT_OF = re.compile(rf"{COUNT} (?:out of|in|of every) ?{COUNT}?")
_SPEECH = 10
_ESTIMATED = re.compile(
    r"(?:actuarial|Kaplan|estimated|cumulative|weight(?:ed|ing)|standardi[sz]ed|adjusted|imput)[^.]*\Z",
    re.IGNORECASE,
)

_ESTIMATED_BEHIND = re.compile(
    rf".?[^{FIGURE}.()\[\]]{{0,40}}?(?:(?<!\w)actuarial|Kaplan|weighted(?!\w)|standardi[sz]ed|[a-z]-adjusted|imputed)"
    rf"[^{FIGURE}.()\[\]]{{0,40}}[)\]]"
)


def is_estimated(folded: Skeleton, match: Match) -> bool:
    """Whether a percentage is a model's, an average of participants, or the roundly said share made exact."""
    text, first, whole = folded.text, match.start("x"), match.start("n")
    if _ESTIMATED.search(text, max(0, match.start() - 160), match.start()):
        return True
    # "24.1% (112 of 410; design-adjusted)"
    if _ESTIMATED_BEHIND.match(text, match.end() - 1):
        return True
    if _OF_ONE.match(text, whole + 1) or _AVERAGED.search(text, max(0, match.start() - 80), match.start()):
        return True
    few = int(as_digits(folded.figure(whole).text)) <= _SPEECH
    spoken = folded.figure(first).text.isalpha() and _OUT_OF.match(text, first)
    return few and bool(spoken or _ROUGHLY.search(text, max(0, first - 20), first))


_AND = r"(?: ?[,;]| ?/| (?:vs?\.?|versus|and|or|to|against|compared (?:with|to)))"
_THEN = rf"{_AND}[^{FIGURE}.]{{0,40}}"
_FRACTION_LISTED = re.compile(
    rf"{COUNT}{OF}{COUNT}(?:[^{FIGURE}.]{{0,40}}{_THEN}|[^{FIGURE}.;()\[\]]{{0,60}})\Z"
)
_PERCENT_LISTED = re.compile(rf"{PERCENT}[^{FIGURE}.]{{0,40}}{_THEN}\Z")
_PERCENT_FOLLOWS = re.compile(rf"[^{FIGURE}.]{{0,40}}{_THEN}{PERCENT}")
_FRACTION_FOLLOWS = re.compile(rf"[^{FIGURE}.()]{{0,40}}{_THEN}{COUNT}{OF}{COUNT}")
_LIST = 100


def is_one_of_a_list(text: str, match: Match) -> bool:
    """Whether counts and percentages are listed apart, `15/60 v 30/60 (25% v 50%)`: neighbours are no pair there."""
    first, last = sorted((match.start("x"), match.start("percent")))
    before = text[max(0, first - _LIST) : first]
    if first == match.start("x"):
        return bool(_FRACTION_LISTED.search(before) and _PERCENT_FOLLOWS.match(text, last + 1))
    return bool(_PERCENT_LISTED.search(before) and _FRACTION_FOLLOWS.match(text, match.start("n") + 1))


#: `(24% of all)`, `(79% attendance)`: a percentage with a whole of its own.
_OF_ANOTHER = re.compile(
    r" of (?!(?:them|these|those)(?! [a-z]))"
    r"| (?!of |in |and |or |vs?\.? |versus |compared |against |for |with |at |on )[a-z]{3,}"
)
_OF_MORE = re.compile(
    rf" ?[)\]]? (?:of (?:the |all |these )?{COUNT}|[^{FIGURE}.;()]{{0,60}}\([nN] ?= ?{COUNT}\))"
)
#: "12 and 14 of 100 (26%)": the sum of both.
_ADDED = re.compile(rf"{COUNT}(?: ?[+&] ?| (?:and|or|plus) )\Z")


def is_sure(folded: Skeleton, match: Match) -> bool:
    """Whether nothing around a count says that its percentage may be of another total, or of more than it.

    A percentage near the share of the count is meant to be it, whatever stands around.
    """
    first, percent = match.start("x"), match.start("percent")
    x, n, printed = _numbers(folded, match)
    averaged = first < percent and _OF_ONE.match(folded.text, percent + 2)
    if n <= _CLASSES or averaged or _is_rough_or_of_the_rest(folded, match):
        return False
    if abs(100 * x / n - printed) <= _APART:
        return True
    # "Men and women 30/70 (30%)" is a share of both.
    return abs(100 * x / (x + n) - printed) > _APART / 2 and not _is_of_more(folded, match)


def fits(x: int, n: int, percent: str) -> bool:
    """Whether a percentage is that of a count and its denominator, rounded or cut off.

    >>> fits(24, 146, "16.4%"), fits(24, 146, "16.5%"), fits(122, 146, "83.5%")
    (True, False, True)
    """
    printed = percent.rstrip("%")
    if n <= 0 or not printed.replace(".", "", 1).isdigit():
        return False
    share = 100 * x / n, float(printed), last_digit(printed)
    return is_rounded(*share) or is_cut_off(*share)


def is_rounded(share: float, printed: float, unit: float) -> bool:
    """Whether a share is printed so, rounded to a unit."""
    return abs(share - printed) <= unit / 2 + _TINY


def is_cut_off(share: float, printed: float, unit: float) -> bool:
    """Whether a share is printed so, cut off at a unit."""
    return -_TINY <= share - printed < unit


#: What counting in binary fractions may leave.
_TINY = 1e-9


def shares_of_wholes(folded: Skeleton, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Every number of a stretch that has a percentage behind it, `17 infants (4.0%)`, and that percentage."""
    for match in _WITH_SHARE.finditer(folded.text, start, end):
        share = folded.figure(match.start("percent")).text.rstrip("%")
        if share[0].isdigit():
            yield as_digits(folded.figure(match.start("x")).text), share


def counted_shares(folded: Skeleton) -> Iterator[tuple[int, str]]:
    """Every count with its percentage, whether its denominator stands between them or not: `69 cases (34.2%)`."""
    for match in _COUNTED_SHARE.finditer(folded.text):
        count = as_digits(folded.figure(match.start("x")).text)
        share = folded.figure(match.start("percent")).text.rstrip("%")
        if count.isdigit() and share[0].isdigit():
            yield int(count), share


def is_of_outer_share(x: int, n: int, percent: str, shares: Iterable[str]) -> bool:
    """Whether a count's percentage is of the whole that its denominator has one of these percentages of.

    `17 (4.0%) were infected; of these 17, 12 (2.8%) before birth`

    >>> is_of_outer_share(12, 17, "2.8%", ["4.0"]), is_of_outer_share(12, 17, "3.8%", ["4.0"])
    (True, False)
    """
    printed = float(percent.rstrip("%"))
    if abs(100 * x / n - printed) <= _APART:
        return False
    return any(abs(x / n * float(share) - printed) <= last_digit(share) for share in shares)


_WITH_SHARE = re.compile(rf"(?P<x>{COUNT})[^{FIGURE}.,;()\[\]]{{0,40}}[(\[] ?(?P<percent>{PERCENT})")

_COUNTED_SHARE = re.compile(
    rf"(?P<x>{COUNT})(?:(?:/| of (?:the )?){COUNT})?[^{FIGURE}.,;()\[\]]{{0,40}}[(\[] ?(?P<percent>{PERCENT})"
)


def _numbers(folded: Skeleton, match: Match) -> tuple[int, int, float]:
    """Count, denominator and percentage."""
    x, n = (int(as_digits(folded.figure(match.start(name)).text)) for name in ("x", "n"))
    return x, n, float(folded.figure(match.start("percent")).text.rstrip("%"))


def _is_of_more(folded: Skeleton, match: Match) -> bool:
    """Whether words give a percentage a whole of its own, or more is counted than the count beside it."""
    text, first, percent = folded.text, match.start("x"), match.start("percent")
    if _ADDED.search(text, max(0, first - 12), first):
        return True
    if first > percent:
        return False
    more = match.start("n") < percent and _OF_MORE.match(text, percent + 1)
    return bool(_OF_ANOTHER.match(text, percent + 1) or more or _is_of_outer_total(folded, match))


def _is_rough_or_of_the_rest(folded: Skeleton, match: Match) -> bool:
    """Whether words round a percentage, or make it that of the participants who are not counted."""
    text, at = folded.text, match.start("percent")
    x, n, printed = _numbers(folded, match)
    share = 100 * x / n
    rough = _ROUGH_PERCENT.search(text, max(0, at - 20), at)
    if rough:
        bounded = share >= printed if rough["above"] else share <= printed if rough["below"] else True
        if bounded and printed % (5 if rough["round"] else 1) == 0:
            return True
    if at < match.start("x") and _OF_TWO.search(text, max(0, at - 7), at):
        return True
    rest = abs(100 - share - printed) <= _APART / 2
    return rest and bool(_REST.search(text, max(0, match.start() - 80), match.end()))


#: "1/3 of them (30%)", "ASA 1/2 (80%)": a fraction said roughly, or classes.
_CLASSES = 5
#: Percentage points further from the share of its own denominator than any slip of rounding is.
_APART = 1.0
_OUTER = 200


def _is_of_outer_total(folded: Skeleton, match: Match) -> bool:
    """Whether a percentage is that of a total earlier in its sentence: `of 45 infants …, 4 of 9 (9%)`."""
    first, (x, _, percent) = match.start("x"), _numbers(folded, match)
    start = max(0, first - _OUTER)
    start += len(folded.text[start:first]) - len(SENTENCE_END.split(folded.text[start:first])[-1])
    totals = (as_digits(figure.text) for figure in folded.between(start, first))
    return any(
        abs(100 * x / int(total) - percent) <= _APART / 2
        for total in totals
        if total.isdigit() and int(total) >= max(1, x)
    )


def _is_of_parts(folded: Skeleton, match: Match) -> bool:
    """Whether two numbers are doses, pressures, years or parts set against each other; never beside their share."""
    text, first, whole = folded.text, match.start("x"), match.start("n")
    if "percent" in match.groupdict():
        x, n, printed = _numbers(folded, match)
        if abs(100 * x / n - printed) <= _APART:
            return False
        if x in _YEARS and n in _YEARS:
            return True
    return bool(_UNIT.match(text, whole + 1) or _OF_PARTS.search(text, max(0, first - 40), first))


#: "One in five", "one in every three", "every second".
_IN_BEHIND = re.compile(rf" in (?:every )?{COUNT}")
_IN_BEFORE = re.compile(rf"{COUNT} in (?:every )?\Z")


def is_spoken_ratio(folded: Skeleton, place: int) -> bool:
    """Whether a number word is one of a ratio, `one in five`, which counts nobody."""
    if not folded.figure(place).text.isalpha():
        return False
    behind = _IN_BEHIND.match(folded.text, place + 1)
    before = _IN_BEFORE.search(folded.text, max(0, place - 12), place)
    other = behind.end() - 1 if behind else place - len(before[0]) if before else None
    return other is not None and folded.figure(other).text.isalpha()


def is_share(folded: Skeleton, match: Match, x: Figure, n: Figure) -> bool:
    """Whether two numbers are a count and its denominator: no grades, acuities, years, doses, ratios."""
    whole = [as_digits(figure.text) for figure in (x, n)]
    if not all(text.isdigit() for text in whole) or int(whole[1]) <= 0:
        return False
    first = match.start("x")
    if is_spoken_ratio(folded, first):
        return False
    for place in (match.start("x"), match.start("n")):
        if _GRADE.search(folded.text, max(0, place - 20), place):
            return False
    if _is_of_parts(folded, match):
        return False
    if int(whole[1]) in _YEARS and _OF_TIME.search(
        folded.text, max(0, match.start("n") - 12), match.start("n")
    ):
        return False
    return whole[0] not in ("6", "20") or not _OF_SIGHT.search(
        folded.text, max(0, first - 60), match.end() + 30
    )
