"""Exact rank sums with ties, and large pools: CPU time of one process, numpy imported before the clock starts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
from measure import table

from msc_evidence.statistics.pooling.bayes import pool_bayes
from msc_evidence.statistics.pooling.pooling import pool
from msc_evidence.statistics.two_arms import ranks

#: Houkin 2024 (TREASURE), mRS at 90 days; then made up, on seven categories.
TABLES = {
    "104 v 102": ([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3]),
    "200 v 200": ([20, 25, 30, 35, 40, 30, 20], [10, 20, 30, 35, 40, 35, 30]),
    "1,000 v 1,000": ([100, 125, 150, 175, 200, 150, 100], [80, 120, 150, 180, 190, 155, 125]),
    "1,001 v 1,001, p 10⁻⁵": ([143] * 7, [100, 120, 130, 143, 150, 160, 198]),
}
STUDIES = 100_000
#: Once an array of this size was freed, malloc keeps smaller ones, and no run pays in page faults.
ALLOCATED = 3_900_000


def seconds(run: Callable[[], object], runs: int) -> float:
    """The median CPU time of a run, after one that is not counted."""
    spent = []
    for _ in range(runs + 1):
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return statistics.median(spent[1:])


def rows() -> Iterator[tuple[str, str]]:
    """What was computed, and the seconds it took."""
    for name, (counts1, counts2) in TABLES.items():
        once = seconds(lambda a=tuple(counts1), b=tuple(counts2): ranks._exact_rank_sum.__wrapped__(a, b), 5)
        yield f"exact rank sum, {name}, seven categories", f"{once:.3f}"
    random = np.random.default_rng(1)
    vi = 4 / random.integers(20, 400, STUDIES)
    yi = random.normal(0.3, np.sqrt(vi + 0.04))
    np.ones(ALLOCATED)
    yield f"everything by DL, {STUDIES:,} studies", f"{seconds(lambda: pool(yi, vi, 'DL'), 21):.4f}"
    without = seconds(lambda: pool(yi, vi, "DL", tau2_ci=False), 21)
    yield f"the same without Q-profile, {STUDIES:,} studies", f"{without:.4f}"
    yield f"Bayes, {STUDIES:,} studies", f"{seconds(lambda: pool_bayes(yi, vi), 5):.3f}"


def main() -> None:
    """Prints a row for each."""
    print(table([("what", "CPU seconds, median"), *rows()]))


if __name__ == "__main__":
    main()
