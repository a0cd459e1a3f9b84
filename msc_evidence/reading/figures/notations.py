"""The notations in which a source prints its figures: a further notation is one more entry in `NOTATIONS`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from msc_evidence.reading.figures.numerals import (
    COMPARATOR,
    END,
    NUMERAL,
    POWER,
    SCALES,
    SIGN,
    TIME_UNIT,
    TIME_UNITS,
    WORD,
    as_digits,
    canonical,
    counts,
    scientific,
)
from msc_evidence.registry.reported import Reported

Kind = Literal["p", "ratio", "range", "time", "percent", "class", "dose", "count", "number"]
#: Kind, canonical text, start and end.
Found = tuple[Kind, str, int, int]
Reader = Callable[[re.Match[str]], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to print figures: its pattern, how a match is read, and an example with what it reads."""

    name: str
    #: Where it may begin: a pattern that is quick to refuse.
    begins: str
    pattern: str
    read: Reader
    example: str
    reads: tuple[str, ...]


def nothing(_: re.Match[str]) -> Iterator[Found]:
    """The reading of digits that are no figure."""
    return iter(())


_SIGNED = rf"{SIGN}{NUMERAL}"
_ITEM = rf"(?:{NUMERAL}{END}|{WORD})"
#: An item further down a list is not the start of something else: a range, a ratio, a mean ± SD.
_ALONE = r"(?!%? ?(?:-|to |±|~) ?[-.0-9]|:[0-9])"
_SEPARATOR = r"(?:-?, ?(?:(?:and|or|&) )?|-? (?:and|or|vs?\.?|versus|&) |- to )"
_FURTHER = rf"{_SEPARATOR}{_ITEM}{_ALONE}"
_UNIT = rf"{TIME_UNIT}| ?%|[- ]per ?cent(?!\w)|[- ](?i:{'|'.join(SCALES)})(?!\w)"

QUANTITIES = rf"(?P<list>(?:{COMPARATOR} ?)?{SIGN}{_ITEM}(?:{_FURTHER}){{0,30}}+)(?P<unit>{_UNIT})?"
UNIT_FIRST = (
    r"(?<![^\W_])(?<!per )(?<!a )(?<!each )(?<!every )(?:"
    rf"(?P<unit>(?i:day|week|month|year|hour))[ -](?P<one>[0-9]{{1,3}}{END})"
    rf"|(?P<units>(?i:days|weeks|months|years|hours))[ -]"
    rf"(?P<list>[0-9]{{1,3}}{END}{_ALONE}(?:{_FURTHER}){{1,30}}+)"
    rf"){_ALONE}(?! ?%|{TIME_UNIT})"
)
RANGE = (
    rf"(?P<low>(?:{COMPARATOR} ?)?{_SIGNED}|{WORD})(?:%| ?per ?cent)?"
    rf"(?:(?P<dash> ?[-~] ?)|(?P<to> (?:to|through)(?: |(?=-?[0-9]))))"
    rf"(?P<high>-?{NUMERAL}{END}|{WORD})(?!-[0-9])(?P<percent> ?%| per ?cent)?"
)
CONFIDENCE_INTERVAL = (
    rf"\bCI\b[:=,]?(?: of)? ?[\[(]?(?P<low>{_SIGNED})(?:, ?|; ?| and )(?P<high>{_SIGNED}){END}"
    r"(?!-[0-9]|[,;] ?-?[0-9.]{1,8} ?[)\];,])(?P<percent>%)?"
)
#: Behind the sign a number is a spread whatever letters are glued to it: ±23N, ±0.3to.
MEAN_SD = rf"(?P<mean>{_SIGNED})(?:%| per ?cent)? ?± ?(?P<sd>{NUMERAL})(?!\.?[0-9])(?P<percent>%)?"

_VALUE = re.compile(rf"(?:{COMPARATOR} ?)?{SIGN}{NUMERAL}|{WORD}")
_SIZE = re.compile(r"(?:(?<!\w)[nN] ?= ?|[0-9] ?/ ?|[0-9] (?:out )?of (?:the )?)\Z")
_LEVEL_ENDS = re.compile(r"[ -]?(?:C\.?I|[cC]onfidence)")
_CONJUNCTION = re.compile(r" (?:and|or|vs?\.?|versus|&|to) ")
_POWER_AT_END = re.compile(rf"{POWER}$")
_CHANGE = re.compile(r"\bfrom $", re.IGNORECASE)


_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PLAIN_RANGE = re.compile(r"([0-9]+(?:\.[0-9]+)?)-([0-9]+(?:\.[0-9]+)?)")
_PLAIN_P = re.compile(r"[pP] ?(?:= ?|(<) ?)(0\.[0-9]+)")


