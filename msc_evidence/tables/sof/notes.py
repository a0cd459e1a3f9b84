"""The footnotes and the legend of a Summary of Findings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msc_evidence.analysis.body import Body
from msc_evidence.analysis.certainty import Proposal
from msc_evidence.analysis.effect_studies import EffectStudies
from msc_evidence.analysis.feasible import leading_superiority
from msc_evidence.analysis.harms import peto_odds_ratio
from msc_evidence.analysis.pool.entry import Entry
from msc_evidence.analysis.pool.times import near_times, times_words
from msc_evidence.registry.judgements import CERTAINTIES, BaselineRisk, Certainty
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES
from msc_evidence.tables.harm_words import aside_words
from msc_evidence.tables.sof.words import directions_words, follow_up_words
from msc_evidence.tables.words import SUPERSCRIPTS, fixed, interval_words, range_words

_MEASURES = {
    "RR": "risk ratio", "OR": "odds ratio", "HR": "hazard ratio", "MD": "mean difference",
    "SMD": "standardised mean difference (Hedges' g)", "PS": "probability of superiority",
    "COR": "common odds ratio", "ROM": "ratio of means",
}  # fmt: skip
_MEANING = {
    "high": "the true effect very probably lies close to the estimate",
    "moderate": "it is probably close, and may differ substantially",
    "low": "it may differ substantially from the estimate",
    "very low": "it probably differs substantially from the estimate",
}
NO_QUESTION = (
    "The registry states no question (population, setting, intervention, comparison, outcomes: its `summary`): the"
    " header counts what the trials say, and every trial is taken together."
)


@dataclass(slots=True)
class Footnotes:
    """Notes in the order of their first mention, each once."""

    notes: list[str] = field(default_factory=list)

    def mark(self, note: str) -> str:
        """The superscript of a note."""
        if note not in self.notes:
            self.notes.append(note)
        return str(self.notes.index(note) + 1).translate(SUPERSCRIPTS)

    def marks(self, notes: Iterable[str]) -> str:
        """The superscripts of several, apart from each other and from what they stand behind."""
        return "".join(f" {self.mark(note)}" for note in notes)

    @property
    def lines(self) -> tuple[str, ...]:
        """Each note behind its superscript."""
        return tuple(f"{self.mark(note)} {note}" for note in self.notes)


def control_source(body: Body, names: Mapping[str, str]) -> str:
    """Where the control risk comes from."""
    if body.asked.control_risk:
        return body.asked.control_risk.source
    counted_arms = [name for name, _ in body.control_risks]
    if len(counted_arms) == 1:
        (only,) = counted_arms
        return f"the control arm of {names.get(only, only)}"
    return f"median of the control arms of {len(counted_arms)} trials"


def of_outcome(body: Body) -> Iterator[str]:
    """The ends of a scale and which is the better one, and the difference that matters with its reason."""
    scale, important = body.outcome.range, body.asked.important
    on_scale = not body.asked.definition and body.outcome.type in ("ordinal", "continuous")
    if on_scale and (scale or body.outcome.better):
        ends = f"from {scale.low} to {scale.high}" if scale else "range not recorded"
        better = f"{body.outcome.better} is better" if body.outcome.better else "better end not recorded"
        yield f"Scale {ends}; {better}."
    if important:
        unit = "a risk difference of " if body.absolute or not on_scale else ""
        yield f"Difference that matters: {unit}{important.difference} ({important.because.rstrip('.')})."


def of_heterogeneity(body: Body) -> Iterator[str]:
    """The model of several trials, how far they disagree, and where a further trial's effect is expected."""
    if body.studies is None or not body.scenarios or (found := body.studies.heterogeneity) is None:
        return
    settings = body.studies.settings
    model = "common effect" if settings.model == "common" else f"random effects ({settings.model})"
    expected = (
        f"95% prediction interval {fixed(found.pi_lb)} to {fixed(found.pi_ub)}"
        if found.pi_lb is not None and found.pi_ub is not None
        else "no prediction interval from two trials"
    )
    spread = f"I² {found.i2:.0f}%, τ² {fixed(found.tau2, 3)}"
    yield f"{model[0].upper()}{model[1:]}, {settings.ci} interval; {spread}; {expected}."


