"""Findings as JUnit XML: a test case per finding, and one that passed for each trial in which nothing fails."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from msc_evidence.checks.finding import Finding, Report
from msc_evidence.render.findings import dotted, numbers_of

SUFFIXES = (".xml",)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render(report: Report) -> str:
    """What makes the run fail is a failure; other findings pass with their words as output; waived ones are skipped."""
    failures = report.failures
    clean = sorted(set(report.trials) - {found.trial for found in failures})
    suite = Element(
        "testsuite",
        name="msc-evidence",
        tests=str(len(report.findings) + len(clean)),
        failures=str(len(failures)),
        errors="0",
        skipped=str(sum(found.waived is not None for found in report.findings)),
    )
    passed = f"no {' or '.join(f'{kind}s' for kind in report.failing)}"
    for trial in clean:
        SubElement(suite, "testcase", classname=_legal(trial), name=passed)
    for found in report.findings:
        _case(suite, found, fails=report.fails(found))
    SubElement(suite, "system-out").text = _legal(report.summary)
    indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode") + "\n"


def _case(suite: Element, found: Finding, *, fails: bool) -> None:
    name = f"{found.code} {dotted(found.path[2:])}"
    case = SubElement(suite, "testcase", classname=_legal(found.trial), name=_legal(name))
    said = _legal(f"{found.place}: {found.message}{numbers_of(found)}")
    if found.waived is not None:
        SubElement(case, "skipped", message=_legal(found.waived))
    elif fails:
        SubElement(case, "failure", message=_legal(found.message), type=found.code).text = said
    else:
        SubElement(case, "system-out").text = f"{found.severity}: {said}"


def _legal(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _ILLEGAL.sub("�", text)
