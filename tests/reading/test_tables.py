"""Tables of articles: their arms with sizes, the kind of each row, of how many each cell is, and p."""

from __future__ import annotations

import pytest

from msc_evidence.reading.tables.article import article_tables
from msc_evidence.reading.tables.rows import ReadTable
from tests.reading.tables_of import article, table_xml

HEAD = "| | Cells (n = 20) | Control (n = 24) | P |"


def read(head: str, body: str, **about: str) -> ReadTable:
    """The one table of an article."""
    (table,) = article_tables(article(table_xml(head, body, **about)))
    return table


ARMS = {
    "sizes in the head": (HEAD, "Age | 61 | 62 | 0.4", [(20, (1,)), (24, (2,))]),
    "thousands": ("| | Cells (n=1,020) | Control (n=1 019)", "Age | 61 | 62", [(1020, (1,)), (1019, (2,))]),
    "a dose is no size": (
        "| | 10 mg (n = 43) | Control (n = 41)",
        "Age | 61 | 62",
        [(43, (1,)), (41, (2,))],
    ),
    "sizes in a row": (
        "| | Cells | Control",
        "No. of patients | 20 | 24\nMen | 9 | 8",
        [(20, (1,)), (24, (2,))],
    ),
    "times of one arm": (
        "| | >>2 Cells (n = 20) | >>2 Control (n = 24)\n| | Before | After | Before | After",
        "Score | 4 | 5 | 4 | 6",
        [(20, (1, 2)), (24, (3, 4))],
    ),
    "all together are no arm": (
        "| | All (n = 44) | Cells (n = 20) | Control (n = 24)",
        "Men | 20 | 9 | 11",
        [(20, (2,)), (24, (3,))],
    ),
    "one size of all groups in a footnote": (
        "| | >>2 Treatment group | >>2 Control group\n| | Before | After | Before | After",
        "Score | 4 | 5 | 4 | 6",
        [(60, (1, 2)), (60, (3, 4))],
    ),
    "two numbers are two populations": ("| | 590 men, 605 women | Others", "Age | 61 | 62", []),
    "a head that goes on in the body": (
        "| | Cells | Control",
        "| | (n = 20) | (n = 24)\nMen | 9 | 8",
        [(20, (1,)), (24, (2,))],
    ),
}


@pytest.mark.parametrize("case", ARMS)
def test_arms_are_columns_with_their_sizes(case: str) -> None:
    head, body, arms = ARMS[case]
    foot = "Both groups included 60 members." if "footnote" in case else "60 patients were seen."
    assert [(arm.n, arm.columns) for arm in read(head, body, foot=foot).arms] == arms


#: Row head, the two cells, what caption and foot say, the kind and where it was read.
KINDS = [
    ("Men, n (%)", "12 (60)", "14 (58)", "", ("n_pct", "arithmetic")),
    ("Age, mean (SD)", "61 (9)", "62 (8)", "", ("mean_sd", "row")),
    ("Age", "61 ± 9", "62 ± 8", "", ("mean_sd_unstated", "shape")),
    ("Age", "61 ± 9", "62 ± 8", "Values are mean ± SEM", ("mean_se", "foot")),
    ("Age", "61 (9)", "62 (8)", "Values are means (SD) or n (%)", ("mean_sd", "foot")),
    ("Stay, median (IQR)", "5 (3–9)", "6 (4–8)", "", ("median_iqr", "row")),
    ("Stay", "5 (3–9)", "6 (4–8)", "", ("x_range", "shape")),
    ("Stay", "5 (3–9)", "6 (4–8)", "geometric mean (interquartile range)", ("gmean_range", "foot")),
    ("Sex, M/F", "12/8", "14/10", "", ("pair", "row")),
    ("Men, % (n)", "60% (12)", "58% (14)", "", ("pct_n", "row")),
    ("Cure, mean (95% CI)", "5 (3, 9)", "6 (4, 8)", "", ("mean_ci", "row")),
    ("Stay", "5 (3–9)", "6 (4–8)", "Geometric mean (95% CI)", ("gmean_range", "foot")),
    ("Stay", "5 (3–9)", "6 (4–8)", "Values are n (%) or median (95% CI)", ("median_ci", "foot")),
    ("Men", "9/18 (50%)", "1/24 (<5%)", "", ("frac_pct", "arithmetic")),
    ("Men", "9/18", "14/24", "", ("frac", "arithmetic")),
    ("Men", "(12:8)", "(14:10)", "Men:women", ("pair", "foot")),
    ("Dose", "327", "41", "", ("num", "arithmetic")),
    ("Falls, number", "327", "41", "", ("n", "shape")),
    ("Age (median, IQR)", "63 (22)", "64 (30)", "Values are n (%)", ("median_width", "row")),
    ("Age", "33 (1.6)", "34 (1.8)", "Values are n (%) or mean (SD)", ("mean_sd", "foot")),
    ("Ill", "12 (71)", "14 (64)", "Values are n (%) or mean (SD)", ("n_pct", "foot")),
    ("Ill", "5 (9%)", "50 (91%)", "", ("n_rowpct", "arithmetic")),
    ("Ill", "0", "1 (4)", "", ("n_pct", "arithmetic")),
    ("Relapse", "none", "died", "", ("text", "shape")),
    ("Sex", "Male n = 9", "Male n = 12", "", ("n_in_words", "shape")),
    ("Time, mean ± SD", "8.1 ± 2,9", "8.8 ± 2,0", "", ("mean_sd", "row")),
]


