"""MSC71x and MSC720: the rows and pooled results that a published meta-analysis prints, against its trials."""

from __future__ import annotations

from collections.abc import Iterator

from msc_evidence.analysis.published.review import RowFinding
from msc_evidence.analysis.published.rows import SIDES
from msc_evidence.analysis.significance import (
    alpha_of,
    below_alpha,
    confidence_limits,
    p_interval,
    printed_estimate,
)
from msc_evidence.checks.finding import Severity
from msc_evidence.checks.msc4_intervals import asymmetry, order_words
from msc_evidence.checks.rule import Hit, ReviewSubject, review_check
from msc_evidence.registry.effect import Effect
from msc_evidence.registry.problems import counted
from msc_evidence.registry.reviews import ReviewAnalysis
from msc_evidence.statistics.two_arms import p_values
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES


@review_check("MSC711", "error")
def cells_entered_otherwise(subject: ReviewSubject) -> Iterator[Hit]:
    """row of a meta-analysis whose cells are its trial's, entered otherwise.

    One slip makes the row of what the trial reports: exchanged arms or values, a sign, a unit, two digits exchanged,
    a decimal point, those without the event, a percentage for a count. The message says which.

    It matters because two of three meta-analyses of harms have a row that its trial does not give (Xu 2022,
    10.1136/bmj-2021-069155).
    Example: 12.0 in place of 1.20.
    It cannot see whether the review or the record is wrong; both differ from each other.

    Flagged:
        trials:
          one:
            results:
              - {outcome: responders, at: 5 y, arms: {msc: {events: 4, n: 123}, control: {events: 11, n: 139}}}
        reviews:
          review:
            citation: a review
            analyses:
              - outcome: responders
                rows: [{study: one, treated: {n: 139, events: 11}, control: {n: 123, events: 4}}]
    Silent:
        trials:
          one:
            results:
              - {outcome: responders, at: 5 y, arms: {msc: {events: 4, n: 123}, control: {events: 11, n: 139}}}
        reviews:
          review:
            citation: a review
            analyses:
              - outcome: responders
                rows: [{study: one, treated: {n: 123, events: 4}, control: {n: 139, events: 11}}]
    """
    yield from _row_hits(subject, "MSC711")


@review_check("MSC712", "error")
def another_statistic_in_a_row(subject: ReviewSubject) -> Iterator[Hit]:
    """row of a meta-analysis with another statistic in the place of mean or SD.

    A standard error in the place of the SD, a median and the width of the quartiles in that of mean and SD, or the
    SDs of the change beside means at the end. SDs and means that follow by a formula of the Cochrane Handbook are
    right: SE × √n, (q1 + m + q3)/3, (q3 − q1)/1.35.

    It matters because such a row gets several times the weight that it should have.
    Example: 1.20 (a standard error) for an SD of 6.0 in 25 participants.
    It cannot see SDs that the reviewers had from elsewhere.

    Flagged:
        trials:
          one:
            results:
              - outcome: infarct
                at: 90 d
                arms: {msc: {mean: 21.4, sd: 6.3, n: 40}, control: {mean: 27.8, sd: 7.9, n: 36}}
        reviews:
          review:
            citation: a review
            analyses:
              - outcome: infarct
                at: 90 d
                rows: [{study: one, treated: {n: 40, mean: 21.4, sd: 1.00}, control: {n: 36, mean: 27.8, sd: 1.32}}]
    Silent:
        trials:
          one:
            results:
              - outcome: infarct
                at: 90 d
                arms: {msc: {mean: 21.4, se: 1.00, n: 40}, control: {mean: 27.8, se: 1.32, n: 36}}
        reviews:
          review:
            citation: a review
            analyses:
              - outcome: infarct
                at: 90 d
                rows: [{study: one, treated: {n: 40, mean: 21.4, sd: 6.32}, control: {n: 36, mean: 27.8, sd: 7.92}}]
    """
    yield from _row_hits(subject, "MSC712")


