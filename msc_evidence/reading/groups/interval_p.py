"""The p-value beside an interval: of which test it is, and whether it is surely that of the interval's effect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.groups.effect_words import SENTENCE_END
from msc_evidence.reading.groups.estimates import AGAINST
from msc_evidence.reading.groups.shapes import FIGURE, EffectGroup, P, Skeleton

#: `(P = .03; OR 1.9; 95% CI 1.2 to 3.0)`.
_P_LEADS = re.compile(rf"(?P<bracket>[(\[]|[,;]) ?(?P<p>{P}) ?[;,] ?[a-zA-Z ]{{1,25}}[ =:,]*\Z")
_CLAUSE_END = re.compile(r"[).;\]]")
_OF_ANOTHER = re.compile(
    r"trend|interact|heterog|inferiority|equivalen|Hosmer|Lemeshow|goodness|proportional|assumption|linearity|normality",
    re.IGNORECASE,
)
#: Heterogeneity of what was pooled, named after its p.
_OF_POOLED = re.compile(r"(?<!\w)(?:I ?\^?2|I-squared|tau|τ|heterogeneity|Cochran)", re.IGNORECASE)
#: What makes a p another one than that of the interval beside it.
_CORRECTED = re.compile(
    r"(?<!un)correct(?:ed|ion)|Bonferroni|Holm|Hochberg|Benjamini|Tukey|Dunnett|Scheff|[SŠ]id[aá]k|(?<!\w)FDR(?!\w)"
    r"|false discovery|multiplicity|multiple (?:comparison|test)|family-?wise",
    re.IGNORECASE,
)
_OF_SENTENCE = re.compile(
    r"non-?inferior|equivalen|interaction|(?<!\w)trend|one-(?:sided|tailed)|permut|heterogeneity"
    r"|reference (?:category|group|level|class)|(?:ter|quar|quin)tiles?(?!\w)|(?<!\w)(?:overall|global|joint|omnibus)"
    r" (?:p|test|effect)(?!\w)|(?<!\w)all (?:\w+ ){0,2}(?:levels|categories|classes|groups|doses)(?!\w)"
    r"|type[- ](?:III|3)(?!\w)|degrees of freedom|likelihood[- ]ratio",
    re.IGNORECASE,
)
#: A log-rank p lies so near the interval's that one far from it is none.
_TESTS = re.compile(
    r"Fisher\S*(?: exact)?(?: test)?|(?<!\w)exact test|permutation test|Mann[- ]Whitney|Wilcoxon|rank[- ]sum|Kruskal"
    r"|McNemar|(?:[cC]hi|χ)[- ]?(?:squared?|2)|paired t|Mantel|Cochran|likelihood[- ]ratio test|bootstrap|ANOVA|ANCOVA",
    re.IGNORECASE,
)
#: An adjusted p beside an interval that no word calls so may be of another model.
_ADJUSTED_P = re.compile(rf"(?<!un)adjusted (?:for [^{FIGURE}.;()]{{1,40}} ?)?{P}", re.IGNORECASE)
_SENTENCE = 300
#: Words between an interval and the brackets of its p: "(95% CI …) for cells as compared to placebo (p = …)".
_ABOUT = re.compile(rf"[)\]] [a-z][^()\[\]]*[(\[] ?{P}")


def p_beside(
    folded: Skeleton, plain: str, match: re.Match[str], last: tuple[int, EffectGroup] | None, measure: str
) -> Figure | None:
    """The p-value of the interval's effect, None where it is of something else."""
    place = _place(folded, match, last, measure)
    return None if place is None else _own(folded, plain, place)


#: Where the numbers begin in what is said beside them.
_HERE = "\ue010"


def said_beside(folded: Skeleton, match: re.Match[str], p: Figure | None) -> str:
    """What the sentence says before an estimate and its interval, a mark, and what it says from there on."""
    start = max(0, match.start() - _SENTENCE)
    before = SENTENCE_END.split(folded.text[start : match.start()])[-1]
    return before + _HERE + match[0] + (_rest(folded, match.end() - 1) if p else "")


