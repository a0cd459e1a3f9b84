"""A text twice as long takes twice the work, whatever it is made of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType

import pytest

from msc_evidence.checks.audit.texts import audit_text
from msc_evidence.reading.read import MOST_FIGURES, read

#: How often each piece stands in the shorter text.
TIMES = 300


def calls_made(run: Callable[[str], object], text: str) -> int:
    """How many functions, of Python or in C, a call runs through: the work it does without a clock."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run(text)
    finally:
        sys.setprofile(before)
    return calls


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
def test_work_grows_with_length(run: Callable[[str], object], piece: str) -> None:
    text = "Patients were randomised. " + piece * TIMES
    run(text)
    assert calls_made(run, text + piece * TIMES) <= 2.2 * calls_made(run, text)


@pytest.mark.parametrize("run", [partial(audit_text, ""), read], ids=["audit", "read"])
def test_of_one_text_no_more_is_read_than_any_article_prints(run: Callable[[str], object]) -> None:
    pieces = (MOST_FIGURES + 2) // 2
    text, longer = "OR 1.2 (0.9-1.5) " * pieces, "OR 1.2 (0.9-1.5) " * pieces * 4
    assert len(read(longer).figures) == MOST_FIGURES
    assert calls_made(run, longer) <= 1.1 * calls_made(run, text)
