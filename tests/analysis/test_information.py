"""How much evidence a pool holds: sizes, boundaries, and the new trial that would move it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from msc_evidence.analysis.pool.information import Information, informations, pool_information
from msc_evidence.analysis.pool.pool import Refused, Settings, StudySet, pool_set
from msc_evidence.statistics.distributions import normal_quantile, normal_sf
from msc_evidence.statistics.pooling.information import size_for_means, size_for_risks
from msc_evidence.statistics.pooling.pooling import CONFIDENCE, Confidence

DEMAND = (normal_quantile(0.975) + normal_quantile(0.8)) ** 2
COUNTS = {
    "ai": [4.0, 6, 3, 62],
    "n1i": [123.0, 306, 231, 13598],
    "ci": [11.0, 29, 11, 248],
    "n2i": [139.0, 303, 220, 12867],
}
MEANS = {
    "m1i": [10.0, 11],
    "sd1i": [4.0, 4],
    "n1i": [30.0, 20],
    "m2i": [8.0, 10.5],
    "sd2i": [5.0, 5],
    "n2i": [28.0, 22],
}
GIVEN = {"yi": [0.1, 0.6, 0.8], "vi": [0.05, 0.04, 0.09]}
LONE_P = {"pi": [0.076, 0.732], "n1i": [5.0, 39], "n2i": [25.0, 15], "direction": [1.0, 1]}


def held(
    data: dict[str, Sequence[float]], measure: str, model: str = "REML", effect: float | None = None
) -> Information:
    labels = [str(at) for at in range(len(next(iter(data.values()))))]
    return pool_information(StudySet.of("", labels, data, measure), Settings(measure, model), effect)


def test_means_need_the_size_of_their_pooled_sd() -> None:
    found = held(MEANS, "MD")
    # √((29·16 + 27·25 + 19·16 + 21·25)/96)
    sd = math.sqrt(1968 / 96)
    assert found.sd == pytest.approx(sd)
    assert found.participants == 100
    (plain, *_) = found.required
    assert plain.participants == size_for_means(found.estimate, sd, ratio=1)
    assert plain.fraction == 100 / (plain.participants or 0)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "PETO"])
def test_counts_need_the_size_that_tells_the_risks_apart(measure: str) -> None:
    found = held(COUNTS, measure, {"PETO": "peto", "RD": "common"}.get(measure, "REML"))
    control, total = 299 / 13529, (14258 + 13529)
    treated = {
        "RR": control * math.exp(found.estimate),
        "RD": control + found.estimate,
    }.get(measure, 1 / (1 + (1 - control) / control / math.exp(found.estimate)))
    assert found.control_risk == pytest.approx(control)
    assert found.required[0].participants == size_for_risks(treated, control, ratio=14258 / 13529)
    assert found.required[0].fraction == total / (found.required[0].participants or 0)


def test_an_effect_as_given_needs_information_and_no_participants() -> None:
    found = held(GIVEN, "GEN", "common")
    (plain, by_q) = found.required
    assert found.participants is None
    assert plain.participants is None
    assert plain.fraction == pytest.approx(sum(1 / v for v in GIVEN["vi"]) * found.effect**2 / DEMAND)
    assert by_q.fraction == pytest.approx(plain.fraction * (1 - by_q.heterogeneity))


def test_participants_of_an_effect_as_given_follow_from_the_fraction() -> None:
    sizes = {"n1i": [20.0, 25, 11], "n2i": [20.0, 25, 11]}
    found = held({**GIVEN, **sizes}, "GEN", "common")
    assert found.participants == 112
    assert found.required[0].participants == math.ceil(112 / found.required[0].fraction)


def test_diversity_is_what_random_effects_lose() -> None:
    """D² = 1 − V_common/V_random, and the size grows by 1/(1 − D²) (Wetterslev 2009)."""
    found, common = held(COUNTS, "RR"), held(COUNTS, "RR", "common")
    names = [each.allowance for each in found.required]
    assert names == ["none", "I²", "diversity"]
    share = 1 - (common.estimate / common.z) ** 2 / (found.estimate / found.z) ** 2
    assert found.required[2].heterogeneity == pytest.approx(share)
    grown = (found.required[0].participants or 0) / (1 - share)
    assert found.required[2].participants == pytest.approx(grown, abs=2)
    assert [each.allowance for each in common.required] == ["none", "I²"]


def test_a_stated_effect_takes_the_place_of_the_pooled_one() -> None:
    found = held(COUNTS, "RR", effect=math.log(0.8))
    control = 299 / 13529
    assert found.stated
    assert found.required[0].participants == size_for_risks(0.8 * control, control, ratio=14258 / 13529)


@pytest.mark.parametrize("model", ["common", "DL", "REML"])
@pytest.mark.parametrize("data", [GIVEN, {"yi": [0.1, 0.2, 0.15], "vi": [0.05, 0.04, 0.09]}])
def test_the_new_trial_moves_the_conclusion_and_a_smaller_one_does_not(
    data: dict[str, list[float]], model: str
) -> None:
    found = held(data, "GEN", model)
    new = found.no_effect if found.significant else found.same_effect
    se = found.estimate / found.z
    if new.se is None:
        assert new.beyond_tau2
        return
    for factor, moved in ((0.999, True), (1.001, False)):
        weight = 1 / (found.tau2 + (factor * new.se) ** 2)
        z = (found.estimate / se**2 + weight * new.effect) / math.sqrt(1 / se**2 + weight)
        assert (abs(z) > normal_quantile(0.975)) == (found.significant ^ moved)


def test_the_other_result_of_a_new_trial_changes_nothing() -> None:
    strong, weak = held(GIVEN, "GEN", "common"), held(LONE_P, "SMD", "common")
    assert (strong.significant, weak.significant) == (True, False)
    assert (strong.same_effect.se, weak.no_effect.se) == (None, None)


def test_the_founding_trials_at_three_months() -> None:
    """Common-effect g .3106: 84 of the participants that detect it, and a new trial of 102 with that effect."""
    labels = ["bang-2005", "chung-2021"]
    first, second = informations(StudySet.of("", labels, LONE_P, "SMD"), Settings("SMD"))
    assert second.settings.model == "common"
    assert second.estimate == pytest.approx(0.3106, abs=5e-5)
    assert second.required[0].participants == size_for_means(second.estimate, 1, ratio=44 / 40)
    weight = (normal_quantile(0.975) / second.estimate) ** 2 - (second.z / second.estimate) ** 2
    ratio = 44 / 40
    size = weight * ((1 + ratio) ** 2 / ratio + second.estimate**2 / 2)
    assert second.same_effect.participants == math.ceil(size) == 102
    assert (first.same_effect.se, first.same_effect.beyond_tau2) == (None, True)


def test_superiority_is_tested_as_log_win_odds() -> None:
    found = held(LONE_P, "PS", "common")
    pooled = pool_set(StudySet.of("", ["a", "b"], LONE_P, "PS"), Settings("PS", "common")).pooled
    assert (found.estimate, found.z) == (pooled.estimate, pytest.approx(pooled.estimate / pooled.se))
    assert Settings("PS").scale.back(found.estimate) == pytest.approx(0.587, abs=5e-4)


@pytest.mark.parametrize("ci", CONFIDENCE)
@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_one_test_says_whether_pool_and_information_are_significant(ci: Confidence, level: float) -> None:
    how = Settings("GEN", "REML", ci, level)
    studies = StudySet.of("", list("abc"), GIVEN, "GEN")
    found, pooled = pool_information(studies, how), pool_set(studies, how).pooled
    assert found.significant == (pooled.p < 1 - level) == (pooled.ci_lb > 0 or pooled.ci_ub < 0)
    assert normal_sf(abs(found.z)) * 2 == pytest.approx(pooled.p)


def test_what_cannot_be_computed_is_not_stated() -> None:
    none = held({"yi": [0.0], "vi": [1.0]}, "GEN", "common")
    assert (none.required, none.lacking) == ((), "no information tells an effect of 0 from none")
    gaps = held({**GIVEN, "n1i": [20, np.nan, 11], "n2i": [20, 25, 11]}, "GEN", "common")
    assert gaps.participants is None
    impossible = held(COUNTS, "RD", effect=0.99)
    assert "no information size tells risks of" in impossible.lacking
    with pytest.raises(Refused, match="do not vary"):
        held({"ai": [0.0, 0], "n1i": [30.0, 3], "ci": [0.0, 0], "n2i": [40.0, 4]}, "RD", "MH")
    with pytest.raises(Refused, match="model bayes"):
        held(GIVEN, "GEN", "bayes")
