"""The forests of a report, number by number, and the sizes of its figures; `make golden` rewrites the forests."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.pages.forests import page_forests
from msc_evidence.pages.report import FOREST, report_page
from msc_evidence.plots import plot_named, plot_names
from msc_evidence.registry.loader import load

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden_forests"
REGISTRIES = {
    "judged": "docs/judged.yaml",
    "quarrels": "tests/registries/quarrels.yaml",
    "hearts": "tests/registries/hearts.yaml",
}


def query(name: str) -> Query:
    return Query.of_everything(Analysis(load(ROOT / REGISTRIES[name])))


@pytest.mark.parametrize("name", REGISTRIES)
def test_forests(name: str) -> None:
    forests, undrawn = page_forests(query(name))
    text = json.dumps([*map(asdict, forests), *undrawn], ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("MSC_EVIDENCE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(text), "make golden rewrites it"


def test_figures_have_a_width_for_a_page_and_one_for_a_telephone() -> None:
    figures = report_page(query("quarrels"), drawn=True).figures
    assert {figure.name for figure in figures} >= {"albatross", "rob", "shift", "timeline"}
    assert FOREST not in {figure.name for figure in figures}
    assert {*plot_names()} > {figure.name for figure in figures}
    for figure in figures:
        wide, narrow = (
            float(re.search(r'<svg[^>]* width="([\d.]+)pt"', svg)[1])
            for svg in (figure.svg, figure.narrow_svg)
        )
        assert (wide, narrow) == pytest.approx((plot_named(figure.name).width / 25.4 * 72, 85 / 25.4 * 72))
        assert 72 < max(map(len, figure.text)) <= 100


def test_without_drawings_the_figures_are_lines_of_text_alone() -> None:
    figures = report_page(query("quarrels"), drawn=False).figures
    assert figures
    assert not any(figure.svg or figure.narrow_svg for figure in figures)


def test_pools_of_trusted_trials_stand_beside_those_of_all_only_where_asked_for() -> None:
    of_trusted = Query.of_everything(Analysis(load(ROOT / "docs" / "trusted.yaml")))
    usual, both = (
        [forest.title for forest in report_page(of_trusted, drawn=False, **asked).forests]
        for asked in ({}, {"both_trusted": True})
    )
    assert usual
    assert both == [*usual, *(title for title in both if title.endswith("Beta 2021 left out"))]
    assert len(both) > len(usual)
