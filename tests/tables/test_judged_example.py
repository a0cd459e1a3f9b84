"""The judged example of docs/judgements.md: each kind of row, cell by cell, with the guidance that it follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import load
from msc_evidence.tables.review import table_named
from msc_evidence.tables.table import Table

QUERY = Query.of_everything(Analysis(load(Path(__file__).parents[2] / "docs" / "judged.yaml")))
ALONE = " (the direction alone: no difference that matters was given)."
CELLS = "Mesenchymal stem cells"


@pytest.fixture(scope="module")
def page() -> Table:
    return table_named("sof").page_table(QUERY)


def plain(value: object) -> str:
    """A cell without its footnotes."""
    return str(value or "").translate(str.maketrans("", "", "⁰¹²³⁴⁵⁶⁷⁸⁹")).rstrip()


def test_headings_name_what_is_compared(page: Table) -> None:
    """GRADE's Summary of Findings (Guyatt 2013, 10.1016/j.jclinepi.2012.01.012): anticipated absolute effects."""
    assert [column.title for column in page.columns][2:6] == [
        "Relative effect (95% CI)",
        "Anticipated absolute effects (95% CI): risk with placebo or standard care",
        "Risk with mesenchymal stem cells",
        "Difference",
    ]


@pytest.mark.parametrize(
    ("row", "participants", "relative", "control", "treated", "difference"),
    [
        # Pooled risk ratio (R: metafor::rma, REML), applied to the median control risk (Handbook, chapter 14).
        (0, "250 (3 trials)", "RR 1.35 (0.95 to 1.90)", "300 per 1000", "404 per 1000 (285 to 571)",
         "104 more per 1000 (from 15 fewer to 271 more)"),
        (1, "210 (2 trials)", "RR 0.68 (0.31 to 1.49)", "133 per 1000", "90 per 1000 (41 to 199)",
         "43 fewer per 1000 (from 92 fewer to 66 more)"),
        # MD 0.08, SE √(2 · 20²/60) = 3.6515.
        (2, "120 (1 trial)", "", "mean 70.00", "", "MD 0.08 higher (7.08 lower to 7.24 higher)"),
        # 1 − 0.7^0.70 = 0.221 have the event (Skoetz 2020, 10.1016/j.jclinepi.2019.10.015).
        (3, "120 (1 trial)", "HR 0.70 (0.52 to 0.94)", "300 per 1000", "221 per 1000 (169 to 285)",
         "79 fewer per 1000 (from 131 fewer to 15 fewer)"),
        # A harm is an outcome: 12/60 v 5/60 (Handbook, chapter 19).
        (4, "120 (1 trial)", "RR 2.40 (0.90 to 6.39)", "83 per 1000", "200 per 1000 (75 to 533)",
         "117 more per 1000 (from 8 fewer to 450 more)"),
        # 4/60 v 0/60: ½ added for the ratio; the risk difference 0.067 ± 1.96 √(0.067 · 0.933/60).
        (5, "120 (1 trial)", "RR 9.00 (0.50 to 163.58)", "0 per 1000 (0/60)", "67 per 1000 (4/60)",
         "67 more per 1000 (from 4 more to 130 more)"),
        # 1 − 0.05^(1/60) = 0.0487 (Hanley 1983, JAMA 249:1743); no ratio (Handbook 5.1, 16.9.3).
        (6, "120 (1 trial)", "", "0 per 1000 (0/60)", "0 per 1000 (0/60)",
         "0 per 1000 (up to 49 per 1000 remain possible in either arm)"),
    ],
)  # fmt: skip
def test_the_numbers_of_each_kind_of_row(
    page: Table, row: int, participants: str, relative: str, control: str, treated: str, difference: str
) -> None:
    keys = ("participants", "relative", "control", "treated", "difference")
    assert [plain(page.rows[row].get(key)) for key in keys] == [
        participants,
        relative,
        control,
        treated,
        difference,
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        # Santesso 2020 (10.1016/j.jclinepi.2019.10.014): low certainty, may; the size by the thresholds given.
        (0, f"{CELLS} may increase the proportion with mRS 0-2 (modified Rankin Scale) at 90 d."),
        (1, "Not judged."),
        (2, f"{CELLS} result in little to no difference in the Barthel Index at 90 d."),
        # A hazard ratio below 1 makes the event rarer; it does not shorten the time to it.
        (3, f"{CELLS} probably reduce the rate of death at 1 y{ALONE}"),
        (4, f"{CELLS} may increase serious adverse events at 90 d{ALONE}"),
        (6, "No event in either arm: no relative effect."),
    ],
)
def test_the_sentence_of_each_kind_of_row(page: Table, row: int, said: str) -> None:
    assert plain(page.rows[row]["in_words"]) == said


