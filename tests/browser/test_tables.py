"""Every table as a page of its own: axe finds nothing in it."""

from __future__ import annotations

from pathlib import Path

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import load
from msc_evidence.render import renderer
from msc_evidence.tables.review import table_named, table_names
from tests.browser.conftest import ROOT
from tests.browser.test_report import WCAG


def test_axe_finds_nothing_in_any_table(page, tmp_path: Path) -> None:
    from axe_core_python.selenium import Axe

    found = {}
    for registry in ("trials.yaml", "docs/judged.yaml"):
        query = Query.of_everything(Analysis(load(ROOT / registry)))
        for name in table_names():
            file = tmp_path / f"{name}.html"
            file.write_text(renderer("table", "html")(table_named(name).page_table(query)), encoding="utf-8")
            page.open(file)
            result = Axe().run(page.driver, options=WCAG)
            assert len(result["passes"]) > 10
            found[registry, name] = [
                (each["id"], [node["html"][:200] for node in each["nodes"]][:3])
                for each in result["violations"]
            ]
    assert found == {key: [] for key in found}
