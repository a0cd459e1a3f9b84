"""MSC403 and MSC405 to MSC408: a p-value that does not follow from the other numbers of its result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from msc_evidence.analysis.recompute.bases import (
    from_counts,
    from_statistic,
    impossible_statistic,
    printed_statistic,
)
from msc_evidence.analysis.recompute.recomputation import Recomputation
from msc_evidence.analysis.recompute.tests_named import methods_named, names_t_test
from msc_evidence.analysis.recompute.verdict import Verdict, judge
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import ALPHA, confidence_limits, p_interval, printed_estimate
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.groups import count_of
from msc_evidence.checks.msc4_shared import (
    FAR,
    FAR_OF_RANKS,
    FITTING,
    failed_recomputations,
    fits_one_sided,
    follows_from_arms,
    half_fits_words,
    has_asymmetric_interval,
    is_gross,
    names_other_test,
    names_unknown_test,
    not_following_hit,
    printed_effect_words,
    severity_beside_interval,
    severity_without_test,
    sizes_stated,
    times_apart,
)
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Result, Statistic
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.values import Baseline, Values
from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.statistics.two_arms import counts, p_values
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES


@check("MSC403", "warning", fields=("p", "effect", "ci"))
def p_from_interval(subject: Subject) -> Iterator[Hit]:
    """p that does not follow from estimate and confidence interval.

    z = |estimate| / SE with SE = (upper − lower)/(2 · 1.96), on the log scale for ratios, Student's and Welch's t
    beside it for differences of means; the interval of p covers the rounding of all three numbers and the
    level of the interval. Silent where the source names another test than the one the interval comes from (Fisher,
    Yates, χ², Mann–Whitney, log-rank; a t test beside a standardised difference), where p follows from
    the arms' values, and where the interval is not symmetric: MSC401 and MSC402 say that.

    With the interval's own test named (Wald; a t test beside a mean difference) a warning, and an error
    where p and its recomputation lie on different sides of 0.05. With no test named the p may be another
    test's: a note, but a warning where the two differ more than threefold and an error where that decides
    significance; beside effects on a scale (MD, SMD, ROM, PS), whose p may be a rank test's, more than tenfold.
    Decided and 1.25 to 3 times apart (on a scale: 5 to 10 times) is a warning.
    In a text (`audit`) an error only where the effect is the one of its sentence that has a p and no word speaks of a
    model, adjustment, factor, level or subgroup, else a warning; a note where the same p stands beside two effects.

    It matters because both derive from the same standard error.
    Example: HR 0.78 (0.62–0.98) gives p = .0334 [.0246 to .0439]; p = .30 beside it is flagged.
    It cannot see which test made the p where none is named.
    Source: Altman & Bland 2011, BMJ 343:d2304.

    Flagged:
        results: [{outcome: survival, at: 1 y, p: .30, effect: {measure: HR, estimate: 0.78, ci: 0.62-0.98}}]
    Silent:
        results: [{outcome: survival, at: 1 y, p: .033, effect: {measure: HR, estimate: 0.78, ci: 0.62-0.98}}]
    """
    for result, recomputation in failed_recomputations(subject, "confidence interval"):
        if not _has_symmetric_interval(result) or names_other_test(result) or follows_from_arms(result):
            continue
        decided = recomputation.verdict is Verdict.DECISION_ERROR and not fits_one_sided(recomputation)
        severity = severity_beside_interval(
            result, times_apart(recomputation.reported, recomputation.interval), decided
        )
        if severity == "note" and result.result.effect and result.result.effect.measure == "SMD":
            continue  # the p beside a standardised difference is as a rule that of the raw one
        yield not_following_hit(result, recomputation, severity, half_fits_words(recomputation))


def _has_symmetric_interval(result: AnalysedResult) -> bool:
    effect = result.result.effect
    printed = confidence_limits(effect) if effect else None
    if effect is None or printed is None or has_asymmetric_interval(result):
        return False
    estimate, ratio = printed_estimate(effect), effect.measure in RATIO_MEASURES
    return estimate is None or p_values.symmetric(estimate, *printed, ratio=ratio)


@check("MSC406", "warning", fields=("p",))
def p_from_counts(subject: Subject) -> Iterator[Hit]:
    """p that no test of a 2×2 table gives for these counts.

    Fisher, mid-p, Pearson, Yates, N − 1, likelihood ratio and Wald (of the risk difference, the log odds
    ratio and the log risk ratio), over every pair of counts that the printed percentages can stand for;
    silent where any of them gives the p. Where the source names its test, only that one counts, and the
    message says which other would fit; χ² stands for Pearson, Yates and N − 1 alike. Silent where p is twice
    Fisher's smaller tail, which some programs print as the two-sided p. An error only where
    every method is on the other side of 0.05, and without a named test also more than threefold away. A
    note where no test is named and the p lies between two of them, within a quarter of one, or is one of
    Fisher's one-sided p: another test of the same counts gives such a p. A note where no test is named and the
    p follows from the effect and interval beside it, which may be of a model. A note where the p is also
    recorded for another comparison of the outcome, which it may belong to. Baseline rows are looked at as well: never
    an error there while an arm's size stands for n, and with rows after the p that make up both groups as
    the categories of one variable (Pearson, likelihood ratio).

    A note where the source names a test that is none of these (logistic regression, Cochran-Mantel-Haenszel,
    permutation). Silent where it names one of other data (t, Mann–Whitney, Wilcoxon, log-rank, McNemar,
    paired), for times to an event, whose tests take the times, and where the design ties participants
    together (clusters, crossovers). A p of several arms at once is held against χ² of all of them.

    It matters because a p beside two counts is read as the p of these counts.
    Example: 12/30 v 21/31 gives .0297 (Pearson), .0553 (Yates), .0409 (Fisher); p = .20 is flagged.
    It cannot see adjusted, stratified or imputed analyses that the record does not mention.
    Source: Campbell 2007, 10.1002/sim.2832.

    Flagged:
        arms: {msc: {role: treatment, n: 30}, control: {role: control, n: 31}}
        results: [{outcome: responders, at: 3 mo, p: .20, arms: {msc: {events: 12}, control: {events: 21}}}]
    Silent:
        arms: {msc: {role: treatment, n: 30}, control: {role: control, n: 31}}
        results: [{outcome: responders, at: 3 mo, p: .055, arms: {msc: {events: 12}, control: {events: 21}}}]
    """
    for result, recomputation in failed_recomputations(subject, "counts"):
        if _is_doubled_fisher(result, recomputation):
            continue
        twin = _result_with_same_p(subject, result)
        every, fitting = _verdict_of_all_tests(result, recomputation)
        decided = every is Verdict.DECISION_ERROR and sizes_stated(result)
        severity = severity_without_test(result, recomputation, decided, FAR)
        fitting = fitting or _one_sided_fisher(result, recomputation)
        of_effect = printed_effect_words(result)
        explained = of_effect or (fitting and result.result.test is None)
        if twin is not None or explained or names_unknown_test(result):
            severity = "note"
        fitting_words = f"; {' and '.join(fitting)} would give it" if fitting else ""
        remarks = fitting_words + of_effect + _twin_words(twin) + _unknown_test_words(result)
        yield not_following_hit(result, recomputation, severity, remarks)


def _verdict_of_all_tests(
    result: AnalysedResult, recomputation: Recomputation
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict over every test of the table, named by the source or not, and the tests that fit."""
    if result.result.test is None or result.case is None:
        return recomputation.verdict, ()
    basis = from_counts(result.case)
    verdict, names = judge(recomputation.reported, basis.methods if basis else (), alpha=ALPHA)
    return verdict, names if verdict in FITTING else ()


