"""Marks stand where their numbers say."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from msc_evidence.analysis.pool import own_data
from msc_evidence.analysis.pool.own_columns import recognised
from msc_evidence.analysis.pool.pool import Refused, Settings
from msc_evidence.plots import plot_named
from msc_evidence.plots.kinds.albatross import AlbatrossPanel
from msc_evidence.plots.kinds.funnel import funnel_axis, funnel_panels, se_axis
from msc_evidence.plots.own_pools import own_panel
from msc_evidence.plots.panels import PoolPanel
from msc_evidence.plots.paper import rendered_file
from msc_evidence.registry.studies import read_studies
from msc_evidence.render.text import text_width
from tests.plots.drawn import Svg, picture

#: The 13 trials of BCG vaccine against tuberculosis (Colditz 1994; metadat's dat.bcg).
BCG = """study,ai,bi,ci,di
Aronson 1948,4,119,11,128
Ferguson 1949,6,300,29,274
Rosenthal 1960,3,228,11,209
Hart 1977,62,13536,248,12619
Frimodt-Moller 1973,33,5036,47,5761
Stein 1953,180,1361,372,1079
Vandiviere 1973,8,2537,10,619
TPT Madras 1980,505,87886,499,87892
Coetzee 1968,29,7470,45,7232
Rosenthal 1961,17,1699,65,1600
Comstock 1974,186,50448,141,27197
Comstock 1969,5,2493,3,2338
Comstock 1976,27,16886,29,17825
"""


@pytest.fixture
def bcg(tmp_path: Path) -> PoolPanel:
    file = tmp_path / "bcg.csv"
    file.write_text(BCG, encoding="utf-8")
    studies = recognised(read_studies(BCG, "bcg.csv"))
    return own_panel("BCG", own_data.own_studies(studies, "RR", sizes=True).whole, Settings.usual("RR"))


def drawn(name: str, panels: tuple[PoolPanel, ...], width: int = 174) -> Svg:
    plot = plot_named(name)
    made = plot.picture(panels)
    return Svg(
        rendered_file(lambda page: plot.draw(made, page), width, "svg", plot.title, plot.alternative(made))
    )


def straight(pairs: list[tuple[float, float]]) -> bool:
    """Whether places are one linear function of values, with an upward slope where values rise."""
    (v0, p0), (v1, p1) = min(pairs), max(pairs)
    return all(math.isclose(p, p0 + (v - v0) / (v1 - v0) * (p1 - p0), abs_tol=0.02) for v, p in pairs)


def test_forest_squares_stand_on_their_estimates_and_grow_with_weight(bcg):
    found = drawn("forest", (bcg,))
    assert len(found.ids("panel-1-square-")) == 13
    pairs = [(study.estimate, found.at(f"panel-1-square-{at}")[0]) for at, study in enumerate(bcg.studies, 1)]
    assert straight(pairs)
    rows = [found.at(f"panel-1-square-{at}")[1] for at in range(1, 14)]
    assert rows == sorted(rows)
    # metafor 4: rma(measure="RR", method="REML", data=dat.bcg): 0.4894 (0.3441 to 0.6962), τ² 0.3132, se 0.1798;
    # a new study by t on k − 2 (Higgins 2009, eq. 12): exp(−0.7145 ± 2.2010 √(0.3132 + 0.0323)) = 0.134 to 1.785
    texts = found.texts()
    assert any("0.49 (0.34 to 0.70)" in text for text in texts)
    assert any("0.13 to 1.78" in text for text in texts)
    assert any("I² 92%" in text and "Q 152.23 on 12 df" in text for text in texts)
    corners = found.corners("panel-1-diamond")
    centre = next(x for x, y in corners if y == max(y for _, y in corners))
    assert straight([*pairs, (math.log(0.48939), centre)])


def test_forest_names_events_and_participants_of_each_arm(bcg):
    assert {"4/123", "11/139"} <= set(drawn("forest", (bcg,)).texts())
    assert {"4/123 v 11/139", "505/88391 v 499/88391"} <= set(drawn("forest", (bcg,), 85).texts())


@pytest.mark.parametrize("width", [56, 64, 80])
def test_names_that_are_long_leave_the_picture_within_the_terminal(bcg, width):
    """The picture has 16 columns at least, a name what the rest leaves."""
    named = tuple(replace(study, label=f"{study.label}, a community trial") for study in bcg.studies)
    lines = plot_named("forest").text(plot_named("forest").picture((replace(bcg, studies=named),)), width)
    assert max(map(text_width, lines)) <= width
    assert sum("■" in line for line in lines) == len(named)


def test_funnel_marks_stand_on_effect_and_standard_error(bcg):
    found = drawn("funnel", (bcg,))
    marks = [found.at(f"panel-1-study-{at}") for at in range(1, 14)]
    assert straight([(study.estimate, x) for study, (x, _) in zip(bcg.studies, marks, strict=True)])
    assert straight([(study.se, y) for study, (_, y) in zip(bcg.studies, marks, strict=True)])
    assert len(found.ids("panel-1-contour-")) == 3


def test_funnel_contours_are_where_p_is(bcg):
    (panel,) = funnel_panels((bcg,))
    axis, down, found = funnel_axis(panel), se_axis(panel), drawn("funnel", (bcg,))
    for level, z in (("0.1", 1.644854), ("0.05", 1.959964), ("0.01", 2.575829)):
        top, left, right = found.corners(f"panel-1-contour-{level}")[:3]
        scale = (right[0] - left[0]) / (2 * z * down.high)
        study = panel.studies[0]
        x, _ = found.at("panel-1-study-1")
        assert x == pytest.approx(top[0] + scale * study.estimate, abs=0.05)
        assert axis.low < 0 < axis.high


def test_a_funnel_of_ten_studies_or_more_is_tested_and_a_smaller_one_is_not(bcg):
    from dataclasses import replace

    # metafor 4: regtest(dat.bcg RR, model="lm"): t = -1.4013, df = 11, p = 0.1887
    assert funnel_panels((bcg,))[0].asymmetry.endswith("t −1.40 on 11 df, p 0.1887.")
    nine = replace(bcg, studies=bcg.studies[:9])
    assert funnel_panels((nine,))[0].asymmetry.startswith(
        "No test of asymmetry: 9 studies, and fewer than 10"
    )
    with pytest.raises(Refused, match="needs two studies"):
        funnel_panels((replace(bcg, studies=bcg.studies[:1]),))


def test_shift_segments_are_as_wide_as_their_shares(svg):
    found, panels = svg("shift"), picture("shift").panels
    for number, panel in enumerate(panels, 1):
        for at, bar in enumerate(panel.bars, 1):
            for grade, count in enumerate(bar.counts):
                xs = [x for x, _ in found.corners(f"panel-{number}-bar-{at}-grade-{grade}")]
                first = found.corners(f"panel-{number}-bar-{at}-grade-0")
                last = found.corners(f"panel-{number}-bar-{at}-grade-{len(bar.counts) - 1}")
                whole = max(x for x, _ in last) - min(x for x, _ in first)
                assert (max(xs) - min(xs)) / whole == pytest.approx(count / bar.n, abs=1e-4)
        assert len(found.ids(f"panel-{number}-join-")) == len(panel.grades) - 1
    # TREASURE at 90 d, treatment above control (doi:10.1001/jamaneurol.2023.5200)
    assert [bar.counts for bar in panels[0].bars] == [(5, 9, 20, 15, 31, 18, 6), (3, 8, 12, 17, 39, 20, 3)]


def test_albatross_marks_stand_on_log_p_and_log_n_and_on_both_sides_without_a_direction(svg):
    found, panels = svg("albatross"), picture("albatross")
    sides = [name.rpartition("-")[2] for name in found.ids("panel-1-contour-")]
    assert sides == ["right", "left"] * (len(sides) // 2)
    for number, panel in enumerate(panels, 1):
        assert isinstance(panel, AlbatrossPanel)
        sides = [sign for point in panel.points for sign in ((point.sign,) if point.sign else (1, -1))]
        points = [point for point in panel.points for _ in ((point.sign,) if point.sign else (1, -1))]
        places = [found.at(name) for name in found.ids(f"panel-{number}-mark-")]
        assert len(places) == len(sides)
        if len({(point.p, sign) for point, sign in zip(points, sides, strict=True)}) > 1:
            assert straight(
                [(-math.log10(p.p) * sign, x) for p, sign, (x, _) in zip(points, sides, places, strict=True)]
            )


def test_timeline_times_are_on_a_square_root(svg):
    found, trials = svg("timeline"), picture("timeline")
    pairs = []
    for row, course in enumerate(trials, 1):
        pairs.append((0.0, found.at(f"trial-{row}-treatment")[0]))
        if course.assessments:
            pairs.append((math.sqrt(course.assessments[0]), found.at(f"trial-{row}-assessments")[0]))
    assert straight(pairs)
    texts = found.texts()
    assert all(course.label in texts for course in trials)


def test_lights_have_a_sign_beside_every_colour(svg):
    """Each instrument has its own rows and domains: RoB 2 five, ROBINS-I seven, and both the overall judgement."""
    found, light = svg("rob"), picture("rob")
    assert [(judged.tool.name, len(judged.columns)) for judged in light.judged] == [
        ("RoB 2", 6),
        ("ROBINS-I", 8),
    ]
    assert len(found.ids("result-")) == 6 * len(light.judged[0].rows)
    assert len(found.ids("robins-i-result-")) == 8 * len(light.judged[1].rows)
    texts = [text for text in found.texts() if text in ("+", "-", "x", "?")]
    assert texts == [sign for judged in light.judged for row in judged.rows for sign in row.signs]
    assert {
        "Alpha 2019: Barthel Index at 90 d",
        "Beta 2021: death at 90 d",
        "Gamma 2023: modified Rankin Scale (mRS 0-2) at 90 d",
    } <= set(light.not_judged)
