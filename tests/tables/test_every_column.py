"""Every column that a table declares is filled in some row at hand, and every value of a row stands in a column."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner

from msc_evidence.cli.app import app
from msc_evidence.tables.review import table_names
from msc_evidence.tables.table import Table

ROOT = Path(__file__).parents[2]
SEVERAL = [
    "trials.yaml",
    "docs/judged.yaml",
    "docs/trusted.yaml",
    "tests/registries/hearts.yaml",
    "tests/registries/statins.yaml",
]
OF_REGISTRIES = [
    "summarize",
    "compare",
    "recompute",
    "registry stats",
    *(f"table {name}" for name in table_names()),
]
COUNTS = "study,ai,n1i,ci,n2i,g\nA,4,123,11,139,x\nB,2,30,3,31,x\nC,12,60,15,61,y\nD,0,9,0,9,y\n"
MEDIANS = "study,m1i,sd1i,n1i,med2i,q1.2i,q3.2i,n2i\nA,10,2,30,12,11,14,31\nB,9,3,20,11,9,12,22\n"
OF_DATA = [
    ("counts.csv", "--measure OR --influence --by g"),
    ("counts.csv", "--measure OR --information --by g"),
    ("counts.csv", "--measure OR --information --detect 0.9"),
    ("counts.csv", "--measure OR --bias --force"),
    ("counts.csv", "--measure OR --studies"),
    ("counts.csv", "--measure OR --moderators g"),
    ("medians.csv", "--measure MD"),
    ("medians.csv", "--measure MD --studies"),
]
#: Columns of what no registry or file at hand holds.
NOT_AT_HAND = {
    "references": {"pmcid"},
    "sof": {"confounding", "dose_response", "large_effect"},
    "influence": {"set"},
    "information": {"set", "no_effect_participants", "no_effect_se", "reason", "sd"},
    "pools": {"new"},
    "pooled": {"ps", "ps_ci_lb", "ps_ci_ub", "ps_pi_lb", "ps_pi_ub", "left_out", "remarks"},
    "studies": {"basis", "left_out", "ps", "ps_ci_lb", "ps_ci_ub"},
    "moderators": {"left_out", "set"},
    "trust": {"again"},
}


@dataclass(slots=True)
class Seen:
    """What was seen of the tables of one name."""

    declared: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)
    rows: int = 0


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """Every table that the commands make, by its name."""
    folder, tables = tmp_path_factory.mktemp("data"), defaultdict[str, Seen](Seen)
    (folder / "counts.csv").write_text(COUNTS)
    (folder / "medians.csv").write_text(MEDIANS)

    def see(table: Table, *given: object, **named: object) -> None:
        made(table, *given, **named)
        one = tables[table.name]
        one.rows += len(table.rows)
        one.declared |= set(table.keys)
        one.filled |= {key for row in table.rows for key, value in row.items() if value not in (None, "")}

    made, lines = (
        Table.__init__,
        [f"{command} -r {ROOT / file}" for command in OF_REGISTRIES for file in SEVERAL],
    )
    lines += [f"pool --data {folder / name} {options}" for name, options in OF_DATA]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "__init__", see)
        for line in lines:
            done = CliRunner().invoke(app, f"{line} -f csv".split())
            assert done.exit_code in (0, 2), (line, done.stderr)
    return tables


def test_every_declared_column_is_filled_somewhere(seen):
    empty = {
        name: one.declared - one.filled - NOT_AT_HAND.get(name, set())
        for name, one in seen.items()
        if one.rows
    }
    assert not {name: sorted(columns) for name, columns in empty.items() if columns}
    assert len(empty) >= 15


def test_every_value_of_a_row_stands_in_a_declared_column(seen):
    """Prediction limits of a set stand in the rows that studies and pools share, and no column of studies has them."""
    shared = {"studies": {"pi_lb", "pi_ub", "ratio_pi_lb", "ratio_pi_ub"}}
    beside = {name: one.filled - one.declared - shared.get(name, set()) for name, one in seen.items()}
    assert not {name: sorted(columns) for name, columns in beside.items() if columns}
