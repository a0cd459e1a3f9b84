"""Drafts from the tables of articles: what is sure is filled in, and every number is tied to its cell."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.run import run_checks
from msc_evidence.exchange.drafts_of_texts import registry_of_drafts
from msc_evidence.reading.draft import draft
from msc_evidence.reading.tables.article import article_tables
from msc_evidence.reading.tables.jats import jats_tables
from msc_evidence.reading.texts.citation import TextCitation
from msc_evidence.reading.texts.document import TextDocument
from msc_evidence.registry.loader import Registry, load
from tests.reading.tables_of import article_xml, table_xml

ABSTRACT = (
    "We randomised 44 patients to cells (n = 20) or placebo (n = 24). Recovery was no better (P = .04)."
)
ENTRY = table_xml(
    "| | Cells (n = 20) | Placebo (n = 24) | P |",
    """Age, mean (SD) | 63.2 (11.4) | 64.0 (12.0) | 0.82
    Men, n (%) | 12 (60) | 14 (58) | 0.91
    Weight, kg | 70 ± 9 | 71 ± 8 |
    Time | 5 (2–9) | 6 (1–8) |""",
    caption="Baseline characteristics",
)
RESULTS = table_xml(
    "| | Cells (n = 19) | Placebo (n = 24) | Mean difference (95% CI) | P |",
    """Barthel Index at 6 months, mean (SD) | 71.0 (9.1) | 66.5 (8.8) | 4.5 (-0.9 to 9.9) | 0.10
    Independent, n (%) | 9 (47.4) | 8 (33.3) | | 0.35""",
    caption="Outcomes at follow-up",
    id="T2",
)
HARMS = table_xml(
    "| | Cells (n = 20) | Placebo (n = 24) |",
    "Seizure, n (%) | 2 (10) | 0 (0)",
    caption="Adverse events",
    id="T3",
)
NAME = "doe-2020"


def drafted(tmp_path: Path, *tables: str, abstract: str = ABSTRACT) -> tuple[Registry, str]:
    root = ElementTree.fromstring(article_xml(*tables))
    document = TextDocument("1", abstract, "a.xml:1")
    citation = TextCitation(authors=("Doe J",), year="2020", title="Cells", journal="J")
    text = registry_of_drafts([draft(document, citation, article_tables(root))])
    file = tmp_path / "draft.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file), text


def found(registry: Registry, *tables: str, code: str) -> list[str]:
    articles = {NAME: {"full-text": tuple(jats_tables(ElementTree.fromstring(article_xml(*tables))))}}
    report = run_checks(Analysis(registry), articles=articles if tables else None, select=[code])
    return [finding.message for finding in report.findings]


def test_rows_become_parts_of_the_record(tmp_path: Path) -> None:
    registry, text = drafted(tmp_path, ENTRY, RESULTS, HARMS)
    trial = registry.trials[NAME]
    age, men, weight = trial.baseline
    cells, placebo = trial.arms
    assert age.arms
    assert men.arms
    assert weight.arms
    assert (str(age.arms[cells].mean), str(age.arms[cells].sd), str(age.p)) == ("63.2", "11.4", "0.82")
    assert (str(men.arms[placebo].events), str(men.arms[placebo].percent), men.arms[placebo].n) == (
        "14",
        "58",
        None,
    )
    assert (str(weight.arms[cells].mean), weight.arms[cells].sd) == ("70", None)
    barthel, independent = (result for result in trial.results if result.source == "full-text")
    assert (str(barthel.at), str(barthel.effect and barthel.effect.printed)) == (
        "6 mo",
        "MD 4.5 (-0.9 to 9.9)",
    )
    assert barthel.arms
    assert (str(barthel.arms[cells].n), barthel.arms[placebo].n) == ("19", None)
    assert registry.outcomes[independent.outcome].type == "binary"
    (seizure,) = trial.harms
    assert {arm: str(count) for arm, count in seizure.arms.items()} == {cells: "2", placebo: "0"}
    for remark in ("to do: SD or SE, which the table does not say: 70 ± 9 | 71 ± 8", "T1!r4 Time: 5 (2–9)"):
        assert remark in text


def test_arms_of_tables_alone_are_named_and_their_role_is_only_guessed_in_a_remark(tmp_path: Path) -> None:
    registry, text = drafted(tmp_path, ENTRY, abstract="Recovery was no better (P = .04).")
    trial = registry.trials[NAME]
    assert {arm: (part.label, part.role, part.n) for arm, part in trial.arms.items()} == {
        "cells": ("Cells", None, None),
        "placebo": ("Placebo", None, None),
    }
    assert {arm: str(part.n) for arm, part in trial.also[0].arms.items()} == {"cells": "20", "placebo": "24"}
    assert "role (control, by its name?)" in text


def test_checks_ask_only_for_what_is_to_do_and_every_number_is_tied(tmp_path: Path) -> None:
    registry, _ = drafted(tmp_path, ENTRY, RESULTS, HARMS)
    report = run_checks(Analysis(registry))
    assert not [finding for finding in report.findings if finding.severity == "error"]
    assert "0 only name it" in report.summary
    for code in ("MSC611", "MSC612", "MSC613"):
        assert found(registry, ENTRY, RESULTS, HARMS, code=code) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("mean: 63.2", "mean: 63.4", "MSC611", "63.4 is not in T1!r1c1, which prints 63.2 (11.4)"),
        ("p: 0.82", "p: 0.28", "MSC611", "0.28 is not in T1!r1c3, which prints 0.82"),
        ("n: 19", "n: 18", "MSC611", "n 18 is in no listed cell"),
        ("p=T1!r1c3", "", "MSC611", "0.82: `from` names no cell of p"),
        (
            "T1!r1c1 = 63.2",
            "T1!r1c1 = 63.4",
            "MSC613",
            "the list of cells of full-text is not the one that was sealed",
        ),
    ],
)
def test_a_digit_that_is_not_in_its_cell(tmp_path: Path, old: str, new: str, code: str, said: str) -> None:
    _, text = drafted(tmp_path, ENTRY, RESULTS)
    assert old in text
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert [message[: len(said)] for message in found(load(changed), code=code)] == [said]


OF_OTHERS = """Men, n (%) | 12 (60) | 14 (58) |
    Smokers, n (%) | 9 (50) | 6 (25) |
    Drivers, n (%) | 5 (25) | 11 (50) |
    Pilots, n (%) | 4 (20) | 18 (72) |"""


def test_a_row_whose_percentages_are_of_others_is_left_and_a_misprint_is_kept(tmp_path: Path) -> None:
    table = table_xml(
        "| | Cells (n = 20) | Placebo (n = 24) |", OF_OTHERS, caption="Baseline characteristics"
    )
    registry, text = drafted(tmp_path, table)
    assert [row.variable for row in registry.trials[NAME].baseline] == ["Men, n (%)", "Pilots, n (%)"]
    assert "T1!r2 Smokers, n (%): 9 (50) | 6 (25) (n_pct): 50% of how many are 9? not of 20" in text


def test_a_fraction_brings_its_own_size_and_an_interval_that_of_a_mean(tmp_path: Path) -> None:
    rows = "Cured at 6 months | 9/18 (50%) | 6/24 (25%) |\nPain at 6 months, mean (95% CI) | 5 (3, 7) | 6 (4, 8) |"
    table = table_xml("| | Cells (n = 20) | Placebo (n = 24) | P |", rows, caption="Outcomes")
    registry, _ = drafted(tmp_path, table)
    cured, pain = (result.arms for result in registry.trials[NAME].results if result.source == "full-text")
    assert cured
    assert pain
    assert [(str(values.events), str(values.n)) for values in cured.values()] == [("9", "18"), ("6", "None")]
    assert [str(values.ci) for values in pain.values()] == ["3–7", "4–8"]
    assert found(registry, table, code="MSC611") == []


def test_changes_in_per_cent_are_no_differences(tmp_path: Path) -> None:
    head = "| | >>2 Cells (n = 20) | >>2 Placebo (n = 24)\n| | Post | Δ% | Post | Δ%"
    table = table_xml(
        head, "Strength | 49.0 ± 9.0 | 5.6 ± 1.7 | 45.0 ± 8.0 | 4.5 ± 1.2", caption="Outcomes, mean ± SD"
    )
    registry, text = drafted(tmp_path, table)
    results = [result for result in registry.trials[NAME].results if result.source == "full-text"]
    assert [result.change for result in results] == [False, False]
    assert results[0].outcome != results[1].outcome
    assert "changes in per cent of the values at entry" in text


def test_units_stand_beside_measured_values(tmp_path: Path) -> None:
    registry, _ = drafted(
        tmp_path,
        ENTRY,
        table_xml(
            "| | Cells (n = 20) | Placebo (n = 24) | P |",
            "LDL (mmol/L), mean (SD) | 3.1 (0.4) | 3.2 (0.5) | 0.4\nCured, m | 9 (45) | 8 (33) |",
            caption="Outcomes at 6 months",
            id="T2",
        ),
    )
    assert [(row.variable, row.unit) for row in registry.trials[NAME].baseline][1:] == [
        ("Men, n (%)", None),
        ("Weight, kg", "kg"),
    ]
    assert {outcome.unit for outcome in registry.outcomes.values()} == {"mmol/L", None}


def test_labels_that_begin_alike_are_different_outcomes(tmp_path: Path) -> None:
    long = "Time in the target range of glucose from midnight to eight in the morning"
    rows = f"{long}, below | 5 ± 2 | 6 ± 2 |\n{long}, above | 5 ± 2 | 6 ± 2 |"
    table = table_xml(
        "| | Cells (n = 20) | Placebo (n = 24) | P |", rows, caption="Outcomes at 6 months, mean ± SD"
    )
    registry, _ = drafted(tmp_path, table)
    assert found(registry, code="MSC105") == []


def test_exchanged_arms_are_seen(tmp_path: Path) -> None:
    _, text = drafted(tmp_path, ENTRY, abstract="Recovery was no better (P = .04).")
    changed = tmp_path / "changed.yaml"
    swapped = text.replace("cells=T1!r1c1 placebo=T1!r1c2", "cells=T1!r1c2 placebo=T1!r1c1")
    changed.write_text(swapped, encoding="utf-8")
    assert len(found(load(changed), code="MSC611")) == 4


def test_the_article_is_read_again(tmp_path: Path) -> None:
    registry, _ = drafted(tmp_path, ENTRY)
    corrected = ENTRY.replace("63.2 (11.4)", "63.4 (11.4)")
    assert found(registry, corrected, code="MSC612") == [
        "the article of full-text prints 63.4 (11.4) at T1!r1c1, where 63.2 (11.4) was read"
    ]
    assert found(registry, corrected, code="MSC611") == [
        "63.2 is not in T1!r1c1, which prints 63.4 (11.4)",
    ]
    elsewhere = ENTRY.replace("5 (2–9)", "5 (2–8)")
    assert found(registry, elsewhere, code="MSC612") == [
        "the listed cells of full-text are those of the article, whose tables have changed elsewhere"
    ]
    assert found(registry, ENTRY.replace('"T1"', '"other-id"'), code="MSC612") == []
