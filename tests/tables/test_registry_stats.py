"""What a registry holds, counted by hand on small registries and against `check` on the shipped one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import msc_evidence
from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.run import run_checks
from msc_evidence.registry.loader import Registry, load
from msc_evidence.tables.stats import (
    allocated_or_analysed,
    participants_allocated,
    participants_analysed,
    registry_stats,
)

Written = Callable[[str], Registry]
Counts = dict[tuple[str, str], tuple[int, int | None]]


def counts(registry: Registry) -> Counts:
    """(count, of) by section and item."""
    table = registry_stats(registry)
    found = {(str(row["section"]), str(row["item"])): (row["count"], row["of"]) for row in table.rows}
    assert len(found) == len(table.rows)
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("arms: {msc: {role: treatment, n: 39}, control: {role: control, n: 15}}", (None, 54, 54)),
        ("arms: {msc: {role: treatment, n: 39}, control: {role: control}}", (None, None, None)),
        ("arms: {low: {n: 9}, high: {n: 8}, both: {n: 17, combines: [low, high]}, none: {n: 5}}", (None, 22, 22)),
        ("arms: {msc: {role: treatment, n: 39}, control: {role: control, n: not reported}}", (None,) * 3),
        ("arms: {msc: {role: treatment, randomised: nine}, control: {role: control, randomised: 8}}", (17, None, 17)),
        ("participants: {enrolled: 60, analysed: 54}\narms: {msc: {n: 39}, control: {n: 14}}", (60, 54, 60)),
        ("participants: {enrolled: not reported, analysed: 54}", (None, 54, 54)),
        ("arms: {low: {n: 6}, high: {n: 6}, past: {role: control, historical: true, n: 90}}", (None, 12, 12)),
        ("arms: {past: {role: control, historical: true, n: 90}}", (None, None, None)),
        ("arms: {msc: {role: treatment}}\nalso: [{source: paper, participants: {enrolled: 85}}]", (85, None, 85)),
        (
            "participants: {enrolled: 18}\nalso: [{source: paper, participants: {enrolled: 20}}]",
            (18, 54, 18),
        ),
        (
            "arms: {msc: {n: 4}, control: {}}\nalso: [{source: paper, arms: {control: {n: 9}}}]",
            (None, None, None),
        ),
    ],
    ids=[
        "all-arms", "one-arm-silent", "combined", "one-arm-not-reported", "words", "whole-trial-first", "not-reported",
        "historical", "only-historical", "second-source", "first-source-wins", "sources-are-not-added-up",
    ],
)  # fmt: skip
def test_participants_are_those_stated(
    written: Written, body: str, expected: tuple[int | None, int | None, int | None]
) -> None:
    trial = written(body).trials["case"]
    assert (
        participants_allocated(trial),
        participants_analysed(trial),
        allocated_or_analysed(trial),
    ) == expected


SMALL = """\
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
trials:
  whole:
    citation: {year: 2020, doi: 10.1000/whole}
    registration: [NCT00000001]
    design: {allocation: randomised}
    participants: {enrolled: 60}
    arms: {cells: {role: treatment, n: 30}, control: {role: control, n: 28}}
    results:
      - {outcome: mrs, at: 90 d, p: 0.03}
      - {outcome: mrs, at: 1 y, wording: not significant}
      - {outcome: mrs, at: 1 y, p: 0.5, source: news}
    sources:
      abstract: {kind: abstract, figures: [60, 30, 28, p 0.03, 90 d, 1 y],
        figures-sha256: 0771a9cc8b334ec97429bddf1793f0770ff9cfa621cbb8600387c14a9bd74403}
      news: {kind: press report, citation: a newspaper}
  imaged:
    part-of: whole
    citation: {year: 2021}
    registration: [NCT00000001]
    design: {allocation: randomised}
    participants: {enrolled: 20}
    arms: {cells: {role: treatment, n: 10}, control: {role: control, n: 10}}
    results: [{outcome: mrs, at: 90 d, p: 0.04, within: cells}]
    sources: {abstract: {kind: abstract}}
  planned:
    citation: {year: 2022}
    design: {allocation: not reported}
    participants: {enrolled: not reported}
    arms: {cells: {role: treatment}}
    not-seen: [results]
    sources: {register: {kind: trial registration, citation: NCT00000002}}
