"""MSC205, MSC209, MSC210 and MSC216: percentages and events of a number of participants."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from msc_evidence.analysis.design import has_person_time
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import ALPHA, short_p
from msc_evidence.checks.finding import Path, Severity
from msc_evidence.checks.groups import CUT_OFF, LARGEST, Group, Size, count_of, exact_number, total_size
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.model import Trial
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics import binomial, granularity
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms import counts

#: Places that no float's own digits and a percentage's decimals exceed together.
_EVERY_DIGIT = 2_000
#: Below this the rule of three is no longer close to the exact bound (Hanley & Lippman-Hand 1983).
RULE_OF_THREE_FROM = 30


@check("MSC205", "error", fields=("percent",))
def impossible_percentage(subject: Subject) -> Iterator[Hit]:
    """percentage that no whole number of participants gives.

    Some whole number k of the n participants must have 100·k/n within half a unit of the last printed
    place; where the events are given, they are that k. Where the row states no n, everyone allocated to
    the arm may stand for it. Per cent of another number say so with `percent-of`. An error where n or the
    events are stated; a warning where n is only the arm's size or the percentage was cut off, rounded
    twice (33.495 to 33.5 to 34) or printed with more places than it has (87.5 as 88.0); a note where the
    events are that percentage of all arms together, and in a text (`audit`) where it makes the shares of
    its whole add to 100.
    It matters because the percentage, the count or the denominator is then not what the source says it
    is.
    Example: 21 of 31 is 67.742%: 68 is right, 67 is not; no whole number of 43 participants is 71%.
    It cannot see percentages that are no share of participants (a mean change, a Kaplan-Meier estimate)
    nor imputed data that the record does not call `imputed`, and leaves those of continuous and
    time-to-event outcomes alone.

    Flagged:
        results: [{outcome: responders, at: 3 mo, arms: {msc: {events: 21, n: 31, percent: 67}}}]
    Silent:
        results: [{outcome: responders, at: 3 mo, arms: {msc: {events: 21, n: 31, percent: 68}}}]
    """
    for group in subject.groups_with("percent"):
        percent = exact_number(group.values.percent)
        if percent is None or percent.value < 0 or not _is_share(group):
            continue
        events, size = count_of(group.values.events), _denominator(group)
        fault = _fault_of_size(size, percent)
        if events is not None:
            fault = _fault_beside_events(size, percent, events)
        if fault:
            message, right, severity = fault
            whole = _fitting_cohort(subject, group, percent, events)
            if whole is not None:
                severity, message = "note", f"{message}: of all {whole}, say percent-of"
            elif not group.observed:
                severity = "warning"
            path = (*group.path, "percent")
            yield Hit(path, message, f"{percent.value}%", right, severity, group.outcome_id)


def _denominator(group: Group) -> Size:
    """The number that a percentage is of, as the values say, else their group."""
    stated = count_of(group.values.percent_of)
    return group.size if stated is None else Size(stated, True, stated)


def _fitting_cohort(subject: Subject, group: Group, percent: Reported, events: int | None) -> int | None:
    """The size of all arms together, where the events are that percentage of it and not of their own arm."""
    own = subject.size_of(group.source, str(group.path[-1]))
    whole = total_size(subject.trial, group.source).n
    if events is None or group.values.percent_of is not None or not whole or whole == own.n:
        return None
    return whole if 100 * events / whole in Interval(*percent.bounds) else None


def _is_share(group: Group) -> bool:
    """Whether a percentage is one of participants, as far as the record says."""
    if group.result is None or group.outcome is None:
        return group.unit is None
    if group.result.imputed:
        return False
    if group.outcome.type in ("binary", "time-to-event"):
        return group.outcome.type == "binary" and not group.changed
    cut = group.outcome.type == "ordinal" and group.result.definition is not None
    return cut or group.values.events is not None


ShareFault = tuple[str, str, Severity | None]


def _fault_beside_events(size: Size, percent: Reported, events: int) -> ShareFault | None:
    """What is wrong with a percentage beside its events."""
    box, n = Interval(*percent.bounds), size.n
    if not n or size.most is None or events > size.most:
        return None
    if any(whole and 100 * events / whole in box for whole in size.possible):
        return None
    right, slip = _share_digits(100 * events / n, percent), _rounding_words(events, n, percent)
    message = f"{events} of {n} is {right}%, not {percent.value}%{slip}"
    if slip:
        return message, f"{right}%", "warning"
    if size.stated:
        return message, f"{right}%", None
    other = _largest_denominator(events, box, size.most)
    if other is None:
        return message, f"{right}%", None
    return f"{message}, which is of {other}; state n where it is not the arm's size", f"{right}%", "warning"


def _largest_denominator(events: int, box: Interval, most: int) -> int | None:
    """The largest number of participants, up to `most`, of whom the events are a percentage in the box."""
    largest = most if box.lo <= 0 else min(most, math.floor(100 * events / box.lo))
    return largest if largest >= max(events, 1) and 100 * events / largest in box else None


def _fault_of_size(size: Size, percent: Reported) -> ShareFault | None:
    """What is wrong with a percentage of a number of participants."""
    n, box = size.n, Interval(*percent.bounds)
    if not n or granularity.counts_for(box, n):
        return None
    if not size.stated and size.most and granularity.counts_for(box, size.most):
        return None  # of all who were allocated, as tables of characteristics are
    below = min(math.floor(float(percent.value) * n / 100), n)
    nearest = [(k, _share_digits(100 * k / n, percent)) for k in (below, below + 1) if k <= n]
    right = " and ".join(f"{k} are {share}%" for k, share in nearest)
    slip = _rounding_words(below, n, percent)
    message = f"no whole number of {n} participants is {percent.value}%: {right}{slip}"
    message += "" if size.stated else "; n is the arm's size, state it where fewer were measured"
    return message, " or ".join(f"{share}%" for _, share in nearest), "warning" if slip else size.severity


def _share_digits(share: float, percent: Reported) -> str:
    """A share with one place more than was printed, or with as many as keep 41.748 from reading as 41.75."""
    places = max(percent.decimals, 0)
    printed = Decimal(1).scaleb(-places)
    exactly = Context(prec=_EVERY_DIGIT)
    right = Decimal(share).quantize(printed, ROUND_HALF_UP, exactly)
    texts = (f"{share:.{places + more}f}" for more in range(1, 12))
    return next(text for text in texts if Decimal(text).quantize(printed, ROUND_HALF_UP, exactly) == right)


def _rounding_words(events: int, n: int, percent: Reported) -> str:
    """How a share became the printed percentage, where it was not rounded once."""
    places = max(percent.decimals, 0)
    units = Fraction(100 * events * 10**places, n)
    printed = percent.value * 10**places
    if math.floor(units) == printed:
        return f" {CUT_OFF}"
    if places and percent.value == math.floor(Fraction(100 * events, n) + Fraction(1, 2)):
        return f" (rounded to {math.floor(percent.value)}, and printed as {percent.value})"
    once = Fraction(math.floor(10 * units + Fraction(1, 2)), 10)
    twice = math.floor(once + Fraction(1, 2))
    return (
        f" (rounded twice, by way of {float(once) / 10**places:.{places + 1}f})" if twice == printed else ""
    )


@check("MSC209", "note", fields=("harms|events",))
def no_events(subject: Subject) -> Iterator[Hit]:
    """highest risk still compatible with zero events.

    The risk may still be as high as 1 − 0.05^(1/n), the one-sided upper 95% bound, or 1 − 0.025^(1/n),
    the upper end of Clopper and Pearson's interval; 3/n is close to the first from n = 30 on. Said of
    harms, counted as participants or else as events, and of results.
    It matters because "no adverse events" in a small arm does not mean that there are none.
    Example: none among 5 leaves room for a risk of 0.4507 (Clopper-Pearson 0.5218).
    It cannot see how hard anyone looked.
    Source: Hanley & Lippman-Hand 1983 JAMA 249:1743; Clopper & Pearson 1934, 10.1093/biomet/26.4.404.

    Flagged:
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
        harms: [{event: seizure, arms: {msc: none, control: 2}}]
    Silent:
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
        harms: [{event: seizure, arms: {msc: one, control: 2}}]
    """
    trial = subject.trial
    for index, harm in enumerate(trial.harms):
        for key, arm, number in _harm_counts(harm):
            size = subject.size_of(trial.source_of(harm), arm)
            if number.count == 0 and size.n:
                yield _zero_events_hit(
                    ("harms", index, key, arm), harm.event, size.n, _arm_label(trial, arm), None
                )
    for group in subject.groups_with("events"):
        if group.result is not None and count_of(group.values.events) == 0 and group.size.n:
            label = _arm_label(trial, str(group.path[-1]))
            yield _zero_events_hit(
                (*group.path, "events"), group.variable, group.size.n, label, group.outcome_id
            )


def _harm_counts(harm: Harm) -> Iterator[tuple[str, str, Reported]]:
    """Participants with an event in each arm, else events, of which none is no participant either."""
    yield from (("arms", arm, number) for arm, number in harm.arms.items())
    yield from (("events", arm, number) for arm, number in harm.events.items() if arm not in harm.arms)


def _arm_label(trial: Trial, arm: str) -> str:
    return trial.arms[arm].label or arm if arm in trial.arms else arm


def _zero_events_hit(path: Path, event: str, n: int, arm: str, outcome: str | None) -> Hit:
    bound, (_, upper) = binomial.zero_event_bound(n), binomial.clopper_pearson(0, n)
    three = f"; 3/n = {3 / n:.4f}" if n >= RULE_OF_THREE_FROM else ""
    bounds = f"95% bound; Clopper–Pearson {upper:.4f}{three}"
    message = f"no {event} among {n} ({arm}): a risk up to {bound:.4f} is not excluded ({bounds})"
    return Hit(path, message, f"0/{n}", f"≤ {bound:.4f}", outcome=outcome)


@check("MSC210", "note", fields=("events",))
def fragile_result(subject: Subject) -> Iterator[Hit]:
    """fragility index of a significant difference.

    The fragility index: the number of participants of the arm with the lower risk who would have to have
    had the event for Fisher's p to reach 0.05. Said of every result whose counts give p below 0.05.
    It matters because a difference that one patient would undo is weak, whatever its p.
    Example: 1/100 v 9/100 has Fisher's p = 0.0185 and a fragility index of 1.
    It cannot see times to event, adjustment or losses; it depends on the size of the trial as p does.
    Source: Walsh et al. 2014, 10.1016/j.jclinepi.2013.10.019.

    Flagged:
        results: [{outcome: responders, at: 3 mo, arms: {msc: {events: 1, n: 100}, control: {events: 9, n: 100}}}]
    Silent:
        results: [{outcome: responders, at: 3 mo, arms: {msc: {events: 2, n: 14}, control: {events: 7, n: 14}}}]
    """
    counted = (record.arms for record in subject.trial.results)
    if not any(values.events is not None for arms in counted for values in (arms or {}).values()):
        return
    for index, analysed in enumerate(subject.results):
        table, result = _two_by_two_table(analysed), analysed.result
        fragility = counts.fragility_index(*table, alpha=ALPHA) if table else None
        if table and fragility is not None:
            events1, n1, events2, n2 = table
            p = f"Fisher's p {short_p(counts.fisher(*table))}"
            message = f"{events1}/{n1} v {events2}/{n2}, {p}: fragility index {fragility}"
            yield Hit(("results", index), message, p, str(fragility), outcome=result.outcome)


def _two_by_two_table(analysed: AnalysedResult) -> tuple[int, int, int, int] | None:
    """Events and participants of both sides of a contrast, where they are known, possible and independent."""
    contrast, arms = analysed.contrast, analysed.result.arms or {}
    if contrast is None or contrast.sizes is None or not {contrast.arm, contrast.against} <= arms.keys():
        return None
    events1, events2 = (count_of(arms[name].events) for name in (contrast.arm, contrast.against))
    n1, n2 = contrast.sizes
    if events1 is None or events2 is None or events1 > n1 or events2 > n2 or n1 + n2 > LARGEST:
        return None
    if analysed.outcome.type == "time-to-event" or analysed.dependence or has_person_time(*arms.values()):
        return None
    return events1, n1, events2, n2


@check("MSC216", "error", fields=("rate",))
def rate_not_of_events(subject: Subject) -> Iterator[Hit]:
    """rate that its events and the time at risk do not give.

    events/person-time times the number of `per`, over the rounding of rate and time; without a time at
    risk, per number of participants or births, events/n times it: a warning where n is only the arm's size.
    It matters because rate ratios are pooled from events and time.
    Example: 41 events in 28010 person-years are 1.46 per 1000, not 1.64.
    It cannot see a time at risk in another unit than `per` names.

    Flagged:
        results:
          - outcome: responders
            at: 3 mo
            arms: {msc: {events: 41, person-time: 28010, rate: 1.64, per: 1000 person-years}}
    Silent:
        results:
          - outcome: responders
            at: 3 mo
            arms: {msc: {events: 41, person-time: 28010, rate: 1.46, per: 1000 person-years}}
    """
    for group in subject.groups_with("rate"):
        values = group.values
        events, rate, base = count_of(values.events), exact_number(values.rate), _rate_base(values.per)
        if events is None or rate is None or base is None:
            continue
        time = Interval(*values.person_time.bounds) if values.person_time is not None else None
        n = group.size.n if time is None and not _names_time(values.per) else None
        at_risk = time or (Interval.point(float(n)) if n else None)
        if at_risk is None or at_risk.lo <= 0:
            continue
        given = Interval(events * base / at_risk.hi, events * base / at_risk.lo)
        if not given.meets(Interval(*rate.bounds)):
            of = values.person_time if time else n
            message = f"{events} of {of} are {given.middle:.4g} per {values.per}, not {rate}"
            severity: Severity | None = None if time else group.size.severity
            yield Hit(
                (*group.path, "rate"), message, str(rate), f"{given.middle:.4g}", severity, group.outcome_id
            )


def _rate_base(per: str | None) -> float | None:
    """The number that a rate is of: 1000 of `1000 person-years`."""
    number = re.match(r"[\d,. ]*\d", per or "")
    return float(number.group().replace(",", "").replace(" ", "")) if number else None


def _names_time(per: str | None) -> bool:
    return bool(re.search(r"year|month|week|day|hour|time", per or "", re.I))
