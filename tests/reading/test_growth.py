"""A text twice as long takes twice the work, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from msc_evidence.checks.audit.texts import audit_text
from msc_evidence.reading.read import MOST_FIGURES, read

#: How often each piece stands in the shorter text.
TIMES = 300


CallsMade = Callable[[Callable[[], object]], int]


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1(",
        "([",
        "OR 1.2 (0.9-1.5) ",
        "OR 1.2 (95% CI 0.9-1.5). ",
        "12/30 (40%) vs ",
        "cells (n = 30) ",
        "12 cells and ",
        "5.1 ± 1.2 mL in the group and ",
        "t(28) = 2.20, p = .036, ",
        "p = 0.02 and 0.04, ",
    ],
)
@pytest.mark.parametrize("run", [partial(audit_text, ""), read], ids=["audit", "read"])
def test_work_grows_with_length(calls_made: CallsMade, run: Callable[[str], object], piece: str) -> None:
    text = "Patients were randomised. " + piece * TIMES
    run(text)
    assert calls_made(partial(run, text + piece * TIMES)) <= 2.2 * calls_made(partial(run, text))


@pytest.mark.parametrize("run", [partial(audit_text, ""), read], ids=["audit", "read"])
def test_of_one_text_no_more_is_read_than_any_article_prints(
    calls_made: CallsMade, run: Callable[[str], object]
) -> None:
    pieces = (MOST_FIGURES + 2) // 2
    text, longer = "OR 1.2 (0.9-1.5) " * pieces, "OR 1.2 (0.9-1.5) " * pieces * 4
    assert len(read(longer).figures) == MOST_FIGURES
    assert calls_made(partial(run, longer)) <= 1.1 * calls_made(partial(run, text))
