"""Registrations of ClinicalTrials.gov: what is one study, which groups are one, what a posted value is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.reading.ctgov.analyses import posted_analysis
from msc_evidence.reading.ctgov.groups import study_arms
from msc_evidence.reading.ctgov.nodes import Node
from msc_evidence.reading.ctgov.outcomes import GroupValues, posted_outcomes
from msc_evidence.reading.ctgov.study import Study, newest_of_each, read_registrations
from msc_evidence.registry.problems import RegistryError

RECORD = json.loads(
    (Path(__file__).parents[1] / "exchange/data/NCT99900099.json").read_text(encoding="utf-8")
)
GROUPS = [{"id": "OG000", "title": "A"}, {"id": "OG001", "title": "B"}]
DENOMS = [
    {
        "units": "Participants",
        "counts": [{"groupId": "OG000", "value": "1,553"}, {"groupId": "OG001", "value": "4"}],
    }
]


def study(**results: Any) -> Study:
    return read_registrations(json.dumps(RECORD | {"resultsSection": results}), "file.json")[0]


def values(first: dict[str, str], second: dict[str, str] | None = None, **outcome: Any) -> list[GroupValues]:
    """What the record gets of one class with one category."""
    cells = [{"groupId": f"OG00{at}", **cell} for at, cell in enumerate([first, second or {"value": "0"}])]
    measure = {
        "groups": GROUPS,
        "denoms": DENOMS,
        "classes": [{"categories": [{"measurements": cells}]}],
        **outcome,
    }
    found = next(posted_outcomes(study(outcomeMeasuresModule={"outcomeMeasures": [measure]})))
    return [*found.classes[0].groups.values()]


def test_a_standard_error_is_one_where_its_interval_agrees_and_events_are_no_participants() -> None:
    node = {
        "paramType": "Mean Difference (Net)",
        "paramValue": "-0.3",
        "ciPctValue": "95",
        "ciLowerLimit": "-0.95",
    }
    node |= {
        "ciUpperLimit": "0.35",
        "dispersionType": "STANDARD_ERROR_OF_MEAN",
        "groupIds": ["OG000", "OG001"],
    }
    outcome = Node({"groups": GROUPS}, "", "file.json")
    for printed, keys in (("0.33", ["estimate", "ci", "level", "se"]), ("1.5", ["estimate", "ci", "level"])):
        analysis = posted_analysis(Node(node | {"dispersionValue": printed}, "", "file.json"), outcome)
        assert [one.key for one in analysis.fields] == keys
    kind = {"paramType": "GEOMETRIC_MEAN", "dispersionType": "Geometric Coefficient of Variation"}
    assert [one.key for one in values({"value": "4.2", "spread": "45"}, **kind)[0].fields] == [
        "n",
        "geometric-mean",
        "cv",
    ]
    events = values({"value": "7"}, {"value": "7.5"}, paramType="NUMBER", unitOfMeasure="number of relapses")
    assert [[one.key for one in group.fields] for group in events] == [["n", "count"], ["n"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("NCT number NCT99999999 not found", "file.json:1:1: not whole JSON"),
        ('{"FullStudiesResponse": {}}', "the registry's old API"),
        (
            '{"protocolSection": {"identificationModule": {"nctId": "NCT00684060"}}}',
            "only some fields of the record",
        ),
        ('{"protocolSection": {"identificationModule": {}}}', "/: no number"),
        (
            '{"studies": [{"protocolSection": []}]}',
            "/studies/0/protocolSection is a list; expected an object",
        ),
        ("[]", "no study in it"),
        ("[" * 100_000, "nested deeper"),
        ('{"protocolSection": NaN}', "NaN is no value of JSON"),
        (
            '{"protocolSection": {"identificationModule": {"nctId": ' + "9" * 5000 + "}}}",
            "a number of 5000 digits",
        ),
    ],
)
def test_what_is_no_study_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(RegistryError) as error:
        read_registrations(text, "file.json")
    assert message in str(error.value)


def test_a_study_is_one_however_it_is_wrapped_and_what_changes_daily_is_no_change() -> None:
    alone = read_registrations(json.dumps(RECORD), "a")[0]
    later = RECORD | {"derivedSection": {"miscInfoModule": {"versionHolder": "2030-01-01"}}}
    wrapped = read_registrations(json.dumps({"studies": [later]}), "b")[0]
    assert (alone.registered_sha256, alone.results_sha256) == (
        wrapped.registered_sha256,
        wrapped.results_sha256,
    )
    assert [*newest_of_each([alone, wrapped])] == [wrapped]


def test_only_equal_titles_join_groups_and_an_active_comparator_has_no_side() -> None:
    arms = study_arms(read_registrations(json.dumps(RECORD), "a")[0])
    assert {(arm.title, arm.role, arm.started and arm.started.text) for arm in arms.values()} == {
        ("Cells (10^8)", "treatment", "30"),
        ("PLACEBO", "control", "31"),
    }
    apart = {"groups": [{"id": "OG000", "title": "MSC Group"}], "classes": [{}]}
    other = study_arms(study(outcomeMeasuresModule={"outcomeMeasures": [apart]}))
    assert [(arm.title, arm.apart) for arm in other.values()][-1] == ("MSC Group", True)


@pytest.mark.parametrize(
    ("outcome", "cell", "fields", "left"),
    [
        (
            {"paramType": "MEAN", "dispersionType": "STANDARD_DEVIATION"},
            {"value": "2", "spread": "1"},
            "n mean sd",
            "",
        ),
        (
            {"paramType": "MEAN", "dispersionType": "Standard Error"},
            {"value": "2", "spread": ".5"},
            "n mean se",
            "",
        ),
        (
            {"paramType": "MEDIAN", "dispersionType": "Inter-Quartile Range"},
            {"value": "2", "lowerLimit": "1", "upperLimit": "3"},
            "n median iqr",
            "",
        ),
        (
            {"paramType": "LEAST_SQUARES_MEAN", "dispersionType": "95% Confidence Interval"},
            {"value": "2", "lowerLimit": "1", "upperLimit": "NE"},
            "n least-squares-mean",
            "ci not recorded: 1 to NE",
        ),
        (
            {"paramType": "MEDIAN", "dispersionType": "Standard Deviation"},
            {"value": "2", "spread": "1"},
            "n median",
            "",
        ),
        ({"paramType": "MEAN"}, {"value": "NA", "comment": "one participant"}, "n", "NA (one participant)"),
        ({"paramType": "COUNT_OF_PARTICIPANTS"}, {"value": "7"}, "n events", ""),
        (
            {"paramType": "NUMBER", "unitOfMeasure": "percentage of participants"},
            {"value": "6.70"},
            "n percent",
            "",
        ),
    ],
)
def test_a_value_is_what_the_kind_of_its_data_says(
    outcome: dict[str, str], cell: dict[str, str], fields: str, left: str
) -> None:
    found = values(cell, **outcome)[0]
    assert (" ".join(one.key for one in found.fields), "".join(found.left)) == (fields, left)
    assert found.fields[0].text == "1,553"


def test_numbers_of_events_are_no_participants_and_nobody_has_no_values() -> None:
    assert values({"value": "5"}, paramType="NUMBER", unitOfMeasure="biopsies") == []
    nobody = [{"units": "Participants", "counts": [{"groupId": "OG000", "value": "0"}]}]
    assert values({"value": "5"}, paramType="MEAN", denoms=nobody)[0].fields == ()


@pytest.mark.parametrize(
    ("titles", "counts", "keys"),
    [
        (["0", "1", "2"], ["1", "2", "1"], ["n distribution"]),
        (["Grade 1", "Grade 2", "Grade 3"], ["1", "2", "1"], ["n distribution"]),
        (["0", "1", "2"], ["1", "2", "0"], []),  # not everybody
        (["yes", "no", "unknown"], ["1", "2", "1"], []),
        (["2", "1", "0"], ["1", "2", "1"], []),
    ],
)
def test_numbered_categories_that_cover_everybody_are_a_distribution(
    titles: list[str], counts: list[str], keys: list[str]
) -> None:
    categories = [
        {"title": title, "measurements": [{"groupId": "OG001", "value": count}]}
        for title, count in zip(titles, counts, strict=True)
    ]
    measure = {
        "paramType": "COUNT_OF_PARTICIPANTS", "groups": GROUPS[1:], "denoms": DENOMS,
        "classes": [{"categories": categories}],
    }  # fmt: skip
    found = next(posted_outcomes(study(outcomeMeasuresModule={"outcomeMeasures": [measure]}))).classes[0]
    assert [" ".join(one.key for one in group.fields) for group in found.groups.values()] == keys


@pytest.mark.parametrize(
    ("analysis", "expected"),
    [
        ({"pValue": "<0.05", "statisticalComment": "Threshold 0.05"}, ("", "<0.05", False)),
        ({"pValue": "97.3"}, ("", None, False)),
        ({"pValue": "0"}, ("", None, False)),
        ({"pValue": "0.999", "pValueComment": "posterior probability"}, ("", None, False)),
        ({"pValue": "0.04", "pValueComment": "1-sided"}, ("", "0.04", True)),
        ({"paramType": "Odds Ratio (OR)", "paramValue": "2"}, ("OR", None, False)),
        ({"paramType": "LS mean difference", "paramValue": "2"}, ("MD", None, False)),
        ({"paramType": "Ratio of geometric means", "paramValue": "2"}, ("ROM", None, False)),
        ({"paramType": "Median Difference (Final Values)", "paramValue": "2"}, ("", None, False)),
        ({"paramType": "Hazard Ratio (HR)", "paramValue": "0,83"}, ("HR", None, False)),
        ({"paramType": "Slope of time", "paramValue": "2"}, ("", None, False)),
    ],
)
def test_an_analysis_says_what_its_words_say(
    analysis: dict[str, str], expected: tuple[str, str | None, bool]
) -> None:
    found = posted_analysis(Node(analysis, "", "f"), Node({"groups": GROUPS}, "", "f"))
    p = next((one.text for one in found.fields if one.key == "p"), None)
    assert (found.measure, p, found.one_sided) == expected


def test_an_interval_needs_its_level_and_both_limits() -> None:
    limits = {"paramType": "Odds Ratio (OR)", "paramValue": "2", "ciLowerLimit": "1", "ciUpperLimit": "4"}
    for level, sides, keys in (
        ("95", "TWO_SIDED", "estimate ci level"),
        ("0.9852", "", "estimate"),
        ("95", "ONE_SIDED", "estimate"),
    ):
        node = Node(limits | {"ciPctValue": level, "ciNumSides": sides}, "", "f")
        found = posted_analysis(node, Node({"groups": GROUPS}, "", "f"))
        assert " ".join(one.key for one in found.fields) == keys
