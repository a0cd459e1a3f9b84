"""The record of a trial: what a registry file may say, and nothing else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from msc_evidence.registry.adjudication import Decision, Extraction
from msc_evidence.registry.design import Arm, Design, Participants
from msc_evidence.registry.effect import Effect
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.fields import (
    NOT_REPORTED,
    NR,
    Count,
    Ends,
    Flag,
    Id,
    IdOrSilence,
    MaybeWhen,
    Number,
    Part,
    Probability,
    PValue,
    Reportable,
    Sourced,
    Text,
    When,
)
from msc_evidence.registry.governance import Governance
from msc_evidence.registry.judgements import Certainties, Summary
from msc_evidence.registry.paired import PairedDifference, Pairs
from msc_evidence.registry.plausible import PlausibleRange, VariableName
from msc_evidence.registry.pooled import PooledResult
from msc_evidence.registry.publication import Citation, Source
from msc_evidence.registry.reviews import PublishedReview
from msc_evidence.registry.risk_of_bias import BiasJudgements
from msc_evidence.registry.scales import scale_fault
from msc_evidence.registry.support import Support
from msc_evidence.registry.terms import Terms
from msc_evidence.registry.trust import TrustJudgements
from msc_evidence.registry.values import Baseline, Values
from msc_evidence.registry.waiver import Waiver


class Outcome(Part):
    """A measure: its scale, limits and direction."""

    name: Text = Field(description="name in full, as tables print it: modified Rankin Scale")
    short: Text | None = Field(None, description="abbreviation for narrow tables: mRS")
    type: Literal["ordinal", "continuous", "binary", "time-to-event"] = Field(
        description="ordinal (scores), continuous (measurements), binary (event or not), time-to-event (survival)"
    )
    range: Ends | None = Field(None, description="lowest and highest possible value: [0, 6]")
    step: Number | None = Field(
        None,
        description="distance between neighbouring values of one item: 1 for whole numbers, 5 for Barthel",
    )
    unit: Text | None = Field(
        None, description="unit of its values: h, mg/dL", examples=["h", "d", "%", "mL", "mg/dL"]
    )
    items: Count | None = Field(None, description="number of items that a score is the mean of; default: 1")
    better: Literal["higher", "lower"] | None = Field(
        None, description="which end of the scale is the good one: lower for the modified Rankin Scale"
    )

    @model_validator(mode="after")
    def _possible_scale(self) -> Outcome:
        if fault := scale_fault(self.range, self.step):
            raise ValueError(fault)
        return self


class Statistic(Part):
    """A reported test statistic with its degrees of freedom."""

    kind: Literal["t", "F", "chi2", "r", "z", "Q"] = Field(
        description="which statistic: t, F, χ² (chi2), the correlation r, z, or Cochran's Q"
    )
    value: Number = Field(description="its value as printed: 2.20")
    df: Reportable[Number] = Field(None, description="degrees of freedom, of F the first: 28")
    df2: Reportable[Number] = Field(None, description="second degrees of freedom, of F alone: 52")


class Result(Sourced):
    """One reported comparison: outcome, timepoint and contrast."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {
                    "not": {
                        "required": ["within"],
                        "anyOf": [{"required": ["arm"]}, {"required": ["against"]}],
                    }
                },
                {
                    "not": {
                        "required": ["among"],
                        "anyOf": [{"required": [key]} for key in ("arm", "against", "within")],
                    }
                },
                {
                    "if": {"required": ["margin"]},
                    "then": {
                        "required": ["hypothesis"],
                        "properties": {"hypothesis": {"not": {"const": "superiority"}}},
                    },
                },
            ]
        }
    )

    outcome: Id = Field(description="id of the outcome, as under `outcomes`: mrs")
    at: MaybeWhen = Field(description="time of measurement since the start: 3 mo, 90 d")
    definition: Text | None = Field(
        None, description="what was compared, or in whom, when not the whole scale in everyone: mRS 0-2"
    )
    change: Flag = Field(
        False, description="whether it is the change from baseline instead of the value itself"
    )
    primary: Flag = Field(False, description="whether the source calls the outcome primary")
    arm: Id | None = Field(
        None, description="treatment side of the contrast; default: the only treatment arm"
    )
    against: Id | None = Field(
        None, description="control side of the contrast; default: the only control arm"
    )
    within: Id | None = Field(
        None, description="the arm, where one arm was compared over time or with itself"
    )
    among: Annotated[list[Id], Field(min_length=3)] | None = Field(
        None,
        description="the arms that one p compares at once, three or more: [low-dose, high-dose, placebo]",
    )
    period: Annotated[int, Field(ge=1, le=9)] | None = Field(
        None, description="period of a crossover that the values are of: 1"
    )
    unit: Text | None = Field(
        None, description="what was counted where one participant has several: consultation, eye, lesion"
    )
    icc: Reportable[Probability] = Field(
        None, description="intracluster correlation of this outcome, as the source states it: 0.02"
    )
    design_effect: Reportable[Number] = Field(
        None, description="design effect of this outcome, as the source states it: 1.9"
    )
    hypothesis: Literal["superiority", "non-inferiority", "equivalence"] = Field(
        "superiority",
        description="what p and interval are to show: superiority, non-inferiority, equivalence",
    )
    margin: Number | None = Field(
        None, description="margin of non-inferiority or equivalence, in the effect's own measure: 0.5"
    )
    adjusted: Text | None = Field(
        None,
        description="what the analysis was adjusted for: age and NIHSS, or yes; no where its source adjusts the rest",
    )
    imputed: Text | None = Field(
        None,
        description="how missing values were filled in: last observation carried forward, multiple imputation, or yes",
    )
    test: Text | None = Field(
        None,
        description="the test as the source names it: Mann-Whitney U test",
        examples=["t test", "Mann-Whitney", "chi-square", "Fisher's exact test", "log-rank", "not reported"],
    )
    sides: Literal["one", "two"] = Field("two", description="one for a one-sided test; default: two")
    p: Reportable[PValue] = Field(None, description="the p-value as printed: 0.011, <0.001, NS")
    wording: Reportable[Literal["significant", "not significant"]] = Field(
        None, description="what the source calls the difference: significant or not significant"
    )
    favours: IdOrSilence | None = Field(None, description="the arm that did better, as the source says: msc")
    effect: Effect | None = Field(
        None, description="the effect as printed: {measure: OR, estimate: 1.9, ci: 1.2-3.0, level: 95}"
    )
    statistic: Statistic | None = Field(
        None, description="the test statistic as printed: {kind: t, value: 2.20, df: 28}"
    )
    arms: dict[Id, Values] | None = Field(
        None, description="values by arm: {msc: {events: 12, n: 30}, control: {events: 21, n: 31}}"
    )
    pairs: Pairs | None = Field(
        None, description="paired 2x2 counts: {both: 12, arm-only: 4, against-only: 0, neither: 8}"
    )
    difference: PairedDifference | None = Field(
        None, description="differences within participants: {n: 24, mean: 0.8, sd: 2.1}"
    )
    note: Text | None = Field(None, description="what a reader must know of the source's print")

    @model_validator(mode="after")
    def _one_comparison(self) -> Result:
        if self.within and (self.arm or self.against):
            raise ValueError("`within` is one arm; it goes with neither `arm` nor `against`")
        if self.among and (self.within or self.arm or self.against):
            raise ValueError(
                "`among` compares its arms at once; it goes with none of arm, against and within"
            )
        if self.margin is not None and self.hypothesis == "superiority":
            raise ValueError("a margin belongs to hypothesis: non-inferiority or equivalence")
        return self

    @property
    def altered(self) -> str | None:
        """What its numbers are that those of the participants observed are not: adjusted, of imputed values."""
        ways = (
            ("adjusted", "adjusted for {}", self.adjusted),
            ("of imputed values", "of imputed values ({})", self.imputed),
        )
        words = [alone if how.casefold() == "yes" else full.format(how) for alone, full, how in ways if how]
        return " and ".join(words) or None

    @property
    def direction(self) -> str | None:
        """The arm that did better, None where the source does not say."""
        return None if self.favours in (None, NOT_REPORTED.value) else self.favours


