"""The runner: which checks run over which trials, waivers, order, and the closing line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msc_evidence import __version__
from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.finding import Finding, Report
from msc_evidence.checks.run import all_checks, all_rules, run_checks
from msc_evidence.registry.loader import load
from msc_evidence.registry.problems import RegistryError, counted

#: What the list of figures of TRIAL was read with.
SEALED = ", figures-sha256: 2d53d5dcb5664beb3c88be2286b2da24a9f9d852643b460f20fe57b007e25ddf"
TRIAL = """\
  {name}:
    citation: {{year: 2020, authors: [Doe J]}}
    registration: not reported
    design: {{allocation: randomised}}
    participants: {{}}
    arms: {{msc: {{role: treatment, n: 5}}, control: {{role: control, n: 25}}}}
    results:
      - {{outcome: mrs, at: 3 mo, p: 0.076, favours: msc, primary: true}}
      - {{outcome: barthel, at: 3 mo, p: 0.110, favours: msc}}
    claims:
      - {{outcome: mrs, at: [3 mo], says: benefit}}
      - {{outcome: barthel, at: [3 mo], says: benefit}}
    sources:
      abstract: {{kind: abstract, figures: [5, 25, 3 mo, p 0.076, p 0.110]{sealed}}}
{more}"""
HEAD = """\
registry: 1
outcomes:
  mrs: {name: mRS, type: ordinal, better: lower}
  barthel: {name: Barthel, type: ordinal, better: higher}
