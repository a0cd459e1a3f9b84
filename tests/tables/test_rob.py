"""Risk of bias by RoB 2: signs beside words, rows that robvis reads, and what nobody judged."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

import msc_evidence
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.plots.kinds.rob import judged_lights
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.risk_of_bias import ROB_1, ROB_2, ROBINS_I, ROBINS_I_V2, Instrument
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


def test_a_day_that_is_to_do_is_left_out(written: Written) -> None:
    query = Query.of_everything(Analysis(written(BODY.replace("2024-05-31", "to do"))))
    assert "judged by Doe J. " in " ".join(table_named("rob").page_table(query).notes)


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
        None,
        "High",
    ]


def test_outcomes_are_those_chosen(written: Written) -> None:
    registry = written(BODY)
    chosen = Query(Analysis(registry), tuple(registry.trials), ("death",), every=True)
    assert [row["outcome"] for row in table_named("rob").table(chosen).rows] == ["death"]


def test_the_picture_draws_what_the_table_says(chosen: Query) -> None:
    (by_rob2,) = judged_lights({ROB_2: table_named("rob").table(chosen)}).judged
    (light,) = by_rob2.rows
    assert light.signs == ("+", "+", "x", "-", "+", "x")


def test_nothing_is_judged_in_the_shipped_registry() -> None:
    page = table_named("rob").page_table(Query.of_everything(Analysis(msc_evidence.load())))
    assert page.rows == ()
    assert re.fullmatch(
        r"Nobody has judged the risk of bias of the \d+ results of \d+ trials by RoB 2\.", page.notes[0]
    )
    assert "`risk-of-bias`" in page.notes[-1]
    assert "missing-data" in page.notes[-1]


def test_another_definition_is_another_result(written: Written) -> None:
    """RoB 2 judges a result, not a trial or an outcome (Sterne 2019, BMJ 366:l4898)."""
    body = BODY.replace("at: 90 d\n    by", "at: 90 d\n    definition: mRS 0-2\n    by")
    rows = table_named("rob").table(Query.of_everything(Analysis(written(body)))).rows
    assert [(row["at"], row["definition"], row.get("Overall")) for row in rows] == [
        ("3 mo", None, None),
        ("90 d", "mRS 0-2", "High"),
        ("6 mo", None, None),
    ]


def test_an_overall_risk_that_departs_from_its_domains_is_noted_with_the_rule(written: Written) -> None:
    body = BODY.replace("overall: {risk: high", "overall: {risk: low")
    notes = table_named("rob").page_table(Query.of_everything(Analysis(written(body)))).notes
    assert notes[-1] == (
        "Doe 2020, modified Rankin Scale at 3 mo: overall low is better than its worst domain, high. RoB 2's rule: the"
        " worst domain, or high where several raise some concerns (Sterne 2019, BMJ 366:l4898)."
    )


def test_rob_2_on_a_trial_that_is_not_randomised_is_noted(written: Written) -> None:
    registry = written(f"design: {{allocation: non-randomised}}\n{BODY}")
    query = Query.of_everything(Analysis(registry))
    notes = table_named("rob").page_table(query).notes
    assert notes[1] == "1 trial not randomised: `msc-evidence table robins`."
    assert notes[-1].endswith("RoB 2 on a non-randomised trial, which ROBINS-I is for.")
    robins = table_named("robins").page_table(query)
    assert (robins.rows, robins.notes[0][:14]) == ((), "Nobody has jud")


@pytest.mark.parametrize(
    ("tool", "name", "risk", "allocation", "codes", "second"),
    [
        (ROBINS_I, "robins", "serious", "non-randomised", 7, "D2 selection of participants into the study"),
        (ROBINS_I_V2, "robins2", "critical", "non-randomised", 6, "D2 classification of interventions"),
        (ROB_1, "rob1", "unclear", "randomised", 7, "D2 allocation concealment"),
    ],
    ids=lambda value: value.name if isinstance(value, Instrument) else "",
)
def test_every_instrument_has_its_own_domains_and_words(
    written: Written, tool: Instrument, name: str, risk: str, allocation: str, codes: int, second: str
) -> None:
    domains = [key.replace("_", "-") for key in tool.domains]
    judged = "".join(f"\n    {key}: {{risk: {risk}, support: why}}" for key in (*domains, "overall"))
    start = BODY[: BODY.index("risk-of-bias:")]
    about = "outcome: mrs\n    at: 6 mo\n    by: Doe J\n    date: 2024-05-31"
    body = f"design: {{allocation: {allocation}}}{start}{tool.key}:\n  - {about}{judged}"
    query = Query.of_everything(Analysis(written(body)))
    lines = renderer("table", "csv")(table_named(name).table(query)).splitlines()
    assert lines[0].startswith(f"Study,{','.join(f'D{at}' for at in range(1, codes + 1))},Overall,Weight,")
    page = table_named(name).page_table(query)
    assert page.rows[0]["Overall"] == f"{tool.signs[risk]} {risk}"
    assert second in page.notes[0]
    (light,) = judged_lights({tool: table_named(name).table(query)}).judged
    assert light.rows[0].signs == (tool.signs[risk],) * (codes + 1)


def test_a_result_that_another_instrument_judged_is_no_result_that_nobody_judged(written: Written) -> None:
    """RoB 1 asks for no overall judgement, nor that other sources of bias be judged."""
    required = [key.replace("_", "-") for key in ROB_1.domains if key != "other_bias"]
    judged = "".join(f"\n    {key}: {{risk: high, support: why}}" for key in required)
    start = BODY[: BODY.index("risk-of-bias:")]
    about = "outcome: mrs\n    at: 6 mo\n    by: Doe J\n    date: 2024-05-31"
    query = Query.of_everything(Analysis(written(f"{start}rob-1:\n  - {about}{judged}")))
    assert [row["at"] for row in table_named("rob").table(query).rows] == ["3 mo", "90 d"]
    assert table_named("rob").page_table(query).notes[1] == (
        "1 trial judged by RoB 1: `msc-evidence table rob1`."
    )
    (row,) = table_named("rob1").page_table(query).rows
    assert (row["D6"], row.get("D7"), row.get("Overall")) == ("x high", None, None)
