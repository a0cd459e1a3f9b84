"""What honest trials measure beside a score: a function for each kind of result."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from scipy import stats

from tests.checks.honest_numbers import (
    NAMES,
    counts,
    counts_tested,
    events,
    interval,
    of_logs,
    p_words,
    population,
    quartiles,
    rank_sum_tested,
    summaries,
    summary,
    t_tested,
)

Trial = dict[str, Any]
OUTCOMES = {
    "score": {"name": "score", "type": "continuous", "better": "lower"},
    "pain": {"name": "pain", "type": "ordinal", "range": ["0", "100"], "step": "1", "better": "lower"},
    "rankin": {"name": "modified Rankin Scale", "type": "ordinal", "range": ["0", "6"], "step": "1", "better": "lower"},
    "stay": {"name": "hospital stay", "type": "continuous", "better": "lower"},
    "responder": {"name": "responder", "type": "binary", "better": "higher"},
    "death": {"name": "death", "type": "binary", "better": "lower"},
    "relapses": {"name": "relapses", "type": "binary", "better": "lower"},
    "survival": {"name": "survival", "type": "time-to-event", "better": "higher"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """The participants of a trial: how many were randomised and how many measured, and how they were allocated."""

    draw: random.Random
    randomised: Sequence[int]
    sizes: Sequence[int]
    centres: int
    block: int
    #: How much better the treated are, in standard deviations.
    effect: float

    @property
    def total(self) -> int:
        """All who were randomised."""
        return sum(self.randomised)

    def values(self, centre: float, spread: float) -> list[list[float]]:
        """A normal measurement of each arm, lower in the treated by the effect."""
        shifts = (-self.effect * spread, 0.0)
        return [
            [self.draw.gauss(centre + shift, spread) for _ in range(n)]
            for n, shift in zip(self.sizes, shifts, strict=True)
        ]


def _nothing(drawn: Drawn, trial: Trial) -> None:
    """Nothing beside the score, its change and its halves, which every trial has."""


def _medians(drawn: Drawn, trial: Trial) -> None:
    """Days in hospital, whole and skewed, with quartiles, range, and the p of a rank-sum test; ages at entry."""
    draw = drawn.draw
    days = [
        [float(max(1, round(draw.lognormvariate(2.2 - shift, 0.7)))) for _ in range(n)]
        for n, shift in zip(drawn.sizes, (drawn.effect / 2, 0.0), strict=True)
    ]
    arms = {name: quartiles(draw, own) for name, own in zip(NAMES, days, strict=True)}
    trial["results"].append({"outcome": "stay", "at": "90 d", "arms": arms, **rank_sum_tested(draw, days)})
    ages = [[float(round(draw.gauss(64, 11))) for _ in range(n)] for n in drawn.randomised]
    arms = {name: quartiles(draw, own) for name, own in zip(NAMES, ages, strict=True)}
    trial["baseline"].append({"variable": "age", "unit": "y", "arms": arms})


def _several_times(drawn: Drawn, trial: Trial) -> None:
    """Pain in whole points at entry and three times later, with losses on the way."""
    draw = drawn.draw
    level = [[draw.gauss(60, 15) for _ in range(n)] for n in drawn.sizes]
    for at in ("0 d", "30 d", "60 d", "90 d"):
        level = [
            [0.8 * value + draw.gauss(8, 7) for value in values if draw.random() < 0.97] for values in level
        ]
        points = [[float(min(100, max(0, round(value)))) for value in values] for values in level]
        if at == "0 d":
            trial["baseline"].append({"variable": "pain", "arms": summaries(points, 1)})
        else:
            tested = t_tested(draw, points)
            trial["results"].append({"outcome": "pain", "at": at, "arms": summaries(points, 1), **tested})


def _standard_errors(drawn: Drawn, trial: Trial) -> None:
    """Means with standard errors in place of standard deviations; whole points of pain at entry."""
    values, decimals = drawn.values(20, 6), drawn.draw.choice([1, 2])
    row = {"outcome": "stay", "at": "90 d", "arms": summaries(values, decimals, se=True)}
    trial["results"].append(row | t_tested(drawn.draw, values))
    points = [
        [float(min(100, max(0, round(drawn.draw.gauss(60, 15))))) for _ in range(n)] for n in drawn.randomised
    ]
    trial["baseline"].append({"variable": "pain", "arms": summaries(points, decimals)})


def _counts(drawn: Drawn, trial: Trial) -> None:
    """Responders and deaths as counts, with p and a ratio; the sexes and smokers at entry with p."""
    draw = drawn.draw
    for outcome, share in (("responder", 0.4), ("death", 0.06)):
        found = [events(draw, share * (1 + drawn.effect * (at == 0)), n) for at, n in enumerate(drawn.sizes)]
        row = {"outcome": outcome, "at": "90 d", "arms": counts(found, drawn.sizes)}
        trial["results"].append(row | counts_tested(draw, found, drawn.sizes))
    men = [events(draw, 0.6, n) for n in drawn.randomised]
    women = [n - k for n, k in zip(drawn.randomised, men, strict=True)]
    chi2 = stats.chi2_contingency([men, women], correction=False) if all(men + women) else None
    p = p_words(draw, chi2.pvalue) if chi2 else None
    for variable, found in (("men", men), ("women", women)):
        row = {"variable": variable, "arms": counts(found, drawn.randomised)}
        trial["baseline"].append(row | ({"p": p, "test": "chi-square"} if p else {}))


def _categories(drawn: Drawn, trial: Trial) -> None:
    """Stages at entry that part everyone, and age with the p of a t test."""
    draw = drawn.draw
    stages = [[draw.choices(range(3), (3, 4, 2))[0] for _ in range(n)] for n in drawn.randomised]
    for stage in range(3):
        arms = {
            name: {"events": str(own.count(stage)), "percent": f"{100 * own.count(stage) / len(own):.1f}"}
            for name, own in zip(NAMES, stages, strict=True)
        }
        trial["baseline"].append({"variable": "stage", "category": "I" * (stage + 1), "arms": arms})
    ages = [[draw.gauss(64, 11) for _ in range(n)] for n in drawn.randomised]
    p = {"p": p_words(draw, stats.ttest_ind(*ages).pvalue), "test": "t test"}
    trial["baseline"].append({"variable": "age", "unit": "y", "arms": summaries(ages, 1), **p})


def _harms(drawn: Drawn, trial: Trial) -> None:
    """Adverse events by kind, those of all kinds together, and nobody's."""
    draw = drawn.draw
    kinds = {"headache": 0.15, "nausea": 0.1, "seizure": 0.02, "stroke": 0.0}
    found = {
        name: [{kind for kind, share in kinds.items() if draw.random() < share} for _ in range(n)]
        for name, n in zip(NAMES, drawn.sizes, strict=True)
    }
    for kind in kinds:
        arms = {name: str(sum(kind in own for own in people)) for name, people in found.items()}
        trial.setdefault("harms", []).append({"event": kind, "arms": arms})
    anyone = {name: str(sum(map(bool, people))) for name, people in found.items()}
    trial["harms"].append({"event": "any adverse event", "arms": anyone})


