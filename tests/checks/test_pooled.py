"""MSC7xx: pinned pooled results, flagged and silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.run import run_checks
from msc_evidence.registry.loader import load
from msc_evidence.registry.problems import RegistryError

#: Two of the thirteen BCG trials (Colditz 1994): events of vaccinated and not vaccinated participants.
TRIALS = """
registry: 1
outcomes:
  tb: {name: tuberculosis, type: binary, better: lower}
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
trials:
  aronson:
    citation: {year: 1948}
    design: {allocation: randomised}
    participants: {}
    arms: {bcg: {role: treatment, n: 123}, none: {role: control, n: 139}}
    results:
      - {outcome: tb, at: 5 y, arms: {bcg: {events: 4}, none: {events: 11}}}
      - {outcome: mrs, at: 90 d, p: 0.3}
    sources: {paper: {kind: full text}}
  ferguson:
    citation: {year: 1949}
    design: {allocation: randomised}
    participants: {}
    arms: {bcg: {role: treatment, n: 306}, none: {role: control, n: 303}}
    results:
      - {outcome: tb, at: 5 y, arms: {bcg: {events: 6}, none: {events: 29}}}
    sources: {paper: {kind: full text}}
pooled:
  review:
    citation: made up
    outcome: tb
    measure: RR
    model: common
    trials: [aronson, ferguson]
"""


@pytest.fixture
def codes(tmp_path: Path):
    """The MSC7 findings of the trials with these lines pinned, as (code, text of the line)."""

    def found(*lines: str, text: str = TRIALS) -> set[tuple[str, str]]:
        file = tmp_path / "trials.yaml"
        file.write_text(text + "".join(f"    {line}\n" for line in lines))
        report = run_checks(Analysis(load(file)), select=["MSC7"])
        return {(item.code, file.read_text().splitlines()[item.line - 1].strip()) for item in report.findings}

    return found


# metafor 3.8-1, rma(measure = "RR", method = "EE"): 0.265802 (0.134122 to 0.526766)
@pytest.mark.parametrize("estimate", ["0.27", "0.266", "0.3"])
def test_an_estimate_that_follows_is_silent(codes, estimate):
    assert codes(f"estimate: {estimate}", "ci: 0.13-0.53", "participants: 871") == set()


def test_an_estimate_or_limit_that_does_not_follow_is_flagged(codes):
    assert codes("estimate: 0.36") == {("MSC701", "estimate: 0.36")}
    assert codes("estimate: 0.27", "ci: 0.13-0.62") == {("MSC701", "ci: 0.13-0.62")}


def test_participants_are_those_of_the_trials(codes):
    assert codes("estimate: 0.27", "participants: 900") == {("MSC704", "participants: 900")}


def test_a_trial_counts_once(codes):
    text = TRIALS.replace("[aronson, ferguson]", "[aronson, ferguson, aronson]")
    assert ("MSC702", "trials: [aronson, ferguson, aronson]") in codes("estimate: 0.26", text=text)


def test_what_cannot_be_pooled_again_is_said(codes):
    text = TRIALS.replace("outcome: tb\n    measure: RR", "outcome: mrs\n    measure: SMD")
    assert codes("estimate: 0.26", text=text) == {("MSC703", "trials: [aronson, ferguson]")}


def test_unknown_trials_and_outcomes_are_errors_of_the_registry(codes):
    with pytest.raises(RegistryError, match="unknown trial 'fergusson'; did you mean 'ferguson'"):
        codes("estimate: 0.26", text=TRIALS.replace("[aronson, ferguson]", "[aronson, fergusson]"))
    with pytest.raises(RegistryError, match="unknown outcome 'tbc'"):
        codes("estimate: 0.26", text=TRIALS.replace("outcome: tb\n    measure", "outcome: tbc\n    measure"))
