"""Mutants of good files: of each kind as many as wanted, the same for the same seed, and what reads each kind.

`python tests/fuzz/mutants.py 5000` runs so many of every kind, as `make fuzz` does; with names those kinds alone. The
kinds take turns, and each turn says how many of a kind were run so far: a run that is cut short has counted, too.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import shlex
import signal
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEED = 17
#: A run that takes longer than this many seconds of processor time hangs.
LONGEST = 30
#: Bytes that a long run may take; a mutant that needs more is taken wrongly.
LARGEST = 1 << 30
#: Mutants of one kind in a turn.
TURN = 250
ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
#: What is put in: signs that mean something to a reader, numbers that mean nothing to anybody, bytes that are no text.
TOKENS = [
    token.encode("utf-8", "surrogatepass")
    for token in (
        "\x00",
        "\x1b[31m",
        "\x9b",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ud800",
        "\n::error::x\n",
        "\t",
        "\r",
        "\n\n",
        " " * 500,
        "'",
        '"',
        "''",
        '"""',
        "&a ",
        "*a",
        "<<: ",
        "!!python/object:os.system ",
        "- ",
        ": ",
        "? ",
        "|\n",
        ">\n",
        "#",
        "%",
        "{",
        "}",
        "[",
        "]",
        "{}",
        "[]",
        ",",
        ";",
        "---\n",
        "...\n",
        "~",
        "null",
        "true",
        "no",
        "not reported",
        "to do",
        "0",
        "-1",
        "-0",
        "1e308",
        "1e-308",
        "1e400",
        "1e30",
        "1e-30",
        "99999999999999999999",
        "0.1",
        ".5",
        "5.",
        "1,5",
        "1:1",
        "0:0",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "٣",
        "½",
        "²",
        "1e",
        "<0.001",
        "<=0",
        "p<",
        "%",
        "100%",
        "101%",
        "-5%",
        "±",
        "(",
        ")",
        "((",
        "to",
        "−",
        "n =",
        "n = 1e9",
        " (95% CI ",
        "p = 0.04",
        "SD",
        "é",
        "脳",
        "\U0001f600",
        "<",
        ">",
        "</",
        "<!--",
        "]]>",
        "<![CDATA[",
        "&amp;",
        "&#0;",
        "&#x1b;",
        "&nbsp;",
        "<!ENTITY a 'b'>",
        "<front>",
        "</p>",
        "=1+1",
        "@x",
        "../..",
        "/etc/passwd",
        "x" * 3000,
        "9" * 400,
        "(" * 300,
        "é" * 300,
    )
] + [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x80\x81"]
NUMBER = re.compile(rb"\d+(?:\.\d+)?")
EXTREME = [
    b"0",
    b"1",
    b"-1",
    b"1e9",
    b"1e30",
    b"1e-30",
    b"1e300",
    b"0.5",
    b"3",
    b"1000",
    b"10000000",
    b"99",
    b"0.0001",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """Files of one kind: good ones to start from, the name a mutant gets, commands that read it, how one is made."""

    files: tuple[bytes, ...]
    name: str
    commands: tuple[str, ...]
    made: Callable[[bytes, random.Random], bytes] = field(default_factory=lambda: mutant)


def mutant(good: bytes, chance: random.Random) -> bytes:
    """A file that differs in one to four places."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        good = chance.choice(_CHANGES)(good, chance)
    return good


def with_a_part_changed(archive: bytes, chance: random.Random) -> bytes:
    """An archive with a mutant of one of its parts."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    changed = chance.choice(sorted(parts))
    return _zipped(parts | {changed: mutant(parts[changed], chance)})


def _put_in(text: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(TOKENS) + text[at:]


def _number(text: bytes, chance: random.Random) -> bytes:
    numbers = list(NUMBER.finditer(text))
    if not numbers:
        return text
    number = chance.choice(numbers)
    return text[: number.start()] + chance.choice(EXTREME) + text[number.end() :]


def _span(text: bytes, chance: random.Random) -> tuple[int, int]:
    at = chance.randrange(len(text) + 1)
    return at, min(len(text), at + chance.choice((1, 1, 3, 20, 200)))


def _left_out(text: bytes, chance: random.Random) -> bytes:
    start, end = _span(text, chance)
    return text[:start] + text[end:]


def _repeated(text: bytes, chance: random.Random) -> bytes:
    start, end = _span(text, chance)
    return text[:end] + text[start:end] * chance.choice((1, 1, 2, 50)) + text[end:]


def _flipped(text: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(text) or 1)
    return text[:at] + bytes([chance.randrange(256)]) + text[at + 1 :]


def _cut_off(text: bytes, chance: random.Random) -> bytes:
    return text[: chance.randrange(len(text) + 1)]


def _line_moved(text: bytes, chance: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), line)
    return b"".join(lines)


_CHANGES = (_put_in, _put_in, _number, _number, _left_out, _repeated, _flipped, _cut_off, _line_moved)


def kinds() -> dict[str, Kind]:
    """The kinds of files, by name."""
    quarrels = str(ROOT / "tests/registries/quarrels.yaml")
    other = shlex.quote(quarrels)
    registries = [
        (ROOT / "tests/registries" / name).read_bytes()
        for name in ("hearts.yaml", "knees.yaml", "statins.yaml")
    ]
    return {
        "registries": Kind(
            (*registries, (ROOT / "examples/bcg.yaml").read_bytes()[:6000]),
            "r.yaml",
            (
                "check -r r.yaml --min-severity note",
                "check -r r.yaml -f json -o out",
                "check -r r.yaml -f sarif",
                "check -r r.yaml -f junit",
                "summarize -r r.yaml",
                "summarize -r r.yaml -f csv -o out",
                "compare -r r.yaml",
                "recompute -r r.yaml -f md",
                "table characteristics -r r.yaml -f html",
                "table sof -r r.yaml",
                "table claims -r r.yaml -f latex",
                "export bibtex -r r.yaml -o out",
                "registry stats -r r.yaml",
            ),
        ),
        "csv": Kind(
            _seeds("csv"),
            "d.csv",
            (
                "pool --data d.csv",
                "pool --data d.csv --measure OR --information",
                "pool --data d.csv --measure MD -f json",
                "pool --data d.csv --influence --leave-one-out --cumulative year",
                "pool --data d.csv -f csv -o out",
                "pool --data d.csv --ci hk --level 99.9",
                "pool --data d.csv --bias --force",
                "plot forest --data d.csv",
                "plot funnel --data d.csv",
                "import d.csv -o out",
                "pool --data d.csv --moderators year",
            ),
        ),
        "texts": Kind(
            _seeds("texts"),
            "t.txt",
            (
                "audit t.txt -j 1 -f json -o out",
                "audit t.txt -j 1",
                "read t.txt -f text",
                "read t.txt -f csv -o out",
                "read t.txt --draft",
                "audit t.txt -j 1 -f github",
            ),
        ),
        "xml": Kind(
            _seeds("xml"),
            "t.xml",
            (
                "audit t.xml -j 1 -f csv -o out",
                "read t.xml --draft",
                "read t.xml -f json",
                "audit t.xml -j 1 -f md",
            ),
        ),
        "json": Kind(
            (*_seeds("json"), (ROOT / "tests/exchange/data/NCT99900099.json").read_bytes()),
            "t.json",
            (
                "audit t.json -j 1 -f table",
                "read t.json -f tsv -o out",
                "check -r t.json -f csv",
                "summarize -r t.json",
                "compare -r t.json -f json",
                "recompute -r t.json -o out -f csv",
                "import t.json -o out",
                "import t.json --terms",
            ),
        ),
        "workbooks": Kind(
            (_package(), _workbook()),
            "w.zip",
            (
                "import w.zip -o out",
                "import w.zip",
                "pool --data w.zip",
                "audit w.zip -j 1",
                "summarize -r w.zip",
            ),
        ),
        "forms": Kind(
            (_form(quarrels), _workbook()),
            "w.xlsx",
            (
                f"reconcile w.xlsx {other}",
                f"reconcile w.xlsx {other} -f csv -o out",
                "import w.xlsx -o out",
                "pool --data w.xlsx",
            ),
            with_a_part_changed,
        ),
        "compared": Kind(
            (Path(quarrels).read_bytes(), *registries),
            "r.yaml",
            (
                f"diff r.yaml {other}",
                f"diff {other} r.yaml -f json -o out",
                f"reconcile r.yaml {other} --agreement",
                "table trust -r r.yaml",
                "table results -r r.yaml -f csv",
                "plot timeline -r r.yaml",
                "export metafor -r r.yaml -o out",
                "pool -r r.yaml --outcome mrs",
            ),
        ),
    }


def _form(registry: str) -> bytes:
    """A registry as a workbook for two people to fill in."""
    from typer.testing import CliRunner

    from msc_evidence.cli.app import app

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "form.xlsx")
        done = CliRunner().invoke(app, ["export", "form", "-r", registry, "-o", str(file)])
        assert done.exit_code == 0, done.stderr
        return file.read_bytes()


def _seeds(kind: str) -> tuple[bytes, ...]:
    return tuple(file.read_bytes() for file in sorted((Path(__file__).parent / "seeds" / kind).iterdir()))


def _zipped(parts: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return stream.getvalue()


def _package() -> bytes:
    """A review's data package."""
    header = (
        "Analysis group,Analysis number,Analysis name,Subgroup,Study,Study year,"
        "Experimental cases,Experimental N,Control cases,Control N\n"
    )
    rows = f"{header}1,1,Death,,Kim 2020,2020,4,30,9,31\n1,1,Death,,Lee 2021,2021,2,20,3,22\n"
    return _zipped(
        {"CD1-data-rows.csv": rows, "CD1-analysis-settings.csv": "Analysis group,Analysis number\n1,1\n"}
    )


def _workbook() -> bytes:
    """The least that a spreadsheet opens."""
    cells = "".join(
        f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'
        for cell, text in (("A1", "study"), ("B1", "yi"))
    )
    return _zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": "<workbook><sheets><sheet name='s' sheetId='1'/></sheets></workbook>",
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData><row r='1'>{cells}</row></sheetData></worksheet>",
        }
    )


