"""What a terminal shows: nothing too wide, nothing lost, no number broken, nothing that acts on it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from msc_evidence.render.ascii import to_ascii
from msc_evidence.render.table.terminal import screen_text
from msc_evidence.render.text import text_width, wrapped_lines
from msc_evidence.tables.table import Column, Heading, Line, Screen, Sentences, Table

WIDTHS = (10, 20, 40, 60, 80, 100, 200)
SIGNS = "0123456789 −–·↓↑≤≥×±⁸¹⊕⊝─é脳卒中e\u0301ﬁ…"


def shown(*blocks: Heading | Line | Sentences | Table, width: int | None = None, ascii: bool = False) -> str:
    return screen_text(Screen(blocks), width=width, colour=False, ascii=ascii)


def text_table(*rows: tuple[str, ...], grouped: bool = False) -> Table:
    keys = [f"c{at}" for at in range(len(rows[0]))]
    cells = tuple(dict(zip(keys, row, strict=True)) for row in rows)
    return Table("t", tuple(Column(key, key.upper(), grouped=grouped) for key in keys), cells)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("ascii", [False, True])
def test_nothing_is_wider_than_the_terminal_and_no_line_ends_in_spaces(
    screen: Screen, width: int, ascii: bool
) -> None:
    for line in screen_text(screen, width=width, colour=False, ascii=ascii).split("\n"):
        assert cell_len(line) <= width
        assert line == line.rstrip()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200, None])
def test_figures_that_belong_together_are_not_broken(screen: Screen, width: int | None) -> None:
    text = screen_text(screen, width=width, colour=False, ascii=False)
    for figures in ("(−0.11 to 1.86)", "(−0.70 to 0.70)", "14.8 ± 23.8", "p 0.023", "[0.0639 to 0.0694]"):
        assert figures in text


@pytest.mark.parametrize("width", [90, 100, 200, None])
def test_cells_read_at_one_glance_stay_whole_where_text_can_give_way(
    screen: Screen, width: int | None
) -> None:
    assert "0.88 (−0.11 to 1.86)" in screen_text(screen, width=width, colour=False, ascii=False)


def test_brackets_are_text_and_not_markup() -> None:
    assert "[n=65] mITT [/1] [bold]" in shown(text_table(("[n=65] mITT [/1] [bold]",)))


@pytest.mark.parametrize("width", [20, None])
def test_what_would_act_on_the_terminal_is_shown_as_unreadable(width: int | None) -> None:
    acting = "a\x1b[31mb\x07\x9bc\u202ed\r\ne"
    blocks = (Heading(acting), Line(acting), Sentences((acting,)), text_table((acting,)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown(*blocks, width=width))


def test_colour_adds_nothing_but_styles_and_is_off_when_not_asked_for(screen: Screen) -> None:
    plain = screen_text(screen, width=80, colour=False, ascii=False)
    coloured = screen_text(screen, width=80, colour=True, ascii=False)
    assert "\x1b" not in plain
    assert coloured != plain
    assert re.sub("\x1b\\[\\d+m", "", coloured) == plain


def test_a_pipe_gets_every_row_on_one_line() -> None:
    word = "w" * 200
    lines = shown(text_table((word, "a b " * 100), ("x", "y"))).splitlines()
    assert len(lines) == 4
    assert word in lines[2]


def test_a_word_of_200_letters_is_broken_only_where_it_must_be() -> None:
    table = text_table(("w" * 200, "short"))
    assert shown(table, width=80) == f"C0:\n  {'w' * 78}\n  {'w' * 78}\n  {'w' * 44}\nC1: short\n"
    assert "w" * 200 in shown(table, width=220)


def test_rows_that_cannot_be_columns_are_shown_one_below_the_other() -> None:
    table = text_table(("modified", "p 0.023"), ("Barthel", "p 0.011"))
    assert shown(table, width=17).startswith("C0        C1\n")
    assert shown(table, width=14) == "C0: modified\nC1: p 0.023\n\nC0: Barthel\nC1: p 0.011\n"


def test_text_gives_way_before_cells_read_at_one_glance() -> None:
    about = (Column("text", "Text"), Column("g", "g", whole=True))
    table = Table("t", about, ({"text": "one two three four", "g": "1 of 3 to 2 of 3"},))
    lines = shown(table, width=26).splitlines()
    assert lines[2:] == ["one two   1 of 3 to 2 of 3", "three", "four"]


def test_numbers_stand_flush_right_with_their_title() -> None:
    table = Table("t", (Column("n", "n", "number"),), ({"n": 5}, {"n": -25}, {"n": None}))
    assert shown(table) == "  n\n───\n  5\n−25\n  –\n"


def test_a_repeated_group_is_blank_until_an_outer_group_changes() -> None:
    rows = (("mRS", "3 mo"), ("mRS", "3 mo"), ("mRS", "6 mo"), ("Barthel", "6 mo"))
    lines = shown(text_table(*rows, grouped=True)).splitlines()[2:]
    assert lines == ["mRS      3 mo", "", "         6 mo", "Barthel  6 mo"]


def test_lines_and_sentences_continue_below_their_text() -> None:
    assert shown(Line("  verdict   inconsistent with either test"), width=30) == (
        "  verdict   inconsistent with\n            either test\n"
    )
    assert shown(Sentences(("one two three",)), width=9) == "· one two\n  three\n"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1×10⁸ · ±0.10 (−0.70 – 0.70) ¹", "1x10^8 * +/-0.10 (-0.70 - 0.70) [1]"),
        ("p ≤ 0·03, χ², 10⁻⁸, ½", "p <= 0.03, chi^2, 10^-8, 1/2"),
        ("Jørgensen, Müller, Łukasz, ﬁ", "Jorgensen, Muller, Lukasz, fi"),
        ("a\u202f%\u00a0b", "a % b"),
        ("脳", "?"),
    ],
)
def test_ascii_says_the_same(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


@given(st.text())
def test_ascii_is_ascii_and_leaves_ascii_alone(text: str) -> None:
    assert to_ascii(text).isascii()
    assert to_ascii(to_ascii(text)) == to_ascii(text)


def test_width_is_what_rich_measures() -> None:
    for sign in SIGNS:
        assert text_width(sign) == cell_len(sign), sign


@settings(max_examples=50)
@given(st.text(alphabet=SIGNS, max_size=60), st.integers(2, 30))
def test_wrapping_keeps_every_sign_and_the_limit(text: str, limit: int) -> None:
    lines = wrapped_lines(text, limit)
    assert all(text_width(line) <= limit for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
