"""Risk of bias of single results as reviewers judge it: the instruments, each stated once, and their judgements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, Field

from msc_evidence.registry.fields import Id, MaybeWhen, Part, Sourced, Text
from msc_evidence.registry.judgements import Judgement, judged_once

#: What `overall` is by the key it is recorded under.
OVERALL = "overall"


@dataclass(frozen=True, slots=True, eq=False)
class Instrument:
    """An instrument by which risk of bias is judged: its domains, its words and the trials it is for."""

    name: str
    #: The field of a trial that holds its judgements.
    field: str
    #: Its domains by the keys they are recorded under.
    domains: Mapping[str, str]
    #: Its judgements from best to worst, each with its sign, as robvis draws them.
    signs: Mapping[str, str]
    #: Whether it is for randomised trials or for those that are not.
    randomised: bool
    #: How the overall judgement follows from the domains, with the source; "" where reviewers choose that.
    rule: str
    #: Whether several domains that are not the best can make the overall judgement the worst.
    concerns_add_up: bool = False

    @property
    def key(self) -> str:
        """The registry's key of its judgements."""
        return self.field.replace("_", "-")

    @property
    def codes(self) -> tuple[str, ...]:
        """`D1`, `D2`, …: its domains by number."""
        return tuple(f"D{at}" for at in range(1, len(self.domains) + 1))

    @property
    def risks(self) -> tuple[str, ...]:
        """Its judgements from best to worst; a domain without information has none of these."""
        return tuple(risk for risk in self.signs if risk != NO_INFORMATION)

    @property
    def legend(self) -> str:
        """`D1 randomisation process; D2 …`."""
        pairs = zip(self.codes, self.domains.values(), strict=True)
        return "; ".join(f"{code} {words}" for code, words in pairs)

    def departure(self, risks: list[str], overall: str) -> str | None:
        """How an overall judgement departs from the rule; None where it follows it or a domain gives no information."""
        if not self.rule or NO_INFORMATION in (*risks, overall):
            return None
        worst = max(risks, key=self.risks.index)
        concerns = sum(risk != self.risks[0] for risk in risks)
        added_up = self.concerns_add_up and overall == self.risks[-1] and concerns > 1
        if overall == worst or added_up:
            return None
        way = "better" if self.risks.index(overall) < self.risks.index(worst) else "worse"
        return f"overall {overall} is {way} than its worst domain, {worst}"


NO_INFORMATION = "no information"
ROB_2 = Instrument(
    "RoB 2",
    "risk_of_bias",
    {
        "randomisation": "randomisation process",
        "deviations": "deviations from intended interventions",
        "missing_data": "missing outcome data",
        "measurement": "measurement of the outcome",
        "selection": "selection of the reported result",
    },
    {"low": "+", "some concerns": "-", "high": "x"},
    randomised=True,
    rule="RoB 2's rule: the worst domain, or high where several raise some concerns (Sterne 2019, BMJ 366:l4898)",
    concerns_add_up=True,
)
#: The tool before RoB 2 (Higgins 2011, BMJ 343:d5928); which domains are key to an overall judgement reviewers say.
ROB_1 = Instrument(
    "RoB 1",
    "rob_1",
    {
        "sequence_generation": "random sequence generation",
        "allocation_concealment": "allocation concealment",
        "blinding_participants": "blinding of participants and personnel",
        "blinding_assessment": "blinding of outcome assessment",
        "incomplete_data": "incomplete outcome data",
        "selective_reporting": "selective reporting",
        "other_bias": "other sources of bias",
    },
    {"low": "+", "unclear": "?", "high": "x"},
    randomised=True,
    rule="",
)
_ROBINS_SIGNS = {"low": "+", "moderate": "-", "serious": "x", "critical": "!"}
ROBINS_I = Instrument(
    "ROBINS-I",
    "robins_i",
    {
        "confounding": "confounding",
        "participants": "selection of participants into the study",
        "classification": "classification of interventions",
        "deviations": "deviations from intended interventions",
        "missing_data": "missing data",
        "measurement": "measurement of outcomes",
        "selection": "selection of the reported result",
    },
    {**_ROBINS_SIGNS, NO_INFORMATION: "?"},
    randomised=False,
    rule="ROBINS-I's rule: the worst domain (Sterne 2016, BMJ 355:i4919)",
)
#: Deviations are part of confounding there, and `low` of confounding excepts what no study controls.
ROBINS_I_V2 = Instrument(
    "ROBINS-I V2",
    "robins_i_v2",
    {
        "confounding": "confounding",
        "classification": "classification of interventions",
        "participants": "selection of participants into the study or the analysis",
        "missing_data": "missing data",
        "measurement": "measurement of the outcome",
        "selection": "selection of the reported result",
    },
    _ROBINS_SIGNS,
    randomised=False,
    rule="ROBINS-I's rule: the worst domain (riskofbias.info, ROBINS-I V2)",
)
INSTRUMENTS = (ROB_2, ROB_1, ROBINS_I, ROBINS_I_V2)


