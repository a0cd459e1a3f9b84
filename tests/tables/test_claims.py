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
        "no difference shown: none of 2 results is significant at 0.05; direction: 2 favour treatment, 0 control"
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
        ("effect: {measure: OR, estimate: 1.2, ci: 0.8-1.9}", "effects that remain possible: OR 0.8–1.9"),
        ("p: 0.3, test: non-inferiority", "tested against a margin"),
        ("p: 0.01", "a difference at 1 of 1 result; 39 v 15: significant from"),
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
        ("[{event: fever, arms: {msc: none}}]", "no fever among 39: up to 7.4% remains possible (95%, one-sided)"),
        ("[{event: fever, arms: {msc: 2}}]", "fever: 2 in msc"),
        ("[{event: fever, events: {msc: 3}}]", "fever: 3 events in msc"),
        ("[{event: fever, at: 1 y, arms: {msc: none}}, {event: fever, at: 2 y, arms: {msc: 2}}]",
         "no fever until 1 y among 39: up to 7.4% remains possible (95%, one-sided); fever until 2 y: 2 in msc"),
        ("[{event: fever, arms: {control: 2}}]", "no harm is counted in the record"),
        ("[]", "no harm is counted in the record"),
    ],
)  # fmt: skip
def test_safety_is_what_was_counted_in_the_arms_treated(written: Written, harms: str, allowed: str) -> None:
    (claim,) = rows(written, f"harms: {harms}\nclaims: [{{says: safe}}]")
    assert claim["allows"] == allowed
    assert claim.get("judged") is None


def test_feasibility_is_no_matter_of_numbers(written: Written) -> None:
    (claim,) = rows(written, "claims: [{says: feasible}]")
    assert claim["allows"] == "no number of the record decides it"


def test_a_claim_reads_as_a_sentence(written: Written) -> None:
    body = "claims: [{outcome: mrs, at: [3 mo, 6 mo], says: benefit, consistent: true, hedged: true}]"
    (row,) = table_named("claims").page_table(Query.of_everything(Analysis(written(body)))).rows
    assert row["concluded"] == "benefit for modified Rankin Scale at 3 mo and 6 mo (consistent, hedged)"
