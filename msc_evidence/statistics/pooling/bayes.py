"""Bayesian normal–normal random-effects model with a half-normal prior on τ, by Gauss–Legendre quadrature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from msc_evidence.statistics.pooling.heterogeneity import log_likelihood
from msc_evidence.statistics.pooling.many_studies import MANY, smooth_likelihood
from msc_evidence.statistics.pooling.pooling import studies

Array = NDArray[np.float64]

#: Density below e⁻⁴⁰ of its maximum holds nothing that six digits could show.
NEGLIGIBLE_LOG = 40.0
#: A sum of probabilities is not known better than this.
ROUNDING = 1e-14
_PANELS = 32
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Median and central interval of a posterior, with its mean and standard deviation."""

    median: float
    ci_lb: float
    ci_ub: float
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Quadrature:
    """A density on [0, ∞) as nodes with the probability each stands for, in panels of equal length."""

    log_density: Callable[[Array], Array]
    edges: Array
    nodes: Array
    masses: Array
    log_constant: float

    @classmethod
    def of(cls, log_density: Callable[[Array], Array], low: float, high: float) -> Quadrature:
        """The quadrature of exp(`log_density`) over the part of [`low`, `high`] where it is not negligible."""
        low, high = _tau_support(log_density, low, high)
        edges = np.linspace(low, high, _PANELS + 1)
        half = (high - low) / _PANELS / 2
        nodes = (edges[:-1, None] + half * (1 + _NODES)).ravel()
        logs = log_density(nodes)
        peak = float(logs.max())
        masses = np.exp(logs - peak) * half * np.tile(_WEIGHTS, _PANELS)
        total = float(masses.sum())
        return cls(log_density, edges, nodes, masses / total, peak + float(np.log(total)))

    def density(self, x: float) -> float:
        """The normalised density at `x`."""
        return float(np.exp(self.log_density(np.array([x]))[0] - self.log_constant))

    def cdf(self, x: float) -> float:
        """Probability below `x`: whole panels, and the part of the last one by its own nodes."""
        panel = int(np.clip(np.searchsorted(self.edges, x) - 1, 0, _PANELS - 1))
        half = (x - self.edges[panel]) / 2
        within = np.exp(self.log_density(self.edges[panel] + half * (1 + _NODES)) - self.log_constant)
        return float(self.masses[: panel * len(_NODES)].sum() + half * (within * _WEIGHTS).sum())

    def summary(self, level: float, tau: Callable[[Array], Array]) -> Posterior:
        """Median, central interval, mean and SD of `tau` of the variable, which rises with it."""
        values = tau(self.nodes)
        mean = float((self.masses * values).sum())
        variance = float((self.masses * (values - mean) ** 2).sum())
        bracket = float(self.edges[0]), float(self.edges[-1])
        quantiles = [
            _density_quantile(self.cdf, self.density, share, bracket) for share in _tail_shares(level)
        ]
        median, lower, upper = tau(np.array(quantiles)).tolist()
        return Posterior(median, lower, upper, mean, float(np.sqrt(variance)))


@dataclass(frozen=True, slots=True)
class Mixture:
    """A mixture of normals with weights `masses`."""

    masses: Array
    means: Array
    sds: Array

    def density(self, x: float) -> float:
        """The density at `x`."""
        z = (x - self.means) / self.sds
        return float((self.masses * np.exp(-z * z / 2) / self.sds).sum() / np.sqrt(2 * np.pi))

    def cdf(self, x: float) -> float:
        """Probability below `x`."""
        return float((self.masses * special.ndtr((x - self.means) / self.sds)).sum())

    def summary(self, level: float) -> Posterior:
        """Median, central interval, mean and SD."""
        mean = float((self.masses * self.means).sum())
        variance = float((self.masses * (self.sds**2 + (self.means - mean) ** 2)).sum())
        far = float(-special.ndtri((1 - level) / 2))
        bracket = float((self.means - far * self.sds).min()), float((self.means + far * self.sds).max())
        median, lower, upper = (
            _density_quantile(self.cdf, self.density, share, bracket) for share in _tail_shares(level)
        )
        return Posterior(median, lower, upper, mean, float(np.sqrt(variance)))


def _tau_support(log_density: Callable[[Array], Array], low: float, high: float) -> tuple[float, float]:
    # A narrow peak shows as one point of the first grid; each round shows it 100 times wider.
    for _ in range(6):
        grid = np.linspace(low, high, 201)
        logs = log_density(grid)
        (near,) = np.nonzero(logs >= logs.max() - NEGLIGIBLE_LOG)
        first, last = max(near[0] - 1, 0), min(near[-1] + 1, 200)
        low, high = float(grid[first]), float(grid[last])
        if last - first > 100:
            break
    return low, high


