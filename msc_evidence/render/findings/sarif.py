"""Findings as SARIF 2.1.0, for code-scanning services and editors."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from msc_evidence.checks.finding import Finding, Report, Rule
from msc_evidence.render.findings import dotted, numbers_of
from msc_evidence.render.table.json import dumped

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
        "rules": [_rule(rule) for rule in report.rules],
    }
    results = [
        _result(found, index[found.code], identity, "error" if report.fails(found) else found.severity)
        for found, identity in zip(report.findings, _identities(report.findings), strict=True)
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.documentation},
        "help": {"text": rule.documentation},
        "defaultConfiguration": {"level": rule.severity},
    }


def _identities(findings: Iterable[Finding]) -> Iterator[str]:
    """What a finding is recognised by when lines move: rule, trial and place, numbered where they repeat."""
    seen: Counter[str] = Counter()
    for found in findings:
        identity = "\0".join((found.code, found.trial, dotted(found.path)))
        yield f"{identity}\0{seen[identity]}" if seen[identity] else identity
        seen[identity] += 1


def _result(found: Finding, index: int, identity: str, level: str) -> dict[str, Any]:
    # A run that gives suppressions for one result gives them for all (SARIF 2.1.0, 3.27.23).
    waived = [] if found.waived is None else [{"kind": "inSource", "justification": found.waived}]
    return {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": level,
        "message": {"text": found.message + numbers_of(found)},
        "locations": [{"physicalLocation": _place(found)}],
        "partialFingerprints": {"place/v1": hashlib.sha256(identity.encode()).hexdigest()},
        "suppressions": waived,
    }


def _place(found: Finding) -> dict[str, Any]:
    path = PurePath(found.file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    region = {"startLine": max(found.line, 1), "startColumn": max(found.column, 1)}
    return {"artifactLocation": {"uri": uri}, "region": region}
