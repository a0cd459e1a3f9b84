"""What a percentage beside a count may be of, other than the denominator beside them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from msc_evidence.checks.finding import Severity
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.shapes import Proportion
from msc_evidence.reading.groups.share_words import is_of_outer_share


def share_severity(
    share: Proportion,
    code: str,
    severity: Severity,
    totals: Sequence[int],
    wholes: Mapping[str, Sequence[str]],
    parts: Sequence[tuple[int, str]],
) -> Severity | None:
    """How much a finding about a share counts: of another total than the one beside it, or of the rest, it is none."""
    x, n = (int(as_digits(figure.text)) for figure in (share.x, share.n))
    printed = share.percent.text.rstrip("%") if share.percent else None
    apart = None if printed is None else abs(100 * x / n - float(printed))
    if code == "MSC202":
        return severity if apart is not None and apart < 1 else None
    if code != "MSC205" or printed is None or apart is None:
        return severity if x <= n else None
    if _makes_hundred(x, n, printed, parts):
        return "note"
    if share.sure:
        return severity
    # "All but one of 74 (98.6%)" is of the rest, "men and women 30/70 (30%)" of both.
    outer = is_of_outer_share(x, n, printed, wholes.get(str(n), ()))
    known = outer or _gives(n - x, n, printed) or _gives(x, x + n, printed) or _is_of_any(x, totals, printed)
    return None if x > n or known else "note"


def _gives(x: int, total: int, printed: str) -> bool:
    """Whether a count is the printed percentage of a total."""
    return total >= x > 0 and abs(100 * x / total - float(printed)) <= _half(printed)


def _is_of_any(x: int, totals: Sequence[int], printed: str) -> bool:
    """Whether a count is the printed percentage of one of the totals, which are in ascending order."""
    if x <= 0:
        return False
    least = max(x, int(100 * x / (float(printed) + _half(printed))))
    at = bisect_left(totals, least)
    return any(_gives(x, total, printed) for total in totals[at : at + 2])


def is_of_other_whole(share: Proportion, totals: Sequence[int]) -> bool:
    """Whether a count is the printed percentage of another of the text's numbers, which are in ascending order."""
    x, n = (int(as_digits(figure.text)) for figure in (share.x, share.n))
    printed = share.percent.text.rstrip("%") if share.percent else ""
    return bool(printed) and any(total != n and _gives(x, total, printed) for total in totals)


def _makes_hundred(x: int, n: int, printed: str, parts: Sequence[tuple[int, str]]) -> bool:
    """Whether shares of one whole are rounded so that they add to 100, as those rounded each by itself do not.

    Up or down, whichever makes the sum right: the largest remainders (Hamilton's method).
    """
    unit = Decimal(1).scaleb(-len(printed.partition(".")[2]))
    if abs(Decimal(100 * x) / n - Decimal(printed)) >= unit:
        return False
    others = [part for part in parts[:_MOST_PARTS] if part[1] != printed or part[0] not in (x, n)]
    runs = (
        ((x, printed), *others[at : at + many])
        for many in range(1, _MOST_SHARES)
        for at in range(len(others) - many + 1)
    )
    return any(_is_rounded_to_hundred(run, n, unit) for run in runs)


def _is_rounded_to_hundred(run: Sequence[tuple[int, str]], n: int, unit: Decimal) -> bool:
    if sum(count for count, _ in run) != n or sum(Decimal(share) for _, share in run) != _HUNDRED:
        return False
    alone = sum((Decimal(100 * count) / n).quantize(unit, ROUND_HALF_UP) for count, _ in run)
    return alone != _HUNDRED


_HUNDRED = Decimal(100)
#: A whole has hardly more parts, and a text hardly more shares.
_MOST_SHARES, _MOST_PARTS = 8, 100


def _half(printed: str) -> float:
    return 0.5 / 10.0 ** len(printed.partition(".")[2])
