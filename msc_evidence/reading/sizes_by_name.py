"""The size of each arm that a text calls by name, wherever the name and the size stand together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msc_evidence.reading.arm_words import arms_named, own_words
from msc_evidence.reading.figures.figures import Figure

_REACH = 70
_SAID = re.compile(r"(?<!\w)[nN] ?= ?\Z")
_CUT_BEFORE, _CUT_AFTER = re.compile(r"[.;:] "), re.compile(r"[.;:]|, (?:and|while|whereas) ")


def sizes_by_name(plain: str, sizes: Sequence[Figure], names: Sequence[str]) -> tuple[Figure, ...]:
    """One size for each name, in their order; none where a name has no size, or its first two differ.

    `sizes` are the figures of the text that words call sizes, in reading order.
    """
    own = own_words({name: name for name in names})
    if len(names) < 2 or not all(own.values()):
        return ()
    found: dict[str, list[Figure]] = {name: [] for name in names}
    for at, figure in enumerate(sizes):
        last = sizes[at - 1].end if at else 0
        following = sizes[at + 1].start if at + 1 < len(sizes) else len(plain)
        if name := _named(plain, figure, last, following, own):
            found[name].append(figure)
    if not all(found.values()):
        return ()
    firsts = tuple(figures[0] for figures in found.values())
    return firsts if len({figure.start for figure in firsts}) == len(names) else ()


def _named(plain: str, figure: Figure, last: int, following: int, own: Mapping[str, set[str]]) -> str | None:
    """The one arm that the words before or after a size name: before "n =", after a count of people first."""
    before = _CUT_BEFORE.split(plain[max(last, figure.start - _REACH) : figure.start])[-1]
    after = _CUT_AFTER.split(plain[figure.end : min(following, figure.end + _REACH)])[0]
    in_bracket = _SAID.search(before) is not None
    said = arms_named(before, own)[-1:], arms_named(after.partition(")")[0] if in_bracket else after, own)
    for names in said if in_bracket else reversed(said):
        if len(names) == 1:
            return names[0]
    return None
