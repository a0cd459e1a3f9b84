"""What a percentage beside a count may be of, other than the denominator beside them."""

from __future__ import annotations

from collections.abc import Set

from msc_evidence.checks.finding import Severity
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.shapes import Proportion


def share_severity(share: Proportion, code: str, severity: Severity, totals: Set[int]) -> Severity | None:
    """How much a finding about a share counts: of another total than the one beside it, or of the rest, it is none."""
    x, n = (int(as_digits(figure.text)) for figure in (share.x, share.n))
    printed = share.percent.text.rstrip("%") if share.percent else None
    apart = None if printed is None else abs(100 * x / n - float(printed))
    if code == "MSC202":
        return severity if apart is not None and apart < 1 else None
    if code != "MSC205" or printed is None or apart is None:
        return severity if x <= n else None
    if share.sure:
        return severity
    # "All but one of 74 (98.6%)" is of the rest.
    return (
        None
        if x > n or _gives(n - x, n, printed) or any(_gives(x, total, printed) for total in totals)
        else "note"
    )


def _gives(x: int, total: int, printed: str) -> bool:
    """Whether a count is the printed percentage of a total."""
    half = 0.5 * 10 ** -len(printed.partition(".")[2])
    return total >= x > 0 and abs(100 * x / total - float(printed)) <= half
