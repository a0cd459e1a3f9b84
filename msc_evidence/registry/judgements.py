"""What reviewers judge: risk of bias of a result, certainty of a body of evidence (GRADE), its question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from msc_evidence.registry.fields import NOT_REPORTED, Id, MaybeWhen, Number, Part, Probability, Sourced, Text
from msc_evidence.registry.spelling import Spellings

Risk = Literal["low", "some concerns", "high"]
#: From best to worst.
RISKS: tuple[Risk, ...] = ("low", "some concerns", "high")
#: RoB 2's domains by the keys they are written under (Sterne 2019, BMJ 366:l4898).
DOMAINS = {
    "randomisation": "randomisation process",
    "deviations": "deviations from intended interventions",
    "missing_data": "missing outcome data",
    "measurement": "measurement of the outcome",
    "selection": "selection of the reported result",
}
#: ROBINS-I's, for trials that are not randomised, and its judgements from best to worst (Sterne 2016, BMJ 355:i4919).
ROBINS_DOMAINS = {
    "confounding": "confounding",
    "participants": "selection of participants into the study",
    "classification": "classification of interventions",
    "deviations": "deviations from intended interventions",
    "missing_data": "missing data",
    "measurement": "measurement of outcomes",
    "selection": "selection of the reported result",
}
RobinsRisk = Literal["low", "moderate", "serious", "critical", "no information"]
ROBINS_RISKS: tuple[RobinsRisk, ...] = ("low", "moderate", "serious", "critical")
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
    Field(json_schema_extra={"pattern": r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"}),
]


class Judgement(Part):
    """Who judged, and when."""

    by: Text = Field(description="who judged: two reviewers")
    date: Day = Field(description="day of the judgement: 2024-05-31")


class DomainRisk(Part):
    """The risk of bias in one domain, and what supports the judgement."""

    risk: Risk = Field(description="the judgement: low, some concerns or high")
    support: Text = Field(description="what it rests on: allocation was concealed by a central office")


class JudgedResult(Sourced, Judgement):
    """The result that a risk of bias is of: another time or definition is another result."""

    outcome: Id = Field(description="id of the outcome of the result judged: mrs")
    at: MaybeWhen = Field(description="its time of measurement: 3 mo")
    definition: Text | None = Field(
        None, description="its definition, where it has one; default: every result of this outcome and time"
    )


class ResultBias(JudgedResult):
    """Risk of bias of one result by RoB 2."""

    randomisation: DomainRisk = Field(description="bias arising from the randomisation process")
    deviations: DomainRisk = Field(description="bias due to deviations from intended interventions")
    missing_data: DomainRisk = Field(description="bias due to missing outcome data")
    measurement: DomainRisk = Field(description="bias in measurement of the outcome")
    selection: DomainRisk = Field(description="bias in selection of the reported result")
    overall: DomainRisk = Field(description="the result as a whole: as a rule its worst domain")

    @property
    def domains(self) -> Iterator[tuple[str, DomainRisk]]:
        """Each domain's words with its judgement, in RoB 2's order."""
        return ((words, getattr(self, name)) for name, words in DOMAINS.items())

    @property
    def departure(self) -> str | None:
        """How the overall judgement departs from RoB 2's rule; None where it follows it.

        Low where every domain is low, high where one is high, else some concerns; high as well where several raise
        concerns (Sterne 2019, BMJ 366:l4898).
        """
        risks = [domain.risk for _, domain in self.domains]
        worst, concerns = max(risks, key=RISKS.index), risks.count("some concerns")
        if self.overall.risk == worst or (self.overall.risk == "high" and concerns > 1):
            return None
        way = "better" if RISKS.index(self.overall.risk) < RISKS.index(worst) else "worse"
        return f"overall {self.overall.risk} is {way} than its worst domain, {worst}"


class RobinsDomain(Part):
    """The risk of bias in one domain of ROBINS-I, and what supports the judgement."""

    risk: RobinsRisk = Field(description="the judgement: low, moderate, serious, critical or no information")
    support: Text = Field(description="what it rests on: age and severity were adjusted for")


class RobinsBias(JudgedResult):
    """Risk of bias of one result of a trial that is not randomised, by ROBINS-I."""

    confounding: RobinsDomain = Field(description="bias due to confounding")
    participants: RobinsDomain = Field(description="bias in selection of participants into the study")
    classification: RobinsDomain = Field(description="bias in classification of interventions")
    deviations: RobinsDomain = Field(description="bias due to deviations from intended interventions")
    missing_data: RobinsDomain = Field(description="bias due to missing data")
    measurement: RobinsDomain = Field(description="bias in measurement of outcomes")
    selection: RobinsDomain = Field(description="bias in selection of the reported result")
    overall: RobinsDomain = Field(description="the result as a whole: as a rule its worst domain")

    @property
    def domains(self) -> Iterator[tuple[str, RobinsDomain]]:
        """Each domain's words with its judgement, in ROBINS-I's order."""
        return ((words, getattr(self, name)) for name, words in ROBINS_DOMAINS.items())

    @property
    def departure(self) -> str | None:
        """How the overall judgement departs from ROBINS-I's rule, the worst domain (Sterne 2016).

        None where it follows it, and where a domain gives no information.
        """
        risks = [domain.risk for _, domain in self.domains]
        if "no information" in (*risks, self.overall.risk):
            return None
        worst = max(risks, key=ROBINS_RISKS.index)
        if self.overall.risk == worst:
            return None
        way = "better" if ROBINS_RISKS.index(self.overall.risk) < ROBINS_RISKS.index(worst) else "worse"
        return f"overall {self.overall.risk} is {way} than its worst domain, {worst}"


Levels = Annotated[int, Field(ge=0, le=3)]
#: By how many levels a domain may change the certainty; three for extremely serious imprecision (Schünemann 2022,
#: 10.1016/j.jclinepi.2022.07.015) and for a critical risk of bias where certainty starts high by ROBINS-I.
MOST_LEVELS = {
    "risk_of_bias": 3, "inconsistency": 2, "indirectness": 2, "imprecision": 3, "publication_bias": 1,
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
    cells: Text | None = Field(None, description="only trials of cells of this type: MSC")
    origin: Text | None = Field(None, description="only trials of cells of this origin: autologous")
    route: Text | None = Field(None, description="only trials of cells given by this route: intravenous")
    outcomes: list[SummaryOutcome] = Field(
        [], description="the rows in order of importance; default: the registry's outcomes in its order"
    )


_AnyBias = TypeVar("_AnyBias", ResultBias, RobinsBias)
_AnyJudgement = TypeVar("_AnyJudgement", ResultBias, RobinsBias, Certainty)


def _unique_biases(judgements: list[_AnyBias]) -> list[_AnyBias]:
    return _judged_once(
        judgements, [(bias.source, bias.outcome, bias.at, bias.definition) for bias in judgements]
    )


def _unique_certainties(judgements: list[Certainty]) -> list[Certainty]:
    return _judged_once(
        judgements, [(certainty.outcome, certainty.at, certainty.definition) for certainty in judgements]
    )


def _judged_once(judgements: list[_AnyJudgement], keys: Sequence[object]) -> list[_AnyJudgement]:
    """The judgements; raises ValueError where two are of the same thing."""
    for judgement, key in zip(judgements, keys, strict=True):
        if keys.count(key) > 1:
            when = f" at {judgement.at}" if judgement.at not in (None, NOT_REPORTED) else ""
            raise ValueError(f"{judgement.outcome}{when} is judged twice; one judgement counts")
    return judgements


RiskOfBias = Annotated[list[ResultBias], AfterValidator(_unique_biases)]
RobinsBiases = Annotated[list[RobinsBias], AfterValidator(_unique_biases)]


class BiasJudgements(Part):
    """The risk of bias of a trial's results: RoB 2 where it is randomised, ROBINS-I where it is not."""

    risk_of_bias: RiskOfBias = Field([], description="what reviewers judged of single results, by RoB 2")
    robins_i: RobinsBiases = Field([], description="the same of a trial that is not randomised, by ROBINS-I")


Certainties = Annotated[list[Certainty], AfterValidator(_unique_certainties)]
