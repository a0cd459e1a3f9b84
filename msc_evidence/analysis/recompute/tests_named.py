"""The test that a source names: which recomputed methods it stands for, and which it cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_CHI_SQUARED = ("Pearson", "Yates", "N−1")
#: Words by which sources name tests → what the names of their methods contain. Each takes its words away from
#: those below it: a likelihood ratio χ² is not Pearson's, Welch's t test not Student's.
_METHODS = tuple(
    (re.compile(words), methods)
    for words, methods in (
        (r"likelihood[\s-]*ratio(?:\s+(?:chi|χ)\S*)?|\bg[\s-]test", ("likelihood ratio",)),
        (r"log[\s-]?rank", ()),
        (r"welch\S*(?:\s+(?:two[\s-]sample|unpaired))?(?:[\s-]+t[\s-]?tests?)?", ("Welch",)),
        (r"student\S*(?:\s+(?:two[\s-]sample|unpaired))?(?:[\s-]+t[\s-]?tests?)?", ("Student",)),
        (r"\bt[\s-]?tests?\b", ("Student", "Welch")),
        (r"\bwald\b", ("Wald",)),
        (r"\bz[\s-]?tests?\b|proportions?\b", (*_CHI_SQUARED, "Wald")),
        (
            r"(?:fisher\S*(?:\s+exact)?(?:\s+tests?)?[\s,(]*(?:with\s+)?)?\bmid[\s-]?p\b(?:\s+fisher\S*)?",
            ("mid-p",),
        ),
        (r"fisher", ("Fisher",)),
        (r"yates|continuity", ("Yates",)),
        (r"\bchi\b|\bchi[\s-]?sq|χ|pearson", _CHI_SQUARED),
        (r"\bmann\b|wilcoxon|\brank", ("rank-sum",)),
        (
            r"proportional[\s-]odds|\bordinal (?:logistic|regression)|cumulative (?:logit|odds)",
            ("proportional odds",),
        ),
    )
)
#: Tests of pairs or of times, whose names hold the words above and whose data are not the arms' values.
_OTHER_DATA = re.compile(r"(?<!un)(?<!un-)(?<!non)(?<!non-)(?<!not )paired|signed|log[\s-]?rank|mcnemar")
#: Tests of stratified, adjusted or censored data, which no recomputation from two arms' values reproduces.
_BEYOND_TWO_ARMS = re.compile(
    r"mantel|cochran|\bcmh\b|strat|logistic|regression|\bcox\b|ancova|mixed|mmrm|permut|\btrend|bootstrap"
)
#: Tests whose p need not agree with a Wald or t interval beside it.
_BESIDE_INTERVAL = re.compile(
    r"fisher|exact|mid[\s-]?p\b|yates|continuity|\bchi\b|\bchi[\s-]?sq|χ|pearson|likelihood[\s-]*ratio|\bg[\s-]test"
    r"|\bmann\b|wilcoxon|\brank|log[\s-]?rank|gehan|breslow|kruskal|mantel|cochran|\bcmh\b|strat|permut"
    r"|\btrend|bootstrap|\bsign"
)
#: Words by which sources name intervals that are not symmetric about the estimate.
_ASYMMETRIC = re.compile(
    r"profile[\s-](?:penali[sz]ed[\s-])?likelihood|likelihood profile|bootstrap|bayes|credible"
    r"|posterior (?:interval|distribution|median|mean)|newcombe|\bwilson|miettinen|clopper|fieller|hodges"
    r"|(?:exact|score|profile|percentile|mid-?p|bca|permutation)[\s-](?:\d+\s*%\s*)?(?:confidence|interval|limits|ci\b)"
    r"|exact conditional|conditional exact"
)


@lru_cache(maxsize=4096)  # a registry names few tests, and asks of each many times
def methods_named(test: str | None) -> tuple[str, ...]:
    """What the names of the methods contain that a source's words for its test stand for.

    >>> methods_named("likelihood ratio chi-square"), methods_named("unpaired t-test")
    (('likelihood ratio',), ('Student', 'Welch'))
    """
    return tuple(dict.fromkeys(_each_method_named((test or "").casefold())))


def _each_method_named(named: str) -> Iterator[str]:
    for words, methods in _METHODS:
        if words.search(named):
            yield from methods
            named = words.sub(" ", named)


@lru_cache(maxsize=4096)
def needs_other_data(test: str | None) -> bool:
    """Whether the named test is one of pairs or of times.

    >>> needs_other_data("paired t test"), needs_other_data("unpaired t test"), needs_other_data("log-rank")
    (True, False, True)
    """
    return bool(_OTHER_DATA.search((test or "").casefold()))


def names_times(test: str | None) -> bool:
    """Whether the named test is one of times to an event."""
    return bool(re.search(r"log[\s-]?rank", (test or "").casefold()))


@lru_cache(maxsize=4096)
def is_unknown_test(test: str | None) -> bool:
    """Whether a test is named and none of the recomputed ones is it."""
    if test is None:
        return False
    beyond = needs_other_data(test) or _BEYOND_TWO_ARMS.search(test.casefold())
    return bool(beyond) or not methods_named(test)


def names_fisher(test: str | None) -> bool:
    """Whether Fisher's test is named, whose odds ratio and interval are conditional on the margins."""
    return "fisher" in (test or "").casefold()


def names_t_test(test: str | None) -> bool:
    """Whether a t test of two independent groups is named."""
    return bool({"Student", "Welch"} & set(methods_named(test))) and not is_unknown_test(test)


def gives_interval(test: str | None, measure: str) -> bool:
    """Whether the named test is the one that the interval of such a measure rests on."""
    named = methods_named(test)
    return not is_unknown_test(test) and ("Wald" in named or (measure == "MD" and names_t_test(test)))


def beside_interval(test: str | None, measure: str) -> bool:
    """Whether the named test is another than the one that the interval of such a measure rests on.

    >>> beside_interval("log-rank", "HR"), beside_interval("Cox regression", "HR")
    (True, False)
    """
    named = (test or "").casefold()
    return (
        bool(_BESIDE_INTERVAL.search(named))
        or needs_other_data(test)
        or (measure != "MD" and names_t_test(test))
    )


def asymmetric_interval(words: str | None) -> bool:
    """Whether these words name a method whose intervals are not symmetric about the estimate.

    >>> asymmetric_interval("profile likelihood"), asymmetric_interval("baseline NIHSS score")
    (True, False)
    """
    return bool(_ASYMMETRIC.search((words or "").casefold()))
