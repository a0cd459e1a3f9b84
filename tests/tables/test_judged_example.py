"""The judged example of docs/judgements.md: each kind of row, cell by cell, with the guidance that it follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.pool.selection import Question, select
from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.run import run_checks
from msc_evidence.registry.loader import load
from msc_evidence.tables.compare import arms_table
from msc_evidence.tables.harm_words import harm_sentences
from msc_evidence.tables.review import table_named
from msc_evidence.tables.table import Table, Value

FILE = Path(__file__).parents[2] / "docs" / "judged.yaml"
TEXT = Path(__file__).parents[1] / "registries" / "texts" / "epsilon-2025.txt"
QUERY = replace(Query.of_everything(Analysis(load(FILE))), every=True, nnt=True)
ALONE = " (the direction alone: no difference that matters was given)."
CELLS = "Mesenchymal stem cells"


@pytest.fixture(scope="module")
def page() -> Table:
    return table_named("sof").page_table(QUERY)


def row(page: Table, outcome: str) -> Mapping[str, Value]:
    return next(row for row in page.rows if plain(row["outcome"]).startswith(outcome))


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
    ("outcome", "participants", "relative", "control", "treated", "difference", "nnt"),
    [
        # Pooled risk ratio (R: metafor::rma, REML), applied to the median control risk (Handbook, chapter 14). More of
        # a part of a scale are not said to be better: no benefit or harm, but one more or fewer.
        ("modified Rankin", "250 (3 trials)", "RR 1.35 (0.95 to 1.90)", "300 per 1000", "404 per 1000 (285 to 571)",
         "104 more per 1000 (from 15 fewer to 271 more)", "10 for one more (67 for one fewer to ∞ to 4 for one more)"),
        # An interval that includes no difference passes through infinity (Altman 1998, BMJ 317:1309); rounded up.
        ("death, 90 d", "210 (2 trials)", "RR 0.68 (0.31 to 1.49)", "133 per 1000", "90 per 1000 (41 to 199)",
         "43 fewer per 1000 (from 92 fewer to 66 more)", "NNTB 24 (NNTB 11 to ∞ to NNTH 16)"),
        # The same relative effect on two further risks (Guyatt 2013, 10.1016/j.jclinepi.2012.01.012).
        ("death: low risk", "", "RR 0.68 (0.31 to 1.49)", "50 per 1000", "34 per 1000 (15 to 75)",
         "16 fewer per 1000 (from 35 fewer to 25 more)", "NNTB 63 (NNTB 29 to ∞ to NNTH 41)"),
        ("death: high risk", "", "RR 0.68 (0.31 to 1.49)", "400 per 1000", "271 per 1000 (123 to 597)",
         "129 fewer per 1000 (from 277 fewer to 197 more)", "NNTB 8 (NNTB 4 to ∞ to NNTH 6)"),
        # MD 0.08, SE √(2 · 20²/60) = 3.6515.
        ("Barthel", "120 (1 trial)", "", "mean 70.00", "", "MD 0.08 higher (7.08 lower to 7.24 higher)", ""),
        # 1 − 0.7^0.70 = 0.221 have the event (Skoetz 2020, 10.1016/j.jclinepi.2019.10.015).
        ("time to death", "120 (1 trial)", "HR 0.70 (0.52 to 0.94)", "300 per 1000", "221 per 1000 (169 to 285)",
         "79 fewer per 1000 (from 131 fewer to 15 fewer)", "NNTB 13 (8 to 67)"),
        # A harm is an outcome: 12/60 v 5/60 (Handbook, chapter 19).
        ("serious", "120 (1 trial)", "RR 2.40 (0.90 to 6.39)", "83 per 1000", "200 per 1000 (75 to 533)",
         "117 more per 1000 (from 8 fewer to 450 more)", "NNTH 9 (NNTB 121 to ∞ to NNTH 3)"),
        # 4/60 v 0/60: ½ added for the ratio; Newcombe's score interval of the risk difference (R: Wilson's limits of
        # prop.test without correction), since Wald's excludes no effect where an arm is empty.
        ("infection", "120 (1 trial)", "RR 9.00 (0.50 to 163.58)", "0 per 1000 (0/60)", "67 per 1000 (4/60)",
         "67 more per 1000 (from 6 fewer to 159 more)", "NNTH 15 (NNTB 172 to ∞ to NNTH 7)"),
        # 1 − 0.05^(1/60) = 0.0487 (Hanley 1983, JAMA 249:1743); no ratio (Handbook 5.1, 16.9.3).
        ("tumour", "120 (1 trial)", "", "0 per 1000 (0/60)", "0 per 1000 (0/60)",
         "0 per 1000 (up to 49 per 1000 remain possible in either arm)", ""),
        # 1 − 0.05^(1/1000) = 0.00299.
        ("pulmonary", "2,000 (1 trial)", "", "0 per 1000 (0/1000)", "0 per 1000 (0/1000)",
         "0 per 1000 (up to 3 per 1000 remain possible in either arm)", ""),
        # 1350/5000 v 1800/5000.
        ("recurrent", "10,000 (1 trial)", "RR 0.75 (0.71 to 0.80)", "360 per 1000", "270 per 1000 (255 to 286)",
         "90 fewer per 1000 (from 105 fewer to 74 fewer)", "NNTB 12 (10 to 14)"),
        # SE √(2 · 10²/5000) = 0.2.
        ("quality", "10,000 (1 trial)", "", "mean 60.00", "", "MD 0.02 higher (0.37 lower to 0.41 higher)", ""),
        # A risk of 0.2 · 5.99 = 1.198 is shown as 1.
        ("walking", "200 (1 trial)", "RR 4.00 (2.67 to 5.99)", "200 per 1000", "800 per 1000 (534 to 1,000)",
         "600 more per 1000 (from 334 more to 800 more)", "NNTB 2 (2 to 3)"),
        ("satisfaction", "10,000 (1 trial)", "", "", "", "", ""),
    ],
)  # fmt: skip
def test_the_numbers_of_each_kind_of_row(
    page: Table,
    outcome: str,
    participants: str,
    relative: str,
    control: str,
    treated: str,
    difference: str,
    nnt: str,
) -> None:
    cells, keys = row(page, outcome), ("participants", "relative", "control", "treated", "difference", "nnt")
    expected = [participants, relative, control, treated, difference, nnt]
    assert [plain(cells.get(key)) for key in keys] == expected


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        # Santesso 2020 (10.1016/j.jclinepi.2019.10.014): low certainty, may; the size by the thresholds given.
        ("modified Rankin", f"{CELLS} may increase the proportion with mRS 0-2 (modified Rankin Scale) at 90 d."),
        ("death", ""),
        ("Barthel", f"{CELLS} result in little to no difference in the Barthel Index at 90 d."),
        # A hazard ratio below 1 makes the event rarer; it does not shorten the time to it.
        ("time to death", f"{CELLS} probably reduce the rate of death at 1 y{ALONE}"),
        ("serious", f"{CELLS} may increase serious adverse events at 90 d{ALONE}"),
        ("tumour", "No event in either arm: no relative effect."),
        ("recurrent", f"{CELLS} reduce recurrent stroke at 90 d{ALONE}"),
        # A trivial difference without one that matters: the direction, and that it is no more.
        ("quality", f"{CELLS} probably improve quality of life at 90 d{ALONE}"),
        # Started low and rated up for a large effect.
        ("walking", f"{CELLS} probably increase walking without help at 90 d{ALONE}"),
        # What cannot be pooled in words, by direction and not by significance (SWiM: Campbell 2020, BMJ 368:l6890).
        ("satisfaction", "Not pooled. In one trial more were satisfied after cells. Epsilon 2025: in favour of cells,"
         " p 0.03."),
    ],
)  # fmt: skip
def test_the_sentence_of_each_kind_of_row(page: Table, outcome: str, said: str) -> None:
    assert plain(row(page, outcome)["in_words"]) == said


@pytest.mark.parametrize(
    ("outcome", "certainty", "proposed"),
    [
        # Guyatt 2011 (10.1016/j.jclinepi.2011.01.012), Zeng 2022 (10.1016/j.jclinepi.2022.07.014), Core GRADE 2
        # (10.1136/bmj-2024-081904): the absolute interval −15 to 271 includes 50 per 1000, and not −50.
        ("modified Rankin", "⊕⊕⊝⊝ low", None),
        ("death", "not judged", "Proposed, not judged: 2 levels down for imprecision: the 95% CI includes no effect and"
         " the thresholds 0.75 and 1.25 (appreciable benefit or harm)."),
        ("Barthel", "⊕⊕⊕⊕ high", None),
        ("time to death", "⊕⊕⊕⊝ moderate", "Judged 1 level down for imprecision; the numbers propose no level: the"
         " 95% CI excludes no effect, and no difference that matters is given."),
        ("serious", "⊕⊕⊝⊝ low", "Judged 2 levels down for imprecision; the numbers propose 1 level: the 95% CI includes"
         " no effect and the threshold 1.25 (appreciable benefit or harm)."),
        # 0.71 to 0.80 contains 0.75 and excludes no effect, with 10,000 participants: no level.
        ("recurrent", "⊕⊕⊕⊕ high", None),
        ("quality", "⊕⊕⊕⊝ moderate", "Nothing is proposed for imprecision: a difference on a scale, and no difference"
         " that matters is given (`important`)."),
        # In the direction of the estimate, an increase: 4(z₀.₉₇₅ + z₀.₈)² · 0.225 · 0.775/0.05² = 2,190.
        ("walking", "⊕⊕⊕⊝ moderate", "Judged no level down for imprecision; the numbers propose 2 levels: the 95% CI"
         " excludes no effect, and no difference that matters is given; 200 participants are far fewer than the optimal"
         " information size of 2,190 (a risk of 0.25 instead of 0.2; α 0.05, power 80%)."),
    ],
)  # fmt: skip
def test_imprecision_is_proposed_beside_what_was_judged(
    page: Table, outcome: str, certainty: str, proposed: str | None
) -> None:
    cell = str(row(page, outcome)["certainty"])
    notes = dict(note.split(" ", 1) for note in page.notes if note[0] in "¹²³⁴⁵⁶⁷⁸⁹")
    said = [notes[mark] for mark in cell.split() if mark in notes and "imprecision:" in notes[mark]]
    said += [notes[mark] for mark in cell.split() if mark in notes and "imprecision; " in notes[mark]]
    assert plain(cell) == certainty
    assert said == ([proposed] if proposed else [])


@pytest.mark.parametrize(
    "note",
    [
        "Scale from 0 to 100; higher is better.",
        "Difference that matters: a risk difference of 0.05 (five in a hundred more who are independent).",
        "Follow-up of these trials: 90 d to 1 y (not stated by 1 trial).",
        "Risk of this group: an invented register of people above 80.",
        # exp(0.2965 ± 12.706 · 0.1773), t with k − 2 degrees of freedom (Higgins 2009).
        "Random effects (REML), z interval; I² 0%, τ² 0.000; 95% prediction interval 0.14 to 12.80.",
        "Beta 2021 counts it as a harm until 90 d: 9 events in cells (n 60) and 3 events in control (n 30). Counted,"
        " not pooled.",
        # R: metafor::rma.peto(4, 56, 0, 60).
        "Peto's odds ratio, for rare events: 7.78 (1.07 to 56.65), nothing added.",
        "Not in the effect: Delta 2024: not randomised.",
        "None of these trials is recorded as randomised.",
        "Large effect, rated up 1 level: a risk ratio above two.",
        "A risk that the effect would make more than 1,000 or less than 0 per 1000 is shown as that.",
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
    judged = [
        row for row in table_named("robins").page_table(QUERY).rows if "not judged" not in str(row["D1"])
    ]
    assert [(row["D1"], row["D6"], row["Overall"]) for row in judged] == [
        ("x serious", "- moderate", "x serious")
    ]


def test_bias_is_judged_of_outcome_time_and_definition_and_a_departure_is_noted() -> None:
    """RoB 2's rule: low where every domain is low (Sterne 2019, BMJ 366:l4898)."""
    made = table_named("rob").page_table(QUERY)
    judged = [
        (row["study"], row["result"], row["Overall"]) for row in made.rows if "judged" not in str(row["D1"])
    ]
    assert judged == [
        ("Alpha 2019", "modified Rankin Scale (mRS 0-2) at 90 d", "- some concerns"),
        ("Alpha 2019", "death at 90 d", "+ low"),
        ("Beta 2021", "modified Rankin Scale at 90 d", "x high"),
        ("Epsilon 2025", "recurrent stroke at 90 d", "+ low"),
    ]
    (departure,) = (note for note in made.notes if "than its worst domain" in note)
    assert departure.startswith(
        "Epsilon 2025, recurrent stroke at 90 d: overall low is better than its worst domain"
    )
    found = run_checks(QUERY.analysis, select=["MSC12"]).findings
    assert [(finding.code, finding.trial, finding.severity) for finding in found] == [
        ("MSC122", "epsilon-2025", "note")
    ]


