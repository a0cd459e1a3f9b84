"""The part of a draft that an article's tables give: rows at entry, results, harms, and the cells that print them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msc_evidence.exchange.drafts import braced_fields
from msc_evidence.reading.draft_results import Fields
from msc_evidence.reading.draft_tables import TableDraft, TableEntry
from msc_evidence.reading.groups.arm_labels import is_control
from msc_evidence.registry.rewrite import plain_scalar
from msc_evidence.registry.table_cells import cells_seal, written_places
from msc_evidence.render.inert import inert
from msc_evidence.render.text import on_one_line

#: The source that the numbers of tables come from.
SOURCE = "full-text"
#: A remark quotes no more of a row.
_LONGEST = 160


def arm_lines(tables: TableDraft) -> Iterator[str]:
    """The arms that only the tables name."""
    for key, arm in tables.arms.items():
        guess = "control" if is_control(arm.label) else ""
        asked = f"role ({guess}, by its name?)" if guess else "role"
        same = "; or one of the arms above" if len(tables.sizes) > len(tables.arms) else ""
        # Labels are words of the abstract, which has not the figures of these.
        said = on_one_line(arm.label)
        label, beside = ("to do", f"; label {inert(said)}") if any(map(str.isdigit, said)) else (said, "")
        yield f"      {key}: {{label: {plain_scalar(label or 'to do')}}}  # to do: {asked}{same}{beside}"


def size_lines(tables: TableDraft) -> Iterator[str]:
    """The sizes of arms as the heads of the tables print them."""
    if tables.sizes:
        sizes = braced_fields({key: {"n": n} for key, n in tables.sizes.items()})
        yield "    also:"
        yield f"      - {{source: {SOURCE}, arms: {sizes}}}"


def baseline_lines(tables: TableDraft) -> Iterator[str]:
    """The characteristics at entry, one for each row."""
    entries = tables.of("baseline")
    if entries:
        yield "    baseline:"
    for entry in entries:
        label = on_one_line(entry.label) or "to do"
        unit: Fields = {"unit": entry.unit} if entry.unit else {}
        yield from _entry_lines(entry, {"variable": label, **unit})


def table_result_lines(tables: TableDraft, outcomes: Sequence[str]) -> Iterator[str]:
    """The results of the tables; `outcomes` has the id of each."""
    for entry, outcome in zip(tables.of("results"), outcomes, strict=True):
        yield from _entry_lines(entry, {"outcome": outcome, "at": "not reported"})


def table_harm_lines(tables: TableDraft, *, first: bool) -> Iterator[str]:
    """Participants with an adverse event, by arm."""
    entries = tables.of("harms")
    if entries and first:
        yield "    harms:"
    for entry in entries:
        at = {"at": entry.fields["at"]} if "at" in entry.fields else {}
        counts: Fields = {
            key: values["events"] for key, values in entry.arms.items() if isinstance(values, dict)
        }
        sized = {
            key: values["n"]
            for key, values in entry.arms.items()
            if isinstance(values, dict) and "n" in values
        }
        fields: Fields = {"event": on_one_line(entry.label) or "to do", **at, "arms": counts}
        fields |= {"at-risk": dict(sized)} if sized else {}
        fields |= {"source": SOURCE, "from": written_places(entry.places)}
        yield f"      - {braced_fields(fields)}  # to do: participants, not events?"


def _entry_lines(entry: TableEntry, head: Fields) -> Iterator[str]:
    yield f"      # {_shortened('; '.join(entry.remarks))}"
    fields: Fields = {**head, **entry.fields, "source": SOURCE, "from": written_places(entry.places)}
    for number, (key, value) in enumerate(fields.items()):
        written = braced_fields(value) if isinstance(value, dict) else plain_scalar(value)
        yield f"{'        ' if number else '      - '}{key}: {written}"
    if entry.among:
        yield f"        among: [{', '.join(entry.among)}]"
    yield "        arms:"
    for arm, values in entry.arms.items():
        yield f"          {arm}: {braced_fields(values) if isinstance(values, dict) else values}"


def table_source_lines(tables: TableDraft) -> Iterator[str]:
    """The source that the cells are of, with their seal, and what of the tables found no place."""
    yield f"      {SOURCE}:"
    yield "        kind: full text"
    yield f"        tables-sha256: {tables.sha256}"
    if tables.cells:
        yield "        cells:"
        yield from (f"          - {plain_scalar(on_one_line(line))}" for line in tables.cells)
        yield f"        cells-sha256: {cells_seal([on_one_line(line) for line in tables.cells])}"
    if tables.open:
        yield "        # to do: what of the tables is recorded nowhere above:"
        yield from (f"        # {_shortened(line)}" for line in tables.open)


def _shortened(text: str) -> str:
    line = on_one_line(inert(text))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
