"""Which arm a value is of, and the counts or percentages of two arms that one clause sets side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.reading.arm_words import arms_named, own_words
from msc_evidence.reading.draft_arms import DraftArm
from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures.numerals import as_digits, last_digit
from msc_evidence.reading.groups.shapes import COUNT, FIGURE, PERCENT, P, Skeleton

_GAP = rf"[^{FIGURE}.;]"
_VALUE = (
    rf"(?:(?P<x{{0}}>{COUNT})(?:(?: ?/ ?| (?:out )?of (?:the )?)(?P<n{{0}}>{COUNT}))?(?: [a-z]+){{{{0,2}}}}?"
    rf"(?: ?[(\[] ?(?P<percent{{0}}>{PERCENT}) ?[)\]])?"
    rf"|(?P<share{{0}}>{PERCENT})(?! ?CI)(?: ?[(\[] ?(?P<y{{0}}>{COUNT})(?: ?/ ?| of )(?P<m{{0}}>{COUNT}) ?[)\]])?)"
)
_AGAINST = r"(?:vs?\.?|versus|compared (?:with|to)|against|and|than|as opposed to|while|whereas|but)"
#: "65% in the cell group and 38% in the placebo group (P = .01)".
_PAIR = re.compile(
    rf"{_VALUE.format(1)}(?P<first>{_GAP}{{0,70}}?)[ ,)\]]{_AGAINST}(?P<second>{_GAP}{{0,60}}?)[ (\[]"
    rf"{_VALUE.format(2)}(?P<after>{_GAP}{{0,70}})(?P<p>{P})?"
)
_REACH = 140


@dataclass(frozen=True, slots=True)
class ArmValue:
    """What one arm has: a count, its denominator, a percentage, as far as the text prints them."""

    arm: str
    x: Figure | None
    n: Figure | None
    percent: Figure | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures, in no order."""
        return tuple(figure for figure in (self.x, self.n, self.percent) if figure is not None)


@dataclass(frozen=True, slots=True)
class ArmPair:
    """The values of two arms, and the p-value behind them."""

    first: ArmValue
    second: ArmValue
    p: Figure | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order."""
        found = [*self.first.figures, *self.second.figures, *([self.p] if self.p else [])]
        return tuple(sorted(found, key=lambda figure: figure.start))


def two_arms(before: str, first: str, second: str, own: Mapping[str, set[str]]) -> tuple[str, str] | None:
    """The arms of two values by the words before, between and after them; None where these leave a doubt."""
    said, between, after = (arms_named(text, own) for text in (before, first, second))
    if len(between) == 1 and len(after) == 1 and between != after:
        return between[0], after[0]
    if len(said) == 1 and len(between) == 1 and not after and said != between:
        return said[0], between[0]
    if len(own) == 2 and len(said) == 2 and not between and not after:
        return said[0], said[1]
    return None


def arm_pairs(folded: Skeleton, arms: Mapping[str, DraftArm], taken: set[int]) -> Iterator[ArmPair]:
    """The counts and percentages of two arms that no group has and whose arms and arithmetic leave no doubt."""
    own = own_words({name: arm.label for name, arm in arms.items()})
    if len(arms) < 2 or not all(own.values()):
        return
    for match in _PAIR.finditer(folded.text):
        before = re.split(r"[.;] ", folded.text[max(0, match.start() - _REACH) : match.start()])[-1]
        names = two_arms(before, f"{match['first']} {match['second']}", match["after"], own)
        if names is None:
            continue
        first, second = (_value(folded, match, at, name) for at, name in zip("12", names, strict=True))
        pair = ArmPair(first, second, folded.figure(match.start("p")) if match["p"] else None)
        free = not {figure.start for figure in pair.figures} & taken
        if (
            free
            and _alike(first, second)
            and all(_possible(each, arms[each.arm]) for each in (first, second))
        ):
            yield pair


def _value(folded: Skeleton, match: re.Match[str], at: str, name: str) -> ArmValue:
    def figure(*keys: str) -> Figure | None:
        return next((folded.figure(match.start(key + at)) for key in keys if match[key + at]), None)

    return ArmValue(name, figure("x", "y"), figure("n", "m"), figure("percent", "share"))


def _alike(first: ArmValue, second: ArmValue) -> bool:
    """Whether both are printed in the same way and as shares: a bare number may count anything."""
    shapes: Sequence[tuple[bool, ...]] = [
        (value.x is not None, value.n is not None, value.percent is not None) for value in (first, second)
    ]
    return shapes[0] == shapes[1] and (shapes[0][1] or shapes[0][2])


def _possible(value: ArmValue, arm: DraftArm) -> bool:
    """Whether count, denominator and percentage go together, the denominator that of the arm where none is printed."""
    n = _whole(value.n.text if value.n else arm.size)
    x = _whole(value.x.text) if value.x else None
    if value.percent is None:
        return n is not None and x is not None and x <= n
    printed = value.percent.text.rstrip("%")
    if not re.fullmatch(r"\d+(?:\.\d+)?", printed) or float(printed) > 100:
        return False
    if n is None or n == 0:
        return x is None
    unit = last_digit(printed)
    nearest = round(n * float(printed) / 100) if x is None else x
    # Some cut a share off instead of rounding it; where no count is printed that would let any share pass.
    return nearest <= n and abs(100 * nearest / n - float(printed)) <= (unit if x is not None else unit / 2)


def _whole(text: str | None) -> int | None:
    digits = as_digits(text or "")
    return int(digits) if digits.isdigit() else None
