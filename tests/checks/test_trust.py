"""MSC8: rules of trustworthiness on planted records, their partners that must stay silent, and honest trials."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks import (
    msc8_allocation,
    msc8_baseline,
    msc8_conduct,
    msc8_exactness,
    msc8_notices,
    msc8_parts,
    msc8_repeats,
)
from msc_evidence.checks.finding import Finding
from msc_evidence.checks.rule import Hit
from msc_evidence.checks.run import run_checks
from msc_evidence.reading.retractions import UnreadableListError, read_retractions
from msc_evidence.registry.loader import load
from tests.checks.honest_kinds import KINDS
from tests.checks.honest_rate import honest_rate

FAMILY = "MSC8"
MODULES = (
    msc8_allocation, msc8_baseline, msc8_conduct, msc8_exactness, msc8_notices, msc8_parts, msc8_repeats,
)  # fmt: skip
Found = set[tuple[str, int, str]]


def test_case(case_body: str, case: Callable[[str, tuple[ModuleType, ...]], tuple[Found, Found]]) -> None:
    # What needs a list or a day has nothing to look at here.
    found, expected = case(case_body, MODULES)
    assert found == expected


def test_messages_say_what_chance_gives(hits: Callable[[str, tuple[ModuleType, ...]], list[Hit]]) -> None:
    (lost,) = hits(
        "design: {follow-up: 18 mo}\nparticipants: {expected-loss: 0.10}\narms: {a: {randomised: 524, lost: 0}}",
        (msc8_allocation,),
    )
    assert lost.message == (
        "none of 524 lost in 18 mo; a loss above 0.57% is excluded (95%); with 10% expected the chance is 1.1e-24"
    )
    assert lost.severity == "warning"
    (late,) = hits(
        "design: {registered: 2012-03-15, first-enrolled: 2012-01-10, last-enrolled: 2014-01-09}",
        (msc8_conduct,),
    )
    assert late.severity == "note"
    assert "65 days after the first participant" in late.message
    assert "9% of the time" in late.message


#: Columns, empty last heading, dates and reasons as Retraction Watch's file has them.
WATCH = """\
Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,RetractionDate,RetractionDOI,\
RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes,
1,One,(HSC) Medicine;,"A hospital, Town;",J,P,Spain,Jane Doe;Oh Young Bang,https://a.example/1;https://a.example/2,\
Clinical Study;,3/1/2020 0:00,10.1000/n1,0,1/2/2018 0:00,10.1000/AAA,0,Retraction,\
+Duplication of Image;+Error in Data;,No,"A note, of two
lines",
2,Two,,,J,P,,Young-Hee Bang,,Clinical Study;,4/1/2021 0:00,unavailable,0,,10.1000/bbb,12345,Correction,,No,,
3,Three,,,J,P,,Bang Oh,,Clinical Study;,5/1/2021 0:00,10.1000/n3,0,,unavailable,777,Expression of concern,+Concerns,No,,
"""
_UPDATED = {"date-parts": [[2020, 3, 1]], "date-time": "2020-03-01T00:00:00Z", "timestamp": 1583020800000}
_PAPER = {
    "DOI": "10.1000/aaa",
    "type": "retraction",
    "label": "Retraction",
    "source": "publisher",
    "updated": _UPDATED,
}
#: An answer about notices, and one about a paper, with what Crossref has from Retraction Watch.
NOTICES = {
    "status": "ok", "message-type": "work-list", "message": {
        "total-results": 71234, "items-per-page": 1,
        "items": [{"DOI": "10.1000/n1", "author": [{"family": "Bang", "given": "Oh Young"}], "update-to": [_PAPER]}],
    },
}  # fmt: skip
PAPER = {
    "status": "ok", "message-type": "work", "message": {
        "DOI": "10.1000/AAA", "author": [{"family": "Doe", "given": "Jane"}],
        "updated-by": [_PAPER | {"DOI": "10.1000/n1", "source": "retraction-watch", "record-id": "1"}],
    },
}  # fmt: skip


@pytest.fixture
def found_in(tmp_path: Path, whole_registry: Callable[[str], dict[str, Any]]) -> Callable[..., list[Finding]]:
    """What the MSC8 checks find in a record, with what else they are given."""

    def run(record: str, **given: Any) -> list[Finding]:
        file = tmp_path / "r.json"
        file.write_text(json.dumps(whole_registry(record)), encoding="utf-8")
        return list(run_checks(Analysis(load(file)), select=["MSC8"], **given).findings)

    return run


@pytest.mark.parametrize("text", [WATCH, json.dumps(NOTICES), json.dumps(PAPER), json.dumps([PAPER])])
def test_a_paper_in_a_list_of_retractions(text: str, found_in: Callable[..., list[Finding]]) -> None:
    record = "citation: {authors: [Roe A, Poe B], year: 2019, doi: 10.1000/aaa}"
    (finding,) = found_in(record, retractions=read_retractions(text, "list"))
    assert (finding.code, finding.severity) == ("MSC843", "error")
    assert "list lists a retraction of 10.1000/aaa, 2020-03-01 (10.1000/n1)" in finding.message


def test_a_page_of_crossref_says_how_much_is_missing() -> None:
    assert read_retractions(json.dumps(NOTICES), "n.json").lacking == (
        "n.json holds 1 of the 71,234 works of Crossref's answer"
    )
    assert read_retractions(json.dumps(PAPER), "p.json").lacking is None


def test_a_name_in_a_list_is_a_lead_and_a_correction_no_error(found_in: Callable[..., list[Finding]]) -> None:
    listed = read_retractions(WATCH, "list")
    (lead,) = found_in("citation: {authors: [Bang OY, Poe B], year: 2019}", retractions=listed)
    assert (lead.severity, lead.message) == (
        "note",
        "2 notices under the name Bang OY, which may be another's: Duplication of Image, Error in Data; Concerns",
    )
    (correction,) = found_in("citation: {year: 2019, pmid: 12345}", retractions=listed)
    assert (correction.severity, correction.message[:35]) == ("note", "list lists a correction of 10.1000/")
    assert not found_in(
        "citation: {authors: [Doe-Smith J], year: 2019, doi: 10.1000/zzz}", retractions=listed
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "no column OriginalPaperDOI"),
        ("{", "is no JSON"),
        ("[]", "has no works"),
        ('{"message": {"items": 5}}', "has no works"),
        ("", "no column"),
    ],
)
def test_what_is_no_list(text: str, words: str) -> None:
    with pytest.raises(UnreadableListError, match=words):
        read_retractions(text, "list.csv")


def test_a_search_grows_old(found_in: Callable[..., list[Finding]]) -> None:
    record = "notices: {searched: 2025-01-10, in: [Crossmark]}"
    assert [found.code for found in found_in(record, as_of=date(2026, 11, 30))] == ["MSC842"]
    assert not found_in(record, as_of=date(2026, 1, 9))
    assert not found_in(record)


def test_tests_on_request_print_their_caution(found_in: Callable[..., list[Finding]]) -> None:
    rows = "\n".join(
        f"  - {{variable: v{at}, arms: {{msc: {{mean: {at}.1, sd: 9.3}}, control: {{mean: {at}.1, sd: 9.{at}}}}}}}"
        for at in range(8)
    )
    counts = "\n".join(
        f"  - {{variable: c{at}, arms: {{msc: {{events: {10 + 5 * at}}}, control: {{events: {15 + 5 * at}}}}}}}"
        for at in range(7)
    )
    record = (
        "design: {allocation: randomised}\narms: {msc: {role: treatment, n: 90}, control: {role: control, n: 90}}\n"
        f"baseline:\n{rows}\n{counts}\n"
    )
    asked = [found for found in found_in(record, trust_tests=True) if found.code > "MSC850"]
    assert [found.code for found in asked] == ["MSC851", "MSC852"]
    assert all("advises" in found.message for found in asked)
    assert not [found for found in found_in(record) if found.code > "MSC850"]


#: Warnings and errors in a thousand checks of honest trials, all checks included that need no text and no list.
MOST_PER_THOUSAND = 2


@pytest.mark.parametrize("kind", KINDS)
def test_honest_trials_are_left_in_peace(tmp_path: Path, kind: str) -> None:
    rate = honest_rate(kind, seed=23, trials=20, folder=tmp_path)
    assert rate.per_thousand <= MOST_PER_THOUSAND, [(each.code, each.message) for each in rate.accusations]
