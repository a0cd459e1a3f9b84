"""The kind of a row: what its nearest statement says, as far as the shapes of its cells and arithmetic allow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msc_evidence.reading.figures.numerals import last_digit
from msc_evidence.reading.tables.cells import Reading, Shape, cell_reading
from msc_evidence.reading.tables.columns import LEAST_MEASURED, Columns, TableArm
from msc_evidence.reading.tables.grid import Cell
from msc_evidence.reading.tables.notation import Notation, notations_in

if TYPE_CHECKING:
    from msc_evidence.reading.tables.rows import ValueCell
    from msc_evidence.reading.tables.source import SourceTable

#: The notations that a shape can be of, with the kind that this makes.
_POSSIBLE: dict[Shape, dict[Notation, str]] = {
    "plus-minus": {"mean_se": "mean_se", "mean_sd": "mean_sd"},
    "plus-minus-range": {"mean_sd": "mean_sd_range"},
    "x(y)": {
        "pct_sd": "pct_sd", "n_pct": "n_pct", "pct_n": "pct_n", "mean_se": "mean_se", "mean_sd": "mean_sd",
        "gmean": "gmean_gsd", "median_iqr": "median_width", "median_range": "median_width",
    },
    "x(y%)": {"n_pct": "n_pct", "n_slash_pct": "n_pct"},
    "x%(y)": {"pct_n": "pct_n"},
    "x(a-b)": {
        "median_iqr": "median_iqr", "median_range": "median_range", "gmean": "gmean_range", "mean_range": "mean_range",
        "mean_ci": "mean_ci", "median_ci": "median_ci",
    },
    "a/b": {"n_slash_pct": "n_pct_slash", "pair": "pair"},
    "a/b(y)": {"pair": "pair_pct", "n_pct": "pair_pct"},
    "a-b": {"range": "range", "median_range": "range", "mean_range": "range"},
    "whole": {"n_pct": "n_pct", "pct_n": "n", "median": "median", "mean": "mean", "pct": "pct", "n": "n"},
    "decimal": {"median": "median", "mean": "mean", "pct": "pct", "n_pct": "pct"},
    "percent": {"pct": "pct", "n_pct": "pct"},
}  # fmt: skip
#: What a shape is where nothing says more.
_UNSTATED: dict[Shape, str] = {
    "plus-minus": "mean_sd_unstated",
    "plus-minus-range": "mean_sd_range",
    "x(y)": "mean_sd_unstated",
    "x(y%)": "n_pct",
    "x%(y)": "pct_n",
    "x(a-b)": "x_range",
    "a/b": "pair",
    "a/b(y)": "pair_pct",
    "a-b": "range",
    "whole": "n",
    "decimal": "num",
    "percent": "pct",
    "words": "text",
    "empty": "text",
}  # fmt: skip


def row_kind(
    label: str,
    group: str,
    heads: Sequence[str],
    source: SourceTable,
    cells: Sequence[ValueCell],
    columns: Columns,
    places: Sequence[Cell],
) -> tuple[str, str]:
    """The kind of a row and where it was read."""
    shape = _common_shape([cell.reading for cell in cells])
    if _mean_beside_sd(cells, heads):
        return "mean_sd_cols", "column"
    if _in_two_columns(cells, heads):
        return "n_and_pct_in_two_columns", "arithmetic"
    if shape == "whole" and _total_shape(columns, places) in ("x(y%)", "x(y)"):
        return "n_pct_total_only", "shape"
    if shape == "words" and cells and all(_IN_WORDS.fullmatch(cell.cell.text) for cell in cells):
        return "n_in_words", "shape"
    if told := _kind_by_arithmetic(shape, cells, columns, places):
        return told, "arithmetic"
    counted = shape == "whole" and _adds_up_to_all(columns, places, cells)
    stated = _stated_kind(shape, _statements(label, group, heads, source), cells)
    if stated is None and shape == "whole" and not _COUNTED.search(label) and _exceeds_arm(cells):
        return "num", "arithmetic"
    if counted and stated and stated[0] in ("mean", "median"):
        return "n", "arithmetic"
    return stated or (_UNSTATED[shape], "shape")


def _kind_by_arithmetic(
    shape: Shape, cells: Sequence[ValueCell], columns: Columns, places: Sequence[Cell]
) -> str:
    """The kind that the numbers of a row have among themselves and with the sizes of their arms."""
    if shape in ("x(y)", "x(y%)") and (counted := _counted_kind(cells)):
        return counted
    if shape == "x(y)" and _adds_up_to_all(columns, places, cells):
        return "n_pct"
    return _fraction_kind(shape, cells) if shape in ("a/b", "a/b(y)") else ""


#: What says that whole numbers count something, of which a participant may have several.
_COUNTED = re.compile(r"\b(?:n|no|number|total|events?|episodes?|counts?)\b", re.IGNORECASE)


def _exceeds_arm(cells: Sequence[ValueCell]) -> bool:
    """Whether a whole number is more than the participants of its arm, so that it counts none of them."""
    return any(cell.reading.shape == "whole" and cell.reading.value(0) > cell.n for cell in cells)


#: A count behind the word for whom it counts: `Male n = 15`.
_IN_WORDS = re.compile(r"[^\W\d][^\d=]*\bn\s*=\s*\d+", re.IGNORECASE)


def _stated_kind(
    shape: Shape, statements: Iterator[tuple[str, str]], cells: Sequence[ValueCell]
) -> tuple[str, str] | None:
    """The kind that the nearest statement makes of a shape, and where it stands."""
    for place, text in statements:
        said = notations_in(text)
        for notation in said:
            kind = _POSSIBLE.get(shape, {}).get(notation)
            if kind == "median_width" and place != "row":
                kind = None  # of pairs that a caption names those with an interval are of its medians
            if kind == "n_pct" and shape == "x(y)" and "mean_sd" in said and not _are_shares(cells):
                kind = None  # "n (%) or mean (SD)": the numbers decide
            if shape in ("whole", "decimal") and place in ("caption", "foot"):
                kind = None  # what a table says of pairs says nothing of single numbers
            if kind and (place == "row" or _can_be(kind, cells)):
                return kind, place
    return None


def _statements(
    label: str, group: str, heads: Sequence[str], source: SourceTable
) -> Iterator[tuple[str, str]]:
    """Where a notation can be stated, the nearest first."""
    yield "row", label
    yield "column", " ".join(dict.fromkeys(heads))
    yield "group", group
    yield "caption", source.caption
    yield "foot", source.foot


def _are_shares(cells: Sequence[ValueCell]) -> bool:
    """Whether each cell can be a count with its share, to its last digit, of most of its arm: some may be missing."""
    for cell in cells:
        if cell.reading.shape == "x(y)":
            count, percent = cell.reading.numbers
            unit = 1.01 * last_digit(percent)
            least, most = (100 * float(count) / n for n in (cell.n, max(1, LEAST_MEASURED * cell.n)))
            if "." in count or not least - unit <= float(percent) <= most + unit:
                return False
    return True


def _common_shape(readings: Sequence[Reading]) -> Shape:
    """The shape that most cells with something in them have; a bare 0 or a word beside a pair is of the pair's row."""
    shapes = Counter(reading.shape for reading in readings if reading.shape != "empty")
    pairs = Counter({shape: n for shape, n in shapes.items() if shape not in ("words", "whole", "decimal")})
    zeros = sum(reading.shape == "whole" and reading.value(0) == 0 for reading in readings) if pairs else 0
    told = pairs if sum(pairs.values()) * 2 >= sum(shapes.values()) - zeros else shapes
    return told.most_common(1)[0][0] if told else "empty"


