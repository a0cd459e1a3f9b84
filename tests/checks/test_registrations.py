"""MSC9xx: a record beside the files of its registration."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.registration.tables import PostedTables
from msc_evidence.checks.run import run_checks
from msc_evidence.reading.ctgov.study import read_registrations
from msc_evidence.registry.loader import load

POSTED = json.loads(
    (Path(__file__).parents[1] / "exchange/data/NCT99900099.json").read_text(encoding="utf-8")
)
RECORD = """
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, short: mRS, type: ordinal, range: [0, 6], step: 1, better: lower}
  barthel: {name: Barthel Index, type: ordinal, range: [0, 100], step: 5, better: higher}
trials:
  made-up:
    citation: {year: 2019}
    registration: [NCT99900099]
    design: {allocation: randomised, masking: double-blind}
    participants: {enrolled: 61}
    arms:
      msc: {role: treatment, label: Cells 10 8, randomised: 30, n: 29}
      low: {role: treatment, label: low dose}
      placebo: {role: control, label: Placebo, randomised: 31, n: 30}
    results:
      - {outcome: mrs, at: 3 mo, primary: true, p: 0.27, arm: msc, against: placebo, arms: {msc: {mean: 2.9}}}
      - {outcome: barthel, at: 90 d, p: 0.20, arm: msc, against: placebo}
    harms:
      - {event: serious adverse event, arms: {msc: 15, placebo: 9}}
    sources:
      paper: {kind: full text, citation: Journal of Examples 2019}
