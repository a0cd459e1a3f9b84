"""GRADE's Summary of Findings: effects, absolute effects, certainty and its reasons, proposals, plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import msc_evidence
from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import Registry, load
from msc_evidence.render import format_names, renderer
from msc_evidence.statistics.two_arms.effects import absolute_effect
from msc_evidence.tables.review import table_named
from msc_evidence.tables.sof.words import nnt_words

Written = Callable[[str], Registry]

ALONE = " (the direction alone: no difference that matters was given)"
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
    chosen = Query(Analysis(found), tuple(found.trials), (outcome,))
    (only,) = table_named("sof").table(chosen).rows
    return dict(only)


def cells(found: Registry, outcome: str = "death") -> tuple[dict[str, object], str]:
    made = table_named("sof").page_table(Query(Analysis(found), tuple(found.trials), (outcome,)))
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
    page, notes = cells(registry(tmp_path, results, f"{summary}\n{judged('survival', 1)}"), "survival")
    assert "Of staying without the event: (1 − control risk)^HR with the intervention." in notes
    assert page["difference"] == "160 more per 1000 (from 0 fewer to 254 more)"
    assert (found["risk_of"], found["control_risk"]) == ("staying without the event", 0.64)
    assert found["treated_risk"] == pytest.approx(0.8)
    assert found["in_words"] == f"MSC may improve survival at 1 y{ALONE}."


def test_a_hazard_ratio_of_an_event_to_avoid_is_of_the_event(tmp_path: Path) -> None:
    results = "{outcome: death, at: 1 y, effect: {measure: HR, estimate: 0.50, ci: 0.25-1.00}}"
    summary = "summary: {outcomes: [{outcome: death, control-risk: {risk: 0.36, source: a register}}]}"
    page, notes = cells(registry(tmp_path, results, f"{summary}\n{judged('death', 1)}"))
    assert page["difference"] == "160 fewer per 1000 (from 254 fewer to 0 fewer)"
    assert str(page["in_words"]) == f"MSC may reduce death at 1 y{ALONE}."
    assert "Of the event by that time: 1 − (1 − control risk)^HR" in notes


def test_an_arm_without_events_gives_no_absolute_effect_of_a_ratio(tmp_path: Path) -> None:
    found = row(registry(tmp_path, DEATH.replace("events: 10", "events: 0")))
    assert found["measure"] == "RR"
    assert found.get("control_risk") is None


@pytest.mark.parametrize(
    ("down", "certainty", "circles", "said"),
    [
        (0, "moderate", "⊕⊕⊕⊝", f"MSC probably reduces death at 6 mo{ALONE}."),
        (1, "low", "⊕⊕⊝⊝", f"MSC may reduce death at 6 mo{ALONE}."),
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


def test_the_legend_explains_what_the_table_uses(tmp_path: Path) -> None:
    _, notes = cells(registry(tmp_path, DEATH, judged("death", 1)))
    assert "CI confidence interval; RR risk ratio." in notes
    assert "low: it may differ substantially from the estimate; very low: it probably" in notes
    assert "SMD" not in notes
    assert "Several trials" not in notes


def test_how_several_trials_were_pooled_is_said(tmp_path: Path) -> None:
    found = registry(tmp_path, DEATH)
    text = found.path.read_text(encoding="utf-8")
    found.path.write_text(text + text[text.index("  one:") :].replace("  one:", "  two:"), encoding="utf-8")
    page, notes = cells(load(found.path))
    assert page["participants"] == "400 (2 trials)"
    assert (
        "Random effects (REML), z interval; I² 0%, τ² 0.000; no prediction interval from two trials." in notes
    )


def test_a_title_with_several_names_is_none(tmp_path: Path) -> None:
    found = registry(tmp_path, DEATH)
    arm = "other: {role: treatment, n: 5, cells: {type: MNC}}\n      control:"
    text = found.path.read_text(encoding="utf-8").replace("control: {role", arm + " {role")
    found.path.write_text(text, encoding="utf-8")
    assert (
        table_named("sof").page_table(Query.of_everything(Analysis(load(found.path)))).title
        == "Summary of findings"
    )


def test_high_certainty_says_reduces(tmp_path: Path) -> None:
    high = judged("death").replace("levels: 1", "levels: 0")
    assert row(registry(tmp_path, DEATH, high))["in_words"] == f"MSC reduces death at 6 mo{ALONE}."


def test_less_than_matters_is_little_to_no_difference(tmp_path: Path) -> None:
    summary = "summary: {outcomes: [{outcome: death, important: {difference: 0.05, because: agreed}}]}"
    found = registry(tmp_path, DEATH, f"{judged('death', 1)}\n{summary}")
    assert row(found)["in_words"] == "MSC may result in little to no difference in death at 6 mo."


@pytest.mark.parametrize(
    ("important", "events", "levels", "because"),
    [
        ("", (6, 10), 2, "includes no effect and the thresholds 0.75 and 1.25"),
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
    """p 0.2, 100 v 100: t 1.2859 on 198 degrees of freedom, g 0.1812 (R: qt(0.9, 198), escalc(pi=))."""
    asked = "summary: {outcomes: [{outcome: mrs, measure: SMD}]}"
    open_ = registry(tmp_path, "{outcome: mrs, at: 3 mo, p: 0.2}", f"{judged('mrs', 1)}\n{asked}")
    found = row(open_, "mrs")
    assert found["estimate"] is None
    assert found["effect"] == "SMD 0.18 in either direction (0.46 worse to 0.46 better)"
    assert (
        found["in_words"]
        == "The evidence does not say whether MSC would improve or worsen the modified Rankin Scale at 3 mo."
    )
    page, notes = cells(open_, "mrs")
    assert page["difference"] == "SMD 0.18 in either direction (0.46 worse to 0.46 better) ² ³"
    assert "² Doe 2020: the effect that p and the group sizes imply, as of a t test." in notes
    assert (
        "³ No source of Doe 2020 says which arm did better: SMD 0.18 better (0.10 worse to 0.46 better) if it was"
        " treatment; 0.18 worse (0.46 worse to 0.10 better) if it was control."
    ) in notes


def test_a_ratio_below_1_is_worse_where_no_source_gives_a_direction(tmp_path: Path) -> None:
    """An odds ratio of a scale with nothing to tell its better end: 1/1.6 = 0.62, 1/3.2 = 0.31, 1/0.8 = 1.25."""
    odds = "{outcome: mrs, at: 3 mo, effect: {measure: OR, estimate: 1.6, ci: 0.8-3.2, level: 95%}}"
    _, notes = cells(registry(tmp_path, odds), "mrs")
    assert (
        "COR 1.60 better (0.80 worse to 3.20 better) if it was treatment; 0.62 worse (0.31 worse to 1.25 better)"
        " if it was control."
    ) in notes


@pytest.mark.parametrize("favoured", ["msc", "control"])
def test_of_an_odds_ratio_of_a_scale_the_source_alone_says_which_end_it_is_of(
    tmp_path: Path, favoured: str
) -> None:
    odds = "effect: {measure: OR, estimate: 1.6, ci: 0.8-3.2, level: 95}"
    odds = f"{{outcome: mrs, at: 3 mo, favours: {favoured}, {odds}}}"
    page, _ = cells(registry(tmp_path, odds), "mrs")
    assert str(page["relative"]).startswith("COR 1.60 (" if favoured == "msc" else "COR 0.62 (")


def test_a_lone_p_with_its_direction_is_marked_as_implied(tmp_path: Path) -> None:
    page, notes = cells(registry(tmp_path, "{outcome: mrs, at: 3 mo, p: 0.2, favours: control}"), "mrs")
    assert page["difference"] == "PS 0.45 (0.37 to 0.53) ²"
    assert "² Doe 2020: the effect that p and the group sizes imply, as of a rank-sum test" in notes
    assert "says which arm" not in notes


@pytest.mark.parametrize(("favoured", "verb"), [("control", "worsen"), ("msc", "improve")])
def test_of_an_effect_turned_so_that_more_is_better_more_improves(
    tmp_path: Path, favoured: str, verb: str
) -> None:
    lone_p = f"{{outcome: mrs, at: 3 mo, p: 0.2, favours: {favoured}}}"
    found = row(registry(tmp_path, lone_p, judged("mrs", 1)), "mrs")
    assert found["in_words"] == f"MSC may {verb} the modified Rankin Scale at 3 mo{ALONE}."


def test_means_stand_beside_the_control_arms_mean(tmp_path: Path) -> None:
    """MD 5, SE √(20²/100 + 18²/100) = 2.6907."""
    means = "{outcome: barthel, at: 3 mo, arms: {msc: {mean: 65, sd: 20}, control: {mean: 60, sd: 18}}}"
    found = registry(tmp_path, means, judged("barthel"))
    page, notes = cells(found, "barthel")
    assert page["control"] == "mean 60.00 ²"
    assert page["difference"] == "MD 5.00 higher (0.27 lower to 10.27 higher)"
    assert "² Mean of the control arm of Doe 2020, as reported." in notes
    assert row(found, "barthel")["control_mean"] == 60


@pytest.mark.parametrize(
    ("thresholds", "down", "said"),
    [
        ("difference: 6", 0, "MSC probably results in little to no difference in the Barthel Index at 3 mo."),
        ("difference: 6", 1, "MSC may result in little to no difference in the Barthel Index at 3 mo."),
        ("difference: 2, moderate: 8", 0, "MSC probably results in a slight improvement in the Barthel Index at 3 mo."),
        ("difference: 2, moderate: 4, large: 8", 0, "MSC probably improves the Barthel Index at 3 mo."),
        ("difference: 2, moderate: 4, large: 5", 1,
         "MSC may result in a large improvement in the Barthel Index at 3 mo."),
        ("difference: 2", 1, "MSC may improve the Barthel Index at 3 mo."),
    ],
)  # fmt: skip
def test_the_size_is_worded_by_the_registrys_thresholds(
    tmp_path: Path, thresholds: str, down: int, said: str
) -> None:
    """The sizes of Santesso 2020: trivial, small, moderate, large."""
    means = "{outcome: barthel, at: 3 mo, arms: {msc: {mean: 65, sd: 20}, control: {mean: 60, sd: 18}}}"
    summary = f"summary: {{outcomes: [{{outcome: barthel, important: {{{thresholds}, because: agreed}}}}]}}"
    assert (
        row(registry(tmp_path, means, f"{judged('barthel', down)}\n{summary}"), "barthel")["in_words"] == said
    )


def test_several_cells_reduce_and_one_product_reduces(tmp_path: Path) -> None:
    high = judged("death").replace("levels: 1", "levels: 0")
    summary = "summary: {intervention: mesenchymal stem cells}"
    assert row(registry(tmp_path, DEATH, f"{high}\n{summary}"))["in_words"] == (
        f"Mesenchymal stem cells reduce death at 6 mo{ALONE}."
    )


def test_a_share_of_the_participants_is_named_by_what_defines_it(tmp_path: Path) -> None:
    arms = "arms: {msc: {events: 60, n: 100}, control: {events: 40, n: 100}}"
    results = f"{{outcome: mrs, at: 3 mo, definition: mRS 0-2, {arms}}}"
    more = judged("mrs").replace("outcome: mrs", "outcome: mrs\n    definition: mRS 0-2")
    assert row(registry(tmp_path, results, more), "mrs")["in_words"] == (
        f"MSC probably increases the proportion with mRS 0-2 (modified Rankin Scale) at 3 mo{ALONE}."
    )


def test_trials_that_are_not_randomised_stand_aside_where_randomised_ones_give_an_effect(
    written: Written,
) -> None:
    registry = written(f"results: [{DEATH}]\ndesign: {{allocation: non-randomised}}")
    found = row(registry)
    assert (found["randomised"], found["trials"]) == (False, 1)
    page, notes = cells(registry)
    assert page["participants"] == "200 (1 trial) ¹"
    assert "¹ None of these trials is recorded as randomised." in notes


def test_an_outcome_has_its_row_though_nothing_was_reported(tmp_path: Path) -> None:
    found = registry(tmp_path, DEATH)
    made = table_named("sof").page_table(Query.of_everything(Analysis(found)))
    assert [line["outcome"] for line in made.rows] == [
        "death, 6 mo", "modified Rankin Scale ³", "survival", "Barthel Index ⁴",
    ]  # fmt: skip
    assert any(note == "³ Scale from 0 to 6; lower is better." for note in made.notes)
    assert (made.rows[1]["participants"], made.rows[1]["in_words"]) == (
        "0 (0 trials)",
        "No trial reports this outcome.",
    )


def test_an_outcome_within_one_arm_is_no_comparison(tmp_path: Path) -> None:
    page, _ = cells(registry(tmp_path, "{outcome: mrs, at: 3 mo, within: msc, p: 0.02}"), "mrs")
    assert page["in_words"] == "No trial compares its arms on this outcome."


def test_a_result_without_numbers_has_its_participants_and_the_reason(tmp_path: Path) -> None:
    page, notes = cells(registry(tmp_path, "{outcome: death, at: 6 mo, p: 0.2}"))
    assert page["participants"] == "200 (1 trial)"
    assert str(page["in_words"]).startswith("Not pooled. Doe 2020: direction not reported, p 0.2.")
    assert "No effect: Doe 2020: prints p alone, from which no RR follows." in notes


def test_participants_that_no_source_counts_are_not_zero(tmp_path: Path) -> None:
    found = registry(tmp_path, "{outcome: death, at: 6 mo, p: 0.2}")
    text = found.path.read_text(encoding="utf-8").replace(", n: 100", "")
    found.path.write_text(text, encoding="utf-8")
    page, _ = cells(load(found.path))
    assert page["participants"] == "size not known (1 trial)"
    assert row(load(found.path))["participants"] is None


def test_an_event_that_is_counted_as_a_harm_is_a_row_of_its_own(tmp_path: Path) -> None:
    found = registry(tmp_path, "{outcome: mrs, at: 3 mo, p: 0.2}")
    text = found.path.read_text(encoding="utf-8")
    harms = "    harms: [{event: death, arms: {msc: 2, control: none}}]\n    sources:"
    found.path.write_text(text.replace("    sources:", harms), encoding="utf-8")
    page, notes = cells(load(found.path))
    assert page["participants"] == "200 (1 trial)"
    assert page["relative"] == "RR 5.00 (0.24 to 102.85) ¹ ²"
    assert (page["control"], page["treated"]) == ("0 per 1000 (0/100) ³", "20 per 1000 (2/100)")
    assert "² Peto's odds ratio, for rare events: 7.46 (0.46 to 120.17), nothing added." in notes


def test_the_header_is_what_the_registry_states_else_what_the_trials_say(tmp_path: Path) -> None:
    page = table_named("sof").page_table(Query.of_everything(Analysis(registry(tmp_path, DEATH))))
    assert page.header == (
        "Patient or population: stroke", "Setting: not recorded", "Intervention: MSC", "Comparison: placebo",
    )  # fmt: skip
    assert any(note.startswith("The registry states no question") for note in page.notes)
    assert page.title == "Summary of findings: MSC compared with placebo for stroke"
    stated = registry(tmp_path, DEATH, "summary: {population: adults, setting: hospitals}")
    page = table_named("sof").page_table(Query.of_everything(Analysis(stated)))
    assert not any(note.startswith("The registry states no question") for note in page.notes)
    assert page.header[:2] == ("Patient or population: adults", "Setting: hospitals")


@pytest.mark.parametrize("format", ["md", "html", "latex"])
def test_the_header_stands_above_the_table(tmp_path: Path, format: str) -> None:
    page = table_named("sof").page_table(Query.of_everything(Analysis(registry(tmp_path, DEATH))))
    written = renderer("table", format)(page)
    assert (
        written.index("Setting: not recorded")
        < written.index("Relative effect")
        < written.index("CI confidence")
    )


def test_trials_of_another_question_are_left_out_unless_they_are_named(tmp_path: Path) -> None:
    found = registry(tmp_path, DEATH, "summary: {cells: MNC, outcomes: [{outcome: death, at: 6 mo}]}")
    page = table_named("sof").page_table(Query.of_everything(Analysis(found)))
    assert page.rows[0]["participants"] == "0 (0 trials)"
    assert "1 trial of the registry left out, as the question is about others (1 other cells)." in page.notes
    shipped = msc_evidence.load()
    chosen = Query(Analysis(shipped), ("houkin-2024",), tuple(shipped.outcomes))
    assert not any("left out" in note for note in table_named("sof").page_table(chosen).notes)


def test_the_rows_are_those_the_registry_lists_in_its_order(tmp_path: Path) -> None:
    summary = "summary: {outcomes: [{outcome: mrs}, {outcome: death, at: 1 y}]}"
    found = registry(tmp_path, DEATH, summary)
    chosen = Query.of_everything(Analysis(found))
    assert [(line["outcome"], line["reporting"]) for line in table_named("sof").table(chosen).rows] == [
        ("mrs", 0),
        ("death", 0),
    ]
    every = Query(Analysis(found), chosen.trials, chosen.outcomes, every=True)
    assert [line["outcome"] for line in table_named("sof").table(every).rows] == [
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
    chosen = Query.of_everything(Analysis(shipped))
    every = Query(Analysis(shipped), chosen.trials, chosen.outcomes, every=True)
    rows = table_named("sof").table(chosen).rows
    assert len(rows) == 7
    assert len(table_named("sof").table(every).rows) >= len(shipped.outcomes)
    hidden = len({*shipped.outcomes} - {str(row["outcome"]) for row in rows})
    assert f"{hidden} further outcomes not shown; --all shows all" in table_named("sof").table(chosen).notes


def test_an_eighth_outcome_is_left_to_all(tmp_path: Path) -> None:
    outcomes = ", ".join(f"{{outcome: mrs, at: {month} mo}}" for month in range(1, 9))
    chosen = Query.of_everything(Analysis(registry(tmp_path, DEATH, f"summary: {{outcomes: [{outcomes}]}}")))
    assert len(table_named("sof").table(chosen).rows) == 7
    # One that is listed, and three that are not: death, survival and barthel.
    assert "4 further outcomes not shown; --all shows all" in table_named("sof").table(chosen).notes


def test_nothing_is_judged_in_the_shipped_registry_and_significance_is_no_reason() -> None:
    shipped = msc_evidence.load()
    every = Query(Analysis(shipped), tuple(shipped.trials), tuple(shipped.outcomes), every=True)
    made = table_named("sof").page_table(every)
    assert {str(line["certainty"]).split(" ¹")[0][:10] for line in made.rows} == {"not judged"}
    for format in format_names("table"):
        assert "significan" not in renderer("table", format)(made)


def test_the_circles_have_an_ascii_form(tmp_path: Path) -> None:
    from msc_evidence.render.table.terminal import screen_text

    found = registry(tmp_path, DEATH, judged("death", 1))
    screen = table_named("sof").screen(Query(Analysis(found), ("one",), ("death",)))
    assert "++-- low" in screen_text(screen, width=None, colour=False, ascii=True)


def test_a_single_trials_interval_is_the_one_that_is_printed(tmp_path: Path) -> None:
    """ln 0.88 ± 1.96 SE of this interval would end at 1.31."""
    printed = "{outcome: survival, at: 1 y, effect: {measure: HR, estimate: 0.88, ci: 0.59-1.30, level: 95}}"
    assert row(registry(tmp_path, printed), "survival")["effect"] == "HR 0.88 (0.59 to 1.30)"


def test_a_risk_beyond_1000_is_shown_as_1000_and_noted(tmp_path: Path) -> None:
    many = "{outcome: death, at: 6 mo, arms: {msc: {events: 98, n: 100}, control: {events: 70, n: 100}}}"
    page, notes = cells(registry(tmp_path, many))
    assert str(page["treated"]).endswith("to 1,000)")
    assert (
        "A risk that the effect would make more than 1,000 or less than 0 per 1000 is shown as that." in notes
    )


def test_a_small_difference_whose_interval_excludes_none_is_not_0(tmp_path: Path) -> None:
    few = "{outcome: death, at: 6 mo, effect: {measure: RR, estimate: 0.50, ci: 0.40-0.60, level: 95}}"
    summary = "summary: {outcomes: [{outcome: death, control-risk: {risk: 0.0008, source: a register}}]}"
    page, _ = cells(registry(tmp_path, few, summary))
    assert str(page["difference"]).startswith("0.4 fewer per 1000 (from 0.5 fewer to 0.3 fewer)")


def test_adjusted_ratios_beside_crude_ones_are_noted(tmp_path: Path) -> None:
    one = registry(tmp_path, DEATH)
    text = (tmp_path / "trials.yaml").read_text(encoding="utf-8")
    adjusted = "{outcome: death, at: 6 mo, adjusted: age, effect: {measure: RR, estimate: 0.5, ci: 0.3-0.9}}"
    second = text[text.index("  one:") :].replace("  one:", "  two:").replace("Doe 2020", "Roe 2021")
    (tmp_path / "trials.yaml").write_text(text + second.replace(DEATH, adjusted), encoding="utf-8")
    assert len(one.trials) == 1
    _, notes = cells(load(tmp_path / "trials.yaml"))
    assert "Adjusted effects (Roe 2021) stand beside unadjusted ones (Doe 2020)." in notes


@pytest.mark.parametrize(
    ("harm", "participants", "said", "note"),
    [
        ("{event: deaths, at: 6 mo, events: {msc: 2, control: 9}}", "not pooled (1 trial)",
         "Counted as a harm, not pooled. ¹",
         "¹ Doe 2020 counts it as a harm until 6 mo: 2 events in msc (n 100) and 9 events in control (n 100)."
         " Counted, not pooled."),
        ("{event: death, at: 6 mo, arms: {msc: 2}}", "not pooled (1 trial)", "Counted as a harm, not pooled. ¹",
         "¹ Doe 2020 counts it as a harm until 6 mo: 2 of 100 in msc. Counted, not pooled."),
    ],
)  # fmt: skip
def test_what_is_counted_and_cannot_be_pooled_is_said_and_never_denied(
    tmp_path: Path, harm: str, participants: str, said: str, note: str
) -> None:
    """Cochrane Handbook, chapter 14: outcomes that are not pooled have their row, in words."""
    found = registry(tmp_path, "{outcome: mrs, at: 3 mo, p: 0.2}")
    text = found.path.read_text(encoding="utf-8")
    found.path.write_text(
        text.replace("    sources:", f"    harms: [{harm}]\n    sources:"), encoding="utf-8"
    )
    page, notes = cells(load(found.path))
    assert (page["participants"], page["in_words"]) == (participants, said)
    assert note in notes


def test_a_harm_stands_aside_where_the_trial_reports_the_outcome(tmp_path: Path) -> None:
    found = registry(tmp_path, DEATH)
    text = found.path.read_text(encoding="utf-8")
    harm = "    harms: [{event: death, at: 6 mo, arms: {msc: 1, control: 1}}]\n    sources:"
    found.path.write_text(text.replace("    sources:", harm), encoding="utf-8")
    page, notes = cells(load(found.path))
    assert page["relative"] == "RR 0.60 (0.23 to 1.59)"
    assert "as a harm" not in notes


def test_no_event_in_either_arm_shows_counts_difference_and_the_bound(tmp_path: Path) -> None:
    """1 − 0.05^(1/100) = 0.0295 (Hanley 1983, JAMA 249:1743); no ratio (Cochrane Handbook 5.1, 16.9.3)."""
    page, notes = cells(
        registry(tmp_path, DEATH.replace("events: 6", "events: 0").replace("events: 10", "events: 0"))
    )
    assert (page["control"], page["treated"]) == ("0 per 1000 (0/100) ¹", "0 per 1000 (0/100)")
    assert page["difference"] == "0 per 1000 (up to 30 per 1000 remain possible in either arm)"
    assert str(page["in_words"]).startswith("No event in either arm: no relative effect.")
    assert "¹ No event in either arm: no ratio follows from that." in notes


def test_one_empty_arm_shows_both_risks_and_offers_peto(tmp_path: Path) -> None:
    """R: metafor::escalc("RR", 6, 94, 0, 100), rma.peto; Newcombe 1998, method 10, by prop.test's limits."""
    page, notes = cells(registry(tmp_path, DEATH.replace("events: 10", "events: 0")))
    assert page["relative"] == "RR 13.00 (0.74 to 227.72) ¹ ²"
    assert (page["control"], page["treated"]) == ("0 per 1000 (0/100) ³", "60 per 1000 (6/100)")
    assert page["difference"] == "60 more per 1000 (from 11 more to 125 more)"
    assert "² Peto's odds ratio, for rare events: 7.78 (1.54 to 39.34), nothing added." in notes


