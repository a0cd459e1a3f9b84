"""Drafts of records as a registry file: what is sure is filled in, everything else is marked `to do`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.reading.draft import Draft, DraftResult, Fields, OpenFigure
from msc_evidence.reading.texts.citation import Citation
from msc_evidence.registry.rewrite import flow, plain_scalar, seal
from msc_evidence.render.text import inert

#: The registry needs a year; this one is before all trials.
_NO_YEAR = "1900"
_HEAD = """\
# {count}. What {known} is filled in; every `to do` needs you.
# Use it as a file of its own beside others in a registry folder, or move its outcomes and trials to your trials.yaml.
registry: 1
"""
_OUTCOMES = """\

outcomes:
  # to do: write the id of the outcome that each result is of, then remove these.
"""
#: A remark names no more figures than this; a longer line is written key by key.
MOST_BESIDE = 12
LONGEST_LINE = 110
_CITED = ("title", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid")


def registry_of(drafts: Sequence[Draft]) -> str:
    """A registry file with a draft of each text."""
    names = numbered([draft.id for draft in drafts])
    outcomes = {
        _outcome(name, result): result.type
        for name, draft in zip(names, drafts, strict=True)
        for result in draft.results
    }
    declared = {name: {"name": "to do", "type": kind} for name, kind in outcomes.items()}
    trials = [_trial(name, draft) for name, draft in zip(names, drafts, strict=True)]
    return registry_text(declared, trials, "the text is sure of")


def registry_text(outcomes: Mapping[str, Mapping[str, str]], trials: Sequence[str], known: str) -> str:
    """A registry file of these outcomes and of records as text; `known` says what is filled in."""
    count = "Draft of a record" if len(trials) == 1 else f"Drafts of {len(trials)} records"
    declared = "".join(f"  {name}: {mapping(dict(fields))}\n" for name, fields in outcomes.items())
    head = _HEAD.format(count=count, known=known)
    return f"{head}{_OUTCOMES + declared if declared else ''}\ntrials:" + "".join(
        f"\n{trial}" for trial in trials
    )


def numbered(ids: Sequence[str]) -> list[str]:
    """The ids, numbered where two would be the same."""
    names: dict[str, None] = {}
    for each in ids:
        name, number = each, 1
        while name in names:
            number += 1
            name = f"{each}-{number}"
        names[name] = None
    return list(names)


def _outcome(trial: str, result: DraftResult) -> str:
    """The outcome that stands for all of its type in this trial: no other draft declares it."""
    return f"to-do-{trial}" + ("" if result.type == "continuous" else f"-{result.type}")


def _trial(name: str, draft: Draft) -> str:
    lines = [
        f"  # read from {inert(draft.place)}",
        f"  {name}:",
        "    citation:",
        *citation_lines(draft.citation),
        *registration_lines(draft.registration),
        design_line(draft.citation),
        _participants(draft),
        *_arms(draft.arms),
        *_results(name, draft),
        "    # to do: baseline, harms and claims, where the text has them.",
        *_source(draft),
    ]
    return "\n".join(lines) + "\n"


def citation_lines(citation: Citation) -> Iterator[str]:
    """The keys of a citation, with a remark on what it lacks."""
    if citation.authors:
        yield f"      authors: {flow([*map(one_line, citation.authors)], 6, plain_scalar)}"
    for name in _CITED:
        value = one_line(getattr(citation, name))
        if name == "year" and not (value.isdigit() and 1900 <= int(value) <= 2100):
            yield f"      year: {_NO_YEAR}  # to do: the year of publication"
        elif value:
            yield f"      {name}: {plain_scalar(value)}"
    lacking = [name for name in ("authors", "title", "journal") if not getattr(citation, name)]
    if lacking:
        yield f"      # to do: {', '.join(lacking)}"


def one_line(text: str) -> str:
    """The text without line breaks and control characters."""
    return " ".join(inert(text).split())


def registration_lines(numbers: Sequence[str]) -> Iterator[str]:
    """The registration numbers, or the remark that they are still to be found."""
    if numbers:
        yield f"    registration: {flow(list(numbers), 4, plain_scalar)}"
    else:
        yield "    # to do: registration: [number], or not reported"


def design_line(citation: Citation) -> str:
    """The design, as far as the record's index terms say it."""
    if citation.randomised:
        return "    design: {allocation: randomised}  # to do: ratio, masking, assessment, window, follow-up"
    return "    design: {}  # to do: allocation, ratio, masking, assessment, window, follow-up"


