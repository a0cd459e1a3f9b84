"""What of a pool can be computed: levels of confidence, scales of a prior, studies that are pooled again and again."""

from __future__ import annotations

#: Beyond it the quantiles of an interval are not known to the digits shown.
HIGHEST_LEVEL = 0.999999
#: Scales of the prior on τ for log ratios and standardised differences: moderate and wide (Friede 2017; Röver 2021).
PRIOR_SCALES = (0.5, 1.0)
#: No τ of anything measured is as large.
LARGEST_SCALE = 1e15
#: So many studies are pooled once for each of them: time and memory grow with the square of their number.
MOST_POOLED_AGAIN, MOST_INFLUENTIAL = 1_000, 5_000


def level_fault(level: float) -> str | None:
    """Why a confidence level cannot be used; None where it can."""
    if not 0.5 <= level < 1:
        return f"a confidence level of {100 * level:g} is not between 50 and 100"
    if level > HIGHEST_LEVEL:
        most = f"at most {100 * HIGHEST_LEVEL:.12g} is computed"
        return f"a confidence level of {100 * level:.12g} is too near 100; {most}"
    return None


def prior_fault(scale: float | None) -> str | None:
    """Why the scale of a prior cannot be used; None where it can."""
    if scale is None or 0 < scale < LARGEST_SCALE:
        return None
    return f"a prior scale of {scale:g} is not above 0 and below {LARGEST_SCALE:g}"


def number_fault(option: str, k: int, most: int) -> str | None:
    """Why an option cannot be carried out for so many studies; None where it can."""
    if k <= most:
        return None
    return f"{option} pools {k:,} studies {k:,} times; at most {most:,} are: choose among them first"