def of_standardised(body: Body) -> Iterator[str]:
    """A standardised mean difference said three other ways (Cochrane Handbook, chapter 15).

    By the rule of thumb of Cohen 1988, as the odds ratio exp(π·SMD/√3) of Chinn 2000, and in units of the scale by the
    control arms' SD.
    """
    if body.measure != "SMD" or len(body.scenarios) != 1 or body.studies is None:
        return
    (only,) = body.scenarios
    sizes = ((0.2, "less than small"), (0.5, "small"), (0.8, "moderate"), (math.inf, "large"))
    size = next(word for limit, word in sizes if abs(only.estimate) < limit)
    values = (only.estimate, only.ci_lb, only.ci_ub)
    odds = interval_words(*(math.exp(math.pi * value / math.sqrt(3)) for value in values))
    yield (
        f"By the rule of thumb (Cohen 1988: 0.2 small, 0.5 moderate, 0.8 large) {size}; as odds ratio of the better"
        f" side of any cut {odds} (Chinn 2000)."
    )
    if spread := body.studies.control_sd:
        units = interval_words(*(spread * value for value in values))
        yield f"In units of the scale, by the control arms' SD of {fixed(spread, 1)}: {units}, above 0 better."


def of_participants(body: Body) -> Iterator[str]:
    """How long these trials followed their participants; that they are not what certainty is to start high for."""
    if body.follow_up:
        unsaid = body.trials - len(body.follow_ups)
        of = f" (not stated by {counted(unsaid, 'trial')})" if unsaid else ""
        yield f"Follow-up of these trials: {follow_up_words(body)}{of}."
    if body.randomised is False:
        yield "None of these trials is recorded as randomised."


def of_baseline(risk: BaselineRisk) -> str:
    """Where a further risk comes from."""
    return f"Risk of this group: {risk.source.rstrip('.')}."


def of_control(body: Body, names: Mapping[str, str]) -> Iterator[str]:
    """What the risk, or the mean, without the intervention is."""
    if body.absolute:
        yield f"Control risk: {control_source(body, names)}."
        if body.measure == "HR":
            yield (
                "Of staying without the event: (1 − control risk)^HR with the intervention."
                if body.of_absence
                else "Of the event by that time: 1 − (1 − control risk)^HR with the intervention."
            )
    elif body.studies and body.studies.control_entries:
        yield _control_mean_words(body.studies, names)


def _control_mean_words(studies: EffectStudies, names: Mapping[str, str]) -> str:
    """Whose mean stands for the control arms, and whether it is reported, derived or a change."""
    entries = studies.control_entries
    derived = [entry for entry in entries if _is_mean_derived(entry)]
    trials = [names.get(entry.study, entry.study) for entry in entries]
    arms = f"control arm of {trials[0]}" if len(trials) == 1 else "control arms"
    kind = "Mean change" if entries[0].is_change else "Mean"
    if len(derived) == len(entries):
        how = "derived, not reported"
    elif derived:
        how = f"as reported, of {listed([names.get(entry.study, entry.study) for entry in derived])} derived"
    else:
        how = "as reported"
    mixed = len({entry.is_change for entry in studies.entries if "m2i" in entry.data}) > 1
    return f"{kind} of the {arms}, {how}{'; changes from baseline are not among them' if mixed else ''}."


def _is_mean_derived(entry: Entry) -> bool:
    """Whether the control arm's mean is not printed: it is that of a distribution, or from a median."""
    made = [name for each in entry.derived if each.arm == 2 for name, _ in each.values]
    return entry.basis == "distribution" or any(name.startswith("m2") for name in made)


def of_empty_arms(body: Body) -> Iterator[str]:
    """Why the risks are those of the arms, and what is offered for rare events (Cochrane Handbook 5.1, 16.9)."""
    if body.totals is None:
        return
    if not any(arm.participants for arm in body.totals):
        yield (
            "No event in either arm: no ratio follows from that. Beside the risk difference the highest risk that"
            " remains possible, 1 − 0.05^(1/n) (95%, one-sided)."
        )
        return
    treated, control = body.totals
    why = "no risk follows from a ratio and a control risk of 0"
    if control.participants:
        everyone = all(arm.participants == arm.n for arm in (treated, control))
        why = "everyone had the event" if everyone else "the effect leads from no control risk to another"
    interval = " The difference has Newcombe's score interval (1998, method 10)." if body.crude else ""
    yield f"Risks as they were in the arms: {why}.{interval}"


def of_rare_events(body: Body) -> Iterator[str]:
    """What an arm without events means for the ratio, and Peto's odds ratio beside it."""
    if not body.empty_arm or body.measure not in ("RR", "OR") or not body.scenarios:
        return
    yield f"In an arm without events ½ is added to every cell for the {body.measure}."
    if _share_of_events(body) > COMMON:
        return
    if len(body.counts) == 1:
        (treated, control) = body.counts[0]
        peto = peto_odds_ratio(
            treated.participants or 0, treated.n or 0, control.participants or 0, control.n or 0
        )
        words = interval_words(peto.estimate, peto.ci_lb, peto.ci_ub)
        yield f"Peto's odds ratio, for rare events: {words}, nothing added."
    else:
        yield "`msc-evidence pool --model peto` adds nothing, for rare events."


