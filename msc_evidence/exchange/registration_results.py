"""Posted outcomes as results of a draft: what stands in the file, and `to do` on all that it leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.reading.ctgov.analyses import PostedAnalysis, posted_analysis
from msc_evidence.reading.ctgov.groups import StudyArm, group_titles
from msc_evidence.reading.ctgov.nodes import Node, module_path
from msc_evidence.reading.ctgov.outcomes import ClassValues, Field, GroupValues, PostedOutcome, number_of
from msc_evidence.reading.ctgov.times import begins_at_baseline, lone_time
from msc_evidence.registry.rewrite import plain_scalar
from msc_evidence.render.inert import inert
from msc_evidence.render.text import on_one_line

#: A remark quotes no more of a text.
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Arms:
    """The arms of a draft: the id of each folded title, and its side."""

    ids: Mapping[str, str]
    arms: Mapping[str, StudyArm]

    def id(self, title: str) -> str | None:
        """The id of the arm that a group is."""
        return self.ids.get(title)

    def sides(self, titles: Sequence[str]) -> tuple[str, str] | None:
        """The treated and the control arm of two groups whose sides are known."""
        by_role = {self.arms[title].role: self.ids[title] for title in titles if title in self.ids}
        return (by_role["treatment"], by_role["control"]) if {*by_role} == {"treatment", "control"} else None


@dataclass(frozen=True, slots=True)
class DraftedResults:
    """The lines of the results, and the nodes of the numbers in them."""

    lines: tuple[str, ...]
    nodes: tuple[Node, ...]


def drafted_results(outcomes: Sequence[PostedOutcome], ids: Mapping[str, str], arms: Arms) -> DraftedResults:
    """The results of all outcomes; `ids` gives an outcome's id by its pointer."""
    lines: list[str] = []
    nodes: list[Node] = []
    for outcome in outcomes:
        lines += _outcome_remarks(outcome)
        for entry in _entries(outcome, ids[outcome.node.pointer], arms):
            lines += entry.lines()
            nodes += entry.nodes
    return DraftedResults(tuple(lines), tuple(nodes))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One result: its fields, the values by arm, and what is to do."""

    remarks: tuple[str, ...]
    fields: Mapping[str, str]
    arms: Mapping[str, GroupValues]
    effect: str
    nodes: tuple[Node, ...]

    def lines(self) -> Iterator[str]:
        """The entry as YAML, each remark on a line before it."""
        for remark in self.remarks:
            yield f"      # to do: {shortened(remark)}"
        yield from keyed_lines(self.fields)
        if self.effect:
            yield f"        effect: {self.effect}"
        if self.arms:
            yield "        arms:"
            for arm, values in self.arms.items():
                yield f"          {arm}: {written_values(values)}"
                yield from (f"          # {arm}: {shortened(text)}" for text in values.left)


def keyed_lines(fields: Mapping[str, str]) -> Iterator[str]:
    """The first keys of an entry in a list, one on a line."""
    for number, (key, value) in enumerate(fields.items()):
        yield f"{'        ' if number else '      - '}{key}: {value}"


def written_values(values: GroupValues) -> str:
    """The values of a group in braces."""
    pairs = [f"{one.key}: {_written(one)}" for one in values.fields]
    return "{" + ", ".join(pairs + ([f"level: {values.level}"] if values.level else [])) + "}"


def _written(one: Field) -> str:
    if one.key == "distribution":
        return "[" + ", ".join(node.text for node in one.nodes) + "]"
    return written_number(one.text)


def written_number(text: str) -> str:
    """A number as YAML takes it without quotes, signs included."""
    return text if re.fullmatch(r"-?(?:\d+(?:\.\d+)?|\.\d+)", text) else plain_scalar(text)


def shortened(text: str) -> str:
    """A text of the file as a comment may quote it."""
    line = on_one_line(inert(text))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _outcome_remarks(outcome: PostedOutcome) -> Iterator[str]:
    if not outcome.classes:
        yield f"      # {shortened(outcome.title)}: nothing was posted"
    for one in outcome.classes:
        name = " · ".join(filter(None, (outcome.title, one.title)))
        yield from (f"      # to do: {shortened(f'{name}: {text}')}" for text in one.left)
    if not any(one.groups for one in outcome.classes):
        analyses = [posted_analysis(node, outcome.node) for node in outcome.node["analyses"].items()]
        for analysis in analyses:
            if not (_is_comparison(analysis) and len(outcome.classes) == 1):
                yield f"      # to do: {shortened(f'{outcome.title}: {_printed_analysis(analysis)}')}"


def _entries(outcome: PostedOutcome, key: str, arms: Arms) -> Iterator[_Entry]:
    """The results of an outcome: an analysis of two groups joins the values of the only class."""
    analyses = [posted_analysis(node, outcome.node) for node in outcome.node["analyses"].items()]
    classes = [one for one in outcome.classes if one.groups]
    of_two = [one for one in analyses if _is_comparison(one)] if len(outcome.classes) == 1 else []
    covered: set[str] = set()
    for analysis in of_two:
        first = not covered.issuperset(analysis.groups)
        yield _compared(outcome, classes[0] if classes else None, analysis, key, arms, values=first)
        covered.update(analysis.groups)
    for one in classes:
        if not covered.issuperset(one.groups):
            apart = [analysis for analysis in analyses if analysis not in of_two]
            yield _described(outcome, one, apart if one is classes[0] else [], key, arms)


def _is_comparison(analysis: PostedAnalysis) -> bool:
    """Whether an analysis compares two groups and gives a number of it."""
    return len(analysis.groups) == 2 and bool(analysis.fields)


def _described(
    outcome: PostedOutcome, one: ClassValues, analyses: Sequence[PostedAnalysis], key: str, arms: Arms
) -> _Entry:
    """A result of values alone, with the analyses that nothing says to be of them as remarks."""
    remarks = [*_time_remarks(outcome, one), *(_printed_analysis(analysis) for analysis in analyses)]
    fields = _head(outcome, one, key) | {"from": module_path(one.node)}
    values, missing = _values_by_arm(one, arms)
    return _Entry((*remarks, *missing), fields, values, "", _used(values.values()))


def _compared(
    outcome: PostedOutcome,
    one: ClassValues | None,
    analysis: PostedAnalysis,
    key: str,
    arms: Arms,
    *,
    values: bool,
) -> _Entry:
    """A result of one analysis of two groups, with the values of these two."""
    fields = _head(outcome, one, key)
    remarks = [*_time_remarks(outcome, one), *(f"analysis: {text}" for text in analysis.left)]
    sides = arms.sides(analysis.groups)
    if sides:
        fields |= {"arm": sides[0], "against": sides[1]}
    else:
        remarks.append(
            "arm and against, of " + " and ".join(arms.id(title) or title for title in analysis.groups)
        )
    by_arm, missing = _values_by_arm(one, arms, analysis.groups) if one and values else ({}, [])
    fields |= _tested(analysis)
    fields["from"] = " ".join(
        [*([module_path(one.node)] if by_arm and one else []), module_path(analysis.node)]
    )
    remarks += [*missing, *_analysis_remarks(analysis, by_arm, sides)]
    nodes = (*_used(by_arm.values()), *(node for part in analysis.fields for node in part.nodes))
    return _Entry(tuple(remarks), fields, by_arm, _effect(analysis), nodes)


def _head(outcome: PostedOutcome, one: ClassValues | None, key: str) -> dict[str, str]:
    at = one.at if one else lone_time(outcome.frame)
    fields = {"outcome": key, "at": at or "not reported"}
    if one and one.definition:
        fields["definition"] = plain_scalar(on_one_line(one.definition))
    return fields | ({"primary": "true"} if outcome.primary else {})


def _time_remarks(outcome: PostedOutcome, one: ClassValues | None) -> Iterator[str]:
    if (one.at if one else lone_time(outcome.frame)) is None:
        yield f"at: {outcome.frame or 'no time frame is posted'}"
    if begins_at_baseline(outcome.frame):
        yield "change: true, where these are changes from baseline"


def _values_by_arm(
    one: ClassValues, arms: Arms, titles: Sequence[str] | None = None
) -> tuple[dict[str, GroupValues], list[str]]:
    """The values by the arm's id, and a remark for each group that is no arm."""
    chosen = {title: values for title, values in one.groups.items() if titles is None or title in titles}
    placed = {key: values for title, values in chosen.items() if values.fields and (key := arms.id(title))}
    missing = [f"group {title!r} is no arm" for title in chosen if not arms.id(title)]
    return placed, missing


