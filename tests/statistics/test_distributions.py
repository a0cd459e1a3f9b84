"""Tail areas and quantiles against scipy's, far tails and large degrees of freedom included."""

from __future__ import annotations

from itertools import product

import pytest
from scipy import special

from msc_evidence.statistics.distributions import (
    beta_cdf,
    chi2_sf,
    f_sf,
    normal_quantile,
    normal_sf,
    p_from_t,
    p_from_z,
    t_density,
    t_from_p,
    z_from_p,
)

#: Closed forms and continued fractions run to the last digit; ten significant ones are what is promised.
RELATIVE = 1e-10
DEGREES = (0.5, 1, 1.5, 2, 3, 4.7, 10, 28, 59, 60, 61, 333.3, 1e3, 1e4, 1e6)
STATISTICS = (0.0, 1e-4, 0.01, 0.3, 1.0, 1.96, 2.2, 5.0, 15.0, 40.0)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("t", STATISTICS)
def test_t_tail(t: float, df: float) -> None:
    assert p_from_t(t, df) == pytest.approx(2 * special.stdtr(df, -t), rel=RELATIVE)
    assert p_from_t(-t, df) == p_from_t(t, df)


@pytest.mark.parametrize("df", DEGREES)
def test_t_near_zero_keeps_its_digits(df: float) -> None:
    """1 − p is 2t times the density at 0, lost where 1 − ν/(ν + t²) is formed by subtraction."""
    t = 1e-8
    assert 1 - p_from_t(t, df) == pytest.approx(2 * t * t_density(0, df), rel=1e-7)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("p", [1.0, 0.95, 0.732, 0.5, 0.05, 0.011, 1e-4, 1e-12])
def test_t_quantile_inverts_the_tail(p: float, df: float) -> None:
    t = t_from_p(p, df)
    assert p_from_t(t, df) == pytest.approx(p, rel=RELATIVE)


@pytest.mark.parametrize(("df1", "df2"), list(product((1, 2, 3, 5.5, 20, 100), (1, 2, 5, 28, 1000, 1e5))))
@pytest.mark.parametrize("f", [0.0, 1e-6, 0.3, 1.0, 2.2, 20.0])
def test_f_tail(f: float, df1: float, df2: float) -> None:
    # Not special.fdtrc, which before scipy 1.17 was 4e-9 off at F(1, 1e5) = 1e-6: R's pf agrees with us there.
    expected = special.betaincc(df1 / 2, df2 / 2, df1 * f / (df2 + df1 * f))
    assert f_sf(f, df1, df2) == pytest.approx(expected, rel=RELATIVE)


@pytest.mark.parametrize("df", [*DEGREES, 1e5])
@pytest.mark.parametrize("ratio", [0.0, 1e-6, 0.3, 0.9, 0.99, 1.0, 1.01, 1.2, 2.0, 6.0])
def test_chi2_tail(ratio: float, df: float) -> None:
    assert chi2_sf(ratio * df, df) == pytest.approx(special.chdtrc(df, ratio * df), rel=RELATIVE, abs=1e-300)


@pytest.mark.parametrize("z", [0.0, 1e-9, 0.3, 1.0, 1.959964, 6.0, 20.0, 36.0])
def test_normal_tails(z: float) -> None:
    assert normal_sf(z) == pytest.approx(special.ndtr(-z), rel=RELATIVE)
    assert normal_sf(-z) == pytest.approx(special.ndtr(z), rel=RELATIVE)
    assert p_from_z(-z) == pytest.approx(2 * special.ndtr(-z), rel=RELATIVE)


@pytest.mark.parametrize("p", [0.99, 0.5, 0.05, 1e-5, 1e-20, 1e-300])
def test_normal_quantiles(p: float) -> None:
    assert z_from_p(p) == pytest.approx(-special.ndtri(p / 2), rel=RELATIVE)
    assert normal_quantile(p) == pytest.approx(special.ndtri(p), rel=RELATIVE)


def test_quantiles_at_the_ends() -> None:
    assert z_from_p(1) == 0
    assert z_from_p(0) == t_from_p(0, 5) == float("inf")
    assert t_from_p(1, 5) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("a", "b"), list(product((0.5, 2, 14, 40, 500), (0.5, 3, 29, 31, 2000))))
@pytest.mark.parametrize("x", [0.0, 1e-9, 0.1, 0.5, 0.9, 0.999, 1.0])
def test_beta(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(special.betainc(a, b, x), rel=RELATIVE, abs=1e-300)


def test_a_p_that_leaves_no_density() -> None:
    assert p_from_t(t_from_p(1e-247, 5020), 5020) == pytest.approx(1e-247, rel=1e-8)
