"""A command analyses each trial once, however many of its tables, plots and checks ask for the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from msc_evidence.analysis import results


@pytest.mark.parametrize(
    "command",
    [
        "summarize",
        "compare",
        "recompute",
        "report",
        "table sof",
        "plot forest",
        "pool mrs",
        "export revman",
        "check",
    ],
)
def test_each_trial_is_analysed_once(
    run: Callable, monkeypatch: pytest.MonkeyPatch, shipped: object, command: str
) -> None:
    counts: Counter[str] = Counter()
    analyse = results.analyse_trial

    def counting(trial_id: str, *given: object) -> object:
        counts[trial_id] += 1
        return analyse(trial_id, *given)

    monkeypatch.setattr(results, "analyse_trial", counting)
    ran = run(*command.split(), "-r", str(shipped))
    assert ran.code in (0, 1), ran.err
    assert set(counts.values()) == {1}
