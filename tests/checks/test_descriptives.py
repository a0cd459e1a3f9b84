"""MSC3xx: every case file, found where it says and nowhere else, and the published numbers."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks import msc3_descriptives, msc3_granularity, msc3_plausible, msc3_spreads
from msc_evidence.checks.rule import Check, Subject
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import RegistryFile

FAMILY = "MSC3"
MODULES = (msc3_descriptives, msc3_granularity, msc3_plausible, msc3_spreads)


def test_finds_exactly_the_marked_lines(case, case_body):
    found, expected = case(case_body, MODULES)
    assert found == expected


def test_every_check_has_a_case_to_find_and_one_to_leave_alone(flagged_and_silent, codes):
    flagged, silent = flagged_and_silent(FAMILY)
    assert codes(MODULES) <= flagged
    assert codes(MODULES) <= silent


@pytest.mark.parametrize(
    ("outcome", "values", "severity", "said"),
    [
        # Brown & Heathers 2017: 145/28 and 146/28.
        ("five-items", "{n: 28, mean: 5.19}", None, "5.1786 and 5.2143"),
        ("five-items", "{mean: 5.19}", "warning", "state it where fewer were measured"),
        (
            "barthel",
            "{n: 5, mean: 62.5}",
            None,
            "scores in steps of 5; the nearest are 62.000 and 63.000",
        ),
        # Anaya 2016: the SDs that a sum of 183 leaves step over 2.55, which the divisor n gives.
        (
            "five-items",
            "{n: 35, mean: 5.23, sd: 2.55}",
            "note",
            "2.5563 (cut off, not rounded); with divisor n",
        ),
        (
            "mrs",
            "{n: 5, mean: 4.40, sd: 2.41}",
            None,
            "5 whole-number scores; the nearest are 2.3022 and 2.5100",
        ),
        ("mrs", "{n: 9, mean: 2.22, sd: 1.98}", "warning", "1.9861 (cut off, not rounded)"),
        ("five-items", "{n: 28, mean: 5.17}", "warning", "5.1429 and 5.1786 (cut off, not rounded)"),
        (
            "responders",
            "{n: 10, mean: 0.3, sd: 0.46}",
            "note",
            "should be 0.4830, or with divisor n as printed",
        ),
        (
            "responders",
            "{n: 28, mean: 0.19, sd: 0.39}",
            None,
            "mean 0.19 is not that of any 28 zeros and ones",
        ),
        # Heathers & Brown 2019.
        ("responders", "{n: 1683, mean: 0.19, sd: 0.35}", None, "should be 0.3924"),
        ("likert", "{n: 5, mean: 4.2, sd: 3.2}", None, "allow: 0.447 to 3.03"),
        ("mrs", "{n: 5, median: 7}", None, "runs from 0 to 6"),
        # Beyond what any two scores give, whatever the size of the arm; the other is what two scores give.
        ("likert", "{mean: 4, sd: 4.4}", None, "SD 4.4 of 28 is outside"),
        ("likert", "{mean: 4, sd: 4.1}", "warning", "SD 4.1 of 28 is outside"),
    ],
)
def test_message_says_what_would_be_possible(hits, outcome, values, severity, said):
    arms = "arms: {msc: {role: treatment, n: 28}, control: {role: control, n: 28}}\n"
    found = hits(f"{arms}results: [{{outcome: {outcome}, at: 3 mo, arms: {{msc: {values}}}}}]", MODULES)
    (hit,) = [hit for hit in found if said in hit.message]
    assert hit.severity == severity
    assert hit.outcome == outcome


def test_change_fails_grim_with_a_warning_only(hits):
    result = "{outcome: nihss, at: 3 mo, change: true, arms: {msc: {n: 28, mean: −5.19}}}"
    (hit,) = hits(f"results: [{result}]", MODULES)
    assert hit.severity == "warning"
    assert "-5.2143 and -5.1786" in hit.message


def test_mean_is_bounded_by_range_and_size(hits):
    """28–83 of 54: 29.02 to 81.98, half a year of rounding at each end of the range apart."""
    body = "baseline: [{variable: age, all: {n: 54, mean: 28, range: [28.0, 83.0]}}]"
    (hit,) = hits(body, MODULES)
    assert hit.recomputed == "28.97 to 82.03"


def test_sd_that_is_a_standard_error_is_said_to_be_one(hits):
    # √((39² + 14² + 25²/52)/53): 28.5 below 67.5, 82.5 above 68.5; √(54/53·40·16): 27.5 and 83.5 around 67.5
    body = "baseline: [{variable: age, all: {n: 54, mean: 68, sd: 1.9, range: 28–83}}]"
    assert [hit.recomputed for hit in hits(body, MODULES)] == ["5.71 to 25.5", "SD 14"]


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("baseline: [{variable: NIHSS, all: {n: 20, mean: 3.1, sd: 2.4}}]", "note"),
        ("results: [{outcome: nihss, at: 3 mo, arms: {msc: {mean: 3.1, sd: 2.4}}}]", "note"),
        (
            "results: [{outcome: nihss, at: 3 mo, arms: {msc: {mean: 3.1, sd: 2.4}, control: {mean: 9}}}]",
            None,
        ),
    ],
)
def test_skew_is_a_warning_where_means_are_compared(hits, body, severity):
    (hit,) = [hit for hit in hits(body, MODULES) if "skewed" in hit.message]
    assert hit.severity == severity


@settings(max_examples=300)
@given(
    scores=st.lists(st.integers(0, 6), min_size=3, max_size=60),
    scale=st.sampled_from([("ordinal", 1), ("ordinal", 5), ("ordinal", 0.5), ("continuous", 1)]),
    decimals=st.integers(0, 3),
)
def test_summaries_of_real_scores_are_never_found(scores, scale, decimals):
    """Data → summary → rounding: nothing but skew (MSC310) may be said of what participants did score."""
    kind, step = scale
    scored = [score * step for score in scores]
    values = {
        "n": str(len(scored)),
        "mean": f"{statistics.mean(scored):.{decimals}f}",
        "sd": f"{statistics.stdev(scored):.{decimals}f}",
        "median": str(statistics.median(scored)),
        "range": [str(min(scored)), str(max(scored))],
    }
    for reported in (values, {key: values[key] for key in ("n", "mean", "sd")}):
        assert _codes(reported, kind, step) <= {"MSC310"}


@settings(max_examples=100)
@given(ones=st.lists(st.integers(0, 1), min_size=3, max_size=60), decimals=st.integers(0, 3))
def test_summaries_of_real_zeros_and_ones_are_never_found(ones, decimals):
    mean, sd = f"{statistics.mean(ones):.{decimals}f}", f"{statistics.stdev(ones):.{decimals}f}"
    assert _codes({"n": str(len(ones)), "mean": mean, "sd": sd}, "binary", 1) <= {"MSC310"}


def _codes(values: dict[str, object], kind: str, step: float) -> set[str]:
    outcome = {"name": "scale", "type": kind}
    if kind != "binary":
        outcome |= {"range": ["0", str(6 * step)], "step": str(step)}
    row = {"variable": "scale", "all": values}
    arms = {"a": {"role": "treatment"}, "b": {"role": "control"}}
    trial = {"citation": {"year": "2020"}, "design": {}, "participants": {}, "arms": arms, "baseline": [row]}
    trial["sources"] = {"abstract": {"kind": "abstract"}}
    file = RegistryFile.model_validate(
        {"registry": "1", "outcomes": {"scale": outcome}, "trials": {"t": trial}}
    )
    subject = Subject("t", Analysis(Registry(Path(), file.trials, file.outcomes, {})))
    checks = [item for module in MODULES for item in vars(module).values() if isinstance(item, Check)]
    return {item.rule.code for item in checks for _ in item.run(subject)}
