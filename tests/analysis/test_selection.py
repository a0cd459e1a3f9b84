"""What enters a pool from a registry: which time, arms, data and direction, and what is said of the choice."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import msc_evidence
from msc_evidence.analysis.pool.effects import SOURCES
from msc_evidence.analysis.pool.entry import Entry, Selection
from msc_evidence.analysis.pool.measure_choice import question_measure
from msc_evidence.analysis.pool.selection import Question, select, timed_selections
from msc_evidence.analysis.pool.times import LAST, read_time
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import Registry, load

OUTCOMES = """registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
  barthel: {name: Barthel Index, type: ordinal, range: [0, 100], step: 5, better: higher}
  speed: {name: walking speed, type: continuous, better: higher}
  death: {name: death, type: binary, better: lower}
  survival: {name: survival, type: time-to-event, better: higher}
trials:
"""
TWO_ARMS = "{drug: {role: treatment, n: 50}, pbo: {role: control, n: 50}}"
THREE_ARMS = "{low: {role: treatment, n: 55}, high: {role: treatment, n: 56}, pbo: {role: control, n: 52}}"


def trial(name: str, *results: str, arms: str = TWO_ARMS, design: str = "{allocation: randomised}") -> str:
    said = "".join(f"      - {result}\n" for result in results)
    return (
        f"  {name}:\n    name: {name.capitalize()}\n    citation: {{year: 2020}}\n    design: {design}\n"
        f"    participants: {{}}\n    arms: {arms}\n    results:\n{said}"
        "    sources: {paper: {kind: full text}, review: {kind: secondary report}}\n"
    )


Selected = Callable[..., Selection]


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Registry]:
    def write(*trials: str) -> Registry:
        file = tmp_path / "trials.yaml"
        file.write_text(OUTCOMES + "".join(trials), encoding="utf-8")
        return load(file)

    return write


@pytest.fixture
def selected(written: Callable[..., Registry]) -> Selected:
    def find(outcome: str, measure: str, *trials: str, at: str | None = None, **asked: str) -> Selection:
        registry = written(*trials)
        analysis = Analysis(registry)
        results = {name: analysis.results(name) for name in registry.trials}
        time = LAST if at is None else read_time(at)
        return select(Question(outcome, measure, time, **asked), results, registry.trials)  # type: ignore[arg-type]

    return find


@pytest.fixture(scope="module")
def shipped_registry() -> Registry:
    return msc_evidence.load()


def effects(found: Selection, measure: str) -> list[float]:
    return [entry.effect(measure)[0] for entry in found.entries]


DEATH = "{outcome: death, at: 3 mo, arms: {drug: {events: 8}, pbo: {events: 20}}}"
LATER = "{outcome: death, at: 1 y, arms: {drug: {events: 10}, pbo: {events: 25}}}"


@pytest.mark.parametrize(
    ("result", "outcome", "measure", "effect", "variance", "words"),
    [
        (DEATH, "death", "RR", math.log(0.4), 1 / 8 - 1 / 50 + 1 / 20 - 1 / 50, "counts"),
        (
            "{outcome: death, at: 3 mo, effect: {measure: OR, estimate: 0.6, ci: 0.4-0.9, level: 95}}",
            "death", "OR", math.log(0.6), (math.log(2.25) / 3.919928) ** 2, "OR as printed (95% CI)",
        ),
        (
            "{outcome: death, at: 3 mo, effect: {measure: OR, estimate: 0.6, ci: 0.4-0.9, level: 90}}",
            "death", "OR", math.log(0.6), (math.log(2.25) / 3.289707) ** 2, "OR as printed (90% CI)",
        ),
        (
            "{outcome: death, at: 3 mo, effect: {measure: RR, estimate: 0.6}, p: 0.04}",
            "death", "RR", math.log(0.6), (math.log(0.6) / 2.0537489) ** 2, "RR as printed (by its p)",
        ),
        (
            "{outcome: death, at: 3 mo, effect: {measure: RD, estimate: -5%, ci: -9 to -1, level: 95}}",
            "death", "RD", -0.05, (0.08 / 3.919928) ** 2, "RD as printed (95% CI)",
        ),
        (
            "{outcome: survival, at: 1 y, effect: {measure: HR, estimate: 0.88, ci: 0.59-1.30, level: 95}}",
            "survival", "HR", math.log(0.88), (math.log(1.30 / 0.59) / 3.919928) ** 2, "HR as printed (95% CI)",
        ),
        (
            "{outcome: speed, at: 1 y, effect: {measure: MD, estimate: 1.5, ci: -0.5 to 3.5, level: 95}}",
            "speed", "MD", 1.5, (4 / 3.919928) ** 2, "MD as printed (95% CI)",
        ),
        # polr: ln OR 0.222971, SE 0.248864 (tests/reference/treasure.json), turned: the treated did better
        (
            "{outcome: mrs, at: 90 d, adjusted: age, p: .62, arms: {drug: {distribution: [5, 9, 20, 15, 31, 18, 6]},"
            " pbo: {distribution: [3, 8, 12, 17, 39, 20, 3]}}}",
            "mrs", "COR", 0.222971, 0.248864**2, "distribution",
        ),
        (
            "{outcome: mrs, at: 90 d, definition: mRS 0-2, arms: {drug: {events: 20}, pbo: {events: 10}}}",
            "mrs", "COR", math.log(8 / 3), 1 / 20 + 1 / 30 + 1 / 10 + 1 / 40,
            "counts of mRS 0-2, if odds are proportional",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_data_gives_its_effect(
    selected: Selected, result: str, outcome: str, measure: str, effect: float, variance: float, words: str
) -> None:
    (entry,) = selected(outcome, measure, trial("one", result)).entries
    assert entry.effect(measure) == pytest.approx((effect, variance), rel=2e-5)
    assert entry.words == words


@pytest.mark.parametrize(
    ("result", "outcome", "measure", "why"),
    [
        ("{outcome: mrs, at: 3 mo, p: 0.03}", "mrs", "MD", "prints p alone, from which no MD follows"),
        ("{outcome: mrs, at: 3 mo, p: <0.05}", "mrs", "SMD", "prints its p as a bound (<0.05)"),
        ("{outcome: mrs, at: 3 mo, p: 0.03, adjusted: age}", "mrs", "SMD", "prints an adjusted p"),
        ("{outcome: mrs, at: 3 mo, p: 0.03, sides: one}", "mrs", "PS", "prints a one-sided p"),
        (DEATH, "death", "SMD", "prints events of both arms, from which no SMD follows"),
        ("{outcome: mrs, at: 3 mo, p: <0.05}", "mrs", "MD", "prints its p as a bound (<0.05)"),
        (
            "{outcome: death, at: 3 mo, arms: {drug: {percent: 48, n: 37}, pbo: {percent: 20, n: 38}}}",
            "death", "RD", "prints percentages that no whole number of participants fits, from which no RD follows",
        ),
        (
            "{outcome: death, at: 3 mo, arms: {drug: {percent: 48, n: 900}, pbo: {percent: 20, n: 900}}, p: 0.1}",
            "death", "RD", "prints percentages that several counts fit, from which no RD follows",
        ),
        (
            "{outcome: mrs, at: 3 mo, arms: {drug: {median: 2, iqr: 1-3}, pbo: {median: 3, iqr: 2-4}}}",
            "mrs", "OR", "prints medians, from which no OR follows",
        ),
        (DEATH.replace("3 mo", "91 d"), "death", "RR", "no result at 90 d; near it 91 d (--at 90d..91d)"),
        ("{outcome: mrs, at: 3 mo, favours: drug}", "mrs", "PS", "says what was found without numbers"),
        (
            "{outcome: mrs, at: 3 mo, arms: {drug: {distribution: [5, 9, 20, 15, 31, 18, 6]},"
            " pbo: {distribution: [3, 8, 12, 17, 39, 20, 3]}}}",
            "mrs", "RR",
            "prints the distribution of both arms, from which no RR follows;"
            " name a cut (--definition) or --measure COR",
        ),
        (
            "{outcome: speed, at: 3 mo, change: true, arms: {drug: {mean: -2, sd: 1}, pbo: {mean: -1, sd: 1}}}",
            "speed", "ROM", "prints changes from baseline, which have no ratio",
        ),
        (
            "{outcome: speed, at: 3 mo, arms: {drug: {median: 2}, pbo: {median: 3}}, p: 0.2}",
            "speed", "MD", "prints medians, from which no MD follows",
        ),
        (
            "{outcome: death, at: 3 mo, effect: {measure: OR, estimate: 3, ci: 0.4-0.9, level: 95}}",
            "death", "OR", "no variance follows from OR 3 (0.4–0.9)",
        ),
    ],
)  # fmt: skip
def test_who_does_not_enter_is_told_the_true_reason(
    selected: Selected, result: str, outcome: str, measure: str, why: str
) -> None:
    found = selected(outcome, measure, trial("one", result), at="90 d" if "91 d" in result else None)
    assert found.entries == ()
    assert found.left_out[0][1].startswith(why)


def test_counts_stay_though_the_p_beside_them_is_adjusted(selected: Selected) -> None:
    (entry,) = selected("death", "RR", trial("one", DEATH[:-1] + ", p: 0.3, adjusted: age}")).entries
    assert (entry.basis, entry.marks) == ("counts", ("unadjusted",))


def test_a_p_is_read_with_the_grades_of_a_trial_that_prints_them(selected: Selected) -> None:
    grades = "{drug: {distribution: [0, 0, 25, 25, 0, 0, 0]}, pbo: {distribution: [0, 0, 20, 30, 0, 0, 0]}}"
    lone = trial("one", "{outcome: mrs, at: 3 mo, p: 0.04, favours: drug}")
    alone = selected("mrs", "PS", lone)
    beside = selected("mrs", "PS", lone, trial("two", f"{{outcome: mrs, at: 3 mo, arms: {grades}}}"))
    assert alone.entries[0].words == "p, as of a rank-sum test, grades spread evenly"
    assert beside.entries[0].words == "p, as of a rank-sum test, grades spread as in Two"
    assert effects(beside, "PS")[0] < effects(alone, "PS")[0]


COMBINED = [
    "{outcome: death, at: 3 mo, arm: low, against: pbo, arms: {low: {events: 7}, pbo: {events: 7}}}",
    "{outcome: death, at: 3 mo, arm: high, against: pbo, arms: {high: {events: 9}, pbo: {events: 7}}}",
]
ONE_ROW = ["{outcome: death, at: 3 mo, arms: {low: {events: 7}, high: {events: 9}, pbo: {events: 7}}}"]


@pytest.mark.parametrize("results", [COMBINED, COMBINED[::-1], ONE_ROW], ids=["two", "swapped", "one"])
@pytest.mark.parametrize(
    ("arms", "tables", "marks"),
    [
        ("combine", [(16, 111, 7, 52)], "combined"),
        ("split", [(7, 55, 3.5, 26), (9, 56, 3.5, 26)], "control shared"),
        ("high", [(9, 56, 7, 52)], "arm high alone"),
    ],
)
def test_several_treatment_arms_are_one_group_or_share_the_control(
    selected: Selected, results: list[str], arms: str, tables: list[tuple[float, ...]], marks: str
) -> None:
    found = selected("death", "RR", trial("one", *results, arms=THREE_ARMS), arms=arms)
    assert sorted(
        tuple(entry.data[key] for key in ("ai", "n1i", "ci", "n2i")) for entry in found.entries
    ) == sorted(tables)
    assert all(marks in ", ".join(entry.marks) for entry in found.entries)


def test_means_of_several_arms_are_combined_by_the_handbooks_formula(selected: Selected) -> None:
    """R: mean and sd of c(x, y) with these moments; 6.5.2.10."""
    means = "{low: {mean: 10, sd: 2}, high: {mean: 14, sd: 3}, pbo: {mean: 9, sd: 2}}"
    found = selected(
        "speed", "MD", trial("one", f"{{outcome: speed, at: 3 mo, arms: {means}}}", arms=THREE_ARMS)
    )
    (entry,) = found.entries
    within = 54 * 4 + 55 * 9 + 55 * 56 / 111 * 16
    assert entry.data["m1i"] == pytest.approx((550 + 784) / 111)
    assert entry.data["sd1i"] == pytest.approx(math.sqrt(within / 110))


def test_effects_of_several_arms_are_not_chosen_among(selected: Selected) -> None:
    each = "{{outcome: death, at: 3 mo, arm: {}, effect: {{measure: RR, estimate: 0.9, ci: 0.5-1.6, level: 95}}}}"
    both = trial("one", each.format("low"), each.format("high"), arms=THREE_ARMS)
    picks = "; --arms low or high picks one"
    combined, split = (
        selected("death", "RR", both, arms=arms).left_out[0][1] for arms in ("combine", "split")
    )
    assert combined == f"prints no groups of low and high that can be combined{picks}"
    assert split == f"prints effects of low and high, between which their control cannot be split{picks}"
    (entry,) = selected("death", "RR", both, arms="high").entries
    assert entry.marks == ("arm high alone",)


@pytest.mark.parametrize(
    ("result", "measure", "effect"),
    [
        ("arms: {drug: {events: 8}, pbo: {events: 20}}", "RR", math.log(0.4)),
        ("effect: {measure: RR, estimate: 2.5, ci: 1.2-5.2, level: 95}", "RR", -math.log(2.5)),
    ],
)
def test_roles_decide_which_arm_is_treated(
    selected: Selected, result: str, measure: str, effect: float
) -> None:
    turned = trial("one", f"{{outcome: death, at: 3 mo, arm: pbo, against: drug, {result}}}")
    found = selected("death", measure, turned)
    assert effects(found, measure) == pytest.approx([effect])


def test_a_record_that_names_the_control_first_reads_the_same_on_every_screen(
    written: Callable[..., Registry],
) -> None:
    """The printed effect is of control over treatment, and is set beside the counts in that order."""
    effect = "effect: {measure: RR, estimate: 2.50, ci: 1.22-5.12}"
    named = "arm: pbo, against: drug, arms: {drug: {events: 8}, pbo: {events: 20}}"
    registry = written(
        trial(
            "one",
            f"{{outcome: death, at: 3 mo, {named}, {effect}}}",
            "{outcome: mrs, at: 3 mo, arm: pbo, against: drug, p: 0.03, favours: drug}",
        )
    )
    counted, lone = Analysis(registry).results("one")
    assert [(found.contrast.arm, found.sign) for found in (counted, lone) if found.contrast] == [
        ("drug", 1)
    ] * 2
    verdicts = {each.verdict.value for each in counted.recomputations if each.statistic == "RR"}
    assert verdicts == {"reproduced"}


FINAL = "{outcome: barthel, at: 3 mo, arms: {drug: {mean: 62, sd: 20}, pbo: {mean: 60, sd: 20}}}"
CHANGE = "{outcome: barthel, at: 3 mo, change: true, arms: {drug: {mean: 20, sd: 8}, pbo: {mean: 10, sd: 8}}}"


@pytest.mark.parametrize("results", [(FINAL, CHANGE), (CHANGE, FINAL)])
@pytest.mark.parametrize("measure", ["SMD", "MD", "PS"])
def test_final_values_come_before_changes_wherever_they_stand(
    selected: Selected, results: tuple[str, str], measure: str
) -> None:
    (entry,) = selected("barthel", measure, trial("one", *results)).entries
    assert entry.data["m1i"] == 62


def test_changes_and_final_values_stand_together_as_mean_differences_only(selected: Selected) -> None:
    trials = trial("one", FINAL), trial("two", CHANGE)
    (entry,) = (apart := selected("barthel", "SMD", *trials)).entries
    assert entry.study == "one"
    assert apart.left_out == (("two", "prints changes alone, which are pooled with final values as MD only"),)
    together = selected("barthel", "MD", *trials)
    assert effects(together, "MD") == [2, 10]
    assert "changes from baseline (Two) stand beside final values" in together.notes[0]


@pytest.mark.parametrize(
    ("design", "arms", "mark"),
    [
        ("{allocation: non-randomised}", TWO_ARMS, "non-randomised"),
        ("{allocation: not reported}", TWO_ARMS, "allocation not reported"),
        ("{}", TWO_ARMS.replace("control", "control, historical: true"), "historical control"),
    ],
)  # fmt: skip
def test_trials_without_chance_are_marked_beside_randomised_ones(
    selected: Selected, design: str, arms: str, mark: str
) -> None:
    found = selected("death", "RR", trial("one", DEATH), trial("two", DEATH, design=design, arms=arms))
    assert [entry.marks for entry in found.entries] == [(), (mark,)]
    assert found.notes == (
        f"not randomised, beside randomised trials: Two ({mark}); --design randomised pools those alone",
    )


def test_a_historical_arm_marks_only_what_is_compared_with_it(selected: Selected) -> None:
    arms = TWO_ARMS[:-1] + ", past: {role: control, n: 80, historical: true}}"
    named = DEATH.replace("3 mo,", "3 mo, against: pbo,")
    (entry,) = selected("death", "RR", trial("one", named, arms=arms)).entries
    assert entry.marks == ()
    past = named.replace("against: pbo", "against: past").replace("pbo: {", "past: {")
    (entry,) = selected("death", "RR", trial("one", past, arms=arms)).entries
    assert entry.marks == ("historical control",)
    (left,) = selected("death", "RR", trial("one", named, past, arms=arms)).left_out
    assert left[1] == "has several control arms (pbo and past); --arms pbo picks one"


@pytest.mark.parametrize("structure", ["crossover", "cross-over", "cluster randomised", "split-mouth"])
def test_dependent_participants_enter_by_the_analysis_of_their_source_alone(
    selected: Selected, structure: str
) -> None:
    design = f"{{allocation: randomised, structure: {structure}}}"
    (left,) = selected("death", "RR", trial("one", DEATH, design=design)).left_out
    assert left[1].startswith(("crossover: needs", "clustered: needs", "within participants: needs"))
    printed = "{outcome: death, at: 3 mo, effect: {measure: RR, estimate: 0.6, ci: 0.4-0.9, level: 95}}"
    (entry,) = selected("death", "RR", trial("one", printed, design=design)).entries
    assert entry.marks in (("crossover",), ("clustered",), ("within participants",))


def test_the_first_period_of_a_crossover_is_a_trial_of_parallel_groups(selected: Selected) -> None:
    design = "{allocation: randomised, structure: crossover}"
    first = DEATH.replace("3 mo,", "3 mo, period: 1,")
    assert selected("death", "RR", trial("one", first, design=design)).entries[0].marks == ()


def test_clusters_enter_at_their_effective_size(selected: Selected) -> None:
    """Cochrane Handbook 23.1.4: events and participants over the design effect."""
    design = "{allocation: randomised, structure: cluster randomised}"
    own = DEATH.replace("3 mo,", "3 mo, design-effect: 2,")
    (entry,) = selected("death", "RR", trial("one", own, design=design)).entries
    assert [entry.data[key] for key in ("ai", "n1i", "ci", "n2i")] == [4, 25, 10, 25]
    assert entry.marks == ("design effect 2 of clusters",)


def test_an_arm_that_combines_others_is_never_counted_beside_them(selected: Selected) -> None:
    arms = THREE_ARMS[:-1] + ", both: {role: treatment, n: 111, combines: [low, high]}}"
    whole = (
        "{outcome: death, at: 3 mo, arm: both, against: pbo, arms: {both: {events: 16}, pbo: {events: 7}}}"
    )
    for results in ((*COMBINED, whole), (whole, *COMBINED)):
        (entry,) = selected("death", "RR", trial("one", *results, arms=arms)).entries
        assert (entry.n1, entry.marks) == (111, ("low and high combined",))
        split = selected("death", "RR", trial("one", *results, arms=arms), arms="split")
        assert [entry.part for entry in split.entries] == ["low", "high"]


def test_sources_that_contradict_each_other_are_both_named(selected: Selected) -> None:
    other = DEATH.replace("events: 8", "events: 9").replace("3 mo,", "3 mo, source: review,")
    for results in ((DEATH, other), (other, DEATH)):
        found = selected("death", "RR", trial("one", *results))
        assert [entry.data["ai"] for entry in found.entries] == [8]
        assert found.notes == (
            "the sources of One contradict each other: 8/50 v 20/50 by the full text (pooled), 9/50 v 20/50 by the"
            " secondary report",
        )
    assert (
        selected("death", "RR", trial("one", DEATH, DEATH.replace("3 mo,", "3 mo, source: review,"))).notes
        == ()
    )


def test_two_results_that_could_stand_for_a_trial_are_both_named(selected: Selected) -> None:
    """Per protocol beside all randomised, under one definition."""
    own = "{outcome: death, at: 3 mo, arms: {drug: {events: 7, n: 45}, pbo: {events: 19, n: 46}}}"
    found = selected("death", "RR", trial("one", DEATH, own))
    said = "8/50 v 20/50 (pooled) and 7/45 v 19/46"
    assert found.notes == (f"One prints {said} of one outcome, time and definition",)


def test_of_several_cuts_the_most_even_one_stands_for_the_scale(selected: Selected) -> None:
    cut = (
        "{{outcome: mrs, at: 3 mo, definition: mRS {}, arms: {{drug: {{events: {}}}, pbo: {{events: {}}}}}}}"
    )
    both = trial("one", cut.format("0-1", 6, 4), cut.format("0-2", 28, 20))
    (entry,) = selected("mrs", "COR", both).entries
    assert entry.words == "counts of mRS 0-2, if odds are proportional"


def test_an_arm_that_is_named_is_taken_where_there_are_several(selected: Selected) -> None:
    trials = trial("one", *COMBINED, arms=THREE_ARMS), trial("two", DEATH)
    assert [entry.study for entry in selected("death", "RR", *trials, arms="high").entries] == ["one", "two"]


def test_adjusted_effects_beside_unadjusted_ones_are_noted(selected: Selected) -> None:
    adjusted = "{outcome: death, at: 3 mo, adjusted: age, effect: {measure: RR, estimate: 0.6, ci: 0.4-0.9, level: 95}}"
    found = selected("death", "RR", trial("one", DEATH), trial("two", adjusted))
    assert found.notes == ("adjusted effects (Two) stand beside unadjusted ones (One)",)


def test_an_effect_the_other_way_round_than_its_counts_is_noted(selected: Selected) -> None:
    arms = "{drug: {events: 6, n: 30}, pbo: {events: 13, n: 30}}"
    turned = (
        f"{{outcome: death, at: 3 mo, effect: {{measure: OR, estimate: 3.06, ci: 0.97-9.66}}, arms: {arms}}}"
    )
    (note,) = selected("death", "OR", trial("one", turned)).notes
    assert note == "One prints OR 3.06, the other way round than its groups, which give 0.33 and are pooled"
    assert (
        selected(
            "death", "OR", trial("one", turned.replace("3.06, ci: 0.97-9.66", "0.33, ci: 0.10-1.03"))
        ).notes
        == ()
    )


MEANS = "arms: {drug: {mean: 65, sd: 20}, pbo: {mean: 60, sd: 20}}"
ADJUSTED = "{outcome: speed, at: 3 mo, adjusted: baseline, effect: {measure: MD, estimate: 3, ci: 0.5 to 5.5}"
NON_RANDOMISED = "{allocation: non-randomised}"


@pytest.mark.parametrize(
    ("results", "design", "measure", "effect", "note"),
    [
        (
            ["{outcome: speed, at: 3 mo, favours: pbo, " + MEANS + "}"], None, "MD", 5,
            "One says that pbo did better, the other way round than its means, which are pooled",
        ),
        (
            ["{outcome: speed, at: 3 mo, favours: pbo, arms: {drug: {median: 6, iqr: 4-8},"
             " pbo: {median: 4, iqr: 2-6}}}"],
            None, "MD", 2, "One says that pbo did better, the other way round than its values, which are pooled",
        ),
        (["{outcome: speed, at: 3 mo, favours: drug, " + MEANS + "}"], None, "MD", 5, None),
        (
            [ADJUSTED + ", " + MEANS + "}"], None, "MD", 5,
            "One prints MD 3 (0.5–5.5), adjusted (baseline), which is not pooled; its means are",
        ),
        (
            [ADJUSTED + ", " + MEANS + "}"], NON_RANDOMISED, "MD", 3,
            "One (non-randomised) is pooled by its adjusted effect, not by its means",
        ),
        ([ADJUSTED + "}"], NON_RANDOMISED, "MD", 3, None),
        (
            [
                "{outcome: speed, at: 3 mo, " + MEANS + "}",
                "{outcome: speed, at: 3 mo, change: true, arms: {drug: {mean: 9, sd: 8}, pbo: {mean: 1, sd: 8}}}",
            ],
            None, "MD", 5, "One prints final values (pooled) and changes from baseline (not pooled)",
        ),
    ],
)  # fmt: skip
def test_what_a_trial_prints_against_or_beside_what_is_pooled_is_told(
    selected: Selected, results: list[str], design: str | None, measure: str, effect: float, note: str | None
) -> None:
    record = trial("one", *results, **({"design": design} if design else {}))
    found = selected("speed", measure, record)
    assert effects(found, measure) == pytest.approx([effect])
    assert found.notes == ((note,) if note else ())


def test_times_are_pooled_apart_those_that_mean_the_same_together(written: Callable[..., Registry]) -> None:
    registry = written(trial("one", DEATH, LATER), trial("two", DEATH.replace("3 mo", "90 d")))
    analysis = Analysis(registry)
    results = {name: analysis.results(name) for name in registry.trials}

    def at(asked: str | None) -> Mapping[str, list[tuple[str, str]]]:
        time = None if asked is None else read_time(asked)
        every = timed_selections(Question("death", "RR"), time, results, registry.trials)
        return {str(time): [(entry.study, entry.at) for entry in found.entries] for time, found in every}

    assert at(None) == {"3 mo": [("one", "3 mo"), ("two", "90 d")], "1 y": [("one", "1 y")]}
    assert list(at("last").values()) == [[("one", "1 y"), ("two", "90 d")]]
    assert list(at("1mo..6mo").values()) == [[("one", "3 mo"), ("two", "90 d")]]


@pytest.mark.parametrize(
    ("outcome", "results", "measure"),
    [
        ("death", [DEATH], "RR"),
        ("death", [DEATH, "{outcome: death, at: 3 mo, effect: {measure: OR, estimate: 0.6, ci: 0.4-0.9}}"], "OR"),
        ("death", ["{outcome: death, at: 3 mo, effect: {measure: OR, estimate: 0.6, ci: 0.4-0.9}}"], "OR"),
        ("survival", ["{outcome: survival, at: 1 y, effect: {measure: HR, estimate: 0.6, ci: 0.4-0.9}}"], "HR"),
        ("mrs", ["{outcome: mrs, at: 3 mo, p: 0.03}"], "PS"),
        ("barthel", [FINAL], "MD"),
        ("speed", ["{outcome: speed, at: 3 mo, p: 0.03}"], "SMD"),
        ("speed", ["{outcome: speed, at: 3 mo, p: 0.03}", FINAL.replace("barthel", "speed")], "MD"),
        ("mrs", ["{outcome: mrs, at: 3 mo, definition: mRS 0-2, arms: {drug: {events: 20}, pbo: {events: 10}}}"], "RR"),
    ],
)  # fmt: skip
def test_the_usual_measure_is_by_the_outcome_and_what_trials_print(
    written: Callable[..., Registry], outcome: str, results: list[str], measure: str
) -> None:
    registry = written(*(trial(name, each) for name, each in zip("ab", results, strict=False)))
    analysis = Analysis(registry)
    own = {name: analysis.results(name) for name in registry.trials}
    definition = "mRS 0-2" if "mRS 0-2" in results[0] else None
    assert question_measure(Question(outcome, "", definition=definition), None, own, registry) == measure


def test_medians_become_means_with_a_mark(selected: Selected) -> None:
    arms = "{drug: {median: 5, iqr: 3-7}, pbo: {median: 3, iqr: 2-5}}"
    (entry,) = selected("speed", "MD", trial("one", f"{{outcome: speed, at: 3 mo, arms: {arms}}}")).entries
    assert entry.marks == ("from median with quartiles (Luo 2018; Wan 2014)",)
    assert entry.derived


@pytest.mark.parametrize("measure", SOURCES)
def test_the_order_of_a_record_decides_nothing(shipped_registry: Registry, measure: str) -> None:
    """Every outcome of the shipped registry, with each trial's results in their order and in the other."""
    turned = {
        name: own.model_copy(update={"results": own.results[::-1]})
        for name, own in shipped_registry.trials.items()
    }

    def pools(registry: Registry, outcome: str) -> list[Selection]:
        analysis = Analysis(registry)
        results = {name: analysis.results(name) for name in registry.trials}
        question = Question(outcome, measure)
        return [found for _, found in timed_selections(question, None, results, registry.trials)]

    for outcome in shipped_registry.outcomes:
        assert pools(shipped_registry, outcome) == pools(replace(shipped_registry, trials=turned), outcome)


