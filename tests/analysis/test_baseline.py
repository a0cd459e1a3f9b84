"""p-values at baseline: which arms, which sizes, what is recomputed and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from msc_evidence.analysis.baseline import analyse_baseline
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.registry.model import Trial

RECORD = {
    "citation": {"year": 2020},
    "design": {},
    "participants": {},
    "sources": {"a": {"kind": "abstract"}},
}
ARMS = {"control": {"role": "control", "n": 13}, "singing": {"role": "treatment", "n": 15}}
# Lord 2010 10.1186/1471-2466-10-41, table of baseline characteristics.
BREATH_HOLD = {"singing": {"mean": "27.4", "sd": "11.7"}, "control": {"mean": "24.9", "sd": "10.5"}}


def analysed(*rows: dict[str, Any], arms: dict[str, Any] = ARMS) -> Any:
    trial = Trial.model_validate(RECORD | {"arms": arms, "baseline": list(rows)})
    return analyse_baseline("one", trial)


def test_a_row_is_the_treatment_arm_against_the_control_arm() -> None:
    row = {"variable": "breath hold", "p": "0.9", "test": "unpaired t", "arms": BREATH_HOLD}
    _, found = analysed({"variable": "age", "p": "0.6"}, row)
    (item,) = found.recomputations
    assert (found.place, found.index, found.timepoint) == ("baseline", 1, "baseline")
    assert item.inputs == "27.4 ± 11.7 (15) v 24.9 ± 10.5 (13)"
    assert {way.method: round(way.value, 3) for way in item.methods} == {"Student": 0.56, "Welch": 0.556}
    assert item.verdict is Verdict.INCONSISTENT


@pytest.mark.parametrize(
    ("sizes", "p", "inputs"),
    [
        ({"n": 56, "randomised": 60}, "0.143", "36/60 v 30/64"),
        ({"n": 56, "randomised": 60}, "0.0558", "36/56 v 30/64"),
        ({"n": 56, "randomised": 60}, "0.56", "36/60 v 30/64"),  # neither: of those randomised
        ({"n": 56}, "0.0558", "36/56 v 30/64"),
        ({"randomised": 56}, "0.0558", "36/56 v 30/64"),
    ],
)
def test_groups_are_those_randomised_or_those_analysed(sizes: dict[str, int], p: str, inputs: str) -> None:
    arms = {"a": {"role": "treatment"} | sizes, "b": {"role": "control", "n": 64}}
    row = {"variable": "x", "p": p, "arms": {"a": {"events": "36"}, "b": {"events": "30"}}}
    ((found),) = analysed(row, arms=arms)
    assert found.recomputations[0].inputs == inputs


def test_rows_that_make_up_both_groups_are_one_variable() -> None:
    counts = zip((10, 30, 16), (14, 20, 30), strict=True)
    rows = [{"variable": f"{a}", "arms": {"a": {"events": a}, "b": {"events": b}}} for a, b in counts]
    arms = {"a": {"role": "treatment", "n": 56}, "b": {"role": "control", "n": 64}}
    (found,) = analysed(rows[0] | {"p": "0.0403"}, *rows[1:], arms=arms)
    (item,) = found.recomputations
    assert (item.basis, item.inputs) == ("categories", "[10, 30, 16] v [14, 20, 30] over 3 rows")
    assert item.names[0] == "Pearson over categories"


def test_three_arms_are_compared_at_once() -> None:
    arms = {name: {"role": "treatment", "n": 10} for name in ("a", "b", "c")}
    values = zip(arms, ("5.032", "4.661", "5.526"), ("0.583", "0.794", "0.443"), strict=True)
    row = {"variable": "x", "p": "0.016", "arms": {name: {"mean": m, "sd": sd} for name, m, sd in values}}
    (found,) = analysed(row, arms=arms)
    assert (found.contrast, found.verdict, found.recomputations[0].names) == (
        None,
        Verdict.REPRODUCED,
        ("ANOVA",),
    )
