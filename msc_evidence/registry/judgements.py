"""What reviewers judge: who and when, certainty of a body of evidence (GRADE), its question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from msc_evidence.registry.fields import NOT_REPORTED, TO_DO, Id, MaybeWhen, Number, Part, Probability, Text
from msc_evidence.registry.spelling import Spellings

#: GRADE's domains that lower certainty, and those that raise it (Guyatt 2011, 10.1016/j.jclinepi.2010.04.026).
LOWERING = {
    "risk_of_bias": "risk of bias",
    "inconsistency": "inconsistency",
    "indirectness": "indirectness",
    "imprecision": "imprecision",
    "publication_bias": "publication bias",
}
RAISING = {"large_effect": "large effect", "dose_response": "dose response", "confounding": "confounding"}
#: From lowest to highest.
CERTAINTIES = ("very low", "low", "moderate", "high")


def _calendar_day(text: str) -> str:
    if text == TO_DO:
        return text
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(f"{text!r} is no date; expected year, month and day, such as 2024-05-31")
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is no day of the calendar") from None
    return text


Day = Annotated[
    str,
    AfterValidator(_calendar_day),
    Field(json_schema_extra={"pattern": rf"^(\d{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])|{TO_DO})$"}),
]


class Judgement(Part):
    """Who judged, and when."""

    by: Text = Field(description="who judged: two reviewers")
    date: Day = Field(description="day of the judgement: 2024-05-31")

    @property
    def signed(self) -> str:
        """`by two reviewers on 2024-05-31`, without a day that is still to do."""
        return f"by {self.by}" + ("" if self.date == TO_DO else f" on {self.date}")


class AboutOutcome(Protocol):
    """A judgement of something at a time."""

    @property
    def outcome(self) -> str: ...
    @property
    def at(self) -> object: ...


_AnyJudgement = TypeVar("_AnyJudgement", bound=AboutOutcome)


def judged_once(judgements: list[_AnyJudgement], keys: Sequence[object]) -> list[_AnyJudgement]:
    """The judgements; raises ValueError where two are of the same thing."""
    for judgement, key in zip(judgements, keys, strict=True):
        if keys.count(key) > 1:
            when = f" at {judgement.at}" if judgement.at not in (None, NOT_REPORTED) else ""
            raise ValueError(f"{judgement.outcome}{when} is judged twice; one judgement counts")
    return judgements


Levels = Annotated[int, Field(ge=0, le=3)]
#: By how many levels a domain may change the certainty; three for extremely serious imprecision (Schünemann 2022,
#: 10.1016/j.jclinepi.2022.07.015) and for a critical risk of bias where certainty starts high by ROBINS-I, two for
#: a very likely publication bias as for any other domain (Guyatt 2011, 10.1016/j.jclinepi.2010.04.026).
MOST_LEVELS = {
    "risk_of_bias": 3, "inconsistency": 2, "indirectness": 2, "imprecision": 3, "publication_bias": 2,
    "large_effect": 2, "dose_response": 1, "confounding": 1,
}  # fmt: skip


class Rating(Part):
    """By how many levels a domain changes the certainty, and why; 0 where it was judged and changes nothing."""

    levels: Levels = Field(description="by how many levels the certainty changes: 0, 1, 2")
    because: Text = Field(description="the reason: the confidence interval includes no effect")


class Certainty(Judgement):
    """The certainty of the evidence about one outcome, by GRADE."""

    outcome: Id = Field(description="id of the outcome that the evidence is about: mrs")
    at: MaybeWhen | None = Field(None, description="time of measurement; default: any: 3 mo")
    definition: Text | None = Field(None, description="what was compared when not the scale itself: mRS 0-2")
    start: Literal["high", "low"] = Field(description="high for randomised trials, low for others")
    risk_of_bias: Rating = Field(
        description="lowered for the risk of bias of its results: {levels: 1, because: …}"
    )
    inconsistency: Rating = Field(description="lowered where trials disagree: {levels: 0, because: …}")
    indirectness: Rating = Field(
        description="lowered where trials ask another question: {levels: 0, because: …}"
    )
    imprecision: Rating = Field(description="lowered where the interval is wide: {levels: 2, because: …}")
    publication_bias: Rating = Field(
        description="lowered where results seem missing: {levels: 0, because: …}"
    )
    large_effect: Rating | None = Field(
        None, description="raised for a large effect: {levels: 1, because: …}"
    )
    dose_response: Rating | None = Field(
        None, description="raised where more treatment has more effect: {levels: 1, because: …}"
    )
    confounding: Rating | None = Field(None, description="plausible confounding would lessen the effect")

    @field_validator(*MOST_LEVELS)
    @classmethod
    def _within_range(cls, rating: Rating | None, info: ValidationInfo) -> Rating | None:
        most = MOST_LEVELS[str(info.field_name)]
        if rating is not None and rating.levels > most:
            raise ValueError(f"{rating.levels} levels; this domain changes the certainty by at most {most}")
        return rating

    @property
    def ratings(self) -> Iterator[tuple[str, int, str]]:
        """Each domain that changes the certainty: its words, the levels (below 0 where down), the reason."""
        for names, sign in ((LOWERING, -1), (RAISING, 1)):
            for name, words in names.items():
                rating: Rating | None = getattr(self, name)
                if rating is not None and rating.levels:
                    yield words, sign * rating.levels, rating.because

    @property
    def level(self) -> int:
        """From 1 (very low) to 4 (high): the start, moved by every rating, within these limits."""
        moved = {"high": 4, "low": 2}[self.start] + sum(levels for _, levels, _ in self.ratings)
        return min(4, max(1, moved))

    @property
    def word(self) -> str:
        """`high`, `moderate`, `low` or `very low`."""
        return CERTAINTIES[self.level - 1]


class ControlRisk(Part):
    """The risk of the event without the intervention that absolute effects are computed from."""

    risk: Probability = Field(description="risk of the event without the intervention: 0.35")
    source: Text = Field(description="where the risk comes from: a registry of stroke units, 2020")


class BaselineRisk(ControlRisk):
    """The risk without the intervention in one group of people, beside that of the trials."""

    name: Text = Field(description="which people have it: low risk")


def _unique_names(risks: list[BaselineRisk]) -> list[BaselineRisk]:
    names = [risk.name.casefold() for risk in risks]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"'{name}' is given twice; one risk counts")
    return risks


class Important(Part):
    """The smallest difference that matters to patients, and from where on it is more than small."""

    difference: Number = Field(
        description="a risk difference (0.05) for events, else units of the effect measure"
    )
    moderate: Number | None = Field(None, description="a smaller difference that matters is slight")
    large: Number | None = Field(None, description="from here on a difference is large")
    because: Text = Field(description="where the difference comes from: a survey of patients, 2019")

    @field_validator("difference")
    @classmethod
    def _numbers_above_zero(cls, value: Number) -> Number:
        if value.value <= 0:
            raise ValueError(f"{value} is not above 0")
        return value

    @field_validator("moderate", "large")
    @classmethod
    def _large_above_small(cls, value: Number | None, info: ValidationInfo) -> Number | None:
        for name in ("difference", "moderate"):
            smaller = info.data.get(name) if name != info.field_name else None
            if value is not None and smaller is not None and value.value <= smaller.value:
                raise ValueError(f"{value} is not above `{name}`, {smaller}")
        return value


class SummaryOutcome(Part):
    """A row of the Summary of Findings: what is asked of one outcome."""

    outcome: Id = Field(description="id of the outcome, as under `outcomes`: mrs")
    at: MaybeWhen | None = Field(None, description="time of measurement; default: what most trials report")
    definition: Text | None = Field(None, description="what is asked when not the scale itself: mRS 0-2")
    measure: Literal["RR", "OR", "RD", "HR", "MD", "SMD", "PS"] | None = Field(
        None, description="effect measure; default: the first that most trials give"
    )
    control_risk: ControlRisk | None = Field(
        None, description="risk without the intervention; default: median of the pooled control arms"
    )
    baseline_risks: Annotated[list[BaselineRisk], AfterValidator(_unique_names)] = Field(
        [],
        description="further risks, each with absolute effects of its own: [{name: low, risk: 0.05, source: …}]",
    )
    narrative: Text | None = Field(
        None, description="what reviewers conclude in words, where the trials cannot be pooled"
    )
    important: Important | None = Field(
        None, description="the smallest difference that matters to patients: {difference: 0.05, because: …}"
    )


class Summary(Part):
    """The question that a Summary of Findings answers, and its outcomes in order of importance."""

    population: Text | None = Field(None, description="who the question is about: adults after stroke")
    setting: Text | None = Field(None, description="where: hospitals")
    intervention: Text | None = Field(None, description="what is tried: mesenchymal stem cells")
    comparison: Text | None = Field(None, description="against what: placebo or usual care")
    design: (
        Annotated[Literal["controlled", "randomised", "non-randomised", "single-arm", "any"], Spellings()]
        | None
    ) = Field(None, description="only trials of this design; default: controlled")
    subtype: Text | None = Field(None, description="only trials of this subtype of the condition: ischaemic")
    cells: Text | None = Field(None, description="only trials of cells of this type: MSC")
    origin: Text | None = Field(None, description="only trials of cells of this origin: autologous")
    route: Text | None = Field(None, description="only trials of cells given by this route: intravenous")
    outcomes: list[SummaryOutcome] = Field(
        [], description="the rows in order of importance; default: the registry's outcomes in its order"
    )


def _unique_certainties(judgements: list[Certainty]) -> list[Certainty]:
    return judged_once(
        judgements, [(certainty.outcome, certainty.at, certainty.definition) for certainty in judgements]
    )


Certainties = Annotated[list[Certainty], AfterValidator(_unique_certainties)]