def test_claims_stand_beside_effects_and_both_arms() -> None:
    """Cochrane Handbook, chapter 15: effect and interval first, significance second.

    Where no p is printed nothing is said of Holm's correction; an adjusted analysis is no second result.
    """
    benefit, safe, recurrence = (row["allows"] for row in table_named("claims").page_table(QUERY).rows)
    assert benefit == (
        "RR 0.62 (0.22 to 1.80), computed at 90 d: the interval leaves both directions possible;"
        " direction: 1 favour MSC, 0 control"
    )
    assert safe == (
        "serious adverse event until 90 d: 12 of 60 in cells v 5 of 60 in control, RR 2.40 (0.90 to 6.39), computed"
    )
    assert recurrence == (
        "RR 0.75 (0.71–0.80) at 90 d: the interval excludes no effect; direction: 1 favour MSC, 0 control; 1 of 1"
        " result is significant at 0.05, still after Holm's correction over the 3 p-values of abstract; 1 of 1 adjusted"
        " analysis is significant"
    )


def test_the_silence_of_an_abstract_that_was_read_is_an_answer() -> None:
    """CONSORT for Abstracts (Hopewell 2008): masking, trial status, harms, register and funding are not in its text."""
    rows = table_named("consort").page_table(QUERY).rows
    answers = {row["number"]: row["answer"] for row in rows if row["study"] == "Epsilon 2025"}
    assert [number for number, answer in answers.items() if answer == "no"] == [9, 11, 14, 16, 17]
    assert {number: answer for number, answer in answers.items() if answer not in ("yes", "no")} == {
        2: "not applicable", 4: "partial", 8: "partial",
    }  # fmt: skip


def test_the_fingerprint_of_the_abstract_is_that_of_its_text() -> None:
    texts = {"epsilon-2025": {"abstract": TEXT.read_text(encoding="utf-8")}}
    report = run_checks(QUERY.analysis, ["epsilon-2025"], select=["MSC6"], texts=texts)
    assert report.findings == ()


def test_harms_are_outcomes_in_every_answer() -> None:
    question = Question("sae", "RR")
    pooled = select(question, QUERY.results, QUERY.registry.trials)
    assert [(entry.study, entry.data["ai"], entry.data["ci"]) for entry in pooled.entries] == [
        ("alpha-2019", 12, 5)
    ]
    (arms,) = (row for row in arms_table(QUERY.records["alpha-2019"]).rows if "serious" in str(row["what"]))
    assert tuple(arms.values()) == ("serious adverse event, 90 d, RR 2.40 (0.90 to 6.39)", "12/60", "5/60")
    (sentence,) = harm_sentences(QUERY)
    assert sentence == (
        "Harms: serious adverse event until 90 d: Alpha 2019 12/60 v 5/60, RR 2.40 (0.90 to 6.39); 1 adverse event"
        " in one arm or as events, not pooled (msc-evidence table results)."
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
