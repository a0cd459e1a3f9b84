"""Mutated files of every kind are read, refused or reported: no fault, hang, control character or half of an answer.

A sample; `make fuzz` runs 5,000 of each kind.
"""

from __future__ import annotations

import random

import pytest

from tests.fuzz import mutants
from tests.fuzz.changes import mutant
from tests.fuzz.kinds import kinds

SAMPLE = 12
KINDS = kinds()


@pytest.mark.parametrize("name", KINDS)
def test_mutants_of_every_kind_are_taken_as_they_should(name):
    found = mutants.faults(name, KINDS[name], range(SAMPLE))
    assert not [(number, command, wrong) for number, command, _, wrong in found]


def test_the_same_seed_gives_the_same_mutants():
    good = KINDS["csv"].files[0]
    one, other = (mutant(good, random.Random("17 csv 1")) for _ in range(2))
    assert one == other
    assert len({mutant(good, random.Random(f"17 csv {number}")) for number in range(50)}) > 40


@pytest.mark.parametrize(
    ("code", "out", "err", "left", "said"),
    [
        (3, "", "a fault", set(), "exit 3"),
        (1, "\x1b[2J", "", set(), "control character"),
        (0, "", "a\u202eb", set(), "control character"),
        (0, "::error::x", "", set(), "command to a runner"),
        (2, "half", "no", set(), "and yet output"),
        (2, "", "no", {"out"}, "and yet output"),
        (0, "", "", {".tmp"}, "left behind"),
        (0, "", "RuntimeWarning: overflow", set(), "a library speaks"),
        (0, "answer", "note", {"out"}, None),
    ],
)
def test_what_counts_as_a_fault(code, out, err, left, said):
    found = mutants._fault_of(code, out, err, left, False)
    assert found is None if said is None else said in found
