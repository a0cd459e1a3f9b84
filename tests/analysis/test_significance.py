"""Which side of α a result is on, as far as rounding decides it."""

from __future__ import annotations

import pytest

from msc_evidence.analysis.significance import significant
from msc_evidence.registry.model import Result


@pytest.mark.parametrize(
    ("reported", "answer"),
    [
        ({"p": "0.049"}, True),
        ({"p": "<0.05"}, True),
        ({"p": "0.05"}, None),
        ({"p": ".051"}, False),
        ({"p": "NS"}, False),
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
    assert significant(result) is answer
