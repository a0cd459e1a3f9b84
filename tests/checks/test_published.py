"""What PubMed says of a source: MSC605 and MSC606, without asking it."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.finding import Finding
from msc_evidence.checks.run import run_checks
from msc_evidence.reading.texts.pubmed import Correction, PubmedRecord
from msc_evidence.registry.loader import load

RECORD = """\
registry: 1
trials:
  one:
    citation:
      year: 2020
      title: Autologous “stem-cell” therapy in Guillain–Barré syndrome
      doi: 10.1000/AbC
      pmid: 123
    design: {}
    participants: {}
    arms: {msc: {}}
    sources:
      abstract: {kind: abstract, pmid: 123}
      protocol: {kind: protocol, doi: 10.1000/protocol}
"""
TITLE = "Autologous 'stem cell' therapy in Guillain-Barre syndrome."


def record(*notices: Correction, title: str = TITLE, doi: str | None = "10.1000/abc") -> PubmedRecord:
    return PubmedRecord("123", doi, title, "", (), notices)


def findings(tmp_path: Path, source: str, found: PubmedRecord) -> list[Finding]:
    (tmp_path / "r.yaml").write_text(RECORD, encoding="utf-8")
    report = run_checks(
        Analysis(load(tmp_path / "r.yaml")), select=["MSC605", "MSC606"], records={"one": {source: found}}
    )
    return list(report.findings)


def test_the_same_article_in_good_standing(tmp_path: Path) -> None:
    assert not findings(tmp_path, "abstract", record())
    assert not findings(tmp_path, "abstract", record(doi=None, title=""))


@pytest.mark.parametrize(
    ("kind", "severity", "said"),
    [
        ("RetractionIn", "error", "abstract was retracted: J Retr 2021;1:1"),
        ("PartialRetractionIn", "error", "abstract was partially retracted: J Retr 2021;1:1"),
        ("ExpressionOfConcernIn", "error", "abstract was under an expression of concern: J Retr 2021;1:1"),
        ("ErratumIn", "warning", "abstract was corrected by an erratum: J Retr 2021;1:1"),
        ("CorrectedandRepublishedIn", "warning", "abstract was corrected and republished: J Retr 2021;1:1"),
        ("UpdateIn", "note", "abstract was updated: J Retr 2021;1:1"),
    ],
)
def test_notices(tmp_path: Path, kind: str, severity: str, said: str) -> None:
    (found,) = findings(tmp_path, "abstract", record(Correction(kind, "J Retr 2021;1:1", "9")))
    assert (found.code, found.severity, found.message, found.line) == ("MSC605", severity, said, 13)


@pytest.mark.parametrize("kind", ["RetractionOf", "ErratumFor", "CommentIn", "UpdateOf"])
def test_notices_about_other_articles_are_none(tmp_path: Path, kind: str) -> None:
    assert not findings(tmp_path, "abstract", record(Correction(kind, "J 2021", None)))


def test_every_notice_is_a_finding_of_its_source(tmp_path: Path) -> None:
    notices = (Correction("ErratumIn", "A", None), Correction("RetractionIn", "B", None))
    found = findings(tmp_path, "protocol", record(*notices, title="Protocol", doi="10.1000/protocol"))
    assert [(each.code, each.severity, each.line) for each in found] == [
        ("MSC605", "warning", 14),
        ("MSC605", "error", 14),
    ]


@pytest.mark.parametrize(
    ("other", "line", "said"),
    [
        (record(doi="10.1000/abd"), 7, "PubMed has DOI 10.1000/abd for PMID 123"),
        (record(title="Neural stem cells in stroke."), 6, "PubMed's title is 'Neural stem cells in stroke.'"),
    ],
)
def test_another_article(tmp_path: Path, other: PubmedRecord, line: int, said: str) -> None:
    (found,) = findings(tmp_path, "abstract", other)
    assert (found.code, found.severity, found.line, found.message) == ("MSC606", "error", line, said)


def test_only_the_first_source_is_the_trial_s_own_article(tmp_path: Path) -> None:
    assert not findings(tmp_path, "protocol", record(title="A protocol", doi="10.1000/protocol"))
