"""The abstract within a saved text: a web page, PubMed XML, or the abstract alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from msc_evidence.reading.texts.xml import UnreadableText, articles, is_xml, parsed, pubmed_abstract

__all__ = ["UnreadableText", "find_abstract"]

_HEADING = re.compile(r"(?m)^[ \t#*]*abstract[ \t:*]*$", re.IGNORECASE)
#: Headings of a structured abstract, where they stand on a line without a colon.
_SECTIONS = re.compile(
    r"(?:(?:and|&|of|the|study|trials?|number|identifier|main|data|primary|secondary|clinical|key|major|patients?|participants?"
    r"|subjects?|settings?|design|background|introduction|context|importance|rationale|objectives?|aims?"
    r"|purpose|hypothesis|materials?|methods?|methodology|interventions?|outcomes?|measures?|measurements?"
    r"|sources?|selection|extraction|synthesis|results?|findings?|limitations?|conclusions?|interpretation"
    r"|discussion|significance|relevance|funding|registration|classification|evidence|population)"
    r"(?:\s*[/,]\s*|\s+|$))+",
    re.IGNORECASE,
)
#: What a page prints after an abstract, recognised by how the line begins.
_FURNITURE = re.compile(
    r"PubMed Disclaimer|Key\s?words?\b|Copyright\b|©|\(c\) ?(?:19|20)\d\d|Conflicts? of interest"
    r"|Similar articles|Cited by|Comments? (?:in|on)\b|Publication types?|MeSH terms|LinkOut|Figures?$"
    r"|References?$|Affiliations?$|Permalink|Author(?:s|\(s\))|Publisher\b|Erratum in|Update (?:in|of)"
    r"|Full[- ]text|Substances$|Grants? (?:and|support)|Associated data|Related information|Supplementary"
    r"|Download|Share\b|DOI:|PMC?ID:",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?:;,][\"')\]»”’*]*(?:\[\d+\])?$")
#: A copyright notice that closes an abstract on its last line.
_NOTICE = re.compile(r"(?<=[.!?)\]])\s+(?:Copyright\s|©|\(c\) ?(?:19|20)\d\d)[^\n]{0,300}\Z", re.IGNORECASE)
#: Control characters of files that are not text, and what decoding leaves of bytes that are none.
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
#: A line shorter than this that ends no sentence may be a heading or page furniture; prose lines are longer.
_SHORT = 60
_PROSE = 80
#: Far above any saved page; what is longer is not read, so that time and memory stay bounded.
_LONGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int
    end: int


def find_abstract(text: str) -> str:
    """The abstract within the text, as it stands there.

    In a web page it begins after the line "Abstract" and ends before the first line of page furniture: one
    that begins as such lines do ("Keywords", "©"), or, once a sentence has ended, a short line that ends none
    and that no paragraph follows. Raises UnreadableText for empty and binary texts, malformed XML and records
    without an abstract.

    >>> find_abstract("A journal\\nAbstract\\nAim:\\nTo treat 30 patients.\\nPublisher\\nA house")
    'Aim:\\nTo treat 30 patients.'
    """
    if not text.strip():
        raise UnreadableText("the text is empty")
    if len(text) > _LONGEST:
        raise UnreadableText(f"the text has {len(text):,} characters; save the abstract alone")
    if len(_BINARY.findall(text)) > max(1, len(text) // 200):
        raise UnreadableText("the text is binary; save the abstract as plain text or PubMed XML")
    found = _from_xml(text) if is_xml(text) else _from_page(text)
    if not found:
        raise UnreadableText('the line "Abstract" is followed by no text')
    return found


def _from_xml(text: str) -> str:
    found = articles(parsed(text))
    if len(found) != 1:
        raise UnreadableText(f"the XML holds {len(found) or 'no'} articles; save one article per file")
    abstract = pubmed_abstract(found[0])
    if not abstract:
        raise UnreadableText("the PubMed record has no abstract")
    return abstract


def _from_page(text: str) -> str:
    """The longest body below a line "Abstract" (menus name it too), or the body of the text."""
    headings = list(_HEADING.finditer(text))
    if not headings:
        return _body(text)
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    bodies = [text[heading.end() : end] for heading, end in zip(headings, ends, strict=True)]
    return max((_body(body) for body in bodies), key=len)


def _body(text: str) -> str:
    """The text up to the first line of page furniture."""
    lines = _lines(text)
    end = len(text)
    widest = 0
    finished = False
    for position, line in enumerate(lines):
        following = lines[position + 1].text if position + 1 < len(lines) else ""
        if _FURNITURE.match(line.text) or (finished and _is_furniture(line.text, following, widest)):
            end = line.start
            break
        finished = bool(_SENTENCE_END.search(line.text))
        widest = max(widest, len(line.text))
    return _NOTICE.sub("", text[:end].strip())


def _is_furniture(line: str, following: str, widest: int) -> bool:
    """Whether a line after a finished sentence is no prose: short, ends no sentence, heads no paragraph."""
    if len(line) > min(_SHORT, widest // 2) or _SENTENCE_END.search(line):
        return False
    if _SECTIONS.fullmatch(line.partition(":")[0]):
        return False
    return len(following) < _PROSE or bool(_FURNITURE.match(following))


def _lines(text: str) -> list[_Line]:
    """The lines that are not blank, without the white space around them."""
    lines = []
    start = 0
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip(" \t\r\n*#\u00a0")
        if stripped:
            lines.append(_Line(stripped, start, start + len(raw)))
        start += len(raw)
    return lines
