"""Draft records of registered studies: design, arms, baseline, results and harms, each number with its pointer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.exchange.drafts import citation_lines, registry_text, unique_ids
from msc_evidence.exchange.registration_results import (
    Arms,
    drafted_results,
    keyed_lines,
    shortened,
    titled_groups,
    written_values,
)
from msc_evidence.reading.ctgov.baseline import BaselineRow, baseline_rows
from msc_evidence.reading.ctgov.groups import StudyArm, flow_periods, study_arms
from msc_evidence.reading.ctgov.harms import posted_harms
from msc_evidence.reading.ctgov.nodes import Node, module_path
from msc_evidence.reading.ctgov.outcomes import PostedOutcome, is_number, number_of, posted_outcomes
from msc_evidence.reading.ctgov.study import Study
from msc_evidence.reading.draft_ids import slug
from msc_evidence.reading.texts.citation import TextCitation
from msc_evidence.registry.posted import posted_seal
from msc_evidence.registry.rewrite import flow_yaml, plain_scalar
from msc_evidence.render.inert import inert
from msc_evidence.render.text import on_one_line

_ALLOCATIONS = {"RANDOMIZED": "randomised", "NON_RANDOMIZED": "non-randomised", "NA": "single-arm"}
_ID = "registration"


def registry_of_registrations(studies: Sequence[Study], *, terms: bool) -> str:
    """A registry file with a draft of each study; with `terms` each serious event has a row of its own."""
    declared: dict[str, Mapping[str, str]] = {}
    records = []
    for study in studies:
        outcomes = list(posted_outcomes(study))
        ids = _outcome_ids(study, outcomes)
        declared |= {ids[one.node.pointer]: _declared(one) for one in outcomes}
        records.append(_record(study, outcomes, ids, terms=terms))
    return registry_text(declared, records, "the registrations say")


def _outcome_ids(study: Study, outcomes: Sequence[PostedOutcome]) -> dict[str, str]:
    """An id for each outcome by its pointer, with the study's number so that no two studies share one."""
    number = study.nct.casefold()
    ids = unique_ids([f"to-do-{number}-{slug(one.title)[:40].strip('-')}" for one in outcomes])
    return {one.node.pointer: key for one, key in zip(outcomes, ids, strict=True)}


def _declared(outcome: PostedOutcome) -> Mapping[str, str]:
    fields = {"name": on_one_line(outcome.title) or "to do", "type": outcome.type or "continuous"}
    counted = outcome.type == "binary" or not outcome.unit
    return fields if counted else fields | {"unit": on_one_line(outcome.unit)}


def _record(study: Study, outcomes: Sequence[PostedOutcome], ids: Mapping[str, str], *, terms: bool) -> str:
    arms = _arms(study)
    results = drafted_results(outcomes, ids, arms)
    baseline, at_entry = _baseline_lines(study, arms)
    harms, harmed = _harm_lines(study, arms, terms=terms)
    enrolled = study.registered.at("designModule/enrollmentInfo/count")
    started = [arm.started for arm in arms.arms.values() if arm.started is not None]
    counted = [enrolled] if _enrolment(study) and not _differs_from_flow(study, arms) else []
    nodes = [*counted, *started, *at_entry, *results.nodes, *harmed]
    lines = [
        f"  # read from {inert(study.record.file)}, version of {study.version or 'a day that it does not say'}",
        f"  {study.nct.casefold()}:",
        "    citation:",
        *citation_lines(TextCitation()),
        f"    registration: {flow_yaml(_numbers(study), 4, plain_scalar)}",
        *_design_lines(study),
        *_participant_lines(study, arms),
        *_arm_lines(arms),
        *(["    baseline:", *baseline] if baseline else []),
        *(["    results:", *results.lines] if results.nodes else ["    # to do: results", *results.lines]),
        *(["    harms:", *harms] if harms else []),
        "    # to do: claims, and what a report of the trial says otherwise.",
        *_source_lines(study, arms, nodes),
    ]
    return "\n".join(lines) + "\n"


def _arms(study: Study) -> Arms:
    arms = study_arms(study)
    ids = unique_ids([_arm_id(arm.title, number) for number, arm in enumerate(arms.values(), 1)])
    return Arms(dict(zip(arms, ids, strict=True)), arms)


def _arm_id(title: str, number: int) -> str:
    words = slug(title)
    return f"arm-{number}" if words == "new-trial" else words[:30].strip("-")