@pytest.mark.parametrize(
    ("outcome", "estimate", "said"),
    [
        ("time to death, type: time-to-event, better: higher", "0.70", "MSC may reduce the rate of death at 1 y"),
        ("time to first stroke, type: time-to-event", "0.70", "MSC may reduce the rate of stroke at 1 y"),
        ("time to recovery, type: time-to-event", "1.40", "MSC may increase the rate of recovery at 1 y"),
        ("survival, type: time-to-event, better: higher", "0.70", "MSC may improve survival at 1 y"),
        ("death, type: binary, better: lower", "0.70", "MSC may reduce death at 1 y"),
    ],
)  # fmt: skip
def test_a_hazard_ratio_never_shortens_the_time_to_what_it_makes_rarer(
    tmp_path: Path, outcome: str, estimate: str, said: str
) -> None:
    results = f"{{outcome: survival, at: 1 y, effect: {{measure: HR, estimate: {estimate}, ci: 0.20-4.90}}}}"
    found = registry(tmp_path, results, judged("survival", 1))
    text = found.path.read_text(encoding="utf-8")
    named = text.replace("{name: survival, type: time-to-event, better: higher}", f"{{name: {outcome}}}")
    found.path.write_text(named, encoding="utf-8")
    assert row(load(found.path), "survival")["in_words"] == f"{said}{ALONE}."


