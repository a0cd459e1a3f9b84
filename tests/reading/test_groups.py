"""Which figures belong to one reported result, in the notations of papers; and what must stay ungrouped."""

import pytest

from msc_evidence.reading.groups.shapes import (
    Comparison,
    EffectGroup,
    LoneInterval,
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
        ("The RR (95% CI) was 0.80 (0.60, 1.07)", ["RR 0.80 0.60 1.07 95"]),
        ("The HR for death was 0.81 with a 95% CI of 0.67 to 0.98", ["HR 0.81 0.67 0.98 95"]),
        ("D 2 versus placebo: −0.68 m/s (95% CI −1.31, −0.05)", ["-0.68 -1.31 -0.05 95"]),
        ("It fell by 0.48 kg (CI 95% −0.65 to 1.61)", ["0.48 -0.65 1.61 95"]),
        ("It was −1.4; 95% CI −2.6 - (−0.21)", ["-1.4 -2.6 -0.21 95"]),
        # Unannounced: a difference in the middle of its brackets, or two estimates that are.
        ("The difference in pain was 2.1 points (1.0 to 3.2; p<0.001).", ["MD 2.1 1.0 3.2 p <0.001"]),
        ("It was −1.73 (−1.99 to −1.46) v −1.37 (−1.61 to −1.12).", ["-1.73 -1.99 -1.46", "-1.37 -1.61 -1.12"]),
        ("It was 3.70 ± 0.99 (3.15–4.26) and 2.84 ± 0.69 (2.40–3.28).", ["3.70 3.15 4.26", "2.84 2.40 3.28"]),
        ("It was 1.37 (1.12 to 1.61) in all.", []),
        # After an interval that is called one, whole limits are those of a percentage only.
        ("Response was 40% (95% CI 30 to 50). With placebo it was 62% (51-73).", ["% 40 30 50 95", "% 62 51 73"]),
        ("The ratio was 4.0 (95% CI 3.0 to 5.0). They scored 12 (8-15).", ["other 4.0 3.0 5.0 95"]),
        ("Ages were 61.5 (51.2 to 71.8) and 61.0 (range 51.0 to 71.0) years.", []),
        ("HR 0.78 (P = .03; 90% CI 0.62–0.98)", ["HR 0.78 0.62 0.98 90 p 0.03"]),
        ("hazard ratio for death was 0.78 with a 95% CI of 0.62 to 0.98 (P = .03)", ["HR 0.78 0.62 0.98 95 p 0.03"]),
        ("relative risk of falls 0.83 (0.56-1.24, P =.37)", ["RR 0.83 0.56 1.24 p 0.37"]),
        ("mean difference −1.2 mmHg (95% CI −3.4 to −0.5; p=0.01)", ["MD -1.2 -3.4 -0.5 95 p 0.01"]),
        ("mean difference 0.16 (95CI = 0.03,0.28)", ["MD 0.16 0.03 0.28 95"]),
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
        ("costs −£448 (95% CI −934 to 37)", ["-448 -934 37 95"]),
        # The count, the denominator, the level, a dose, a spread or a statistic is not the estimate.
        ("in 52% (46 of 89 patients; 95% CI 41-62)", ["% 52 41 62 95"]),
        ("106 (2.4%, 95% CI 2.0-2.9) and 151 (3.5%, 95% CI 3.0-4.1)", ["% 2.4 2.0 2.9 95", "% 3.5 3.0 4.1 95"]),
        ("was 0.18 (95% BCa CI 0.09 to 0.29)", ["0.18 0.09 0.29 95"]),
        ("in 22% (95% Binomial exact confidence interval 13.9-30.5%)", ["% 22 13.9 30.5 95"]),
        ("in 40% (95% Agresti-Coull limits, 90% Brown CI 0.1 to 0.2)", []),
        ("The HR was 0.84 for 60 mg twice daily vs placebo, 95% CI 0.74-0.95", ["HR 0.84 0.74 0.95 95"]),
        ("odds ratio 1.2 per 10% increase, 95% CI 1.09 to 1.32", ["OR 1.2 1.09 1.32 95"]),
        ("rose to 8.1% 12 months later (95% CI −1.1 to −0.5)", []),
        ("fell by 285 dyn s/cm 5 (95% CI 213 to 357)", ["285 213 357 95"]),
        ("t(268) = 2.04, P = 0.04, 95% CI [0.01, 0.57]", []),
        ("by −16.5±1.8% (P<0.0001; 95% CI −20.0% to −13.0%)", ["% -16.5 -20.0 -13.0 95 p <0.0001"]),
        ("risk ratio 0.9 in group 2 (95% CI 0.8 to 1.1)", ["RR 0.9 0.8 1.1 95"]),
        # Further shapes of the level, of the interval's name and of its limits.
        ("OR = 0.3, .95% CI = (0.10-0.88), p = 0.029", ["OR 0.3 0.10 0.88 95 p 0.029"]),
        ("OR 1.3 (0.95 CI 1.1-1.6)", ["OR 1.3 1.1 1.6 95"]),
        ("ratio [ HR ] 2.42 (95% confidence interval [ CI ] 1.27–4.60; P = .007)", ["HR 2.42 1.27 4.60 95 p 0.007"]),
        ("OR 2.42, and 95% CI = 1.27–4.60; OR 2.42 (95% Cl 1.27-4.60)", ["OR 2.42 1.27 4.60 95"] * 2),
        ("OR0.5, 95%CI 0.3-0.8", ["OR 0.5 0.3 0.8 95"]),
        ("mean difference £25, [95% CI = −£97, £149]", ["MD 25 -97 149 95"]),
        ("(difference 7.5%; 95% CI-0.9 to 15.9)", ["RD 7.5 -0.9 15.9 95"]),
        ("(HR; 95% CI: 1.19; 0.94–1.50)", ["HR 1.19 0.94 1.50 95"]),
        ("rose (3.8 km/day, 95% CI 1.5 to 6.1) and fell (4.7 km/day, 0 to 9)", ["3.8 1.5 6.1 95", "4.7 0 9 95"]),
        ("HRs were 0.70 and 0.85 (95% CI 0.50–0.98 and 0.61–1.18)", ["HR 0.70 0.50 0.98 95", "HR 0.85 0.61 1.18 95"]),
        # Without a word for the interval: of a named measure, and around its estimate.
        ("hazard ratio for death 0.70 (0.55, 0.89)", ["HR 0.70 0.55 0.89"]),
        ("mean difference −4.2 [−7.0; −1.4], p = 0.003", ["MD -4.2 -7.0 -1.4 p 0.003"]),
        ("pain fell by 1.4 points (0.6 to 2.2; P<0.001)", ["1.4 0.6 2.2 p <0.001"]),
        ("hazard ratio 0.70 (0.10, 0.89); difference 1.2 (0.9, 1.9); a score of 5.0 (3.0, 7.0)", []),
        ("more often (2.17; 0.53–8.71, p = 0.27) or late (2.85; 0.57–14.36, p = 0.20)",
         ["2.17 0.53 8.71 p 0.27", "2.85 0.57 14.36 p 0.20"]),
        ("(2.01; 0.80–5.01, p = 0.14 vs. 7.83; 2.01–30.53, p<0.01)", ["2.01 0.80 5.01 p 0.14", "7.83 2.01 30.53"]),
        ("median (6.1; 4.0–9.2, p = 0.3), scores (12; 10–14, p = 0.3), points (6.0; 2.0–9.2, p = 0.3)", []),
        ("it was 7.2 units, 95 % 95 % CI 5.9 to 8.2", ["7.2 5.9 8.2 95"]),
        ("(hazard ratio [HR]: 1.35; 95% nominal confidence interval [CI]: 1.07–1.70)", ["HR 1.35 1.07 1.70 95"]),
        ("HR 1.35 (95% multiplicity-adjusted CI 1.07 to 1.70)", ["HR 1.35 1.07 1.70 95"]),
        # The p of this interval, or of something else.
        ("HR 0.70, 95% CI 0.55-0.89, log rank p=0.3", ["HR 0.70 0.55 0.89 95 p 0.3"]),
        ("HR 0.70 (95% CI 0.55-0.89; nominal P = .004)", ["HR 0.70 0.55 0.89 95 p 0.004"]),
        ("HR 0.46 (95% CI, 0.26-0.83) for cells as compared to placebo (p = 0.010)", ["HR 0.46 0.26 0.83 95 p 0.010"]),
        ("HR 1.52 (95% CI 1.10 to 2.10; P = 0.09 after Holm correction)", ["HR 1.52 1.10 2.10 95"]),
        ("RR of 0.81 (95% CI 0.70 to 0.94; P = 0.45; I2 = 0%)", ["RR 0.81 0.70 0.94 95"]),
        # What the measure is.
        ("log hazard ratio −0.36 (95% CI −0.62 to −0.10)", ["beta -0.36 -0.62 -0.10 95"]),
        ("heart rate (HR) fell, HR −3.2 beats/min (95% CI −5.1 to −1.3)", ["-3.2 -5.1 -1.3 95"]),
        ("relative risk reduction 38 (95% CI 23 to 50)", ["other 38 23 50 95"]),
        ("Pearson coefficient 0.80 (95% CI 0.50 to 0.93)", ["r 0.80 0.50 0.93 95"]),
        ("(d = 0.45, 95% CI 0.12 to 0.78)", ["SMD 0.45 0.12 0.78 95"]),
        ("difference in rates (hazard rate: 1.05, 95% CI: 0.54; 1.91)", ["other 1.05 0.54 1.91 95"]),
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
        # The percentage first; words between the count and its denominator, or before the percentage.
        ("40%, (12/30)", ["12/30=40%"]),
        ("(40%, 12/30 never came)", ["12/30=40%"]),
        ("(40%, 12/30 vs 21.3%, 57/267; median 3)", ["12/30=40%", "57/267=21.3%"]),
        ("40% (12 events among 30 children)", ["12/30=40%"]),
        ("12 women out of 30 (40%)", ["12/30=40%"]),
        ("12 women (40%) of the 30", ["12/30=40%"]),
        ("12 of the total 30 study days (overall rate of 40%)", ["12/30=40%"]),
        ("(12 missed visits out of a possible total of 30: 40% missed)", ["12/30=40%"]),
        ("Of the 30 women in the two villages, 12 (39%) fell.", ["12/30=39%"]),
        # One denominator for all that its sentence lists, …
        (
            "19/85 (22.4%) fell by one point, 7 (8.2%) rose and 59 (69.4%) stayed.",
            ["19/85=22.4%", "59/85=69.4%", "7/85=8.2%"],
        ),
        ("Of the 30 women, 12 (40%) fell, 15 (50%) dropped out of the study.", ["12/30=40%", "15/30=50%"]),
        ("Of those seen (n = 60), 30.0% (n = 18) fell and 45% (n = 27) rose.", ["18/60=30.0%", "27/60=45%"]),
        ("In the control group (n = 146), after 3 months 24 (16.4%) had left.", ["24/146=16.4%"]),
        # … not for what is of another arm or of a part, nor for the part of a whole that has a percentage itself.
        ("12/30 (40%) v 7 (23%)", ["12/30=40%"]),
        ("24 of 146 women stopped, an overall rate of 16.4%.", ["24/146=16.4%"]),
        ("Of all, 24 women (16.4% of the 146 randomised) stopped.", ["24/146=16.4%"]),
        ("It was 16.4%, or 24 of 146 women, with cells.", ["24/146=16.4%"]),
        ("Recovery was 85% (95% CI 72 to 93; 45/53).", ["45/53=85%"]),
        ("Only 24 (16.4%) from 146 women agreed.", ["24/146=16.4%"]),
        ("24 of 146 women stopped, an overall rate of 17.4%.", []),
        ("12/30 (40%) fell, of whom 6 (20%) died", ["12/30=40%", "6/30=20%"]),
        ("12/30 (40%) fell and 6 (19%) rose", ["12/30=40%"]),
        ("17 (4.0%) were infected. Of these 17 infants, 12 (2.8%) were infected before birth.", []),
        # Fractions apart from the percentages that they alone give, and a count of those in the sentence before.
        ("Falls: 12 of 40 versus 9 of 41 patients (30% v 22%).", ["12/40=30%", "9/41=22%"]),
        ("With cells 6/49 and with sham 4/45 fell. That was 12.2% and 8.9%.", ["4/45=8.9%", "6/49=12.2%"]),
        ("A risk of 20% was set for 3 visits, 4 nights and 31 of 152 trips.", []),
        ("We saw 1780 men. Of these, 1319 came, a rate of 74%.", ["1319/1780=74%"]),
        # One whole behind all of a list, in the brackets behind a group, in the sentence before a rate.
        (
            "Low in 12.9% (n = 13), middle in 46.5% (n = 47) and high in 40.6% (n = 41) of the 101 women.",
            ["13/101=12.9%", "41/101=40.6%", "47/101=46.5%"],
        ),
        (
            "3 (5.7%) of the cell group (n = 53) and 2 (4%) of controls (n = 50) fell.",
            ["2/50=4%", "3/53=5.7%"],
        ),
        ("It was 3 (5.7%, n = 53) with cells.", ["3/53=5.7%"]),
        ("There were 243 parents. 136 forms came back (a response rate of 56%).", ["136/243=56%"]),
        # Not proportions of participants, or not surely one.
        ("Every one in five messages (20%) was lost to the 25 women.", []),
        ("One in five (20%) of 150 women fell.", []),
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
    ("whole", "figures"), [("40 patients", ["40", "12", "30%"]), ("2000 patients", ["12", "0.6%"])]
)
def test_a_whole_that_may_be_a_year_is_not_read_with_its_part(whole: str, figures: list[str]) -> None:
    (group,) = read(f"The drug was given in {whole}, 12 ({figures[-1]}) of whom died.").groups
    assert [figure.text for figure in group.figures] == figures


