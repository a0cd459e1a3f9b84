"""Tests, effects and tail areas against R's, as written by tests/reference/tests.R."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.distributions import normal_quantile, p_from_z
from msc_evidence.statistics.two_arms import counts, effects, means, ranks
from msc_evidence.statistics.two_arms.p_values import KINDS

#: Both sides evaluate closed forms or exact sums; R's are printed with fifteen digits.
RELATIVE = 1e-10
#: t and mean differences of 0 come out of R's samples as a few 10⁻¹⁶.
ABSOLUTE = 1e-12
#: R's name for the same test.
SAME_TEST = {"prop.test": "Pearson"}
#: Tests whose p follows from an interval of metafor's, and from which.
FROM_INTERVAL = {"Wald (log OR)": "OR", "Wald (log RR)": "RR"}

REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "tests.json").read_text())
TAILS = [(kind, row) for kind, rows in REFERENCE["tails"].items() for row in rows]


def test_the_grid_has_not_shrunk() -> None:
    assert len(REFERENCE["two_by_two"]) >= 60
    assert sum(row["p"]["Pearson"] is not None for row in REFERENCE["two_by_two"]) >= 50
    assert len(REFERENCE["means"]) >= 50
    assert sum(row["Welch"] is not None for row in REFERENCE["means"]) >= 50
    assert sum(row["coin"] is not None for row in REFERENCE["ordinal"]) >= 20
    assert sum(row["exactRankTests"] is not None for row in REFERENCE["ordinal"]) >= 18
    assert {kind: len(rows) for kind, rows in REFERENCE["tails"].items()} == {
        "t": 64,
        "F": 96,
        "chi2": 72,
        "z": 8,
    }


def test_the_reference_names_its_program() -> None:
    assert REFERENCE["program"].startswith("R version")
    assert set(REFERENCE["packages"]) == {"metafor", "coin", "exactRankTests", "jsonlite", "stats"}


def test_every_method_has_a_reference() -> None:
    assert set(REFERENCE["two_by_two"][0]["p"]) - set(SAME_TEST) == set(counts.METHODS) - set(FROM_INTERVAL)
    assert set(REFERENCE["two_by_two"][0]["effects"]) == set(effects.FROM_COUNTS)
    assert set(REFERENCE["means"][0]["effects"]) == set(effects.FROM_MEANS)
    assert set(means.METHODS) <= set(REFERENCE["means"][0])
    assert set(KINDS) - {"Q", "r"} == set(REFERENCE["tails"])  # Q is a χ², r a t


@pytest.mark.parametrize("row", REFERENCE["two_by_two"], ids=lambda row: "-".join(map(str, row["table"])))
def test_two_by_two(row: dict[str, Any]) -> None:
    for name, p in row["p"].items():
        found = counts.METHODS[SAME_TEST.get(name, name)](*row["table"])
        assert found == pytest.approx(1.0 if p is None else p, rel=RELATIVE), name  # R: NaN where undefined
    for name, expected in row["effects"].items():
        effect = effects.FROM_COUNTS[name](*row["table"])
        limits = [effect.estimate, effect.ci_lb, effect.ci_ub]
        assert limits == pytest.approx(expected, rel=RELATIVE, abs=ABSOLUTE), name


@pytest.mark.parametrize("row", REFERENCE["two_by_two"], ids=lambda row: "-".join(map(str, row["table"])))
@pytest.mark.parametrize(("name", "measure"), FROM_INTERVAL.items())
def test_wald_tests_of_ratios(row: dict[str, Any], name: str, measure: str) -> None:
    events1, n1, events2, n2 = row["table"]
    estimate, low, high = map(math.log, row["effects"][measure])
    z = estimate / ((high - low) / (2 * normal_quantile(0.975)))
    empty = events1 + events2 in (0, n1 + n2)  # metafor adds ½ where there is nothing to test
    assert counts.METHODS[name](*row["table"]) == pytest.approx(1.0 if empty else p_from_z(z), rel=1e-9)


@pytest.mark.parametrize("row", REFERENCE["means"], ids=lambda row: "-".join(map(str, row["summary"])))
def test_means(row: dict[str, Any]) -> None:
    for name, test in means.METHODS.items():
        if row[name] is not None:
            found, (t, df, p) = test(*row["summary"]), row[name]
            assert found.t == pytest.approx(t, rel=RELATIVE, abs=ABSOLUTE), name
            assert (found.df, found.p) == pytest.approx((df, p), rel=RELATIVE), name
    for name, expected in (row["effects"] or {}).items():
        effect = effects.FROM_MEANS[name](*row["summary"])
        limits = [effect.estimate, effect.ci_lb, effect.ci_ub]
        assert limits == pytest.approx(expected, rel=RELATIVE, abs=ABSOLUTE), name


@pytest.mark.parametrize("row", REFERENCE["ordinal"], ids=lambda row: f"{row['counts1']}-{row['counts2']}")
def test_ordinal(row: dict[str, Any]) -> None:
    table = (row["counts1"], row["counts2"])
    exact = ranks.exact_rank_sum(*table)
    for program in ("coin", "exactRankTests"):
        if row[program] is not None:
            assert exact == pytest.approx(row[program], rel=RELATIVE), program
    for continuity, name in ((True, "corrected"), (False, "uncorrected")):
        found = ranks.asymptotic_rank_sum(*table, continuity=continuity)
        assert found == pytest.approx(1.0 if row[name] is None else row[name], rel=RELATIVE), name
    assert ranks.probability_of_superiority(*table) == pytest.approx(row["superiority"], rel=RELATIVE)


@pytest.mark.parametrize(("kind", "row"), TAILS)
def test_tails(kind: str, row: dict[str, Any]) -> None:
    assert KINDS[kind].p(row["value"], *row["df"]) == pytest.approx(row["p"], rel=RELATIVE)
