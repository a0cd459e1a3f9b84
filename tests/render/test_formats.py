"""Formats are found by the names of their modules, and listing them imports none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from msc_evidence.render import format_names, format_of, renderer
from msc_evidence.render.table.json import indented_json


@pytest.mark.parametrize("kind", ["table", "findings"])
def test_every_format_renders_and_is_found_by_each_suffix(kind: str) -> None:
    for name in format_names(kind):
        function = renderer(kind, name)
        suffixes = sys.modules[function.__module__].SUFFIXES
        assert function.__doc__
        assert [format_of(kind, Path(f"results{suffix}")) for suffix in suffixes] == [name] * len(suffixes)


@pytest.mark.parametrize(
    ("kind", "file", "name"),
    [
        ("table", "a.csv", "csv"),
        ("table", "A.CSV", "csv"),
        ("table", "a.b.markdown", "md"),
        ("table", "a.sarif", None),
        ("table", "csv", None),
        ("findings", "a.json", "json"),
        ("findings", "a.sarif.json", "sarif"),
        ("findings", "build/junit.xml", "junit"),
        ("findings", "a.doc", None),
    ],
)
def test_format_of_a_file(kind: str, file: str, name: str | None) -> None:
    assert format_of(kind, Path(file)) == name


def test_listing_imports_no_format_and_rendering_no_rich() -> None:
    program = (
        "import sys; from msc_evidence import render; render.format_names('table'), render.format_names('findings');"
        "mine = [m for m in sys.modules if m.count('.') > 2 and m.startswith('msc_evidence.render.table.')];"
        "assert not mine, mine;"
        "import msc_evidence.render.table.terminal;"
        "heavy = {'rich', 'pandas', 'numpy', 'scipy'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_json_keeps_every_alphabet_and_escapes_what_acts() -> None:
    assert indented_json({"é": "脳 p ≤ 0.05\u202e"}) == '{\n  "é": "脳 p ≤ 0.05\\u202e"\n}\n'
