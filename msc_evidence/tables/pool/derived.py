"""What a pool uses that no study reported: each derived mean and SD with its basis, its method and a warning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msc_evidence.analysis.pool.pool import StudySet
from msc_evidence.registry.problems import listed
from msc_evidence.statistics.pooling.arm_summaries import Derived
from msc_evidence.statistics.pooling.measures import usable
from msc_evidence.tables.table import Column, Table
from msc_evidence.tables.words import significant_digits

COLUMNS = (
    Column("study", "Study", grouped=True),
    Column("arm", "Arm", whole=True),
    Column("mean", "Mean", whole=True),
    Column("sd", "SD", whole=True),
    Column("basis", "Derived from"),
    Column("method", "Method"),
    Column("warning", "Warning"),
)

Labelled = tuple[str, tuple[Derived, ...]]


def of_studies(studies: StudySet, rows: Iterable[int] | None = None) -> list[Labelled]:
    """The studies of a set, or those in these rows, that have an effect because something was derived for them."""
    if not studies.derived:
        return []
    there = usable(studies.yi, studies.vi)
    chosen = range(len(studies.labels)) if rows is None else rows
    return [(studies.labels[at], studies.derived[at]) for at in chosen if there[at] and studies.derived[at]]


def basis_words(derived: Sequence[Derived]) -> str:
    """Where the numbers of one study come from, for the column beside its effect."""
    arms: dict[str, list[str]] = {}
    for number in derived:
        arms.setdefault(number.basis, []).append(str(number.arm))
    words = [f"{'arm' if len(of) == 1 else 'arms'} {listed(of)}: {basis}" for basis, of in arms.items()]
    return "; ".join(words) or "as reported"


def derived_words(labelled: Iterable[Labelled]) -> str | None:
    """Every derived number in one cell: `A: sd1i 5.09 from 95% CI (t, …)`; None where all is as reported."""
    return (
        "; ".join(
            f"{label}: {_derived_number_words(derived)}" for label, several in labelled for derived in several
        )
        or None
    )


def _derived_number_words(derived: Derived) -> str:
    values = " and ".join(f"{name} {value:.12g}" for name, value in derived.values)
    warning = f", {derived.warning}" if derived.warning else ""
    return f"{values} from {derived.basis} ({derived.method}){warning}"


def derived_table(labelled: Sequence[Labelled]) -> Table:
    """One row per study and arm, for people."""
    rows = [
        {
            "study": label,
            "arm": str(derived.arm),
            **{
                "mean" if name.startswith("m") else "sd": significant_digits(value)
                for name, value in derived.values
            },
            "basis": derived.basis,
            "method": derived.method,
            "warning": derived.warning or None,
        }
        for label, several in labelled
        for derived in several
    ]
    warned = any(row["warning"] for row in rows)
    columns = COLUMNS if warned else tuple(column for column in COLUMNS if column.key != "warning")
    return Table("derived", columns, tuple(rows), "Means and SDs that no study reported")


def remarks(labelled: Sequence[Labelled]) -> tuple[str, ...]:
    """What standard error says of them: whose numbers are derived, and whose data look skewed."""
    skewed = [
        label for label, several in labelled if any(derived_number.warning for derived_number in several)
    ]
    sentences = (
        [f"means or SDs of {listed([label for label, _ in labelled])} are derived, not reported"]
        if labelled
        else []
    )
    if skewed:
        misled = f"the data of {listed(skewed)} are skewed: means and SDs from their medians mislead"
        sentences.append(f"{misled}; --medians mcgrath fits skewed distributions")
    return tuple(sentences)