def _tested(analysis: PostedAnalysis) -> dict[str, str]:
    # `= 0.27` and `0.27` are one p-value.
    fields = {
        one.key: plain_scalar(re.sub(r"[\s=]", "", one.text)) for one in analysis.fields if one.key == "p"
    }
    if analysis.test:
        fields["test"] = plain_scalar(on_one_line(analysis.test))
    if analysis.one_sided:
        fields["sides"] = "one"
    return fields | ({"hypothesis": analysis.hypothesis} if analysis.hypothesis else {})


def _effect(analysis: PostedAnalysis) -> str:
    if not analysis.measure:
        return ""
    pairs = [f"{one.key}: {written_number(one.text)}" for one in analysis.fields if one.key != "p"]
    return "{" + ", ".join([f"measure: {analysis.measure}", *pairs]) + "}"


def _analysis_remarks(
    analysis: PostedAnalysis, values: Mapping[str, GroupValues], sides: tuple[str, str] | None
) -> Iterator[str]:
    if analysis.adjusts:
        yield f"adjusted: for what; the file says: {analysis.texts or 'nothing'}"
    elif analysis.texts:
        yield f"the file says of the analysis: {analysis.texts}"
    if sides and _contradicts_values(analysis, values, sides):
        yield f"the estimate has the sign of {sides[1]} less {sides[0]}; swap arm and against, or leave it out"


