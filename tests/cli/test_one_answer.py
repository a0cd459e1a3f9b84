"""The same fact reads the same on every screen that shows it: what is significant, designs, names, findings."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from msc_evidence.registry.loader import load
from tests.cli.conftest import ROOT, Run

HEAD = """\
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
  death: {name: death, type: binary, better: lower}
trials:
"""
#: Bounds, a value at α, zeros, words, an adjusted analysis and one arm alone; a design that a second source gives.
BOUNDS = (
    HEAD
    + """\
  doe-2020:
    citation: {authors: [Doe J], year: 2020}
    design: {allocation: not reported}
    participants: {}
    arms: {drug: {role: treatment, label: Statin, n: 30}, placebo: {role: control, n: 30}}
    results:
      - {outcome: mrs, at: 3 mo, p: <0.01, favours: drug}
      - {outcome: mrs, at: 3 mo, p: 0.2, adjusted: age}
      - {outcome: mrs, at: 6 mo, p: "0.05"}
      - {outcome: mrs, at: 9 mo, p: ">=0.01"}
      - {outcome: mrs, at: 12 mo, p: "0.000"}
      - {outcome: death, at: 12 mo, p: NS}
      - {outcome: mrs, at: 1 mo, within: drug, p: 0.001}
      - {outcome: death, at: 3 mo, p: <0.05, source: report}
    claims: [{says: benefit}, {outcome: mrs, says: benefit}]
    also: [{source: report, design: {allocation: non-randomised}}]
    sources: {abstract: {kind: abstract}, report: {kind: secondary report}}
"""
)
TWO_SOURCES = (
    HEAD
    + """\
  roe-2021:
    name: ROE
    citation: {year: 2021}
    design: {}
    participants: {}
    arms: {msc: {role: treatment, n: 30, cells: {type: MSC}}, control: {role: control, n: 30}}
    results:
      - {outcome: mrs, at: 3 mo, p: <0.05, favours: msc}
      - {outcome: mrs, at: 6 mo, p: <0.05, favours: msc, source: report}
    claims: [{outcome: mrs, says: benefit}]
    also: [{source: report, design: {allocation: randomised, masking: open label}}]
    sources: {abstract: {kind: abstract}, report: {kind: secondary report}}
"""
)


@pytest.fixture(params=["shipped", "bounds", "two sources"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "shipped":
        return ROOT / "trials.yaml"
    file = tmp_path / "registry.yaml"
    file.write_text({"bounds": BOUNDS, "two sources": TWO_SOURCES}[request.param], encoding="utf-8")
    return file


def rows(run: Run, *command: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run(*command, "-f", "csv").out)))


def counted(text: str) -> tuple[int, int]:
    """How many are significant, and how many after Holm's correction."""
    found = re.search(r"(\d+|none) of \d+ (?:p-value|result)", text, re.IGNORECASE)
    kept = re.search(r", (\d+|none)[^,;]* after Holm's correction", text)
    below = 0 if found is None or found[1].lower() == "none" else int(found[1])
    return below, below if kept is None else 0 if kept[1] == "none" else int(kept[1])


def test_what_is_significant_is_counted_alike(run: Run, registry: Path) -> None:
    at = ("-r", str(registry), "--design", "any", "--cells", "any", "--subtype", "any")
    compared = 0
    findings = json.loads(run("check", *at[:2], "--min-severity", "note", "-f", "json").out)["rows"]
    for name, trial in load(registry).trials.items():
        own = [
            row for row in rows(run, "table", "claims", *at) if row["trial"] == name and not row["outcome"]
        ]
        said = [
            line for line in run("summarize", name, *at).out.splitlines() if "p-values between arms" in line
        ]
        for row in own:
            if said and row["says"] == "benefit":
                assert (
                    counted(said[0])
                    == counted(row["allows"])
                    == (
                        int(row["below_alpha"]),
                        int(row["below_alpha_holm"]),
                    )
                )
                compared += 1
        flagged = [
            found["message"] for found in findings if found["code"] == "MSC503" and found["trial"] == name
        ]
        for message in flagged:
            assert counted(message)[1] == 0
            assert not said or counted(said[0]) == counted(message)
            compared += 1
        if len(trial.sources) > 1 and not any(result.primary for result in trial.results):
            every = run("summarize", name, *at, "--all-sources").out
            members = [row for row in rows(run, "table", "results", *at, "--all") if row["trial"] == name]
            shown = re.search(r"of (\d+) p-values between arms", every)
            alone = int("the only p-value between arms" in every)
            assert int(shown[1] if shown else alone) == sum(bool(row["family_size"]) for row in members)
            compared += 1
    assert compared


