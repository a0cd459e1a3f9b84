"""Trials whose numbers differ from those of the trial they are made of, so that nothing kept by value serves twice."""

from __future__ import annotations

import random
import re

import yaml

from msc_evidence.registry.rewrite import figures_seal

#: A decimal number of a record or of a list of figures; a DOI goes on with a stroke.
_DECIMAL = re.compile(r"(?<![\w./])\d+\.\d+(?![\w./])")
#: Numbers that others of the record give: percentages follow from counts, p-values from both arms.
_DERIVED = re.compile(r"(?:percent|p): *<?(\d*\.\d+)")
_COUNTED = re.compile(r"\{events: (\d+), n: (\d+), percent: (\d+\.\d)\}")
_DISTRIBUTION = re.compile(r"(?<=distribution: \[)[\d, ]+")
_EVENTS = re.compile(r"(?<=events: )\d+")
_WHOLE = re.compile(r"(?<![\w.-])\d+(?![\w.])")
_FIGURES = re.compile(r"(figures: (\[[^\]]*\])\n +figures-sha256: )\w+")
_CITED = re.compile(r"(?m)^ +(?:citation|doi|url|sha256|title|pages|version)\b.*$")


def varied(trial: str, seed: int) -> str:
    """The text of a trial with other decimals and counts, alike wherever it says them, and its lists sealed anew."""
    source = random.Random(seed)
    text = _with_other_distributions(_with_other_counts(_with_other_decimals(trial, source), source), source)
    return _FIGURES.sub(lambda found: f"{found[1]}{figures_seal(_entries(found[2]))}", text)


def _with_other_decimals(trial: str, source: random.Random) -> str:
    """The last digit of each mean, SD and estimate drawn again, the same one wherever the trial prints the number."""
    kept = {number.lstrip("0") for number in _DERIVED.findall(trial)}
    kept |= {number for cited in _CITED.findall(trial) for number in _DECIMAL.findall(cited)}
    drawn: dict[str, str] = {}

    def other(found: re.Match[str]) -> str:
        number = found[0]
        if number.lstrip("0") in kept or not float(number[:-1]):
            return number
        return drawn.setdefault(number, f"{number[:-1]}{source.randrange(10)}")

    return _DECIMAL.sub(other, trial)


def _with_other_counts(trial: str, source: random.Random) -> str:
    """Events moved by a few, with their percentage where one stands beside them, unless a list has that too."""

    def counted(found: re.Match[str]) -> str:
        size, percent = int(found[2]), found[3]
        if f"{percent}%" in trial:
            return found[0]
        events = _near(int(found[1]), source, most=size)
        return f"{{events: {events}, n: {size}, percent: {100 * events / size:.1f}}}"

    text = _COUNTED.sub(counted, trial)
    alone = {number for number in _EVENTS.findall(text) if _is_only_events(number, text)}
    drawn = {number: str(_near(int(number), source, most=int(number) + 3)) for number in sorted(alone)}
    return _WHOLE.sub(lambda found: drawn.get(found[0], found[0]), text)


def _with_other_distributions(trial: str, source: random.Random) -> str:
    """Some participants of each distribution moved to the next category."""

    def moved(found: re.Match[str]) -> str:
        counts = [int(count) for count in found[0].split(",")]
        for at in range(len(counts) - 1):
            several = min(counts[at], source.randrange(3))
            counts[at], counts[at + 1] = counts[at] - several, counts[at + 1] + several
        return ", ".join(map(str, counts))

    return _DISTRIBUTION.sub(moved, trial)


def _near(events: int, source: random.Random, *, most: int) -> int:
    """A count within a quarter of another, and within three."""
    reach = min(3, events // 4)
    return min(events + source.randint(-reach, reach), most)


def _is_only_events(number: str, trial: str) -> bool:
    """Whether a trial says a number of events alone, in its record and in its lists, and of no percentage."""
    record = re.sub(r"(?s)figures: \[.*?\]", "", trial)
    uses = [found for found in _WHOLE.finditer(record) if found[0] == number]
    beside = re.compile(rf"events: {number}\b(?!, (?:n: \d+, )?percent)")
    return len(uses) == len(beside.findall(record))


def _entries(listed: str) -> list[str]:
    """The figures of a list in YAML, as they are written."""
    return [entry.value for entry in yaml.compose(listed, Loader=yaml.CSafeLoader).value]