"""


@pytest.fixture
def small(tmp_path: Path) -> Counts:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return counts(load(file))


@pytest.mark.parametrize(
    ("section", "item", "expected"),
    [
        ("Trials", "trials", (2, None)),
        ("Trials", "controlled", (1, 2)),
        ("Trials", "randomised", (1, 2)),
        ("Trials", "allocation not reported or not recorded", (1, 2)),
        ("Trials", "with results", (1, 2)),
        ("Trials", "design only", (1, 2)),
        ("Trials", "with results, others of them not seen", (0, 2)),
        ("Trials", "with a registration number", (1, 2)),
        ("Trials", "records of a subset of one of these trials", (1, None)),
        ("Participants", "allocated", (60, None)),
        ("Participants", "allocated: trials that do not", (1, 2)),
        ("Participants", "analysed", (58, None)),
        ("Participants", "allocated, else analysed", (60, None)),
        ("Sources", "sources", (4, None)),
        ("Sources", "abstract", (2, 4)),
        ("Sources", "with an identifier or address", (2, 4)),
        ("Sources", "with a fingerprint", (1, 4)),
        ("Results", "results", (4, None)),
        ("Results", "from the first source of their trial", (3, 4)),
        ("Results", "in words only", (1, 4)),
        # whole: 60, 30, 28, three times and two p-values; imaged: 20, 10, 10, a time and a p-value
        ("Numbers", "numbers", (13, None)),
        ("Numbers", "with a source that an identifier or address leads to", (6, 13)),
        ("Numbers", "tied to the figures of their source", (6, 13)),
        ("Numbers", "from: press report", (2, 13)),
        ("p-values", "p-values", (3, None)),
        ("p-values", "not recomputable", (2, 3)),
        ("p-values", "decision error", (0, 3)),
        ("p-values", "not of a comparison of two arms", (1, 3)),
    ],
)
def test_counts(small: Counts, section: str, item: str, expected: tuple[int, int | None]) -> None:
    assert small[section, item] == expected


def test_no_pooled_results_are_counted_where_there_are_none(small: Counts) -> None:
    assert not [item for _, item in small if item.startswith("pooled")]


def test_the_parts_of_the_shipped_registry_make_up_the_whole() -> None:
    registry = msc_evidence.load()
    found = counts(registry)
    sections = [section for section, _ in found]
    whole, subsets = (
        found["Trials", item][0] for item in ("trials", "records of a subset of one of these trials")
    )
    assert whole + subsets == len(registry.trials)
    assert found["Trials", "with results"][0] + found["Trials", "design only"][0] == whole
    shares = [
        count for (section, _), (count, of) in found.items() if section == "p-values" and of is not None
    ]
    assert sum(shares) == found["p-values", "p-values"][0]
    kinds = [count for (_, item), (count, _) in found.items() if item.startswith("from: ")]
    assert sum(kinds) == found["Numbers", "numbers"][0]
    assert all(count <= of for count, of in found.values() if of is not None)
    assert list(dict.fromkeys(sections)) == sorted(set(sections), key=sections.index)


def test_check_counts_the_same_numbers() -> None:
    registry = msc_evidence.load()
    found = counts(registry)
    total, tied, p = (
        found[key][0]
        for key in (
            ("Numbers", "numbers"),
            ("Numbers", "tied to the figures of their source"),
            ("p-values", "p-values"),
        )
    )
    watched = f"{total} numbers: {tied} tied to the figures of their source, {total - tied} only name it"
    assert f"{watched} and are not watched; {p} p-values" in run_checks(Analysis(registry)).summary
