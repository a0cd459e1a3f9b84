"""How the arms of a trial came about: by chance, otherwise, or as no source tells."""

from __future__ import annotations

from msc_evidence.analysis.stated import stated_attribute
from msc_evidence.registry.model import Trial

NOT_REPORTED = "allocation not reported"


def not_randomised(trial: Trial, control: str | None = None) -> str:
    """How the arms of a trial came about where that is not by chance, or not told; "" for a randomised one.

    Without the control arm that is meant, historical controls are told where the trial has no others.
    """
    controls = [arm for arm in trial.arms.values() if arm.role == "control"]
    compared = [trial.arms[control]] if control is not None else controls
    if compared and all(arm.historical for arm in compared):
        return "historical control"
    allocation = stated_attribute(trial, "design", "allocation").best
    if allocation == "randomised":
        return ""
    return str(allocation) if allocation in ("non-randomised", "single-arm") else NOT_REPORTED
