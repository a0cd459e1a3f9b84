"""Findings as SARIF 2.1.0, for code-scanning services and editors."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ..checks.finding import Finding, Report, Rule
from .findings import dotted, numbers_of
from .table_json import dumped

SUFFIXES = (".sarif", ".sarif.json")
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report) -> str:
    """One run with every rule and every finding; waived ones are suppressed with their reason."""
    codes = [rule.code for rule in report.rules]
    driver = {
        "name": "msc-evidence",
        "version": report.version,
        "rules": [_rule(rule) for rule in report.rules],
    }
    results = [_result(found, codes.index(found.code)) for found in report.findings]
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


def _result(found: Finding, index: int) -> dict[str, Any]:
    identity = "\0".join((found.code, found.trial, dotted(found.path)))
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": found.severity,
        "message": {"text": found.message + numbers_of(found)},
        "locations": [{"physicalLocation": _place(found)}],
        "partialFingerprints": {"place/v1": hashlib.sha256(identity.encode()).hexdigest()},
    }
    if found.waived is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": found.waived}]
    return result


def _place(found: Finding) -> dict[str, Any]:
    path = PurePath(found.file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    region = {"startLine": max(found.line, 1), "startColumn": max(found.column, 1)}
    return {"artifactLocation": {"uri": uri}, "region": region}
