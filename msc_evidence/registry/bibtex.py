"""Reads BibTeX: entries with fields in braces, in quotes, as numbers or as names of @string."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from msc_evidence.registry.bibliography import Reference, cited, doi_of, from_inverted, year_of
from msc_evidence.registry.problems import Place, Problem, RegistryError
from msc_evidence.registry.tex import plain

_NAME = re.compile(r"[^\s\"#%'(),={}]+")
#: Not the @ of an address in the text between entries.
_ENTRY = re.compile(r"(?<![\w.+-])@")
_SPACE = re.compile(r"\s*")
#: Entries without fields.
_ASIDE = ("comment", "preamble")
Fields = dict[str, str]


def is_bibtex(text: str) -> bool:
    """Whether the text has an entry."""
    return re.search(r"^\s*@\s*\w+\s*[{(]", text, re.MULTILINE) is not None


def read_bibtex(text: str, file: str) -> list[Reference]:
    """The entries of a text; raises RegistryError where an entry breaks off."""
    return _Reader(text, file).references()


@dataclass(slots=True)
class _Reader:
    text: str
    file: str
    at: int = 0
    strings: dict[str, str] = field(default_factory=dict)
    #: Where each line begins.
    lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def references(self) -> list[Reference]:
        found = []
        while begin := _ENTRY.search(self.text, self.at):
            self.at = begin.end()
            entry = self._entry(self._place(begin.start()))
            found += [entry] if entry else []
        return found

    def _entry(self, place: Place) -> Reference | None:
        kind = self._name("the type of an entry, such as @article").casefold()
        closing = {"{": "}", "(": ")"}[self._expect("{(", f"{{ after @{kind}")]
        if kind in _ASIDE:
            self._until(closing)
            return None
        if kind == "string":
            self.strings |= self._fields(closing)
            return None
        key = self._name("the key of the entry")
        self._expect(",", f"a comma after {key}")
        return _reference(key, self._fields(closing), place)

    def _fields(self, closing: str) -> Fields:
        fields: Fields = {}
        while self._next() != closing:
            name = self._name(f"a field, or {closing}").casefold()
            self._expect("=", f"= after {name}")
            fields[name] = self._value()
            if self._next() != closing:
                self._expect(",", f"a comma or {closing} after the value of {name}")
        self.at += 1
        return fields

    def _value(self) -> str:
        parts = [self._part()]
        while self._next() == "#":
            self.at += 1
            parts.append(self._part())
        return "".join(parts)

    def _part(self) -> str:
        sign = self._next()
        if sign and sign in '{"':
            self.at += 1
            return self._until("}" if sign == "{" else sign)
        name = self._name("a value")
        return self.strings.get(name.casefold(), name)

    def _until(self, closing: str) -> str:
        """What stands before the closing sign outside of braces; a backslash hides no brace from BibTeX."""
        start, depth = self.at, 0
        for at in range(start, len(self.text)):
            sign = self.text[at]
            if sign == closing and depth == 0:
                self.at = at + 1
                return self.text[start:at]
            depth += (sign == "{") - (sign == "}")
        raise self._error(f"nothing closes what begins here; expected {closing}", start - 1)

    def _next(self) -> str:
        """The next sign that is no space, without reading it; "" at the end."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def _expect(self, signs: str, said: str) -> str:
        sign = self._next()
        if not sign or sign not in signs:
            raise self._error(f"expected {said}", self.at)
        self.at += 1
        return sign

    def _name(self, said: str) -> str:
        self._next()
        found = _NAME.match(self.text, self.at)
        if not found:
            raise self._error(f"expected {said}", self.at)
        self.at = found.end()
        return found[0]

    def _place(self, at: int) -> Place:
        line = bisect_right(self.lines, at)
        return Place(self.file, line, at - self.lines[line - 1] + 1)

    def _error(self, message: str, at: int) -> RegistryError:
        return RegistryError([Problem(self._place(at), message)])


def _reference(key: str, fields: Fields, place: Place) -> Reference:
    printed = {name: plain(value) for name, value in fields.items()}

    def first(*names: str) -> str:
        return next((printed[name] for name in names if printed.get(name)), "")

    return Reference(
        place,
        key=key,
        authors=tuple(map(_author, _names(fields.get("author", "")))),
        title=first("title").rstrip("."),
        journal=first("journal", "journaltitle"),
        year=year_of(first("year", "date")),
        volume=first("volume"),
        issue=first("number", "issue"),
        pages=re.sub(r"\s*(?:--+|[–—])\s*", "-", first("pages")),
        doi=doi_of(_verbatim(fields.get("doi", ""), printed.get("doi", ""))),
        pmid=first("pmid"),
        pmcid=first("pmcid"),
    )


def _verbatim(written: str, printed: str) -> str:
    """A field that BibTeX does not read as TeX, unless it is written so."""
    return printed if "\\" in written or "{" in written else written.strip()


def _names(text: str) -> list[str]:
    """The names between the `and`s that stand outside of braces."""
    names, depth, start = [], 0, 0
    for found in re.finditer(r"[{}]|\s+and\s+", text, re.IGNORECASE):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth == 0:
            names.append(text[start : found.start()])
            start = found.end()
    return [name.strip() for name in [*names, text[start:]] if name.strip()]


def _author(name: str) -> str:
    """A name as PubMed prints it: `Family, Given`, `Family, Jr, Given`, `Given Family`, {a group} or `others`."""
    if name == "others":
        return "et al."
    if name.startswith("{") and name.endswith("}"):
        return plain(name)
    printed = plain(name)
    parts = [part.strip() for part in printed.split(",")]
    if len(parts) == 3:
        return cited(parts[0], parts[2], parts[1])
    if len(parts) == 2 or " " not in printed:
        return from_inverted(printed)
    given, _, family = _family(printed)
    return cited(family, given)


def _family(name: str) -> tuple[str, str, str]:
    """Given names and family name; small words before the last, such as `van der`, belong to the family."""
    found = re.match(r"(.*?)(\s)([^\W\d_A-Z][^\s]* .+)\Z", name)
    return (found[1], found[2], found[3]) if found and found[3][0].islower() else name.rpartition(" ")
