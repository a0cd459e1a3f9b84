"""A file of decisions about the conflicts of two extractions."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError

from msc_evidence.registry.adjudication import Decision
from msc_evidence.registry.document import Document
from msc_evidence.registry.fields import Part
from msc_evidence.registry.problems import Place, Problem, RegistryError
from msc_evidence.registry.validation import problems_of


class DecisionFile(Part):
    """A file of decisions."""

    decisions: list[Decision] = Field(description="one entry per conflict")


def read_decisions(path: Path) -> list[Decision]:
    """The decisions of a file; raises RegistryError with every problem and its place."""
    document = Document(path)
    if not isinstance(document.data, dict):
        expected = "not a file of decisions; expected the key decisions"
        raise RegistryError([Problem(Place(document.name, 1, 1), expected)])
    try:
        read = DecisionFile.model_validate(document.data)
    except ValidationError as error:
        raise RegistryError([*document.problems, *problems_of(error, document)]) from None
    if document.problems:
        raise RegistryError(document.problems)
    return read.decisions
