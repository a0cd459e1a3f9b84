"""Every format of the small table, screen and report, byte for byte; MSC_EVIDENCE_GOLDEN=1 rewrites them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from msc_evidence.checks.finding import Report
from msc_evidence.render import format_names, renderer, screen_renderer
from msc_evidence.render.table.terminal import screen_text
from msc_evidence.tables.table import Screen, Table

GOLDEN = Path(__file__).parent / "golden"
SCREENS: dict[str, dict[str, int | bool | None]] = {
    "screen.piped": {"width": None, "colour": False, "ascii": False},
    "screen.100": {"width": 100, "colour": False, "ascii": False},
    "screen.60": {"width": 60, "colour": False, "ascii": False},
    "screen.20": {"width": 20, "colour": False, "ascii": False},
    "screen.ascii": {"width": 80, "colour": False, "ascii": True},
    "screen.colour": {"width": 80, "colour": True, "ascii": False},
}
REPORTS = {
    "findings.text-verbose": {"verbose": True},
    "findings.text-colour": {"colour": True},
}


def assert_golden(name: str, text: str) -> None:
    file = GOLDEN / f"{name}.golden"
    if os.environ.get("MSC_EVIDENCE_GOLDEN"):
        file.write_bytes(text.encode())
    assert file.is_file(), f"{file} is missing: make golden writes it"
    assert file.read_bytes().decode() == text, f"{file.name} differs: make golden rewrites it"


@pytest.mark.parametrize("name", format_names("table"))
def test_table(name: str, table: Table) -> None:
    assert_golden(f"table.{name}", renderer("table", name)(table))


@pytest.mark.parametrize("name", format_names("findings"))
def test_report(name: str, report: Report) -> None:
    assert_golden(f"findings.{name}", renderer("findings", name)(report))


@pytest.mark.parametrize("name", REPORTS)
def test_report_as_wished(name: str, report: Report) -> None:
    assert_golden(name, renderer("findings", "text")(report, **REPORTS[name]))


def test_a_screen_as_a_page_has_its_lines_and_no_empty_ones(screen: Screen) -> None:
    page = screen_renderer("html")(screen)  # type: ignore[misc]
    assert "<p>7 findings (5 warnings, 2 notes): msc-evidence check</p>" in page
    assert "<p></p>" not in page


@pytest.mark.parametrize("name", SCREENS)
def test_screen(name: str, screen: Screen) -> None:
    assert_golden(name, screen_text(screen, **SCREENS[name]))  # type: ignore[arg-type]


def test_every_golden_file_is_compared() -> None:
    compared = {f"{kind}.{name}" for kind in ("table", "findings") for name in format_names(kind)} | {
        *SCREENS,
        *REPORTS,
    }
    assert {file.name.removesuffix(".golden") for file in GOLDEN.iterdir()} == compared
