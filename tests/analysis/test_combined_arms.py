"""Several treatment arms against one control: what a report says of them is what a pool takes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from msc_evidence.analysis.pool.selection import Question, select
from msc_evidence.analysis.recompute.combined_arms import combined_effect, combined_sizes
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import Registry, load

TRIAL = """registry: 1
outcomes:
  pain: {name: pain, type: continuous, better: lower}
  death: {name: death, type: binary, better: lower}
trials:
  three:
    citation: {year: 2020}
    design: {allocation: randomised}
    participants: {}
    arms: {pbo: {role: control, n: 60}, low: {role: treatment, n: 30}, high: {role: treatment, n: 30}}
    results: [RESULT]
    sources: {paper: {kind: full text}}
"""
PAIN = "{outcome: pain, at: 3 mo, arms: {pbo: {mean: 50, sd: 20}, low: {mean: 45, sd: 18}, high: {mean: 40, sd: 22}}}"
DEATH = "{outcome: death, at: 3 mo, arms: {pbo: {events: 12}, low: {events: 4}, high: {events: 2}}}"


def registry(tmp_path: Path, result: str) -> Registry:
    file = tmp_path / "trials.yaml"
    file.write_text(TRIAL.replace("RESULT", result), encoding="utf-8")
    return load(file)


@pytest.mark.parametrize(
    ("result", "outcome", "measure", "estimate"),
    [(PAIN, "pain", "MD", -7.5), (DEATH, "death", "RR", 0.5)],
)
def test_the_arms_together_give_the_effect_that_is_pooled(
    tmp_path: Path, result: str, outcome: str, measure: str, estimate: float
) -> None:
    found = registry(tmp_path, result)
    trial = found.trials["three"]
    effect = combined_effect(trial, trial.results[0])
    assert effect is not None
    assert (effect.measure, effect.estimate) == (measure, pytest.approx(estimate))
    assert combined_sizes(trial, trial.results[0]) == (60, 60)
    results = {"three": Analysis(found).results("three")}
    (entry,) = select(Question(outcome, measure), results, found.trials).entries
    pooled, _ = entry.effect(measure)
    assert pooled == pytest.approx(math.log(estimate) if measure == "RR" else estimate)


@pytest.mark.parametrize(
    "result",
    [
        PAIN.replace("high: {mean: 40, sd: 22}", "high: {mean: 40}"),
        PAIN.replace(", high: {mean: 40, sd: 22}", ""),
        DEATH.replace("events: 4", "percent: 50.1"),
    ],
)
def test_there_is_none_where_an_arm_lacks_what_the_others_print(tmp_path: Path, result: str) -> None:
    trial = registry(tmp_path, result).trials["three"]
    assert combined_effect(trial, trial.results[0]) is None
