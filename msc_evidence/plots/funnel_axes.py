"""The axes of a funnel plot: the effect across, its standard error downwards, and between them the p-value."""

from __future__ import annotations

from collections.abc import Sequence

from msc_evidence.plots.axis import Axis, effect_axis, linear_ticks
from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.tables.funnel_picture import FunnelPanel

#: The two-sided p-values whose contours are drawn (Peters et al. 2008, doi:10.1016/j.jclinepi.2007.11.010).
LEVELS = (0.10, 0.05, 0.01)
MEANT = "against no difference; p is above 0.10 inside, below 0.01 outside"
#: How far below the least precise study the picture goes on.
BELOW = 1.08


def se_axis(panel: FunnelPanel) -> Axis:
    """From 0 to a little beyond the largest standard error."""
    end = BELOW * max(study.se for study in panel.studies)
    return Axis(0.0, end, tuple(linear_ticks(0.0, end)))


def across(panel: FunnelPanel) -> Axis:
    """Every estimate, the pooled one, no difference, and as much of the contours as is near."""
    pool, reach = panel.panel, z_from_p(LEVELS[-1]) * se_axis(panel).high
    needed = [pool.no_difference, *([panel.pooled] if panel.pooled is not None else [])]
    ends = (pool.no_difference - reach, pool.no_difference + reach)
    return effect_axis(panel.studies, needed, ends, ratio=pool.ratio)


def band(distance: float, se: float) -> int:
    """How many contours lie between an effect and no difference.

    >>> [band(distance, 0.5) for distance in (0.5, 0.9, 1.0, 1.5)]
    [0, 1, 2, 3]
    """
    return sum(distance > z_from_p(level) * se for level in LEVELS)


def triangle(centre: float, level: float, end: float) -> tuple[Sequence[float], Sequence[float]]:
    """The corners of what lies within a contour: across, and downwards."""
    reach = z_from_p(level) * end
    return (centre, centre - reach, centre + reach), (0.0, end, end)
