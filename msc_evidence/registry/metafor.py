"""Reads study data in metafor's columns: counts, means, p-values, or effects with variances."""

from __future__ import annotations

from msc_evidence.registry.problems import Place, Problem, RegistryError
from msc_evidence.registry.studies import StudyFile, unique_labels
from msc_evidence.registry.study_rows import Cells, StudyRow, each_row

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
    studies.require(["study"])
    if not any(set(names) <= set(studies.header) for names in KNOWN):
        wanted = "; ".join(" ".join(names) for names in KNOWN)
        raise RegistryError(
            [Problem(Place(studies.file, 1, 1), f"no columns of study data; known: {wanted}")]
        )
    rows = each_row(studies, _row)
    unique_labels(studies, studies.texts("study"))
    return rows


def _row(cells: Cells) -> StudyRow:
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


def _sizes(cells: Cells) -> tuple[str, str]:
    return cells.count("n1i"), cells.count("n2i")


def _sums(cells: Cells) -> tuple[str, str]:
    a, b, c, d = (int(cells.count(name)) for name in _CELLS)
    return str(a + b), str(c + d)
