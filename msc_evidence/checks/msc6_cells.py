"""MSC6xx: the numbers of a record against the cells of an article's tables that they were taken from.

How cells are read is imported where a record has any: it takes a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msc_evidence.checks.finding import Path
from msc_evidence.checks.registration.sealed import is_same_number, values_with_keys
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.model import Result, Trial
from msc_evidence.registry.publication import Source
from msc_evidence.registry.table_cells import cell_texts, cells_seal, places_by_role
from msc_evidence.registry.values import Baseline

_Tied = Baseline | Result | Harm


@check("MSC611", "error", fields=("posted",))
def number_not_in_its_cell(subject: Subject) -> Iterator[Hit]:
    """number that its cell does not print.

    A part whose `from` names cells of an article's tables (`msc=T1!r5c2 p=T1!r5c4`) has each number in the cell of its
    arm, of `all`, of `p` or of the `effect`: in the article given with --texts (its tables are read again), without
    it in the sealed list of the source's cells. Sizes may stand in any listed cell.
    It matters because a digit goes wrong, or two arms change places, when a table is copied.
    Example: `{from: msc=T1!r5c2, arms: {msc: {mean: 63.4}}}` where the cell prints 63.2 (11.4).
    It cannot see whether the table is right.

    Flagged:
        arms: {msc: {role: treatment}, control: {role: control}}
        baseline: [{variable: age, source: paper, from: msc=T1!r5c1 control=T1!r5c2,
                    arms: {msc: {mean: 63.4}, control: {mean: 64.0}}}]
        sources: {paper: {kind: full text, cells: [T1!r5c1 = 63.2 (11.4), T1!r5c2 = 64.0 (12.0)]}}
    Silent:
        arms: {msc: {role: treatment}, control: {role: control}}
        baseline: [{variable: age, source: paper, from: msc=T1!r5c1 control=T1!r5c2,
                    arms: {msc: {mean: 63.2}, control: {mean: 64.0}}}]
        sources: {paper: {kind: full text, cells: [T1!r5c1 = 63.2 (11.4), T1!r5c2 = 64.0 (12.0)]}}
    """
    for path, part in _parts_with_cells(subject.trial):
        name = subject.trial.source_of(part)
        source = subject.trial.sources.get(name)
        if source is not None and (source.cells or name in subject.articles):
            texts = _texts_of(subject, name, source)
            yield from _absent_numbers(path, part, texts)


@check("MSC612", "error", needs="texts")
def cell_changed(subject: Subject) -> Iterator[Hit]:
    """cell that the article prints otherwise.

    With the article at hand (`--texts`: JATS, HTML or DOCX) its tables are read again and each listed cell is set
    beside the text at its place. Where all of them agree and other cells have changed, a note says so.
    It matters because a corrected article, or a list that was edited and sealed anew, shows here alone.
    Example: `T1!r5c2 = 63.2 (11.4)` where the article prints 63.4 (11.4).
    It cannot see a change of caption or footnotes.
    """
    from msc_evidence.reading.tables.addresses import cells_by_place, tables_sha256

    for name, tables in subject.articles.items():
        source = subject.trial.sources[name]
        printed = cells_by_place(tables)
        changed = list(_changed_cells(name, source, printed))
        yield from changed
        if not changed and source.tables_sha256 not in (None, tables_sha256(tables)):
            message = (
                f"the listed cells of {name} are those of the article, whose tables have changed elsewhere"
            )
            yield Hit(("sources", name, "tables-sha256"), message, severity="note")


@check("MSC613", "error", fields=("cells_sha256",))
def cells_edited(subject: Subject) -> Iterator[Hit]:
    """list of cells edited by hand.

    The seal of `cells` is the SHA-256 of its lines; they are read from the tables of an article and not edited.
    It matters because a number that is changed in the record and in the list alike would pass.
    Example: a line of `cells` changed from 12 (60) to 13 (60).
    It cannot see a list that was sealed again; `--texts` with the article can.

    Flagged:
        sources:
          paper:
            kind: full text
            cells: [T1!r5c2 = 12 (60)]
            cells-sha256: 0000000000000000000000000000000000000000000000000000000000000000
    Silent:
        sources: {paper: {kind: full text, cells: [T1!r5c2 = 12 (60)]}}
    """
    for name, source in subject.trial.sources.items():
        if source.cells_sha256 is not None and source.cells_sha256 != cells_seal(source.cells):
            message = (
                f"the list of cells of {name} is not the one that was sealed; "
                "`--update-fingerprints --texts DIR` reads them from the article again"
            )
            yield Hit(("sources", name, "cells"), message)


def _parts_with_cells(trial: Trial) -> Iterator[tuple[Path, _Tied]]:
    groups: dict[str, Sequence[_Tied]] = {
        "baseline": trial.baseline,
        "results": trial.results,
        "harms": trial.harms,
    }
    for group, parts in groups.items():
        for index, part in enumerate(parts):
            if places_by_role(part.posted):
                yield (group, index), part


def _texts_of(subject: Subject, name: str, source: Source) -> Mapping[str, str]:
    """The cells of an article at hand, else those that the source lists."""
    tables = subject.articles.get(name)
    if tables is None:
        return cell_texts(source.cells)
    from msc_evidence.reading.tables.addresses import cells_by_place

    return cells_by_place(tables)


def _absent_numbers(path: Path, part: _Tied, texts: Mapping[str, str]) -> Iterator[Hit]:
    from msc_evidence.reading.tables.printed import printed_in, prints_size

    places = places_by_role(part.posted)
    for role, key, number in _numbers_of(part):
        cells = places.get(role, ())
        own = [texts[place] for place in cells if place in texts]
        if key[-1] in ("n", "at-risk"):
            if cells and not any(prints_size(text, str(number)) for text in texts.values()):
                yield Hit((*path, *key), f"n {number} is in no listed cell", str(number))
        elif not cells:
            message = f"{number}: `from` names no cell of {role}"
            yield Hit((*path, *key), message, str(number))
        elif not any(is_same_number(number, text) for text in printed_in(own)):
            said = " | ".join(own) or "is not among the cells listed"
            verb = "prints " if own else ""
            yield Hit(
                (*path, *key), f"{number} is not in {', '.join(cells)}, which {verb}{said}", str(number), said
            )


def _numbers_of(part: _Tied) -> Iterator[tuple[str, Path, object]]:
    """The numbers of a part: whose they are, where they stand in it, and each of them."""
    if isinstance(part, Harm):
        yield from ((arm, ("arms", arm), number) for arm, number in part.arms.items())
        yield from ((arm, ("at-risk", arm, "n"), number) for arm, number in part.at_risk.items())
        return
    for arm, values in (part.arms or {}).items():
        yield from ((arm, ("arms", arm, key), value) for key, value in values_with_keys(values))
    if isinstance(part, Baseline):
        yield from (("all", ("all", key), value) for key, value in values_with_keys(part.all))
    else:
        yield from (("effect", ("effect", key), value) for key, value in values_with_keys(part.effect))
    if part.p is not None:
        yield "p", ("p",), part.p


def _changed_cells(name: str, source: Source, printed: Mapping[str, str]) -> Iterator[Hit]:
    from msc_evidence.reading.tables.addresses import folded

    for at, (place, text) in enumerate(cell_texts(source.cells).items()):
        now = printed.get(place)
        if now is None:
            message = f"the article of {name} has no cell {place}, where {text} was read"
        elif folded(now) != folded(text):
            message = f"the article of {name} prints {now} at {place}, where {text} was read"
        else:
            continue
        yield Hit(("sources", name, "cells", at), message, text, now)
