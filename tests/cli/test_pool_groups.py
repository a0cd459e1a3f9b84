"""Pools of a registry in groups, regressed on what is known of the trials, and one study after the other."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run

#: metafor's numbers of the BCG trials, written by bcg_groups.R.
BCG = json.loads((ROOT / "tests" / "reference" / "bcg_groups.json").read_text())
FILE = str(ROOT / "examples" / "bcg.yaml")
JUDGED = str(ROOT / "docs" / "judged.yaml")
HEAD = """\
registry: 1
outcomes: {death: {name: death, type: binary, better: lower}}
trials:
"""
TRIAL = """\
  {name}:
    name: {title}
    citation: {{year: {year}}}
    design: {{allocation: randomised}}
    participants: {{}}
    arms:
      drug: {{role: treatment, n: 50, intervention: {{name: x{drug}}}}}
{more}      pbo: {{role: control, n: 48}}
    results:
      - {{outcome: death, at: 3 mo, arms: {{drug: {{events: {events}}}, {both}pbo: {{events: 16}}}}}}
    sources: {{paper: {{kind: full text}}}}
"""


def written(tmp_path: Path, *drugs: str, high: str = "") -> str:
    """A registry of trials that gave the drug so, the last one in a second arm too where `high` says how."""
    more = f"      high: {{role: treatment, n: 40, intervention: {{name: x, {high}}}}}\n" if high else ""
    trials = [
        TRIAL.format(
            name=f"t{at}", title=f"Trial {at}", year=2000 + at, drug=f", {drug}" if drug else "",
            events=6 + 2 * at, more=more if at == len(drugs) - 1 else "",
            both="high: {events: 4}, " if more and at == len(drugs) - 1 else "",
        )
        for at, drug in enumerate(drugs)
    ]  # fmt: skip
    (tmp_path / "drugs.yaml").write_text(HEAD + "".join(trials), encoding="utf-8")
    return str(tmp_path / "drugs.yaml")


def rows(run: Run, *arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run("pool", *arguments, "-f", "csv").out)))


def test_groups_of_a_registry_and_their_difference_are_metafors(run: Run) -> None:
    found = rows(run, "tuberculosis", "-r", FILE, "--by", "design")
    groups = [row for row in found if row["set"].startswith("design ")]
    assert [row["set"] for row in groups] == ["design non-randomised", "design randomised"]
    for key in ("estimate", "se", "tau2"):
        assert [float(row[key]) for row in groups] == pytest.approx(BCG[key], rel=1e-6)
    between = found[-1]
    assert (between["set"], between["model"]) == ("by design", "difference between subgroups")
    assert [float(between[key]) for key in ("q", "q_df", "q_p")] == pytest.approx(BCG["between"], rel=1e-6)
    screen = run("pool", "tuberculosis", "-r", FILE, "--by", "design").out
    assert "Test of difference between subgroups: Q 1.95, df 1, p 0.1630." in screen
    assert "\nStudy                    Design          From " in screen


@pytest.mark.parametrize(("field", "tests"), [("year", "year_qm"), ("design", "design_qm")])
def test_moderators_of_a_registry_are_metafors(run: Run, field: str, tests: str) -> None:
    found = json.loads(run("pool", "tuberculosis", "-r", FILE, "--moderators", field, "-f", "json").out)[
        "rows"
    ]
    assert [row["estimate"] for row in found] == pytest.approx(BCG[field], rel=1e-5)
    values = [found[0][key] for key in ("qm", "qm_df", "qm_p", "tau2")]
    assert values == pytest.approx(BCG[tests], rel=1e-5)
    assert [row["term"] for row in found][1] == ("year" if field == "year" else "design=randomised")


def test_one_study_after_the_other_by_year_is_metafors(run: Run) -> None:
    found = rows(run, "tuberculosis", "-r", FILE, "--cumulative", "year")[1:]
    main = [row for row in found if row["model"] in ("REML", "one study")]
    first = [row for row in main if row["ci_method"] == "z"]
    assert [float(row["estimate"]) for row in first] == pytest.approx(BCG["cumulative"], rel=1e-6)
    assert [float(row["ci_ub"]) for row in first] == pytest.approx(BCG["cumulative_ub"], rel=1e-6)
    left = rows(run, "tuberculosis", "-r", FILE, "--leave-one-out")[1:]
    assert [float(row["estimate"]) for row in left] == pytest.approx(BCG["left_out"], rel=1e-6)


def test_a_trial_without_the_field_is_a_group_that_is_named_and_not_compared(
    run: Run, tmp_path: Path
) -> None:
    file = written(tmp_path, "route: oral", "route: oral", "route: intravenous", "")
    ran = run("pool", "death", "-r", file, "--by", "route")
    assert "Test of difference between subgroups: Q " in ran.out
    assert ", df 1, p " in ran.out.partition("Test of difference")[2]
    assert "Route not recorded: Trial 3; a group of its own, not in the test." in ran.out
    found = rows(run, "death", "-r", file, "--by", "route")
    assert found[-1]["remarks"] == "route not recorded: Trial 3; a group of its own, not in the test"
    assert "route not recorded" in {row["set"] for row in found}
    file = written(
        tmp_path, "dose: 5, unit: mg", "dose: 10, unit: mg", "dose: 20, unit: mg", "dose: 40, unit: mg", ""
    )
    table = run("pool", "death", "-r", file, "--moderators", "dose").out
    assert "\ndose, mg " in table
    assert "not in the regression: Trial 4 (dose not recorded as one number)" in table


def test_one_known_group_beside_an_unknown_one_has_no_test(run: Run, tmp_path: Path) -> None:
    out = run("pool", "death", "-r", written(tmp_path, "route: oral", "route: oral", ""), "--by", "route").out
    assert (
        "No test of difference: one group only that can be pooled (route oral); a comparison needs two."
        in out
    )


def test_arms_told_apart_have_their_own_dose(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, "dose: 5", "dose: 5", "dose: 10", high="dose: 20")
    sets = {row["set"] for row in rows(run, "death", "-r", file, "--by", "dose", "--arms", "split")}
    assert {"dose 5", "dose 10", "dose 20"} <= sets
    assert "dose 10, 20" in {row["set"] for row in rows(run, "death", "-r", file, "--by", "dose")}


def test_risk_of_bias_is_that_of_the_result_pooled(run: Run) -> None:
    """Alpha 2019 raises some concerns of mRS 0-2 and none of death; Beta 2021 is judged for neither definition."""
    options = ("-r", JUDGED, "--by", "risk-of-bias", "--design", "any", "--measure", "RR")
    of_mrs = run("pool", "mrs", "--definition", "mRS 0-2", *options)
    assert "risk of bias some concerns" in of_mrs.out, of_mrs.err
    of_death = run("pool", "death", *options).out
    assert "risk of bias low" in of_death
    assert "Risk of bias not judged: Beta 2021; a group of its own, not in the test." in of_death


@pytest.mark.parametrize(
    ("drugs", "options", "said"),
    [
        (("", ""), ("--by", "rout"), "--by: unknown field 'rout'; did you mean 'route'?"),
        (("", ""), ("--moderators", "yaer"), "--moderators: unknown field 'yaer'; did you mean 'year'?"),
        (("", ""), ("--cumulative", "dos"), "--cumulative: unknown field 'dos'; did you mean 'dose'?"),
        (("", ""), ("--by", "route"), "--by route: one group only that can be pooled (route not recorded)"),
        (
            ("dose: 5, unit: mg", "dose: 1, unit: g"), ("--moderators", "dose"),
            "several units (mg: Trial 0; g: Trial 1)",
        ),
        (
            ("route: oral", ""), ("--moderators", "route"),
            "'route' is the same in every study; not in the regression: Trial 1 (route not recorded)",
        ),
        (("", ""), ("--moderators", "route"), "not in the regression: Trial 0 and Trial 1 (route not recorded)"),
        (("", ""), ("--batch", "route"), "--batch and --medians work on --data FILE"),
        (("", ""), ("--bias",), "below 10"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_what_cannot_be_grouped_is_refused(run: Run, tmp_path: Path, drugs, options, said) -> None:
    ran = run("pool", "death", "-r", written(tmp_path, *drugs), *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_time_without_a_regression_is_a_row_with_the_reason(run: Run, tmp_path: Path) -> None:
    file = Path(written(tmp_path, *["route: oral"] * 3))
    later = "{outcome: death, at: 1 y, arms: {drug: {events: 9}, pbo: {events: 19}}}"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    sources:", f"      - {later}\n    sources:", 1), encoding="utf-8")
    found = rows(run, "death", "-r", str(file), "--moderators", "year")
    assert [(row["set"], row["term"]) for row in found] == [
        ("at 3 mo", "intercept"),
        ("at 3 mo", "year"),
        ("at 1 y", ""),
    ]
    assert found[-1]["left_out"] == "no meta-regression: moderator 'year' is the same in every study"
