"""Each trial along time: the window from onset to entry, treatment, and the assessments that follow."""

from __future__ import annotations

from dataclasses import dataclass

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Time
from msc_evidence.tables.headline import participants
from msc_evidence.tables.registry_picture import Scope
from msc_evidence.tables.summarize import since_stroke


@dataclass(frozen=True, slots=True)
class Course:
    """One trial in months from treatment, None where a source does not say."""

    label: str
    arms: str
    window: float | None
    #: 0 where entry was open from the stroke on.
    window_from: float
    window_words: str
    assessments: tuple[float, ...]
    follow_up: float | None
    follow_up_words: str

    @property
    def end(self) -> float:
        """The last time known of the trial."""
        return max((*self.assessments, self.follow_up or 0.0))

    @property
    def alternative(self) -> str:
        """The course in words."""
        times = ", ".join(f"{at:.3g}" for at in self.assessments) or "at times not reported"
        return (
            f"{self.label} ({self.arms}): from onset to entry {self.window_words}; assessed at {times} months;"
            f" follow-up {self.follow_up_words}."
        )


def courses(scope: Scope) -> tuple[Course, ...]:
    """The trials in the registry's order; raises Refused where no time of any is known."""
    found = tuple(_course(name, scope.trials[key], scope.outcome) for key, name in scope.names().items())
    if not any(course.end or course.window for course in found):
        raise Refused("nothing to draw: no trial has a window, an assessment or a follow-up with a time")
    return found


def _course(name: str, trial: Trial, outcome: str | None) -> Course:
    times = {
        float(result.at.months)
        for result in trial.results
        if isinstance(result.at, Time) and outcome in (None, result.outcome)
    }
    first, window, follow_up = trial.design.window_from, trial.design.window, trial.design.follow_up
    return Course(
        name,
        _sizes(trial),
        float(window.months) if isinstance(window, Time) else None,
        float(first.months) if first is not None else 0.0,
        since_stroke(trial),
        tuple(sorted(times)),
        float(follow_up.months) if isinstance(follow_up, Time) else None,
        "not recorded" if follow_up is None else str(follow_up),
    )


def _sizes(trial: Trial) -> str:
    """`5 v 25`: participants of the treatment and the control arms, `?` where no source gives them."""
    sides = []
    for role in ("treatment", "control"):
        sizes = [participants(trial, name) for name, arm in trial.arms.items() if arm.role == role]
        sides.append(" + ".join(str(size) for size in sizes if size is not None) or "?")
    return " v ".join(sides)