@pytest.mark.parametrize(
    "note",
    [
        "Scale from 0 to 100; higher is better.",
        "Difference that matters: a risk difference of 0.05 (five in a hundred more who are independent).",
        # exp(0.2965 ± 12.706 · 0.1773), t with k − 2 degrees of freedom (Higgins 2009).
        "Random effects (REML), z interval; I² 0%, τ² 0.000; 95% prediction interval 0.14 to 12.80.",
        "Judged 2 levels down for imprecision; the numbers propose 1 level: the 95% CI includes no effect and the"
        " threshold 1.25 (appreciable benefit or harm).",
        "Beta 2021 counts it as a harm until 90 d: 9 events in cells (n 60) and 3 events in control (n 30). Counted,"
        " not pooled.",
        # R: metafor::rma.peto(4, 56, 0, 60).
        "Peto's odds ratio, for rare events: 7.78 (1.07 to 56.65), nothing added.",
        "Not in the effect: Delta 2024: not randomised.",
    ],
)
def test_the_notes_say_what_a_cell_cannot(page: Table, note: str) -> None:
    assert any(line.endswith(note) for line in page.notes)


def test_all_four_definitions_of_certainty_are_in_the_legend(page: Table) -> None:
    """GRADE's four levels (Balshem 2011, 10.1016/j.jclinepi.2010.07.015)."""
    legend = next(note for note in page.notes if note.startswith("Certainty (GRADE"))
    assert [word for word in ("high:", "moderate:", "low:", "very low:") if word in legend] == [
        "high:", "moderate:", "low:", "very low:",
    ]  # fmt: skip


def test_a_trial_that_is_not_randomised_is_judged_by_robins_i() -> None:
    """Sterne 2016, BMJ 355:i4919."""
    (row,) = table_named("robins").page_table(QUERY).rows
    assert (row["D1"], row["D6"], row["Overall"]) == ("x serious", "- moderate", "x serious")


def test_claims_stand_beside_effects_and_both_arms() -> None:
    """Cochrane Handbook, chapter 15: effect and interval first."""
    benefit, safe = (row["allows"] for row in table_named("claims").page_table(QUERY).rows)
    assert benefit == (
        "RR 0.62 (0.22 to 1.80), computed at 90 d: the interval leaves both directions possible;"
        " direction: 1 favour MSC, 0 control"
    )
    assert safe == (
        "serious adverse event until 90 d: 12 of 60 in cells v 5 of 60 in control, RR 2.40 (0.90 to 6.39), computed"
    )


def test_results_have_counts_means_effects_and_where_they_come_from() -> None:
    """PRISMA 2020, item 19 (Page 2021, BMJ 372:n71)."""
    rows = {(row["study"], str(row["outcome"])): row for row in table_named("results").page_table(QUERY).rows}
    death = rows["Alpha 2019", "death ↓"]
    assert (death["treatment"], death["control"], death["effect"], death["basis"]) == (
        "5/60", "8/60", "RR 0.62 (0.22 to 1.80)", "computed",
    )  # fmt: skip
    assert rows["Alpha 2019", "time to death ↑"]["basis"] == "printed"
    assert rows["Beta 2021", "serious adverse event (harm)"]["treatment"] == "9 events, n 60"