def test_a_trivial_difference_is_little_only_where_a_threshold_says_so(tmp_path: Path) -> None:
    """Santesso 2020: size by thresholds; without one the direction is all that can be said."""
    means = "{outcome: barthel, at: 3 mo, arms: {msc: {mean: 60.02, sd: 20}, control: {mean: 60, sd: 18}}}"
    bare = registry(tmp_path, means, judged("barthel", 1))
    assert row(bare, "barthel")["in_words"] == f"MSC may improve the Barthel Index at 3 mo{ALONE}."
    important = "summary: {outcomes: [{outcome: barthel, important: {difference: 2, because: agreed}}]}"
    sized = registry(tmp_path, means, f"{judged('barthel', 1)}\n{important}")
    assert row(sized, "barthel")["in_words"] == (
        "MSC may result in little to no difference in the Barthel Index at 3 mo."
    )


def test_a_judgement_that_departs_from_the_proposal_keeps_it_in_sight(tmp_path: Path) -> None:
    _, notes = cells(registry(tmp_path, DEATH, judged("death", 1)))
    assert (
        "Judged 1 level down for imprecision; the numbers propose 2 levels: the 95% CI includes no effect"
        in notes
    )
    _, notes = cells(registry(tmp_path, DEATH, judged("death", 2)))
    assert "the numbers propose" not in notes
    means = "{outcome: barthel, at: 3 mo, arms: {msc: {mean: 65, sd: 20}, control: {mean: 60, sd: 18}}}"
    _, notes = cells(registry(tmp_path, means, judged("barthel")), "barthel")
    assert (
        "Nothing is proposed for imprecision: a difference on a scale, and no difference that matters"
        in notes
    )


