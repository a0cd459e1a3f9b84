"""A tie never crosses kinds: what a recorded number may come from, by what the source prints it as."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from msc_evidence.checks import msc6_sources
from msc_evidence.checks.rule import Hit
from msc_evidence.reading.fingerprint import fingerprint

Hits = Callable[..., list[Hit]]

TEXT = (
    "Between January 2018 and March 2022, 28 patients, aged 62.4 ± 12.7 years, were treated 14 ± 7 days after stroke"
    " with 40 mg of the drug or 3.0 × 10(7) cells; the window was 3 to 42 days. Time to infusion was 20.2 (range 5–89)"
    " days. Twelve of 18 (67%) recovered at 90 days (OR 1.90, 95% CI 1.20 to 3.00; p = 0.011); scores were 63.1 ± 9.5"
    " v 58.0 ± 8.8 (P<0.05, t = 2.36). A single-center study in a 2:1 ratio gives Class III evidence, NIHSS 8-20."
)


def absent(hits: Hits, body: str, text: str = TEXT, **more: str) -> list[str]:
    """The figures that MSC601 says are not in the text that the record's fingerprint was made from."""
    figures = json.dumps(list(fingerprint(text).figures), ensure_ascii=False)
    record = f"{body}\nsources: {{abstract: {{kind: abstract, figures: {figures}}}}}\n"
    return [hit.reported or "" for hit in hits(record, msc6_sources) if "is not in abstract" in hit.message]


def result(fields: str) -> str:
    return f"results:\n  - {{outcome: infarct, at: 90 d, {fields}}}"


def arm(fields: str) -> str:
    return f"arms: {{msc: {{role: treatment, {fields}}}, control: {{role: control}}}}"


def age(fields: str) -> str:
    return f"baseline:\n  - {{variable: age, unit: y, all: {{{fields}}}}}"


@pytest.mark.parametrize(
    "body",
    [
        "participants: {enrolled: 28}",
        arm("n: 18"),
        arm("n: 12"),
        arm("cells: {dose: 3e7}"),
        arm("cells: {dose: 40}"),
        "design: {centres: 1, window-from: 3 d, window: 42 d, ratio: 2:1}",
        "design: {window: <=42 d}",
        age("mean: 62.4, sd: 12.7"),
        "baseline:\n  - {variable: time to infusion, unit: d, all: {mean: 20.2, range: 5-89}}",
        "baseline:\n  - {variable: time to infusion, all: {median: 20.2, range: [5, 89]}}",
        result("arms: {msc: {mean: 63.1, sd: 9.5}, control: {mean: 58.0, se: 8.8}}"),
        result("arms: {msc: {events: 12, n: 18, percent: 67}}"),
        result("p: 0.011, effect: {measure: OR, estimate: 1.90, ci: 1.20-3.00, level: 95}"),
        result("p: <0.05, statistic: {kind: t, value: 2.36}"),
        "claims: [{says: safe, evidence-class: III}]",
        "participants: {eligibility: 'NIHSS 8-20, age 62.4 y, 14 ± 7 d after stroke, 42 d at most'}",
        arm("cells: {preparation: 40 mg/d of the drug}"),
        "design: {recruitment: January 2018 to March 2022, phase: '2'}",
        result("definition: 'NIHSS 8-20 or IL-6, CD34+ and MI-4a', note: 'as 67 % of 18'"),
    ],
)
def test_a_number_is_tied_to_the_figure_of_its_kind(hits: Hits, body: str) -> None:
    assert absent(hits, body) == []


