"""Which tests reach which line of the program, and how long each takes: measured once, file of tests by file.

`python tests/planted/reach.py CHECKOUT FILE RESULT` measures one file; with the checkout alone it runs chosen tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coverage
import pytest

PACKAGE = "msc_evidence"
#: What holds pages to the program, the source to its rules or mutants to their seeds: no fault is theirs to notice.
LEFT_OUT = {
    "tests/test_architecture.py",
    "tests/test_findings_page.py",
    "tests/test_lock.py",
    "tests/test_manual.py",
    "tests/test_reached.py",
    "tests/test_readme.py",
}
LEFT_OUT_FOLDERS = ("tests/browser/", "tests/fuzz/")
#: Doctests of modules are tests like others.
QUIET = ("-n", "0", "-p", "no:cacheprovider")


def files_of_tests(checkout: Path) -> list[str]:
    """Every file of tests that may notice a fault, and the package for its doctests."""
    files = [
        file.relative_to(checkout).as_posix() for file in sorted((checkout / "tests").rglob("test_*.py"))
    ]
    return [
        PACKAGE,
        *(file for file in files if file not in LEFT_OUT and not file.startswith(LEFT_OUT_FOLDERS)),
    ]


@dataclass(slots=True)
class Reach:
    """Seconds of each test, and the tests that reach each line of each module."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    def add(self, measured: dict[str, Any]) -> None:
        """What one file of tests reaches, beside what is known."""
        names = measured["tests"]
        self.seconds.update(zip(names, measured["seconds"], strict=True))
        for module, lines in measured["lines"].items():
            known = self.lines.setdefault(module, {})
            for line, tests in lines.items():
                known.setdefault(int(line), []).extend(names[test] for test in tests)

    @staticmethod
    def file_of(test: str) -> str:
        """The file that a test stands in."""
        return test.partition("::")[0]

    def tests_of(self, places: Iterable[tuple[str, int]]) -> list[str]:
        """The tests that reach any of some lines, the quickest first."""
        tests = {test for module, line in places for test in self.lines.get(module, {}).get(line, ())}
        return sorted(tests, key=lambda test: (self.seconds[test], test))


class Watched:
    """Tells a measurement which test runs, and keeps how long each took that passed."""

    def __init__(self, measurement: Any) -> None:
        self.measurement = measurement
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: set[str] = set()

    def pytest_runtest_logstart(self, nodeid: str, location: object) -> None:
        """What runs from here on is this test's."""
        self.measurement.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Set-up, call and tear-down together."""
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed.add(report.nodeid)


class Chosen:
    """Of what pytest collects some tests, in their order."""

    def __init__(self, tests: list[str]) -> None:
        self.order = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Leaves the others out."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self.order), key=lambda item: self.order[item.nodeid]
        )


def measured(checkout: Path, file: str) -> dict[str, Any]:
    """What the tests of one file reach, of those that pass."""
    measurement = coverage.Coverage(data_file=None, config_file=False, source=[str(checkout / PACKAGE)])
    watched = Watched(measurement)
    measurement.start()
    pytest.main([*QUIET, file], plugins=[watched])
    measurement.stop()
    data = measurement.get_data()
    tests = [test for test in watched.seconds if test not in watched.failed]
    numbers = {test: number for number, test in enumerate(tests)}
    lines = {
        Path(module).relative_to(checkout).as_posix(): {
            line: sorted(numbers[test] for test in contexts if test in numbers)
            for line, contexts in data.contexts_by_lineno(module).items()
        }
        for module in data.measured_files()
    }
    return {"tests": tests, "seconds": [round(watched.seconds[test], 3) for test in tests], "lines": lines}


def reach_of(checkout: Path, folder: Path) -> Reach:
    """Everything that the tests of a checkout reach; the folder keeps what was measured."""
    folder.mkdir(parents=True, exist_ok=True)
    reach = Reach()
    for file in files_of_tests(checkout):
        kept = folder / f"{file.replace('/', '.')}.json"
        if not kept.exists():
            print(f"what {file} reaches is measured", file=sys.stderr, flush=True)
            subprocess.run(
                [sys.executable, __file__, str(checkout), file, str(kept)],
                cwd=checkout,
                env=os.environ | {"PYTHONPATH": str(checkout), "CI": "1"},
                stdout=subprocess.DEVNULL,
                check=True,
            )
        reach.add(json.loads(kept.read_text(encoding="utf-8")))
    return reach


def main() -> int:
    """Measures a file of tests into another; without files runs the tests that standard input lists."""
    if len(sys.argv) > 2:
        result = json.dumps(measured(Path(sys.argv[1]), sys.argv[2]))
        Path(sys.argv[3]).write_text(result, encoding="utf-8")
        return 0
    tests = json.load(sys.stdin)
    files = sorted({Reach.file_of(test) for test in tests})
    return int(pytest.main(["-x", *QUIET, *files], plugins=[Chosen(tests)]))


if __name__ == "__main__":
    raise SystemExit(main())
