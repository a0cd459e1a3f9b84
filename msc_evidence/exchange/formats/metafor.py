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


def export(request: ExportRequest) -> Exported:
    """Data of one outcome in metafor's columns, as `pool --data` and escalc read them.

    `study` and, as the trials report them, `ai bi ci di n1i n2i`, `m1i sd1i n1i m2i sd2i n2i` or
    `pi n1i n2i direction`; without `--measure` the first of these that most trials give. Where they give different
    data, all of them beside each trial's `yi vi`; where they print ratios with intervals and no more, or for HR, the
    logarithms of these as `yi vi`. Raises Refused where no trial enters, or not exactly one outcome was asked for.
    """
    if len(request.query.outcomes) != 1:
        known = ", ".join(request.query.outcomes)
        raise Refused(f"metafor's columns hold one outcome; name it with --outcome ({known})")
    if request.measure == "HR":
        ratios = _printed_ratios(request, ("HR",))
        if ratios is None:
            raise Refused("no trial prints an HR with its interval")
        return ratios
    measure, selection = _measure_and_trials(request)
    if not selection.entries:
        if printed := _printed_ratios(request, (request.measure,) if request.measure else PRINTED_RATIOS):
            return printed
        reasons = "; ".join(f"{name}: {reason}" for name, reason in selection.left_out)
        raise Refused(f"no trial enters: {reasons}")
    mixed = len({entry.basis for entry in selection.entries}) > 1
    rows = tuple(_exported_row(entry, measure if mixed else None) for entry in selection.entries)
    keys = dict.fromkeys(key for row in rows for key in row)
    columns = tuple(Column(key, key, "text" if key == "study" else "number") for key in keys)
    remarks = (*_left_out_remarks(selection), *_reading_remarks(request, selection, measure, mixed=mixed))
    return Exported((Table(request.query.outcomes[0], columns, rows),), remarks)


def _printed_ratios(request: ExportRequest, measures: Sequence[str]) -> Exported | None:
    """The ratios that trials print with their intervals, on the first measure that most do; None without any."""
    results = {name: _requested_results(own, request) for name, own in request.query.results.items()}
    reporting = {name: own for name, own in results.items() if own}
    tried = [as_reported(measure, reporting) for measure in measures if measure in PRINTED_RATIOS]
    known = [effects for effects in tried if isinstance(effects, EffectStudies)]
    if not known:
        return None
    best = max(known, key=lambda effects: len(effects.names))
    (studies,) = best.sets
    rows: tuple[dict[str, Value], ...] = tuple(
        {"study": name, "yi": float(yi), "vi": float(vi)}
        for name, yi, vi in zip(studies.labels, studies.yi, studies.vi, strict=True)
    )
    columns = (Column("study", "study"), Column("yi", "yi", "number"), Column("vi", "vi", "number"))
    remarks = [f"not in the file: {name}: {reason}" for name, reason in best.left_out]
    meaning = f"yi is ln {best.measure} as printed, vi its variance by the printed interval"
    return Exported(
        (Table(request.query.outcomes[0], columns, rows),),
        (*remarks, f"{meaning}; pool it with: msc-evidence pool --data FILE --measure GEN"),
    )


def _requested_results(own: Iterable[AnalysedResult], request: ExportRequest) -> list[AnalysedResult]:
    """Those of a trial's comparisons that were asked for."""
    return [
        result
        for result in own
        if (result.result.outcome, result.result.definition)
        == (request.query.outcomes[0], request.definition)
        and request.query.at in (None, result.result.at)
        and not result.result.within
    ]


def _measure_and_trials(request: ExportRequest) -> tuple[str, Selection]:
    """The measure asked for, else the first that most trials give, and the trials that enter."""
    known = [name for name in MEASURES if name != "GEN"]
    if request.measure is not None and request.measure not in known:
        raise Refused(f"unknown measure '{request.measure}'; known: {', '.join(known)}")
    selections = {
        measure: select(
            Question(request.query.outcomes[0], request.query.at, measure, definition=request.definition),
            request.query.results,
            request.query.registry.trials,
        )
        for measure in ([request.measure] if request.measure else _KINDS)
    }
    best = max(selections, key=lambda measure: len(selections[measure].entries))
    return best, selections[best]