def _one_sided_fisher(result: AnalysedResult, recomputation: Recomputation) -> tuple[str, ...]:
    """Fisher's one-sided test, which programs print beside the two-sided one, where p is that of either side."""
    fits = any(p in p_interval(recomputation.reported) for p in _fisher_tails(result))
    return ("Fisher's one-sided test",) if fits else ()


def _is_doubled_fisher(result: AnalysedResult, recomputation: Recomputation) -> bool:
    """Whether p is twice the smaller tail of Fisher's test, its two-sided p in some programs."""
    tails, named = _fisher_tails(result), methods_named(result.result.test)
    if not tails or (named and "Fisher" not in named):
        return False
    return min(1.0, 2 * min(tails)) in p_interval(recomputation.reported)


def _fisher_tails(result: AnalysedResult) -> tuple[float, ...]:
    """Fisher's one-sided p of both sides, none where the counts are not known."""
    pair = result.case.values() if result.case else None
    sizes = result.contrast.sizes if result.contrast else None
    events = [count_of(values.events) for values in pair] if pair else []
    if sizes is None or len(events) != 2 or events[0] is None or events[1] is None:
        return ()
    return counts.fisher_tails(events[0], sizes[0], events[1], sizes[1])


def _result_with_same_p(subject: Subject, result: AnalysedResult) -> AnalysedResult | None:
    """Another comparison of the same outcome and time that has the very same p."""
    for other in subject.results:
        same = (other.result.outcome, other.result.at, other.p) == (
            result.result.outcome,
            result.result.at,
            result.p,
        )
        if (
            same
            and other.result.definition != result.result.definition
            and result.p
            and result.p.decimals >= 2
        ):
            return other
    return None


