"""Screens of a small registry made for what the shipped one does not hold, byte for byte; `make golden` rewrites them.

Sources of one trial that disagree, directions that are tied or not reported, bias judged in part, results not seen.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from msc_evidence.tables.review import table_names

GOLDEN = Path(__file__).parent / "golden"
REGISTRY = Path(__file__).parents[1] / "registries" / "quarrels.yaml"
SCREENS = {
    "summarize": "summarize",
    "summarize-wide": "summarize --wide --all-sources",
    "compare": "compare",
    "recompute": "recompute",
    "check": "check --min-severity note -f text",
    "check-fields": "check --min-severity note -f csv",
    "pool": "pool --outcome barthel --at 3mo",
    "pool-csv": "pool --outcome death -f csv",
    "contrasts": "compare -f csv",
    "stats": "registry stats",
    **{f"table-{name}": f"table {name}" for name in table_names()},
    **{f"plot-{name}": f"plot {name}" for name in ("albatross", "rob", "timeline")},
    "plot-forest": "plot forest --outcome barthel --at 3mo",
    "plot-shift": "plot shift --outcome mrs",
}


@pytest.mark.parametrize("name", SCREENS)
def test_screen(name, run, tmp_path):
    shutil.copy(REGISTRY, tmp_path)
    command = SCREENS[name].split()
    where = () if "-r" in command else ("-r", REGISTRY.name)
    done = run(*command, *where, COLUMNS="110")
    text = f"{done.out}\n{done.err}exit {done.code}\n"
    file = GOLDEN / f"{name}.golden"
    if os.environ.get("MSC_EVIDENCE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_bytes(text.encode())
    assert file.is_file(), f"{file} is missing: make golden writes it"
    assert file.read_bytes().decode() == text, f"{file.name} differs: make golden rewrites it"


def test_every_golden_screen_is_compared():
    assert {file.stem for file in GOLDEN.iterdir()} == set(SCREENS)
