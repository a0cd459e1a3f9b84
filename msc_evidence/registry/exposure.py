"""What participants were given, and what harmed them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from msc_evidence.registry.fields import Count, Ends, MaybeNumber, When
from msc_evidence.registry.part import Id, Part, Sourced, Text
from msc_evidence.registry.spelling import Spelled


class Cells(Part):
    """What was given."""

    type: Text | None = None
    origin: Annotated[Literal["autologous", "allogeneic", "not reported"], Spelled()] | None = None
    tissue: Text | None = Field(None, description="where the cells come from: bone marrow, adipose tissue, …")
    preparation: Text | None = None
    dose: MaybeNumber | None = Field(None, description="cells per administration or in all, as printed")
    dose_range: Ends | None = Field(
        None, description="lowest and highest dose, where a source gives both ends"
    )
    average: Literal["mean", "median"] | None = Field(
        None, description="set where the dose is an average of those given"
    )
    per: Literal["kg"] | None = Field(None, description="unit of body weight that a dose is per")
    times: Count | None = Field(None, description="number of administrations")
    route: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Cells:
        ends = self.dose_range
        if ends is not None and ends.low.value >= ends.high.value:
            raise ValueError(f"dose-range {ends} has its ends in the wrong order; expected lowest, highest")
        return self


class Harm(Sourced):
    """Adverse events of one kind."""

    event: Text
    at: When | None = Field(None, description="counted until then; default: the whole follow-up")
    arms: dict[Id, Count] = Field(
        {}, description="participants with the event in each arm; `none` where words say so"
    )
    events: dict[Id, Count] = Field(
        {}, description="events in each arm, where a participant may have had several"
    )

    @model_validator(mode="after")
    def _counted(self) -> Harm:
        if not self.arms and not self.events:
            raise ValueError("nothing is counted; expected arms (participants) or events")
        return self
