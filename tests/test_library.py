"""The library: what docs/library.md and docs/own-data.md show is what it gives, and importing it costs nothing."""

from __future__ import annotations

import doctest
import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

import msc_evidence

PAGE = Path(__file__).parents[1] / "docs" / "library.md"


@pytest.mark.parametrize(("page", "least"), [("library.md", 6), ("own-data.md", 4), ("feasible.md", 3)])
def test_the_pages_are_true(page, least):
    tried = doctest.testfile(str(PAGE.parent / page), module_relative=False)
    assert tried.attempted >= least
    assert tried.failed == 0


def test_every_function_is_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"{name}" in text for name in msc_evidence.__all__)


def test_trials_answer_to_their_names_and_filters_to_what_the_registry_has():
    registry = msc_evidence.load()
    by_name = msc_evidence.summarize(registry, ["Bang 2005"])
    assert by_name.rows == msc_evidence.summarize(registry, ["bang-2005"]).rows
    with pytest.raises(ValueError, match="unknown trial 'nobody'; known: bang-2005"):
        msc_evidence.recompute(registry, ["nobody"])
    with pytest.raises(ValueError, match="unknown design 'random'; did you mean 'randomised'"):
        msc_evidence.pool(registry, "mrs", design="random")


def test_tables_become_frames_with_the_same_columns():
    registry = msc_evidence.load()
    for function in (
        msc_evidence.summarize,
        msc_evidence.compare,
        msc_evidence.recompute,
        msc_evidence.check,
    ):
        table = function(registry)
        frame = table.to_frame()
        assert list(frame.columns) == list(table.keys)
        assert len(frame) == len(table.rows) > 0


def test_importing_it_imports_nothing_heavy():
    heavy = "('numpy', 'pandas', 'pydantic', 'typer')"
    code = f"import sys, msc_evidence; print(sorted(m for m in sys.modules if m in {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pool_gives_both_scenarios_of_a_silent_direction():
    rows = msc_evidence.pool(msc_evidence.load(), "mrs", at="3mo").rows
    scenarios = [f"if {arm} did better in Chung 2021" for arm in ("treatment", "control") for _ in range(4)]
    bounds = ["all data sets with the p of Bang 2005 and Chung 2021"] * 4
    assert [row["set"] for row in rows] == scenarios + bounds


#: metafor's dat.bcg: ai, n1i, ci, n2i, latitude, how allocated (Colditz 1994).
BCG = {
    "ai": [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
    "n1i": [123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913],
    "ci": [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
    "n2i": [139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854],
    "ablat": [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33],
    "alloc": [*["random"] * 4, *["alternate"] * 2, *["random"] * 3, *["systematic"] * 4],
}


def test_study_data_are_pooled_by_a_column_and_with_moderators():
    """metafor 3.8: rma(measure="RR", data=dat.bcg, mods=~ablat, control=list(threshold=1e-12)), and of random alone."""
    rows = msc_evidence.pool(BCG, "RR", by="alloc").rows
    groups = {
        row["set"]: row["estimate"] for row in rows if row["model"] == "REML" and row["ci_method"] == "z"
    }
    assert groups["alloc random"] == pytest.approx(-0.97096448, abs=2e-6)
    slope = msc_evidence.pool(BCG, "RR", moderators=["ablat"]).rows[1]
    assert (slope["term"], slope["estimate"]) == ("ablat", pytest.approx(-0.029101725, abs=1e-8))
    assert slope["qm"] == pytest.approx(16.35823215, abs=1e-6)
    with pytest.raises(ValueError, match="unknown column 'allocc'; did you mean 'alloc'"):
        msc_evidence.pool(BCG, "RR", by="allocc")


def test_the_library_groups_a_registry_as_the_command_does():
    registry = msc_evidence.load(Path(__file__).parents[1] / "examples" / "bcg.yaml")
    rows = msc_evidence.pool(registry, "tuberculosis", measure="RR", by="design").rows
    assert [row["set"] for row in rows] == [None, "design non-randomised", "design randomised", "by design"]
    terms = msc_evidence.pool(registry, "tuberculosis", measure="RR", moderators=["year"]).rows
    assert [row["term"] for row in terms] == ["intercept", "year"]
    with pytest.raises(ValueError, match="unknown field 'alloc'"):
        msc_evidence.pool(registry, "tuberculosis", by="alloc")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"sizes": (5, 25)}, "without a registry, sizes, scale and p are needed"),
        ({"sizes": (5, 0), "scale": "0-6", "p": ".05"}, "^sizes: '5,0' is no pair of group sizes"),
        ({"sizes": (5, 5), "scale": "0-6", "p": ".05", "tests": ["Studnet"]}, "did you mean 'Student'"),
    ],
)
def test_bounds_of_numbers_that_are_missing_or_wrong_are_refused(asked, said):
    with pytest.raises(ValueError, match=said):
        msc_evidence.feasible(**asked)


