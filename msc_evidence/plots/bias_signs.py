"""Risk of bias as signs: a light for each domain, as letters in a terminal and coloured on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msc_evidence.plots import paper as ink
from msc_evidence.registry.problems import listed
from msc_evidence.registry.risk_of_bias import Instrument, JudgedBias

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FILLS = {"+": ink.GREEN, "-": ink.YELLOW, "x": ink.VERMILLION, "!": ink.PURPLE, "?": ink.SKY}
#: Diameter of a light in points, alone and beside a picture, there with so many millimetres between two.
LIGHT, SMALL_LIGHT, LIGHT_CELL = 12.0, 8.5, 4.0
#: Stands for a domain that was not judged, and heads the overall judgement.
NO_SIGN, OVERALL_HEAD = " ", "O"


@dataclass(frozen=True, slots=True)
class BiasSigns:
    """What was judged of one result by an instrument: a sign for each domain, then the overall one."""

    tool: Instrument
    signs: tuple[str, ...]

    @classmethod
    def of(cls, bias: JudgedBias) -> BiasSigns:
        """The signs of a judgement."""
        signs = bias.instrument.signs
        return cls(bias.instrument, tuple(signs[each.risk] if each else "" for each in bias.judged))

    @property
    def words(self) -> str:
        """`RoB 2: D1 low, …, overall high`."""
        risks = {sign: risk for risk, sign in self.tool.signs.items()}
        pairs = zip((*self.tool.codes, "overall"), self.signs, strict=True)
        return f"{self.tool.name}: {', '.join(f'{code} {risks[sign]}' for code, sign in pairs if sign)}"


@dataclass(frozen=True, slots=True)
class BiasColumns:
    """The columns beside studies: as many domains as the longest instrument has, or only the overall judgement."""

    rows: tuple[BiasSigns | None, ...]
    labels: tuple[str, ...]
    whole: bool = True

    @property
    def domains(self) -> int:
        """How many domains are shown."""
        longest = max((len(row.tool.domains) for row in self.rows if row), default=0)
        return longest if self.whole else 0

    @property
    def heads(self) -> tuple[str, ...]:
        """`1`, `2`, …, `O`; nothing where nothing is judged."""
        if not any(self.rows):
            return ()
        return (*(str(at) for at in range(1, self.domains + 1)), OVERALL_HEAD)

    def signs(self, row: BiasSigns | None) -> tuple[str, ...]:
        """The sign of one study under each head."""
        if row is None:
            return ("",) * len(self.heads)
        *domains, overall = row.signs
        shown = domains[: self.domains]
        return (*shown, *[""] * (self.domains - len(shown)), overall)

    def letters(self, signs: Sequence[str]) -> str:
        """`+-+++ -`: the signs as a terminal shows them, the overall one apart."""
        if not self.heads:
            return ""
        *domains, overall = (sign or NO_SIGN for sign in signs)
        return "".join([*domains, *([" "] if domains else []), overall])

    @property
    def legend(self) -> list[str]:
        """Which instrument judged whom, and what its domains and signs are."""
        return list(self._legends())

    def _legends(self) -> Iterable[str]:
        tools = list(dict.fromkeys(row.tool for row in self.rows if row))
        for tool in tools:
            judged = [
                label for row, label in zip(self.rows, self.labels, strict=True) if row and row.tool is tool
            ]
            whose = f" ({listed(judged)})" if len(tools) > 1 else ""
            signs = ", ".join(f"{sign} {risk}" for risk, sign in tool.signs.items())
            domains = "; ".join(f"{at} {words}" for at, words in enumerate(tool.domains.values(), 1))
            shown = f"{domains}; {OVERALL_HEAD} overall" if self.domains else f"{OVERALL_HEAD} overall"
            yield f"Risk of bias by {tool.name}{whose}: {shown}. {signs}."
        unjudged = [label for row, label in zip(self.rows, self.labels, strict=True) if row is None]
        if tools and unjudged:
            yield f"Risk of bias not judged: {listed(unjudged)}."


def draw_lights(
    page: ink.Paper,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    place: tuple[float, float, float],
    name: str,
) -> None:
    """Lights in rows of one height beside a picture; `place` is where they begin, from left and top, and how high."""
    left, top, height = place

    def draw(axes: Axes) -> None:
        axes.set_xlim(0, len(heads))
        axes.set_ylim(len(rows), 0)
        ink.hide_frame(axes)
        axes.set_xticks([])
        for row, signs in enumerate(rows):
            for at, sign in enumerate(signs):
                if sign:
                    draw_light(axes, at + 0.5, row + 0.5, sign, f"{name}-{row + 1}-{heads[at]}", SMALL_LIGHT)

    page.axes(left, top, LIGHT_CELL * len(heads), height, draw)


def draw_light(axes: Axes, x: float, y: float, sign: str, name: str, size: float = LIGHT) -> None:
    """A judgement as a coloured light with its sign in it."""
    (light,) = axes.plot(
        [x], [y], "o", markersize=size, markerfacecolor=FILLS[sign], markeredgecolor=ink.BLACK,
        markeredgewidth=0.5, clip_on=False,
    )  # fmt: skip
    light.set_gid(name)
    letters = ink.SIZE + 1 if size >= LIGHT else ink.SMALL
    axes.text(x, y, sign, ha="center", va="center_baseline", fontsize=letters, weight="bold")
