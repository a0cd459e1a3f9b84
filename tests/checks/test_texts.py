"""What the audit of a text finds, and where it must stay silent."""

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.checks.audit.texts import audit_text
from msc_evidence.statistics.distributions import p_from_z


def codes(text: str) -> list[str]:
    return [f"{found.code} {found.severity}" for found in audit_text("x", text).findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The examples of the rules, as abstracts print them.
        ("(RR 0.95, 95% CI 0.48–0.88)", ["MSC401 error"]),
        ("HR 0.80 (95% CI 0.45 to 0.99)", ["MSC402 warning"]),
        ("HR 0.78 (95% CI 0.62–0.98; P = .30)", ["MSC403 error", "MSC404 error"]),
        ("RR 2.06 (CI 1.33–3.21, p = 0.028)", ["MSC403 warning"]),
        ("t(28) = 2.20, p = .06", ["MSC405 error"]),
        ("12/30 (40%) v 25/31 (81%), p = 0.60", ["MSC406 warning"]),
        ("21/31 (69%) recovered", ["MSC205 error"]),
        ("21/31 (67%) recovered", ["MSC205 warning"]),
        ("31 of 21 (148%) recovered", ["MSC202 error"]),
        ("pain was significantly lower (P = 0.2)", ["MSC413 error"]),
        ("it did not change; z = 2.20, p = 0.000", ["MSC405 error", "MSC411 warning"]),
        ("it rose (p = 0.000) and fell (P < .00)", ["MSC411 warning", "MSC411 error"]),
        ("55 patients were randomised to cells (n = 39) or control (n = 15).", ["MSC201 warning"]),
        ("HR 0.70, 95% CI 0.55-0.89, log rank p=0.3", ["MSC403 error", "MSC404 error"]),
        ("χ2 1 = 1.14, P = .56, and F1,56 = 4.50, P = 0.009", ["MSC405 error", "MSC405 error"]),
        ("Chi-square = 0.9 with 1 df, P = 0.02", ["MSC405 error"]),
        # One of one side beside it explains no p above its own, nor any where as many are of two sides or words say so.
        ("t(17) = 2.31, p = .017; t(17) = 2.02, p = .25", ["MSC405 note", "MSC405 error"]),
        (
            "t(17) = 2.31, p = .017; t(24) = 2.60, p = .016; t(17) = 1.52, p = .147; t(17) = 2.02, p = .035",
            ["MSC405 note", "MSC405 error"],
        ),
        ("All two-sided: t(17) = 2.31, p = .017; t(17) = 2.02, p = .035", ["MSC405 warning", "MSC405 error"]),
        ("χ2(10, N = 356) = 15.37, p = 0.11", ["MSC405 warning"]),
        ("Just over half were women (52.6%; 488/1029).", ["MSC205 error"]),
        ("3/24 versus 14/24 (Fisher's exact test, P = 0.4)", ["MSC406 error"]),
        # A denominator that governs its sentence: the counts sum to it, or it is said of whom the percentage is.
        ("Of 146 women, 34 (23.3%) stayed, 88 (60.0%) moved and 24 (16.4%) left.", ["MSC205 warning"]),
        ("35 of 40 (88.0%) recovered", ["MSC205 warning"]),
        ("35 of 40 (87.0%) recovered", ["MSC205 error"]),
        ("The prevalence was 24.1% (112 of 410; unadjusted).", ["MSC205 error"]),
        # Percentages beside limits in points: off by one factor. Of a single one nothing is known.
        ("MD 2.3 (95% CI 0.07 to 0.39) and MD 6.9 (95% CI 0.33 to 1.05)", ["MSC401 warning"] * 2),
        ("MD 2.3 (95% CI 0.07 to 0.39) and MD 6.9 (95% CI 5.75 to 8.05)", ["MSC401 error"]),
        ("Of those who answered (n = 138), 19.6% (n = 24) agreed.", ["MSC205 error"]),
        ("for some (16.5%, 24/146 never logged in)", ["MSC205 error"]),
        ("34.1%, 14/41 vs 21.3%, 57/267; P = .013", ["MSC406 warning"]),
        # What words call a change has its null at 0; ranks and means are never so far apart.
        ("reduced pain by 6.1 points (95% CI 4.2 to 8.0; P = 0.20)", ["MSC403 warning", "MSC404 warning"]),
        ("OR 3.1 (95% CI −1.2 to 2.6)", ["MSC401 error"]),
        ("it was significantly higher (P < 0.000)", ["MSC411 error"]),
        ("the change was not significant (p < 0.05)", ["MSC413 error"]),
        # An effect of a model, of a subgroup or beside another one of its sentence has seldom only its own p.
        ("the adjusted OR was 0.50 (95% CI 0.30–0.83; p = 0.45)", ["MSC403 warning", "MSC404 warning"]),
        ("in patients with stroke HR 0.78 (95% CI 0.62–0.98; P = .30)", ["MSC403 warning", "MSC404 warning"]),
        (
            "HR 0.78 (95% CI 0.62–0.98; P = .30) and HR 0.98 (95% CI 0.80–1.20; P = 0.85)",
            ["MSC403 warning", "MSC404 warning"],
        ),
        # The quiet neighbours of what must be silent.
        ("t(13) = 1.14, p = 0.138; all tests were two-sided", ["MSC405 warning"]),
        ("F(1, 23) = 11.20, p ≤ 0.001", ["MSC405 error"]),
        # What a usual reason gives is a warning: Welch's degrees of freedom or twice those printed, one side to the
        # nearest .005, the likelihood ratio, comparisons, a statistic cut off, t printed as F, an exchange of two p.
        ("F(1, 23) = 12.57, p ≤ 0.001", ["MSC405 warning"]),
        ("t(19) = 2.58, p = .03", ["MSC405 warning"]),
        ("t(13) = 2.12, p = .025", ["MSC405 warning"]),
        ("χ2(1) = 5.4, p = .019", ["MSC405 warning"]),
        ("F(3, 38) = 4.74, p = .03", ["MSC405 warning"]),
        ("z = 2.20, p = .0273", ["MSC405 warning"]),
        ("F(1, 28) = 2.20, p = .036", ["MSC405 warning"]),
        ("t(40) = 2.80, p = .341, and t(40) = 0.963, p = .008", ["MSC405 warning"] * 2),
        ("t(19) = 2.58, p = .30", ["MSC405 error"]),
        ("t(40) = 2.80, p = .341, and t(40) = 0.50, p = .620", ["MSC405 error"]),
        ("F(3, 90) = 1.10, p = 0.241", ["MSC405 error"]),
        ("Good in 20/60 (34%), fair in 20/60 (33%), poor in 10/60 (17%)", ["MSC205 error"]),
        ("With Greenhouse–Geisser correction, F(1, 30) = 4.50, p = .009.", ["MSC405 error"]),
        ("F(2, 60) = 4.50, p = .001 (Greenhouse–Geisser)", ["MSC405 error"]),
        ("cognitively impaired: 3/24 versus 14/24 (Fisher's exact test, P = 0.4)", ["MSC406 error"]),
        ("50/60 (83%) with cells versus 20/60 (33%) with placebo, p = 0.40", ["MSC406 warning"]),
        ("50/60 (83%) versus 20/60 (33%) in the cell and control group (p = 0.40)", ["MSC406 warning"]),
        ("recovery was complete in 22 of 60 (46% of them)", ["MSC205 error"]),
        ("100 patients were randomised (cells, n = 48; placebo, n = 44).", ["MSC201 warning"]),
        ("HR 0.70 (95% CI 0.50 to 0.98; log-rank test, p = 0.4)", ["MSC403 error", "MSC404 error"]),
    ],
)
def test_found(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The drug was noninferior (HR 1.03; 95% CI 0.88 to 1.21; P = 0.004).",
        "After Greenhouse–Geisser correction, F(2, 60) = 4.50, p = .022.",
        "The response was 20% (95% CI, 11% to not estimable).",
        "(RR 0.81, 95% CI 0.70 to 0.94; P = .005)",
        "OR 1·9 (95% CI 1·2–3·0), p=0·006",
        "OR = 0.249; 95% CI = 0.092 to 0,674; P = 0.006",
        "OR 2,977 (95% CI 1,050 to 8,443; P = 0,040) in 1,234 patients",
        "After weighting, 212 (34.9%) of 650 respondents had been screened.",
        "F(1, 23) = 13.57, p ≤ 0.001; z = 2.01, p ≥ 0.04",
        "HR 0.78 (95% CI 0.62–0.98; P for trend = .30)",
        "HR 0.78 (95% CI 0.62–0.98), P=0.51 for the proportional hazards assumption",
        "12/30 (40%) v 21/31 (68%), p = 0.03",
        "12/30 (40%) v 21/31 (68%), p = 0.055",
        "12/30 (40%) v 21/31 (68%), p = 0.041",
        "cumulative incidence was 41% (12 of 30)",
        "actuarial survival was 41% (12 of 30) compared to 68% (21 of 31), p = 0.20",
        "the difference was −1.2 (95% CI −3.4 to 1.0; p = 0.29)",
        "r(17) = −0.20, p = 0.412",
        "54 patients were randomised to cells (n = 39) or control (n = 15).",
        "sensitivity was 83% (95% CI 74 to 89)",
        "AUC 0.83 (95% CI 0.74–0.89)",
        "pain was significantly lower (P = 0.02)",
        # A reduction beside the interval of its ratio; the logarithm of a ratio; a rate called like one.
        "events fell by 17% (95% CI, 0.76-0.90; P = 0.0012)",
        "a 24% lower risk (95% CI 0.61 to 0.95; p = 0.02)",
        "the relative risk reduction was 24 (95% CI 0.61 to 0.95)",
        "the pooled log odds ratio was −0.51 (95% CI −0.92 to −0.10)",
        "heart rate fell (HR −3.2 beats/min, 95% CI −5.1 to −1.3)",
        # The estimate is another number than the nearest.
        "106 (2.4%, 95% CI 2.0-2.9) and 151 (3.5%, 95% CI 3.0-4.1) fell",
        "response was 52% (46 of 89 patients; 95% CI 41–62)",
        "the effect was 0.18 (95% BCa CI 0.09 to 0.29)",
        "the hazard ratio was 0.84 for 60 mg twice daily v placebo, 95% CI 0.74–0.95",
        "t(268) = 2.04, P = 0.04, 95% CI [0.01, 0.57]",
        "weight rose to 8.1% 12 months later (95% CI −1.1 to −0.5)",
        # A percentage of the rest, of one participant's visits, of the roundly said, or listed apart from its count.
        "the line stayed in all but one of 74 women (98.6%)",
        "they attended 6 of 8 sessions (79%)",
        "nine out of 10 patients (88%) were content; nearly one in five (18%) left",
        "relapse was rarer (15/60 versus 30/60; 25% vs 50%)",
        "5/20, 6/20 and 7/20 (25%, 30% and 35%) or 25%, 30% and 35% (5/20, 6/20 and 7/20)",
        "of 45 infants nine died, 4 of 9 (9%) within a week",
        "3/400 (<1%) in the placebo/cells 35/36 (97.2%) trial",
        "participants attended at least 17 of the 24 scheduled training sessions (70% adherence)",
        "male/female 30/70 (30%); men and women 12/18 (40%); FEV1/FVC 60/80 (40%)",
        "90/140 mm Hg (48%), 10/20 mg (48%), salmeterol/fluticasone 50/250 (48%), HPV 16/18 (40%), 2010/2011 (45%)",
        # A percentage of another total, of the count before it, or of nothing.
        "Of 30 relapses, 12 (8.0%) were with cells (n = 150) and 18 (12.0%) without (n = 150).",
        "fell in the cell (9/30 rats; 30%) and control (12/30; 40%) groups",
        "vision worse than 20/200 (41% versus 21%) was rarer",
        "rarer in the 2018/19 season (57.2%); a score of 1, 19 (26%)",
        "723 events in 2018, of which 461 (63.8%) were errors",
        "Two hundred seventy-eight (59.4%) of the 468 came; 603 of 6 030 participants (10.0%) died",
        "response was 40,0% (12/30) against 67,7% (21/31), P = 0,03",
        # A p of something else, of another test, or broken in print.
        "HR 1.52, 95% CI 1.10 to 2.10; P = 0.09 after Holm correction",
        "a pooled RR of 0.81 (95% CI 0.70 to 0.94; P = 0.45; I2 = 0%)",
        "OR 0.086, 95% CI 0.011 to 0.686, p = 0.004, Fisher's exact test",
        "31/140 (22.1%) versus 14/131 (10.7%) (P = .017)",
        "(P<0/001), (p < .0 0 1), (P<0.000 1), p = 0. 046",
        "None of the differences between the arms were significant (p = 0.61).",
        "(mean z-score = −3.36, p = 0.01)",
        "it was not significant (p = NS), and significantly higher (p < 0.001)",
        "no significant (p < 0.05) differences; not significant after Bonferroni correction (p = 0.03)",
        # Beats a minute, a statistic whose p stands before it, a list of p-values, a z-score.
        "resting HR was 72 (95% CI 70 to 74; p = 0.62 v placebo)",
        "height z = −1.5, p = .01",
        "F(3, 87) = 3.10, p = .044 (Greenhouse–Geisser ε = .70)",
        # Two times of one group, or a p of something else than the two counts.
        "before 30/60 (50%) and after treatment 21/60 (35%) had pain (p = 0.01)",
        "30/60 (50%) v 21/60 (35%), and scores were better (p = 0.004)",
        "30/60 (50%) v 21/60 (35%), which differed in time to response (p = 0.004)",
        "12 of 150 patients lost 20 of 300 implants (8% and 6.7%)",
        "the 1-year survival of 49 patients was 78% (11 of 49 died)",
        # Words carry the sign of a size, whose limits are signed: in either order.
        "fell by 3.9 days (95% CI −5.5 to −2.3)",
        "lost 7.3 kg (95% CI −5.8 to −8.8)",
        "pressure was 3.7 mm Hg lower with cells (95% CI −8.1 to 0.6)",
        "a 2.4 point decline in pain (95% CI −4.0 to −0.8)",
        "30% fewer falls (95% CI −41% to −18%)",
        "the difference in means between the cell group and the sham group was 0.5 ng (CI −0.8 to −0.1)",
        "after adjustment this difference reached 0.2 U (95% CI −0.4 to −0.02)",
        # The percentage of a part may be of the whole that its own whole is a percentage of.
        "17 (4.0%) were infected. Of these 17 infants, 12 (2.8%) were infected before birth.",
        # A count listed after others that sums to nothing may be of those without a missing value.
        "Of 146 women, 34 (23.3%) smoked and 88 (61.0%) drank.",
        # The level printed twice is no estimate.
        "it was smaller, 95 % 95 % CI 2.1 to 18.2",
        # Arms beside parts of arms, or beside another division of the same sample.
        "80 adults were assigned to cells (n = 41), of whom women (n = 20), or placebo (n = 39).",
        "500 enrolled in Spain (n = 200) and Italy (n = 300) were randomised to cells (n = 248) or control (n = 252).",
        "The prevalence was 24.1% (112 of 410; design-adjusted).",
    ],
)
def test_silent(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        # A sign that no word carries, limits that run from the larger to the smaller, an interval that is skewed.
        "(difference, 169; 95% CI −331 to −8)",
        "the mean difference was 0.5 (95% CI −0.8 to −0.1)",
        "a reduction of 1.95 units (95% CI 2.87 to 0.78)",
        "OR 3.46 (95% CI 0.34 to 54.3)",
        "mean difference in costs 1.02 (95% CI −1.60 to 1.65)",
        "r(17) = −0.20, p = 0.44",
        # Of a correlation that may be a partial one.
        "r(40) = 0.340, p = 0.029",
        "Controlling for age, r(28) = .22, p = .51.",
        "the partial correlation was r(28) = .22, p = .51",
        "with sex as a covariate, r(28) = .62, p = .04",
        # The grouping is not certain: words between, no measure, a percentage of a part.
        "HbA1c was 8.1 (95% CI 8.5 to 9.5)",
        "the cure rate was 44.7% in responders (38/92)",
        "Of 300 adults, 24 (33%) fell.",
        "Of 100 women, 40 (40%) were treated; 60 controls (75%) were not.",
        "the share of users (n = 138), 19.6% (n = 24), was small",
        "80 were randomised; 33 received cells and 41 placebo.",
        "Seven of 20 hospitals (45% of beds) took part.",
        "26/50 women lost 5% of their weight",
        "12/50 patients, 40% of whom smoked, fell",
        "12 and 14 of 100 (26%) fell",
        "Roughly sixty percent (60/101) fell; some 40% (5041/12,399), nearly 60% (59/101) or over 40% (45/101) did.",
        "it fell by 12 points from 40% (95% CI 3 to 21)",
        "a 50% responder rate (p = 0.001, 95% CI 2.88–9.12)",
        "10% weight loss (95% CI 1.2 to 3.3) was likelier",
        "HRs were 0.7 and 1.3 (95% CI 0.8–0.9 and 1.1–1.4)",
        # The text says of its analyses what may explain it.
        "P-values are Bonferroni corrected. HR 0.70 (95% CI 0.55–0.89; P = .06)",
        "In a crossover trial, 40/65 (61.5%) v 31/65 (47.7%) fell (p = 0.027).",
        "the indirect effect was b = 0.21, 95% CI: 0.04, 0.51",
        # Beside the interval of means a p may be a rank test's; near 0.05 another test of the counts may not reach it.
        "the mean difference was 0.8 days (95% CI −0.5 to 2.0; P = 0.01)",
        "reduced pain by 1.1 points (95% CI 0.2 to 2.0; P = 0.20)",
        "pain fell (95% CI −8.4 to 0.3; p = 0.03)",
        "RR 0.58 (CI 0.35–0.96, p = 0.065)",
        # The p of one test of three; of repeated measurements with the degrees of freedom before their correction.
        "t(34) = 2.50, p = .052",
        "t(58) = 2.31, p = .012",
        "chi2(1) = 4.20, p = .061 with Yates' correction",
        "F(1, 28) = 4.56 and F(1, 28) = 0.30, p = .042 and p = .59",
        "p = .043, χ2(1) = 4.10; p = .72, χ2(1) = 0.13",
        "recovery was complete in 22 of 60 (46% of those treated)",
        "the relative risk was 0.48 (95% CI 18% to 126%)",
        "death fell (HR 0.60, 95% CI 0.38–0.95; adjusted p = 0.12)",
        "between 20 and 30% (75/320) disagreed",
        "F(2, 60) = 4.50, p = .022",
        # The p of two statistics, or of a statistic and an interval.
        "(χ2 = 3.36; RR = 0.47; 95% CI 0.21–1.08; z = 1.76, p = 0.07)",
        "r(28) = 0.35, t(28) = 1.98, p = 0.07",
        # The p beside two counts may be of a model.
        "12/30 (40%) v 21/31 (68%), p = 0.20",
        "12/30 (40%) v 25/31 (81%), adjusted p = 0.60",
        # Another level than 0.05 may be set elsewhere in the article.
        "pain was significantly lower (P = 0.08), age did not differ significantly (P = 0.6)",
        "the change was not significant (p = 0.03)",
        # One p of a factor, beside two of its levels, or of one that words call so.
        "stage II (HR 1.10, 95% CI 0.80–1.51, p = 0.004) and stage III (HR 2.50, 95% CI 1.30–4.81, p = 0.004)",
        "against the reference category, HR 1.10 (95% CI 0.80–1.51; p = 0.01)",
        "for the highest quartile HR 1.10 (95% CI 0.80–1.51; p = 0.01)",
        "at all dose levels OR 1.25 (95% CI 0.90–1.74), p = 0.013",
        # Intervals at a level that is said once for all of them; a p of a margin; an F about 1, corrected.
        "We report 90% confidence intervals. RR 0.70 (0.55–0.90; p = 0.04).",
        "The difference was −2% (95% CI −7 to 3; p=0.001), above the margin of −10%.",
        "F(3, 90) = 1.10, p = 0.341",
        "t(18) = 1.73, p ≤ .05",
        # The upper limit first, with the estimate between; a ratio that is midway between its limits.
        "OR = 3.75, CI = 10.53–1.33, p = 0.012",
        "HR 0.72 (95% CI 0.41–1.01)",
        # Shares rounded so that they add to 100.
        "Good in 20/60 (33%), fair in 20/60 (33%), poor in 20/60 (34%)",
        "In 110 of 202 (54.4%) it rose, in 69 cases (34.2%) it fell and in 23 cases (11.4%) it stayed.",
        # Half of the recomputed p is that of a one-sided t, at print or within the rounding of t.
        "t(13) = 1.14, p = 0.138",
        "F(1, 95) = 3.10, P = .04",
        # Others beside it are of one side without a word, so that it may be, coarsely rounded; of most, all are unsure.
        "t(17) = 2.31, p = .017; t(17) = 2.02, p = .035",
        "t(17) = 2.31, p = .017; t(17) = 1.52, p = .073; t(24) = 2.60, p = .008; t(24) = 1.40, p = .30",
        # Rounded to two digits, and a third printed behind them.
        "F(2, 57) = 2.60, p = 0.080",
        # A p that lost its digits.
        "it fell (p < 0.0)",
        # Several p-values of a paragraph that are off alike are computed in another way.
        "t(13) = 2.42, p = .015; t(13) = 2.14, p = .026; t(17) = 1.52, p = .073; t(19) = 2.58, p = .03.",
        "F(2, 204) = 2.585, P = .045, F(2, 203) = 5.270, P = .003, and F(2, 200) = 4.627, P = .005.",
        "χ2(3) = 9.10, p = .084, χ2(3) = 8.40, p = .115.",
        "The groups differed by Welch's test, t(27) = 2.20, p = .041.",
        "χ2(2) = 6.10, p = .053 (likelihood ratio 5.9)",
    ],
)
def test_only_noted(text: str) -> None:
    assert {found.severity for found in audit_text("x", text).findings} == {"note"}


