"""Every test that may stand behind a p-value, by the name it is asked for and the name that people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Family = Literal["rank-sum", "t test", "table"]

#: Every test that may stand behind a p, by the name it is asked for, and what people call it.
TESTS: Mapping[str, tuple[Family, str]] = {
    "rank-sum normal": ("rank-sum", "rank-sum, normal"),
    "rank-sum normal cc": ("rank-sum", "rank-sum, normal, continuity corrected"),
    "rank-sum exact": ("rank-sum", "rank-sum, exact"),
    "rank-sum exact doubled": ("rank-sum", "rank-sum, exact, tail doubled"),
    "rank-sum no tie correction": ("rank-sum", "rank-sum, no tie correction"),
    "PO score": ("rank-sum", "proportional odds, score"),
    "Student": ("t test", "Student's t"),
    "Welch": ("t test", "Welch's t"),
    "Fisher": ("table", "Fisher (two categories)"),
    "mid-p": ("table", "mid-p (two categories)"),
    "chi2": ("table", "χ² (two categories)"),
    "Yates": ("table", "Yates's χ² (two categories)"),
    "N-1": ("table", "N−1 χ² (two categories)"),
}
