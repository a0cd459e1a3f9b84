"""How well tables of articles are understood: against the labels of sixty by hand.

`python bench/tables.py ARTICLES.jsonl[.gz]…` prints the table of docs/accuracy.md. ARTICLES have an article a line, its
`pmcid` and its JATS `xml`. bench/table_labels.jsonl holds a table a line and no word of them: its arms as [size,
[columns]], the rows of each kind, the columns of p, and the size of each cell that is of other than its arm's. Rows and
columns count from 0 in the laid-out grid, rows of the head included. The first thirty were looked at while rules were
made; the second were labelled before anything was read of them, and scored once before rules were mended.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

from measure import table

from msc_evidence.reading.tables.article import article_tables
from msc_evidence.reading.tables.rows import ReadTable

LABELS = Path(__file__).with_name("table_labels.jsonl")
#: Kinds that differ in how they print the same.
_FAMILIES = {
    "n_pct": ("n_pct_slash", "n_pct_of_total", "frac_pct", "n_and_pct_in_two_columns"),
    "pair": ("pair_pct",),
    "mean_sd": ("mean_sd_unstated", "gmean_gsd", "mean_sd_cols", "mean_sd_range"),
    "mean_se": ("mean_se_adjusted",),
    "n": ("n_row", "n_events"),
}
_FAMILY = {kind: family for family, kinds in _FAMILIES.items() for kind in kinds}
#: What the program says where it does not decide.
_UNDECIDED = ("text", "group", "x_range", "num", "")

Row = dict[str, Any]


def articles(paths: Iterable[str]) -> Iterator[Row]:
    """The articles of files of JSON lines."""
    for path in paths:
        packed = Path(path).read_bytes()
        text = gzip.decompress(packed) if path.endswith(".gz") else packed
        yield from map(json.loads, text.decode("utf-8").splitlines())


def read_tables(paths: Iterable[str], wanted: set[str]) -> dict[tuple[str, str], ReadTable]:
    """Every table of the wanted articles by article and id."""
    return {
        (article["pmcid"], read.source.id): read
        for article in articles(paths)
        if article["pmcid"] in wanted
        for read in article_tables(fromstring(article["xml"].encode()))
    }


def same_kind(said: str, label: str) -> bool:
    """Whether two kinds are one but for how they are printed."""
    return _FAMILY.get(said, said) == _FAMILY.get(label, label)


def score(read: ReadTable, label: Row) -> Counter[str]:
    """What of a table is labelled, what the program says, and what of both agrees."""
    found: Counter[str] = Counter()
    arms = {(size, tuple(columns)) for size, columns in label["arms"]}
    said = {(arm.n, arm.columns) for arm in read.arms}
    found.update({"arms labelled": len(arms), "arms said": len(said), "arms right": len(arms & said)})
    sizes = {column: size for size, columns in arms for column in columns}
    kinds = {row: kind for kind, rows in label["kinds"].items() for row in rows}
    found["rows labelled"] += len(kinds)
    rows = {row.number: row for row in read.rows}
    for number, kind in kinds.items():
        row = rows.get(number)
        right = row is not None and same_kind(row.kind, kind)
        found["rows found"] += right
        if row is not None and row.kind not in _UNDECIDED:
            found["rows said"] += 1
            found["rows right"] += right
    found.update(_cells(read, sizes, kinds, label["sizes"]))
    p_columns = set(read.columns.of_role("p")) if read.columns and read.arms else set()
    if arms:
        found["p labelled"] += len(label["p"])
    found["p said"] += len(p_columns)
    found["p right"] += len(p_columns & set(label["p"])) if arms else 0
    return found


def _cells(
    read: ReadTable, sizes: Mapping[int, int], kinds: Mapping[int, str], own: Mapping[str, int]
) -> Counter[str]:
    """The cells that print a number under an arm, of how many participants each is."""
    found: Counter[str] = Counter()
    grid = read.source.grid
    labelled = {
        f"r{row}c{column}"
        for row in kinds
        for column in sizes
        if grid is not None and any(sign.isdigit() for sign in grid.places[row][column].text)
    }
    found["cells labelled"] = len(labelled)
    for row in read.rows:
        for cell in row.cells if row.number in kinds or not sizes else ():
            if any(sign.isdigit() for sign in cell.cell.text):
                found["cells said"] += 1
                place = f"r{row.number}c{cell.column}"
                found["cells right"] += place in labelled and cell.n == own.get(place, sizes.get(cell.column))
    return found


def misses(read: ReadTable, label: Row) -> Iterator[str]:
    """Where program and label differ, in words."""
    said = {(arm.n, arm.columns) for arm in read.arms}
    arms = {(size, tuple(columns)) for size, columns in label["arms"]}
    if arms != said:
        yield f"arms {sorted(arms)} read as {sorted(said)} {read.reason}"
    rows = {row.number: row for row in read.rows}
    for kind, numbers in label["kinds"].items():
        for number in numbers if read.arms else ():
            row = rows.get(number)
            if row is None or not same_kind(row.kind, kind):
                yield f"row {number}, {kind}: read as {row.kind if row else 'nothing'}"
    sizes = {column: size for size, columns in arms for column in columns}
    for row in read.rows:
        for cell in row.cells:
            own = label["sizes"].get(f"r{row.number}c{cell.column}", sizes.get(cell.column))
            if cell.n != own and any(sign.isdigit() for sign in cell.cell.text):
                yield f"r{row.number}c{cell.column}: of {own}, read as of {cell.n}"


def main(*paths: str) -> None:
    """Print the table of docs/accuracy.md, and with `-v` where labels and program differ."""
    labels = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    read = read_tables([path for path in paths if path != "-v"], {label["pmcid"] for label in labels})
    rows = []
    for each in ("first", "second"):
        total: Counter[str] = Counter()
        for label in labels:
            found = read.get((label["pmcid"], label["table"])) if label["set"] == each else None
            if found is not None:
                total += score(found, label)
                total["tables"] += 1
                for words in misses(found, label) if "-v" in paths else ():
                    print(label["pmcid"], label["table"], words, file=sys.stderr)
        for what in ("arms", "cells", "rows", "p"):
            right, said, labelled = (total[f"{what} {word}"] for word in ("right", "said", "labelled"))
            rows.append(
                (f"{each} {total['tables']} tables", what, f"{right} of {labelled}", f"{right} of {said}")
            )
    print(table([("tables", "what", "found of those labelled", "right of those said"), *rows]))


if __name__ == "__main__":
    main(*sys.argv[1:])
