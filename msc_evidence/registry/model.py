"""The record of a trial: what a registry file may say, and nothing else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from msc_evidence.registry.exposure import Cells as Cells
from msc_evidence.registry.exposure import Harm as Harm
from msc_evidence.registry.fields import (
    NOT_REPORTED,
    Count,
    Ends,
    Level,
    MaybeCount,
    MaybeRatio,
    MaybeWhen,
    Number,
    Percent,
    Probability,
    PValue,
    Spread,
    When,
)
from msc_evidence.registry.judgements import Certainties, RiskOfBias, Summary
from msc_evidence.registry.part import NR, Id, IdOrSilence, Part, Sourced, Text
from msc_evidence.registry.pooled import PooledResult
from msc_evidence.registry.publication import Citation as Citation
from msc_evidence.registry.publication import Source as Source
from msc_evidence.registry.spelling import Spelled


class Outcome(Part):
    """A measure: its scale, limits and direction."""

    name: Text
    short: Text | None = Field(None, description="abbreviation for narrow tables")
    type: Literal["ordinal", "continuous", "binary", "time-to-event"]
    range: Ends | None = Field(None, description="lowest and highest possible value")
    step: Number | None = Field(None, description="distance between neighbouring values of one item")
    items: Count | None = Field(None, description="number of items a mean is taken over; default 1")
    better: Literal["higher", "lower"] | None = None

    @model_validator(mode="after")
    def _possible(self) -> Outcome:
        if self.range is not None and self.range.low.value >= self.range.high.value:
            raise ValueError(f"range {self.range} has its ends in the wrong order; expected lowest, highest")
        if self.step is not None and self.step.value <= 0:
            raise ValueError(f"step {self.step} is not above 0")
        return self


class Design(Part):
    """How participants were allocated and followed."""

    phase: Text | None = None
    allocation: (
        Annotated[Literal["randomised", "non-randomised", "single-arm", "not reported"], Spelled()] | None
    ) = None
    randomisation: Text | None = Field(None, description="how the sequence was made and concealed")
    structure: Text | None = Field(None, description="parallel, crossover, cluster, … as the source says")
    setting: Text | None = Field(None, description="where: hospitals, countries")
    recruitment: Text | None = Field(None, description="from when to when, and whether it is complete")
    ratio: MaybeRatio | None = Field(None, description="allocation ratio, treatment first")
    masking: Text | None = Field(
        None, description="who was masked: open label, double-blind, not reported, …"
    )
    assessment: Literal["blinded", "not blinded", "not reported"] | None = None
    centres: MaybeCount | None = None
    window_from: When | None = Field(None, description="shortest time from stroke to entry")
    window: MaybeWhen | None = Field(None, description="longest time from stroke to entry that was allowed")
    follow_up: MaybeWhen | None = None


class Participants(Part):
    """Who took part, and how many."""

    condition: Text | None = None
    eligibility: Text | None = Field(None, description="criteria of inclusion and exclusion")
    stage: (
        Literal[
            "hyperacute", "acute", "subacute", "early subacute", "late subacute", "chronic", "not reported"
        ]
        | None
    ) = Field(None, description="stage of stroke as the authors call it")
    planned: Count | None = None
    screened: Count | None = None
    enrolled: MaybeCount | None = Field(None, description="participants allocated to an arm")
    analysed: MaybeCount | None = None
    analysis: Text | None = Field(None, description="analysis set: intention to treat, per protocol, …")


class Arm(Part):
    """A group of participants who were to be treated alike."""

    role: Literal["treatment", "control"] | None = None
    label: Text | None = None
    planned: Count | None = None
    n: MaybeCount | None = Field(None, description="participants analysed in this arm")
    randomised: Count | None = None
    lost: Count | None = Field(None, description="randomised and not analysed")
    crossed: Count | None = Field(None, description="allocated to this arm and treated as another")
    historical: bool = Field(False, description="controls of another time or study")
    cells: Cells | None = None
    comparator: Text | None = Field(None, description="what a control arm received")


class Values(Part):
    """What was reported of one variable in one group."""

    n: Count | None = None
    events: Count | None = None
    percent: Percent | None = None
    probability: Probability | None = Field(
        None, description="an estimated probability, 0 to 1, such as Kaplan-Meier's: no share of n"
    )
    mean: Number | None = None
    sd: Spread | None = None
    se: Spread | None = None
    median: Number | None = None
    iqr: Ends | None = None
    range: Ends | None = None
    distribution: list[Count] | None = Field(None, description="participants in each category, lowest first")


class Baseline(Sourced):
    """A characteristic at entry, of all participants or per arm."""

    variable: Text
    unit: Text | None = None
    all: Values | None = Field(None, description="all participants together")
    arms: dict[Id, Values] | None = None
    p: PValue | None = Field(None, description="of the difference between the arms")
    test: Text | None = Field(None, description="the test that p is of, as the source names it")


class Effect(Part):
    """A reported effect estimate with its confidence interval."""

    measure: Literal["RR", "OR", "RD", "HR", "MD", "SMD", "ROM", "PS", "beta"]
    estimate: Number
    ci: Ends | None = None
    level: Level | None = Field(None, description="confidence level in per cent")


class Statistic(Part):
    """A reported test statistic with its degrees of freedom."""

    kind: Literal["t", "F", "chi2", "r", "z", "Q"]
    value: Number
    df: Number | None = None
    df2: Number | None = None


class Result(Sourced):
    """One reported comparison: outcome, timepoint and contrast."""

    outcome: Id
    at: MaybeWhen
    definition: Text | None = Field(
        None, description="what was compared, or in whom, when not the scale in all: 'mRS 0-2', …"
    )
    change: bool = Field(False, description="change from baseline rather than the value itself")
    primary: bool = False
    arm: Id | None = Field(
        None, description="treatment side of the contrast; default: the only treatment arm"
    )
    against: Id | None = Field(
        None, description="control side of the contrast; default: the only control arm"
    )
    within: Id | None = Field(
        None, description="the arm, where one arm was compared over time or with itself"
    )
    adjusted: Text | None = Field(None, description="what the analysis was adjusted for, or 'yes'")
    test: Text | None = Field(None, description="the test, as the source names it")
    sides: Literal["one", "two"] = "two"
    p: PValue | None = None
    wording: Literal["significant", "not significant"] | None = None
    favours: IdOrSilence | None = Field(None, description="the arm that did better, as the source says")
    effect: Effect | None = None
    statistic: Statistic | None = None
    arms: dict[Id, Values] | None = None
    note: Text | None = Field(None, description="what a reader must know of the source's print")

    @model_validator(mode="after")
    def _one_comparison(self) -> Result:
        if self.within and (self.arm or self.against):
            raise ValueError("`within` is one arm; it goes with neither `arm` nor `against`")
        return self

    @property
    def direction(self) -> str | None:
        """The arm that did better, None where the source does not say."""
        return None if self.favours in (None, NOT_REPORTED.value) else self.favours


class Subset(Sourced):
    """Participants examined further."""

    name: Text
    arms: dict[Id, Count]


class Claim(Sourced):
    """What the authors conclude."""

    outcome: Id | None = None
    at: list[When] = []
    says: Literal["benefit", "no benefit", "harm", "safe", "feasible"]
    arm: Id | None = Field(None, description="the arm the claim is about; default: the only treatment arm")
    consistent: bool = Field(False, description="claimed at every timepoint alike")
    hedged: bool = Field(False, description="said with may, might or appears")
    evidence_class: Literal["I", "II", "III", "IV"] | None = Field(
        None, description="AAN class the source claims"
    )


class Also(Part):
    """The same quantities as another source gives them."""

    source: Id
    design: Design | None = None
    participants: Participants | None = None
    arms: dict[Id, Arm] = {}


class Waiver(Part):
    """A reasoned exception from a check."""

    code: Annotated[str, Field(pattern=r"^MSC\d{3}$")]
    outcome: Id | None = Field(None, description="only findings about this outcome")
    because: Text


class Trial(Part):
    """One trial, as its sources report it."""

    name: Text | None = Field(None, description="short name; default: first author and year")
    part_of: Id | None = Field(None, description="the trial that these participants are a subset of")
    citation: Citation
    registration: list[Text] | NR | None = None
    objective: Text | None = Field(None, description="what the trial was to answer, as the source says")
    funding: Text | None = Field(None, description="who paid: sponsors, grants, supply of the cells")
    design: Design
    participants: Participants
    arms: Annotated[dict[Id, Arm], Field(min_length=1)]
    subsets: list[Subset] = []
    baseline: list[Baseline] = []
    results: list[Result] = []
    harms: list[Harm] = []
    claims: list[Claim] = []
    risk_of_bias: RiskOfBias = Field([], description="what reviewers judged of single results, by RoB 2")
    also: list[Also] = []
    sources: Annotated[dict[Id, Source], Field(min_length=1)]
    not_seen: list[Text] = Field([], description="what was published and not read: `results`, …")
    notes: list[Text] = []
    waivers: list[Waiver] = []

    @property
    def first_source(self) -> str:
        """The source of every part that names none."""
        return next(iter(self.sources))

    def shown_name(self, trial_id: str) -> str:
        """`Bang 2005`: the name, else first author and year, else the id."""
        if self.name:
            return self.name
        if not self.citation.authors:
            return trial_id
        author = self.citation.authors[0]
        surname = author.rsplit(" ", 1)[0] if " " in author else author
        return f"{surname} {self.citation.year}"

    def source_of(self, part: Sourced) -> str:
        """The source of a part: the one it names, else the trial's first."""
        return part.source or self.first_source


class RegistryFile(Part):
    """A registry, or one file of a folder that is one."""

    registry: Literal["1"]
    title: Text | None = Field(None, description="the question that these trials answer")
    outcomes: dict[Id, Outcome] = {}
    trials: dict[Id, Trial] = {}
    pooled: dict[Id, PooledResult] = Field({}, description="pooled results of published meta-analyses")
    certainty: Certainties = Field([], description="what reviewers judged of the evidence, by GRADE")
    summary: Summary | None = Field(None, description="what the Summary of Findings is to show")
