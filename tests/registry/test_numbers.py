"""Every number of a record, with its place, its figure and its source."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.registry.loader import load
from msc_evidence.registry.numbers import RecordedNumber, recorded_numbers

RECORD = """\
registry: 1
outcomes: {mrs: {name: mRS, type: ordinal, range: [0, 6], step: 1}}
trials:
  one:
    citation: {year: 2020, volume: 57}
    design: {ratio: "2:1", window: <=90 d, follow-up: not reported}
    participants: {enrolled: 30}
    arms: {msc: {n: 5, cells: {dose: 1e8}}}
    baseline:
      - {variable: men, source: report, arms: {msc: {percent: 43.6, iqr: 1-2}}}
      - {variable: women, arms: {msc: {percent: 56.4%}}}
    results:
      - {outcome: mrs, at: 3 mo, p: P = .011}
    claims:
      - {outcome: mrs, at: [3 mo], says: no benefit, evidence-class: III}
    also:
      - {source: report, arms: {msc: {planned: 40}}}
    sources:
      abstract: {kind: abstract, figures: [7]}
      report: {kind: secondary report}
"""


@pytest.fixture
def found(tmp_path: Path) -> list[RecordedNumber]:
    (tmp_path / "r.yaml").write_text(RECORD)
    return list(recorded_numbers(load(tmp_path / "r.yaml").trials["one"]))


def test_every_number_with_its_figure_and_source(found: list[RecordedNumber]) -> None:
    assert [(number.field, number.figure, number.source) for number in found] == [
        ("ratio", "2:1", "abstract"),
        ("window", "90 d", "abstract"),
        ("enrolled", "30", "abstract"),
        ("n", "5", "abstract"),
        ("dose", "1e8", "abstract"),
        ("percent", "43.6%", "report"),
        ("iqr", "1–2", "report"),
        ("percent", "56.4%", "abstract"),
        ("at", "3 mo", "abstract"),
        ("p", "p .011", "abstract"),
        ("evidence-class", "class III", "abstract"),
        ("at", "3 mo", "abstract"),
        ("planned", "40", "report"),
    ]


def test_each_place_is_that_of_the_number(found: list[RecordedNumber], tmp_path: Path) -> None:
    registry = load(tmp_path / "r.yaml")
    printed = RECORD.splitlines()
    for number in found:
        place = registry.where(("trials", "one", *number.path))
        rest = printed[place.line - 1][place.column - 1 :].lstrip('"')
        figure = str(number.value).replace("–", "-")
        assert rest.replace("<=", "").startswith(figure.replace("≤ ", "")), number
