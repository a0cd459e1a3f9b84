"""Every table that `table NAME` shows: found by its module, and fit for every format."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import msc_evidence
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.render import format_names, renderer
from msc_evidence.tables import review as tables
from msc_evidence.tables.review import table_named, table_names
from msc_evidence.tables.table import Screen

FOLDER = Path(tables.__file__).parent
SHIPPED = Query.of_everything(Analysis(msc_evidence.load()))


def test_a_table_is_found_by_its_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "brand_new.py").write_text(
        'def table(chosen):\n    """What is new.\n\n    More."""\n    return chosen\n'
    )
    monkeypatch.setattr(tables, "__path__", [*tables.__path__, str(tmp_path)])
    assert "brand_new" in table_names()
    found = table_named("brand_new")
    assert found.help == "What is new."
    assert found.options == ()
    assert found.page_table is found.table
    del sys.modules["msc_evidence.tables.review.brand_new"]


def test_the_tables_of_a_review_are_there() -> None:
    assert {"characteristics", "results", "contrasts", "claims", "consort"} <= set(table_names())


@pytest.mark.parametrize("name", table_names())
def test_every_table_says_what_it_shows_and_fits_every_format(name: str) -> None:
    found = table_named(name)
    assert found.help.endswith(".")
    assert set(found.options) <= {"--outcome", "--at", "--all", "--nnt"}
    for made in (found.table(SHIPPED), found.page_table(SHIPPED)):
        assert made.name == name
        assert made.rows or made.notes  # where nobody judged, a sentence says so
        assert not any("" in row.values() for row in made.rows)
        for format in format_names("table"):
            assert renderer("table", format)(made)
    assert isinstance(found.screen(SHIPPED), Screen)


@pytest.mark.parametrize("name", ["characteristics", "results", "contrasts", "claims", "consort"])
def test_every_key_of_a_row_has_a_column(name: str) -> None:
    made = table_named(name).table(SHIPPED)
    assert {key for row in made.rows for key in row} <= set(made.keys)


@pytest.mark.parametrize("name", table_names())
def test_trials_are_those_chosen_in_their_order(name: str) -> None:
    made = table_named(name).table(
        Query(SHIPPED.analysis, ("chung-2021", "bang-2005"), tuple(SHIPPED.registry.outcomes))
    )
    # Both trials are randomised; references stand by name.
    if "trial" in made.keys and name not in ("robins", "robins2", "rob1", "references"):
        assert list(dict.fromkeys(row["trial"] for row in made.rows)) == ["chung-2021", "bang-2005"]


@pytest.mark.parametrize(("name", "rows"), [("results", 3), ("contrasts", 3), ("claims", 1)])
def test_outcomes_are_those_chosen(name: str, rows: int) -> None:
    made = table_named(name).table(Query(SHIPPED.analysis, ("bang-2005",), ("mrs",)))
    assert [row["outcome"] for row in made.rows] == ["mrs"] * rows


def test_results_of_secondary_sources_are_left_out_until_all_are_asked_for() -> None:
    table = table_named("results").table
    founding = ["bang-2005", "chung-2021"]
    few, every = (Query(SHIPPED.analysis, founding, SHIPPED.outcomes, every=every) for every in (False, True))
    assert (len(table(few).rows), len(table(every).rows)) == (10, 22)


def test_a_page_of_contrasts_has_no_column_that_no_trial_fills() -> None:
    bang = Query(SHIPPED.analysis, ("bang-2005",), SHIPPED.outcomes)
    page = table_named("contrasts").page_table(bang)
    assert "effect" not in page.keys
    assert all(any(row.get(key) is not None for row in page.rows) for key in page.keys)
    assert "effect" in table_named("contrasts").table(bang).keys


@pytest.mark.parametrize("name", table_names())
def test_every_page_has_a_title(name: str) -> None:
    assert table_named(name).page_table(SHIPPED).title
