"""MSC851 and MSC852: tests of a whole baseline table, on request alone; neither alarm nor silence answers anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msc_evidence.checks.groups import count_of
from msc_evidence.checks.randomised_pair import exact_pair, pooled_sd, printed_step
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.problems import counted
from msc_evidence.statistics.trust.baseline import combined_rows, multiple_share, rounded_row_p
from msc_evidence.statistics.trust.coincidences import at_least

#: Beside every result of these tests.
CAUTION = (
    "INSPECT-SR advises those who are no experts of such tests against their routine use: correlated rows, skewed"
    " data and rounding raise false alarms"
)
RARE = 0.001
#: Fewer cells or rows than these say nothing.
LEAST_CELLS, LEAST_ROWS = 10, 5
MULTIPLES = (2, 5, 10)


@check("MSC851", "warning", needs="trust-tests", fields=("baseline",))
def terminal_digits(subject: Subject) -> Iterator[Hit]:
    """counts at entry that are too often even, or multiples of 5 or 10.

    For every count, the exact probability that a binomial count with the pooled share is a multiple; the
    tail of their number as if counts were independent, times three for the three multiples; from ten counts
    on, at 0.001. Only with `check --trust-tests`.
    It matters because made-up numbers come round.
    Example: 14 of 20 counts of 60 that are multiples of 5.
    It cannot see that counts of one table depend on each other; INSPECT-SR advises against routine use.
    Source: Mosimann 1995, Science 268:1005; INSPECT-SR 4.3.
    """
    cells = _cells(subject)
    if len(cells) < LEAST_CELLS:
        return
    for multiple in MULTIPLES:
        chances = [multiple_share(n, share, multiple) for _, n, share in cells]
        seen = sum(event % multiple == 0 for event, _, _ in cells)
        p = min(1.0, len(MULTIPLES) * at_least(chances, seen))
        if p <= RARE:
            message = (
                f"{seen} of {len(cells)} counts are multiples of {multiple}, {sum(chances):.1f} expected"
            )
            yield Hit(
                ("baseline",), f"{message}: p = {p:.2g}. {CAUTION}", f"{seen} of {len(cells)}", f"p = {p:.2g}"
            )
            return


def _cells(subject: Subject) -> list[tuple[int, int, float]]:
    """The counts at entry, each with the participants of its arm and the share of both arms together."""
    cells = []
    for row in subject.rows_of_pair:
        events = [count_of(value.events) for value in row.values]
        share = sum(event or 0 for event in events) / sum(row.sizes)
        if None not in events and 0 < share < 1:
            cells += [(event or 0, n, share) for event, n in zip(events, row.sizes, strict=True)]
    return cells


@check("MSC852", "warning", needs="trust-tests", fields=("baseline",))
def baseline_dispersion(subject: Subject) -> Iterator[Hit]:
    """arms too alike, or too different, at entry.

    For every mean at entry the mid-p of the printed difference of k steps h, P(k) = [H((k + 1)h) − 2H(kh) +
    H((k − 1)h)]/h with H(x) = σφ(x/σ) + xΦ(x/σ): exact for rounded means, whose usual p piles up at 1.
    Combined by Stouffer's z over five rows or more, both tails, at 0.001 doubled. Only with `check
    --trust-tests`.
    It matters because invented baselines balance too well.
    Example: ten rows that differ by nothing.
    It cannot see that rows are correlated: of honest tables of ten with correlation 0.6 between rows one in
    twenty is flagged. INSPECT-SR advises against routine use.
    Source: Carlisle 2017, Anaesthesia 72:944; Barnett 2023, F1000Research 11:783; INSPECT-SR 4.3.
    """
    p_values = list(_row_p_values(subject))
    if len(p_values) < LEAST_ROWS:
        return
    found = combined_rows(p_values)
    p = min(1.0, 2 * min(found.too_alike, found.too_different))
    if p <= RARE:
        way = "alike" if found.z > 0 else "different"
        message = (
            f"the arms are too {way} over {len(p_values)} rows: z = {found.z:.2f}, p = {p:.2g}. {CAUTION}"
        )
        yield Hit(("baseline",), message, f"z = {found.z:.2f}", f"p = {p:.2g}")


def _row_p_values(subject: Subject) -> Iterator[float]:
    """The mid-p of each mean at entry that both arms print."""
    for row in subject.rows_of_pair:
        means, sd = exact_pair(*(value.mean for value in row.values)), pooled_sd(row)
        if means is not None and sd:
            step = printed_step(*means)
            sigma = sd * (1 / row.sizes[0] + 1 / row.sizes[1]) ** 0.5
            yield rounded_row_p(round(abs(float(means[0]) - float(means[1])) / step), sigma, step)


def tried_words(subjects: Collection[Subject]) -> str:
    """In how many trials the tests on request had enough to look at, and how they are to be taken."""
    digits = sum(len(_cells(subject)) >= LEAST_CELLS for subject in subjects)
    dispersion = sum(len(list(_row_p_values(subject))) >= LEAST_ROWS for subject in subjects)
    return (
        f"MSC851 looked at {digits} of {counted(len(subjects), 'trial')} ({LEAST_CELLS} counts at entry or more),"
        f" MSC852 at {dispersion} ({LEAST_ROWS} means or more); {CAUTION}; neither alarm nor silence answers anything"
    )
