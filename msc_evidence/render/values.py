"""How a value reads in a cell that people read: sensible digits and a true minus sign."""

from __future__ import annotations

from math import isfinite

from msc_evidence.tables.table import Kind, Value
from msc_evidence.tables.words import POWER_BELOW, POWER_FROM, WHOLE_FROM, power_of_ten, precise_p, true_minus


def shown(value: Value, kind: Kind) -> str:
    """The value in words: a p-value as on every screen, another number to 4 significant digits.

    >>> shown(0.0203978, "p"), shown(7.57e-245, "p"), shown(-0.112345, "number"), shown(True, "text"), shown(None, "p")
    ('0.0204', '<0.0001', '−0.1123', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number(value, kind) if isfinite(value) else ""
    return true_minus(str(value)) if isinstance(value, int) else value


def _number(value: float, kind: Kind) -> str:
    if kind == "p":
        return precise_p(value)
    size = abs(value)
    if 0 < size < POWER_BELOW or size >= POWER_FROM:
        return power_of_ten(value)
    text = f"{value:.0f}" if size >= WHOLE_FROM else f"{value:.4g}"
    return "0" if text == "-0" else true_minus(text)