@review_check("MSC713", "error")
def another_result_in_a_row(subject: ReviewSubject) -> Iterator[Hit]:
    """row of a meta-analysis with another result of its trial.

    The values are those of another time or outcome, of the change from baseline, or of other participants; the
    message says of which. Other participants (those randomised in place of those analysed), and no event where the
    trial does not report the outcome, may be meant and are warnings.

    It matters because the row answers another question than its analysis.
    Example: values at 180 d in an analysis of 90 d.
    It cannot see results that the record does not have.

    Flagged:
        trials:
          one:
            results:
              - {outcome: responders, at: 90 d, arms: {msc: {events: 4, n: 40}, control: {events: 11, n: 39}}}
              - {outcome: responders, at: 180 d, arms: {msc: {events: 6, n: 40}, control: {events: 14, n: 39}}}
        reviews:
          review:
            citation: a review
            analyses:
              - outcome: responders
                at: 90 d
                rows: [{study: one, treated: {n: 40, events: 6}, control: {n: 39, events: 14}}]
    Silent:
        trials:
          one:
            results:
              - {outcome: responders, at: 90 d, arms: {msc: {events: 4, n: 40}, control: {events: 11, n: 39}}}
              - {outcome: responders, at: 180 d, arms: {msc: {events: 6, n: 40}, control: {events: 14, n: 39}}}
        reviews:
          review:
            citation: a review
            analyses:
              - outcome: responders
                at: 180 d
                rows: [{study: one, treated: {n: 40, events: 6}, control: {n: 39, events: 14}}]
    """
    yield from _row_hits(subject, "MSC713")


@review_check("MSC714", "error")
def counted_twice_in_an_analysis(subject: ReviewSubject) -> Iterator[Hit]:
    """participants who count twice in one analysis of a meta-analysis.

    Two rows of one trial with the same cells, a trial beside a part of it, or rows of several arms with the whole of
    one control group each. Arms that are combined, and a control group that is split, count once.

    It matters because participants who count twice make a pooled interval too narrow.
    Example: both doses of a trial, each against all 30 of its placebo group.
    It cannot see two trials of the registry that are one, where neither is `part-of` the other.

    Flagged:
        trials:
          one:
            results:
              - {outcome: responders, at: 90 d, arms: {msc: {events: 4, n: 40}, control: {events: 11, n: 39}}}
        reviews:
          review:
            citation: a review
            analyses:
              - outcome: responders
                rows:
                  - {study: one, treated: {n: 40, events: 4}, control: {n: 39, events: 11}}
                  - {study: One b, trial: one, treated: {n: 40, events: 4}, control: {n: 39, events: 11}}
    """
    yield from _row_hits(subject, "MSC714")


@review_check("MSC715", "error")
def effect_is_not_of_its_row(subject: ReviewSubject) -> Iterator[Hit]:
    """effect of a row that is not that of the row's own cells.

    RR, OR, RD or MD with its 95% interval is computed from the cells that the row prints, ½ added where a cell is
    empty, and set beside the printed effect, give or take a unit of the last digit. It needs no trial.

    It matters because the pool is made of the effect and the reader looks at the cells.
    Example: RR 2.00 beside 5/50 v 10/50.
    It cannot see effects that were adjusted.

    Flagged:
        trials: {one: {}}
        reviews:
          review:
            citation: a review
            analyses:
              - outcome: responders
                effect: {measure: RR, estimate: 0.5}
                rows:
                  - study: another
                    treated: {n: 50, events: 5}
                    control: {n: 50, events: 10}
                    effect: {estimate: 2.00, ci: 0.74-5.43}
    Silent:
        trials: {one: {}}
        reviews:
          review:
            citation: a review
            analyses:
              - outcome: responders
                effect: {measure: RR, estimate: 0.5}
                rows:
                  - study: another
                    treated: {n: 50, events: 5}
                    control: {n: 50, events: 10}
                    effect: {estimate: 0.50, ci: 0.18-1.36}
    """
    yield from _row_hits(subject, "MSC715")


@review_check("MSC716", "warning")
def row_not_reproduced(subject: ReviewSubject) -> Iterator[Hit]:
    """row of a meta-analysis that nothing of its trial gives.

    No result of the trial, and no single slip, makes the row; the message has what the trial reports. A note where
    the name of the study is that of no trial of the registry, or of several, so that nothing was looked at.

    It matters because one row in six of published meta-analyses of harms could not be reproduced (Xu 2022).
    Example: 7/40 v 9/39 where the trial counts 4 and 11.
    It cannot see data that the reviewers had from the authors.

    Flagged:
        trials:
          one:
            results:
              - {outcome: responders, at: 90 d, arms: {msc: {events: 4, n: 40}, control: {events: 11, n: 39}}}
        reviews:
          review:
            citation: a review
            analyses:
              - {outcome: responders, rows: [{study: one, treated: {n: 40, events: 7}, control: {n: 39, events: 9}}]}
    """
    yield from _row_hits(subject, "MSC716")
    for index, judged in enumerate(subject.judged):
        pairs = zip(judged.rows, judged.trials, strict=True) if judged else ()
        for at, (row, trial) in enumerate(pairs):
            if trial is None:
                words = f"{row.study} is the name of no one trial of the registry; `trial:` says which it is"
                yield Hit(("analyses", index, "rows", at, "study"), words, row.study, severity="note")


