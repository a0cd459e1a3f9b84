"""The trials as they are shipped, the two founding ones first: what the record holds, what follows, what does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from msc_evidence.analysis.capacity import allocation, capacity
from msc_evidence.analysis.result import AnalysedResult, analyse
from msc_evidence.analysis.verdict import Verdict
from msc_evidence.checks.finding import Finding
from msc_evidence.checks.run import run
from msc_evidence.registry.loader import load
from msc_evidence.registry.numbers import numbers
from msc_evidence.registry.shipped import shipped_registry

REGISTRY = load(shipped_registry())
FINDINGS = run(REGISTRY).findings


def analysed(trial: str, source: str = "abstract") -> list[AnalysedResult]:
    return [found for found in analyse(REGISTRY.trials[trial], REGISTRY.outcomes) if found.source == source]


@pytest.mark.parametrize("trial", list(REGISTRY.trials))
def test_only_the_founding_trials_have_warnings_that_are_not_waived(trial: str) -> None:
    found = [item for item in FINDINGS if item.trial == trial and item.severity != "note" and not item.waived]
    assert bool(found) == (trial in ("bang-2005", "chung-2021"))


def findings(trial: str, code: str) -> Sequence[Finding]:
    return [found for found in FINDINGS if (found.trial, found.code) == (trial, code)]


def test_nothing_in_the_record_is_impossible() -> None:
    assert not [found for found in FINDINGS if found.severity == "error" and not found.waived]


@pytest.mark.parametrize("trial", ["bang-2005", "chung-2021"])
def test_every_number_of_the_abstract_is_tied_to_it(trial: str) -> None:
    record = REGISTRY.trials[trial]
    assert record.first_source == "abstract"
    assert record.sources["abstract"].figures
    assert [number for number in numbers(record) if number.source == "abstract"]
    assert not [
        found
        for found in FINDINGS
        if found.trial == trial and found.code.startswith("MSC60") and found.code != "MSC607"
    ]


@pytest.mark.parametrize(
    ("trial", "p"),
    [
        ("bang-2005", ["0.011", "0.017", "0.115", "0.076", "0.171", "0.286"]),
        ("chung-2021", ["0.732", "0.023"]),
    ],
)
def test_every_p_of_the_abstracts_is_there_and_none_can_be_recomputed(trial: str, p: list[str]) -> None:
    found = analysed(trial)
    assert [str(each.p) for each in found] == p
    assert {each.verdict for each in found} == {Verdict.NOT_RECOMPUTABLE}
    assert all(item.reason.startswith("needs ") for each in found for item in each.recomputations)


def test_no_p_of_any_source_is_on_the_other_side() -> None:
    every = [each for trial in REGISTRY.trials for each in analyse(REGISTRY.trials[trial], REGISTRY.outcomes)]
    assert Verdict.DECISION_ERROR not in {each.verdict for each in every}


@pytest.mark.parametrize(
    ("trial", "code", "words"),
    [
        ("bang-2005", "MSC207", ["5 of 30", "p = 0.000325", "no ratio stated"]),
        ("bang-2005", "MSC501", ["modified Rankin Scale", "0.076", "0.171", "0.286"]),
        ("bang-2005", "MSC502", ["consistent", "4 of 6"]),
        (
            "bang-2005",
            "MSC503",
            ["2 of 6", "Holm", "0.066, 0.085, 0.345, 0.304, 0.345, 0.345", "0.051, 0.051, 0.1725, 0.152"],
        ),
        ("chung-2021", "MSC505", ["modified Rankin Scale", "p 0.732", "d 0.867"]),
        ("chung-2021", "MSC506", ["chronic", "6 mo", "90 d"]),
        ("chung-2021", "MSC504", ["primary", "0.732", "exploratory", "0.023"]),
        ("chung-2021", "MSC607", ["mean age 68", "63.03 and 64.27"]),
    ],
)
def test_what_does_not_hold_up_is_said(trial: str, code: str, words: list[str]) -> None:
    (found,) = findings(trial, code)
    assert all(word in found.message for word in words), found.message
    assert found.severity == ("note" if code == "MSC504" else "warning")


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("MSC207", ("trials", "chung-2021", "arms")),
        ("MSC3", ("trials", "chung-2021", "baseline", 0)),
        ("MSC3", ("trials", "chung-2021", "baseline", 1)),
        ("MSC301", ("trials", "chung-2021")),
        ("MSC6", ("trials", "bang-2005")),
    ],
)
def test_what_holds_up_is_silent(code: str, place: tuple[str | int, ...]) -> None:
    assert not [
        found for found in FINDINGS if found.code.startswith(code) and found.path[: len(place)] == place
    ]


@pytest.mark.parametrize(
    ("trial", "sizes", "ratio", "stated", "p"),
    [("bang-2005", (5, 25), "1:1", False, 0.000325), ("chung-2021", (39, 15), "2:1", True, 0.4708)],
)
def test_allocation(trial: str, sizes: tuple[int, int], ratio: str, stated: bool, p: float) -> None:
    found = allocation(REGISTRY.trials[trial])
    assert found is not None
    assert ((found.n1, found.n2), found.ratio, found.stated) == (sizes, ratio, stated)
    assert found.p == pytest.approx(p, rel=1e-3)


@pytest.mark.parametrize(
    ("trial", "significant", "detectable"), [("bang-2005", 1.0035, 1.422), ("chung-2021", 0.610, 0.867)]
)
def test_what_the_group_sizes_could_have_shown(trial: str, significant: float, detectable: float) -> None:
    found = capacity(REGISTRY.trials[trial])
    assert found is not None
    assert found.smallest_significant_d == pytest.approx(significant, abs=5e-4)
    assert found.detectable_d == pytest.approx(detectable, abs=5e-4)


def test_the_smallest_attainable_p_of_bang() -> None:
    found = capacity(REGISTRY.trials["bang-2005"])
    assert found is not None
    assert found.smallest_rank_sum_p == pytest.approx(1.403e-05, rel=5e-4)


def test_families() -> None:
    bang = analysed("bang-2005")
    assert [each.holm_p for each in bang] == pytest.approx([0.066, 0.085, 0.345, 0.304, 0.345, 0.345])
    assert [each.bh_p for each in bang] == pytest.approx([0.051, 0.051, 0.1725, 0.152, 0.2052, 0.286])
    assert [each.holm_p for each in analysed("chung-2021")] == pytest.approx([0.732, 0.046])


def test_directions_are_those_reported() -> None:
    assert [each.sign for each in analysed("bang-2005")] == [1] * 6
    assert [each.sign for each in analysed("chung-2021")] == [None, 1]


def test_the_leg_score_of_the_secondary_report() -> None:
    (found,) = (
        each for each in analysed("chung-2021", "news-report") if each.result.arms and str(each.p) == "0.023"
    )
    (item,) = found.recomputations
    assert item.verdict is Verdict.INCONSISTENT
    assert {method.method: round(method.value, 4) for method in item.methods} == {
        "Student": 0.0666,
        "Welch": 0.0204,
    }


def test_the_tables_of_treasure_agree_with_each_other() -> None:
    """Houkin 2024, table 2: the distributions of the mRS, its cuts and the deaths."""
    trial = REGISTRY.trials["houkin-2024"]
    shares = {
        str(result.at): [
            [count.count or 0 for count in values.distribution or ()] for values in arms.values()
        ]
        for result in trial.results
        if result.outcome == "mrs" and not result.definition and (arms := result.arms)
    }
    assert {at: [sum(counts) for counts in pair] for at, pair in shares.items()} == {
        "90 d": [104, 102],
        "365 d": [104, 102],
    }
    cuts = {result.definition: result.arms for result in trial.results if result.outcome == "mrs"}
    for definition, best in (("mRS 0-1", 2), ("mRS 0-2", 3)):
        events = [values.events.count for values in (cuts[definition] or {}).values() if values.events]
        assert events == [sum(counts[:best]) for counts in shares["90 d"]]
    deaths = {str(harm.at): [count.count for count in harm.arms.values()] for harm in trial.harms if harm.at}
    assert deaths == {at: [counts[6] for counts in pair] for at, pair in shares.items()}


@pytest.mark.parametrize(
    ("trial", "outcome", "verdicts"),
    [
        ("houkin-2024", "excellent-outcome", {Verdict.REPRODUCED}),
        ("lin-2024", "death-or-disability", {Verdict.REPRODUCED}),  # 2/14 v 7/14: Fisher's p .1032
        ("prasad-2014", "barthel", {Verdict.NOT_RECOMPUTABLE}),  # means without SDs
        ("hess-2017", "excellent-outcome", {Verdict.NOT_RECOMPUTABLE}),  # percentages without group sizes
    ],
)
def test_verdicts_of_the_field(trial: str, outcome: str, verdicts: set[Verdict]) -> None:
    found = [
        each for each in analyse(REGISTRY.trials[trial], REGISTRY.outcomes) if each.result.outcome == outcome
    ]
    assert {each.verdict for each in found if each.p} == verdicts


def test_the_direction_of_lin_2024_is_that_of_its_numbers_and_not_of_its_conclusion() -> None:
    (found,) = findings("lin-2024", "MSC507")
    assert "50.0 % in cells and 14.3 % in control" in found.message
    assert found.waived


def test_every_trial_has_results_or_says_that_they_were_not_seen() -> None:
    silent = {name for name, trial in REGISTRY.trials.items() if not trial.results}
    assert silent == {"law-2021", "de-celis-ruiz-2022", "moniche-2023", "bhatia-2018"}
    assert all(REGISTRY.trials[name].not_seen for name in silent)


def test_the_imaging_subset_is_part_of_its_trial() -> None:
    assert {name: trial.part_of for name, trial in REGISTRY.trials.items() if trial.part_of} == {
        "lee-2022": "chung-2021"
    }
