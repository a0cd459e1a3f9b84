"""GRADE's Summary of Findings: effects, absolute effects, certainty and its reasons, proposals, plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import msc_evidence
from msc_evidence.registry.loader import Registry, load
from msc_evidence.render import formats, renderer
from msc_evidence.tables.named import Chosen, named

Written = Callable[[str], Registry]

DEATH = "{outcome: death, at: 6 mo, arms: {msc: {events: 6, n: 100}, control: {events: 10, n: 100}}}"
CERTAINTY = """
certainty:
  - outcome: OUTCOME
    by: Doe J
    date: 2024-05-31
    start: high
    risk-of-bias: {levels: 1, because: open label}
    inconsistency: {levels: 0, because: one trial}
    indirectness: {levels: 0, because: as asked}
    imprecision: {levels: DOWN, because: few participants.}
    publication-bias: {levels: 0, because: registered}
"""


def registry(
    tmp_path: Path, results: str, more: str = "", design: str = "{allocation: randomised}"
) -> Registry:
    file = tmp_path / "trials.yaml"
    text = f"""
registry: 1
outcomes:
  death: {{name: death, type: binary, better: lower}}
  mrs: {{name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}}
  survival: {{name: survival, type: time-to-event, better: higher}}
  barthel: {{name: Barthel Index, type: ordinal, better: higher}}
trials:
  one:
    name: Doe 2020
    citation: {{year: 2020}}
    design: {design}
    participants: {{condition: stroke}}
    arms:
      msc: {{role: treatment, n: 100, cells: {{type: MSC}}}}
      control: {{role: control, n: 100, comparator: placebo}}
    results: [{results}]
    sources: {{abstract: {{kind: abstract}}}}