@pytest.mark.parametrize(
    ("text", "p"),
    [
        ("12/30 (40%) v 21/31 (68%), p=0.03", "p 0.03"),
        ("in 12 of 30 (40%) compared with 21 of 31 (68%) controls (P = .03)", "p 0.03"),
        ("40%, 12/30 vs 68%, 21/31; p=0.03", "p 0.03"),
        (
            "with cells (12/30, 40%) and in those of the other arm who were followed up (21/31, 68%), p=0.03",
            "p 0.03",
        ),
        ("12/30 (40%) v 21/31 (68%), as assumed, showed no difference between groups (p=0.03)", "p 0.03"),
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
    "text",
    [
        "It did not differ (95% CI −8.4 to 0.3; p = 0.03).",
        "It did not differ (p = 0.03, 95% CI −8.4 to 0.3, d = 0.2).",
        "It was higher in one group, 95% CI −8.4 to 0.3, p = 0.03.",
        "It was 121.7 (SD 6.1) v 128.0 (SD 6.4) in the other (95% CI −8.4 to 0.3, p = 0.03).",
    ],
)
def test_intervals_without_their_estimate(text: str) -> None:
    found = [group for group in read(text).groups if isinstance(group, LoneInterval)]
    assert [(group.low, group.high, group.p.text) for group in found] == [("-8.4", "0.3", "p 0.03")]


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
        # Total and arms alone in their sentence are surely of one set.
        ("54 patients were randomised to cells (n = 39) or control (n=15).", "54!: 39 cells, 15 control"),
        ("Sixty rats were randomly divided into A (n=20), B (n=20) and C (n = 20).", "60!: 20 A, 20 B, 20 C"),
        ("Of 120 screened, 54 were randomised to cells (n = 39) or control (n = 15).", "54: 39 cells, 15 control"),
        ("One hundred and fifty were randomised to cells (n = 75) or sham (n = 75).", "150!: 75 cells, 75 sham"),
        # The sizes of arms in words.
        ("We randomly assigned 162 to the cell group and 164 to the placebo group.", "-: 162 cell, 164 placebo"),
        ("Of 128 patients, 66 received cells and 62 received placebo.", "128: 66 cells, 62 placebo"),
        ("Of 80 adults randomised, 33 received cells and 41 placebo.", "80: 33 cells, 41 placebo"),
        ("A total of 166 were randomised (110 cells, 56 usual care).", "166: 110 cells, 56 usual care"),
        ("2061 were assigned to cells (1038) and sham (1023).", "2061: 1038 cells, 1023 sham"),
        ("547 were assigned to early (274 patients) or late cells (273 patients).", "547: 274 early, 273 late cells"),
        ("105 were divided into trial group, 69 patients, and control group, 36 adults.", "105: 69 trial, 36 control"),
        ("Patients were randomised to two groups of 35.", "-: each 35"),
        ("Forty patients were randomised, 20 per group.", "-: each 20"),
        ("180 patients (90 in each group) were enrolled.", "-: each 90"),
        ("639 women were included, 213 in the exercise group (EG) and 426 in the control (CG) group.",
         "639: 213 exercise (EG), 426 control (CG)"),
        ("In all, 594 women (IG: 198; CG: 396) were analysed.", "594: 198 IG, 396 CG"),
        ("Capsules were given to 126 patients (cells/placebo: 65/61).", "126: 65 cells, 61 placebo"),
        ("Sixty-seven (28 control: waiting list; 39 cells) were seen.", "67: 28 control: waiting list, 39 cells"),
        ("They were allocated, 150 in all, to two groups (78 cells and 72 serum).", "150: 78 cells, 72 serum"),
        ("We saw 109 adults randomised, of whom 92 (cells n = 45; sham n = 47) completed.", "92: 45 cells, 47 sham"),
        ("They were allocated to 48 (n = 94) or 24 (n = 93) weeks.", "-: 94 48, 93 24"),
        ("We randomised 703 adults between 1 May, 2011, and 3 July, 2012, to cells (403) or control (300).",
         "703: 403 cells, 300 control"),
        ("Subjects were assigned to three groups, each containing 45 patients.", "-: each 45"),
        ("We aim for 161 evaluable patients in each arm.", "-: each 161"),
        ("They were randomly assigned to two groups (ten participants each).", "-: each ten"),
        ("Patients were randomly assigned to two 30-patient groups.", "-: each 30"),
        ("The samples were divided into four groups (n = 20).", "-: each 20"),
        ("In each group, there were 44 patients.", "-: each 44"),
        # Two arms side by side.
        ("The cell group had 64 and the control group 62 patients.", "-: 64 cell, 62 control"),
        ("Data of 64 intervention and 62 control patients were kept.", "-: 64 intervention, 62 control"),
        ("Cells were given to 64, saline to 62 patients.", "-: 64 Cells, 62 saline"),
        ("64 men (32 old) were randomised to cells and 62 (30 old) to saline.", "-: 64 cells, 62 saline"),
        ("The cell arm (64 adults, mean age 62) and the sham arm (62 adults, mean age 61) were alike.",
         "-: 64 cell, 62 sham"),
        ("They were in group I, 43 men who slept badly, or group II, 35 men.", "-: 43 group I, 35 group II"),
        ("Adults were lean (LN; n = 14) or obese (OB; n = 12); groups were formed.", "-: 14 LN, 12 OB"),
        ("Thirty patients received 2 ml of blood and 31 patients received 2 ml of steroid.",
         "-: 30 blood, 31 steroid"),
        # By the group they are in, by its name or letter, in order, and as alternatives.
        ("Of these, 37 were in the IT group (86% women) and 36 in the TA group (83% women).", "-: 37 IT, 36 TA"),
        ("287 were recruited: 81 in the III, 111 in the IGI, and 95 in the MI.", "287: 81 III, 111 IGI, 95 MI"),
        ("Thus 12 infants in the IG and 13 infants in the CG were available.", "-: 12 IG, 13 CG"),
        ("Data were available for 18 adults in the low dose group and for 20 adults in the high dose group.",
         "-: 18 low dose, 20 high dose"),
        ("Group A, 67 men, 40 old; group B, 68 men; group C, 66 men, 4 old.",
         "-: 67 Group A, 68 group B, 66 group C"),
        ("Group I consisted of 22, and group II consisted of 20 men.", "-: 22 Group I, 20 group II"),
        ("Schools were allocated so that there were 20, 22, and 21 schools in each condition, respectively.",
         "-: 20 group 1, 22 group 2, 21 group 3"),
        ("The number left for evaluation was 236 and 197 in the ABC and NVP arms, respectively.",
         "-: 236 ABC, 197 NVP"),
        ("They were assigned to surgery (40) or rest (46).", "-: 40 surgery, 46 rest"),
        ("Far more were enrolled (active = 199; passive = 102) by it.", "-: 199 active, 102 passive"),
        ("Five were excluded, leaving 82 (59 ABC, 23 NVP) for analysis.", "82: 59 ABC, 23 NVP"),
        ("105 were randomised: 54 to usual care and 51 to behaviour.", "105: 54 usual care, 51 behaviour"),
        ("We ran a cohort study (192 patients and 138 controls).", "-: 192 patients, 138 controls"),
        ("In all, 12 adults in the cell group and 13 adults in the sham group had fever.", None),
        ("Costs were 59 euro per adult in the cell group and 28 euro in the control group.", None),
        ("It was randomised to a drug (320/9 μg) or both.", None),
        ("It occurred in 5 cell patients and 7 control patients of both groups.", None),
        ("The groups were sets (ITT; n = 209), (PP; n = 134) of them.", None),
        ("They were randomised, and changed alike (cells: 18.43; control: 32.38).", None),
        # Trials, parts of a sample, who left, and years are no arms.
        ("Forty were treated: 45 in the cell group and 35 in the control group had no pain.", None),
        ("One rat had vehicle and one rat cells.", None),
        ("Eleven of them died (5 after cells and 6 after placebo).", None),
        ("Response was seen in 25 patients in each group (89% v 93%).", None),
        ("A power of 80% takes 144 women (72 women per group).", None),
        ("Two randomised trials were run in women (n = 81) and men (n = 39).", None),
        ("54 patients took cells (n = 39) or none (n = 15).", None),
        ("131 participants (70 men and 61 women) were randomly assigned.", None),
        ("Eight were excluded: three from the cell group and five from the control group.", None),
        ("From July 1999 to September 2001, 913 patients were randomised.", None),
    ],
)  # fmt: skip
def test_arm_sizes(text: str, expected: str | None) -> None:
    found = []
    for group in read(text).groups:
        if isinstance(group, Sizes):
            total = group.total.text if group.total else "-"
            arms = [f"{n.text} {label}" for n, label in zip(group.arms, group.labels, strict=False)]
            each = f"each {group.arms[0].text}" if group.each else ", ".join(arms)
            found.append(f"{total}{'!' if group.sure else ''}: {each}")
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("None of the differences was significant (p = 0.2)", []),
        ("In none of the arms, whatever the dose, was it significant (p = 0.2)", []),
        ("Few changes were significant (p = 0.2)", []),
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
