"""Pictures made of text: never wider than the terminal, and the same signs in ASCII."""

from __future__ import annotations

import pytest

from msc_evidence.plots import plot_named, plot_names
from msc_evidence.plots.canvas import PLAIN
from msc_evidence.render.ascii import to_ascii
from msc_evidence.render.text import text_width
from tests.plots.drawn import picture


@pytest.mark.parametrize("name", plot_names())
@pytest.mark.parametrize("width", [60, 80, 132])
def test_no_line_is_wider_than_the_terminal(name, width):
    lines = plot_named(name).text(picture(name), width)
    assert lines
    assert max(map(text_width, lines)) <= width
    assert lines == [line.rstrip() for line in lines]


@pytest.mark.parametrize("name", plot_names())
def test_ascii_moves_nothing(name):
    for line in plot_named(name).text(picture(name), 80):
        drawn = line.translate(PLAIN)
        assert text_width(drawn) == text_width(line)
        assert to_ascii(drawn).isascii()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("forest", "Bang 2005"),
        ("albatross", "p 0.076"),
        ("shift", "category"),
        ("timeline", "TREASURE"),
        ("feasible", "if p is from rank-sum, normal"),
        ("rob", "Beta 2021"),
        ("funnel", "No test of asymmetry: 2 studies"),
    ],
)
def test_a_picture_says_what_it_shows(name, said):
    assert any(said in line for line in plot_named(name).text(picture(name), 80))
    assert plot_named(name).alternative(picture(name))


@pytest.mark.parametrize(("width", "overall"), [(65, "All"), (71, "All"), (72, "Overall"), (100, "Overall")])
def test_heads_of_lights_never_touch(width, overall):
    """Six columns share what a label of 24 leaves: 7 each up to a width of 71, as many as `Overall` has letters."""
    lines = plot_named("rob").text(picture("rob"), width)
    heads = next(line.split() for line in lines if "D1" in line)
    assert heads == ["D1", "D2", "D3", "D4", "D5", overall]