"""
    file.write_text(text + more, encoding="utf-8")
    return load(file)


def judged(outcome: str, down: int = 0) -> str:
    return CERTAINTY.replace("OUTCOME", outcome).replace("DOWN", str(down))


def row(found: Registry, outcome: str = "death") -> dict[str, object]:
    chosen = Chosen(found, tuple(found.trials), (outcome,))
    (only,) = named("sof").table(chosen).rows
    return dict(only)


def cells(found: Registry, outcome: str = "death") -> tuple[dict[str, object], str]:
    made = named("sof").shown(Chosen(found, tuple(found.trials), (outcome,)))
    return dict(made.rows[0]), "\n".join(made.notes)


def test_a_risk_ratio_becomes_fewer_per_1000_of_the_control_arms_risk(tmp_path: Path) -> None:
    found, notes = cells(registry(tmp_path, DEATH))
    # ln 0.6 ± 1.96 √(1/6 − 1/100 + 1/10 − 1/100) (Katz 1978)
    assert found["relative"] == "RR 0.60 (0.23 to 1.59)"
    assert found["participants"] == "200 (1 trial)"
    assert found["control"] == "100 per 1000 ¹"
    assert found["treated"] == "60 per 1000 (23 to 159)"
    assert found["difference"] == "40 fewer per 1000 (from 77 fewer to 59 more)"
    assert "¹ Control risk: the control arm of Doe 2020." in notes


def test_the_stated_control_risk_comes_before_the_arms(tmp_path: Path) -> None:
    summary = "summary: {outcomes: [{outcome: death, control-risk: {risk: 0.2, source: a register}}]}"
    found = row(registry(tmp_path, DEATH, summary))
    assert (found["control_risk"], found["control_risk_source"]) == (0.2, "a register")
    assert found["difference_per_1000"] == pytest.approx(-80)


@pytest.mark.parametrize(
    ("measure", "per_1000"), [("RR", -40), ("OR", 1000 * (6 / 94 / (1 + 6 / 94) - 0.1)), ("RD", -40)]
)
def test_every_measure_of_counts_gives_the_same_arms_back(
    tmp_path: Path, measure: str, per_1000: float
) -> None:
    summary = f"summary: {{outcomes: [{{outcome: death, measure: {measure}}}]}}"
    assert row(registry(tmp_path, DEATH, summary))["difference_per_1000"] == pytest.approx(per_1000)


def test_a_hazard_ratio_is_that_of_the_event_and_improves_survival(tmp_path: Path) -> None:
    results = "{outcome: survival, at: 1 y, effect: {measure: HR, estimate: 0.50, ci: 0.25-1.00}}"
    summary = "summary: {outcomes: [{outcome: survival, control-risk: {risk: 0.36, source: a register}}]}"
    found = row(registry(tmp_path, results, f"{summary}\n{judged('survival', 1)}"), "survival")
    assert found["effect"] == "HR 0.50 (0.25 to 1.00)"
    assert found["treated_risk"] == pytest.approx(0.2)
    assert found["in_words"] == "MSC may improve survival at 1 y."


def test_an_arm_without_events_gives_no_absolute_effect_of_a_ratio(tmp_path: Path) -> None:
    found = row(registry(tmp_path, DEATH.replace("events: 10", "events: 0")))
    assert found["measure"] == "RR"
    assert found.get("control_risk") is None


@pytest.mark.parametrize(
    ("down", "certainty", "circles", "said"),
    [
        (0, "moderate", "⊕⊕⊕⊝", "MSC probably reduces death at 6 mo."),
        (1, "low", "⊕⊕⊝⊝", "MSC may reduce death at 6 mo."),
        (2, "very low", "⊕⊝⊝⊝", "The evidence is very uncertain about the effect of MSC on death at 6 mo."),
    ],
)
def test_the_sentence_follows_the_certainty(
    tmp_path: Path, down: int, certainty: str, circles: str, said: str
) -> None:
    found = registry(tmp_path, DEATH, judged("death", down))
    assert (row(found)["certainty"], row(found)["in_words"]) == (certainty, said)
    page, notes = cells(found)
    assert str(page["certainty"]).startswith(f"{circles} {certainty} ")
    assert "Risk of bias, rated down 1 level: open label." in notes
    assert "Certainty judged by Doe J on 2024-05-31, starting high." in notes
    assert ("Imprecision, rated down" in notes) == (down > 0)
    assert "Proposed" not in notes


def test_high_certainty_says_reduces(tmp_path: Path) -> None:
    high = judged("death").replace("levels: 1", "levels: 0")
    assert row(registry(tmp_path, DEATH, high))["in_words"] == "MSC reduces death at 6 mo."


def test_less_than_matters_is_little_to_no_difference(tmp_path: Path) -> None:
    summary = "summary: {outcomes: [{outcome: death, important: {difference: 0.05, because: agreed}}]}"
    found = registry(tmp_path, DEATH, f"{judged('death', 1)}\n{summary}")
    assert row(found)["in_words"] == "MSC may result in little to no difference in death at 6 mo."


@pytest.mark.parametrize(
    ("important", "events", "levels", "because"),
    [
        ("", (6, 10), 2, "includes the thresholds 0.75 and 1.25"),
        ("", (1, 60), 1, "200 participants are fewer than the optimal information size of 348"),
        ("0.05", (6, 10), 2, "includes the thresholds −0.05 and 0.05"),
        ("0.07", (6, 10), 1, "includes the threshold −0.07"),
        ("0.2", (6, 10), 0, "no threshold inside"),
        ("0.1", (6, 10), 0, "200 participants are no fewer than the optimal information size of 150"),
    ],
)
def test_imprecision_is_proposed_from_thresholds_and_information_size(
    tmp_path: Path, important: str, events: tuple[int, int], levels: int, because: str
) -> None:
    matters = f", important: {{difference: {important}, because: agreed}}" if important else ""
    results = DEATH.replace("events: 6", f"events: {events[0]}").replace("events: 10", f"events: {events[1]}")
    found = registry(tmp_path, results, f"summary: {{outcomes: [{{outcome: death{matters}}}]}}")
    assert row(found)["proposed_imprecision"] == -levels
    assert row(found).get("certainty") is None
    assert because in str(row(found)["proposed_because"])
    page, notes = cells(found)
    assert str(page["certainty"]).startswith("not judged")
    assert "Proposed, not judged: " in notes


def test_both_directions_stand_where_no_source_gives_one(tmp_path: Path) -> None:
    found = row(registry(tmp_path, "{outcome: mrs, at: 3 mo, p: 0.2}", judged("mrs", 1)), "mrs")
    assert found["estimate"] is None
    assert "had Doe 2020 favoured treatment" in str(found["effect"])
    assert (
        found["in_words"]
        == "The evidence does not say in which direction MSC changes modified Rankin Scale at 3 mo."
    )


def test_trials_that_are_not_randomised_stand_aside_where_randomised_ones_give_an_effect(
    written: Written,
) -> None:
    found = row(written(f"results: [{DEATH}]\ndesign: {{allocation: non-randomised}}"))
    assert (found["randomised"], found["trials"]) == (False, 1)


def test_an_outcome_has_its_row_though_nothing_was_reported(tmp_path: Path) -> None:
    found = registry(tmp_path, DEATH)
    made = named("sof").shown(Chosen.of(found))
    assert [line["outcome"] for line in made.rows] == [
        "death, 6 mo", "modified Rankin Scale", "survival", "Barthel Index",
    ]  # fmt: skip
    assert (made.rows[1]["participants"], made.rows[1]["in_words"]) == (
        "0 (0 trials)",
        "No trial reports this outcome.",
    )


def test_a_result_without_numbers_has_its_participants_and_the_reason(tmp_path: Path) -> None:
    page, notes = cells(registry(tmp_path, "{outcome: death, at: 6 mo, p: 0.2}"))
    assert page["participants"] == "200 (1 trial)"
    assert str(page["in_words"]).startswith("No effect can be computed")
    assert "No effect: Doe 2020: events in both arms are not reported." in notes


def test_the_header_is_what_the_registry_states_else_what_the_trials_say(tmp_path: Path) -> None:
    _, notes = cells(registry(tmp_path, DEATH))
    assert notes.splitlines()[:4] == [
        "Patient or population: stroke", "Setting: not recorded", "Intervention: MSC", "Comparison: placebo",
    ]  # fmt: skip
    _, notes = cells(registry(tmp_path, DEATH, "summary: {population: adults, setting: hospitals}"))
    assert notes.splitlines()[:2] == ["Patient or population: adults", "Setting: hospitals"]


def test_the_rows_are_those_the_registry_lists_in_its_order(tmp_path: Path) -> None:
    summary = "summary: {outcomes: [{outcome: mrs}, {outcome: death, at: 1 y}]}"
    found = registry(tmp_path, DEATH, summary)
    chosen = Chosen.of(found)
    assert [(line["outcome"], line["reporting"]) for line in named("sof").table(chosen).rows] == [
        ("mrs", 0),
        ("death", 0),
    ]
    every = Chosen(found, chosen.trials, chosen.outcomes, every=True)
    assert [line["outcome"] for line in named("sof").table(every).rows] == [
        "mrs",
        "death",
        "survival",
        "barthel",
    ]


def test_what_was_judged_is_never_left_out_for_its_time(tmp_path: Path) -> None:
    at = judged("death").replace("outcome: death", "outcome: death\n    at: 1 y")
    found = row(registry(tmp_path, DEATH, at))
    assert (found["at"], found["certainty"], found["reporting"]) == ("1 y", "moderate", 0)


def test_seven_outcomes_unless_all_are_asked_for() -> None:
    shipped = msc_evidence.load()
    chosen = Chosen.of(shipped)
    every = Chosen(shipped, chosen.trials, chosen.outcomes, every=True)
    assert len(named("sof").table(chosen).rows) == 7
    assert len(named("sof").table(every).rows) >= len(shipped.outcomes)
    assert f"{len(shipped.outcomes) - 7} further outcomes: --all" in named("sof").table(chosen).notes


def test_nothing_is_judged_in_the_shipped_registry_and_significance_is_no_reason() -> None:
    shipped = msc_evidence.load()
    every = Chosen(shipped, tuple(shipped.trials), tuple(shipped.outcomes), every=True)
    made = named("sof").shown(every)
    assert {str(line["certainty"]).split(" ¹")[0][:10] for line in made.rows} == {"not judged"}
    for format in formats("table"):
        assert "significan" not in renderer("table", format)(made)


def test_the_circles_have_an_ascii_form(tmp_path: Path) -> None:
    from msc_evidence.render.terminal import display

    found = registry(tmp_path, DEATH, judged("death", 1))
    screen = named("sof").screen(Chosen(found, ("one",), ("death",)))
    assert "++-- low" in display(screen, width=None, colour=False, ascii=True)
