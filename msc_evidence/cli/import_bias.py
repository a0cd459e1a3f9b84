"""Drafts of records from judgements of risk of bias, in the form of the drafts from study data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.cli.import_draft import record
from msc_evidence.cli.read_draft import mapping, numbered, one_line, registry_text
from msc_evidence.reading.draft import Fields, slug
from msc_evidence.reading.texts.citation import Citation
from msc_evidence.registry.bibliography import year_of
from msc_evidence.registry.rewrite import plain_scalar
from msc_evidence.registry.robvis import COLUMNS, BiasRow

#: A day that nobody judged anything on, where a record must have one.
_NO_DAY = "1900-01-01"


def registry_of_judgements(rows: Sequence[BiasRow], file: str, stem: str) -> str:
    """A registry file with a draft of each study and what was judged of its results."""
    labels = list(dict.fromkeys(row.outcome for row in rows))
    ids = numbered([f"to-do-{slug(label or stem)}" for label in labels])
    outcomes = dict(zip(labels, ids, strict=True))
    declared = {outcomes[name]: {"name": one_line(name) or "to do", "type": "continuous"} for name in labels}
    studies: dict[str, list[BiasRow]] = {}
    for row in rows:
        studies.setdefault(row.study, []).append(row)
    names = numbered([slug(study) for study in studies])
    trials = [
        _study(name, study, found, outcomes, file)
        for name, (study, found) in zip(names, studies.items(), strict=True)
    ]
    return registry_text(declared, trials, "the file says")


def _study(name: str, study: str, rows: Sequence[BiasRow], outcomes: Mapping[str, str], file: str) -> str:
    lines = ["    results:"]
    for row in rows:
        result = mapping({"outcome": outcomes[row.outcome], "at": "not reported"})
        lines.append(f"      - {result}  # to do: outcome, at, what was reported (line {row.line})")
    kept = [row for row in rows if not row.problem]
    lines += ["    risk-of-bias:"] if kept else []
    for row in kept:
        lines += _judgement(row, outcomes[row.outcome])
    lines += [
        f"    # to do: line {row.line} cannot be recorded as it stands: {_said(row)}"
        for row in rows
        if row.problem
    ]
    citation = Citation(year=year_of(study))
    source: Fields = {"kind": "secondary report", "citation": one_line(file)}
    called = None if study == name else study
    return record(name, called, citation, f"{file}:{rows[0].line}", "\n".join(lines), ("data", source))


def _judgement(row: BiasRow, outcome: str) -> Iterator[str]:
    yield f"      - outcome: {outcome}  # to do: outcome and at of the result judged (line {row.line})"
    yield "        at: not reported"
    yield f"        by: {plain_scalar(one_line(row.by))}" if row.by else "        by: to do"
    yield (
        f"        date: {row.day}"
        if row.day
        else f"        date: {_NO_DAY}  # to do: the day of the judgement"
    )
    for key, (risk, support) in row.judged.items():
        said = mapping({"risk": risk, "support": one_line(support) or "to do"})
        yield f"        {key.replace('_', '-')}: {said}"


def _said(row: BiasRow) -> str:
    judged = "; ".join(f"{COLUMNS[key]} {risk}" for key, (risk, _) in row.judged.items())
    return f"{judged} ({row.problem})"
