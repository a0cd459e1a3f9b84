"""MSC2xx: every case file, found where it says and nowhere else, and the published numbers."""

from __future__ import annotations

import pytest

from msc_evidence.checks import msc2_counts, msc2_enrolment, msc2_partitions, msc2_proportions

FAMILY = "MSC2"
MODULES = (msc2_counts, msc2_proportions, msc2_enrolment, msc2_partitions)

ARMS = "arms: {{msc: {{role: treatment, n: {0}}}, control: {{role: control, n: {1}}}}}\n"


def test_finds_exactly_the_marked_lines(case, case_body):
    found, expected = case(case_body, MODULES)
    assert found == expected


def test_every_check_has_a_case_to_find_and_one_to_leave_alone(flagged_and_silent, codes):
    flagged, silent = flagged_and_silent(FAMILY)
    assert codes(MODULES) <= flagged
    assert codes(MODULES) <= silent


@pytest.mark.parametrize(
    ("sizes", "ratio", "p", "under"),
    [
        ((5, 25), "not reported", "0.000325", "1:1 (no ratio stated)"),  # bang-2005, R binom.test
        ((39, 15), "not reported", "0.0015", "1:1 (no ratio stated)"),
        ((5, 25), '"2:1"', "<0.0001", "2:1"),
    ],
)
def test_allocation_names_p_and_the_ratio(hits, sizes, ratio, p, under):
    body = f"design: {{allocation: randomised, ratio: {ratio}}}\n" + ARMS.format(*sizes)
    (hit,) = hits(body, MODULES)
    assert hit.recomputed == f"p {p}"
    assert f"p {p} if allocated {under}," in hit.message
    assert hit.message.startswith(f"{sizes[0]} of {sum(sizes)} ")


@pytest.mark.parametrize(
    ("n", "bound", "upper"),
    [
        (5, "0.4507", "0.5218"),  # Hanley & Lippman-Hand 1983; Clopper & Pearson 1934
        (30, "0.0950", "0.1157"),
        (39, "0.0739", "0.0903"),
        (1500, "0.0020", "0.0025"),
    ],
)
def test_no_events_names_both_bounds_and_the_rule_of_three_only_from_30(hits, n, bound, upper):
    (hit,) = hits(ARMS.format(n, 40) + "harms: [{event: seizure, arms: {msc: none}}]", MODULES)
    assert f"up to {bound} " in hit.message
    assert f"Clopper–Pearson {upper}" in hit.message
    assert ("3/n" in hit.message) == (n >= 30)


def test_fragility_index_is_walshs(hits):
    """Walsh 2014: 1/100 v 9/100, Fisher's p 0.0185, one participant."""
    arms = "{msc: {events: 1}, control: {events: 9}}"
    (hit,) = hits(
        ARMS.format(100, 100) + f"results: [{{outcome: responders, at: 3 mo, arms: {arms}}}]", MODULES
    )
    assert (hit.recomputed, hit.reported) == ("1", "Fisher's p 0.0185")


@pytest.mark.parametrize(
    ("values", "severity", "said"),
    [
        ("{n: 31, events: 21, percent: 69}", None, "21 of 31 is 67.7%, not 69%"),
        ("{n: 31, events: 21, percent: 67}", "warning", "21 of 31 is 67.7%, not 67% (cut off, not rounded)"),
        ("{n: 206, events: 69, percent: 34}", "warning", "33.495%, not 34% (rounded twice, by way of 33.5)"),
        (
            "{n: 402, events: 42, percent: 10.5}",
            "warning",
            "10.448%, not 10.5% (rounded twice, by way of 10.45)",
        ),
        ("{events: 21, percent: 70}", "warning", "which is of 30"),
        ("{events: 21, percent: 67}", "warning", "21 of 31 is 67.7%"),
        ("{n: 43, percent: 71}", None, "30 are 69.8% and 31 are 72.1%"),
        ("{percent: 50}", "warning", "15 are 48.4% and 16 are 51.6%"),
    ],
)
def test_percentage_is_an_error_where_its_denominator_is_known(hits, values, severity, said):
    result = f"results: [{{outcome: responders, at: 3 mo, arms: {{msc: {values}}}}}]"
    (hit,) = [hit for hit in hits(ARMS.format(31, 31) + result, MODULES) if hit.path[-1] == "percent"]
    assert hit.severity == severity
    assert said in hit.message
    assert hit.outcome == "responders"


@pytest.mark.parametrize(
    ("participants", "severity"),
    [("{analysed: 31}", None), ("{enrolled: 31}", "warning"), ("{enrolled: 29}", None)],
)
def test_total_is_a_warning_where_participants_may_have_been_lost(hits, participants, severity):
    (hit,) = hits(f"participants: {participants}\n" + ARMS.format(5, 25), MODULES)
    assert hit.severity == severity
    assert "5 + 25 = 30" in hit.message


def test_unlimited_counts_stay_silent_and_fast(hits):
    body = "design: {allocation: randomised}\n" + ARMS.format("1e10", "1e9")
    assert not hits(body + "harms: [{event: seizure, arms: {control: none}}]", MODULES)


def test_a_count_far_beyond_its_group_is_reported_with_every_digit(hits):
    values = "{events: 1e10, percent: 0}"
    body = "participants: {planned: 0, enrolled: 1e10}\n" + ARMS.format(0, 1)
    found = hits(f"{body}baseline: [{{variable: age, all: {values}}}]", MODULES)
    assert {hit.reported for hit in found} >= {"0%"}
