"""What each record lets one recompute, under which methods, and what is said where nothing can be."""

from __future__ import annotations

from typing import Any

import pytest

from msc_evidence.analysis.contrast import contrast_of
from msc_evidence.analysis.recompute.bases import Case, possible_events
from msc_evidence.analysis.recompute.recomputation import Recomputation, recomputations
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.registry.values import Values


def recomputed(
    n1: object = 30, n2: object = 31, kind: str = "binary", **parts: Any
) -> tuple[Recomputation, ...]:
    """The recomputations of one result of a trial of these sizes."""
    arms = {"msc": {"role": "treatment", "n": n1}, "control": {"role": "control", "n": n2}}
    record = {
        "citation": {"year": 2020},
        "design": {},
        "participants": {},
        "sources": {"a": {"kind": "abstract"}},
    }
    trial = Trial.model_validate(record | {"arms": arms})
    result = Result.model_validate({"outcome": "x", "at": "3 mo"} | parts)
    contrast = contrast_of(trial, result)
    assert contrast is not None
    outcome = Outcome.model_validate({"name": "X", "type": kind, "better": "higher"})
    return recomputations(Case(result, contrast, outcome))


def p_of(**parts: Any) -> Recomputation:
    """The one recomputation of the p-value."""
    (found,) = (each for each in recomputed(**parts) if each.statistic == "p")
    return found