def test_a_finding_carries_its_place() -> None:
    text = "Results: 30 took part.  RR&nbsp;was 0.95 (95%&nbsp;CI 0.48–0.88)."
    (found,) = audit_text("PMC1", text).findings
    assert (found.id, found.span) == ("PMC1", "0.95 (95%&nbsp;CI 0.48–0.88")
    assert text[found.start : found.end] == found.span
    assert found.message.startswith("RR 0.95 (0.48–0.88): the estimate 0.95 is above the upper limit 0.88")


def test_a_share_is_shown_so_that_it_does_not_round_to_the_printed_one() -> None:
    (found,) = audit_text("x", "144/1378 (10.5%) recovered").findings
    assert found.message == "144 of 1378 is 10.4499%, not 10.5% (rounded twice, by way of 10.45)"


def test_what_could_be_checked_is_counted() -> None:
    audited = audit_text(
        "x", "In 12/30 (40%), estimated 41% (12 of 30), OR 1.9 (95% CI 1.2–3.0). Sixty took part."
    )
    assert (audited.groups, audited.checked) == (3, 2)


NOTATIONS = st.sampled_from(
    [
        "OR {e} (95% CI {l} to {u}; P = {p})",
        "OR, {e}; 95% CI, {l}-{u}; P={p}",
        "OR {e} [95 % confidence interval {l}–{u}], p={p}",
        "(P = {p}; OR {e}; 95% CI: {l}, {u})",
        "OR (95% CI) = {e} ({l}–{u}), p = {p}",
    ]
)


