"""Which columns of a table are arms, with their sizes, and which hold totals, contrasts and p-values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msc_evidence.reading.tables.cells import cell_reading
from msc_evidence.reading.tables.grid import Cell, Grid, joined_text

Role = Literal["label", "arm", "total", "contrast", "p", "other"]
_DIGITS = r"\d{1,3}(?:[,\s\u2009\u00a0]\d{3})+|\d+"
_SIZE = re.compile(rf"\bn\s*(?:[=:＝]|(?=\d))\s*({_DIGITS})", re.IGNORECASE)
_SIZE_IN_WORDS = re.compile(
    rf"(?:^|[(\[,;\s])({_DIGITS})\s*(?:patients|participants|subjects|women|men|children|infants|people)\b",
    re.IGNORECASE,
)
#: What may stand beside a size in the row of a head: nothing but notation.
_NOTATION_ONLY = re.compile(
    r"[\s()\[\]]*(?:n\s*[=:]?\s*[\d,\s\u00a0]+|n|no\.?|%|n\s*\(%\)|%\s*\(n\)|(?:mean|median)?\s*(?:±|\(|,)?\s*"
    r"(?:sd|s\.d\.|se|sem|iqr|range)\s*\)?|mean|median)[\s()\[\]]*(?:,?\s*or\s.*)?",
    re.IGNORECASE,
)
_P = re.compile(
    r"\W*(?:p|p[\s-]*values?\b.*|two-?sided p|sig(?:nificance|\.)?(?:\s*\(.*\))?|significance of .*)\W*[a-z]?\W*",
    re.IGNORECASE,
)
#: One that says whose: "Between-groups P value", "T versus P p value".
_P_OF = re.compile(r".*\bp[\s-]?values?\W*", re.IGNORECASE)
_OTHER_P = re.compile(r"within|trend|interaction|adjusted|inferiority|time\b|heterogeneity", re.IGNORECASE)
#: What stands over columns of tests and of times, which nobody was allocated to.
_NO_ARM = re.compile(r"\b(?:test|visit|day|week|month|year|cycle)s?\s*\d+\W*\Z", re.IGNORECASE)
_TOTAL = re.compile(r"\W*(?:total|all|overall|whole|entire|both groups|combined)\b", re.IGNORECASE)
_CONTRAST = re.compile(
    r"\b(?:difference|odds|risk|hazard|ratio|effect|OR|RR|HR|MD|SMD|β|beta|relative|95\s*%|CI|estimate|coefficient|"
    r"statistic|[tFzZ]|χ2?|chi.?square|df)\b(?!\w)",
)
_PEOPLE = r"(?:patients|participants|subjects|women|men|cases|children|people|randomi[sz]ed)"
#: "No" alone answers a question.
_SIZE_ROW = re.compile(
    rf"\W*(?:(?:no\.|number|n)\s*(?:of\s*)?{_PEOPLE}?|(?:no|number)\.?\s*(?:of\s*)?{_PEOPLE}|sample size|{_PEOPLE})\W*",
    re.IGNORECASE,
)
#: Of an arm so many were measured as a rule: what leaves out more is of others.
LEAST_MEASURED = 0.6


@dataclass(frozen=True, slots=True)
class TableArm:
    """A group of participants: its label, its size, where that was read, and its columns."""

    label: str
    n: int
    columns: tuple[int, ...]
    read_from: str = "head"


@dataclass(frozen=True, slots=True)
class Columns:
    """The roles of a table's columns and the rows that the head takes."""

    head: int
    roles: tuple[Role, ...]
    arms: tuple[TableArm, ...]
    total: TableArm | None
    paths: tuple[str, ...]

    def of_role(self, role: Role) -> list[int]:
        """The columns of a role."""
        return [column for column, found in enumerate(self.roles) if found == role]

    def arm_of(self, column: int) -> TableArm | None:
        """The arm that a column belongs to."""
        return next((arm for arm in self.arms if column in arm.columns), None)


def size_in(text: str) -> int | None:
    """The one size that a text prints; None where it prints none, or two.

    >>> size_in("EP 7630 (60 mg, n = 43)"), size_in("Cells (N=2,118)"), size_in("590 men, 605 women")
    (43, 2118, None)
    """
    found = _SIZE.findall(text) or _SIZE_IN_WORDS.findall(text)
    sizes = {int(re.sub(r"\D", "", digits)) for digits in found}
    return sizes.pop() if len(sizes) == 1 else None


@dataclass(frozen=True, slots=True)
class KnownSize:
    """The size of an arm as another table of the article prints it."""

    n: int
    table: str


