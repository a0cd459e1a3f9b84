"""A p-value of three arms or more at once, recomputed from the values of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.analysis.contrast import group_size
from msc_evidence.analysis.design import dependence, has_person_time
from msc_evidence.analysis.recompute.bases import Basis, mean_and_spread_words, printed_sd, sd_interval
from msc_evidence.analysis.recompute.recomputation import Grounds, Recomputation
from msc_evidence.analysis.recompute.verdict import RecomputedValue, Verdict, judge, reported_interval
from msc_evidence.analysis.significance import ALPHA
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.registry.values import Values
from msc_evidence.statistics import several_arms
from msc_evidence.statistics.interval import Interval

#: More arms than any trial compares at once.
MOST_ARMS = 12
#: Words by which sources name tests of several groups → the method they stand for.
_NAMED = (
    (re.compile(r"chi|χ|pearson"), "Pearson"),
    (re.compile(r"likelihood[\s-]*ratio|\bg[\s-]test"), "likelihood ratio"),
    (re.compile(r"(?<!repeated measures )(?<!repeated-measures )\banova\b|analysis of variance"), "ANOVA"),
    (re.compile(r"kruskal"), "Kruskal–Wallis"),
)


def recomputations_among(
    trial: Trial, result: Result, outcome: Outcome, *, at_entry: bool = False
) -> tuple[Recomputation, ...]:
    """The recomputations of a p of several arms; none where the result compares two, or prints no p."""
    names = result.among
    if result.p is None or not names or len(names) > MOST_ARMS:
        return ()
    tied, bases = dependence(trial, result, at_entry=at_entry), list(_bases(trial, result, outcome, names))
    if not bases or tied or result.altered or result.sides == "one":
        reason = tied or result.altered or f"needs the values of all {len(names)} arms"
        return (Recomputation("p", result.p, Verdict.NOT_RECOMPUTABLE, given=Grounds(reason=reason)),)
    found = []
    for basis in bases:
        methods = _methods_named(result.test, basis)
        verdict, by = judge(result.p, methods, alpha=ALPHA)
        reason = "" if methods else f"needs the data of the test the source names ({result.test})"
        grounds = Grounds(methods, by, reason)
        found.append(Recomputation("p", result.p, verdict, basis.name, basis.inputs, grounds))
    return tuple(found)


def _methods_named(test: str | None, basis: Basis) -> tuple[RecomputedValue, ...]:
    """The methods that the source's words stand for; all of them where it names none."""
    if not test:
        return basis.methods
    names = {method for words, method in _NAMED if words.search(test.casefold())}
    return tuple(method for method in basis.methods if method.method in names)


def _bases(trial: Trial, result: Result, outcome: Outcome, names: Sequence[str]) -> Iterator[Basis]:
    arms: Mapping[str, Values] = result.arms or {}
    values = [arms[name] for name in names if name in arms]
    sizes = [group_size(trial, result, name) for name in names]
    known = [n for n in sizes if n]
    if len(values) < len(names):
        return
    if all(group.distribution for group in values):
        yield from _from_distributions(values)
    if len(known) < len(names):
        return
    if outcome.type != "time-to-event" and not has_person_time(*values):
        yield from _from_counts(values, known)
    yield from _from_means(values, known)


def _from_counts(values: Sequence[Values], sizes: Sequence[int]) -> Iterator[Basis]:
    events = [group.events.count for group in values if group.events is not None]
    pairs = [(k, n - k) for k, n in zip(events, sizes, strict=False) if k is not None]
    if len(pairs) < len(sizes) or min(map(min, pairs)) < 0:
        return
    inputs = " v ".join(f"{k}/{n}" for (k, _), n in zip(pairs, sizes, strict=True))
    tests = {"Pearson": several_arms.pearson, "likelihood ratio": several_arms.likelihood_ratio}
    yield Basis("counts", inputs, tuple(_exactly(name, test(pairs)) for name, test in tests.items()))


def _from_distributions(values: Sequence[Values]) -> Iterator[Basis]:
    counts = [[share.count or 0 for share in group.distribution or ()] for group in values]
    width = max(map(len, counts))
    padded = [[*group, *[0] * (width - len(group))] for group in counts]
    tests = {
        "Kruskal–Wallis": several_arms.kruskal_wallis,
        "Pearson": several_arms.pearson,
        "likelihood ratio": several_arms.likelihood_ratio,
    }
    methods = tuple(_exactly(name, test(padded)) for name, test in tests.items())
    yield Basis("distributions", " v ".join(map(str, padded)), methods)


def _exactly(name: str, p: float) -> RecomputedValue:
    return RecomputedValue(name, p, Interval.point(p))


def _from_means(values: Sequence[Values], sizes: Sequence[int]) -> Iterator[Basis]:
    means = [group.mean for group in values if group.mean is not None]
    spreads = [sd_interval(group, n) for group, n in zip(values, sizes, strict=True)]
    sds = [spread for spread in spreads if spread is not None]
    if len(means) < len(sizes) or len(sds) < len(sizes) or min(sizes) < 2 or not any(sd.lo > 0 for sd in sds):
        return
    printed = [printed_sd(group, n) for group, n in zip(values, sizes, strict=True)]
    value = several_arms.anova([float(mean) for mean in means], printed, sizes)
    box = several_arms.anova_interval([reported_interval(mean) for mean in means], sds, sizes)
    inputs = " v ".join(map(mean_and_spread_words, values, sizes))
    yield Basis("means", inputs, (RecomputedValue("ANOVA", value, box),))
