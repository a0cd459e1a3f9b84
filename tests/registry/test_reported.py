"""Numbers, times, ranges and ratios in every notation that papers print."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msc_evidence.registry.reported import NUMBER_WORDS, Ratio, Reported, Span, Time


@pytest.mark.parametrize(
    ("text", "comparator", "value", "decimals"),
    [
        (".04", "=", "0.04", 2),
        ("0·03", "=", "0.03", 2),
        ("0∙03", "=", "0.03", 2),
        ("0,03", "=", "0.03", 2),
        ("−1.2", "=", "-1.2", 1),
        ("–1.2", "=", "-1.2", 1),
        ("-.5", "=", "-0.5", 1),
        ("+3", "=", "3", 0),
        ("1,279", "=", "1279", 0),
        ("12,345,678", "=", "12345678", 0),
        ("1,279.5", "=", "1279.5", 1),
        ("0,127", "=", "0.127", 3),
        ("1\u2009279", "=", "1279", 0),
        ("1\u2008279", "=", "1279", 0),
        ("12\u00a0345\u00a0678", "=", "12345678", 0),
        ("1\u202f279", "=", "1279", 0),
        ("3.6 × 10−5", "=", "0.000036", 6),
        ("3.6 x 10^-5", "=", "0.000036", 6),
        ("3.6×10⁻⁵", "=", "0.000036", 6),
        ("1 x 10(8)", "=", "100000000", -8),
        ("1×10⁸", "=", "100000000", -8),
        ("1e8", "=", "100000000", -8),
        ("1E-3", "=", "0.001", 3),
        ("5.0e6", "=", "5000000", -5),
        ("P=.04", "=", "0.04", 2),
        ("P = 0·011", "=", "0.011", 3),
        ("p\u00a0=\u00a00.011", "=", "0.011", 3),
        ("p\u2009<\u20090.001", "<", "0.001", 3),
        ("p-value < .001", "<", "0.001", 3),
        ("P value=0.03", "=", "0.03", 2),
        ("p .04", "=", "0.04", 2),
        ("p = 0.000", "=", "0.000", 3),
        ("<0.001", "<", "0.001", 3),
        ("<=0.05", "≤", "0.05", 2),
        ("=<0.05", "≤", "0.05", 2),
        ("≥ 0.05", "≥", "0.05", 2),
        (">.99", ">", "0.99", 2),
        ("NS", ">", "0.05", 2),
        ("n.s.", ">", "0.05", 2),
        ("43.6%", "=", "43.6", 1),
        ("43.6 %", "=", "43.6", 1),
        ("0.110", "=", "0.110", 3),
        ("none", "=", "0", 0),
        ("No", "=", "0", 0),
    ],
)
def test_numbers(text: str, comparator: str, value: str, decimals: int) -> None:
    read = Reported.read(text)
    assert (read.comparator, read.value, read.decimals) == (comparator, Decimal(value), decimals)
    assert str(read) == text


@pytest.mark.parametrize(("word", "value"), NUMBER_WORDS.items())
def test_number_words(word: str, value: int) -> None:
    assert Reported.read(word.title()).count == value
    assert list(NUMBER_WORDS)[20] == "twenty"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "p",
        "P =",
        "five patients",
        "2:1",
        "1.",
        "1,2,3",
        "1.2.3",
        "--1",
        "0x10",
        "inf",
        "nan",
        "1_000",
        "²",
        "2 x 100",
        "2 x 1000",
        "1e400",
        "1e-400",
        "1e" + "9" * 80,
        "9" * 5000,
        "1" + " " * 5000 + "2",
        "3 mo",
        "5–10",
    ],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not") as refused:
        Reported.read(text)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.011", 0.0105, 0.0115),
        ("0.110", 0.1095, 0.1105),
        ("0.11", 0.105, 0.115),
        ("−1.2", -1.25, -1.15),
        ("1e8", 0.5e8, 1.5e8),
        ("<0.001", 0, 0.001),
        ("≤0.05", 0, 0.05),
        (">0.05", 0.05, math.inf),
        ("<-2", -math.inf, -2),
        ("none", 0, 0),
        ("0", -0.5, 0.5),
    ],
)
def test_bounds(text: str, low: float, high: float) -> None:
    assert Reported.read(text).bounds == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("text", "count"), [("5", 5), ("five", 5), ("1,279", 1279), ("5.0", 5), ("5.5", None), ("<5", None)]
)
def test_counts(text: str, count: int | None) -> None:
    assert Reported.read(text).count == count


def test_equality_is_that_of_the_printed_number() -> None:
    assert Reported.read("five") == Reported.read("5")
    assert Reported.read(".04") == Reported.read("P = 0·04")
    assert Reported.read("0.11") != Reported.read("0.110")
    assert Reported.read("<0.04") != Reported.read("0.04")
    assert len({Reported.read("five"), Reported.read("5")}) == 1


numbers = st.decimals(min_value=-(10**6), max_value=10**6, places=4)


@given(numbers, st.integers(0, 4))
def test_the_interval_of_a_rounded_number_holds_the_number(value: Decimal, places: int) -> None:
    printed = Reported.read(f"{value:.{places}f}")
    low, high = printed.bounds
    assert low - 1e-9 <= float(value) <= high + 1e-9
    assert printed.decimals == places
    assert high - low == pytest.approx(10.0**-places)


@given(
    numbers,
    st.sampled_from(["", "p = ", "P=", "\u2009"]),
    st.sampled_from(["-", "−", "–"]),
    st.sampled_from(".·"),
)
def test_notation_changes_nothing(value: Decimal, before: str, minus: str, point: str) -> None:
    printed = f"{before}{value:.2f}".replace("-", minus).replace(".", point)
    assert Reported.read(printed) == Reported.read(f"{value:.2f}")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for kind in (Reported, Time, Span, Ratio):
        try:
            kind.read(text)
        except ValueError:
            continue


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 mo", "90 d"),
        ("12 mo", "1 y"),
        ("1 y", "365 d"),
        ("12 mo", "365 d"),
        ("6 mo", "180 d"),
        ("52 wk", "1 y"),
        ("three months", "3 mo"),
        ("3-month", "3 mo"),
        ("24 h", "1 day"),
        ("2 y", "730 d"),
        ("≤ 90 d", "<=3 mo"),
    ],
)
def test_equal_times(one: str, other: str) -> None:
    assert Time.read(one) == Time.read(other)
    assert hash(Time.read(one)) == hash(Time.read(other))


@pytest.mark.parametrize(
    ("one", "other"), [("3 mo", "91 d"), ("3 mo", "<=3 mo"), ("1 y", "11 mo"), ("1 h", "1 d")]
)
def test_unequal_times(one: str, other: str) -> None:
    assert Time.read(one) != Time.read(other)


@pytest.mark.parametrize("text", ["3", "mo", "day", "3 parsecs", "", "3 mo 2 d", "1" + " " * 5000 + "!"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        Time.read(text)


@given(st.sampled_from(["", "<=", "≥"]), st.integers(0, 10**4), st.sampled_from(["h", "d", "wk", "mo", "y"]))
def test_times_written_are_read_again(sign: str, amount: int, unit: str) -> None:
    time = Time.read(f"{sign}{amount} {unit}")
    assert Time.read(str(time)) == time


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("28-83", "28", "83"),
        ("28–83", "28", "83"),
        ("5 to 89", "5", "89"),
        ("−1.2 to −0.3", "-1.2", "-0.3"),
        ("-1.2--0.3", "-1.2", "-0.3"),
        ("(0.48, 0.88)", "0.48", "0.88"),
        ("[1.2–3.0]", "1.2", "3.0"),
        (".45–.99", "0.45", "0.99"),
        ("1e-5 - 2e-5", "0.00001", "0.00002"),
    ],
)
def test_ranges(text: str, low: str, high: str) -> None:
    span = Span.read(text)
    assert (span.low.value, span.high.value) == (Decimal(low), Decimal(high))
    assert Span.read(str(span)) == span


@pytest.mark.parametrize("text", ["5", "", "5-", "a-b", "1-2-3", "to", "-5"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        Span.read(text)


@pytest.mark.parametrize(("text", "parts"), [("2:1", (2, 1)), ("1:1:1", (1, 1, 1)), ("2 : 1", (2, 1))])
def test_ratios(text: str, parts: tuple[int, ...]) -> None:
    assert Ratio.read(text).parts == parts


@pytest.mark.parametrize("text", ["121", "2:0", "2:", ":1", "2:1.5", "²:1", "a:b", "-1:1", "1" * 5000 + ":1"])
def test_what_is_no_ratio(text: str) -> None:
    with pytest.raises(ValueError, match="is not a ratio"):
        Ratio.read(text)