class DomainRisk(Part):
    """The risk of bias in one domain, and what supports the judgement."""

    risk: str
    support: Text = Field(description="what it rests on: allocation was concealed by a central office")


class Rob2Domain(DomainRisk):
    """The risk of bias in one domain of RoB 2."""

    risk: Literal["low", "some concerns", "high"] = Field(
        description="the judgement: low, some concerns or high"
    )


class Rob1Domain(DomainRisk):
    """The risk of bias in one domain of RoB 1."""

    risk: Literal["low", "unclear", "high"] = Field(description="the judgement: low, unclear or high")


class RobinsDomain(DomainRisk):
    """The risk of bias in one domain of ROBINS-I."""

    risk: Literal["low", "moderate", "serious", "critical", "no information"] = Field(
        description="the judgement: low, moderate, serious, critical or no information"
    )


class Robins2Domain(DomainRisk):
    """The risk of bias in one domain of ROBINS-I V2."""

    risk: Literal["low", "moderate", "serious", "critical"] = Field(
        description="the judgement: low, moderate, serious or critical"
    )


class JudgedBias(Sourced, Judgement):
    """The result that a risk of bias is of (another time or definition is another result), and its domains."""

    instrument: ClassVar[Instrument]

    outcome: Id = Field(description="id of the outcome of the result judged: mrs")
    at: MaybeWhen = Field(description="its time of measurement: 3 mo")
    definition: Text | None = Field(
        None, description="its definition, where it has one; default: every result of this outcome and time"
    )

    @property
    def domains(self) -> Iterator[tuple[str, DomainRisk]]:
        """Each judged domain's words with its judgement, in the instrument's order."""
        for words, judged in zip(self.instrument.domains.values(), self.judged, strict=False):
            if judged is not None:
                yield words, judged

    @property
    def judged(self) -> tuple[DomainRisk | None, ...]:
        """The judgement of every domain, then the overall one; None where there is none."""
        return tuple(getattr(self, name) for name in (*self.instrument.domains, OVERALL))

    @property
    def whole(self) -> DomainRisk | None:
        """The overall judgement, where there is one."""
        return self.judged[-1]

    @property
    def departure(self) -> str | None:
        """How the overall judgement departs from the instrument's rule; None where it follows it."""
        if self.whole is None:
            return None
        return self.instrument.departure([judged.risk for _, judged in self.domains], self.whole.risk)


class ResultBias(JudgedBias):
    """Risk of bias of one result by RoB 2."""

    instrument = ROB_2

    randomisation: Rob2Domain = Field(description="bias arising from the randomisation process")
    deviations: Rob2Domain = Field(description="bias due to deviations from intended interventions")
    missing_data: Rob2Domain = Field(description="bias due to missing outcome data")
    measurement: Rob2Domain = Field(description="bias in measurement of the outcome")
    selection: Rob2Domain = Field(description="bias in selection of the reported result")
    overall: Rob2Domain = Field(description="the result as a whole: as a rule its worst domain")


