"""Records of honest trials: what is printed is what was drawn, rounded as papers round."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from statistics import NormalDist, quantiles
from typing import Any

from msc_evidence.statistics.distributions import p_from_t, p_from_z
from msc_evidence.statistics.two_arms.counts import pearson
from msc_evidence.statistics.two_arms.means import student

NAMES = ("a", "b")
OUTCOMES = {
    "score": {"name": "score", "type": "continuous"},
    "pain": {"name": "pain", "type": "ordinal", "range": ["0", "100"], "step": "1", "better": "lower"},
    "stay": {"name": "hospital stay", "type": "continuous", "better": "lower"},
    "responder": {"name": "responder", "type": "binary", "better": "higher"},
    "death": {"name": "death", "type": "binary", "better": "lower"},
    "survival": {"name": "survival", "type": "time-to-event", "better": "higher"},
}


def _population(draw: random.Random) -> Callable[[], float]:
    """Normal, in whole numbers, skewed, or scores of a short scale."""
    centre, spread = draw.choice([(60, 12), (7, 1.4), (130, 20), (26, 4)])
    return draw.choice(
        [
            lambda: draw.gauss(centre, spread),
            lambda: float(round(draw.gauss(centre, spread))),
            lambda: math.exp(draw.gauss(2, 0.8)),
            lambda: float(min(6, max(0, round(draw.gauss(3, 1.5))))),
        ]
    )


def _summary(values: list[float], decimals: int) -> dict[str, str]:
    mean = math.fsum(values) / len(values)
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    return {"n": str(len(values)), "mean": f"{mean:.{decimals}f}", "sd": f"{sd:.{decimals}f}"}


def _moments(values: list[float]) -> tuple[float, float, int]:
    exact = _summary(values, 12)
    return float(exact["mean"]), float(exact["sd"]), len(values)


def _entry(draw: random.Random, sizes: list[int], at: int) -> dict[str, Any]:
    share, population, decimals = draw.uniform(0.1, 0.9), _population(draw), draw.choice([0, 1, 1, 2])
    if draw.random() < 0.4:
        arms: dict[str, Any] = {
            name: {"n": str(n), "events": str(sum(draw.random() < share for _ in range(n)))}
            for name, n in zip(NAMES, sizes, strict=True)
        }
    else:
        arms = {
            name: _summary([population() for _ in range(n)], decimals)
            for name, n in zip(NAMES, sizes, strict=True)
        }
    return {"variable": f"variable {at}", "arms": arms}


def _allocated(draw: random.Random, total: int, block: int) -> list[int]:
    places = [place for _ in range(total) for place in draw.sample([0, 1] * (block // 2), block)][:total]
    return [places.count(0), places.count(1)]


def _results(draw: random.Random, sizes: list[int], decimals: int) -> Iterator[dict[str, Any]]:
    """An outcome, its change since entry with the row of it, and both of its halves; with p of a t test."""
    before = [[draw.gauss(50, 10) for _ in range(n)] for n in sizes]
    after = [[value * 0.6 + draw.gauss(20, 8) for value in values] for values in before]
    change = [[b - a for a, b in zip(*pair, strict=True)] for pair in zip(before, after, strict=True)]
    cut = [draw.randint(5, n - 5) for n in sizes]
    halves = {
        "men": [values[:at] for values, at in zip(after, cut, strict=True)],
        "women": [values[at:] for values, at in zip(after, cut, strict=True)],
    }
    yield {"variable": "score", "arms": _arms(before, decimals)}
    yield {"outcome": "score", "at": "90 d", "arms": _arms(after, decimals), **_tested(draw, after)}
    yield {
        "outcome": "score",
        "at": "90 d",
        "change": "true",
        "arms": _arms(change, decimals),
        **_tested(draw, change),
    }
    for name, half in halves.items():
        yield {
            "outcome": "score",
            "at": "90 d",
            "definition": name,
            "arms": _arms(half, decimals),
            **_tested(draw, half),
        }


def _arms(values: list[list[float]], decimals: int) -> dict[str, Any]:
    return {name: _summary(own, decimals) for name, own in zip(NAMES, values, strict=True)}


def _tested(draw: random.Random, values: list[list[float]]) -> dict[str, Any]:
    p = student(*_moments(values[0]), *_moments(values[1])).p
    difference = f"{_moments(values[0])[0] - _moments(values[1])[0]:.2f}"
    return {
        "p": f"{p:.{draw.choice([2, 3, 4])}f}", "test": "t test",
        "effect": {"measure": "MD", "estimate": difference},
    }  # fmt: skip


def honest_trial(draw: random.Random, number: int, kind: str) -> dict[str, Any]:
    """The record of one trial, whose results are also of this kind."""
    block, decimals = draw.choice([4, 6, 8]), draw.choice([1, 2])
    randomised = _allocated(draw, draw.randint(40, 200), block)
    lost = [sum(draw.random() < 0.08 for _ in range(n)) for n in randomised]
    sizes = [n - gone for n, gone in zip(randomised, lost, strict=True)]
    score, *results = _results(draw, sizes, decimals)
    year = draw.randint(2006, 2020)
    trial: dict[str, Any] = {
        "citation": {"authors": [f"Author{number} A"], "year": str(year + 4), "submitted": f"{year + 3}-05"},
        "registration": "not reported",
        "design": {
            "allocation": "randomised", "ratio": "1:1", "block": str(block), "lists": "1", "follow-up": "90 d",
            "registered": f"{year}-01-10", "first-enrolled": f"{year}-02", "last-enrolled": f"{year + 2}-03",
        },
        "participants": {"planned": str(sum(randomised)), "enrolled": str(sum(randomised)), "expected-loss": "0.08"},
        "arms": {
            name: {"role": role, "randomised": str(n), "n": str(left), "lost": str(gone)}
            for name, role, n, left, gone in zip(NAMES, ("treatment", "control"), randomised, sizes, lost, strict=True)
        },
        "baseline": [*(_entry(draw, randomised, at) for at in range(draw.randint(5, 12))), score],
        "results": results,
        "subsets": [
            {"name": name, "arms": {arm: values["n"] for arm, values in result["arms"].items()}}
            for name, result in zip(("men", "women"), results[2:], strict=True)
        ],
        "notices": {"searched": "2026-01-10", "in": ["Crossmark"]},
        "sources": {"paper": {"kind": "full text"}},
    }  # fmt: skip
    _KINDS[kind](draw, trial, sizes)
    return trial


def _changes(draw: random.Random, trial: dict[str, Any], sizes: list[int]) -> None:
    """Nothing beside the score, its change and its halves, which every trial has."""


def _medians(draw: random.Random, trial: dict[str, Any], sizes: list[int]) -> None:
    """Days in hospital, whole and skewed, with quartiles, range, and the p of a rank-sum test."""
    days = [[max(1, round(draw.lognormvariate(2.2, 0.7))) for _ in range(n)] for n in sizes]
    arms = {name: _quartiles(own, draw) for name, own in zip(NAMES, days, strict=True)}
    row = {
        "outcome": "stay",
        "at": "90 d",
        "arms": arms,
        "p": f"{_rank_sum_p(*days):.3f}",
        "test": "Mann-Whitney U test",
    }
    trial["results"].append(row)
    ages = [[round(draw.gauss(64, 11)) for _ in range(n)] for n in sizes]
    trial["baseline"].append(
        {
            "variable": "age",
            "unit": "y",
            "arms": {name: _quartiles(own, draw) for name, own in zip(NAMES, ages, strict=True)},
        }
    )


def _quartiles(values: list[int], draw: random.Random) -> dict[str, str]:
    low, middle, high = quantiles(values, method="inclusive")
    decimals = draw.choice([1, 1, 2])
    row = {
        "n": str(len(values)),
        "median": f"{middle:.{decimals}f}",
        "iqr": f"{low:.{decimals}f}-{high:.{decimals}f}",
    }
    return {**row, "range": f"{min(values)}-{max(values)}"} if draw.random() < 0.5 else row


def _rank_sum_p(first: list[int], second: list[int]) -> float:
    wins = sum((a > b) - (a < b) for a in first for b in second)
    n1, n2, total = len(first), len(second), len(first) + len(second)
    ties = [(first + second).count(value) for value in {*first, *second}]
    spread = n1 * n2 * (total**3 - sum(t**3 for t in ties)) / (3 * total * (total - 1))
    return p_from_z(wins / math.sqrt(spread))


def _several_times(draw: random.Random, trial: dict[str, Any], sizes: list[int]) -> None:
    """Pain in whole points at entry and three times later, with losses on the way."""
    level = [[draw.gauss(60, 15) for _ in range(n)] for n in sizes]
    for at in ("0 d", "30 d", "60 d", "90 d"):
        level = [
            [0.8 * value + draw.gauss(8, 7) for value in values if draw.random() < 0.97] for values in level
        ]
        points = [[float(min(100, max(0, round(value)))) for value in values] for values in level]
        if at == "0 d":
            trial["baseline"].append({"variable": "pain", "arms": _arms(points, 1)})
        else:
            tested = _tested(draw, points)
            trial["results"].append({"outcome": "pain", "at": at, "arms": _arms(points, 1), **tested})


def _cluster(draw: random.Random, trial: dict[str, Any], sizes: list[int]) -> None:
    """Whole wards allocated; p from the means of the clusters, and said to be so."""
    trial["design"] |= {"structure": "cluster", "clusters": "16"}
    for key in ("block", "lists"):
        del trial["design"][key]
    values, means = [], []
    for n in sizes:
        wards = [draw.gauss(0, 3) for _ in range(8)]
        people = [(ward % 8, 40 + wards[ward % 8] + draw.gauss(0, 9)) for ward in range(n)]
        values.append([value for _, value in people])
        means.append(
            [
                math.fsum(v for w, v in people if w == ward) / sum(w == ward for w, _ in people)
                for ward in range(8)
            ]
        )
    p = student(*_moments(means[0]), *_moments(means[1])).p
    row = {
        "outcome": "stay",
        "at": "90 d",
        "arms": _arms(values, 1),
        "p": f"{p:.3f}",
        "test": "t test",
        "adjusted": "clusters",
    }
    trial["results"].append(row)
    for result in trial["results"][:-1]:
        for key in ("p", "test", "effect"):
            del result[key]


def _crossover(draw: random.Random, trial: dict[str, Any], sizes: list[int]) -> None:
    """Each participant in both arms, with the paired t test of the differences."""
    n = sum(sizes)
    trial["design"] = {"allocation": "randomised", "structure": "crossover", "follow-up": "90 d"}
    trial["participants"] = {"enrolled": str(n)}
    trial["arms"] = {
        name: {"role": role, "n": str(n)} for name, role in zip(NAMES, ("treatment", "control"), strict=True)
    }
    trial["baseline"], trial["subsets"] = [], []
    own = [draw.gauss(50, 9) for _ in range(n)]
    values = [[value + draw.gauss(effect, 5) for value in own] for effect in (1.0, 0.0)]
    difference = [a - b for a, b in zip(*values, strict=True)]
    mean, sd, _ = _moments(difference)
    p = p_from_t(mean / (sd / math.sqrt(n)), n - 1)
    trial["results"] = [
        {
            "outcome": "stay", "at": "90 d", "arms": _arms(values, 1), "p": f"{p:.3f}", "test": "paired t test",
            "difference": {"n": str(n), "mean": f"{mean:.2f}", "sd": f"{sd:.2f}"},
        }
    ]  # fmt: skip


def _survival(draw: random.Random, trial: dict[str, Any], sizes: list[int]) -> None:
    """Times to death, followed for two years: hazard ratio of the log-rank test, its interval, p, and the deaths."""
    times = [
        [draw.expovariate(1 / scale) for _ in range(n)] for n, scale in zip(sizes, (30, 24), strict=True)
    ]
    events = sorted((time, arm) for arm, own in enumerate(times) for time in own if time < 24)
    observed = expected = variance = 0.0
    for at, (_, arm) in enumerate(events):
        before = [sum(other == side for _, other in events[:at]) for side in (0, 1)]
        left, right = (n - gone for n, gone in zip(sizes, before, strict=True))
        share = left / (left + right)
        observed, expected, variance = observed + (arm == 0), expected + share, variance + share * (1 - share)
    log, se = (observed - expected) / variance, 1 / math.sqrt(variance)
    half = NormalDist().inv_cdf(0.975) * se
    low, middle, high = (f"{math.exp(value):.2f}" for value in (log - half, log, log + half))
    trial["results"].append(
        {
            "outcome": "survival", "at": "24 mo", "p": f"{p_from_z(log / se):.3f}", "test": "log-rank",
            "effect": {"measure": "HR", "estimate": middle, "ci": f"{low} to {high}", "level": "95"},
        }
    )  # fmt: skip
    dead = [sum(other == side for _, other in events) for side in (0, 1)]
    trial["results"].append({"outcome": "death", "at": "24 mo", "arms": _counts(dead, sizes)})


def _counts(events: list[int], sizes: list[int]) -> dict[str, Any]:
    return {name: {"n": str(n), "events": str(k)} for name, k, n in zip(NAMES, events, sizes, strict=True)}


def _percentages(draw: random.Random, trial: dict[str, Any], sizes: list[int]) -> None:
    """Responders in per cent without their number, with χ², the risk ratio and its interval; and rows at entry."""
    events = [
        max(1, sum(draw.random() < share for _ in range(n)))
        for n, share in zip(sizes, (0.5, 0.4), strict=True)
    ]
    decimals = draw.choice([0, 1, 1, 2])
    shares = {
        name: {"n": str(n), "percent": f"{100 * k / n:.{decimals}f}"}
        for name, k, n in zip(NAMES, events, sizes, strict=True)
    }
    log = math.log(events[0] / sizes[0] / (events[1] / sizes[1]))
    half = NormalDist().inv_cdf(0.975) * math.sqrt(
        sum(1 / k - 1 / n for k, n in zip(events, sizes, strict=True))
    )
    low, middle, high = (f"{math.exp(value):.2f}" for value in (log - half, log, log + half))
    p = pearson(events[0], sizes[0], events[1], sizes[1])
    trial["results"].append(
        {
            "outcome": "responder", "at": "90 d", "arms": shares, "p": f"{p:.3f}", "test": "chi-square",
            "effect": {"measure": "RR", "estimate": middle, "ci": f"{low} to {high}", "level": "95"},
        }
    )  # fmt: skip
    for variable in ("smokers", "diabetes", "hypertension"):
        share = draw.uniform(0.1, 0.8)
        arms = {
            name: {"percent": f"{100 * sum(draw.random() < share for _ in range(n)) / n:.{decimals}f}"}
            for name, n in zip(NAMES, (int(trial["arms"][name]["randomised"]) for name in NAMES), strict=True)
        }
        trial["baseline"].append({"variable": variable, "arms": arms})


def _three_arms(draw: random.Random, trial: dict[str, Any], sizes: list[int]) -> None:
    """A third arm, low dose, in every row; t tests against control."""
    n = max(sizes)
    trial["design"] = {"allocation": "randomised", "ratio": "1:1:1", "follow-up": "90 d"}
    whole = {name: str(size) for name, size in zip((*NAMES, "c"), (*sizes, n), strict=True)}
    trial["participants"] = {"enrolled": str(sum(map(int, whole.values())))}
    roles = dict(zip(whole, ("treatment", "control", "treatment"), strict=True))
    trial["arms"] = {
        name: {"role": roles[name], "randomised": size, "n": size} for name, size in whole.items()
    }
    trial["subsets"] = []
    trial["baseline"] = [
        {
            "variable": f"variable {at}",
            "arms": {
                name: _summary([population() for _ in range(int(size))], 1) for name, size in whole.items()
            },
        }
        for at, population in enumerate(_population(draw) for _ in range(6))
    ]
    values = {name: [draw.gauss(20, 6) for _ in range(int(size))] for name, size in whole.items()}
    arms = {name: _summary(own, 1) for name, own in values.items()}
    trial["results"] = [
        {"outcome": "stay", "at": "90 d", "arm": name, "against": "b",
         "arms": {each: arms[each] for each in (name, "b")}, **_tested(draw, [values[name], values["b"]])}
        for name in ("a", "c")
    ]  # fmt: skip


#: What the results of a trial are of, beside a score with its change and halves.
_KINDS: dict[str, Callable[[random.Random, dict[str, Any], list[int]], None]] = {
    "change scores": _changes,
    "medians": _medians,
    "several times": _several_times,
    "cluster": _cluster,
    "crossover": _crossover,
    "survival": _survival,
    "percentages": _percentages,
    "three arms": _three_arms,
}
KINDS = tuple(_KINDS)