@settings(max_examples=60)
@given(log_or=st.floats(-2, 2), se=st.floats(0.05, 0.6), decimals=st.integers(2, 3), notation=NOTATIONS)
def test_what_an_analysis_gives_is_never_flagged(
    log_or: float, se: float, decimals: int, notation: str
) -> None:
    estimate, low, high = (f"{exp(log_or + z * se):.{decimals}f}" for z in (0, -1.959964, 1.959964))
    p = p_from_z(log_or / se)
    printed = f"{p:.3f}" if p >= 0.001 else "0.001"
    sign = "=" if p >= 0.001 else "<"
    text = notation.format(e=estimate, l=low, u=high, p=printed).replace(f"= {printed}", f"{sign} {printed}")
    text = text.replace(f"={printed}", f"{sign}{printed}")
    assert [found for found in audit_text("x", text).findings if found.severity != "note"] == []


@settings(max_examples=60)
@given(n=st.integers(1, 3000), share=st.floats(0, 1), decimals=st.integers(0, 2))
def test_what_a_count_gives_is_never_flagged(n: int, share: float, decimals: int) -> None:
    events = round(n * share)
    for text in (
        f"{events}/{n} ({100 * events / n:.{decimals}f}%)",
        f"{100 * events / n:.{decimals}f}% ({events} of {n})",
    ):
        assert audit_text("x", f"They recovered: {text}.").findings == ()


