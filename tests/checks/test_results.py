"""Checks of results (MSC4xx): case files, severities, messages with the published numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks import msc4_attainability, msc4_effects, msc4_intervals, msc4_p_values, msc4_wording
from msc_evidence.checks.rule import Check, Hit, Subject
from msc_evidence.registry.loader import load

FAMILY = "MSC4"
MODULES: list[ModuleType] = [msc4_p_values, msc4_effects, msc4_intervals, msc4_attainability, msc4_wording]
CHECKS = {
    item.rule.code: item for module in MODULES for item in vars(module).values() if isinstance(item, Check)
}


@pytest.fixture
def hits(tmp_path: Path) -> Callable[..., dict[str, Hit]]:
    """code → hit for one result at 3 months, in arms of n1 and n2."""

    def run(result: str, n1: object = 30, n2: object = 31) -> dict[str, Hit]:
        outcome = "responders" if "events" in result else "mrs"
        file = tmp_path / "one.yaml"
        file.write_text(
            "registry: 1\noutcomes:\n"
            "  mrs: {name: mRS, type: ordinal, better: lower}\n"
            "  responders: {name: responders, type: binary, better: higher}\n"
            "trials:\n  one:\n    citation: {year: 2020}\n    design: {allocation: randomised}\n"
            "    participants: {}\n    sources: {abstract: {kind: abstract}}\n"
            f"    arms: {{msc: {{role: treatment, n: {n1}}}, control: {{role: control, n: {n2}}}}}\n"
            f"    results: [{{outcome: {outcome}, at: 3 mo, {result}}}]\n",
            encoding="utf-8",
        )
        registry = load(file)
        subject = Subject("one", Analysis(registry))
        return {code: hit for code, item in CHECKS.items() for hit in item.run(subject)}

    return run


def test_case(case: Any, case_body: str) -> None:
    found, expected = case(case_body, MODULES)
    assert found == expected


def test_every_rule_has_a_flagged_and_a_silent_case(flagged_and_silent: Any) -> None:
    flagged, silent = flagged_and_silent(FAMILY)
    assert flagged == set(CHECKS)
    assert silent >= set(CHECKS)


HR = "effect: {measure: HR, estimate: 0.78, ci: 0.62-0.98, level: 95}"
MD = "effect: {measure: MD, estimate: 1.5, ci: 0.2-2.8, level: 95}"
MEANS = "arms: {msc: {n: 50, mean: 10.30, sd: 3.12}, control: {n: 48, mean: 8.71, sd: 2.80}}"
LEG = "arms: {msc: {n: 39, mean: 14.8, sd: 23.8}, control: {n: 15, mean: 2.6, sd: 13.0}}"
SHIFT = "arms: {msc: {distribution: [20, 10, 5, 3]}, control: {distribution: [11, 10, 9, 9]}}"
COUNTS = "arms: {msc: {events: 12}, control: {events: 21}}"


@pytest.mark.parametrize(
    ("code", "severity", "result"),
    [
        # HR 0.78 (0.62–0.98) gives .0334: on the other side of .05, unless another test made the p.
        ("MSC403", "error", f"p: .30, {HR}"),
        ("MSC403", "error", f"test: Wald, p: .060, {HR}"),
        ("MSC403", "warning", f"test: Wald, p: 0.046, {HR}"),
        ("MSC403", "warning", f"p: 0.003, {HR}"),
        ("MSC403", "warning", f"p: .060, {HR}"),
        ("MSC403", "note", f"p: .051, {HR}"),
        ("MSC403", "note", f"p: .046, {HR}"),
        ("MSC404", "error", f"p: .30, {HR}"),
        ("MSC404", "error", f"test: Wald, p: .052, {HR}"),
        ("MSC404", "warning", f"p: .060, {HR}"),
        ("MSC404", "note", f"p: .051, {HR}"),
        # The limits alone give .045, whatever the estimate between them.
        ("MSC404", "error", "p: 0.30, effect: {measure: OR, estimate: 0.80, ci: 0.45-0.99, level: 95}"),
        # MD 1.5 (0.2–2.8) gives .0237 [.0153, .0362], a t test's p; a rank test's may be another.
        ("MSC403", "error", f"test: t test, p: 0.060, {MD}"),
        ("MSC403", "warning", f"test: t test, p: 0.046, {MD}"),
        ("MSC403", "note", f"p: 0.060, {MD}"),
        ("MSC403", "warning", f"p: 0.30, {MD}"),
        ("MSC403", "error", f"p: 0.80, {MD}"),
        ("MSC404", "error", f"test: unpaired t-test, p: 0.060, {MD}"),
        ("MSC404", "note", f"p: 0.060, {MD}"),
        ("MSC404", "warning", f"p: 0.30, {MD}"),
        ("MSC404", "error", f"p: 0.80, {MD}"),
        # SMD 2.52 (1.38–3.66): a p of .042 is no test's of such a difference.
        ("MSC403", "warning", "p: 0.042, effect: {measure: SMD, estimate: 2.52, ci: 1.38-3.66, level: 95}"),
        ("MSC405", "error", "p: 0.06, statistic: {kind: t, value: 2.20, df: 28}"),
        ("MSC405", "warning", "p: 0.018, statistic: {kind: t, value: 2.20, df: 28}"),
        ("MSC406", "error", f"p: 0.20, {COUNTS}".replace("12", "8")),
        ("MSC406", "warning", f"p: 0.20, {COUNTS}"),
        ("MSC406", "warning", f"test: Fisher, p: 0.0553, {COUNTS}"),
        # Between two tests of the table, near one of them, and one of Fisher's tails, where no test is named.
        ("MSC406", "note", f"p: 0.045, {COUNTS}"),
        ("MSC406", "warning", f"test: Fisher, p: 0.045, {COUNTS}"),
        ("MSC406", "note", f"p: 0.019, {COUNTS}"),
        ("MSC406", "note", "p: 0.112, arms: {msc: {n: 27, events: 10}, control: {n: 27, events: 5}}"),
        ("MSC406", "note", f"test: logistic regression, p: 0.20, {COUNTS}"),
        # 10.30 ± 3.12 (50) v 8.71 ± 2.80 (48): .0094 Student, .0092 Welch.
        ("MSC407", "error", f"test: Student's t test, p: 0.20, {MEANS}"),
        ("MSC407", "error", f"test: unpaired t-test, p: 0.20, {MEANS}"),
        ("MSC407", "warning", f"test: t-test, p: 0.02, {MEANS}"),
        ("MSC407", "warning", f"test: t-test, p: 0.001, {MEANS}"),
        ("MSC407", "note", f"p: 0.02, {MEANS}"),
        ("MSC407", "note", f"p: 0.08, {MEANS}".replace("8.71", "9.00")),
        ("MSC407", "warning", f"p: 0.20, {MEANS}"),
        ("MSC407", "warning", f"p: 0.0001, {MEANS}"),
        ("MSC407", "note", f"test: ANCOVA, p: 0.20, {MEANS}"),
        # The leg score: .0204 (Welch) and .0666 (Student) lie on either side of .023, with no test named and with one.
        ("MSC407", "note", f"p: 0.023, {LEG}"),
        ("MSC407", "warning", f"test: t test, p: 0.023, {LEG}"),
        ("MSC410", "note", "test: Mann-Whitney U, p: .083, arms: {msc: {n: 2}, control: {n: 3}}"),
        ("MSC410", "error", "test: exact Mann-Whitney U, p: .083, arms: {msc: {n: 2}, control: {n: 3}}"),
        ("MSC405", "error", "p: 0.01, statistic: {kind: r, value: 1.4, df: 48}"),
        ("MSC408", "error", f"p: .60, {SHIFT}"),
        ("MSC408", "error", f"test: Mann-Whitney, p: .06, {SHIFT}"),
        ("MSC408", "warning", f"p: .005, {SHIFT}"),
        ("MSC408", "note", f"test: permutation, p: .60, {SHIFT}"),
        ("MSC409", "note", f"effect: {{measure: RR, estimate: 1.69}}, {COUNTS}"),
        # 0.59 by the counts: less than half way from 0.65 to 0.40, and more than half way from 0.75 to 0.52.
        ("MSC409", "note", f"effect: {{measure: RR, estimate: 0.65, ci: 0.40-1.06}}, {COUNTS}"),
        ("MSC409", "warning", f"effect: {{measure: RR, estimate: 0.75, ci: 0.52-1.08}}, {COUNTS}"),
        ("MSC409", "warning", f"test: chi-square, effect: {{measure: RR, estimate: 0.65, ci: 0.40-1.06}}, {COUNTS}"),
        ("MSC409", "warning", f"effect: {{measure: RR, estimate: 0.65}}, {COUNTS}"),
        ("MSC411", "warning", "p: 0.000"),
        ("MSC411", "error", "p: 0"),
        ("MSC414", "warning", "favours: msc, arms: {msc: {median: 4}, control: {median: 2}}"),
    ],
)  # fmt: skip
def test_severity(hits: Any, code: str, severity: str, result: str) -> None:
    hit = hits(result)[code]
    assert (hit.severity or CHECKS[code].rule.severity) == severity


@pytest.mark.parametrize(
    ("code", "result", "sizes", "words"),
    [
        # Altman & Bland 2011, BMJ 343:d2304, with the boxes of CHECKS.
        (
            "MSC403",
            "p: 0.03, effect: {measure: RR, estimate: 0.81, ci: 0.70-0.94, level: 95}",
            (30, 31),
            ["0.00508 [0.0026", "to 0.00906"],
        ),
        (
            "MSC403",
            f"p: .30, {HR}",
            (30, 31),
            ["0.0334 [0.0246 to 0.0439]", "other side of 0.05"],
        ),
        (
            "MSC403",
            f"p: 0.017, {HR}",
            (30, 31),
            ["half of it, a one-sided p, fits"],
        ),
        (
            "MSC402",
            "effect: {measure: HR, estimate: 0.80, ci: 0.45-0.99, level: 95}",
            (30, 31),
            ["0.662 to 0.673", "0.80"],
        ),
        (
            "MSC401",
            "effect: {measure: MD, estimate: -0.5, ci: 0.8 to 0.2, level: 95}",
            (30, 31),
            ["from 0.8 down to 0.2", "−0.5 (−0.8 to −0.2)"],
        ),
        (
            "MSC406",
            f"test: Fisher exact, p: 0.030, {COUNTS}",
            (30, 31),
            ["Fisher exact 0.0409", "Pearson would give it"],
        ),
        (
            "MSC406",
            f"p: 0.20, {COUNTS}",
            (30, 31),
            ["Pearson 0.0297", "Yates 0.0553", "Fisher exact 0.0409"],
        ),
        (
            "MSC407",
            "p: 0.023, arms: {msc: {mean: 14.8, sd: 23.8}, control: {mean: 2.6, sd: 13.0}}",
            (39, 15),
            [
                "Welch 0.0204 [0.0191 to 0.0218]",
                "Student 0.0666 [0.0639 to 0.0694]",
                "Welch only",
                "rank test",
            ],
        ),
        (
            "MSC409",
            "effect: {measure: RR, estimate: 0.80}, arms: {msc: {events: 79}, control: {events: 82}}",
            (106, 99),
            ["0.80", "79/106 v 82/99", "0.8998"],
        ),
        (
            "MSC409",
            "effect: {measure: RD, estimate: 15}, arms: {msc: {events: 30}, control: {events: 20}}",
            (100, 100),
            ["RD 15 beside 30/100 v 20/100: the counts give 10"],
        ),
        (
            "MSC405",
            "p: 0.01, statistic: {kind: F, value: -4, df: 1, df2: 48}",
            (30, 31),
            ["F(1, 48) = -4 cannot be: F is never below 0"],
        ),
        ("MSC410", "test: exact rank-sum, p: 0.01", (3, 3), ["is 0.1"]),
        ("MSC410", "test: exact rank-sum, p: 0.01", (4, 4), ["is 0.0286"]),
        ("MSC410", "test: exact rank-sum, p: 0.0001", (8, 8), ["is 0.000155"]),
        ("MSC410", "test: exact rank-sum, p: 0.000010", (5, 25), ["is 1.4e-05"]),
    ],
)
def test_message(hits: Any, code: str, result: str, sizes: tuple[int, int], words: list[str]) -> None:
    message = hits(result, *sizes)[code].message
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(("events", "smallest"), [(1, "0.167"), (2, "0.023"), (3, "0.00246")])
def test_smallest_fisher_p_of_5_v_25(hits: Any, events: int, smallest: str) -> None:
    arms = f"arms: {{msc: {{events: {events}}}, control: {{events: 0}}}}"
    hit = hits(f"test: Fisher, p: 0.001, {arms}", 5, 25)["MSC410"]
    assert f"{events} events in all gives is {smallest}" in hit.message


@pytest.mark.parametrize(
    "result",
    [
        "p: 0.03, effect: {measure: RR, estimate: 0.95, ci: 0.88-0.48, level: 95}",
        "p: 0.03, effect: {measure: RR, estimate: 0.95, ci: 0.90-0.90, level: 95}",
        "p: 0.03, effect: {measure: MD, estimate: 0, ci: 0 to 0, level: 95}",
        "p: 0.03, effect: {measure: OR, estimate: -1, ci: -3 to -2, level: 95}",
        "p: 0.03, effect: {measure: RR, estimate: 0.9, ci: 0.8-1.0, level: 100}",
        "p: 0.03, effect: {measure: RR, estimate: <0.9, ci: '>0.8 to 1.0', level: 95}",
        "p: 0.03, statistic: {kind: r, value: 1.2, df: 28}",
        "p: 0.03, statistic: {kind: F, value: -2.2, df: 2, df2: 28}",
        "p: 0.03, statistic: {kind: t, value: 2.2, df: 0}",
        "p: 0.03, statistic: {kind: t, value: '>2.2', df: 12}",
        "p: 0.03, test: Fisher, arms: {msc: {events: 40}, control: {events: 2}}",
        "p: 0.03, arms: {msc: {mean: 1, sd: 0}, control: {mean: 2, sd: 0}}",
        "p: 0.03, arms: {msc: {mean: '<1', sd: 1}, control: {mean: 2, sd: 1}}",
        "p: 0.03, arms: {msc: {mean: 1, sd: '>1'}, control: {mean: 2, sd: 1}}",
        "p: 0.03, arms: {msc: {distribution: [0, 0]}, control: {distribution: [1, 2]}}",
        "p: 0.03, arms: {msc: {percent: -20}, control: {percent: 50}}",
    ],
)
def test_impossible_numbers_do_not_stop_the_checks(hits: Any, result: str) -> None:
    assert isinstance(hits(result), dict)