def _participants(draft: Draft) -> str:
    if draft.enrolled:
        return f"    participants: {{enrolled: {plain_scalar(draft.enrolled)}}}  # to do: condition, stage, analysis"
    return "    participants: {}  # to do: condition, stage, enrolled, analysis"


def _arms(arms: Mapping[str, str | None]) -> Iterator[str]:
    yield "    arms:"
    yield "      # to do: an id and a role for each (treatment, control), n analysed, cells, comparator."
    if "first-named" in arms:
        yield "      # to do: which arms are first-named and second-named? Counts are theirs in the order of print."
    for name, size in (arms or {"arm-1": None, "arm-2": None}).items():
        randomised = f", randomised: {plain_scalar(size)}" if size else ""
        yield f"      {name}: {{label: to do{randomised}}}"


def _results(trial: str, draft: Draft) -> Iterator[str]:
    if not draft.results:
        yield "    # to do: results; the text gives none that is sure."
        return
    yield "    results:"
    for result in draft.results:
        wanted = ["outcome", *([] if "at" in result.fields else ["at"]), "favours"]
        fields: Fields = {"outcome": _outcome(trial, result), "at": "not reported", **result.fields}
        yield f"      # to do: {', '.join(wanted)} ({_beside(result, draft.open)})"
        yield from _entry(fields)


def _entry(fields: Fields) -> Iterator[str]:
    """A result on one line, or key by key where that would be too long to edit."""
    line = f"      - {mapping(fields)}"
    if len(line) <= LONGEST_LINE:
        yield line
        return
    for at, (key, value) in enumerate(fields.items()):
        lead = "        " if at else "      - "
        if key == "arms" and isinstance(value, dict):
            yield f"{lead}arms:"
            yield from (f"          {arm}: {_written(values)}" for arm, values in value.items())
        else:
            yield f"{lead}{key}: {_written(value)}"


def _written(value: str | Fields) -> str:
    return plain_scalar(value) if isinstance(value, str) else mapping(value)


def _beside(result: DraftResult, open_figures: Sequence[OpenFigure]) -> str:
    """The result's sentence, with the figures there that have no place yet: its arms' values are among them."""
    found = [figure.figure for figure in open_figures if figure.sentence == result.sentence]
    listed = ", ".join([*found[:MOST_BESIDE], *["…"] * (len(found) > MOST_BESIDE)])
    return f"sentence {result.sentence}" + (f", beside {inert(listed)}" if listed else "")


def mapping(fields: Fields) -> str:
    """The fields in braces on one line."""
    pairs = (f"{key}: {_written(value)}" for key, value in fields.items())
    return "{" + ", ".join(pairs) + "}"


def _source(draft: Draft) -> Iterator[str]:
    yield "    sources:"
    yield "      abstract:"
    yield "        kind: abstract"
    for name in ("pmid", "doi"):
        if value := getattr(draft.citation, name):
            yield f"        {name}: {plain_scalar(one_line(value))}"
    figures = list(draft.fingerprint.figures)
    written = {"sha256": draft.fingerprint.sha256, "figures": figures, "figures-sha256": seal(figures)}
    for name, content in written.items():
        if isinstance(content, list) and not content:
            yield f"        {name}: []"
        else:
            yield f"        {name}: {flow(content, 8, plain_scalar)}"
    yield from _open(draft.open)


def _open(figures: Sequence[OpenFigure]) -> Iterator[str]:
    if not figures:
        return
    yield "        # to do: record each of these numbers above, or ignore it here with a reason:"
    yield "        # ignored:"
    for found in figures:
        entry = mapping({"figure": found.figure, "because": "to do"})
        yield f"        #   - {entry}  # {found.kind}, sentence {found.sentence}"
