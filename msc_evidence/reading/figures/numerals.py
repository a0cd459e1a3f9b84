"""How one number is printed: the pieces its patterns are made of, and the short text that stands for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from msc_evidence.registry.reported import NUMBER_WORDS, UNITS

_INTEGER = r"(?>[0-9]{1,3}(?:,[0-9]{3}){1,4}(?![0-9])|[0-9]{1,15})"
DECIMAL = rf"(?>{_INTEGER}(?:\.[0-9]{{1,15}})?|(?<![\w.])\.[0-9]{{1,15}})"
POWER = r"(?: ?[x*] ?10\^-?[0-9]{1,3}|[eE][-+]?[0-9]{1,3})"
NUMERAL = rf"(?:10\^-?[0-9]{{1,3}}|{DECIMAL}{POWER}?)"
#: A minus is a sign where nothing that it could join stands before it.
SIGN = r"(?:(?<![\w)\]%])-)?"
COMPARATOR = r"(?:[<>]=?|=[<>]|[≤≥])"

_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_ONES = "one|two|three|four|five|six|seven|eight|nine"
#: "One" that counts nothing: one another, one-way, one-sided, one can, no one.
_ONE = (
    r"(?<!no )(?<!-)one(?! another| can| could| may| might| must| should| has| is| was"
    r"|-(?:way|sided|tailed|on|off))"
)
_PLAIN_WORDS = "|".join(sorted(NUMBER_WORDS.keys() - {"one"} - _TENS.keys(), key=len, reverse=True))
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_ONES}))?|{_PLAIN_WORDS}|one)(?!\w)"
#: After a number word: `two hundred seventy-eight` is one number, not two.
_AND_BELOW = rf"(?:[- ](?:and[- ])?{_SMALL})?"
_HIGHER = (
    rf"(?:[- ](?:hundred{_AND_BELOW}(?:[- ]thousand(?!\w))?"
    rf"|thousand(?:,?[- ](?:and[- ])?{_SMALL}(?:[- ]hundred{_AND_BELOW})?)?)(?!\w))?"
)


def _beginning(words: Iterable[str]) -> str:
    """The first three letters of any of the words, in either case: most words of a text are refused by the second."""
    letters: dict[str, dict[str, set[str]]] = {}
    for word in words:
        first, second, third = word[0], word[1], word[2]
        letters.setdefault(first, {}).setdefault(second, set()).update((third, third.upper()))
    branches = (
        rf"[{first}{first.upper()}](?:"
        + "|".join(
            rf"[{second}{second.upper()}][{''.join(sorted(thirds))}]"
            for second, thirds in sorted(seconds.items())
        )
        + ")"
        for first, seconds in sorted(letters.items())
    )
    return "|".join(branches)


_BEGINNING = _beginning((*NUMBER_WORDS, *_TENS))
_LOWER = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_ONES}))?|{_PLAIN_WORDS}|{_ONE})(?!\w)"
WORD = rf"\b(?={_BEGINNING})(?>(?i:{_LOWER}{_HIGHER}))(?!\w)"

#: Units of time as they are printed → as the registry writes them. Single letters only as they are here.
TIME_UNITS = {**UNITS, "hr": "h", "hrs": "h", "wks": "wk", "mos": "mo", "mths": "mo", "yrs": "y"}
_TIME_WORDS = "|".join(sorted((unit for unit in TIME_UNITS if len(unit) > 1), key=len, reverse=True))
#: "596 year 9 students": what follows is a class of a school.
_CLASS = r" 1?[0-9] (?:students?|pupils?|children|class(?:es)?)(?!\w)"
TIME_UNIT = rf"(?:(?:-| ?)(?i:{_TIME_WORDS})|-?h| ?[dhy])(?![\w^]|{_CLASS})"
#: Powers of ten in words; as nouns they have a plural: 2-8 millions of cells.
SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "millions": 6, "billions": 9}

#: Units that may follow a digit without a space; any other letter makes the digit part of a name (18F, 3D).
_GLUED = rf"{TIME_UNIT}|(?:[kmµμn]?g|[dmµμ]?[lL]|[cmµμn]?m|mmol|min|ms|s|x|IU|U|Hz|Gy|fold|mmHg|cells)(?!\w)"
#: After a number: no further digit, no name (5-HT, 3'-end).
END = rf"(?!\.?[0-9])(?:(?={_GLUED})|(?![^\W_]|_|'|-[A-Z]|\^))"


@lru_cache(maxsize=4096)
def canonical(numeral: str) -> str:
    """The short text of a printed number: `1,279` → `1279`, `.04` → `0.04`, `50 x 10^6` → `5e7`.

    >>> canonical("1 x 10^8"), canonical("< .001"), canonical("Five"), canonical("two hundred and thirty-two")
    ('1e8', '<0.001', 'five', '232')
    """
    if numeral.isdigit():
        return numeral
    text = numeral.casefold()
    if text[:1].isalpha():
        return _canonical_word(text)
    text = text.replace(" ", "").replace(",", "").replace("+", "")
    body = text.lstrip("<>=≤≥")
    comparator = text[: len(text) - len(body)].replace("<=", "≤").replace("=<", "≤")
    comparator = comparator.replace(">=", "≥").replace("=>", "≥").removeprefix("=")
    sign, body = ("-", body[1:]) if body.startswith("-") else ("", body)
    mantissa, exponent = _mantissa(body)
    return comparator + sign + scientific(mantissa, exponent)


def _canonical_word(word: str) -> str:
    """A number word as it is, compounds in digits."""
    if word in NUMBER_WORDS:
        return word
    thousands = below = 0
    for part in word.replace("-", " ").replace(",", "").split():
        if part == "hundred":
            below = 100 * max(below, 1)
        elif part == "thousand":
            thousands, below = 1000 * max(below, 1), 0
        elif part != "and":
            below += _TENS.get(part) or NUMBER_WORDS[part]
    return str(thousands + below)


def _mantissa(body: str) -> tuple[str, int]:
    if "^" in body:
        head, _, exponent = body.partition("^")
        return head.removesuffix("10").rstrip("x*") or "1", int(exponent)
    mantissa, _, exponent = body.partition("e")
    return mantissa, int(exponent or 0)


def scientific(mantissa: str, exponent: int) -> str:
    """The mantissa times a power of ten with one digit before the point; the mantissa itself without a power.

    >>> scientific("50", 6), scientific("1.0", 8), scientific("0.110", 0)
    ('5e7', '1.0e8', '0.110')
    """
    whole, point, fraction = mantissa.partition(".")
    if not exponent:
        return f"{whole or '0'}{point}{fraction}"
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    exponent += len(whole) - leading - 1
    if not point:
        digits = digits.rstrip("0")
    if not digits:
        return "0"
    return f"{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{exponent}"


def as_digits(text: str) -> str:
    """A canonical number with its word, if it is one, in digits."""
    return str(NUMBER_WORDS.get(text, text))


def last_digit(text: str) -> float:
    """What one in the last digit of a number in digits is worth.

    >>> last_digit("16.4"), last_digit("0.05"), last_digit("17")
    (0.1, 0.01, 1.0)
    """
    return float(10.0 ** -len(text.partition(".")[2]))


_COUNTED = re.compile(r"/|-?[ -](?:[a-z]{4,}|of\b|and\b|or\b)")
_NUMBERED = re.compile(r"\bn ?= ?", re.IGNORECASE)


def counts(text: str, start: int, end: int) -> bool:
    """Whether the number there counts something: `n = 5`, `5 of 30`, `30 patients`."""
    number = text[start:end]
    if not number.isdigit() and not number.replace(",", "").isdigit():
        return number.isalpha()
    if _COUNTED.match(text, end):
        return True
    before = text[max(0, start - 4) : start]
    return "=" in before and _NUMBERED.fullmatch(before.lstrip(" (")) is not None
