"""How a value reads in a cell that people read: sensible digits and a true minus sign."""

from __future__ import annotations

from math import isfinite

from msc_evidence.tables.table import Kind, Value

#: A number of at least this size shows no decimals.
WHOLE_FROM = 1e4
#: A number of at least this size is shown as a power of ten.
POWER_FROM = 1e15


def shown(value: Value, kind: Kind) -> str:
    """The value in words: a p-value to 3 significant digits, another number to 4.

    >>> shown(0.0203978, "p"), shown(-0.112345, "number"), shown(True, "text"), shown(None, "p")
    ('0.0204', '−0.1123', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number(value, 3 if kind == "p" else 4)
    return _signed(str(value)) if isinstance(value, int) else value


def _number(value: float, digits: int) -> str:
    if not isfinite(value):
        return ""
    text = f"{value:.0f}" if WHOLE_FROM <= abs(value) < POWER_FROM else f"{value:.{digits}g}"
    return "0" if text == "-0" else _signed(text)


def _signed(text: str) -> str:
    return f"−{text[1:]}" if text.startswith("-") else text
