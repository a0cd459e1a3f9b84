"""The whole reading of every sentence of one list: its figures, groups and findings; `make golden` rewrites it.

A line that begins with `>` is a sentence of the list; another form is one more such line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from msc_evidence.checks.audit.texts import audit_text
from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.groups.shapes import Group
from msc_evidence.reading.read import read
from msc_evidence.reading.rows import typed_figures

LIST = Path(__file__).parent / "sentences.golden"
#: The words around a group are in the sentence.
NOT_SHOWN = ("said", "figures")
#: Sentences that one test reads.
AT_ONCE = 25


def sentences() -> list[str]:
    """The sentences of the list."""
    return [line[2:] for line in LIST.read_text(encoding="utf-8").splitlines() if line.startswith("> ")]


def whole_reading(sentence: str) -> Iterator[str]:
    """A sentence, and below it what is read and found in it."""
    yield f"> {sentence}"
    reading = read(sentence)
    typed = (f"{each.kind} {each.text} {each.start}-{each.end}" for each in typed_figures(reading, sentence))
    yield f"  {'; '.join(typed)}"
    for group in reading.groups:
        yield f"  {shown(group)}"
    for found in audit_text("x", sentence).findings:
        yield f"  {found.code} {found.severity} {found.start}-{found.end} {found.grouping}: {found.message}"


def shown(part: object) -> str:
    """A group, or a part of one, with every field that is not as by default."""
    if isinstance(part, Figure):
        return f"{part.text}@{part.start}"
    if isinstance(part, tuple):
        return f"({', '.join(map(shown, part))})"
    if not isinstance(part, Group):
        return str(part)
    named = [
        f"{field.name}={shown(value)}"
        for field in fields(part)
        if field.name not in NOT_SHOWN
        and (value := getattr(part, field.name)) != field.default
        and not (field.default is MISSING and value in ((), None, ""))
    ]
    return f"{type(part).__name__}({', '.join(named)})"


def whole_list() -> str:
    """The list with today's readings."""
    return "\n".join(line for sentence in sentences() for line in whole_reading(sentence)) + "\n"


@pytest.mark.parametrize("start", range(0, len(sentences()), AT_ONCE))
def test_whole_readings(start):
    part = sentences()[start : start + AT_ONCE]
    kept = LIST.read_text(encoding="utf-8")
    made = "\n".join(line for sentence in part for line in whole_reading(sentence))
    if os.environ.get("MSC_EVIDENCE_GOLDEN"):
        if start == 0:
            LIST.write_text(whole_list(), encoding="utf-8")
        return
    assert made in kept, "another reading: make golden rewrites the list"
