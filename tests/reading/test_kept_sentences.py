"""Which sentences of a text are read for what they may report."""

from __future__ import annotations

import re

import pytest

from msc_evidence.reading.read import _keep


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("(0.3) fell. It rose. No.", {0}),  # the word is the first sign of the text
        ("It fell. (0.3) rose. No.", {1}),
        ("It fell. It (0.3) rose, (0.3) too. No (0.4).", {1}),
        ("It fell. It rose. (0.4)", set()),
    ],
)
def test_a_sentence_with_the_word_and_the_pattern_is_kept(text: str, kept: set[int]) -> None:
    found: set[int] = set()
    ends = [match.end() for match in re.finditer(r"\. ?(?=\D|$)", text)] + [len(text)]
    _keep(found, text, ends, "(", text.find("("), re.compile(r"0\.3"))
    assert found == kept
