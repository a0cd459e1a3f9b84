"""The proposal for imprecision: absolute intervals against thresholds, and the information size of large effects.

Guyatt 2011 (10.1016/j.jclinepi.2011.01.012, abstract): absolute intervals; for reviews RR 1, then 0.75 and 1.25.
Zeng 2022 (10.1016/j.jclinepi.2022.07.014, abstract): thresholds first; where none is crossed and the relative effect is
large, the optimal information size, more than one level where far less. Core GRADE 2 (10.1136/bmj-2024-081904,
abstract): the interval against the minimal important difference.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from msc_evidence.analysis.body import body
from msc_evidence.analysis.certainty import _Interval, proposed_imprecision, why_no_proposal
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.judgements import SummaryOutcome
from msc_evidence.registry.loader import Registry

Written = Callable[[str], Registry]

DESIGN = "design: {allocation: randomised}\n"
COUNTS = "arms: {{msc: {{events: {}, n: {}}}, control: {{events: {}, n: {}}}}}"
MEANS = "arms: {msc: {mean: 3.0, sd: 1, n: 50}, control: {mean: 3.5, sd: 1, n: 50}}"


def proposal(written: Written, outcome: str, values: str, **asked: object) -> tuple[int | None, str]:
    registry = written(f"{DESIGN}results: [{{outcome: {outcome}, at: 3 mo, {values}}}]")
    question = SummaryOutcome.model_validate({"outcome": outcome, "at": "3 mo", **asked})
    evidence = body(question, registry.trials, Analysis(registry))
    proposed = proposed_imprecision(evidence)
    if proposed is None:
        return None, str(why_no_proposal(evidence))
    return proposed.levels, proposed.because


@pytest.mark.parametrize(
    ("events", "important", "levels", "because"),
    [
        # RR 0.75 (0.70 to 0.80): touching 0.75 is no imprecision where no effect is excluded.
        ((1350, 5000, 1800, 5000), None, 0, "excludes no effect"),
        # RR 1.02 (0.98 to 1.07): no effect, and no appreciable benefit or harm.
        ((2200, 5000, 2150, 5000), None, 0, "includes no effect and no threshold"),
        # RR 0.85 (0.69 to 1.05)
        ((115, 500, 135, 500), None, 1, "includes no effect and the threshold 0.75"),
        # The risk difference is −0.09 (−0.11 to −0.07): against 0.08 it is imprecise, against 0.05 it is not.
        ((1350, 5000, 1800, 5000), 0.08, 1, "includes the threshold −0.08"),
        ((1350, 5000, 1800, 5000), 0.05, 0, "has no threshold inside"),
        # Large effects, below and above: 4(z₀.₉₇₅ + z₀.₈)² p̄(1 − p̄)/(0.25 r)², p̄ the mean of both risks (R).
        ((2, 60, 20, 60), None, 2, "120 participants are far fewer than the optimal information size of 935"),
        ((40, 60, 10, 60), None, 2, "120 participants are far fewer than the optimal information size of 2,755"),
        ((40, 200, 130, 200), None, 0, "400 participants are no fewer"),
    ],
)  # fmt: skip
def test_the_absolute_interval_comes_first_and_information_where_the_effect_is_large(
    written: Written, events: tuple[int, ...], important: float | None, levels: int, because: str
) -> None:
    matters = {"important": {"difference": str(important), "because": "agreed"}} if important else {}
    found = proposal(written, "death", COUNTS.format(*events), **matters)
    assert found[0] == levels
    assert because in found[1]


def test_a_difference_on_a_scale_without_one_that_matters_has_no_proposal_and_says_why(
    written: Written,
) -> None:
    assert proposal(written, "mrs", MEANS) == (
        None,
        "a difference on a scale, and no difference that matters is given (`important`)",
    )
    matters = {"difference": "0.3", "because": "agreed"}
    assert proposal(written, "mrs", MEANS, important=matters)[0] == 1


@pytest.mark.parametrize(
    ("low", "high", "given", "crossed"),
    [
        (0.7, 1.3, True, (0.75, 1.25)),
        (0.7, 1.3, False, (0.75, 1.25)),
        (0.7, 0.9, True, (0.75,)),
        (0.7, 0.9, False, ()),  # nobody gave it, and no effect lies outside
        (0.7, 1.0, False, ()),
        (0.75, 1.2, True, ()),
    ],
)
def test_a_threshold_that_nobody_gave_counts_only_where_no_effect_is_inside(
    low: float, high: float, given: bool, crossed: tuple[float, ...]
) -> None:
    assert _Interval(low, high, (0.75, 1.25), 1.0, "", given).crossed == crossed
