"""Gets the registrations of trials, from a folder of files or from ClinicalTrials.gov."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msc_evidence.checks.registration.sealed import posting_source
from msc_evidence.checks.registration.tables import PostedTables, registered_numbers
from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.streams import note, with_progress
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


def fetched_registrations(numbers: Sequence[str], *, quiet: bool) -> list[Study]:
    """The current versions of studies by their numbers, from ClinicalTrials.gov."""
    from msc_evidence.reading.ctgov import api
    from msc_evidence.reading.texts.eutils import Unreachable

    server = os.environ.get("MSC_EVIDENCE_CTGOV", api.BASE_URL)
    found: dict[str, Study] = {}
    for number in with_progress(list(dict.fromkeys(numbers)), "ClinicalTrials.gov"):
        if not api.NUMBER.fullmatch(number):
            raise UsageError(f"'{number}' is no number of ClinicalTrials.gov; expected NCT and eight digits")
        try:
            found[number] = api.fetched_study(number, base_url=server)
        except Unreachable as error:
            raise UsageError(f"--online: {error}; a study that was saved can be read as a file") from None
    for remark in api.answers(found):
        note(remark, quiet=quiet)
    return list(found.values())


def posting_studies(
    registry: Registry, names: Sequence[str], *, quiet: bool
) -> dict[str, list[PostedTables]]:
    """The current registration of each trial whose record has numbers of it, from ClinicalTrials.gov."""
    numbers = {
        name: registered_numbers(registry.trials[name])[:1]
        for name in names
        if posting_source(registry.trials[name]) is not None
    }
    return {
        name: [PostedTables(study) for study in fetched_registrations(asked, quiet=quiet)]
        for name, asked in numbers.items()
        if asked
    }


def _say_unused(folder: Path, studies: list[Study], registry: Registry, *, quiet: bool) -> None:
    known = {number for trial in registry.trials.values() for number in registered_numbers(trial)}
    others = sorted({study.nct for study in studies} - known)
    if others:
        note(f"{folder}: {', '.join(others)} of no trial of the registry; not read", quiet=quiet)
