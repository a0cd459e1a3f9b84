"""Findings as JUnit XML: a test case per finding, and one that passed for each trial in which nothing fails."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from msc_evidence.checks.finding import Finding, Report
from msc_evidence.render.findings import dotted_path, numbers_in_brackets
from msc_evidence.render.inert import with_references

SUFFIXES = (".xml",)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render(report: Report) -> str:
    """What makes the run fail is a failure; other findings pass with their words as output; waived ones are skipped."""
    failures = report.failures
    clean = sorted(set(report.trials) - {finding.trial for finding in failures})
    suite = Element(
        "testsuite",
        name="msc-evidence",
        tests=str(len(report.findings) + len(clean)),
        failures=str(len(failures)),
        errors="0",
        skipped=str(sum(finding.waived is not None for finding in report.findings)),
    )
    passed = f"no {' or '.join(f'{kind}s' for kind in report.failing)}"
    for trial in clean:
        SubElement(suite, "testcase", classname=_legal_xml(trial), name=passed)
    for finding in report.findings:
        _add_test_case(suite, finding, fails=report.fails(finding))
    SubElement(suite, "system-out").text = _legal_xml(report.summary)
    indent(suite)
    written = with_references(tostring(suite, encoding="unicode"), lambda sign: f"&#x{ord(sign):x};")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _add_test_case(suite: Element, finding: Finding, *, fails: bool) -> None:
    name = f"{finding.code} {dotted_path(finding.path[2:])}"
    case = SubElement(suite, "testcase", classname=_legal_xml(finding.trial), name=_legal_xml(name))
    message = _legal_xml(f"{finding.place}: {finding.message}{numbers_in_brackets(finding)}")
    if finding.waived is not None:
        SubElement(case, "skipped", message=_legal_xml(finding.waived))
    elif fails:
        SubElement(case, "failure", message=_legal_xml(finding.message), type=finding.code).text = message
    else:
        SubElement(case, "system-out").text = f"{finding.severity}: {message}"


def _legal_xml(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _ILLEGAL.sub("�", text)
