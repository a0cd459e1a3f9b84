"""Plants faults in the program one at a time and says which of them no test notices.

`python tests/planted/run.py 150` plants so many, the same ones for the same seed, spread over the rooms; with names of
rooms in those alone. With `bounds` in place of a number each named bound of the program is moved by one.

The tests that reach a fault judge it: those of files that name its module first, the quickest first; then what else
stands in their files. Tests of what README and docs quote do not count. What the tests reach is measured before, and
kept in build/ until a file changes. `make mutants` runs it.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from faults import PACKAGE, ROOMS, ROOT, Fault, bound_faults, places_of, sampled_faults
from reach import Reach, files_of_tests, reach_of

#: Seconds of tests in each run: most faults fall in the first, one that nothing notices costs them all.
RUNS = (4.0, 20.0, 60.0, 60.0)
#: A run of tests that takes longer hangs by the fault, and so has noticed it.
LONGEST = 900
#: The least share of faults that tests must notice, over all and in each room.
WANTED, WANTED_OF_ROOM = 0.96, 0.92


def tests_for(fault: Fault, reach: Reach) -> list[str]:
    """The tests that reach a fault and what else stands in their files: those near it first, the quickest first."""
    near = _files_that_name(fault)
    reaching = reach.tests_of(places_of(fault))
    files = near | {reach.file_of(test) for test in reaching}
    beside = sorted(
        (test for test in set(reach.seconds) - set(reaching) if reach.file_of(test) in files),
        key=lambda test: (reach.seconds[test], test),
    )
    # No line tells which tests use a default value, which is made at import: those near it come before all others.
    ways = [(tests, is_near) for is_near in (True, False) for tests in (reaching, beside)]
    return [test for tests, is_near in ways for test in tests if (reach.file_of(test) in near) is is_near]


def _files_that_name(fault: Fault) -> set[str]:
    name = ".".join(fault.module.with_suffix("").parts).removesuffix(".__init__")
    files = {file for file in files_of_tests(ROOT) if file != PACKAGE}
    return {file for file in files if name in (ROOT / file).read_text(encoding="utf-8")} | {str(fault.module)}


def runs_of(tests: list[str], reach: Reach) -> Iterator[list[str]]:
    """Tests in runs of so many seconds; what no run has room for is left out."""
    waiting = iter(tests)
    test = next(waiting, None)
    for longest in RUNS:
        run: list[str] = []
        spent = 0.0
        while test is not None and (not run or spent + reach.seconds[test] <= longest):
            run.append(test)
            spent += reach.seconds[test]
            test = next(waiting, None)
        if run:
            yield run


def is_noticed(fault: Fault, checkout: Path, reach: Reach) -> bool:
    """Whether a test fails with the fault in the checkout, which is mended afterwards."""
    file = checkout / fault.module
    file.write_text(fault.planted(), encoding="utf-8")
    try:
        return any(_fails(run, checkout) for run in runs_of(tests_for(fault, reach), reach))
    finally:
        shutil.copy2(ROOT / fault.module, file)


def _fails(tests: list[str], checkout: Path) -> bool:
    command = [sys.executable, "-B", str(Path(__file__).with_name("reach.py")), str(checkout)]
    environment = os.environ | {"PYTHONPATH": str(checkout), "CI": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=checkout,
            env=environment,
            input=json.dumps(tests).encode(),
            capture_output=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode not in (0, 5)


def kept_reach(checkout: Path) -> Reach:
    """What the tests reach; measured anew once the program or a test has changed."""
    state = hashlib.sha256()
    for file in sorted([*(ROOT / PACKAGE).rglob("*.py"), *(ROOT / "tests").rglob("*.py")]):
        state.update(file.read_bytes())
    return reach_of(checkout, ROOT / "build" / f"reach-{state.hexdigest()[:12]}")


def main() -> int:
    """Plants the faults that the command line asks for, and lists those that no test noticed."""
    asked = sys.argv[1] if len(sys.argv) > 1 else "150"
    rooms = tuple(sys.argv[2:]) or ROOMS
    if asked == "bounds":
        wanted = [fault for fault in bound_faults() if fault.room in rooms]
    else:
        wanted = sampled_faults(int(asked), rooms)
    noticed: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder) / "checkout"
        shutil.copytree(
            ROOT, checkout, ignore=shutil.ignore_patterns(".git", ".venv", "build", "*cache*", "__pycache__")
        )
        reach = kept_reach(checkout)
        for fault in wanted:
            before = _seconds_of_tests()
            seen = is_noticed(fault, checkout, reach)
            planted[fault.room] += 1
            noticed[fault.room] += seen
            verdict = "noticed " if seen else "SURVIVES"
            print(f"{verdict} {fault} ({_seconds_of_tests() - before:.0f} s)", flush=True)
    for room, total in planted.items():
        print(f"{room}: {noticed[room]} of {total} noticed")
    print(f"all rooms: {noticed.total()} of {planted.total()} noticed")
    few = any(noticed[room] < WANTED_OF_ROOM * total for room, total in planted.items())
    return int(few or noticed.total() < WANTED * planted.total())


def _seconds_of_tests() -> float:
    """Processor time of all tests so far."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    raise SystemExit(main())