@pytest.mark.parametrize(
    ("body", "figure"),
    [
        # a count is no mean, no SD, no dose, no year, no time, no percentage, no end of a range
        (arm("n: 14"), "14"),
        (arm("n: 7"), "7"),
        (arm("n: 40"), "40"),
        (arm("n: 2018"), "2018"),
        (arm("n: 90"), "90"),
        (arm("n: 67"), "67"),
        (arm("n: 42"), "42"),
        (arm("n: 30000000"), "30000000"),
        ("harms: [{event: fever, arms: {msc: 7}}]", "7"),
        (result("arms: {msc: {events: 1}}"), "1"),
        # and neither is any of these a count
        (result("arms: {msc: {mean: 28}}"), "28"),
        (age("mean: 18"), "18"),
        (arm("cells: {dose: 18}"), "18"),
        ("design: {window: 18 d}", "18 d"),
        (result("arms: {msc: {percent: 18}}"), "18%"),
        # a mean is no SD and the other way round; neither is a time, unless it measures one
        (age("mean: 12.7"), "12.7"),
        (age("sd: 62.4"), "62.4"),
        (result("arms: {msc: {sd: 63.1}}"), "63.1"),
        (result("arms: {msc: {mean: 20.2}}"), "20.2"),
        (result("arms: {msc: {mean: 90}}"), "90"),
        ("baseline:\n  - {variable: time to infusion, unit: wk, all: {mean: 20.2}}", "20.2"),
        # p-values, percentages, limits
        (result("p: 0.67"), "p 0.67"),
        (result("p: 1.00"), "p 1.00"),
        (result("effect: {measure: OR, estimate: 0.011}"), "0.011"),
        (result("effect: {measure: OR, estimate: 1.20}"), "1.20"),
        (result("effect: {measure: OR, estimate: 1.90, ci: 5-89}"), "5–89"),
        (result("arms: {msc: {range: 1.20-3.00}}"), "1.20–3.00"),
        (result("arms: {msc: {mean: 67}}"), "67"),
        (result("arms: {msc: {percent: 62.4}}"), "62.4%"),
        # a window is no range of what was measured, nor an age
        ("design: {window: 89 d}", "89 d"),
        ("design: {follow-up: 62.4 y}", "62.4 y"),
        ("design: {follow-up: 7 d}", "7 d"),
        ("design: {ratio: 3:1}", "3:1"),
        # numbers in words
        ("participants: {eligibility: NIHSS 8-21}", "8-21"),
        ("participants: {eligibility: 'age 18-70 y'}", "age 18-70 y"),
        ("participants: {condition: stroke within 43 d}", "43 d"),
        ("participants: {condition: stroke in 40 patients}", "n 40"),
        (arm("label: 25 mL"), "25 mL"),
        (arm("cells: {preparation: with 41 mg of the drug}"), "41 mg"),
        (result("definition: mRS 0-2"), "0-2"),
        (result("note: 'printed as 68%'"), "68%"),
        (result("note: p 0.67 for the other"), "p 0.67"),
    ],
)  # fmt: skip
def test_a_tie_never_crosses_kinds(hits: Hits, body: str, figure: str) -> None:
    assert absent(hits, body) == [figure]


@pytest.mark.parametrize(("unit", "found"), [("unit: h", False), ("unit: s", True), ("short: LOS", True)])
def test_an_outcome_measured_in_time_is_printed_with_its_unit(
    case: Callable[..., tuple[set[tuple[str, int, str]], set[object]]], unit: str, found: bool
) -> None:
    body = f"""
registry: 1
outcomes: {{los: {{name: length, type: continuous, {unit}}}}}
trials:
  one:
    citation: {{year: 2020}}
    design: {{}}
    participants: {{}}
    arms: {{msc: {{role: treatment}}}}
    results: [{{outcome: los, at: 3 mo, arms: {{msc: {{mean: 8.6}}}}}}]
    sources: {{abstract: {{kind: abstract, figures: [3 mo, 8.6 h]}}}}
"""
    codes = {code for code, *_ in case(body, msc6_sources)[0]}
    assert ("MSC601" in codes) is found