def _contradicts_values(
    analysis: PostedAnalysis, values: Mapping[str, GroupValues], sides: tuple[str, str]
) -> bool:
    """Whether an estimated difference has not the sign of the difference of the posted means."""
    estimate = next((one for one in analysis.fields if one.key == "estimate"), None)
    if analysis.measure != "MD" or estimate is None:
        return False
    means = [_mean(values.get(side)) for side in sides]
    if means[0] is None or means[1] is None:
        return False
    return (means[0] - means[1]) * number_of(estimate.nodes[0]) < 0


def _mean(values: GroupValues | None) -> float | None:
    found = (one for one in (values.fields if values else ()) if one.key in ("mean", "least-squares-mean"))
    mean = next(found, None)
    return None if mean is None else number_of(mean.nodes[0])


def _printed_analysis(analysis: PostedAnalysis) -> str:
    """An analysis that the file ties to no single class or to no two groups, in its own words."""
    printed = [f"{one.key} {one.text}" for one in analysis.fields]
    said = "; ".join(filter(None, [", ".join(printed), analysis.test, *analysis.left]))
    return f"an analysis of {', '.join(analysis.groups)} ({module_path(analysis.node)}): {said}"


def _used(groups: Iterable[GroupValues]) -> tuple[Node, ...]:
    return tuple(node for values in groups for part in values.fields for node in part.nodes)


def titled_groups(part: Node, arms: Arms) -> dict[str, str]:
    """The arm of each group of a module by the group's id."""
    titles = group_titles(part)
    return {key: arm for key, title in titles.items() if (arm := arms.id(title))}