@pytest.mark.parametrize(("label", "first", "second", "foot", "kind"), KINDS)
def test_a_row_is_of_the_kind_that_is_stated_nearest(
    label: str, first: str, second: str, foot: str, kind: tuple[str, str]
) -> None:
    (row,) = read(HEAD, f"{label} | {first} | {second} | 0.5", foot=foot).rows
    assert (row.kind, row.read_from) == kind


def test_counts_that_add_up_to_that_of_all_count_people() -> None:
    head = "| | All (n = 44) | Cells (n = 20) | Control (n = 24)"
    counts, means = read(head, "Ill | 26 (63) | 12 (67) | 14 (61)\nAge | 61 (9) | 62 (8) | 60 (9)").rows
    assert (counts.kind, means.kind) == ("n_pct", "mean_sd_unstated")


SIZES = {
    "in the head of the row": ("Men (n = 18 + 21) | 9 (50) | 7 (33) | .2", {"r1": [18, 21]}),
    "one for each arm": ("Work (n = 14), mean (SD) | 9 (2) | 7 (3) | .2", {"r1": [14, 14]}),
    "in a row of sizes": (
        "At a year | (n = 18) | (n = 22) |\nMen | 9 (50) | 11 (50) | 1.0",
        {"r2": [18, 22]},
    ),
    "in the cell itself": ("Men | 9/18 (50) | 12/22 (55) | 1.0", {"r1": [18, 22]}),
    "in a footnote to the row": ("Men* | 9 (50) | 9 (50) | 1.0", {"r1": [18, 18]}),
    "several in a footnote, by name": ("Men† | 9 (50) | 11 (50) | 1.0", {"r1": [18, 22]}),
    "in a footnote": ("Men | 9 (50)^a^ | 12 (50) | 1.0", {"r1": [18, 24]}),
    "none but in the head": ("Men | 10 (50) | 12 (50) | 1.0", {"r1": [20, 24]}),
}


@pytest.mark.parametrize("case", SIZES)
def test_a_cell_is_of_the_nearest_size(case: str) -> None:
    body, sizes = SIZES[case]
    table = read(HEAD, body, foot="<sup>a</sup> n = 18. * n = 18. † N cells = 18, N control = 22.")
    found = {f"r{row.number}": [cell.n for cell in row.cells] for row in table.rows if row.kind != "n_row"}
    assert found == sizes


VALUES = [
    ("−1.2", ["-1.2"]),
    ("– 1.2 (0.4)", ["-1.2", "0.4"]),
    ("0·04", ["0.04"]),
    ("26.3^2^", ["26.3"]),
    ("10 727 (99%)", ["10727", "99"]),
    ("12 (60)*", ["12", "60"]),
]


@pytest.mark.parametrize(("text", "numbers"), VALUES)
def test_signs_marks_and_thousands_leave_the_numbers(text: str, numbers: list[str]) -> None:
    (row,) = read(HEAD, f"Value | {text} | 1 | 0.5").rows
    assert list(row.cells[0].reading.numbers) == numbers


def test_a_p_over_several_rows_stands_where_it_begins() -> None:
    body = "A | 10 (50) | 12 (50) | vv2 0.8\nB | 10 (50) | 12 (50)"
    assert [[p.text for p in row.p] for row in read(HEAD, body).rows] == [["0.8"], []]


