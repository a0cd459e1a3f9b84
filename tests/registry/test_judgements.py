"""Judgements of reviewers: RoB 2 and GRADE as a registry holds them, and what it cannot say."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.registry.judgements import CERTAINTIES
from msc_evidence.registry.loader import Registry, load
from msc_evidence.registry.problems import RegistryError

BIAS = """\
      - outcome: mrs
        at: 90 d
        by: Doe J
        date: 2024-05-31
        randomisation: {risk: low, support: central and concealed}
        deviations: {risk: low, support: blinded}
        missing-data: {risk: low, support: none lost}
        measurement: {risk: some concerns, support: assessors not blinded}
        selection: {risk: low, support: as registered}
        overall: {risk: some concerns, support: one domain}
"""
CERTAINTY = """\
  - outcome: mrs
    at: 3 mo
    by: Doe J
    date: 2024-05-31
    start: high
    risk-of-bias: {levels: 1, because: open label}
    inconsistency: {levels: 0, because: one trial}
    indirectness: {levels: 0, because: as asked}
    imprecision: {levels: 1, because: few participants}
    publication-bias: {levels: 0, because: registered}
"""
SUMMARY = """\
  population: people after a stroke
  outcomes:
    - {outcome: mrs, at: 3 mo, control-risk: {risk: 0.3, source: a register}}
    - {outcome: mrs, important: {difference: 0.05, because: agreed}}
"""
GOOD = f"""\
registry: 1
outcomes:
  mrs: {{name: mRS, type: ordinal, better: lower}}
trials:
  one:
    citation: {{year: 2020}}
    design: {{allocation: randomised}}
    participants: {{}}
    arms:
      msc: {{role: treatment, n: 5}}
      control: {{role: control, n: 25}}
    results:
      - {{outcome: mrs, at: 3 mo, p: 0.110}}
    sources:
      abstract: {{kind: abstract}}
      paper: {{kind: full text}}
    risk-of-bias:
{BIAS}certainty:
{CERTAINTY}summary:
{SUMMARY}"""


def loaded(tmp_path: Path, text: str = GOOD) -> Registry:
    file = tmp_path / "r.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(RegistryError) as caught:
        loaded(tmp_path, text)
    return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]


def place(text: str, part: str) -> str:
    assert text.count(part) == 1, part
    before = text[: text.index(part)]
    return f"r.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_what_was_judged_is_read(tmp_path: Path) -> None:
    registry = loaded(tmp_path)
    (bias,) = registry.trials["one"].risk_of_bias
    assert [(words, found.risk) for words, found in bias.domains][3] == (
        "measurement of the outcome",
        "some concerns",
    )
    assert (bias.overall.risk, bias.by, bias.date) == ("some concerns", "Doe J", "2024-05-31")
    (certainty,) = registry.certainty
    assert certainty.word == "low"
    assert list(certainty.ratings) == [
        ("risk of bias", -1, "open label"),
        ("imprecision", -1, "few participants"),
    ]
    assert registry.summary is not None
    assert registry.summary.population == "people after a stroke"


def test_nothing_judged_is_nothing(tmp_path: Path) -> None:
    registry = loaded(tmp_path, GOOD[: GOOD.index("    risk-of-bias:")])
    assert registry.trials["one"].risk_of_bias == []
    assert (registry.certainty, registry.summary) == ((), None)


@pytest.mark.parametrize(
    ("start", "down", "up", "word"),
    [
        ("high", 0, 0, "high"),
        ("high", 1, 0, "moderate"),
        ("high", 3, 0, "very low"),
        ("low", 0, 2, "high"),
        ("low", 1, 1, "low"),
        ("low", 3, 0, "very low"),
        ("high", 0, 2, "high"),
    ],
)
def test_certainty_is_the_start_moved_by_every_level(
    tmp_path: Path, start: str, down: int, up: int, word: str
) -> None:
    text = GOOD.replace("start: high", f"start: {start}").replace(
        "imprecision: {levels: 1,", f"imprecision: {{levels: {down},"
    )
    text = text.replace("levels: 1, because: open", "levels: 0, because: open")
    more = f"    large-effect: {{levels: {up}, because: a large one}}\nsummary:"
    (found,) = loaded(tmp_path, text.replace("summary:", more)).certainty
    assert found.word == word
    assert found.word == CERTAINTIES[found.level - 1]


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("measurement: {risk: some", "measurement: {risk: no", "no concerns", "expected 'low', 'some concerns'"),
        ("overall: {risk: some concerns, support: one domain}", "overall: {risk: high}", "{risk: high}", "support"),
        ("        by: Doe J", "        by: ''", "''", "not empty"),
        ("at: 90 d", "at: 6 mo", "6 mo", "unknown time of a result '6 mo'"),
        ("at: 90 d", "at: 90 d\n        definition: mRS 0-1", "mRS 0-1", "unknown definition of a result 'mRS 0-1'"),
        ("at: 90 d", "at: not reported", "not reported", "unknown time of a result"),
        ("at: 90 d", "at: 90 d\n        source: paper", "90 d", "unknown time of a result"),
        ("at: 90 d", "at: 90 d\n        source: none", "none\n", "unknown source 'none'"),
        ("      - outcome: mrs\n", "      - outcome: msr\n", "msr", "did you mean 'mrs'?"),
        ("  - outcome: mrs\n    at: 3", "  - outcome: msr\n    at: 3", "msr", "did you mean 'mrs'?"),
        ("{outcome: mrs, important", "{outcome: msr, important", "msr", "did you mean 'mrs'?"),
        ("    date: 2024-05-31\n    start", "    date: 31 May\n    start", "31 May", "is no date"),
        ("    date: 2024-05-31\n    start", "    date: 2024-02-30\n    start", "2024-02-30", "no day of the calendar"),
        ("start: high", "start: moderate", "moderate", "expected 'high'"),
        ("{levels: 1, because: few", "{levels: 4, because: few", "4, because", "less than or equal to 3"),
        ("{levels: 1, because: few participants}", "{levels: 1}", "{levels: 1}", "'because' is"),
        ("    indirectness: {levels: 0, because: as asked}\n", "", "- outcome: mrs\n    at: 3", "'indirectness' is"),
        ("difference: 0.05", "difference: 0", "0, because: agreed", "0 is not above 0"),
        ("difference: 0.05", "difference: 0.05, large: 0.04", "0.04, because", "0.04 is not above `difference`, 0.05"),
        ("difference: 0.05", "difference: 0.05, large: 0.05", "0.05, because", "not above `difference`"),
        ("difference: 0.05", "difference: 0.05, moderate: 0.2, large: 0.1", "0.1, because", "not above `moderate`"),
        ("risk: 0.3, source: a register", "risk: 30, source: a register", "30, source", "not a probability"),
        (", source: a register", "", "{risk: 0.3}", "'source' is"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_place(tmp_path: Path, old: str, new: str, at: str, said: str) -> None:
    assert GOOD.count(old) == 1, old
    text = GOOD.replace(old, new)
    found = problems(tmp_path, text)
    where = place(text, at).rpartition(":")[0] if said.endswith((" is", "support")) else place(text, at)
    assert len(found) == 1
    assert found[0].startswith(where)
    assert said in found[0]


ROBINS = """\
    robins-i:
      - outcome: mrs
        at: 3 mo
        by: Doe J
        date: 2024-05-31
        confounding: {risk: serious, support: not adjusted}
        participants: {risk: low, support: consecutive}
        classification: {risk: low, support: as planned}
        deviations: {risk: low, support: none}
        missing-data: {risk: moderate, support: two lost}
        measurement: {risk: low, support: blinded}
        selection: {risk: low, support: registered}
        overall: {risk: serious, support: one domain}
