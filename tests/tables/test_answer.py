"""What a report says first: the question and its answer, from the numbers of the Summary of Findings alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.pages.forests import page_forests
from msc_evidence.registry.loader import load
from msc_evidence.tables.report import report_evidence
from msc_evidence.tables.review import table_named

ROOT = Path(__file__).parents[2]
UNJUDGED = "nobody has judged how certain this is (GRADE)."


def query(file: str) -> Query:
    return Query.of_everything(Analysis(load(ROOT / file)))


@pytest.mark.parametrize(
    ("file", "question", "answer"),
    [
        (
            "examples/bcg.yaml",
            "For people at risk of tuberculosis, what does BCG vaccine do, compared with no vaccine?",
            "The 95% CI excludes no difference for tuberculosis [RR 0.38 (0.22 to 0.65), 12 fewer per 1000 (from 15"
            f" fewer to 7 fewer); 7 trials, 222,519 participants]; {UNJUDGED}",
        ),
        (
            "tests/registries/statins.yaml",
            "For adults with heart failure, what do statins do, compared with placebo?",
            "The 95% CI includes no difference for death from any cause at 12 mo, time to death at 24 mo and"
            f" rhabdomyolysis at 12 mo; {UNJUDGED}",
        ),
        # Judged: GRADE's words, with what they rest on.
        (
            "docs/judged.yaml",
            "For adults with ischaemic stroke, what do mesenchymal stem cells do, compared with placebo or standard"
            " care?",
            "Mesenchymal stem cells may increase the proportion with mRS 0-2 (modified Rankin Scale) at 90 d [low"
            " certainty; RR 1.35 (0.95 to 1.90), 104 more per 1000 (from 15 fewer to 271 more); 3 trials, 250"
            " participants].",
        ),
        # Two interventions have no one name; what cannot be computed is said.
        (
            "tests/registries/knees.yaml",
            None,
            "The 95% CI includes no difference for pain on a visual analogue scale, change from baseline at 6 wk and"
            f" WOMAC at 6 wk; no effect for flexion and revision; {UNJUDGED}",
        ),
    ],
)  # fmt: skip
def test_a_report_begins_with_the_question_and_its_answer(
    file: str, question: str | None, answer: str
) -> None:
    evidence = report_evidence(query(file))
    assert (evidence.question, evidence.answer) == (question, answer)
    assert evidence.parts[0].name == "sof"


def test_what_only_p_values_imply_is_said_to_be_so() -> None:
    answer = report_evidence(query("trials.yaml")).answer
    assert (
        "Barthel Index at 3 mo [PS 0.87 (0.58 to 0.97), better with cells; 1 trial, 30 participants, "
        in answer
    )
    assert ", as its p-values imply]" in answer


@pytest.mark.parametrize("file", ["examples/bcg.yaml", "examples/asthma.yaml", "docs/judged.yaml"])
def test_a_forest_pools_what_the_summary_of_findings_pools(file: str) -> None:
    forests, _ = page_forests(query(file))
    rows = table_named("sof").table(query(file)).rows
    pooled = [
        row.effect
        for forest in forests
        if forest.of_summary
        for group in forest.groups
        for row in group.rows[len(group.rows) > 1 :]
        if row.kind == "pooled" or len(group.rows) == 1
    ]
    # A row for each baseline risk has the same effect.
    shown = list(dict.fromkeys(str(row["effect"]) for row in rows if row["effect"]))
    assert len(pooled) == len(shown)
    for effect, words in zip(pooled, shown, strict=True):
        assert effect.split(" ")[0].lstrip("−") in words


def test_the_times_of_an_outcome_share_a_forest_in_their_order() -> None:
    forests, undrawn = page_forests(query("trials.yaml"))
    barthel = next(forest for forest in forests if forest.title.startswith("Barthel Index"))
    assert [group.title for group in barthel.groups] == ["3 mo", "6 mo", "12 mo"]
    ends = [end for group in barthel.groups for row in group.rows for end in (row.mark.low, row.mark.high)]
    assert all(0 <= end <= 100 for end in ends)
    # Outcomes of one trial at one time stand together, those without an effect in a sentence.
    assert sum("from one trial at one time" in forest.title for forest in forests) < 6
    assert all(said.startswith("Without an effect: ") for said in undrawn)


def test_intervals_are_placed_as_the_logarithm_places_them() -> None:
    """Aronson 1948: RR 0.41; the middle of its interval on the log scale is the estimate (metafor dat.bcg)."""
    (forest,) = page_forests(query("examples/bcg.yaml"))[0]
    first = forest.groups[0].rows[0]
    assert (first.label, first.arms, first.effect) == (
        "Aronson 1948",
        ("4/123", "11/139"),
        "0.41 (0.13 to 1.26)",
    )
    assert first.mark.estimate == pytest.approx((first.mark.low + first.mark.high) / 2, abs=0.01)
    assert [row.kind for row in forest.groups[0].rows].count("study") == 7
    assert any("Not in it: Frimodt-Moller 1973" in note for note in forest.groups[0].notes)