class Hang(Exception):  # noqa: N818
    """A run that does not end."""


@contextlib.contextmanager
def _bounded_time() -> Iterator[None]:
    """Raises Hang after so much processor time, where the system counts it."""
    if not hasattr(signal, "SIGVTALRM"):
        yield
        return

    def end(number: int, frame: object) -> None:
        raise Hang

    signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def fault(command: str, name: str, content: bytes, folder: Path) -> str | None:
    """What is wrong with how a command takes a file; None where nothing is."""
    from typer.testing import CliRunner

    from msc_evidence.cli.app import app

    (folder / name).write_bytes(content)
    before = os.getcwd()
    os.chdir(folder)
    try:
        with _bounded_time():
            done = CliRunner().invoke(app, shlex.split(command))
    except Hang:
        return "hang"
    finally:
        os.chdir(before)
    left = {file.name for file in folder.iterdir()} - {name}
    for file in left:
        (folder / file).unlink()
    return _fault_of(done.exit_code, done.stdout, done.stderr, left, "-f github" in command)


def _fault_of(code: int, out: str, err: str, left: set[str], commands: bool) -> str | None:
    if code not in (0, 1, 2):
        return f"exit {code}: {err.strip().splitlines()[-1] if err.strip() else ''}"
    if "Warning" in err or "Traceback" in err:
        return f"a library speaks: {err.strip()[:200]}"
    if ACTING.search(out) or ACTING.search(err):
        return "a control character"
    if re.search(r"(?m)^\s*::", err if commands else out + err):
        return "a command to a runner"
    if code == 2 and (out or left):
        return f"exit 2 and yet output: {out[:80]!r} {left}"
    return f"left behind: {left}" if left - {"out"} else None


