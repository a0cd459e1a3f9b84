"""Claims beside their numbers: what is counted, and what is never concluded from it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import Registry
from msc_evidence.tables.review import table_named
from msc_evidence.tables.table import Value

Written = Callable[[str], Registry]


def rows(written: Written, body: str) -> list[dict[str, Value]]:
    return [
        dict(row) for row in table_named("claims").table(Query.of_everything(Analysis(written(body)))).rows
    ]


BANG = """
arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
results:
  - {outcome: mrs, at: 3 mo, p: 0.076, favours: msc}
  - {outcome: mrs, at: 6 mo, p: 0.171, favours: msc}
  - {outcome: barthel, at: 3 mo, p: 0.011, favours: msc}
  - {outcome: barthel, at: 6 mo, p: 0.017, favours: control}
  - {outcome: barthel, at: 3 mo, p: 0.011, favours: msc, source: paper}
"""


def test_a_benefit_is_counted_over_its_own_outcome_and_times(written: Written) -> None:
    claims = "claims: [{outcome: mrs, says: benefit}, {outcome: barthel, at: [3 mo], says: benefit}, {says: benefit}]"
    mrs, barthel, all_ = rows(written, BANG + claims)
    assert (mrs["judged"], mrs["below_alpha"]) == (2, 0)
    assert mrs["allows"] == (
        "no effect with its interval is printed or can be computed; direction: 2 favour treatment, 0 control;"
        " none of 2 results is significant at 0.05"
    )
    assert (barthel["judged"], barthel["below_alpha"], barthel["results"]) == (1, 1, "p 0.011 at 3 mo")
    assert (all_["judged"], all_["below_alpha"], all_["below_alpha_holm"]) == (4, 2, 1)
    assert (all_["favour_treatment"], all_["favour_control"]) == (3, 1)


def test_no_benefit_is_never_the_absence_of_an_effect(written: Written) -> None:
    """39 v 15: significant from d 0.610 on; 80% power would need d ≥ 0.867 (two-sided t test; R, power.t.test)."""
    body = "results: [{outcome: mrs, at: 3 mo, p: 0.732}]\nclaims: [{outcome: mrs, says: no benefit}]"
    (claim,) = rows(written, body)
    assert str(claim["allows"]).startswith("absence not shown: no confidence interval or margin; ")
    assert str(claim["allows"]).endswith(
        "39 v 15: significant from d 0.610 on; 80% power would need d ≥ 0.867 (t test)"
    )
    assert claim["smallest_significant_d"] == pytest.approx(0.60966, abs=5e-6)


@pytest.mark.parametrize(
    ("result", "allowed"),
    [
        (
            "effect: {measure: OR, estimate: 1.2, ci: 0.8-1.9}",
            "effects that remain possible: OR 1.2 (0.8–1.9) at 3 mo",
        ),
        ("p: 0.3, test: non-inferiority", "tested against a margin"),
        ("p: 0.01", "39 v 15: significant from"),
        ("arms: {msc: {mean: 1}}", "no result between arms to judge it by"),
    ],
)
def test_what_no_benefit_rests_on(written: Written, result: str, allowed: str) -> None:
    body = f"results: [{{outcome: mrs, at: 3 mo, {result}}}]\nclaims: [{{outcome: mrs, says: no benefit}}]"
    (claim,) = rows(written, body)
    assert str(claim["allows"]).startswith(allowed)


def test_a_claim_about_the_whole_says_whose_results_it_is_judged_by(written: Written) -> None:
    body = (
        "results: [{outcome: mrs, at: 3 mo, p: 0.3}]\nclaims: [{says: benefit, source: report}]\n"
        "sources: {abstract: {kind: abstract}, report: {kind: press report}}"
    )
    (claim,) = rows(written, body)
    assert claim["allows"] == "no result between arms in its source (press report) to judge it by"


@pytest.mark.parametrize(
    ("harms", "allowed"),
    [
        # 1 − 0.05^(1/39) = 0.0739, the exact form of the rule of three (Hanley 1983, JAMA 249:1743)
        ("[{event: fever, arms: {msc: none}}]",
         "fever: 0 of 39 in msc (up to 7.4% remains possible: 95%, one-sided), not counted in control"),
        ("[{event: fever, arms: {msc: 2}}]", "fever: 2 of 39 in msc, not counted in control"),
        ("[{event: fever, events: {msc: 3, control: 1}}]",
         "fever: 3 events in msc (n 39) v 1 event in control (n 15)"),
        ("[{event: fever, at: 1 y, arms: {control: 2}}]", "fever until 1 y: not counted in msc, 2 of 15 in control"),
        # ln RR ± 1.96 √(1/6 − 1/39 + 1/2 − 1/15) (Katz 1978; R: metafor::escalc)
        ("[{event: fever, arms: {msc: 6, control: 2}}]",
         "fever: 6 of 39 in msc v 2 of 15 in control, RR 1.15 (0.26 to 5.10), computed"),
        # O − E = 3 − 117/54, V = 39·15·3·51/(54²·53) (Yusuf 1985; R: metafor::rma.peto)
        ("[{event: fever, arms: {msc: 3, control: none}}]",
         "fever: 3 of 39 in msc v 0 of 15 in control (up to 18.1% remains possible: 95%, one-sided),"
         " Peto OR 4.22 (0.32 to 55.39), computed"),
        # 3 per 1000: 1 − 0.05^(1/1000) = 0.0030
        ("[{event: fever, arms: {msc: none, control: none}}]\n"
         "arms: {msc: {role: treatment, n: 1000}, control: {role: control, n: 1000}}",
         "fever: 0 of 1000 in msc (up to 0.3% remains possible: 95%, one-sided)"
         " v 0 of 1000 in control (up to 0.3% remains possible: 95%, one-sided)"),
        ("[]", "no harm is counted in the record"),
    ],
)  # fmt: skip
def test_safety_is_what_was_counted_in_the_arms_treated(written: Written, harms: str, allowed: str) -> None:
    (claim,) = rows(written, f"harms: {harms}\nclaims: [{{says: safe}}]")
    assert claim["allows"] == allowed
    assert claim.get("judged") is None


@pytest.mark.parametrize(
    ("results", "allowed"),
    [
        # An interval alone has no p for Holm to correct.
        ("{outcome: mrs, at: 3 mo, favours: msc, effect: {measure: OR, estimate: 2.0, ci: 1.2-3.3}}",
         "OR 2.0 (1.2–3.3) at 3 mo: the interval excludes no effect; direction: 1 favour treatment, 0 control;"
         " 1 of 1 result is significant at 0.05"),
        ("{outcome: mrs, at: 3 mo, effect: {measure: OR, estimate: 2.0, ci: 1.2-3.3}},"
         " {outcome: mrs, at: 6 mo, p: 0.04}, {outcome: mrs, at: 9 mo, p: 0.03}",
         "OR 2.0 (1.2–3.3) at 3 mo: the interval excludes no effect; no direction reported; 3 of 3 results are"
         " significant at 0.05; of 2 p-values none after Holm's correction over the 2 p-values of abstract"),
        # An adjusted analysis of the same comparison in another source is no second result.
        ("{outcome: mrs, at: 3 mo, p: 0.02}, {outcome: mrs, at: 90 d, p: 0.03, adjusted: age, source: paper}",
         "no effect with its interval is printed or can be computed; no direction reported; 1 of 1 result is"
         " significant at 0.05"),
        # Counts without a p: ln RR ± 1.96 √(1/20 − 1/39 + 1/3 − 1/15) (Katz 1978)
        ("{outcome: mrs, at: 3 mo, arms: {msc: {events: 20}, control: {events: 3}}}",
         "RR 2.56 (0.89 to 7.38), computed at 3 mo: the interval leaves both directions possible;"
         " no direction reported"),
    ],
)  # fmt: skip
def test_effects_and_intervals_come_before_significance(written: Written, results: str, allowed: str) -> None:
    """Cochrane Handbook, chapter 15: effect and interval, not whether p is below a line."""
    (claim,) = rows(written, f"results: [{results}]\nclaims: [{{outcome: mrs, says: benefit}}]")
    assert claim["allows"] == allowed


def test_feasibility_is_no_matter_of_numbers(written: Written) -> None:
    (claim,) = rows(written, "claims: [{says: feasible}]")
    assert claim["allows"] == "no number of the record decides it"


def test_a_claim_reads_as_a_sentence(written: Written) -> None:
    body = "claims: [{outcome: mrs, at: [3 mo, 6 mo], says: benefit, consistent: true, hedged: true}]"
    (row,) = table_named("claims").page_table(Query.of_everything(Analysis(written(body)))).rows
    assert row["concluded"] == "benefit for modified Rankin Scale at 3 mo and 6 mo (consistent, hedged)"