#: "Both groups included 60 members", "n = 20 in each group", "30 patients per arm".
_GROUPS = r"(?:(?:treatment|study)\s+)?(?:groups?|arms?)"
_PERSONS = r"(?:patients|participants|subjects|members|women|men|children|infants|people|students)"
_OF_EACH = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:both|each|all)(?: of the)? {_GROUPS}\s+(?:included|contained|comprised|had|consisted of|has|have)\s+"
        rf"({_DIGITS})\s+{_PERSONS}",
        rf"\bn\s*=\s*({_DIGITS})\s*(?:{_PERSONS}\s*)?(?:per|in each|for each|in both|in every)\s+{_GROUPS}",
        rf"(?<!\d)({_DIGITS})\s+{_PERSONS}\s+(?:per|in each|for each|in both|in every)\s+{_GROUPS}",
        rf"\b(?:each|both|every) {_GROUPS}\s*[(\[]\s*n\s*=\s*({_DIGITS})\s*[)\]]",
        rf"\bn\s*=\s*({_DIGITS})\s*(?:each\b(?! (?:day|week|month|time)))",
    )
)
#: A column that is of a group says so, or names what groups are given.
_NAMES_GROUP = re.compile(r"group|\barm\b|control|placebo|sham|intervention|treat|experiment", re.IGNORECASE)


def size_of_each(text: str) -> int | None:
    """The one size that a caption or footnote gives all arms.

    >>> size_of_each("Both groups included 60 members."), size_of_each("Mean (SD), n = 20 in each group")
    (60, 20)
    """
    sizes = {int(re.sub(r"\D", "", digits)) for pattern in _OF_EACH for digits in pattern.findall(text)}
    return sizes.pop() if len(sizes) == 1 else None


def table_columns(grid: Grid, known: Mapping[str, KnownSize] | None, each: int | None) -> Columns:
    """The columns of a table, its arms where head or row give their sizes, or names known from other tables do.

    `each` is the size that caption or footnotes give all arms.
    """
    head = _head_rows(grid)
    paths = tuple(_path(grid, head, column) for column in range(grid.width))
    labels = _label_columns(grid, head, paths)
    roles = tuple(_role(grid, head, column, paths[column], column in labels) for column in range(grid.width))
    arms = tuple(_arms_in_head(grid, head, roles))
    sized_by = "head"
    if len(arms) < 2:
        arms, sized_by = tuple(_arms_of_size_row(grid, head, roles, paths)), "row"
    if len(arms) < 2:
        arms, sized_by = tuple(_arms_by_name(grid, head, roles, known or {})), "name"
    if len(arms) < 2 and each:
        arms, sized_by = tuple(_arms_of_one_size(grid, head, roles, each)), "statement"
    if len(arms) < 2 or all(_NO_ARM.search(arm.label) for arm in arms):
        return Columns(head, roles, (), None, paths)
    owned = {column for arm in arms for column in arm.columns}
    roles = tuple(
        "other" if role == "arm" and column not in owned else role for column, role in enumerate(roles)
    )
    total = next(iter(_total(grid, head, roles, paths)), None) if sized_by == "head" else None
    return Columns(head, roles, arms, total, paths)


def _head_rows(grid: Grid) -> int:
    """The rows of the head: those marked, else the first without data, and those of the body that go on with it."""
    head = grid.head
    if head == 0:
        while head < len(grid.places) - 1 and not _holds_data(grid, head):
            head += 1
        head = max(head, 1)
    while head < len(grid.places) - 1 and _continues_head(grid, head):
        head += 1
    return head


def _holds_data(grid: Grid, row: int) -> bool:
    cells = [cell for cell in grid.own_cells(row) if cell.column > 0 and cell.text]
    shapes = [cell_reading(cell.text).shape for cell in cells if not _SIZE.search(cell.text)]
    return any(shape not in ("words", "empty") for shape in shapes)


def _continues_head(grid: Grid, row: int) -> bool:
    """Whether a row of the body holds nothing but sizes and notation under the head."""
    first, *others = grid.own_cells(row)
    printed = [cell.text for cell in others if cell.text]
    return (
        not first.text.strip() and bool(printed) and all(_NOTATION_ONLY.fullmatch(text) for text in printed)
    )


def _path(grid: Grid, head: int, column: int) -> str:
    """The cells of the head above a column, each once."""
    return joined_text(grid.places[row][column] for row in range(head))


def _label_columns(grid: Grid, head: int, paths: Sequence[str]) -> set[int]:
    """The first column, and those after it that hold words."""
    labels = {0}
    for column in range(1, grid.width):
        texts = [
            row[column].text
            for row in grid.places[head:]
            if row[column].starts_at(row[column].row, column) and row[column].columns == 1
        ]
        texts = [text for text in texts if text]
        words = sum(cell_reading(text).shape == "words" for text in texts)
        if (
            size_in(paths[column]) is not None
            or not texts
            or words < 0.8 * len(texts)
            or _P.fullmatch(paths[column])
        ):
            break
        labels.add(column)
    return labels