def p_is_sure(group: EffectGroup) -> bool:
    """Whether the p-value is surely that of the effect: no word of its sentence names another test or correction."""
    before, _, after = group.said.partition(_HERE)
    led = group.p is not None and group.p.start < group.estimate.start
    apart = led and not re.search(rf"[(\[] ?{P}[^)\]]*\Z", before)
    return not (
        apart
        or group.shares_p
        or _ADJUSTED_P.search(after)
        or _ABOUT.search(after)
        or _OF_SENTENCE.search(group.said)
        or _CORRECTED.search(group.said)
    )


def beside_others(plain: str, groups: Sequence[EffectGroup]) -> Iterator[EffectGroup]:
    """The effects, marked where another with a p-value stands in their sentence, and where its p is the same.

    The p of a factor is as a rule printed at each of its levels.
    """
    with_p = sorted((group for group in groups if group.p), key=lambda each: each.estimate.start)
    starts = {group.estimate.start: at for at, group in enumerate(with_p)}
    sentences = [
        SENTENCE_END.search(plain, one.figures[-1].end, other.figures[0].start) is None
        for one, other in pairwise(with_p)
    ]
    shared: set[int] = set()
    last: dict[tuple[str, str], int] = {}
    for at, group in enumerate(with_p):
        if at and not sentences[at - 1]:
            last.clear()
        key = group.measure, group.p.text if group.p else ""
        shared |= {last[key], at} if key in last else set()
        last[key] = at
    for group in groups:
        place = starts.get(group.estimate.start)
        if place is None:
            yield group
        else:
            joined = any(sentences[max(0, place - 1) : place + 1])
            yield replace(group, shares_p=place in shared, alone=not joined)


def test_beside(folded: Skeleton, match: re.Match[str]) -> str | None:
    """The test that words name between interval and p, or after p within their brackets."""
    found = _TESTS.search(folded.text[match.end("estimate") : match.end()] + _rest(folded, match.end() - 1))
    return found[0] if found else None


def _rest(folded: Skeleton, place: int) -> str:
    """What stands after a p-value in its brackets, or in its clause."""
    return re.split(r"[)\]]|[.?!](?: |\Z)", folded.text[place + 1 : place + 70])[0]


def _place(
    folded: Skeleton, match: re.Match[str], last: tuple[int, EffectGroup] | None, measure: str
) -> int | None:
    if match.groupdict().get("before"):
        return match.start("before")
    # After two estimates set against each other, p may be that of their difference.
    place = match.start("estimate")
    against = bool(AGAINST.search(folded.text[max(0, place - 40) : place]))
    if match["inside"]:
        return None if against and not measure else match.end("inside") - 1
    if match["outside"]:
        compares = measure in ("OR", "RR", "HR", "RD", "MD", "SMD")
        listed = last is not None and last[1].p is None and _same_list(folded.text, last[0], place)
        versus = listed and (not compares or (last is not None and last[1].measure == measure))
        return None if versus or against else match.end("outside") - 1
    leading = _P_LEADS.search(folded.text, max(0, place - 40), place)
    return leading.start("p") if leading and measure else None


def _same_list(text: str, end: int, start: int) -> bool:
    """Whether an estimate follows the last interval in one enumeration: `1.2 (0.9-1.5) for A and 1.9 (1.2-3.0)`."""
    gap = text[end:start]
    return len(gap) <= 80 and not SENTENCE_END.search(gap) and not re.search(rf"[{FIGURE};]", gap)


def _own(folded: Skeleton, plain: str, place: int) -> Figure | None:
    """The p-value there, unless words beside it say that it is of something else."""
    figure = folded.figure(place)
    about = plain[figure.start : figure.end] + _CLAUSE_END.split(folded.text[place + 1 : place + 40])[0]
    listed = re.match(rf"(?:, | and |, and ){P}", folded.text[place + 1 : place + 12])
    other = listed or _OF_ANOTHER.search(about) or _OF_POOLED.search(_rest(folded, place))
    return None if other or _CORRECTED.search(about) else figure
