"""What is typed in another form is shown in the registry's, and keys by their other names."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.registry.hints import written_as
from msc_evidence.registry.loader import load
from msc_evidence.registry.problems import RegistryError, nearest_hint

HEAD = """registry: 1
outcomes: {death: {name: death, type: binary, better: lower}}
trials:
  one:
    citation: {authors: [Doe J], title: One, year: 2020}
    design: {allocation: randomised}
    participants: {condition: chronic pain}
    arms:
      drug: {role: treatment, n: 10, intervention: {name: drug, dose: DOSE}}
      placebo: {role: control, n: 10}
    results:
      - RESULT
    sources: {paper: {kind: KIND}}
"""
RIGHT = {"DOSE": "10", "RESULT": "{outcome: death, at: 1 y, p: 0.5}", "KIND": "full text"}


def said(folder: Path, **changed: str) -> str:
    text = HEAD
    for name, right in RIGHT.items():
        text = text.replace(name, changed.get(name, right))
    (folder / "trials.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError) as refused:
        load(folder / "trials.yaml")
    (problem,) = refused.value.problems
    return problem.message


@pytest.mark.parametrize(
    ("change", "ending"),
    [
        ({"DOSE": "10 mg"}, "; write `dose: 10, unit: mg`"),
        ({"DOSE": "0.1 mL"}, "; write `dose: 0.1, unit: mL`"),
        ({"DOSE": "500 IU per kg"}, "; write `dose: 500, unit: IU per kg`"),
        ({"DOSE": "high"}, "or 'not reported'"),
        (
            {"RESULT": "{outcome: death, at: 1 y, effect: HR 0.95 (0.86 to 1.05)}"},
            "; write `effect: {measure: HR, estimate: 0.95, ci: 0.86-1.05}`",
        ),
        (
            {"RESULT": '{outcome: death, at: 1 y, effect: "MD -9.4 [95% CI -15.7, -3.1]"}'},
            '; write `effect: {measure: MD, estimate: -9.4, ci: "-15.7 to -3.1"}`',
        ),
        (
            {"RESULT": "{outcome: death, at: 1 y, arms: {drug: 3/10, placebo: {events: 4}}}"},
            "; write `drug: {events: 3, n: 10}`",
        ),
        ({"RESULT": "{outcome: death, at: 1 y, p-value: 0.5}"}, "'p-value'; did you mean 'p'?"),
        ({"RESULT": "{outcome: death, timepoint: 1 y, p: 0.5, at: 1 y}"}, "'timepoint'; did you mean 'at'?"),
        ({"KIND": "full-text"}, "; did you mean 'full text'?"),
    ],
)
def test_a_value_in_another_form_is_shown_in_the_right_one(
    tmp_path: Path, change: dict[str, str], ending: str
) -> None:
    assert said(tmp_path, **change).endswith(ending)


def test_what_is_written_as_shown_is_read(tmp_path: Path) -> None:
    shown = written_as(("results", 0, "effect"), "HR 0.95 (0.86 to 1.05)")
    text = HEAD.replace("DOSE", "10").replace("KIND", "full text")
    file = tmp_path / "trials.yaml"
    file.write_text(text.replace("RESULT", f"{{outcome: death, at: 1 y, {shown}}}"), encoding="utf-8")
    assert load(file).trials["one"].results[0].effect


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("lee", "; did you mean 'lee-2010' or 'lee-2022'?"),
        ("bang", "; did you mean 'bang-2005'?"),
        ("chung-2012", "; did you mean 'chung-2021'?"),
        ("", "; known: bang-2005, chung-2021, lee-2010, lee-2022"),
    ],
)
def test_names_that_begin_so_come_before_names_that_look_alike(typed: str, hint: str) -> None:
    assert nearest_hint(typed, ["bang-2005", "chung-2021", "lee-2010", "lee-2022"]) == hint


def test_two_spellings_of_one_name_are_offered_once() -> None:
    assert nearest_hint("bang", ["bang-2005", "Bang 2005"]) == "; did you mean 'bang-2005'?"
