"""Which program this is, to the letter: what journals and the workers of a cluster are compared by."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from msc_evidence import __version__

#: The rooms that decide what is found in a text.
_DECIDING = ("checks", "reading", "analysis", "statistics", "registry")


@lru_cache
def program_identity() -> str:
    """The version, and the beginning of the SHA-256 of all code that decides what is found in a text."""
    package = Path(__file__).parents[2]
    content = hashlib.sha256()
    for room in _DECIDING:
        for file in sorted((package / room).rglob("*.py")):
            content.update(f"{file.relative_to(package).as_posix()}\0".encode())
            content.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return f"{__version__} ({content.hexdigest()[:12]})"
