"""Axes: whatever is drawn, the most precise study is seen whole, and an interval that goes on is said to."""

from __future__ import annotations

import math
from itertools import product

import pytest

from msc_evidence.analysis.pool.own_columns import recognised
from msc_evidence.analysis.pool.own_data import own_studies
from msc_evidence.analysis.pool.pool import Settings
from msc_evidence.plots.axis import cut_off, panel_axis
from msc_evidence.plots.canvas import PLAIN
from msc_evidence.plots.kinds.forest import BEYOND_MEANT, text
from msc_evidence.plots.kinds.funnel import funnel_axis, funnel_panels
from msc_evidence.plots.own_pools import own_panel
from msc_evidence.plots.panels import PoolPanel
from msc_evidence.registry.studies import read_studies
from msc_evidence.statistics.pooling.pooling import Confidence

#: Effects with their variances.
STUDIES = {
    "one, wide": [(0.2, 4.0)],
    "one, tiny": [(0.001, 1e-8)],
    "one, far from no difference": [(1000.0, 1e-8)],
    "one, huge": [(5000.0, 1e6)],
    "two that differ": [(0.1, 0.01), (1.2, 0.04)],
    "two, one of them wide": [(0.1, 0.01), (0.2, 1e4)],
    "alike": [(1.0, 0.1)] * 4,
    "alike, no difference": [(0.0, 0.1)] * 3,
    "of every size": [(0.3, 1e-6), (5.0, 9.0), (-80.0, 400.0)],
}


def panel(studies: list[tuple[float, float]], ci: Confidence = "z") -> PoolPanel:
    rows = "".join(f"S{at},{yi},{vi}\n" for at, (yi, vi) in enumerate(studies))
    data = recognised(read_studies(f"study,yi,vi\n{rows}", "d.csv"))
    return own_panel("d.csv", own_studies(data, "GEN").whole, Settings("GEN", "REML", ci))


@pytest.mark.parametrize(("studies", "ci"), [*product(STUDIES, ("z", "hk"))])
def test_the_most_precise_study_is_seen_whole(studies: str, ci: Confidence) -> None:
    drawn = panel(STUDIES[studies], ci)
    axes = [panel_axis(drawn), *map(funnel_axis, funnel_panels([drawn]) if len(drawn.studies) > 1 else ())]
    best = min(drawn.studies, key=lambda study: study.se)
    for axis in axes:
        assert axis.holds(best.lower)
        assert axis.holds(best.upper)
        assert all(axis.holds(study.estimate) for study in drawn.studies)
        assert axis.holds(drawn.no_difference)
        assert all(math.isfinite(end) for end in (axis.low, axis.high))
        assert len({tick.label for tick in axis.ticks}) == len(axis.ticks) >= 2


@pytest.mark.parametrize(
    ("studies", "ci", "cut"),
    [
        ("one, wide", "z", False),
        ("one, huge", "hk", False),
        ("two that differ", "z", False),
        ("two that differ", "hk", False),  # two studies have no such interval
        ("two, one of them wide", "z", True),
        ("alike", "hk", False),
    ],
)
def test_what_goes_on_has_an_arrow_and_the_arrow_a_word(studies: str, ci: Confidence, cut: bool) -> None:
    drawn = panel(STUDIES[studies], ci)
    lines = text([drawn], 100)
    rows = [line for line in lines if line.startswith(("S", "Pooled ", "New study"))]
    assert cut_off(drawn) == cut
    assert any("◄" in row or "►" in row for row in rows) == cut
    assert (BEYOND_MEANT in " ".join(lines)) == cut
    assert "".join(BEYOND_MEANT).translate(PLAIN).isascii()


def test_no_tick_is_written_as_a_power_of_e() -> None:
    rows = "study,ai,n1i,ci,n2i\nA,0,2000,900,2000\nB,1,2000,1999,2000\n"
    drawn = own_panel(
        "d.csv", own_studies(recognised(read_studies(rows, "d.csv")), "OR").whole, Settings("OR")
    )
    assert not [tick.label for tick in panel_axis(drawn).ticks if "e" in tick.label]