def _twin_words(twin: AnalysedResult | None) -> str:
    if twin is None:
        return ""
    where = f"{twin.label} at {twin.timepoint} ({twin.source})"
    return f"; the same p is recorded for {where}: if it belongs there, none is reported for these counts"


@check("MSC407", "warning", fields=("p", "mean"))
def p_from_means(subject: Subject) -> Iterator[Hit]:
    """p that neither t test gives for these means and SDs.

    Student's and Welch's t from mean, SD and size of both arms, over the rounding of all four numbers;
    silent where either gives the p. A warning where the source names a t test (Student's or Welch's: that
    one alone), and an error where all that count are on the other side of 0.05. Where it names no test the
    p may be a rank test's: a note, but a warning where the two differ more than tenfold, or more than fivefold
    on different sides of 0.05, and where t tests are all that the source names beside its other means.
    Baseline rows are looked at as well; never an error there while an arm's size stands for n, and
    a note where three quarters of the arms would give the p. A note
    where values at entry or changes of the same outcome are recorded: the p may be that of the change; and where
    no test is named and the p follows from the effect and interval beside it.

    A note where the source names a test of the same means that is neither (ANOVA, ANCOVA, regression,
    permutation). Silent where it names one of other data (Mann–Whitney, Wilcoxon, χ², Fisher, log-rank,
    paired t test).

    It matters because means with SDs are what a meta-analysis takes from a trial.
    Example: 14.8 ± 23.8 (39) v 2.6 ± 13.0 (15) with p = .023: Welch .0204 [.0191 to .0218], Student .0666
    [.0639 to .0694]; only Welch's is below .05.
    It cannot see a rank test or an adjusted analysis: neither can be recomputed from means.
    Source: Student 1908; Welch 1947; INSPECT-SR 4.9.

    Flagged:
        arms: {msc: {role: treatment, n: 39}, control: {role: control, n: 15}}
        results:
          - outcome: motricity
            at: 3 mo
            p: .30
            arms: {msc: {mean: 14.8, sd: 23.8}, control: {mean: 2.6, sd: 13.0}}
    Silent:
        arms: {msc: {role: treatment, n: 39}, control: {role: control, n: 15}}
        results:
          - outcome: motricity
            at: 3 mo
            p: .066
            arms: {msc: {mean: 14.8, sd: 23.8}, control: {mean: 2.6, sd: 13.0}}
    """
    for result, recomputation in failed_recomputations(subject, "means"):
        changed, elsewhere = _change_words(subject, result), _t_test_elsewhere(subject, result)
        severity = _severity_of_means(result, recomputation)
        if elsewhere and severity == "note":
            severity = "warning"
        of_effect = printed_effect_words(result)
        if changed or of_effect or (not sizes_stated(result) and _fits_fewer(recomputation)):
            severity = "note"
        remarks = _unknown_test_words(result) or half_fits_words(recomputation)
        yield not_following_hit(
            result, recomputation, severity, remarks + (changed or of_effect or elsewhere)
        )


