"""What the words directly beside a figure say it is: a share, a size, a statistic, an estimate, a dose, a spread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.effect_words import CI, measure_of
from msc_evidence.reading.groups.people import PEOPLE
from msc_evidence.reading.groups.shapes import FIGURE, PERCENT, RANGE, TIME, P, Skeleton
from msc_evidence.reading.groups.tests_and_words import KINDS, LETTERS
from msc_evidence.reading.kinds import (
    ENDS,
    GAP,
    SINGLE,
    UNIT,
    VALUE,
    Cluster,
    Named,
    alone,
    clause,
    ends,
    is_whole,
    named,
    stretch,
)
from msc_evidence.reading.sample_sizes import sample_sizes

#: "P values ranged from 0.02 to 0.04"
_P_ENDS = re.compile(
    rf"(?<![^\W_])[pP](?:s|[- ]?values?)?,? (?:(?:was|were|is|are) )?(?:rang(?:ed|ing|e) )?(?:from |between )"
    rf"{ENDS.replace('to |', 'to | and |')}"
)
#: "P (one-sided) = .03"
_P_SIDED = re.compile(
    rf"(?<![^\W_])[pP](?:[- ]values?)? ?[(\[](?P<sides>one|two)[- ](?:sided|tailed)[)\]] ?=? ?(?P<p>{SINGLE})"
)
_FRACTION = re.compile(
    rf"(?<![{FIGURE}/])(?<![{FIGURE}] )(?P<x>{SINGLE}) ?(?P<slash>/) ?(?P<n>{SINGLE})(?![/\w{FIGURE}]| ?/| [{FIGURE}])"
)
_OF_PEOPLE = re.compile(
    rf"(?P<x>{SINGLE}) (?:out )?of (?:the |a total of |all )?(?P<n>{SINGLE})(?: [a-z-]+){{0,3}} {PEOPLE}(?!\w)"
)
#: Fractions of everyday speech: two thirds, a quarter.
_LEAST_WHOLE = 6
_NOT_PEOPLE = re.compile(r"(?<!\w)vision|acuity|mm ?Hg|Snellen", re.IGNORECASE)
_UNIT_AFTER = re.compile(r" ?(?:mg|mcg|µg|μg|g|ml|IU)(?!\w)", re.IGNORECASE)
_SHARE = re.compile(
    rf"(?P<x>{SINGLE})(?: {PEOPLE}|(?: (?!feet|points|minutes|seconds|times)[a-z-]{{3,20}}){{1,2}})?"
    rf" ?[(\[] ?(?P<percent>{PERCENT})(?=[)\];,])(?![;,][^)\]]*{CI})"
)
_SHARE_OF = re.compile(rf"(?P<percent>{PERCENT}) ?[(\[,;] ?[nN] ?= ?(?P<x>{SINGLE})(?=[)\];,])")
_N_SHARE = re.compile(rf"[(\[][nN] ?= ?(?P<x>{SINGLE})[,;:] ?(?P<percent>{PERCENT})(?=[)\];,])")
_STATISTIC = re.compile(
    rf"(?<![\w=/])(?:{LETTERS})(?:[- ](?:value|test|score|statistic))?"
    rf"(?: ?[(\[{{] ?(?:df ?= ?)?(?P<df>{SINGLE})(?: ?[,;] ?(?P<df2>{SINGLE}))? ?[)\]}}])?"
    rf" ?[=:] ?(?P<value>{SINGLE})(?:[ ,;]*(?:df|d\.f\.|degrees of freedom) ?=? ?(?P<after>{SINGLE}))?"
)
_LEVEL = re.compile(rf"(?P<level>{PERCENT})[- ]?(?:two-sided )?{CI}")
_INTERVAL = re.compile(rf"{CI}(?:[ ,:=]*(?:(?:of|was|were|is|from|between|ranged from) )?)[(\[]? ?{ENDS}")
_ESTIMATE = re.compile(
    rf"(?<!\w)(?:[aA]dj(?:usted|\.)? ?)?(?P<name>[acms]?(?:OR|HR|RR|IRR)|S?MD|WMD|RD|ARD|β(?= ?=)"
    rf"|(?i:(?:odds|hazards?|risk|rate) ratio|relative risk|(?:standardi[sz]ed )?mean difference|risk difference))"
    rf"(?: ?[(\[][a-zA-Z]{{1,5}}[)\]])?(?: ?[=:,] ?| of | was | is | )(?P<estimate>{SINGLE})(?!-| ?/ ?{SINGLE})"
)
_DOSE = re.compile(
    rf"(?P<dose>{SINGLE}) ?(?:(?:mg|µg|μg|mcg|g|ml|mL|IU|U|units?|cells)(?:/| per )(?:kg|day|d|dose|m\^?2)(?!\w)"
    rf"|(?:mg|µg|μg|mcg|IU)(?: (?:once|twice|daily|weekly|orally|intravenous|per day|b\.?i\.?d|t\.?i\.?d|q\.?d))(?!\w))"
)
_MOTIVE = re.compile(
    r"(?P<x>trend|interaction|heterogeneity)|(?P<one>one[- ](?:sided|tailed))", re.IGNORECASE
)


def direct(folded: Skeleton) -> Iterator[Cluster]:
    """Every figure with what stands beside it; a figure may occur in several, the first counts."""
    yield from _p_values(folded)
    yield from _shares(folded)
    yield from _statistics(folded)
    yield from chain(alone(folded, _DOSE, "dose", "dose"), _estimates(folded), _intervals(folded))
    yield from sample_sizes(folded)


def _p_values(folded: Skeleton) -> Iterator[Cluster]:
    for match in _P_ENDS.finditer(folded.text):
        yield (ends(folded, match, "p"),)
    for match in _P_SIDED.finditer(folded.text):
        yield (named(folded, match, "p", "p", f"{match['sides']}-sided"),)


def motive(text: str, start: int, end: int) -> str:
    """What a p-value is for where its own words say so: `trend`, `interaction`, `one-sided`; else "".

    >>> motive("P for trend = .03", 0, 17), motive("one-sided P = .03", 10, 17), motive("P = .03", 0, 7)
    ('trend', 'one-sided', '')
    """
    around = text[start:end]
    after = re.match(
        r" ?[(\[,]? ?(?:for )?(one[- ](?:sided|tailed)|trend|interaction|heterogeneity)", text[end:]
    )
    before = re.search(r"(one[- ](?:sided|tailed)) \Z", text[max(0, start - 12) : start], re.IGNORECASE)
    found = _MOTIVE.search(around) or _MOTIVE.search((after or before or [""])[0])
    if not found:
        return ""
    return "one-sided" if found["one"] else found[0].casefold()


def _shares(folded: Skeleton) -> Iterator[Cluster]:
    for pattern in (_FRACTION, _OF_PEOPLE):
        for match in pattern.finditer(folded.text):
            x, n = folded.figure(match.start("x")), folded.figure(match.start("n"))
            if _is_fraction(x, n) and not _measured(folded.text, match.end()):
                yield Named("count", (x,)), Named("denominator", (n,))
    for pattern in (_SHARE, _SHARE_OF, _N_SHARE):
        for match in pattern.finditer(folded.text):
            if is_whole(folded.figure(match.start("x"))):
                yield named(folded, match, "x", "count"), named(folded, match, "percent", "percent")


def _is_fraction(x: Figure, n: Figure) -> bool:
    if not (is_whole(x) and is_whole(n)):
        return False
    events, whole = (as_digits(figure.text) for figure in (x, n))
    return (
        events.isdigit()
        and whole.isdigit()
        and int(events) <= int(whole) >= _LEAST_WHOLE
        and not _is_number(n)
    )


def _is_number(n: Figure) -> bool:
    """Whether a denominator is the year of a numbered document: approval 41/2013."""
    return n.text.isdigit() and 1980 <= int(n.text) <= 2040


def _measured(text: str, place: int) -> bool:
    """Whether what follows two numbers says that they are a pressure, an acuity or two doses."""
    return bool(_UNIT_AFTER.match(text, place) or _NOT_PEOPLE.search(text, place, place + 30))


def _statistics(folded: Skeleton) -> Iterator[Cluster]:
    for match in _STATISTIC.finditer(folded.text):
        kind = next(name for name, _ in KINDS if match[name])
        degrees = [named(folded, match, name, "df") for name in ("df", "df2", "after") if match[name]]
        yield (named(folded, match, "value", "statistic", kind), *degrees)


def _estimates(folded: Skeleton) -> Iterator[Cluster]:
    for match in _ESTIMATE.finditer(folded.text):
        measure = measure_of(clause(folded.text, match.start("estimate"), 90))[0]
        if measure:
            yield (named(folded, match, "estimate", "estimate", measure),)


def _intervals(folded: Skeleton) -> Iterator[Cluster]:
    """Levels and intervals that belong to no estimate the text is sure of."""
    levels = {match.end(): match for match in _LEVEL.finditer(folded.text)}
    for match in _INTERVAL.finditer(folded.text):
        end = re.match(CI, match[0])
        level = levels.pop(match.start() + end.end(), None) if end else None
        interval = ends(folded, match, "interval")
        yield (named(folded, level, "level", "level"), interval) if level else (interval,)
    for match in levels.values():
        yield (named(folded, match, "level", "level"),)


_SD = r"(?:S\.?D\.?s?(?!\w)|standard deviations?|s\.d\.|sd(?!\w))"
_SE = r"(?:S\.?E\.?(?:M\.?)?(?!\w)|standard errors?(?: of the mean)?|s\.e\.(?:m\.)?)"
_IQR = r"(?:IQRs?(?!\w)|[Ii]nter-?quartile ranges?(?:,? ?[(\[]?IQR[)\]]?)?|Q1 ?[-–,] ?Q3)"
_RANGE = r"(?:[Rr]ange)"
_SPREADS = rf"(?:(?P<sd>{_SD})|(?P<se>{_SE})|(?P<iqr>{_IQR})|(?P<span>{_RANGE}))"
_KINDS = {"sd": "sd", "se": "se", "iqr": "iqr", "span": "range"}
_CENTRES = re.compile(
    r"(?<!\w)(?:(?P<median>medians?)|(?P<mean>means?|average|LSMs?|M(?= ?=)))(?!\w)", re.IGNORECASE
)

#: `14.8 ± 23.8`, `7.2 (± 0.4)`, `4.34 ± SE .10`.
_PLUS_MINUS = re.compile(
    rf"(?P<value>{VALUE})(?:%|°C?)?{UNIT} ?[(\[]? ?(?:S\.?D\.? ?|S\.?E\.?M?\.? ?)?±"
    rf" ?(?:S\.?D\.? |S\.?E\.?M?\.? )?(?P<spread>{VALUE})"
)
#: `at 90 ± 7 days` is a window around a time.
_WINDOW = re.compile(r"(?<!\w)(?:[aA]t|[oO]n|[eE]very|[aA]fter|[dD]ays?|[wW]eeks?|[mM]onths?) \Z")
_SAYS_SE = re.compile(rf"(?:±|mean [(\[]±?) ?{_SE}")
_SAYS_SD = re.compile(rf"(?:±|mean [(\[]±?) ?{_SD}")

#: `median (IQR)`: what the brackets that follow in the sentence hold.
_HEADING = re.compile(
    rf"(?:(?<!\w)(?:(?i:median|mean|average)s?|LSMs?){GAP}{{0,30}}(?:[(\[][a-zA-Z]{{1,6}}[)\]] ?)?|% ?)"
    rf"[(\[] ?±? ?{_SPREADS} ?[)\]]|(?<!\w)[mM]eans? ± ?(?:(?P<sd2>{_SD})|(?P<se2>{_SE}))"
)
#: `mean (range, SD)`, `mean (SD; 95% CI)`: a spread and the ends of something in the same brackets.
_AND_ENDS = rf"(?:[rR]ange|min(?:imum)?-max(?:imum)?|{PERCENT} ?CI|{_IQR})"
_HEADING_OF_TWO = re.compile(
    rf"(?<!\w)(?i:mean|average)s?{GAP}{{0,30}}[(\[] ?(?:{_AND_ENDS} ?[,;/] ?)?(?:(?P<sd>{_SD})|(?P<se>{_SE}))"
    rf"(?: ?[,;/] ?{_AND_ENDS})? ?[)\]]"
)
_BOTH_ENDS = rf"(?:{RANGE}|{SINGLE}(?: ?[-–] ?| to |, ?){SINGLE})"
_UNDER_TWO = re.compile(
    rf"(?P<value>{VALUE}){UNIT} ?[(\[] ?(?:{_BOTH_ENDS} ?[,;] ?(?P<last>{SINGLE})"
    rf"|(?P<one>{SINGLE}) ?[,;] ?(?:{PERCENT} ?CI:? ?)?{_BOTH_ENDS}) ?[)\]]"
)
_UNDER = re.compile(rf"(?P<value>{VALUE}){UNIT} ?[(\[] ?±? ?(?:{ENDS}|(?P<one>{SINGLE})) ?[)\]]")
_LAST = re.compile(rf" ?(?:[,;] ?{P} ?)?[)\]]?(?:[,;] ?{P})?(?:\.(?: [A-Z]|\Z)|\Z)")
_PASSED = re.compile(rf"[{P}{TIME}]|[(\[] ?[nN] ?= ?{SINGLE} ?[)\]]")
#: `14.8 (SD 23.8)`, `M = 14.8, SD = 23.8`, `5 days [IQR: 3-8]`.
_NAMED = re.compile(
    rf"(?P<value>{VALUE}){UNIT}[ ,;]*[(\[]? ?(?:(?:[rR]ange:? ?)?{RANGE}[,;] ?|(?:with|and)(?: an?)? )?{_SPREADS}"
    rf"[ =:,±]{{0,4}}(?:of |was |from |between )?[(\[]?(?:{ENDS}|(?P<one>{VALUE}))"
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
    yield from chain(_plus_minus(folded), _under_headings(folded), _with_ends(folded), _by_name(folded))
    yield from _in_brackets(folded)
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
        yield from _before_heading(folded, heading)
        last = headings[at + 1].start() if at + 1 < len(headings) else len(folded.text)
        last, reached = stretch(folded.text, heading.end(), last), heading.end()
        for match in _UNDER.finditer(folded.text, heading.end(), last):
            if re.search(rf"[{FIGURE}]", _PASSED.sub("", folded.text[reached : match.start()])):
                break
            reached = match.end()
            yield from _with_spread(folded, match, heading, _heading_word(heading))


def _heading_word(heading: re.Match[str]) -> str:
    """What a heading says it is the spread of; what has an SD is a mean, also of percentages: `% (SD)`."""
    return _centre_word(heading[0]) or ("mean" if heading["sd"] else "")


def _with_ends(folded: Skeleton) -> Iterator[Cluster]:
    """The values after `mean (range, SD)`: what stands in their brackets tells them, whatever stands between."""
    heading = _HEADING_OF_TWO.search(folded.text)
    if heading is None:
        return
    for match in _UNDER_TWO.finditer(folded.text, heading.end()):
        spread = named(folded, match, "last" if match["last"] else "one", "sd" if heading["sd"] else "se")
        yield _centre(folded, match, "mean"), spread


def _before_heading(folded: Skeleton, heading: re.Match[str]) -> Iterator[Cluster]:
    """The values before a heading that ends its sentence: `105.2 (27.0) before and 110.1 (21.2) after, mean (SD)`."""
    if not _LAST.match(folded.text, heading.end()):
        return
    before = folded.text.rfind(". ", max(0, heading.start() - 200), heading.start())
    for match in _UNDER.finditer(folded.text, max(0, before, heading.start() - 200), heading.start()):
        yield from _with_spread(folded, match, heading, _heading_word(heading))


def _by_name(folded: Skeleton) -> Iterator[Cluster]:
    for match in _NAMED.finditer(folded.text):
        word = _centre_word(clause(folded.text, match.start(), 100))
        # What has an SD is a mean; what has an SE, a range or quartiles may be anything.
        word = word or ("mean" if match["sd"] else "")
        yield from _with_spread(folded, match, match, word)


#: `mean scores were 4.6 (2.6), 5.3 (2.6) and 5.9 (2.7)`: what brackets hold where nothing says it.
_ALONE_IN_BRACKETS = re.compile(
    rf"(?P<value>[{SINGLE[1:-1]}{TIME}]){UNIT} ?[(\[] ?(?P<spread>{SINGLE}) ?[)\]]"
)
_OF_MEANS = re.compile(r"(?<!\w)(?:means?|averages?|scores?|change|M)(?!\w)", re.IGNORECASE)
_SAYS_MEAN = re.compile(r"(?<!\w)(?:means?|averages?)(?!\w)", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"median|IQR|(?<!\w)rang|(?<!\w)(?:OR|HR|RR|(?:odds|hazards?|risk|rate|likelihood) ratios?|coefficients?"
    r"|p-?values?|n)(?!\w)",
    re.IGNORECASE,
)
_UNIT_BEHIND = re.compile(
    r" ?(?:k?cal|k?J|[kmµμn]?g|[mdµμ]?[lL]|m?s|min|h|[cm]?m|mm ?Hg|bpm|IU|U|W|N|kPa|[mµμ]?mol|points?|minutes?|hours?"
    r"|seconds?|days?|weeks?|months?|years?|steps)(?![\w])"
)
#: "Table 2 (3)", "day 14 (5)", "n = 12 (3)": numbers that are no value.
_NO_VALUE = re.compile(
    r"(?:n ?=|tables?|fig(?:ures?|\.)|groups?|days?|weeks?|months?|grades?|types?|phase|#) ?\Z", re.IGNORECASE
)


def _in_brackets(folded: Skeleton) -> Iterator[Cluster]:
    """A mean and, in brackets after it, a number with as many decimals, in a sentence of means."""
    heading = _HEADING.search(folded.text)
    declared = heading.end() if heading and _heading_word(heading) == "mean" else len(folded.text)
    for match in _ALONE_IN_BRACKETS.finditer(folded.text):
        value, spread = folded.figure(match.start("value")), folded.figure(match.start("spread"))
        decimals = [len(each.text.partition(" ")[0].partition(".")[2]) for each in (value, spread)]
        before = _STOPS.split(folded.text[max(0, match.start() - _SENTENCE) : match.start()])[-1]
        if decimals[0] != decimals[1] or not _is_of_means(before, said=match.start() > declared):
            continue
        of_mean = _SAYS_MEAN.search(before) and not _NO_VALUE.search(before)
        if decimals[0] or (
            of_mean and (match.start() > declared or _UNIT_BEHIND.match(folded.text, match.end()))
        ):
            yield _centre(folded, match, "mean"), named(folded, match, "spread", "sd")


def _is_of_means(before: str, *, said: bool) -> bool:
    """Whether a sentence speaks of means up to here, and since then of nothing else; or did a heading (`mean (SD)`)."""
    others = [found.end() for found in _OF_OTHERS.finditer(before)]
    if not others:
        return said or _OF_MEANS.search(before) is not None
    means = [found.end() for found in _SAYS_MEAN.finditer(before)]
    return max(means, default=0) > max(others)


_STOPS = re.compile(r"[.?!] (?=[A-Z(\[])")
_SENTENCE = 200


def _with_spread(folded: Skeleton, match: re.Match[str], says: re.Match[str], word: str) -> Iterator[Cluster]:
    named_so = says.groupdict()
    name = next(name for name in _KINDS if named_so.get(name) or named_so.get(f"{name}2"))
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
