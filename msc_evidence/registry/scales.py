"""Which ends and steps a scale can have."""

from __future__ import annotations

from msc_evidence.registry.reported import Reported, Span

#: No instrument has more values than this, and what is computed value by value ends soon.
MOST_VALUES = 100_000


def scale_fault(ends: Span | None, step: Reported | None) -> str | None:
    """What is wrong with the ends or the step of a scale, and what would be right; None where nothing is."""
    if step is not None and step.value <= 0:
        return f"step {step} is not above 0"
    if ends is None:
        return None
    width = ends.high.value - ends.low.value
    if width <= 0:
        return f"range {ends} has its ends in the wrong order; expected lowest, highest"
    if step is None:
        return None
    if step.value > width:
        return (
            f"step {step} is longer than the range {ends}; expected the distance between neighbouring values"
        )
    if width > MOST_VALUES * step.value:
        return (
            f"range {ends} has more than {MOST_VALUES:,} steps of {step}; leave the step of a measurement out"
        )
    return None
