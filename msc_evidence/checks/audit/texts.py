"""What the checks of a record find in a text: each group of figures becomes a result, and the same rules look at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.rule import Check, Subject
from msc_evidence.checks.run import all_checks
from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.groups.shapes import (
    Comparison,
    EffectGroup,
    Group,
    LoneP,
    Proportion,
    Sizes,
    StatisticGroup,
    Wording,
)
from msc_evidence.reading.read import Reading, read_results
from msc_evidence.registry.fields import NOT_REPORTED
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import (
    Arm,
    Citation,
    Design,
    Effect,
    Outcome,
    Participants,
    Result,
    Source,
    Statistic,
    Trial,
    Values,
)
from msc_evidence.registry.reported import Reported, Span
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES

#: The checks that need nothing but the figures of one group.
CODES = (
    "MSC201",
    "MSC202",
    "MSC205",
    "MSC401",
    "MSC402",
    "MSC403",
    "MSC404",
    "MSC405",
    "MSC406",
    "MSC411",
    "MSC413",
)
#: Of an estimate whose measure no word names only the order of its three numbers is known.
_ORDER_ONLY = ("MSC401",)
_SUMS = ("MSC201",)
#: Nothing can be recomputed beside a lone p, and from one above 1 nothing at all.
_P_ALONE = ("MSC411",)
_KNOWN = ("OR", "RR", "HR", "RD", "MD", "SMD", "ROM", "beta")
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


@dataclass(frozen=True, slots=True)
class TextAudit:
    """The findings of a text, its figures and groups of them, and how many groups were checked.

    Percentages that are estimates are not: no count need give them.
    """

    findings: tuple[TextFinding, ...]
    figures: int
    groups: int
    checked: int


def audit_text(id: str, text: str) -> TextAudit:
    """Every finding about the groups of figures in a text, in reading order."""
    reading = read_results(text)
    checked = [group for group in reading.groups if not _is_estimated(group)]
    findings: list[TextFinding] = []
    for groups, codes in _group_batches(checked):
        findings += _batch_findings(id, text, reading, groups, codes)
    findings.sort(key=lambda finding: (finding.start, finding.end, finding.code))
    return TextAudit(tuple(findings), len(reading.figures), len(reading.groups), len(checked))


def _is_estimated(group: Group) -> bool:
    """Whether the percentages are estimates, which no count need give."""
    if isinstance(group, Comparison):
        return group.first.estimated or group.second.estimated
    return isinstance(group, Proportion) and group.estimated


def _group_batches(groups: Sequence[Group]) -> Iterator[tuple[list[Group], tuple[str, ...]]]:
    """The groups that can stand in one record, with the checks that may look at them."""
    named: list[Group] = []
    unnamed: list[Group] = []
    for group in groups:
        if isinstance(group, Sizes):
            yield [group], _SUMS
        elif isinstance(group, LoneP):
            yield [group], _P_ALONE
        else:
            known = not isinstance(group, EffectGroup) or group.measure in _KNOWN
            (named if known else unnamed).append(group)
    if named:
        yield named, CODES
    if unnamed:
        yield unnamed, _ORDER_ONLY


@lru_cache
def _checks_with_codes(codes: tuple[str, ...]) -> tuple[Check, ...]:
    return tuple(item for item in all_checks() if isinstance(item, Check) and item.rule.code in codes)


def _batch_findings(
    id: str, text: str, reading: Reading, groups: list[Group], codes: tuple[str, ...]
) -> Iterator[TextFinding]:
    registry = Registry(Path(), {id: _trial_of_groups(groups)}, _OUTCOMES, {})
    subject = Subject(id, Analysis(registry))
    for item in _checks_with_codes(codes):
        for hit in item.run(subject):
            at = hit.path[1] if hit.path[0] == "results" else 0
            start, end = reading.span(*groups[int(at)].figures)
            yield TextFinding(
                id,
                item.rule.code,
                _severity_in_text(groups[int(at)], item.rule.code, hit.severity or item.rule.severity),
                (hit.reported or "").removeprefix(f"{_UNNAMED} ")
                if codes == _ORDER_ONLY
                else hit.reported or "",
                hit.recomputed or "",
                item.rule.name,
                text[start:end],
                start,
                end,
                hit.message.removeprefix(f"{_UNNAMED} ") if codes == _ORDER_ONLY else hit.message,
            )


def _severity_in_text(group: Group, code: str, severity: str) -> str:
    """Weaker where words may carry what the figures lack: the sign of a decrease, the order of its limits."""
    if isinstance(group, Sizes):
        return "warning"  # the total may be of another set than the arms
    if not isinstance(group, EffectGroup):
        return severity
    if code == "MSC402" and group.skewed:
        return "note"
    if code != "MSC401":
        return severity
    estimate, low, high = (float(text) for text in (group.value, group.low, group.high))
    if group.measure not in RATIO_MEASURES and min(abs(low), abs(high)) <= abs(estimate) <= max(
        abs(low), abs(high)
    ):
        return "note"
    if group.measure == "%" and low <= estimate / 100 <= high <= 1:
        return "note"
    return "warning" if high <= estimate <= low else severity


_OUTCOMES = {
    kind: Outcome.model_construct(name=kind, type=kind) for kind in ("binary", "time-to-event", "continuous")
}
_DESIGN = Design.model_construct()
_CITATION = Citation.model_construct(year=1900)
_SOURCES = {"text": Source.model_construct(kind="abstract")}
_PAIR = {"a": Arm.model_construct(role="treatment"), "b": Arm.model_construct(role="control")}


def _trial_of_groups(groups: Sequence[Group]) -> Trial:
    """A record that holds the groups and nothing else."""
    arms, participants = _PAIR, Participants.model_construct()
    if len(groups) == 1 and isinstance(groups[0], Sizes):
        arms = {
            str(at): Arm.model_construct(randomised=_reported_number(figure))
            for at, figure in enumerate(groups[0].arms)
        }
        participants = Participants.model_construct(enrolled=_reported_number(groups[0].total))
        groups = ()
    return Trial.model_construct(
        citation=_CITATION,
        design=_DESIGN,
        participants=participants,
        arms=arms,
        results=[_result_of_group(group) for group in groups],
        sources=_SOURCES,
    )


def _result_of_group(group: Group) -> Result:
    if isinstance(group, EffectGroup):
        return _result_of_effect(group)
    if isinstance(group, Proportion):
        return _bare_result("binary", arms={"a": _proportion_values(group)})
    if isinstance(group, Comparison):
        arms = {"a": _proportion_values(group.first), "b": _proportion_values(group.second)}
        return _bare_result("binary", p=_reported_number(group.p), arms=arms)
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
    effect = Effect.model_construct(
        measure=group.measure if group.measure in _KNOWN else _UNNAMED,
        estimate=Reported.read(group.value),
        ci=Span(Reported.read(group.low), Reported.read(group.high)),
        level=Reported.read(group.level) if group.level else None,
    )
    p = _reported_number(group.p) if group.p else None
    return _bare_result(
        _TYPES.get(group.measure, "continuous"),
        p=p,
        effect=effect,
        adjusted="yes" if group.adjusted else None,
    )


def _bare_result(outcome: str, **fields: Any) -> Result:
    return Result.model_construct(outcome=outcome, at=NOT_REPORTED, **fields)


def _proportion_values(share: Proportion) -> Values:
    percent = _reported_number(share.percent) if share.percent else None
    return Values.model_construct(
        n=_reported_number(share.n), events=_reported_number(share.x), percent=percent
    )


def _reported_number(figure: Figure) -> Reported:
    return Reported.read(figure.text.removeprefix("p "))
