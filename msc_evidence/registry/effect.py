"""An effect estimate with its confidence interval, as a trial or a meta-analysis prints it."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from msc_evidence.registry.fields import Ends, Level, Number, Part, Reportable, Spread, given_key


class Effect(Part):
    """A reported effect estimate with its confidence interval."""

    model_config = ConfigDict(json_schema_extra=given_key("estimate", "ci"))

    measure: Literal["RR", "OR", "RD", "HR", "MD", "SMD", "ROM", "PS", "IRR", "beta"] = Field(
        description="risk ratio RR, odds ratio OR, risk difference RD, hazard ratio HR, mean difference MD,"
        " standardised mean difference SMD, ratio of means ROM, probability of superiority PS,"
        " incidence rate ratio IRR, regression beta"
    )
    estimate: Number | None = Field(
        None, description="the estimate as printed, treatment against control: 0.78"
    )
    ci: Reportable[Ends] = Field(None, description="confidence interval, lower and upper limit: 0.62-0.98")
    level: Reportable[Level] = Field(None, description="confidence level in per cent: 95")

    se: Reportable[Spread] = Field(
        None, description="standard error of the estimate, of a difference alone: 0.42"
    )

    @model_validator(mode="after")
    def _prints_something(self) -> Effect:
        if self.estimate is None and self.ci is None:
            raise ValueError("nothing of the effect is given; expected estimate, ci or both")
        return self

    @property
    def printed(self) -> str:
        """`HR 0.78 (0.62–0.98)`, `RR (0.62–0.98)`: measure, estimate and interval, as far as they are printed."""
        interval = f"({self.ci})" if self.ci is not None else None
        parts = (self.measure, self.estimate, interval)
        return " ".join(str(part) for part in parts if part is not None)
