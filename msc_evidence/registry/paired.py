"""Values of participants compared with themselves: crossover trials, split mouths, fellow eyes, matched pairs."""

from __future__ import annotations

from pydantic import ConfigDict, Field, model_validator

from msc_evidence.registry.fields import Count, Ends, Level, Number, Part, Reportable, Spread, given_key


class Pairs(Part):
    """Participants by what happened to them under both sides of a contrast: a paired 2×2 table."""

    both: Reportable[Count] = Field(None, description="with the event under both: 12")
    arm_only: Count = Field(description="with the event under the treatment side alone: 4")
    against_only: Count = Field(description="with the event under the control side alone: 0")
    neither: Reportable[Count] = Field(None, description="with the event under neither: 8")


class PairedDifference(Part):
    """The differences within participants, treatment less control."""

    model_config = ConfigDict(json_schema_extra=given_key("sd", "se", "ci"))

    n: Reportable[Count] = Field(None, description="participants who have both values: 24")
    mean: Number = Field(description="mean of the differences: 0.8")
    sd: Reportable[Spread] = Field(None, description="standard deviation of the differences: 2.1")
    se: Reportable[Spread] = Field(None, description="standard error of their mean: 0.43")
    ci: Reportable[Ends] = Field(None, description="confidence interval of their mean: -0.1 to 1.7")
    level: Reportable[Level] = Field(None, description="confidence level in per cent; default: 95")

    @model_validator(mode="after")
    def _has_spread(self) -> PairedDifference:
        if self.sd is None and self.se is None and self.ci is None:
            raise ValueError("the differences have no spread; expected sd, se or ci beside their mean")
        return self