def _role(grid: Grid, head: int, column: int, path: str, label: bool) -> Role:
    if label:
        return "label"
    last = path.rpartition(" | ")[2]
    if (
        _P.fullmatch(last)
        or _P.fullmatch(path.replace(" | ", " "))
        or re.match(r"p\b.{0,12}$", last, re.IGNORECASE)
        or _P_OF.fullmatch(last)
    ):
        # Under the head of an arm p compares its times.
        return "other" if _OTHER_P.search(path) or size_in(path) is not None else "p"
    if _TOTAL.match(path) or _TOTAL.match(last):
        return "total"
    if size_in(path) is None and _CONTRAST.search(path):
        return "contrast"
    return "arm"


def _arms_in_head(grid: Grid, head: int, roles: Sequence[Role]) -> Iterator[TableArm]:
    """Columns that share the deepest cell of the head with a size are one arm."""
    owners: dict[int, tuple[Cell, list[int]]] = {}
    for column, role in enumerate(roles):
        if role != "arm":
            continue
        sized = [
            grid.places[row][column]
            for row in range(head)
            if size_in(grid.places[row][column].text) is not None
        ]
        if sized:
            owners.setdefault(id(sized[-1]), (sized[-1], []))[1].append(column)
    for cell, columns in owners.values():
        label = " ".join(
            filter(None, (_bare_label(grid.places[row][columns[0]].text) for row in range(cell.row + 1)))
        )
        n = size_in(cell.text)
        if n:
            yield TableArm(label, n, tuple(columns))


def _arms_by_name(
    grid: Grid, head: int, roles: Sequence[Role], known: Mapping[str, KnownSize]
) -> Iterator[TableArm]:
    """The arms whose names another table gives with their sizes; none where one column is of nobody known."""
    owners: dict[str, list[int]] = {}
    for column, role in enumerate(roles):
        if role != "arm":
            continue
        names = [arm_name(grid.places[row][column].text) for row in range(head)]
        named = [name for name in names if name in known]
        if len(named) != 1:
            return
        owners.setdefault(named[0], []).append(column)
    for name, columns in owners.items():
        label = " ".join(filter(None, (grid.places[row][columns[0]].text for row in range(head))))
        yield TableArm(label, known[name].n, tuple(columns), known[name].table)


def _arms_of_one_size(grid: Grid, head: int, roles: Sequence[Role], each: int) -> Iterator[TableArm]:
    """The columns under one cell of the first row are an arm; none where most of them do not name groups."""
    owners: dict[int, tuple[Cell, list[int]]] = {}
    for column, role in enumerate(roles):
        if role == "arm":
            cell = grid.places[0][column]
            owners.setdefault(id(cell), (cell, []))[1].append(column)
    named = [bool(_NAMES_GROUP.search(cell.text)) for cell, _ in owners.values()]
    if len(named) < 2 or 2 * sum(named) < len(named) or any(not cell.text for cell, _ in owners.values()):
        return
    for cell, columns in owners.values():
        yield TableArm(cell.text, each, tuple(columns), "statement")


def arm_name(text: str) -> str:
    """The name of an arm as other tables may print it: without its size, "group" and case.

    >>> arm_name("Control group (n = 20)"), arm_name("CONTROL")
    ('control', 'control')
    """
    words = re.findall(r"[^\W_]+|[+%<>]", _bare_label(text).casefold())
    return " ".join(word for word in words if word not in ("group", "arm", "the"))


def _bare_label(text: str) -> str:
    """A label without its size."""
    bare = _SIZE.sub("", text)
    return re.sub(r"\s+", " ", re.sub(r"[(\[]\s*[,;]?\s*[)\]]", "", bare)).strip(" ,;:")


def _arms_of_size_row(
    grid: Grid, head: int, roles: Sequence[Role], paths: Sequence[str]
) -> Iterator[TableArm]:
    """The arms where the first row of the body, or the last of the head, counts their participants."""
    columns = [column for column, role in enumerate(roles) if role == "arm"]
    for row in range(max(0, head - 1), min(head + 2, len(grid.places))):
        if not _SIZE_ROW.fullmatch(grid.places[row][0].text):
            continue
        sizes = [_count(grid.places[row][column].text) for column in columns]
        if len(columns) >= 2 and all(sizes):
            for column, n in zip(columns, sizes, strict=True):
                yield TableArm(paths[column], n or 0, (column,), f"row {row}")
            return


def _count(text: str) -> int | None:
    found = re.fullmatch(rf"\W*(?:n\s*=\s*)?({_DIGITS})\W*", text, re.IGNORECASE)
    return int(re.sub(r"\D", "", found[1])) if found else None


def _total(grid: Grid, head: int, roles: Sequence[Role], paths: Sequence[str]) -> Iterator[TableArm]:
    for column, role in enumerate(roles):
        n = size_in(paths[column])
        if role == "total" and n is not None:
            yield TableArm("total", n, (column,))
