"""Tests of a shift between two distributions, against coin, MASS, ordinal and base R."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.analysis.contrast import Contrast
from msc_evidence.analysis.recompute import shift
from msc_evidence.analysis.recompute.bases import Case
from msc_evidence.analysis.recompute.recomputation import recomputations
from msc_evidence.analysis.recompute.unreported import unadjusted_tests
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.registry.model import Outcome, Result
from msc_evidence.statistics.distributions import chi2_sf
from msc_evidence.statistics.two_arms import proportional_odds

CLOSED_FORM = 1e-10
#: clm stops at a gradient of 1e-11, which leaves eight digits.
ITERATIVE = 1e-8
#: polr stops at a relative change of the deviance of 1e-8, which leaves four digits of the standard error.
POLR = 1e-4
REFERENCES = Path(__file__).parents[1] / "reference"
REFERENCE: dict[str, Any] = json.loads((REFERENCES / "treasure.json").read_text())
#: Pairs of distributions with coin's tests of them.
TABLES: list[dict[str, Any]] = json.loads((REFERENCES / "ordinal.json").read_text())["two_arms"]
DAYS: list[dict[str, Any]] = REFERENCE["days"]
CLOSED = {
    "rank-sum, exact",
    "rank-sum, normal",
    "rank-sum, normal with continuity correction",
    "proportional odds, score",
    "Cochran–Mantel–Haenszel, mean score",
}
FITTED = {"proportional odds, Wald", "proportional odds, likelihood ratio"}
MRS = Outcome.model_validate(
    {"name": "mRS", "type": "ordinal", "range": ["0", "6"], "step": "1", "better": "lower"}
)
by_day = pytest.mark.parametrize("row", DAYS, ids=lambda row: f"day {row['day']}")


def case(row: dict[str, Any], **parts: Any) -> Case:
    """TREASURE's result of one day."""
    arms = {name: {"distribution": list(map(str, row[name]))} for name in ("cells", "placebo")}
    record = {"outcome": "mrs", "at": f"{row['day']} d", "p": row["printed"], "arms": arms} | parts
    return Case(Result.model_validate(record), Contrast("cells", "placebo", 104, 102), MRS)


def test_the_reference_is_whole() -> None:
    assert set(REFERENCE["program"]) == {"R", "coin", "MASS", "ordinal", "stats"}
    assert [(row["day"], row["printed"]) for row in DAYS] == [(90, ".62"), (365, ".42")]


@by_day
def test_tests_in_closed_form_equal_r(row: dict[str, Any]) -> None:
    found = {way.method: way.value for way in shift.shift_tests(row["cells"], row["placebo"])}
    assert found == pytest.approx({name: row[name] for name in CLOSED}, rel=CLOSED_FORM)
    assert found["rank-sum, normal"] == pytest.approx(row["rank-sum, normal, coin"], rel=CLOSED_FORM)


@by_day
def test_the_fitted_model_equals_ordinal_and_mass(row: dict[str, Any]) -> None:
    found = {way.method: way.value for way in shift.model_tests(row["cells"], row["placebo"])}
    assert found == pytest.approx({name: row[name] for name in FITTED}, rel=ITERATIVE)
    assert found["proportional odds, Wald"] == pytest.approx(row["polr, Wald"], rel=POLR)
    model = proportional_odds.fit(row["cells"], row["placebo"])
    assert -model.log_or == pytest.approx(row["log common OR"], rel=ITERATIVE)


@by_day
def test_any_difference_equals_coin(row: dict[str, Any]) -> None:
    found = shift.any_difference(row["cells"], row["placebo"])
    assert found is not None
    assert found.method == "Cochran–Mantel–Haenszel, general association on 6 df"
    assert found.p == pytest.approx(row["Cochran–Mantel–Haenszel, general association"], rel=CLOSED_FORM)


def test_nobody_differs_from_one_category() -> None:
    assert shift.score_p([1], [30]) == shift.mean_score_p([1], [30]) == 1
    assert shift.any_difference([1], [30]) is None
    assert not list(shift.model_tests([1], [30]))


@pytest.mark.parametrize("row", TABLES, ids=lambda row: f"{row['counts1']}-{row['counts2']}")
def test_what_takes_no_fitting_equals_coin(row: dict[str, Any]) -> None:
    """coin's rank-sum statistic times N/(N − 1), and its linear-by-linear association."""
    arms = row["counts1"], row["counts2"]
    if row["score"] is not None:
        assert shift.score_p(*arms) == pytest.approx(chi2_sf(row["score"], 1), rel=CLOSED_FORM)
    if row["lbl"]:
        assert shift.mean_score_p(*arms) == pytest.approx(row["lbl"][1], rel=CLOSED_FORM)


@by_day
def test_an_adjusted_p_is_not_recomputable_and_the_distributions_say_what_they_give(
    row: dict[str, Any],
) -> None:
    (found,) = recomputations(
        case(row, adjusted="NIHSS, reperfusion and age", test="Cochran-Mantel-Haenszel")
    )
    values = [row[name] for name in CLOSED]
    assert found.verdict is Verdict.NOT_RECOMPUTABLE
    assert found.reason == (
        "the p is adjusted for NIHSS, reperfusion and age; the distributions alone give "
        f"{min(values):.3g} to {max(values):.3g}"
    )
    assert {way.method for way in found.methods} == CLOSED


@by_day
def test_further_tests_stand_beside_an_adjusted_p_only(row: dict[str, Any]) -> None:
    given = {each.method: each.value for each in unadjusted_tests(case(row, adjusted="age"))}
    assert set(given) == FITTED | {"Cochran–Mantel–Haenszel, general association on 6 df"}
    assert not list(unadjusted_tests(case(row)))
    assert not list(unadjusted_tests(case(row, adjusted="age", p=None)))


@pytest.mark.parametrize(
    ("test", "p", "verdict"),
    [
        ("proportional odds model", ".3699", Verdict.REPRODUCED),
        ("ordinal logistic regression", ".3703", Verdict.REPRODUCED),
        ("proportional odds model", ".3731", Verdict.INCONSISTENT),
        ("Wilcoxon rank-sum test", ".3731", Verdict.REPRODUCED),
        ("Wilcoxon rank-sum test", ".3471", Verdict.INCONSISTENT),
        (None, ".3471", Verdict.REPRODUCED),
        (None, ".3708", Verdict.REPRODUCED),
        (None, ".62", Verdict.INCONSISTENT),
    ],
)
def test_the_named_test_decides_which_p_counts(test: str | None, p: str, verdict: Verdict) -> None:
    (found,) = recomputations(case(DAYS[0], p=p, test=test))
    assert found.verdict is verdict