@pytest.mark.parametrize("measure", ["SMD", "PS"])
@pytest.mark.parametrize(("p", "scenarios"), [(1.0, 1), (0.9999, 2), (0.3, 2)])
def test_a_p_of_1_has_no_direction_to_be_silent_about(measure: str, p: float, scenarios: int) -> None:
    data = {"pi": p, "n1i": 20.0, "n2i": 18.0, "direction": 1.0}
    found = Selection((Entry("Two 2021", data, 20, 18, "p", directed=False),), ())
    assert len(found.scenarios(measure)) == scenarios


def test_a_printed_effect_needs_no_group_sizes_and_counts_do(selected: Selected) -> None:
    unsized = "{drug: {role: treatment}, pbo: {role: control}}"
    printed = "{outcome: survival, at: 1 y, effect: {measure: HR, estimate: 0.95, ci: 0.86-1.05, level: 95}}"
    (entry,) = selected("survival", "HR", trial("one", printed, arms=unsized)).entries
    assert (entry.sized, entry.participants, entry.arm_words) == (False, 0.0, ("–", "–"))
    assert entry.effect("HR")[0] == pytest.approx(math.log(0.95))
    found = selected("death", "RR", trial("one", DEATH, arms=unsized))
    assert (found.entries, found.left_out) == ((), (("one", "group sizes are not reported"),))


