"""How many data sets stand for the tables that give a p, and that leaving the inner ones out changes no proved end."""

from __future__ import annotations

import pytest

from msc_evidence.statistics.feasible import table_sets
from msc_evidence.statistics.feasible.bounds import feasible
from msc_evidence.statistics.feasible.question import Printed
from msc_evidence.statistics.interval import Interval

BELOW = Interval(0.0, 0.01)


def proved(printed, test):
    return {
        bound.measure: (pytest.approx(bound.low.value), pytest.approx(bound.high.value))
        for bound in feasible(printed, test).bounds
        if bound.measure not in ("g", "common OR")
    }


@pytest.mark.parametrize("direction", [1, 0, -1])
@pytest.mark.parametrize("test", ["Fisher", "chi2"])
def test_the_outermost_tables_have_the_ends_of_all(monkeypatch, test, direction):
    printed = Printed(14, 11, 7, BELOW, direction)
    every = proved(printed, test)
    monkeypatch.setattr(table_sets, "MOST_NUMBERS", 2_000)
    assert proved(printed, test) == every
    placed = sum(len(first) for first, _ in table_sets.table_sets(printed, test))
    monkeypatch.undo()
    assert placed < sum(len(first) for first, _ in table_sets.table_sets(printed, test)) / 2


def test_ranks_alone_need_no_more_cuts_on_a_longer_scale():
    few, many = (
        sum(len(first) for first, _ in table_sets.table_sets(Printed(9, 9, points, BELOW, 1, None), "Fisher"))
        for points in (9, 18)
    )
    assert few == many
    short, long = (feasible(Printed(9, 9, points, BELOW, 1, None), "Fisher") for points in (9, 18))
    assert [bound.interval for bound in short.bounds] == [bound.interval for bound in long.bounds]


def test_tables_too_many_for_a_scale_are_refused_before_any_is_placed(monkeypatch):
    monkeypatch.setattr(table_sets, "MOST_NUMBERS", 100)
    assert feasible(Printed(14, 11, 7, BELOW, 1), "Fisher").reason == (
        "there are too many tables of 14 and 11 to place on this scale"
    )
