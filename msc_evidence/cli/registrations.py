"""Gets the registrations of trials from a folder of files."""

from __future__ import annotations

from pathlib import Path

from msc_evidence.checks.registration.tables import PostedTables, registered_numbers
from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.streams import note
from msc_evidence.reading.ctgov.study import Study, is_registration, read_registrations
from msc_evidence.registry.files import file_bytes
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.studies import decoded


def registered_studies(
    registry: Registry, names: list[str], folder: Path, *, quiet: bool
) -> dict[str, list[PostedTables]]:
    """The versions of each trial's registrations, by trial, the latest last.

    Said unless `quiet`: which trials have none, and which studies belong to no trial.
    """
    if not folder.is_dir():
        raise UsageError(f"--registrations {folder}: no such folder")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".json" and path.is_file())
    texts = {file: decoded(file_bytes(file), str(file), "JSON") for file in files}
    for file in (file for file, text in texts.items() if not is_registration(text)):
        note(f"{file}: no study of ClinicalTrials.gov; not read", quiet=quiet)
    studies = [
        study
        for file, text in texts.items()
        if is_registration(text)
        for study in read_registrations(text, str(file))
    ]
    if not studies:
        raise UsageError(f"--registrations {folder}: no file there is a study of ClinicalTrials.gov (.json)")
    found: dict[str, list[PostedTables]] = {}
    for name in names:
        numbers = registered_numbers(registry.trials[name])
        versions = sorted(
            (study for study in studies if study.nct in numbers), key=lambda study: study.version
        )
        if versions:
            found[name] = [PostedTables(study) for study in versions]
        elif numbers:
            note(f"{folder}: no file of {', '.join(numbers)} ({name})", quiet=quiet)
    _say_unused(folder, studies, registry, quiet=quiet)
    if not found:
        raise UsageError(
            f"--registrations {folder}: none of the studies there is registered by a trial named"
        )
    return found


def _say_unused(folder: Path, studies: list[Study], registry: Registry, *, quiet: bool) -> None:
    known = {number for trial in registry.trials.values() for number in registered_numbers(trial)}
    others = sorted({study.nct for study in studies} - known)
    if others:
        note(f"{folder}: {', '.join(others)} of no trial of the registry; not read", quiet=quiet)
