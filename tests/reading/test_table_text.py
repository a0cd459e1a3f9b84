"""A table copied with tabs: each number says what the head of its column says."""

from __future__ import annotations

import pytest

from msc_evidence.reading.fingerprint import fingerprint
from msc_evidence.reading.texts.table_text import sentences_of_table


@pytest.mark.parametrize(
    ("head", "cell", "figures"),
    [
        ("No. (%)", "12/104 (11.5)", ["n 12", "n 104", "11.5%"]),
        ("Men, %", "43.6", ["43.6%"]),
        ("P value", ".90", ["p 0.90"]),
        ("P", "<.001", ["p <0.001"]),
        ("Adjusted risk difference, % (95% CI)", "−2.3 (−13.9 to 9.3)", ["-2.3%", "95%", "CI -13.9 to 9.3"]),
        ("Odds ratio (95% CI)", "1.08 (0.55 to 2.09)", ["1.08", "95%", "CI 0.55-2.09"]),
        ("P value", "NA", []),
    ],
)
def test_a_cell_is_read_under_its_head(head: str, cell: str, figures: list[str]) -> None:
    text = sentences_of_table(f"End point\t{head}\nrecovery\t{cell}\n")
    heads = fingerprint(sentences_of_table(f"End point\t{head}\n")).figures
    assert list(fingerprint(text).figures[len(heads) :]) == figures
