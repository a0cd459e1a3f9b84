"""What the arms give beside what was printed: effect measures, and the tests of a p that was not reported."""

from __future__ import annotations

from typing import Any

import pytest

from msc_evidence.analysis.contrast import Contrast
from msc_evidence.analysis.recompute.bases import Case
from msc_evidence.analysis.recompute.unreported import ArmStatistic, arm_effects, unreported_tests
from msc_evidence.registry.model import Outcome, Result

EVENTS = {"cells": {"events": "12"}, "control": {"events": "21"}}
LEG = {"cells": {"mean": "14.8", "sd": "23.8"}, "control": {"mean": "2.6", "sd": "13.0"}}


def case(arms: dict[str, Any], n1: int = 30, n2: int = 31, kind: str = "binary", **parts: Any) -> Case:
    result = Result.model_validate({"outcome": "x", "at": "3 mo", "arms": arms} | parts)
    outcome = Outcome.model_validate({"name": "X", "type": kind, "better": "higher"})
    return Case(result, Contrast("cells", "control", n1, n2), outcome)


def effects(given: Case) -> dict[str, ArmStatistic]:
    return {each.statistic: each for each in arm_effects(given)}


def test_counts_give_the_three_measures_of_a_two_by_two_table() -> None:
    found = effects(case({"cells": {"events": "79"}, "control": {"events": "82"}}, 106, 99))
    assert set(found) == {"RR", "OR", "RD"}
    assert found["RR"].value == pytest.approx(0.8998, abs=5e-5)
    assert found["RR"].ci == pytest.approx((0.780, 1.038), abs=5e-4)
    assert found["RD"].value == pytest.approx(79 / 106 - 82 / 99)
    assert {each.inputs for each in found.values()} == {"79/106 v 82/99"}


def test_without_events_in_either_arm_there_is_no_ratio() -> None:
    none = {"cells": {"events": "0"}, "control": {"events": "0"}}
    assert set(effects(case(none))) == {"RD"}


def test_means_give_both_differences() -> None:
    found = effects(case(LEG, 39, 15, "continuous"))
    assert found["MD"].value == pytest.approx(12.2)
    # Hedges 1981: J(52) = .98549, s = √((38·23.8² + 14·13²)/52) = 21.4346
    assert found["SMD"].value == pytest.approx(0.98549 * 12.2 / 21.4346, rel=1e-4)


def test_without_any_spread_there_is_nothing_to_standardise_by() -> None:
    flat = {"cells": {"mean": "3", "sd": "0"}, "control": {"mean": "2", "sd": "0"}}
    assert "SMD" not in effects(case(flat, kind="continuous"))


@pytest.mark.parametrize(
    ("arms", "kind", "methods"),
    [
        (EVENTS, "binary", {"Fisher exact", "mid-p", "Pearson", "Yates", "N−1", "likelihood ratio"}),
        (LEG, "continuous", {"Student", "Welch"}),
        (
            {"cells": {"distribution": ["3", "9"]}, "control": {"distribution": ["8", "4"]}},
            "ordinal",
            {"rank-sum, exact", "rank-sum, normal", "rank-sum, normal with continuity correction"},
        ),
    ],
)
def test_every_admissible_test_of_a_p_that_was_not_reported(
    arms: dict[str, Any], kind: str, methods: set[str]
) -> None:
    given = case(arms, 39, 31, kind)
    assert methods <= {each.method for each in unreported_tests(given)}
    assert not list(unreported_tests(case(arms, 39, 31, kind, p="0.2")))
    assert not list(unreported_tests(case(arms, 39, 31, kind, sides="one")))


def test_the_named_test_restricts_them() -> None:
    found = list(unreported_tests(case(EVENTS, test="Fisher's exact test")))
    assert {each.method for each in found} <= {"Fisher exact", "mid-p"}
    assert found


def test_arms_say_nothing_of_an_adjusted_p_but_its_interval_does() -> None:
    effect = {"measure": "OR", "estimate": "0.32", "ci": ["0.11", "0.91"]}
    found = list(unreported_tests(case(EVENTS, adjusted="age", effect=effect)))
    assert {each.basis for each in found} == {"confidence interval"}
