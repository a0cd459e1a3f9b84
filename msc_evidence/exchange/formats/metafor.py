"""Study data in metafor's columns, both ways: counts, means, p-values, or effects with variances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msc_evidence.analysis.body import PRINTED_RATIOS, EffectStudies, as_reported
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.pool.selection import ORIENTED, Entry, Question, Selection, select
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.exchange.export import Exported, ExportRequest
from msc_evidence.exchange.study_rows import RowCells, StudyRow, each_row
from msc_evidence.registry.problems import Place, Problem, RegistryError, listed
from msc_evidence.registry.studies import StudyFile, refuse_repeated_labels
from msc_evidence.statistics.pooling.measures import MEASURES
from msc_evidence.tables.table import Column, Table, Value

OPTIONS = ("--outcome", "--at", "--definition", "--measure")
#: One measure for each kind of data: counts, means, p-values.
_KINDS = ("OR", "MD", "SMD")


def export(asked: ExportRequest) -> Exported:
    """Data of one outcome in metafor's columns, as `pool --data` and escalc read them.

    `study` and, as the trials report them, `ai bi ci di n1i n2i`, `m1i sd1i n1i m2i sd2i n2i` or
    `pi n1i n2i direction`; without `--measure` the first of these that most trials give. Where they give different
    data, all of them beside each trial's `yi vi`; where they print ratios with intervals and no more, or for HR, the
    logarithms of these as `yi vi`. Raises Refused where no trial enters, or not exactly one outcome was asked for.
    """
    if len(asked.query.outcomes) != 1:
        known = ", ".join(asked.query.outcomes)
        raise Refused(f"metafor's columns hold one outcome; name it with --outcome ({known})")
    if asked.measure == "HR":
        found = _reported(asked, ("HR",))
        if found is None:
            raise Refused("no trial prints an HR with its interval")
        return found
    measure, selection = _selected(asked)
    if not selection.entries:
        if printed := _reported(asked, (asked.measure,) if asked.measure else PRINTED_RATIOS):
            return printed
        reasons = "; ".join(f"{name}: {reason}" for name, reason in selection.left_out)
        raise Refused(f"no trial enters: {reasons}")
    mixed = len({entry.basis for entry in selection.entries}) > 1
    rows = tuple(_exported_row(entry, measure if mixed else None) for entry in selection.entries)
    keys = dict.fromkeys(key for row in rows for key in row)
    columns = tuple(Column(key, key, "text" if key == "study" else "number") for key in keys)
    remarks = (*_left_out(selection), *_remarks(asked, selection, measure, mixed=mixed))
    return Exported((Table(asked.query.outcomes[0], columns, rows),), remarks)


def _reported(asked: ExportRequest, measures: Sequence[str]) -> Exported | None:
    """The ratios that trials print with their intervals, on the first measure that most do; None without any."""
    results = {name: _asked_results(own, asked) for name, own in asked.query.results.items()}
    reporting = {name: own for name, own in results.items() if own}
    tried = [as_reported(measure, reporting) for measure in measures if measure in PRINTED_RATIOS]
    known = [each for each in tried if isinstance(each, EffectStudies)]
    if not known:
        return None
    found = max(known, key=lambda each: len(each.names))
    (studies,) = found.sets
    rows: tuple[dict[str, Value], ...] = tuple(
        {"study": name, "yi": float(yi), "vi": float(vi)}
        for name, yi, vi in zip(studies.labels, studies.yi, studies.vi, strict=True)
    )
    columns = (Column("study", "study"), Column("yi", "yi", "number"), Column("vi", "vi", "number"))
    remarks = [f"not in the file: {name}: {reason}" for name, reason in found.left_out]
    said = f"yi is ln {found.measure} as printed, vi its variance by the printed interval"
    return Exported(
        (Table(asked.query.outcomes[0], columns, rows),),
        (*remarks, f"{said}; pool it with: msc-evidence pool --data FILE --measure GEN"),
    )


def _asked_results(own: Iterable[AnalysedResult], asked: ExportRequest) -> list[AnalysedResult]:
    """Those of a trial's comparisons that were asked for."""
    return [
        found
        for found in own
        if (found.result.outcome, found.result.definition) == (asked.query.outcomes[0], asked.definition)
        and asked.query.at in (None, found.result.at)
        and not found.result.within
    ]


def _selected(asked: ExportRequest) -> tuple[str, Selection]:
    """The measure asked for, else the first that most trials give, and the trials that enter."""
    known = [name for name in MEASURES if name != "GEN"]
    if asked.measure is not None and asked.measure not in known:
        raise Refused(f"unknown measure '{asked.measure}'; known: {', '.join(known)}")
    found = {
        measure: select(
            Question(asked.query.outcomes[0], asked.query.at, measure, definition=asked.definition),
            asked.query.results,
            asked.query.registry.trials,
        )
        for measure in ([asked.measure] if asked.measure else _KINDS)
    }
    best = max(found, key=lambda measure: len(found[measure].entries))
    return best, found[best]