PIECES = st.sampled_from(
    [
        *(
            "OR ",
            "1.9",
            " (95% CI ",
            "1.2-3.0",
            " to ",
            "; P = ",
            ".01",
            "12/30",
            " (40%)",
            " v ",
            "t(28)",
            " = ",
        ),
        *(
            "n = 39",
            ")",
            ", ",
            ". ",
            "significant ",
            "randomised ",
            "of ",
            "−",
            "\u2009",
            "\n",
            "<sup>",
            "&lt;",
        ),
        *("0.000", "five ", "%", "[", "]"),
    ]
)


@settings(max_examples=200)
@given(
    st.one_of(
        st.text(),
        st.lists(PIECES, max_size=40).map("".join),
        st.binary().map(lambda b: b.decode("utf-8", "replace")),
    )
)
def test_any_text_is_audited(text: str) -> None:
    audited = audit_text("x", text)
    assert all(text[found.start : found.end] == found.span for found in audited.findings)
    assert audited.checked <= audited.groups


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Death was rarer (p = 1.2).", ["p 1.2 is no probability: p is above 0 and at most 1"]),
        (
            "It fell (OR 1.9, 95% CI 1.2–3.0; P = 1·04).",
            ["p 1.04 is no probability: p is above 0 and at most 1"],
        ),
        ("It did not change (p = 1.00), nor later [P=1.0].", []),
        ("Linked (p = 4.93 × 10−7; P = 2.1e-5).", []),
        ("Blood was drawn (P = 12.5 mmHg) at a power of 1.2 (P 1.2).", []),
    ],
)
def test_a_p_above_1_is_found_where_brackets_close_behind_it(text: str, found: list[str]) -> None:
    assert [finding.message for finding in audit_text("x", text).findings] == found
