"""Distributions fitted to printed quantiles, against R's optim over both parameters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.conversion import Quantiles
from msc_evidence.statistics.quantile_estimation import fitted_mean_sd

REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "quantile_estimation.json").read_text()
)
#: optim compares sums of squares, whose least is flat: half the digits of a parameter are lost.
TOLERANCE = 1e-5


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(REFERENCE["fits"]) >= 63
    assert {fit["family"] for fit in REFERENCE["fits"]} == {"normal", "log-normal", "gamma", "Weibull"}


@pytest.mark.parametrize("fit", REFERENCE["fits"], ids=lambda fit: f"{fit['median']}-{fit['n']}")
def test_fits_are_those_of_optim(fit: dict[str, Any]) -> None:
    pairs = {name: fit[name] for name in ("q1", "q3", "minimum", "maximum")}
    found = fitted_mean_sd(Quantiles(fit["median"], fit["n"], **pairs))
    assert found.family == fit["family"]
    assert (found.mean, found.sd) == pytest.approx((fit["mean"], fit["sd"]), rel=TOLERANCE)
    assert found.distance <= fit["distance"] * (1 + 1e-9) + 1e-12


def test_quantiles_of_normal_data_give_the_normal_back() -> None:
    found = fitted_mean_sd(Quantiles(10, 100, q1=10 - 2 * 0.6744897501960817, q3=10 + 2 * 0.6744897501960817))
    assert (found.family, found.mean, found.sd) == ("normal", pytest.approx(10), pytest.approx(2))