def test_a_figure_of_the_value_and_another_kind_is_named(hits: Hits) -> None:
    figures = "figures: [n 28, 14 ± 7 d, 14%]"
    (hit, *_) = hits(f"{arm('n: 14')}\nsources: {{abstract: {{kind: abstract, {figures}}}}}", msc6_sources)
    said = "14 is not in abstract; of its kind the source prints n 28 (14 ± 7 d, 14% is of another)"
    assert hit.message == said


@pytest.mark.parametrize("figures", ["14, 7", "14, 7 d", "five, 14"])
def test_where_the_notation_tells_no_kind_the_value_decides(hits: Hits, figures: str) -> None:
    record = f"{arm('n: 14')}\nsources: {{abstract: {{kind: abstract, figures: [{figures}]}}}}"
    assert not [hit for hit in hits(record, msc6_sources) if "is not in" in hit.message]


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (age("mean: 62.4, sd: 12.7"), ""),
        (age("mean: 62.4"), "62.4 ± 12.7 y is printed in abstract and recorded in part only"),
        ("participants: {eligibility: 62.4 ± 12.7 y}", ""),
        ("participants: {eligibility: about 62.4 y}", "62.4 ± 12.7 y is printed in abstract and recorded in part only"),
        ("participants: {}", "62.4 ± 12.7 y is printed in abstract and neither recorded nor ignored"),
    ],
)  # fmt: skip
def test_a_figure_of_two_numbers_is_recorded_in_whole_in_part_or_not(
    hits: Hits, body: str, left: str
) -> None:
    record = f"{body}\nsources: {{abstract: {{kind: abstract, figures: [62.4 ± 12.7 y]}}}}"
    assert "; ".join(hit.message for hit in hits(record, msc6_sources) if "printed" in hit.message) == left


def test_ignoring_a_figure_ignores_no_other_of_its_value(hits: Hits) -> None:
    listed = "figures: [n 30, 30 mg, 30], ignored: [{figure: 30 mg, because: the dose}]"
    said = [
        h.message
        for h in hits(f"{arm('n: 30')}\nsources: {{abstract: {{kind: abstract, {listed}}}}}", msc6_sources)
    ]
    assert not said
    said = [h.message for h in hits(f"sources: {{abstract: {{kind: abstract, {listed}}}}}", msc6_sources)]
    assert said == [
        f"{figure} is printed in abstract and neither recorded nor ignored" for figure in ("n 30", "30")
    ]


@pytest.mark.parametrize(
    ("entry", "found"),
    [("n 30", True), ("30", True), ("250", True), ("250 mL", True), ("14 ± 7 d", True), ("14", False), ("2.5", False)],
)  # fmt: skip
def test_a_figure_may_be_ignored_by_its_value(hits: Hits, entry: str, found: bool) -> None:
    listed = f"figures: [n 30, 250 mL, 14 ± 7 d], ignored: [{{figure: {entry}, because: a reason}}]"
    said = [hit.message for hit in hits(f"sources: {{abstract: {{kind: abstract, {listed}}}}}", msc6_sources)]
    assert len([message for message in said if "does not print it" in message]) == (not found)
    assert len([message for message in said if "neither recorded nor ignored" in message]) == 3 - found


@pytest.mark.parametrize(
    ("control", "said"),
    [
        (14, "14 is recorded in 3 places and printed 2 times in abstract, which also prints 9.5, 15, recorded nowhere"),
        (15, ""),
    ],
)  # fmt: skip
def test_a_bare_number_is_one_of_each_arm_and_the_size_of_an_arm_wherever_it_recurs(
    hits: Hits, control: int, said: str
) -> None:
    arms = f"arms: {{msc: {{role: treatment, n: 14}}, control: {{role: control, n: {control}}}}}"
    body = f"{arms}\n{result('arms: {msc: {mean: 14, n: 14}}')}"
    listed = "sources: {abstract: {kind: abstract, figures: [14, 14, 9.5, 15, 90 d]}}"
    found = {hit.message for hit in hits(f"{body}\n{listed}", msc6_sources) if "recorded in" in hit.message}
    assert "".join(found) == said