#: Kinds of secondary numbers that are registrations; the others are grants and the sponsors' own.
_REGISTERS = ("EUDRACT_NUMBER", "CTIS", "REGISTRY")


def _numbers(study: Study) -> list[str]:
    """The study's number and those of other registers."""
    others = study.registered.at("identificationModule/secondaryIdInfos").items()
    return [
        study.nct,
        *(one["id"].text for one in others if one["type"].text in _REGISTERS and one["id"].text),
    ]


def _design_lines(study: Study) -> Iterator[str]:
    module = study.registered["designModule"]
    fields, left = {}, []
    phases = [one.text.removeprefix("PHASE") for one in module["phases"].items() if one.text != "NA"]
    if phases:
        fields["phase"] = plain_scalar("/".join(phases))
    arms = list(study.registered.at("armsInterventionsModule/armGroups").items())
    allocation = module.at("designInfo/allocation").text
    if allocation in _ALLOCATIONS and (allocation != "NA" or len(arms) == 1):
        fields["allocation"] = _ALLOCATIONS[allocation]
    else:
        left.append("allocation")
    if model := module.at("designInfo/interventionModel").text:
        fields["structure"] = plain_scalar(_words(model))
    masking = module.at("designInfo/maskingInfo")
    fields |= _masking(masking)
    left += [key for key in ("masking", "assessment") if key not in fields]
    pairs = ", ".join(f"{key}: {value}" for key, value in fields.items())
    yield f"    design: {{{pairs}}}  # to do: {', '.join([*left, 'ratio', 'window', 'follow-up'])}"


def _masking(info: Node) -> dict[str, str]:
    masking = info["masking"].text
    if masking == "NONE":
        return {"masking": "open label"}
    if not masking:
        return {}
    who = [_words(one.text) for one in info["whoMasked"].items()]
    said = _words(masking) + (f": {', '.join(who)}" if who else "")
    return {"masking": plain_scalar(said)} | ({"assessment": "blinded"} if "outcomes assessor" in who else {})


def _words(constant: str) -> str:
    """`SINGLE_GROUP` in words."""
    return constant.replace("_", " ").casefold()


def _enrolment(study: Study) -> str:
    """The key that the number of participants belongs to; none where the file does not say which it is."""
    kind = study.registered.at("designModule/enrollmentInfo/type").text
    return {"ACTUAL": "enrolled", "ESTIMATED": "planned"}.get(kind, "")


def _participant_lines(study: Study, arms: Arms) -> Iterator[str]:
    key, count = _enrolment(study), study.registered.at("designModule/enrollmentInfo/count").text
    if _differs_from_flow(study, arms):
        yield f"    # to do: {key} {count} by the registration, and other numbers started; which took part?"
        key = ""
    yield f"    participants: {f'{{{key}: {count}}}' if key and count else '{}'}  # to do: condition, stage, analysis"
    periods = flow_periods(study)
    for period in periods if len(periods) > 1 else ():
        started = ", ".join(
            f"{arms.id(title) or title} {node.text}" for title, node in period.started.items()
        )
        yield f"    # to do: randomised; in the period {shortened(period.title)} started: {started}"


def _differs_from_flow(study: Study, arms: Arms) -> bool:
    """Whether as many as were enrolled are not those who started, which the flow of one period counts."""
    started = [arm.started for arm in arms.arms.values() if arm.started is not None]
    if not started or _enrolment(study) != "enrolled" or not all(map(is_number, started)):
        return False
    count = study.registered.at("designModule/enrollmentInfo/count")
    return is_number(count) and sum(map(number_of, started)) != number_of(count)


def _arm_lines(arms: Arms) -> Iterator[str]:
    yield "    arms:"
    if not arms.ids:
        yield "      # to do: the file names no group; a label and a role for each."
        yield "      arm-1: {label: to do}"
    for title, key in arms.ids.items():
        yield from _one_arm(key, arms.arms[title])


def _one_arm(key: str, arm: StudyArm) -> Iterator[str]:
    fields = {"role": arm.role} if arm.role else {}
    fields["label"] = plain_scalar(on_one_line(arm.title))
    fields |= {"randomised": arm.started.text} if arm.started is not None else {}
    asked = "n, intervention, comparator" if arm.role else "role, n, intervention or cells, comparator"
    beside = "which of the arms this is; other modules of the file do not name it" if arm.apart else asked
    yield f"      {key}: {{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}  # to do: {beside}"


