"""Figures of sentences in every notation that papers use."""

import pytest

from msc_evidence.reading.figures.figures import key, read_figures
from msc_evidence.reading.figures.notations import NOTATIONS, Notation


def texts(sentence: str) -> list[str]:
    return [figure.text for figure in read_figures(sentence)]


@pytest.mark.parametrize("notation", NOTATIONS, ids=lambda notation: notation.name)
def test_each_notation_reads_its_example(notation: Notation) -> None:
    assert tuple(texts(notation.example)) == notation.reads


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("p = 0.011", "p 0.011"),
        ("P=.04", "p 0.04"),
        ("p=0.110", "p 0.110"),
        ("P < 0·001", "p <0.001"),
        ("P&lt;.001", "p <0.001"),
        ("p ≤ 0.05", "p ≤0.05"),
        ("p <= 0.05", "p ≤0.05"),
        ("P = < 0.001", "p <0.001"),
        ("P > 0.05", "p >0.05"),
        ("P-value = 0.03", "p 0.03"),
        ("p value of .02", "p 0.02"),
        ("p-value was less than 0.01", "p <0.01"),
        ("P 0.03", "p 0.03"),
        ("p: 0.03", "p 0.03"),
        ("p = 0,03", "p 0.03"),
        ("p = 3.6 × 10−5", "p 3.6e-5"),
        ("P = 1.2E-05", "p 1.2e-5"),
        ("P < 10⁻⁴", "p <1e-4"),
        ("P < 10-4", "p <1e-4"),
        ("p = 0.000", "p 0.000"),
        ("p=1.00", "p 1.00"),
        ("P for trend = 0.2", "p 0.2"),
        ("Ptrend=0.2", "p 0.2"),
        ("P = NS", "p NS"),
        ("P ≪ 0.0001", "p <0.0001"),
        ("p (χ2 ≥ 11.9) = 0.0026", "p 0.0026"),
        ("p = 3.6 × 105", "3.6e5"),
        ("p = 1e9", "1e9"),
        ("p = 0.04e1", "p 4e-1"),
        ("p, n.s. or p = n.s.", "p NS"),
    ],
)
@pytest.mark.parametrize("frame", ["{}", "({}).", "improved ({}; n = 9)", "better, {}, than"])
def test_p_values(printed: str, text: str, frame: str) -> None:
    assert texts(frame.format(printed))[:1] == [text]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("p = 0.011, 0.017, and 0.115 at 3, 6, and 12 months", "p 0.011|p 0.017|p 0.115|3 mo|6 mo|12 mo"),
        ("p = .03 and <.001 at days 7 and 30, respectively", "p 0.03|p <0.001|7 d|30 d"),
        ("(P=.04, P=.03)", "p 0.04|p 0.03"),
        ("p = 0.02, 0.81 (0.70–0.94)", "p 0.02|0.81|0.70-0.94"),
        ("p=0.04; 95% CI 1.2 to 3.4", "p 0.04|95%|1.2-3.4"),
        ("(n = 30, 3 months)", "30|3 mo"),
        ("39 and 15 people took part", "39|15"),
        ("68 (range 28–83) years and 20.2 (range 5–89) days", "68|28-83|20.2|5-89"),
        ("within 90 days, 3-month, 90-day, 1 year, six weeks, 24 h", "90 d|3 mo|90 d|1 y|6 wk|24 h"),
        ("the 3-, 6-, and 12-month visits", "3 mo|6 mo|12 mo"),
        ("3- to 6-month", "3 mo|6 mo"),
        ("at day 90, week 12 and months 3, 6", "90 d|12 wk|3 mo|6 mo"),
        ("on day 7 and 30 patients", "7 d|30"),
        ("aged ≥18 years", "≥18 y"),
        ("1 x 10(8) autologous MSCs", "1e8"),
        ("5 × 10^7 cells, 50 million cells, 1.5 × 10⁶/kg, 2×106 cells, 1E8", "5e7|5e7|1.5e6|2e6|1e8"),
        ("two million or 1.2 billion cells", "2e6|1.2e9"),
        ("1–2 × 10^6 cells", "1e6-2e6"),
        ("1,279 or 1\u2009279 or 10 000 people", "1279|1279|10000"),
        ("33.3% v 26.7 percent, 5 to 10%", "33.3%|26.7%|5-10%"),
        ("14.8 ± 23.8 v 2.6+/-13.0; −0.72 ± 1.1", "14.8|23.8|2.6|13.0|-0.72|1.1"),
        ("fell from 14 to 22 points", "14|22"),
        ("change −1.2 (95% CI −3.4 to −0.5)", "-1.2|95%|-3.4 to -0.5"),
        ("one of two groups; no one; one-sided; one another", "one|two"),
        ("Twenty-eight adults, thirty rats and twelve mice", "28|30|twelve"),
        ("Two hundred seventy-eight (59.4%) of 468 came", "278|59.4%|468"),
        ("a hundred and twelve men, one hundred and fifty women", "112|150"),
        ("one thousand two hundred and five; twelve hundred", "1205|1200"),
        ("two hundred million cells; hundreds of cells", "2e8"),
        ("in a 2:1 ratio, 1:1:1, or two-to-one randomisation", "2:1|1:1:1|2:1"),
        ("Class III and class I or II evidence, class IIb", "class III|class I|class II|class II"),
        ("7/87 (8%) v 0 of 12", "7|87|8%|0|12"),
    ],
)
def test_sentences(sentence: str, expected: str) -> None:
    assert "|".join(texts(sentence)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "IL-6",
        "CD34+",
        "mRS-2",
        "NCT01234567",
        "NCT 01716481",
        "e1012–e1023",
        "H2O",
        "H₂O",
        "T1",
        "β1-integrin",
        "10.1002/ana.20501",
        "https://example.org/2015/43641",
        "COVID-19",
        "PM2.5",
        "5-HT",
        "18F",
        "99mTc",
        "3D",
        "5'-end",
        "m(2)",
        "1st",
        "PMID: 15929052",
        "EudraCT 2010-022153-38",
        "CD34⁺",
        "TGF-β1",
        "miR-532-3p",
    ],
)
def test_names_are_no_figures(name: str) -> None:
    assert texts(f"we used {name} here") == []


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("30 patients", "count"),
        ("(n = 5)", "count"),
        ("five rats", "count"),
        ("20.2", "number"),
        ("68", "number"),
        ("1 x 10(8)", "dose"),
        ("3 months", "time"),
        ("3%", "percent"),
        ("3-4", "range"),
        ("3:4", "ratio"),
        ("P=.5", "p"),
        ("class II", "class"),
    ],
)
def test_kinds(sentence: str, kind: str) -> None:
    assert [figure.kind for figure in read_figures(sentence)] == [kind]