#: The share of an arm that a row of baseline is of at least, where it does not say of how many.
_MEASURED = 0.75


def _fits_fewer(recomputation: Recomputation) -> bool:
    """Whether a somewhat greater p follows where not everyone of the arms was measured: z goes with √n."""
    p, given = p_interval(recomputation.reported), recomputation.interval
    if given is None or not 0 < given.hi < 1 or p.hi <= given.lo or not 0 < p.lo < 1:
        return False
    return (z_from_p(p.lo) / z_from_p(given.hi)) ** 2 >= _MEASURED


def _change_words(subject: Subject, result: AnalysedResult) -> str:
    """A remark where the p may be that of the change from values at entry, which final means do not give."""
    record = result.result
    if result.place == "baseline" or record.change:
        return ""
    names = {name.casefold() for name in (record.outcome, result.outcome.name, result.outcome.short) if name}
    at_entry = any(row.variable.casefold() in names and row.arms for row in subject.trial.baseline)
    changes = any(
        other.change and other.outcome == record.outcome and other.p in (None, record.p)
        for other in subject.trial.results
    )
    return "; it may be the p of the change from entry" if at_entry or changes else ""


def _t_test_elsewhere(subject: Subject, result: AnalysedResult) -> str:
    """A remark where no test is named here, and t tests are all that the source names beside other means."""
    if result.result.test is not None:
        return ""
    others: list[Result | Baseline] = [*subject.trial.results, *subject.trial.baseline]
    named = {
        other.test
        for other in others
        if other.test and subject.trial.source_of(other) == result.source and _has_means(other.arms)
    }
    if not named or not all(map(names_t_test, named)):
        return ""
    return f"; {result.source} names {' and '.join(sorted(named))} for its other means"


def _has_means(arms: Mapping[str, Values] | None) -> bool:
    return bool(arms) and all(values.mean is not None for values in (arms or {}).values())


def _severity_of_means(result: AnalysedResult, recomputation: Recomputation) -> Severity:
    if names_t_test(result.result.test):
        decided = recomputation.verdict is Verdict.DECISION_ERROR and sizes_stated(result)
        return "error" if decided and not fits_one_sided(recomputation) else "warning"
    return "warning" if is_gross(recomputation) and not names_unknown_test(result) else "note"


@check("MSC408", "warning", fields=("p", "distribution"))
def p_from_distributions(subject: Subject) -> Iterator[Hit]:
    """p that no rank-sum test gives for these distributions.

    Exact rank-sum test with ties, and its normal approximation with and without continuity correction,
    from the number of participants in each category of both arms; where the source names none of these,
    also the score test of proportional odds and Cochran-Mantel-Haenszel's row mean scores, and where it
    names proportional odds that model's score, Wald and likelihood ratio tests; where it names χ², Pearson's
    over the categories. An error as for counts (MSC406): where every test that counts is on the other side
    of 0.05, and without a named test more than tenfold away; a note where no test is named and the p lies
    between two of them or within a quarter of one, or where the source names a test that is none of these
    (ANOVA, permutation, logistic regression). Silent where it names one of other data (t, Fisher,
    log-rank, signed-rank).

    It matters because the shift over the whole scale is the usual analysis of the modified Rankin Scale.
    Example: [2, 13, 10, 0, 12, 2] v [0, 5, 4, 1, 4, 1], no trial's data, gives p = .73208; p = .20 is flagged.
    It cannot see a stratified or adjusted test unless the record names it.
    Source: Lehmann 1975; Streitberg & Röhmel 1986; McCullagh 1980; Mantel 1963.

    Flagged:
        results:
          - outcome: mrs
            at: 3 mo
            p: .20
            arms: {msc: {distribution: [2, 13, 10, 0, 12, 2]}, control: {distribution: [0, 5, 4, 1, 4, 1]}}
    Silent:
        results:
          - outcome: mrs
            at: 3 mo
            p: .732
            arms: {msc: {distribution: [2, 13, 10, 0, 12, 2]}, control: {distribution: [0, 5, 4, 1, 4, 1]}}
    """
    for result, recomputation in failed_recomputations(subject, "distributions"):
        decided = recomputation.verdict is Verdict.DECISION_ERROR
        severity = severity_without_test(result, recomputation, decided, FAR_OF_RANKS)
        severity = "note" if names_unknown_test(result) else severity
        yield not_following_hit(result, recomputation, severity, _unknown_test_words(result))


