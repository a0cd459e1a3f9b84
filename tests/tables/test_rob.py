"""Risk of bias by RoB 2: signs beside words, rows that robvis reads, and what nobody judged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import msc_evidence
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.plots.kinds.rob import judged_lights
from msc_evidence.registry.loader import Registry
from msc_evidence.render import renderer
from msc_evidence.tables.review import table_named

Written = Callable[[str], Registry]

BODY = """
results:
  - {outcome: mrs, at: 3 mo, p: 0.2}
  - {outcome: mrs, at: 90 d, definition: mRS 0-2, p: 0.3}
  - {outcome: mrs, at: 6 mo, p: 0.2}
  - {outcome: death, at: 6 mo, source: paper, p: 0.2}
risk-of-bias:
  - outcome: mrs
    at: 90 d
    by: Doe J
    date: 2024-05-31
    randomisation: {risk: low, support: concealed}
    deviations: {risk: low, support: blinded}
    missing-data: {risk: high, support: a third lost}
    measurement: {risk: some concerns, support: by carers}
    selection: {risk: low, support: registered}
    overall: {risk: high, support: one domain}
"""


@pytest.fixture
def chosen(written: Written) -> Query:
    return Query.of_everything(Analysis(written(BODY)))


def test_rows_are_those_that_robvis_reads(chosen: Query) -> None:
    lines = renderer("table", "csv")(table_named("rob").table(chosen)).splitlines()
    assert lines[0].startswith("Study,D1,D2,D3,D4,D5,Overall,Weight,")
    assert lines[1].startswith(
        "Doe 2020: modified Rankin Scale at 3 mo,Low,Low,High,Some concerns,Low,High,54,"
    )
    assert lines[1].endswith(",concealed,blinded,a third lost,by carers,registered,one domain")


def test_what_nobody_judged_is_empty_in_data_and_said_on_a_page(chosen: Query) -> None:
    full = table_named("rob").table(chosen)
    assert [(row["at"], row.get("Overall")) for row in full.rows] == [("3 mo", "High"), ("6 mo", None)]
    page = table_named("rob").page_table(chosen)
    assert [list(row.values()) for row in page.rows] == [
        ["Doe 2020", "modified Rankin Scale at 3 mo", "+ low", "+ low", "x high", "- some concerns", "+ low", "x high"],
        ["Doe 2020", "1 result", *["? not judged"] * 6],
    ]  # fmt: skip


def test_the_page_says_who_judged_when_and_why(chosen: Query) -> None:
    legend, said = table_named("rob").page_table(chosen).notes
    assert legend.startswith("D1 randomisation process; D2 deviations")
    assert "judged by Doe J on 2024-05-31" in said
    assert "missing outcome data: high (a third lost)" in said


def test_a_result_of_a_secondary_source_is_there_once_judged_or_when_all_are_asked_for(
    written: Written,
) -> None:
    table = table_named("rob").table
    registry = written(BODY)
    every = Query(Analysis(registry), tuple(registry.trials), tuple(registry.outcomes), every=True)
    assert [row["outcome"] for row in table(every).rows] == ["mrs", "mrs", "death"]
    judged = BODY.replace("outcome: mrs\n    at: 90 d", "outcome: death\n    at: 6 mo\n    source: paper")
    assert [row.get("Overall") for row in table(Query.of_everything(Analysis(written(judged)))).rows] == [
        None,
        None,
        "High",
    ]


def test_outcomes_are_those_chosen(written: Written) -> None:
    registry = written(BODY)
    chosen = Query(Analysis(registry), tuple(registry.trials), ("death",), every=True)
    assert [row["outcome"] for row in table_named("rob").table(chosen).rows] == ["death"]


def test_the_picture_draws_what_the_table_says(chosen: Query) -> None:
    (light,) = judged_lights(table_named("rob").table(chosen)).rows
    assert light.signs == ("+", "+", "x", "-", "+", "x")


def test_nothing_is_judged_in_the_shipped_registry() -> None:
    page = table_named("rob").page_table(Query.of_everything(Analysis(msc_evidence.load())))
    (row,) = page.rows
    assert row["Overall"] == "? not judged"
    assert str(row["result"]).endswith(" results")
    assert "`risk-of-bias`" in page.notes[1]
    assert "missing-data" in page.notes[1]