def _ordinal(drawn: Drawn, trial: Trial) -> None:
    """The modified Rankin Scale in all its categories with a rank-sum test, and cut at 2 with a ratio."""
    draw = drawn.draw
    grades = [
        [float(min(6, max(0, round(draw.gauss(2.8 - shift, 1.7))))) for _ in range(n)]
        for n, shift in zip(drawn.sizes, (drawn.effect, 0.0), strict=True)
    ]
    arms = {
        name: {"n": str(len(own)), "distribution": [str(own.count(grade)) for grade in range(7)]}
        for name, own in zip(NAMES, grades, strict=True)
    }
    at = {"outcome": "rankin", "at": "90 d"}
    trial["results"].append({**at, "arms": arms, **rank_sum_tested(draw, grades)})
    good = [sum(grade <= 2 for grade in own) for own in grades]
    row = {**at, "definition": "mRS 0-2", "arms": counts(good, drawn.sizes)}
    trial["results"].append(row | counts_tested(draw, good, drawn.sizes))


def _percentages(drawn: Drawn, trial: Trial) -> None:
    """Responders in per cent without their number, with χ² and a ratio; and rows at entry."""
    draw, sizes, decimals = drawn.draw, drawn.sizes, drawn.draw.choice([0, 1, 1, 2])
    found = [max(1, events(draw, 0.4 + drawn.effect / 4 * (at == 0), n)) for at, n in enumerate(sizes)]
    arms = {
        name: {"n": str(n), "percent": f"{100 * k / n:.{decimals}f}"}
        for name, k, n in zip(NAMES, found, sizes, strict=True)
    }
    row = {"outcome": "responder", "at": "90 d", "arms": arms}
    trial["results"].append(row | counts_tested(draw, found, sizes))
    for variable in ("smokers", "diabetes", "hypertension"):
        share = draw.uniform(0.1, 0.8)
        arms = {
            name: {"percent": f"{100 * events(draw, share, n) / n:.{decimals}f}"}
            for name, n in zip(NAMES, drawn.randomised, strict=True)
        }
        trial["baseline"].append({"variable": variable, "arms": arms})


