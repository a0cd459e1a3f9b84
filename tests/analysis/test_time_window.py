"""A window of times includes its ends, and nothing beyond them."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.pool.times import TimeWindow
from msc_evidence.registry.reported import Time


@pytest.mark.parametrize(
    ("window", "inside", "outside"),
    [
        ("3mo..12mo", ["3 mo", "90 d", "6 mo", "12 mo", "1 y"], ["2 mo", "13 mo"]),
        ("3mo..", ["3 mo", "5 y"], ["2 mo", "7 d"]),
        ("..12mo", ["1 d", "12 mo"], ["13 mo", "2 y"]),
        ("6mo..6mo", ["6 mo"], ["5 mo", "7 mo"]),
    ],
)
def test_ends_are_inside(window, inside, outside):
    asked = TimeWindow.read(window)
    assert [time for time in inside if Time.read(time) not in asked] == []
    assert [time for time in outside if Time.read(time) in asked] == []


def test_a_window_that_ends_before_it_begins_is_none():
    with pytest.raises(ValueError, match="ends before it begins"):
        TimeWindow.read("12mo..3mo")
