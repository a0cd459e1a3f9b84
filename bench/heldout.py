"""How well figures are read in abstracts that no rule was made with: against labels of a second reader.

`python bench/heldout.py CORPUS.jsonl.gz` prints the table of docs/accuracy.md. The reader had the texts and not what
the program makes of them. bench/heldout_labels.jsonl holds the values of 194 abstracts of bench/heldout.txt and no word
of them: intervals as [estimate, low, high, level], shares as [count, total, percentage, whether the total stands in
another sentence], sizes of arms and of samples, means as [mean, spread].

`python bench/heldout.py PARAGRAPHS.jsonl bench/paragraph_labels.jsonl` does so with 1,039 paragraphs of results,
an `id` and a `text` a line. Their labels name no share without a total and no size but those of arms: precision of
these two says nothing there.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from accuracy import texts, value
from bodies import interval
from measure import table

from msc_evidence.reading.groups.shapes import Comparison, EffectGroup, LoneInterval, Proportion
from msc_evidence.reading.read import Reading, read
from msc_evidence.reading.rows import typed_figures

LABELS = Path(__file__).with_name("heldout_labels.jsonl")
Row = dict[str, Any]
Values = tuple[Any, ...]


def half(pmcid: str) -> str:
    """A, whose misses were looked at while rules were made, or B."""
    return "AB"[hashlib.sha256(pmcid.encode()).digest()[-1] % 2]


def intervals(found: Reading, _: str) -> list[Values]:
    """Estimate and limits, without the estimate where only the interval is read."""
    return [
        (value(group.value) if isinstance(group, EffectGroup) else None, value(group.low), value(group.high))
        for group in found.groups
        if isinstance(group, EffectGroup | LoneInterval)
    ]


#: In the place of a total that a text does not print, or that is not read.
NO_TOTAL = "no total"


def shares(found: Reading, text: str) -> list[Values]:
    """Count, total and percentage; of a count whose total is not read the percentage beside it."""
    groups = [group for group in found.groups if isinstance(group, Proportion)]
    groups += [
        each
        for group in found.groups
        if isinstance(group, Comparison)
        for each in (group.first, group.second)
    ]
    read_with_total = [
        (value(share.x.text), value(share.n.text), value(share.percent.text))
        for share in groups
        if share.percent
    ]
    known = {found.plain.origin(share.x.start, share.x.end)[0] for share in groups}
    beside: dict[int, dict[str, Any]] = {}
    for row in typed_figures(found, text):
        if row.group is not None and row.kind in ("count", "denominator", "percent"):
            beside.setdefault(row.group, {})[row.kind] = row
    return read_with_total + [
        (value(each["count"].value), NO_TOTAL, value(each["percent"].value))
        for each in beside.values()
        if each.keys() == {"count", "percent"} and each["count"].start not in known
    ]


def sizes(found: Reading, text: str) -> list[Values]:
    """Every size, once."""
    rows = typed_figures(found, text)
    return [
        (size,)
        for size in dict.fromkeys(value(row.value) for row in rows if row.kind == "size" and row.value)
    ]


def means(found: Reading, text: str) -> list[Values]:
    """Every mean with the spread that stands right after it, the mean age among them."""
    rows = [row for row in typed_figures(found, text) if row.value]
    return [
        (value(first.value or ""), value(second.value or ""))
        for first, second in pairwise(rows)
        if "mean" in (first.kind, first.measure) and second.kind in ("sd", "se", "spread")
    ]


def same(label: Values, figures: Values) -> bool:
    """Whether all values agree; a sign may stand in words, and what is not printed agrees with anything."""
    return all(
        one is None
        or other is None
        or one == other
        or (isinstance(one, float) and isinstance(other, float) and abs(one) == abs(other))
        for one, other in zip(label, figures, strict=True)
    )


def compare(labels: Sequence[Values], figures: Iterable[Values]) -> Counter[str]:
    """How many figures are labels and how many are none, how many labels were read and how many missed."""
    left, counts = list(labels), Counter[str]()
    for figure in figures:
        match = next((label for label in left if same(label, figure)), None)
        counts["right" if match else "extra"] += 1
        if match is not None:
            left.remove(match)
    return counts + Counter(read=len(labels) - len(left), missed=len(left))


def _precision(labels: Sequence[Values], figures: Iterable[Values]) -> Counter[str]:
    counts = compare(labels, figures)
    return Counter(right=counts["right"], extra=counts["extra"])


def _recall(labels: Sequence[Values], figures: Iterable[Values]) -> Counter[str]:
    counts = compare(labels, figures)
    return Counter(read=counts["read"], missed=counts["missed"])


def _number(entry: Any) -> Any:
    return None if entry is None else value(str(entry))


def _values(rows: list[list[Any]], keep: Callable[[list[Any]], bool] = lambda _: True) -> list[Values]:
    return [tuple(_number(entry) for entry in row[:3]) for row in rows if keep(row)]


def score(row: Row, text: str) -> dict[str, Counter[str]]:
    """The counts of one abstract by kind."""
    found = read(text)
    printed = {(each[0], each[2]) for each in _values(row["share"]) if each[1] is not None}
    # A share whose printed total is not found is missed, and not wrong.
    read_shares = [
        each for each in shares(found, text) if each[1] != NO_TOTAL or (each[0], each[2]) not in printed
    ]
    of_arms = sizes(found, text)
    arms = [(_number(size),) for size in dict.fromkeys(row["arm"])]
    every = [*arms, *((_number(size),) for size in row["total"] if (_number(size),) not in arms)]
    return {
        "interval": compare(_values(row["interval"]), intervals(found, text)),
        "… called a CI by the text": _recall(
            _values(row["interval"], lambda each: each[3] is not None), intervals(found, text)
        ),
        "count with percentage, and total": compare(_values(row["share"]), read_shares),
        "… total in the same sentence": _recall(_values(row["share"], lambda each: not each[3]), read_shares),
        # A size is right if it is an arm's or the sample's; only those of arms are asked for.
        "arm size": _precision(every, of_arms) + _recall(arms, of_arms),
        "mean with spread": compare(_values(row["mean"]), means(found, text)),
    }


def main(corpus: Path, labels: Path = LABELS) -> None:
    """Prints labels, precision and recall by kind, of each half and of both."""
    known = texts(corpus)
    counts: dict[str, dict[str, Counter[str]]] = {}
    for line in labels.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for kind, counted in score(row, known[row.get("id", row["pmcid"])]).items():
            for group in (half(row["pmcid"]), "both"):
                counts.setdefault(group, {}).setdefault(kind, Counter()).update(counted)
    for group in ("A", "B", "both"):
        rows = [
            (
                f"half {group}" if len(group) == 1 else group,
                "labels",
                "precision",
                "interval",
                "recall",
                "interval",
            )
        ]
        for kind, of_kind in counts[group].items():
            right, extra, found, missed = (of_kind[name] for name in ("right", "extra", "read", "missed"))
            precise = (
                (f"{right / (right + extra):.3f}", interval(right, right + extra)) if right else ("", "")
            )
            recalled = (f"{found / (found + missed):.3f}", interval(found, found + missed))
            rows.append((kind, str(found + missed), *precise, *recalled))
        print(table(rows), "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
