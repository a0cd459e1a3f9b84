"""What the text of an article says otherwise than its tables."""

from __future__ import annotations

import pytest

from msc_evidence.checks.audit.table_text import against_tables
from msc_evidence.reading.tables.article import article_tables
from tests.reading.tables_of import article, table_xml

TABLE = table_xml(
    "| | Cells (n = 40) | Control (n = 44) | P |",
    """Recovered, n (%) | 24 (60.0) | 14 (31.8) | 0.01
    Walking speed | 61.2 ± 4.1 | 58.3 ± 5.0 | 0.006
    Bleeding, n (%) | 2 (5.0) | 3 (6.8) | 0.7
    Seizures, n (%) | 2 (5.0) | 4 (9.1) | 0.5""",
    foot="Values are mean ± SD or n (%).",
)
AS_IN_THE_TABLE = "Recovered were 24 of 40 (60.0%) and 14 of 44 (31.8%) patients (P = .01)."
SAID: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "as in the table": (AS_IN_THE_TABLE, []),
    "rounded": ("Recovered were 24 of 40 (60%) and 14 of 44 (32%) patients (P = .01).", []),
    "the other order": ("Recovered were 14 of 44 (31.8%) v 24 of 40 (60.0%) patients (P = .01).", []),
    "another count": (AS_IN_THE_TABLE.replace("14 of", "16 of"), [("16", "14")]),
    "another p": (AS_IN_THE_TABLE.replace("P = .01", "P = .04"), [("0.04", "0.01")]),
    "another mean": ("Walking speed was 61.2 ± 4.1 v 56.3 ± 5.0 m (P = .006).", [("56.3", "58.3")]),
    "another spread": ("Walking speed was 61.2 ± 4.1 v 58.3 ± 6.0 m (P = .006).", [("6.0", "5.0")]),
    "words of no row": ("Balance was 61.2 ± 4.1 v 56.3 ± 5.0 m (P = .006).", []),
    "small counts that many rows have": (
        "Bleeding in 2 of 40 (5.0%) v 5 of 44 (6.8%) patients (P = .7).",
        [],
    ),
    "two other numbers": ("Walking speed was 61.2 ± 4.1 v 56.3 ± 6.0 m (P = .006).", []),
}


@pytest.mark.parametrize("case", SAID)
def test_a_pair_of_a_row_of_which_one_number_is_another(case: str) -> None:
    text, told = SAID[case]
    found = list(against_tables("1", [("Results ¶1", text)], article_tables(article(TABLE))))
    assert [(finding.reported, finding.recomputed) for finding in found] == told
    assert {(finding.code, finding.severity, finding.address) for finding in found} <= {
        ("MSC607", "warning", "Results ¶1")
    }