@pytest.mark.parametrize(
    ("of", "name", "how", "said"),
    [
        (None, "mrss", {}, "unknown outcome 'mrss'"),
        (None, "mrs", {"at": "soon"}, "soon"),
        (
            None,
            "mrs",
            {"measure": "OR"},
            "prints p alone, from which no OR follows: Bang 2005, Chung 2021",
        ),
        (None, "mrs", {"measure": "XX"}, "known: OR, RR"),
        (None, "mrs", {"exclude": ["bang"]}, "unknown trial 'bang'; did you mean 'bang-2005'?"),
        (None, "mrs", {"level": 0.95}, "a confidence level of 0.95 is not between 50 and 100"),
        ({"yi": [1.0], "vi": [1.0]}, "XX", {}, "known: OR, RR"),
        ({"yi": [1.0], "vi": [1.0]}, "GEN", {"studies": ["a", "b"]}, "2 studies are named"),
        ({"yi": [1.0]}, "GEN", {}, "GEN needs the columns yi vi or yi sei"),
        ({"yi": [1.0], "vi": [-1.0]}, "GEN", {}, "vi of -1 in study 1: must be above 0"),
    ],
)
def test_pool_refuses_what_cannot_be_with_a_value_error(of, name, how, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        msc_evidence.pool(of or msc_evidence.load(), name, **how)


@pytest.mark.parametrize("function", ["summarize", "compare", "recompute", "check"])
def test_an_unknown_trial_is_a_value_error_that_names_the_nearest(function):
    with pytest.raises(ValueError, match=r"unknown trial 'bang-2006'; did you mean 'bang-2005'\?"):
        getattr(msc_evidence, function)(msc_evidence.load(), ["bang-2006"])


def test_levels_are_those_of_the_command():
    row = msc_evidence.pool({"yi": [0.30], "vi": [0.04]}, "GEN", model="common", level=90).rows[0]
    assert row["ci_lb"] == pytest.approx(0.30 - 1.644854 * 0.2, abs=1e-6)


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("XYZ", "no check has the code 'XYZ'; known: MSC101"),
        ("MSC603", "nothing to check: MSC603 looks at the texts"),
    ],
)
def test_check_says_what_the_command_says_where_nothing_is_left(select, said):
    with pytest.raises(ValueError, match=said):
        msc_evidence.check(msc_evidence.load(), select=[select])


def test_a_plot_takes_an_outcome_by_any_of_its_names():
    registry = msc_evidence.load()
    assert str(msc_evidence.plot(registry, "forest", "mRS", at="3 mo")) == str(
        msc_evidence.plot(registry, "forest", "mrs", at="3 mo")
    )


def test_tables_show_themselves_in_a_notebook_without_empty_columns():
    registry = msc_evidence.load()
    for shown in (
        msc_evidence.summarize(registry, ["bang-2005"]),
        msc_evidence.check(registry, ["bang-2005"]),
        msc_evidence.pool(registry, "mrs", at="3 mo"),
        msc_evidence.read("mRS 0-1 in 34 of 97 (p = .02)"),
    ):
        heads = [
            html.unescape(head)
            for head in re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', shown._repr_html_())
        ]
        filled = [
            column.title
            for column in shown.columns
            if any(row.get(column.key) is not None for row in shown.rows)
        ]
        assert heads == filled
        assert len(shown.to_frame().columns) == len(shown.columns) >= len(filled)


def test_a_forest_of_the_library_stands_in_groups_too() -> None:
    registry = msc_evidence.load()
    assert "year 2005" in str(msc_evidence.plot(registry, "forest", "mrs", at="3 mo", by="year"))
    with pytest.raises(ValueError, match="unknown field 'yaer'"):
        msc_evidence.plot(registry, "forest", "mrs", cumulative="yaer")
