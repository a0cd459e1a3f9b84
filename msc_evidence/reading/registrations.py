"""Registration numbers of trials and reviews, as registers write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LABEL = (
    r"(?:[ -]?(?:[Tt]rials?|[Rr]egistration|[Ii]dentifier|[Nn]umbers?|[Nn]o\.?|ID|Reg\.?)){0,3}[ :#]{0,3}"
)
#: Register → the pattern of its numbers after the letters that begin them, and those letters.
_REGISTERS = (
    ("NCT", "NCT", r"[0-9]{8}"),
    ("ISRCTN", "ISRCTN", r"[0-9]{8}"),
    ("ChiCTR", "ChiCTR", r"-?(?:[A-Z]{2,6}-)?[0-9]{8,10}"),
    ("EudraCT", "EudraCT", r"[0-9]{4}-[0-9]{6}-[0-9]{2}"),
    ("ACTRN", "ACTRN", r"[0-9]{14}"),
    ("UMIN", "UMIN(?:-?CTR)?", r"(?:C|R)?[0-9]{9}"),
    ("DRKS", "DRKS", r"[0-9]{8}"),
    ("KCT", "KCT", r"[0-9]{7}"),
    ("CTRI", "CTRI", r"/?[0-9]{4}/[0-9]{2,3}/[0-9]{6}"),
    ("IRCT", "IRCT", r"[0-9]{6,20}(?:N[0-9]{1,3})?"),
    ("NTR", "NTR", r"[0-9]{3,5}"),
    ("jRCT", "jRCT", r"[a-z]?[0-9]{9,10}"),
    ("JapicCTI", "JapicCTI", r"-?[0-9]{6}"),
    ("PACTR", "PACTR", r"[0-9]{15,16}"),
    ("TCTR", "TCTR", r"[0-9]{11}"),
    ("RBR", "RBR", r"-[0-9a-z]{6,7}"),
    ("CRD", "CRD", r"[0-9]{11}"),
)
_NUMBERS = "|".join(
    rf"(?<![^\W_])(?i:{letters}){_LABEL}{'' if number.startswith('-') else '-?'}(?P<{register}>{number})(?![0-9])"
    for register, letters, number in _REGISTERS
)
_REGISTRATION = re.compile(_NUMBERS)
_GLUED = ("EudraCT",)


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration number: the register, the number as registers write it, and its place in the plain text."""

    register: str
    number: str
    start: int
    end: int


def registrations(plain: str) -> tuple[Registration, ...]:
    """Every registration number of a plain text, in reading order.

    >>> [found.number for found in registrations("NCT 01234567; EudraCT number 2010-022153-38; ChiCTR-TRC-12001234")]
    ['NCT01234567', '2010-022153-38', 'ChiCTR-TRC-12001234']
    """
    return tuple(
        Registration(match.lastgroup or "", _written(match), match.start(), match.end())
        for match in _REGISTRATION.finditer(plain)
    )


def _written(match: re.Match[str]) -> str:
    """The number with the letters before it, but for those of EudraCT, which are no part of it."""
    register = match.lastgroup or ""
    return match[register] if register in _GLUED else register + match[register]