def plain_range(match: re.Match[str]) -> Found | None:
    """What `read_range` reads where both ends are numbers in digits with a dash between; else None."""
    plain = _PLAIN_RANGE.fullmatch(match[0])
    return ("range", match[0], *match.span()) if plain else None


def plain_p(match: re.Match[str]) -> Found | None:
    """What `read_p_values` reads where it is one value with its sign, as most are; else None."""
    plain = _PLAIN_P.fullmatch(match[0])
    return ("p", f"p {plain[1] or ''}{plain[2]}", *match.span()) if plain else None


def plain_quantity(match: re.Match[str]) -> Found | None:
    """What `read_quantities` reads where it is one number in digits, as most are, or one percentage; else None."""
    number, (start, end) = match[0], match.span()
    if number.isdigit():
        return "count" if counts(match.string, start, end) else "number", number, start, end
    percent = number.endswith("%")
    if percent:
        number = number[:-1].removesuffix(" ")
    if not _PLAIN.fullmatch(number):
        return None
    return ("percent", f"{number}%", start, end) if percent else ("number", number, start, end)


def read_quantities(match: re.Match[str]) -> Iterator[Found]:
    """Every number of the list, with the unit that follows where it is the list's or its own."""
    items = list(_VALUE.finditer(match.string, match.start(), match.end("list")))
    unit = match["unit"]
    # "3 and 6 months" share a unit; "(n = 30, 3 months)" do not.
    shared = len(items) > 2 or (len(items) > 1 and _CONJUNCTION.search(match["list"]))
    # "OR 2.4, and 95% CI" has a level of its own.
    shared = shared and not _LEVEL_ENDS.match(match.string, match.end())
    # The first of "(n = 244, 31.9 v 36.9%)" is a size, that of "14/41 v 21.3%" a denominator.
    shared = shared and not _SIZE.search(match.string, max(0, match.start() - 13), match.start())
    for item in items:
        last = item is items[-1]
        if unit and (last or shared):
            yield _with_unit(item, unit.strip(" -").casefold(), match.end() if last else item.end())
        else:
            yield _without_unit(item)


def _with_unit(item: re.Match[str], unit: str, end: int) -> Found:
    number = as_digits(canonical(item[0]))
    if unit == "%" or unit.startswith("per"):
        return "percent", f"{number}%", item.start(), end
    if unit in SCALES:
        return "dose", scaled(number, SCALES[unit]), item.start(), end
    return "time", f"{number} {TIME_UNITS[unit]}", item.start(), end


def scaled(number: str, exponent: int) -> str:
    """The number times a power of ten, with its comparator and sign."""
    mantissa, _, power = number.lstrip("<>≤≥-").partition("e")
    sign = number[: len(number) - len(number.lstrip("<>≤≥-"))]
    return sign + scientific(mantissa, exponent + int(power or 0))


def _without_unit(item: re.Match[str]) -> Found:
    text = canonical(item[0])
    kind: Kind = "count" if counts(item.string, item.start(), item.end()) else "number"
    if "e" in text and text[-1].isdigit():
        kind = "dose"
    return kind, text, item.start(), item.end()


def read_unit_first(match: re.Match[str]) -> Iterator[Found]:
    """The times of "day 90" and "months 3 and 12"."""
    unit = TIME_UNITS[(match["unit"] or match["units"]).casefold()]
    start = match.start()
    listed = match.start("one" if match["unit"] else "list")
    for item in _VALUE.finditer(match.string, listed, match.end()):
        yield "time", f"{as_digits(canonical(item[0]))} {unit}", start, item.end()
        start = item.end() + 1


def read_range(match: re.Match[str]) -> Iterator[Found]:
    """The two ends as one figure; two numbers where one became the other ("from 14 to 22")."""
    groups = match.groupdict()
    percent = "%" if groups["percent"] else ""
    if groups.get("to") and _CHANGE.search(match.string, max(0, match.start() - 6), match.start()):
        for end, unit in (("low", ""), ("high", percent)):
            number = canonical(match[end])
            yield "percent" if unit else "number", number + unit, match.start(end), match.end(end)
        return
    power = _POWER_AT_END.search(match["high"])
    low = match["low"] + (power[0] if power and not _POWER_AT_END.search(match["low"]) else "")
    ends = [as_digits(canonical(end)) for end in (low, match["high"])]
    joint = " to " if any(end.startswith("-") for end in ends) else "-"
    yield "range", joint.join(ends) + percent, match.start("low"), match.end()


def read_mean_sd(match: re.Match[str]) -> Iterator[Found]:
    """The mean and the SD or SE."""
    kind: Kind = "percent" if match["percent"] else "number"
    for part in ("mean", "sd"):
        yield kind, canonical(match[part]) + (match["percent"] or ""), match.start(part), match.end(part)


