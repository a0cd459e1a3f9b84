"""Study data in metafor's columns, both ways: counts, means, p-values, or effects with variances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from msc_evidence.analysis.pool.effects import ORIENTED, SOURCES
from msc_evidence.analysis.pool.entry import Entry, Selection
from msc_evidence.analysis.pool.lacking import by_reason
from msc_evidence.analysis.pool.measure_choice import question_measure
from msc_evidence.analysis.pool.own_columns import OwnFile
from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.analysis.pool.selection import Question, timed_selections
from msc_evidence.analysis.pool.times import PoolTime, times_words
from msc_evidence.exchange.export import Exported, ExportRequest
from msc_evidence.exchange.study_rows import Group, RowCells, StudyRow, each_row
from msc_evidence.registry.problems import Problem, RegistryError, listed
from msc_evidence.registry.studies import refuse_repeated_labels
from msc_evidence.statistics.pooling.measures import MEASURES
from msc_evidence.tables.table import Column, Table, Value

OPTIONS = ("--outcome", "--at", "--definition", "--measure", "--arms")


def export(request: ExportRequest) -> Exported:
    """Data of one outcome at one time in metafor's columns, as `pool --data` and escalc read them.

    `study` and, as the trials report them, `ai bi ci di n1i n2i`, `m1i sd1i n1i m2i sd2i n2i` or
    `pi n1i n2i direction`, for the measure named, else the outcome's usual one. Where trials give different data, or an
    effect and no more, each has its `yi vi` beside them. Raises Refused where no trial enters, not exactly one outcome
    was asked for, or trials report at several times and none was named.
    """
    if len(request.query.outcomes) != 1:
        known = ", ".join(request.query.outcomes)
        raise Refused(f"metafor's columns hold one outcome; name it with --outcome ({known})")
    measure, at, selection = _measure_and_trials(request)
    if not selection.entries:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in selection.left_out)
        raise Refused(f"no trial enters as {measure}: {reasons}")
    mixed = len({entry.basis for entry in selection.entries}) > 1
    timed = len({entry.at for entry in selection.entries}) > 1
    rows = tuple(_exported_row(entry, measure if mixed else None, timed=timed) for entry in selection.entries)
    keys = dict.fromkeys(key for row in rows for key in row)
    columns = tuple(Column(key, key, "text" if key in ("study", "at") else "number") for key in keys)
    given = mixed or any("yi" in entry.data for entry in selection.entries)
    remarks = (*_left_out_remarks(selection), *_reading_remarks(request, selection, measure, at, given=given))
    return Exported((Table(request.query.outcomes[0], columns, rows),), remarks)


def _measure_and_trials(request: ExportRequest) -> tuple[str, PoolTime, Selection]:
    """The measure asked for or usual, the time, and the trials that enter; raises Refused for several times."""
    query = request.query
    known = list(SOURCES)
    if request.measure is not None and request.measure not in known:
        raise Refused(f"unknown measure '{request.measure}'; known: {', '.join(known)}")
    question = Question(query.outcomes[0], "", definition=request.definition, arms=request.arms)
    measure = request.measure or question_measure(question, request.at, query.results, query.registry)
    question = replace(question, measure=measure)
    timed = timed_selections(question, request.at, query.results, query.registry.trials)
    entering = [(at, selection) for at, selection in timed if selection.entries]
    if len(entering) > 1:
        times = listed([str(at) for at, _ in entering])
        raise Refused(f"reported at {times}; name one with --at, or --at last for the last of each trial")
    return (measure, *(entering or timed)[0])


def _exported_row(entry: Entry, measure: str | None, *, timed: bool) -> dict[str, Value]:
    when: dict[str, Value] = {"at": entry.at} if timed else {}
    row: dict[str, Value] = {"study": entry.label, **when, **_two_by_two_cells(entry), **entry.data}
    if "direction" in row:
        row["direction"] = int(entry.data["direction"]) if entry.directed else None
    if measure or "yi" in row:
        yi, vi = entry.effect(measure or "")
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
    for reason, names in by_reason(selection.left_out).items():
        yield f"not in the file: {', '.join(names)}: {reason}"
    for entry in selection.entries:
        if not entry.directed:
            yield f"{entry.label} has no direction: no source says which arm did better; `pool --data` leaves it out"


def _reading_remarks(
    request: ExportRequest, selection: Selection, measure: str, at: PoolTime, *, given: bool
) -> Iterator[str]:
    outcome = request.query.registry.outcomes[request.query.outcomes[0]]
    yield f"measure {measure}, {times_words(at)}"
    yield from selection.notes
    for entry in selection.entries:
        if entry.marks or entry.basis in ("effect", "cut", "distribution"):
            yield f"{entry.label}: {', '.join([entry.words, *entry.marks])}"
    means = any("m1i" in entry.data for entry in selection.entries)
    if measure in ORIENTED and means and outcome.better == "lower":
        yield "lower is better: the signs of the means are turned, so that above 0 the treatment arm did better"
    read_as = "GEN" if given else measure
    logarithm = "ln of " if MEASURES[measure].ratio else ""
    if measure == "PS":
        logarithm = "the log odds of "
    meaning = f"yi is {logarithm}each trial's {measure}, vi its variance; " if given else ""
    yield f"{meaning}pool it with: msc-evidence pool --data FILE --measure {read_as}"


_SIZES = ("n1i", "n2i")
_COUNTS = ("ai", "n1i", "ci", "n2i")
_CELLS = ("ai", "bi", "ci", "di")
_MEANS = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
_P = ("pi", "n1i", "n2i")
_GIVEN = ("yi", "vi")
_PRINTED = ("estimate", "ci_lb", "ci_ub")
#: Sets of columns, those that say more first.
KNOWN = (
    *(_COUNTS, _CELLS, _MEANS),
    ("m1i", "se1i", "n1i", "m2i", "se2i", "n2i"),
    *(("med1i", *pair, "n1i", "med2i", "n2i") for pair in (("q11i", "q31i"), ("min1i", "max1i"))),
    *(_P, _PRINTED, _GIVEN),
)
#: What an arm may report beside its participants, by the key of the registry.
_OF_ARMS = (("mean", ("m",)), ("sd", ("sd",)), ("se", ("se",)), ("median", ("med",)))
_PAIRS = (("iqr", ("q1", "q3")), ("range", ("min", "max")))


def read_metafor(file: OwnFile) -> list[StudyRow]:
    """What each line reports by the first set of columns that it fills; raises RegistryError for a line with none."""
    studies = file.studies
    studies.require_columns(["study"])
    if not {names[0] for names in KNOWN} & set(studies.header):
        column_sets = "; ".join(" ".join(names) for names in KNOWN)
        raise RegistryError([Problem(studies.top, f"no columns of study data; known: {column_sets}")])
    rows = each_row(studies, lambda cells: _imported_row(cells, file))
    refuse_repeated_labels(studies, studies.text_column("study"))
    return rows


def _imported_row(cells: RowCells, file: OwnFile) -> StudyRow:
    label = cells.text("study")
    if not label:
        raise cells.error("study", "study is empty; every line needs its study")
    line, year = cells.studies.lines[cells.row], cells.year("year", label)
    if cells.has(*_COUNTS) or cells.has(*_CELLS):
        counted = _arm_sizes(cells) if cells.has(*_SIZES) else _sizes_from_cells(cells)
        groups = tuple(
            {"n": n, "events": cells.events(name, n)} for n, name in zip(counted, ("ai", "ci"), strict=True)
        )
        return StudyRow(line, label, year, sizes=counted, groups=(groups[0], groups[1]))
    sizes = _arm_sizes(cells) if cells.has(*_SIZES) else None
    if sizes and (values := _described_arms(cells, sizes)):
        return StudyRow(line, label, year, sizes=sizes, groups=values)
    if cells.has(*_P):
        return StudyRow(line, label, year, sizes=sizes, p=cells.p("pi"), direction=cells.sign("direction"))
    if cells.has(*_PRINTED):
        return _printed_row(cells, file, StudyRow(line, label, year, sizes=sizes))
    if cells.has(*_GIVEN):
        note = f"yi {cells.number('yi')}, vi {cells.spread('vi')}, on a scale that the file does not name"
        return StudyRow(line, label, year, sizes=sizes, note=note)
    raise cells.error("study", f"{label} fills no set of columns; expected {' '.join(_COUNTS)} or another")


def _described_arms(cells: RowCells, sizes: tuple[str, str]) -> tuple[Group, Group] | None:
    """Mean and spread, or median and quartiles or extremes, of both arms; None where an arm has neither."""
    first, second = (_described_arm(cells, arm, n) for arm, n in zip((1, 2), sizes, strict=True))
    return (first, second) if first and second else None


def _described_arm(cells: RowCells, arm: int, n: str) -> Group | None:
    given = {key: f"{name}{arm}i" for key, (name,) in _OF_ARMS if cells.has(f"{name}{arm}i")}
    values = {
        key: cells.spread(column) if key in ("sd", "se") else cells.number(column)
        for key, column in given.items()
    }
    for key, names in _PAIRS:
        low, high = (f"{name}{arm}i" for name in names)
        if cells.has(low, high):
            values[key] = f"{cells.number(low)} to {cells.number(high)}"
    whole = {"mean", "sd"} <= set(values) or {"mean", "se"} <= set(values)
    return {"n": n, **values} if whole or ("median" in values and {"iqr", "range"} & set(values)) else None


def _printed_row(cells: RowCells, file: OwnFile, row: StudyRow) -> StudyRow:
    """A line with an estimate and its interval, on the measure that the file names."""
    estimate, low, high = (cells.number(column) for column in _PRINTED)
    if not file.measure:
        note = f"estimate {estimate} ({low} to {high}), on a scale that the file does not name"
        return replace(row, note=note)
    stated = float(cells.number("level")) if cells.has("level") else file.level
    level = 100 * stated if stated <= 1 else stated
    known = {"measure": file.measure, "estimate": estimate, "ci": f"{low} to {high}"}
    return replace(row, effect=known if level == 95 else {**known, "level": f"{level:g}"})


def _arm_sizes(cells: RowCells) -> tuple[str, str]:
    return cells.count("n1i"), cells.count("n2i")


def _sizes_from_cells(cells: RowCells) -> tuple[str, str]:
    a, b, c, d = (int(cells.count(name)) for name in _CELLS)
    return str(a + b), str(c + d)
