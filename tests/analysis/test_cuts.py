"""Which end of what a definition counts is the better one."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.cuts import better_end, cuts_low_end
from msc_evidence.registry.model import Outcome, Result

MRS = {
    "name": "modified Rankin Scale",
    "short": "mRS",
    "type": "ordinal",
    "range": ["0", "6"],
    "better": "lower",
}
BARTHEL = {
    "name": "Barthel Index",
    "short": "Barthel",
    "type": "ordinal",
    "range": ["0", "100"],
    "better": "higher",
}
DEATH = {"name": "death", "type": "binary", "better": "lower"}
COUNTED = {"a": {"events": "3"}, "b": {"events": "4"}}


@pytest.mark.parametrize(
    ("outcome", "definition", "low_end", "better"),
    [
        (MRS, "mRS 0-2", True, "higher"),
        (MRS, "0–1", True, "higher"),
        (MRS, "mRS 4-6", False, "lower"),
        (MRS, "mRS ≤ 2", True, "higher"),
        (MRS, "mRS >= 5", False, "lower"),
        (MRS, "1-5", None, None),
        (MRS, "no decrease", None, None),
        (MRS, "decrease ≥2", None, None),
        (BARTHEL, "Barthel ≥95", False, "higher"),
        (BARTHEL, "<60", True, "lower"),
        (DEATH, "<7 d", None, "lower"),
    ],
)
def test_more_at_the_good_end_of_a_scale_is_better(outcome, definition, low_end, better):
    measured, result = Outcome.model_validate(outcome), _result(definition, COUNTED)
    assert cuts_low_end(definition, measured) is low_end
    assert better_end(result, measured) == better


def test_a_mean_is_of_the_scale_whatever_defines_it():
    means = {"a": {"mean": "3.1"}, "b": {"mean": "3.4"}}
    assert better_end(_result("worst of the week", means), Outcome.model_validate(MRS)) == "lower"


def _result(definition, arms):
    return Result.model_validate({"outcome": "x", "at": "90 d", "definition": definition, "arms": arms})
