"""Effects that all other trials do not come near, on the trials of BCG."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from msc_evidence.analysis.pool.far_effects import FarEffect, far_effects
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import Registry, load

BCG = Path(__file__).parents[2] / "examples" / "bcg.yaml"


def found_in(registry: Registry, *names: str) -> dict[tuple[str, ...], FarEffect]:
    found = far_effects(Analysis(registry), names or tuple(registry.trials))
    return {far.team: far for far in found}


def test_a_trial_beyond_the_pool_of_all_others() -> None:
    found = found_in(load(BCG))
    assert {*found} == {("hart-sutherland-1977",), ("tpt-madras-1980",)}
    far = found["tpt-madras-1980",]
    pooled = [far.others.pooled.estimate, far.others.pooled.ci_lb, far.others.pooled.ci_ub]
    # metafor 3.8: rma(yi, vi) of dat.bcg without TPT Madras, and its lower limit over the pool's upper.
    assert [math.exp(value) for value in pooled] == pytest.approx(
        [0.45168619, 0.31748603, 0.64261225], rel=1e-5
    )
    assert far.times == pytest.approx(1.39208672, rel=1e-5)


def test_fewer_than_three_others_say_nothing() -> None:
    few = ("tpt-madras-1980", "aronson-1948", "ferguson-simes-1949")
    assert not found_in(load(BCG), *few)


def test_the_trials_of_one_team_together() -> None:
    registry = load(BCG)
    team = ("hart-sutherland-1977", "ferguson-simes-1949")
    for name in team:
        trial = registry.trials[name]
        citation = trial.citation.model_copy(update={"authors": ["Example A", "Example Z"]})
        registry.trials[name] = trial.model_copy(update={"citation": citation})
    found = found_in(registry)
    together = next(far for names, far in found.items() if {*names} == {*team})
    assert len(together.own.studies) == 2
    assert len(together.others.studies) == 11
