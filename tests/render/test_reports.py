"""What each format of findings must say, and what its readers demand of it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from msc_evidence.checks.finding import Finding, Report
from msc_evidence.render import format_names, renderer


def rendered(name: str, report: Report, **wishes: bool) -> str:
    return renderer("findings", name)(report, **wishes)


def single(report: Report, **changes: Any) -> Report:
    finding = replace(report.findings[0], **changes)
    return replace(
        report, findings=(finding,), lines={(finding.file, finding.line): report.lines["my trials.yaml", 3]}
    )


@pytest.mark.parametrize("name", format_names("findings"))
def test_no_findings_and_the_same_bytes_twice(name: str, report: Report) -> None:
    assert rendered(name, report) == rendered(name, report)
    nothing = rendered(name, replace(report, findings=()))
    assert name == "text" or nothing.endswith("\n")


def test_text_begins_with_place_and_code_and_points_at_the_column(report: Report) -> None:
    lines = rendered("text", report).splitlines()
    assert lines[0].startswith("my trials.yaml:3:26: MSC401 error: p 0.011 ")
    assert lines[1] == "    | - {outcome: 脳卒中, p: 0.011}"
    # Three wide signs stand before the caret's place: it moves right by three.
    assert lines[2].index("^") - len("    | ") == (26 - 1 - 6) + 3


def test_text_shows_waived_findings_only_when_asked(report: Report) -> None:
    assert "@waived" not in rendered("text", report)
    assert "    waived: ratio is in the protocol, p. 3\n" in rendered("text", report, verbose=True)


def test_text_lets_no_escape_code_through_and_colours_only_when_asked(report: Report) -> None:
    hostile = single(report, message="\x1b[2J\x9b")
    hostile = replace(hostile, lines={("my trials.yaml", 3): "p: \x1b]0;title\x07"})
    assert "\x1b" not in rendered("text", hostile)
    assert "\x1b[31merror" in rendered("text", hostile, colour=True)
    assert "\x1b[2J" not in rendered("text", hostile, colour=True)


@pytest.mark.parametrize("column", [1, 90, 500, 999_999])
def test_text_quotes_no_more_than_100_columns(report: Report, column: int) -> None:
    long = single(report, column=column)
    long = replace(long, lines={("my trials.yaml", 3): "x" * 1_000_000})
    assert all(len(line) <= 106 for line in rendered("text", long).splitlines()[1:])


def test_json_and_csv_hold_every_finding(report: Report) -> None:
    found = json.loads(rendered("json", report))
    keys = ["trial", "code", "severity", "file", "line", "column"]
    keys += ["path", "message", "reported", "recomputed", "waived", "fails"]
    assert [column["key"] for column in found["columns"]] == keys
    assert (found["schema"], found["table"], found["summary"]) == (1, "findings", report.summary)
    assert found["rows"][0]["path"] == "trials.bang-2005.results[0].p"
    assert found["rows"][3]["waived"] == "ratio is in the protocol, p. 3"
    assert [row["fails"] for row in found["rows"]] == [True, True, False, False]
    rows = list(csv.DictReader(io.StringIO(rendered("csv", report), newline="")))
    assert [row["message"] for row in rows][1:] == [
        "the same place again",
        "without a place: \x1b[31m",
        "'@waived, 5 of 30",
    ]


def test_github_escapes_what_ends_a_command_and_counts(report: Report) -> None:
    commands = rendered("github", single(report, file="a,b:c.yaml")).splitlines()
    assert commands == [
        "::error file=a%2Cb%3Ac.yaml,line=3,col=26,title=MSC401::p 0.011 <b>100%25</b> does not follow |"
        " from z:%0Asee *both*, a (recomputed p 0.0204)",
        "::notice title=msc-evidence::3 trials, 61 numbers: 100%25 sourced; 2 errors, 1 warning, 1 waived",
    ]


def test_github_knows_notices_and_leaves_out_what_is_waived(report: Report) -> None:
    assert rendered("github", single(report, severity="note")).startswith("::notice file=")
    assert "waived, 5 of 30" not in rendered("github", report)
    assert "line=0" not in rendered("github", report)


def sarif_run(report: Report) -> dict[str, Any]:
    log = json.loads(rendered("sarif", report))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    return run  # type: ignore[no-any-return]


def test_sarif_has_what_the_standard_requires(report: Report) -> None:
    """SARIF 2.1.0 (OASIS 2020): log 3.13, tool 3.18, rule 3.49, result 3.27, region 3.30."""
    run = sarif_run(report)
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("msc-evidence", "0.1.0")
    for rule in driver["rules"]:
        assert rule["id"]
        assert rule["name"]
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1


def test_sarif_places_are_uris(report: Report) -> None:
    def uri(file: str) -> str:
        (result,) = sarif_run(single(report, file=file))["results"]
        return result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]  # type: ignore[no-any-return]

    assert uri("my trials/é:1.yaml") == "my%20trials/%C3%A9%3A1.yaml"
    assert uri("/a b/trials.yaml") == "file:///a%20b/trials.yaml"


def test_sarif_fingerprints_outlive_lines_and_tell_findings_apart(report: Report) -> None:
    def prints(of: Report) -> list[str]:
        return [result["partialFingerprints"]["place/v1"] for result in sarif_run(of)["results"]]

    moved = replace(report, findings=tuple(replace(found, line=found.line + 7) for found in report.findings))
    assert prints(report) == prints(moved)
    assert len(set(prints(report))) == len(report.findings)


def test_sarif_suppresses_what_is_waived_and_says_so_for_every_result(report: Report) -> None:
    suppressions = [result["suppressions"] for result in sarif_run(report)["results"]]
    assert suppressions == [
        [],
        [],
        [],
        [{"kind": "inSource", "justification": "ratio is in the protocol, p. 3"}],
    ]


def test_junit_counts_and_survives_what_xml_cannot_hold(report: Report) -> None:
    hostile = Finding(
        "MSC401", "error", "bang-2005", ("trials", "bang-2005"), "<&\"'>\x00\x1b\ufffe\ud800 ok"
    )
    suite = ElementTree.fromstring(rendered("junit", replace(report, findings=(*report.findings, hostile))))
    cases = suite.findall("testcase")
    assert suite.tag == "testsuite"
    assert len(cases) == int(suite.get("tests", ""))
    assert len(suite.findall("testcase/failure")) == int(suite.get("failures", "")) == 3
    assert len(suite.findall("testcase/skipped")) == int(suite.get("skipped", "")) == 1
    passed = [case.get("classname") for case in cases if case.get("name") == "no errors"]
    assert passed == ["chung-2021", "silent-2020"]
    messages = [failure.get("message", "") for failure in suite.findall("testcase/failure")]
    assert messages[-1].startswith("<&\"'>")
    assert messages[-1].endswith(" ok")


def test_markdown_acts_on_nothing_and_closes_with_the_count(report: Report) -> None:
    text = rendered("md", report)
    assert r"p 0.011 &lt;b&gt;100%&lt;/b&gt; does not follow \| from z: see \*both\*, a" in text
    assert text.endswith(f"\n\n{report.summary}\n")
    assert rendered("md", replace(report, findings=())) == f"No findings.\n\n{report.summary}\n"