@pytest.mark.parametrize(
    ("design", "start", "more", "note"),
    [
        ("non-randomised", "high", "", "Certainty starts high though these trials are not recorded as randomised"),
        ("randomised", "low", "", "Certainty starts low though these trials are randomised"),
        ("randomised", "high", "large-effect: {levels: 1, because: large}", "though it starts high"),
        ("non-randomised", "low", "large-effect: {levels: 1, because: x}", "though it is rated down for risk of bias"),
        ("non-randomised", "low", "large-effect: {levels: 1, because: x}", "for a large effect that is 1.7-fold: as a"),
    ],
)  # fmt: skip
def test_a_start_or_a_rating_up_that_departs_from_the_rule_is_noted(
    tmp_path: Path, design: str, start: str, more: str, note: str
) -> None:
    """Guyatt 2011 (GRADE 9): randomised trials start high, others low; rated up from low alone."""
    judgement = judged("death").replace("start: high", f"start: {start}") + f"    {more}\n"
    _, notes = cells(registry(tmp_path, DEATH, judgement, f"{{allocation: {design}}}"))
    assert note in notes


def test_a_standardised_difference_is_said_in_three_other_ways(tmp_path: Path) -> None:
    """Cohen 1988; Chinn 2000: exp(π·0.2616/√3) = 1.61; 18 · 0.2616 = 4.71 (R: metafor::escalc("SMD"))."""
    means = "{outcome: barthel, at: 3 mo, arms: {msc: {mean: 65, sd: 20}, control: {mean: 60, sd: 18}}}"
    question = "summary: {outcomes: [{outcome: barthel, at: 3 mo, measure: SMD}]}"
    page, notes = cells(registry(tmp_path, means, question), "barthel")
    assert page["difference"] == "SMD 0.26 better (0.02 worse to 0.54 better) ² ³"
    assert (
        "moderate, 0.8 large) small; as odds ratio of the better side of any cut 1.61 (0.97 to 2.66)" in notes
    )
    assert (
        "In units of the scale, by the control arms' SD of 18.0: 4.71 (−0.30 to 9.72), above 0 better."
        in notes
    )