def test_a_p_between_the_times_of_an_arm_is_none_of_the_arms() -> None:
    head = """| | >>3Cells (n = 9) | >>3Rest (n = 10) | Both
    | | Before | After | Within-group P value | Before | After | p | Between-groups P value"""
    table = read(head, "Score | 3 ± 2 | 4 ± 2 | .26 | 1 ± 1 | 2 ± 2 | .09 | .57")
    assert [(arm.n, arm.columns) for arm in table.arms] == [(9, (1, 2)), (10, (4, 5))]
    assert [p.text for p in table.rows[0].p] == [".57"]


def test_means_and_their_sds_in_two_columns() -> None:
    head = "| | >>2Home (n = 65) | >>2Clinic (n = 61)\n| | Mean | (sd) | Mean | (sd)"
    (row,) = read(head, "Cost | $1,868.01 | ($1,615.24) | $1,807.79 | ($2,163.87)").rows
    assert row.kind == "mean_sd_cols"
    assert [cell.reading.numbers for cell in row.cells][:2] == [("1868.01",), ("1615.24",)]


def test_a_zero_is_of_the_kind_of_its_neighbours() -> None:
    rows = read(HEAD, "Cough, n (%) | 3 (15) | 3 (12.5) |\nRash | 0 | 0 |").rows
    assert [row.kind for row in rows] == ["n_pct", "n_pct"]


@pytest.mark.parametrize(
    "head", ["| | Test 1 (N = 37) | Test 2 (N = 18)", "| | Week 4 (n = 9) | Week 8 (n = 8)"]
)
def test_tests_and_times_are_no_arms(head: str) -> None:
    assert read(head, "Abnormal | 3 | 4").arms == ()


def test_correlations_are_of_no_arm() -> None:
    table = read(
        "| | Men (n = 73) | Women (n = 116)", "BMI | 0.61 | 0.65", caption="Pearson correlation matrix"
    )
    assert (table.arms, table.reason) == ((), "correlations, which are of no arm")


CARRIED = {
    "by name": ("| | Control group | Cells", [(24, "Table 1"), (20, "Table 1")]),
    "not where a column is of nobody known": ("| | Control | Others", []),
}


@pytest.mark.parametrize("case", CARRIED)
def test_sizes_are_carried_from_another_table_by_name(case: str) -> None:
    head, arms = CARRIED[case]
    first = table_xml(HEAD, "Men | 9 | 8 | 0.4")
    second = table_xml(head, "Score | 4 | 5", id="T2")
    *_, table = article_tables(article(first, second))
    assert [(arm.n, arm.read_from) for arm in table.arms] == arms


def test_sizes_that_tables_contradict_are_not_carried() -> None:
    first, other = (HEAD.replace("20", size) for size in ("20", "21"))
    tables = [table_xml(first, "Men | 9 | 8 | .4"), table_xml(other, "Age | 9 | 8 | .4", id="T2")]
    *_, last = article_tables(article(*tables, table_xml("| | Cells | Control", "Score | 4 | 5", id="T3")))
    assert (last.arms, last.reason) == ((), "no arms with their sizes in the head or in a row")


def test_a_picture_is_named_as_one() -> None:
    picture = '<table-wrap id="T9"><label>Table 9</label><graphic/></table-wrap>'
    (table,) = article_tables(article(picture))
    assert (table.source.id, table.reason) == ("T9", "a picture; its numbers cannot be read")


@pytest.mark.parametrize("rows", ["", "<tr/>", "<tr/><tr/>", "<tr/><tr><td>Men</td><td>4</td></tr>"])
def test_a_table_of_empty_rows_has_no_arms(rows: str) -> None:
    empty = f'<table-wrap id="T1"><table><thead><tr/></thead><tbody>{rows}</tbody></table></table-wrap>'
    (table,) = article_tables(article(empty))
    assert (table.arms, table.reason) == ((), "no arms with their sizes in the head or in a row")


@pytest.mark.parametrize(("rows", "sizes"), [(1, []), (2, [20, 24])])
def test_the_last_row_of_a_table_is_never_its_head(rows: int, sizes: list[int]) -> None:
    table = read("| | Cells | Control", "\n".join(["| | n = 20 | n = 24"] * rows))
    assert [arm.n for arm in table.arms] == sizes
