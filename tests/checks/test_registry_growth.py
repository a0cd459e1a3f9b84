"""Steps of a registry's commands at n and at 2n trials: calls are counted, never seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.run import all_checks, run_checks
from msc_evidence.registry.loader import Registry, load
from msc_evidence.tables.recompute import recomputation_table
from msc_evidence.tables.result_rows import results_table

HEAD = """\
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
  responders: {name: responders, type: binary, better: higher}
trials:
"""
#: The same numbers in every trial: a check that compared each with each would take n² steps.
TRIAL = """\
  trial-AT:
    citation: {authors: [Doe J], year: 2020, doi: 10.1000/AT}
    design: {allocation: randomised}
    participants: {enrolled: 60, condition: stroke of 24 h at most}
    arms: {msc: {role: treatment, n: 30}, control: {role: control, n: 30}}
    baseline:
      - {variable: NIHSS, arms: {msc: {mean: 10.21, sd: 3.11}, control: {mean: 10.45, sd: 3.25}}}
    results:
      - {outcome: mrs, at: 3 mo, p: 0.011, arms: {msc: {mean: 2.21, sd: 1.13}, control: {mean: 3.05, sd: 1.21}}}
      - {outcome: responders, at: 3 mo, p: 0.02, arms: {msc: {events: 9}, control: {events: 1}}}
    claims: [{outcome: mrs, at: [3 mo], says: benefit}]
    sources:
      abstract:
        kind: abstract
        figures: [n 60, n 30, p 0.011, 3 mo, p 0.02, n 9, n 1, five]
        ignored: [{figure: five, because: size of a subset}]
"""


def registry(folder: Path, trials: int) -> Path:
    """A registry of so many trials."""
    file = folder / f"{trials}.yaml"
    file.write_text(HEAD + "".join(TRIAL.replace("AT", str(at)) for at in range(trials)), encoding="utf-8")
    return file


CallsMade = Callable[[Callable[[], object]], int]
COMMANDS: dict[str, Callable[[Registry], object]] = {
    "check": lambda loaded: run_checks(Analysis(loaded)),
    "summarize": lambda loaded: results_table(
        [result for name in loaded.trials for result in Analysis(loaded).results(name)]
    ),
    "recompute": lambda loaded: recomputation_table(
        [result for name in loaded.trials for result in Analysis(loaded).results(name)]
    ),
}


#: Calls of functions that one more trial like this one may cost, a tenth above what it does: a check that asks anew
#: what another has worked out, or reads what its trial does not have, goes beyond.
MOST_CALLS = {"check": 10_700, "summarize": 2_600, "recompute": 2_600}


@pytest.mark.parametrize("command", COMMANDS)
def test_steps_of_a_command_grow_as_the_trials(command: str, tmp_path: Path, calls_made: CallsMade) -> None:
    all_checks()
    small, large = load(registry(tmp_path, 22)), load(registry(tmp_path, 44))
    COMMANDS[command](small)  # what is read or compiled once
    assert calls_made(lambda: COMMANDS[command](large)) <= 2.05 * calls_made(lambda: COMMANDS[command](small))


@pytest.mark.parametrize("command", COMMANDS)
def test_one_more_trial_costs_no_more_steps(command: str, tmp_path: Path, calls_made: CallsMade) -> None:
    all_checks()
    small, large = load(registry(tmp_path, 22)), load(registry(tmp_path, 44))
    COMMANDS[command](small)
    few, many = calls_made(lambda: COMMANDS[command](small)), calls_made(lambda: COMMANDS[command](large))
    assert (many - few) / 22 <= MOST_CALLS[command]


def test_steps_of_loading_grow_as_the_trials(tmp_path: Path, calls_made: CallsMade) -> None:
    small, large = registry(tmp_path, 22), registry(tmp_path, 44)
    load(small)
    assert calls_made(lambda: load(large)) <= 2.05 * calls_made(lambda: load(small))


def test_numbers_that_a_crowd_of_trials_shares_are_said_once_of_each(tmp_path: Path) -> None:
    findings = run_checks(Analysis(load(registry(tmp_path, 30))), select=["MSC821"]).findings
    assert len(findings) == 30
    assert findings[0].message == (
        "the same numbers as in 29 other trials, trial-1 among them: nihss, mrs at 3 mo"
    )