def _share_of_events(body: Body) -> float:
    """The share of all participants of the row who had the event."""
    arms = [arm for pair in body.counts for arm in pair]
    return sum(arm.participants or 0 for arm in arms) / (sum(arm.n or 0 for arm in arms) or 1)


def of_effect(body: Body, names: Mapping[str, str]) -> Iterator[str]:
    """What the effect of a trial that prints only p rests on, and what it leaves open."""
    for words, trials in _implied(body, names).items():
        ranges = _possible_ranges(body, names, trials) if body.measure == "PS" else ""
        yield f"{listed(trials)}: the effect that p and the group sizes imply, {words}{ranges}."
    for words, trials in _unlike(body, names).items():
        yield f"{listed(trials)}: {words}."
    for note in body.studies.notes if body.studies else ():
        yield f"{note[0].upper()}{note[1:]}."
    yield from of_heterogeneity(body)
    yield from of_standardised(body)
    yield from of_rare_events(body)
    if body.measure in RATIO_MEASURES and body.scenarios and body.absolute is None and not body.empty_arm:
        yield "No absolute effect: no control risk is known (`control-risk` of the question gives one)."
    if body.clipped:
        yield "A risk that the effect would make more than 1,000 or less than 0 per 1000 is shown as that."
    if said := directions_words(body, names):
        yield f"{said}."


def _unlike(body: Body, names: Mapping[str, str]) -> dict[str, list[str]]:
    """The trials whose data are not their two arms' as printed, by what they are and what was done to them."""
    found: dict[str, list[str]] = {}
    for entry in body.studies.entries if body.studies else ():
        said = [entry.words] * (entry.basis in ("effect", "distribution", "cut")) + list(entry.marks)
        if said and entry.basis != "p":
            found.setdefault(", ".join(said), []).append(names.get(entry.study, entry.study))
    return found


def _possible_ranges(body: Body, names: Mapping[str, str], trials: Sequence[str]) -> str:
    """What PS can be in these trials, which print only p, over all data sets with that p."""
    ranges = [
        f"{range_words(bound)} ({name})"
        for entry in (body.studies.entries if body.studies else ())
        if (name := names.get(entry.study, entry.study)) in trials
        and entry.basis == "p"
        and entry.analysed
        and (bound := leading_superiority(entry.analysed))
    ]
    return f"; over all data sets with that rank-sum p PS is {listed(ranges)}" if ranges else ""


def _implied(body: Body, names: Mapping[str, str]) -> dict[str, list[str]]:
    """The trials whose effect is what their p implies, by what that supposes."""
    found: dict[str, list[str]] = {}
    for entry in body.studies.entries if body.studies else ():
        if entry.basis == "p":
            words = entry.words.removeprefix("p, ")
            found.setdefault(words, []).append(names.get(entry.study, entry.study))
    return found


def of_certainty(
    body: Body, judged: Certainty | None, proposal: Proposal | None, unproposed: str | None
) -> Iterator[str]:
    """A note for each domain that changed the certainty, and for who judged.

    What the numbers propose where that differs from the judgement or there is none; where nothing is proposed, why.
    """
    if judged:
        for domain, levels, because in judged.ratings:
            way = f"rated {'down' if levels < 0 else 'up'} {counted(abs(levels), 'level')}"
            yield f"{domain[0].upper()}{domain[1:]}, {way}: {because.rstrip('.')}."
        yield f"Certainty judged {judged.signed}, starting {judged.start}."
        yield from _doubts(body, judged)
        if proposal and proposal.levels != judged.imprecision.levels:
            yield (
                f"Judged {_levels(judged.imprecision.levels)} down for imprecision; the numbers propose"
                f" {_levels(proposal.levels)}: {proposal.because}."
            )
    elif proposal:
        yield f"Proposed, not judged: {_levels(proposal.levels)} down for imprecision: {proposal.because}."
    if not proposal and unproposed:
        yield f"Nothing is proposed for imprecision: {unproposed}."


def _levels(levels: int) -> str:
    return counted(levels, "level") if levels else "no level"


#: Of more frequent events Peto's odds ratio is not offered: it is for rare ones (Cochrane Handbook 5.1, 16.9.5), and
#: where they end is our line.
COMMON = 0.1
#: How many times a large effect multiplies or divides the risk, by the levels it raises the certainty (Guyatt 2011).
LARGE_EFFECTS = {1: 2.0, 2: 5.0}


