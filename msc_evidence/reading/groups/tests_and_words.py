"""Groups about a p-value: test statistics, words of significance, p-values paired with times."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.groups.effect_words import SENTENCE_END
from msc_evidence.reading.groups.shapes import (
    FIGURE,
    IN_CLAUSE,
    NUMBER,
    RANGE,
    TIME,
    P,
    Series,
    Skeleton,
    StatisticGroup,
    Wording,
)

#: The letters of a statistic → its kind. Those with degrees of freedom of their own need them to be recomputed.
KINDS = (
    ("t", r"t"),
    ("F", r"F"),
    ("chi2", r"(?:χ|[Cc]hi|X)[ -]?(?:\^?2|squared?|sq|²)"),
    ("r", r"r"),
    ("z", r"[zZ]"),
    ("Q", r"Q"),
)
LETTERS = "|".join(f"(?P<{kind}>{letters})" for kind, letters in KINDS)
_DF = r"(?:df|d\.f\.|degrees? of freedom)"
_STATISTIC = re.compile(
    rf"(?<![\w=/])(?:{LETTERS})(?:[- ](?:value|test|score|statistic))?"
    rf"(?: ?(?:[(\[]|(?P<spaced>{{)) ?(?:df ?= ?)?(?P<df>{NUMBER})(?: ?[,;] ?(?:(?P<df2>{NUMBER})|[nN] ?= ?{NUMBER}))?"
    rf"(?: ?{_DF})? ?[)\]}}])?"
    rf"(?: ?[=:] ?| of | was )(?P<value>{NUMBER})"
    rf"(?:[ ,;]*[(\[]?{_DF} ?=? ?(?P<after>{NUMBER})(?: ?, ?(?P<after2>{NUMBER}))?[)\]]?"
    # "= 0.9 with 1 df", "= 5.4 (1 df)"
    rf"|[ ,;]*[(\[]?(?:with |on )?(?P<first>{NUMBER})(?:(?: ?, ?| and )(?P<second>{NUMBER}))?[- ]?{_DF}[)\]]?)?"
    rf"[ ,;(\[]*(?:and |with )?(?:(?:two-(?:sided|tailed)) )?(?P<p>{P})"
)
#: One-sided, corrected, or of a test whose p need not be that of its statistic: nothing to recompute.
_ANOTHER_P = re.compile(
    r"one[- ](?:sided|tailed)|(?<!un)corrected|(?<!un)adjusted|bonferroni|z[- ]score|Wilcox|MWU|permut"
    r"|(?<!\w)(?:Mann|rank|exact)|(?:length|height|weight|age|BMI|density) z(?!\w)",
    re.IGNORECASE,
)
#: What says of "t 11 = 5.4" that it is a statistic with its degrees of freedom.
_T_TEST = re.compile(r"(?<!\w)t[- ]?tests?(?!\w)|Student|[tT]-?statistic")
_NEEDS = {"t": 1, "F": 2, "chi2": 1, "r": 1, "z": 0, "Q": 1}


def statistic_groups(folded: Skeleton) -> Iterator[StatisticGroup]:
    """Every test statistic with all its degrees of freedom and a p-value beside it, in reading order."""
    says_t = "t{" in folded.text and _T_TEST.search(folded.text) is not None
    for match in _statistics(folded.text) if P in folded.text else ():
        kind = match.lastgroup and next(name for name, _ in KINDS if match[name])
        names = [name for name in ("df", "df2", "after", "after2", "first", "second") if match[name]]
        if kind is None or len(names) != _NEEDS[kind] or _ANOTHER_P.search(_around(folded.text, match)):
            continue
        dfs = tuple(folded.figure(match.start(name)) for name in names)
        figures = (folded.figure(match.start("value")), *dfs)
        if all(re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", figure.text) for figure in figures):
            p = folded.figure(match.start("p"))
            sure = not (_follows_another(folded.text, match.start()) or _has_led(folded.text, match))
            sure = sure and (not match["spaced"] or says_t)
            yield StatisticGroup(kind, figures[0], dfs, p, sure)


#: A letter of a statistic with what may follow it, found without a try at every other character.
_LETTER = re.compile(
    r"[tFrzZQCcχX](?<![\w=/].)(?:(?<=[tFrzZQ])(?=[- (\[{=:])|(?<=[Cc])(?=hi)|(?<=[χX])(?=[- ^2s²]))"
)


def _statistics(text: str) -> Iterator[re.Match[str]]:
    """Every statistic with its p, in reading order."""
    end = 0
    for letter in _LETTER.finditer(text):
        if letter.start() >= end and (match := _STATISTIC.match(text, letter.start())):
            end = match.end()
            yield match


#: Another statistic, or an interval, to which the next p may belong as well.
_ANOTHER = re.compile(
    rf"(?<![\w=/])(?:{LETTERS})[^{FIGURE}]{{0,8}}(?:{NUMBER}[^{FIGURE}]{{0,4}}){{0,2}}= ?{NUMBER}|{RANGE}"
)
_CLOSE = 80


def _follows_another(text: str, place: int) -> bool:
    """Whether a statistic stands before this one without a p of its own: `(χ2 = 3.36; z = 1.76, p = 0.07)`."""
    before = SENTENCE_END.split(text[max(0, place - _CLOSE) : place])[-1].rpartition(P)[2]
    opened = max(before.rfind("("), before.rfind("["))
    inside = opened > max(before.rfind(")"), before.rfind("]"))
    return bool(_ANOTHER.search(before, opened + 1 if inside else 0))


def _has_led(text: str, match: re.Match[str]) -> bool:
    """Whether the p of a statistic stands before it, `p = .04, t(58) = 2.1; p = .5, …`, and the next is another's."""
    return text[: match.start()].endswith((f"{P}, ", f"{P}; ", f"{P},")) and ";" in match[0]


