"""The contours of albatross plots, held to the effect and the interval that they stand for."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from msc_evidence.statistics.pooling.combining import balanced_size, contour_p, contour_size

EFFECTS = st.floats(0.05, 2.0)
SIZES = st.floats(4.0, 5000.0)


@pytest.mark.parametrize("effect", [0.2, 0.5, 0.8, -0.5])
@pytest.mark.parametrize("p", [0.5, 0.05, 0.001])
def test_the_contour_is_where_the_difference_over_its_standard_error_has_that_p(effect, p):
    size = contour_size(effect, p)
    standard_error = 2 / math.sqrt(size)
    assert 2 * norm.sf(abs(effect) / standard_error) == pytest.approx(p, rel=1e-9)


def test_cohens_medium_effect_takes_62_participants_at_five_per_cent():
    # (2 * 1.959964 / 0.5)^2, the z test's boundary
    assert contour_size(0.5, 0.05) == pytest.approx(61.4633, abs=5e-5)


@given(EFFECTS, SIZES)
def test_size_and_p_are_inverse(effect, size):
    p = contour_p(effect, size)
    if p > 1e-200:  # below, a p-value has lost the digits
        assert contour_size(effect, p) == pytest.approx(size, rel=1e-6)
    assert contour_p(-effect, size) == p


@given(st.integers(1, 500), st.integers(1, 500))
def test_a_balanced_size_has_the_same_variance_of_a_difference(n1, n2):
    assert 4 / balanced_size(n1, n2) == pytest.approx(1 / n1 + 1 / n2, rel=1e-12)


@pytest.mark.parametrize(("n1", "n2"), [(0, 5), (5, 0)])
def test_an_empty_arm_has_no_size(n1, n2):
    with pytest.raises(ValueError, match="not both occupied"):
        balanced_size(n1, n2)


def test_no_effect_has_no_contour():
    with pytest.raises(ValueError, match="effect of 0"):
        contour_size(0.0, 0.05)
