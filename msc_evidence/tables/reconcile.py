"""Two extractions side by side: how far they agree, every difference with both places, what is still to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from msc_evidence.analysis.comparison.agreement import ItemAgreement, Totals, item_agreements, totals
from msc_evidence.analysis.comparison.differences import Comparison, Difference
from msc_evidence.analysis.comparison.pools import PooledNumbers, PoolKey
from msc_evidence.analysis.comparison.values import OMISSIONS
from msc_evidence.registry.problems import counted
from msc_evidence.registry.rewrite import plain_scalar
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Table, Value
from msc_evidence.tables.words import fixed

COLUMNS = (
    Column("class", "Class"),
    Column("conflict", "Conflict"),
    Column("trial", "Trial"),
    Column("section", "Section"),
    Column("place_a", "Place in A"),
    Column("a", "A"),
    Column("b", "B"),
    Column("place_b", "Place in B"),
    Column("where_a", "Line in A"),
    Column("where_b", "Line in B"),
    Column("printed", "The source's figures have"),
    Column("hint", "What may explain it"),
)
SHOWN = (
    Column("place", "Where"),
    Column("a", "A"),
    Column("where_a", "in A"),
    Column("b", "B"),
    Column("where_b", "in B"),
    Column("note", "Note"),
)
_BLIND = tuple(column for column in SHOWN if column.key not in ("a", "b"))
_OMITTED = (
    Column("place", "Where"),
    Column("side", "Only in"),
    Column("value", "Value"),
    Column("where", "Line"),
)
AGREEMENT = (
    Column("section", "Section", grouped=True),
    Column("item", "Item"),
    Column("kind", "Kind"),
    Column("pairs", "In both", "number"),
    Column("same", "Same", "number"),
    Column("percent", "Agreement, %", "number"),
    Column("kappa", "Kappa", "number"),
    Column("kappa_ci_lb", "Kappa, lower", "number"),
    Column("kappa_ci_ub", "Kappa, upper", "number"),
    Column("kappa_linear", "Kappa, linear weights", "number"),
    Column("kappa_quadratic", "Kappa, quadratic weights", "number"),
    Column("ac1", "AC1", "number"),
    Column("bias", "Mean difference", "number"),
    Column("limit_lb", "Lower limit of agreement", "number"),
    Column("limit_ub", "Upper limit of agreement", "number"),
    Column("icc", "ICC(A,1)", "number"),
    Column("icc_ci_lb", "ICC, lower", "number"),
    Column("icc_ci_ub", "ICC, upper", "number"),
    Column("because", "Why no statistic"),
)
_SHOWN_AGREEMENT = (
    Column("item", "Item"),
    Column("same", "Same"),
    Column("statistic", "Statistic (95% CI)"),
)
_PRINTED = {
    "a": "the source's figures have A's",
    "b": "the source's figures have B's",
    "both": "the source's figures have both",
    "neither": "the source's figures have neither",
}


def blinded(differences: Iterable[Difference]) -> list[Difference]:
    """The differences without what either has, for a second look at the source."""
    return [replace(each, a=None, b=None, hint="", printed="") for each in differences]


def difference_table(comparison: Comparison, *, blind: bool) -> Table:
    """Every difference, conflicts first; without any value where `blind`."""
    ordered = sorted(comparison.differences, key=lambda each: not each.conflict)
    ordered = blinded(ordered) if blind else ordered
    return Table("differences", COLUMNS, tuple(_difference_row(each) for each in ordered))


def _difference_row(each: Difference) -> Mapping[str, Value]:
    return {
        "class": each.cls,
        "conflict": each.conflict,
        "trial": each.trial or None,
        "section": each.section,
        "place_a": each.place_a,
        "a": each.a,
        "b": each.b,
        "place_b": each.place_b,
        "where_a": each.where_a or None,
        "where_b": each.where_b or None,
        "printed": each.printed or None,
        "hint": each.hint or None,
    }


def agreement_table(comparison: Comparison) -> Table:
    """The agreement on each item: kappa for what is coded, ICC and limits for numbers of one scale."""
    rows = tuple(_agreement_row(each) for each in item_agreements(comparison))
    return Table("agreement", AGREEMENT, rows)


def _agreement_row(each: ItemAgreement) -> Mapping[str, Value]:
    row: dict[str, Value] = {
        "section": each.section,
        "item": each.item,
        "kind": each.kind,
        "pairs": each.pairs,
        "same": each.same,
        "percent": 100 * each.same / each.pairs,
        "ac1": each.ac1,
        "because": each.because or None,
    }
    if each.kappa:
        low, high = each.kappa.interval
        row |= {"kappa": each.kappa.kappa, "kappa_ci_lb": low, "kappa_ci_ub": high}
    if each.weighted:
        row |= {"kappa_linear": each.weighted[0].kappa, "kappa_quadratic": each.weighted[1].kappa}
    if each.numbers:
        low, high = each.numbers.limits
        row |= {"bias": each.numbers.bias, "limit_lb": low, "limit_ub": high, "icc": each.numbers.absolute}
        if each.numbers.absolute_interval:
            row["icc_ci_lb"], row["icc_ci_ub"] = each.numbers.absolute_interval
    return row


def reconcile_screen(
    comparison: Comparison,
    names: tuple[str, str],
    pools: Sequence[str],
    open_conflicts: Sequence[Difference],
    *,
    blind: bool,
) -> Screen:
    """What two reviewers look at: counts, agreement, conflicts, what one lacks, and the rest.

    Where `blind`, only where the two differ, without what either has.
    """
    differences = blinded(comparison.differences) if blind else comparison.differences
    counts = totals(comparison)
    renamed = sum(a != b for a, b in comparison.pairs.items())
    head = f"A {names[0]} and B {names[1]} · {counted(len(comparison.pairs), 'trial')} in both"
    blocks: list[Block] = [
        Line(head + (f", {renamed} under another id" if renamed else "")),
        *(Line(line) for line in _count_lines(counts)),
    ]
    blocks += [] if blind else _agreement_blocks(comparison)
    shown = blinded(open_conflicts) if blind else open_conflicts
    blocks += _conflict_blocks(shown, len(comparison.conflicts), _BLIND if blind else SHOWN)
    if pools:
        blocks += [Heading("Pooled results that differ"), *map(Line, pools)]
    omitted = [each for each in differences if each.cls in OMISSIONS]
    if omitted:
        rows = tuple(_omitted_row(each) for each in omitted)
        columns = tuple(each for each in _OMITTED if not blind or each.key != "value")
        blocks += [Heading("Only one of them has"), Table("omissions", columns, rows)]
    rest = [each for each in differences if not each.conflict and each.cls not in OMISSIONS]
    if rest:
        rows = tuple(_shown_row(each, each.cls) for each in rest)
        table = Table("others", _BLIND if blind else SHOWN, rows)
        blocks += [Heading("No conflict, to be seen"), table]
    return Screen(tuple(blocks))


def _count_lines(counts: Totals) -> Iterable[str]:
    share = f"; {_percent(counts.numbers_same, counts.numbers)} of those, " if counts.numbers else ""
    of_all = f"{_percent(counts.numbers_same, counts.of_either)} of all that either has" if share else ""
    yield (
        f"numbers  {counts.numbers_a} in A, {counts.numbers_b} in B, {counts.numbers} in both:"
        f" {counts.numbers_same} the same{share}{of_all}"
    )
    if counts.coded:
        same = _percent(counts.coded_same, counts.coded)
        yield f"coded    {counts.coded} in both: {counts.coded_same} the same ({same})"


def _percent(part: int, whole: int) -> str:
    return f"{fixed(100 * part / whole, 1)}%" if whole else "none"


def _agreement_blocks(comparison: Comparison) -> list[Block]:
    items = item_agreements(comparison)
    told = [each for each in items if each.kappa or each.numbers or each.same < each.pairs]
    if not told:
        return []
    rows = tuple(
        {"item": each.item, "same": f"{each.same} of {each.pairs}", "statistic": _statistic_words(each)}
        for each in told
    )
    same = len(items) - len(told)
    more = (
        (f"{counted(same, 'further item')} the same in all trials, too few for a statistic",) if same else ()
    )
    return [Heading("Agreement by item"), Table("agreement", _SHOWN_AGREEMENT, rows, notes=more)]


def _statistic_words(each: ItemAgreement) -> str:
    if each.kappa:
        low, high = each.kappa.interval
        return f"kappa {fixed(each.kappa.kappa, 2)} ({fixed(low, 2)} to {fixed(high, 2)})"
    if each.numbers:
        low, high = each.numbers.limits
        bias = f"mean difference {fixed(each.numbers.bias, 2)}, limits {fixed(low, 2)} to {fixed(high, 2)}"
        icc = each.numbers.absolute
        return bias + (f"; ICC {fixed(icc, 3)}" if icc is not None else "")
    return each.because


def _conflict_blocks(conflicts: Sequence[Difference], total: int, columns: tuple[Column, ...]) -> list[Block]:
    if not total:
        return [Line("No conflicts.")]
    decided = f", {total - len(conflicts)} decided" if total > len(conflicts) else ""
    heading = Heading(f"{counted(len(conflicts), 'conflict')} to decide{decided}")
    if not conflicts:
        return [heading]
    return [heading, Table("conflicts", columns, tuple(_shown_row(each) for each in conflicts))]


def _shown_row(each: Difference, cls: str = "") -> Mapping[str, Value]:
    notes = (cls, each.hint, _PRINTED.get(each.printed, ""))
    return {
        "place": each.place.removeprefix("trials/"),
        "a": each.a,
        "where_a": each.where_a or None,
        "b": each.b,
        "where_b": each.where_b or None,
        "note": "; ".join(filter(None, notes)) or None,
    }


def _omitted_row(each: Difference) -> Mapping[str, Value]:
    only_a = each.cls == "only a"
    return {
        "place": each.place.removeprefix("trials/"),
        "side": "A" if only_a else "B",
        "value": each.a if only_a else each.b,
        "where": each.where_a if only_a else each.where_b,
    }


def pool_lines(
    first: Mapping[PoolKey, PooledNumbers],
    second: Mapping[PoolKey, PooledNumbers],
    outcomes: Mapping[str, str],
) -> list[str]:
    """The pooled results that differ between two registries, those that cross the null first."""
    moved = [
        (key, first[key], second[key]) for key in first if key in second and first[key].differs(second[key])
    ]
    ordered = sorted(moved, key=lambda each: each[1].crosses == each[2].crosses)
    return [
        f"{'‼ ' if a.crosses != b.crosses else ''}{key.words(outcomes[key.outcome])}:"
        f" {pool_words(a)} with A, {pool_words(b)} with B"
        for key, a, b in ordered
    ]


def pool_words(pool: PooledNumbers) -> str:
    """`RR 1.35 (0.95 to 1.90), 3 trials`."""
    numbers = f"{fixed(pool.estimate, 2)} ({fixed(pool.low, 2)} to {fixed(pool.high, 2)})"
    return f"{pool.measure} {numbers}, {counted(pool.k, 'trial')}"


def open_decisions(conflicts: Iterable[Difference]) -> str:
    """A file of decisions to fill in, an entry for each conflict."""
    lines = [
        "# One entry per conflict: take a, b, or neither (then `value:`); say because, by and date.",
        "decisions:",
    ]
    for each in conflicts:
        lines.append(f"  # A {each.where_a}, B {each.where_b}")
        lines.append(f"  - place: {plain_scalar(each.place)}")
        lines += [
            f"    {side}: {plain_scalar(value)}" for side, value in (("a", each.a), ("b", each.b)) if value
        ]
        lines.append("    take: unresolved")
    return "\n".join(lines) + ("\n" if len(lines) > 2 else " []\n")
