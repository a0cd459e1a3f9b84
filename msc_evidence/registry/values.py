"""What was reported of one variable in one group, at entry and of results."""

from __future__ import annotations

from pydantic import Field

from msc_evidence.registry.fields import (
    Count,
    Ends,
    Id,
    Level,
    Number,
    Part,
    Percent,
    Probability,
    PValue,
    RateBase,
    Reportable,
    Sourced,
    Spread,
    Text,
)


class Values(Part):
    """What was reported of one variable in one group."""

    n: Reportable[Count] = Field(
        None, description="participants that the values are of; default: the arm's n"
    )
    events: Reportable[Count] = Field(None, description="participants with the event: 12, or none")
    percent: Reportable[Percent] = Field(None, description="per cent of the participants: 43.6")
    percent_of: Reportable[Count] = Field(
        None,
        description="the number that the per cent are of, where that is not n, such as the whole cohort: 54",
    )
    not_applicable: Reportable[Count] = Field(
        None, description="participants within n whom the categories do not apply to: 102"
    )
    rate: Reportable[Number] = Field(
        None, description="events per person-time or per births, as printed: 4.2"
    )
    per: RateBase | None = Field(None, description="what the rate is of, its number first: 100 person-years")
    person_time: Reportable[Number] = Field(
        None,
        description="time at risk of all together, in the unit of `per`; `events` are events then: 812.5",
    )
    probability: Reportable[Probability] = Field(
        None, description="an estimated probability from 0 to 1, such as Kaplan-Meier's 0.91: no share of n"
    )
    mean: Reportable[Number] = Field(None, description="arithmetic mean: 14.8")
    sd: Reportable[Spread] = Field(None, description="standard deviation, of single values: 23.8")
    se: Reportable[Spread] = Field(None, description="standard error, of the mean: 3.8")
    count: Reportable[Count] = Field(
        None, description="events counted, of which a participant may have several, without their rate: 17"
    )
    geometric_mean: Reportable[Number] = Field(None, description="geometric mean: 41.2")
    cv: Reportable[Spread] = Field(
        None, description="coefficient of variation beside a geometric mean, in per cent: 45"
    )
    least_squares_mean: Reportable[Number] = Field(
        None, description="mean as a model adjusts it, with its `se` or `ci`: no sum of single values: 4.1"
    )
    ci: Reportable[Ends] = Field(None, description="confidence interval of the arm's own value: 35.1-48.4")
    level: Reportable[Level] = Field(None, description="level of that interval in per cent; default: 95")
    median: Reportable[Number] = Field(None, description="median: 12")
    iqr: Reportable[Ends] = Field(None, description="first and third quartile: 9-15")
    range: Reportable[Ends] = Field(None, description="lowest and highest value observed: 28-83")
    distribution: list[Count] | None = Field(
        None, description="participants in each category, lowest first: [2, 13, 10, 0, 12, 2]"
    )


class Baseline(Sourced):
    """A characteristic at entry, of all participants or per arm."""

    variable: Text = Field(description="what was measured at entry: age, men, time from stroke to entry")
    category: Text | None = Field(
        None,
        description="one category of the variable; the rows of its categories part everyone among them: stage I",
    )
    unit: Text | None = Field(
        None, description="unit of the values: y, d, mL", examples=["y", "d", "%", "mL"]
    )
    all: Values | None = Field(None, description="all participants together: {mean: 68, range: 28-83}")
    arms: dict[Id, Values] | None = Field(
        None, description="values by arm: {msc: {mean: 63.0}, control: {mean: 64.3}}"
    )
    p: Reportable[PValue] = Field(None, description="p-value of the difference between the arms: 0.42")
    test: Text | None = Field(None, description="the test that p is of, as the source names it: chi-square")
