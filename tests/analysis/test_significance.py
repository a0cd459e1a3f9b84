"""Which side of α a result is on, as far as rounding decides it."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.significance import adjusted_p_values, is_significant
from msc_evidence.registry.model import Result
from msc_evidence.registry.reported import Reported
from msc_evidence.statistics.multiplicity import holm
from msc_evidence.tables.words import adjusted_p


@pytest.mark.parametrize(
    ("reported", "answer"),
    [
        ({"p": "0.049"}, True),
        ({"p": "<0.05"}, True),
        ({"p": "0.05"}, None),
        ({"p": ".051"}, False),
        ({"p": "NS"}, False),
        ({"p": ">=0.01"}, None),
        ({"p": ">=0.05"}, False),
        ({"p": "<=0.05"}, None),
        ({"p": "<=0.049"}, True),
        ({"p": "0.050"}, None),
        ({"p": "0.000"}, True),
        ({"p": "0.2", "wording": "significant"}, False),
        ({"wording": "significant"}, True),
        ({"wording": "not significant"}, False),
        ({"effect": {"measure": "OR", "estimate": "2", "ci": "1.2-3.1"}}, True),
        ({"effect": {"measure": "OR", "estimate": "2", "ci": "0.9-3.1"}}, False),
        ({"effect": {"measure": "OR", "estimate": "2", "ci": "1.0-3.1"}}, None),
        ({"effect": {"measure": "MD", "estimate": "2", "ci": "0.9-3.1"}}, True),
        ({"effect": {"measure": "PS", "estimate": "0.6", "ci": "0.55-0.7"}}, True),
        ({"effect": {"measure": "OR", "estimate": "2", "ci": "1.2-3.1", "level": "90"}}, None),
        ({"arms": {"msc": {"mean": "1"}}}, None),
    ],
)
def test_significance_where_rounding_decides_it(reported: dict[str, object], answer: bool | None) -> None:
    result = Result.model_validate({"outcome": "mrs", "at": "3 mo", **reported})
    assert is_significant(result) is answer


# Holm 1979 by hand: m·p of the smallest, then running maxima; what a bound stands for decides the comparator.
@pytest.mark.parametrize(
    ("family", "shown", "survives"),
    [
        (["<0.05"], ["<0.050"], [True]),
        (["<=0.05"], ["≤0.050"], [None]),
        (["0.05"], ["0.050"], [None]),
        (["<0.0001", "0.2"], ["<0.001", "0.200"], [True, False]),
        (["0.000", "0.2"], ["<0.001", "0.200"], [True, False]),
        (["<0.0126"] * 4, ["<0.051"] * 4, [None] * 4),
        (["<0.025", "<0.025"], ["<0.050", "<0.050"], [True, True]),
        (["<0.05", "0.03"], ["≤0.060", "≤0.060"], [None, None]),
        (["0.0124"] * 4, ["0.0496"] * 4, [True] * 4),
        (["0.025", "0.3"], ["0.050", "0.300"], [None, False]),
        (["0.03", "NS"], ["0.060", None], [False, False]),
        ([">=0.01"], [None], [None]),
    ],
)
def test_what_is_left_of_a_family(
    family: list[str], shown: list[str | None], survives: list[bool | None]
) -> None:
    found = adjusted_p_values([Reported.read(p) for p in family], holm)
    assert [adjusted_p(p) for p in found] == shown
    assert [p.below_alpha for p in found] == survives
