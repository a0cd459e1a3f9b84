"""The notation of numbers with and without units, alone and in lists, of ranges, of means with SD."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.found import Found, Kind
from msc_evidence.reading.numerals import (
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
    rf"\bCI\b[:=,]?(?: of)? ?[\[(]?(?P<low>{_SIGNED})(?:, ?|; ?| and )(?P<high>{_SIGNED}){END}(?P<percent>%)?"
)
MEAN_SD = rf"(?P<mean>{_SIGNED})(?:%| per ?cent)? ?± ?(?P<sd>{NUMERAL}){END}(?P<percent>%)?"

_VALUE = re.compile(rf"(?:{COMPARATOR} ?)?{SIGN}{NUMERAL}|{WORD}")
_SIZE = re.compile(r"(?<!\w)[nN] ?= ?\Z")
_CONJUNCTION = re.compile(r" (?:and|or|vs?\.?|versus|&|to) ")
_POWER_AT_END = re.compile(rf"{POWER}$")
_CHANGE = re.compile(r"\bfrom $", re.IGNORECASE)


def read_quantities(match: re.Match[str]) -> Iterator[Found]:
    """Every number of the list, with the unit that follows where it is the list's or its own."""
    items = list(_VALUE.finditer(match.string, match.start(), match.end("list")))
    unit = match["unit"]
    # "3 and 6 months" share a unit; "(n = 30, 3 months)" do not.
    shared = len(items) > 2 or (len(items) > 1 and _CONJUNCTION.search(match["list"]))
    # The first of "(n = 244, 31.9 v 36.9%)" is a size.
    shared = shared and not _SIZE.search(match.string, max(0, match.start() - 5), match.start())
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
