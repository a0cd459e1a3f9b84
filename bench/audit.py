"""Auditing 10,000 abstracts: beside a bare scan with two regular expressions, and R's statcheck where it is installed.

`python bench/audit.py CORPUS.jsonl.gz`; the corpus's abstracts are taken again and again. Once as they are, once with
three results in APA style added to each, which is all that statcheck reads.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from measure import program, table

from msc_evidence.checks.audit.texts import audit_text
from msc_evidence.reading.read import read

COUNT = 10_000
#: How many times as many texts the command is given for its growth.
TIMES = 10
APA = " It fell, t(28) = 2.20, p = .036, F(2, 28) = 2.20, p = .130, and r(28) = .22, p = .243."
#: What any audit has to look for, and nothing else: p-values and announced intervals.
FLOOR = (
    re.compile(r"(?i)\bp\s*[<>=≤≥]\s*0?[.·]\d+"),
    re.compile(r"(?i)\b95\s*%\s*(?:CI|confidence interval)"),
)
R_SCRIPT = r"""
suppressMessages({library(statcheck); library(jsonlite)})
texts <- fromJSON(commandArgs(TRUE)[1])
sink(nullfile()); seconds <- system.time(suppressMessages(statcheck(texts, messages = FALSE)))[["elapsed"]]; sink()
cat(seconds)
"""


#: A process inherits the memory mark of the one that starts it, so a small one does.
LAUNCHER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(os.wait4(process.pid, 0)[2].ru_maxrss)
"""


def abstracts(corpus: Path) -> list[str]:
    """The corpus's abstracts, as many times as it takes."""
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line)["abstract"] for line in lines]
    joined = ["\n".join(f"{label}: {text}" if label else text for label, text in row) for row in rows]
    return list(islice(cycle(joined), COUNT))


def seconds(run: Callable[[], object]) -> float:
    """The quickest of three runs, in CPU seconds of this process."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return min(spent)


def statcheck(texts: Sequence[str]) -> float | None:
    """What statcheck takes in R, None where it is not installed."""
    if not shutil.which("Rscript"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        file, script = Path(folder) / "texts.json", Path(folder) / "time.R"
        file.write_text(json.dumps(list(texts)), encoding="utf-8")
        script.write_text(R_SCRIPT, encoding="utf-8")
        done = subprocess.run(
            ["Rscript", str(script), str(file)], capture_output=True, text=True, check=False
        )
    return float(done.stdout) if done.returncode == 0 else None


def in_process(texts: Sequence[str]) -> Iterator[tuple[str, float | None]]:
    """Each way to go through the texts, on one processor and without start-up."""
    yield "bare scan", seconds(lambda: [pattern.findall(text) for text in texts for pattern in FLOOR])
    yield "`audit`", seconds(lambda: [audit_text("", text) for text in texts])
    yield "statcheck", statcheck(texts)


def commands(texts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Wall-clock seconds and memory of the command, start-up and files included, and how time grows."""
    first: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for times in (1, TIMES):
            file = Path(folder) / f"{times}.jsonl"
            with file.open("w", encoding="utf-8") as out:
                for number, text in enumerate(list(texts) * times):
                    out.write(json.dumps({"id": str(number), "text": text}) + "\n")
            for jobs in (1, 2):
                command = program(
                    "audit", str(file), "-j", str(jobs), "-f", "csv", "-o", f"{folder}/found.csv", "-q"
                )
                start = time.perf_counter()
                done = subprocess.run(
                    (sys.executable, "-c", LAUNCHER, *command), capture_output=True, check=True
                )
                spent, most = time.perf_counter() - start, int(done.stdout) / 1024
                growth = math.log(spent / first.setdefault(jobs, spent), TIMES)
                yield (
                    f"{COUNT * times:,}",
                    str(jobs),
                    f"{spent:.1f}",
                    f"{COUNT * times / spent:,.0f}",
                    f"{most:.0f}",
                    f"{growth:.2f}" if times > 1 else "",
                )


#: Lines of a million characters that make careless patterns go back and forth.
HOSTILE = {
    "digits": "1",
    "brackets": "([",
    "commas": ",",
    "spaces": " ",
    "digits and brackets": "1(",
    "results": "OR 1.2 (0.9-1.5) ",
}


def hostile() -> Iterator[tuple[str, ...]]:
    """Seconds to audit and to read each line, whole and half as long."""
    for name, piece in HOSTILE.items():
        line = piece * (1_000_000 // len(piece))
        half = line[: len(line) // 2]
        times = [once(run, text) for run in (partial(audit_text, ""), read) for text in (half, line)]
        yield name, *(f"{spent:.2f}" for spent in times)


def once(run: Callable[[str], object], text: str) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    run(text)
    return time.process_time() - start


def main(corpus: Path) -> None:
    """Prints seconds for 10,000 texts with their ratio to the bare scan, the command's own figures, hostile lines."""
    plain = abstracts(corpus)
    rows = [("10,000 abstracts", "way", "seconds", "texts per second", "× bare scan")]
    for name, texts in (
        ("as they are", plain),
        ("each with three APA results", [text + APA for text in plain]),
    ):
        found = dict(in_process(texts))
        floor = found["bare scan"] or 1.0
        rows += [
            (name, way, f"{spent:.2f}", f"{COUNT / spent:,.0f}", f"{spent / floor:.1f}")
            for way, spent in found.items()
            if spent
        ]
    print(table(rows), "\n")
    head = ("texts", "processes", "seconds", "texts per second", "MB at most", "exponent")
    print(table([head, *commands(plain)]), "\n")
    head = ("1,000,000 characters of", "audit, half", "audit", "read, half", "read")
    print(table([head, *hostile()]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
