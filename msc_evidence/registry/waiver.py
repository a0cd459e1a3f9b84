"""A reasoned exception from a check, beside the record that it is of."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from msc_evidence.registry.fields import Id, Part, Text

#: Checks whose findings are each about one number: a waiver without it would accept every later one of the trial.
OF_SINGLE_NUMBERS = ("MSC601", "MSC602")


class Waiver(Part):
    """A reasoned exception from a check."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"code": {"enum": list(OF_SINGLE_NUMBERS)}}},
            "then": {"required": ["figure"]},
        }
    )

    code: Annotated[str, Field(pattern=r"^MSC\d{3}$")] = Field(description="code of the check: MSC503")
    outcome: Id | None = Field(None, description="only findings about this outcome: mrs")
    figure: Text | None = Field(
        None, description="only findings about this number, as they print it; of MSC601 and MSC602: 6 wk"
    )
    because: Text = Field(description="why the finding is accepted: the second arm was stopped early")

    @model_validator(mode="after")
    def _names_number(self) -> Waiver:
        if self.code in OF_SINGLE_NUMBERS and self.figure is None:
            raise ValueError(
                f"{self.code} is found of single numbers; expected figure: the number that is accepted"
            )
        return self

    def accepts(self, code: str, outcome: str | None, figure: str | None) -> bool:
        """Whether it is of a finding of this check, about this outcome, of a number as it is printed."""
        return self.code == code and self.outcome in (None, outcome) and self.figure in (None, figure)