def test_the_number_needed_to_treat_stands_in_the_data(tmp_path: Path) -> None:
    """1/0.04 (Cochrane Handbook, chapter 15)."""
    assert row(registry(tmp_path, DEATH))["nnt"] == pytest.approx(25)


@pytest.mark.parametrize(
    ("measure", "estimate", "difference", "needed"), [("RR", 0.92, 24, 42), ("OR", 0.73, 62, 17)]
)
def test_the_number_needed_to_treat_is_rounded_up(
    measure: str, estimate: float, difference: int, needed: int
) -> None:
    """Cochrane Handbook 5.1, 12.5.4.2 and 12.5.4.3, of an assumed control risk of 0.3."""
    found = absolute_effect(measure, estimate, estimate - 0.1, estimate + 0.1, 0.3)
    assert round(-1000 * found.difference) == difference
    assert nnt_words(found, -1).startswith(f"NNTB {needed} (")


def test_an_evidence_profile_says_each_domain_with_its_reason(tmp_path: Path) -> None:
    """Guyatt 2011, 10.1016/j.jclinepi.2010.04.026: not serious, serious, very serious, domain by domain."""
    found = registry(tmp_path, DEATH, judged("death", 2))
    made = table_named("profile").page_table(Query(Analysis(found), ("one",), ("death",)))
    (line,) = made.rows
    assert (line["design"], line["treated"], line["control"]) == (
        "randomised",
        "6/100 (6.0%)",
        "10/100 (10.0%)",
    )
    assert (line["risk_of_bias"], line["imprecision"], line["other"]) == (
        "serious ¹",
        "very serious ⁴",
        "none",
    )
    assert made.notes[0] == "¹ Risk of bias: open label."
    assert line["certainty"] == "⊕⊝⊝⊝ very low"


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (["at: 12 wk"], "Near times, apart from this row: 12 wk (Doe 2020)."),
        (["at: 5 y", "at: 1 y"], "At other times: 1 y (Doe 2020), 5 y (Doe 2020)."),
        (["at: not reported"], "At other times: time not reported (Doe 2020)."),
        (["at: 3 mo, definition: mRS 0-2"], "Defined otherwise, apart from this row: mRS 0-2 (Doe 2020)."),
    ],
)
def test_what_trials_report_beside_a_row_is_named(tmp_path: Path, others: list[str], said: str) -> None:
    results = ", ".join(
        f"{{outcome: mrs, {each}, p: 0.2, favours: msc}}" for each in ("at: 3 mo, primary: true", *others)
    )
    assert said in cells(registry(tmp_path, results), "mrs")[1]