def _unknown_test_words(result: AnalysedResult) -> str:
    return (
        f"; the source names {result.result.test}, which is none of these"
        if names_unknown_test(result)
        else ""
    )


#: Statistics whose test can be one-sided.
_SIDED = ("t", "z", "r")


@check("MSC405", "error", fields=("statistic",))
def p_from_statistic(subject: Subject) -> Iterator[Hit]:
    """p that does not follow from its test statistic.

    p of t, F, χ², r, z or Q on the printed degrees of freedom, over everything that rounding of the
    statistic and of its degrees of freedom allows (whole ones of t and of F's denominator may be rounded
    from Welch's); two-sided unless the record says otherwise, and then either side. A warning where half of
    it, a one-sided p, fits (in a text, `audit`, a note, unless it calls its tests two-sided; so is one between
    half of it and all of it, beside as many that are of one side as of two); a note where r fits with the number
    of pairs for its degrees of freedom. A statistic that cannot be, F, χ² or Q below
    0 or r beyond ±1, is itself the finding.

    In a text a warning too where a usual reason gives the p: other degrees of freedom (half of them at the
    least, as Welch's, or twice as many, as of repeats), one side to the nearest .005, several comparisons,
    Yates or the likelihood ratio of a table, t or z printed for its square, a statistic or p cut off, an
    exchange with another p of the paragraph. A note where others of the paragraph are as many times off, or
    most of them one-sided.

    It matters because one of the two numbers is then not what the analysis gave.
    Example: t(28) = 2.20 gives p = .0362 [.0357 to .0368]; p = .06 is flagged.
    It cannot see a correction of the degrees of freedom or of p that the record does not mention.
    Source: Nuijten 2016, 10.3758/s13428-015-0664-2.

    Flagged:
        results: [{outcome: motricity, at: 3 mo, p: .06, statistic: {kind: t, value: 2.20, df: 28}}]
    Silent:
        results: [{outcome: motricity, at: 3 mo, p: .036, statistic: {kind: t, value: 2.20, df: 28}}]
    """
    if any(record.statistic for record in subject.trial.results):
        yield from _impossible_statistic_hits(subject)
    for result, recomputation in failed_recomputations(subject, "test statistic"):
        statistic, two = result.result.statistic, result.result.sides == "two"
        half = statistic is not None and statistic.kind in _SIDED and two and fits_one_sided(recomputation)
        if statistic is not None and _statistic_of_pairs(result, statistic):
            pairs_words = f"; with {statistic.df} pairs, {_statistic_of_pairs(result, statistic)} fits"
            yield not_following_hit(result, recomputation, "note", pairs_words)
            continue
        yield not_following_hit(
            result, recomputation, "warning" if half else None, half_fits_words(recomputation) if half else ""
        )


def _statistic_of_pairs(result: AnalysedResult, statistic: Statistic) -> str | None:
    """The r with n − 2 degrees of freedom, where p follows from it: then n was printed in their place."""
    pairs = statistic.df.count if statistic.df is not None else None
    if statistic.kind != "r" or pairs is None or pairs < 4 or result.p is None:
        return None
    freed = statistic.model_copy(update={"df": Reported.read(str(pairs - 2))})
    record = result.result.model_copy(update={"statistic": freed})
    basis = from_statistic(replace(result.case, result=record)) if result.case else None
    verdict, _ = judge(result.p, basis.methods if basis else (), alpha=ALPHA)
    return printed_statistic(freed) if verdict in FITTING else None


def _impossible_statistic_hits(subject: Subject) -> Iterator[Hit]:
    """Test statistics outside of what theirs can be."""
    for index, result in enumerate(subject.trial.results):
        fault = impossible_statistic(result.statistic) if result.statistic else None
        if result.statistic and fault:
            path = ("results", index, "statistic", "value")
            yield Hit(path, fault, str(result.statistic.value), outcome=result.outcome)