"""


@pytest.mark.parametrize(
    ("old", "new", "departure"),
    [
        ("", "", None),
        ("overall: {risk: serious", "overall: {risk: low", "overall low is better than its worst domain, serious"),
        ("measurement: {risk: low", "measurement: {risk: no information", None),
    ],
)  # fmt: skip
def test_a_trial_that_is_not_randomised_is_judged_by_robins_i(
    tmp_path: Path, old: str, new: str, departure: str | None
) -> None:
    """Seven domains, low to critical, and the worst of them overall (Sterne 2016, BMJ 355:i4919)."""
    text = GOOD[: GOOD.index("    risk-of-bias:")] + (ROBINS.replace(old, new) if old else ROBINS)
    (bias,) = loaded(tmp_path, text).trials["one"].robins_i
    assert len(list(bias.domains)) == 7
    assert bias.departure == departure


@pytest.mark.parametrize(
    ("overall", "departure"),
    [
        ("some concerns", None),
        ("low", "overall low is better than its worst domain, some concerns"),
        ("high", "overall high is worse than its worst domain, some concerns"),
    ],
)
def test_an_overall_risk_that_departs_from_the_rule_says_so(
    tmp_path: Path, overall: str, departure: str | None
) -> None:
    """RoB 2: the worst domain, or high where several raise some concerns (Sterne 2019, BMJ 366:l4898)."""
    text = GOOD.replace("overall: {risk: some concerns", f"overall: {{risk: {overall}")
    (bias,) = loaded(tmp_path, text).trials["one"].risk_of_bias
    assert bias.departure == departure


def test_several_domains_with_some_concerns_may_be_high_together(tmp_path: Path) -> None:
    text = GOOD.replace("overall: {risk: some concerns", "overall: {risk: high")
    text = text.replace("selection: {risk: low", "selection: {risk: some concerns")
    (bias,) = loaded(tmp_path, text).trials["one"].risk_of_bias
    assert bias.departure is None


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("publication-bias: {levels: 0", "3 levels; this domain changes the certainty by at most 2"),
        ("inconsistency: {levels: 0", "3 levels; this domain changes the certainty by at most 2"),
    ],
)
def test_a_domain_changes_the_certainty_by_so_many_levels_at_most(
    tmp_path: Path, old: str, said: str
) -> None:
    (found,) = problems(tmp_path, GOOD.replace(old, f"{old[:-1]}{said[0]}"))
    assert said in found


def test_one_thing_is_judged_once(tmp_path: Path) -> None:
    again = BIAS.replace("90 d", "3 mo")
    text = GOOD.replace("certainty:\n", f"{again}certainty:\n{CERTAINTY}")
    found = problems(tmp_path, text)
    assert [said.partition(" ")[2] for said in found] == [
        "risk-of-bias: mrs at 90 d is judged twice; one judgement counts",
        "certainty: mrs at 3 mo is judged twice; one judgement counts",
    ]
