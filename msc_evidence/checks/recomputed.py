"""What the checks of recomputed p-values share: which failed, how they read, how much weight they carry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msc_evidence.analysis.recomputation import NAMED_TESTS, Recomputation
from msc_evidence.analysis.result import AnalysedResult
from msc_evidence.analysis.verdict import Recomputed, Verdict, reported_interval
from msc_evidence.checks.rule import Subject
from msc_evidence.statistics.interval import Interval

FAILED = (Verdict.INCONSISTENT, Verdict.DECISION_ERROR)
FITTING = (Verdict.REPRODUCED, Verdict.CONSISTENT)

#: Tests of stratified, adjusted or censored data, which no recomputation from two arms' values reproduces.
_BEYOND_TWO_ARMS = (
    "mantel", "cochran", "cmh", "strat", "logistic", "regression", "ancova", "mixed", "mmrm", "log-rank",
    "logrank", "permut", "paired", "signed", "trend", "bootstrap",
)  # fmt: skip
#: Tests whose p need not agree with a Wald interval beside it.
_NOT_WALD = ("fisher", "exact", "rank", "mann", "wilcoxon", "chi", "χ", "likelihood", *_BEYOND_TWO_ARMS)

#: Words by which sources name intervals that are not symmetric about the estimate.
_NOT_SYMMETRIC = re.compile(
    r"exact|profile|bootstrap|percentile|bayes|credible|posterior|permut|score|newcombe|wilson|miettinen"
    r"|clopper|fieller|hodges|mid-p",
    re.IGNORECASE,
)


def failures(subject: Subject, basis: str) -> Iterator[tuple[AnalysedResult, Recomputation]]:
    """The p-values that do not follow from this basis, each with its recomputation."""
    if all(result.p is None for result in subject.trial.results):
        return
    for found in subject.results:
        for item in found.recomputations:
            if item.statistic == "p" and item.basis == basis and item.verdict in FAILED:
                yield found, item


def fits_elsewhere(found: AnalysedResult, basis: str) -> bool:
    """Whether the p-value follows from another basis of the same result."""
    others = (item for item in found.recomputations if item.statistic == "p" and item.basis != basis)
    return any(item.verdict in FITTING for item in others)


def names_another_test(found: AnalysedResult) -> bool:
    """Whether the source names a test for the p that is not the one a Wald interval rests on."""
    return _mentions(found, _NOT_WALD)


def names_asymmetric_method(found: AnalysedResult) -> bool:
    """Whether the source names a method whose intervals are not symmetric about the estimate."""
    return bool(_NOT_SYMMETRIC.search(f"{found.result.test or ''} {found.result.adjusted or ''}"))


def names_unknown_test(found: AnalysedResult) -> bool:
    """Whether the source names a test that none of the recomputed ones is."""
    known = _mentions(found, NAMED_TESTS)
    return found.result.test is not None and (not known or _mentions(found, _BEYOND_TWO_ARMS))


def _mentions(found: AnalysedResult, words: Iterable[str]) -> bool:
    test = (found.result.test or "").casefold()
    return any(word in test for word in words)


def one_sided(item: Recomputation) -> bool:
    """Whether half of the recomputed p, a one-sided p, is what was reported."""
    reported = reported_interval(item.reported, 1.0)
    halves = (Interval(found.interval.lo / 2, found.interval.hi / 2) for found in item.methods)
    return any(half.meets(reported) for half in halves)


def listed(methods: Iterable[Recomputed]) -> str:
    """Each method with its p and what rounding allows: `Welch 0.0204 [0.0191 to 0.0218]`."""
    return ", ".join(f"{found.method} {_with_interval(found)}" for found in methods)


def _with_interval(found: Recomputed) -> str:
    low, high = found.interval.lo, found.interval.hi
    return f"{found.value:.3g}" if low == high else f"{found.value:.3g} [{low:.3g} to {high:.3g}]"