def _row_hits(subject: ReviewSubject, code: str) -> Iterator[Hit]:
    """The findings of one check about the rows, each at the last of the rows that it is about."""
    for index, judged in enumerate(subject.judged):
        for found in judged.findings if judged else ():
            if found.code == code and judged:
                row = judged.rows[found.rows[-1]]
                yield Hit(
                    ("analyses", index, "rows", found.rows[-1]),
                    f"{found.type}: {row.study}: {found.message}",
                    row.words,
                    _corrected_words(
                        found, found.rows[-1], row.corrected(found.cells.get(found.rows[-1], {})).words
                    ),
                    found.severity,
                    subject.review.analyses[index].outcome,
                )


def _corrected_words(found: RowFinding, at: int, words: str) -> str | None:
    return words if found.cells.get(at) else None


@review_check("MSC717", "error")
def pooled_estimate_outside_its_interval(subject: ReviewSubject) -> Iterator[Hit]:
    """pooled estimate outside its interval, limits in the wrong order, or a ratio below 0.

    Whatever was rounded, the estimate must lie between its limits, and no odds ratio is below 0. Where one lost minus
    sign explains it, the message says which.

    It matters because readers quote these three numbers.
    Example: SMD 0.45 (1.11 to 0.21); OR −2.65 (−3.40 to −1.90).
    It cannot see which of the numbers is wrong, nor what a measure that has another's name was.

    Flagged:
        trials: {one: {}}
        reviews:
          review:
            citation: a review
            analyses: [{outcome: mrs, effect: {measure: SMD, estimate: 0.45, ci: 1.11 to 0.21}}]
    Silent:
        trials: {one: {}}
        reviews:
          review:
            citation: a review
            analyses: [{outcome: mrs, effect: {measure: SMD, estimate: -0.45, ci: -1.11 to 0.21}}]
    """
    for index, analysis, effect in _printed_pools(subject):
        if words := order_words(effect):
            midway = _midway_words(effect) if _is_plain(effect) else ""
            yield Hit(("analyses", index, "effect"), words + midway, effect.printed, outcome=analysis.outcome)


@review_check("MSC718", "warning")
def pooled_interval_not_symmetric(subject: ReviewSubject) -> Iterator[Hit]:
    """pooled estimate that is not in the middle of its interval.

    Intervals of pooled effects are symmetric, those of ratios on the logarithmic scale. Where the estimate of a ratio
    lies midway between its limits as they are printed, the message says so: that is how a difference looks.

    It matters because it shows a digit lost, or a difference that is called a ratio.
    Example: OR 10.10 (3.07 to 17.14), whose geometric mean is 7.25 and whose middle is 10.10.
    It cannot see intervals by bootstrap or of a posterior distribution.

    Flagged:
        trials: {one: {}}
        reviews:
          review:
            citation: a review
            analyses: [{outcome: barthel, effect: {measure: OR, estimate: 10.10, ci: 3.07 to 17.14}}]
    Silent:
        trials: {one: {}}
        reviews:
          review:
            citation: a review
            analyses: [{outcome: barthel, effect: {measure: MD, estimate: 10.10, ci: 3.07 to 17.14}}]
    """
    for index, analysis, effect in _printed_pools(subject):
        if lopsided := asymmetry(effect):
            message, given, severity = lopsided
            plain = effect.measure in RATIO_MEASURES and _is_plain(effect)
            yield Hit(
                ("analyses", index, "effect"), message + (_midway_words(effect) if plain else ""), effect.printed,
                given, None if plain else severity, analysis.outcome,
            )  # fmt: skip


def _midway_words(effect: Effect) -> str:
    return f"; {effect.estimate} is midway between the limits, as of a difference"


