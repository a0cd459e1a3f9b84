"""Trustworthiness: evidence without a verdict, what judges held, and answers with and without trials of concern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import msc_evidence
from msc_evidence.analysis.filters import Query, TrialFilter, eligible_trials
from msc_evidence.analysis.results import Analysis
from msc_evidence.analysis.trust import CHECKS_OF_CODE
from msc_evidence.checks.run import all_rules
from msc_evidence.checks.trust_evidence import with_trust_findings
from msc_evidence.plots.kinds.trust import trust_lights
from msc_evidence.plots.scope import Scope
from msc_evidence.registry.loader import Registry, load
from msc_evidence.registry.trust import CHECKS, DOMAINS
from msc_evidence.tables.review import table_named
from msc_evidence.tables.table import Value
from msc_evidence.tables.trusted import compared_table, trusted_queries

EXAMPLE = Path(__file__).parents[2] / "docs" / "trusted.yaml"
Written = Callable[[str], Registry]


@pytest.fixture(scope="module")
def judged() -> Query:
    return with_trust_findings(Query.of_everything(Analysis(load(EXAMPLE))))


def cell(query: Query, trial: str, check: str, column: str) -> Value:
    (row,) = [
        row
        for row in table_named("trust").table(query).rows
        if (row["trial"], row["check"]) == (trial, check)
    ]
    return row[column]


def test_every_trial_has_every_check_with_evidence_and_what_a_person_has_to_do(judged: Query) -> None:
    rows = table_named("trust").table(judged).rows
    assert len(rows) == 3 * (len(CHECKS) + len(DOMAINS) + 1)
    checks = [row for row in rows if row["check"] in CHECKS]
    assert all(row["person"] for row in checks)
    # Something was computed, or it is said what is missing.
    assert all(row["missing"] or row["findings"] is not None for row in checks)


def test_answers_agreement_and_findings_stand_beside_each_other(judged: Query) -> None:
    assert cell(judged, "beta-2021", "2.4", "codes") == "MSC832"
    assert cell(judged, "beta-2021", "2.4", "agreed") == "yes"
    assert cell(judged, "beta-2021", "2.4", "answers") == (
        "Example A: yes; Example B: yes; Example A and Example B, agreed: yes"
    )
    assert cell(judged, "beta-2021", "overall", "agreed") == "serious concerns"
    assert cell(judged, "gamma-2022", "4.2", "agreed") is None
    assert cell(judged, "alpha-2019", "2.4", "facts") == (
        "enrolled from 2015-03 to 2018-06; 3 a month at each of 1 centre"
    )


def test_no_answer_is_drawn_from_findings(judged: Query) -> None:
    page = table_named("trust").page_table(judged)
    signs = {str(row["study"]): str(row["conduct"]) for row in page.rows}
    assert signs == {"Alpha 2019": "· 0 · 0 ·", "Beta 2021": "U 1 · Y ·", "Gamma 2022": "· · · · ·"}
    assert page.rows[2]["overall"] == "not judged"


JUDGEMENT = """
design: {allocation: randomised, registered: 2010-07-06, first-enrolled: 2008-08, last-enrolled: 2010-04}
trust:
  - tool: INSPECT-SR
    by: Example A
    date: 2026-11-02
    checks:
      "2.2": {answer: "No", because: registered in time}
      "4.2": {answer: "yes", because: odd sizes, findings: [MSC803]}
    domains:
      notices: {concern: no concerns, because: none}
      conduct: {concern: some concerns, because: late}
      text: {concern: no concerns, because: none}
      results: {concern: no concerns, because: none}
    overall: {concern: no concerns, because: little}
"""


def test_an_answer_whose_findings_came_or_went_is_looked_at_again(written: Written) -> None:
    query = with_trust_findings(Query.of_everything(Analysis(written(JUDGEMENT))))
    (name,) = query.trials
    assert cell(query, name, "2.2", "again") == "answered no beside MSC831"
    assert cell(query, name, "4.2", "again") == "MSC803 no longer found"
    assert any(
        "better than its worst domain" in note for note in table_named("trust").page_table(query).notes
    )


def test_waived_findings_are_no_evidence(written: Written) -> None:
    body = JUDGEMENT + "waivers: [{code: MSC831, because: registered elsewhere before}]\n"
    query = with_trust_findings(Query.of_everything(Analysis(written(body))))
    assert cell(query, query.trials[0], "2.2", "codes") == "MSC107"


def test_fewer_than_planned_is_no_evidence_of_untrustworthiness() -> None:
    assert "MSC213" not in CHECKS_OF_CODE


def test_every_rule_of_trustworthiness_is_evidence_for_a_check() -> None:
    from msc_evidence.analysis.trust import TrustFinding

    for rule in all_rules():
        if rule.code.startswith("MSC8"):
            assert TrustFinding(rule.code, rule.severity, "", ("citation",), "").checks, rule.code


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("exclude", ["alpha-2019", "gamma-2022"]),
        ("only", ["alpha-2019"]),
        (None, ["alpha-2019", "beta-2021", "gamma-2022"]),
    ],
)
def test_trials_are_chosen_by_their_trustworthiness(
    asked: str | None, kept: list[str], judged: Query
) -> None:
    chosen = eligible_trials(judged.registry, judged.trials, TrialFilter(trust=asked))
    assert list(chosen.names) == kept


def test_sets_of_trials_that_leave_nobody_out_are_not_shown_twice(judged: Query, written: Written) -> None:
    names = [step.name for step in trusted_queries(judged)]
    assert names == ["all trials", "without trials of serious concerns"]
    only_some = JUDGEMENT.replace("no concerns, because: little", "some concerns, because: late")
    alone = Query.of_everything(Analysis(written(only_some)))
    assert len(trusted_queries(alone)) == 1  # nobody would be left


def test_tables_stand_below_each_other_by_who_is_in_them(judged: Query) -> None:
    page = compared_table(table_named("sof").page_table, judged)
    assert page.notes[0] == "Without trials of serious concerns: Beta 2021 left out."
    assert page.notes[-1].startswith("2 trials of 3 judged for trustworthiness; the others stay in")
    assert sum("Taken in, though judged to raise concerns" in note for note in page.notes) == 1
    made = compared_table(table_named("sof").table, judged)
    assert made.keys[0] == "trust"
    assert {(row["trust"], row["trials"]) for row in made.rows if row["outcome"] == "death"} == {
        ("all trials", 3),
        ("without trials of serious concerns", 2),
    }


def test_lights_are_those_of_the_judgement_that_counts(judged: Query) -> None:
    lights = trust_lights(Scope.of(judged, None))
    (light,) = lights.judged
    assert [row.signs for row in light.rows] == [("+",) * 5, ("", "x", "", "", "x")]
    assert lights.not_judged == ("Gamma 2022",)
    beta = judged.registry.trials["beta-2021"]
    differing = replace(
        judged.registry,
        trials={**judged.registry.trials, "beta-2021": beta.model_copy(update={"trust": beta.trust[:2]})},
    )
    left = trust_lights(Scope.of(Query.of_everything(Analysis(differing)), None)).not_judged
    assert left == ("Beta 2021 (judges differ)", "Gamma 2022")


def test_the_library_gives_the_same_table() -> None:
    rows = msc_evidence.table(load(EXAMPLE), "trust", ["beta-2021"]).rows
    assert [row["codes"] for row in rows if row["check"] == "4.2"] == ["MSC803"]
