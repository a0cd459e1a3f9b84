"""The draft of the record that a text is the source of: what is sure is filled in, the rest is marked `to do`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.exchange.drafts import (
    braced_fields,
    citation_lines,
    design_line,
    field_text,
    registration_lines,
    registry_text,
    unique_ids,
)
from msc_evidence.exchange.drafts_of_tables import (
    arm_lines,
    baseline_lines,
    size_lines,
    table_harm_lines,
    table_result_lines,
    table_source_lines,
)
from msc_evidence.reading.draft import Draft
from msc_evidence.reading.draft_arms import DraftArm
from msc_evidence.reading.draft_ids import slug
from msc_evidence.reading.draft_results import DraftHarm, DraftResult, Fields, OpenFigure
from msc_evidence.reading.draft_tables import TableDraft, TableEntry
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.read import CUT
from msc_evidence.registry.fields import TO_DO, TO_DO_ID
from msc_evidence.registry.rewrite import figures_seal, flow_yaml, plain_scalar
from msc_evidence.render.inert import inert
from msc_evidence.render.text import on_one_line

_ROLES = ("treatment", "control")
_UNVERIFIED = "unverified layout, compare each number with the page"
#: A remark names no more figures than this; a longer line is written key by key.
MOST_BESIDE = 8
LONGEST_LINE = 110


def registry_of_drafts(drafts: Sequence[Draft]) -> str:
    """A registry file with a draft of each text."""
    names = unique_ids([draft.id for draft in drafts])
    declared = {
        outcome: {"name": on_one_line(result.label) or TO_DO, "type": result.type, **_unit(result)}
        for name, draft in zip(names, drafts, strict=True)
        for outcome, result in zip(_outcome_ids(name, _reported(draft)), _reported(draft), strict=True)
    }
    trials = [_draft_record(name, draft) for name, draft in zip(names, drafts, strict=True)]
    return registry_text(declared, trials, "the text is sure of")


def _unit(result: DraftResult | TableEntry) -> dict[str, str]:
    """The unit of an outcome, where the label of its row gives one."""
    return {"unit": result.unit} if isinstance(result, TableEntry) and result.unit else {}


def _reported(draft: Draft) -> list[DraftResult | TableEntry]:
    """The results of the abstract, and those of the tables behind them."""
    return [*draft.results, *(draft.tables.of("results") if draft.tables else ())]


def _outcome_ids(trial: str, results: Sequence[DraftResult | TableEntry]) -> list[str]:
    """The outcome of each result: one for each label and type, one of each type for all without a label."""
    spoken = dict.fromkeys(each.label for each in results if each.label)
    # Of long labels only the beginning is in an id: those that begin alike are told apart by a number.
    labelled = dict(zip(spoken, unique_ids([slug(label) for label in spoken]), strict=True))
    kinds = dict.fromkeys((labelled[each.label], each.type) for each in results if each.label)
    labels = Counter(label for label, _ in kinds)

    def outcome(result: DraftResult | TableEntry) -> str:
        label = labelled[result.label] if result.label else ""
        kind = "" if result.type == "continuous" or labels[label] == 1 else f"-{result.type}"
        return f"{TO_DO_ID}-{trial}" + (f"-{label}" if label else "") + kind

    return [outcome(result) for result in results]


def _doubts(draft: Draft) -> str:
    """What must be known of how a text was read."""
    doubts = [CUT] * draft.cut + [_UNVERIFIED] * draft.place.lower().endswith(".pdf")
    return "".join(f"; {doubt}" for doubt in doubts)


def _draft_record(name: str, draft: Draft) -> str:
    lines = [
        f"  # read from {inert(draft.place)}{_doubts(draft)}",
        f"  {name}:",
        "    citation:",
        *citation_lines(draft.citation),
        *registration_lines(draft.registration),
        design_line(draft.citation, draft.design),
        _participants_line(draft),
        *_arm_lines(draft.arms, draft.tables),
        *(baseline_lines(draft.tables) if draft.tables else ()),
        *_result_lines(name, draft),
        *_harm_lines(draft.harms),
        *(table_harm_lines(draft.tables, first=not draft.harms) if draft.tables else ()),
        f"    # to do: {_parts_left(draft)}, where the text has them.",
        *(size_lines(draft.tables) if draft.tables else ()),
        *_source_lines(draft),
        *(table_source_lines(draft.tables) if draft.tables else ()),
    ]
    return "\n".join(lines) + "\n"


def _parts_left(draft: Draft) -> str:
    tables = draft.tables
    left = ["baseline"] * (not (tables and tables.of("baseline")))
    left += ["harms"] * (not (draft.harms or (tables and tables.of("harms"))))
    return " and ".join(filter(None, [", ".join(left), "claims"]))


def _participants_line(draft: Draft) -> str:
    fields: Fields = dict([draft.sample]) if draft.sample else {}
    lacking = ["condition", "stage", *([] if "enrolled" in fields else ["enrolled"]), "analysis"]
    return f"    participants: {braced_fields(fields)}  # to do: {', '.join(lacking)}{_missing(draft)}"


def _missing(draft: Draft) -> str:
    """What the sizes of the arms add up to, where that is not the sample."""
    sizes = [as_digits(arm.size or "") for arm in draft.arms.values()]
    sample = as_digits(draft.sample[1]) if draft.sample else ""
    if (
        not sizes
        or not all(each.isdigit() for each in (*sizes, sample))
        or sum(map(int, sizes)) == int(sample)
    ):
        return ""
    return f"; the arms' sizes add up to {sum(map(int, sizes))}"


def _arm_lines(arms: Mapping[str, DraftArm], tables: TableDraft | None) -> Iterator[str]:
    yield "    arms:"
    if not arms and tables and tables.arms:
        yield "      # to do: a role for each (treatment, control), n analysed, intervention or cells, comparator."
        yield from arm_lines(tables)
        return
    named = bool(arms) and all(arm.role for arm in arms.values())
    asked = "confirm labels and roles;" if named else "an id and a role for each (treatment, control),"
    yield f"      # to do: {asked} n analysed, intervention, comparator."
    if "first-named" in arms:
        yield "      # to do: which arms are first-named and second-named? Counts are theirs in the order of print."
    for name, arm in (arms or {"arm-1": DraftArm(), "arm-2": DraftArm()}).items():
        fields: Fields = {"role": arm.role} if arm.role else {}
        fields["label"] = on_one_line(arm.label) or "to do"
        fields |= {arm.key: arm.size} if arm.size else {}
        yield f"      {name}: {braced_fields(fields)}"
    yield from arm_lines(tables) if tables else ()


def _result_lines(trial: str, draft: Draft) -> Iterator[str]:
    if not _reported(draft):
        yield "    # to do: results; the text gives none that is sure."
        return
    yield "    results:"
    since = 0
    ids = _outcome_ids(trial, _reported(draft))
    for outcome, result in zip(ids, draft.results, strict=False):
        fields: Fields = {"outcome": outcome, "at": "not reported", **result.fields}
        phrase = f": {inert(result.phrase)}" if result.phrase else ""
        lacking = ", ".join(_left_of(result, draft.arms))
        yield f"      # to do: {lacking} ({_sentence_and_figures(result, since, draft.open)}){phrase}"
        if result.unnamed:
            yield f"      # to do: an interval of what? effect: {braced_fields(result.unnamed)}"
        yield from _result_entry(fields)
        since = result.start
    if draft.tables:
        yield from table_result_lines(draft.tables, ids[len(draft.results) :])


def _left_of(result: DraftResult, arms: Mapping[str, DraftArm]) -> Iterator[str]:
    """What a person has to say of a result."""
    yield "outcome"
    if "arms" not in result.fields and len(arms) > len(_ROLES):
        yield "arm and against, or among"
    yield from (key for key in ("at", "favours") if key not in result.fields)
    if result.over_time:
        yield "within (the arm, if over time)"


def _harm_lines(harms: Sequence[DraftHarm]) -> Iterator[str]:
    if harms:
        yield "    harms:"
    for harm in harms:
        fields: Fields = {"event": on_one_line(harm.event), "arms": dict(harm.arms)}
        yield f"      - {braced_fields(fields)}  # to do: confirm the event (sentence {harm.sentence})"


def _result_entry(fields: Fields) -> Iterator[str]:
    """A result on one line, or key by key where that would be too long to edit."""
    line = f"      - {braced_fields(fields)}"
    if len(line) <= LONGEST_LINE:
        yield line
        return
    for at, (key, value) in enumerate(fields.items()):
        lead = "        " if at else "      - "
        if key == "arms" and isinstance(value, dict):
            yield f"{lead}arms:"
            yield from (f"          {arm}: {field_text(values)}" for arm, values in value.items())
        else:
            yield f"{lead}{key}: {field_text(value)}"


def _sentence_and_figures(result: DraftResult, since: int, open_figures: Sequence[OpenFigure]) -> str:
    """The result's sentence, with the figures of no place between the last result and it: its arms' among them."""
    figures = [
        figure.figure
        for figure in open_figures
        if figure.sentence == result.sentence and since <= figure.start < result.start
    ]
    listed = ", ".join([*figures[-MOST_BESIDE:], *["…"] * (len(figures) > MOST_BESIDE)])
    return f"sentence {result.sentence}" + (f", beside {inert(listed)}" if listed else "")


def _source_lines(draft: Draft) -> Iterator[str]:
    yield "    sources:"
    yield "      abstract:"
    yield "        kind: abstract"
    for name in ("pmid", "doi"):
        if value := getattr(draft.citation, name):
            yield f"        {name}: {plain_scalar(on_one_line(value))}"
    figures = list(draft.fingerprint.figures)
    written = {
        "sha256": draft.fingerprint.sha256,
        "figures": figures,
        "figures-sha256": figures_seal(figures),
    }
    for name, content in written.items():
        if isinstance(content, list) and not content:
            yield f"        {name}: []"
        else:
            yield f"        {name}: {flow_yaml(content, 8, plain_scalar)}"
    yield from _open_figure_lines(draft.open)


def _open_figure_lines(figures: Sequence[OpenFigure]) -> Iterator[str]:
    if not figures:
        return
    yield "        # to do: record each of these numbers above, or ignore it here with a reason:"
    yield "        # ignored:"
    for figure in figures:
        entry = braced_fields({"figure": figure.figure, "because": figure.because or TO_DO})
        yield f"        #   - {entry}  # {figure.kind}, sentence {figure.sentence}"
