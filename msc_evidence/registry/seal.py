"""The seal of a list of figures: shows, without the text at hand, that they are as they were read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

#: The notation of the list; a new one makes another seal, so that a list in an older one is known as such.
_NOTATION = "figures 2"


def seal(figures: Sequence[str]) -> str:
    """SHA-256 of the notation's name and of the figures as they are written, one on a line.

    >>> seal(["n 30", "p 0.011"]) == seal(["n 30", "p 0.012"])
    False
    """
    return _sha256([_NOTATION, *figures])


def earlier_seal(figures: Sequence[str]) -> str:
    """The seal of a list in the first notation, which told neither counts nor means nor units but of time."""
    return _sha256(figures)


def _sha256(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
