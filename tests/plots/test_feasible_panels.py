"""A page draws the bounds of its first results alone, however many there are, and says what draws the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.pages.report import report_page
from msc_evidence.plots.kinds import feasible
from msc_evidence.plots.scope import Scope
from msc_evidence.registry.loader import load

HEAD = """registry: 1
outcomes: {mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}}
trials:
"""
TRIAL = """  trial-{number}:
    citation: {{year: 2020}}
    design: {{allocation: randomised}}
    participants: {{}}
    arms: {{drug: {{role: treatment, n: 4}}, placebo: {{role: control, n: {number}}}}}
    results: [{{outcome: mrs, at: 3 mo, p: 0.3, favours: drug}}]
    sources: {{paper: {{kind: full text}}}}
"""


@pytest.mark.parametrize("trials", [3, 4, 8])
def test_no_more_panels_than_asked_for_are_bounded(
    trials: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "trials.yaml"
    file.write_text(HEAD + "".join(TRIAL.format(number=4 + at) for at in range(trials)), encoding="utf-8")
    made, make = [], feasible._result_panel
    monkeypatch.setattr(feasible, "_result_panel", lambda name, *of: made.append(name) or make(name, *of))
    scope = Scope(Analysis(load(file)))
    picture = feasible.feasible_picture(replace(scope, most_panels=3))
    assert (len(made), len(picture.panels), picture.undrawn) == (3, 3, trials - 3)
    said = f"The first 3 of {trials} results; msc-evidence plot feasible draws all of them."
    assert (said in feasible.alternative(picture)) == (trials > 3)
    assert (said in feasible.text(picture, 100)) == (trials > 3)
    assert not picture.unplaced
    assert len(feasible.feasible_picture(scope).panels) == trials


@pytest.mark.parametrize(("trials", "compared"), [(1, False), (2, True), (13, True)])
def test_a_page_of_one_outcome_draws_both_tests_of_its_first_twelve_results(
    trials: int, compared: bool, tmp_path: Path
) -> None:
    """Figures that compare trials are of outcomes that several report."""
    file = tmp_path / "trials.yaml"
    file.write_text(HEAD + "".join(TRIAL.format(number=4 + at) for at in range(trials)), encoding="utf-8")
    figures = report_page(Query.of_everything(Analysis(load(file))), drawn=False).figures
    said = {figure.name: figure.alternative for figure in figures}
    for test in ("rank-sum, normal", "Student's t"):
        assert said["feasible"].count(f"if p is from {test}, PS") == min(trials, 12)
    assert ({"albatross", "funnel"} <= said.keys()) is compared


def test_figures_that_compare_trials_leave_out_what_a_single_one_reports(tmp_path: Path) -> None:
    head = HEAD.replace("trials:", "  barthel: {name: Barthel Index, type: ordinal, better: higher}\ntrials:")
    head = head.replace("outcomes: {mrs: {", "outcomes:\n  mrs: {").replace(
        "better: lower}}", "better: lower}"
    )
    first = TRIAL.format(number=4).replace(
        "favours: drug}]", "favours: drug}, {outcome: barthel, at: 3 mo, p: 0.2, favours: drug}]"
    )
    file = tmp_path / "trials.yaml"
    file.write_text(head + first + TRIAL.format(number=5), encoding="utf-8")
    figures = report_page(Query.of_everything(Analysis(load(file))), drawn=False).figures
    (albatross,) = (figure.alternative for figure in figures if figure.name == "albatross")
    assert "Rankin" in albatross
    assert "Barthel" not in albatross
