"""The studies of pools for machines: each one's effect and weight, and why others are not in the pool."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msc_evidence.analysis.pool.pool import Pool, Study
from msc_evidence.tables.pool.derived import derived_words
from msc_evidence.tables.pool.screen import ANALYSED, PS_KEYS, RATIO_KEYS, natural
from msc_evidence.tables.table import Column, Table, Value
from msc_evidence.tables.words import finite

#: An effect with its limits on the scale of the analysis, and what people read of it.
_EFFECT = ("estimate", "ci_lb", "ci_ub")
_READ = (*RATIO_KEYS[: len(_EFFECT)], *PS_KEYS[: len(_EFFECT)])
COLUMNS = (
    Column("set", "Set"),
    Column("study", "Study"),
    Column("measure", "Measure"),
    Column("basis", "From"),
    *(Column(key, key, "number") for key in ("level", *_EFFECT, "vi", *_READ, "weight")),
    Column("derived", "Derived, not reported"),
    Column("left_out", "Why it is not in the pool"),
)


def studies_table(
    pools: Iterable[tuple[str, Pool, Sequence[str]]], left_out: Sequence[tuple[str, str]] = ()
) -> Table:
    """One row per pool and study; those without a place in any pool, with the reason, at the end.

    Each pool comes with its name and, as far as it is known, where each study's numbers come from; weights are
    percentages.
    """
    rows: list[dict[str, Value]] = []
    for name, pool, bases in pools:
        pairs = zip(pool.studies, bases or [""] * len(pool.studies), strict=True)
        rows += [_study_row(name, pool, study, basis) for study, basis in pairs]
        rows += _left_out_rows(name, pool.settings.measure, pool.lacking)
    measure = str(rows[0]["measure"]) if rows else ""
    return Table("studies", COLUMNS, (*rows, *_left_out_rows("", measure, left_out)))


def _study_row(name: str, pool: Pool, study: Study, basis: str) -> dict[str, Value]:
    low, high = pool.limits(study)
    row: dict[str, Value] = {
        "set": name or None,
        "study": study.label,
        "measure": pool.settings.measure,
        "basis": basis or None,
        "level": 100 * pool.settings.level,
        **dict.fromkeys(ANALYSED),
        "estimate": finite(study.yi),
        "ci_lb": finite(low),
        "ci_ub": finite(high),
        "vi": finite(study.vi),
        "weight": finite(study.weight),
        "derived": derived_words([(study.label, study.derived)]),
    }
    return row | natural(row, pool.settings)


def _left_out_rows(
    name: str, measure: str, left_out: Sequence[tuple[str, str]]
) -> Iterator[dict[str, Value]]:
    for study, reason in left_out:
        yield {"set": name or None, "study": study, "measure": measure, "left_out": reason}
