"""MSC5xx: what the authors conclude against the p-values it rests on, and labels against their definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msc_evidence.analysis.claims import (
    comparisons,
    effect_with_interval,
    judging_results,
    results_of_claim,
    tests_a_margin,
)
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import ALPHA, is_significant
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.msc4_wording import favoured_by_values, stated_sign
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.fields import NotReported
from msc_evidence.registry.model import Claim, Trial
from msc_evidence.registry.problems import listed
from msc_evidence.registry.reported import Reported, Time
from msc_evidence.statistics.power import detectable_d, smallest_significant_d


@check("MSC501", "warning", fields=("claims",))
def claim_without_significance(subject: Subject) -> Iterator[Hit]:
    """benefit or harm claimed where no p-value is below 0.05.

    Looks at the results of the claim's own outcome, at its own timepoints where it names any; flagged
    where each of them is not significant (by p, else by the confidence interval or the source's wording).
    A note where the claim is hedged. Silent where the record has no result to judge by.

    It matters because a difference compatible with chance does not show improvement.
    Example: mRS said to have improved with p = 0.076, 0.171 and 0.286.
    It cannot see whether the authors argued from the size or the direction of the difference.
    Source: Altman & Bland 1995, BMJ 311:485; CONSORT 2010 item 22.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: 0.076}, {outcome: mrs, at: 6 mo, p: 0.171}]
        claims: [{outcome: mrs, says: benefit}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, p: 0.011}, {outcome: mrs, at: 6 mo, p: 0.171}]
        claims: [{outcome: mrs, says: benefit}]
    """
    seen: set[tuple[object, ...]] = set()
    for index, claim in enumerate(subject.trial.claims):
        if claim.says not in ("benefit", "harm") or claim.outcome is None:
            continue
        results = judging_results(claim, subject.results)
        key = (claim.says, *(result.index for result in results))
        if (
            not results
            or key in seen
            or any(is_significant(result.result) is not False for result in results)
        ):
            continue
        seen.add(key)
        printed = _printed_results(results)
        message = f"{claim.says} is claimed for {_outcome_name(subject, claim)}, where no p is below {ALPHA}: {printed}"
        severity: Severity | None = "note" if claim.hedged else None
        yield Hit(("claims", index, "says"), message, claim.says, printed, severity, claim.outcome)


@check("MSC502", "warning", fields=("consistent",))
def consistent_claim(subject: Subject) -> Iterator[Hit]:
    """consistent effect claimed although some p-values are 0.05 or above.

    Counts, over all claims of a trial called consistent, the results with p ≥ 0.05, for each outcome and
    in all; one finding for the trial, at the first such claim. Says as well in how many the
    reported direction is the same.

    It matters because `consistently` is read as `at every timepoint`.
    Example: Barthel Index and mRS at 3, 6 and 12 months with p ≥ 0.05 at 1 of 3 and 3 of 3: 4 of 6 in
    all.
    It cannot see whether the word was meant of the direction alone.
    Source: arithmetic.

    Flagged:
        results: [{outcome: barthel, at: 3 mo, p: 0.011}, {outcome: barthel, at: 6 mo, p: 0.115}]
        claims: [{outcome: barthel, says: benefit, consistent: true}]
    Silent:
        results: [{outcome: barthel, at: 3 mo, p: 0.011}, {outcome: barthel, at: 6 mo, p: 0.017}]
        claims: [{outcome: barthel, says: benefit, consistent: true}]
    """
    claims = [pair for pair in enumerate(subject.trial.claims) if pair[1].consistent and pair[1].outcome]
    results = {index: _comparisons_with_p(claim, subject) for index, claim in claims}
    failing = [(index, claim) for index, claim in claims if _not_significant(results[index])]
    if not failing:
        return
    all_results = list({result.index: result for some in results.values() for result in some}.values())
    shares = [
        f"{_outcome_name(subject, claim)} {_share_words(results[i])}" for i, claim in claims if results[i]
    ]
    signs = [stated_sign(result) for result in all_results]
    count = f"{len(_not_significant(all_results))} of {len(all_results)}"
    same = max(signs.count(1), signs.count(-1))
    direction = (
        f"the reported direction is the same at {same} of {len(all_results)}"
        if same
        else "no direction is reported"
    )
    message = f"a consistent effect is claimed, and p is {ALPHA} or more at {count}: {'; '.join(shares)}; {direction}"
    outcome = failing[0][1].outcome if len(failing) == 1 else None
    path = ("claims", failing[0][0], "consistent")
    yield Hit(path, message, "consistent", f"{count} p ≥ {ALPHA}", outcome=outcome)


def _comparisons_with_p(claim: Claim, subject: Subject) -> list[AnalysedResult]:
    """The p-values of a claim, one of each comparison."""
    return [result for result in comparisons(judging_results(claim, subject.results)) if result.p is not None]


def _not_significant(results: Iterable[AnalysedResult]) -> list[AnalysedResult]:
    return [result for result in results if is_significant(result.result) is False]


def _share_words(results: Sequence[AnalysedResult]) -> str:
    """`1 of 3 (0.115 at 12 mo)`."""
    above = _not_significant(results)
    return f"{len(above)} of {len(results)}" + (f" ({_printed_results(above)})" if above else "")


@check("MSC505", "warning", fields=("claims",))
def no_benefit_from_p(subject: Subject) -> Iterator[Hit]:
    """no benefit concluded from a p-value that is not significant, and from nothing else.

    Flagged where the results of the claim's outcome are not significant and none has a confidence
    interval or a margin (a test called non-inferiority or equivalence). One finding for each outcome.
    Prints the smallest standardised difference that could have been significant at these group sizes and
    the one detected with 80% power, as if by a two-sided t test.

    It matters because a trial that could only have found a large effect does not show that there is none.
    Example: mRS, p = 0.732, 39 v 15: significant from d 0.610 on; 80% power would need d ≥ 0.867.
    It cannot see an interval or a margin that is not in the record.
    Source: Altman & Bland 1995, BMJ 311:485.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: 0.732}]
        claims: [{outcome: mrs, says: no benefit}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, p: 0.732, effect: {measure: OR, estimate: 1.20, ci: 0.42-3.42}}]
        claims: [{outcome: mrs, says: no benefit}]
    """
    for outcome in dict.fromkeys(
        claim.outcome for claim in subject.trial.claims if claim.says == "no benefit"
    ):
        claims = [
            (index, claim)
            for index, claim in enumerate(subject.trial.claims)
            if outcome is not None and claim.says == "no benefit" and claim.outcome == outcome
        ]
        open_ = [
            (index, claim, results)
            for index, claim in claims
            if (results := _undecided_results(subject, claim))
        ]
        if open_:
            index, claim, _ = open_[0]
            results = list({result.index: result for _, _, some in open_ for result in some}.values())
            printed = _printed_results(results)
            message = (
                f"no benefit is claimed for {_outcome_name(subject, claim)} from {printed}, without confidence"
                f" interval or margin{_capacity_words(results)}"
            )
            yield Hit(("claims", index, "says"), message, claim.says, printed, outcome=outcome)


def _undecided_results(subject: Subject, claim: Claim) -> list[AnalysedResult]:
    """The results that the claim rests on, where they are not significant and nothing bounds the effect."""
    results = judging_results(claim, subject.results)
    if any(
        is_significant(result.result) is not False or effect_with_interval(result) or tests_a_margin(result)
        for result in results
    ):
        return []
    return results


def _capacity_words(results: Iterable[AnalysedResult]) -> str:
    sizes = next(
        (result.contrast.sizes for result in results if result.contrast and not result.dependence), None
    )
    if sizes is None or sum(sizes) < 3:
        return ""
    least, detectable = smallest_significant_d(*sizes), detectable_d(*sizes)
    return (
        f"; with {sizes[0]} v {sizes[1]} no difference below d {least:.3f} could be significant in a t test,"
        f" and 80% power would need d ≥ {detectable:.3f}"
    )


@check("MSC507", "error", fields=("claims",))
def claim_against_direction(subject: Subject) -> Iterator[Hit]:
    """claim that contradicts the direction of the results.

    Benefit claimed where a result of that outcome and timepoint favours the control arm, or harm where it
    favours the treatment arm: by what the source says, else by the arms' own values where rounding
    decides. A claim without timepoints is flagged only where every known direction is against it. A
    warning where the direction rests on the values of results with a definition of their own.

    It matters because one exchanged column reverses a conclusion.
    Example: benefit claimed for death or severe disability, 50.0% with treatment and 14.3% without.
    It cannot see a direction that neither the source nor the values give.
    Source: arithmetic.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: .02, favours: control}]
        claims: [{outcome: mrs, says: benefit}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, p: .02, favours: msc}]
        claims: [{outcome: mrs, says: benefit}]
    """
    for index, claim in enumerate(subject.trial.claims):
        wrong = {"benefit": -1, "harm": 1}.get(claim.says)
        if wrong is None or claim.outcome is None:
            continue
        signs = {
            result.index: (result, sign)
            for result in results_of_claim(claim, subject.results, sure=True)
            if (sign := _favoured_sign(result))
        }
        against = [result for result, sign in signs.values() if sign == wrong]
        if not against or (not claim.at and len(against) < len(signs)):
            continue
        arm = "control" if wrong < 0 else "treatment"
        places = listed([_favour_words(result) for result in against])
        claim_words = f"{claim.says} is claimed for {_outcome_name(subject, claim)}"
        message = f"{claim_words}, and the result favours the {arm} arm: {places}"
        sure = any(result.result.direction or not result.result.definition for result in against)
        severity: Severity | None = None if sure else "warning"
        yield Hit(("claims", index, "says"), message, claim.says, places, severity, claim.outcome)


def _favoured_sign(result: AnalysedResult) -> int | None:
    by_values = favoured_by_values(result)
    return stated_sign(result) or (by_values.sign if by_values else None)


def _favour_words(result: AnalysedResult) -> str:
    by_values = favoured_by_values(result)
    words = (
        f"favours {result.result.direction}"
        if result.result.direction
        else by_values.text
        if by_values
        else ""
    )
    return f"{words} ({result.timepoint})" if not isinstance(result.result.at, NotReported) else words


def _outcome_name(subject: Subject, claim: Claim) -> str:
    """The name of the outcome that a claim is about."""
    name = subject.outcomes[claim.outcome].name if claim.outcome else ""
    return f"'{name}'" if "," in name else name


def _printed_results(results: Iterable[AnalysedResult]) -> str:
    """`p 0.076 at 3 mo, p 0.171 at 6 mo and p 0.286 at 12 mo`."""
    texts = []
    for result in results:
        value = (
            f"p {result.p}" if result.p is not None else str(result.result.wording or "confidence interval")
        )
        texts.append(value if isinstance(result.result.at, NotReported) else f"{value} at {result.timepoint}")
    return listed(texts)


#: Beginning of each stage after stroke and its definition (Bernhardt 2017); a stage from 0 fits any window.
STAGES: Mapping[str, tuple[Time, str]] = {
    "acute": (Time.read("24 h"), "1–7 d"),
    "subacute": (Time.read("7 d"), "7 d to 6 mo"),
    "early subacute": (Time.read("7 d"), "7 d to 3 mo"),
    "late subacute": (Time.read("3 mo"), "3 to 6 mo"),
    "chronic": (Time.read("6 mo"), "more than 6 mo"),
}


def _of_stroke(subject: Subject) -> bool:
    """Whether the condition of the trial, or what its registry is about, is stroke."""
    registry, condition = subject.analysis.registry, subject.trial.participants.condition
    population = registry.summary.population if registry.summary else None
    words = (condition, registry.terms.onset, registry.title, population)
    return any("stroke" in word.casefold() for word in words if word)


#: What class I asks besides, and no field of the record says.
_NO_FIELD = "concealed allocation, criteria of inclusion, likeness at baseline"


@check("MSC506", "warning", fields=("stage", "window"))
def stage_against_window(subject: Subject) -> Iterator[Hit]:
    """stage of stroke that the time window for entry rules out.

    Hyperacute 0–24 h, acute 1–7 d, early subacute 7 d–3 mo, late subacute 3–6 mo (subacute: either),
    chronic more than 6 mo after stroke. Flagged where the longest time that the window allows ends before
    the stage begins; a note for `acute`, which is commonly said of the first day too. Only of trials whose
    condition, or whose registry's question, is stroke: elsewhere the same words mean other times.

    It matters because cells given at 20 days and at 3 years are different treatments, and reviews sort by
    label.
    Example: `chronic` with entry within 90 days.
    It cannot see another definition that the source may give.
    Source: Bernhardt 2017, 10.1177/1747493017711816.

    Flagged:
        design: {window: <=90 d}
        participants: {condition: ischaemic stroke, stage: chronic}
    Silent:
        design: {window: <=90 d}
        participants: {condition: myocardial infarction, stage: chronic}
    """
    stage, window = subject.trial.participants.stage, subject.trial.design.window
    if (
        stage is None
        or stage not in STAGES
        or not _of_stroke(subject)
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


@check("MSC508", "note", fields=("evidence_class",))
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
            answers = "; ".join(
                f"{question}: {answer}" for question, answer in _class_one_answers(subject.trial).items()
            )
            message = (
                f"class {claim.evidence_class} is claimed; of what the AAN (2011 edition) asks of class I,"
                f" {answers}; no field of the record: {_NO_FIELD}"
            )
            path, class_words = ("claims", index, "evidence-class"), f"class {claim.evidence_class}"
            yield Hit(path, message, class_words, answers, outcome=claim.outcome)


def _class_one_answers(trial: Trial) -> dict[str, str]:
    """The criteria of class I for which the record has a field, each with what the record says."""
    primary = any(result.primary for result in trial.results)
    randomised = {"randomised": True, "non-randomised": False, "single-arm": False}
    return {
        "randomised": _answer_word(randomised, trial.design.allocation),
        "masked assessment": _answer_word({"blinded": True, "not blinded": False}, trial.design.assessment),
        "primary outcome": "met" if primary else "not reported",
        "80% completed": _completion_answer(trial),
    }


def _answer_word(answers: Mapping[str, bool], stated: str | None) -> str:
    known = answers.get(stated or "")
    return "not reported" if known is None else "met" if known else "not met"


def _completion_answer(trial: Trial) -> str:
    """Whether four fifths of those enrolled were analysed."""
    randomised = _sum_over_arms(arm.randomised for arm in trial.arms.values())
    enrolled, analysed = (
        _reported_count(trial.participants.enrolled),
        _reported_count(trial.participants.analysed),
    )
    if enrolled is None:
        enrolled = randomised
    if analysed is None and randomised is not None:
        analysed = _sum_over_arms(arm.n for arm in trial.arms.values())
    if not enrolled or analysed is None:
        return "not reported"
    return f"{'met' if analysed >= 0.8 * enrolled else 'not met'} ({analysed}/{enrolled})"


def _reported_count(number: object) -> int | None:
    return number.count if isinstance(number, Reported) else None


def _sum_over_arms(numbers: Iterable[object]) -> int | None:
    """The sum, None unless every arm has its number."""
    counts = [_reported_count(number) for number in numbers]
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None
