"""The footnotes and the legend of a Summary of Findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from msc_evidence.analysis.body import Body
from msc_evidence.analysis.certainty import Proposal
from msc_evidence.registry.judgements import CERTAINTIES, Certainty
from msc_evidence.registry.problems import counted, listed
from msc_evidence.tables.sof.words import directions_words

_MEASURES = {
    "RR": "risk ratio", "OR": "odds ratio", "HR": "hazard ratio", "MD": "mean difference",
    "SMD": "standardised mean difference (Hedges' g)", "PS": "probability of superiority",
    "COR": "common odds ratio", "ROM": "ratio of means",
}  # fmt: skip
_MEANING = {
    "high": "the true effect is close to the estimate",
    "moderate": "it is probably close",
    "low": "it may differ much from the estimate",
    "very low": "it probably differs much",
}
NO_QUESTION = (
    "The registry states no question (population, setting, intervention, comparison, outcomes: its `summary`): the"
    " header counts what the trials say, and every trial is taken together."
)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class Footnotes:
    """Notes in the order of their first mention, each once."""

    notes: list[str] = field(default_factory=list)

    def mark(self, note: str) -> str:
        """The superscript of a note."""
        if note not in self.notes:
            self.notes.append(note)
        return str(self.notes.index(note) + 1).translate(_RAISED)

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
    counted_arms = (
        [entry for entry in body.studies.entries if entry.basis == "counts"] if body.studies else []
    )
    if len(counted_arms) == 1:
        (only,) = counted_arms
        return f"the control arm of {names.get(only.study, only.study)}"
    return f"median of the control arms of {len(counted_arms)} trials"


def of_participants(body: Body) -> Iterator[str]:
    """What sort of trials these are, where they are not what certainty is to start high for."""
    if body.randomised is False:
        yield "None of these trials is recorded as randomised."


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
    elif body.studies and body.studies.control_means:
        trials = body.studies.names
        arms = f"control arm of {names.get(trials[0], trials[0])}" if len(trials) == 1 else "control arms"
        yield f"Mean of the {arms}, as reported."


def of_effect(body: Body, names: Mapping[str, str]) -> Iterator[str]:
    """What the effect of a trial that prints only p rests on, and what it leaves open."""
    for words, trials in _implied(body, names).items():
        yield f"{listed(trials)}: the effect that p and the group sizes imply, {words}."
    for words, trials in _unlike(body, names).items():
        yield f"{listed(trials)}: {words}."
    for note in body.studies.notes if body.studies else ():
        yield f"{note[0].upper()}{note[1:]}."
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


def _implied(body: Body, names: Mapping[str, str]) -> dict[str, list[str]]:
    """The trials whose effect is what their p implies, by what that supposes."""
    found: dict[str, list[str]] = {}
    for entry in body.studies.entries if body.studies else ():
        if entry.basis == "p":
            words = entry.words.removeprefix("p, ")
            found.setdefault(words, []).append(names.get(entry.study, entry.study))
    return found


def of_certainty(judged: Certainty | None, proposal: Proposal | None) -> Iterator[str]:
    """A note for each domain that changed the certainty, and for who judged; for a proposal where nobody did."""
    if judged:
        for domain, levels, because in judged.ratings:
            way = f"rated {'down' if levels < 0 else 'up'} {counted(abs(levels), 'level')}"
            yield f"{domain[0].upper()}{domain[1:]}, {way}: {because.rstrip('.')}."
        yield f"Certainty judged by {judged.by} on {judged.date}, starting {judged.start}."
    elif proposal:
        down = counted(proposal.levels, "level") if proposal.levels else "no level"
        yield f"Proposed, not judged: {down} down for imprecision: {proposal.because}."


def of_trials(body: Body, names: Mapping[str, str]) -> Iterator[str]:
    """The trials that report the outcome and are not in the effect, and those that count it as a harm."""
    if body.left_out:
        out = "; ".join(f"{names[name]}: {why}" for name, why in body.left_out)
        yield f"{'Not in the effect' if body.scenarios else 'No effect'}: {out}."
    if body.as_harm:
        yield f"Counted as a harm by {listed([names[name] for name in body.as_harm])}: not in this row."


def legend(bodies: Iterable[Body], judged: Iterable[Certainty]) -> Iterator[str]:
    """The abbreviations and the words of certainty that the table uses."""
    shown, words = list(bodies), {each.word for each in judged}
    measures = {each.measure for each in shown if each.scenarios}
    said = [f"{short} {long}" for short, long in _MEASURES.items() if short in measures]
    if said:
        yield f"CI confidence interval; {'; '.join(said)}."
    used = {each.studies.settings for each in shown if each.studies and len(each.studies.names) > 1}
    if used:
        how = dict.fromkeys(f"random effects ({each.model}), {each.ci} interval" for each in used)
        yield f"Several trials together: {', '.join(how)}; `msc-evidence pool` sets the other models beside it."
    if any(each.absolute for each in shown):
        yield (
            "The risk with the intervention, and its interval, are the control risk changed by the effect and its"
            " interval."
        )
    if words:
        meant = [f"{word}: {_MEANING[word]}" for word in reversed(CERTAINTIES) if word in words]
        yield f"Certainty (GRADE): {'; '.join(meant)}."
