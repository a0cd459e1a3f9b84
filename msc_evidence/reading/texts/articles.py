"""Whole articles: of a record that holds one, the element with its body and its tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from msc_evidence.reading.texts import jsonl, xml
from msc_evidence.reading.texts.document import Malformed, Record
from msc_evidence.reading.texts.xml import UnreadableText, jats_identifiers


@dataclass(frozen=True, slots=True)
class Article:
    """An article in JATS with its identifiers, and the id that is shown."""

    id: str
    pmcid: str | None
    place: str
    root: Element


def article_of(record: Record) -> Article | Malformed | None:
    """The whole article of a record; None where the record is of an abstract or a text alone."""
    try:
        return _article(record)
    except UnicodeError:
        return Malformed(record.place, f"not {record.encoding.upper()}")
    except (UnreadableText, RecursionError) as error:
        return Malformed(record.place, str(error))


def _article(record: Record) -> Article | None:
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
    if root is None:
        return None
    known = jats_identifiers(root)
    pmcid = pmcid or known["pmcid"]
    return Article(str(own_id or pmcid or known["doi"] or record.place), pmcid, record.place, root)
