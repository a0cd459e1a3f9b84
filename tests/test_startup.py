"""Start-up: which modules a command must not import; no clock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from msc_evidence.cli.commands import COMMANDS, GROUPS

ROOT = Path(__file__).parents[1]
COMMAND_FILES = {f"msc_evidence.cli.{name}" for name in (*COMMANDS, *GROUPS)}

# typer itself asks pydantic to read its parameters, so pydantic is in neither list.
HEAVY = {"pandas", "scipy", "scipy.stats", "numpy", "matplotlib"}
LIGHT = {
    "yaml",
    "rich.console",
    "rich.table",
    "rich.progress",
    "msc_evidence.registry.fields",
    "msc_evidence.registry.model",
}
# What a pool of a registry is asked beside it, and what reads a user's own data.
NOT_ASKED_FOR = {
    "msc_evidence.analysis.pool.own_data",
    "msc_evidence.statistics.pooling.small_studies",
    "msc_evidence.statistics.pooling.influence",
    "msc_evidence.statistics.pooling.information",
}


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], HEAVY | LIGHT),
        (["--version"], HEAVY | LIGHT),
        (["summarize", "--help"], HEAVY | LIGHT),
        (["summarize"], HEAVY | {"rich.console", "rich.table", "msc_evidence.reading.texts.pubmed"}),
        (["summarize", "-f", "csv"], HEAVY | {"msc_evidence.checks.run"}),
        # A pinned pool is pooled again, where the whole registry is checked.
        (
            ["check", "bang-2005", "chung-2021"],
            HEAVY | {"msc_evidence.reading.texts.pubmed", "msc_evidence.checks.audit"},
        ),
        # An adjusted p beside whole distributions asks for no exact rank sum.
        (["compare"], HEAVY),
        (["recompute"], HEAVY),
        (
            ["pool", "mrs"],
            {"pandas", "scipy", "matplotlib", *NOT_ASKED_FOR},
        ),
        (["check"], {"pandas", "scipy", "matplotlib"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_imports_only_what_it_uses(arguments, absent):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "msc_evidence", *arguments],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    imported = {
        line.rpartition("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    }
    assert "typer" in imported
    assert imported & absent == set()


def test_the_program_of_one_command_reads_no_other_commands_file():
    code = "import sys; from msc_evidence.cli.commands import program; program(['summarize']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert COMMAND_FILES & set(done.stdout.split()) == {"msc_evidence.cli.summarize"}
