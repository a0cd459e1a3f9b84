"""Which arithmetic a result admits under the design of its trial: clusters, crossovers, pairs, rates, several arms."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.contrast import allocation_test, arm_size, group_size, trial_capacity
from msc_evidence.analysis.design import dependence, design_effect
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult, analyse_trial
from msc_evidence.registry.model import Outcome, Result, Trial

OUTCOMES = {
    "event": Outcome.model_validate({"name": "event", "type": "binary", "better": "lower"}),
    "score": Outcome.model_validate({"name": "score", "type": "continuous", "better": "higher"}),
    "grade": Outcome.model_validate({"name": "grade", "type": "ordinal", "better": "lower"}),
}
TWO = {"new": {"role": "treatment", "n": "100"}, "old": {"role": "control", "n": "100"}}
#: Of 24 pairs, 17% on one side alone (Bongers 2007, 10.1186/1475-2891-6-8); hours of sleep gained (Student 1908).
DISCORDANT = {"arm-only": "4", "against-only": "0"}
SLEEP = {"n": "10", "mean": "1.58"}
COUNTS = {"new": {"events": "40"}, "old": {"events": "55"}}


def trial(*results: dict[str, object], design: dict[str, str] | None = None, **parts: object) -> Trial:
    record: dict[str, object] = {
        "citation": {"year": 2020},
        "design": design or {},
        "participants": {},
        "arms": TWO,
        "sources": {"a": {"kind": "abstract"}, "b": {"kind": "full text"}},
        "results": [{"at": "3 mo", **result} for result in results],
    }
    return Trial.model_validate(record | parts)


def analysed(record: Trial) -> AnalysedResult:
    return analyse_trial("t", record, OUTCOMES)[0]


@pytest.mark.parametrize(
    ("design", "result", "begins"),
    [
        ({}, {}, None),
        ({"structure": "parallel group"}, {}, None),
        ({"structure": "parallel, not cluster-randomised"}, {}, None),
        ({"structure": "cluster"}, {}, "clustered"),
        ({"structure": "Cluster-randomised, two-arm"}, {}, "clustered"),
        ({"structure": "stepped wedge"}, {}, "clustered"),
        ({"structure": "group-randomized"}, {}, "clustered"),
        ({"clusters": "20"}, {}, "clustered"),
        ({"structure": "cluster"}, {"unit": "practice"}, None),
        ({"structure": "crossover"}, {}, "crossover"),
        ({"structure": "cross-over"}, {"period": 1}, None),
        ({"structure": "crossover"}, {"period": 2}, "crossover"),
        ({"structure": "two-period cross over"}, {"definition": "first period"}, None),
        ({"structure": "crossover"}, {"definition": "end of period 2"}, "crossover"),
        ({"structure": "split-mouth"}, {}, "within participants"),
        ({"structure": "matched pairs"}, {}, "within participants"),
        ({"structure": "factorial"}, {}, None),
        ({}, {"unit": "consultation"}, "counted by consultation"),
        ({}, {"hypothesis": "non-inferiority", "margin": "0.1"}, "the p is one of non-inferiority"),
    ],
)  # fmt: skip
def test_what_ties_participants_together(
    design: dict[str, str], result: dict[str, object], begins: str | None
) -> None:
    record = trial({"outcome": "event", **result}, design=design)
    reason = dependence(record, record.results[0])
    assert (reason is None) if begins is None else (reason or "").startswith(begins)


def test_what_was_measured_before_a_crossover_is_independent() -> None:
    record = trial({"outcome": "event"}, design={"structure": "crossover"})
    assert dependence(record, record.results[0], at_entry=True) is None


def test_the_arms_of_clusters_give_no_p_and_no_effect() -> None:
    effect = {"measure": "RR", "estimate": "0.9", "ci": "0.6-1.3"}
    found = analysed(
        trial(
            {"outcome": "event", "p": "0.6", "effect": effect, "arms": COUNTS},
            design={"structure": "cluster"},
        )
    )
    verdicts = {(item.statistic, item.basis): item.verdict for item in found.recomputations}
    assert verdicts["p", "counts"] is verdicts["RR", "counts"] is Verdict.NOT_RECOMPUTABLE
    assert verdicts["p", "confidence interval"] in (Verdict.REPRODUCED, Verdict.CONSISTENT)
    assert found.arm_effect is None
    assert trial_capacity(found.trial) is None


@pytest.mark.parametrize(("clusters", "expected"), [("6", 0.0786), ("60", 0.0843), (None, 0.0711)])
def test_p_from_the_interval_of_a_trial_of_clusters(clusters: str | None, expected: float) -> None:
    """t = ln 0.80/SE with SE = (ln 1.03 − ln 0.62)/(2t₁₋α⸝₂), on as many degrees of freedom as clusters less two."""
    arms = {name: arm | ({"clusters": clusters} if clusters else {}) for name, arm in TWO.items()}
    effect = {"measure": "RR", "estimate": "0.80", "ci": "0.62-1.03", "level": "95"}
    result = {"outcome": "event", "p": "0.08", "effect": effect}
    (item,) = analysed(trial(result, arms=arms, design={"structure": "cluster"})).recomputations
    normal, between = item.methods
    assert (normal.method, between.method) == ("normal from CI", "t between clusters from CI")
    assert between.value == pytest.approx(expected, abs=6e-4)


def test_a_design_effect_is_stated_or_follows_from_icc_and_clusters() -> None:
    arms = {name: arm | {"clusters": "5"} for name, arm in TWO.items()}
    record = trial({"outcome": "event", "p": "0.1", "icc": "0.05", "arms": COUNTS}, arms=arms)
    assert design_effect(record, record.results[0]) == pytest.approx(1.95)  # 1 + (20 - 1)·0.05
    assert (
        "at a design effect of 1.95 the arms' values give about 0.1"
        in analysed(record).recomputations[0].reason
    )
    stated = trial({"outcome": "event", "design-effect": "2.2"}, design={"icc": "0.05"})
    assert design_effect(stated, stated.results[0]) == pytest.approx(2.2)


def test_clusters_are_what_was_allocated() -> None:
    arms = {"new": {"role": "treatment", "n": "900"}, "old": {"role": "control", "n": "400"}}
    design = {"allocation": "randomised", "structure": "cluster"}
    assert allocation_test(trial(design=design, arms=arms)) is None
    counted = {name: arm | {"clusters": "12"} for name, arm in arms.items()}
    split = allocation_test(trial(design=design, arms=counted))
    assert split is not None
    assert (split.key, split.n1, split.n2, split.p) == ("clusters", 12, 12, 1.0)


@pytest.mark.parametrize(
    ("result", "verdict", "names"),
    [
        ({"outcome": "event", "test": "McNemar", "p": "0.046", "pairs": DISCORDANT},
         Verdict.REPRODUCED, ("McNemar",)),
        ({"outcome": "event", "test": "exact McNemar", "p": "0.046", "pairs": DISCORDANT},
         Verdict.DECISION_ERROR, ("McNemar exact",)),
        ({"outcome": "score", "test": "paired t test", "p": "0.003", "difference": SLEEP | {"se": "0.389"}},
         Verdict.REPRODUCED, ("paired t",)),
        ({"outcome": "score", "p": "0.003", "difference": SLEEP | {"ci": "0.70-2.46"}},
         Verdict.REPRODUCED, ("paired t",)),
        ({"outcome": "score", "test": "Wilcoxon signed-rank test", "p": "0.2", "difference": SLEEP | {"sd": "1.23"}},
         Verdict.NOT_RECOMPUTABLE, ()),
    ],
)  # fmt: skip
def test_pairs_have_tests_of_their_own(
    result: dict[str, object], verdict: Verdict, names: tuple[str, ...]
) -> None:
    (item,) = analysed(trial(result, design={"structure": "crossover"})).recomputations
    assert (item.verdict, item.names) == (verdict, names)


def test_rates_have_tests_and_a_ratio_of_their_own() -> None:
    arms = {"new": {"events": "41", "person-time": "28010"}, "old": {"events": "15", "person-time": "19017"}}
    effect = {"measure": "IRR", "estimate": "1.86", "ci": "1.03-3.36"}  # Rothman 2008: exact p 0.0409
    found = analysed(trial({"outcome": "event", "p": "0.041", "effect": effect, "arms": arms}))
    by_basis = {
        item.basis: item.verdict for item in found.recomputations if item.basis != "confidence interval"
    }
    assert by_basis == {"rates": Verdict.REPRODUCED}
    ratio = found.recomputations[-1]
    assert (ratio.statistic, ratio.verdict) == ("IRR", Verdict.REPRODUCED)


TREATED = {"role": "treatment", "n": "10"}
THREE = {"low": TREATED, "high": TREATED, "none": {"role": "control", "n": "10"}}
EVENTS = {"low": {"events": "3"}, "high": {"events": "7"}, "none": {"events": "3"}}
PLANTS = {  # R's PlantGrowth: F = 4.85 on 2 and 27
    "none": {"mean": "5.032", "sd": "0.583"}, "low": {"mean": "4.661", "sd": "0.794"},
    "high": {"mean": "5.526", "sd": "0.443"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("result", "verdict", "basis"),
    [
        ({"outcome": "score", "p": "0.016", "test": "one-way ANOVA", "arms": PLANTS}, Verdict.REPRODUCED, "means"),
        ({"outcome": "score", "p": "0.30", "arms": PLANTS}, Verdict.DECISION_ERROR, "means"),
        ({"outcome": "score", "p": "0.30", "test": "Kruskal-Wallis", "arms": PLANTS},
         Verdict.NOT_RECOMPUTABLE, "means"),
        ({"outcome": "event", "p": "0.11", "arms": EVENTS},
         Verdict.REPRODUCED, "counts"),
        ({"outcome": "score", "p": "0.11"}, Verdict.NOT_RECOMPUTABLE, ""),
        ({"outcome": "score", "p": "0.11", "adjusted": "age", "arms": PLANTS}, Verdict.NOT_RECOMPUTABLE, ""),
    ],
)  # fmt: skip
def test_a_p_of_three_arms(result: dict[str, object], verdict: Verdict, basis: str) -> None:
    found = analysed(trial({"among": ["low", "high", "none"], **result}, arms=THREE))
    assert found.contrast is None
    assert [(item.verdict, item.basis) for item in found.recomputations] == [(verdict, basis)]


def test_an_arm_that_combines_others_has_theirs_together() -> None:
    arms = THREE | {"both": {"role": "treatment", "combines": ["low", "high"]}}
    record = trial({"outcome": "event", "arm": "both", "against": "none"}, arms=arms)
    assert group_size(record, record.results[0], "both") == 20


def test_the_size_of_an_arm_is_that_of_its_source() -> None:
    also = [{"source": "b", "arms": {"new": {"n": "92"}}}]
    record = trial({"outcome": "event", "source": "b"}, {"outcome": "event"}, also=also)
    assert [group_size(record, result, "new") for result in record.results] == [92, 100]
    assert arm_size(record, "old", "b") == 100


@pytest.mark.parametrize(
    ("stated", "expected"),
    [({"n": "80", "events": "40"}, 80), ({"n": "80", "events": "41"}, 100), ({"n": "80", "mean": "3"}, 100)],
)
def test_the_n_of_the_same_comparison_in_another_source(stated: dict[str, str], expected: int) -> None:
    other = {"outcome": "event", "source": "b", "arms": {"new": stated, "old": {"n": "80"}}}
    record = trial({"outcome": "event", "arms": COUNTS}, other)
    assert group_size(record, record.results[0], "new") == expected


def test_what_a_source_says_of_all_its_comparisons() -> None:
    sources = {"a": {"kind": "abstract", "adjusted": "clusters", "tests": "chi-square"}}
    crude = {"outcome": "event", "adjusted": "no", "test": "Fisher's exact test"}
    record = trial({"outcome": "event"}, crude, sources=sources)
    assert [(result.adjusted, result.test) for result in record.results] == [
        ("clusters", "chi-square"),
        (None, "Fisher's exact test"),
    ]


def test_an_interval_alone_is_an_effect() -> None:
    effect = {"measure": "RR", "ci": "0.62-0.98", "level": "95"}
    (item,) = analysed(trial({"outcome": "event", "p": "0.033", "effect": effect})).recomputations
    assert (item.basis, item.verdict) == ("confidence interval", Verdict.REPRODUCED)
    assert (
        Result.model_validate({"outcome": "x", "at": "3 mo", "effect": effect}).effect.printed
        == "RR (0.62–0.98)"
    )  # type: ignore[union-attr]