def test_a_bound_alone_in_its_family_survives_on_every_screen(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "registry.yaml"
    file.write_text(TWO_SOURCES, encoding="utf-8")
    at = ("-r", str(file))
    assert (
        "2 of 2 p-values between arms are below 0.05, 2 after Holm's correction within each source"
        in run("summarize", "--all-sources", *at).out
    )
    (claim,) = rows(run, "table", "claims", *at)
    assert (claim["below_alpha"], claim["below_alpha_holm"]) == ("2", "2")
    assert (
        "2 of 2 results are significant at 0.05, 2 after Holm's correction within each source"
        in claim["allows"]
    )
    assert run("report", *at, "-o", str(tmp_path / "report.md")).code == 0
    assert claim["allows"] in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert run("compare", *at).out.count("<0.050   <0.050") == 2


def test_a_design_is_worded_alike(run: Run, registry: Path) -> None:
    at = ("-r", str(registry))
    wide = {"COLUMNS": "2000"}
    lines = run(
        "table", "characteristics", *at, "--design", "any", "--cells", "any", "--subtype", "any", **wide
    ).out.splitlines()
    told = {line.split("  ")[0]: line for line in lines if re.search(r"\S  +Methods  ", line)}
    for name in load(registry).trials:
        shown, design = run("compare", name, *at, **wide).out.splitlines()[0].split(" · ")[:2]
        assert re.search(
            rf"^{re.escape(shown)} +{re.escape(design)}  ",
            run("summarize", name, *at, **wide).out,
            re.MULTILINE,
        )
        allocation = re.search(r"allocation: ([^;]+)", told[shown])
        words = design.removeprefix("allocation ")
        assert words.startswith(allocation[1]) if allocation else "allocation" in told[shown]


def test_what_a_second_source_says_of_a_design_is_marked_everywhere(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "registry.yaml"
    file.write_text(BOUNDS, encoding="utf-8")
    at = ("-r", str(file))
    words = "not reported [secondary report: non-randomised]"
    assert f"allocation {words}" in run("summarize", "doe-2020", *at).out
    assert f"allocation {words}" in run("compare", *at).out
    assert f"allocation: {words}" in run("table", "characteristics", *at, COLUMNS="2000").out
    stats = {row["item"]: row["count"] for row in rows(run, "registry", "stats", *at)}
    assert (stats["non-randomised"], stats["of these non-randomised by another source"]) == ("0", "1")
    reasons = [
        row for row in rows(run, "table", "consort", *at) if row["field"].startswith("design.allocation")
    ]
    assert "allocation [secondary report: non-randomised] not reported" in str(reasons)


def test_a_trial_and_the_treated_side_have_one_name(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "registry.yaml"
    file.write_text(BOUNDS, encoding="utf-8")
    at = ("-r", str(file))
    for command in (
        ["summarize", "doe-2020"],
        ["compare"],
        ["table", "claims"],
        ["pool", "mrs", "--at", "6 mo"],
    ):
        out = run(*command, *at).out
        assert "Doe 2020" in out
        assert "doe-2020" not in out.replace("msc-evidence check doe-2020", "")
    out = run("summarize", "doe-2020", *at).out
    assert "Statin / control" in out
    assert "60 participants (30 Statin, 30 control)" in out
    assert "1 favour Statin, 0 control" in run("table", "claims", *at, COLUMNS="400").out


def test_findings_are_counted_alike(run: Run, registry: Path) -> None:
    at = ("-r", str(registry))
    findings = json.loads(run("check", *at[:2], "--min-severity", "note", "-f", "json").out)["rows"]
    for name in load(registry).trials:
        own = [each for each in findings if each["trial"] == name and not each["waived"]]
        said = re.search(r"^(\d+) findings?", run("summarize", name, *at).out, re.MULTILINE)
        assert int(said[1] if said else 0) == len(own)
