"""The heading of a screen: which trials and results were asked for, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msc_evidence.analysis.contrast import arm_size
from msc_evidence.analysis.design import own_arms
from msc_evidence.analysis.filters import ANY, Query, TrialFilter, answers_question, is_controlled
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Reported
from msc_evidence.tables.trial_words import treated_label

#: What trials chosen by their trustworthiness are called.
TRUSTED = {
    "exclude": "without serious concerns about trustworthiness",
    "only": "judged to raise no concerns about trustworthiness",
}
#: More trials or outcomes than this are counted, not named.
MOST_NAMED = 3


def headline(query: Query) -> str:
    """`autologous MNC · 3 randomised trials since 2014 · 120 participants (60 treatment, 60 control)`.

    The registry's title stands first where the trials and filters are those of its question.
    """
    parts = (question_words(query), participants_words(query), results_words(query))
    return " · ".join(part for part in parts if part)


def question_words(query: Query) -> str:
    """`autologous MNC · 3 randomised trials since 2014`."""
    about = subject_words(query.registry, query.trials, query.criteria)
    return " · ".join(
        part for part in (about, trials_words(query.records, query.criteria, _named_of(query))) if part
    )


def _named_of(query: Query) -> int | None:
    """How many trials the registry has, where some of them were named and nothing else was asked."""
    whole = [name for name in query.registry.trials if not query.registry.is_subset(name)]
    return len(whole) if query.criteria == TrialFilter() and len(query.trials) < len(whole) else None


def subject_words(registry: Registry, names: Sequence[str], trial_filter: TrialFilter) -> str | None:
    """The registry's title where it describes what was asked, else the filters in words, or the few trials named."""
    if answers_question(registry, names, trial_filter):
        return registry.title
    if trial_filter == TrialFilter() and len(names) <= MOST_NAMED:
        return listed([registry.trials[name].shown_name(name) for name in names])
    cells_words = " ".join(
        value for value in (trial_filter.origin, trial_filter.cells) if value not in (None, ANY)
    )
    conditions = [f"{name.replace('-', ' ')} {value}" for name, value in trial_filter.where]
    parts = (cells_words, trial_filter.route, trial_filter.subtype, *conditions)
    return ", ".join(value for value in parts if value not in (None, ANY, "")) or None


def trials_words(trials: Mapping[str, Trial], trial_filter: TrialFilter, of: int | None) -> str:
    """`8 controlled trials since 2014 and 1 subset of them`, `1 controlled trial of 19`."""
    whole = {name: trial for name, trial in trials.items() if trial.part_of not in trials}
    kind = trial_filter.design if trial_filter.design not in (None, ANY, "controlled") else None
    if kind is None and all(map(is_controlled, whole.values())):
        kind = "controlled"
    count = counted(len(whole), f"{kind} trial" if kind else "trial")
    count += f" of {of}" if of is not None else ""
    since = f" since {trial_filter.since}" if trial_filter.since is not None else ""
    parts = len(trials) - len(whole)
    trusted = f" {TRUSTED[trial_filter.trust]}" if trial_filter.trust in TRUSTED else ""
    return f"{count}{since}{trusted}" + (f" and {counted(parts, 'subset')} of them" if parts else "")


def participants_words(query: Query) -> str:
    """`106 participants (44 MSC, 62 control)`; of the trials that say how many, where some do not."""
    trials, sizes = query.records, {}
    for name, trial in trials.items():
        if trial.part_of not in trials:
            sizes[name] = [_role_size(trial, role) for role in ("treatment", "control")]
    known = [pair for pair in sizes.values() if None not in pair]
    treatment, control = (sum(pair[side] or 0 for pair in known) for side in (0, 1))
    if not treatment + control:
        return f"{_enrolled_words([trials[name] for name in sizes])}sizes of the arms not reported"
    among = f" in {counted(len(known), 'trial')}" if len(known) < len(sizes) else ""
    silent = len(sizes) - len(known)
    does = "does" if silent == 1 else "do"
    rest = f"; {silent} {does} not say how many in each arm" if silent else ""
    words = query.registry.terms.control or "control"
    return (
        f"{treatment + control:,} participants{among}"
        f" ({treatment:,} {treated_in_query(query)}, {control:,} {words}{rest})"
    )


def _enrolled_words(trials: Sequence[Trial]) -> str:
    """`1,013 enrolled, ` where every trial says how many."""
    stated = [trial.participants.enrolled for trial in trials]
    counts = [enrolled.count for enrolled in stated if isinstance(enrolled, Reported)]
    known = [count for count in counts if count]
    return f"{sum(known):,} enrolled, " if known and len(known) == len(trials) else ""


def treated_in_query(query: Query) -> str:
    """What the treated side is called in the trials that were asked for."""
    asked = query.criteria.cells
    return treated_label(query.records.values(), query.registry.terms, None if asked == ANY else asked)


def results_words(query: Query) -> str:
    """`modified Rankin Scale at 3 mo`: which results were asked for; nothing where all were."""
    outcomes = [query.registry.outcomes[name].name for name in query.outcomes] if query.narrowed else []
    named = listed(outcomes) if len(outcomes) <= MOST_NAMED else counted(len(outcomes), "outcome")
    return f"{named}{' at ' if named else 'results at '}{query.at}" if query.at is not None else named


def arm_participants(trial: Trial, arm: str) -> int | None:
    """Participants of an arm, else those randomised to it."""
    randomised = trial.arms[arm].randomised
    return arm_size(trial, arm) or (randomised.count if randomised else None)


def _role_size(trial: Trial, role: str) -> int | None:
    """Participants allocated to the arms in a role, 0 without such an arm; None where one does not say how many."""
    arms = [name for name, arm in own_arms(trial).items() if arm.role == role]
    sizes = [arm_participants(trial, name) for name in arms]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None
