"""Which figures belong to one reported result, in the notations of papers; and what must stay ungrouped."""

import pytest

from msc_evidence.reading.groups.shapes import (
    Comparison,
    EffectGroup,
    Proportion,
    Series,
    Sizes,
    StatisticGroup,
    Wording,
)
from msc_evidence.reading.read import read, read_results


def effects(text: str) -> list[str]:
    """`OR 1.9 1.2 3.0 95 p 0.01` for every estimate with its interval."""
    return [
        " ".join(filter(None, (g.measure, g.value, g.low, g.high, g.level, g.p and g.p.text)))
        for g in read(text).groups
        if isinstance(g, EffectGroup)
    ]


def shares(text: str) -> list[str]:
    """`12/30=40%` for every proportion, those of comparisons included."""
    found = [g for g in read(text).groups if isinstance(g, Proportion)]
    for pair in read(text).groups:
        if isinstance(pair, Comparison):
            found += [pair.first, pair.second]
    return sorted(f"{g.x.text}/{g.n.text}={g.percent.text if g.percent else ''}" for g in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(OR 1.9, 95% CI 1.2 to 3.0; P = .01)", ["OR 1.9 1.2 3.0 95 p 0.01"]),
        ("(odds ratio, 1.9; 95% CI, 1.2-3.0; P=.01)", ["OR 1.9 1.2 3.0 95 p 0.01"]),
        ("OR = 1·9 [95 % CI 1·2–3·0], p=0·01", ["OR 1.9 1.2 3.0 95 p 0.01"]),
        ("odds ratio (OR) 1.9, 95% confidence interval (CI): 1.2, 3.0", ["OR 1.9 1.2 3.0 95"]),
        ("odds ratio [OR] 1.9, 95% confidence interval [CI] 1.2 to 3.0, P<0.001", ["OR 1.9 1.2 3.0 95 p <0.001"]),
        ("OR (95% CI) = 1.9 (1.2–3.0), p = 0.01", ["OR 1.9 1.2 3.0 95 p 0.01"]),
        ("RR (95% CI): 0.81 [0.70, 0.94] and 0.92 [0.85, 1.00]", ["RR 0.81 0.70 0.94 95", "RR 0.92 0.85 1.00 95"]),
        ("aHR 0.78 (99% CI 0.62 to 0.98)", ["HR 0.78 0.62 0.98 99"]),
        ("HR 0.78 (P = .03; 90% CI 0.62–0.98)", ["HR 0.78 0.62 0.98 90 p 0.03"]),
        ("hazard ratio for death was 0.78 with a 95% CI of 0.62 to 0.98 (P = .03)", ["HR 0.78 0.62 0.98 95 p 0.03"]),
        ("relative risk of falls 0.83 (0.56-1.24, P =.37)", ["RR 0.83 0.56 1.24 p 0.37"]),
        ("mean difference −1.2 mmHg (95% CI −3.4 to −0.5; p=0.01)", ["MD -1.2 -3.4 -0.5 95 p 0.01"]),
        ("mean difference 0.16 (95CI = 0.03,0.28)", ["MD 0.16 0.03 0.28"]),
        ("risk difference 3.4% (95% CI −1.2% to 8.0%)", ["RD 3.4 -1.2 8.0 95"]),
        ("SMD 0.45, CI95% 0.12; 0.78", ["SMD 0.45 0.12 0.78 95"]),
        ("fell by 1.7 ± 1.6 units (95% CI 0.56, 2.8)", ["1.7 0.56 2.8 95"]),
        ("by −28.1 cm 2 (95% CI −49.9 to −6.3 cm 2; p = 0.02)", ["-28.1 -49.9 -6.3 95 p 0.02"]),
        ("cure in 21.0% (45/214, 95% CI 15.5% to 26.5%)", ["% 21.0 15.5 26.5 95"]),
        ("a stay shorter by 3.9 days (95% CI 2.3 to 5.5)", ["3.9 2.3 5.5 95"]),
        ("OR 1.2 (95% CI 0.9–1.5) in men, 1.9 (95% CI 1.2–3) in women", ["OR 1.2 0.9 1.5 95", "OR 1.9 1.2 3 95"]),
        ("those given two doses (n = 186), 69% (95% CI 62%-76%)", ["% 69 62 76 95"]),
        ("OR = 3.46, 95% CI = (0.34, 54.3), Fisher's exact test: p = 0.334)", ["OR 3.46 0.34 54.3 95 p 0.334"]),
        ("OR 0 . 9 (95% CI 0 . 2 to 3.0)", ["OR 0.9 0.2 3.0 95"]),
        ("0.5 sites (95% CI: 6.75 × 10-4 to 1.28 × 10-3)", ["0.5 6.75e-4 1.28e-3 95"]),
        ("it was 3.5 (95% CI <0.5 to 12)", []),
        ("difference at 12 months was 6.58 (95% CI 3.38 to 9.78)", ["6.58 3.38 9.78 95"]),
        ("the NNTs (with 95% CI) were 3.2 (2.4 to 4.5) at six", ["3.2 2.4 4.5 95"]),
        # A p for trend, for interaction or of two estimates set against each other is not that of the estimate.
        ("OR 1.9 (95% CI 1.2–3.0; P for trend = .03)", ["OR 1.9 1.2 3.0 95"]),
        ("scores of 2.1 (95% CI 1.9–2.3) v 2.6 (95% CI 2.4–2.8), p=0.009", ["2.1 1.9 2.3 95", "2.6 2.4 2.8 95"]),
        # Nothing sure: the interval is of a difference that is not printed, or of nothing that is.
        ("cure in 45% v 48% (95% CI −5 to 11)", []),
        ("fell from 4.7% to 0.7% (95% CI 3.4 to 4.6)", []),
        ("over 2 years (99% CI 0.6–1.4)", []),
        ("weight and height, cm 2 (95% CI −49.9 to −6.3)", []),
        ("costs −£448 (95% CI −934 to 37)", []),
        ("median 5 (IQR 3–8) and 68 (range 28–83)", []),
    ],
)  # fmt: skip
def test_estimates_with_intervals(text: str, expected: list[str]) -> None:
    assert effects(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/30 (40%)", ["12/30=40%"]),
        ("12 of 30 patients (40.0 %)", ["12/30=40.0%"]),
        ("12 out of the 30 (40%)", ["12/30=40%"]),
        ("40% (12/30)", ["12/30=40%"]),
        ("40% (n = 12/30)", ["12/30=40%"]),
        ("12 (40%) of 30", ["12/30=40%"]),
        ("12/30, 40%", ["12/30=40%"]),
        ("(40%; 12/30)", ["12/30=40%"]),
        ("of the 30 women, 12 (40%) recovered", ["12/30=40%"]),
        ("1,184 of 8,425 births (14%)", ["1184/8425=14%"]),
        # Not proportions of participants, or not surely one.
        ("12/30 (95% CI 22–58)", []),
        ("12/100 person-years (12%)", []),
        ("4318 (25%) of 17 288", []),
        ("12 (40%)", []),
        ("3/4/5 (40%)", []),
        ("more grade 3/4 events (93.2%)", []),
    ],
)
def test_proportions(text: str, expected: list[str]) -> None:
    assert shares(text) == expected