def _around(text: str, match: re.Match[str]) -> str:
    """The clause of a match, where a correction or a side would be named."""
    return (
        re.split(rf"[.;{FIGURE}]", text[max(0, match.start() - 60) : match.start()])[-1]
        + match[0]
        + re.split(r"[.;]", text[match.end() : match.end() + 25])[0]
    )


_BEFORE = re.compile(rf"{IN_CLAUSE}{{0,80}}\Z")
#: "No significant (p < 0.05) differences": the level that was asked for.
_NOUN = (
    r"(?<=nt \(\ue005\) )(?:[a-z]{3,20} )?(?:difference|effect|change|association|correlation|interaction)"
)
_SIGNIFICANT = re.compile(
    rf"significan(?:tly|t|ce(?! of))(?!\w)(?P<after>{IN_CLAUSE}{{0,60}}) ?[(\[,] ?(?P<p>{P})(?! ?(?:,|and|to |for ))"
    rf"(?! ?(?:was |is |were |un|level|after|before|considered|taken|[)\]] (?:was|were) not|[)\]] {_NOUN}))"
)
_PREFIX = re.compile(r"(?:(?P<negated>non|in)-?|(?<!\w))\Z", re.IGNORECASE)
#: Words that make of "significant" anything else than a plain statement about this p.
HEDGES = (
    r"no|not|nor|non|neither|without|never|hardly|didn't|un|cannot|lack(?:ed|s|ing)?|fail(?:ed|s|ing|ure)?|nearly"
    r"|almost|borderline|marginal(?:ly)?|towards?|trend(?:ed|ing)?|tend(?:ed|ency|s)?|approach(?:ed|ing)?|close to"
    r"|near|clinical(?:ly)?|except|but|although|while|whereas|only|reach(?:ed)?|than|level|threshold"
    r"|none|nothing|few|fewer|little|nobody|rarely|absence|if|whether|unless|would|should|could|considered|regarded"
    r"|deemed|defined|set|taken|cut-?off|criteri(?:on|a)|assumed|any|follow(?:ed|s|ing)?|then|lost|disappear(?:ed|s|ing)?"
    r"|longer|correct(?:ed|ion|ing)|adjust(?:ed|ment|ing)|unadjusted|Bonferroni|Holm"
)
_NOT = re.compile(rf"(?<!\w)(?:{HEDGES})(?!\w)", re.IGNORECASE)
#: Earlier in the sentence, whatever stands between.
_NONE = re.compile(r"(?<!\w)(?:[nN]one|[nN]either|[fF]ew|[nN]othing|[nN]or)(?!\w)[^.?!]*\Z")
_PLAIN_NOT = re.compile(
    r"(?<!\w)(?:no|not)(?: statistical(?:ly)?| any| a)?(?: statistical(?:ly)?)? ?\Z", re.IGNORECASE
)


def wording_groups(folded: Skeleton) -> Iterator[Wording]:
    """Every p-value that the clause before it calls significant, or not; silent where the clause says anything else."""
    for match in _SIGNIFICANT.finditer(folded.text):
        clause = _BEFORE.search(folded.text, max(0, match.start() - 80), match.start())
        prefix = _PREFIX.search(clause[0]) if clause else None
        if clause is None or prefix is None or _NOT.search(match["after"]):
            continue
        before = clause[0][: prefix.start()]
        if _NONE.search(folded.text, max(0, match.start() - 200), match.start()):
            continue
        negated = _PLAIN_NOT.search(before)
        rest = before[: negated.start()] if negated else before
        if not _NOT.search(rest):
            yield Wording(not (negated or prefix["negated"]), folded.figure(match.start("p")))


_PS = rf"(?P<p>{P}(?:(?:, ?(?:and )?| and ){P}){{1,9}})"
_TIMES = rf"(?P<t>{TIME}(?:-?(?:, ?(?:and )?| and ){TIME}){{1,9}})"
_BETWEEN = rf"[^{FIGURE}.;]{{0,25}}"
_FORMS = tuple(
    re.compile(rf"{form}{_BETWEEN}respectively")
    for form in (rf"{_PS}{_BETWEEN}{_TIMES}", rf"{_TIMES}[^{FIGURE}.;]{{0,60}}{_PS}")
)


def series_groups(folded: Skeleton) -> Iterator[Series]:
    """Every list of p-values with as many times, which "respectively" pairs off."""
    if "respectively" not in folded.text:
        return
    for form in _FORMS:
        for match in form.finditer(folded.text):
            ps, times = (folded.between(*match.span(name)) for name in ("p", "t"))
            if len(ps) == len(times):
                yield Series(tuple(ps), tuple(times))