class Subset(Sourced):
    """Participants examined further."""

    name: Text = Field(description="what they were examined with: imaging")
    arms: dict[Id, Count] = Field(description="participants examined further by arm: {msc: 31, control: 13}")


class Claim(Sourced):
    """What the authors conclude."""

    outcome: Id | None = Field(None, description="id of the outcome that the claim is about: mrs")
    at: list[When] = Field([], description="times that the claim names; default: all: [3 mo, 6 mo]")
    says: Literal["benefit", "no benefit", "non-inferior", "equivalent", "harm", "safe", "feasible"] = Field(
        description="the conclusion in one word: benefit, no benefit, non-inferior, equivalent, harm, safe, feasible"
    )
    arm: Id | None = Field(None, description="the arm the claim is about; default: the only treatment arm")
    consistent: Flag = Field(False, description="whether the same is claimed of every timepoint")
    hedged: Flag = Field(False, description="whether it is said with may, might or appears")
    evidence_class: Literal["I", "II", "III", "IV"] | None = Field(
        None, description="class of evidence of the American Academy of Neurology that the source claims: III"
    )


class Also(Part):
    """The same quantities as another source gives them."""

    source: Id = Field(description="id of the other source, as under `sources`: protocol")
    design: Design | None = Field(None, description='the design as this source gives it: {ratio: "2:1"}')
    participants: Participants | None = Field(
        None, description="the participants as this source gives them: {planned: 60}"
    )
    arms: dict[Id, Arm] = Field({}, description="arms as this source gives them: {msc: {planned: 40}}")