def faults(
    kind_name: str, kind: Kind, numbers: Iterable[int], seed: int = SEED
) -> Iterator[tuple[int, str, bytes, str]]:
    """Of the mutants of a kind those that are taken wrongly: number, command, content, what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            chance = random.Random(f"{seed} {kind_name} {number}")
            content = kind.made(chance.choice(kind.files), chance)
            command = chance.choice(kind.commands)
            if wrong := fault(command, kind.name, content, Path(folder)):
                yield number, command, content, wrong


def main() -> int:
    """Runs the mutants that the command line asks for and counts what they found."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    made = {name: kind for name, kind in kinds().items() if name in (sys.argv[2:] or kinds())}
    total: Counter[str] = Counter()
    _bound_memory()
    for start in range(0, count, TURN):
        numbers = range(start, min(start + TURN, count))
        for name, kind in made.items():
            for number, command, content, wrong in faults(name, kind, numbers):
                total[name] += 1
                print(f"{name} {number}: msc-evidence {command}: {wrong}", flush=True)
                Path(tempfile.gettempdir(), f"fuzz-{name}-{number}").write_bytes(content)
            print(f"{name}: {numbers.stop:,} mutants, {total[name]} taken wrongly", flush=True)
    return int(total.total() > 0)


def _bound_memory() -> None:
    """Lets what takes more memory than a long run may fail, where the system counts it."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (LARGEST, resource.getrlimit(resource.RLIMIT_DATA)[1]))


if __name__ == "__main__":
    raise SystemExit(main())
