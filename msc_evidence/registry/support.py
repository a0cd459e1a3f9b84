"""Who paid for a trial, and what its authors declare."""

from __future__ import annotations

from pydantic import Field

from msc_evidence.registry.fields import Part, Text


class Support(Part):
    """What stands behind a trial: money, and the interests of those who report it."""

    funding: Text | None = Field(None, description="who paid: sponsors, grants, supply of the treatment")
    interests: Text | None = Field(
        None, description="what the authors declare: two are employees of the sponsor, or none declared"
    )
