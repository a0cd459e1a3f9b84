"""Citations in BibTeX: accents as UTF-8, what TeX would act on escaped, titles kept as written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msc_evidence.render.text import inert
from msc_evidence.tables.citations import BETWEEN, OTHERS, inverted
from msc_evidence.tables.table import Table, Value

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
    return "\n".join(_entry(row) for row in table.rows)


def _entry(row: Mapping[str, Value]) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(row))
    return f"@article{{{row['trial']},\n{fields}}}\n"


def _fields(row: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    if row["authors"]:
        yield "author", " and ".join(_author(name) for name in _text(row["authors"]).split(BETWEEN))
    if row["title"]:
        yield "title", f"{{{escaped(_text(row['title']))}}}"
    for key, name in _FIELDS.items():
        if row[key] is not None:
            value = escaped(_text(row[key]))
            yield name, re.sub(r"(?<=\w)[-–](?=\w)", "--", value) if key == "pages" else value
    for key, name in _VERBATIM.items():
        if row[key] is not None:
            value = _text(row[key])
            yield name, escaped(value) if _ACTING.search(value) else value


def _author(name: str) -> str:
    if name == OTHERS:
        return "others"
    person = inverted(name)
    return f"{{{escaped(name)}}}" if person is None else escaped(_with_suffix(person))


def _with_suffix(person: str) -> str:
    """BibTeX puts what follows the family name before the given names: `Berg, Jr, J. W.`."""
    family, *rest = person.split(", ")
    return ", ".join([family, *reversed(rest)])


def escaped(text: str) -> str:
    """The text as TeX prints it.

    >>> escaped("50% of A&B_{x}")
    '50\\\\% of A\\\\&B\\\\_\\\\textbraceleft{}x\\\\textbraceright{}'
    """
    return text.translate(_ESCAPES)


def _text(value: Value) -> str:
    return "" if value is None else " ".join(inert(str(value)).split())
