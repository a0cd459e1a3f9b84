"""What an editor accepts by the schema is what the loader accepts: the same verdict on each of these fragments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from msc_evidence.registry.loader import load
from msc_evidence.registry.problems import RegistryError
from msc_evidence.registry.schema import registry_schema

RECORD = Template("""\
registry: 1
outcomes:
  mrs: {name: mRS, type: ordinal, $outcome}
trials:
  one:
    citation: {$citation}
    design: {$design}
    participants: {$participants}
    arms: {msc: {role: treatment, $arm}, control: {role: control}}
    baseline: [{variable: age, $baseline}]
    trust: [$trust]
    $governance
    results: [{outcome: mrs, at: 3 mo, $result}]
    harms: [{event: death, $harm}]
    claims: [{says: safe, $claim}]
    waivers: [$waiver]
    sources: {abstract: {kind: abstract, $source}}
$registry
""")
#: What stands at the other places.
USUAL = defaultdict(str, citation="year: 2020", harm="arms: {msc: one}")
#: The beginning of a judgement of trust.
JUDGED = "{tool: INSPECT-SR, by: A, date: 2026-01-10"
#: Where in the record, and what is written there: fragments that both accept, and that both refuse.
ACCEPTED = {
    "outcome": [
        "short: 5", "range: [0, 6]", "range: 0-6", "step: 1", "step: 0.5", "items: 7", "better: lower",
        "short: on",
    ],
    "citation": ["year: 2020", "year: to do", 'year: "2020"', "year: 2020, volume: 57", "year: 2020, pages: 874-82",
                 "year: 2020, title: true", "year: 2020, doi: 10.1002/ana.20501", "year: 2020, pmid: 15929052"],
    "design": [
        "structure: cluster, clusters: 27, icc: 0.02",
        "ratio: 2:1", 'ratio: "1:1:1"', "ratio: not reported", "window: <=90 d", "window: 3 months",
        "registered: 2010-07-06", "first-enrolled: 2008-08", "last-enrolled: not reported", "block: 4, lists: 3",
        "window: not reported", "window-from: 7d", "follow-up: 1 y", "centres: four", "centres: not reported",
        "phase: 2", "masking: none", "window: 0.5-wk",
    ],
    "participants": [
        "enrolled: 30", 'enrolled: "1,279"', "enrolled: five", "enrolled: 1e3", "enrolled: 30.0",
        "enrolled: not reported", "planned: not reported", "stage: early subacute", "screened: 0",
        "stage: NYHA class III", "age: 18 to 75", "catchment: 500000, incidence: 5.6-17.5", "expected-loss: 0.1",
    ],
    "arm": [
        "clusters: 13", "n: 40", "historical: true",
        "historical: yes", "historical: No", "cells: {dose: 1e8}",
        "cells: {dose: 1 x 10(8)}", "cells: {dose: 2.5 × 10⁶}", "cells: {dose: not reported}", "lost: none",
        "cells: {dose-range: 5e7 to 6e7}", "cells: {times: two}",
        "intervention: {name: aspirin}", "intervention: {name: statin, dose: 10, unit: mg, duration: 12 wk}",
        "intervention: {name: BCG, dose: not reported, route: intradermal}", "lost: not reported", "n: Twelve",
    ],
    "baseline": [
        "all: {mean: 68, range: 28-83}", "all: {mean: −1.2, sd: .5}", "all: {percent: 43.6}",
        "all: {percent: 43.6%}",
        "all: {percent: -12}", "all: {iqr: [4, 9]}", 'all: {iqr: "(4, 9)"}', "all: {range: -9 to -1}",
        "all: {median: 0·51, iqr: 0·1–0·5}", "all: {sd: not reported}", "all: {distribution: [1, 2, none]}",
        "all: {probability: 0.91}", "category: stage I", "all: {iqr: 7.0:14.3}", "all: {percent-of: 54}",
        "all: {events: 12, person-time: 812.5, rate: 1.5, per: 100 person-years}",
        "all: {rate: 42, per: 1000}",
        "all: {geometric-mean: 41.2, ci: 35.1-48.4, level: 95}",
        "p: NS", "all: {range: not reported}", "all: {mean: <5}",
    ],
    "result": [
        "p: 0.011", "p: <0.001", "p: P = .04", "p: NS", "p: 1", "p: 0", "p: not reported", "p: 0·03",
        'p: "0.0110"',
        "p: 3.6 x 10-5", "p: 4e-5", "p: ≥ 0.1", "p: p-value < 0.05", "primary: yes", "primary: false",
        "change: TRUE",
        "effect: {measure: OR, estimate: 1.9, ci: 1.2-3.0, level: 95}",
        "effect: {measure: OR, estimate: 1.9, level: 95%}",
        "effect: {measure: OR, estimate: 1.9, level: not reported}",
        "effect: {measure: MD, estimate: −1.5, ci: −2.8 to −0.2}",
        "effect: {measure: MD, estimate: 1.5, ci: not reported}",
        'effect: {measure: OR, estimate: 1.9, ci: "1.2, 3.0"}',
        "statistic: {kind: t, value: -2.20, df: 28}", "statistic: {kind: F, value: 2.2, df: 1, df2: 28.5}",
        "sides: one",
        "effect: {measure: IRR, ci: 0.62-0.98}", "period: 1", "unit: consultation", "design-effect: 1.9",
        "pairs: {both: 12, arm-only: 4, against-only: none}", "difference: {n: 24, mean: 0.8, sd: 2.1}",
        "hypothesis: non-inferiority, margin: -0.5", "hypothesis: equivalence", "among: [msc, control, msc]",
        "adjusted: no",
        "wording: not significant", "wording: not reported", "favours: not reported", "favours: msc",
        "within: msc",
        "arm: msc, against: control", "arms: {msc: {n: 5, events: none}}", "adjusted: yes",
        "test: not reported",
    ],
    "harm": ["at: 12 mo, arms: {msc: one}", "events: {msc: 7}", "at: not reported, arms: {msc: 0}"],
    "claim": ["at: [3 mo, 90 d]", "consistent: yes", "evidence-class: III"],
    "waiver": ["{code: MSC503, because: reason}", "{code: MSC601, figure: 6 wk, because: reason}"],
    "source": ["adjusted: clusters, tests: t test",
        "figures: [30, p 0.011, 1e8]", "ignored: [{figure: 5, because: a subset}]"],
    "trust": [
        f"{JUDGED}}}",
        f'{JUDGED}, checks: {{"4.10": {{answer: "No", because: nothing, findings: [MSC806]}}}}}}',
        f"{JUDGED}, overall: {{concern: serious concerns, because: a retraction}}}}",
        f"{JUDGED}, domains: {{notices: {{concern: no concerns, because: none}}}}}}",
    ],
    "governance": [
        "ethics: not reported", "ethics: {committee: a board, number: 12/3, date: 2015-03}",
        "notices: {searched: 2026-01-10, in: [Crossmark], found: [{kind: retraction, date: 2020-03}]}",
    ],
    "registry": ["title: 2020", "certainty: []", "terms: {treatment: statin, onset: diagnosis}",
        "plausible: {body mass index: {unit: kg/m2, range: 12-70, by: Example A, called: [BMI]}}"],
}  # fmt: skip
REFUSED = {
    "outcome": [f"name: {'x' * 10_001}", "name:",
        "name: ''", "type: scale", "step: wide", "items: 2.5", "range: 6", "range: [6]", "better: up",
        "range: [0, 1e300]"],
    "citation": ["year: 20", "year: soon", "year: not reported", "year: 2020, pages:",
                 "years: 2020", "year: 2020, authors: []"],
    "design": [
        "ratio: equal", "ratio: 2", "ratio: 0:1", "window: discharge", "window: day 90", "window: 90",
        "window: 3 moons", "registered: 2010", "registered: July 2010", "first-enrolled: 2008-13",
        "clusters: many", "icc: 2", "allocation: random",
        "centres: several", "follow-up: null", "window-from: soon",
    ],
    "participants": [
        "enrolled: 40.5", "enrolled: -3", "enrolled: about 30",
        "enrolled: <30", "enrolled: 50%",
        "enrolled: ~", "planned: many",
    ],
    "arm": ["n: 40.5", "historical: maybe", "role: cells", "combines: [msc]",
        "clusters: -1", "cells: {dose: high}", "cells: {per: lb}", "lost: -1",
            "cells: {dose-range: 5e7}", "cells: []", "intervention: aspirin", "intervention: {dose: 10}",
            "cells: {type: MSC}, intervention: {name: MSC}"],
    "baseline": [
        "all: {sd: -2}", "all: {per: person-years}", "all: {percent-of: 54%}", "category: ''", "all: {ci: 3}",
         "all: {se: −0.1}", "all: {percent: 120}", "all: {percent: 120%}", "all: {events: 3.5}",
        "all: {range: wide}", "all: {iqr: 4}", "all: {probability: 91}", "all: {n: 0.5}", "all: {mean: old}",
        "all: {distribution: [1, 2.5]}", "p: 1.2", "all: {distribution: 3}", "arms: {Msc: {n: 1}}",
    ],
    "result": [
        "p: abc", "p: <=", "p: 1.2", "p: -0.1", "p: 5%", "p: null", "p:", "p: [0.1]", "p: 0.01 to 0.02",
        "p: five",
        "effect: {measure: OR, estimate: 1.9, ci: wide}", "effect: {measure: OR, estimate: 1.9, level: 0.95}",
        "effect: {measure: OR, estimate: 1.9, level: 150}", "effect: {measure: OR, estimate: not reported}",
        "effect: {measure: odds, estimate: 1.9}",
        "effect: {estimate: 1.9}", "statistic: {kind: t, value: big}",
        "effect: {measure: OR}", "effect: {measure: OR, ci: not reported}", "pairs: {both: 3}", "period: 0",
        "difference: {mean: 1}", "margin: 0.5",
        "hypothesis: superiority, margin: 0.5", "among: [msc, control]",
        "among: [msc, control, msc], within: msc", "hypothesis: two-sided", "icc: 1.5",
        "primary: 1", "primary: maybe", "within: msc, arm: msc", "within: msc, against: control",
        "favours: 'No One'",
        "wording: n.s.", "sides: 1", "arms: {msc: 5}", "unknown: 1",
    ],
    "harm": ["at: discharge, arms: {msc: one}", "note: none", "arms: {}", "arms: {msc: some}", "events: {msc: 1.5}"],
    "claim": ["at: 3 mo", "at: [discharge]", "consistent: often", "evidence-class: V", "at: [null]"],
    "waiver": ["{code: E501, because: x}", "{code: MSC601, because: x}", "{code: MSC503}", "null"],
    "source": ["sha256: abc", "figures: 30", "ignored: [five]", "kind: rumour"],
    "trust": [
        f"{JUDGED}, tool: TRACT}}", f'{JUDGED}, checks: {{"4.12": {{answer: "no", because: x}}}}}}',
        f'{JUDGED}, checks: {{"4.1": {{answer: maybe, because: x}}}}}}',
        f"{JUDGED}, domains: {{figures: {{concern: no concerns, because: x}}}}}}",
        "{tool: INSPECT-SR, agreed: [A], date: 2026-01-10}",
    ],
    "governance": ["ethics: {board: x}", "notices: {searched: 2026-01-10}",
        "notices: {searched: 2026-01, in: [Crossmark]}"],
    "registry": ["trials: []", "pooled: {a: {}}", "unknown: 1", "plausible: {a: {range: [1, 2]}}",
        "plausible: {a: {by: Example A}}", "plausible: {a: {range: [1, 2], by: B, unit: [kg]}}"],
}  # fmt: skip
#: What a schema cannot say, with what the loader says: relations of two values, and the calendar.
ONLY_THE_LOADER = {
    "outcome": [
        "range: [6, 0]", "step: 0", "range: [0, 100], step: 1000", "range: [0, 1e12], step: 1",
        "range: [0, 100], step: 1e-300", "items: 1e30",
    ],
    "participants": ["enrolled: 1e30"],
    "design": ["registered: 2010-02-30"],
    "trust": [
        "{tool: INSPECT-SR, date: 2026-01-10}",
        f'{JUDGED}, checks: {{"1.4": {{answer: "no", because: x}}}}}}',
        f"{JUDGED}, overall: {{concern: some concerns, because: x}}}}",
        f"{JUDGED}}}, {JUDGED}}}",
        "{tool: INSPECT-SR, agreed: [A, B], date: 2026-01-10}",
        f"{JUDGED}}}, {{tool: INSPECT-SR, by: B, date: 2026-01-12}},"
        " {tool: INSPECT-SR, agreed: [A, B], date: 2026-01-11}",
    ],
    "arm": ["cells: {dose-range: 6e7 to 5e7}"],
    "registry": [
        "plausible: {a: {range: [70, 12], by: Example A}}",
        "certainty: [{by: us, date: 2024-02-31, outcome: mrs, start: high, risk-of-bias: &r {levels: 0, because: x},"
        " inconsistency: {levels: 0, because: x}, indirectness: {levels: 0, because: x},"
        " imprecision: {levels: 0, because: x}, publication-bias: {levels: 0, because: x}}]",
    ],
}  # fmt: skip
VALIDATOR = Draft202012Validator(registry_schema())


def record(place: str, fragment: str) -> str:
    """The record with one fragment in it."""
    return RECORD.substitute({name: USUAL[name] for name in RECORD.get_identifiers()} | {place: fragment})


def cases(table: dict[str, list[str]]) -> list[Any]:
    return [
        pytest.param(place, fragment, id=f"{place}-{fragment}"[:70])
        for place, fragments in table.items()
        for fragment in fragments
    ]


def loads(text: str, folder: Path) -> bool:
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    try:
        load(folder / "r.yaml")
    except RegistryError:
        return False
    return True


Judge = Callable[[str, str], tuple[bool, bool]]


@pytest.fixture
def judged(tmp_path: Path, as_editors_read: Callable[[str], Any]) -> Judge:
    """Whether the loader and the schema accept the record with a fragment."""

    def both(place: str, fragment: str) -> tuple[bool, bool]:
        text = record(place, fragment)
        return loads(text, tmp_path), VALIDATOR.is_valid(as_editors_read(text))

    return both


@pytest.mark.parametrize(("place", "fragment"), cases(ACCEPTED))
def test_both_accept(place: str, fragment: str, judged: Judge) -> None:
    assert judged(place, fragment) == (True, True)


@pytest.mark.parametrize(("place", "fragment"), cases(REFUSED))
def test_both_refuse(place: str, fragment: str, judged: Judge) -> None:
    assert judged(place, fragment) == (False, False)


@pytest.mark.parametrize(("place", "fragment"), cases(ONLY_THE_LOADER))
def test_only_the_loader_can_refuse(place: str, fragment: str, judged: Judge) -> None:
    assert judged(place, fragment) == (False, True)


def test_every_property_says_what_it_is() -> None:
    whole = registry_schema()
    for name, part in {"the registry": whole, **whole["$defs"]}.items():
        for key, known in part.get("properties", {}).items():
            assert known.get("description", "")[:1].isupper(), f"{name}: {key}"
            assert "title" not in known, f"{name}: {key}"
