"""What the trials of the field take: doses, windows, parts, one arm alone, events, probabilities, what was not seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.analysis.contrast import contrast_of
from msc_evidence.analysis.pool.selection import Question, select
from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.run import run_checks
from msc_evidence.registry.loader import Registry, load
from msc_evidence.registry.numbers import recorded_numbers
from msc_evidence.registry.problems import RegistryError
from msc_evidence.tables.compare import arms_table
from msc_evidence.tables.trial_words import treatment_words, window_words

RECORD = """\
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
  survival: {name: survival, type: time-to-event, better: higher}
trials:
  whole:
    citation: {year: 2020}
    design: {phase: 2, allocation: randomised, window-from: 18 h, window: <=36 h}
    participants: {screened: 40, enrolled: 30}
    arms:
      msc:
        {role: treatment, n: 14, crossed: 1, cells: {type: MSC, tissue: bone marrow, dose: 2e6, average: mean, per: kg}}
      control: {role: control, n: 16}
    baseline:
      - {variable: age, arms: {msc: {mean: 60, sd: 9}, control: {mean: 61, sd: 8}}, p: 0.7}
    results:
      - {outcome: mrs, at: 3 mo, p: 0.03, favours: msc}
      - {outcome: mrs, at: 3 mo, within: msc, change: true, p: 0.001}
      - outcome: survival
        at: 5 y
        test: log-rank
        p: .058
        arms: {msc: {probability: 0.72}, control: {probability: 0.34}}
    harms:
      - {event: adverse events, at: 6 mo, events: {msc: 24, control: 12}}
    sources: {abstract: {kind: abstract}}
  subset:
    part-of: whole
    citation: {year: 2021}
    design: {allocation: randomised, window-from: 6 mo, window: 5 y}
    participants: {}
    arms:
      msc: {role: treatment, n: 8, cells: {dose-range: 3e6 to 8e6}}
      control: {role: control, historical: true, n: 9}
    results:
      - {outcome: mrs, at: 3 mo, p: 0.02, favours: msc}
      - {outcome: mrs, at: 6 mo, p: 0.04, favours: msc}
    sources: {news: {kind: press report}}
    not-seen: [results at 12 mo]
    notes: [Registered after enrolment had begun.]
pooled:
  twice:
    {citation: A review, outcome: mrs, at: 3 mo, measure: SMD, model: common, trials: [whole, subset], estimate: 0.5}
