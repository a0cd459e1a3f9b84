"""Numbers as papers print them: the text, the comparator, the decimals, and the interval they stand for."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import ClassVar, Literal

Comparator = Literal["=", "<", "≤", ">", "≥"]

NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
            *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
            *("nineteen", "twenty"),
        )
    )
}
#: Beyond this power of ten numbers overflow.
GREATEST_EXPONENT = 300
#: No source prints a number longer than this; what is longer is not read for one.
LONGEST = 100
#: Statements in words that stand for a number without printing one.
STATED_ZERO = ("none", "no")

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2007\u2008\u2009\u200a\u202f\u2002\u2003\u2004\u2005\u2006", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00b7\u2219\u22c5\u2027", "."),
        **dict.fromkeys("\u00d7\u2715\u2a09", "x"),
        "\u200b": None,
    }
)
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_COMPARATORS: dict[str, Comparator] = {
    "<=": "≤",
    "=<": "≤",
    ">=": "≥",
    "<": "<",
    ">": ">",
    "≤": "≤",
    "≥": "≥",
}
_NUMBER = re.compile(
    r"""(?:[pP](?:[\s-]?[vV]alues?)?(?![a-zA-Z]))?\s*         # P, p-value
        (?P<comparator>[<>]=?|=<|[=≤≥])?\s*
        (?P<mantissa>[+-]?(?:\d{1,3}(?:,\d{3}|[ ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|[.,]\d+))
        (?:[eE](?P<e>[+-]?\d+)
          |\s*[xX*]\s*10\s*(?:\^|\*\*)?\s*[({]?\s*(?P<ten>[+-]?\s*[1-9]\d*)\s*[)}]?
          |\s*[xX*]\s*10(?P<superscript>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))?
        \s*%?""",
    re.VERBOSE,
)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")


def _unreadable_error(text: str, kind: str) -> ValueError:
    return ValueError(f"{text[:60]!r} is not {kind}")


def ascii_signs(text: str) -> str:
    """The text with every kind of space, dash, minus, decimal point and times sign in its ASCII form."""
    return text.translate(_PLAIN)


@dataclass(frozen=True, eq=False)
class Reported:
    """A number as a source prints it.

    >>> number = Reported.read("P = 0·011")
    >>> number.value, number.decimals, number.bounds
    (Decimal('0.011'), 3, (0.0105, 0.0115))
    >>> Reported.read("<0.001").bounds
    (0.0, 0.001)
    >>> Reported.read("1 x 10(8)").value == 10**8
    True
    """

    text: str
    comparator: Comparator
    value: Decimal
    decimals: int

    #: Its kind among `printed_forms.FORMS`.
    form: ClassVar[str] = "number"
    expected: ClassVar[str] = "a number as printed, such as 0.011, <0.001, 1e8 or five"

    @classmethod
    def read(cls, text: object) -> Reported:
        """The number that `text` prints; raises ValueError where it prints none."""
        return _read_number(str(text).strip())

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """The closed interval it stands for: half a unit of the last place each way; `<` is not widened."""
        value = float(self.value)
        if self.comparator in "<≤":
            return (0.0 if value >= 0 else -math.inf, value)
        if self.comparator in ">≥":
            return (value, math.inf)
        if self.stated:
            return (value, value)
        half = Decimal(5).scaleb(-self.decimals - 1)
        return (float(self.value - half), float(self.value + half))

    @property
    def stated(self) -> bool:
        """Whether words say it without printing a figure ("no adverse events")."""
        return self.text.casefold() in STATED_ZERO

    @cached_property
    def count(self) -> int | None:
        """The whole number it is, or None."""
        whole = self.comparator == "=" and self.value == self.value.to_integral_value()
        return int(self.value) if whole else None

    @cached_property
    def key(self) -> tuple[str, Decimal, int]:
        """What two printings of the same number share: comparator, value and decimals."""
        return (self.comparator, self.value, self.decimals)

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reported) and self.key == other.key

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=65536)
def _read_number(text: str) -> Reported:
    word = text.casefold()
    if word in NUMBER_WORDS:
        return Reported(text, "=", Decimal(NUMBER_WORDS[word]), 0)
    if word in STATED_ZERO:
        return Reported(text, "=", Decimal(0), 0)
    if word in ("ns", "n.s."):
        return Reported(text, ">", Decimal("0.05"), 2)
    match = _NUMBER.fullmatch(ascii_signs(text).strip()) if len(text) <= LONGEST else None
    if not match:
        raise _unreadable_error(text, "a number")
    exponent = int(
        (match["e"] or match["ten"] or (match["superscript"] or "0").translate(_SUPERSCRIPT)).replace(" ", "")
    )
    mantissa = _decimal_point(match["mantissa"])
    decimals = len(mantissa.partition(".")[2]) - exponent
    value = Decimal(mantissa).scaleb(exponent) if abs(decimals) <= GREATEST_EXPONENT else None
    if value is None or value.adjusted() > GREATEST_EXPONENT:
        raise _unreadable_error(text, "within the range of numbers")
    return Reported(text, _COMPARATORS.get(match["comparator"], "="), value, decimals)


def _decimal_point(mantissa: str) -> str:
    """The mantissa with commas or spaces read as thousands (1,279), else the comma as a point (0,03)."""
    mantissa = mantissa.replace(" ", "")
    if _THOUSANDS.fullmatch(mantissa):
        return mantissa.replace(",", "")
    return mantissa.replace(",", ".")


UNITS = {
    "d": "d", "day": "d", "days": "d",
    "wk": "wk", "week": "wk", "weeks": "wk",
    "mo": "mo", "month": "mo", "months": "mo",
    "y": "y", "yr": "y", "year": "y", "years": "y",
    "h": "h", "hour": "h", "hours": "h",
}  # fmt: skip
_TIME = re.compile(r"(?P<amount>.+?)\s*-?\s*(?P<unit>[a-z]+)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Time:
    """A time since the start, or a length of time: an amount and its unit.

    >>> Time.read("3 mo") == Time.read("90 d"), Time.read("1 y") == Time.read("12 months")
    (True, True)
    """

    amount: Reported
    unit: str

    form: ClassVar[str] = "time"
    expected: ClassVar[str] = "a time with its unit (h, d, wk, mo, y), such as 3 mo or <=90 d"

    @classmethod
    def read(cls, text: object) -> Time:
        """The time that `text` prints; raises ValueError where it prints none."""
        return _read_time(str(text).strip())

    @cached_property
    def months(self) -> Fraction:
        """Length in months of 30 days; whole years of 365 days or 52 weeks are twelve of them."""
        amount = Fraction(self.amount.value)
        days_per_unit, year = {
            "h": (Fraction(1, 24), 0),
            "d": (Fraction(1), 365),
            "wk": (Fraction(7), 52),
        }.get(self.unit, (Fraction(0), 0))
        if self.unit == "mo":
            return amount
        if self.unit == "y" or (year and amount and amount % year == 0):
            return amount * 12 / (year or 1)
        return amount * days_per_unit / 30

    @property
    def days(self) -> float:
        """Length in days; a month has 365.25/12 of them."""
        return float(self.amount) * {"h": 1 / 24, "d": 1, "wk": 7, "mo": 365.25 / 12, "y": 365.25}[self.unit]

    def __str__(self) -> str:
        sign = "" if self.amount.comparator == "=" else self.amount.comparator + " "
        return f"{sign}{self.amount.value:f} {self.unit}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Time) and (self.amount.comparator, self.months) == (
            other.amount.comparator,
            other.months,
        )

    def __hash__(self) -> int:
        return hash((self.amount.comparator, *self.months.as_integer_ratio()))


@lru_cache(maxsize=65536)
def _read_time(printed: str) -> Time:
    match = _TIME.fullmatch(printed) if len(printed) <= LONGEST else None
    unit = UNITS.get(match["unit"].casefold()) if match else None
    if not match or not unit:
        raise _unreadable_error(printed, "a time")
    return Time(Reported.read(match["amount"]), unit)


@dataclass(frozen=True, slots=True)
class Span:
    """Two ends as a source prints them: a range, an interquartile range, a confidence interval.

    >>> Span.read("28–83").high.value, Span.read("7.0:14.3").high.value
    (Decimal('83'), Decimal('14.3'))
    """

    low: Reported
    high: Reported

    form: ClassVar[str] = "span"
    expected: ClassVar[str] = "two numbers, such as 28-83 or -1.2 to 3"
    _separator: ClassVar[re.Pattern[str]] = re.compile(r"(?<=[\d)])\s*(?:-|\bto\b|,\s|[:;])\s*(?=[+\-.\d])")

    @classmethod
    def read(cls, text: object) -> Span:
        """The two ends that `text` prints; raises ValueError where it does not print two."""
        printed = str(text).strip()
        ends = cls._separator.split(ascii_signs(printed.strip("[]()")), maxsplit=1)
        if len(printed) > LONGEST or len(ends) != 2:
            raise _unreadable_error(printed, "a range")
        return cls(Reported.read(ends[0]), Reported.read(ends[1]))

    def __str__(self) -> str:
        negative = any(str(end).startswith(("-", "−")) for end in (self.low, self.high))
        return f"{self.low} to {self.high}" if negative else f"{self.low}–{self.high}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """An allocation ratio, treatment first.

    >>> Ratio.read("2:1").parts
    (2, 1)
    """

    parts: tuple[int, ...]

    form: ClassVar[str] = "ratio"
    expected: ClassVar[str] = "a ratio, treatment first, such as 2:1"

    @classmethod
    def read(cls, text: object) -> Ratio:
        """The ratio that `text` prints; raises ValueError where it prints none."""
        printed = str(text).strip()
        parts = [part.strip() for part in printed.split(":")]
        whole = len(printed) <= LONGEST and all(part.isdecimal() and int(part) > 0 for part in parts)
        if len(parts) < 2 or not whole:
            raise _unreadable_error(printed, "a ratio")
        return cls(tuple(int(part) for part in parts))

    def __str__(self) -> str:
        return ":".join(map(str, self.parts))