@pytest.mark.parametrize(
    ("results", "control", "note"),
    [
        (
            ["arms: {msc: {median: 9, iqr: 5-13}, control: {median: 6, iqr: 2-10}}"], "mean 6.00",
            "Mean of the control arm of Doe 2020, derived, not reported.",
        ),
        (
            ["change: true, arms: {msc: {mean: 9, sd: 4}, control: {mean: 6, sd: 4}}"], "mean 6.00",
            "Mean change of the control arm of Doe 2020, as reported.",
        ),
    ],
)  # fmt: skip
def test_a_control_arms_mean_says_what_it_is(
    tmp_path: Path, results: list[str], control: str, note: str
) -> None:
    asked = "summary: {outcomes: [{outcome: barthel, measure: MD}]}"
    found = registry(
        tmp_path, ", ".join(f"{{outcome: barthel, at: 3 mo, {each}}}" for each in results), asked
    )
    page, notes = cells(found, "barthel")
    assert str(page["control"]).startswith(control)
    assert note in notes


TWO_MORE = """
  two:
    name: Roe 2021
    citation: {year: 2021}
    design: {allocation: randomised}
    participants: {condition: stroke}
    arms: {msc: {role: treatment, n: 50, cells: {type: MSC}}, control: {role: control, n: 50, comparator: placebo}}
    results: [RESULT]
    sources: {abstract: {kind: abstract}}
"""


