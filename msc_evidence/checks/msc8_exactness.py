"""MSC811: every p of a table exactly what its rounded means and SDs give."""

from __future__ import annotations

import math
from collections.abc import Iterator

from msc_evidence.analysis.recompute.tests_named import methods_named, names_t_test
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.checks.groups import exact_number
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.values import Values
from msc_evidence.statistics.trust.exactness import PrintedArm, exact_share, student_p

#: So many p-values at least, and a chance below this that all come out.
LEAST, RARE = 5, 0.001


@check("MSC811", "note", fields=("p", "test", "mean", "sd"))
def all_p_exact(subject: Subject) -> Iterator[Hit]:
    """every p exactly that of the rounded means and SDs.

    Of each p of Student's t test with both arms' mean, SD and n: whether the printed numbers give the very
    digits printed, and how often real data do, which are rounded after the test: the share of all unrounded
    inputs whose p prints so. Said where five or more p-values all do and the product of their shares is
    below 0.001.
    It matters because p-values were then computed from the summaries, not from data.
    Example: five of five p-values to four decimals.
    It cannot see authors who used a calculator of summaries on real data.
    Source: INSPECT-SR 4.9.

    Flagged:
        arms: {msc: {role: treatment, n: 50}, control: {role: control, n: 48}}
        results:
          - outcome: infarct
            at: 1 mo
            test: t test
            p: 0.0094
            arms: {msc: {mean: 10.3, sd: 3.12}, control: {mean: 8.71, sd: 2.80}}
          - outcome: infarct
            at: 2 mo
            test: t test
            p: 0.0191
            arms: {msc: {mean: 11.42, sd: 3.01}, control: {mean: 10.05, sd: 2.66}}
          - outcome: infarct
            at: 3 mo
            test: t test
            p: 0.0182
            arms: {msc: {mean: 14.07, sd: 4.12}, control: {mean: 12.11, sd: 3.95}}
          - outcome: infarct
            at: 4 mo
            test: t test
            p: 0.0389
            arms: {msc: {mean: 55.10, sd: 9.20}, control: {mean: 58.90, sd: 8.75}}
          - outcome: infarct
            at: 5 mo
            test: t test
            p: 0.0532
            arms: {msc: {mean: 7.31, sd: 1.88}, control: {mean: 6.62, sd: 1.59}}
    Silent:
        arms: {msc: {role: treatment, n: 50}, control: {role: control, n: 48}}
        results:
          - outcome: infarct
            at: 1 mo
            test: t test
            p: 0.0094
            arms: {msc: {mean: 10.3, sd: 3.12}, control: {mean: 8.71, sd: 2.80}}
    """
    shares: list[float] = []
    first: AnalysedResult | None = None
    for result in (*subject.baseline, *subject.results):
        arms = _printed_arms(result)
        p = exact_number(result.result.p)
        if arms is None or p is None or p.decimals < 2:
            continue
        if abs(student_p(*arms) - float(p)) > 0.5 * 10.0**-p.decimals * (1 + 1e-9):
            return
        first = first or result
        shares.append(exact_share(*arms, p.decimals))
    product = math.prod(shares)
    if first is not None and len(shares) >= LEAST and product < RARE:
        message = (
            f"{len(shares)} of {len(shares)} p-values are exactly Student's p of the rounded means and SDs;"
            f" of data rounded after the test all would be with probability {product:.2g}"
        )
        yield Hit((first.place, first.index, "p"), message, f"{len(shares)} exact", f"p = {product:.2g}")


def _printed_arms(result: AnalysedResult) -> tuple[PrintedArm, PrintedArm] | None:
    """Both arms' numbers, where the p is one of Student's test of them."""
    named, contrast = result.result.test, result.contrast
    if contrast is None or contrast.sizes is None or result.result.altered or result.result.sides == "one":
        return None
    if not names_t_test(named) or "Student" not in methods_named(named):
        return None
    values = result.result.arms or {}
    pair = [
        (values.get(arm), n) for arm, n in zip((contrast.arm, contrast.against), contrast.sizes, strict=True)
    ]
    arms = [_printed_arm(value, n) for value, n in pair if value is not None]
    if len(arms) != 2 or arms[0] is None or arms[1] is None:
        return None
    return arms[0], arms[1]


def _printed_arm(values: Values, n: int) -> PrintedArm | None:
    mean, sd = exact_number(values.mean), exact_number(values.sd)
    if mean is None or sd is None or n < 2 or float(sd) <= 0:
        return None
    return PrintedArm(float(mean), float(sd), n, 10.0**-mean.decimals, 10.0**-sd.decimals)
