"""The text of a registry file, refused early where it cannot be one."""

from __future__ import annotations

from pathlib import Path

from msc_evidence.registry.problems import Place, Problem, RegistryError

#: A line of a registry is a line that a person reads; a longer one is not a registry.
LONGEST_LINE = 1_000_000


def read_text(path: Path, name: str) -> str:
    """The text of a registry file; raises RegistryError where there is none that could be one."""
    raw = _read(path, name)
    if b"\0" in raw:
        raise _error(Place(name), "not a text file; a registry is YAML in UTF-8")
    _refuse_long_lines(raw, name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Offsets are those of `error.object`, from which the codec has taken the byte order mark.
        before = bytes(error.object[: error.start])
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        place = Place(name, before.count(b"\n") + 1, column)
        raise _error(place, "not UTF-8; save the file as UTF-8") from None


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise _error(Place(name), "no such file; `msc-evidence init` writes a starter") from None
    except OSError as error:
        raise _error(Place(name), f"cannot be read: {error.strerror}") from None


def _refuse_long_lines(raw: bytes, name: str) -> None:
    """Raises before anything is decoded or copied: a line of many megabytes costs its own size, no more."""
    start, number = 0, 1
    while len(raw) - start > LONGEST_LINE:
        end = raw.find(b"\n", start)
        length = (end if end >= 0 else len(raw)) - start
        if length > LONGEST_LINE:
            message = f"the line has {length:,} bytes; at most {LONGEST_LINE:,} are read"
            raise _error(Place(name, number, 1), message)
        start, number = end + 1, number + 1


def _error(place: Place, message: str) -> RegistryError:
    return RegistryError([Problem(place, message)])
