"""MSC603 to MSC607: the same quantity in two sources of one trial, and what PubMed says of a source today."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations

from msc_evidence.checks.finding import Path, Severity
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.calendar import CalendarDate
from msc_evidence.registry.fields import Part
from msc_evidence.registry.model import Result
from msc_evidence.registry.publication import Source
from msc_evidence.registry.reported import Ratio, Reported, Time
from msc_evidence.registry.values import Baseline, Values
from msc_evidence.statistics.interval import RELATIVE_SLACK, Interval

#: Numbers that two sources may both print for one result.
_SHARED = ("p",)
_SHARED_VALUES = ("n", "events", "percent", "mean", "sd", "se", "median")


@check("MSC607", "warning")
def sources_disagree(subject: Subject) -> Iterator[Hit]:
    """the same quantity differs between sources.

    Compared are the parts under `also` with the trial's own, results of the same outcome, time and contrast, and
    characteristics at entry; the mean of all participants must lie between the means of the arms, which it is a
    weighted mean of. Printed numbers agree when their rounding intervals meet; a dose given several times agrees
    with the total.

    It matters because a secondary report is often all that a reviewer has.
    Example: an abstract's mean age of 68 beside arm means of 63.03 and 64.27 in a report of the full paper.
    It cannot see which of the two is right, nor whether they describe the same analysis set.

    Flagged:
        baseline:
          - {variable: age, all: {mean: 68}}
          - {variable: age, source: report, arms: {msc: {mean: 63.03}, control: {mean: 64.27}}}
        sources: {abstract: {kind: abstract}, report: {kind: secondary report}}
    Silent:
        baseline:
          - {variable: age, all: {mean: 64}}
          - {variable: age, source: report, arms: {msc: {mean: 63.03}, control: {mean: 64.27}}}
        sources: {abstract: {kind: abstract}, report: {kind: secondary report}}
    """
    yield from _disagreeing_part_hits(subject)
    yield from _disagreeing_result_hits(subject)
    yield from _disagreeing_baseline_hits(subject)


def _disagreeing_part_hits(subject: Subject) -> Iterator[Hit]:
    trial = subject.trial
    for index, other in enumerate(trial.also):
        pairs: list[tuple[Path, Part | None, Part | None]] = [
            (("design",), trial.design, other.design),
            (("participants",), trial.participants, other.participants),
            *((("arms", name), trial.arms[name], arm) for name, arm in other.arms.items()),
        ]
        for path, ours, theirs in pairs:
            for inner, values in _differing_fields(ours, theirs):
                message = f"{other.source} gives {values[1]} where {trial.first_source} gives {values[0]}"
                yield Hit(
                    ("also", index, *path, *inner),
                    f"{' '.join(map(str, inner))}: {message}",
                    values[1],
                    values[0],
                )


def _differing_fields(ours: Part | None, theirs: Part | None) -> Iterator[tuple[Path, tuple[str, str]]]:
    """The places at which two parts hold different numbers or words of a fixed list."""
    if ours is None or theirs is None:
        return
    for name in sorted(ours.model_fields_set & theirs.model_fields_set):
        first, second = getattr(ours, name), getattr(theirs, name)
        alias = type(ours).model_fields[name].alias or name
        if isinstance(first, Part):
            yield from (((alias, *inner), values) for inner, values in _differing_fields(first, second))
        elif name == "dose" and _total_dose(ours) == _total_dose(theirs):
            continue
        elif quantities_disagree(first, second):
            yield (alias,), (str(first), str(second))


def quantities_disagree(first: object, second: object) -> bool:
    """Whether two reported quantities cannot be the same one; words and silence never disagree.

    >>> [quantities_disagree(Reported.read("63"), Reported.read(other)) for other in ("63.03", "63.5", "64")]
    [False, False, True]
    """
    if isinstance(first, Reported) and isinstance(second, Reported):
        return not _overlap_beyond_ends(Interval(*first.bounds), Interval(*second.bounds))
    if isinstance(first, Time) and isinstance(second, Time):
        return first != second
    if isinstance(first, CalendarDate) and isinstance(second, CalendarDate):
        return first.disagrees(second)
    return isinstance(first, Ratio) and isinstance(second, Ratio) and first != second


def _overlap_beyond_ends(first: Interval, second: Interval) -> bool:
    """Whether two intervals share more than an end: neighbours such as 5 and 6 are not the same number."""
    shared = min(first.hi, second.hi) - max(first.lo, second.lo)
    narrower = min(first.width, second.width)
    if narrower == 0:
        return shared >= 0
    return shared > (RELATIVE_SLACK * narrower if math.isfinite(narrower) else 0.0)


def _total_dose(part: Part) -> object:
    dose, times = getattr(part, "dose", None), getattr(part, "times", None)
    if not isinstance(dose, Reported):
        return None
    return dose.value * (times.value if times is not None else 1)


def _disagreeing_result_hits(subject: Subject) -> Iterator[Hit]:
    """Numbers of one result that two sources give differently."""
    results = list(enumerate(subject.trial.results))
    for (_, first), (index, second) in combinations(results, 2):
        sources = [subject.trial.source_of(result) for result in (first, second)]
        if _result_identity(first) != _result_identity(second) or sources[0] == sources[1]:
            continue
        for path, one, two in _numbers_two_sources_give(first, second):
            if quantities_disagree(one, two):
                message = f"{sources[1]} gives {two} where {sources[0]} gives {one}"
                yield Hit(("results", index, *path), message, str(two), str(one), outcome=second.outcome)


def _result_identity(result: Result) -> tuple[object, ...]:
    return (
        result.outcome,
        result.at,
        result.definition,
        result.change,
        result.arm,
        result.against,
        result.adjusted,
        result.imputed,
    )


def _numbers_two_sources_give(first: Result, second: Result) -> Iterator[tuple[Path, object, object]]:
    for name in _SHARED:
        yield (name,), getattr(first, name), getattr(second, name)
    ours, theirs = first.arms or {}, second.arms or {}
    for arm in sorted(set(ours) & set(theirs)):
        for name in _SHARED_VALUES:
            yield ("arms", arm, name), getattr(ours[arm], name), getattr(theirs[arm], name)


def _disagreeing_baseline_hits(subject: Subject) -> Iterator[Hit]:
    rows = list(enumerate(subject.trial.baseline))
    for (whole_at, whole), (part_at, part) in ((one, two) for one in rows for two in rows):
        if whole.variable == part.variable and whole.all and part.arms and whole.unit == part.unit:
            yield from _mean_outside_arms_hits(subject, (whole_at, whole), part_at, part)
    for (_, first), (index, second) in combinations(rows, 2):
        if (first.variable, first.unit) == (second.variable, second.unit):
            yield from _disagreeing_row_hits(subject, first, second, index)


def _mean_outside_arms_hits(
    subject: Subject, whole: tuple[int, Baseline], part_at: int, part: Baseline
) -> Iterator[Hit]:
    """The mean of all where it cannot be a weighted mean of the arms'."""
    index, row = whole
    arms = part.arms or {}
    means = [values.mean for values in arms.values() if values.mean is not None]
    if row.all is None or row.all.mean is None or len(means) < 2:
        return
    if set(arms) != set(subject.trial.arms):  # only then is the mean of all a mean of these
        return
    span = Interval(min(mean.bounds[0] for mean in means), max(mean.bounds[1] for mean in means))
    if not span.meets(Interval(*row.all.mean.bounds)):
        printed = " and ".join(str(mean) for mean in means)
        of_all, of_arms = (subject.trial.source_of(entry) for entry in (row, part))
        message = (
            f"mean {row.variable} {row.all.mean} ({of_all}) lies outside the arm means {printed} ({of_arms})"
        )
        yield Hit(("baseline", index, "all", "mean"), message, str(row.all.mean), printed)


