"""How often a finding of `audit` is true in running text of articles: against verdicts by reading.

`python bench/bodies.py ARTICLES.jsonl.gz` prints the tables of docs/accuracy.md. ARTICLES has an openly licensed
article a line, its `pmcid` and its JATS `xml`; bench/articles.txt lists the 150. bench/verdicts.jsonl holds article,
paragraph, place, code and verdict of each finding, and no word of the texts.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from measure import table
from scipy.stats import beta

from msc_evidence.checks.audit.texts import TextFinding, audit_text

VERDICTS = Path(__file__).with_name("verdicts.jsonl")
#: What interrupts the running text, or says it a second time.
_LEFT_OUT = {
    "table-wrap",
    "table-wrap-group",
    "fig",
    "fig-group",
    "boxed-text",
    "supplementary-material",
    "media",
}
_LEFT_OUT |= {"fn", "label", "tex-math", "annotation"}
_SEVERITIES = ("error", "warning")
#: Half A was looked at while rules were made; half B only after it was scored.
HALVES = ("A", "B")

Row = dict[str, Any]


def half(pmcid: str) -> str:
    """The half of the articles that one belongs to."""
    return HALVES[hashlib.sha256(pmcid.encode()).digest()[0] % 2]


def paragraphs(xml: str) -> list[tuple[str, str]]:
    """Every paragraph of the body as plain text, without tables and marks of references, and its part of the body."""
    body = fromstring(xml).find(".//body")
    assert body is not None
    results = {
        id(each) for section in body.findall("sec") if _is_results(section) for each in _running(section)
    }
    everything = ((each, "results" if id(each) in results else "elsewhere") for each in body.iter("p"))
    return [(part, " ".join(_plain(paragraph).split())) for paragraph, part in everything]


def _is_results(section: Element) -> bool:
    title = section.find("title")
    words = "" if title is None else "".join(title.itertext())
    return "result" in f"{section.get('sec-type')} {words}".lower()


def _running(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag == "p":
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _running(child)


def _plain(element: Element) -> str:
    raised = element.tag == "sup"
    if raised and len(element) and all(child.tag == "xref" for child in element):
        return ""
    parts = ["^" if raised else "", element.text or ""]
    for child in element:
        parts += ["" if child.tag in _LEFT_OUT else _plain(child), child.tail or ""]
    return "".join(parts)


def findings(path: Path, counts: Counter[tuple[str, str]]) -> Iterator[tuple[str, str, int, TextFinding]]:
    """Every finding: article, part, number of the paragraph. Adds paragraphs and checked groups to the counts."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            pmcid = article["pmcid"]
            for number, (part, text) in enumerate(paragraphs(article["xml"])):
                audited = audit_text(pmcid, text)
                counts[half(pmcid), f"paragraphs, {part}"] += 1
                counts[half(pmcid), f"groups checked, {part}"] += audited.checked
                for finding in audited.findings:
                    yield pmcid, part, number, finding


def judged(rows: Iterable[tuple[str, str, int, TextFinding]], verdicts: list[Row]) -> Iterator[Row]:
    """The errors and warnings with their verdicts, "not judged" where the file has none."""
    for pmcid, part, number, finding in rows:
        if finding.severity not in _SEVERITIES:
            continue
        same = (
            row["verdict"]
            for row in verdicts
            if (row["pmcid"], row["paragraph"], row["code"]) == (pmcid, number, finding.code)
            and row["start"] < finding.end
            and finding.start < row["end"]
        )
        place = {
            "pmcid": pmcid,
            "part": part,
            "paragraph": number,
            "start": finding.start,
            "end": finding.end,
        }
        found = {"code": finding.code, "severity": finding.severity}
        yield place | found | {"verdict": next(same, "not judged"), "half": half(pmcid)}


def interval(true: int, of: int) -> str:
    """Clopper and Pearson's 95% interval of a proportion."""
    low = beta.ppf(0.025, true, of - true + 1) if true else 0.0
    high = beta.ppf(0.975, true + 1, of - true) if true < of else 1.0
    return f"{low:.2f} to {high:.2f}"


def summary(rows: list[Row]) -> list[tuple[str, ...]]:
    """How many findings are true, by severity and by code."""
    kinds = [(severity, None) for severity in _SEVERITIES]
    kinds += sorted({(row["severity"], row["code"]) for row in rows}, key=lambda kind: (kind[0], kind[1]))
    lines = []
    for severity, code in sorted(kinds, key=lambda kind: (kind[0], kind[1] or "")):
        counts = Counter(
            row["verdict"] for row in rows if row["severity"] == severity and code in (None, row["code"])
        )
        n, true = counts.total(), counts["true"]
        name = f"… {code}" if code else f"{severity}s"
        others = tuple(str(counts[verdict]) for verdict in ("false", "cannot say", "not judged"))
        lines.append((name, str(n), str(true), *others, interval(true, n) if n else ""))
    return lines


def main(path: Path) -> None:
    """Prints the table of each half: the two versions that were scored before anything was changed, and this one."""
    verdicts = [json.loads(line) for line in VERDICTS.read_text(encoding="utf-8").splitlines()]
    counts: Counter[tuple[str, str]] = Counter()
    now = list(judged(findings(path, counts), verdicts))
    print(table([("half", "what", "number"), *((*key, str(n)) for key, n in sorted(counts.items()))]), "\n")
    for name in HALVES:
        for version in ("before", "scored", "now"):
            rows = [
                row | {"severity": row.get(version, row.get("severity"))}
                for row in (now if version == "now" else verdicts)
                if half(row["pmcid"]) == name
            ]
            head = (
                f"half {name}, {version}",
                "n",
                "true",
                "false",
                "cannot say",
                "not judged",
                "interval of true",
            )
            print(table([head, *summary([row for row in rows if row["severity"] in _SEVERITIES])]), "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
