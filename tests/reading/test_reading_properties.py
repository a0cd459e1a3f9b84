"""Whatever notation prints a value, the same value is read; whatever the text, reading ends."""

from contextlib import suppress
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.reading.figures.figures import key, read_figures
from msc_evidence.reading.figures.normalise import normalise
from msc_evidence.reading.fingerprint import differences, fingerprint
from msc_evidence.reading.texts.abstract import UnreadableText

few = settings(max_examples=50)
spaces = st.sampled_from(["", " ", "\u00a0", "\u2009", "&nbsp;", "  ", "\n"])
points = st.sampled_from([".", "·", "\u22c5"])
dashes = st.sampled_from(["-", "–", "\u2010", "\u2212", "—"])


@few
@given(
    thousandths=st.integers(1, 999),
    head=st.sampled_from(["p", "P", "P-value", "p value"]),
    sign=st.sampled_from(["=", "<", ">", "≤", "&lt;"]),
    zero=st.booleans(),
    point=points,
    spaces=st.tuples(spaces, spaces),
)
def test_p_value(
    thousandths: int, head: str, sign: str, zero: bool, point: str, spaces: tuple[str, str]
) -> None:
    value = f"{thousandths:03}"
    printed = f"{head}{spaces[0]}{sign}{spaces[1]}{'0' if zero or point != '.' else ''}{point}{value}"
    comparator = sign.replace("=", "").replace("&lt;", "<")
    (figure,) = read_figures(f"improved ({printed}).")
    assert (figure.kind, figure.text) == ("p", f"p {comparator}0.{value}")
    assert key(figure.text) == key(f"p {comparator}.{value}")


@few
@given(low=st.decimals(0, 99, places=1), width=st.decimals(0, 99, places=1), dash=dashes)
def test_range(low: Decimal, width: Decimal, dash: str) -> None:
    (figure,) = read_figures(f"scores ({low}{dash}{low + width}) rose")
    assert (figure.kind, figure.text) == ("range", f"{low}-{low + width}")
    assert key(figure.text) == key(f"{low} to {low + width}")


@few
@given(
    amounts=st.lists(st.integers(1, 99), min_size=2, max_size=5),
    unit=st.sampled_from([("d", "days"), ("wk", "weeks"), ("mo", "months"), ("y", "years"), ("h", "hours")]),
    dash=dashes,
)
def test_times(amounts: list[int], unit: tuple[str, str], dash: str) -> None:
    short, word = unit
    listed = ", ".join(map(str, amounts[:-1])) + f" and {amounts[-1]} {word}"
    expected = [f"{amount} {short}" for amount in amounts]
    assert [figure.text for figure in read_figures(f"seen at {listed}.")] == expected
    (single,) = read_figures(f"a {amounts[0]}{dash.replace('—', '-')}{word[:-1]} visit")
    assert key(single.text) == key(f"{amounts[0]} {word}")


def check(text: str) -> None:
    plain = normalise(text)
    assert len(plain.offsets) == len(plain.text) + 1
    figures = read_figures(text)
    ends = [0]
    for figure in figures:
        assert ends[-1] <= figure.start < figure.end <= len(text)
        ends.append(figure.start)
        key(figure.text)
    assert differences([figure.text for figure in figures], figures, text) == []
    with suppress(UnreadableText):
        fingerprint(text)


@few
@given(st.text())
def test_any_text(text: str) -> None:
    check(text)


PIECES = [
    *"p10.,()-–±%x^e:<≤/²·㏠½ \n\u00ad",
    *("P=", "10(8)", "one", "twenty", "and", "to", "class", "II", "CI", "days", "month", "million", "NS"),
    *("&nbsp;", "<sup>", "IL-6", "Abstract\n"),
]


@few
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_run_of_pieces(pieces: list[str]) -> None:
    check("".join(pieces))


@few
@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    check(data.decode("utf-8", "replace"))


@few
@given(st.text())
def test_a_key_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        hash(key(text))