def both(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return {"msc": first, "control": second}


EVENTS = both({"events": "12"}, {"events": "21"})
LEG = both({"mean": "14.8", "sd": "23.8"}, {"mean": "2.6", "sd": "13.0"})


# Campbell 2007 10.1002/sim.2832: 12/30 v 21/31 under three tests.
@pytest.mark.parametrize(
    ("p", "method"), [("0.0297", "Pearson"), ("0.0553", "Yates"), ("0.0409", "Fisher exact")]
)
def test_p_from_counts_names_the_method_that_gives_it(p: str, method: str) -> None:
    found = p_of(p=p, arms=EVENTS)
    assert (found.verdict, found.basis, found.inputs) == (Verdict.REPRODUCED, "counts", "12/30 v 21/31")
    assert method in found.names
    assert found.reason == (
        f"{method} gives it" if found.names == (method,) else f"{' and '.join(found.names)} give it"
    )


@pytest.mark.parametrize(
    ("test", "p", "verdict"),
    [
        ("Fisher's exact test", "0.0297", Verdict.INCONSISTENT),
        ("chi-squared test", "0.0297", Verdict.REPRODUCED),
        ("chi-squared test or Fisher's exact test", "0.0409", Verdict.REPRODUCED),
        ("χ²", "0.0409", Verdict.INCONSISTENT),
        ("paired test", "0.0297", Verdict.NOT_RECOMPUTABLE),
        ("Mann–Whitney U", "0.0297", Verdict.NOT_RECOMPUTABLE),
        # Likelihood ratio .0287, Wald of the log odds ratio .0321.
        ("likelihood ratio chi-square", "0.0287", Verdict.REPRODUCED),
        ("likelihood ratio chi-square", "0.0297", Verdict.INCONSISTENT),
        ("Wald test", "0.0321", Verdict.REPRODUCED),
        ("Wald test", "0.0297", Verdict.INCONSISTENT),
    ],
)
def test_a_named_test_restricts_the_methods(test: str, p: str, verdict: Verdict) -> None:
    assert p_of(p=p, test=test, arms=EVENTS).verdict is verdict


def test_a_test_whose_data_are_missing_is_asked_for_by_name() -> None:
    found = p_of(kind="continuous", p="0.023", test="Wilcoxon signed-rank test", arms=LEG)
    assert found.verdict is Verdict.NOT_RECOMPUTABLE
    assert found.reason == "needs the data of the test the source names (Wilcoxon signed-rank test)"


# 15/32 is 46.9 % and only that; 47 % of 1000 is any of 465 to 475.
@pytest.mark.parametrize(
    ("values", "n", "expected"),
    [
        ({"events": "12"}, 30, [12]),
        ({"events": "31"}, 30, []),
        ({"percent": "46.9"}, 32, [15]),
        ({"percent": "47"}, 1000, list(range(465, 476))),
        ({"percent": "71"}, 43, []),
        ({"percent": "100"}, 3, [3]),
        ({"percent": "0"}, 3, [0]),
        ({"percent": "-10"}, 30, []),
        ({"mean": "3"}, 30, []),
    ],
)
def test_counts_behind_a_percentage(values: dict[str, str], n: int, expected: list[int]) -> None:
    assert possible_events(Values.model_validate(values), n) == expected


def test_every_count_that_a_percentage_can_stand_for_is_tried() -> None:
    found = p_of(n1=300, n2=300, p="0.25", arms=both({"percent": "47"}, {"percent": "42"}))
    pearson = next(method for method in found.methods if method.method == "Pearson")
    assert pearson.interval.lo < pearson.value < pearson.interval.hi
    # 47 % of 300 is 140 to 142, 42 % is 125 to 127: Pearson from 140 v 127 to 142 v 125.
    assert (pearson.interval.lo, pearson.interval.hi) == pytest.approx((0.162558, 0.285554), abs=1e-6)


def test_percentages_that_no_count_gives() -> None:
    found = p_of(n1=43, n2=43, p="0.04", arms=both({"percent": "71"}, {"percent": "40"}))
    assert found.verdict is Verdict.NOT_RECOMPUTABLE
    assert found.reason == "needs percentages that some whole number of participants gives"


def test_student_and_welch_on_the_leg_score() -> None:
    found = p_of(n1=39, n2=15, kind="continuous", p="0.023", arms=LEG)
    by_name = {method.method: method for method in found.methods}
    assert found.verdict is Verdict.INCONSISTENT
    assert by_name["Welch"].value == pytest.approx(0.0204, abs=5e-5)
    assert (by_name["Welch"].interval.lo, by_name["Welch"].interval.hi) == pytest.approx(
        (0.0191, 0.0218), abs=5e-5
    )
    assert by_name["Student"].value == pytest.approx(0.0666, abs=5e-5)
    assert (by_name["Student"].interval.lo, by_name["Student"].interval.hi) == pytest.approx(
        (0.0639, 0.0694), abs=5e-5
    )
    assert "p < 0.05 by Welch only; a rank test cannot be recomputed from means" in found.reason


@pytest.mark.parametrize(
    ("test", "methods"),
    [
        ("Welch's t-test", {"Welch"}),
        ("Student's t test", {"Student"}),
        ("unpaired t-test", {"Student", "Welch"}),
        (None, {"Student", "Welch"}),
        ("ANCOVA", {"Student", "Welch"}),
    ],
)
def test_which_t_test(test: str | None, methods: set[str]) -> None:
    found = p_of(n1=39, n2=15, kind="continuous", p="0.023", arms=LEG, **({"test": test} if test else {}))
    assert {method.method for method in found.methods} == methods


def test_se_instead_of_sd() -> None:
    # The same spread, 23.8/√39 = 3.811 and 13.0/√15 = 3.357, printed as SE: wider intervals about the same p.
    values = both({"mean": "14.8", "se": "3.811"}, {"mean": "2.6", "se": "3.357"})
    found = p_of(n1=39, n2=15, kind="continuous", p="0.020", arms=values)
    assert found.verdict is Verdict.REPRODUCED
    assert found.names == ("Welch",)
    assert found.inputs == "14.8 (SE 3.811) (39) v 2.6 (SE 3.357) (15)"


# 0.020 is Welch's p of the unadjusted values: it is not the adjusted one for that.
@pytest.mark.parametrize("p", ["0.023", "0.5", "<0.001", "0.020", "0.05"])
def test_an_adjusted_p_is_never_wrong(p: str) -> None:
    found = p_of(n1=39, n2=15, kind="continuous", p=p, adjusted="age", arms=LEG)
    assert found.verdict is Verdict.NOT_RECOMPUTABLE
    assert found.reason == "the p is adjusted for age; the arms' values alone give 0.0204 to 0.0666"
    assert found.methods
    assert not found.names


def test_a_p_of_imputed_values_is_never_wrong() -> None:
    found = p_of(n1=39, n2=15, kind="continuous", p="0.5", imputed="multiple imputation", arms=LEG)
    assert found.verdict is Verdict.NOT_RECOMPUTABLE
    assert found.reason.startswith(
        "the p is of imputed values (multiple imputation); the arms' values alone give"
    )


# 12/30 v 21/31 gives RR 0.590.
@pytest.mark.parametrize(
    ("estimate", "verdict"), [("0.30", Verdict.INCONSISTENT), ("0.59", Verdict.REPRODUCED)]
)
def test_an_adjusted_effect_is_neither_wrong_nor_reproduced(estimate: str, verdict: Verdict) -> None:
    effect = {"measure": "RR", "estimate": estimate}
    unadjusted, adjusted = (
        recomputed(effect=effect, arms=EVENTS, **extra)[-1] for extra in ({}, {"adjusted": "yes"})
    )
    assert (unadjusted.verdict, adjusted.verdict) == (verdict, Verdict.NOT_RECOMPUTABLE)
    assert adjusted.reason == "the effect is adjusted; the arms' values alone give 0.5905"


# t(28) = 2.20 has .0362 two-sided (Nuijten 2016), so .0181 on its own side and .9819 on the other.
@pytest.mark.parametrize(
    ("p", "verdict", "names"),
    [
        ("0.018", Verdict.REPRODUCED, ("t, one-sided",)),
        ("0.982", Verdict.REPRODUCED, ("t, other side",)),
        ("0.036", Verdict.INCONSISTENT, ("t, one-sided", "t, other side")),
    ],
)
def test_a_one_sided_p_of_a_statistic(p: str, verdict: Verdict, names: tuple[str, ...]) -> None:
    found = p_of(p=p, sides="one", statistic={"kind": "t", "value": "2.20", "df": "28"})
    assert (found.verdict, found.names) == (verdict, names)


def test_a_test_of_many_degrees_has_no_sides() -> None:
    found = p_of(p="0.065", sides="one", statistic={"kind": "F", "value": "2.20", "df": "2", "df2": "28"})
    assert found.verdict is Verdict.NOT_RECOMPUTABLE
    assert found.reason == "the reported p is one-sided and the side is not recorded"


@pytest.mark.parametrize(
    ("statistic", "reason"),
    [
        (
            {"kind": "r", "value": "1.4", "df": "48"},
            "r(48) = 1.4 cannot be: r lies between -1 and 1",
        ),
        (
            {"kind": "F", "value": "-4", "df": "1", "df2": "48"},
            "F(1, 48) = -4 cannot be: F is never below 0",
        ),
    ],
)
def test_an_impossible_statistic_is_the_reason(statistic: dict[str, str], reason: str) -> None:
    found = p_of(p="0.01", statistic=statistic)
    assert (found.verdict, found.reason) == (Verdict.NOT_RECOMPUTABLE, reason)


def test_a_cut_of_a_scale_needs_events() -> None:
    assert p_of(kind="ordinal", definition="mRS 0-2", p="0.03").reason == "needs events in both arms"


def test_a_test_of_times_needs_a_hazard_ratio() -> None:
    found = p_of(test="log-rank", p="0.03", arms=both({"percent": "71.3"}, {"percent": "40"}))
    assert found.reason == "needs a hazard ratio with CI or the log-rank statistic"


# Welch's 10.6 degrees of freedom printed as 11: t 1.149 gives .2757, on 11 it would be .2749.
@pytest.mark.parametrize(("df", "verdict"), [("11", True), ("10.6", True), ("11.0", False)])
def test_degrees_of_freedom_are_rounded_too(df: str, verdict: bool) -> None:
    found = p_of(p="0.2757", statistic={"kind": "t", "value": "1.1490", "df": df})
    assert (found.verdict in (Verdict.REPRODUCED, Verdict.CONSISTENT)) is verdict


# 12/12 v 8/12; 0/12 v 2/37: 0 as it is, (.5/13)/(2.5/38) = .5846 with ½ added.
@pytest.mark.parametrize(
    ("events", "sizes", "effect", "verdict"),
    [
        (("12", "8"), (12, 12), {"measure": "RR", "estimate": "1.50"}, Verdict.REPRODUCED),
        (("12", "8"), (12, 12), {"measure": "RR", "estimate": "1.47"}, Verdict.REPRODUCED),
        (("0", "2"), (12, 37), {"measure": "RR", "estimate": "0"}, Verdict.REPRODUCED),
        (("0", "2"), (12, 37), {"measure": "RR", "estimate": "0.58"}, Verdict.REPRODUCED),
        (("0", "2"), (12, 37), {"measure": "RR", "estimate": "0.30"}, Verdict.INCONSISTENT),
        (("2", "0"), (12, 37), {"measure": "OR", "estimate": "0"}, Verdict.INCONSISTENT),
        (("30", "20"), (100, 100), {"measure": "RD", "estimate": "10"}, Verdict.REPRODUCED),
        (("30", "20"), (100, 100), {"measure": "RD", "estimate": "0.10"}, Verdict.REPRODUCED),
        (("11", "10"), (104, 102), {"measure": "RD", "estimate": "0.8"}, Verdict.REPRODUCED),
        (("30", "20"), (100, 100), {"measure": "RD", "estimate": "15"}, Verdict.INCONSISTENT),
    ],
)
def test_effects_of_counts(
    events: tuple[str, str], sizes: tuple[int, int], effect: dict[str, str], verdict: Verdict
) -> None:
    arms = both({"events": events[0]}, {"events": events[1]})
    assert recomputed(*sizes, effect=effect, arms=arms)[-1].verdict is verdict


# 26.78 ± 11.31 (17) v 23.16 ± 5.31 (15): g .3912, d .4013.
@pytest.mark.parametrize(
    ("estimate", "names"), [("0.39", ("Hedges' g",)), ("0.40", ("Cohen's d",)), ("0.45", ())]
)
def test_standardised_difference_with_and_without_correction(estimate: str, names: tuple[str, ...]) -> None:
    arms = both({"mean": "26.78", "sd": "11.31"}, {"mean": "23.16", "sd": "5.31"})
    effect = {"measure": "SMD", "estimate": estimate}
    found = recomputed(17, 15, kind="continuous", effect=effect, arms=arms)[-1]
    assert (found.names if found.verdict is Verdict.REPRODUCED else ()) == names


def test_the_odds_ratio_of_fishers_test_is_conditional() -> None:
    # R's fisher.test of 44/59 v 5/98 gives 52.24; the sample odds ratio is 54.56.
    effect, arms = {"measure": "OR", "estimate": "52.24"}, both({"events": "44"}, {"events": "5"})
    unnamed, named = (
        recomputed(59, 98, effect=effect, arms=arms, **extra)[-1] for extra in ({}, {"test": "Fisher exact"})
    )
    assert (unnamed.verdict, named.verdict) == (Verdict.INCONSISTENT, Verdict.NOT_RECOMPUTABLE)


# MD 12.2 (2.0–22.4), the leg score with Welch's interval on 45.5 degrees of freedom.
def test_welch_beside_student_from_an_interval() -> None:
    effect = {"measure": "MD", "estimate": "12.2", "ci": "2.0-22.4"}
    named = {
        test: [
            method.method
            for method in p_of(n1=39, n2=15, kind="continuous", p="0.020", effect=effect, test=test).methods
        ]
        for test in ("Student's t test", "Welch's t test", "t test")
    }
    assert named["Student's t test"] == ["normal from CI", "t from CI"]
    assert named["t test"] == named["Welch's t test"] == ["normal from CI", "t from CI", "Welch's t from CI"]


def test_one_sided_p_is_not_halved_by_guess() -> None:
    found = p_of(p="0.0205", sides="one", arms=EVENTS)
    assert found.verdict is Verdict.NOT_RECOMPUTABLE
    assert found.reason == "the reported p is one-sided and the side is not recorded"


@pytest.mark.parametrize(
    ("kind", "sizes", "arms", "needs"),
    [
        ("continuous", (5, 25), None, "mean and SD of both arms"),
        (
            "ordinal",
            (5, 25),
            None,
            "each arm's distribution over the categories or mean and SD of both arms",
        ),
        ("binary", (5, 25), None, "events in both arms"),
        ("time-to-event", (5, 25), None, "a hazard ratio with CI or the log-rank statistic"),
        (
            "time-to-event",
            (50, 50),
            both({"percent": "72"}, {"percent": "54"}),
            "a hazard ratio with CI or the log-rank statistic",
        ),
        (
            "time-to-event",
            (50, 50),
            both({"events": "12"}, {"events": "21"}),
            "a hazard ratio with CI or the log-rank statistic",
        ),
        ("continuous", (5, 25), both({"mean": "3"}, {"mean": "4"}), "SDs of both arms"),
        ("continuous", (5, 25), both({"mean": "3", "sd": "1"}, {"mean": "4"}), "SDs of both arms"),
        ("ordinal", (5, 25), both({"median": "3"}, {"median": "4"}), "the values behind the medians"),
        ("continuous", ("not reported", 25), LEG, "both group sizes"),
        ("continuous", (0, 25), LEG, "both group sizes"),
    ],
)
def test_what_is_missing_is_named(kind: str, sizes: tuple[Any, Any], arms: Any, needs: str) -> None:
    parts = {"arms": arms} if arms else {}
    found = p_of(n1=sizes[0], n2=sizes[1], kind=kind, p="0.011", **parts)
    assert found.verdict is Verdict.NOT_RECOMPUTABLE
    assert found.reason.startswith(f"needs {needs}")
    assert found.interval is None


def test_p_from_distributions() -> None:
    # Lattice of the rank sum with ties: [2,13,10,0,12,2] v [0,5,4,1,4,1] gives .73208 (computed from the counts).
    values = both(
        {"distribution": ["2", "13", "10", "0", "12", "2"]}, {"distribution": ["0", "5", "4", "1", "4", "1"]}
    )
    found = p_of(n1=39, n2=15, kind="ordinal", p="0.732", arms=values)
    assert (found.verdict, found.basis) == (Verdict.REPRODUCED, "distributions")
    assert any(method.value == pytest.approx(0.73208, abs=5e-6) for method in found.methods)


# Altman & Bland 2011 BMJ 343:d2304 and further pairs of estimate, interval and p.
@pytest.mark.parametrize(
    ("effect", "p"),
    [
        ({"measure": "RR", "estimate": "0.81", "ci": "0.70-0.94"}, "0.005"),
        ({"measure": "OR", "estimate": "1.9", "ci": "1.2-3.0", "level": "95"}, "0.006"),
        ({"measure": "HR", "estimate": "0.78", "ci": "0.62-0.98"}, "0.033"),
        ({"measure": "MD", "estimate": "1.5", "ci": "0.2-2.8"}, "0.024"),
    ],
)
def test_p_from_an_interval(effect: dict[str, str], p: str) -> None:
    found = p_of(n1=500, n2=500, p=p, effect=effect)
    assert (found.verdict, found.basis) == (Verdict.REPRODUCED, "confidence interval")
    assert f"({effect.get('level', '95')}% CI " in found.inputs


def test_p_against_an_interval() -> None:
    found = p_of(p="0.30", effect={"measure": "HR", "estimate": "0.78", "ci": "0.62-0.98"})
    assert found.verdict is Verdict.DECISION_ERROR
    assert found.interval is not None
    assert (found.interval.lo, found.interval.hi) == pytest.approx((0.0247, 0.0440), abs=1e-4)


# Nuijten 2016 10.3758/s13428-015-0664-2: the examples of statcheck's manual.
@pytest.mark.parametrize(
    ("statistic", "p"),
    [
        ({"kind": "t", "value": "2.20", "df": "28"}, "0.036"),
        ({"kind": "F", "value": "2.20", "df": "2", "df2": "28"}, "0.130"),
        ({"kind": "chi2", "value": "22.20", "df": "28"}, "0.772"),
        ({"kind": "z", "value": "2.20"}, "0.028"),
        ({"kind": "r", "value": "0.22", "df": "28"}, "0.243"),
        ({"kind": "t", "value": "−2.20", "df": "28"}, "0.036"),
    ],
)
def test_p_from_a_statistic(statistic: dict[str, str], p: str) -> None:
    found = p_of(p=p, statistic=statistic)
    assert (found.verdict, found.basis) == (Verdict.REPRODUCED, "test statistic")


@pytest.mark.parametrize(
    "parts",
    [
        {"statistic": {"kind": "r", "value": "1.5", "df": "28"}},
        {"statistic": {"kind": "t", "value": "2.2"}},
        {"effect": {"measure": "RR", "estimate": "0", "ci": "-1 to 2"}},
        {"effect": {"measure": "RR", "estimate": "0.9"}},
    ],
)
def test_inputs_out_of_range_give_nothing(parts: dict[str, Any]) -> None:
    found = p_of(p="0.05", **parts)
    assert (found.verdict, found.methods) == (Verdict.NOT_RECOMPUTABLE, ())


def test_risk_ratio_from_the_arms() -> None:
    # Cochrane Handbook, chapter 6: 79/106 v 82/99 gives RR 0.90.
    effect = {"measure": "RR", "estimate": "0.90", "ci": "0.78-1.04"}
    found = recomputed(n1=106, n2=99, effect=effect, arms=both({"events": "79"}, {"events": "82"}))[-1]
    assert (found.statistic, found.verdict) == ("RR", Verdict.REPRODUCED)
    assert found.methods[0].value == pytest.approx(0.8998, abs=5e-5)


def test_of_the_counts_behind_percentages_the_middle_ones_are_shown() -> None:
    """47 % of 300 is 140 to 142, 42 % is 125 to 127: 141/126 is 1.1190."""
    shares = both({"percent": "47"}, {"percent": "42"})
    found = recomputed(300, 300, effect={"measure": "RR", "estimate": "1.12"}, arms=shares)[-1]
    assert found.methods[0].value == pytest.approx(1.1190, abs=5e-5)


def test_each_basis_is_judged_by_itself() -> None:
    effect = {"measure": "RR", "estimate": "0.59", "ci": "0.36-0.98"}
    found = recomputed(p="0.041", effect=effect, arms=EVENTS)
    assert [(each.statistic, each.basis) for each in found] == [
        ("p", "confidence interval"),
        ("p", "counts"),
        ("RR", "counts"),
    ]
