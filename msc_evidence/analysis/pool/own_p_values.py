"""p-values of a user's own data: numbers, and those that give no standard error, 0, 1 and bounds such as `<0.05`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from msc_evidence.analysis.pool.lacking import why_p_gives_no_error
from msc_evidence.registry.problems import Problem, RegistryError
from msc_evidence.registry.studies import StudyFile

#: A p that is printed as a bound, or as not significant.
_BOUND = re.compile(r"[<>≤≥]=?\s*[0-9.,·]+|n\.?s\.?", re.IGNORECASE)


def p_column(studies: StudyFile) -> list[float]:
    """The p-values, 0 where one is a bound; raises RegistryError at each cell that is no p."""
    cells = studies.text_column("pi")
    bounds = [bool(_BOUND.fullmatch(cell)) for cell in cells]
    without = [{**row, "pi": ""} if bound else row for row, bound in zip(studies.rows, bounds, strict=True)]
    values = studies.with_rows(without).number_column("pi")
    wrong = [
        Problem(studies.place(at, "pi"), f"{studies.name('pi')} is {cells[at]}; a p is between 0 and 1")
        for at, value in enumerate(values)
        if not (math.isnan(value) or 0 <= value <= 1)
    ]
    if wrong:
        raise RegistryError(wrong)
    return [0.0 if bound else value for value, bound in zip(values, bounds, strict=True)]


def why_p_is_not_used(studies: StudyFile, at: int, row: Mapping[str, float]) -> str:
    """`p is <0.05, which gives no SE`; "" where the p of a row could be used or is no matter."""
    if not why_p_gives_no_error(row):
        return ""
    return f"{studies.name('pi')} is {studies.rows[at]['pi']}, which gives no SE"
