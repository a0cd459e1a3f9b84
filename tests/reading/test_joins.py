"""Two arms' means and counts, joined to the sizes that another sentence gives their arms."""

import pytest

from msc_evidence.checks.audit.texts import audit_text
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.shapes import Comparison, Mean, MeanComparison, Proportion
from msc_evidence.reading.read import read

ARMS = "One hundred adults were divided into a cell group (n = 60) and a control group (n = 40). "
EQUAL = "Eighty adults were randomised to cells (n = 40) or placebo (n = 40). "


def joined(text: str) -> list[str]:
    """`10.1±8.8 (60) v 14.3±10.1 (40)` for every comparison of means or of counts with joined sizes."""

    def arm(part: Mean | Proportion) -> str:
        if isinstance(part, Proportion):
            return f"{part.x.text} ({part.n.text})"
        spread = "se" if part.is_se else "±"
        return f"{part.value.text}{spread}{part.spread.text} ({part.n.text if part.n else '?'})"

    return [
        f"{arm(group.first)} v {arm(group.second)}"
        for group in read(text).groups
        if isinstance(group, MeanComparison) or (isinstance(group, Comparison) and group.first.joined)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The order of the arms is said before the brackets, or beside each mean.
        (
            ARMS + "It was lower in the cell than in the control group (10.1 ± 8.8 vs 14.3 ± 10.1, P < 0.01).",
            ["10.1±8.8 (60) v 14.3±10.1 (40)"],
        ),
        (
            ARMS + "It was 14.3 ± 10.1 in the control group and 10.1 ± 8.8 in the cell group (P < 0.01).",
            ["14.3±10.1 (40) v 10.1±8.8 (60)"],
        ),
        (EQUAL + "Scores were 5.1 ± 1.2 versus 6.2 ± 1.3 points (p = .02).", ["5.1±1.2 (40) v 6.2±1.3 (40)"]),
        ("Scores were 5.1 ± 1.2 (n = 9) v 6.2 ± 1.3 (n = 8), p = .02.", ["5.1±1.2 (9) v 6.2±1.3 (8)"]),
        (EQUAL + "Means ± SEM were 5.1 ± 0.2 versus 6.2 ± 0.3 (p = .02).", ["5.1se0.2 (40) v 6.2se0.3 (40)"]),
        (EQUAL + "It was 7.2 (SD 2.5) with cells and 6.3 (SD 2.1) without (p = .16).", ["7.2±2.5 (40) v 6.3±2.1 (40)"]),
        (
            EQUAL + "It was 18.0 ± 4.3 µmol min −1 ) with cells v 21.7 ± 4.8 µmol min −1 ; P = .03.",
            ["18.0±4.3 (40) v 21.7±4.8 (40)"],
        ),
        ("It was 962 ± 595 mL with cells (n = 79) and 1,178 ± 788 mL without (n = 106), P = .04.",
         ["962±595 (79) v 1178±788 (106)"]),
        (EQUAL + "It rose (P = .012) with cells (5.1 ± 1.2 h) more than with placebo (6.2 ± 1.3 h).",
         ["5.1±1.2 (40) v 6.2±1.3 (40)"]),
        (EQUAL + "It was 5.1 SD ± 1.2 v 6.2 SD ± 1.3; p = .02.", ["5.1±1.2 (40) v 6.2±1.3 (40)"]),
        (EQUAL + "It was lower (5.1 ± 1.2 v 6.2 ± 1.3; difference −1.1, 95% CI −1.7 to −0.5; p = .01).",
         ["5.1±1.2 (40) v 6.2±1.3 (40)"]),
        (EQUAL + "Means (SD) were 5.1 (1.2) v 6.2 (1.3), p = .02.", ["5.1±1.2 (40) v 6.2±1.3 (40)"]),
        (EQUAL + "It differed (cells: 5.1 ± 1.2; placebo: 6.2 ± 1.3; p = .02).", ["5.1±1.2 (40) v 6.2±1.3 (40)"]),
        (EQUAL + "It was 51% ± 12% with cells, while it was 62% ± 13% with placebo (p = .02).",
         ["51%±12% (40) v 62%±13% (40)"]),
        (EQUAL + "It was 5.1 ± 1.2 with cells at 2 weeks and 6.2 ± 1.3 with placebo (p = .02).",
         ["5.1±1.2 (40) v 6.2±1.3 (40)"]),
        (EQUAL + "It was lower (5.1 ± 1.2 m with cells; 6.2 ± 1.3 m with placebo; p = .02).",
         ["5.1±1.2 (40) v 6.2±1.3 (40)"]),
        *(
            (EQUAL + text, ["5.1±1.2 (40) v 6.2±1.3 (40)"])
            for text in (
                "It was 5.1 ± 1.2 h with cells and 6.2 ± 1.3 h without. This difference was significant (p = .02).",
                "It rose by 5.1 ± 1.2 with cells while by 6.2 ± 1.3 without. They differed, p = .02.",
                "It was less (mean 5.1, SD 1.2) than without (mean 6.2, SD 1.3; t(78) = 3.9, p < .001).",
                "It was less (5.1 ± 1.2 v 6.2 ± 1.3 h, respectively, two-tailed t-test, p < .001).",
                "It was less (5.1 ± 1.2 v 6.2 ± 1.3; analysed by an ANOVA, p < .001).",
                "It was 5.1 ± 1.2 v 6.2 ± 1.3 mL/min/1.73 m2, p < .001.",
            )
        ),
        (EQUAL + "It was 5.1 ± 1.2 with cells and 6.2 ± 1.3 without. Thirty left early (p = .02).", []),
        (EQUAL + "It was 5.1 ± 1.2 at 2 weeks and 6.2 ± 1.3 at 6 months (p = .02).", []),
        # Another quantity, three arms, no word that tells the arms apart, one arm at two times.
        (EQUAL + "It was lower (78.1 ± 6.7 mg; error 3.2 ± 2.4; p = .02).", []),
        (EQUAL + "It was 1.1 ± 0.2 v 1.3 ± 0.3 v 1.4 ± 0.2 (p = .02).", []),
        (ARMS + "It was 10.1 ± 8.8 vs 14.3 ± 10.1 (P < 0.01).", ["10.1±8.8 (?) v 14.3±10.1 (?)"]),
        (EQUAL + "Scores fell from 6.2 ± 1.3 at baseline and 5.1 ± 1.2 after it (p = .02).", []),
        # Counts whose percentages the arms' sizes give.
        (
            ARMS + "It rose in 52 (86.7%) of the cell group, and in 17 (42.5%) of the control group (P = 0.001).",
            ["52 (60) v 17 (40)"],
        ),
        (ARMS + "It rose in 52 (80.0%) of the cell group, and in 17 (42.5%) of the control group (P = 0.001).", []),
    ],
)  # fmt: skip
def test_two_arms_are_joined_to_their_sizes(text: str, expected: list[str]) -> None:
    assert joined(text) == expected


