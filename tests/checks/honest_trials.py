"""Records of honest trials: what is printed is what was drawn, and claimed is what the primary outcome shows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.checks.honest_kinds import KINDS, OUTCOMES, Drawn
from tests.checks.honest_numbers import NAMES, counts, events, population, summaries, t_tested

__all__ = ["KINDS", "OUTCOMES", "honest_trial"]
_FEW, _SOME, _MANY = (20, 36), (40, 200), (600, 1800)


def honest_trial(draw: random.Random, number: int, kind: str) -> dict[str, Any]:
    """The record of one trial, whose results are also of this kind."""
    drawn = _enrolled(draw, kind)
    decimals = draw.choice([1, 2])
    score, *results = _results(drawn, decimals)
    trial: dict[str, Any] = {
        **_conduct(drawn, number),
        "participants": {
            "planned": str(round(drawn.total * draw.choice([1.0, 1.0, 1.04, 1.2]))),
            "enrolled": str(drawn.total),
            "expected-loss": draw.choice(["0.05", "0.10", "0.15"]),
        },
        "arms": {
            name: {"role": role, "randomised": str(n), "n": str(left), "lost": str(n - left)}
            for name, role, n, left in zip(
                NAMES, ("treatment", "control"), drawn.randomised, drawn.sizes, strict=True
            )
        },
        "baseline": [*(_entry(drawn, at) for at in range(draw.randint(5, 12))), score],
        "results": results,
        "subsets": [
            {"name": name, "arms": {arm: values["n"] for arm, values in result["arms"].items()}}
            for name, result in zip(("men", "women"), results[2:], strict=True)
        ],
        "sources": {"paper": {"kind": "full text"}, "register": {"kind": "trial registration"}},
    }
    trial["also"] = [{"source": "register", "participants": {"planned": trial["participants"]["planned"]}}]
    KINDS[kind](drawn, trial)
    _leave_sizes_out(draw, trial)
    trial["claims"] = list(_claims(trial))
    return trial


def _enrolled(draw: random.Random, kind: str) -> Drawn:
    """Participants in permuted blocks, a list for each centre, some lost before the end."""
    total = draw.randint(*{"small": _FEW, "large": _MANY}.get(kind, _SOME))
    centres = 1 if kind == "small" else draw.choice([1, 1, 2, 5])
    block = draw.choice([4, 6, 8])
    at_centres = [total // centres + (at < total % centres) for at in range(centres)]
    places = [place for own in at_centres for place in _allocated(draw, own, block)]
    randomised = [places.count(0), places.count(1)]
    sizes = [n - min(max(0, n - 6), events(draw, 0.06, n)) for n in randomised]
    return Drawn(draw, randomised, sizes, centres, block, draw.choice([0.0, 0.0, 0.3, 0.7]))


def _allocated(draw: random.Random, total: int, block: int) -> list[int]:
    return [place for _ in range(total) for place in draw.sample([0, 1] * (block // 2), block)][:total]


def _conduct(drawn: Drawn, number: int) -> dict[str, Any]:
    """Where, when and with whose approval the trial was made."""
    draw, start = drawn.draw, drawn.draw.randint(2006, 2018)
    last, month = start + draw.randint(1, 3), draw.randint(1, 9)
    return {
        "citation": {
            "authors": [f"Author{number} A"],
            "year": str(last + 4),
            "submitted": f"{last + 3}-{draw.randint(1, 12):02}",
        },
        "registration": [f"NCT{draw.randint(10**7, 10**8 - 1)}"],
        "design": {
            "allocation": "randomised", "ratio": "1:1", "block": str(drawn.block), "lists": str(drawn.centres),
            "centres": str(drawn.centres), "follow-up": "24 mo", "registered": f"{start}-{month:02}-10",
            "first-enrolled": f"{start}-{month + draw.randint(0, 3):02}", "last-enrolled": f"{last}-11",
            "visits": str(draw.randint(2, 8)),
        },
        "funding": "a national research council",
        "ethics": {"committee": "a hospital's board", "number": f"{start}/{number}", "date": f"{start - 1}-11"},
        "notices": {"searched": "2026-01-10", "in": ["Crossmark"]},
    }  # fmt: skip


def _entry(drawn: Drawn, at: int) -> dict[str, Any]:
    """A characteristic of all who were randomised: a count, or a mean of one of several populations."""
    draw, sizes = drawn.draw, drawn.randomised
    share, value, decimals = draw.uniform(0.1, 0.9), population(draw), draw.choice([0, 1, 1, 2])
    arms = (
        counts([events(draw, share, n) for n in sizes], sizes)
        if draw.random() < 0.4
        else summaries([[value() for _ in range(n)] for n in sizes], decimals)
    )
    return {"variable": f"variable {at}", "arms": arms}


def _results(drawn: Drawn, decimals: int) -> Iterator[dict[str, Any]]:
    """An outcome, its change since entry with the row of it, and both of its halves; with p of a t test."""
    draw, sizes = drawn.draw, drawn.sizes
    before = [[draw.gauss(50, 10) for _ in range(n)] for n in sizes]
    shifts = (-8 * drawn.effect, 0.0)
    after = [
        [value * 0.6 + shift + draw.gauss(20, 8) for value in values]
        for values, shift in zip(before, shifts, strict=True)
    ]
    change = [[b - a for a, b in zip(*pair, strict=True)] for pair in zip(before, after, strict=True)]
    cut = [draw.randint(2, n - 2) for n in sizes]
    halves = {
        "men": [values[:at] for values, at in zip(after, cut, strict=True)],
        "women": [values[at:] for values, at in zip(after, cut, strict=True)],
    }
    score = {"outcome": "score", "at": "90 d"}
    yield {"variable": "score", "arms": summaries(before, decimals)}
    yield {**score, "primary": "true", "arms": summaries(after, decimals), **t_tested(draw, after)}
    yield {**score, "change": "true", "arms": summaries(change, decimals), **t_tested(draw, change)}
    for name, half in halves.items():
        yield {**score, "definition": name, "arms": summaries(half, decimals), **t_tested(draw, half)}


def _leave_sizes_out(draw: random.Random, trial: dict[str, Any]) -> None:
    """Half of the rows leave n to the table's head: all who were randomised at entry, those measured in results."""
    for rows, key in ((trial["baseline"], "randomised"), (trial["results"], "n")):
        for row in rows:
            arms = row.get("arms", {})
            if draw.random() < 0.5 and all(
                values.get("n") == trial["arms"][arm].get(key) for arm, values in arms.items()
            ):
                for values in arms.values():
                    values.pop("n", None)


def _claims(trial: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What the primary outcome shows: a benefit where its p is below 0.05 and its mean, pain or deficit, is lower."""
    primary = next((each for each in trial["results"] if each.get("primary") and "p" in each), None)
    if primary is None:
        return
    significant = primary["p"].startswith("<") or float(primary["p"]) < 0.05
    lower = float(primary["arms"]["a"]["mean"]) <= float(primary["arms"]["b"]["mean"])
    says = ("benefit" if lower else "harm") if significant else "no benefit"
    yield {"outcome": primary["outcome"], "says": says}