def test_offsets_are_those_of_the_text_given() -> None:
    sentence = (
        "Of 1&thinsp;279 (P&nbsp;=&nbsp;0·03, 0·04, and 0·05), 1 x 10(8)\u00a0cells at  3 and 6\nmonths."
    )
    printed = [sentence[figure.start : figure.end] for figure in read_figures(sentence)]
    assert printed == [
        "1&thinsp;279",
        "P&nbsp;=&nbsp;0·03",
        "0·04",
        "0·05",
        "1 x 10(8)",
        "3",
        "6\nmonths",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("five", "5"),
        ("3 mo", "90 d"),
        ("3 months", "90 days"),
        ("1 y", "12 mo"),
        ("1e8", "1 x 10(8)"),
        ("1e8", "100,000,000"),
        ("50e6", "5e7"),
        ("p <0.001", "P < .001"),
        ("p 0.04", "p=0,04"),
        ("class III", "Class 3"),
        ("28-83", "28 to 83"),
        ("28–83", "28-83"),
        ("2:1", "2 : 1"),
        ("1,279", "1279"),
        ("33.3%", "33.3 %"),
        ("≤90 d", "<=90 d"),
        ("-1.2 to 3", "−1.2 to 3"),
    ],
)
def test_same_figure(one: str, other: str) -> None:
    assert key(one) == key(other)
    assert hash(key(one)) == hash(key(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.110", "0.11"),
        ("p 0.110", "p 0.11"),
        ("p 0.05", "p <0.05"),
        ("p 0.05", "0.05"),
        ("5%", "5"),
        ("3 mo", "3"),
        ("3 mo", "6 mo"),
        ("90 d", "<=90 d"),
        ("2:1", "1:2"),
        ("28-83", "28-84"),
        ("class II", "2"),
        ("1e8", "1e7"),
    ],
)
def test_different_figures(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    "text", ["", "none", "no", "ns", "patients", "p", "class", "III", "class VII", "2:", "3 kg"]
)
def test_no_figure(text: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        key(text)


@pytest.mark.parametrize(
    "piece", ["1", "1,", "(", "[1]", " ", "1-", "1:", "p=.", "10^", "one ", "0.01, ", "day 1"]
)
def test_long_lines_are_read_in_one_go(piece: str) -> None:
    # A pattern that backtracks over the line needs minutes for this.
    assert isinstance(read_figures(piece * (100_000 // len(piece))), tuple)


@pytest.mark.parametrize(
    "printed",
    ["p < 1e-305", "p = 2.21 × 10307", "OR 2e-303 (95% CI 1e-310 to 3e-299)", "a mean of 12e308 (SD 4e300)"],
)
def test_powers_beyond_all_quantities_are_no_figures(printed: str) -> None:
    texts = {figure.text for figure in read_figures(f"Of 30, {printed} was printed.")}
    assert "30" in texts
    assert not {text for text in texts if "e" in text}