def _exported_row(entry: Entry, measure: str | None) -> dict[str, Value]:
    row: dict[str, Value] = {"study": entry.study, **_cells(entry), **entry.data}
    if "direction" in row:
        row["direction"] = int(entry.data["direction"]) if entry.directed else None
    if measure:
        yi, vi = entry.effect(measure)
        row |= {"yi": yi if entry.directed else None, "vi": vi}
    return row


def _cells(entry: Entry) -> dict[str, Value]:
    """The four cells of a study of counts, which escalc reads without the sizes."""
    if entry.basis != "counts":
        return {}
    data = entry.data
    found = {
        "ai": data["ai"],
        "bi": data["n1i"] - data["ai"],
        "ci": data["ci"],
        "di": data["n2i"] - data["ci"],
    }
    return {**found, "n1i": data["n1i"], "n2i": data["n2i"]}


def _left_out(found: Selection) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for name, reason in found.left_out:
        reasons.setdefault(reason, []).append(name)
    yield from (f"not in the file: {', '.join(names)}: {reason}" for reason, names in reasons.items())
    for entry in found.entries:
        if not entry.directed:
            yield f"{entry.study} has no direction: no source says which arm did better; the pool leaves it out"


def _remarks(asked: ExportRequest, found: Selection, measure: str, *, mixed: bool) -> Iterator[str]:
    outcome = asked.query.registry.outcomes[asked.query.outcomes[0]]
    entering = [_asked_results(asked.query.analysis.results(entry.study), asked) for entry in found.entries]
    times = dict.fromkeys(each.result.at for own in entering for each in own)
    if len(times) > 1:
        yield f"reported at {listed([str(at) for at in times])}; one time: --at"
    means = any(entry.basis == "means" for entry in found.entries)
    if measure in ORIENTED and means and outcome.better == "lower":
        yield "lower is better: the signs of the means are turned, so that above 0 the treatment arm did better"
    read_as = "GEN" if mixed else measure
    said = "the trials give different data; their effects are yi and vi; " if mixed else ""
    yield f"{said}pool it with: msc-evidence pool --data FILE --measure {read_as}"


_SIZES = ("n1i", "n2i")
_COUNTS = ("ai", "n1i", "ci", "n2i")
_CELLS = ("ai", "bi", "ci", "di")
_MEANS = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
_P = ("pi", "n1i", "n2i")
_GIVEN = ("yi", "vi")
#: Sets of columns, those that say more first.
KNOWN = (_COUNTS, _CELLS, _MEANS, _P, _GIVEN)


def read_metafor(studies: StudyFile) -> list[StudyRow]:
    """What each line reports by the first set of columns that it fills; raises RegistryError for a line with none."""
    studies.require_columns(["study"])
    if not any(set(names) <= set(studies.header) for names in KNOWN):
        wanted = "; ".join(" ".join(names) for names in KNOWN)
        raise RegistryError(
            [Problem(Place(studies.file, 1, 1), f"no columns of study data; known: {wanted}")]
        )
    rows = each_row(studies, _row)
    refuse_repeated_labels(studies, studies.text_column("study"))
    return rows


def _row(cells: RowCells) -> StudyRow:
    label = cells.text("study")
    if not label:
        raise cells.error("study", "study is empty; every line needs its study")
    line, year = cells.studies.lines[cells.row], cells.year("year", label)
    if cells.has(*_COUNTS) or cells.has(*_CELLS):
        sizes = _sizes(cells) if cells.has(*_SIZES) else _sums(cells)
        groups = tuple(
            {"n": n, "events": cells.events(name, n)} for n, name in zip(sizes, ("ai", "ci"), strict=True)
        )
        return StudyRow(line, label, year, sizes=sizes, groups=(groups[0], groups[1]))
    if cells.has(*_MEANS):
        sizes = _sizes(cells)
        first, second = (
            {"n": n, "mean": cells.number(f"m{arm}i"), "sd": cells.spread(f"sd{arm}i")}
            for arm, n in zip((1, 2), sizes, strict=True)
        )
        return StudyRow(line, label, year, sizes=sizes, groups=(first, second))
    if cells.has(*_P):
        p, sign = cells.p("pi"), cells.sign("direction")
        return StudyRow(line, label, year, sizes=_sizes(cells), p=p, direction=sign)
    if cells.has(*_GIVEN):
        note = f"yi {cells.number('yi')}, vi {cells.spread('vi')}, on a scale that the file does not name"
        return StudyRow(line, label, year, sizes=_sizes(cells) if cells.has(*_SIZES) else None, note=note)
    raise cells.error("study", f"{label} fills no set of columns; expected {' '.join(_COUNTS)} or another")


def _sizes(cells: RowCells) -> tuple[str, str]:
    return cells.count("n1i"), cells.count("n2i")


def _sums(cells: RowCells) -> tuple[str, str]:
    a, b, c, d = (int(cells.count(name)) for name in _CELLS)
    return str(a + b), str(c + d)
