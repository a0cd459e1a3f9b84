"""From a registry's result to what bounds its arms, or to the reason why nothing does."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.feasible import feasible_question, leading_superiority
from msc_evidence.analysis.results import Analysis
from msc_evidence.analysis.typed_arms import typed_arms
from msc_evidence.registry.loader import load
from msc_evidence.statistics.feasible.question import Cut
from msc_evidence.statistics.interval import Interval

REGISTRY = """registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
  fma: {name: Fugl-Meyer, type: ordinal, range: [0, 100], better: higher}
  volume: {name: infarct volume, type: continuous, better: lower}
  death: {name: death, type: binary, better: lower}
  survival: {name: survival, type: time-to-event, better: higher}
trials:
  one:
    citation: {year: 2020}
    design: {allocation: randomised}
    participants: {}
    arms: {drug: {role: treatment, n: 5}, placebo: {role: control, n: 25}}
    results:
%s
    sources: {paper: {kind: full text}}
"""


@pytest.fixture
def questions(tmp_path):
    def asked(*results):
        file = tmp_path / "trials.yaml"
        file.write_text(REGISTRY % "\n".join(f"      - {result}" for result in results), encoding="utf-8")
        return [feasible_question(result) for result in Analysis(load(file)).results("one")]

    return asked


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ("{outcome: mrs, at: 3 mo, p: 0.076, adjusted: age}", "p is adjusted for age"),
        ("{outcome: mrs, at: 3 mo, p: 0.076, adjusted: yes}", "p is adjusted"),
        (
            "{outcome: mrs, at: 3 mo, p: 0.076, imputed: last observation carried forward}",
            "p is of imputed values (last observation carried forward)",
        ),
        (
            "{outcome: mrs, at: 3 mo, p: 0.076, imputed: yes, adjusted: age}",
            "p is adjusted for age and of imputed values",
        ),
        ("{outcome: mrs, at: 3 mo, p: 0.076, sides: one}", "p is one-sided"),
        ("{outcome: mrs, at: 3 mo, p: 0.076, hypothesis: non-inferiority}", "p is of non-inferiority"),
        ("{outcome: mrs, at: 3 mo, p: 0.076, test: stratified CMH}", "p is from stratified CMH"),
        ("{outcome: mrs, at: 3 mo, p: 0.076, test: Wilcoxon signed-rank}", "p is from Wilcoxon signed-rank"),
        ("{outcome: mrs, at: 3 mo, p: 0.076, test: mixed model}", "p is from mixed model"),
        ("{outcome: survival, at: 3 mo, p: 0.076}", "p is of times to an event"),
        (
            "{outcome: mrs, at: 3 mo, p: 0.076, arms: {drug: {percent: 40, percent-of: 5}, placebo: {percent: 20}}}",
            "not all values are of the whole arms",
        ),
    ],
)
def test_what_bounds_nothing_says_why(questions, result, reason):
    (question,) = questions(result)
    assert question.printed is None
    assert question.reason == f"no bound: {reason}"


def test_the_scale_gives_the_categories(questions):
    mrs, change, fma, volume, death, part = questions(
        "{outcome: mrs, at: 3 mo, p: 0.076, favours: drug}",
        "{outcome: mrs, at: 3 mo, p: 0.076, change: true}",
        "{outcome: fma, at: 3 mo, p: 0.076}",
        "{outcome: volume, at: 3 mo, p: <0.05}",
        "{outcome: death, at: 3 mo, p: 0.076}",
        "{outcome: mrs, definition: mRS 0-2, at: 3 mo, p: 0.076}",
    )
    assert (mrs.printed.categories, mrs.printed.step, mrs.printed.direction) == (7, 1.0, 1)
    assert mrs.printed.utilities[0] == 0.0
    assert mrs.printed.utilities[-1] == 1.0
    assert change.printed.categories == 13
    assert (fma.printed.categories, fma.printed.step) == (30, None)
    assert (volume.printed.categories, volume.printed.p.lo) == (30, 0.0)
    assert volume.printed.p.hi < 0.05
    assert death.printed.categories == part.printed.categories == 2
    assert death.tests == ("Fisher", "mid-p", "chi2", "Yates", "N-1")
    assert mrs.tests[:4] == ("rank-sum normal", "rank-sum exact", "Student", "Welch")


@pytest.mark.parametrize(
    ("test", "tests"),
    [
        ("Mann-Whitney U", ("rank-sum normal", "rank-sum normal cc", "rank-sum exact")),
        ("exact Wilcoxon rank-sum", ("rank-sum exact",)),
        ("unpaired t-test", ("Student", "Welch")),
        ("Fisher's exact test", ("Fisher",)),
        ("proportional odds", ("PO score",)),
    ],
)
def test_the_words_of_a_source_name_the_tests(questions, test, tests):
    (question,) = questions(f"{{outcome: mrs, at: 3 mo, p: 0.076, test: {test}}}")
    assert question.tests == tests


def test_other_numbers_of_the_source_are_joined(questions):
    question, *_ = questions(
        "{outcome: mrs, at: 3 mo, p: 0.076, arms: {drug: {mean: 2.4, sd: 1.1}, placebo: {median: 4}}}",
        "{outcome: mrs, at: 3 mo, definition: mRS 0-2, arms: {drug: {events: 3}, placebo: {events: 5}}}",
        "{outcome: mrs, at: 3 mo, definition: mRS 5-6, arms: {drug: {events: 1}, placebo: {events: 9}}}",
        "{outcome: mrs, at: 6 mo, definition: mRS 0-1, arms: {drug: {events: 1}, placebo: {events: 2}}}",
    )
    assert question.printed.cuts == (Cut(4, (3, 5)), Cut(2, (4, 16)))
    first, second = question.printed.moments
    assert (first.mean.lo, first.mean.hi) == pytest.approx((3.55, 3.65))
    assert (first.sd.lo, first.sd.hi) == pytest.approx((1.05, 1.15))
    assert (second.median.lo, second.median.hi) == (1.5, 2.5)


def test_tables_lead_with_ps_of_ordinal_outcomes(questions):
    unnamed, ranks, named, volume = questions(
        "{outcome: mrs, at: 3 mo, p: 0.076, favours: drug}",
        "{outcome: mrs, at: 3 mo, p: 0.076, favours: placebo, test: Mann-Whitney}",
        "{outcome: mrs, at: 3 mo, p: 0.076, test: t test}",
        "{outcome: volume, at: 3 mo, p: 0.076}",
    )
    bound = leading_superiority(unnamed.result)
    assert (bound.low.value, bound.high.value) == pytest.approx((0.704, 0.752))
    assert leading_superiority(ranks.result).high.value == pytest.approx(1 - 0.704)
    assert leading_superiority(named.result) is None
    assert leading_superiority(volume.result) is None


def test_typed_arms():
    printed = typed_arms("39 v 15", "-100-100/5", "<.05", "control")
    assert (printed.n1, printed.n2, printed.categories, printed.step, printed.direction) == (
        39,
        15,
        41,
        5.0,
        -1,
    )
    assert printed.p.lo == 0
    assert typed_arms("5,25", "0-6", "0.732").p == Interval(0.7315, 0.7325)
    assert typed_arms("5,25", "0-6", "0.000").p == Interval(0, 0.0005)
    assert typed_arms("5,25", "0-6", "1").p.hi == 1


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (("5", "0-6", ".05"), "--sizes"),
        (("0,5", "0-6", ".05"), "--sizes"),
        (("5,5", "6-0", ".05"), "--scale"),
        (("5,5", "0-6/4", ".05"), "--scale"),
        (("5,5", "0 to six", ".05"), "--scale"),
        (("5,5", "0-6", "1.2"), "--p"),
        (("5,5", "0-6", "0"), "--p"),
        (("5,5", "0-6", "<0"), "--p"),
        (("5,5", "0-6", "small"), "--p"),
        (("5,5", "0-6", ".05", "them"), "--favours"),
    ],
)
def test_what_was_typed_wrong_is_said(typed, wrong):
    with pytest.raises(ValueError, match=wrong):
        typed_arms(*typed)


def test_data_sets_of_the_ends_pass_the_checks(tmp_path):
    from msc_evidence.checks.run import run_checks
    from msc_evidence.statistics.feasible.bounds import feasible
    from msc_evidence.statistics.feasible.question import Printed

    bounds = feasible(Printed(5, 25, 7, Interval(0.0755, 0.0765), 1), "rank-sum normal").bounds
    results = []
    for at, end in enumerate([end for bound in bounds for end in (bound.low, bound.high)], 1):
        first, second = (list(counts[::-1]) for counts in end.data)  # grade 0 is the best
        arms = f"{{drug: {{distribution: {first}}}, placebo: {{distribution: {second}}}}}"
        results.append(
            f"      - {{outcome: mrs, at: {at} mo, p: 0.076, favours: drug, test: Mann-Whitney, arms: {arms}}}"
        )
    file = tmp_path / "trials.yaml"
    file.write_text(REGISTRY % "\n".join(results), encoding="utf-8")
    findings = run_checks(Analysis(load(file)), ["one"]).findings
    assert not [finding for finding in findings if finding.code.startswith(("MSC3", "MSC4"))]


def test_means_sds_and_a_rank_sum_p_can_be_possible_together():
    import msc_evidence
    from msc_evidence.analysis.feasible_means import possible_under_ranks

    results = Analysis(msc_evidence.load()).results("chung-2021")
    (leg,) = (each for each in results if each.result.outcome == "motricity-leg" and each.result.arms)
    (recomputation,) = (each for each in leg.recomputations if each.basis == "means")
    assert possible_under_ranks(leg, recomputation)


def test_data_sets_are_sought_once_for_the_same_numbers(questions, monkeypatch):
    from msc_evidence.analysis import feasible_means

    (question,) = questions(
        "{outcome: volume, at: 3 mo, p: 0.031, arms: {drug: {mean: 5.1, sd: 2.5}, placebo: {mean: 3.9, sd: 2.5}}}"
    )
    (recomputation,) = question.result.recomputations
    sought = []
    monkeypatch.setattr(feasible_means, "data_set_with", lambda *asked: sought.append(asked[-1]))
    for _ in range(3):
        feasible_means.possible_under_ranks(question.result, recomputation)
    assert sought == ["rank-sum normal", "rank-sum normal cc"]


def test_a_p_that_means_and_sds_exclude_is_not_called_possible(questions):
    from msc_evidence.analysis.feasible_means import possible_under_ranks

    (question,) = questions(
        "{outcome: volume, at: 3 mo, p: 0.9, arms: {drug: {mean: 9.0, sd: 0.5}, placebo: {mean: 2.0, sd: 0.5}}}"
    )
    (recomputation,) = question.result.recomputations
    assert not possible_under_ranks(question.result, recomputation)
