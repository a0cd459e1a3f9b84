"""Which trials a question is about: design, cells, origin, route, year, and the order they come in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msc_evidence.analysis.filters import (
    TrialFilter,
    answers_question,
    eligible_trials,
    exclusion_tally,
    registry_question,
    sorted_trials,
)
from msc_evidence.registry.loader import Registry, load, shipped_registry

REGISTRY = load(shipped_registry())
OF_MSC = {
    *("bang-2005", "chung-2021", "lee-2010", "bhasin-2013", "fang-2019", "jaillard-2020", "law-2021"),
    *("de-celis-ruiz-2022", "lee-2022", "actissima-2020"),
}


def names(asked: TrialFilter) -> set[str]:
    return set(eligible_trials(REGISTRY, REGISTRY.trials, asked).names)


def test_the_default_question_is_that_of_the_registry() -> None:
    asked = registry_question(REGISTRY)
    assert asked == TrialFilter("controlled", "MSC", subtype="ischaemic")
    assert names(asked) == OF_MSC
    assert names(TrialFilter(cells="MNC").filled_from(asked)) == names(
        TrialFilter("controlled", "MNC", subtype="ischaemic")
    )


def without_question(*, controlled: bool) -> Registry:
    trials = REGISTRY.trials if controlled else {"taguchi-2015": REGISTRY.trials["taguchi-2015"]}
    return replace(REGISTRY, summary=None, trials=trials)


@pytest.mark.parametrize("controlled", [True, False])
def test_a_registry_without_a_question_asks_for_its_controlled_trials_if_it_has_any(controlled: bool) -> None:
    asked = registry_question(without_question(controlled=controlled))
    assert asked == TrialFilter("controlled" if controlled else None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (TrialFilter(cells="mapc"), {"hess-2017", "houkin-2024", "masters2-2023"}),
        (TrialFilter(cells="CD34+"), {"chen-2014", "lin-2024", "sung-2018"}),
        (
            TrialFilter("non-randomised", "MNC", "autologous"),
            {"moniche-2012", "bhasin-2013", "taguchi-2015", "ghali-2016", "li-2013"},
        ),
        (TrialFilter(route="intra-arterial", since=2018), {"moniche-2023", "bhatia-2018"}),
        (TrialFilter(cells="MSC", origin="allogeneic"), {"de-celis-ruiz-2022", "actissima-2020"}),
        (TrialFilter(cells="MSC", origin="allogenic"), {"de-celis-ruiz-2022", "actissima-2020"}),
        (TrialFilter(since=2024), {"houkin-2024", "lin-2024"}),
        (TrialFilter(design="any", cells="any"), set(REGISTRY.trials)),
        (
            TrialFilter(design="single-arm", subtype="haemorrhagic"),
            {"al-fauzi-2017"},
        ),
        (TrialFilter(subtype="mixed"), {"chernykh-2016", "sharma-2014"}),
        (
            TrialFilter(design="controlled", subtype="haemorrhagic"),
            {"li-2013", "zhu-2015", "chang-2016"},
        ),
        (TrialFilter(where=(("dose", "1e8"),)), {"bang-2005"}),
        (TrialFilter("randomised", where=(("tissue", "adipose"),)), {"de-celis-ruiz-2022"}),
        (TrialFilter(where=(("year", "2024"),)), {"houkin-2024", "lin-2024"}),
        (TrialFilter(where=(("dose", "3"),)), set()),
        (TrialFilter(cells="not reported"), set()),
        (TrialFilter(cells=""), set()),
    ],
)
def test_filters(asked: TrialFilter, found: set[str]) -> None:
    assert names(asked) == found


def test_what_is_not_recorded_never_matches_and_is_counted_apart() -> None:
    left_out = eligible_trials(
        REGISTRY, ["bhatia-2018", "jin-2017", "de-celis-ruiz-2022"], TrialFilter(origin="autologous")
    )
    assert left_out.names == ("bhatia-2018",)
    assert exclusion_tally(left_out.excluded.values()) == "1 other origin, 1 does not say which origin"
    unsaid = eligible_trials(REGISTRY, ["jin-2017"], TrialFilter("randomised")).excluded
    assert exclusion_tally(unsaid.values()) == "1 does not say how they were allocated"


def test_historical_controls_are_no_control_group() -> None:
    found = eligible_trials(REGISTRY, ["taguchi-2015"], TrialFilter(design="controlled"))
    assert exclusion_tally(found.excluded.values()) == "1 not controlled"


@pytest.mark.parametrize(
    ("trials", "asked", "described"),
    [
        (["bang-2005"], TrialFilter(), True),
        (["houkin-2024"], TrialFilter(), False),
        (["bhasin-2013"], TrialFilter(cells="MNC"), False),
        (["bhasin-2013"], TrialFilter("randomised", "msc", since=2010), True),
        (["bang-2005"], TrialFilter(cells="any"), False),
        (["bang-2005"], TrialFilter(cells="MSC", origin="autologous"), False),
    ],
)
def test_the_words_of_the_registry_stand_only_above_what_they_describe(
    trials: list[str], asked: TrialFilter, described: bool
) -> None:
    assert answers_question(REGISTRY, trials, asked) is described


@pytest.mark.parametrize(
    ("recorded", "asked", "matches"),
    [
        ("BM-MSC", "MSC", True),
        ("MSC/MNC", "msc", True),
        ("non-MSC", "MSC", False),
        ("EMSC", "MSC", False),
        ("intra-arterial", "arterial", True),
    ],
)
def test_a_type_holds_the_words_that_it_is_made_of(recorded: str, asked: str, matches: bool) -> None:
    trial = REGISTRY.trials["bang-2005"].model_copy(deep=True)
    cells = trial.arms["msc"].cells
    assert cells is not None
    changed = cells.model_copy(update={"type": recorded})
    arms = trial.arms | {"msc": trial.arms["msc"].model_copy(update={"cells": changed})}
    trial = trial.model_copy(update={"arms": arms})
    assert (TrialFilter(cells=asked).exclusion(trial) is None) is matches


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("registry", ["lin-2024", "bang-2005", "chung-2021"]),
        ("year", ["bang-2005", "chung-2021", "lin-2024"]),
        ("name", ["bang-2005", "chung-2021", "lin-2024"]),
        ("size", ["chung-2021", "bang-2005", "lin-2024"]),
    ],
)
def test_order(sort: str, first: list[str]) -> None:
    assert sorted_trials(REGISTRY, ["lin-2024", "bang-2005", "chung-2021"], sort) == first


def test_a_year_that_is_to_do_matches_no_year_and_stands_last() -> None:
    trial = REGISTRY.trials["bang-2005"]
    citation = trial.citation.model_copy(update={"year": None})
    undated = trial.model_copy(update={"citation": citation, "name": None})
    registry = replace(REGISTRY, trials=dict(REGISTRY.trials) | {"bang-2005": undated})
    assert "bang-2005" not in eligible_trials(registry, registry.trials, TrialFilter(since=1990)).names
    exclusion = TrialFilter(since=1990).exclusion(undated)
    assert exclusion is not None
    assert exclusion.unrecorded == "when it was published"
    assert sorted_trials(registry, ["bang-2005", "lin-2024"], "year") == ["lin-2024", "bang-2005"]
    assert undated.shown_name("bang-2005") == "bang-2005"
