"""What the checks find in tables, and where another reading keeps them silent."""

from __future__ import annotations

import pytest

from msc_evidence.checks.audit.tables import audit_table
from msc_evidence.reading.tables.article import article_tables
from tests.reading.tables_of import article, table_xml

HEAD = "| | Cells (n = 20) | Control (n = 24) | P |"
MORE = "Smokers, n (%) | 10 (50) | 6 (25) |\nDrivers, n (%) | 5 (25) | 12 (50) |\nPilots, n (%) | 4 (20) | 18 (75) |"
T_TEST = "Values are mean (SD); Student's t test."
Found = list[tuple[str, str, str]]


def found(body: str, *, head: str = HEAD, title: str = "A trial of cells", **about: str) -> Found:
    """The code, severity and address of each finding."""
    tables = article_tables(article(table_xml(head, body, **about), title=title))
    findings = [finding for table in tables for finding in audit_table("PMC1", table).findings]
    return [(finding.code, finding.severity, finding.address) for finding in findings]


ACCUSED = {
    "a percentage of no participants": (f"Men, n (%) | 12 (60) | 14 (72) |\n{MORE}", "", "MSC205", "error", "r1c2"),
    "the last digit": (f"Men, n (%) | 12 (60) | 14 (58.4) |\n{MORE}", "", "MSC205", "note", "r1c2"),
    "more than everybody": ("Men, n (%) | 12 (60) | 26 (108) |", "", "MSC202", "error", "r1c2"),
    "a median outside its quartiles": ("Stay, median (IQR) | 9 (3–7) | 6 (4–8) | 0.2", "", "MSC301", "error", "r1c1"),
    "two proportions": ("Men, n (%) | 12 (60) | 4 (17) | 0.92", "", "MSC406", "warning", "r1c3"),
    "two means": ("Age | 61.0 (4.0) | 52.0 (5.0) | 0.92", T_TEST, "MSC407", "warning", "r1c3"),
    "an SD that is an SE": ("Age | 61.0 (1.0) | 60.0 (1.1) | 0.51", T_TEST, "MSC309", "warning", "r1c3"),
    "p printed as zero": ("Age | 61.0 (4.0) | 52.0 (5.0) | 0.000", "", "MSC411", "warning", "r1c3"),
    "a p of equal shares": ("Men, n (%) | 10 (50) | 12 (50) | 0.74", "", "MSC406", "warning", "r1c3"),
    "the share of the other half": (
        "Cohabiters/singles, n (% cohab.) | 9/4 (31) | 10/7 (41) |", "", "MSC205", "warning", "r1c1",
    ),
    "a count that its set lacks one of": (
        "Grade 0 | 14 (70) | 16 (66.7)|\nGrade 1 | 4 (20) | 5 (20.8) |\nGrade 2 | 2 (10) | 2 (12.5) |", "", "MSC205",
        "error", "r3c2",
    ),
    "a digit lost in the p of a pair": (
        "Ill, n (%) | | |\nYes | 12 (46) | 14 (54) | 0. 15\nNo | 3 (25) | 9 (75) |", "", "MSC406", "warning", "r2c3",
    ),
    "a set that is more than everybody": (
        "Stage | | | 0.5\nI | 12 (60) | 14 (58) |\nII | 9 (45) | 10 (42) |", "", "MSC206", "warning", "r2c1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ACCUSED)
def test_numbers_that_contradict_each_other_are_found_in_their_cell(case: str) -> None:
    body, foot, code, severity, cell = ACCUSED[case]
    assert (code, severity, f"T1!{cell}") in found(body, foot=foot)


MEANS = "Age | 61.0 (4.0) | 52.0 (5.0) | 0.92"
SHARES = "Men, n (%) | 12 (60) | 4 (17) | 0.92"
SILENT: dict[str, tuple[str, dict[str, str]]] = {
    "the share of the half that the label names": ("Men/women, n (% men) | 9/4 (69) | 10/7 (59) |", {}),
    "all agree": (f"Men, n (%) | 12 (60) | 14 (58) | 0.91\n{MORE}", {}),
    "an event that its neighbours do not make whole": (
        "Falls | 14 (70) | 16 (66.7) |\nFires | 4 (20) | 5 (20.8) |\nFloods | 1 (5) | 2 (12.5) |",
        {},
    ),
    "a blank in a p that is right": (
        "Ill, n (%) | | |\nYes | 12 (46) | 14 (54) | 0. 22\nNo | 3 (25) | 9 (75) |",
        {},
    ),
    "fewer were measured": (f"Men, n (%) | 12 (67) | 14 (58) |\n{MORE}", {}),
    "percentages across the row": ("Men, n (%) | 12 (46) | 14 (54) |", {}),
    "percentages of all": ("Men, n (%) | 11 (25) | 22 (50) |", {}),
    "a label that is of another kind": ("Force, n (%) | 12 (4) | 14 (5) |", {}),
    "clusters": (SHARES, {"title": "A cluster randomised trial"}),
    "a crossover": (SHARES, {"title": "A crossover trial"}),
    "an adjusted p": (SHARES, {"foot": "P adjusted for age."}),
    "a rank test": (MEANS, {"foot": "Mean (SD); Mann-Whitney test."}),
    "a change": ("Change in score | 6.0 (4.0) | 1.0 (5.0) | 0.92", {"foot": T_TEST}),
    "no p but a floor": ("Age | 61.0 (4.0) | 42.0 (5.0) | 0.001", {"foot": T_TEST}),
    "a kind that is not stated": ("Stay | 9 (3–7) | 6 (4–8) |", {}),
    "a set that is not whole": ("Stage | | | 0.001\nI | 12 (60) | 14 (58) |\nII | 5 (25) | 6 (25) |", {}),
    "events that recur": ("Number of falls, n (%) | 26 (130) | 14 (58) |", {}),
}


def test_what_a_row_of_another_kind_counts_is_not_asked_of_a_group() -> None:
    """19 of 24 were graded: the 22 men are more, and of all."""
    graded = "Grade | | |\n0 | 14 (70) | 12 (63.2) |\n1 | 4 (20) | 5 (26.3) |\n2 | 2 (10) | 2 (10.5) |"
    assert found(f"Men, n (%) | 12 (60) | 22 (91.7) |\n{graded}") == []


@pytest.mark.parametrize("case", SILENT)
def test_what_may_be_read_otherwise_is_no_more_than_a_note(case: str) -> None:
    body, about = SILENT[case]
    assert [item for item in found(body, **about) if item[1] != "note"] == []


OF_ALL = "| | All (n = 44) | Cells (n = 20) | Control (n = 24) |"
WHOLES = {
    "counts": ("Men, n (%) | 30 (68) | 12 (60) | 14 (58)", [("MSC214", "warning", "T1!r1c1")]),
    "SDs": ("Age, mean (SD) | 60.0 (4.0) | 61.0 (8.0) | 59.0 (9.0)", [("MSC315", "warning", "T1!r1c1")]),
    "means": ("Age, mean (SD) | 70.0 (9.0) | 61.0 (8.0) | 59.0 (9.0)", [("MSC313", "error", "T1!r1c1")]),
    "all that fits": ("Men, n (%) | 26 (59) | 12 (60) | 14 (58)", []),
}


@pytest.mark.parametrize("case", WHOLES)
def test_all_participants_are_those_of_the_arms(case: str) -> None:
    body, findings = WHOLES[case]
    assert found(body, head=OF_ALL) == findings


def test_an_estimate_lies_within_its_interval() -> None:
    head = "| | Cells (n = 20) | Control (n = 24) | RR (95% CI) | P |"
    rows = (
        "Falls, n (%) | 12 (60) | 14 (58) | 1.0 (1.2 to 1.9) |",
        "Fires, n (%) | 5 (25) | 6 (25) | 1.0 (0.4 to 2.8) |",
    )
    body = "\n".join(rows)
    assert found(body, head=head) == [("MSC401", "error", "T1!r1c3")]


def test_rounding_keeps_the_order_of_an_estimate_and_its_limits() -> None:
    head = "| | Cells (n = 20) | Control (n = 24) | Difference (95% CI) |"
    rows = (
        "Pain | 2.2 | 2.3 | −0.1 (0.0 to 0.1)",
        "Sleep | 2.2 | 2.3 | −0.1 (−0.1 to 0.1)",
        "Work | 2.2 | 2.3 | 1.0 (0.99 to 1.0)",
    )
    assert found("\n".join(rows), head=head) == [("MSC401", "warning", "T1!r1c3")]


def test_each_pair_side_by_side_has_its_own_p() -> None:
    head = (
        "| | Women, cells (n=20) | Women, control (n=24) | P | Men, cells (n=20) | Men, control (n=24) | P |"
    )
    body = "Ill, n (%) | 12 (60) | 14 (58) | .91 | 12 (60) | 4 (17) | .92"
    assert found(body, head=head) == [("MSC406", "warning", "T1!r1c6")]


def test_sizes_from_another_table_accuse_nobody() -> None:
    first = table_xml(HEAD, f"Men, n (%) | 12 (60) | 14 (58) |\n{MORE}")
    second = table_xml("| | Cells | Control", "Men, n (%) | 12 (70) | 14 (72)", id="T2")
    *_, table = article_tables(article(first, second))
    assert audit_table("PMC1", table).findings == ()


def test_a_finding_says_where_and_what_is_printed() -> None:
    (table,) = article_tables(article(table_xml(HEAD, f"Men, n (%) | 12 (60) | 14 (72) |\n{MORE}")))
    (finding,) = audit_table("PMC1", table).findings
    assert (finding.id, finding.span, finding.reported) == ("PMC1", "14 (72)", "72%")
    assert finding.message == "table T1 row 1 column 2, Men, n (%): 14 of 24 is 58.3%, not 72%"


def test_a_statistic_in_a_cell_is_recomputed_as_in_a_sentence() -> None:
    body = "Men, n | 12 | 14 | χ^2^ (1, N = 44) = 0.875, p = .48\nFast, n | 5 | 7 | χ^2^ (1, N = 44) = 0.875, p = .35"
    assert found(body, head="| | Cells | Control | Test |") == [("MSC405", "note", "T1!r1c3")]
    assert found("Men, n | 12 | 14 | t (33) = 0.19, p = .99") == [("MSC405", "error", "T1!r1c3")]