@pytest.mark.parametrize(
    ("effect", "more", "entered"),
    [
        ("{measure: MD, estimate: 3.95, ci: 0.78-7.11, level: 95}", "favours: pbo", [3.95]),
        (
            "{measure: MD, estimate: 3.95, ci: 0.78-7.11, level: 95}",
            "favours: pbo, arm: drug, against: pbo",
            [3.95],
        ),
        ("{measure: MD, estimate: -3.95, ci: -7.11 to -0.78, level: 95}", "favours: pbo", []),
        ("{measure: MD, estimate: 3.95, ci: 0.78-7.11, level: 95}", "favours: drug", []),
        (
            "{measure: MD, estimate: 3.95, ci: 0.78-7.11, level: 95}",
            "favours: drug, arm: pbo, against: drug",
            [-3.95],
        ),
        ("{measure: MD, estimate: 3.95, ci: 0.78-7.11, level: 95}", "note: none", [3.95]),
    ],
)
def test_an_effect_against_the_arm_that_did_better_is_not_pooled_at_either_sign(
    selected: Selected, effect: str, more: str, entered: list[float]
) -> None:
    result = f"{{outcome: mrs, at: 6 mo, change: yes, adjusted: yes, effect: {effect}, {more}}}"
    found = selected("mrs", "MD", trial("one", result))
    assert effects(found, "MD") == pytest.approx(entered)
    if not entered:
        ((_, reason),) = found.left_out
        assert reason.endswith("a difference the other way round has arm: pbo, against: drug")
