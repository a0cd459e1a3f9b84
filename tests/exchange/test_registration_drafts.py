"""Drafts of registrations: they load, hold only what is posted, and decide nothing that the file leaves open."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.registration.tables import PostedTables
from msc_evidence.checks.run import run_checks
from msc_evidence.exchange import registration_results
from msc_evidence.exchange.importing import imported
from msc_evidence.reading.ctgov.study import read_registrations
from msc_evidence.registry.loader import Registry, load
from msc_evidence.registry.problems import RegistryError

FILE = Path(__file__).parent / "data/NCT99900099.json"
NAME = "nct99900099"


def drafted(tmp_path: Path, record: dict[str, Any] | None = None) -> tuple[Registry, str]:
    raw = FILE.read_bytes() if record is None else json.dumps(record).encode()
    text = imported(FILE, raw, FILE.name).text
    file = tmp_path / "draft.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file), text


def found(registry: Registry, record: dict[str, Any], code: str) -> list[str]:
    study = read_registrations(json.dumps(record), "NCT.json")[0]
    report = run_checks(Analysis(registry), registrations={NAME: [PostedTables(study)]}, select=[code])
    return [finding.message for finding in report.findings]


def test_the_draft_is_what_the_file_says(tmp_path: Path) -> None:
    registry, text = drafted(tmp_path)
    trial = registry.trials[NAME]
    assert trial.registration == ["NCT99900099", "2015-000001-11"]
    assert (trial.design.allocation, trial.design.phase, trial.design.assessment) == (
        "randomised",
        "1/2",
        "blinded",
    )
    assert {arm: (part.role, str(part.randomised)) for arm, part in trial.arms.items()} == {
        "cells-10-8": ("treatment", "30"),
        "placebo": ("control", "31"),
    }
    first, second, third = trial.results
    assert str(first.effect and first.effect.printed) == "MD -0.3 (-0.95 to 0.35)"
    assert (str(first.p), first.primary, first.arm, first.against) == ("0.27", True, "cells-10-8", "placebo")
    assert (str(second.p), second.sides, second.favours) == ("0.4", "one", None)
    assert [str(harm.at_risk["placebo"]) for harm in trial.harms] == ["31", "31"]
    assert third.arms is not None
    assert (str(third.arms["cells-10-8"].count), third.arms["cells-10-8"].events) == ("5", None)
    for remark in ("Walking speed: nothing was posted", "change: true, where"):
        assert remark in text


@pytest.mark.parametrize("posted", ["a few", "NA", None])
def test_a_size_that_is_no_number_is_refused_with_its_place(posted: str | None) -> None:
    record = json.loads(FILE.read_bytes())
    outcome = record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]
    outcome["denoms"][0]["counts"][0]["value"] = posted
    place = "/resultsSection/outcomeMeasuresModule/outcomeMeasures/0/denoms/0/counts/0/value"
    with pytest.raises(RegistryError, match=f"NCT.json: {place} is '{posted or ''}'; expected a number"):
        imported(FILE, json.dumps(record).encode(), "NCT.json")


def test_checks_ask_only_for_what_is_to_do_and_its_numbers_are_tied(tmp_path: Path) -> None:
    registry, _ = drafted(tmp_path)
    report = run_checks(Analysis(registry))
    assert {finding.code for finding in report.findings if finding.severity != "note"} == {"MSC110"}
    assert "40 numbers: 37 tied" in report.summary


def test_every_digit_of_the_draft_is_watched(tmp_path: Path) -> None:
    registry, _ = drafted(tmp_path)
    record = json.loads(FILE.read_text(encoding="utf-8"))
    assert found(registry, record, "MSC901") == []
    outcome = record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]
    outcome["groups"].reverse()
    assert found(registry, record, "MSC901") == []
    outcome["groups"][0]["id"], outcome["groups"][1]["id"] = "OG000", "OG001"
    assert "cells-10-8 mean 2.9 is not that of outcomeMeasures/0/classes/0, which posts 3.2" in found(
        registry, record, "MSC901"
    )
    record["protocolSection"]["designModule"]["enrollmentInfo"]["count"] = 62
    assert "enrolled 61 is not that of enrollmentInfo/count, which posts 62" in found(
        registry, record, "MSC901"
    )


def test_what_is_enrolled_and_what_started_are_not_mixed(tmp_path: Path) -> None:
    record = json.loads(FILE.read_text(encoding="utf-8"))
    record["protocolSection"]["designModule"]["enrollmentInfo"]["count"] = 64
    registry, text = drafted(tmp_path, record)
    assert registry.trials[NAME].participants.enrolled is None
    assert "# to do: enrolled 64 by the registration, and other numbers started" in text


def test_an_estimate_with_the_sign_of_the_other_difference_is_to_do(tmp_path: Path) -> None:
    record = json.loads(FILE.read_text(encoding="utf-8"))
    assert "has the sign of" not in drafted(tmp_path, record)[1]
    analysis = record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]["analyses"][0]
    analysis |= {"paramValue": "0.3", "ciLowerLimit": "-0.35", "ciUpperLimit": "0.95"}
    assert "the estimate has the sign of placebo less cells-10-8" in drafted(tmp_path, record)[1]


def test_serious_terms_come_on_request() -> None:
    assert "{event: Stroke, at: 1 y" in imported(FILE, FILE.read_bytes(), FILE.name, terms=True).text
    assert "Stroke" not in imported(FILE, FILE.read_bytes(), FILE.name).text


@pytest.mark.parametrize(
    ("measure", "first", "second", "estimate", "contradicts"),
    [
        ("MD", "5", "3", "-2", True),
        ("MD", "3", "5", "2", True),
        ("MD", "5", "3", "2", False),
        ("MD", "5", "5", "-0.4", False),  # rounded to one mean: of no sign
        ("MD", "5", "3", "0", False),
        ("HR", "5", "3", "-2", False),
    ],
)
def test_a_difference_has_the_sign_of_the_means(
    measure: str, first: str, second: str, estimate: str, contradicts: bool
) -> None:
    def values(key: str, text: str) -> Any:
        node = SimpleNamespace(text=text, pointer="/a", file="a.json", value=text)
        return SimpleNamespace(fields=(SimpleNamespace(key=key, nodes=(node,)),))

    analysis = values("estimate", estimate)
    analysis.measure = measure
    of_sides = {"new": values("mean", first), "old": values("mean", second)}
    assert registration_results._contradicts_values(analysis, of_sides, ("new", "old")) == contradicts
