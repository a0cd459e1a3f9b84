"""What a source keeps of a registration with posted results: its version, its groups, and the numbers used."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from msc_evidence.registry.fields import Count, Id, Part, Reportable, Sha256, Text

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$")]


class Registered(Part):
    """What a registration says of when it was made and of what the trial was to show."""

    submitted: Day | None = Field(None, description="day of first submission: 2015-06-10")
    start: Day | None = Field(
        None, description="start of the trial, its month where no day is given: 2015-09"
    )
    completion: Day | None = Field(None, description="completion of the primary outcome: 2018-03-01")
    results: Day | None = Field(None, description="day on which results were first posted: 2019-05-27")
    status: Text | None = Field(None, description="status as the registry words it: completed")
    planned: Reportable[Count] = Field(
        None, description="participants planned, of a version that still estimates them: 200"
    )
    primary: list[Text] = Field(
        [], description="the primary outcomes with their times, as registered: [mRS, 90 days]"
    )


class PostedResults(Part):
    """A registration as it was when its numbers were taken."""

    version: Text | None = Field(
        None, description="the day on which this version of a registration was posted: 2015-05-27"
    )
    groups: dict[Id, list[Text]] = Field(
        {},
        description="what the registration calls each arm, where that is not its label: {msc: [Stem Cell Arm]}",
    )
    registered: Registered | None = Field(
        None, description="what was registered, and when: {submitted: 2015-06-10, start: 2015-09}"
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
