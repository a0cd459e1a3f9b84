"""MSC72x: how a published meta-analysis describes its trials, against their records."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.analysis.published.candidates import arm_sizes
from msc_evidence.analysis.published.review import trial_of_label
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.rule import Hit, ReviewSubject, review_check
from msc_evidence.registry.design import Arm
from msc_evidence.registry.fields import NotReported
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Reported
from msc_evidence.registry.reviews import ReviewedTrial

#: Doses of one trial differ by this much between a mean, a median and a nominal dose; more is another dose.
_DOSE_TIMES = 2.0
#: Those allocated and those treated or analysed differ by about this share.
_NEAR = 0.1


@review_check("MSC721", "warning")
def characteristics_differ(subject: ReviewSubject) -> Iterator[Hit]:
    """description of a trial in a meta-analysis that differs from its record.

    Group sizes that are no size of the arms (planned, randomised, analysed, of any result, arms of a side together),
    another allocation, other donors, or a dose that is more than twice as large or as small. A note where a size is
    within a tenth of one of them, as those allocated and those treated are. Silent about what the record does not have.

    It matters because subgroups and weights are made by these columns.
    Example: 85 and 35 participants of a trial that allocated 60 and 60.
    It cannot see which of the two is right, nor sizes that only another report of the trial gives.

    Flagged:
        trials: {one: {arms: {msc: {role: treatment, n: 60}, control: {role: control, n: 60}}}}
        reviews:
          review: {citation: a review, characteristics: [{study: one, treated: 85, control: 35}]}
    Silent:
        trials: {one: {arms: {msc: {role: treatment, n: 60}, control: {role: control, n: 60}}}}
        reviews:
          review: {citation: a review, characteristics: [{study: one, treated: 60, control: 60}]}
    """
    registry = subject.analysis.registry
    for index, row in enumerate(subject.review.characteristics):
        name = row.trial or trial_of_label(row.study, "", registry)
        for key, printed, recorded in _differences(row, registry.trials[name]) if name else ():
            words = f"{row.study}: {key} {printed} here; {name} has {recorded}"
            near = key in ("treated", "control") and _is_near(printed, recorded)
            severity: Severity | None = "note" if near else None
            yield Hit(("characteristics", index, key), words, printed, recorded, severity)


def _is_near(printed: str, recorded: str) -> bool:
    """Whether a size is within a tenth of one that is recorded."""
    return any(abs(int(printed) - int(size)) <= _NEAR * int(size) for size in recorded.split(" or "))


def _differences(row: ReviewedTrial, trial: Trial) -> Iterator[tuple[str, str, str]]:
    """The keys of a row that differ, what it prints, and what the record has."""
    for key, size, role in (("treated", row.treated, "treatment"), ("control", row.control, "control")):
        known = _side_sizes(trial, role)
        if size is not None and size.count and known and size.count not in known:
            yield key, str(size.count), " or ".join(map(str, sorted(known)))
    allocations: set[str | None] = {
        trial.design.allocation,
        *(also.design.allocation for also in trial.also if also.design),
    }
    yield from _other_word("allocation", row.allocation, allocations)
    treated = [arm for arm in _arms_of_side(trial, "treatment").values() if arm.cells]
    yield from _other_word("origin", row.origin, {arm.cells.origin for arm in treated if arm.cells})
    yield from _other_dose(row, treated)


def _other_word(key: str, printed: str | None, known: set[str | None]) -> Iterator[tuple[str, str, str]]:
    said = sorted(word for word in known if word not in (None, "not reported") and word)
    if printed not in (None, "not reported", *said) and said:
        yield key, str(printed), " or ".join(said)


def _arms_of_side(trial: Trial, role: str) -> dict[str, Arm]:
    return {name: arm for name, arm in trial.arms.items() if arm.role == role and not arm.combines}


def _side_sizes(trial: Trial, role: str) -> set[int]:
    """Every size that a trial prints of an arm of one side, and those of its arms together."""
    arms = _arms_of_side(trial, role)
    sizes = [set(arm_sizes(trial, name)) for name in arms]
    together = [max(each) for each in sizes if each]
    return set().union(*sizes) | ({sum(together)} if together else set())


def _other_dose(row: ReviewedTrial, arms: list[Arm]) -> Iterator[tuple[str, str, str]]:
    doses = [number for arm in arms if arm.cells and arm.cells.per == row.per for number in _doses(arm)]
    if row.dose is None or not doses:
        return
    printed, times = float(row.dose), float(row.times) if row.times else 1.0
    values = [float(dose) for dose in doses]
    fits = min(values) / _DOSE_TIMES <= max(printed, printed * times) and printed <= max(values) * _DOSE_TIMES
    if not fits:
        yield "dose", str(row.dose), " or ".join(dict.fromkeys(map(str, doses)))


def _doses(arm: Arm) -> Iterator[Reported]:
    """The doses that an arm is recorded with, and the ends of a range."""
    cells = arm.cells
    if cells and cells.dose is not None and not isinstance(cells.dose, NotReported):
        yield cells.dose
    if cells and cells.dose_range:
        yield from (cells.dose_range.low, cells.dose_range.high)