@pytest.mark.parametrize(
    ("text", "p"),
    [
        ("12/30 (40%) v 21/31 (68%), p=0.03", "p 0.03"),
        ("in 12 of 30 (40%) compared with 21 of 31 (68%) controls (P = .03)", "p 0.03"),
        ("12/30 (40%), 21/31 (68%) and 3/9 (33%), p=0.03", None),
        ("12/30 (40%) v 21/31 (68%) v 3/9 (33%), p=0.03", None),
        ("12/30 (40%) v 21/31 (68%). Pain fell (p=0.03)", None),
    ],
)
def test_two_proportions_and_their_p(text: str, p: str | None) -> None:
    found = [group.p.text for group in read(text).groups if isinstance(group, Comparison)]
    assert found == ([p] if p else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t(28) = 2.20, p = .036", ("t", "2.20", "28")),
        ("t (8) = −2.2, P = 0.06", ("t", "-2.2", "8")),
        ("F(2, 28) = 2.20, p=.13", ("F", "2.20", "2 28")),
        ("χ2(1) = 3.84, p = .05", ("chi2", "3.84", "1")),
        ("χ² = 22.20, df = 28, p = .77", ("chi2", "22.20", "28")),
        ("χ2(1, N = 90) = 3.84, p = .05", ("chi2", "3.84", "1")),
        ("r(28) = .22, p = .24", ("r", "0.22", "28")),
        ("z = 2.20, p = .028", ("z", "2.20", "")),
        # Without its degrees of freedom, of one side, or corrected: nothing to recompute.
        ("t = 2.20, p = .036", None),
        ("one-sided t(28) = 2.20, p = .018", None),
        ("Bonferroni corrected t(28) = 2.20, p = .11", None),
        ("Mann-Whitney z = 2.20, p = .036", None),
        ("part = 2.20, p = .036", None),
    ],
)
def test_statistics(text: str, expected: tuple[str, str, str] | None) -> None:
    found = [
        (g.kind, g.value.text, " ".join(df.text for df in g.df))
        for g in read(text).groups
        if isinstance(g, StatisticGroup)
    ]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "(p = 0.011, 0.017, and 0.115 at 3, 6, and 12 months, respectively)",
            ["p 0.011 3 mo", "p 0.017 6 mo", "p 0.115 12 mo"],
        ),
        ("at 3 and 6 months (P = .04 and P = .2, respectively)", ["p 0.04 3 mo", "p 0.2 6 mo"]),
        ("(p = 0.011, 0.017, and 0.115 at 3 and 6 months, respectively)", []),
        ("(p = 0.011 and 0.017 at 3 and 6 months)", []),
    ],
)
def test_lists_that_pair_off(text: str, expected: list[str]) -> None:
    series = [group for group in read(text).groups if isinstance(group, Series)]
    pairs = [pair for group in series for pair in zip(group.ps, group.times, strict=True)]
    assert [f"{p.text} {time.text}" for p, time in pairs] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("54 patients were randomised to cells (n = 39) or control (n=15).", [54, 39, 15]),
        ("Sixty rats were randomly divided into A (n=20), B (n=20) and C (n = 20).", [60, 20, 20, 20]),
        ("Of 120 screened, 54 were randomised to cells (n = 39) or control (n = 15).", None),
        ("Two randomised trials were run in women (n = 81) and men (n = 39).", None),
        ("54 patients took cells (n = 39) or none (n = 15).", None),
    ],
)
def test_arm_sizes(text: str, expected: list[int] | None) -> None:
    found = [[int(f.text) for f in (g.total, *g.arms)] for g in read(text).groups if isinstance(g, Sizes)]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("was significantly higher (p = 0.2)", [True]),
        ("was not significantly different (P = .03)", [False]),
        ("no statistically significant difference (p=0.03)", [False]),
        ("a non-significant rise (p = .03)", [False]),
        ("did not differ significantly (p = .3)", []),
        ("failed to reach significance (p = .3)", []),
        ("a trend towards significance (p = .08)", []),
        ("of clinical significance (p = .3)", []),
        ("significantly higher at 3 months (p = 0.2)", []),
    ],
)
def test_wording(text: str, expected: list[bool]) -> None:
    assert [group.significant for group in read(text).groups if isinstance(group, Wording)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Aim: to see. Sixty rats were randomly divided into A (n=20) and B (n=40). OR 1.9 (95% CI 1.2–3.0; P = .01).",
        "It rose. 12/30 (40%) v 21/31 (68%), p=0.03. Nothing else. F(1, 48) = 4.2, p = .046. Not significant (p=.2).",
    ],
)
def test_sentences_without_results_hold_no_groups(text: str) -> None:
    whole, part = read(text), read_results(text)
    assert [part.span(*group.figures) for group in part.groups] == [
        whole.span(*group.figures) for group in whole.groups
    ]


def test_spans_are_those_of_the_text_as_given() -> None:
    text = "It fell: OR&nbsp;=&nbsp;1&middot;9 (95%&#x2009;CI 1·2–3·0;  P&lt;0·05)."
    found = read(text)
    start, end = found.span(*found.groups[0].figures)
    assert text[start:end] == "1&middot;9 (95%&#x2009;CI 1·2–3·0;  P&lt;0·05"
