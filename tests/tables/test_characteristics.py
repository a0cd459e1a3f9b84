"""The characteristics of a trial: every section, every source, and no word that the record does not have."""

from __future__ import annotations

from collections.abc import Callable

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import Registry
from msc_evidence.tables.review import table_named

Written = Callable[[str], Registry]

FULL = """
design:
  {structure: parallel group, allocation: randomised, ratio: not reported, setting: two hospitals, country: Spain,
   window: <=7 d}
participants: {condition: stroke, eligibility: "18 to 80 years; NIHSS 7 or more", enrolled: 54}
arms:
  msc: {role: treatment, label: MSC, n: 39, cells: {type: MSC, origin: autologous, dose: 1e8, route: intravenous}}
  control: {role: control, n: 15, comparator: usual care}
objective: whether cells improve recovery
funding: a ministry
interests: none declared
baseline: [{variable: age, unit: y, source: paper, arms: {msc: {mean: 63.0, sd: 7.5}}}]
results:
  - {outcome: mrs, at: 3 mo, primary: true, p: 0.7}
  - {outcome: mrs, at: 12 mo, p: 0.2}
  - {outcome: mrs, at: not reported, source: paper, p: 0.2}
harms: [{event: fever, arms: {msc: 2, control: none}}]
also: [{source: paper, design: {ratio: "2:1", allocation: randomised}, arms: {msc: {planned: 40}}}]
"""


def facts(written: Written, body: str) -> dict[tuple[str, str], list[tuple[object, object]]]:
    found: dict[tuple[str, str], list[tuple[object, object]]] = {}
    for row in table_named("characteristics").table(Query.of_everything(Analysis(written(body)))).rows:
        found.setdefault((str(row["section"]), str(row["item"])), []).append((row["said"], row["source"]))
    return found


def test_each_fact_has_its_section_and_its_source(written: Written) -> None:
    found = facts(written, FULL)
    assert found["Methods", "structure"] == [("parallel group", "abstract")]
    assert found["Methods", "ratio"] == [("not reported", "abstract"), ("2:1", "paper")]
    assert found["Participants", "eligibility"] == [("18 to 80 years; NIHSS 7 or more", "abstract")]
    assert found["Participants", "age (y)"] == [("MSC 63.0 ± 7.5", "paper")]
    assert found["Interventions", "MSC"] == [
        ("autologous MSC, 1×10⁸, intravenous (n 39)", "abstract"),
        ("planned 40", "paper"),
    ]
    assert found["Interventions", "control"] == [("usual care (n 15)", "abstract")]
    assert found["Outcomes", "modified Rankin Scale ↓"] == [
        ("3 mo (primary), 12 mo", "abstract"),
        ("time not reported", "paper"),
    ]
    assert found["Outcomes", "harm: fever"] == [("MSC 2, control none", "abstract")]
    assert found["Notes", "objective"] == [("whether cells improve recovery", "abstract")]
    assert found["Methods", "country"] == [("Spain", "abstract")]
    assert found["Funding", "funding"] == [("a ministry", "abstract")]
    assert found["Funding", "declarations of interest"] == [("none declared", "abstract")]


def test_what_was_not_recorded_is_missing_and_what_was_not_reported_says_so(written: Written) -> None:
    found = facts(written, "funding: not reported")
    assert found["Funding", "funding"] == [("not reported", "abstract")]
    assert found["Notes", "objective"] == [(None, "abstract")]
    assert found["Methods", "masking"] == [(None, "abstract")]


def test_an_arm_without_cells_or_comparator_is_given_no_words(written: Written) -> None:
    found = facts(written, "arms: {msc: {role: treatment}, control: {role: control, n: 3}}")
    assert found["Interventions", "msc"] == [(None, "abstract")]
    assert found["Interventions", "control"] == [("n 3", "abstract")]


def test_a_paragraph_tells_silence_from_absence_and_names_other_sources(written: Written) -> None:
    rows = table_named("characteristics").page_table(Query.of_everything(Analysis(written(FULL)))).rows
    said = {str(row["section"]): str(row["said"]) for row in rows}
    assert list(said) == ["Methods", "Participants", "Interventions", "Outcomes", "Notes", "Funding"]
    methods = said["Methods"]
    assert methods.startswith(
        "structure: parallel group; allocation: randomised; ratio: not reported [full text: 2:1]; "
    )
    assert "; setting: two hospitals; " in methods
    assert "ratio not reported" not in methods
    assert methods.endswith("masking, assessment, centres, recruitment and follow-up not recorded")
    assert "allocation: randomised [" not in methods


def test_outcomes_are_those_chosen(written: Written) -> None:
    registry = written("results: [{outcome: mrs, at: 3 mo, p: 0.7}, {outcome: death, at: 3 mo, p: 0.7}]")
    rows = table_named("characteristics").table(Query(Analysis(registry), ("case",), ("death",))).rows
    assert [row["item"] for row in rows if row["section"] == "Outcomes"] == ["death ↓"]