def test_what_is_joined_is_only_noted() -> None:
    text = (
        ARMS
        + "NIHSS was lower in the cell than in the control group (10.09 ± 8.86 vs 14.35 ± 10.14, P < 0.01)."
    )
    found = [(finding.code, finding.severity) for finding in audit_text("x", text).findings]
    assert found == [("MSC305", "note"), ("MSC407", "note")]


def shares(text: str) -> list[str]:
    """`12/60` for every count whose denominator stands elsewhere."""
    return [
        f"{group.x.text}/{group.n.text}"
        for group in read(text).groups
        if isinstance(group, Proportion) and group.joined
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The arm that words name, or the one size that gives the percentage.
        (ARMS + "Fever was seen in 12 patients (20%) of the cell group.", ["12/60"]),
        (ARMS + "Twelve control patients (30%) had fever.", ["twelve/40"]),
        (ARMS + "Fewer of the cell group than of the control group fell: 6 (10%) versus 8 (20%).", ["6/60", "8/40"]),
        (ARMS + "In all, 95 (95%) completed it.", ["95/100"]),
        ("Of 52 patients who were seen, some left. Eighteen of them (34%) died.", ["eighteen/52"]),
        (ARMS + "Of them 7% (n = 7) had fever.", ["7/100"]),
        # Cut off, not rounded; a slip where the arm is named.
        (EQUAL + "Fever was seen in 15 (37%).", ["15/40"]),
        ("Rats were randomised to cells (n = 81) or sham (n = 79). Seven (8.7%) with cells died.", ["seven/81"]),
        # What other counts of the text are over.
        ("Rash (15% [8/53]) was rare. Pain was seen in 4 women (8%) and fever in 2 (4%).", ["4/53", "2/53"]),
        # A part of its own list is no whole, but for those "of whom".
        ("All but 3 came: 23 (92%) had cells, 25 (100%) sham, and 24 (96%) neither.", []),
        ("Fever was seen in 50 (41%), 18 (36%) of whom had cells.", ["18/50"]),
        # Any one number before a count may be what it is of.
        ("Thirty of 40 came. Twenty-two (73%) were women.", ["22/30"]),
        ("The survey was answered (981/1538) with 447 (45.6%) for it.", ["447/981"]),
        ("Of 300 films, 28 (9%) were out of focus. A further 12 (4%) were lost.", ["12/300"]),
        ("The rate was 38.5% (15/39), for pain (n = 6, 40%) or none (n = 4; 27%).", ["6/15", "4/15"]),
        ("All 331 lived. There were 80 cases (prevalence = 24.2%).", ["80/331"]),
        ("Fifty-five came and 42 (19 men and 23 women) agreed to it (76%).", ["42/55"]),
        ("Of 311 men some came; all 43 volunteers (14% participation rate) stayed.", ["43/311"]),
        ("All 290 came. Most users (87%, n = 251) stayed.", ["251/290"]),
        ("They were 290. It was finished by 87% of all users (n = 251).", ["251/290"]),
        ("They were seen for 30 minutes. It failed in 21 (70%).", []),
        ("It was used in 55 patients (89%) versus 1 (2%).", []),
        ("All 88 came: nurses (93.2%; n = 82), few doctors (4.5%; 4), clerks (2%, 2).", ["82/88", "4/88", "2/88"]),
        ("Of the 1176 others some were away (n = 861, 73.2%), (v) ill (n = 6, 0.5%).", ["861/1176", "6/1176"]),
        ("All 53 came. It was stopped in 5 and 2 women (9.4% and 3.8%).", ["5/53", "2/53"]),
        ("All 50 came; pain in 5 vs 10 (10% vs 20%, p = 0.2).", ["5/50", "10/50"]),
        # Rounded before cut off; of "these" the last.
        ("Of 309 most (280, 90.6%) were born there, few (33, 11%) smoked.", ["280/309", "33/309"]),
        ("In all 477 came (n = 476). Of these, 128 (27%) had cells.", ["128/476"]),
        # A size of an arm is a count of all; later counts tell denominators.
        ("They asked 200: 50 were randomised to cells (25%), 150 randomised to sham (75%).", ["50/200", "150/200"]),
        ("There were 14 men (29.8%) with cells, and 39/47 (83%) had fever.", ["14/47"]),
        ("Of 49 asked, 30 were away and the rest came. Thus, 19 (39% of those asked) stayed.", ["19/49"]),
        ("Of the 39 wards that did so (80%), 34 (87%) took part.", ["34/39"]),
        ("They saw 166; 138 (83.1%) could take part, and 72 (52.2%) were randomised.", ["138/166", "72/138"]),
        ("Of these, 37 were given cells (86% women), 36 sham and 35 none (95% women).", []),
        ("They saw 458 at first; 87.3% came back, and of these 400 most had no fever.", ["400/458"]),
        ("260 cycles were begun. Thirty births were seen, a delivery rate per cycle of 11.5%.", ["30/260"]),
        ("It was seen in 31 women (83.8%) with cells, so that 26 of them had it twice; 31 were men.", []),
        ("They saw 78. Grade > =2 was felt in 2.6%, grade 3 in 3.8%, 12 months on 15.4%.", []),
        # No size gives it, or two do.
        (ARMS + "Fever was seen in 13 (20%) of the cell group.", []),
        ("They were randomised to cells (n = 41) or sham (n = 42). One (2%) died.", []),
        ("Two adults were randomised. One (50%) died.", []),
    ],
)  # fmt: skip
def test_counts_find_their_arm(text: str, expected: list[str]) -> None:
    assert shares(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It came in 35/36 or 97.2% with cells, in 32/32 or 100% with sham.", ["35/36", "32/32"]),
        ("It was seen in 49 of 60 patients, that is, 82%.", ["49/60"]),
        ("Most (81%; n = 72/88) came; the rate was 44.4%; 16/36 had pain.", ["72/88", "16/36"]),
        ("From 242 nurses (in 31 wards), 186 came, so that the response rate was 76.9%.", ["186/242"]),
        ("There were 154 answers out of the 392 patients with cells (rate of 39.3%).", ["154/392"]),
        ("Overall, 400 out of 698 answered the letter, for a 57.3% response.", ["400/698"]),
        (
            "Twenty-two of the 27 women with malaria who had come in the first two weeks had no fever (81%).",
            ["22/27"],
        ),
        ("Of 4,824 women seen from 1995 to 2000, only one woman (0.02%) had it.", ["1/4824"]),
        (
            "It fell out more often in those with cells (67% 8/12) than with sham (17% 6/36).",
            ["8/12", "6/36"],
        ),
        ("The majority of those who were seen (20 out of 23, i.e. 87%) were mild.", ["20/23"]),
        ("It was healed. 5 (7.7%) women of the 65 with cells were lost to follow-up.", ["5/65"]),
        ("Of these 532 were men and 481 women. Ninety percent were older than most.", []),
        # A percentage between them has a count of its own.
        ("It came in 29 of 30 wards and was seen as such in 87% and 96% of the beds.", []),
        ("Of 40 asked, it fell by 30% reduction in 12.", []),
        # Not what they give; no counts.
        ("It came in 35/36 or 87.2% with cells, in 3.5/7 or 50%.", []),
        ("It was one half or 50%, grade 3/4 or 75%, ½ or 50% (50%; half).", []),
    ],
)
def test_counts_beside_their_whole_are_read_where_it_gives_the_percentage(
    text: str, expected: list[str]
) -> None:
    found = [group for group in read(text).groups if isinstance(group, Proportion)]
    assert sorted(f"{as_digits(group.x.text)}/{as_digits(group.n.text)}" for group in found) == sorted(
        expected
    )
    assert all(group.joined or not group.sure for group in found)
