"""What of a registry can be pooled: which trials weigh in a pool, at one time that their sources state."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.analysis.pool.reach import pooled_outcomes
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import load

OUTCOMES = "registry: 1\noutcomes:\n  death: {name: death, type: binary, better: lower}\ntrials:\n"
COUNTS = "arms: {drug: {events: %s, n: 20}, control: {events: %s, n: 20}}"
ALPHA = "results: [{outcome: death, at: %s, " + COUNTS % (2, 5) + "}]"


def trial(name: str, said: str, n: str = "20", also: str = "") -> str:
    arms = f"drug: {{role: treatment, n: {n}}}, control: {{role: control, n: {n}}}"
    return (
        f"  {name}: {{citation: {{year: 2020}}, design: {{}}, participants: {{}}, arms: {{{arms}}}, {said},{also}"
        " sources: {paper: {kind: full text}, review: {kind: secondary report}}}\n"
    )


ELSEWHERE = " also: [{source: review, arms: {drug: {n: 30}, control: {n: 30}}}],"


@pytest.mark.parametrize(
    ("at", "other", "found"),
    [
        ("6 mo", trial("beta", "results: [{outcome: death, at: 180 d, " + COUNTS % (1, 3) + "}]"), [("6 mo", 2)]),
        ("6 mo", trial("beta", "results: [{outcome: death, at: 6 mo, " + COUNTS % (0, 0) + "}]"), []),
        ("6 mo", trial("beta", "harms: [{event: death, at: 6 mo, arms: {drug: 1, control: 3}}]"), [("6 mo", 2)]),
        (
            "6 mo",
            trial("beta", "harms: [{event: death, at: 6 mo, arms: {drug: 1, control: 3}}]", "not reported", ELSEWHERE),
            [("6 mo", 2)],
        ),
        ("6 mo", trial("beta", "harms: [{event: death, at: 6 mo, arms: {drug: 1, control: 3}}]", "not reported"), []),
        (
            "not reported",
            trial("beta", "results: [{outcome: death, at: not reported, " + COUNTS % (1, 3) + "}]"),
            [("the last time of each study", 2)],
        ),
    ],
    ids=["same time", "no events", "a harm", "sizes elsewhere", "sizes nowhere", "no time stated"],
)  # fmt: skip
def test_two_trials_weigh_at_a_time_that_is_stated(
    tmp_path: Path, at: str, other: str, found: list[tuple[str, int]]
) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(OUTCOMES + trial("alpha", ALPHA % at) + other)
    reached = pooled_outcomes(Analysis(load(path)))
    assert [(str(item.at), item.trials) for item in reached] == found
