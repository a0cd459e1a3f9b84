"""The library: what docs/library.md shows is what it gives, and importing it costs nothing."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import msc_evidence

PAGE = Path(__file__).parents[1] / "docs" / "library.md"


def test_the_page_is_true():
    tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried.attempted >= 6
    assert tried.failed == 0


def test_every_function_is_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"{name}" in text for name in msc_evidence.__all__)


def test_tables_become_frames_with_the_same_columns():
    registry = msc_evidence.load()
    for function in (
        msc_evidence.summarize,
        msc_evidence.compare,
        msc_evidence.recompute,
        msc_evidence.check,
    ):
        table = function(registry)
        frame = table.to_frame()
        assert list(frame.columns) == list(table.keys)
        assert len(frame) == len(table.rows) > 0


def test_importing_it_imports_nothing_heavy():
    heavy = "('numpy', 'pandas', 'pydantic', 'typer')"
    code = f"import sys, msc_evidence; print(sorted(m for m in sys.modules if m in {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