"""


def found(tmp_path: Path, record: str, *versions: dict[str, Any]) -> list[tuple[str, str, str]]:
    file = tmp_path / "trials.yaml"
    file.write_text(record, encoding="utf-8")
    studies = [PostedTables(read_registrations(json.dumps(one), "NCT.json")[0]) for one in versions]
    report = run_checks(Analysis(load(file)), registrations={"made-up": studies}, select=["MSC9"])
    return [(item.code, item.severity, item.message) for item in report.findings]


def changed(path: str, value: object) -> dict[str, Any]:
    """The registration with one part of its protocol changed."""
    record = copy.deepcopy(POSTED)
    part = record["protocolSection"]
    *keys, last = path.split("/")
    for key in keys:
        part = part[key]
    part[last] = value
    return record


def test_two_wordings_of_one_plan_are_silent(tmp_path: Path) -> None:
    assert found(tmp_path, RECORD, POSTED) == []


MRS = {"measure": "Disability on the mRS", "timeFrame": "6 months"}


@pytest.mark.parametrize(
    ("posted", "record", "expected"),
    [
        (
            changed("outcomesModule/primaryOutcomes", [MRS]),
            RECORD,
            [("MSC912", "warning", "registered at 6 mo, reported at 3 mo")],
        ),
        (
            changed("outcomesModule/primaryOutcomes", [MRS | {"timeFrame": "12 weeks"}]),
            RECORD,
            [("MSC912", "note", "registered at 12 wk, reported at 3 mo")],
        ),
        (
            POSTED,
            RECORD.replace("3 mo, primary: true", "3 mo").replace("90 d, p", "90 d, primary: true, p"),
            [
                ("MSC912", "warning", "mRS was registered as primary and is reported as secondary"),
                ("MSC912", "warning", "Barthel Index is reported as primary and was registered as secondary"),
            ],
        ),
        (
            changed(
                "outcomesModule/primaryOutcomes",
                [MRS | {"timeFrame": "3 months"}, {"measure": "NIH Stroke Scale"}],
            ),
            RECORD,
            [("MSC912", "warning", "registered primary not in the record: NIH Stroke Scale")],
        ),
        (
            POSTED,
            RECORD.replace("3 mo, primary: true", "3 mo, primary: true, definition: mRS 0-2"),
            [("MSC912", "note", "to look at: registered as “Shift over all grades.”, reported as mRS 0-2")],
        ),
        (
            changed("designModule/designInfo/allocation", "NON_RANDOMIZED"),
            RECORD,
            [("MSC913", "warning", "allocation: registered NON_RANDOMIZED, reported randomised")],
        ),
        (
            changed("designModule/designInfo/maskingInfo", {"masking": "NONE"}),
            RECORD,
            [("MSC913", "warning", "masking: registered NONE, reported double-blind")],
        ),
        (
            changed(
                "designModule/designInfo/maskingInfo",
                {"masking": "SINGLE", "whoMasked": ["OUTCOMES_ASSESSOR"]},
            ),
            RECORD.replace("double-blind", "open label"),
            [],
        ),
        (
            POSTED,
            RECORD.replace("      low: {role: treatment, label: low dose}\n", ""),
            [("MSC913", "warning", "arm of the registration not in the record: Low dose")],
        ),
        (
            changed("statusModule/studyFirstSubmitDate", "2016-05-10"),
            RECORD,
            [("MSC911", "note", "NCT99900099 was first submitted 2016-05-10, the start 2015-09")],
        ),
        (
            changed("statusModule/studyFirstSubmitDate", "2015-09-30"),
            RECORD,
            [],
        ),  # the same month: cannot be told
        (
            POSTED,
            RECORD.replace("p: 0.27", "p: 0.03").replace("mean: 2.9", "mean: 3.5"),
            [("MSC915", "warning", "p 0.03, 0.27 posted"), ("MSC915", "warning", "msc mean 3.5, 2.9 posted")],
        ),
        (
            POSTED,
            RECORD.replace("p: 0.27", "p: 0.3").replace("mean: 2.9", "mean: 2.90"),
            [],
        ),  # as far as printed
        (
            POSTED,
            RECORD.replace("{msc: 15", "{msc: 9"),
            [("MSC915", "warning", "serious adverse event in msc: 9, 15 of 30 posted")],
        ),
        (
            POSTED,
            RECORD.replace("randomised: 30", "randomised: 29").replace("enrolled: 61", "enrolled: 60"),
            [
                ("MSC915", "warning", "60 enrolled, 61 by the registration"),
                ("MSC915", "warning", "29 allocated to msc, 30 by the registration"),
            ],
        ),
    ],
)
def test_registered_and_reported(
    tmp_path: Path, posted: dict[str, Any], record: str, expected: list[tuple[str, str, str]]
) -> None:
    assert found(tmp_path, record, posted) == expected


def test_the_plan_is_in_the_earliest_version(tmp_path: Path) -> None:
    plan = changed("designModule/enrollmentInfo", {"count": 200, "type": "ESTIMATED"})
    plan["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"] = {"date": "2015-06-15"}
    stopped = changed("statusModule/overallStatus", "TERMINATED")
    stopped["protocolSection"]["statusModule"]["whyStopped"] = "slow recruitment"
    assert found(tmp_path, RECORD, plan, stopped) == [
        ("MSC911", "note", "NCT99900099 is terminated: slow recruitment"),
        ("MSC914", "note", "200 planned (version of 2015-06-15), 61 enrolled"),
    ]


USED = (
    RECORD.replace(
        "    sources:\n", "    sources:\n      nct: {kind: trial registration, version: 2018-11-01}\n"
    )
    .replace("p: 0.27,", "p: 0.27, from: outcomeMeasures/0/classes/0 outcomeMeasures/0/analyses/0,")
    .replace("placebo: 9}", "placebo: 9}, from: eventGroups")
)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("paramValue", "1.3", "the estimate 1.3 is outside -0.95 to 0.35"),
        (
            "dispersionValue",
            "1.4",
            "standard error 1.4 beside -0.95 to 0.35, whose half-width over 1.96 is 0.332",
        ),
        ("dispersionValue", "0.3", ""),
        ("pValue", "0.04", "p 0.04 beside -0.95 to 0.35, which holds 0 and gives p 0.37"),
        ("pValue", "0.9", "p 0.9 beside -0.95 to 0.35, which holds 0 and gives p 0.37"),
        ("pValue", "0.82", "and gives p 0.37; a one-sided p would be that"),
        ("pValue", "<0.05", "and gives p 0.37; the p may be the threshold"),
        ("ciUpperLimit", "-0.02", "p 0.27 beside -0.95 to -0.02, which leaves out 0 and gives p 0.041"),
        ("pValue", "0.4", ""),
    ],
)
def test_posted_numbers_contradict_each_other(tmp_path: Path, key: str, value: str, message: str) -> None:
    record = copy.deepcopy(POSTED)
    outcome = record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]
    outcome["analyses"][0] |= {"dispersionType": "STANDARD_ERROR_OF_MEAN", key: value}
    hits = [text for code, _, text in found(tmp_path, USED, record) if code == "MSC904"]
    assert (message in hits[0]) if message else hits == []


def test_participants_that_no_arithmetic_of_the_flow_gives(tmp_path: Path) -> None:
    record = changed("designModule/enrollmentInfo/count", 64)
    outcome = record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]
    outcome["denoms"][0]["counts"][0]["value"] = "32"
    assert [text for code, _, text in found(tmp_path, USED, record) if code == "MSC904"] == [
        "64 enrolled; started: 61 in Overall",
        "1 outcome of 32 of placebo, of whom 31 started: outcomeMeasures/0",
    ]


def test_what_is_posted_and_not_recorded(tmp_path: Path) -> None:
    without = USED.replace(", from: eventGroups", "").replace(" outcomeMeasures/0/analyses/0", "")
    assert [
        (severity, text) for code, severity, text in found(tmp_path, without, POSTED) if code == "MSC902"
    ] == [
        (
            "warning",
            "an analysis of the primary outcome Modified Rankin Scale is posted (outcomeMeasures/0/analyses/0)"
            " and not recorded",
        ),
        (
            "warning",
            "the count of deaths and serious adverse events is posted (eventGroups) and not recorded",
        ),
        (
            "note",
            "3 results of other outcomes posted and not recorded: outcomeMeasures/1/classes/0,"
            " outcomeMeasures/1/analyses/0 and outcomeMeasures/2/classes/0",
        ),
    ]
    ignored = without.replace(
        "2018-11-01}",
        "2018-11-01, ignored: [{figure: outcomeMeasures, because: seen}, {figure: eventGroups, because: seen}]}",
    )
    assert [text for code, _, text in found(tmp_path, ignored, POSTED) if code == "MSC902"] == []


def test_results_that_changed_after_they_were_taken(tmp_path: Path) -> None:
    study = read_registrations(json.dumps(POSTED), "NCT.json")[0]
    kept = f"version: 2018-11-01, results-sha256: {study.results_sha256}, registered-sha256: {study.registered_sha256}"
    used = USED.replace(
        "version: 2018-11-01", f"{kept}, posted: [outcomeMeasures/0/analyses/0/pValue = 0.27]"
    )
    later = changed("statusModule/overallStatus", "UNKNOWN")
    later["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]["analyses"][0]["pValue"] = "0.27"
    assert [
        (severity, text) for code, severity, text in found(tmp_path, used, later) if code == "MSC903"
    ] == [
        (
            "warning",
            "the posted results changed since the version of 2018-11-01; none of the numbers used is among the changes",
        ),
        (
            "note",
            "what was registered changed since the version of 2018-11-01: status, dates, design, arms or outcomes",
        ),
    ]
