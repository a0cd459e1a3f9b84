"""What each figure of a text is: every notation in a made-up sentence, and known results printed and read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msc_evidence.reading.kinds import KINDS
from msc_evidence.reading.read import read
from msc_evidence.reading.registrations import registrations
from msc_evidence.reading.rows import TypedFigure, typed_figures


def rows(text: str) -> tuple[TypedFigure, ...]:
    return typed_figures(read(text), text)


def said(row: TypedFigure) -> str:
    """`kind:measure <value unit #group`, an interval as `low..high`."""
    value = f"{row.low}..{row.high}" if row.low else row.value or ""
    sign = "" if row.comparator in (None, "=") else row.comparator
    parts = (
        row.kind + (f":{row.measure}" if row.measure else ""),
        f"{sign}{value}{f' {row.unit}' if row.unit else ''}",
        f"#{row.group}" if row.group else "",
    )
    return " ".join(part for part in parts if part)


SENTENCES = [
    # p-values
    ("All p < 0.001.", "p <0.001"),
    ("It fell (P = NS).", "p"),
    ("It rose (p from 0.02 to 0.04).", "p 0.02..0.04"),
    ("P values ranged between 0.02 and 0.04.", "p 0.02..0.04"),
    ("It grew with dose (P for trend = .03).", "p:trend 0.03"),
    ("It differed by sex (P for interaction = 0.3).", "p:interaction 0.3"),
    ("It fell (one-sided P = .04).", "p:one-sided 0.04"),
    ("It fell (P = .04, one-sided).", "p:one-sided 0.04"),
    ("It fell (P (one-sided) = .03).", "p:one-sided 0.03"),
    ("It fell (p = 0.01, 0.2, and 0·30).", "p 0.01; p 0.2; p 0.30"),
    # estimates and intervals
    (
        "Fewer fell (OR 0.55, 95% CI 0.38 to 0.80; P = .002).",
        "estimate:OR 0.55 #1; level 95 % #1; interval 0.38..0.80 #1; p 0.002 #1",
    ),
    ("Fewer fell (hazard ratio = 0.7, p = 0.1).", "estimate:HR 0.7; p 0.1"),
    ("Agreement was 0.8 in all (90% CI not shown).", "number 0.8; level 90 %"),
    # shares
    (
        "Walking: 12/30 (40%) against 21/31 (68%), P = .03.",
        "count 12 #1; denominator 30 #1; percent 40 % #1; count 21 #1; denominator 31 #1; percent 68 % #1; p 0.03 #1",
    ),
    ("Twelve of 30 patients walked.", "count 12 #1; denominator 30 #1"),
    ("Walking was seen in 12/30.", "count 12 #1; denominator 30 #1"),
    ("Of those, 12 (40%) walked.", "count 12 #1; percent 40 % #1"),
    ("Blood pressure was 80/120 mmHg, vision 20/40 acuity.", "count 80; number 120; count 20; count 40"),
    ("A tablet of 50/100 mcg was given.", "count 50; number 100"),
    # means, medians, ages
    ("It was 14.8 ± 23.8 and 2.6 +/- 13.0.", "mean 14.8 #1; sd 23.8 #1; mean 2.6 #2; sd 13.0 #2"),
    ("Scores (mean ± SEM) were 14.8 ± 2.8.", "mean 14.8 #1; se 2.8 #1"),
    ("Visits were at 90 ± 7 days.", "number 90; number 7"),
    *(
        (text, "mean 14.8 #1; sd 3.2 #1; mean 2.6 #2; sd 1.3 #2")
        for text in (
            "Scores in % (SD) rose, cells v controls, by [14.8 (3.2) v 2.6 (1.3)].",
            "Scores fell to 14.8 (3.2) with cells and to 2.6 (1.3) with sham (means ± SD).",
            "The mean (SD) was noted. Values were 14.8 (3.2) v 2.6 (1.3).",
            "The mean waist-to-hip ratio and weight were 14.8 (3.2) v 2.6 (1.3).",
            "The mean was 14.8 (SD: 3.2) points v 2.6 points with an SD of 1.3.",
        )
    ),
    *(
        (f"The mean ({heading}) was 14.8 ({inside}) points.", "mean 14.8 #1; " + kinds)
        for heading, inside, kinds in (
            ("range, SD", "9–21, 3.2", "range 9..21; sd 3.2 #1"),
            ("SD; range", "3.2; 9 to 21", "sd 3.2 #1; range 9..21"),
        )
    ),
    ("The mean intake was 2120 (390) kcal and 101 (22) g.", "mean 2120 #1; sd 390 #1; mean 101 #2; sd 22 #2"),
    ("The mean number was shown in Table 2 (3) min.", "number 2; number 3"),
    ("There were 596 year 9 students.", "count 596; duration 9 y"),
    ("The mean (SD) was 14.8 (23.8) v 2.6 (13.0).", "mean 14.8 #1; sd 23.8 #1; mean 2.6 #2; sd 13.0 #2"),
    *(
        (f"Scores were {printed}.", "mean 14.8 #1; sd 3.2 #1")
        for printed in (
            "14.8 ± SD 3.2",
            "14.8 (± 3.2)",
            "14.8 kg (±3.2)",
            "14.8°C±3.2°C",
            "14.8 kg ± 3.2 kg",
            "14.8 ± 3.2N",
            "14.8 + 3.2",
            "14.8 + −3.2",
            "14/8 ± 3/2",
            "١٤.٨ ± ٣.٢",
            "14.8, SD 3.2",
            "14.8 (S.D. = 3.2)",
            "14.8 kg/m2 (SD 3.2)",
            "14.8 kg/m 2 (SD 3.2)",
            "14.8 (3.2)",
            "14.8 kg (3.2)",
        )
    ),
    ("It was 14.8 min (range 3.1–18.2, SD 3.2).", "mean 14.8 #1; range 3.1..18.2; sd 3.2 #1"),
    ("LSM (SEM) changes were 23 (9) and 18 (8).", "mean 23 #1; se 9 #1; mean 18 #2; se 8 #2"),
    ("M = .06, SD = .02, 95% CI .05–.07", "mean 0.06 #1; sd 0.02 #1; level 95 % #1; interval 0.05..0.07 #1"),
    ("The median score was 14.8 (3.2).", "median 14.8; number 3.2"),
    ("It took 5.5 h (SD 1.2).", "mean 5.5 h #1; sd 1.2 #1"),
    ("Of the 51 patients randomised to cells, 48 (94%) came.", "size 51 #1; count 48 #1; percent 94 % #1"),
    ("Adverse events (LM, n = 3 vs ETI, n = 4) were few.", "count 3; count 4"),
    ("It was steep (B = 0.32, SE = 0.16).", "number 0.32; se 0.16"),
    ("They stayed a median 5 (IQR 3–8) days.", "median 5 #1; iqr 3..8 #1"),
    ("Median [IQR] stay was 5 [3, 8] days.", "median 5 #1; iqr 3..8 #1"),
    ("Stay: median [range] 5 [1–9].", "median 5 #1; range 1..9 #1"),
    ("The mean delay was 20.2 (range 5–89) days.", "mean 20.2 #1; range 5..89 #1"),
    ("A mean of 12 patients came.", "count 12"),
    ("Men aged 68 (28–83) years came.", "age 68 #1; range 28..83 #1"),
    ("Their mean age was 68 years.", "age:mean 68 y"),
    ("Their mean (SD) age was 68 (10) years.", "age:mean 68 #1; sd 10 #1"),
    ("Adults aged ≥18 years, 18 to 80 years old.", "age ≥18 y; age 18..80"),
    ("Men aged 18 to 69 and living there; men aged 65 or older.", "age 18..69; age 65"),
    ("Children between 2 and 5 years old came.", "age 2..5 y"),
    # statistics
    ("It differed, t(28) = 2.20, p = .036.", "df 28 #1; statistic:t 2.20 #1; p 0.036 #1"),
    ("It differed, F(2, 28) = 3.11.", "df 2 #1; df 28 #1; statistic:F 3.11 #1"),
    ("They went together (r = 0.52).", "statistic:r 0.52"),
    # the rest
    ("One arm (n = 39) and another (N=1,234) were seen.", "count 1; size 39; size 1234"),
    ("We enrolled 39 and 15 patients.", "size 39; size 15"),
    ("Ninety-six male Wistar rats, aged 8 weeks, were randomised.", "size 96; age 8 wk"),
    ("We studied effects of cells in 41 drug-naive T1D subjects.", "size 41"),
    ("The trial will recruit 80 adults.", "size 80"),
    ("The control group were 145 pregnant women.", "size 145"),
    ("Cells were given in 35 patients (study group, SG).", "size 35"),
    (
        "Eleven older rowers (58 ± 5 s) and 11 younger rowers participated.",
        "size 11; mean 58 #1; sd 5 #1; size 11",
    ),
    (
        "Between 7 April, 2008, and 29 Nov, 2013, 547 patients were enrolled.",
        "number 7; number 2008; number 29; number 2013; size 547",
    ),
    (
        "Scores were 105.2 (27.01) before and 110.12 (21.2) after, mean (SD).",
        "mean 105.2 #1; sd 27.01 #1; mean 110.12 #2; sd 21.2 #2",
    ),
    ("Approval was given (number HR 41/2013).", "count 41; number 2013"),
    ("Methods: Sixteen men walked.", "size 16"),
    ("In a crossover study, nine obese adults ate flax.", "size 9"),
    ("Shown are the first 319 patients recruited into the trial.", "size 319"),
    ("Then 31 patients were in the cell group.", "size 31"),
    (
        "We saw 20 subjects in the cell group (14 men, mean age 72 years) and 19 in the control group.",
        "size 20; number 14; age:mean 72 y; size 19",
    ),
    ("Values of valve surgery (28 in the cell and 27 in the sham group) differed.", "size 28; size 27"),
    ("Of 146 randomised women some left.", "size 146"),
    (
        "There were 41 women in arm A (drug), 39 in arm B, and 35 in arm C.",
        "size 41 #1; size 39 #1; size 35 #1",
    ),
    ("Group I consisted of 41, and group II consisted of 39 patients.", "size 41 #1; size 39 #1"),
    (
        "Values were complete for 41 and 39 women in the cell and sham arms, respectively.",
        "size 41 #1; size 39 #1",
    ),
    ("We took 80 women: 41 received thyme and 39 sage.", "size:all 80 #1; size 41 #1; size 39 #1"),
    (
        "Three left, leaving 80 (41 thyme, 39 sage) women for analysis.",
        "count 3; size:all 80 #1; size 41 #1; size 39 #1",
    ),
    ("Women were randomised to cells (41) or sham (39).", "size 41 #1; size 39 #1"),
    ("Fifty-one were allocated to the waiting list arm.", "size 51"),
    ("The arms were small (n = 12 vs 13).", "size 12; size 13"),
    ("They were left for analysis (LC:120 and SC:137).", "size 120; size 137"),
    ("Then 42 (cells) and 41 (sham) were included.", "size 42; size 41"),
    ("All 89 were enrolled: 42 surgery alone and 47 surgery with drugs.", "count 89; size 42; size 47"),
    (
        "Of these, 28 (27%) were assigned to sham, and 77 (73%) to cells.",
        "size 28 #1; percent 27 % #1; size 77 #2; percent 73 % #2",
    ),
    ("In all, 80 women took part, 40 in each exercise training group.", "size 80; size 40"),
    # counts of what happened are no sizes
    (
        "Doses were randomly given to receive 40, 50, 60, or 70 units of it.",
        "number 40; number 50; number 60; count 70",
    ),
    (
        "There were 14 relapses in the cell group and 12 women in the sham group relapsed.",
        "count 14; count 12",
    ),
    # Parts of a sample, and what a trial is set in, are no sizes.
    ("Failure was seen in some patients: 6 men fell.", "number 6"),
    ("Methods: Two large studies of children were pooled.", "count 2"),
    ("Fifty adults (33 females) took part.", "size 50; count 33"),
    ("It was conducted in eight communities.", "count 8"),
    ("Good recovery (n = 18, 25%) was rare.", "count 18 #1; percent 25 % #1"),
    ("They had 5 mg/kg, then 1 × 10⁶ cells/kg.", "dose 5; dose 1e6"),
    ("They had 50 million stem cells.", "dose 5e7"),
    ("They had 2 millions of stem cells.", "dose 2e6"),
    ("Some 50 million people have it.", "number 5e7"),
    ("In a 2:1 ratio, for 3 and 6 months.", "ratio 2:1; duration 3 mo; duration 6 mo"),
    ("This is Class III evidence.", "class III"),
    ("Register: NCT 01234567; 7 sites.", "registration:NCT NCT01234567; count 7"),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES, ids=[text for text, _ in SENTENCES])
def test_what_each_figure_is(text: str, expected: str) -> None:
    assert "; ".join(map(said, rows(text))) == expected


def test_every_kind_occurs_above_and_no_other() -> None:
    assert {row.kind for text, _ in SENTENCES for row in rows(text)} == set(KINDS)


def test_places_are_those_of_the_text_as_given_and_sentences_count_from_one() -> None:
    text = "AIM: 1&nbsp;×&#x2009;10⁸ cells.\nRESULTS: Fewer&nbsp;fell (P&lt;0·05). ISRCTN12345678."
    found = rows(text)
    assert [text[row.start : row.end] for row in found] == [row.text for row in found]
    assert [(row.text, row.sentence) for row in found] == [
        ("1&nbsp;×&#x2009;10⁸", 1),
        ("P&lt;0·05", 2),
        ("ISRCTN12345678", 3),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("NCT01234567", "NCT01234567"),
        ("ISRCTN registration number: 12345678", "ISRCTN12345678"),
        ("EudraCT No. 2010-022153-38", "2010-022153-38"),
        ("ChiCTR-TRC-12001234", "ChiCTR-TRC-12001234"),
        ("ChiCTR1900021234", "ChiCTR1900021234"),
        ("ACTRN12610000123456", "ACTRN12610000123456"),
        ("UMIN000012345", "UMIN000012345"),
        ("DRKS00001234", "DRKS00001234"),
        ("KCT0001234", "KCT0001234"),
        ("CTRI/2010/091/000123", "CTRI/2010/091/000123"),
        ("IRCT2013123456N1", "IRCT2013123456N1"),
        ("jRCTs031180123", "jRCTs031180123"),
        ("JapicCTI-123456", "JapicCTI-123456"),
        ("PACTR201501000123456", "PACTR201501000123456"),
        ("TCTR20150100012", "TCTR20150100012"),
        ("RBR-1a2b3c", "RBR-1a2b3c"),
        ("NTR1234", "NTR1234"),
        ("CRD42012001234", "CRD42012001234"),
    ],
)
def test_registration_numbers(text: str, number: str) -> None:
    assert [found.number for found in registrations(f"It was registered ({text}).")] == [number]


@pytest.mark.parametrize("text", ["NCT0123456", "NCT012345678", "XNCT01234567", "ISRCTN", "NTR 12"])
def test_what_is_no_registration_number(text: str) -> None:
    assert registrations(text) == ()


# Known results, printed in any notation and read back.

DASHES = st.sampled_from(["-", "–", "‐", " – "])
POINTS = st.sampled_from([".", "·"])
BRACKETS = st.sampled_from(["()", "[]"])
MEASURES = st.sampled_from(
    [
        ("OR", "OR"),
        ("odds ratio", "OR"),
        ("aHR", "HR"),
        ("hazard ratio", "HR"),
        ("relative risk", "RR"),
        ("RR", "RR"),
    ]
)
WORDS = st.sampled_from(["fewer fell", "walking improved", "scores rose"])


@st.composite
def p_values(draw: st.DrawFn) -> tuple[str, str, str]:
    """A p-value as printed, with its comparator and value."""
    value = f"0.{draw(st.integers(1, 999)):03d}"
    sign = draw(st.sampled_from(["=", "<", ">", "≤"]))
    letter = draw(st.sampled_from(["P", "p"]))
    space = draw(st.sampled_from(["", " ", " "]))
    printed = value.replace(".", draw(POINTS))
    printed = printed.removeprefix("0") if draw(st.booleans()) else printed
    return f"{letter}{space}{sign}{space}{printed}", sign, value


@given(MEASURES, st.integers(20, 300), st.integers(5, 19), st.integers(301, 900), p_values(), st.data())
def test_an_estimate_with_its_interval_and_p(
    measure: tuple[str, str], estimate: int, low: int, high: int, p: tuple[str, str, str], data: st.DataObject
) -> None:
    point = data.draw(POINTS)
    values = [f"{number / 100:.2f}" for number in (estimate, low, high)]
    value, first, last = (text.replace(".", point) for text in values)
    announced = data.draw(st.sampled_from(["95% CI", "95 % CI,", "95% confidence interval", "95% CI:"]))
    form = data.draw(
        st.sampled_from(["{e} ({ci}; {p})", "{e}, {ci}, {p}", "{e} [{ci}]; {p}", "{e} ({ci}), {p}"])
    )
    joint = data.draw(st.one_of(DASHES, st.just(" to ")))
    interval = f"{announced} {first}{joint}{last}"
    text = f"With cells {data.draw(WORDS)} ({measure[0]} {form.format(e=value, ci=interval, p=p[0])})."
    found = rows(text)
    assert [row.kind for row in found] == ["estimate", "level", "interval", "p"], text
    assert [row.group for row in found] == [1, 1, 1, 1], text
    assert (found[0].measure, found[0].value, found[1].value) == (measure[1], values[0], "95")
    assert [found[2].low, found[2].high] == values[1:]
    assert (found[3].comparator, found[3].value) == p[1:]


@given(st.integers(6, 2000), st.data())
def test_a_share_of_participants(whole: int, data: st.DataObject) -> None:
    events = data.draw(st.integers(0, whole))
    percent = f"{100 * events / whole:.1f}"
    printed = percent.replace(".", data.draw(POINTS))
    form = data.draw(
        st.sampled_from(["{x}/{n} ({p}%)", "{x} of {n} ({p}%)", "{p}% ({x}/{n})", "{x}/{n} patients [{p} %]"])
    )
    text = f"Walking returned in {form.format(x=events, n=whole, p=printed)}."
    found = {row.kind: row for row in rows(text)}
    assert set(found) == {"count", "denominator", "percent"}, text
    assert {row.group for row in found.values()} == {1}
    assert found["count"].value == str(events)
    assert found["denominator"].value == str(whole)
    assert (found["percent"].value, found["percent"].unit) == (percent, "%")


@given(st.integers(1, 999), st.integers(1, 999), st.data())
def test_a_mean_with_its_sd(mean: int, sd: int, data: st.DataObject) -> None:
    values = f"{mean / 10:.1f}", f"{sd / 10:.1f}"
    left, right = data.draw(BRACKETS)
    form = data.draw(
        st.sampled_from(
            [
                "{m} ± {s}",
                "{m}±{s}",
                "{m} +/- {s}",
                "mean {l}SD{r} {m} {l}{s}{r}",
                "mean {m} {l}SD {s}{r}",
                "{m} {l}SD, {s}{r}",
            ]
        )
    )
    point = data.draw(POINTS)
    printed = [value.replace(".", point) for value in values]
    text = f"The score was {form.format(m=printed[0], s=printed[1], l=left, r=right)} in all."
    assert [said(row) for row in rows(text)] == [f"mean {values[0]} #1", f"sd {values[1]} #1"], text


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.booleans(), st.data())
def test_a_median_with_its_quartiles_or_range(
    low: int, more: int, most: int, quartiles: bool, data: st.DataObject
) -> None:
    median, high = low + more, low + more + most
    name = data.draw(st.sampled_from(["IQR", "interquartile range"])) if quartiles else "range"
    left, right = data.draw(BRACKETS)
    joint = data.draw(st.sampled_from(["-", "–", " to "]))
    form = data.draw(
        st.sampled_from(
            [
                "median {l}{k}{r} {m} {l}{a}{j}{b}{r}",
                "median {m} {l}{k} {a}{j}{b}{r}",
                "median, {m} {l}{k}, {a}{j}{b}{r}",
            ]
        )
    )
    text = f"They stayed a {form.format(l=left, r=right, k=name, m=median, a=low, b=high, j=joint)}."
    kind = "iqr" if quartiles else "range"
    assert [said(row) for row in rows(text)] == [f"median {median} #1", f"{kind} {low}..{high} #1"], text


@given(
    st.sampled_from(["t", "r", "chi2", "F", "z"]),
    st.integers(2, 300),
    st.integers(1, 9),
    st.integers(1, 99),
    p_values(),
    st.data(),
)
def test_a_test_statistic_with_its_degrees_of_freedom(
    kind: str, df: int, df2: int, value: int, p: tuple[str, str, str], data: st.DataObject
) -> None:
    printed = f"{value / 100:.2f}"
    degrees = {"t": [df], "r": [df], "chi2": [df2], "F": [df2, df], "z": []}[kind]
    letter = {"chi2": data.draw(st.sampled_from(["χ²", "χ2", "X2"]))}.get(kind, kind)
    apa = data.draw(st.booleans()) or kind in ("F", "r")
    inside = f"({', '.join(map(str, degrees))})" if apa and degrees else ""
    after = "" if apa or not degrees else f", df = {degrees[0]}"
    text = f"The arms differed ({letter}{inside} = {printed}{after}, {p[0]})."
    found = rows(text)
    assert {row.group for row in found} == {1}, text
    assert sorted(row.value or "" for row in found if row.kind == "df") == sorted(map(str, degrees)), text
    assert [(row.measure, row.value) for row in found if row.kind == "statistic"] == [(kind, printed)], text
    assert [(row.comparator, row.value) for row in found if row.kind == "p"] == [p[1:]], text


@given(st.text(max_size=60) | st.text("0123456789 .,;:()[]<>=%±–-/pPnNSDCIaORmeansdvt", max_size=120))
def test_no_text_makes_it_fail_and_every_figure_is_one_row(text: str) -> None:
    found = rows(text)
    assert all(text[row.start : row.end] == row.text and row.kind in KINDS for row in found)
    printed = [start for figure in read(text).figures for start in [read(text).span(figure)[0]]]
    assert all(any(row.start <= start < row.end for row in found) for start in printed)
    assert len(found) <= len(printed) + len(registrations(text))
    numbers = sorted({row.group for row in found if row.group})
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(sum(row.group == number for row in found) > 1 for number in numbers)


@pytest.mark.parametrize(
    "unit", ["1 ", "(", ", ", "mean (SD) ", "median (IQR) 5 (3-8) ", "5 ± 3 ", "n = 1 ", "aged 5 "]
)
def test_long_runs_of_anything_take_steps_in_proportion(unit: str) -> None:
    """Each text is read within the memory and time of a test run only if no pattern looks at it all again and again."""
    assert len(rows(unit * (150_000 // len(unit)))) >= 0


CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "ei_abstracts_open.jsonl.gz"


def test_places_and_groups_in_real_abstracts() -> None:
    if not CORPUS.exists():
        pytest.skip(f"{CORPUS} is not at hand")
    import gzip
    from itertools import islice

    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["abstract"] for line in islice(lines, 0, 2500, 25)]
    for sections in texts:
        text = "\n".join(section[1] for section in sections)
        found = rows(text)
        assert all(text[row.start : row.end] == row.text for row in found)
        assert len({(row.start, row.end) for row in found}) == len(found)
