"""Tests of participants who are their own controls, against published numbers and R 4.2.2's t.test and binom.test."""

from __future__ import annotations

import pytest
from scipy import stats

from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.paired_tests import METHODS, paired_t, paired_t_interval


@pytest.mark.parametrize(
    ("name", "p"),  # Fagerland, Lydersen & Laake 2013, 10.1186/1471-2288-13-91: 1 against 7 discordant pairs
    [
        ("McNemar", 0.0339),
        ("McNemar with continuity correction", 0.0771),
        ("McNemar exact", 0.0703),
        ("McNemar mid-p", 0.0391),
    ],
)
def test_tests_of_discordant_pairs(name, p):
    assert METHODS[name](1, 7) == pytest.approx(p, abs=5e-5)
    assert METHODS[name](7, 1) == METHODS[name](1, 7)
    assert METHODS[name](0, 0) == 1.0


@pytest.mark.parametrize(("b", "c"), [(0, 6), (4, 9), (12, 12)])
def test_the_exact_one_is_binomial(b, c):
    assert METHODS["McNemar exact"](b, c) == pytest.approx(stats.binomtest(b, b + c).pvalue, rel=1e-10)


def test_the_t_test_of_differences():
    """Student's sleep data: differences of mean −1.58 and SE .388959."""
    assert paired_t(-1.58, 0.388958723888, 10) == pytest.approx(0.002832890197, rel=1e-9)
    within = paired_t_interval(Interval(-1.585, -1.575), Interval(0.3885, 0.3895), 10)
    assert within.lo == pytest.approx(paired_t(-1.585, 0.3885, 10))
    assert within.hi == pytest.approx(paired_t(-1.575, 0.3895, 10))
    assert paired_t_interval(Interval(-0.1, 0.2), Interval(0.3, 0.4), 10).hi == 1.0


def test_no_t_without_two_differences():
    with pytest.raises(ValueError, match="no t follows from 1 differences"):
        paired_t(1.0, 0.5, 1)
