"""Tests over categories without order, against R and the 2×2 table."""

from __future__ import annotations

import pytest

from msc_evidence.statistics.two_arms import categories, counts


def test_published_p() -> None:
    """Agresti 2007, p. 39 (R's help page of chisq.test): X² = 30.07 on 2 degrees of freedom."""
    assert categories.pearson([762, 327, 468], [484, 239, 477]) == pytest.approx(2.954e-07, rel=2e-4)


@pytest.mark.parametrize(
    ("ours", "two_by_two"),
    [(categories.pearson, counts.pearson), (categories.likelihood_ratio, counts.likelihood_ratio)],
)
def test_two_categories_are_a_two_by_two_table(ours, two_by_two) -> None:
    expected = two_by_two(12, 30, 21, 31)
    assert ours([12, 18], [21, 10]) == pytest.approx(expected)
    assert ours([12, 0, 18], [21, 0, 10]) == pytest.approx(expected)  # nobody is in the second of three


@pytest.mark.parametrize("method", categories.METHODS.values())
def test_one_category_or_an_empty_group_is_no_evidence(method) -> None:
    assert method([12, 0], [21, 0]) == 1.0
    assert method([0, 0], [21, 3]) == 1.0
    with pytest.raises(ValueError, match="zip"):
        method([1, 2], [1, 2, 3])
