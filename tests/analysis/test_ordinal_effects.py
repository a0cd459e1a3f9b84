"""What two full ordinal distributions say, and what a reported effect is beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.analysis.contrast import Contrast
from msc_evidence.analysis.recompute.bases import Case
from msc_evidence.analysis.recompute.ordinal import ordinal_effects
from msc_evidence.analysis.recompute.recomputation import recomputations
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import analyse_trial
from msc_evidence.registry.loader import load
from msc_evidence.registry.model import Outcome, Result
from msc_evidence.registry.values import Values

#: TREASURE (Houkin 2024, JAMA Neurol 81:154), mRS 0 to 6 at day 90, cells and placebo.
RECORD = """
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: BETTER}
trials:
  treasure:
    citation: {year: 2024}
    design: {allocation: randomised}
    participants: {}
    arms: {cells: {role: treatment, n: 104}, placebo: {role: control, n: 102}}
    results:
      - outcome: mrs
        at: 90 d
        p: .62
        arms:
          cells: {distribution: [5, 9, 20, 15, 31, 18, 6]}
          placebo: {distribution: [3, 8, 12, 17, 39, 20, 3]}
    sources: {paper: {kind: full text}}
"""


@pytest.fixture
def effects(tmp_path: Path):
    """The measures of the record with one end of the scale as the better one."""

    def read(better: str) -> dict:
        file = tmp_path / "trials.yaml"
        file.write_text(RECORD.replace("BETTER", better))
        registry = load(file)
        (found,) = analyse_trial("treasure", registry.trials["treasure"], registry.outcomes)
        return {row.measure: row for row in ordinal_effects(found.case)}

    return read


def test_every_measure_points_the_same_way(effects):
    found = effects("lower")
    # PS with ties split: 5675.5 of 104 x 102 pairs
    assert found["PS"].estimate == pytest.approx(0.5350207, abs=1e-7)
    assert found["win odds"].estimate == pytest.approx(0.5350207 / (1 - 0.5350207), rel=1e-6)
    assert found["net benefit"].estimate == pytest.approx(2 * 0.5350207 - 1, abs=1e-6)
    # ordinal::clm: ln OR 0.22297
    assert found["common OR"].estimate == pytest.approx(2.718281828**0.2229715, rel=1e-6)
    assert found["utility-weighted mRS"].estimate > 0


def test_the_other_better_end_turns_every_measure(effects):
    lower, higher = effects("lower"), effects("higher")
    assert higher["PS"].estimate == pytest.approx(1 - lower["PS"].estimate)
    assert higher["common OR"].estimate == pytest.approx(1 / lower["common OR"].estimate, rel=1e-6)


def test_numbers_needed_to_treat_are_reciprocals_of_the_net_benefit(effects):
    found = effects("lower")
    needed, net = found["NNT"], found["net benefit"]
    assert needed.estimate == pytest.approx(1 / (2 * 0.5350207 - 1), rel=1e-5)
    # Altman 1998: the net benefit may be 0, so the interval runs through infinity.
    assert (needed.ci_lb, needed.ci_ub) == pytest.approx((1 / net.ci_ub, 1 / net.ci_lb))
    assert needed.ci_ub < 0 < needed.ci_lb


def test_superiority_carries_the_exact_rank_sum_test(effects):
    # coin::wilcox_test(distribution = "exact")
    assert effects("lower")["PS"].p == pytest.approx(0.373108090698, rel=1e-9)


def case(first: list[int], second: list[int], measure: str = "OR", estimate: str = "1.25", **parts) -> Case:
    """A result with both distributions and a reported effect; lower is better."""
    values = [Values.model_validate({"distribution": list(map(str, counts))}) for counts in (first, second)]
    result = Result.model_validate(
        {"outcome": "mrs", "at": "90 d", "effect": {"measure": measure, "estimate": estimate}} | parts
    ).model_copy(update={"arms": {"cells": values[0], "placebo": values[1]}})
    scale = {"name": "mRS", "type": "ordinal", "range": ["0", "6"], "step": "1", "better": "lower"}
    contrast = Contrast("cells", "placebo", sum(first), sum(second))
    return Case(result, contrast, Outcome.model_validate(scale))


CELLS, PLACEBO = [5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3]


# Maximum likelihood 1.2498 (ordinal::clm), generalised odds 1.1506; means 3.3077 v 3.5.
@pytest.mark.parametrize(
    ("measure", "estimate", "verdict", "name"),
    [
        ("OR", "1.25", Verdict.REPRODUCED, "common OR of a better outcome"),
        ("OR", "0.80", Verdict.REPRODUCED, "common OR of a worse outcome"),
        ("OR", "1.15", Verdict.REPRODUCED, "generalised odds of a better outcome"),
        ("OR", "1.35", Verdict.INCONSISTENT, ""),
        ("PS", "0.535", Verdict.REPRODUCED, "PS of a better outcome"),
        ("PS", "0.55", Verdict.INCONSISTENT, ""),
        ("MD", "-0.19", Verdict.REPRODUCED, "MD of the scale"),
        ("MD", "0.19", Verdict.INCONSISTENT, ""),
    ],
)
def test_an_effect_is_set_beside_its_recomputation(measure, estimate, verdict, name):
    (found,) = recomputations(case(CELLS, PLACEBO, measure, estimate))
    assert (found.statistic, found.basis, found.verdict) == (measure, "distributions", verdict)
    if name:
        assert found.names == (name,)
        assert found.reason == f"{name} gives it"


def test_an_adjusted_common_odds_ratio_is_not_wrong():
    (found,) = recomputations(case(CELLS, PLACEBO, estimate="1.90", adjusted="age"))
    assert found.verdict is Verdict.NOT_RECOMPUTABLE
    assert found.reason == "the effect is adjusted for age; the distributions alone give 1.25"


def test_what_does_not_exist_is_left_out():
    apart = case([5, 5, 0, 0, 0, 0, 0], [0, 0, 0, 0, 9, 0, 0])
    measures = [row.measure for row in ordinal_effects(apart)]
    assert measures == ["PS", "generalised odds", "net benefit", "NNT", "utility-weighted mRS"]
    assert recomputations(apart) == ()
    alone = case([1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 1, 1, 0, 0])
    assert "win odds" not in [row.measure for row in ordinal_effects(alone)]


def test_a_definition_on_the_scale_is_not_the_scale():
    assert recomputations(case(CELLS, PLACEBO, definition="mRS 0-2")) == ()


def test_measures_that_no_distribution_gives():
    assert recomputations(case(CELLS, PLACEBO, "HR")) == ()
