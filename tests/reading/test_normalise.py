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
        ("2.5 × 108and 3.4 × 108 cells", "2.5 x 10^8 and 3.4 x 10^8 cells"),
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


@pytest.mark.parametrize(
    ("broken", "plain"),
    [
        # The point of a p-value: another sign, apart, or its digits apart.
        ("(P <0/001), P less than 0-001, p=0:03", "(P <0.001), P less than 0.001, p=0.03"),
        ("p<0, 05 and P < 0 001", "p<0.05 and P < 0.001"),
        ("p = 0. 046; p=0 .046; p < . 05", "p = 0.046; p=0.046; p < .05"),
        ("(p < .0 0 1), p = .0 1 3)", "(p < .001), p = .013)"),
        ("(P<0.000 1) but p = 0.00 12 patients", "(P<0.0001) but p = 0.00 12 patients"),
        ("(p = 0.05 2 days later), P = .56", "(p = 0.05 2 days later), P = .56"),
        # Thousands by a space, where a total or a denominator stands.
        ("603 of 6 030 adults; 702/8 112 (8.7%)", "603 of 6,030 adults; 702/8,112 (8.7%)"),
        ("Among 10 053 patients, 1\u2009204 in all", "Among 10,053 patients, 1,204 in all"),
        ("in group 1 120 patients; with 2 100 mg doses", "in group 1 120 patients; with 2 100 mg doses"),
        # Decimal commas, where one can be nothing else.
        ("40,0% (12/30), P = 0,03, HR 1,5 (0,9-2,4)", "40.0% (12/30), P = 0.03, HR 1.5 (0.9-2.4)"),
        ("1,279 people, grade 3,4, 5,12 and 30%", "1,279 people, grade 3,4, 5,12 and 30%"),
        ("0.09 to 0,674; 0,5 to 1,20 of 1,234", "0.09 to 0.674; 0.5 to 1.20 of 1,234"),
        ("(95% CI 0,987 to 2,280), p=0.057", "(95% CI 0.987 to 2.280), p=0.057"),
        (
            "P = 0,04, 1,050 to 8,443 in 1,234 men (n = 2,012)",
            "P = 0.04, 1.050 to 8.443 in 1,234 men (n = 2,012)",
        ),
        ("P = 0,04, 1.1 of 1,050 to 8,443", "P = 0.04, 1.1 of 1,050 to 8,443"),
        ("weeks 0,180 and 12,24; 3,2 ± 1,1", "weeks 0.180 and 12.24; 3.2 ± 1.1"),
        ("months 0,180; 1,200 ± 1,100", "months 0,180; 1,200 ± 1,100"),
        # Signs with a space after them.
        ("was - 0.04 days (95% CI: - 0.19 to - 0.11)", "was -0.04 days (95% CI: -0.19 to -0.11)"),
        ("(- 1.4, - 5.7%), rose + 2.7 (+1.1 to +4)", "(-1.4, -5.7%), rose + 2.7 (1.1 to 4)"),
        ("Aims: - 30 patients, - 5 rats", "Aims: - 30 patients, - 5 rats"),
        # Subscripts that were lost, where a value and a p follow.
        ("F1,56 = 4.50, P = 0.009; t28 = 2.2, p=.03", "F(1, 56) = 4.50, P = 0.009; t(28) = 2.2, p=.03"),
        ("χ2 1 = 1.14, P = .56; χ24 = 9.6 (p = .04)", "χ2(1) = 1.14, P = .56; χ2(4) = 9.6 (p = .04)"),
        ("χ2 = 5.4, p = .02; t1 = 2 h; group F1,56", "χ2 = 5.4, p = .02; t1 = 2 h; group F1,56"),
        ("F(1,171) = 7.29 [F (2,104)=3] of F(1,171)", "F(1, 171) = 7.29 [F (2, 104)=3] of F(1,171)"),
        ("χ\n2 (1, N = 135) = 1.22; χ 2 = 0.54, χ 2 of", "χ2 (1, N = 135) = 1.22; χ2 = 0.54, χ 2 of"),
        ("on days 90,180,365 and 30,180 or 365 days", "on days 90, 180, 365 and 30, 180 or 365 days"),
        ("on days 90,180,365. They", "on days 90, 180, 365. They"),
        ("(95 CI% 0.9, 3.7), −US$12", "(95% CI 0.9, 3.7), -12"),
    ],
)
def test_what_broke_is_put_together(broken: str, plain: str) -> None:
    assert normalise(broken).text == plain


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


@pytest.mark.parametrize(
    ("text", "plain", "piece"),
    [
        ("on days 90,180,365", "180", "180"),
        ("on days 90,180,365", "365", "365"),
        ("was 43/9 ± 4/9 here", "4.9", "4/9"),
        ("with F1,56 = 4.50", "56", "56"),
    ],
)
def test_each_number_of_a_rewritten_list_has_its_own_place(text: str, plain: str, piece: str) -> None:
    read = normalise(text)
    start = read.text.rindex(plain)
    first, last = read.origin(start, start + len(plain))
    assert text[first:last] == piece


def test_hash_ignores_notation_only() -> None:
    assert sha256("P = 0·03\n") == sha256("P =  0.03")
    assert sha256("P = 0.03") != sha256("P = 0.04")
    assert len(sha256("\ud800")) == 64
