"""Numbers as people's tables write them: decimal commas, marks of thousands, minus signs, ways to say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msc_evidence.registry.problems import quoted_value

#: What a missing value may look like, in any case: as R, Excel (in English and German) and people write it.
MISSING = frozenset(
    ("", "na", "n/a", "n.a.", "#n/a", "#na", "#nv", "nan", "null", "nr", "not reported", ".", "-", "–", "—")
)
#: What stands for a minus sign: hyphens, dashes and the true minus; and some journals' raised decimal point.
_SIGNS = str.maketrans({**dict.fromkeys("‐‑‒–—−﹣-", "-"), "·": "."})
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
#: What can be read one way only, by far the most.
_PLAIN = re.compile(r"-?[0-9]+(?:\.(?:[0-9]{1,2}|[0-9]{4,}))?")
#: A number that a decimal mark or a mark of thousands may be in; zero before either can only be a decimal.
_GROUPED = re.compile(r"([-+]?[1-9][0-9]{0,2})([.,])[0-9]{3}((?:\2[0-9]{3})*)")
_LIKE_A_NUMBER = re.compile(r"[-+]?[0-9.,]*[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?")
_DECIMAL = re.compile(r"[-+]?[0-9]*([.,])[0-9]+(?:[eE][-+]?[0-9]+)?")


class TwoReadings(ValueError):  # noqa: N818
    """A number that may be two; the message names both and how to write either."""


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return text.casefold() in MISSING


def decimal_marks(columns: Iterable[Sequence[str]]) -> frozenset[str]:
    """The marks that can only be decimal ones in some cell, of columns that hold numbers alone.

    >>> sorted(decimal_marks([["0,30", "1.200"]])), sorted(decimal_marks([["1.200", "1,200"], ["2.5", "Ames"]]))
    ([','], [])
    """
    marks: set[str] = set()
    for column in columns:
        if not any("," in cell or "." in cell for cell in column):
            continue
        cells = [cell.translate(_SIGNS) for cell in column if not is_missing(cell)]
        if all(map(_LIKE_A_NUMBER.fullmatch, cells)):
            decimals = (_DECIMAL.fullmatch(cell) for cell in cells if not _GROUPED.fullmatch(cell))
            marks |= {found[1] for found in decimals if found}
    return frozenset(marks)


def plain_number(text: str, marks: frozenset[str], *, whole: bool = False, pointed: bool = True) -> str:
    """A number as a computer writes it; raises ValueError where it is none, TwoReadings where it may be two.

    `marks` are the decimal marks of the table (`decimal_marks`), `whole` asks for a count, `pointed` says that an
    ambiguous point is a decimal one where the table does not tell.

    >>> plain_number("–0,30", frozenset(",")), plain_number("0·03", frozenset())
    ('-0.30', '0.03')
    >>> plain_number("1.200", frozenset(","))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    msc_evidence.registry.study_numbers.TwoReadings: '1.200' is 1200 with ..., or 1.2 with ...; write 1200 or 1,2
    """
    if _PLAIN.fullmatch(text):
        return text
    signed = text.translate(_SIGNS)
    grouped = _GROUPED.fullmatch(signed)
    if grouped and (whole or grouped[3] or not _is_decimal(grouped[2], marks, pointed=pointed)):
        raise TwoReadings(_two_readings(text, signed, grouped, "," if marks == {","} else "."))
    if "," in signed and _DECIMAL.fullmatch(signed):
        if "." in marks:
            message = f"{quoted_value(text)} has a decimal comma where other numbers of the file have a decimal point"
            raise TwoReadings(f"{message}; write {signed.replace(',', '.')}")
        signed = signed.replace(",", ".")
    if not _NUMBER.fullmatch(signed):
        raise ValueError(f"{quoted_value(text)} is not a number (a missing one is empty or NA)")
    return signed


def _is_decimal(mark: str, marks: frozenset[str], *, pointed: bool) -> bool:
    return marks == {mark} or (not marks and mark == "." and pointed)


def _two_readings(text: str, signed: str, grouped: re.Match[str], mark: str) -> str:
    whole = signed.replace(grouped[2], "")
    if grouped[3]:
        return f"{quoted_value(text)} has marks of thousands; write {whole}"
    decimal = signed.replace(grouped[2], ".").rstrip("0").rstrip(".")
    readings = f"{quoted_value(text)} is {whole} with a mark of thousands, or {decimal} with a decimal mark"
    return f"{readings}; write {whole} or {decimal.replace('.', mark)}"
