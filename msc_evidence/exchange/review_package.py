"""The files of a Cochrane review's data package: a folder, a zip, or the zip within one, read within bounds."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from msc_evidence.registry.files import file_bytes
from msc_evidence.registry.problems import Place, Problem, RegistryError, listed

#: The tables of a package that are read, by the end of their names.
DATA_ROWS, SETTINGS, BIAS = "data-rows.csv", "overall-estimates-and-settings.csv", "risk-of-bias.csv"
#: A review of diagnostic accuracy has this instead, and no two arms.
_DIAGNOSTIC = "parameters.csv"
#: Bounds that no review comes near: bytes of a file, bytes of all, entries of an archive, archives within archives.
LARGEST_FILE, LARGEST_PACKAGE, MOST_ENTRIES, DEEPEST = 32 << 20, 64 << 20, 10_000, 2
ZIP = b"PK\x03\x04"


@dataclass(slots=True)
class _Budget:
    """How much more may be read of a package, and the tables found in it."""

    name: str
    left: int = LARGEST_PACKAGE
    found: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)

    def keep(self, name: str, raw: bytes) -> None:
        """Adds a table under the end of its name."""
        for end in (DATA_ROWS, SETTINGS, BIAS, _DIAGNOSTIC):
            if PurePosixPath(name).name.endswith(end):
                self.found.setdefault(end, []).append((name, raw))

    def spend(self, size: int, name: str) -> None:
        """Takes bytes from what is left; raises RegistryError where a file or all of them are too large."""
        self.left -= size
        if size > LARGEST_FILE or self.left < 0:
            raise _refused(name, "unpacks to more than any review holds; not read")


def package_tables(file: Path, raw: bytes | None) -> dict[str, tuple[str, bytes]]:
    """The tables of a package that are read, by DATA_ROWS, SETTINGS and BIAS, each with the name it has there.

    `file` is a folder, or with its bytes a zip. Raises RegistryError where there is none, or there are two of a kind.
    """
    budget = _Budget(str(file))
    if raw is None:
        _of_folder(file, budget)
    else:
        _of_zip(raw, str(file), budget, 1)
    if _DIAGNOSTIC in budget.found and DATA_ROWS not in budget.found:
        raise _refused(budget.name, "a review of diagnostic accuracy, which has no arms to compare")
    for end in (DATA_ROWS, SETTINGS, BIAS):
        if len(several := budget.found.get(end, [])) > 1:
            raise _refused(budget.name, f"holds {listed([name for name, _ in several])}; name one of them")
    if not {DATA_ROWS, BIAS} & set(budget.found):
        raise _refused(budget.name, f"no data package of a review: no file there is named …-{DATA_ROWS}")
    return {end: several[0] for end, several in budget.found.items() if end != _DIAGNOSTIC}


def beside(file: Path) -> Path | None:
    """The settings that stand beside a file of data rows and belong to it, where there are any."""
    if not file.name.endswith(DATA_ROWS):
        return None
    settings = file.with_name(file.name.removesuffix(DATA_ROWS) + SETTINGS)
    return settings if settings.is_file() else None


def _of_folder(folder: Path, budget: _Budget) -> None:
    for file in _files_below(folder):
        if not file.name.endswith((DATA_ROWS, SETTINGS, BIAS, _DIAGNOSTIC, ".zip")):
            continue
        budget.spend(file.stat().st_size, str(file))
        raw = file_bytes(file, LARGEST_FILE)
        if file.suffix == ".zip":
            _of_zip(raw, str(file), budget, 1)
        else:
            budget.keep(str(file), raw)


def _files_below(folder: Path, depth: int = 4) -> Iterator[Path]:
    for each in sorted(folder.iterdir()):
        if each.is_file():
            yield each
        elif depth and each.is_dir() and not each.is_symlink() and not each.name.startswith("."):
            yield from _files_below(each, depth - 1)


def _of_zip(raw: bytes, name: str, budget: _Budget, depth: int) -> None:
    """Adds the tables of an archive and of those in it; what it unpacks to is counted while it is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or depth > DEEPEST:
                raise _refused(
                    name, "holds more files, or archives within archives, than any review does; not read"
                )
            for entry in entries:
                within = f"{name}/{entry.filename}"
                if not entry.filename.endswith((DATA_ROWS, SETTINGS, BIAS, _DIAGNOSTIC, ".zip")):
                    continue
                with archive.open(entry) as stream:
                    unpacked = stream.read(min(LARGEST_FILE, budget.left) + 1)
                budget.spend(len(unpacked), within)
                if entry.filename.endswith(".zip"):
                    _of_zip(unpacked, within, budget, depth + 1)
                else:
                    budget.keep(within, unpacked)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, IndexError, struct.error):
        raise _refused(name, "a zip that is damaged or cut off") from None
    except (RuntimeError, NotImplementedError):
        raise _refused(name, "a zip with a password or an unknown packing; unpack it first") from None


def _refused(name: str, message: str) -> RegistryError:
    return RegistryError([Problem(Place(name), message)])
