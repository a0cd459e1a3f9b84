"""The notations in which a source prints its figures: a further notation is one more entry in `NOTATIONS`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.found import Found, Notation, Reader, nothing
from msc_evidence.reading.numerals import COMPARATOR, WORD, as_digits, canonical
from msc_evidence.reading.p_values import P_BEGINS, P_VALUES, read_p_values
from msc_evidence.reading.quantities import (
    CONFIDENCE_INTERVAL,
    MEAN_SD,
    QUANTITIES,
    RANGE,
    UNIT_FIRST,
    read_mean_sd,
    read_quantities,
    read_range,
    read_unit_first,
)

_REGISTERS = "PMID|PMCID|PMC|NCT|ISRCTN|ACTRN|UMIN|ChiCTR|EudraCT|CRD|DRKS|KCT|CTRI|CRiS|IRCT|NTR|RBR|TCTR|PACTR|jRCTs?"
_NUMBERING = (
    r"(?:\A|(?<=[.;] ))[0-9]{1,2}\.(?= [A-Z])"
    r"|(?:\A|(?<=[:;,.] )|(?<=[:;,.] \()|(?<=and \()|(?<=or \())[0-9]{1,2}\)(?= [a-zA-Z])"
)
_PART = r"[1-9][0-9]{0,3}"
_RATIO = (
    rf"(?<![0-9:.,])(?P<parts>{_PART}(?::{_PART}){{1,3}}|{_PART} : {_PART})(?![:.]?[0-9]|\w)"
    rf"|(?P<words>(?:{WORD}|{_PART})[- ]to[- ](?:{WORD}|one|{_PART}))(?=[- ](?:ratio|random|alloc|match))"
)
_CLASS_NAME = r"(?:IV|I{1,3}|V|[1-5])"
_CLASS = (
    rf"\b(?i:class(?:es)?) (?P<names>{_CLASS_NAME}"
    rf"(?:(?:[-/]| to |,? (?:and|or) |, ){_CLASS_NAME}(?!\w)){{0,3}})[ab]?(?!\w)"
)


def _read_ratio(match: re.Match[str]) -> Iterator[Found]:
    parts = re.split(r" ?: ?|[- ]to[- ]", match[0])
    yield "ratio", ":".join(as_digits(canonical(part)) for part in parts), match.start(), match.end()


def _read_class(match: re.Match[str]) -> Iterator[Found]:
    start = match.start()
    for item in re.finditer(_CLASS_NAME, match["names"]):
        end = match.start("names") + item.end()
        yield "class", f"class {item[0]}", start, end
        start = end


#: A digit with its comparator and sign, or a number word.
_NUMBER = (
    rf"[0-9]|{COMPARATOR} ?(?=[-.]?[0-9])|(?<![\w)\]%])-(?=\.?[0-9])|(?<!\w)\.(?=[0-9])|(?<![^\W_])(?={WORD})"
)
_WORD_START = r"(?<![^\W_])"


def _notation(
    name: str, pattern: str, read: Reader, example: str, *reads: str, begins: str = _NUMBER
) -> Notation:
    return Notation(name, begins, pattern, read, example, reads)


#: Tried in this order wherever a figure may begin; the first that matches reads it.
NOTATIONS = (
    _notation(
        "address",
        r"(?:https?://|www\.|10\.[0-9]{4,9}/)\S+",
        nothing,
        "see https://example.org/handle/2015.1/4 or doi 10.1002/ana.20501",
        begins=r"https?://|www\.|[0-9]",
    ),
    _notation(
        "registration",
        rf"\b(?:{_REGISTERS})(?: (?:[Nn]umber|[Nn]o\.?|ID))?[ :#/-]{{0,3}}[0-9](?:\w|[-./](?=\w))*+",
        nothing,
        "registered as NCT01234567, ISRCTN 12345678 and EudraCT 2010-022153-38",
        begins=rf"{_WORD_START}(?:{_REGISTERS})",
    ),
    _notation(
        "name with digits",
        r"(?:(?<=[^\W\d])(?<!CI)|(?<=[^\W\d]-))[0-9](?:[\w+]|[-./](?=\w))*+",
        nothing,
        "IL-6, CD34+ cells, mRS-2, H2O, T1-weighted, COVID-19 and e1012-e1023",
    ),
    _notation(
        "date or serial number",
        r"(?=[0-9-]{0,16}?[0-9]{4})[0-9]{1,12}(?:-[0-9]{1,12}){2,8}(?!\w)",
        nothing,
        "on 2010-05-12",
    ),
    _notation(
        "citation",
        r"(?:19|20)[0-9]{2} ?; ?[0-9]{1,4} ?(?:\([^()]{1,12}\) ?)?"
        r": ?[a-zA-Z]{0,2}[0-9]+(?:-[a-zA-Z]{0,2}[0-9]+)?(?!\w)",
        nothing,
        "Stem Cells 2010;28:1099-1106; Lancet 2012; 380(9842): 617-624",
    ),
    _notation(
        "raised or lowered index",
        # Not the degrees of freedom of t(8) and chi-square(1).
        r"(?:(?<=[^\W\d]\()(?<!\W[tFrzQ]\()(?<!square\()(?<!squared\()-?[0-9](?=\))"
        r"|(?<=/m )2|(?<=/[cm]m )[23])(?!\.?\w)",
        nothing,
        "in kg/m(2), VO(2) and kg/m 2",
    ),
    _notation("leading zero", r"0[0-9]+(?![0-9]*[.,][0-9])", nothing, "number 01716481"),
    _notation("section numbering", _NUMBERING, nothing, "1. The aims were: (1) safety, and (2) efficacy"),
    _notation(
        "p",
        P_VALUES,
        read_p_values,
        "(p = 0.011, 0.017, and .115; P<0,05; p-value of 3.6 x 10-5; p less than 0.01; P = NS)",
        *("p 0.011", "p 0.017", "p 0.115", "p <0.05", "p 3.6e-5", "p <0.01", "p NS"),
        begins=P_BEGINS,
    ),
    _notation(
        "confidence interval",
        CONFIDENCE_INTERVAL,
        read_range,
        "95% CI, 0.70, 0.94",
        *("95%", "0.70-0.94"),
        begins=r"\bCI\b",
    ),
    _notation("ratio", _RATIO, _read_ratio, "in a 2:1 or two-to-one ratio", "2:1", "2:1"),
    _notation(
        "class", _CLASS, _read_class, "Class III evidence", "class III", begins=rf"{_WORD_START}(?i:class)"
    ),
    _notation(
        "unit first",
        UNIT_FIRST,
        read_unit_first,
        "on day 7 and days 30, 90",
        *("7 d", "30 d", "90 d"),
        begins=rf"{_WORD_START}(?i:days?|weeks?|months?|years?|hours?)[ -][0-9]",
    ),
    _notation(
        "mean and SD", MEAN_SD, read_mean_sd, "14.8 ± 23.8 v 2.6±13.0", *("14.8", "23.8", "2.6", "13.0")
    ),
    _notation(
        "range",
        RANGE,
        read_range,
        "28–83, −1.2 to 3.4, 5%-10%, 1-2 × 10(6), but from 14 to 22",
        *("28-83", "-1.2 to 3.4", "5-10%", "1e6-2e6", "14", "22"),
    ),
    _notation(
        "numbers with and without units",
        QUANTITIES,
        read_quantities,
        "39 and 15 of 1,279 at 3, 6, and 12 months; 33.3%; 50 million; 1 x 10(8); five in <=90 days",
        *("39", "15", "1279", "3 mo", "6 mo", "12 mo", "33.3%", "5e7", "1e8", "five", "≤90 d"),
    ),
)