def _disagreeing_row_hits(subject: Subject, first: Baseline, second: Baseline, index: int) -> Iterator[Hit]:
    sources = [subject.trial.source_of(entry) for entry in (first, second)]
    if sources[0] == sources[1]:
        return
    groups: list[tuple[Path, Values | None, Values | None]] = [(("all",), first.all, second.all)]
    shared = sorted(set(first.arms or {}) & set(second.arms or {}))
    groups += [(("arms", arm), (first.arms or {})[arm], (second.arms or {})[arm]) for arm in shared]
    for path, ours, theirs in groups:
        for inner, values in _differing_fields(ours, theirs):
            message = (
                f"{second.variable}: {sources[1]} gives {values[1]} where {sources[0]} gives {values[0]}"
            )
            yield Hit(("baseline", index, *path, *inner), message, values[1], values[0])


#: PubMed's types of notice → what happened, and how grave it is.
_NOTICES: dict[str, tuple[str, Severity]] = {
    "RetractionIn": ("retracted", "error"),
    "PartialRetractionIn": ("partially retracted", "error"),
    "RetractedandRepublishedIn": ("retracted and republished", "error"),
    "ExpressionOfConcernIn": ("under an expression of concern", "error"),
    "ErratumIn": ("corrected by an erratum", "warning"),
    "CorrectedandRepublishedIn": ("corrected and republished", "warning"),
    "UpdateIn": ("updated", "note"),
}


