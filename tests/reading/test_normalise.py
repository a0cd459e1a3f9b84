"""One plain form, and the way back to where each character stood."""

import pytest

from msc_evidence.reading.figures.normalise import normalise, sha256


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a&nbsp;b&#x2009;c&#160;d", "a b c d"),
        ("P&lt;0.05 &amp;lt; x", "P<0.05 < x"),
        ("a\u00a0\u2009 \t\r\n b", "a b"),
        ("5–89, 5—89, 5 – 89, −3, non\u2011zero", "5-89, 5-89, 5-89, -3, non-zero"),
        ("stroke—30 patients", "stroke - 30 patients"),
        ("P=0·03, ·03 and a·b", "P=0.03, ·03 and a·b"),
        ("p = ·03", "p = .03"),
        ("1 x 10(8), 10⁸, 10^8, 10 ^ 8, 10**8, 10<sup>8</sup>", "1 x 10^8, 10^8, 10^8, 10^8, 10^8, 10^8"),
        (
            "3.6 × 10−5, 3.6×10⁻⁵, 3.6 x 10(-5), 3.6 x 10^{-5}",
            "3.6 x 10^-5, 3.6x10^-5, 3.6 x 10^-5, 3.6 x 10^-5",
        ),
        ("2 × 106 cells and 2 x 10 m", "2 x 10^6 cells and 2 x 10 m"),
        ("m², CD4⁺ and H₂O", "m2, CD4+ and H2O"),
        ("con\u00adtrol, ﬁve, ½, Ⅲ", "control, five, ½, III"),
        ("1\u2009279 and 10 000", "1,279 and 10,000"),
        ("2∶1, ⩽3, 4 +/- 1, 4±1", "2:1, ≤3, 4 ± 1, 4±1"),
        ("<i>P</i> and <jats:italic>n</jats:italic>, p <i and b> q", "P and n, p <i and b> q"),
        ("e\u0301t\u00e9", "\u00e9t\u00e9"),
    ],
)
def test_plain_form(text: str, plain: str) -> None:
    assert normalise(text).text == plain


@pytest.mark.parametrize("text", ["a&nbsp;&nbsp;b 1 x 10(8)  c", "ﬁve", "  x\u00ad\u00ady  ", ""])
def test_offsets_lead_back(text: str) -> None:
    plain = normalise(text)
    assert len(plain.offsets) == len(plain.text) + 1
    assert list(plain.offsets) == sorted(plain.offsets)
    for character, offset in zip(plain.text, plain.offsets, strict=False):
        if character.isalnum() and text[offset].isascii():
            assert text[offset] in (character, "1")


def test_place_of_a_rewritten_piece() -> None:
    text = "a dose  of 1&nbsp;x 10(8) cells"
    plain = normalise(text)
    start = plain.text.index("1 x 10^8")
    first, last = plain.origin(start, start + len("1 x 10^8"))
    assert text[first:last] == "1&nbsp;x 10(8)"


def test_hash_ignores_notation_only() -> None:
    assert sha256("P = 0·03\n") == sha256("P =  0.03")
    assert sha256("P = 0.03") != sha256("P = 0.04")
    assert len(sha256("\ud800")) == 64
