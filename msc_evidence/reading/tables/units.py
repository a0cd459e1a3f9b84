"""The unit that the label of a row of a table gives its values."""

from __future__ import annotations

import re

#: Units of one word and of quotients; longer ones first. A word beside a number that is none of these is no unit.
_MASS, _VOLUME = r"(?:[kmµμnp]?g|kilograms?|grams?)", r"(?:[mdµμfn]?[lL]|litres?|liters?)"
_AMOUNT = rf"(?:{_MASS}|[mµμnp]?mol|m?EqU?|[mkµμ]?IU|[mkµμ]?U|cells|copies)"
_TIME = r"(?:years?|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|ms|[hsd]|min)"
_LENGTH = r"(?:[kcmµμn]?m(?:\^?[23²³])?|inches)"
_OF = rf"(?:{_AMOUNT}|{_VOLUME}|{_LENGTH}|{_TIME}|{_MASS}|day|week)"
_RATE = rf"(?:{_AMOUNT}|{_VOLUME}|{_LENGTH}|beats|breaths|counts)\s?/\s?{_OF}"
_UNIT = (
    rf"(?:{_RATE}(?:\s?/\s?(?:{_TIME}|{_MASS}|1\.73\s?m\^?[2²]))?|{_MASS}/{_LENGTH}|mm\s?Hg|cm\s?H2O|bpm|°C|kcal|kJ"
    rf"|{_MASS}|{_VOLUME}|{_TIME}|{_LENGTH}|%|per ?cent)"
)
#: In brackets, or behind a comma: at the end, or before what the label says of its notation.
_PLACED = re.compile(
    rf"(?:[(\[]\s*(?:in\s+)?(?P<bracket>{_UNIT})\s*(?:[,;:][^)\]]*)?[)\]]|,\s*(?:in\s+)?(?P<comma>{_UNIT})\s*(?=\Z|[,;(\[]))"
)


def unit_in(label: str) -> str | None:
    """The one unit that a label gives behind its words; None where it gives none, or two.

    >>> unit_in("Weight, kg"), unit_in("Age (years), mean (SD)"), unit_in("LDL (mmol/L)"), unit_in("Men, n (%)")
    ('kg', 'years', 'mmol/L', None)
    """
    found = {match["bracket"] or match["comma"] for match in _PLACED.finditer(label)}
    found -= {"%"} if re.search(r"\bn\b|\bno\.|number", label, re.IGNORECASE) else set()
    return found.pop() if len(found) == 1 else None