@check("MSC605", "error", needs="records")
def retracted_or_corrected(subject: Subject) -> Iterator[Hit]:
    """source retracted, under concern or corrected.

    PubMed links notices to the article that they are about: a retraction or an expression of concern is an error,
    an erratum a warning.
    It matters because retracted trials go on being pooled.
    Example: a record whose article PubMed lists with RetractionIn.
    It cannot see a notice that PubMed does not link, nor what an erratum changed.
    """
    for name, record in subject.records.items():
        for notice in record.corrections:
            if notice.kind in _NOTICES:
                happened, severity = _NOTICES[notice.kind]
                yield Hit(("sources", name), f"{name} was {happened}: {notice.citation}", severity=severity)


@check("MSC606", "error", needs="records")
def another_article(subject: Subject) -> Iterator[Hit]:
    """title, DOI or PMID differs from PubMed's record.

    The article that PubMed has under the recorded PMID or DOI must carry the recorded title, DOI and PMID.
    It matters because a mistyped PMID checks the numbers against somebody else's abstract.
    Example: PMID 15929052 recorded for a trial of another title.
    It cannot see differences of case, accents, punctuation or a final full stop, which it leaves aside.
    """
    for name, record in subject.records.items():
        if name != subject.trial.first_source:
            continue
        citation = subject.trial.citation
        if citation.doi and record.doi and citation.doi.casefold() != record.doi.casefold():
            yield Hit(
                ("citation", "doi"),
                f"PubMed has DOI {record.doi} for {_source_identifier(subject, name)}",
                citation.doi,
                record.doi,
            )
        pmid = subject.trial.sources[name].pmid or citation.pmid
        if pmid and record.pmid and pmid != record.pmid:
            yield Hit(
                ("sources", name), f"the text is PubMed's record {record.pmid}, not {pmid}", pmid, record.pmid
            )
        if citation.title and record.title and _title_letters(citation.title) != _title_letters(record.title):
            yield Hit(
                ("citation", "title"), f"PubMed's title is '{record.title}'", citation.title, record.title
            )


def _source_identifier(subject: Subject, name: str) -> str:
    source: Source = subject.trial.sources[name]
    return f"PMID {source.pmid}" if source.pmid else f"DOI {source.doi}"


def _title_letters(title: str) -> str:
    """Letters and digits of a title, without case and accents."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return re.sub(r"[^a-z0-9]", "", plain)
