"""Findings as SARIF 2.1.0, for code-scanning services and editors."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from msc_evidence.checks.finding import Finding, Report, Rule
from msc_evidence.render.findings import dotted_path, numbers_in_brackets
from msc_evidence.render.table.json import indented_json

SUFFIXES = (".sarif", ".sarif.json")
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report) -> str:
    """One run with every rule and every finding; waived ones are suppressed with their reason.

    What makes the run fail has the level `error`.
    """
    index = {rule.code: at for at, rule in enumerate(report.rules)}
    driver = {
        "name": "msc-evidence",
        "version": report.version,
        "rules": [_sarif_rule(rule) for rule in report.rules],
    }
    results = [
        _sarif_result(
            finding, index[finding.code], identity, "error" if report.fails(finding) else finding.severity
        )
        for finding, identity in zip(report.findings, _lasting_identities(report.findings), strict=True)
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return indented_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.documentation},
        "help": {"text": rule.documentation},
        "defaultConfiguration": {"level": rule.severity},
    }


def _lasting_identities(findings: Iterable[Finding]) -> Iterator[str]:
    """What a finding is recognised by when lines move: rule, trial and place, numbered where they repeat."""
    seen: Counter[str] = Counter()
    for finding in findings:
        identity = "\0".join((finding.code, finding.trial, dotted_path(finding.path)))
        yield f"{identity}\0{seen[identity]}" if seen[identity] else identity
        seen[identity] += 1


def _sarif_result(finding: Finding, index: int, identity: str, level: str) -> dict[str, Any]:
    # A run that gives suppressions for one result gives them for all (SARIF 2.1.0, 3.27.23).
    waived = [] if finding.waived is None else [{"kind": "inSource", "justification": finding.waived}]
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": level,
        "message": {"text": finding.message + numbers_in_brackets(finding)},
        "locations": [{"physicalLocation": _physical_location(finding)}],
        "partialFingerprints": {"place/v1": hashlib.sha256(identity.encode()).hexdigest()},
        "suppressions": waived,
    }


def _physical_location(finding: Finding) -> dict[str, Any]:
    path = PurePath(finding.file)
    uri = path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
    region = {"startLine": max(finding.line, 1), "startColumn": max(finding.column, 1)}
    return {"artifactLocation": {"uri": uri}, "region": region}
