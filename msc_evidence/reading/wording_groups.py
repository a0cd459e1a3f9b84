"""Words that call a p-value significant or not, directly before it in the same clause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.groups import Wording
from msc_evidence.reading.skeleton import FIGURE, P, Skeleton

_CLAUSE = rf"[^{FIGURE}.,;:()\[\]]"
_BEFORE = re.compile(rf"{_CLAUSE}{{0,80}}\Z")
_SIGNIFICANT = re.compile(
    rf"significan(?:tly|t|ce)(?!\w)(?P<after>{_CLAUSE}{{0,60}}) ?[(\[,] ?(?P<p>{P})(?! ?(?:,|and|to |for ))"
)
_PREFIX = re.compile(r"(?:(?P<negated>non|in)-?|(?<!\w))\Z", re.IGNORECASE)
#: Words that make of "significant" anything else than a plain statement about this p.
_HEDGES = (
    r"no|not|nor|non|neither|without|never|hardly|didn't|un|cannot|lack(?:ed|s|ing)?|fail(?:ed|s|ing|ure)?|nearly"
    r"|almost|borderline|marginal(?:ly)?|towards?|trend(?:ed|ing)?|tend(?:ed|ency|s)?|approach(?:ed|ing)?|close to"
    r"|near|clinical(?:ly)?|except|but|although|while|whereas|only|reach(?:ed)?|than|level|threshold"
)
_NOT = re.compile(rf"(?<!\w)(?:{_HEDGES})(?!\w)", re.IGNORECASE)
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
        negated = _PLAIN_NOT.search(before)
        rest = before[: negated.start()] if negated else before
        if not _NOT.search(rest):
            yield Wording(not (negated or prefix["negated"]), folded.figure(match.start("p")))
