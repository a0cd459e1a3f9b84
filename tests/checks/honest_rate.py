"""Warnings about honest trials in a thousand checks, by kind: `python -m tests.checks.honest_rate SEED [N] [-v]`."""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.finding import Finding
from msc_evidence.checks.run import all_rules, run_checks
from msc_evidence.registry.loader import load
from tests.checks.honest_trials import KINDS, OUTCOMES, honest_trial

TODAY = date(2026, 11, 30)


@dataclass(frozen=True, slots=True)
class HonestRate:
    """The warnings and errors about honest trials of one kind, and how many checks were made of them."""

    accusations: tuple[Finding, ...]
    checks: int

    @property
    def per_thousand(self) -> float:
        """Warnings and errors in a thousand checks."""
        return 1000 * len(self.accusations) / self.checks


def honest_rate(kind: str, seed: int, trials: int, folder: Path) -> HonestRate:
    """What all checks say of so many trials of a kind; those that need a list, a text or a request do not run."""
    draw, file = random.Random(f"{seed} {kind}"), folder / f"{kind}.json"
    records = {f"trial-{number}": honest_trial(draw, number, kind) for number in range(trials)}
    registry = {"registry": "1", "outcomes": OUTCOMES, "trials": records}
    file.write_text(json.dumps(registry, indent=1), encoding="utf-8")
    report = run_checks(Analysis(load(file)), as_of=TODAY)
    run = [rule for rule in all_rules() if not rule.code.startswith(("MSC6", "MSC7", "MSC9", "MSC85"))]
    accused = tuple(found for found in report.findings if found.severity != "note")
    return HonestRate(accused, trials * len(run))


def main(seed: int, trials: int = 200) -> None:
    """Prints the rate of each kind with the codes that speak, and of all."""
    with tempfile.TemporaryDirectory() as folder:
        rates = {kind: honest_rate(kind, seed, trials, Path(folder)) for kind in KINDS}
    for kind, rate in rates.items():
        print(f"{kind:16} {rate.per_thousand:5.2f}  {_codes(rate.accusations)}")
    every = HonestRate(
        tuple(found for rate in rates.values() for found in rate.accusations),
        sum(rate.checks for rate in rates.values()),
    )
    print(
        f"{'all':16} {every.per_thousand:5.2f}  of {every.checks:,} checks of {trials * len(rates):,} trials"
    )
    print(_codes(every.accusations))
    for found in every.accusations if "-v" in sys.argv else ():
        print(found.code, found.severity, found.trial, found.message)


def _codes(findings: Sequence[Finding]) -> str:
    return ", ".join(
        f"{code} {count}" for code, count in Counter(found.code for found in findings).most_common()
    )


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:] if given != "-v"))
