"""Agreement of two raters against vcd's kappa and psych's ICC."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.statistics.agreement import (
    Weighting,
    cohen_kappa,
    gwet_ac1,
    number_agreement,
    observed_agreement,
)

#: The project's numbers and R's agree to the last digits that a double has.
CLOSED_FORM = 1e-10
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "agreement.json").read_text(encoding="utf-8")
)


def test_the_reference_has_not_shrunk() -> None:
    assert (len(REFERENCE["kappa"]), len(REFERENCE["numbers"])) == (4, 3)


@pytest.mark.parametrize("name", REFERENCE["kappa"])
@pytest.mark.parametrize("weighting", ["unweighted", "linear", "quadratic"])
def test_kappa_is_that_of_vcd(name: str, weighting: Weighting) -> None:
    case = REFERENCE["kappa"][name]
    found = cohen_kappa(case["table"], weighting)
    assert found is not None
    assert (found.kappa, found.se) == pytest.approx(tuple(case[weighting]), rel=CLOSED_FORM)


@pytest.mark.parametrize("name", REFERENCE["numbers"])
def test_icc_and_limits_are_those_of_psych(name: str) -> None:
    case = REFERENCE["numbers"][name]
    found = number_agreement(*zip(*case["pairs"], strict=True))
    assert found.absolute == pytest.approx(case["absolute"], rel=CLOSED_FORM)
    assert found.consistency == pytest.approx(case["consistency"], rel=CLOSED_FORM)
    assert found.absolute_interval == pytest.approx(tuple(case["interval"]), rel=CLOSED_FORM)
    assert found.limits == pytest.approx(tuple(case["limits"]), rel=CLOSED_FORM)


def test_one_category_has_agreement_and_no_kappa() -> None:
    assert cohen_kappa([[40, 0], [0, 0]]) is None
    assert observed_agreement([[40, 0], [0, 0]]) == gwet_ac1([[40, 0], [0, 0]]) == 1
    with pytest.raises(ValueError, match="no pairs"):
        observed_agreement([[0, 0], [0, 0]])


def test_numbers_that_do_not_vary_have_no_icc() -> None:
    found = number_agreement([3, 3], [3, 3])
    assert (found.identical, found.absolute, found.concordance, found.limits) == (1, None, None, (0, 0))