def _baseline_lines(study: Study, arms: Arms) -> tuple[list[str], list[Node]]:
    lines: list[str] = []
    nodes: list[Node] = []
    for row in baseline_rows(study):
        placed = {
            key: values for title, values in row.groups.items() if values.fields and (key := arms.id(title))
        }
        total = row.total if row.total is not None and row.total.fields else None
        if not placed and total is None:
            continue
        fields = _row_head(row) | ({"all": written_values(total)} if total else {})
        fields["from"] = module_path(row.node)
        lines += keyed_lines(fields)
        lines += ["        arms:"] if placed else []
        lines += [f"          {key}: {written_values(values)}" for key, values in placed.items()]
        used = [*([total] if total else []), *placed.values()]
        nodes += [node for values in used for part in values.fields for node in part.nodes]
    return lines, nodes


def _row_head(row: BaselineRow) -> dict[str, str]:
    head = {"variable": row.variable, "category": row.category, "unit": row.unit}
    return {key: plain_scalar(on_one_line(value)) for key, value in head.items() if value}


def _harm_lines(study: Study, arms: Arms, *, terms: bool) -> tuple[list[str], list[Node]]:
    groups = titled_groups(study.posted.at("adverseEventsModule/eventGroups"), arms)
    lines: list[str] = []
    nodes: list[Node] = []
    for harm in posted_harms(study, terms=terms):
        affected = {groups[key]: node for key, node in harm.affected.items() if key in groups}
        at_risk = {groups[key]: node for key, node in harm.at_risk.items() if groups.get(key) in affected}
        if not affected:
            continue
        counts = f"arms: {_counts(affected)}, at-risk: {_counts(at_risk)}"
        at = f", at: {harm.at}" if harm.at else ""
        lines.append(
            f"      - {{event: {plain_scalar(on_one_line(harm.event))}{at}, {counts}, from: {harm.path}}}"
        )
        nodes += [*affected.values(), *at_risk.values()]
    return lines, nodes


def _counts(by_arm: Mapping[str, Node]) -> str:
    return "{" + ", ".join(f"{arm}: {node.text}" for arm, node in by_arm.items()) + "}"


def _source_lines(study: Study, arms: Arms, nodes: Sequence[Node]) -> Iterator[str]:
    yield "    sources:"
    yield f"      {_ID}:"
    yield "        kind: trial registration"
    yield f"        url: https://clinicaltrials.gov/study/{study.nct}"
    if study.version:
        yield f"        version: {plain_scalar(study.version)}"
    groups = {key: arms.arms[title].title for title, key in arms.ids.items()}
    if groups:
        yield "        groups:  # the titles that join these arms with the file; keep them when a label changes"
        yield from (f"          {key}: [{plain_scalar(on_one_line(title))}]" for key, title in groups.items())
    yield from _registered_lines(study)
    yield f"        registered-sha256: {study.registered_sha256}"
    if study.results_sha256:
        yield f"        results-sha256: {study.results_sha256}"
    if nodes:
        posted = list(dict.fromkeys(f"{module_path(node)} = {on_one_line(node.text)}" for node in nodes))
        yield "        posted:"
        yield from (f"          - {plain_scalar(line)}" for line in posted)
        yield f"        posted-sha256: {posted_seal(posted)}"


_DAYS = {
    "submitted": "studyFirstSubmitDate",
    "start": "startDateStruct/date",
    "completion": "primaryCompletionDateStruct/date",
    "results": "resultsFirstPostDateStruct/date",
}


def _registered_lines(study: Study) -> Iterator[str]:
    """When it was registered, and what the trial was to show."""
    status = study.registered["statusModule"]
    days = {key: status.at(path).text for key, path in _DAYS.items()}
    fields = {key: day for key, day in days.items() if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", day)}
    if state := status["overallStatus"].text:
        fields["status"] = plain_scalar(_words(state))
    if _enrolment(study) == "planned":
        fields["planned"] = study.registered.at("designModule/enrollmentInfo/count").text
    yield "        registered:"
    yield from (f"          {key}: {value}" for key, value in fields.items())
    primary = [
        on_one_line(", ".join(filter(None, (one["measure"].text, one["timeFrame"].text))))
        for one in study.registered.at("outcomesModule/primaryOutcomes").items()
    ]
    if primary:
        yield "          primary:"
        yield from (f"            - {plain_scalar(one)}" for one in primary if one)
