"""Definitions that cut a scale in two (`mRS 0-2`, `Barthel ≥95`), and which end of a result is the better one."""

from __future__ import annotations

import re
from typing import Literal

from msc_evidence.registry.model import Outcome, Result

#: `mRS 0-2`, `0–1`: from one value to another.
_BETWEEN = re.compile(r"(?:\D+\s)?(?P<low>\d+)\s*[-–]\s*(?P<high>\d+)")
#: `Barthel ≥95`, `≤ 2`: from one value on.
_BEYOND = re.compile(r"(?P<name>\D*?)\s*(?P<sign>[≥>≤<]=?)\s*\d+(?:\.\d+)?")
#: Measures that compare how many had something.
_OF_COUNTS = ("RR", "OR", "RD")


def is_cut(definition: str | None, outcome: Outcome) -> bool:
    """Whether a definition takes the scale from one of its ends to a place within."""
    return cuts_low_end(definition, outcome) is not None


def cuts_low_end(definition: str | None, outcome: Outcome) -> bool | None:
    """Whether a cut is of the low end of the scale; None where a definition is no cut of it."""
    if (cut := _BETWEEN.fullmatch(definition or "")) and outcome.range is not None:
        at_low = float(cut["low"]) == float(outcome.range.low)
        at_high = float(cut["high"]) == float(outcome.range.high)
        return at_low if at_low != at_high else None
    if beyond := _BEYOND.fullmatch(definition or ""):
        names = {"", outcome.name.casefold(), (outcome.short or "").casefold()}
        on_scale = outcome.type in ("ordinal", "continuous")
        return beyond["sign"][0] in "≤<" if on_scale and beyond["name"].casefold() in names else None
    return None


def better_end(result: Result, outcome: Outcome) -> Literal["higher", "lower"] | None:
    """The better end of what a result counts or measures; None where nothing says.

    Of people at the good end of a scale more are better, whichever end of the scale that is; of those that another
    definition counts nothing says.
    """
    if result.definition is None or outcome.better is None or outcome.type not in ("ordinal", "continuous"):
        return outcome.better
    low_end = cuts_low_end(result.definition, outcome)
    if low_end is not None:
        return "higher" if low_end == (outcome.better == "lower") else "lower"
    return outcome.better if _is_measured(result) else None


def _is_measured(result: Result) -> bool:
    """Whether it prints values of the scale, not how many had something."""
    if result.effect is not None and result.effect.measure in _OF_COUNTS:
        return False
    return any(
        value is not None for arm in (result.arms or {}).values() for value in (arm.mean, arm.median)
    ) or (result.effect is not None)
