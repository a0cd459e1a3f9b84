"""Test statistics with degrees of freedom and p-value: `t(28) = 2.20, p = .036`, `χ2 = 22.2, df = 2, P < .001`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.groups import StatisticGroup
from msc_evidence.reading.skeleton import FIGURE, NUMBER, P, Skeleton

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
_STATISTIC = re.compile(
    rf"(?<![\w=/])(?:{LETTERS})(?:[- ](?:value|test|score|statistic))?"
    rf"(?: ?[(\[] ?(?:df ?= ?)?(?P<df>{NUMBER})(?: ?[,;] ?(?:(?P<df2>{NUMBER})|[nN] ?= ?{NUMBER}))? ?[)\]])?"
    rf" ?[=:] ?(?P<value>{NUMBER})"
    rf"(?:[ ,;]*(?:df|d\.f\.|degrees of freedom) ?=? ?(?P<after>{NUMBER})(?: ?, ?(?P<after2>{NUMBER}))?)?"
    rf"[ ,;]*(?:and |with )?(?:(?:two-(?:sided|tailed)) )?(?P<p>{P})"
)
#: One-sided, corrected, or of a test whose p need not be that of its statistic: nothing to recompute.
_ANOTHER_P = re.compile(
    r"one[- ](?:sided|tailed)|corrected|adjusted|bonferroni|Mann|Wilcox|MWU|rank|permut|(?<!\w)exact",
    re.IGNORECASE,
)
_NEEDS = {"t": 1, "F": 2, "chi2": 1, "r": 1, "z": 0, "Q": 1}


def statistic_groups(folded: Skeleton) -> Iterator[StatisticGroup]:
    """Every test statistic with all its degrees of freedom and a p-value beside it, in reading order."""
    for match in _STATISTIC.finditer(folded.text) if P in folded.text else ():
        kind = match.lastgroup and next(name for name, _ in KINDS if match[name])
        names = [name for name in ("df", "df2", "after", "after2") if match[name]]
        if kind is None or len(names) != _NEEDS[kind] or _ANOTHER_P.search(_around(folded.text, match)):
            continue
        dfs = tuple(folded.figure(match.start(name)) for name in names)
        figures = (folded.figure(match.start("value")), *dfs)
        if all(re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", figure.text) for figure in figures):
            yield StatisticGroup(kind, figures[0], dfs, folded.figure(match.start("p")))


def _around(text: str, match: re.Match[str]) -> str:
    """The clause of a match, where a correction or a side would be named."""
    return (
        re.split(rf"[.;{FIGURE}]", text[max(0, match.start() - 60) : match.start()])[-1]
        + match[0]
        + re.split(r"[.;]", text[match.end() : match.end() + 25])[0]
    )
