"""p from reported test statistics against the published examples."""

from __future__ import annotations

import pytest

from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.p_values import KINDS, p_interval


@pytest.mark.parametrize(
    ("kind", "value", "df", "printed"),
    [  # Nuijten 2016, 10.3758/s13428-015-0664-2
        ("t", 2.20, (28,), "0.036225"),
        ("t", -2.20, (28,), "0.036225"),
        ("F", 2.20, (2, 28), "0.12959"),
        ("chi2", 22.20, (28,), "0.77195"),
        ("Q", 22.20, (28,), "0.77195"),
        ("z", 2.20, (), "0.02781"),
        ("z", -2.20, (), "0.02781"),
        ("r", 0.22, (28,), "0.24274"),
        ("r", -0.22, (28,), "0.24274"),
        ("chi2", 3.8414588, (1,), "0.050000"),
    ],
)
def test_published_p(kind: str, value: float, df: tuple[float, ...], printed: str) -> None:
    assert f"{KINDS[kind].p(value, *df):.{len(printed) - 2}f}" == printed
    assert float(printed) in p_interval(kind, Interval.rounded(value, 2), *df)


@pytest.mark.parametrize(
    ("kind", "value", "df", "lo", "hi"),
    [
        ("t", Interval.rounded(2.20, 2), (28,), "0.03584", "0.03662"),
        ("t", Interval.rounded(-2.20, 2), (28,), "0.03584", "0.03662"),
        ("t", Interval.rounded(0.0, 1), (28,), "0.96048", "1.00000"),
        ("F", Interval.rounded(0.0, 1), (2, 28), "0.95131", "1.00000"),
        ("chi2", Interval.rounded(0, 0), (1,), "0.47950", "1.00000"),
        ("r", Interval(0.96, 1.04), (28,), "0.00000", "0.00000"),
        ("z", Interval(-1.0, 2.0), (), "0.04550", "1.00000"),
    ],
)
def test_what_rounding_leaves_open(
    kind: str, value: Interval, df: tuple[float, ...], lo: str, hi: str
) -> None:
    p = p_interval(kind, value, *df)
    assert (f"{p.lo:.5f}", f"{p.hi:.5f}") == (lo, hi)


def test_a_perfect_correlation() -> None:
    assert p_interval("r", Interval.point(-1.0), 28) == Interval(0, 0)


@pytest.mark.parametrize(
    ("kind", "value", "df", "message"),
    [
        ("w", 1.0, (), "w is not one of t, F, chi2, r, z, Q"),
        ("t", 1.0, (), "t takes 1 degrees"),
        ("F", 1.0, (2,), "F takes 2 degrees"),
        ("z", 1.0, (5,), "z takes 0 degrees"),
        ("t", 1.0, (0,), "each above 0"),
        ("F", -1.0, (2, 28), "F cannot lie"),
        ("r", 1.2, (28,), "r cannot lie"),
    ],
)
def test_impossible_statistics_are_refused(
    kind: str, value: float, df: tuple[float, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        p_interval(kind, Interval.point(value), *df)
