"""The two founding trials as they are shipped: what the record holds, what follows from it, what does not."""

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


def findings(trial: str, code: str) -> Sequence[Finding]:
    return [found for found in FINDINGS if (found.trial, found.code) == (trial, code)]


def test_nothing_in_the_record_is_impossible() -> None:
    assert not [found for found in FINDINGS if found.severity == "error"]


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
