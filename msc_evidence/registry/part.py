"""What every part of a record shares: known keys only, kebab-case, immutable; and the texts that parts are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

#: Ids are what people type on a command line: `bang-2005`, `msc`, `mrs`.
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
IdOrSilence = Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]*|not reported)$")]
Text = Annotated[str, Field(min_length=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
NR = Literal["not reported"]


def _kebab(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class Part(BaseModel):
    """A mapping of the registry: its keys are the only ones allowed, and it never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_kebab)


class Sourced(Part):
    """A part that may name its source; without one it comes from the trial's first source."""

    source: Id | None = Field(None, description="id of the source; default: the trial's first")