class Trial(BiasJudgements, TrustJudgements, Governance, Support):
    """One trial, as its sources report it."""

    name: Text | None = Field(None, description="short name; default: first author and year, Bang 2005")
    part_of: Id | None = Field(None, description="the trial that these participants are a subset of")
    citation: Citation = Field(description="where the trial was published: {authors: [Bang OY], year: 2005}")
    registration: list[Text] | NR | None = Field(
        None, description="registration numbers: [NCT01716481], or not reported"
    )
    objective: Text | None = Field(None, description="what the trial was to answer, as the source says")
    design: Design = Field(description="allocation, masking, window, follow-up: {allocation: randomised}")
    participants: Participants = Field(description="who took part and how many: {enrolled: 54}")
    arms: Annotated[dict[Id, Arm], Field(min_length=1)] = Field(
        description="the arms by id: {msc: {role: treatment, n: 39}, control: {role: control, n: 15}}"
    )
    subsets: list[Subset] = Field([], description="participants examined further: [{name: imaging, arms: …}]")
    baseline: list[Baseline] = Field(
        [], description="characteristics at entry: [{variable: age, all: {mean: 68, range: 28-83}}]"
    )
    results: list[Result] = Field(
        [], description="one entry per reported comparison: [{outcome: mrs, at: 3 mo, p: 0.732}]"
    )
    harms: list[Harm] = Field([], description="adverse events: [{event: seizure, arms: {msc: one}}]")
    claims: list[Claim] = Field([], description="what the authors conclude: [{outcome: mrs, says: benefit}]")
    also: list[Also] = Field(
        [], description="design, participants and arms as another source gives them: [{source: protocol, …}]"
    )
    sources: Annotated[dict[Id, Source], Field(min_length=1)] = Field(
        description="where the numbers come from; the first is the default: {abstract: {kind: abstract}}"
    )
    extracted: Extraction | None = Field(
        None, description="who made this record: {by: [Example A], on: 2026-11-30}"
    )
    not_seen: list[Text] = Field([], description="what was published and not read: `results`, …")
    notes: list[Text] = Field([], description="what a reader of the record must know")
    waivers: list[Waiver] = Field(
        [], description="findings accepted with a reason: [{code: MSC503, because: …}]"
    )

    @model_validator(mode="after")
    def _analysis_of_sources(self) -> Trial:
        """Gives results and rows what their source says of all its comparisons: tests, and adjustment."""
        for group in ("results", "baseline"):
            parts = [
                _with_analysis(part, self.sources.get(self.source_of(part))) for part in getattr(self, group)
            ]
            object.__setattr__(self, group, parts)
        return self

    @property
    def first_source(self) -> str:
        """The source of every part that names none."""
        return next(iter(self.sources))

    def shown_name(self, trial_id: str) -> str:
        """`Bang 2005`: the name, else first author and year, else the id."""
        if self.name:
            return self.name
        if not (self.citation.authors and self.citation.year):
            return trial_id
        author = self.citation.authors[0]
        surname = author.rsplit(" ", 1)[0] if " " in author else author
        return f"{surname} {self.citation.year}"

    def source_of(self, part: Sourced) -> str:
        """The source of a part: the one it names, else the trial's first."""
        return part.source or self.first_source


def _with_analysis(part: Result | Baseline, source: Source | None) -> Result | Baseline:
    """The part with the test and the adjustment that its source states for all, where it states none of its own."""
    inherited: dict[str, str | None] = {}
    if source is not None and source.tests and part.test is None:
        inherited["test"] = source.tests
    if isinstance(part, Result):
        if part.adjusted is not None and part.adjusted.casefold() == "no":
            inherited["adjusted"] = None
        elif source is not None and source.adjusted and part.adjusted is None:
            inherited["adjusted"] = source.adjusted
    return part.model_copy(update=inherited) if inherited else part


class RegistryFile(Part):
    """A registry, or one file of a folder that is one."""

    registry: Literal["1"] = Field(description="version of the format: 1")
    title: Text | None = Field(None, description="the question that these trials answer")
    terms: Terms | None = Field(
        None, description="what the registry calls its treatment: {treatment: statin, onset: diagnosis}"
    )
    outcomes: dict[Id, Outcome] = Field(
        {}, description="what was measured, by id: {mrs: {name: modified Rankin Scale, type: ordinal}}"
    )
    plausible: dict[VariableName, PlausibleRange] = Field(
        {},
        description="between which values variables lie, by name: {BMI: {unit: kg/m2, range: [12, 70], by: …}}",
    )
    summary: Summary | None = Field(None, description="what the Summary of Findings is to show")
    trials: dict[Id, Trial] = Field({}, description="the trials by id: {bang-2005: …}")
    pooled: dict[Id, PooledResult] = Field({}, description="pooled results of published meta-analyses")
    reviews: dict[Id, PublishedReview] = Field(
        {}, description="published meta-analyses as they print their trials and pooled results, by id"
    )
    certainty: Certainties = Field([], description="what reviewers judged of the evidence, by GRADE")
    decisions: list[Decision] = Field(
        [], description="what was decided where two extractions differed, and by whom"
    )