def _exported_row(entry: Entry, measure: str | None) -> dict[str, Value]:
    row: dict[str, Value] = {"study": entry.study, **_two_by_two_cells(entry), **entry.data}
    if "direction" in row:
        row["direction"] = int(entry.data["direction"]) if entry.directed else None
    if measure:
        yi, vi = entry.effect(measure)
        row |= {"yi": yi if entry.directed else None, "vi": vi}
    return row


def _two_by_two_cells(entry: Entry) -> dict[str, Value]:
    """The four cells of a study of counts, which escalc reads without the sizes."""
    if entry.basis != "counts":
        return {}
    data = entry.data
    cells = {
        "ai": data["ai"],
        "bi": data["n1i"] - data["ai"],
        "ci": data["ci"],
        "di": data["n2i"] - data["ci"],
    }
    return {**cells, "n1i": data["n1i"], "n2i": data["n2i"]}


def _left_out_remarks(selection: Selection) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for name, reason in selection.left_out:
        reasons.setdefault(reason, []).append(name)
    yield from (f"not in the file: {', '.join(names)}: {reason}" for reason, names in reasons.items())
    for entry in selection.entries:
        if not entry.directed:
            yield f"{entry.study} has no direction: no source says which arm did better; the pool leaves it out"


def _reading_remarks(
    request: ExportRequest, selection: Selection, measure: str, *, mixed: bool
) -> Iterator[str]:
    outcome = request.query.registry.outcomes[request.query.outcomes[0]]
    entering = [
        _requested_results(request.query.analysis.results(entry.study), request)
        for entry in selection.entries
    ]
    times = dict.fromkeys(result.result.at for own in entering for result in own)
    if len(times) > 1:
        yield f"reported at {listed([str(at) for at in times])}; one time: --at"
    means = any(entry.basis == "means" for entry in selection.entries)
    if measure in ORIENTED and means and outcome.better == "lower":
        yield "lower is better: the signs of the means are turned, so that above 0 the treatment arm did better"
    read_as = "GEN" if mixed else measure
    mixed_words = "the trials give different data; their effects are yi and vi; " if mixed else ""
    yield f"{mixed_words}pool it with: msc-evidence pool --data FILE --measure {read_as}"


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
        column_sets = "; ".join(" ".join(names) for names in KNOWN)
        raise RegistryError(
            [Problem(Place(studies.file, 1, 1), f"no columns of study data; known: {column_sets}")]
        )
    rows = each_row(studies, _imported_row)
    refuse_repeated_labels(studies, studies.text_column("study"))
    return rows


def _imported_row(cells: RowCells) -> StudyRow:
    label = cells.text("study")
    if not label:
        raise cells.error("study", "study is empty; every line needs its study")
    line, year = cells.studies.lines[cells.row], cells.year("year", label)
    if cells.has(*_COUNTS) or cells.has(*_CELLS):
        sizes = _arm_sizes(cells) if cells.has(*_SIZES) else _sizes_from_cells(cells)
        groups = tuple(
            {"n": n, "events": cells.events(name, n)} for n, name in zip(sizes, ("ai", "ci"), strict=True)
        )
        return StudyRow(line, label, year, sizes=sizes, groups=(groups[0], groups[1]))
    if cells.has(*_MEANS):
        sizes = _arm_sizes(cells)
        first, second = (
            {"n": n, "mean": cells.number(f"m{arm}i"), "sd": cells.spread(f"sd{arm}i")}
            for arm, n in zip((1, 2), sizes, strict=True)
        )
        return StudyRow(line, label, year, sizes=sizes, groups=(first, second))
    if cells.has(*_P):
        p, sign = cells.p("pi"), cells.sign("direction")
        return StudyRow(line, label, year, sizes=_arm_sizes(cells), p=p, direction=sign)
    if cells.has(*_GIVEN):
        note = f"yi {cells.number('yi')}, vi {cells.spread('vi')}, on a scale that the file does not name"
        return StudyRow(line, label, year, sizes=_arm_sizes(cells) if cells.has(*_SIZES) else None, note=note)
    raise cells.error("study", f"{label} fills no set of columns; expected {' '.join(_COUNTS)} or another")


def _arm_sizes(cells: RowCells) -> tuple[str, str]:
    return cells.count("n1i"), cells.count("n2i")


def _sizes_from_cells(cells: RowCells) -> tuple[str, str]:
    a, b, c, d = (int(cells.count(name)) for name in _CELLS)
    return str(a + b), str(c + d)
