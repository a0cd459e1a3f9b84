"""How counts of an adverse event read."""

from __future__ import annotations

from msc_evidence.analysis.harms import ArmCount
from msc_evidence.registry.problems import counted


def arm_count_words(arm: ArmCount) -> str:
    """`12 of 100 in MSC`, `9 events in placebo (n 9)`, `not counted in control`."""
    if arm.participants is not None:
        bound = f" (up to {arm.bound:.1%} remains possible: 95%, one-sided)" if arm.bound is not None else ""
        of = f" of {arm.n}" if arm.n else ""
        events = f", {counted(arm.events, 'event')}," if arm.events is not None else ""
        return f"{arm.participants}{of}{events} in {arm.label}{bound}"
    if arm.events is not None:
        return f"{counted(arm.events, 'event')} in {arm.label}" + (f" (n {arm.n})" if arm.n else "")
    return f"not counted in {arm.label}"
