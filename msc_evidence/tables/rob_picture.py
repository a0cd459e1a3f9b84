"""Risk of bias as a traffic light: one row per result judged, one sign per domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msc_evidence.analysis.pool.pool import Refused
from msc_evidence.registry.judgements import DOMAINS as WORDS
from msc_evidence.tables.registry_picture import Scope
from msc_evidence.tables.review import Chosen, named
from msc_evidence.tables.table import Table

#: RoB 2's domains by their numbers.
DOMAINS: Mapping[str, str] = {f"D{at}": words for at, words in enumerate(WORDS.values(), 1)}
COLUMNS = (*DOMAINS, "Overall")
#: A judgement's sign, as robvis draws it.
SIGNS: Mapping[str, str] = {"Low": "+", "Some concerns": "-", "High": "x", "No information": "?"}
MEANT: Mapping[str, str] = {sign: judgement for judgement, sign in SIGNS.items()}


@dataclass(frozen=True, slots=True)
class Lights:
    """One result and its sign in each of COLUMNS."""

    label: str
    signs: tuple[str, ...]

    @property
    def alternative(self) -> str:
        """The row in words."""
        judged = [
            f"{column} {MEANT[sign].casefold()}" for column, sign in zip(COLUMNS, self.signs, strict=True)
        ]
        return f"{self.label}: {', '.join(judged)}."


@dataclass(frozen=True, slots=True)
class TrafficLight:
    """The results that were judged, and those that were not."""

    rows: tuple[Lights, ...]
    not_judged: tuple[str, ...]


def traffic_light(scope: Scope) -> TrafficLight:
    """The judgements of a registry; raises Refused where it holds none."""
    chosen = Chosen(scope.registry, tuple(scope.trials), tuple(scope.chosen()), at=scope.at)
    return lights(named("rob").table(chosen))


def lights(table: Table) -> TrafficLight:
    """The rows of the table `rob`; raises Refused where nothing is judged."""
    judged = [row for row in table.rows if row.get("Overall")]
    if not judged:
        raise Refused(
            "no risk of bias is judged; `msc-evidence table rob` says how a trial's `risk-of-bias` records one"
        )
    return TrafficLight(
        tuple(Lights(str(row["Study"]), tuple(SIGNS[str(row[key])] for key in COLUMNS)) for row in judged),
        tuple(str(row["Study"]) for row in table.rows if not row.get("Overall")),
    )
