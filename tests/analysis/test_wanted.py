"""Which trials a question is about: design, cells, origin, route, year, and the order they come in."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.wanted import Wanted, chosen, in_order_of
from msc_evidence.registry.loader import load
from msc_evidence.registry.shipped import shipped_registry

REGISTRY = load(shipped_registry())
FOUNDING = {
    *("bang-2005", "chung-2021", "lee-2010", "bhasin-2013", "fang-2019", "jaillard-2020", "law-2021"),
    "de-celis-ruiz-2022",
}


def names(wanted: Wanted, *, parts: bool = True) -> set[str]:
    return set(chosen(REGISTRY, REGISTRY.trials, wanted, parts=parts)[0])


def test_the_founding_question_is_controlled_trials_of_msc() -> None:
    assert names(Wanted().founding(), parts=False) == FOUNDING
    assert names(Wanted().founding()) == FOUNDING | {"lee-2022"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(cells="mapc"), {"hess-2017", "houkin-2024"}),
        (Wanted(cells="CD34+"), {"chen-2014", "lin-2024"}),
        (Wanted("non-randomised", "MNC", "autologous"), {"moniche-2012", "taguchi-2015", "ghali-2016"}),
        (Wanted(route="intra-arterial", since=2018), {"moniche-2023", "bhatia-2018"}),
        (Wanted(cells="MSC", origin="allogeneic"), {"de-celis-ruiz-2022"}),
        (Wanted(since=2024), {"houkin-2024", "lin-2024"}),
        (Wanted(design="any", cells="any"), set(REGISTRY.trials)),
        (Wanted(design="single-arm"), set()),
    ],
)  # fmt: skip
def test_what_is_wanted(wanted: Wanted, found: set[str]) -> None:
    kept = names(wanted)
    # Trials that do not say are not known to differ.
    silent = {name for name in kept if name in ("bhasin-2013", "lee-2022") and name not in found}
    assert kept - silent == found


def test_historical_controls_are_no_control_group() -> None:
    assert chosen(REGISTRY, ["taguchi-2015"], Wanted(design="controlled")) == (
        [],
        {"taguchi-2015": "not controlled"},
    )


def test_each_trial_that_is_left_out_has_its_reason() -> None:
    _, refused = chosen(REGISTRY, REGISTRY.trials, Wanted().founding(), parts=False)
    assert refused["lee-2022"] == "part of a trial that is shown"
    assert refused["houkin-2024"] == "other cells"
    assert set(refused) | FOUNDING == set(REGISTRY.trials)


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
    assert in_order_of(REGISTRY, ["lin-2024", "bang-2005", "chung-2021"], sort) == first
