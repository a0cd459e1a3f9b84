"""BibTeX both ways: entries with fields in braces, in quotes, as numbers or names of @string; citations for LaTeX.

Accents are written as UTF-8, what TeX would act on is escaped, titles are kept as written.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from msc_evidence.exchange.citations import (
    AUTHOR_SEPARATOR,
    ET_AL,
    Reference,
    cell_text,
    citations_table,
    doi_of,
    inverted_name,
    pubmed_name,
    pubmed_name_of_inverted,
)
from msc_evidence.exchange.export import Exported, ExportRequest
from msc_evidence.reading.texts.citation import year_of
from msc_evidence.registry.problems import Place, Problem, RegistryError
from msc_evidence.tables.table import Table, Value

#: Accent → the sign that combines with the letter before it.
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323",
    "c": "\u0327", "k": "\u0328", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "i": "ı", "j": "ȷ",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textbraceleft": "{", "textbraceright": "}",
    "textendash": "–", "textemdash": "—",
}  # fmt: skip
_TEX = re.compile(
    r"""\\(?P<escaped>[&%$\#_{}])
      |\\(?P<mark>[`'^~=."])\s*(?:\{\\?(?P<braced>[^\W\d_])\}|\\?(?P<bare>[^\W\d_]))
      |\\(?P<named>[uvHcdbkr])(?:\s*\{\\?(?P<in>[^\W\d_])\}|\s+(?P<after>[^\W\d_]))
      |\\(?P<letter>[A-Za-z]+)(?:\{\}|\s+|(?![A-Za-z]))
      |(?P<brace>[{}])
      |(?P<tie>~)""",
    re.VERBOSE,
)


def text_of_tex(text: str) -> str:
    r"""The text as TeX prints it, on one line; commands that are no letter are dropped.

    >>> text_of_tex(r"Mu{\~n}oz \& {\O}rsted, \v{S}koda {DNA}"), text_of_tex(r"G\"odel")
    ('Muñoz & Ørsted, Škoda DNA', 'Gödel')
    """
    return " ".join(_TEX.sub(_printed_command, text).split())


def _printed_command(command: re.Match[str]) -> str:
    if command["escaped"]:
        return command["escaped"]
    mark = command["mark"] or command["named"]
    if mark:
        letter = command["braced"] or command["bare"] or command["in"] or command["after"]
        return unicodedata.normalize("NFC", letter + _ACCENTS[mark])
    if command["letter"]:
        return _LETTERS.get(command["letter"], "")
    return " " if command["tie"] else ""


_NAME = re.compile(r"[^\s\"#%'(),={}]+")
#: Not the @ of an address in the text between entries.
_ENTRY = re.compile(r"(?<![\w.+-])@")
_SPACE = re.compile(r"\s*")
#: Entries without fields.
_ASIDE = ("comment", "preamble")
Fields = dict[str, str]


def is_bibtex(text: str) -> bool:
    """Whether the text has an entry."""
    return re.search(r"^[^\S\n]*@\s*\w+\s*[{(]", text, re.MULTILINE) is not None


def read_bibtex(text: str, file: str) -> list[Reference]:
    """The entries of a text; raises RegistryError where an entry breaks off."""
    return _Reader(text, file).read_references()


@dataclass(slots=True)
class _Reader:
    text: str
    file: str
    at: int = 0
    strings: dict[str, str] = field(default_factory=dict)
    #: Where each line begins.
    lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = [0, *(line_end.end() for line_end in re.finditer("\n", self.text))]

    def read_references(self) -> list[Reference]:
        references = []
        while begin := _ENTRY.search(self.text, self.at):
            self.at = begin.end()
            entry = self._read_entry(self._place_at(begin.start()))
            references += [entry] if entry else []
        return references

    def _read_entry(self, place: Place) -> Reference | None:
        kind = self._read_name("the type of an entry, such as @article").casefold()
        closing = {"{": "}", "(": ")"}[self._expect_sign("{(", f"{{ after @{kind}")]
        if kind in _ASIDE:
            self._read_until(closing)
            return None
        if kind == "string":
            self.strings |= self._read_fields(closing)
            return None
        key = self._read_name("the key of the entry")
        self._expect_sign(",", f"a comma after {key}")
        return _reference(key, self._read_fields(closing), place)

    def _read_fields(self, closing: str) -> Fields:
        fields: Fields = {}
        while self._next_sign() != closing:
            name = self._read_name(f"a field, or {closing}").casefold()
            self._expect_sign("=", f"= after {name}")
            fields[name] = self._read_value()
            if self._next_sign() != closing:
                self._expect_sign(",", f"a comma or {closing} after the value of {name}")
        self.at += 1
        return fields

    def _read_value(self) -> str:
        parts = [self._read_part()]
        while self._next_sign() == "#":
            self.at += 1
            parts.append(self._read_part())
        return "".join(parts)

    def _read_part(self) -> str:
        sign = self._next_sign()
        if sign and sign in '{"':
            self.at += 1
            return self._read_until("}" if sign == "{" else sign)
        name = self._read_name("a value")
        return self.strings.get(name.casefold(), name)

    def _read_until(self, closing: str) -> str:
        """What stands before the closing sign outside of braces; a backslash hides no brace from BibTeX."""
        start, depth = self.at, 0
        for at in range(start, len(self.text)):
            sign = self.text[at]
            if sign == closing and depth == 0:
                self.at = at + 1
                return self.text[start:at]
            depth += (sign == "{") - (sign == "}")
        raise self._error_at(f"nothing closes what begins here; expected {closing}", start - 1)

    def _next_sign(self) -> str:
        """The next sign that is no space, without reading it; "" at the end."""
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.text[self.at : self.at + 1]

    def _expect_sign(self, signs: str, expected: str) -> str:
        sign = self._next_sign()
        if not sign or sign not in signs:
            raise self._error_at(f"expected {expected}", self.at)
        self.at += 1
        return sign

    def _read_name(self, expected: str) -> str:
        self._next_sign()
        name = _NAME.match(self.text, self.at)
        if not name:
            raise self._error_at(f"expected {expected}", self.at)
        self.at = name.end()
        return name[0]

    def _place_at(self, at: int) -> Place:
        line = bisect_right(self.lines, at)
        return Place(self.file, line, at - self.lines[line - 1] + 1)

    def _error_at(self, message: str, at: int) -> RegistryError:
        return RegistryError([Problem(self._place_at(at), message)])


def _reference(key: str, fields: Fields, place: Place) -> Reference:
    printed = {name: text_of_tex(value) for name, value in fields.items()}

    def first(*names: str) -> str:
        return next((printed[name] for name in names if printed.get(name)), "")

    return Reference(
        place=place,
        key=key,
        authors=tuple(map(_pubmed_author, _author_names(fields.get("author", "")))),
        title=first("title").rstrip("."),
        journal=first("journal", "journaltitle"),
        year=year_of(first("year", "date")),
        volume=first("volume"),
        issue=first("number", "issue"),
        pages=re.sub(r" ?(?:--+|[–—]) ?", "-", first("pages")),
        doi=doi_of(_identifier_text(fields.get("doi", ""), printed.get("doi", ""))),
        pmid=first("pmid"),
        pmcid=first("pmcid"),
    )


def _identifier_text(written: str, printed: str) -> str:
    """A field that BibTeX does not read as TeX, unless it is written so."""
    return printed if "\\" in written or "{" in written else written.strip()


def _author_names(text: str) -> list[str]:
    """The names between the `and`s that stand outside of braces."""
    text, names, depth, start = " ".join(text.split()), [], 0, 0
    for divider in re.finditer(r"[{}]| and ", text, re.IGNORECASE):
        if divider[0] in "{}":
            depth += 1 if divider[0] == "{" else -1
        elif depth == 0:
            names.append(text[start : divider.start()])
            start = divider.end()
    return [name.strip() for name in [*names, text[start:]] if name.strip()]


def _pubmed_author(name: str) -> str:
    """A name as PubMed prints it: `Family, Given`, `Family, Jr, Given`, `Given Family`, {a group} or `others`."""
    if name == "others":
        return "et al."
    if name.startswith("{") and name.endswith("}"):
        return text_of_tex(name)
    printed = text_of_tex(name)
    parts = [part.strip() for part in printed.split(",")]
    if len(parts) == 3:
        return pubmed_name(parts[0], parts[2], parts[1])
    if len(parts) == 2 or " " not in printed:
        return pubmed_name_of_inverted(printed)
    given, _, family = _given_and_family(printed)
    return pubmed_name(family, given)


def _given_and_family(name: str) -> tuple[str, str, str]:
    """Given names and family name; small words before the last, such as `van der`, belong to the family."""
    parts = re.match(r"(.*?)(\s)([^\W\d_A-Z][^\s]* .+)\Z", name)
    return (parts[1], parts[2], parts[3]) if parts and parts[3][0].islower() else name.rpartition(" ")


SUFFIXES = (".bib",)

_FIELDS = {"journal": "journal", "year": "year", "volume": "volume", "issue": "number", "pages": "pages"}
#: Read as they stand, not as TeX; braces would end the field.
_VERBATIM = {"doi": "doi", "pmid": "pmid", "pmcid": "pmcid"}
#: BibTeX counts a brace even behind a backslash, so braces are named.
_ESCAPES = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$#_"},
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_ACTING = re.compile(r"[{}\\]")


def render(table: Table) -> str:
    """The citations as articles whose keys are the ids of the trials."""
    return "\n".join(_entry_text(row) for row in table.rows)


def _entry_text(row: Mapping[str, Value]) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _entry_fields(row))
    return f"@article{{{row['trial']},\n{fields}}}\n"


def _entry_fields(row: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    if row["authors"]:
        yield (
            "author",
            " and ".join(_written_author(name) for name in cell_text(row["authors"]).split(AUTHOR_SEPARATOR)),
        )
    if row["title"]:
        yield "title", f"{{{escaped_for_tex(cell_text(row['title']))}}}"
    for key, name in _FIELDS.items():
        if row[key] is not None:
            value = escaped_for_tex(cell_text(row[key]))
            yield name, re.sub(r"(?<=\w)[-–](?=\w)", "--", value) if key == "pages" else value
    for key, name in _VERBATIM.items():
        if row[key] is not None:
            value = cell_text(row[key])
            yield name, escaped_for_tex(value) if _ACTING.search(value) else value


def _written_author(name: str) -> str:
    if name == ET_AL:
        return "others"
    person = inverted_name(name)
    return f"{{{escaped_for_tex(name)}}}" if person is None else escaped_for_tex(_with_suffix(person))


def _with_suffix(person: str) -> str:
    """BibTeX puts what follows the family name before the given names: `Berg, Jr, J. W.`."""
    family, *rest = person.split(", ")
    return ", ".join([family, *reversed(rest)])


def escaped_for_tex(text: str) -> str:
    """The text as TeX prints it.

    >>> escaped_for_tex("50% of A&B_{x}")
    '50\\\\% of A\\\\&B\\\\_\\\\textbraceleft{}x\\\\textbraceright{}'
    """
    return text.translate(_ESCAPES)


def export(request: ExportRequest) -> Exported:
    """Citations of the trials in BibTeX."""
    return Exported((citations_table(request.query.records),))