def _rates(drawn: Drawn, trial: Trial) -> None:
    """Relapses over the years at risk, with their rate and the ratio of both."""
    draw = drawn.draw
    years = [sum(draw.uniform(0.4, 2.0) for _ in range(n)) for n in drawn.sizes]
    found = [1 + events(draw, 0.3, round(4 * total)) for total in years]
    arms = {
        name: {
            "n": str(n), "events": str(k), "person-time": f"{total:.1f}",
            "rate": f"{100 * k / total:.1f}", "per": "100 person-years",
        }
        for name, n, k, total in zip(NAMES, drawn.sizes, found, years, strict=True)
    }  # fmt: skip
    log, se = math.log(found[0] / years[0] / (found[1] / years[1])), math.sqrt(sum(1 / k for k in found))
    p = {"p": p_words(draw, 2 * stats.norm.sf(abs(log) / se)), "effect": of_logs("IRR", log, se)}
    trial["results"].append({"outcome": "relapses", "at": "24 mo", "arms": arms, **p})


def _cluster(drawn: Drawn, trial: Trial) -> None:
    """Whole wards allocated; p from the means of the clusters, and said to be so."""
    draw = drawn.draw
    trial["design"] |= {"structure": "cluster", "clusters": "16"}
    for key in ("block", "lists"):
        del trial["design"][key]
    wards = [[draw.gauss(0, 3) for _ in range(8)] for _ in NAMES]
    people = [
        [(at % 8, 40 + own[at % 8] + draw.gauss(0, 9)) for at in range(n)]
        for own, n in zip(wards, drawn.sizes, strict=True)
    ]
    means = [
        [fmean([value for ward, value in own if ward == at] or [40]) for at in range(8)] for own in people
    ]
    row = {
        "outcome": "stay", "at": "90 d", "arms": summaries([[value for _, value in own] for own in people], 1),
        "p": p_words(draw, stats.ttest_ind(*means).pvalue), "test": "t test", "adjusted": "clusters",
    }  # fmt: skip
    trial["results"].append(row)
    for result in trial["results"][:-1]:
        for key in ("p", "test", "effect"):
            del result[key]


