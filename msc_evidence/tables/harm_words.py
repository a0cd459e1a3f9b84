"""How counts of an adverse event read."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.harms import ArmCount, HarmCounts, harm_counts
from msc_evidence.registry.problems import counted, listed
from msc_evidence.tables.words import interval_words

#: No more adverse events are told one by one on a screen.
MOST_TOLD = 3


def arm_count_words(arm: ArmCount) -> str:
    """`12 of 100 in MSC`, `9 events in placebo (n 9)`, `not counted in control`."""
    if arm.participants is not None:
        bound = f" (up to {arm.bound:.1%} remains possible: 95%, one-sided)" if arm.bound is not None else ""
        of = f" of {arm.n}" if arm.n else ""
        events = f", {counted(arm.events, 'event')}," if arm.events is not None else ""
        return f"{arm.participants}{of}{events} in {arm.label}{bound}"
    if arm.events is not None:
        return f"{counted(arm.events, 'event')} in {arm.label}" + (f" (n {arm.n})" if arm.n else "")
    return f"not counted in {arm.label}"


def short_count_words(arm: ArmCount) -> str:
    """`12/100`, `12/not known`, `9 events, n 9`."""
    participants = f"{arm.participants}/{arm.n or 'not known'}" if arm.participants is not None else ""
    size = f", n {arm.n}" if arm.n and not participants else ""
    events = f"{counted(arm.events, 'event')}{size}" if arm.events is not None else ""
    return ", ".join(filter(None, (participants, events)))


def harm_effect_words(counts: HarmCounts) -> str | None:
    """`RR 2.40 (0.90 to 6.39)`; Peto's odds ratio where an arm is empty."""
    if (effect := counts.effect) is None:
        return None
    measure = "Peto OR" if effect.measure == "PETO" else effect.measure
    return f"{measure} {interval_words(effect.estimate, effect.ci_lb, effect.ci_ub)}"


def aside_words(counts: HarmCounts, name: str) -> str:
    """What a trial counts as a harm and no effect can hold: events, one arm alone, another time."""
    arms = listed([arm_count_words(arm) for arm in counts.arms])
    until = f" until {counts.harm.at}" if counts.harm.at else " over the whole follow-up"
    return f"{name} counts it as a harm{until}: {arms}. Counted, not pooled."


def harm_sentences(query: Query) -> Iterator[str]:
    """The adverse events counted in both arms with their effect, and how many are counted otherwise."""
    asked = [
        counts
        for name, trial in query.records.items()
        for counts in harm_counts(name, trial, query.registry.outcomes)
        if query.at in (None, counts.harm.at) and (not query.narrowed or counts.outcome in query.outcomes)
    ]
    compared = [counts for counts in asked if counts.compared is not None]
    told = [_compared_words(counts) for counts in compared[:MOST_TOLD]]
    if further := len(compared) - len(told):
        told.append(f"{further} more counted in both arms")
    if aside := len(asked) - len(compared):
        told.append(f"{counted(aside, 'adverse event')} in one arm or as events, not pooled")
    if told:
        yield f"Harms: {'; '.join(told)} (msc-evidence table results)."


def _compared_words(counts: HarmCounts) -> str:
    """`serious adverse event until 90 d: Alpha 2019 12/60 v 5/60, RR 2.40 (0.90 to 6.39)`."""
    pair = counts.compared or ()
    until = f" until {counts.harm.at}" if counts.harm.at else ""
    numbers = " v ".join(map(short_count_words, pair))
    return ", ".join(
        filter(
            None,
            (
                f"{counts.harm.event}{until}: {counts.trial.shown_name(counts.trial_id)} {numbers}",
                harm_effect_words(counts),
            ),
        )
    )
