"""The findings of a run of the checks as evidence about the trustworthiness of trials."""

from __future__ import annotations

from dataclasses import replace

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.trust import TrustFinding
from msc_evidence.checks.finding import Finding, Report
from msc_evidence.checks.run import run_checks


def with_trust_findings(query: Query, report: Report | None = None) -> Query:
    """The query with what the checks find in its trials, run unless their report is given; waived ones do not count."""
    findings = (report or run_checks(query.analysis, query.trials)).findings
    by_trial = {
        name: tuple(
            _as_evidence(finding) for finding in findings if finding.trial == name and not finding.waived
        )
        for name in query.trials
    }
    return replace(query, trust_findings=by_trial)


def _as_evidence(finding: Finding) -> TrustFinding:
    return TrustFinding(finding.code, finding.severity, finding.message, finding.path[2:], finding.place)
