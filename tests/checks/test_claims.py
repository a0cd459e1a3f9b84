"""Checks of claims and multiplicity (MSC5xx): case files, severities, messages with the published numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks import msc5_benefit, msc5_claims, msc5_families
from msc_evidence.checks.rule import Check, Hit, Subject
from msc_evidence.registry.loader import load

FAMILY = "MSC5"
MODULES: list[ModuleType] = [msc5_claims, msc5_families, msc5_benefit]
CHECKS = {
    item.rule.code: item for module in MODULES for item in vars(module).values() if isinstance(item, Check)
}
TRIALS = Path(__file__).parents[2] / "trials.yaml"

RECORD = """\
registry: 1
outcomes:
  mrs: {{name: mRS, type: ordinal, better: lower}}
  barthel: {{name: Barthel, type: ordinal, better: higher}}
trials:
  one:
    citation: {{year: 2005}}
    sources: {{abstract: {{kind: abstract}}}}
    design: {{{design}}}
    participants: {{{people}}}
    arms: {{msc: {{role: treatment, {treated}}}, control: {{role: control, {control}}}}}
    results: [{results}]
    claims: [{claims}]
"""
DEFAULTS = {"design": "", "people": "", "treated": "n: 5", "control": "n: 25", "results": "", "claims": ""}
BANG = ", ".join(
    f"{{outcome: {outcome}, at: {at}, p: {p}, favours: msc}}"
    for outcome, at, p in [
        ("barthel", "3 mo", "0.011"), ("barthel", "6 mo", "0.017"), ("barthel", "12 mo", "0.115"),
        ("mrs", "3 mo", "0.076"), ("mrs", "6 mo", "0.171"), ("mrs", "12 mo", "0.286"),
    ]
)  # fmt: skip
NULL = "{outcome: mrs, at: 3 mo, primary: true, p: 0.732}"


@pytest.fixture
def hits(tmp_path: Path) -> Callable[..., dict[str, list[Hit]]]:
    """code → hits for one trial, from the parts that the record leaves open."""

    def run(**parts: str) -> dict[str, list[Hit]]:
        file = tmp_path / "one.yaml"
        file.write_text(RECORD.format(**{**DEFAULTS, **parts}), encoding="utf-8")
        return found_in(file, "one")

    return run


def found_in(file: Path, trial: str) -> dict[str, list[Hit]]:
    registry = load(file)
    subject = Subject(trial, Analysis(registry))
    return {code: list(item.run(subject)) for code, item in CHECKS.items()}


def test_case(case: Any, case_body: str) -> None:
    found, expected = case(case_body, MODULES)
    assert found == expected


def test_every_rule_has_a_flagged_and_a_silent_case(flagged_and_silent: Any) -> None:
    flagged, silent = flagged_and_silent(FAMILY)
    assert flagged == set(CHECKS)
    assert silent >= set(CHECKS)


def test_multiplicity_of_bang_2005(hits: Any) -> None:
    (hit,) = hits(results=BANG)["MSC503"]
    assert hit.path == ("results", 0, "p")
    assert "2 of 6 p-values" in hit.message
    assert "Holm 0.066, 0.085, 0.345, 0.304, 0.345, 0.345" in hit.message
    assert "BH 0.051, 0.051, 0.1725, 0.152, 0.2052, 0.286" in hit.message


def test_consistently_in_bang_2005(hits: Any) -> None:
    said = [f"{{outcome: {outcome}, says: benefit, consistent: true}}" for outcome in ("barthel", "mrs")]
    (hit,) = hits(results=BANG, claims=", ".join(said))["MSC502"]
    assert hit.path == ("claims", 0, "consistent")
    assert "4 of 6: Barthel 1 of 3 (p 0.115 at 12 mo); mRS 3 of 3" in hit.message
    assert "the same at 6 of 6" in hit.message


def test_improvement_of_mrs_in_bang_2005(hits: Any) -> None:
    found = hits(results=BANG, claims="{outcome: mrs, at: [3 mo, 6 mo, 12 mo], says: benefit}")["MSC501"]
    assert [hit.path for hit in found] == [("claims", 0, "says")]
    assert "p 0.076 at 3 mo, p 0.171 at 6 mo and p 0.286 at 12 mo" in found[0].message


def test_a_hedged_claim_is_noted(hits: Any) -> None:
    found = hits(results=BANG, claims="{outcome: mrs, says: benefit, hedged: true}")["MSC501"]
    assert [hit.severity for hit in found] == ["note"]


@pytest.mark.parametrize(
    ("treated", "control", "smallest", "detectable"),
    [("39", "15", "d 0.610", "d ≥ 0.867"), ("5", "25", "d 1.004", "d ≥ 1.422")],  # CHECKS, MSC5xx
)
def test_what_a_trial_of_this_size_could_show(
    hits: Any, treated: str, control: str, smallest: str, detectable: str
) -> None:
    said = "{outcome: mrs, says: no benefit}"
    found = hits(results=NULL, claims=said, treated=f"n: {treated}", control=f"n: {control}")["MSC505"]
    assert len(found) == 1
    assert f"below {smallest}" in found[0].message
    assert f"need {detectable}" in found[0].message


def test_no_benefit_without_group_sizes(hits: Any) -> None:
    said = "{outcome: mrs, says: no benefit}"
    (hit,) = hits(results=NULL, claims=said, treated="n: not reported", control="n: 0")["MSC505"]
    assert hit.message.endswith("without confidence interval or margin")


def test_secondary_result_with_holm(hits: Any) -> None:
    (hit,) = hits(results=f"{NULL}, {{outcome: barthel, at: 3 mo, p: 0.023}}")["MSC504"]
    assert "mRS p 0.732" in hit.message
    assert "Barthel p 0.023 (Holm 0.046 within abstract)" in hit.message


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"design": "allocation: randomised, assessment: blinded"}, ["randomised: met", "assessment: met"]),
        ({"design": "allocation: non-randomised"}, ["randomised: not met", "assessment: not reported"]),
        ({"people": "enrolled: 30, analysed: 24"}, ["80% completed: met (24/30)"]),
        ({"people": "enrolled: 30, analysed: 23"}, ["80% completed: not met (23/30)"]),
        ({"people": "enrolled: 30"}, ["80% completed: not reported"]),
        ({"treated": "randomised: 8, n: 5", "control": "randomised: 25, n: 25"}, ["met (30/33)"]),
        ({"results": NULL}, ["primary outcome: met"]),
        ({}, ["class III is claimed", "AAN (2011 edition)", "primary outcome: not reported"]),
    ],
)
def test_evidence_class_beside_the_record(hits: Any, parts: dict[str, str], words: list[str]) -> None:
    (hit,) = hits(**parts, claims="{says: safe, evidence-class: III}")["MSC508"]
    assert [word for word in words if word not in hit.message] == []


@pytest.mark.parametrize(
    ("stage", "window", "severity"),
    [("chronic", "90 d", "warning"), ("subacute", "72 h", "warning"), ("acute", "12 h", "note")],
)
def test_stage(hits: Any, stage: str, window: str, severity: str) -> None:
    people = f"condition: ischaemic stroke, stage: {stage}"
    (hit,) = hits(design=f"window: {window}", people=people)["MSC506"]
    assert not hits(design=f"window: {window}", people=f"stage: {stage}")["MSC506"]
    assert (hit.severity or CHECKS["MSC506"].rule.severity) == severity


@pytest.mark.parametrize(
    ("trial", "codes"),
    [
        ("bang-2005", {"MSC501", "MSC502", "MSC503"}),
        # The secondary report prints nine p-values, of which none survives correction.
        ("chung-2021", {"MSC504", "MSC505", "MSC506", "MSC508"}),
    ],
)
def test_findings_about_the_founding_trials(trial: str, codes: set[str]) -> None:
    found = found_in(TRIALS, trial)
    assert {code for code, some in found.items() if some} == codes
    assert {code: len(some) for code, some in found.items() if len(some) > 1} == {}