class Rob1Bias(JudgedBias):
    """Risk of bias of one result by RoB 1."""

    instrument = ROB_1

    sequence_generation: Rob1Domain = Field(description="how the allocation sequence was made")
    allocation_concealment: Rob1Domain = Field(description="whether allocation could be foreseen")
    blinding_participants: Rob1Domain = Field(description="blinding of participants and personnel")
    blinding_assessment: Rob1Domain = Field(description="blinding of outcome assessment")
    incomplete_data: Rob1Domain = Field(description="incomplete outcome data")
    selective_reporting: Rob1Domain = Field(description="selective reporting")
    other_bias: Rob1Domain | None = Field(None, description="other sources of bias, where they were judged")
    overall: Rob1Domain | None = Field(
        None, description="the result as a whole, where reviewers judged it: by the domains they hold key"
    )


class RobinsBias(JudgedBias):
    """Risk of bias of one result of a trial that is not randomised, by ROBINS-I."""

    instrument = ROBINS_I

    confounding: RobinsDomain = Field(description="bias due to confounding")
    participants: RobinsDomain = Field(description="bias in selection of participants into the study")
    classification: RobinsDomain = Field(description="bias in classification of interventions")
    deviations: RobinsDomain = Field(description="bias due to deviations from intended interventions")
    missing_data: RobinsDomain = Field(description="bias due to missing data")
    measurement: RobinsDomain = Field(description="bias in measurement of outcomes")
    selection: RobinsDomain = Field(description="bias in selection of the reported result")
    overall: RobinsDomain = Field(description="the result as a whole: as a rule its worst domain")


class Robins2Bias(JudgedBias):
    """Risk of bias of one result of a trial that is not randomised, by ROBINS-I V2."""

    instrument = ROBINS_I_V2

    confounding: Robins2Domain = Field(
        description="bias due to confounding; low excepts what remains uncontrolled"
    )
    classification: Robins2Domain = Field(description="bias in classification of interventions")
    participants: Robins2Domain = Field(
        description="bias in selection of participants into the study or analysis"
    )
    missing_data: Robins2Domain = Field(description="bias due to missing data")
    measurement: Robins2Domain = Field(description="bias arising from measurement of the outcome")
    selection: Robins2Domain = Field(description="bias in selection of the reported result")
    overall: Robins2Domain = Field(description="the result as a whole: as a rule its worst domain")


_AnyBias = TypeVar("_AnyBias", bound=JudgedBias)


def _unique_biases(judgements: list[_AnyBias]) -> list[_AnyBias]:
    keys = [(bias.source, bias.outcome, bias.at, bias.definition) for bias in judgements]
    return judged_once(judgements, keys)


class BiasJudgements(Part):
    """The risk of bias of a trial's results: RoB 2 where it is randomised, ROBINS-I where it is not."""

    risk_of_bias: Annotated[list[ResultBias], AfterValidator(_unique_biases)] = Field(
        [], description="what reviewers judged of single results, by RoB 2"
    )
    rob_1: Annotated[list[Rob1Bias], AfterValidator(_unique_biases)] = Field(
        [], description="the same by RoB 1, the tool before RoB 2"
    )
    robins_i: Annotated[list[RobinsBias], AfterValidator(_unique_biases)] = Field(
        [], description="the same of a trial that is not randomised, by ROBINS-I"
    )
    robins_i_v2: Annotated[list[Robins2Bias], AfterValidator(_unique_biases)] = Field(
        [], description="the same of a trial that is not randomised, by ROBINS-I V2"
    )

    def biases(self, *instruments: Instrument) -> Iterator[JudgedBias]:
        """What was judged by these instruments, by default by any."""
        for instrument in instruments or INSTRUMENTS:
            yield from getattr(self, instrument.field)