_COUNTS = re.compile(r"\b(?:n|no|number|frequency)\.?\s*$", re.IGNORECASE)
_SHARES = re.compile(r"(?:%|percent\w*)\s*$", re.IGNORECASE)


_MEANS = re.compile(r"\bmean\W*$", re.IGNORECASE)
_SPREADS = re.compile(r"(?:\bs\.?d\.?|standard deviation)\W*$", re.IGNORECASE)


def _mean_beside_sd(cells: Sequence[ValueCell], heads: Sequence[str]) -> bool:
    """Whether each arm has a column of means and one of their SDs, each with one number."""
    if not cells or len(cells) % 2 or any(len(cell.reading.numbers) != 1 for cell in cells):
        return False
    pairs = list(zip(cells[::2], cells[1::2], strict=True))
    named = all(
        _MEANS.search(heads[at].strip()) and _SPREADS.search(heads[at + 1].strip())
        for at in range(0, len(cells), 2)
    )
    return named and all(first.arm is second.arm for first, second in pairs)


def _in_two_columns(cells: Sequence[ValueCell], heads: Sequence[str]) -> bool:
    """Whether each arm has a column of counts and one of their shares."""
    by_arm: dict[TableArm, list[ValueCell]] = {}
    for cell in cells:
        by_arm.setdefault(cell.arm, []).append(cell)
    pairs = [tuple(found) for found in by_arm.values()]
    if not pairs or any(len(pair) != 2 for pair in pairs) or all(a.cell is b.cell for a, b in pairs):
        return False
    if all(_COUNTS.search(heads[at]) and _SHARES.search(heads[at + 1]) for at in range(0, len(cells), 2)):
        return True
    shares = [
        is_share(first.reading.numbers[0], second.reading.numbers[0], first.n)
        for first, second in pairs
        if first.reading.shape == "whole" and second.reading.shape in ("whole", "decimal", "percent")
    ]
    return len(shares) == len(pairs) and all(shares)