_NOT_SIGNIFICANT = r"(?i:NS|n\.s\.)(?!\w)"
_DECIMAL = rf"0?[.,][0-9]{{1,12}}{POWER}?"
_P_VALUE = (
    rf"(?:{_DECIMAL}|[01](?:[.,]0{{1,9}})?{POWER}?|[0-9](?:\.[0-9]{{1,9}})?{POWER}|10\^?-[0-9]{{1,3}})"
    r"(?![0-9]|[.,][0-9]| ?%)"
)
_WORDS = {
    "<": "(?:less|lower|smaller) than|below|under",
    ">": "(?:greater|more|higher) than|above|over",
}
_SIGN = rf"(?:{COMPARATOR}|=|{'|'.join(_WORDS.values())})"
_VERB = r"(?: of| was| were| is|:)"
_HEAD = (
    r"(?<![^\W_])[pP]s?(?: ?[ -] ?[vV]alues?|[vV]alues?)?"
    r"(?:[ _-]?(?:for )?(?:trend|interaction|heterogeneity|homogeneity|adjusted|corrected|nominal))?"
    r"(?: ?[(\[](?:(?:one|two|1|2)-(?:sided|tailed)|adjusted|corrected|unadjusted)[)\]])?"
    # "p (χ2 ≥ 11.9) = 0.0026"
    r"(?: ?[(\[][^()\[\]]{1,25}[)\]](?= ?[=<>≤≥]))?"
)
#: A further value must stand alone: 0.81 in "p = 0.02 and 0.81 (0.7-0.9)" is no p-value.
_FURTHER_P = rf"(?:{COMPARATOR} ?)?{_P_VALUE}(?! ?[±(]|-[0-9.]| to [0-9.])"
_JOINED = rf"(?:,? (?:and|or|to|vs?\.?|versus) |-){_FURTHER_P}"
_LISTED = rf"(?:, ?(?:and |or )?| (?:and|or) ){_FURTHER_P}"

P_BEGINS = (
    r"(?<![^\W_])[pP](?=s?(?:[^a-zA-Z]|[vV]alue|trend|interaction|heterog|homogen|adjust|correct|nominal))"
)
P_VALUES = (
    rf"{_HEAD}(?P<values>(?:{_VERB}?(?: ?{_SIGN}){{1,2}}|{_VERB}| (?=[nN])| ?(?=0?[.,][0-9]{{2}})) ?"
    rf"(?:{_NOT_SIGNIFICANT}|{_P_VALUE}(?:(?:{_LISTED}){{2,30}}+|{_JOINED})?))"
)
_P_ITEM = re.compile(rf"(?:(?P<sign>{_SIGN}) ?)?(?P<value>{_P_VALUE}|{_NOT_SIGNIFICANT})")


def read_p_values(match: re.Match[str]) -> Iterator[Found]:
    """Every p-value of the list."""
    start = match.start()
    for item in _P_ITEM.finditer(match.string, match.start("values"), match.end()):
        printed = _printed(item["sign"] or "", item["value"])
        if _is_no_probability(printed):
            yield "number", printed, item.start(), item.end()
        else:
            yield "p", f"p {printed}", start, item.end()
        # Only the first one includes the letter p; a further one begins at its own number.
        following = _P_ITEM.search(match.string, item.end(), match.end())
        start = following.start() if following else match.end()


def _is_no_probability(printed: str) -> bool:
    """Whether a power is above 1, as it lost its sign (`10307`), or beyond the numbers that are read."""
    if "e" not in printed:
        return False
    try:
        return Reported.read(printed).value > 1
    except ValueError:
        return True


def _printed(sign: str, value: str) -> str:
    if value[0] in "nN":
        return "NS"
    for comparator, words in _WORDS.items():
        sign = re.sub(words, comparator, sign)
    return canonical(sign + re.sub(r"^10-", "10^-", value.replace(",", ".")))


_REGISTERS = "PMID|PMCID|PMC|NCT|ISRCTN|ACTRN|UMIN|ChiCTR|EudraCT|CRD|DRKS|KCT|CTRI|CRiS|IRCT|NTR|RBR|TCTR|PACTR|jRCTs?"
_NUMBERING = (
    r"(?:\A|(?<=[.;] ))[0-9]{1,2}\.(?= [A-Z])"
    # "1) pain, 2) rash"; not the spread of "(SD: 11) kg"
    r"|(?:\A|(?<=[:;,.] )(?<![A-Z][:,] )|(?<=[:;,.] \()|(?<=and \()|(?<=or \())[0-9]{1,2}\)(?= [a-zA-Z])"
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
        r"|(?<=/m )2|(?<=/mm )[23]|(?<=/cm )[2-5]|(?<=[0-9] [cm]m )[23]|(?<=[0-9][cm]m )[23])(?!\.?\w)",
        nothing,
        "in kg/m(2), VO(2), kg/m 2 and 5 cm 2",
        "5",
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
