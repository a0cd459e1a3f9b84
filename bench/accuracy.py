"""How well figures and groups are read: precision and recall against hand-labelled abstracts of an open corpus.

`python bench/accuracy.py CORPUS.jsonl.gz` prints the table of docs/accuracy.md. bench/labels.jsonl holds the labels,
places and values of 905 abstracts and no word of their texts: it is of use only beside the corpus.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from measure import table

from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.shapes import Comparison, EffectGroup, Proportion
from msc_evidence.reading.read import Reading, read
from msc_evidence.reading.rows import typed_figures

#: Start, end and value of one number of a text.
Place = tuple[int, int, float | str]
LABELS = Path(__file__).with_name("labels.jsonl")


def value(text: str) -> float | str:
    """The number that a figure or a label prints, without comparator and unit."""
    plain = as_digits(text.removeprefix("p ").lstrip("<>=≤≥").partition(" ")[0].rstrip("%"))
    try:
        return float(plain)
    except ValueError:
        return plain


def place(found: Reading, figure: Figure) -> Place:
    """Where in the text as given a figure stands, and its value."""
    return (*found.span(figure), value(figure.text))


def p_values(found: Reading) -> list[tuple[Place | None, ...]]:
    """Every p-value."""
    return [(place(found, figure),) for figure in found.figures if figure.kind == "p"]


def intervals(found: Reading) -> list[tuple[Place | None, ...]]:
    """Every estimate with its limits and, if it has one, its p-value."""
    rows = []
    for group in found.groups:
        if isinstance(group, EffectGroup):
            estimate = (*found.span(group.estimate), value(group.value))
            spans = [found.span(figure) for figure in (group.limits * 2)[:2]]
            limits = [(*span, value(text)) for span, text in zip(spans, (group.low, group.high), strict=True)]
            rows.append((estimate, *limits, place(found, group.p) if group.p else None))
    return rows


def proportions(found: Reading) -> list[tuple[Place | None, ...]]:
    """Every count with its denominator and its percentage."""
    shares = [group for group in found.groups if isinstance(group, Proportion)]
    for group in found.groups:
        if isinstance(group, Comparison):
            shares += [group.first, group.second]
    return [
        (place(found, share.x), place(found, share.n), place(found, share.percent))
        for share in shares
        if share.percent and not share.joined
    ]


def sizes(found: Reading, text: str) -> list[tuple[Place | None, ...]]:
    """Every size of an arm or of a sample."""
    rows = typed_figures(found, text)
    return [((row.start, row.end, value(row.value)),) for row in rows if row.kind == "size" and row.value]


def same(label: Iterable[Place | None], figures: Iterable[Place | None]) -> bool:
    """Whether every number of a label is the number read at its place; a sign in words may be missing."""
    return all(
        (one is None and other is None)
        or (
            one is not None
            and other is not None
            and one[0] < other[1]
            and other[0] < one[1]
            and (one[2] == other[2] or (isinstance(one[2], float) and abs(one[2]) == abs(float(other[2]))))
        )
        for one, other in zip(label, figures, strict=True)
    )


def compare(
    labels: list[list[Place | None]], figures: list[tuple[Place | None, ...]]
) -> tuple[int, int, int]:
    """How many labels were read, how many figures are no label, how many labels were missed."""
    left = list(figures)
    for label in labels:
        match = next((found for found in left if same(label, found)), None)
        if match is not None:
            left.remove(match)
    read_right = len(figures) - len(left)
    return read_right, len(left), len(labels) - read_right


def count(counts: dict[str, Counter[str]], kind: str, right: int, extra: int, missed: int) -> None:
    """Adds one abstract to the counts of a kind."""
    counts.setdefault(kind, Counter()).update(right=right, extra=extra, missed=missed)


def labels_of(row: dict[str, list], kind: str) -> list[list[Place | None]]:
    """The labels of one kind, as rows of places."""
    rows = [[entry] if kind in ("p", "arm", "total") else entry for entry in row[kind]]
    return [[None if at is None else (at[0], at[1], value(at[2])) for at in entry] for entry in rows]


def texts(corpus: Path) -> dict[str, str]:
    """The abstracts of the corpus by PMCID, joined as the program joins them, or paragraphs by their id."""
    opened = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {
        row.get("id") or row["pmcid"]: row.get("text")
        or "\n".join(f"{label}: {text}" if label else text for label, text in row["abstract"])
        for row in rows
    }


def main(corpus: Path) -> None:
    """Prints labels, precision and recall by kind."""
    known = texts(corpus)
    counts: dict[str, Counter[str]] = {}
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = known[row["pmcid"]]
        found = read(text)
        of_kind = {"p": p_values(found), "interval": intervals(found), "proportion": proportions(found)}
        for kind, figures in of_kind.items():
            count(counts, kind, *compare(labels_of(row, kind), figures))
        # A size is right if it is an arm's or the sample's; only those of arms are asked for.
        right, extra, _ = compare(labels_of(row, "arm") + labels_of(row, "total"), sizes(found, text))
        _, _, missed = compare(labels_of(row, "arm"), sizes(found, text))
        count(counts, "arm size", right, extra, missed)
    rows = [("kind", "labels", "precision", "recall")]
    for kind, found_ in counts.items():
        right, extra, missed = (found_[key] for key in ("right", "extra", "missed"))
        shares = (f"{right / (right + extra):.3f}", f"{right / (right + missed):.3f}")
        rows.append((kind, f"{right + missed}", *shares))
    print(table(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
