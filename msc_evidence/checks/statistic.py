"""MSC405: a p-value beside the test statistic that it is the p of."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.analysis.recompute.bases import (
    Case,
    from_statistic,
    impossible_statistic,
    printed_statistic,
)
from msc_evidence.analysis.recompute.verdict import judge
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import ALPHA
from msc_evidence.checks.recomputed import FITTING, failures, half_fits, not_following, one_sided
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Statistic
from msc_evidence.registry.reported import Reported

#: Statistics whose test can be one-sided.
_SIDED = ("t", "z", "r")


@check("MSC405", "error")
def p_from_statistic(subject: Subject) -> Iterator[Hit]:
    """p that does not follow from its test statistic.

    p of t, F, χ², r, z or Q on the printed degrees of freedom, over everything that rounding of the
    statistic and of its degrees of freedom allows (whole ones of t and of F's denominator may be rounded
    from Welch's); two-sided unless the record says otherwise, and then either side. A warning where half
    of it, a one-sided p, fits; a note where r fits with the number of pairs for its degrees of freedom. A
    statistic that cannot be, F, χ² or Q below 0 or r beyond ±1, is itself the finding.

    It matters because one of the two numbers is then not what the analysis gave.
    Example: t(28) = 2.20 gives p = .0362 [.0357 to .0368]; p = .06 is flagged.
    It cannot see a correction of the degrees of freedom or of p that the record does not mention.
    Source: Nuijten 2016, 10.3758/s13428-015-0664-2.

    Flagged:
        results: [{outcome: motricity, at: 3 mo, p: .06, statistic: {kind: t, value: 2.20, df: 28}}]
    Silent:
        results: [{outcome: motricity, at: 3 mo, p: .036, statistic: {kind: t, value: 2.20, df: 28}}]
    """
    if any(result.statistic for result in subject.trial.results):
        yield from _impossible(subject)
    for found, item in failures(subject, "test statistic"):
        statistic, two = found.result.statistic, found.result.sides == "two"
        half = statistic is not None and statistic.kind in _SIDED and two and one_sided(item)
        if statistic is not None and _of_pairs(found, statistic):
            said = f"; with {statistic.df} pairs, {_of_pairs(found, statistic)} fits"
            yield not_following(found, item, "note", said)
            continue
        yield not_following(found, item, "warning" if half else None, half_fits(item) if half else "")


def _of_pairs(found: AnalysedResult, statistic: Statistic) -> str | None:
    """r with two degrees of freedom fewer than printed, where p follows from it: what was printed was n."""
    pairs = statistic.df.count if statistic.df is not None else None
    if statistic.kind != "r" or pairs is None or pairs < 4 or found.p is None:
        return None
    freed = statistic.model_copy(update={"df": Reported.read(str(pairs - 2))})
    result = found.result.model_copy(update={"statistic": freed})
    basis = from_statistic(Case(result, found.contrast, found.outcome)) if found.contrast else None
    verdict, _ = judge(found.p, basis.methods if basis else (), alpha=ALPHA)
    return printed_statistic(freed) if verdict in FITTING else None


def _impossible(subject: Subject) -> Iterator[Hit]:
    """Test statistics outside of what theirs can be."""
    for index, result in enumerate(subject.trial.results):
        said = impossible_statistic(result.statistic) if result.statistic else None
        if result.statistic and said:
            path = ("results", index, "statistic", "value")
            yield Hit(path, said, str(result.statistic.value), outcome=result.outcome)
