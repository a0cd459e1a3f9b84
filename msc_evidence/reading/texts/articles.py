"""Whole articles: of a record that holds one, the element with its body and its tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from msc_evidence.reading.texts import jsonl, xml
from msc_evidence.reading.texts.document import Malformed, Record, TextDocument, document
from msc_evidence.reading.texts.pages import article_of_page
from msc_evidence.reading.texts.pdf import article_of_pdf
from msc_evidence.reading.texts.word import article_of_docx
from msc_evidence.reading.texts.xml import UnreadableText, jats_abstract, jats_identifiers


@dataclass(frozen=True, slots=True)
class Article:
    """An article in JATS with its identifiers, and the id that is shown."""

    id: str
    pmcid: str | None
    place: str
    root: Element
    #: Whether its text was put together from a layout, which may have gone wrong.
    unverified: bool


def article_of(record: Record) -> Article | Malformed | None:
    """The whole article of a record; None where the record is of an abstract or a text alone."""
    try:
        return _article(record)
    except UnicodeError:
        return Malformed(record.place, f"not {record.encoding.upper()}")
    except (UnreadableText, RecursionError) as error:
        return Malformed(record.place, str(error))


def _article(record: Record) -> Article | None:
    if record.format in _MADE:
        return _known(_MADE[record.format](record.raw), record, None, None)
    own_id = pmcid = None
    held: Record | Malformed = record
    if record.format == "jsonl":
        try:
            entry = json.loads(record.raw)
        except ValueError:
            return None
        if not isinstance(entry, dict) or not isinstance(entry.get("xml"), str):
            return None
        own_id, pmcid = entry.get("id"), entry.get("pmcid")
        held = jsonl.held_record(entry["xml"], record.place)
    if isinstance(held, Malformed):
        raise UnreadableText(held.problem)
    root = xml.whole_article(held) if held.format == "xml" else None
    return None if root is None else _known(root, record, own_id, pmcid)


#: What makes an article of the bytes of a file in other formats than JATS.
_MADE: dict[str, Callable[[bytes], Element]] = {
    "html": lambda raw: article_of_page(raw.decode("utf-8-sig")),
    "docx": article_of_docx,
    "pdf": article_of_pdf,
}


def read_made(record: Record) -> TextDocument | Malformed:
    """The abstract of a page or a document; empty where it marks none."""
    article = article_of(record)
    if isinstance(article, Malformed):
        return article
    assert article is not None
    return document(jats_abstract(article.root), record.place, jats_identifiers(article.root))


def _known(root: Element, record: Record, own_id: object, pmcid: str | None) -> Article:
    known = jats_identifiers(root)
    pmcid = pmcid or known["pmcid"]
    shown = str(own_id or pmcid or known["doi"] or record.place)
    return Article(shown, pmcid, record.place, root, record.format == "pdf")
