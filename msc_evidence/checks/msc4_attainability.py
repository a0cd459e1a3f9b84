"""MSC4xx: p-values that no test gives at all, or none at these group sizes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from msc_evidence.analysis.contrast import Contrast
from msc_evidence.analysis.recompute.tests_named import is_unknown_test, methods_named, names_t_test
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import p_interval
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.statistics.distributions import p_from_z
from msc_evidence.statistics.feasible.dichotomies import tables_giving
from msc_evidence.statistics.two_arms.counts import smallest_fisher_p
from msc_evidence.statistics.two_arms.ranks import smallest_rank_sum_p

#: More tables than this take longer than all other checks of a trial.
MOST_TABLES_CHECKED = 10_000
#: By the word for a method, the test of a 2×2 table.
_TABLE_TESTS = {"Fisher": "Fisher", "mid-p": "mid-p", "Pearson": "chi2", "Yates": "Yates", "N−1": "N-1"}
_RANK_SUM = ("mann", "wilcoxon", "rank-sum", "rank sum", "ranksum")


@check("MSC410", "error", fields=("p",))
def p_not_attainable(subject: Subject) -> Iterator[Hit]:
    """p smaller than any that the named test can give at these group sizes.

    The exact two-sided rank-sum test gives no p below 2/C(N, n₁): all of one arm above all of the other.
    Fisher's gives none below the probability of the most uneven table with these margins. Both are looked
    at only where the source names the test. A rank-sum p between that bound and the smallest of the
    normal approximation with full ties, z = √(N − 1), is a note unless the source calls the test exact.

    It matters because in the smallest trials some p-values cannot occur.
    Example: 3 v 3 with p = .02 by an exact rank-sum test, whose smallest p is .1.
    It cannot see anything where the test is not named: a t test has no smallest p.
    Source: Mann & Whitney 1947; Fisher 1935.

    Flagged:
        arms: {msc: {role: treatment, n: 3}, control: {role: control, n: 3}}
        results: [{outcome: mrs, at: 3 mo, test: exact Wilcoxon rank-sum test, p: .02}]
    Silent:
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 5}}
        results: [{outcome: mrs, at: 3 mo, test: exact Wilcoxon rank-sum test, p: .02}]
    """
    for result in subject.with_p:
        bound = _smallest_p(result)
        if result.p is None or bound is None or result.p.bounds[1] >= bound[0] * (1 - 1e-9):
            continue
        smallest, approximate, test_words = bound
        approximated = approximate is not None and result.p.bounds[1] >= approximate
        also = "; only its normal approximation can go lower" if approximated else ""
        message = f"p {result.p}, and the smallest that {test_words} is {smallest:.3g}{also}"
        severity: Severity | None = "note" if approximated else None
        path, outcome = (result.place, result.index, "p"), result.result.outcome
        yield Hit(path, message, f"p {result.p}", f"{smallest:.3g}", severity, outcome)


def _smallest_p(result: AnalysedResult) -> tuple[float, float | None, str] | None:
    """The smallest p of the named exact test and of its approximation, and the test in words."""
    test, contrast = (result.result.test or "").casefold(), result.contrast
    if contrast is None or contrast.sizes is None or "signed" in test:
        return None
    if result.result.sides == "one" or result.result.altered or result.dependence:
        return None
    if names_t_test(test):  # a source's list of its tests, of which this one may be another
        return None
    n1, n2 = contrast.sizes
    if any(word in test for word in _RANK_SUM):
        approximate = None if "exact" in test else p_from_z(math.sqrt(n1 + n2 - 1))
        return smallest_rank_sum_p(n1, n2), approximate, f"an exact rank-sum test of {n1} v {n2} gives"
    if "fisher" in test and "mid" not in test:
        events = _total_events(result, contrast)
        with_events = "" if events is None else f" with {events} events in all"
        # With as many events as one arm has participants, the most uneven table of all is possible.
        smallest = smallest_fisher_p(n1, n2, n1 if events is None else events)
        return smallest, None, f"Fisher's test of {n1} v {n2}{with_events} gives"
    return None


def _total_events(result: AnalysedResult, contrast: Contrast) -> int | None:
    """Events in both arms together, None unless both are recorded and possible."""
    arms = result.result.arms or {}
    total = 0
    for name, n in ((contrast.arm, contrast.n1), (contrast.against, contrast.n2)):
        values = arms.get(name)
        count = values.events.count if values is not None and values.events is not None else None
        if count is None or n is None or count > n:
            return None
        total += count
    return total


@check("MSC416", "warning", fields=("p", "test"))
def p_of_no_table(subject: Subject) -> Iterator[Hit]:
    """p of two categories that no table of these group sizes gives under the named test.

    Of an event, or of a part of a scale, without the counts: Fisher's test and χ² see a 2×2 table, and of two
    groups there are finitely many. Where none of them has the printed p under the test that the source names
    (any of χ², Yates's and N − 1 for "χ²"), p is of something else. A note where the result does not state its
    own group sizes: those analysed may have been others.

    It matters because such a p is of an adjusted analysis, of other participants or of other data.
    Example: Fisher's test of 5 v 25 with p = .076.
    It cannot see anything where no test is named, where counts are printed (MSC406), or where there are very
    many tables.
    Source: Fisher 1935; Campbell 2007 (10.1002/sim.2832).

    Flagged:
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
        results:
          - {outcome: mrs, definition: mRS 0-2, at: 3 mo, test: Fisher, p: .076, arms: {msc: {n: 5}, control: {n: 25}}}
    Silent:
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
        results:
          - {outcome: mrs, definition: mRS 0-2, at: 3 mo, test: Fisher, p: .286, arms: {msc: {n: 5}, control: {n: 25}}}
    """
    for result in subject.with_p:
        sizes = _sizes_of_unknown_table(result)
        tests = _table_tests(result.result.test)
        smallest = _smallest_p(result)
        below = result.p is not None and smallest is not None and result.p.bounds[1] < smallest[0]
        if result.p is None or sizes is None or not tests or below:  # what is below all of them: MSC410
            continue
        interval = p_interval(result.p)
        if any(True for test in tests for _ in tables_giving(interval, *sizes, test)):
            continue
        stated = all(values.n is not None for values in (result.result.arms or {}).values())
        severity: Severity | None = None if stated and result.result.arms else "note"
        message = (
            f"p {result.p}, and no 2×2 table of {sizes[0]} and {sizes[1]} gives it by {result.result.test}"
        )
        path = (result.place, result.index, "p")
        yield Hit(path, message, f"p {result.p}", "", severity, result.result.outcome)


def _sizes_of_unknown_table(result: AnalysedResult) -> tuple[int, int] | None:
    """The group sizes of two categories whose counts are not printed; None of anything else."""
    record, contrast = result.result, result.contrast
    two = record.definition is not None or result.outcome.type == "binary"
    if (
        not two
        or result.place != "results"
        or contrast is None
        or contrast.sizes is None
        or not contrast.alone
    ):
        return None
    if record.sides != "two" or record.altered or result.dependence or is_unknown_test(record.test):
        return None
    printed = (record.arms or {}).values()
    if any(values.events is not None or values.percent is not None for values in printed):
        return None
    n1, n2 = contrast.sizes
    return contrast.sizes if (n1 + 1) * (n2 + 1) <= MOST_TABLES_CHECKED else None


def _table_tests(test: str | None) -> list[str]:
    """The tests of a 2×2 table that a source's words may mean; none where they may mean another test."""
    named = methods_named(test)
    return [] if any(name not in _TABLE_TESTS for name in named) else [_TABLE_TESTS[name] for name in named]


@check("MSC411", "warning", fields=("p",))
def p_of_zero(subject: Subject) -> Iterator[Hit]:
    """p printed as zero.

    A p of 0.000 is a rounded one: it says p < 0.0005 and should be printed so. A p of 0 without decimals,
    or said to be below 0 or above 1, is an error: no test gives it. A registry with a p such as 1.2 is not
    read at all; in a text (`audit`) it is an error where it is printed with "=".

    It matters because p = 0 cannot be converted to a test statistic, and drops out of any later calculation.
    Example: `p: 0.000`.
    It cannot see the p that was rounded.
    Source: CONSORT 2010 (Moher 2010, 10.1136/bmj.c869), item 17.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: 0.000}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, p: <0.001}]
    """
    results = (("results", at, result.p, result.outcome) for at, result in enumerate(subject.trial.results))
    rows = (("baseline", at, row.p, row.variable) for at, row in enumerate(subject.trial.baseline))
    for place, index, p, outcome in (*rows, *results):
        if p is None:
            continue
        path = (place, index, "p")
        if p.value == 0 and p.comparator in "=≤" and p.decimals > 0:
            below = f"p < {p.bounds[1]:g}"
            yield Hit(path, f"p {p} is rounded: it means {below}", f"p {p}", below, outcome=outcome)
        elif (
            (p.value == 0 and p.comparator in "=≤<") or p.value > 1 or (p.value == 1 and p.comparator == ">")
        ):
            message = f"p {p} is no probability: p is above 0 and at most 1"
            yield Hit(path, message, f"p {p}", severity="error", outcome=outcome)
