"""What of a text is gone through once, and where nothing is tried at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from msc_evidence.checks.audit import doubts
from msc_evidence.reading.figures.normalise import Normalised, normalise
from msc_evidence.reading.groups import arms, effects, tests_and_words
from msc_evidence.reading.groups.effect_words import NAMES_INTERVAL
from msc_evidence.reading.read import read


class Counted:
    """A pattern that counts how often it goes through a text, or is tried at a place."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern, self.tries = pattern, 0

    def finditer(self, *text: Any) -> Iterator[re.Match[str]]:
        self.tries += 1
        return self.pattern.finditer(*text)

    def match(self, *text: Any) -> re.Match[str] | None:
        self.tries += 1
        return self.pattern.match(*text)

    def search(self, *text: Any) -> re.Match[str] | None:
        self.tries += 1
        return self.pattern.search(*text)


@pytest.mark.parametrize(
    ("room", "name", "text", "tries"),
    [
        (effects, "BARE", "OR 1.2 (0.9-1.5), 95% CI; it was 3.1 (2.9-3.3).", 1),
        # The announced interval names it.
        (effects, "_NAMED", "OR 1.2 (95% CI 0.9-1.5) and 1.3 (1.1-1.5).", 0),
        # Letters of words begin no statistic; that of each test is tried once.
        (tests_and_words, "_STATISTIC", "In thirty of the treated, for free, p = 0.03.", 0),
        (tests_and_words, "_STATISTIC", "Better, t(28) = 2.20, p = .036, r(28) = .22, p = .243.", 2),
    ],
)
def test_patterns_are_tried_no_oftener(
    monkeypatch: pytest.MonkeyPatch, room: Any, name: str, text: str, tries: int
) -> None:
    counted = Counted(getattr(room, name))
    monkeypatch.setattr(room, name, counted)
    read(text)
    assert counted.tries == tries


def test_a_text_with_one_size_is_not_searched_for_sizes_that_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(arms._SAID_OR_RECEIVED)
    monkeypatch.setattr(arms, "_SAID_OR_RECEIVED", counted)
    found = read("They were randomised to cells (n = 30) or not.")
    assert not list(arms.arm_sizes(effects.Skeleton(found.plain.text, {}), with_total=True))
    assert counted.tries == 0


def test_doubts_make_a_text_plain_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []

    def counted(text: str) -> Normalised:
        texts.append(text)
        return normalise(text)

    monkeypatch.setattr(doubts, "normalise", counted)
    said = doubts.Doubts("Of 30 women, 12 (40%) improved (90% CI 23 to 58).")
    assert (said.other_level, said.totals, said.wholes) == (True, (12, 23, 30, 40, 58, 90), {"12": ["40"]})
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("CI, CrI, C.I., CL, Cl, IC and HDI", [0, 4, 9, 15, 19, 23, 31]),
        ("confidence CONFIDENCE Credible posterior Uncertainty compatibility bayesian HPD hpd", 9),
        ("Cases, ideas, dishes, probable, under, behind, her", []),
    ],
)
def test_every_name_of_an_interval_is_found_by_its_letter(text: str, places: list[int] | int) -> None:
    found = [match.start() for match in NAMES_INTERVAL.finditer(text)]
    assert found == places or len(found) == places
