"""What follows from p-values and group sizes alone, and from a trial's p-values together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from msc_evidence.analysis import results
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.results import AnalysedResult, analyse_trial, sorted_by_time
from msc_evidence.registry.loader import load, shipped_registry
from msc_evidence.registry.model import Outcome, Trial

OUTCOMES = {
    name: Outcome.model_validate({"name": name, "type": kind, "better": "higher"})
    for name, kind in (("scale", "ordinal"), ("volume", "continuous"), ("event", "binary"))
}


def analysed(*given: dict[str, Any], n: tuple[Any, Any] = (5, 25)) -> tuple[AnalysedResult, ...]:
    record = {
        "citation": {"year": 2020},
        "design": {},
        "participants": {},
        "arms": {"msc": {"role": "treatment", "n": n[0]}, "control": {"role": "control", "n": n[1]}},
        "sources": {"abstract": {"kind": "abstract"}, "report": {"kind": "secondary report"}},
        "results": [{"outcome": "scale", "at": "3 mo"} | result for result in given],
    }
    return analyse_trial("one", Trial.model_validate(record), OUTCOMES)


@pytest.fixture(scope="module")
def founding() -> dict[str, tuple[AnalysedResult, ...]]:
    registry = load(shipped_registry())
    return {name: analyse_trial(name, trial, registry.outcomes) for name, trial in registry.trials.items()}


# metafor::escalc(measure = "SMD", pi =, n1i =, n2i =); probability of superiority by the rank-sum approximation.
@pytest.mark.parametrize(
    ("trial", "outcome", "p", "g", "variance", "ps"),
    [
        ("bang-2005", "barthel", "0.011", 1.298060, 0.268083, 0.86554),
        ("bang-2005", "mrs", "0.076", 0.878252, 0.252855, 0.75508),
        ("chung-2021", "mrs", "0.732", 0.103092, 0.092406, 0.53031),
    ],
)
def test_implied_effects(
    founding: dict[str, tuple[AnalysedResult, ...]],
    trial: str,
    outcome: str,
    p: str,
    g: float,
    variance: float,
    ps: float,
) -> None:
    found = next(each for each in founding[trial] if each.result.outcome == outcome and str(each.p) == p)
    assert found.implied_g is not None
    assert found.implied_g.estimate == pytest.approx(g, abs=5e-7)
    assert found.implied_g.variance == pytest.approx(variance, abs=5e-7)
    assert found.implied_ps == pytest.approx(ps, abs=5e-6)


def test_sign_is_the_reported_one_or_none(founding: dict[str, tuple[AnalysedResult, ...]]) -> None:
    assert {found.sign for found in founding["bang-2005"]} == {1}
    primary = next(found for found in founding["chung-2021"] if found.result.primary)
    assert primary.sign is None


def test_rounding_of_p_carries_through() -> None:
    (found,) = analysed({"p": "0.011"})
    edges = [analysed({"p": p})[0] for p in ("0.0115", "0.0105")]
    for name in ("z", "implied_ps"):
        interval = getattr(found, f"{name}_interval")
        low, high = (getattr(edge, name) for edge in edges)
        assert (interval.lo, interval.hi) == pytest.approx((low, high))
        assert interval.lo < getattr(found, name) < interval.hi
    assert found.implied_g_interval is not None
    bounds = [edge.implied_g.estimate for edge in edges if edge.implied_g]
    assert (found.implied_g_interval.lo, found.implied_g_interval.hi) == pytest.approx(tuple(bounds))


@pytest.mark.parametrize(
    ("parts", "sizes"),
    [
        ({"p": "<0.001"}, (5, 25)),
        ({"p": "NS"}, (5, 25)),
        ({"p": "0.000"}, (5, 25)),
        ({"p": "0.011", "sides": "one"}, (5, 25)),
        ({"p": "0.011", "definition": "mRS 0-2"}, (5, 25)),
        ({"p": "0.011", "outcome": "event"}, (5, 25)),
        ({"p": "0.011"}, ("not reported", 25)),
        ({"p": "0.011"}, (1, 2)),
        ({"p": "0.011"}, (0, 30)),
        ({}, (5, 25)),
    ],
)
def test_what_implies_no_effect(parts: dict[str, Any], sizes: tuple[Any, Any]) -> None:
    (found,) = analysed(parts, n=sizes)
    values = (found.z, found.z_interval, found.implied_g, found.implied_g_interval, found.implied_ps)
    assert values == (None,) * 5


def test_a_p_of_one_implies_no_difference() -> None:
    (found,) = analysed({"p": "1.0"})
    assert found.z == pytest.approx(0)
    assert found.implied_ps == pytest.approx(0.5)
    assert found.z_interval is not None
    assert found.z_interval.lo == pytest.approx(0)


# Holm 1979, Benjamini & Hochberg 1995; the six p-values of Bang 2005, by hand.
def test_families_of_the_founding_trials(founding: dict[str, tuple[AnalysedResult, ...]]) -> None:
    bang = founding["bang-2005"]
    assert [found.holm_p for found in bang] == pytest.approx([0.066, 0.085, 0.345, 0.304, 0.345, 0.345])
    assert [found.bh_p for found in bang] == pytest.approx([0.051, 0.051, 0.1725, 0.152, 0.2052, 0.286])
    chung = [found for found in founding["chung-2021"] if found.source == "abstract"]
    assert [found.holm_p for found in chung] == pytest.approx([0.732, 0.046])


def test_a_family_is_the_p_values_of_one_source() -> None:
    rows = analysed(
        {"p": "0.01"},
        {"p": "0.02", "at": "6 mo"},
        {"p": "0.03", "source": "report"},
        {"p": "NS", "at": "9 mo"},
        {"at": "1 y"},
    )
    # NS is one of the three tests of the first source, and has no adjusted p of its own.
    assert [found.holm_p for found in rows[:3]] == pytest.approx([0.03, 0.04, 0.03])
    assert [found.holm_p for found in rows[3:]] == [None, None]


def test_an_adjusted_analysis_of_the_same_comparison_counts_once() -> None:
    rows = analysed(
        {"p": "0.01"}, {"p": "0.04", "adjusted": "age"}, {"p": "0.03", "at": "6 mo", "adjusted": "age"}
    )
    assert [found.holm_p for found in rows] == [pytest.approx(0.02), None, pytest.approx(0.03)]


def test_an_adjusted_analysis_stands_for_the_comparison_where_no_unadjusted_p_is_printed() -> None:
    arms = {"msc": {"mean": "14.8"}, "control": {"mean": "2.6"}}
    rows = analysed(
        {"arms": arms}, {"p": "0.04", "adjusted": "age", "arm": "msc"}, {"p": "0.01", "at": "6 mo"}
    )
    assert [found.holm_p for found in rows] == [None, pytest.approx(0.04), pytest.approx(0.02)]
    assert not any(found.repeats for found in rows)


def test_the_verdict_is_the_worst_of_them() -> None:
    arms = {"msc": {"mean": "14.8", "sd": "23.8"}, "control": {"mean": "2.6", "sd": "13.0"}}
    statistic = {"kind": "t", "value": "2.34", "df": "52"}
    rows = analysed(
        {"outcome": "volume", "p": "0.023", "statistic": statistic, "arms": arms},
        {"outcome": "volume", "p": "0.023", "statistic": statistic},
        {"outcome": "volume", "p": "0.023"},
        {"outcome": "volume"},
        n=(39, 15),
    )
    assert [found.verdict for found in rows] == [
        Verdict.INCONSISTENT,
        Verdict.REPRODUCED,
        Verdict.NOT_RECOMPUTABLE,
        None,
    ]


def test_labels_and_order() -> None:
    rows = analysed(
        {"at": "1 y"}, {"at": "not reported", "definition": "0-2"}, {"at": "90 d", "change": True}
    )
    assert [found.timepoint for found in sorted_by_time(rows)] == ["90 d", "1 y", "not reported"]
    assert [found.label for found in rows] == ["scale", "scale (0-2)", "scale change"]


def test_a_result_without_a_contrast_has_its_p_and_nothing_else() -> None:
    record = {
        "citation": {"year": 2020}, "design": {}, "participants": {}, "sources": {"a": {"kind": "abstract"}},
        "arms": {"low": {"role": "treatment"}, "high": {"role": "treatment"}, "control": {"role": "control"}},
        "results": [{"outcome": "scale", "at": "3 mo", "p": "0.04", "favours": "high"}],
    }  # fmt: skip
    (found,) = analyse_trial("one", Trial.model_validate(record), OUTCOMES)
    assert (found.contrast, found.sign, found.recomputations, found.implied_g) == (None, None, (), None)
    assert found.holm_p == pytest.approx(0.04)


def test_shipped_registry_is_at_hand() -> None:
    assert shipped_registry() == Path(__file__).parents[2] / "trials.yaml"


def test_what_the_values_of_a_result_give_is_computed_once_and_when_somebody_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    recompute = results.recomputations
    monkeypatch.setattr(results, "recomputations", lambda case: asked.append("p") or recompute(case))
    arms = {"msc": {"mean": 2.2, "sd": 1.1}, "control": {"mean": 3.1, "sd": 1.2}}
    (result,) = analysed({"p": 0.011, "arms": arms})
    assert not asked
    assert result.recomputations is result.recomputations
    assert result.verdict is not None
    assert len(asked) == 1
