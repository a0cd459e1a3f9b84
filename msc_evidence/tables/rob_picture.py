"""Risk of bias as a traffic light: one row per result judged, one sign per domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msc_evidence.analysis.pooled import Refused
from msc_evidence.tables.table import Table

DOMAINS: Mapping[str, str] = {
    "D1": "randomisation process",
    "D2": "deviations from intended interventions",
    "D3": "missing outcome data",
    "D4": "measurement of the outcome",
    "D5": "selection of the reported result",
}
COLUMNS = (*DOMAINS, "Overall")
#: A judgement's sign and words; robvis draws the same signs.
SIGNS: Mapping[str, str] = {"+": "low risk", "-": "some concerns", "x": "high risk", "?": "no information"}
_MEANT: Mapping[str, str] = {
    **{words: sign for sign, words in SIGNS.items()},
    **{sign: sign for sign in SIGNS},
    "low": "+",
    "some": "-",
    "unclear": "?",
    "high": "x",
    "!": "-",
    "−": "-",
    "×": "x",
}


@dataclass(frozen=True, slots=True)
class Lights:
    """One study or result, and its sign in each of COLUMNS; None where nobody judged."""

    label: str
    signs: tuple[str | None, ...]

    @property
    def alternative(self) -> str:
        """The row in words."""
        judged = [
            f"{column} {SIGNS[sign] if sign else 'not judged'}"
            for column, sign in zip(COLUMNS, self.signs, strict=True)
        ]
        return f"{self.label}: {', '.join(judged)}."


def lights(table: Table) -> tuple[Lights, ...]:
    """The rows of a table with the columns Study, D1 to D5 and Overall; raises Refused where nothing is judged."""
    keys = {column.title.casefold(): column.key for column in table.columns}
    keys |= {column.key.casefold(): column.key for column in table.columns}
    found = []
    for row in table.rows:
        cells = [row.get(keys.get(name.casefold(), name)) for name in COLUMNS]
        signs = tuple(None if cell is None else sign_of(str(cell)) for cell in cells)
        if any(signs):
            found.append(Lights(str(row[keys["study"]]), signs))
    if not found:
        raise Refused("nothing to draw: the registry holds no judgement of risk of bias")
    return tuple(found)


def sign_of(judgement: str) -> str | None:
    """The sign of a judgement, in words or as one; None for what is none.

    >>> sign_of("Low risk"), sign_of("Some concerns"), sign_of("x"), sign_of("–")
    ('+', '-', 'x', None)
    """
    return _MEANT.get(judgement.strip().casefold())
