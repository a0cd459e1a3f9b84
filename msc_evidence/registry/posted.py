"""What a source keeps of a registration with posted results: its version, its groups, and the numbers used."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pydantic import Field

from msc_evidence.registry.fields import Id, Part, Sha256, Text


class PostedResults(Part):
    """A registration as it was when its numbers were taken."""

    version: Text | None = Field(
        None, description="the day on which this version of a registration was posted: 2015-05-27"
    )
    groups: dict[Id, list[Text]] = Field(
        {},
        description="what the registration calls each arm, where that is not its label: {msc: [Stem Cell Arm]}",
    )
    registered_sha256: Sha256 | None = Field(
        None, description="hash of what was registered: status, dates, design, arms, outcomes, eligibility"
    )
    results_sha256: Sha256 | None = Field(None, description="hash of the posted results")
    posted: list[Text] = Field(
        [], description="the numbers of the record, each with its place: [enrollmentInfo/count = 31]"
    )
    posted_sha256: Sha256 | None = Field(
        None, description="seal of `posted`: they are read from the registration, not edited"
    )


def posted_seal(posted: Sequence[str]) -> str:
    """SHA-256 of posted numbers with their places, one on a line.

    >>> posted_seal(["enrollmentInfo/count = 31"]) == posted_seal(["enrollmentInfo/count = 13"])
    False
    """
    return hashlib.sha256("\n".join(posted).encode()).hexdigest()
