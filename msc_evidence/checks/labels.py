"""MSC5xx: labels against their definitions: the stage of stroke and the class of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msc_evidence.checks.finding import Severity
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Reported, Time

#: Beginning of each stage after stroke and its definition (Bernhardt 2017); a stage from 0 fits any window.
STAGES: Mapping[str, tuple[Time, str]] = {
    "acute": (Time.read("24 h"), "1–7 d"),
    "subacute": (Time.read("7 d"), "7 d to 6 mo"),
    "early subacute": (Time.read("7 d"), "7 d to 3 mo"),
    "late subacute": (Time.read("3 mo"), "3 to 6 mo"),
    "chronic": (Time.read("6 mo"), "more than 6 mo"),
}


#: What class I asks besides, and no field of the record says.
_NO_FIELD = "concealed allocation, criteria of inclusion, likeness at baseline"


@check("MSC506", "warning")
def stage_against_window(subject: Subject) -> Iterator[Hit]:
    """stage of stroke that the time window for entry rules out.

    Hyperacute 0–24 h, acute 1–7 d, early subacute 7 d–3 mo, late subacute 3–6 mo (subacute: either),
    chronic more than 6 mo after stroke. Flagged where the longest time that the window allows ends before
    the stage begins; a note for `acute`, which is commonly said of the first day too.

    It matters because cells given at 20 days and at 3 years are different treatments, and reviews sort by
    label.
    Example: `chronic` with entry within 90 days.
    It cannot see another definition that the source may give.
    Source: Bernhardt 2017, 10.1177/1747493017711816.

    Flagged:
        design: {window: <=90 d}
        participants: {stage: chronic}
    Silent:
        design: {window: <=90 d}
        participants: {stage: subacute}
    """
    stage, window = subject.trial.participants.stage, subject.trial.design.window
    if (
        stage is None
        or stage not in STAGES
        or not isinstance(window, Time)
        or window.amount.comparator in ">≥"
    ):
        return
    begins, definition = STAGES[stage]
    if window.months > begins.months:
        return
    message = (
        f"called {stage}, which is {definition} after stroke (Bernhardt 2017); entry was allowed up to"
        f" {window.amount.value:f} {window.unit}"
    )
    severity: Severity | None = "note" if stage == "acute" else None
    yield Hit(("participants", "stage"), message, stage, f"window {window}", severity)


@check("MSC508", "note")
def evidence_class(subject: Subject) -> Iterator[Hit]:
    """class of evidence that the source claims.

    Shown beside what the American Academy of Neurology asks of a therapeutic study of class I, as far as the
    record has a field for it: randomised, masked (or objective) assessment, primary outcome defined, 80% of
    those enrolled completed; each met, not met or not reported. Class II lacks one of the conditions or is a
    matched cohort, class III is any other controlled study with independent or objective assessment, class IV
    the rest. No class is derived.

    It matters because the class is the journal's judgement, and the reader can see here what the record
    adds.
    Example: class III for a randomised trial with blinded assessment whose allocation concealment is not
    reported.
    It cannot see what the record has no field for: concealment, criteria of inclusion and likeness at
    baseline.
    Source: American Academy of Neurology, Clinical Practice Guideline Process Manual, 2011 edition.

    Flagged:
        claims: [{says: feasible, evidence-class: III}]
    Silent:
        claims: [{says: feasible}]
    """
    for index, claim in enumerate(subject.trial.claims):
        if claim.evidence_class is not None:
            answers = "; ".join(f"{asked}: {answer}" for asked, answer in _class_i(subject.trial).items())
            message = (
                f"class {claim.evidence_class} is claimed; of what the AAN (2011 edition) asks of class I,"
                f" {answers}; no field of the record: {_NO_FIELD}"
            )
            path, said = ("claims", index, "evidence-class"), f"class {claim.evidence_class}"
            yield Hit(path, message, said, answers, outcome=claim.outcome)


def _class_i(trial: Trial) -> dict[str, str]:
    """What class I asks and the record has a field for, and what it says there."""
    primary = any(result.primary for result in trial.results)
    randomised = {"randomised": True, "non-randomised": False, "single-arm": False}
    return {
        "randomised": _answer(randomised, trial.design.allocation),
        "masked assessment": _answer({"blinded": True, "not blinded": False}, trial.design.assessment),
        "primary outcome": "met" if primary else "not reported",
        "80% completed": _completed(trial),
    }


def _answer(answers: Mapping[str, bool], said: str | None) -> str:
    known = answers.get(said or "")
    return "not reported" if known is None else "met" if known else "not met"


def _completed(trial: Trial) -> str:
    """Whether four fifths of those enrolled were analysed."""
    randomised = _total(arm.randomised for arm in trial.arms.values())
    enrolled, analysed = _count(trial.participants.enrolled), _count(trial.participants.analysed)
    if enrolled is None:
        enrolled = randomised
    if analysed is None and randomised is not None:
        analysed = _total(arm.n for arm in trial.arms.values())
    if not enrolled or analysed is None:
        return "not reported"
    return f"{'met' if analysed >= 0.8 * enrolled else 'not met'} ({analysed}/{enrolled})"


def _count(number: object) -> int | None:
    return number.count if isinstance(number, Reported) else None


def _total(numbers: Iterable[object]) -> int | None:
    """The sum, None unless every arm has its number."""
    counts = [_count(number) for number in numbers]
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None