def _doubts(body: Body, judged: Certainty) -> Iterator[str]:
    """Where the start or a rating up departs from GRADE's rule.

    Randomised trials start high, others low, and only a body that starts low and has no other limits is rated up
    (Guyatt 2011, 10.1016/j.jclinepi.2011.06.004).
    """
    if body.randomised is False and judged.start == "high":
        yield "Certainty starts high though these trials are not recorded as randomised: as a rule it starts low."
    if body.randomised and judged.start == "low":
        yield "Certainty starts low though these trials are randomised: as a rule it starts high."
    raised = [domain for domain, levels, _ in judged.ratings if levels > 0]
    lowered = [domain for domain, levels, _ in judged.ratings if levels < 0]
    if raised and (judged.start == "high" or lowered):
        why = "it starts high" if judged.start == "high" else f"it is rated down for {listed(lowered)}"
        yield f"Rated up for {listed(raised)} though {why}: as a rule certainty is rated up from low alone."
    raised_by = judged.large_effect.levels if judged.large_effect else 0
    if raised_by and (fold := _fold_change(body)) is not None and fold < LARGE_EFFECTS[raised_by]:
        yield (
            f"Rated up {counted(raised_by, 'level')} for a large effect that is {fixed(fold, 1)}-fold: as a rule one"
            " level from a twofold change of the risk on, two from a fivefold."
        )


def _fold_change(body: Body) -> float | None:
    """How many times the effect multiplies or divides the risk, None where it is none of the risk."""
    if body.measure not in ("RR", "HR", "OR") or len(body.scenarios) != 1:
        return None
    ratio = body.scenarios[0].estimate
    if body.measure == "OR" and body.absolute and body.control:
        ratio = body.absolute.treated / body.control
    return max(ratio, 1 / ratio) if ratio else None


def of_trials(body: Body, names: Mapping[str, str]) -> Iterator[str]:
    """The trials that report the outcome and are not in the effect, those of other rows, and those of harms."""
    if body.left_out:
        out = "; ".join(f"{names[name]}: {why}" for name, why in body.left_out)
        yield f"{'Not in the effect' if body.scenarios else 'No effect'}: {out}."
    yield from of_other_results(body, names)
    yield from of_harms(body, names)


def of_other_results(body: Body, names: Mapping[str, str]) -> Iterator[str]:
    """The times and the definitions at which trials report the outcome and that are no part of this row."""
    near = (
        near_times(body.asked.at, [at for at, _ in body.elsewhen]) if isinstance(body.asked.at, Time) else []
    )
    for said, wanted in (("Near times, apart from this row", True), ("At other times", False)):
        if times := [pair for pair in body.elsewhen if (pair[0] in near) == wanted]:
            words = ", ".join(
                f"{at if isinstance(at, Time) else times_words(at)} ({_shown(trials, names)})"
                for at, trials in times
            )
            yield f"{said}: {words}."
    if body.otherwise:
        itself = "the whole scale" if body.outcome.type == "ordinal" else "the outcome itself"
        words = ", ".join(
            f"{definition or itself} ({_shown(trials, names)})" for definition, trials in body.otherwise
        )
        yield f"Defined otherwise, apart from this row: {words}."


def _shown(trials: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(names[name] for name in trials)


def of_harms(body: Body, names: Mapping[str, str]) -> Iterator[str]:
    """What trials count as a harm and the row cannot hold: events, one arm alone, another time."""
    yield from (aside_words(counts, names[counts.trial_id]) for counts in body.harms_aside)


def legend(bodies: Iterable[Body], judged: Iterable[Certainty], *, nnt: bool = False) -> Iterator[str]:
    """The abbreviations and the words of certainty that the table uses."""
    shown = list(bodies)
    measures = {each.measure for each in shown if each.scenarios}
    said = [f"{short} {long}" for short, long in _MEASURES.items() if short in measures]
    if said:
        yield f"CI confidence interval; {'; '.join(said)}."
    if any(each.studies and len(each.studies.entries) > 1 for each in shown):
        yield "`msc-evidence pool` sets other models beside the one named."
    if nnt and any(each.absolute for each in shown):
        yield (
            "NNTB, NNTH: how many are treated for one more to benefit, or to be harmed; ∞ where no difference is in the"
            " interval (Altman 1998, BMJ 317:1309)."
        )
    if any(each.absolute for each in shown):
        yield (
            "The risk with the intervention, and its interval, are the control risk changed by the effect and its"
            " interval."
        )
    if any(True for _ in judged):
        meant = [f"{word}: {_MEANING[word]}" for word in reversed(CERTAINTIES)]
        yield f"Certainty (GRADE, Balshem 2011): {'; '.join(meant)}."
