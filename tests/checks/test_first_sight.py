"""Numbers that agree are settled at first sight, and none is that its full check would look at."""

from __future__ import annotations

import pytest

from msc_evidence.checks.audit.first_sight import surely_fits
from msc_evidence.reading.read import read


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("12/30 (40%) recovered", True),
        ("12/30 (41%) recovered", False),
        ("OR 1.90 (95% CI 1.20-3.01)", True),
        ("OR 1.50 (95% CI 1.20-3.01)", False),
        # The interval gives p 0.0062.
        ("OR 1.90 (95% CI 1.20-3.01), p = 0.006", True),
        ("OR 1.90 (95% CI 1.20-3.01), p = 0.02", False),
        ("OR 1.90 (95% CI 1.20-3.01), p < 0.05", True),
        ("OR 1.90 (95% CI 1.20-3.01), p < 0.001", False),
        # And 0.51, on the other side of 0.05.
        ("OR 1.20 (95% CI 0.70-2.06), p = 0.51", True),
        ("OR 1.20 (95% CI 0.70-2.06), p = 0.03", False),
        ("t(28) = 2.20, p = .036", True),
        ("t(28) = 2.20, p = .046", False),
        ("it differed significantly (p = 0.03)", True),
        ("it differed significantly (p = 0.3)", False),
        ("there was no significant difference (p = 0.3)", True),
        ("there was no significant difference (p = 0.03)", False),
    ],
)
def test_what_is_settled_at_first_sight(text: str, settled: bool) -> None:
    (group,) = read(f"Patients were randomised; {text}.").groups
    assert surely_fits(group) is settled
