"""What a Summary of Findings is about: its header, its rows, and which judgement belongs to which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msc_evidence.analysis.body import settled
from msc_evidence.analysis.filters import (
    Exclusion,
    Query,
    answers_question,
    eligible_trials,
    exclusion_tally,
    registry_question,
)
from msc_evidence.registry.design import Arm
from msc_evidence.registry.judgements import Certainty, Summary, SummaryOutcome
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reported import Time

#: GRADE shows no more outcomes than people take in (Guyatt 2011, 10.1016/j.jclinepi.2010.09.012).
MOST = 7
#: A header without one in the registry lists no more of what the trials say.
LISTED = 3
#: A longer name of the comparison makes no heading of a column.
LONGEST_NAME = 30
NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class Header:
    """What was asked, in words."""

    population: str
    setting: str
    intervention: str
    comparison: str

    @property
    def title(self) -> str:
        """`MSC compared with placebo for ischaemic stroke`, where each of them has one name."""
        if any(map(_unnamed, (self.intervention, self.comparison, self.population))):
            return "Summary of findings"
        return (
            f"Summary of findings: {self.intervention} compared with {self.comparison} for {self.population}"
        )

    @property
    def subject(self) -> str:
        """The intervention as a sentence names it; several together have no name."""
        return "the intervention" if _unnamed(self.intervention) else self.intervention

    @property
    def control_name(self) -> str:
        """The comparison as a column names it; several together, or a long one, are `control`."""
        return (
            self.comparison
            if not _unnamed(self.comparison) and len(self.comparison) <= LONGEST_NAME
            else "control"
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """The header block."""
        return (
            f"Patient or population: {self.population}",
            f"Setting: {self.setting}",
            f"Intervention: {self.intervention}",
            f"Comparison: {self.comparison}",
        )


def answering(chosen: Query) -> tuple[Query, tuple[str, ...]]:
    """The trials that the question is about, and how many of the registry are not; those named by id all are.

    The question is what was asked; where nobody asked, of all trials together, it is the registry's own.
    """
    registry, whole = chosen.registry, len(chosen.trials) == len(chosen.registry.trials)
    trial_filter = registry_question(registry) if chosen.filter is None and whole else chosen.filter
    if trial_filter is None:
        return chosen, ()
    found = eligible_trials(registry, registry.trials, trial_filter)
    answered = replace(chosen, filter=trial_filter, trials=found.names if whole else chosen.trials)
    if not found.excluded or set(answered.trials) != set(found.names):
        return answered, ()
    return answered, tuple(_left_out_sentences(found.excluded))


def _left_out_sentences(excluded: Mapping[str, Exclusion]) -> Iterator[str]:
    """How many trials the question is not about, and how many are left out for their trustworthiness."""
    untrusted = [why for why in excluded.values() if why.option == "trust"]
    others = [why for why in excluded.values() if why.option != "trust"]
    for left_out, words in (
        (others, "as the question is about others"),
        (untrusted, "by judged trustworthiness"),
    ):
        if left_out:
            count = counted(len(left_out), "trial")
            yield f"{count} of the registry left out, {words} ({exclusion_tally(left_out)})."


def _unnamed(said: str) -> bool:
    return said == NOT_RECORDED or ";" in said


def header(chosen: Query) -> Header:
    """The question as the registry states it; of other trials what their records say most often."""
    described = answers_question(chosen.registry, chosen.trials, chosen.criteria)
    stated = (chosen.registry.summary if described else None) or Summary.model_validate({})
    trials = list(chosen.records.values())
    arms = [arm for trial in trials for arm in trial.arms.values()]
    return Header(
        stated.population or _most(trial.participants.condition for trial in trials),
        stated.setting or _most(trial.design.setting for trial in trials),
        stated.intervention or _most(arm.given.name for arm in arms if arm.given),
        stated.comparison or _comparison(chosen, arms),
    )


def _comparison(chosen: Query, arms: Sequence[Arm]) -> str:
    """What the control arms received; what the registry calls the control side where no arm says."""
    said = _most(arm.comparator for arm in arms if arm.role == "control")
    return chosen.registry.terms.control or said if said == NOT_RECORDED else said


def _most(said: Iterable[str | None]) -> str:
    counts = Counter(each for each in said if each and each != "not reported")
    words = [word for word, _ in counts.most_common()]
    further = f" and {counted(len(words) - LISTED, 'other')}" if len(words) > LISTED else ""
    return "; ".join(words[:LISTED]) + further if words else NOT_RECORDED


def rows(chosen: Query) -> tuple[tuple[SummaryOutcome, ...], int]:
    """The outcomes to show, each at its time, and how many there are beyond them, listed or not.

    Those that the registry's summary lists; without one the registry's own in its order, each at the times judged or,
    where nothing was, at the one that most trials report.
    """
    trials = list(chosen.records.values())
    listed = _listed(chosen, chosen.registry.summary, chosen.registry.certainty)
    timed = listed if chosen.at is None else _at(listed, chosen.at)
    asked = tuple(
        settled(each, trials, chosen.registry.outcomes) for each in timed if each.outcome in chosen.outcomes
    )
    kept = asked if chosen.every else asked[:MOST]
    return kept, len(asked) - len(kept) + len({*chosen.outcomes} - {each.outcome for each in asked})


def _listed(chosen: Query, stated: Summary | None, judged: Sequence[Certainty]) -> list[SummaryOutcome]:
    first = list(stated.outcomes) if stated else []
    if first and not chosen.every:
        return first
    named = {each.outcome for each in first}
    for outcome in chosen.outcomes:
        if outcome not in named:
            own = [each for each in judged if each.outcome == outcome]
            first += [_of(each) for each in own] or [_plain(outcome)]
    return first


def _at(listed: Sequence[SummaryOutcome], at: Time) -> list[SummaryOutcome]:
    """Each outcome once, at this time."""
    once = {(each.outcome, each.definition): each for each in reversed(listed)}
    return [each.model_copy(update={"at": at}) for each in reversed(once.values())]


def _of(judged: Certainty) -> SummaryOutcome:
    return _plain(judged.outcome).model_copy(update={"at": judged.at, "definition": judged.definition})


def _plain(outcome: str) -> SummaryOutcome:
    return SummaryOutcome.model_validate({"outcome": outcome})


def certainty_of(asked: SummaryOutcome, judged: Sequence[Certainty]) -> Certainty | None:
    """The judgement about exactly this outcome, time and definition; one without a time is about each."""
    same = [
        each
        for each in judged
        if (each.outcome, each.definition) == (asked.outcome, asked.definition)
        and each.at in (None, asked.at)
    ]
    return max(same, key=lambda each: each.at is not None, default=None)