@pytest.mark.parametrize(
    ("outcome", "one", "two", "note"),
    [
        (
            "barthel", "arms: {msc: {mean: 65, sd: 20}, control: {mean: 60, sd: 20}}",
            "change: true, arms: {msc: {mean: 9, sd: 4}, control: {mean: 6, sd: 4}}",
            "Mean of the control arm of Doe 2020, as reported; changes from baseline are not among them.",
        ),
        (
            "death", "arms: {msc: {events: 6}, control: {events: 10}}",
            "arms: {msc: {events: 0}, control: {events: 0}}", "Not in the effect: Roe 2021: no events in either arm.",
        ),
    ],
)  # fmt: skip
def test_a_second_trial_of_another_kind_is_told(
    tmp_path: Path, outcome: str, one: str, two: str, note: str
) -> None:
    results = [f"{{outcome: {outcome}, at: 3 mo, {each}}}" for each in (one, two)]
    asked = "summary: {outcomes: [{outcome: barthel, measure: MD}, {outcome: death}]}"
    found = registry(tmp_path, results[0], TWO_MORE.replace("RESULT", results[1]) + asked)
    assert note in cells(found, outcome)[1]


def test_an_evidence_profile_without_a_judgement_is_a_sentence_and_no_table() -> None:
    made = table_named("profile").page_table(Query.of_everything(Analysis(msc_evidence.load())))
    assert made.rows == ()
    assert made.notes[0].startswith("Nobody has judged the certainty of 7 outcomes; ")
    assert all(name in made.notes[1] for name in ("`certainty`", "risk-of-bias", "publication-bias"))


def test_a_printed_hazard_ratio_takes_the_risk_of_the_control_arm_that_stands_beside_it(
    tmp_path: Path,
) -> None:
    printed = (
        "{outcome: death, at: 6 mo, arms: {msc: {events: 6, n: 100}, control: {events: 10, n: 100}},"
        " effect: {measure: HR, estimate: 0.60, ci: 0.23-1.59, level: 95}}"
    )
    summary = "summary: {outcomes: [{outcome: death, measure: HR}]}"
    page, notes = cells(registry(tmp_path, printed, summary))
    # 1 − 0.9^0.60
    assert (page["control"], page["treated"]) == ("100 per 1000 ² ³", "61 per 1000 (24 to 154)")
    assert "Control risk: the control arm of Doe 2020." in notes
    assert "No absolute effect" not in notes