def _crossover(drawn: Drawn, trial: Trial) -> None:
    """Each participant in both arms, with the paired t test of the differences."""
    draw, n = drawn.draw, drawn.total
    trial["design"] = {"allocation": "randomised", "structure": "crossover", "follow-up": "90 d"}
    trial["participants"] = {"enrolled": str(n)}
    trial["arms"] = {
        name: {"role": role, "n": str(n)} for name, role in zip(NAMES, ("treatment", "control"), strict=True)
    }
    trial["baseline"], trial["subsets"], trial["also"] = [], [], []
    own = [draw.gauss(50, 9) for _ in range(n)]
    values = [[value + draw.gauss(shift, 5) for value in own] for shift in (-4 * drawn.effect, 0.0)]
    difference = [a - b for a, b in zip(*values, strict=True)]
    found = stats.ttest_rel(*values)
    limits = found.confidence_interval(0.95)
    trial["results"] = [
        {
            "outcome": "stay", "at": "90 d", "arms": summaries(values, 1), "primary": "true",
            "p": p_words(draw, found.pvalue), "test": "paired t test",
            "effect": interval("MD", limits.low, fmean(difference), limits.high),
            "difference": {"n": str(n), "mean": f"{fmean(difference):.2f}", "sd": f"{stdev(difference):.2f}"},
        }
    ]  # fmt: skip


def _within(drawn: Drawn, trial: Trial) -> None:
    """What each arm shows over time, by paired t tests."""
    for name, n in zip(NAMES, drawn.sizes, strict=True):
        before = [drawn.draw.gauss(30, 6) for _ in range(n)]
        after = [0.7 * value + drawn.draw.gauss(8, 4) for value in before]
        p = p_words(drawn.draw, stats.ttest_rel(after, before).pvalue)
        row = {"outcome": "stay", "at": "90 d", "within": name, "arms": {name: summary(after, 1)}, "p": p}
        trial["results"].append(row | {"test": "paired t test"})


def _adjusted(drawn: Drawn, trial: Trial) -> None:
    """Means with the difference of an analysis of covariance, adjusted for the value at entry."""
    draw = drawn.draw
    before = [[draw.gauss(30, 6) for _ in range(n)] for n in drawn.sizes]
    after = [
        [0.7 * value - 4 * shift + draw.gauss(8, 4) for value in own]
        for own, shift in zip(before, (drawn.effect, 0.0), strict=True)
    ]
    residuals = [[y - 0.7 * x for x, y in zip(*own, strict=True)] for own in zip(before, after, strict=True)]
    found = stats.ttest_ind(*residuals)
    low, high = found.confidence_interval(0.95)
    effect = interval("MD", low, (low + high) / 2, high)
    p = {"p": p_words(draw, found.pvalue), "adjusted": "value at entry", "effect": effect}
    trial["results"].append({"outcome": "stay", "at": "90 d", "arms": summaries(after, 1), **p})


def _survival(drawn: Drawn, trial: Trial) -> None:
    """Times to death, followed for two years: hazard ratio of the log-rank test, its interval, p, and the deaths."""
    draw, sizes = drawn.draw, drawn.sizes
    scales = (24 * (1 + drawn.effect), 24)
    times = [[draw.expovariate(1 / scale) for _ in range(n)] for n, scale in zip(sizes, scales, strict=True)]
    deaths = sorted((time, arm) for arm, own in enumerate(times) for time in own if time < 24)
    observed = expected = variance = 0.0
    for at, (_, arm) in enumerate(deaths):
        before = [sum(other == side for _, other in deaths[:at]) for side in (0, 1)]
        left, right = (n - gone for n, gone in zip(sizes, before, strict=True))
        share = left / (left + right)
        observed, expected, variance = observed + (arm == 0), expected + share, variance + share * (1 - share)
    log, se = (observed - expected) / variance, 1 / math.sqrt(variance)
    p = {"p": p_words(draw, 2 * stats.norm.sf(abs(log) / se)), "test": "log-rank"}
    trial["results"].append({"outcome": "survival", "at": "24 mo", **p, "effect": of_logs("HR", log, se)})
    dead = [sum(other == side for _, other in deaths) for side in (0, 1)]
    trial["results"].append({"outcome": "death", "at": "24 mo", "arms": counts(dead, sizes)})


