"""The seal of a list of figures: shows, without the text at hand, that they are as they were read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def seal(figures: Sequence[str]) -> str:
    """SHA-256 of the figures as they are written, one on a line.

    >>> seal(["30", "p 0.011"]) == seal(["30", "p 0.012"])
    False
    """
    return hashlib.sha256("\n".join(figures).encode()).hexdigest()
