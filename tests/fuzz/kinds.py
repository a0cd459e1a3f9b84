"""The kinds of files that readers are given mutants of, with the commands that read each."""

from __future__ import annotations

import os
import random
import shlex
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.changes import mutant, with_a_part_changed, with_something_changed, zipped
from tests.reading.test_article_formats import DOCUMENT, JATS, PAGE, docx
from tests.reading.test_pdf import FIRST, pdf

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Kind:
    """Files of one kind: good ones to start from, the name a mutant gets, commands that read it, how one is made."""

    files: tuple[bytes, ...]
    name: str
    commands: tuple[str, ...]
    made: Callable[[bytes, random.Random], bytes] = mutant


REGISTRIES = ROOT / "tests/registries"
BESIDE = Path(__file__).parent / "beside"
HEARTS, QUARRELS = (shlex.quote(str(REGISTRIES / name)) for name in ("hearts.yaml", "quarrels.yaml"))
PAIN, REGISTERED, AGAIN = (
    shlex.quote(str(BESIDE / name)) for name in ("pain.yaml", "registered.yaml", "again.yaml")
)
ROWS = shlex.quote(str(Path(__file__).parent / "seeds/reviewed/0.csv"))


def kinds() -> dict[str, Kind]:
    """The kinds of files, by name."""
    return _read_alone() | _read_beside_others()


def _registries() -> list[bytes]:
    return [(REGISTRIES / name).read_bytes() for name in ("hearts.yaml", "knees.yaml", "statins.yaml")]


def _read_alone() -> dict[str, Kind]:
    return {
        "registries": Kind(
            (*_registries(), (ROOT / "examples/bcg.yaml").read_bytes()[:6000]),
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
        "articles": Kind(
            (JATS.encode(), PAGE.encode(), docx(DOCUMENT), pdf(FIRST)),
            "a.bin",
            (
                "read --tables a.bin -f jsonl -o out",
                "read --tables a.bin -f text",
                "read a.bin --draft",
                "read a.bin -f json",
                "audit a.bin -j 1",
                "audit a.bin -j 1 -f sarif -o out",
            ),
            with_something_changed,
        ),
    }


def _read_beside_others() -> dict[str, Kind]:
    return {
        "forms": Kind(
            (_form(), _workbook()),
            "w.xlsx",
            (
                f"reconcile w.xlsx {QUARRELS}",
                f"reconcile w.xlsx {QUARRELS} -f csv -o out",
                "import w.xlsx -o out",
                "pool --data w.xlsx",
            ),
            with_a_part_changed,
        ),
        "compared": Kind(
            ((REGISTRIES / "quarrels.yaml").read_bytes(), *_registries()),
            "r.yaml",
            (
                f"diff r.yaml {QUARRELS}",
                f"diff {QUARRELS} r.yaml -f json -o out",
                f"reconcile r.yaml {QUARRELS} --agreement",
                "table trust -r r.yaml",
                "table results -r r.yaml -f csv",
                "plot timeline -r r.yaml",
                "export metafor -r r.yaml -o out",
                "pool -r r.yaml --outcome mrs",
            ),
        ),
        "merged": Kind(
            ((REGISTRIES / "hearts.yaml").read_bytes(), (BESIDE / "again.yaml").read_bytes()),
            "r.yaml",
            (
                f"registry merge r.yaml {QUARRELS} -o out",
                f"registry merge {QUARRELS} r.yaml",
                "registry format -r r.yaml",
                "registry format -r r.yaml --check",
                f"reconcile r.yaml {HEARTS} -o out",
                f"reconcile {HEARTS} r.yaml --undecided out",
                f"reconcile {HEARTS} r.yaml --blind -f html",
                "feasible -r r.yaml --design any",
                "feasible -r r.yaml --examples -f json",
                "check -r r.yaml --trust-tests",
            ),
        ),
        "decisions": Kind(
            (_undecided(),),
            "d.yaml",
            (
                f"reconcile {HEARTS} {AGAIN} --decide d.yaml -o out",
                f"reconcile {HEARTS} {AGAIN} --decide d.yaml -f csv",
            ),
        ),
        "reviewed": Kind(
            (*_seeds("reviewed"), *_seeds("csv")),
            "r.csv",
            (
                f"review r.csv --outcome pain --at 90d -r {PAIN}",
                f"review r.csv --outcome pain -r {PAIN} -f json -o out",
                f"review r.csv --outcome fall -r {PAIN} -f md",
                f"review {ROWS} --outcome pain --at 90d --map r.csv -r {PAIN}",
            ),
        ),
        "notices": Kind(
            _seeds("notices"),
            "n.csv",
            (
                f"check --retractions n.csv --select MSC843 -r {HEARTS}",
                f"check --retractions n.csv --as-of 2026-01 -r {PAIN} -f json -o out",
            ),
        ),
        "registrations": Kind(
            ((ROOT / "tests/exchange/data/NCT99900099.json").read_bytes(),),
            "NCT99900099.json",
            (
                f"check -r {REGISTERED} --registrations . --min-severity note",
                f"check -r {REGISTERED} --registrations . -f json -o out",
                f"table registrations -r {REGISTERED} --registrations .",
                "import NCT99900099.json --terms -o out",
            ),
        ),
    }


def _form() -> bytes:
    """A registry as a workbook for two people to fill in."""
    return _written(f"export form -r {QUARRELS} -o form.xlsx")


def _undecided() -> bytes:
    """What two extractions leave to be decided."""
    return _written(f"reconcile {HEARTS} {AGAIN} --undecided decisions.yaml")


def _written(command: str) -> bytes:
    from typer.testing import CliRunner

    from msc_evidence.cli.app import app

    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            done = CliRunner().invoke(app, shlex.split(command))
        finally:
            os.chdir(before)
        assert done.exit_code < 2, done.stderr
        return Path(folder, shlex.split(command)[-1]).read_bytes()


def _seeds(kind: str) -> tuple[bytes, ...]:
    return tuple(file.read_bytes() for file in sorted((Path(__file__).parent / "seeds" / kind).iterdir()))


def _package() -> bytes:
    """A review's data package."""
    header = (
        "Analysis group,Analysis number,Analysis name,Subgroup,Study,Study year,"
        "Experimental cases,Experimental N,Control cases,Control N\n"
    )
    rows = f"{header}1,1,Death,,Kim 2020,2020,4,30,9,31\n1,1,Death,,Lee 2021,2021,2,20,3,22\n"
    return zipped(
        {"CD1-data-rows.csv": rows, "CD1-analysis-settings.csv": "Analysis group,Analysis number\n1,1\n"}
    )


def _workbook() -> bytes:
    """The least that a spreadsheet opens."""
    cells = "".join(
        f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'
        for cell, text in (("A1", "study"), ("B1", "yi"))
    )
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": "<workbook><sheets><sheet name='s' sheetId='1'/></sheets></workbook>",
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData><row r='1'>{cells}</row></sheetData></worksheet>",
        }
    )
