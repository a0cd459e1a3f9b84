"""P-values and times that pair off: `p = 0.011, 0.017 and 0.115 at 3, 6 and 12 months, respectively`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msc_evidence.reading.groups import Series
from msc_evidence.reading.skeleton import FIGURE, TIME, P, Skeleton

_PS = rf"(?P<p>{P}(?:(?:, ?(?:and )?| and ){P}){{1,9}})"
_TIMES = rf"(?P<t>{TIME}(?:-?(?:, ?(?:and )?| and ){TIME}){{1,9}})"
_BETWEEN = rf"[^{FIGURE}.;]{{0,25}}"
_FORMS = tuple(
    re.compile(rf"{form}{_BETWEEN}respectively")
    for form in (rf"{_PS}{_BETWEEN}{_TIMES}", rf"{_TIMES}[^{FIGURE}.;]{{0,60}}{_PS}")
)


def series_groups(folded: Skeleton) -> Iterator[Series]:
    """Every list of p-values with as many times, which "respectively" pairs off."""
    if "respectively" not in folded.text:
        return
    for form in _FORMS:
        for match in form.finditer(folded.text):
            ps, times = (folded.between(*match.span(name)) for name in ("p", "t"))
            if len(ps) == len(times):
                yield Series(tuple(ps), tuple(times))