"""


def loaded(tmp_path: Path, text: str = RECORD) -> Registry:
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    return load(tmp_path / "r.yaml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("part-of: whole", "part-of: hole", "unknown trial 'hole'; did you mean 'whole'?"),
        ("part-of: whole", "part-of: subset", "a trial is no part of itself; name the whole trial"),
        ("within: msc", "within: mcs", "unknown arm 'mcs'; did you mean 'msc'?"),
        (
            "within: msc",
            "within: msc, arm: msc",
            "`within` is one arm; it goes with neither `arm` nor `against`",
        ),
        ("events: {msc: 24", "events: {mcs: 24", "unknown arm 'mcs'; did you mean 'msc'?"),
        (
            "events: {msc: 24, control: 12}",
            "arms: {}",
            "nothing is counted; expected arms (participants) or events",
        ),
        ("3e6 to 8e6", "8e6 to 3e6", "dose-range 8e6–3e6 has its ends in the wrong order"),
        ("probability: 0.72", "probability: 72", "'72' is not a probability; it lies between 0 and 1"),
        ("probability: 0.72", "probability: 72%", "'72%' is not a probability; it lies between 0 and 1"),
        ("per: kg", "per: lb", "expected 'kg'"),
        ("average: mean", "average: mode", "expected 'mean'"),
        ("sd: 8}}, p: 0.7", "sd: 8}}, p: 7", "p is 7; a p-value lies between 0 and 1"),
        ("kind: press report", "kind: press", "'press report'"),
        ("crossed: 1", "crossed: some", "'some' is not a number"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert RECORD.count(old) == 1
    with pytest.raises(RegistryError) as refused:
        loaded(tmp_path, RECORD.replace(old, new))
    assert message in str(refused.value)


def test_every_new_number_is_a_number_of_the_record(tmp_path: Path) -> None:
    found = {number.field: str(number.value) for number in recorded_numbers(loaded(tmp_path).trials["whole"])}
    assert found["window-from"] == "18 h"
    assert found["screened"] == "40"
    assert found["dose"] == "2e6"
    assert found["crossed"] == "1"
    (tmp_path / "r.yaml").unlink()
    subset = [number.figure for number in recorded_numbers(loaded(tmp_path).trials["subset"])]
    assert "3e6–8e6" in subset


@pytest.mark.parametrize(
    ("trial", "window", "given"),
    [
        ("whole", "18–36 h", "MSC from bone marrow, mean 2×10⁶ per kg"),
        ("subset", "6 mo–5 y", "3×10⁶–8×10⁶"),
    ],
)
def test_windows_and_doses_read_as_a_reader_expects(
    tmp_path: Path, trial: str, window: str, given: str
) -> None:
    found = loaded(tmp_path).trials[trial]
    assert window_words(found.design) == window
    assert treatment_words(found.arms["msc"]) == given


def test_arms_show_events_the_p_of_a_baseline_and_the_time_of_a_harm(tmp_path: Path) -> None:
    rows = {row["what"]: row for row in arms_table(loaded(tmp_path).trials["whole"]).rows}
    assert rows["adverse events, 6 mo"]["arm msc"] == "24 events, n 14"
    assert rows["age, p 0.7"]["arm msc"] == "60 ± 9"


def test_events_may_outnumber_the_participants_of_an_arm(tmp_path: Path) -> None:
    assert not [
        found
        for found in run_checks(Analysis(loaded(tmp_path)), ["whole"]).findings
        if found.severity == "error"
    ]


def test_one_arm_alone_is_no_contrast_and_in_no_family(tmp_path: Path) -> None:
    registry = loaded(tmp_path)
    trial = registry.trials["whole"]
    between, alone, survival = Analysis(registry).results("whole")
    assert contrast_of(trial, trial.results[1]) is None
    assert alone.label == "modified Rankin Scale change within msc"
    # Holm over 0.03 and .058 only
    assert [found.holm_p for found in (between, alone, survival)] == [0.06, None, 0.06]


def test_a_probability_is_no_share_of_an_arm(tmp_path: Path) -> None:
    as_share = RECORD.replace("type: time-to-event", "type: binary")
    for text, codes in ((as_share, []), (as_share.replace("probability: 0.72", "percent: 72"), ["MSC205"])):
        found = run_checks(Analysis(loaded(tmp_path, text)), ["whole"], select=["MSC205"]).findings
        assert [item.code for item in found] == codes


@pytest.mark.parametrize(
    ("at", "entered", "left_out"),
    [
        ("3 mo", ["whole"], [("subset", "part of whole, whose participants the pool counts already")]),
        ("6 mo", ["subset"], [("whole", "no result at 6 mo")]),
    ],
)
def test_a_part_is_never_pooled_beside_its_whole(
    tmp_path: Path, at: str, entered: list[str], left_out: list[tuple[str, str]]
) -> None:
    registry = loaded(tmp_path)
    time = next(
        result.at for trial in registry.trials.values() for result in trial.results if str(result.at) == at
    )
    analysis = Analysis(registry)
    results = {name: analysis.results(name) for name in registry.trials}
    found = select(Question("mrs", "SMD", time), results, registry.trials)  # type: ignore[arg-type]
    assert [entry.study for entry in found.entries] == entered
    assert list(found.left_out) == left_out


def test_two_parts_of_one_trial_are_one_trial(tmp_path: Path) -> None:
    text = RECORD.replace("    part-of: whole\n", "    part-of: other\n").replace("pooled:\n", "unused:\n", 1)
    text = text[: text.index("unused:")]
    other = text[text.index("  subset:\n") :].replace("  subset:\n", "  third:\n", 1)
    parts = "citation: {year: 2019}, design: {}, participants: {}, arms: {msc: {}}, sources: {a: {kind: abstract}}"
    whole = f"  other: {{{parts}}}\n"
    registry = loaded(tmp_path, text + other + whole)
    analysis = Analysis(registry)
    results = {name: analysis.results(name) for name in registry.trials}
    found = select(Question("mrs", "SMD", registry.trials["third"].results[1].at), results, registry.trials)  # type: ignore[arg-type]
    assert [entry.study for entry in found.entries] == ["subset"]
    assert ("third", "part of other, whose participants the pool counts already") in found.left_out
    # Nor where the whole is not among the trials asked for.
    parts = {name: registry.trials[name] for name in ("subset", "third")}
    found = select(Question("mrs", "SMD"), {name: results[name] for name in parts}, parts)
    assert [name for name, _ in found.left_out] == ["third"]


def test_a_pinned_pool_of_a_trial_and_its_part_is_an_error(tmp_path: Path) -> None:
    (found,) = (item for item in run_checks(Analysis(loaded(tmp_path))).findings if item.code == "MSC702")
    assert found.message == "subset is already in this meta-analysis, as whole"
    assert found.severity == "error"
