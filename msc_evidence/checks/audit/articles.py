"""What the checks find in a whole article: in the paragraphs of its results, and in its tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from msc_evidence.checks.audit.table_text import against_tables
from msc_evidence.checks.audit.tables import audit_table
from msc_evidence.checks.audit.texts import TextAudit, TextFinding, audit_text
from msc_evidence.reading.tables.article import article_tables
from msc_evidence.reading.tables.jats import plain_text
from msc_evidence.reading.texts.articles import Article
from msc_evidence.reading.texts.body import Paragraph, paragraphs

#: The parts of a text that can be checked.
PARTS = ("abstract", "body", "tables")


def audit_body(article: Article) -> Iterator[TextAudit]:
    """The findings in each paragraph of results and discussion, with its place."""
    about = " ".join(plain_text(part) for part in article.root.iterfind(".//abstract"))
    for paragraph in paragraphs(article.root):
        audited = audit_text(article.id, paragraph.text, about)
        findings = tuple(
            _placed(finding, paragraph, unverified=article.unverified) for finding in audited.findings
        )
        yield replace(audited, findings=findings)


def prose_of(article: Article) -> Iterator[tuple[str, str]]:
    """Each paragraph of results and discussion with its place."""
    return ((_place(paragraph), paragraph.text) for paragraph in paragraphs(article.root))


def _place(paragraph: Paragraph) -> str:
    return f"{paragraph.section} ¶{paragraph.number}"


def _placed(finding: TextFinding, paragraph: Paragraph, *, unverified: bool) -> TextFinding:
    """The finding with its section; of a PDF, or of a discussion, which has others' trials, no more than a warning."""
    softened = (paragraph.kind == "discussion" or unverified) and finding.severity == "error"
    place = _place(paragraph) + (", unverified layout" if unverified else "")
    return replace(finding, address=place, severity="warning" if softened else finding.severity)


def audit_tables(
    article: Article, counts: Counter[str], prose: Sequence[tuple[str, str]]
) -> Iterator[TextFinding]:
    """The findings in the tables of an article, and those between them and its prose; what was read is counted.

    `prose` is each text with its place.
    """
    tables = article_tables(article.root)
    yield from against_tables(article.id, prose, tables)
    for table in tables:
        audited = audit_table(article.id, table)
        counts["tables"] += 1
        counts["unread_tables"] += bool(table.reason)
        counts["figures"] += audited.cells
        counts["groups"] += audited.rows
        counts["checked"] += audited.checked
        yield from audited.findings
