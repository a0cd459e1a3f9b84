"""What two full ordinal distributions say."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.analysis.ordinal_effects import ordinal_effects
from msc_evidence.analysis.result import analyse
from msc_evidence.registry.loader import load

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
        (found,) = analyse(registry.trials["treasure"], registry.outcomes)
        return {row.measure: row for row in ordinal_effects(found)}

    return read


def test_every_measure_points_the_same_way(effects):
    found = effects("lower")
    # PS with ties split: 5675.5 of 104 x 102 pairs
    assert found["PS"].estimate == pytest.approx(0.5350207, abs=1e-7)
    assert found["win odds"].estimate == pytest.approx(0.5350207 / (1 - 0.5350207), rel=1e-6)
    assert found["net benefit"].estimate == pytest.approx(2 * 0.5350207 - 1, abs=1e-6)
    # ordinal::clm: ln OR 0.22297
    assert found["common OR"].estimate == pytest.approx(2.718281828**0.2229715, rel=1e-6)
    assert found["MD"].estimate > 0


def test_the_other_better_end_turns_every_measure(effects):
    lower, higher = effects("lower"), effects("higher")
    assert higher["PS"].estimate == pytest.approx(1 - lower["PS"].estimate)
    assert higher["common OR"].estimate == pytest.approx(1 / lower["common OR"].estimate, rel=1e-6)
