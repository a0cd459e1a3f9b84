"""Which arm a printed effect favours, by its sign and the better end of its outcome."""

from __future__ import annotations

from collections.abc import Mapping

from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import null_value

#: Measures whose higher values mean more of the outcome, and of which outcomes: an odds ratio of a scale has no
#: agreed direction.
SCALES: Mapping[str, tuple[str, ...]] = {
    "MD": ("continuous", "ordinal"), "SMD": ("continuous", "ordinal"),
    "RR": ("binary",), "OR": ("binary",), "RD": ("binary",), "HR": ("binary", "time-to-event"),
}  # fmt: skip


def favoured_by_effect(result: AnalysedResult) -> int | None:
    """+1 where the printed estimate favours the treatment arm, −1 the control arm, None where nothing tells.

    A definition of its own may be better at the other end, and a hazard ratio of a good outcome is of either.
    """
    effect, better, contrast = result.result.effect, result.outcome.better, result.contrast
    if effect is None or effect.estimate is None or better is None or result.result.definition:
        return None
    if contrast is None or result.outcome.type not in SCALES.get(effect.measure, ()):
        return None
    moved = float(effect.estimate) - null_value(effect)
    if not moved or (effect.measure == "HR" and better == "higher"):
        return None
    favours = 1 if (moved > 0) == (better == "higher") else -1
    return -favours if contrast.turned else favours