trials:
"""


def trial(name: str = "one", more: str = "") -> str:
    return TRIAL.format(name=name, more=more, sealed=SEALED)


def report(tmp_path: Path, text: str, *args: Any, **options: Any) -> Report:
    (tmp_path / "r.yaml").write_text(HEAD + text)
    return run_checks(Analysis(load(tmp_path / "r.yaml")), *args, **options)


def codes(found: Report) -> list[str]:
    return [finding.code for finding in found.findings]


def waived(found: Report) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.waived) for finding in found.findings if finding.waived]


def test_checks_have_codes_names_and_documentation_of_their_own() -> None:
    every = all_rules()
    assert len({rule.code for rule in every}) == len(every) == len(all_checks())
    assert len({rule.name for rule in every}) == len(every)
    assert [rule.code for rule in every] == sorted(rule.code for rule in every)
    for rule in every:
        assert rule.title
        assert "\n\n" in rule.documentation
        words = " ".join(rule.documentation.split())
        assert all(part in words for part in ("It matters because", "Example:", "cannot see")), rule.code


def test_findings_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = report(tmp_path, trial() + trial("two"))
    places = [(finding.line, finding.column, finding.code) for finding in found.findings]
    assert places == sorted(places)
    assert {finding.trial for finding in found.findings} == {"one", "two"}
    assert found.version == __version__
    assert found.rules == all_rules()


def test_a_finding_quotes_its_line(tmp_path: Path) -> None:
    found = report(tmp_path, trial(), select=["MSC501"])
    first, second = found.findings
    assert isinstance(first, Finding)
    assert first.place == f"{tmp_path}/r.yaml:16:42"
    assert found.lines[(first.file, first.line)] == "      - {outcome: mrs, at: [3 mo], says: benefit}"
    assert set(found.lines) == {(first.file, first.line), (second.file, second.line)}


def test_trials_named_are_the_only_ones_looked_at(tmp_path: Path) -> None:
    found = report(tmp_path, trial() + trial("two"), ["two"])
    assert {finding.trial for finding in found.findings} == {"two"}
    assert found.summary.startswith("1 trial, ")


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        (["MSC501"], [], {"MSC501"}),
        (["MSC5"], ["MSC501"], set()),
        (["MSC207", "MSC501"], [], {"MSC207", "MSC501"}),
        ([], ["MSC1", "MSC2", "MSC4", "MSC5"], set()),
        (["MSC"], ["MSC1", "MSC2"], {"MSC501"}),
    ],
)
def test_select_and_ignore(tmp_path: Path, select: list[str], ignore: list[str], expected: set[str]) -> None:
    assert set(codes(report(tmp_path, trial(), select=select, ignore=ignore))) == expected


def test_a_waiver_marks_what_it_accepts(tmp_path: Path) -> None:
    found = report(tmp_path, trial(more="    waivers: [{code: MSC501, because: known}]\n"))
    assert waived(found) == [("MSC501", "known")] * 2
    assert "MSC199" not in codes(found)
    assert found.summary.endswith("2 waived")


def test_a_waiver_with_an_outcome_accepts_that_outcome_alone(tmp_path: Path) -> None:
    found = report(tmp_path, trial(more="    waivers: [{code: MSC501, outcome: mrs, because: known}]\n"))
    assert [finding.waived for finding in found.findings if finding.code == "MSC501"] == ["known", None]


def test_an_unused_waiver_is_a_finding_at_its_place(tmp_path: Path) -> None:
    more = (
        "    waivers:\n      - {code: MSC401, because: x}\n      - {code: MSC501, outcome: mrs, because: y}\n"
    )
    found = report(tmp_path, trial(more=more))
    (unused,) = (finding for finding in found.findings if finding.code == "MSC199")
    assert unused.message == "MSC401 is waived here and nothing was found for it"
    assert (unused.line, unused.column) == (21, 16)


@pytest.mark.parametrize("options", [{"select": ["MSC5"]}, {"ignore": ["MSC4"]}, {"ignore": ["MSC199"]}])
def test_a_waiver_is_not_unused_where_its_check_did_not_run(
    tmp_path: Path, options: dict[str, list[str]]
) -> None:
    found = report(tmp_path, trial(more="    waivers: [{code: MSC401, because: x}]\n"), **options)
    assert "MSC199" not in codes(found)


def test_a_waiver_of_one_trial_does_not_reach_another(tmp_path: Path) -> None:
    text = trial(more="    waivers: [{code: MSC501, because: known}]\n") + trial("two")
    assert {finding.trial for finding in report(tmp_path, text).findings if finding.waived} == {"one"}


def test_the_closing_line_counts_everything(tmp_path: Path) -> None:
    found = report(tmp_path, trial(more="    waivers: [{code: MSC501, outcome: mrs, because: known}]\n"))
    tally = {
        kind: sum(f.severity == kind and not f.waived for f in found.findings)
        for kind in ("error", "warning", "note")
    }
    counts = ", ".join(counted(number, kind) for kind, number in tally.items())
    assert found.summary == (
        "1 trial, 8 numbers: 8 tied to the figures of their source, 0 only name it and are not watched; "
        f"2 p-values: 0 recomputable; {counts}, 1 waived"
    )


def test_numbers_of_sources_without_figures_are_not_tied(tmp_path: Path) -> None:
    listed = "figures: [5, 25, 3 mo, p 0.076, p 0.110]"
    assert (
        "8 numbers: 0 tied"
        in report(tmp_path, trial().replace(listed, "citation: x").replace(SEALED, "")).summary
    )
    assert "8 numbers: 0 tied" in report(tmp_path, trial().replace(SEALED, "")).summary


def test_what_was_looked_for_is_named(tmp_path: Path) -> None:
    assert report(tmp_path, trial(), select=["MSC4", "MSC5"]).summary.endswith(
        "; looked for MSC4 and MSC5 only"
    )
    assert report(tmp_path, trial(), ignore=["MSC6"]).summary.endswith("; not looked for: MSC6")
    assert "looked for" not in report(tmp_path, trial()).summary


@pytest.mark.parametrize(("count", "words"), [(0, "0 trials"), (1, "1 trial"), (2, "2 trials")])
def test_plural(count: int, words: str) -> None:
    assert counted(count, "trial") == words


def test_the_same_registry_gives_the_same_report(tmp_path: Path) -> None:
    assert report(tmp_path, trial() + trial("two")) == report(tmp_path, trial() + trial("two"))


# Whatever a record says, as long as it loads, no check may fail over it.


def some(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=parts)


numbers = st.sampled_from(
    ["0", "1", "5", "−3", "0.0", "1.25", "<5", ">5", "1e8", "1e-9", "99.9", "100", "0.5", "three", "4", "≤2"]
)
counts = st.sampled_from(["0", "1", "2", "3", "5", "10", "25", "39", "none", "1000", "1e300"])
spreads = numbers.filter(lambda number: "−" not in number and number != "1e8")
spans = st.lists(numbers, min_size=2, max_size=2)
values = some(
    n=counts,
    events=counts,
    percent=st.sampled_from(["0", "33.3", "100", "<5", "-2"]),
    mean=numbers,
    sd=spreads,
    se=spreads,
    median=numbers,
    iqr=spans,
    range=spans,
    distribution=st.lists(counts.filter(lambda n: n != "1e300")),
)
both_arms = some(msc=values, control=values)
results = some(
    p=st.sampled_from(
        ["0", "0.000", "1.0", "0.05", "<0.05", ">0.05", "NS", "0.011", "1e-30", "≤0.05", "0.9999"]
    ),
    arms=both_arms,
    effect=st.fixed_dictionaries(
        {
            "measure": st.sampled_from(["RR", "OR", "RD", "HR", "MD", "SMD", "ROM", "PS", "beta"]),
            "estimate": numbers,
        },
        optional={"ci": spans, "level": st.sampled_from(["95", "99", "90%", "99.9", "100"])},
    ),
    statistic=st.fixed_dictionaries(
        {"kind": st.sampled_from(["t", "F", "chi2", "r", "z", "Q"]), "value": numbers},
        optional={"df": numbers, "df2": numbers},
    ),
    test=st.sampled_from(["Fisher", "Welch t test", "paired t test", "magic"]),
    sides=st.sampled_from(["one", "two"]),
    adjusted=st.just("yes"),
    definition=st.just("0-2"),
    favours=st.sampled_from(["msc", "control", "not reported"]),
    wording=st.sampled_from(["significant", "not significant"]),
    change=st.booleans(),
    primary=st.booleans(),
    source=st.just("report"),
).map(lambda parts: {"outcome": "o", "at": "3 mo"} | parts)
arms = some(n=counts, planned=counts, randomised=counts, lost=counts)
records = st.fixed_dictionaries(
    {
        "citation": st.just({"year": "2020"}),
        "design": some(
            allocation=st.just("randomised"),
            ratio=st.sampled_from(["1:1", "2:1", "1:1:1", "not reported"]),
            window=st.sampled_from(["<=90 d", "0 d", "1e9 y"]),
        ),
        "participants": some(planned=counts, enrolled=counts, analysed=counts),
        "arms": st.fixed_dictionaries(
            {
                "msc": arms.map(lambda arm: {"role": "treatment"} | arm),
                "control": arms.map(lambda arm: {"role": "control"} | arm),
            }
        ),
        "baseline": st.lists(
            some(all=values, arms=both_arms, source=st.just("report")).map(
                lambda row: {"variable": "age"} | row
            ),
            max_size=2,
        ),
        "results": st.lists(results, max_size=3),
        "harms": st.lists(
            st.fixed_dictionaries({"event": st.just("e"), "arms": some(msc=counts, control=counts)}),
            max_size=1,
        ),
        "claims": st.lists(
            st.fixed_dictionaries(
                {"says": st.sampled_from(["benefit", "no benefit", "harm", "safe"])},
                optional={"outcome": st.just("o"), "at": st.just(["3 mo"]), "consistent": st.booleans()},
            ),
            max_size=2,
        ),
        "sources": st.just(
            {"abstract": {"kind": "abstract", "figures": ["5", "p 0.011"]}, "report": {"kind": "full text"}}
        ),
    }
)
outcomes = st.fixed_dictionaries(
    {"name": st.just("O"), "type": st.sampled_from(["ordinal", "continuous", "binary", "time-to-event"])},
    optional={
        "range": st.just("0-6"),
        "step": st.sampled_from(["1", "0", "5"]),
        "better": st.just("lower"),
        "items": st.sampled_from(["0", "1", "4"]),
    },
)


@settings(suppress_health_check=list(HealthCheck), max_examples=120)
@given(records, outcomes)
def test_no_record_is_too_strange_for_the_checks(
    tmp_path: Path, record: dict[str, Any], outcome: dict[str, Any]
) -> None:
    file = tmp_path / "r.json"
    file.write_text(json.dumps({"registry": 1, "outcomes": {"o": outcome}, "trials": {"one": record}}))
    try:
        registry = load(file)
    except RegistryError:
        return
    assert run_checks(Analysis(registry)).findings