def _tail_shares(level: float) -> tuple[float, float, float]:
    """What lies below the median and below either limit."""
    return 0.5, (1 - level) / 2, (1 + level) / 2


def _density_quantile(
    cdf: Callable[[float], float],
    density: Callable[[float], float],
    probability: float,
    bracket: tuple[float, float],
) -> float:
    """The x with cdf(x) = `probability`, by Newton's steps that bisect where they leave the bracket."""
    low, high = bracket
    x = (low + high) / 2
    for _ in range(200):
        excess = cdf(x) - probability
        if abs(excess) <= ROUNDING:
            break
        low, high = (low, x) if excess > 0 else (x, high)
        slope = density(x)
        newton = x - excess / slope if slope > 0 else low
        following = newton if low < newton < high else (low + high) / 2
        if following == x:
            break
        x = following
    return x


@dataclass(frozen=True, slots=True)
class BayesPooled:
    """Posteriors of the mean effect `mu`, of the effect `new` in a further trial, and of `tau`."""

    k: int
    prior_scale: float
    level: float
    mu: Posterior
    new: Posterior
    tau: Posterior


def pool_bayes(yi: ArrayLike, vi: ArrayLike, prior_scale: float = 0.5, *, level: float = 0.95) -> BayesPooled:
    """Posteriors under y_i ~ N(θ_i, v_i), θ_i ~ N(μ, τ²), μ flat, τ half-normal with scale `prior_scale`.

    p(τ | y) is the restricted likelihood times the prior; given τ, μ is normal with mean Σwy/Σw and variance
    1/Σw, a new trial's effect with variance 1/Σw + τ² (Röver 2020, equations 8–12). It is integrated over
    sinh⁻¹(τ/s), s the smallest standard error: where two studies are precise, p(τ | y) has its peak at s and falls
    no faster than 1/τ up to the scale of the prior, however far that is. Medians and central
    intervals: half of 1 − `level` lies on either side, unlike bayesmeta's shortest ones. The scale is that of
    the effects. Raises ValueError for a scale not above 0, and for studies and levels as `pool` does.

    >>> result = pool_bayes([0.30, 0.35], [0.10, 0.12], 0.5)
    >>> result.mu.ci_lb < 0.3 < result.mu.ci_ub < result.new.ci_ub
    True
    """
    y, v = studies(yi, vi)
    if not 0 < prior_scale < np.inf:
        raise ValueError(f"prior scale {prior_scale:g} is not above 0")
    if not 0 < level < 1:
        raise ValueError(f"confidence level {level:g} is not between 0 and 1")

    least = float(np.sqrt(v.min()))

    def tau_at(u: Array) -> Array:
        return np.asarray(least * np.sinh(u))

    def log_prior(u: Array) -> Array:
        return np.asarray(np.log(np.cosh(u)) - (tau_at(u) / prior_scale) ** 2 / 2)

    def log_density(u: Array) -> Array:
        likelihood = log_likelihood(y[:, None], v[:, None], tau_at(u) ** 2, restricted=True)
        return likelihood + log_prior(u)

    longest = float(np.arcsinh(_longest_tau(y, prior_scale) / least))
    smooth = smooth_likelihood(y, v, tau_at, log_prior, longest) if len(y) >= MANY else None
    if smooth is not None:
        quadrature = Quadrature.of(lambda u: smooth.of(u)[0] + log_prior(u), smooth.low, smooth.high)
        _, means, log_total = smooth.of(quadrature.nodes)
        total = np.exp(log_total)
    else:
        quadrature = Quadrature.of(log_density, 0.0, longest)
        wi = 1 / (v[:, None] + tau_at(quadrature.nodes) ** 2)
        total = wi.sum(axis=0)
        means = (wi * y[:, None]).sum(axis=0) / total
    between = tau_at(quadrature.nodes) ** 2
    mu = Mixture(quadrature.masses, means, np.sqrt(1 / total))
    new = Mixture(quadrature.masses, means, np.sqrt(1 / total + between))
    return BayesPooled(
        len(y), prior_scale, level, mu.summary(level), new.summary(level), quadrature.summary(level, tau_at)
    )


def _longest_tau(yi: Array, prior_scale: float) -> float:
    """A τ beyond which less than e⁻⁵⁰ of the posterior lies.

    The likelihood only falls beyond the range of the effects; from there on the prior's tail decides.
    """
    return float(np.hypot(np.ptp(yi), 10 * prior_scale))