def _subgroups(drawn: Drawn, trial: Trial) -> None:
    """Responders by three ages that make up everyone, each with p and a ratio, and in all together."""
    draw = drawn.draw
    ages = [[draw.randrange(3) for _ in range(n)] for n in drawn.sizes]
    sizes = [[own.count(age) for own in ages] for age in range(3)]
    found = [[events(draw, 0.4, n) for n in of_age] for of_age in sizes]
    whole = [sum(of_arm) for of_arm in zip(*found, strict=True)]
    groups = [
        ("under 60", found[0], sizes[0]),
        ("60 to 75", found[1], sizes[1]),
        ("over 75", found[2], sizes[2]),
    ]
    for name, k, n in [(None, whole, list(drawn.sizes)), *groups]:
        row = {"outcome": "responder", "at": "90 d", "arms": counts(k, n)}
        defined = {} if name is None else {"definition": name}
        trial["results"].append(row | defined | counts_tested(draw, k, n))


def _three_arms(drawn: Drawn, trial: Trial) -> None:
    """A third arm, low dose, in every row; t tests against control."""
    draw, n = drawn.draw, max(drawn.sizes)
    whole = dict(zip((*NAMES, "c"), (*drawn.sizes, n), strict=True))
    roles = dict(zip(whole, ("treatment", "control", "treatment"), strict=True))
    trial["design"] = {"allocation": "randomised", "ratio": "1:1:1", "follow-up": "90 d"}
    trial["participants"] = {"enrolled": str(sum(whole.values()))}
    trial["arms"] = {
        name: {"role": roles[name], "randomised": str(n), "n": str(n)} for name, n in whole.items()
    }
    trial["subsets"], trial["also"], trial["baseline"] = [], [], []
    for at in range(6):
        value = population(draw)
        arms = {name: summary([value() for _ in range(n)], 1) for name, n in whole.items()}
        trial["baseline"].append({"variable": f"variable {at}", "arms": arms})
    values = {
        name: [draw.gauss(20 - 4 * drawn.effect * (name != "b"), 6) for _ in range(n)]
        for name, n in whole.items()
    }
    arms = {name: summary(own, 1) for name, own in values.items()}
    trial["results"] = [
        {"outcome": "stay", "at": "90 d", "arm": name, "against": "b",
         "arms": {each: arms[each] for each in (name, "b")}, **t_tested(draw, [values[name], values["b"]])}
        for name in ("a", "c")
    ]  # fmt: skip


def _sites(drawn: Drawn, trial: Trial) -> None:
    """Where the participants came from, and the same dates and sizes in the register, in months."""
    design = trial["design"]
    trial["participants"] |= {"catchment": str(drawn.total * 4000), "incidence": "20-60", "age": "18 to 90"}
    ages = [
        [float(min(90, max(18, round(drawn.draw.gauss(60, 12))))) for _ in range(n)] for n in drawn.randomised
    ]
    arms = {
        name: {**summary(own, 1), "range": f"{min(own):g}-{max(own):g}"}
        for name, own in zip(NAMES, ages, strict=True)
    }
    trial["baseline"].append({"variable": "age", "unit": "y", "arms": arms})
    trial["also"][0]["design"] = {key: design[key] for key in ("last-enrolled", "centres")} | {
        "first-enrolled": design["first-enrolled"]
    }
    design["first-enrolled"] = f"{design['first-enrolled']}-17"


#: What the results of a trial are of, beside a score with its change and halves.
KINDS: dict[str, Callable[[Drawn, Trial], None]] = {
    "change scores": _nothing,
    "small": _nothing,
    "large": _nothing,
    "medians": _medians,
    "several times": _several_times,
    "standard errors": _standard_errors,
    "counts": _counts,
    "categories": _categories,
    "harms": _harms,
    "ordinal": _ordinal,
    "percentages": _percentages,
    "rates": _rates,
    "cluster": _cluster,
    "crossover": _crossover,
    "within arms": _within,
    "adjusted": _adjusted,
    "survival": _survival,
    "subgroups": _subgroups,
    "three arms": _three_arms,
    "sites": _sites,
}