@review_check("MSC719", "error")
def pooled_interval_against_p(subject: ReviewSubject) -> Iterator[Hit]:
    """pooled interval and p that disagree.

    An error where the 95% interval excludes no effect and p ≥ 0.05, or the other way round, as far as rounding
    decides it; a note where p is another than the normal distribution gives for this interval, as it is for t
    intervals of few trials. A ratio whose estimate is midway between its limits is read as a difference.

    It matters because the conclusion depends on which of the two a reader looks at.
    Example: MD 1.24 (0.01 to 2.48), p 0.30.
    It cannot see p of another test than the one the interval is of.

    Flagged:
        trials: {one: {}}
        reviews:
          review:
            citation: a review
            analyses: [{outcome: barthel, effect: {measure: MD, estimate: 1.25, ci: 0.02 to 2.48}, p: 0.30}]
    Silent:
        trials: {one: {}}
        reviews:
          review:
            citation: a review
            analyses: [{outcome: barthel, effect: {measure: MD, estimate: 1.25, ci: 0.02 to 2.48}, p: 0.05}]
    """
    for index, analysis, effect in _printed_pools(subject):
        if found := _p_fault(analysis, effect):
            message, given, severity = found
            yield Hit(("analyses", index, "p"), message, f"p {analysis.p}", given, severity, analysis.outcome)


def _p_fault(analysis: ReviewAnalysis, effect: Effect) -> tuple[str, str, Severity] | None:
    """How p and the interval differ, in words and numbers."""
    limits, level = confidence_limits(effect), 1 - alpha_of(effect)
    ratio = effect.measure in RATIO_MEASURES and not _is_plain(effect)
    if analysis.p is None or limits is None or limits[1].hi < limits[0].lo or (ratio and limits[0].lo <= 0):
        return None
    middle = p_values.implied_estimate(*limits, ratio=ratio)
    given = p_values.p_interval_from_ci(printed_estimate(effect) or middle, *limits, ratio=ratio, level=level)
    if given.meets(p_interval(analysis.p)):
        return None
    null = 1.0 if ratio else 0.0
    excludes = True if limits[0].lo > null or limits[1].hi < null else None
    excludes = False if excludes is None and limits[0].hi <= null <= limits[1].lo else excludes
    below = below_alpha(analysis.p, alpha_of(effect))
    words = f"{given.lo:.2g} to {given.hi:.2g}"
    message = f"{effect.printed} has p {words} by the normal distribution; p is {analysis.p}"
    disagree = excludes is not None and below is not None and excludes != below
    return message, f"p {words}", "error" if disagree else "note"


@review_check("MSC720", "error")
def participants_are_no_sum(subject: ReviewSubject) -> Iterator[Hit]:
    """participants of a pooled result that are not the sum of their parts.

    The participants of an analysis are those of both sides together, and, where it has as many rows as trials, those
    of its rows.
    It matters because it shows that other trials, or other analysis sets, were pooled.
    Example: 316 participants, 159 with the treatment and 147 without.
    It cannot see participants who were counted in two analyses, nor a number that was printed once for several.

    Flagged:
        trials: {one: {}}
        reviews:
          review: {citation: a review, analyses: [{outcome: mrs, participants: 316, treated: 159, control: 147}]}
    Silent:
        trials: {one: {}}
        reviews:
          review: {citation: a review, analyses: [{outcome: mrs, participants: 306, treated: 159, control: 147}]}
    """
    for index, each in enumerate(subject.review.analyses):
        for words, total in _sums(each):
            if each.participants is not None and each.participants.count not in (None, total):
                message = f"{each.participants} participants are printed; {words} make {total}"
                yield Hit(
                    ("analyses", index, "participants"), message, str(each.participants), str(total),
                    outcome=each.outcome,
                )  # fmt: skip


def _sums(analysis: ReviewAnalysis) -> Iterator[tuple[str, int]]:
    sides = [side.count for side in (analysis.treated, analysis.control) if side and side.count is not None]
    if len(sides) == len(SIDES):
        yield f"{sides[0]} and {sides[1]}", sum(sides)
    if analysis.rows and analysis.studies is not None and analysis.studies.count == len(analysis.rows):
        parts = [part.n.count or 0 for row in analysis.rows for part in (row.treated, row.control)]
        yield f"its {counted(len(analysis.rows), 'row')}", sum(parts)


def _is_plain(effect: Effect) -> bool:
    """Whether the estimate can be midway between the limits as they are printed."""
    limits, estimate = confidence_limits(effect), printed_estimate(effect)
    if limits is None or estimate is None or limits[1].hi < limits[0].lo:
        return False
    return p_values.symmetric(estimate, *limits, ratio=False)


def _printed_pools(subject: ReviewSubject) -> Iterator[tuple[int, ReviewAnalysis, Effect]]:
    for index, analysis in enumerate(subject.review.analyses):
        if analysis.effect is not None and analysis.effect.ci is not None:
            yield index, analysis, analysis.effect
