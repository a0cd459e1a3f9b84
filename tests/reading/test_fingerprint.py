"""What changed between a fingerprint and a text, and where."""

import pytest

from msc_evidence.reading.fingerprint import differences, fingerprint
from msc_evidence.reading.fingerprint_list import listed_figures

TEXT = "We treated 30 adults (5 with cells) and followed them for 1 year; walking improved (p = 0.011)."
OLD = ["30", "five", "12 mo", "p 0.011"]


def found(old: list[str], text: str) -> list[tuple[str, str | None, str | None]]:
    return [(d.kind, d.old, d.new) for d in differences(old, listed_figures(text), text)]


def test_other_notations_are_no_difference() -> None:
    assert fingerprint(TEXT).figures == ("n 30", "5", "1 y", "p 0.011")
    assert found(OLD, TEXT) == []


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ("30", "31", ("changed", "30", "n 31")),
        ("(5 with cells) ", "", ("missing", "five", None)),
        ("0.011", "0.0110", ("changed", "p 0.011", "p 0.0110")),
        ("= 0.011", "< 0.011", ("changed", "p 0.011", "p <0.011")),
        ("walking", "two tests of walking", ("added", None, "two")),
    ],
)
def test_one_change_one_difference(
    was: str, becomes: str, expected: tuple[str, str | None, str | None]
) -> None:
    assert found(OLD, TEXT.replace(was, becomes)) == [expected]


def test_place_and_context() -> None:
    text = TEXT.replace("30", "31")
    (difference,) = differences(OLD, listed_figures(text), text)
    place = difference.place
    assert (text[place.start : place.end], place.before, place.after) == (
        "31",
        "We treated",
        "adults (5 with cells) and fol",
    )


def test_place_of_what_is_missing_is_behind_the_figure_before() -> None:
    text = TEXT.replace("(5 with cells) ", "")
    (difference,) = differences(OLD, listed_figures(text), text)
    assert text[: difference.place.start].endswith("30")


def test_text_that_is_no_figure_is_missing() -> None:
    assert found([*OLD, "nonsense"], TEXT) == [("missing", "nonsense", None)]


def test_hash_and_figures_of_the_abstract_alone() -> None:
    assert fingerprint(f"Vol. 7\nAbstract\n{TEXT}\nPublisher\n1999") == fingerprint(TEXT)