def _fraction_kind(shape: Shape, cells: Sequence[ValueCell]) -> str:
    """`frac_pct` of a count, its denominator and its share, `frac` of the first two alone where they are no pair.

    A pair parts the arm: both together are no more than its n.
    """
    same = [cell for cell in cells if cell.reading.shape == shape]
    numbers = [cell.reading.numbers for cell in same]
    whole = not any("." in number for each in numbers for number in each[:2])
    if not whole or not all(
        0 < float(b) <= cell.n and float(a) <= float(b)
        for cell, (a, b, *_) in zip(same, numbers, strict=True)
    ):
        return ""
    if shape == "a/b(y)":
        return "frac_pct" if 2 * sum(map(_is_fraction, same)) >= len(same) else ""
    more = sum(float(a) + float(b) > cell.n for cell, (a, b) in zip(same, numbers, strict=True))
    return "frac" if 2 * more >= len(same) else ""


def _is_fraction(cell: ValueCell) -> bool:
    """Whether a cell prints a count, its denominator and the share that they make."""
    count, of, percent = cell.reading.numbers
    below = "<" in cell.cell.text and 100 * float(count) / float(of) < float(percent)
    return below or is_share(count, percent, int(float(of)))


def _total_shape(columns: Columns, places: Sequence[Cell]) -> Shape:
    return next((cell_reading(places[column].text).shape for column in columns.of_role("total")), "empty")


def _counted_kind(cells: Sequence[ValueCell]) -> str:
    """`n_pct` or `pct_n` where at least half of the cells are a count with its share of their n."""
    pairs = [(cell.reading, cell.n) for cell in cells if cell.reading.shape in ("x(y)", "x(y%)")]
    first = sum(is_share(reading.numbers[0], reading.numbers[1], n) for reading, n in pairs)
    second = sum(is_share(reading.numbers[1], reading.numbers[0], n) for reading, n in pairs)
    if 2 * max(first, second) < len(pairs):
        return _across(pairs)
    return "n_pct" if first >= second else "pct_n"


def is_share(count: str, percent: str, n: int) -> bool:
    """Whether a whole number of n is this per cent, as far as it is printed."""
    if "." in count or not n:
        return False
    decimals = len(percent.partition(".")[2])
    return abs(100 * float(count) / n - float(percent)) <= 0.51 * 10**-decimals and 0 <= float(percent) <= 100


def _adds_up_to_all(columns: Columns, places: Sequence[Cell], cells: Sequence[ValueCell]) -> bool:
    """Whether the first numbers of the arms are whole and add up to that of the column of all: these count people."""
    column = next(iter(columns.of_role("total")), None)
    whole = cell_reading(places[column].text) if column is not None else Reading("empty")
    firsts = [cell.reading.numbers[0] for cell in cells if cell.reading.numbers]
    printed = [*firsts, *whole.numbers[:1]]
    if len(firsts) != len(columns.arms) or not whole.numbers or any("." in number for number in printed):
        return False
    return len(firsts) > 1 and sum(map(float, firsts)) == whole.value(0) > 0


def _across(pairs: Sequence[tuple[Reading, int]]) -> str:
    """`n_rowpct` where the shares are of the row's own sum, `n_pct_of_total` where of all participants."""
    if len(pairs) < 2 or any("." in reading.numbers[0] for reading, _ in pairs):
        return ""
    counts = [int(float(reading.numbers[0])) for reading, _ in pairs]
    shares = [reading.numbers[1] for reading, _ in pairs]
    everybody = sum(n for _, n in pairs)
    if all(is_share(str(count), share, sum(counts)) for count, share in zip(counts, shares, strict=True)):
        return "n_rowpct"
    if all(is_share(str(count), share, everybody) for count, share in zip(counts, shares, strict=True)):
        return "n_pct_of_total"
    return ""


def _can_be(kind: str, cells: Sequence[ValueCell]) -> bool:
    """Whether a stated kind is possible: no count exceeds its n, and no share 100."""
    if kind not in ("n_pct", "pct_n"):
        return True
    for cell in cells:
        if cell.reading.shape not in ("x(y)", "x(y%)", "x%(y)") or len(cell.reading.numbers) < 2:
            continue
        count, share = cell.reading.numbers if kind == "n_pct" else cell.reading.numbers[::-1]
        if "." in count or float(count) > cell.n or float(share) > 100:
            return False
    return True
