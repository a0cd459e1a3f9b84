"""What the checks of a record find in a text: each group of figures becomes a result, and the same rules look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.audit.doubts import Doubts, is_certain, severity_in_text
from msc_evidence.checks.audit.first_sight import KNOWN, surely_fits
from msc_evidence.checks.audit.share_doubts import is_of_other_whole
from msc_evidence.checks.finding import Path as HitPath
from msc_evidence.checks.groups import CUT_OFF
from msc_evidence.checks.rule import Check, Subject
from msc_evidence.checks.run import all_checks
from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.groups.shapes import (
    Comparison,
    EffectGroup,
    Group,
    LoneInterval,
    LoneP,
    Mean,
    MeanComparison,
    Proportion,
    Sizes,
    StatisticGroup,
    Wording,
)
from msc_evidence.reading.read import Reading, read_results
from msc_evidence.registry.design import Arm, Design, Participants
from msc_evidence.registry.effect import Effect
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Outcome, Result, Statistic, Trial
from msc_evidence.registry.publication import Citation, Source
from msc_evidence.registry.reported import Reported, Span
from msc_evidence.registry.values import Values

#: The checks that need nothing but the figures of one group.
CODES = (
    "MSC201",
    "MSC202",
    "MSC205",
    "MSC305",
    "MSC306",
    "MSC401",
    "MSC402",
    "MSC403",
    "MSC404",
    "MSC405",
    "MSC406",
    "MSC407",
    "MSC411",
    "MSC413",
)
#: What can be asked of each kind of group.
_OF_KIND: dict[type[Group], tuple[str, ...]] = {
    EffectGroup: ("MSC401", "MSC402", "MSC403", "MSC404", "MSC411"),
    Proportion: ("MSC202", "MSC205"),
    Comparison: ("MSC202", "MSC205", "MSC406", "MSC411"),
    StatisticGroup: ("MSC405", "MSC411"),
    Wording: ("MSC411", "MSC413"),
}
#: Of an estimate whose measure no word names only the order of its three numbers is known.
_ORDER_ONLY = ("MSC401",)
#: Of one that words call a change, and of an interval alone with a limit on each side of 0, the null is known too.
_ORDER_AND_P = ("MSC401", "MSC403", "MSC404")
_SIGNIFICANCE = ("MSC404",)
#: Of means whose sizes the text gives elsewhere, only notes.
_OF_MEANS = ("MSC305", "MSC306", "MSC407")
_SUMS = ("MSC201",)
#: Nothing can be recomputed beside a lone p, and from one above 1 nothing at all.
_P_ALONE = ("MSC411",)
#: What stands for a measure that no word names.
_UNNAMED: Literal["beta"] = "beta"
_TYPES = {"OR": "binary", "RR": "binary", "RD": "binary", "HR": "time-to-event"}


@dataclass(frozen=True, slots=True)
class TextFinding:
    """What one check found in one text, with the place of the figures it is about."""

    id: str
    code: str
    severity: str
    reported: str
    recomputed: str
    method: str
    span: str
    start: int
    end: int
    message: str
    #: "certain" where grammar leaves one reading of which figures belong together, else "uncertain": then a note.
    grouping: str
    #: The cell of a table, `T2!r5c3`: rows and columns from 0, those of the head among them; empty in prose.
    address: str = ""


@dataclass(frozen=True, slots=True)
class TextAudit:
    """The findings of a text, its figures and groups of them, and how many groups were checked.

    Percentages that are estimates are not: no count need give them.
    """

    findings: tuple[TextFinding, ...]
    figures: int
    groups: int
    checked: int


def audit_text(id: str, text: str, about: str = "") -> TextAudit:
    """Every finding about the groups of figures in a text, in reading order.

    Of a paragraph, `about` is what its article says of its design: it may explain what the numbers do not.
    """
    reading = read_results(text)
    checked = [group for group in reading.groups if not _is_estimated(group)]
    looked_at = [group for group in checked if not surely_fits(group)]
    findings: list[TextFinding] = []
    doubts = Doubts(f"{text}\n{about}" if about else text, reading.groups)
    for groups, codes in _group_batches(looked_at):
        findings += _batch_findings(id, text, reading, groups, codes, doubts)
    findings.sort(key=lambda finding: (finding.start, finding.end, finding.code))
    return TextAudit(tuple(findings), len(reading.figures), len(reading.groups), len(checked))


def _is_estimated(group: Group) -> bool:
    """Whether the percentages are estimates, which no count need give."""
    if isinstance(group, Comparison):
        return group.first.estimated or group.second.estimated
    return isinstance(group, Proportion) and group.estimated


def _group_batches(groups: Sequence[Group]) -> Iterator[tuple[list[Group], tuple[str, ...]]]:
    """The groups that can stand in one record, with the checks that may look at them."""
    together: dict[tuple[str, ...], list[Group]] = {}
    for group in groups:
        if isinstance(group, Sizes):
            if group.total is not None:
                yield [group], _SUMS
        elif isinstance(group, LoneP):
            yield [group], _P_ALONE
        else:
            together.setdefault(_codes_for(group), []).append(group)
    yield from ((each, codes) for codes, each in together.items() if codes)


def _codes_for(group: Group) -> tuple[str, ...]:
    """What can be asked of a group: where no word names the measure, no more than its numbers alone decide."""
    if isinstance(group, MeanComparison):
        return _OF_MEANS if group.first.n and group.second.n else ()
    if isinstance(group, LoneInterval):
        return _SIGNIFICANCE if group.p and _excludes_any_null(group) is not None else ()
    if isinstance(group, EffectGroup) and group.measure not in KNOWN:
        return _ORDER_AND_P if group.change and not group.measure else _ORDER_ONLY
    return _OF_KIND[type(group)]


def _excludes_any_null(group: LoneInterval) -> bool | None:
    """Whether an interval excludes both 0 and 1, or holds 0, as that of a difference alone can; None between."""
    low, high = float(group.low), float(group.high)
    if low < 0 < high:
        return False
    return True if high < 0 or 1 < low < high or 0 < low < high < 1 else None


@lru_cache
def _checks_with_codes(codes: tuple[str, ...]) -> tuple[Check, ...]:
    return tuple(item for item in all_checks() if isinstance(item, Check) and item.rule.code in codes)


def _batch_findings(
    id: str, text: str, reading: Reading, groups: list[Group], codes: tuple[str, ...], doubts: Doubts
) -> Iterator[TextFinding]:
    registry = Registry(Path(), {id: _trial_of_groups(groups)}, _OUTCOMES, {})
    subject = Subject(id, Analysis(registry))
    for item in _checks_with_codes(codes):
        for hit in item.hits(subject):
            group = groups[int(hit.path[1]) if hit.path[0] == "results" else 0]
            severity = severity_in_text(
                _share_of(group, hit.path),
                item.rule.code,
                hit.severity or item.rule.severity,
                doubts,
                hit.recomputed or "",
            )
            if severity is None:
                continue
            start, end = reading.span(*group.figures)
            yield TextFinding(
                id,
                item.rule.code,
                severity,
                _without_stand_in(group, hit.reported or ""),
                hit.recomputed or "",
                item.rule.name,
                text[start:end],
                start,
                end,
                _without_stand_in(group, _without_cause(_share_of(group, hit.path), hit.message, doubts)),
                "certain" if is_certain(_share_of(group, hit.path), item.rule.code) else "uncertain",
            )


def _share_of(group: Group, path: HitPath) -> Group:
    """Of two proportions compared, the one that a finding about a single one is of."""
    if isinstance(group, Comparison) and "arms" in path:
        return group.first if "a" in path else group.second
    return group


def _without_cause(group: Group, words: str, doubts: Doubts) -> str:
    """The words of a finding; a percentage that is of another number of the text need not have been cut off."""
    if not isinstance(group, Proportion) or CUT_OFF not in words:
        return words
    known = is_of_other_whole(group, doubts.totals)
    return words.replace(CUT_OFF, "(cut off, or of another number)") if known else words


def _without_stand_in(group: Group, words: str) -> str:
    """The words of a finding without the measure, and the estimate, that stand for those not printed."""
    if isinstance(group, LoneInterval):
        low, high = group.low, group.high
        return re.sub(
            rf"{_UNNAMED} \S+ \((?:95% CI )?(?={re.escape(low)})([^()]*{re.escape(high)})\)",
            r"the interval \1",
            words,
        )
    if isinstance(group, EffectGroup) and group.measure not in KNOWN:
        return words.removeprefix(f"{_UNNAMED} ").replace(f" from {_UNNAMED} ", " from ")
    return words


_OUTCOMES = {
    kind: Outcome.model_construct(name=kind, type=kind) for kind in ("binary", "time-to-event", "continuous")
}
_OUTCOMES["score"] = Outcome.model_construct(name="score", type="continuous", step=Reported.read("1"))
#: Scales that have whole numbers only, in each participant.
_WHOLE_SCORES = re.compile(
    r"NIHSS|NIH Stroke|Stroke Scale|Barthel|Rankin|(?<!\w)mRS|Glasgow|(?<!\w)GCS|Apgar|MMSE|Mini-Mental|number of"
)
_DESIGN = Design.model_construct()
_CITATION = Citation.model_construct(year=None)
_SOURCES = {"text": Source.model_construct(kind="abstract")}
_NOBODY = Participants.model_construct()
_TRIAL = Trial.model_construct(
    citation=_CITATION, design=_DESIGN, participants=_NOBODY, arms={}, results=[], sources=_SOURCES
)
_PAIR = {"a": Arm.model_construct(role="treatment"), "b": Arm.model_construct(role="control")}


def _trial_of_groups(groups: Sequence[Group]) -> Trial:
    """A record that holds the groups and nothing else."""
    arms, participants = _PAIR, _NOBODY
    if len(groups) == 1 and isinstance(groups[0], Sizes):
        arms = {
            str(at): Arm.model_construct(randomised=_reported_number(figure))
            for at, figure in enumerate(groups[0].arms)
        }
        total = groups[0].total
        participants = Participants.model_construct(enrolled=_reported_number(total) if total else None)
        groups = ()
    results = [_result_of_group(group) for group in groups]
    return _TRIAL.model_copy(update={"participants": participants, "arms": arms, "results": results})


def _result_of_group(group: Group) -> Result:
    if isinstance(group, EffectGroup):
        return _result_of_effect(group)
    if isinstance(group, LoneInterval):
        return _result_of_interval(group)
    if isinstance(group, Proportion):
        return _bare_result("binary", arms={"a": _proportion_values(group)})
    if isinstance(group, Comparison):
        return _bare_result(
            "binary",
            p=_reported_number(group.p),
            test=group.test,
            arms={"a": _proportion_values(group.first), "b": _proportion_values(group.second)},
        )
    if isinstance(group, MeanComparison):
        return _result_of_means(group)
    if isinstance(group, StatisticGroup):
        df, df2 = (*map(_reported_number, group.df), None, None)[:2]
        statistic = Statistic.model_construct(
            kind=group.kind, value=_reported_number(group.value), df=df, df2=df2
        )
        return _bare_result("continuous", p=_reported_number(group.p), statistic=statistic)
    if isinstance(group, LoneP):
        return _bare_result("continuous", p=_reported_number(group.p))
    assert isinstance(group, Wording)
    return _bare_result(
        "continuous",
        p=_reported_number(group.p),
        wording="significant" if group.significant else "not significant",
    )


def _result_of_effect(group: EffectGroup) -> Result:
    effect = _EFFECT.model_copy(
        update={
            "measure": group.measure if group.measure in KNOWN else _UNNAMED,
            "estimate": Reported.read(group.value),
            "ci": Span(Reported.read(group.low), Reported.read(group.high)),
            "level": Reported.read(group.level) if group.level else None,
        }
    )
    p = _reported_number(group.p) if group.p else None
    return _bare_result(
        _TYPES.get(group.measure, "continuous"),
        p=p,
        test=group.test,
        effect=effect,
        adjusted="yes" if group.adjusted else None,
    )


def _result_of_means(group: MeanComparison) -> Result:
    """The result of two means; whole-number scores where the sentence names a scale that has no others."""
    arms = {name: _mean_values(mean) for name, mean in (("a", group.first), ("b", group.second))}
    outcome = "score" if _WHOLE_SCORES.search(group.said) else "continuous"
    return _bare_result(outcome, p=_reported_number(group.p), arms=arms)


def _mean_values(mean: Mean) -> Values:
    value, spread = (Reported.read(figure.text.rstrip("%")) for figure in (mean.value, mean.spread))
    n = _reported_number(mean.n) if mean.n else None
    return _VALUES.model_copy(update={"mean": value, "se" if mean.is_se else "sd": spread, "n": n})


def _result_of_interval(group: LoneInterval) -> Result:
    """The result of an interval alone: its middle stands for the estimate."""
    low, high = Reported.read(group.low), Reported.read(group.high)
    effect = Effect.model_construct(
        measure=_UNNAMED,
        estimate=Reported.read(str((low.value + high.value) / 2)),
        ci=Span(low, high),
        level=Reported.read(group.level) if group.level else None,
    )
    return _bare_result("continuous", p=_reported_number(group.p) if group.p else None, effect=effect)


#: Copies of these are made several times faster than records anew.
_RESULT = Result.model_construct(outcome="continuous", at=NOT_REPORTED)
_VALUES = Values.model_construct()
_EFFECT = Effect.model_construct(measure=_UNNAMED, estimate=Reported.read("0"))


def _bare_result(outcome: str, **fields: Any) -> Result:
    return _RESULT.model_copy(update={"outcome": outcome, **fields})


def _proportion_values(share: Proportion) -> Values:
    percent = _reported_number(share.percent) if share.percent else None
    n, events = _reported_number(share.n), _reported_number(share.x)
    return _VALUES.model_copy(update={"n": n, "events": events, "percent": percent})


def _reported_number(figure: Figure) -> Reported:
    return Reported.read(figure.text.removeprefix("p "))
