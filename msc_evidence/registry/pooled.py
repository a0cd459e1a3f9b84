"""What a published meta-analysis reports of trials in the registry, pinned so that it is recomputed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from msc_evidence.registry.fields import Count, Ends, Level, MaybeWhen, Number
from msc_evidence.registry.part import Id, Part, Text


class PooledResult(Part):
    """One pooled estimate as a meta-analysis prints it, and the trials it was pooled from."""

    citation: Text
    url: Text | None = None
    outcome: Id
    at: MaybeWhen | None = None
    definition: Text | None = Field(
        None, description="what was compared when not the scale itself: 'mRS 0-2'"
    )
    measure: Literal["OR", "RR", "RD", "PETO", "MD", "SMD", "ROM", "PS"]
    model: Literal["common", "MH", "peto", "DL", "PM", "REML", "ML", "EB", "SJ", "HE", "HS"]
    interval: Literal["z", "t", "hk", "hk-adhoc"] = "z"
    trials: Annotated[list[Id], Field(min_length=1)]
    estimate: Number
    ci: Ends | None = None
    level: Level | None = Field(None, description="confidence level in per cent; default 95")
    participants: Count | None = None
