"""Times as registrations word them: one that stands alone, or none."""

from __future__ import annotations

import re

from msc_evidence.registry.reported import Time

_AMOUNT = (
    r"(?:(?<![\d.])\d{1,6}(?:\.\d{1,6})?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_UNIT = r"(?:hours?|days?|weeks?|months?|years?)"
#: `6 months`, `12-month`, `Month 13`.
_ONE = rf"(?P<length>{_AMOUNT}\s*-?\s*{_UNIT})|(?P<unit>{_UNIT})\s*(?P<number>\d{{1,6}})(?!\d)"
_START = r"(?:from\s+)?(?P<start>baseline|randomi[sz]ation)\s*(?:,|and|to|,\s*and)?\s+(?:at\s+)?"
_ALONE = re.compile(
    rf"(?:(?:assessed|measured)\s+)?(?:at\s+)?(?:{_START})?(?:{_ONE})(?:\s+follow-?up)?\.?", re.IGNORECASE
)


def lone_time(text: str) -> str | None:
    """The one time that a time frame or the title of a class consists of, with or without the start beside it.

    >>> lone_time("Baseline, 6 months"), lone_time("Month 13"), lone_time("3 and 6 months"), lone_time("up to 1 year")
    ('6 mo', '13 mo', None, None)
    """
    found = _ALONE.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    return str(Time.read(found["length"] or f"{found['number']} {found['unit']}"))


def begins_at_baseline(text: str) -> bool:
    """Whether a time frame names the baseline first, so that its values may be changes from it.

    >>> begins_at_baseline("Baseline to 12 months"), begins_at_baseline("12 months")
    (True, False)
    """
    found = _ALONE.fullmatch(" ".join(text.split()))
    return found is not None and (found["start"] or "").casefold() == "baseline"


_ANY = re.compile(rf"(?:{_ONE})", re.IGNORECASE)


def all_times(text: str) -> list[Time]:
    """Every time that a time frame names, each once.

    >>> [str(time) for time in all_times("Baseline, 6 months and 1 year")]
    ['6 mo', '1 y']
    """
    found = _ANY.finditer(" ".join(text.split()))
    times = [Time.read(one["length"] or f"{one['number']} {one['unit']}") for one in found]
    return list(dict.fromkeys(times))
