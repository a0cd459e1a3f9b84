"""MSC7xx: pooled results that a meta-analysis reports, against the trials they are pooled from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msc_evidence.checks.rule import Hit, PooledSubject, pooled_check
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reported import Reported, Time
from msc_evidence.statistics.interval import Interval

if TYPE_CHECKING:
    from msc_evidence.analysis.pool.entry import Selection
    from msc_evidence.analysis.pool.pool import Pool

#: Effects from rounded means or a lone p move a pooled estimate by about this many units of its last digit.
SLACK_UNITS = {"counts": 0.0, "cut": 0.0, "distribution": 0.0, "means": 1.0, "effect": 1.0, "p": 1.0}


@pooled_check("MSC701", "warning")
def pooled_estimate_does_not_follow(subject: PooledSubject) -> Iterator[Hit]:
    """pooled estimate or limit that does not follow from its trials.

    The pool is computed again from the trials' recorded results with the measure and model that are pinned, and set
    beside the printed estimate and limits, each with what its rounding allows; effects from rounded means or from p
    get one more unit of the last digit.

    It matters because about one in six trials' data in published meta-analyses cannot be reproduced.
    Example: an odds ratio printed as 1.75 where the trials' counts give 1.57.
    It cannot see corrections for zero cells other than ½, nor data that the meta-analysts had from the authors.

    Flagged:
        trials:
          one:
            results:
              - {outcome: responders, at: 5 y, arms: {msc: {events: 4, n: 123}, control: {events: 11, n: 139}}}
          two:
            results:
              - {outcome: responders, at: 5 y, arms: {msc: {events: 6, n: 306}, control: {events: 29, n: 303}}}
        pooled:
          review:
            {citation: a review, outcome: responders, measure: RR, model: common, trials: [one, two], estimate: 0.36}
    Silent:
        trials:
          one:
            results:
              - {outcome: responders, at: 5 y, arms: {msc: {events: 4, n: 123}, control: {events: 11, n: 139}}}
          two:
            results:
              - {outcome: responders, at: 5 y, arms: {msc: {events: 6, n: 306}, control: {events: 29, n: 303}}}
        pooled:
          review:
            {citation: a review, outcome: responders, measure: RR, model: common, trials: [one, two], estimate: 0.27}
    """
    pool = _recomputed_pool(subject)
    if pool is None:
        return
    back = pool.settings.scale.back
    slack = max(SLACK_UNITS[entry.basis] for entry in _selection_of_pooled_result(subject).entries)
    pairs = [("estimate", subject.pooled.estimate, pool.pooled.estimate)]
    if subject.pooled.ci is not None:
        pairs += [
            ("ci", subject.pooled.ci.low, pool.pooled.ci_lb),
            ("ci", subject.pooled.ci.high, pool.pooled.ci_ub),
        ]
    for key, printed, pooled_value in pairs:
        value = back(pooled_value)
        if value not in _allowed_values(printed, slack):
            trials = counted(pool.pooled.k, "trial")
            words = f"{subject.pooled.measure} {printed} does not follow from its {trials}: {value:.4g}"
            how = f" ({subject.pooled.model}, {subject.pooled.interval})"
            yield Hit((key,), words + how, str(printed), f"{value:.4g}", outcome=subject.pooled.outcome)


def _allowed_values(printed: Reported, slack: float) -> Interval:
    low, high = printed.bounds
    more = slack * 10.0**-printed.decimals
    return Interval(low - more, high + more)


@pooled_check("MSC702", "error")
def trial_pooled_twice(subject: PooledSubject) -> Iterator[Hit]:
    """trial counted twice in a meta-analysis.

    Every trial of a meta-analysis counts once. Two reports of one trial are one trial, and so are a trial and a
    subset of its participants.
    It matters because a trial that counts twice makes a pooled interval too narrow.
    Example: trials: [bang-2005, chung-2021, bang-2005].
    It cannot see two entries of the registry that are one trial, where neither is `part-of` the other.

    Flagged:
        trials: {one: {}, two: {}}
        pooled:
          review: {citation: a review, outcome: mrs, measure: OR, model: DL, trials: [one, two, one], estimate: 1.2}
    Silent:
        trials: {one: {}, two: {}}
        pooled:
          review: {citation: a review, outcome: mrs, measure: OR, model: DL, trials: [one, two], estimate: 1.2}
    """
    seen: set[str] = set()
    for index, name in enumerate(subject.pooled.trials):
        whole = subject.trials[name].part_of or name
        if whole in seen:
            part = f", as {whole}" if whole != name else ""
            yield Hit(("trials", index), f"{name} is already in this meta-analysis{part}", name)
        seen.add(whole)


@pooled_check("MSC703", "note")
def pool_not_recomputable(subject: PooledSubject) -> Iterator[Hit]:
    """pooled result that cannot be recomputed.

    Says of each trial of the pool what the record lacks for the pinned measure.
    It matters because "not recomputable: needs …" is an answer, and silence is none.
    Example: an odds ratio of trials of which one reports only a p-value.
    It cannot see whether the meta-analysts had the missing data from elsewhere.

    Flagged:
        trials: {one: {}, two: {}}
        pooled:
          review: {citation: a review, outcome: mrs, measure: OR, model: DL, trials: [one, two], estimate: 1.2}
    """
    for name, reason in _selection_of_pooled_result(subject).left_out:
        yield Hit(
            ("trials", subject.pooled.trials.index(name)), f"{name} cannot be pooled again: {reason}", name
        )
    for entry in _selection_of_pooled_result(subject).entries:
        if not entry.directed:
            place = ("trials", subject.pooled.trials.index(entry.study))
            yield Hit(
                place, f"{entry.study} cannot be pooled again: its direction is not reported", entry.study
            )


@pooled_check("MSC704", "error")
def participants_of_a_pool(subject: PooledSubject) -> Iterator[Hit]:
    """number of participants of a meta-analysis is not that of its trials.

    The number of participants that is printed must be the sum of the group sizes of the trials' results; silent
    where a trial cannot be pooled again.
    It matters because it shows that other trials, or other analysis sets, were pooled.
    Example: 94 participants printed for trials of 30 and 54.
    It cannot see participants who were counted but not analysed.

    Flagged:
        trials:
          one:
            results:
              - {outcome: responders, at: 5 y, arms: {msc: {events: 4, n: 123}, control: {events: 11, n: 139}}}
          two:
            results:
              - {outcome: responders, at: 5 y, arms: {msc: {events: 6, n: 306}, control: {events: 29, n: 303}}}
        pooled:
          review:
            {citation: a review, outcome: responders, measure: RR, model: common, trials: [one, two], estimate: 0.27,
             participants: 900}
    """
    selection = _selection_of_pooled_result(subject)
    if subject.pooled.participants is None or selection.left_out or subject.pooled.participants.count is None:
        return
    total = round(sum(entry.participants for entry in selection.entries))
    if total != subject.pooled.participants.count:
        message = f"{subject.pooled.participants} participants are printed; the trials have {total}"
        yield Hit(("participants",), message, str(subject.pooled.participants), str(total))


def _selection_of_pooled_result(subject: PooledSubject) -> Selection:
    from msc_evidence.analysis.harms import results_with_harms
    from msc_evidence.analysis.pool.selection import Question, select
    from msc_evidence.analysis.pool.times import LAST

    pinned = subject.pooled
    at = pinned.at if isinstance(pinned.at, Time) else None
    question = Question(pinned.outcome, pinned.measure, at or LAST, definition=pinned.definition)
    results = {name: results_with_harms(subject.analysis, name) for name in pinned.trials}
    return select(question, results, subject.trials)


def _recomputed_pool(subject: PooledSubject) -> Pool | None:
    """The pool from the registry's trials; None unless every trial enters it in a stated direction."""
    from msc_evidence.analysis.pool.entry import study_set
    from msc_evidence.analysis.pool.pool import Refused, Settings, pool_set

    selection, pinned = _selection_of_pooled_result(subject), subject.pooled
    if selection.left_out or not selection.entries or not all(entry.directed for entry in selection.entries):
        return None
    level = float(pinned.level) / 100 if pinned.level else 0.95
    try:
        settings = Settings(pinned.measure, pinned.model, pinned.interval, level)
        return pool_set(study_set("", selection.entries, pinned.measure), settings, beside=False)
    except Refused:
        return None
