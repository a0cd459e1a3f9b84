"""Who is compared with whom, how many there are, and whom a result favours, as far as the source says."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.contrast import (
    LARGEST_ARM,
    Contrast,
    arm_size,
    contrast_of,
    favoured_direction,
    group_size,
    main_contrast,
)
from msc_evidence.registry.model import Outcome, Result, Trial

TWO = {"msc": {"role": "treatment", "n": "5"}, "control": {"role": "control", "n": "25"}}
THREE = {**TWO, "high": {"role": "treatment", "n": "9"}}


def trial(arms: object) -> Trial:
    parts = {
        "citation": {"year": 2020},
        "design": {},
        "participants": {},
        "sources": {"a": {"kind": "abstract"}},
    }
    return Trial.model_validate(parts | {"arms": arms})


def result(**parts: object) -> Result:
    return Result.model_validate({"outcome": "x", "at": "3 mo"} | parts)


@pytest.mark.parametrize(
    ("arms", "parts", "expected"),
    [
        (TWO, {}, Contrast("msc", "control", 5, 25)),
        (TWO, {"arms": {"msc": {"n": "4"}}}, Contrast("msc", "control", 4, 25)),
        (TWO, {"arms": {"control": {"distribution": ["3", "0", "4"]}}}, Contrast("msc", "control", 5, 7)),
        (THREE, {}, None),
        (THREE, {"arm": "high"}, Contrast("high", "control", 9, 25)),
        (THREE, {"arm": "high", "against": "msc"}, Contrast("high", "msc", 9, 5)),
        ({"msc": {"role": "treatment"}, "control": {"role": "control", "n": "not reported"}}, {},
         Contrast("msc", "control", None, None)),
        ({"msc": {"role": "treatment", "n": "5"}}, {}, None),
        ({"msc": {"n": "5"}, "control": {"n": "5"}}, {}, None),
    ],
)  # fmt: skip
def test_contrast_of_a_result(arms: object, parts: dict[str, object], expected: Contrast | None) -> None:
    assert contrast_of(trial(arms), result(**parts)) == expected


def test_main_contrast_is_named_only_where_there_is_one() -> None:
    assert main_contrast(trial(TWO)) == Contrast("msc", "control", 5, 25)
    assert main_contrast(trial(THREE)) is None


@pytest.mark.parametrize(
    ("n1", "n2"), [(None, 5), (5, None), (0, 5), (5, 0), (LARGEST_ARM + 1, 5), (5, 10**300)]
)
def test_sizes_that_no_test_can_use(n1: int | None, n2: int | None) -> None:
    assert Contrast("a", "b", n1, n2).sizes is None
    assert Contrast("a", "b", 5, LARGEST_ARM).sizes == (5, LARGEST_ARM)


def test_group_size_prefers_what_the_result_says() -> None:
    record = trial(TWO)
    assert arm_size(record, "msc") == 5
    assert group_size(record, result(arms={"msc": {"n": "three"}}), "msc") == 3
    assert group_size(record, result(), "msc") == 5


@pytest.mark.parametrize(
    ("kind", "better", "parts", "expected"),
    [
        ("ordinal", "lower", {"favours": "msc"}, 1),
        ("ordinal", "lower", {"favours": "control"}, -1),
        ("ordinal", "lower", {"favours": "third"}, None),
        ("ordinal", "lower", {"favours": "not reported"}, None),
        ("ordinal", "lower", {}, None),
        ("ordinal", "lower", {"arms": {"msc": {"mean": "2"}, "control": {"mean": "4"}}}, 1),
        ("ordinal", "higher", {"arms": {"msc": {"mean": "2"}, "control": {"mean": "4"}}}, -1),
        ("ordinal", None, {"arms": {"msc": {"mean": "2"}, "control": {"mean": "4"}}}, None),
        ("continuous", "higher", {"arms": {"msc": {"median": "7"}, "control": {"median": "4"}}}, 1),
        ("continuous", "higher", {"change": True, "arms": {"msc": {"mean": "−2"}, "control": {"mean": "−4"}}}, 1),
        ("continuous", "higher", {"arms": {"msc": {"mean": "4"}, "control": {"mean": "4.3"}}}, None),
        ("continuous", "higher", {"arms": {"msc": {"mean": "4"}, "control": {"mean": "4"}}}, None),
        ("ordinal", "lower", {"arms": {"msc": {"median": "2"}, "control": {"median": "3"}}}, 1),
        ("ordinal", "lower", {"arms": {"msc": {"distribution": [1, 4]}, "control": {"distribution": [3, 2]}}}, -1),
        ("ordinal", "higher", {"arms": {"msc": {"distribution": [1, 4]}, "control": {"distribution": [3, 2]}}}, 1),
        ("ordinal", "higher", {"arms": {"msc": {"distribution": [1, 4]}, "control": {"distribution": [1, 4]}}}, None),
        ("continuous", "higher", {"arms": {"msc": {"mean": "<9"}, "control": {"mean": "4"}}}, None),
        ("continuous", "higher", {"arms": {"msc": {"mean": "7"}, "control": {"median": "4"}}}, None),
        ("continuous", "higher", {"arms": {"msc": {"mean": "7"}}}, None),
        ("binary", "higher", {"arms": {"msc": {"percent": "70"}, "control": {"percent": "40"}}}, 1),
        ("binary", "lower", {"arms": {"msc": {"percent": "70"}, "control": {"percent": "40"}}}, -1),
        ("ordinal", "lower", {"arms": {"msc": {"percent": "70"}, "control": {"percent": "40"}}}, None),
        ("binary", "higher", {"definition": "no gain", "arms": {"msc": {"percent": "7"}, "control": {"percent": "4"}}},
         None),
        ("ordinal", "lower", {"favours": "control", "arms": {"msc": {"mean": "2"}, "control": {"mean": "4"}}}, -1),
    ],
)  # fmt: skip
def test_direction_is_never_guessed(
    kind: str, better: str | None, parts: dict[str, object], expected: int | None
) -> None:
    outcome = Outcome.model_validate({"name": "X", "type": kind} | ({"better": better} if better else {}))
    assert favoured_direction(result(**parts), Contrast("msc", "control", 5, 25), outcome) == expected
