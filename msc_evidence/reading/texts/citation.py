"""Where a text was published, as its record says: authors, title, journal, year, and what it is indexed as."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from msc_evidence.reading.texts import medline, xml
from msc_evidence.reading.texts.document import Record
from msc_evidence.reading.texts.xml import UnreadableText, prose


@dataclass(frozen=True, slots=True)
class TextCitation:
    """The bibliographic fields of a record; what it does not have is "" or empty."""

    authors: tuple[str, ...] = ()
    title: str = ""
    journal: str = ""
    year: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    #: Registration numbers that the record lists apart from its text.
    registered: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    @property
    def randomised(self) -> bool:
        """Whether the record is indexed as a randomised controlled trial."""
        return any(kind.casefold() == "randomized controlled trial" for kind in self.types)


def citation_of(record: Record) -> TextCitation:
    """The citation in a record of PubMed XML, JATS, MEDLINE or JSON; an empty one for other formats."""
    try:
        if record.format == "medline":
            return _of_medline(medline.fields_of(record.raw.decode("utf-8-sig")))
        if record.format == "xml":
            text = xml.decoded(record)
            article = xml.element(text, record.namespaces)
            return _of_jats(article) if article.tag == "article" else _of_pubmed(article)
        if record.format == "jsonl":
            return _of_json(json.loads(record.raw.decode("utf-8-sig")))
    except (ValueError, UnreadableText, RecursionError):
        pass
    return TextCitation()


_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_LISTED = re.compile(r"[A-Za-z. ]+/(?P<number>[A-Za-z]+[-/\w]*[0-9][-/\w]*)\Z")


def year_of(text: str) -> str:
    """The first year in a date, "" without one."""
    year = _YEAR.search(text)
    return year[0] if year else ""


def _of_medline(fields: medline.Fields) -> TextCitation:
    def first(*tags: str) -> str:
        return next((values[0] for tag in tags if (values := fields.get(tag))), "").strip()

    return TextCitation(
        authors=tuple(fields.get("AU", fields.get("FAU", []))),
        title=first("TI").rstrip("."),
        journal=first("JT", "TA"),
        year=year_of(first("DP", "DEP")),
        volume=first("VI"),
        issue=first("IP"),
        pages=first("PG"),
        doi=medline.doi_of(fields) or "",
        pmid=first("PMID"),
        pmcid=first("PMC"),
        registered=tuple(
            match["number"] for value in fields.get("SI", []) if (match := _LISTED.match(value))
        ),
        types=tuple(fields.get("PT", [])),
    )


def _of_json(entry: dict[str, Any]) -> TextCitation:
    """The fields of these names, where they are texts or numbers; what no file has to call so is left out."""

    def text(key: str) -> str:
        value = entry.get(key)
        return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""

    authors = entry.get("authors")
    return TextCitation(
        authors=tuple(each for each in authors if isinstance(each, str)) if isinstance(authors, list) else (),
        title=text("title").rstrip("."),
        journal=text("journal"),
        year=year_of(text("year")),
        volume=text("volume"),
        issue=text("issue"),
        pages=text("pages"),
        doi=text("doi"),
        pmid=text("pmid"),
        pmcid=text("pmcid"),
    )


def _of_pubmed(article: Element) -> TextCitation:
    def text(path: str) -> str:
        return prose(article.find(path))

    known = xml.pubmed_identifiers(article)
    return TextCitation(
        authors=tuple(filter(None, map(_pubmed_author, article.iterfind(".//AuthorList/Author")))),
        title=text(".//ArticleTitle").rstrip("."),
        journal=text(".//Journal/Title") or text(".//Journal/ISOAbbreviation"),
        year=text(".//JournalIssue/PubDate/Year") or year_of(text(".//JournalIssue/PubDate")),
        volume=text(".//JournalIssue/Volume"),
        issue=text(".//JournalIssue/Issue"),
        pages=text(".//Pagination/MedlinePgn"),
        registered=tuple(
            map(prose, article.iterfind(".//DataBankList/DataBank/AccessionNumberList/AccessionNumber"))
        ),
        types=tuple(map(prose, article.iterfind(".//PublicationTypeList/PublicationType"))),
        doi=known["doi"] or "",
        pmid=known["pmid"] or "",
        pmcid=known["pmcid"] or "",
    )


def _pubmed_author(author: Element) -> str:
    family, initials = prose(author.find("LastName")), prose(author.find("Initials"))
    return f"{family} {initials}".strip() or prose(author.find("CollectiveName"))


def _of_jats(article: Element) -> TextCitation:
    def text(path: str) -> str:
        return prose(article.find(f".//article-meta/{path}"))

    known = xml.jats_identifiers(article)
    last = text("lpage")
    pages = text("fpage") + (f"-{last}" if last and last != text("fpage") else "")
    years = [prose(date.find("year")) for date in article.iterfind(".//article-meta/pub-date")]
    return TextCitation(
        authors=tuple(
            filter(None, map(_jats_author, article.iterfind(".//article-meta/contrib-group/contrib")))
        ),
        title=text("title-group/article-title").rstrip("."),
        journal=prose(article.find(".//journal-meta//journal-title")),
        year=min(filter(None, years), default=""),
        volume=text("volume"),
        issue=text("issue"),
        pages=pages or text("elocation-id"),
        doi=known["doi"] or "",
        pmid=known["pmid"] or "",
        pmcid=known["pmcid"] or "",
    )


def _jats_author(contributor: Element) -> str:
    if contributor.get("contrib-type", "author") != "author":
        return ""
    family, given = prose(contributor.find(".//surname")), prose(contributor.find(".//given-names"))
    initials = "".join(part[0] for part in re.split(r"[\s.-]+", given) if part)
    return f"{family} {initials}".strip() or prose(contributor.find("collab"))
