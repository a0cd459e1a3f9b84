"""The table `registrations`: dates, numbers and primary outcomes of both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import load
from msc_evidence.tables.review import table_named

RECORD = """
registry: 1
outcomes:
  mrs: {{name: modified Rankin Scale, short: mRS, type: ordinal}}
trials:
  made-up:
    citation: {{authors: [Roe R], year: 2019}}
    registration: [NCT99900099]
    design: {{allocation: randomised}}
    participants: {{enrolled: 61}}
    arms: {{msc: {{role: treatment}}, control: {{role: control}}}}
    results: [{{outcome: mrs, at: 3 mo, primary: true, p: 0.2}}]
    sources:
      nct:
        kind: trial registration
        version: 2019-05-27
        registered: {{submitted: {submitted}, start: {start}, completion: 2018-03, results: 2019-05-27, planned: 120,
          primary: ["mRS, 6 months", "mRS, 1 year"]}}
"""


@pytest.mark.parametrize(
    ("submitted", "start", "before"),
    [
        ("2015-06-10", "2015-09", "yes"),
        ("2015-09-30", "2015-09", "cannot be told"),
        ("2015-09-01", "2015-09-01", "yes"),
        ("2016-05-10", "2015-09", "no"),
    ],
)
def test_a_row_sets_the_plan_beside_the_report(
    tmp_path: Path, submitted: str, start: str, before: str
) -> None:
    file = tmp_path / "trials.yaml"
    file.write_text(RECORD.format(submitted=submitted, start=start), encoding="utf-8")
    made = table_named("registrations").table(Query.of_everything(Analysis(load(file))))
    row = made.rows[0]
    assert (row["before_start"], row["months_to_results"], row["planned"], row["enrolled"]) == (
        before,
        14,
        120,
        61,
    )
    assert (row["registered_primary"], row["reported_primary"]) == (
        "mRS, 6 months; mRS, 1 year",
        "mRS at 3 mo",
    )


def test_what_no_record_says_is_said_once() -> None:
    made = table_named("registrations").page_table(
        Query.of_everything(Analysis(load(Path(__file__).parents[2] / "trials.yaml")))
    )
    assert "submitted" not in made.keys
    assert made.notes == (
        "what was registered is recorded of no trial; msc-evidence import NCT….json drafts it",
    )
